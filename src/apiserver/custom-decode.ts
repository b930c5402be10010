import { closest } from '../api/closest.ts';
import type { Release } from '../api/kinds.ts';
import { isObject, type JsonObject } from '../api/manifest.ts';
import type { SchemaNode } from '../api/schema.ts';
import { definitionOf } from '../api/table.ts';
import { isUnknown } from '../api/unknown.ts';
import type { Path } from '../source/path.ts';
import { sorted } from './custom-lists.ts';
import { invalidNumber } from './custom-numbers.ts';
import { type DecodeFault, decodeType } from './decode.ts';
import { strictPath, typeMessage } from './decode-words.ts';

export interface DecodedCustom {
  readonly faults: readonly DecodeFault[];
  /** Pruned and with its defaults; the given object itself where nothing changed. */
  readonly object: JsonObject;
}

const DEEPEST = 400;
const MOST_FAULTS = 100;
/** Aliases can make a small schema endless in width: so many defaults are filled in at most. */
const MOST_DEFAULTS = 20_000;
const META = new Set(['apiVersion', 'kind', 'metadata']);

/**
 * Decodes a custom resource as the server does: metadata strictly, then unknown fields are found and pruned, nulls that are not
 * allowed fall away, defaults are filled in.
 *
 * Mirrors unstructuredSchemaCoercer and the pruning, objectmeta and defaulting packages of apiextensions-apiserver/pkg/apiserver/schema.
 */
export function decodeCustom(value: JsonObject, node: SchemaNode, preserve: boolean, release: Release): DecodedCustom {
  const walk = new Pruning(release, preserve);
  const metadata = walk.metadata(value, []);
  const object = walk.object(value, node, true, false) as JsonObject;
  const unknown = [...walk.unknown].sort((a, b) => (a.says < b.says ? -1 : a.says > b.says ? 1 : 0));
  const all = [...metadata, ...unknown, ...walk.embedded];
  const stops = all.findIndex((fault) => fault.kind !== 'unknown-field' && fault.first);
  return { faults: stops < 0 ? all : all.map((fault, i) => ({ ...fault, first: i === stops })), object };
}

class Pruning {
  readonly unknown: DecodeFault[] = [];
  /** Faults in the metadata of embedded resources, told after all others. */
  readonly embedded: DecodeFault[] = [];
  readonly #release: Release;
  readonly #preserve: boolean;
  readonly #path: (string | number)[] = [];
  readonly #budget: { defaults: number };

  constructor(release: Release, preserve: boolean, budget = { defaults: MOST_DEFAULTS }) {
    this.#release = release;
    this.#preserve = preserve;
    this.#budget = budget;
  }

  metadata(resource: JsonObject, path: Path): readonly DecodeFault[] {
    const type = definitionOf('meta.v1.ObjectMeta', this.#release);
    if (type === undefined || !Object.hasOwn(resource, 'metadata')) return [];
    return decodeType(resource['metadata'], type, [...path, 'metadata']);
  }

  /**
   * `kept`: unknown fields of this object are kept (x-kubernetes-preserve-unknown-fields of it or of the list it is in).
   * `node` undefined: nothing is known of it, so that all of its fields are unknown.
   */
  #value(value: unknown, node: SchemaNode | undefined, kept: boolean): unknown {
    if (this.#path.length > DEEPEST) return value;
    const keeps = kept || node?.preserveUnknownFields === true;
    if (Array.isArray(value)) return this.#list(value, node, keeps);
    return isObject(value) ? this.object(value, node, node?.embeddedResource === true, keeps) : value;
  }

  object(value: JsonObject, node: SchemaNode | undefined, resource: boolean, kept: boolean): unknown {
    const keeps = kept || this.#preserve || node?.preserveUnknownFields === true;
    let out: Record<string, unknown> = value as Record<string, unknown>;
    const change = (key: string, inner: unknown) => {
      if (out === value) out = { ...value };
      if (inner === undefined) delete out[key];
      else Object.defineProperty(out, key, { value: inner, enumerable: true, configurable: true, writable: true });
    };
    if (resource && this.#path.length > 0) this.#embeddedMeta(value);
    for (const key of Object.keys(value)) {
      if (resource && META.has(key)) continue;
      const property = node?.property(key);
      const additional = node?.additional;
      if (property === undefined && additional === undefined) {
        if (keeps || isUnknown(key)) continue;
        if (!META.has(key) || this.#path.length > 0) this.#unknownField(key, node);
        change(key, undefined);
        continue;
      }
      const inner = property ?? (typeof additional === 'object' ? additional : undefined);
      if (value[key] === null && inner !== undefined && !inner.nullable) {
        if (!this.#preserve || inner.default !== undefined)
          change(key, inner.default === undefined ? undefined : this.#defaulted(inner));
        continue;
      }
      this.#path.push(key);
      const next = this.#value(value[key], inner, false);
      this.#path.pop();
      if (next !== value[key]) change(key, next);
    }
    if (node !== undefined) {
      for (const [key, property] of node.defaulted) if (!Object.hasOwn(out, key)) change(key, this.#defaulted(property));
    }
    return out;
  }

  /** The metadata, apiVersion and kind of an embedded resource: told with their place and value, where a type is wrong. */
  #embeddedMeta(resource: JsonObject): void {
    const refused = (name: string, says: string) =>
      `${strictPath([...this.#path, name])}: ${invalidNumber([], sorted(resource[name]), says).message}`;
    for (const name of ['apiVersion', 'kind']) {
      if (!Object.hasOwn(resource, name) || typeof resource[name] === 'string') continue;
      const message = typeMessage(resource[name], 'string');
      const path = [...this.#path, name];
      this.embedded.push({
        kind: 'wrong-type',
        path,
        message,
        says: refused(name, 'must be a string'),
        first: true,
        expected: 'string',
      });
    }
    for (const fault of this.metadata(resource, this.#path)) {
      this.embedded.push(fault.kind === 'unknown-field' ? fault : { ...fault, says: refused('metadata', fault.says) });
    }
  }

  #list(value: readonly unknown[], node: SchemaNode | undefined, kept: boolean): unknown {
    const items = node?.items;
    let out = value as unknown[];
    for (let i = 0; i < value.length; i++) {
      this.#path.push(i);
      let next = value[i];
      if (next === null && items !== undefined && !items.nullable && items.default !== undefined) next = this.#defaulted(items);
      else next = this.#value(next, items, kept);
      this.#path.pop();
      if (next !== value[i]) {
        if (out === value) out = [...value];
        out[i] = next;
      }
    }
    return out;
  }

  /** A default with the defaults inside it. Nothing in it is unknown: the definition was checked. */
  #defaulted(node: SchemaNode): unknown {
    if (--this.#budget.defaults < 0) return node.default;
    const inner = new Pruning(this.#release, true, this.#budget);
    inner.#path.push(...this.#path, '');
    return inner.#value(node.default, node, true);
  }

  #unknownField(key: string, node: SchemaNode | undefined): void {
    if (this.unknown.length >= MOST_FAULTS) return;
    const path = [...this.#path, key];
    this.unknown.push({
      kind: 'unknown-field',
      path,
      message: `the schema has no field ${JSON.stringify(key)} here`,
      // The server does not escape quotes here.
      says: `strict decoding error: unknown field "${strictPath(path)}"`,
      first: true,
      suggestion: node === undefined ? undefined : closest(key, node.propertyNames),
    });
  }
}
