import { isObject, type JsonObject } from '../api/manifest.ts';
import type { SchemaNode } from '../api/schema.ts';
import { isUnknown } from '../api/unknown.ts';
import type { Path } from '../source/path.ts';
import { type Cause, duplicate, invalid, required } from './cause.ts';
import { invalidNumber } from './custom-numbers.ts';

const DEEPEST = 400;

/**
 * Elements that a list of type `set`, or keys that a list of type `map`, hold twice.
 * Mirrors apiextensions-apiserver/pkg/apiserver/schema/listtype.
 */
export function validateLists(object: JsonObject, node: SchemaNode): readonly Cause[] {
  const causes: Cause[] = [];
  lists(object, node, [], causes);
  return causes;
}

function lists(value: unknown, node: SchemaNode, path: Path, causes: Cause[]): void {
  if (path.length > DEEPEST) return;
  if (Array.isArray(value)) {
    if (node.listType === 'set') {
      for (const i of repeated(value.map(canonical))) causes.push(duplicate([...path, i], value[i]));
    } else if (node.listType === 'map') listMap(value, node.listMapKeys, path, causes);
    const items = node.items;
    if (items !== undefined && nests(items)) for (let i = 0; i < value.length; i++) lists(value[i], items, [...path, i], causes);
  } else if (isObject(value)) {
    for (const key of Object.keys(value)) {
      const inner = value[key];
      if (typeof inner !== 'object' || inner === null) continue;
      // A field that is both is checked twice, as there.
      if (typeof node.additional === 'object') lists(inner, node.additional, [...path, key], causes);
      const property = node.property(key);
      if (property !== undefined) lists(inner, property, [...path, key], causes);
    }
  }
}

function nests(node: SchemaNode): boolean {
  return node.types[0] === 'object' || node.types[0] === 'array' || node.types.length === 0;
}

function listMap(list: readonly unknown[], keys: readonly string[], path: Path, causes: Cause[]): void {
  const wrong = list.findIndex((item) => item !== null && !isObject(item) && !isUnknown(item));
  if (wrong >= 0) {
    causes.push(invalidNumber([...path, wrong], list[wrong], 'must be an object for an array of list-type map'));
    return;
  }
  const keyed = list.map((item) => {
    const key: Record<string, unknown> = {};
    if (isObject(item)) for (const name of keys) if (Object.hasOwn(item, name)) key[name] = item[name];
    return key;
  });
  const texts = keyed.map((key, i) => (isUnknown(list[i]) || Object.values(key).some(isUnknown) ? undefined : canonical(key)));
  for (const i of repeated(texts)) causes.push(duplicate([...path, i], sorted(keyed[i])));
}

/** Where a text stands for the second time; further times are not told. */
function repeated(texts: readonly (string | undefined)[]): readonly number[] {
  const seen = new Map<string, number>();
  const out: number[] = [];
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i];
    if (text === undefined) continue;
    const times = seen.get(text) ?? 0;
    if (times === 1) out.push(i);
    seen.set(text, times + 1);
  }
  return out;
}

/** JSON with sorted keys: equal for equal values. Undefined for what is not known. */
export function canonical(value: unknown): string | undefined {
  return isUnknown(value)
    ? undefined
    : JSON.stringify(sorted(value), (_, inner) => (typeof inner === 'bigint' ? `${inner}n` : inner));
}

/** The same value with sorted keys at all levels, as Go prints maps. */
export function sorted(value: unknown, depth = 0): unknown {
  if (depth > DEEPEST) return null;
  if (Array.isArray(value)) return value.map((item) => sorted(item, depth + 1));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key], depth + 1)]),
  );
}

/**
 * What x-kubernetes-embedded-resource asks: apiVersion and kind.
 * Mirrors apiextensions-apiserver/pkg/apiserver/schema/objectmeta/validation.go, without the checks of metadata.
 */
export function validateEmbedded(object: JsonObject, node: SchemaNode): readonly Cause[] {
  const causes: Cause[] = [];
  embedded(object, node, [], causes);
  return causes;
}

function embedded(value: unknown, node: SchemaNode, path: Path, causes: Cause[]): void {
  if (path.length > DEEPEST) return;
  if (Array.isArray(value)) {
    const items = node.items;
    if (items !== undefined && nests(items))
      for (let i = 0; i < value.length; i++) embedded(value[i], items, [...path, i], causes);
  } else if (isObject(value)) {
    if (node.embeddedResource) typeMeta(value, path, causes);
    for (const key of Object.keys(value)) {
      const inner = value[key];
      if (typeof inner !== 'object' || inner === null) continue;
      const schema = node.property(key) ?? (typeof node.additional === 'object' ? node.additional : undefined);
      if (schema !== undefined) embedded(inner, schema, [...path, key], causes);
    }
  }
}

function typeMeta(value: JsonObject, path: Path, causes: Cause[]): void {
  for (const name of ['apiVersion', 'kind']) {
    const at = [...path, name];
    const text = value[name];
    if (!Object.hasOwn(value, name)) causes.push(required(at));
    else if (typeof text !== 'string') causes.push(invalid(at, text, 'must be a string'));
    else if (text === '') causes.push(invalid(at, text, 'must not be empty'));
    else if (name === 'apiVersion' && text.split('/').length > 2) {
      causes.push(invalid(at, text, `unexpected GroupVersion string: ${text}`));
    }
  }
}
