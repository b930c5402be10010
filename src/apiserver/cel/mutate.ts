import { asArray, asObject, asString, type JsonObject } from '../../api/manifest.ts';
import { allowance, evaluate } from './evaluate.ts';
import { compile, conditionsOf, type PolicyRequest, variablesOf } from './policy.ts';
import { bindStored, type StoredOptions } from './stored.ts';
import { toJson, typeMismatches } from './to-json.ts';
import { CelError, CelList, CelMap, Message, type Value } from './values.ts';

/** One operation of a JSON patch, as an expression makes it. */
export interface JsonPatchOperation {
  readonly op: string;
  readonly path: string;
  readonly from: string;
  /** Undefined where none is given. */
  readonly value: unknown;
}

/** What a mutation wants of an object. */
export type Patch =
  | { readonly type: 'ApplyConfiguration'; readonly object: JsonObject }
  | { readonly type: 'JSONPatch'; readonly operations: readonly JsonPatchOperation[] };

/**
 * Whether a MutatingAdmissionPolicy with one of its params is asked about a request at all; undefined where that is not known, and what its conditions
 * fail with as a text.
 */
export function mutationStarts(
  spec: JsonObject,
  request: PolicyRequest,
  params: JsonObject | null | undefined,
): boolean | string | undefined {
  const together = allowance();
  const conditions = conditionsOf(spec, variablesOf(spec, request, params, together), together);
  return conditions instanceof CelError ? conditions.message : conditions;
}

/**
 * What one of the policy's mutations makes of a request: a patch, what it fails with, or undefined where that is not known.
 * Mirrors Patch of k8s.io/apiserver/pkg/admission/plugin/policy/mutating/patch, up to where the patch is applied.
 */
export function mutationPatch(
  spec: JsonObject,
  index: number,
  request: PolicyRequest,
  params: JsonObject | null | undefined,
): Patch | string | undefined {
  const mutation = asObject(asArray(spec['mutations'])[index]) ?? {};
  const isPatch = mutation['patchType'] === 'JSONPatch';
  if (!isPatch && mutation['patchType'] !== 'ApplyConfiguration') return undefined;
  const expression = asString(asObject(mutation[isPatch ? 'jsonPatch' : 'applyConfiguration'])?.['expression']) ?? '';
  const compiled = compile(expression);
  if (compiled === undefined) return undefined;
  const together = allowance();
  const value = evaluate(compiled.run, variablesOf(spec, request, params, together), together);
  if (value instanceof CelError) return `expression '${expression}' resulted in error: ${value.message}`;
  if (isPatch) return value instanceof CelList ? operationsOf(value) : undefined;
  if (!(value instanceof Message) || value.type !== 'Object') return undefined;
  const mismatches = typeMismatches(value);
  if (mismatches.length > 0) return `type mismatch: ${mismatches.join('\n')}`;
  const made = toJson(value);
  const { apiVersion, kind } = request.object;
  return made === undefined
    ? undefined
    : { type: 'ApplyConfiguration', object: { ...(made.json as JsonObject), apiVersion, kind } };
}

/** What an object has at a path as the server sees it, where its text may have nothing. */
export function storedAt(
  object: JsonObject,
  options: StoredOptions,
  path: readonly string[],
): { readonly value: unknown } | 'nothing' | 'unknown' {
  let at: Value | undefined = bindStored(object, options);
  for (const name of path) {
    if (at instanceof CelMap) at = at.find(name);
    else if (at instanceof CelList && /^\d{1,9}$/.test(name)) at = Number(name) < at.size ? at.get(Number(name)) : undefined;
    else return 'unknown';
    if (at === undefined || at === null) return 'nothing';
  }
  const made = toJson(at ?? null);
  return made === undefined ? 'unknown' : { value: made.json };
}

function operationsOf(list: CelList): Patch | string | undefined {
  const operations: JsonPatchOperation[] = [];
  for (const item of list) {
    if (!(item instanceof Message) || item.type !== 'JSONPatch') return undefined;
    const [op, path, from] = ['op', 'path', 'from'].map((name) => item.find(name) ?? '');
    if (typeof op !== 'string' || typeof path !== 'string' || typeof from !== 'string') return undefined;
    const value = item.find('value');
    if (value instanceof Message) {
      const mismatches = typeMismatches(value);
      if (mismatches.length > 0) return `type mismatch: ${mismatches.join('\n')}`;
    }
    const made = value === undefined ? { json: undefined } : toJson(value);
    if (made === undefined) return undefined;
    operations.push({ op, path, from, value: made.json });
  }
  return { type: 'JSONPatch', operations };
}
