/**
 * A Kubernetes type as manifests hold it: every field may be missing or null, nothing may be written.
 * Rules see only objects that decode, so what is there has the declared type.
 */
export type Manifest<T> = T extends (infer Item)[]
  ? readonly (Manifest<Item> | null)[]
  : T extends Date
    ? string
    : T extends object
      ? { readonly [Key in keyof T]?: Manifest<T[Key]> | null }
      : T;

export type JsonObject = { readonly [key: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asObject(value: unknown): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** The node at a path, or undefined where the path leaves the document. Own properties only. */
export function at(value: unknown, path: readonly (string | number)[]): unknown {
  let node = value;
  for (const segment of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, segment)) return undefined;
    node = (node as Record<string | number, unknown>)[segment];
  }
  return node;
}

/** Items of a list that are objects, with their index. */
export function objectsOf(value: unknown): readonly (readonly [JsonObject, number])[] {
  if (!Array.isArray(value)) return NO_OBJECTS;
  const found: [JsonObject, number][] = [];
  for (let i = 0; i < value.length; i++) if (isObject(value[i])) found.push([value[i], i]);
  return found;
}

const NO_OBJECTS: readonly (readonly [JsonObject, number])[] = [];

/** Deeper than this two values are taken to be the same. */
const DEEPEST = 400;

/** Whether two values of any JSON are the same, whatever the order of keys. */
export function sameJson(a: unknown, b: unknown, depth = 0): boolean {
  if (a === b || depth > DEEPEST) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, i) => sameJson(one, b[i], depth + 1));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key], depth + 1))
  );
}
