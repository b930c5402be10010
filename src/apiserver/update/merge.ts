import { asArray, asObject, isObject, type JsonObject } from '../../api/manifest.ts';
import type { Field, Type } from '../../api/table.ts';

/**
 * What `kubectl apply` makes of a live object: a three-way strategic merge. What the manifest names is set, what the last applied manifest named and the
 * new one does not is taken out, and everything else (defaults, what controllers and admission wrote) stays.
 * Mirrors CreateThreeWayMergePatch of k8s.io/apimachinery/pkg/util/strategicpatch, with its result in place of the patch.
 * @param last the manifest that was applied last; undefined where that is not known: then nothing is taken out
 */
export function merged(last: JsonObject | undefined, live: JsonObject, next: JsonObject, type: Type): JsonObject {
  return mergeObject(last, live, next, type.fields);
}

/** As `merged`, of an object whose kind the client does not know: a custom resource. Lists are replaced then. */
export function mergedAsJson(last: JsonObject | undefined, live: JsonObject, next: JsonObject): JsonObject {
  return mergeObject(last, live, next, NO_FIELDS);
}

const NO_FIELDS: ReadonlyMap<string, Field> = new Map();
/** Manifests are not nested deeper than this; what is comes from nobody who means well. */
const DEEPEST = 64;

function mergeObject(
  last: JsonObject | undefined,
  live: JsonObject | undefined,
  next: JsonObject,
  fields: ReadonlyMap<string, Field>,
  keepsLive = true,
  depth = 0,
): JsonObject {
  const result = new Map<string, unknown>();
  if (live !== undefined) {
    for (const key of Object.keys(live)) {
      if (Object.hasOwn(next, key)) continue;
      const wasApplied = last !== undefined && Object.hasOwn(last, key);
      if (!wasApplied && keepsLive) result.set(key, live[key]);
    }
  }
  for (const key of Object.keys(next)) {
    const value = next[key];
    if (value === null) continue;
    const own = (from: JsonObject | undefined) => (from !== undefined && Object.hasOwn(from, key) ? from[key] : undefined);
    result.set(key, mergeValue(own(last), own(live), value, fields.get(key), depth));
  }
  return Object.fromEntries(result);
}

function mergeValue(last: unknown, live: unknown, next: unknown, field: Field | undefined, depth: number): unknown {
  if (depth > DEEPEST || field?.patchStrategy?.includes('replace')) return next;
  if (isObject(next)) {
    const keepsLive = field?.patchStrategy?.includes('retainKeys') !== true;
    return mergeObject(asObject(last), asObject(live), next, field?.type.fields ?? NO_FIELDS, keepsLive, depth + 1);
  }
  if (!Array.isArray(next) || !Array.isArray(live) || field?.patchStrategy?.includes('merge') !== true) return next;
  return field.patchMergeKey === undefined
    ? mergeTexts(asArray(last), live, next)
    : mergeElements(asArray(last), live, next, field, field.patchMergeKey, depth);
}

/** A list of texts that are merged as a set: `metadata.finalizers`. */
function mergeTexts(last: readonly unknown[], live: readonly unknown[], next: readonly unknown[]): readonly unknown[] {
  const [wanted, before] = [new Set(next), new Set(last)];
  const kept = live.filter((one) => wanted.has(one) || !before.has(one));
  const there = new Set(kept);
  return [...kept, ...next.filter((one) => !there.has(one))];
}

/** Elements that have a key. The order is the manifest's; where that is the live one, what only lives keeps its place. */
function mergeElements(
  last: readonly unknown[],
  live: readonly unknown[],
  next: readonly unknown[],
  field: Field,
  key: string,
  depth: number,
): readonly unknown[] {
  const keyOf = (element: unknown) => asObject(element)?.[key];
  const byKey = (list: readonly unknown[]) => new Map(list.map((element) => [keyOf(element), element]));
  const [before, now, wanted] = [byKey(last), byKey(live), byKey(next)];
  const keepsLive = field.patchStrategy?.includes('retainKeys') !== true;
  const made = next.map((element) => {
    if (!isObject(element)) return element;
    const name = keyOf(element);
    const fields = field.type.of?.fields ?? NO_FIELDS;
    return mergeObject(asObject(before.get(name)), asObject(now.get(name)), element, fields, keepsLive, depth + 1);
  });
  const common = next.filter((element) => now.has(keyOf(element))).map(keyOf);
  const there = live.filter((element) => wanted.has(keyOf(element))).map(keyOf);
  const onlyLive = live.filter((element) => !wanted.has(keyOf(element)) && !before.has(keyOf(element)));
  if (common.length !== there.length || common.some((name, i) => name !== there[i])) return [...made, ...onlyLive];
  const byName = new Map(made.map((element) => [keyOf(element), element]));
  const kept = live.flatMap((element) => {
    const name = keyOf(element);
    return wanted.has(name) ? [byName.get(name)] : before.has(name) ? [] : [element];
  });
  return [...kept, ...made.filter((element) => !now.has(keyOf(element)))];
}
