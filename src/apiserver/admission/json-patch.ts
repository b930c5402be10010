import { isObject, type JsonObject, sameJson } from '../../api/manifest.ts';
import type { JsonPatchOperation } from '../cel/mutate.ts';

/** What the server has at a path where nothing is written: nothing, a value, or what nobody knows. */
export type Filled = (path: readonly string[]) => { readonly value: unknown } | 'nothing' | 'unknown';

/** The patched object, what the patch fails with, or undefined where that is not known. */
export type Patched = { readonly object: JsonObject } | string | undefined;

/**
 * Applies a JSON patch as gopkg.in/evanphx/json-patch.v4 does: `replace` of a missing key adds it, `copy` of one gives null, and a `test` that is not met
 * leaves the object as it is.
 */
export function applyJsonPatch(object: JsonObject, operations: readonly JsonPatchOperation[], filled: Filled): Patched {
  const document = new Document(structuredClone(object), filled);
  for (const operation of operations) {
    const fault = document.apply(operation);
    if (fault === NOT_MET) return { object };
    if (fault === UNKNOWN) return undefined;
    if (fault !== undefined) return `JSON Patch: ${fault}`;
  }
  return isObject(document.root) ? { object: document.root } : undefined;
}

const NOT_MET = Symbol('not met');
const UNKNOWN = Symbol('unknown');
const MISSING = Symbol('missing');
type Fault = string | typeof NOT_MET | typeof UNKNOWN | undefined;
type Container = JsonObject | unknown[];

class Document {
  readonly root: JsonObject;
  readonly #filled: Filled;

  constructor(root: JsonObject, filled: Filled) {
    this.root = root;
    this.#filled = filled;
  }

  apply({ op, path, from, value }: JsonPatchOperation): Fault {
    switch (op) {
      case 'add':
      case 'replace':
        return value === undefined ? UNKNOWN : this.#put(op, path, value);
      case 'remove':
        return this.#remove(op, path);
      case 'test': {
        const found = this.#get(op, path);
        if (found === undefined || 'fault' in found) return found?.fault;
        return sameJson(found.value, value ?? null) ? undefined : NOT_MET;
      }
      case 'move':
      case 'copy': {
        const found = this.#get(op, from);
        if (found === undefined || 'fault' in found) return found?.fault;
        const moved = structuredClone(found.value);
        return (op === 'move' ? this.#remove(op, from) : undefined) ?? this.#put(op, path, moved);
      }
      default:
        return `Unexpected kind: ${op}`;
    }
  }

  /** The container that a path's last name is in. What the server fills in and the text does not have is written down on the way. */
  #container(op: string, path: string): { readonly at: Container; readonly key: string; readonly names: string[] } | Fault {
    const missing = `${op} operation does not apply: doc is missing path: "${path}": missing value`;
    const names = path
      .split('/')
      .slice(1)
      .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
    if (!path.startsWith('/') || names.length > 64) return missing;
    let at: Container = this.root;
    for (let i = 0; i < names.length - 1; i++) {
      const child = this.#child(at, names[i]!, names.slice(0, i + 1));
      if (child === UNKNOWN) return UNKNOWN;
      if (!isObject(child) && !Array.isArray(child)) return missing;
      at = child;
    }
    return { at, key: names.at(-1)!, names };
  }

  #child(at: Container, name: string, names: readonly string[]): unknown {
    if (Array.isArray(at)) return /^\d{1,9}$/.test(name) && Number(name) < at.length ? at[Number(name)] : MISSING;
    const own = Object.hasOwn(at, name) ? at[name] : undefined;
    if (own !== undefined && own !== null) return own;
    const filled = this.#filled(names);
    if (filled === 'unknown') return UNKNOWN;
    if (filled === 'nothing') return MISSING;
    set(at, name, structuredClone(filled.value));
    return at[name];
  }

  #get(op: string, path: string): { readonly value: unknown } | { readonly fault: Fault } | undefined {
    const place = this.#container(op, path);
    if (typeof place !== 'object') return { fault: place };
    const value = this.#child(place.at, place.key, place.names);
    if (value === UNKNOWN || (value === MISSING && Array.isArray(place.at))) return { fault: UNKNOWN };
    return { value: value === MISSING ? null : value };
  }

  #put(op: string, path: string, value: unknown): Fault {
    const place = this.#container(op, path);
    if (typeof place !== 'object') return place;
    const { at, key } = place;
    if (!Array.isArray(at)) {
      set(at, key, value);
      return undefined;
    }
    if (key === '-' && op !== 'replace') {
      at.push(value);
      return undefined;
    }
    // Negative indices count from the end, and are nobody's.
    if (!/^\d{1,9}$/.test(key)) return UNKNOWN;
    const index = Number(key);
    if (index < at.length || (index === at.length && op !== 'replace')) {
      at.splice(index, op === 'replace' ? 1 : 0, value);
      return undefined;
    }
    return op === 'add'
      ? `error in add for path: '${path}': Unable to access invalid index: ${index}: invalid index referenced`
      : UNKNOWN;
  }

  #remove(op: string, path: string): Fault {
    const place = this.#container(op, path);
    if (typeof place !== 'object') return place;
    const { at, key, names } = place;
    if (Array.isArray(at)) {
      if (!/^\d{1,9}$/.test(key)) return UNKNOWN;
      if (Number(key) < at.length) {
        at.splice(Number(key), 1);
        return undefined;
      }
      return `error in ${op} for path: '${path}': Unable to access invalid index: ${Number(key)}: invalid index referenced`;
    }
    const value = this.#child(at, key, names);
    if (value === UNKNOWN) return UNKNOWN;
    if (value === MISSING) return `error in ${op} for path: '${path}': Unable to remove nonexistent key: ${key}: missing value`;
    Reflect.deleteProperty(at, key);
    return undefined;
  }
}

/** Also where the key is one of Object's own. */
function set(at: JsonObject, key: string, value: unknown): void {
  Object.defineProperty(at, key, { value, writable: true, enumerable: true, configurable: true });
}
