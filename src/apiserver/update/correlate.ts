import { isObject, type JsonObject } from '../../api/manifest.ts';
import type { SchemaNode } from '../../api/schema.ts';
import { isUnknown } from '../../api/unknown.ts';
import type { Path } from '../../source/path.ts';
import { type Former, NOT_KNOWN } from '../custom-former.ts';

/** One part of an object and what stood in its place before. */
interface Pair {
  readonly node: SchemaNode;
  readonly next: unknown;
  readonly old: unknown;
}

const DEEPEST = 400;

/**
 * A custom resource beside the one that is there, part by part: fields and keys of maps by their names, items of lists of type `map` by their
 * keys, those of other lists not at all. Mirrors CorrelatedObject of k8s.io/apiserver/pkg/cel/common/equality.go and its MapList.
 */
export class Correlation implements Former {
  readonly #root: Pair;
  readonly #keyed = new WeakMap<readonly unknown[], ReadonlyMap<string, unknown>>();
  readonly listsAreWrong: boolean;

  /** @param listsAreWrong the old object has lists that would be refused: then those of the new one are not looked at */
  constructor(next: JsonObject, old: JsonObject, node: SchemaNode, listsAreWrong: boolean) {
    this.#root = { node, next, old };
    this.listsAreWrong = listsAreWrong;
  }

  oldAt(path: Path): unknown {
    let pair: Pair = this.#root;
    for (const step of path) {
      const inner = this.#step(pair, step);
      if (inner === undefined || inner === NOT_KNOWN) return inner;
      pair = inner;
    }
    // No rule is asked about a null.
    return pair.old ?? undefined;
  }

  isUnchanged(path: Path): boolean {
    let pair: Pair = this.#root;
    for (const step of path) {
      const inner = this.#step(pair, step);
      if (inner === NOT_KNOWN) return true;
      if (inner === undefined) break;
      pair = inner;
    }
    return pair === this.#root ? this.#sameFields(pair) : this.#same(pair, 0);
  }

  #step({ node, next, old }: Pair, step: string | number): Pair | typeof NOT_KNOWN | undefined {
    if (isUnknown(old) || isUnknown(next)) return NOT_KNOWN;
    if (typeof step === 'number') {
      if (!Array.isArray(next) || !Array.isArray(old) || node.listType !== 'map' || node.items === undefined) return undefined;
      const key = keyOf(next[step], node.listMapKeys);
      if (key === NOT_KNOWN) return NOT_KNOWN;
      const found = key === undefined ? undefined : this.#byKey(old, node.listMapKeys).get(key);
      return found === undefined ? undefined : { node: node.items, next: next[step], old: found };
    }
    if (!isObject(next) || !isObject(old) || !Object.hasOwn(next, step) || !Object.hasOwn(old, step)) return undefined;
    const inner = node.property(step) ?? (typeof node.additional === 'object' ? node.additional : undefined);
    return inner === undefined ? undefined : { node: inner, next: next[step], old: old[step] };
  }

  #byKey(list: readonly unknown[], keys: readonly string[]): ReadonlyMap<string, unknown> {
    let known = this.#keyed.get(list);
    if (known === undefined) {
      const made = new Map<string, unknown>();
      for (const item of list) {
        const key = keyOf(item, keys);
        if (typeof key === 'string' && !made.has(key)) made.set(key, item);
      }
      this.#keyed.set(list, (known = made));
    }
    return known;
  }

  /** Of the whole object, what its author writes: the server changes the rest by itself. */
  #sameFields({ next, old, node }: Pair): boolean {
    if (!isObject(next) || !isObject(old)) return false;
    const names = new Set([...Object.keys(next), ...Object.keys(old)]);
    for (const name of ['metadata', 'status', 'apiVersion', 'kind']) names.delete(name);
    return [...names].every((name) => this.#same({ node: node.property(name) ?? node, next: next[name], old: old[name] }, 1));
  }

  /** What is not known yet may be the same. */
  #same({ node, next, old }: Pair, depth: number): boolean {
    if (next === old || isUnknown(next) || isUnknown(old)) return true;
    if (depth > DEEPEST) return false;
    if (Array.isArray(next)) {
      if (!Array.isArray(old) || next.length !== old.length) return false;
      const items = node.items ?? node;
      const keys = node.listType === 'map' ? node.listMapKeys : [];
      const keyed = keys.length > 0 ? this.#byKey(old, keys) : undefined;
      return next.every((item, i) => {
        const key = keyed && keyOf(item, keys);
        const other = keyed !== undefined && typeof key === 'string' ? keyed.get(key) : old[i];
        return this.#same({ node: items, next: item, old: other }, depth + 1);
      });
    }
    if (!isObject(next)) return typeof next === 'bigint' || typeof old === 'bigint' ? String(next) === String(old) : false;
    if (!isObject(old) || Object.keys(next).length !== Object.keys(old).length) return false;
    return Object.keys(next).every((name) => {
      if (!Object.hasOwn(old, name)) return isUnknown(name);
      const inner = node.property(name) ?? (typeof node.additional === 'object' ? node.additional : node);
      return this.#same({ node: inner, next: next[name], old: old[name] }, depth + 1);
    });
  }
}

/** What tells an item from the others; undefined where one of its keys is missing or is no plain value. */
function keyOf(item: unknown, keys: readonly string[]): string | typeof NOT_KNOWN | undefined {
  if (isUnknown(item)) return NOT_KNOWN;
  if (!isObject(item) || keys.length === 0) return undefined;
  let key = '';
  for (const name of keys) {
    const value = Object.hasOwn(item, name) ? item[name] : undefined;
    if (isUnknown(value)) return NOT_KNOWN;
    if (value === undefined || value === null || typeof value === 'object') return undefined;
    key += `\0${typeof value === 'string' ? JSON.stringify(value) : String(value)}`;
  }
  return key;
}
