import type { CustomResource } from '../api/custom.ts';
import { minorOf, type Release } from '../api/kinds.ts';
import { isObject, type JsonObject } from '../api/manifest.ts';
import { nameIsDnsSubdomain } from '../api/names.ts';
import { type Lifecycle, lifecycleOf } from '../api/removed.ts';
import { isBuiltInGroup, type Resource, resourceOf } from '../api/table.ts';
import { literally } from '../api/unknown.ts';
import { fieldPath } from '../source/path.ts';
import type { Cause } from './cause.ts';
import type { Undecided } from './cel.ts';
import { type CustomVerdict, validateCustom } from './custom.ts';
import { type DecodeFault, decode } from './decode.ts';
import { expressionCauses } from './expressions.ts';
import { validate } from './validate/index.ts';
import { validateMetadata } from './validate/metadata.ts';
import { type Warning, warnings } from './warnings/index.ts';

/** How the API server knows a kind: its own, by a CustomResourceDefinition, not (any more, yet, by default), or not as far as podlint can see. */
export type Known =
  | { readonly by: 'release'; readonly resource: Resource }
  | { readonly by: 'definition'; readonly custom: CustomResource }
  | { readonly by: 'nothing'; readonly lifecycle: Exclude<Lifecycle, { state: 'served' }>; readonly builtInGroup: boolean };

export function knownKind(apiVersion: string, kind: string, release: Release, customs: CustomResources): Known {
  const resource = resourceOf(apiVersion, kind, release);
  if (resource?.enabledByDefault) return { by: 'release', resource };
  const custom = customs.get(`${apiVersion}/${kind}`);
  if (custom) return { by: 'definition', custom };
  const lifecycle = lifecycleOf(apiVersion, kind, release);
  if (lifecycle.state === 'served') return { by: 'release', resource: lifecycle.resource };
  const slash = apiVersion.indexOf('/');
  return { by: 'nothing', lifecycle, builtInGroup: isBuiltInGroup(slash < 0 ? '' : apiVersion.slice(0, slash)) };
}

/** Custom resources by `apiVersion/Kind`. */
export type CustomResources = ReadonlyMap<string, CustomResource>;

const NO_FAULTS: readonly DecodeFault[] = [];
const NO_CAUSES: readonly Cause[] = [];

/**
 * Decoding as the API server does it (400 BadRequest). A custom resource is decoded by its definition, an unknown kind not at all. `undecided` means that
 * something its definition needs is not loaded (see ./cel.ts).
 */
export function decodeObject(
  value: unknown,
  known: Known,
  release: Release,
): { readonly faults: readonly DecodeFault[]; readonly undecided: Undecided } {
  if (!isObject(value)) return { faults: NO_FAULTS, undecided: false };
  if (known.by === 'release') return { faults: decode(value, known.resource, release), undecided: false };
  if (known.by === 'definition') {
    const { unknown, undecided } = customVerdict(value, known.custom, release);
    return { faults: unknown, undecided };
  }
  return { faults: NO_FAULTS, undecided: false };
}

/**
 * Validation as the API server does it (422 Invalid), for an object that decodes.
 * @param ofUpdate what is said of a custom resource, or a definition of such, that is there already, in place of what is said of a new one
 */
export function validateObject(value: unknown, known: Known, release: Release, ofUpdate?: readonly Cause[]): readonly Cause[] {
  if (!isObject(value)) return NO_CAUSES;
  if (known.by === 'release') {
    if (ofUpdate !== undefined) return ofUpdate;
    const { resource } = known;
    const causes = validate(value, resource, minorOf(release));
    return causes.length > 0 ? causes : expressionCauses(value, resource.apiVersion, resource.kind, minorOf(release));
  }
  if (known.by === 'definition') {
    const { namespaced } = known.custom;
    const metadata = validateMetadata(value, {
      namespaced,
      nameCheck: nameIsDnsSubdomain,
      minor: minorOf(release),
      standardFinalizers: false,
      ownGeneration: true,
    });
    const causes = ofUpdate ?? customVerdict(value, known.custom, release).causes;
    return metadata.length === 0 ? causes : [...metadata, ...causes];
  }
  return NO_CAUSES;
}

/** What the server says of an object that is sent before its placeholders are filled in, beside what it says however they are. */
export interface LiteralVerdict {
  readonly faults: readonly DecodeFault[];
  /** Empty where it would not come to validation. */
  readonly causes: readonly Cause[];
}

/** Rules in CEL take a placeholder for unknown all the same. */
export function literalVerdict(value: JsonObject, known: Known, release: Release): LiteralVerdict {
  const verdict = (object: JsonObject): LiteralVerdict => {
    const { faults } = decodeObject(object, known, release);
    return { faults, causes: faults.length > 0 ? NO_CAUSES : validateObject(object, known, release) };
  };
  // A copy: what is kept of the object itself is what holds however it is filled in.
  const literal = literally(() => verdict({ ...value }));
  const anyhow = verdict(value);
  const said = new Set([...anyhow.faults.map((fault) => fault.says), ...anyhow.causes.map(keyOf)]);
  return {
    faults: literal.faults.filter((fault) => !said.has(fault.says)),
    causes: literal.causes.filter((cause) => !said.has(keyOf(cause))),
  };
}

function keyOf({ type, path, message }: Cause): string {
  return `${type}\0${fieldPath(path)}\0${message}`;
}

/** A custom resource's object as the server keeps it: pruned, with the defaults of its schema. */
export function customObject(value: JsonObject, custom: CustomResource, release: Release): unknown {
  return customVerdict(value, custom, release).object;
}

/** Decoding and validation of a custom resource are one walk: what it found is kept until the object goes. */
const customVerdicts = new WeakMap<
  JsonObject,
  { readonly custom: CustomResource; readonly release: Release; readonly verdict: CustomVerdict }
>();

function customVerdict(value: JsonObject, custom: CustomResource, release: Release): CustomVerdict {
  const kept = customVerdicts.get(value);
  if (kept !== undefined && kept.custom === custom && kept.release === release && !kept.verdict.undecided) return kept.verdict;
  const verdict = validateCustom(value, custom, release);
  customVerdicts.set(value, { custom, release, verdict });
  return verdict;
}

/** The Warning headers that the API server sends with an object that it accepts. */
export function warnObject(value: unknown, known: Known, release: Release): readonly Warning[] {
  if (known.by === 'release') return warnings(value, known.resource, minorOf(release));
  const message = known.by === 'definition' ? known.custom.deprecationWarning : undefined;
  return message === undefined ? [] : [{ path: ['apiVersion'], message }];
}
