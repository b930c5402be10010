import type { CustomResource } from '../api/custom.ts';
import { minorOf, type Release } from '../api/kinds.ts';
import { isObject } from '../api/manifest.ts';
import { type Lifecycle, lifecycleOf } from '../api/removed.ts';
import { isBuiltInGroup, type Resource, resourceOf } from '../api/table.ts';
import type { Cause } from './cause.ts';
import { validateCustom } from './custom.ts';
import { type DecodeFault, decode } from './decode.ts';
import { validate } from './validate/index.ts';

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

/** What decoding says of one object, and whether the object then exists for the rest of the cluster. */
export interface Decoding {
  readonly known: Known;
  readonly faults: readonly DecodeFault[];
}

const NO_FAULTS: readonly DecodeFault[] = [];
const NO_CAUSES: readonly Cause[] = [];

/** Decoding as the API server does it (400 BadRequest). A custom resource is decoded by its definition, an unknown kind not at all. */
export function decodeObject(value: unknown, known: Known, release: Release): readonly DecodeFault[] {
  if (!isObject(value)) return NO_FAULTS;
  if (known.by === 'release') return decode(value, known.resource, release);
  if (known.by === 'definition') return validateCustom(value, known.custom).unknown;
  return NO_FAULTS;
}

/** Validation as the API server does it (422 Invalid), for an object that decodes. */
export function validateObject(value: unknown, known: Known, release: Release): readonly Cause[] {
  if (known.by === 'release') return validate(value, known.resource, minorOf(release));
  if (known.by === 'definition') return validateCustom(value, known.custom).causes;
  return NO_CAUSES;
}
