import type { Release } from '../api/kinds.ts';
import { type Resource, schemaOf, type Type } from '../api/table.ts';
import type { Path } from '../source/path.ts';
import { fits } from './decode-fits.ts';
import { Walk } from './decode-walk.ts';

/**
 * What the API server's strict JSON decoding refuses (400 BadRequest), before defaulting and validation.
 *
 * Mirrors sigs.k8s.io/json (a fork of encoding/json) and the types with a decoder of their own: resource.Quantity, metav1.Time,
 * intstr.IntOrString, runtime.RawExtension, apiextensions' JSONSchemaPropsOr…. The server stops early; podlint goes on, and marks
 * with `first` what the server's answer would hold.
 */
export type DecodeFaultKind =
  | 'wrong-type'
  | 'unknown-field'
  | 'out-of-range'
  | 'bad-quantity'
  | 'bad-base64'
  | 'bad-time'
  | 'bad-int-or-string';

/** One thing that decoding refuses. */
export interface DecodeFault {
  readonly kind: DecodeFaultKind;
  /** Of the offending value; for an unknown field, of the field itself. */
  readonly path: Path;
  /** In our words, one short phrase without the path and never with text from a Secret: `expected a list, found an object`. */
  readonly message: string;
  /** In the server's words, as if this were the only fault, without `X in version "v1" cannot be handled as a X: `. */
  readonly says: string;
  /** True if the server's answer holds it. All others stay unsaid until these are repaired. */
  readonly first: boolean;
  /** What would be right: `string`, `list`, `object`, `whole number`, `true or false` … */
  readonly expected?: string;
  /** For an unknown field: the field of the same object that was probably meant. */
  readonly suggestion?: string;
  /** For an unknown field without a suggestion: where nearby a field of that name and of a fitting type exists. */
  readonly misplacedAt?: Path;
}

const NO_FAULTS: readonly DecodeFault[] = [];

/**
 * All faults of an object of a built-in kind, in the order in which the server meets them (sorted keys, depth first). A shared empty
 * array if there is none. Never looks into a node of the wrong type.
 */
export function decode(value: unknown, resource: Resource, release: Release): readonly DecodeFault[] {
  const type = schemaOf(resource, release);
  if (fits(value, type, 0)) return NO_FAULTS;
  const walk = new Walk();
  walk.root(value, type);
  return walk.judged();
}

/**
 * The same for a value of any type, at a path in a document: the metadata of a custom resource. The server's words name paths from
 * the value on in type errors, from the document on in unknown fields.
 */
export function decodeType(value: unknown, type: Type, path: Path): readonly DecodeFault[] {
  if (fits(value, type, 0)) return NO_FAULTS;
  const walk = new Walk(path);
  walk.root(value, type);
  return walk.judged();
}

/** The whole message of the server's answer to these faults, or '' where it would not refuse the object. */
export function decodeSays(
  resource: { readonly kind: string; readonly version: string },
  faults: readonly DecodeFault[],
): string {
  const said = faults.filter((fault) => fault.first);
  if (said.length === 0) return '';
  const prefix = `${resource.kind} in version ${JSON.stringify(resource.version)} cannot be handled as a ${resource.kind}: `;
  const STRICT = 'strict decoding error: ';
  if (said[0]!.kind !== 'unknown-field') return prefix + said[0]!.says;
  return prefix + STRICT + said.map((fault) => fault.says.slice(STRICT.length)).join(', ');
}
