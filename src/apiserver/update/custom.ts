import type { CustomResource } from '../../api/custom.ts';
import { minorOf, type Release } from '../../api/kinds.ts';
import { at, type JsonObject } from '../../api/manifest.ts';
import type { Path } from '../../source/path.ts';
import { cel } from '../cel.ts';
import { celRules, validateCustom } from '../custom.ts';
import type { UpdateCause } from './check.ts';
import type { Existing } from './index.ts';
import { mergedAsJson } from './merge.ts';

/**
 * What the rules of a definition refuse of a change: those that name `oldSelf`, such as `self == oldSelf`. Silent while CEL is not loaded.
 * Mirrors ValidateUpdate of k8s.io/apiextensions-apiserver/pkg/registry/customresource. What stands in a list is left out: which of the old elements it was
 * would have to be known.
 */
export function validateCustomUpdate(
  existing: Existing,
  next: JsonObject,
  custom: CustomResource,
  release: Release,
): readonly UpdateCause[] {
  const engine = cel();
  if (engine === undefined) return NO_CAUSES;
  const after = validateCustom(mergedAsJson(existing.applied, existing.value, next), custom, release);
  if (after.causes.length > 0) return NO_CAUSES;
  const rules = celRules(after.object, custom);
  if (rules.length === 0) return NO_CAUSES;
  const { object } = validateCustom(existing.value, custom, release);
  const oldAt = (path: Path) => (path.some((step) => typeof step === 'number') ? undefined : at(object, path));
  return engine.transitionCauses(rules, oldAt, minorOf(release));
}

const NO_CAUSES: readonly UpdateCause[] = [];
