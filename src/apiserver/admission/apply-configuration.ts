import { readDataFile } from '../../api/data-file.ts';
import { asObject, isObject, type JsonObject } from '../../api/manifest.ts';
import type { Field, Type } from '../../api/table.ts';
import { fieldPath, type Path } from '../../source/path.ts';
import type { Patched } from './json-patch.ts';

/**
 * Merges what an ApplyConfiguration makes into an object, by the types of its fields: objects and maps are merged, lists that are sets or maps by their
 * elements. What is atomic must not be in it. Mirrors ApplyStructuredMergeDiff of k8s.io/apiserver/pkg/admission/plugin/policy/mutating/patch.
 */
export function applyConfiguration(object: JsonObject, patch: JsonObject, type: Type): Patched {
  const found: Found = { undeclared: [], atomic: [], wrong: false };
  look(patch, type, undefined, [], found);
  if (found.wrong) return undefined;
  const [undeclared] = found.undeclared;
  if (undeclared !== undefined)
    return `error applying patch: failed to convert patch object to typed object: ${undeclared}: field not declared in schema`;
  if (found.atomic.length > 0)
    return `error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: ${found.atomic.join(', ')}`;
  const merged = mergeObject(object, patch, type, 0);
  return merged === undefined ? undefined : { object: merged };
}

interface Found {
  readonly undeclared: string[];
  readonly atomic: string[];
  /** Of a type that the field does not take: the server refuses that in words of its own. */
  wrong: boolean;
}

/** Whether what lies in a field is replaced as a whole: x-kubernetes-map-type of the field, else of its definition. data/map-types.json */
function isAtomic(definition: string, field: string | undefined): boolean {
  loaded ??= new Map(Object.entries((readDataFile('map-types.json') as { mapTypes: Record<string, string> }).mapTypes));
  return ((field === undefined ? undefined : loaded.get(field)) ?? loaded.get(definition)) === 'atomic';
}

let loaded: ReadonlyMap<string, string> | undefined;

const DEEPEST = 64;

/** `owner`: where the value stands, as `definition.field`. */
function look(
  value: unknown,
  type: Type,
  owner: { readonly in: string; readonly field: Field } | undefined,
  path: Path,
  found: Found,
): void {
  if (path.length > DEEPEST) {
    found.wrong = true;
    return;
  }
  const at = () => `.${fieldPath(path)}`;
  if (type.kind === 'object' || type.kind === 'map') {
    if (!isObject(value)) {
      found.wrong = true;
      return;
    }
    if (isAtomic(type.definition, owner && `${owner.in}.${owner.field.name}`)) found.atomic.push(at());
    for (const key of Object.keys(value)) {
      if (type.kind === 'map') {
        if (type.of !== undefined) look(value[key], type.of, undefined, [...path, key], found);
        continue;
      }
      const field = type.fields.get(key);
      if (field === undefined) found.undeclared.push(`.${fieldPath([...path, key])}`);
      else look(value[key], field.type, { in: type.definition, field }, [...path, key], found);
    }
  } else if (type.kind === 'list') {
    if (!Array.isArray(value)) {
      found.wrong = true;
      return;
    }
    if (owner?.field.listType === undefined) found.atomic.push(at());
    if (type.of !== undefined) for (const [i, item] of value.entries()) look(item, type.of, undefined, [...path, i], found);
  } else if (!isScalar(value, type)) found.wrong = true;
}

function isScalar(value: unknown, { kind }: Type): boolean {
  switch (kind) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'int32':
    case 'int64':
      return typeof value === 'number' && Number.isInteger(value);
    case 'double':
      return typeof value === 'number';
    case 'string':
    case 'time':
    case 'micro-time':
    case 'bytes':
      return typeof value === 'string';
    case 'int-or-string':
    case 'quantity':
      return typeof value === 'string' || typeof value === 'number';
    default:
      // Any JSON: merged by rules of its own.
      return false;
  }
}

/** Undefined where the object's own lists hold one element twice, or are no lists. */
function mergeObject(live: JsonObject, patch: JsonObject, type: Type, depth: number): JsonObject | undefined {
  const result = new Map<string, unknown>(Object.entries(live));
  for (const [key, value] of Object.entries(patch)) {
    const field = type.fields.get(key);
    const inner = type.kind === 'map' ? type.of : field?.type;
    const own = Object.hasOwn(live, key) ? live[key] : undefined;
    const merged = inner === undefined ? undefined : mergeValue(own, value, inner, field, depth + 1);
    if (merged === undefined) return undefined;
    result.set(key, merged);
  }
  return Object.fromEntries(result);
}

function mergeValue(live: unknown, patch: unknown, type: Type, field: Field | undefined, depth: number): unknown {
  if (depth > DEEPEST) return undefined;
  if (isObject(patch)) return mergeObject(asObject(live) ?? {}, patch, type, depth);
  if (!Array.isArray(patch)) return patch;
  if (live === undefined || live === null) return patch;
  if (!Array.isArray(live)) return undefined;
  if (field?.listType === 'set') return [...live, ...patch.filter((item) => !live.includes(item))];
  return mergeElements(live, patch, type, field?.mapKeys ?? [], depth);
}

/** Elements of the patch that the list has are merged where they are, the others are put behind it. */
function mergeElements(
  live: readonly unknown[],
  patch: readonly unknown[],
  list: Type,
  keys: readonly string[],
  depth: number,
): unknown {
  const type = list.of;
  if (type === undefined) return undefined;
  const places = new Map<string, number>();
  for (const [i, item] of live.entries()) {
    const key = keyOf(item, keys, type);
    if (key === undefined || places.has(key)) return undefined;
    places.set(key, i);
  }
  const result = [...live];
  const seen = new Set<string>();
  for (const item of patch) {
    const key = keyOf(item, keys, type);
    if (key === undefined || seen.has(key)) return undefined;
    seen.add(key);
    const place = places.get(key);
    const merged = place === undefined ? item : mergeValue(live[place], item, type, undefined, depth + 1);
    if (merged === undefined) return undefined;
    if (place === undefined) result.push(merged);
    else result[place] = merged;
  }
  // Between elements that both have, new ones go where the patch has them: only at its end that is where they were put.
  const last = patch.findLastIndex((item) => places.has(keyOf(item, keys, type) ?? ''));
  const isPlain = patch.slice(0, last + 1).every((item) => places.has(keyOf(item, keys, type) ?? ''));
  return isPlain ? result : undefined;
}

function keyOf(item: unknown, keys: readonly string[], type: Type): string | undefined {
  if (!isObject(item)) return undefined;
  const parts = keys.map((key) => item[key] ?? type.fields.get(key)?.default ?? '');
  return parts.every((part) => typeof part === 'string' || typeof part === 'number') ? JSON.stringify(parts) : undefined;
}
