import type { Release } from '../api/kinds.ts';
import { parseQuantity } from '../api/quantity.ts';
import { type Field, type Resource, schemaOf, type Type, type TypeKind } from '../api/table.ts';
import { isUnknown } from '../api/unknown.ts';
import type { Path } from '../source/path.ts';
import { hintFor } from './decode-hints.ts';
import { base64Fault, quantityFault, timeFault } from './decode-leaves.ts';
import { cannotUnmarshal, type Step, typeMessage, valueWord } from './decode-words.ts';
import { quoteGo } from './go-print.ts';

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

/** CRD schemas nest; deeper than this nothing is looked at. */
const DEEPEST = 400;
/** The server tells at most so many unknown fields; podlint collects at most so many faults of an object. */
const MOST_FAULTS = 100;

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

/**
 * The fast answer for valid documents: true only if there is no fault. Allocates nothing. False also for what only the slow walk can
 * excuse (placeholders).
 */
function fits(value: unknown, type: Type, depth: number): boolean {
  if (value === null || value === undefined) return true;
  switch (type.kind) {
    case 'string':
      return typeof value === 'string';
    case 'object':
      return typeof value === 'object' && !Array.isArray(value) && fitsObject(value as Record<string, unknown>, type, depth);
    case 'list': {
      if (!Array.isArray(value)) return false;
      const of = type.of!;
      for (let i = 0; i < value.length; i++) if (!fits(value[i], of, depth)) return false;
      return true;
    }
    case 'map':
      return typeof value === 'object' && !Array.isArray(value) && fitsMap(value as Record<string, unknown>, type.of!, depth);
    case 'boolean':
      return typeof value === 'boolean';
    case 'int32':
      return isInt32(value);
    case 'int64':
      return isInt64(value);
    case 'quantity':
      return isQuantity(value);
    case 'int-or-string':
      return typeof value === 'string' || isInt32(value);
    case 'double':
      return typeof value === 'number' || typeof value === 'bigint';
    case 'time':
    case 'micro-time':
      return typeof value === 'string' && timeFault(value, type.kind === 'micro-time') === undefined;
    case 'bytes':
      return typeof value === 'string' && base64Fault(value) < 0;
    case 'schema-or-bool':
    case 'schema-or-list':
    case 'schema-or-strings':
      return typeof value === 'boolean';
    case 'open':
    case 'any':
      return true;
  }
}

/** Strings, numbers and booleans are most of what objects hold: they are looked at here, without a call. */
function fitsObject(object: Record<string, unknown>, type: Type, depth: number): boolean {
  if (depth > DEEPEST) return false;
  const fields = type.fields;
  for (const key in object) {
    const field = fields.get(key);
    if (field === undefined) return false;
    const value = object[key];
    if (value === null) continue;
    const inner = field.type;
    switch (inner.kind) {
      case 'string':
        if (typeof value !== 'string') return false;
        break;
      case 'object':
        if (typeof value !== 'object' || Array.isArray(value) || !fitsObject(value as Record<string, unknown>, inner, depth + 1))
          return false;
        break;
      case 'int32':
        if (!isInt32(value)) return false;
        break;
      case 'boolean':
        if (typeof value !== 'boolean') return false;
        break;
      default:
        if (!fits(value, inner, depth + 1)) return false;
    }
  }
  return true;
}

function fitsMap(map: Record<string, unknown>, of: Type, depth: number): boolean {
  if (of.kind === 'string') {
    for (const key in map) if (typeof map[key] !== 'string' && map[key] !== null) return false;
    return true;
  }
  for (const key in map) if (!fits(map[key], of, depth + 1)) return false;
  return true;
}

function isInt32(value: unknown): boolean {
  return typeof value === 'number' && (value | 0) === value;
}

function isInt64(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && value >= -9223372036854775808 && value < 9223372036854775808;
  return typeof value === 'bigint' && BigInt.asIntN(64, value) === value;
}

/** The server parses a quantity's JSON text: what JSON escapes (a line's end) makes it a bad one, though blanks around it are cut off. */
function isQuantity(value: unknown): boolean {
  if (typeof value !== 'string')
    return (typeof value === 'number' || typeof value === 'bigint') && parseQuantity(value) !== undefined;
  if (parseQuantity(value) === undefined) return false;
  const blank = value.charCodeAt(0) <= 32 || value.charCodeAt(value.length - 1) <= 32;
  return !blank || !/[\u0000-\u001f\u2028\u2029]/.test(value);
}

/** A fault before it is known which the server would tell. `aborts`: decoding ends there, and what it met before is forgotten. */
interface Found extends Omit<DecodeFault, 'first'> {
  readonly aborts: boolean;
}

/** The slow walk: every fault with its path, its words and hints. */
class Walk {
  readonly #found: Found[] = [];
  readonly #path: (string | number)[];
  /** Objects and fields on the way to the present node, for the server's words and for hints. */
  readonly #steps: Step[] = [];
  /** Inside a schema-or-… type: its own decoder is not strict, and any error of it ends everything. */
  #lenient = 0;

  constructor(path: Path = []) {
    this.#path = [...path];
  }

  root(value: unknown, type: Type): void {
    this.#node(value, type, undefined);
  }

  judged(): readonly DecodeFault[] {
    const found = this.#found;
    if (found.length === 0) return NO_FAULTS;
    let first = found.findIndex((fault) => fault.aborts);
    if (first < 0) first = found.findIndex((fault) => fault.kind !== 'unknown-field');
    return found.map(({ aborts, ...fault }, i) => ({ ...fault, first: first < 0 || i === first }));
  }

  #node(value: unknown, type: Type, goType: string | undefined): void {
    if (value === null || value === undefined || this.#found.length >= MOST_FAULTS || this.#path.length > DEEPEST) return;
    switch (type.kind) {
      case 'object':
        return this.#object(value, type, goType);
      case 'list':
        return this.#list(value, type, goType);
      case 'map':
        return this.#map(value, type, goType);
      case 'string':
        if (typeof value !== 'string') this.#wrongType(value, type, goType);
        return;
      case 'boolean':
      case 'double':
        if (!fits(value, type, 0)) this.#wrongType(value, type, goType);
        return;
      case 'int32':
      case 'int64':
        if (fits(value, type, 0)) return;
        if (typeof value === 'number' || typeof value === 'bigint') this.#outOfRange(value, type, goType);
        else this.#wrongType(value, type, goType);
        return;
      case 'int-or-string':
        if (fits(value, type, 0)) return;
        return this.#report(
          'bad-int-or-string',
          typeMessage(value, type.kind),
          cannotUnmarshal(value, 'int32', this.#steps),
          true,
          type.kind,
        );
      case 'quantity':
        if (isQuantity(value) || isUnknown(value)) return;
        return this.#report('bad-quantity', quantityMessage(value), quantityFault(value), true, type.kind);
      case 'time':
      case 'micro-time':
        return this.#time(value, type.kind);
      case 'bytes':
        return this.#bytes(value, type, goType);
      case 'schema-or-bool':
      case 'schema-or-list':
      case 'schema-or-strings':
        return this.#schemaOr(value, type);
      case 'open':
      case 'any':
        return;
    }
  }

  #object(value: unknown, type: Type, goType: string | undefined): void {
    if (typeof value !== 'object' || Array.isArray(value)) return this.#wrongType(value, type, goType);
    const object = value as Record<string, unknown>;
    for (const key of Object.keys(object).sort()) {
      const field = type.fields.get(key);
      if (field === undefined) {
        if (this.#lenient === 0 && !isUnknown(key)) this.#unknownField(key, object, type);
        continue;
      }
      this.#steps.push({ type, field, value: object, depth: this.#path.length });
      this.#path.push(key);
      this.#node(object[key], field.type, field.goType);
      this.#path.pop();
      this.#steps.pop();
    }
  }

  #list(value: unknown, type: Type, goType: string | undefined): void {
    if (!Array.isArray(value)) return this.#wrongType(value, type, goType);
    const element = elementOf(goType);
    for (let i = 0; i < value.length; i++) {
      this.#path.push(i);
      this.#node(value[i], type.of!, element);
      this.#path.pop();
    }
  }

  #map(value: unknown, type: Type, goType: string | undefined): void {
    if (typeof value !== 'object' || Array.isArray(value)) return this.#wrongType(value, type, goType);
    const element = elementOf(goType);
    for (const key of Object.keys(value as object).sort()) {
      this.#path.push(key);
      this.#node((value as Record<string, unknown>)[key], type.of!, element);
      this.#path.pop();
    }
  }

  #schemaOr(value: unknown, type: Type): void {
    this.#lenient++;
    if (Array.isArray(value)) {
      if (type.kind === 'schema-or-bool')
        this.#report('wrong-type', typeMessage(value, type.kind), 'boolean or JSON schema expected', true, type.kind);
      else
        this.#list(
          value,
          type.kind === 'schema-or-strings' ? STRINGS : { kind: 'list', definition: '', of: type.of, fields: NO_FIELDS },
          undefined,
        );
    } else if (typeof value === 'object') this.#object(value, type.of!, undefined);
    else if (type.kind === 'schema-or-bool' && typeof value !== 'boolean' && !isUnknown(value)) {
      this.#report('wrong-type', typeMessage(value, type.kind), 'boolean or JSON schema expected', true, type.kind);
    }
    this.#lenient--;
  }

  #time(value: unknown, kind: TypeKind): void {
    if (typeof value !== 'string') {
      return this.#report('wrong-type', typeMessage(value, kind), cannotUnmarshal(value, 'string', this.#steps), true, kind);
    }
    const fault = isUnknown(value) ? undefined : timeFault(value, kind === 'micro-time');
    if (fault !== undefined) this.#report('bad-time', 'not a time as in RFC 3339 (2006-01-02T15:04:05Z)', fault, true, kind);
  }

  #bytes(value: unknown, type: Type, goType: string | undefined): void {
    if (Array.isArray(value)) return this.#list(value, BYTES, '[]uint8');
    if (typeof value !== 'string') return this.#wrongType(value, type, goType);
    const at = isUnknown(value) ? -1 : base64Fault(value);
    if (at >= 0) this.#report('bad-base64', 'not base64 text', `illegal base64 data at input byte ${at}`, false, type.kind);
  }

  #wrongType(value: unknown, type: Type, goType: string | undefined): void {
    if (isUnknown(value)) return;
    this.#report(
      'wrong-type',
      typeMessage(value, type.kind),
      cannotUnmarshal(value, goType ?? type, this.#steps),
      this.#lenient > 0,
      type.kind,
    );
  }

  #outOfRange(value: number | bigint, type: Type, goType: string | undefined): void {
    const whole = typeof value === 'bigint' || Number.isInteger(value);
    const message = whole ? `${value} does not fit in ${type.kind === 'int32' ? 32 : 64} bits` : `${value} is not a whole number`;
    this.#report(
      whole ? 'out-of-range' : 'wrong-type',
      message,
      cannotUnmarshal(value, goType ?? type, this.#steps),
      this.#lenient > 0,
      type.kind,
    );
  }

  #report(kind: DecodeFaultKind, message: string, says: string, aborts: boolean, expected: TypeKind): void {
    this.#found.push({ kind, path: [...this.#path], message, says, aborts, expected: EXPECTED[expected] });
  }

  #unknownField(key: string, value: Record<string, unknown>, type: Type): void {
    if (this.#found.length >= MOST_FAULTS) return;
    const path = [...this.#path, key];
    this.#found.push({
      kind: 'unknown-field',
      path,
      message: `${type.definition.slice(type.definition.lastIndexOf('.') + 1)} has no field ${JSON.stringify(key)}`,
      says: `strict decoding error: unknown field ${quoteGo(strictPath(path))}`,
      aborts: false,
      ...hintFor(key, value[key], type, value, this.#path, this.#steps),
    });
  }
}

const NO_FIELDS: ReadonlyMap<string, Field> = new Map();
const STRINGS: Type = {
  kind: 'list',
  definition: '',
  of: { kind: 'string', definition: '', of: undefined, fields: NO_FIELDS },
  fields: NO_FIELDS,
};
/** JSON may write Go's bytes as a list of numbers. */
const BYTES: Type = {
  kind: 'list',
  definition: '',
  of: { kind: 'int32', definition: '', of: undefined, fields: NO_FIELDS },
  fields: NO_FIELDS,
};

const EXPECTED: Readonly<Record<TypeKind, string>> = {
  string: 'string',
  boolean: 'true or false',
  int32: 'whole number',
  int64: 'whole number',
  double: 'number',
  object: 'object',
  list: 'list',
  map: 'object',
  'int-or-string': 'whole number or string',
  quantity: 'quantity',
  time: 'time',
  'micro-time': 'time',
  bytes: 'base64 text',
  open: 'object',
  any: 'anything',
  'schema-or-bool': 'schema or true or false',
  'schema-or-list': 'schema or list of schemas',
  'schema-or-strings': 'schema or list of strings',
};

/** Of `[]v1.Capability` or `map[string]v1.ExtraValue` the element's Go type, where the name tells it. */
function elementOf(goType: string | undefined): string | undefined {
  if (goType === undefined) return undefined;
  if (goType.startsWith('[]')) return goType.slice(2).replace(/^\*/, '');
  return goType.startsWith('map[') ? goType.slice(goType.indexOf(']') + 1).replace(/^\*/, '') : undefined;
}

/** The path as the strict decoder writes it: with indices, map keys after a dot. */
export function strictPath(path: Path): string {
  let out = '';
  for (const segment of path) out += typeof segment === 'number' ? `[${segment}]` : out === '' ? segment : `.${segment}`;
  return out;
}

function quantityMessage(value: unknown): string {
  if (typeof value === 'object' || typeof value === 'boolean') return `expected a quantity, found ${valueWord(value)}`;
  return `${JSON.stringify(typeof value === 'bigint' ? String(value) : value)} is not a quantity (a number, then perhaps one of m k M G T Ki Mi Gi Ti …)`;
}
