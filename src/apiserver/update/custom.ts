import type { CustomResource } from '../../api/custom.ts';
import { minorOf, type Release } from '../../api/kinds.ts';
import { isObject, type JsonObject } from '../../api/manifest.ts';
import { schemaNode } from '../../api/schema.ts';
import type { Cause } from '../cause.ts';
import { cel } from '../cel.ts';
import { celRules, isBlocking, validateCustom } from '../custom.ts';
import type { Former } from '../custom-former.ts';
import { validateLists } from '../custom-lists.ts';
import { namedBySchema } from '../custom-names.ts';
import type { UpdateCause } from './check.ts';
import { Correlation } from './correlate.ts';
import type { Existing } from './index.ts';
import { mergedAsJson } from './merge.ts';

/**
 * What the rules of a definition refuse of a change: those that name `oldSelf`, such as `self == oldSelf`. Silent while CEL is not loaded.
 * Mirrors ValidateUpdate of k8s.io/apiextensions-apiserver/pkg/registry/customresource.
 */
export function validateCustomUpdate(
  existing: Existing,
  next: JsonObject,
  custom: CustomResource,
  release: Release,
): readonly UpdateCause[] {
  const engine = cel();
  if (engine === undefined || custom.schema === undefined) return NO_CAUSES;
  const { causes, object, former } = judged(existing, next, custom, release);
  if (former === undefined || causes.some(isBlocking)) return NO_CAUSES;
  const rules = celRules(object, custom);
  if (rules.length === 0) return NO_CAUSES;
  const node = schemaNode(custom.schema);
  const refused = engine.transitionCauses(rules, former, minorOf(release));
  return refused.map((cause) => ({ ...namedBySchema(cause, node), byRule: true }));
}

/**
 * What the server says of a custom resource that is there already, beside what its rules say of the change: of what applying makes of it, and
 * nothing of what stays as it was.
 */
export function customCausesOfUpdate(
  existing: Existing,
  next: JsonObject,
  custom: CustomResource,
  release: Release,
): readonly Cause[] {
  return judged(existing, next, custom, release).causes;
}

interface Judged {
  readonly causes: readonly Cause[];
  readonly object: unknown;
  readonly former: Former | undefined;
}

function judged({ applied, value }: Existing, next: JsonObject, custom: CustomResource, release: Release): Judged {
  let former: Former | undefined;
  const formerOf = (stored: JsonObject): Former => {
    const node = schemaNode(custom.schema!);
    const { object } = validateCustom(value, custom, release);
    const old = isObject(object) ? object : value;
    former = new Correlation(stored, old, node, validateLists(old, node).length > 0);
    return former;
  };
  const { causes, object } = validateCustom(mergedAsJson(applied, value, next), custom, release, formerOf);
  return { causes, object, former };
}

const NO_CAUSES: readonly UpdateCause[] = [];
