import { isObject, type JsonObject } from '../../api/manifest.ts';
import type { SchemaNode } from '../../api/schema.ts';
import { isPlaceholder } from '../../api/unknown.ts';
import { hasFormat } from '../custom-formats.ts';
import { isInt64 } from '../custom-numbers.ts';
import { decodeBase64 } from './base64.ts';
import { escapeName, unescapeName } from './escape.ts';
import { parseDuration, parseTimestamp } from './time.ts';
import { CelError, CelList, CelMap, Duration, type ListType, Opaque, Timestamp, UNKNOWN, type Value } from './values.ts';

/**
 * A document's value as CEL sees it by its schema. Mirrors UnstructuredToVal of k8s.io/apiserver/pkg/cel/common/valuesunstructured.go.
 * `root`: a whole resource, whose kind, apiVersion and names are always there.
 */
export function bindSchema(value: unknown, node: SchemaNode, root = false): Value {
  if (value === null || value === undefined) {
    return node.nullable ? null : new CelError('invalid data, got null for schema with nullable=false');
  }
  if (isPlaceholder(value)) return UNKNOWN;
  if (node.types.length === 2) return bindIntOrString(value);
  switch (node.types[0]) {
    case 'object':
      if (!isObject(value)) return UNKNOWN;
      return hasUnknownKey(value) ? UNKNOWN : new SchemaMap(value, root || node.embeddedResource ? withMeta(node) : node);
    case 'array':
      return Array.isArray(value) && node.items !== undefined ? new SchemaList(value, node, node.items) : UNKNOWN;
    case 'string':
      return typeof value === 'string' ? bindString(value, node.format) : UNKNOWN;
    case 'number':
      return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : UNKNOWN;
    case 'integer':
      return isInt64(value) ? BigInt(value) : UNKNOWN;
    case 'boolean':
      return typeof value === 'boolean' ? value : UNKNOWN;
    default:
      return node.preserveUnknownFields ? new Opaque({ type: 'unknown', raw: value }) : UNKNOWN;
  }
}

function bindIntOrString(value: unknown): Value {
  if (typeof value === 'string') return value;
  return isInt64(value)
    ? BigInt(value)
    : new CelError('invalid data, expected XIntOrString value to be either a string or integer');
}

function bindString(text: string, format: string): Value {
  switch (format) {
    case 'byte': {
      const bytes = decodeBase64(text);
      return bytes ?? UNKNOWN;
    }
    case 'duration': {
      const nanos = parseDuration(text);
      // strfmt also reads words such as `3 weeks`.
      return nanos === undefined ? UNKNOWN : new Duration(nanos);
    }
    case 'date': {
      const time = hasFormat('date')?.(text) ? parseTimestamp(`${text}T00:00:00Z`) : undefined;
      return time === undefined ? UNKNOWN : new Timestamp(time.nanos);
    }
    case 'date-time': {
      const time = parseTimestamp(text);
      return time === undefined ? UNKNOWN : new Timestamp(time.nanos, time.zone);
    }
    default:
      return text;
  }
}

/** A name that is filled in later may be any. */
function hasUnknownKey(object: JsonObject): boolean {
  for (const key in object) if (isPlaceholder(key)) return true;
  return false;
}

const withMetas = new WeakMap<SchemaNode, SchemaNode>();
const TEXT = { type: 'string' };

/** The schema with what every resource has: see WithTypeAndObjectMeta of apiextensions-apiserver/pkg/apiserver/schema/cel/model. */
export function withMeta(node: SchemaNode): SchemaNode {
  let made = withMetas.get(node);
  if (made === undefined) {
    const isText = (name: string, of: SchemaNode | undefined = node): boolean => of?.property(name)?.types[0] === 'string';
    const metadata = node.property('metadata');
    const complete = isText('kind') && isText('apiVersion') && isText('name', metadata) && isText('generateName', metadata);
    const properties: Record<string, unknown> = {
      kind: TEXT,
      apiVersion: TEXT,
      metadata: { type: 'object', properties: { name: TEXT, generateName: TEXT } },
    };
    made = complete ? node : node.extended(properties);
    withMetas.set(node, made);
  }
  return made;
}

class SchemaList extends CelList {
  readonly #raw: readonly unknown[];
  readonly #items: SchemaNode;
  readonly #bound: (Value | undefined)[] = [];
  override readonly listType: ListType;
  override readonly typed = true;

  constructor(raw: readonly unknown[], node: SchemaNode, items: SchemaNode) {
    super();
    this.#raw = raw;
    this.#items = items;
    const { listType } = node;
    this.listType = listType === 'set' ? 'set' : listType === 'map' ? { keys: node.listMapKeys } : 'atomic';
  }

  get size(): number {
    return this.#raw.length;
  }

  get(index: number): Value {
    return (this.#bound[index] ??= bindSchema(this.#raw[index], this.#items));
  }
}

class SchemaMap extends CelMap {
  readonly #raw: JsonObject;
  readonly #node: SchemaNode;
  readonly #isObject: boolean;
  readonly #bound = new Map<string, Value>();
  override readonly typed = true;

  constructor(raw: JsonObject, node: SchemaNode) {
    super();
    this.#raw = raw;
    this.#node = node;
    this.#isObject = node.hasProperties;
  }

  get size(): number {
    return Object.keys(this.#raw).length;
  }

  find(key: Value): Value | undefined {
    if (typeof key !== 'string') return new CelError('no such overload');
    const name = this.#isObject ? unescapeName(key) : key;
    if (name === undefined || !Object.hasOwn(this.#raw, name)) return undefined;
    const raw = this.#raw[name];
    if (raw === undefined || (this.#isObject && raw === null)) return undefined;
    let bound = this.#bound.get(name);
    if (bound !== undefined) return bound;
    const schema = this.#schemaOf(name);
    if (schema === undefined) return undefined;
    this.#bound.set(name, (bound = bindSchema(raw, schema)));
    return bound;
  }

  override get unlisted(): ReadonlyMap<string, unknown> {
    return new Map(Object.entries(this.#raw).filter(([name]) => this.#schemaOf(name) === undefined));
  }

  keys(): readonly Value[] {
    const names: string[] = [];
    for (const name of Object.keys(this.#raw)) {
      if (this.#schemaOf(name) === undefined) continue;
      names.push(this.#isObject ? (escapeName(name) ?? name) : name);
    }
    return names;
  }

  #schemaOf(name: string): SchemaNode | undefined {
    if (this.#isObject) return this.#node.property(name);
    const { additional } = this.#node;
    return typeof additional === 'object' ? additional : undefined;
  }
}

/** A value without a schema: what is written as a whole number is an int. */
export function bindPlain(value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (isPlaceholder(value)) return UNKNOWN;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return isInt64(value) ? BigInt(value) : Number(value);
  if (Array.isArray(value)) return new PlainList(value);
  if (!isObject(value)) return UNKNOWN;
  return hasUnknownKey(value) ? UNKNOWN : new PlainMap(value);
}

class PlainList extends CelList {
  readonly #raw: readonly unknown[];
  readonly #bound: (Value | undefined)[] = [];
  constructor(raw: readonly unknown[]) {
    super();
    this.#raw = raw;
  }
  get size(): number {
    return this.#raw.length;
  }
  get(index: number): Value {
    const bound = this.#bound[index];
    return bound === undefined ? (this.#bound[index] = bindPlain(this.#raw[index])) : bound;
  }
}

class PlainMap extends CelMap {
  readonly #raw: JsonObject;
  readonly #bound = new Map<string, Value>();
  constructor(raw: JsonObject) {
    super();
    this.#raw = raw;
  }
  get size(): number {
    return Object.keys(this.#raw).length;
  }
  find(key: Value): Value | undefined {
    if (typeof key !== 'string' || !Object.hasOwn(this.#raw, key)) return undefined;
    const known = this.#bound.get(key);
    if (known !== undefined) return known;
    const bound = bindPlain(this.#raw[key]);
    this.#bound.set(key, bound);
    return bound;
  }
  keys(): readonly Value[] {
    return Object.keys(this.#raw);
  }
}
