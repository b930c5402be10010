import type { Cidr, Ip } from '../../api/ip.ts';
import type { Quantity } from '../../api/quantity.ts';

/**
 * The values of CEL: int is a bigint, double a number, list and map are read through an interface, so that a document is converted no
 * further than it is looked at. Mirrors github.com/google/cel-go/common/types.
 */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | UInt
  | CelList
  | CelMap
  | TypeValue
  | Timestamp
  | Duration
  | Optional
  | Opaque
  | CelError
  | Unknown;

export class UInt {
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}

/** What an evaluation failed with. A value, since `||` and `&&` may absorb it. */
export class CelError {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** The third truth: it hangs on what only a cluster knows, on a placeholder, or on more steps than are spent. */
export class Unknown {
  readonly unknown = true;
}
export const UNKNOWN = new Unknown();

export class TypeValue {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** Nanoseconds since 1970, and the minutes east of UTC that it is printed with. */
export class Timestamp {
  readonly nanos: bigint;
  readonly zone: number;
  constructor(nanos: bigint, zone = 0) {
    this.nanos = nanos;
    this.zone = zone;
  }
}

export class Duration {
  readonly nanos: bigint;
  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

export class Optional {
  readonly value: Value | undefined;
  constructor(value: Value | undefined) {
    this.value = value;
  }
}
export const NONE = new Optional(undefined);

export interface Url {
  readonly text: string;
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
}

export interface SemanticVersion {
  readonly numbers: readonly [bigint, bigint, bigint];
  readonly pre: readonly string[];
}

export interface NamedFormat {
  readonly name: string;
  readonly faults: (text: string) => readonly string[];
}

/** Values of Kubernetes' own types. */
export class Opaque {
  readonly data: OpaqueData;
  constructor(data: OpaqueData) {
    this.data = data;
  }
}
export type OpaqueData =
  | { readonly type: 'kubernetes.URL'; readonly url: Url }
  | { readonly type: 'kubernetes.Quantity'; readonly quantity: Quantity }
  | { readonly type: 'net.IP'; readonly ip: Ip }
  | { readonly type: 'net.CIDR'; readonly cidr: Cidr }
  | { readonly type: 'kubernetes.Semver'; readonly version: SemanticVersion }
  | { readonly type: 'kubernetes.NamedFormat'; readonly format: NamedFormat }
  /** Preserved data without a schema: only compared. */
  | { readonly type: 'unknown'; readonly raw: unknown };

/** How a list compares and adds up: x-kubernetes-list-type. */
export type ListType = 'atomic' | 'set' | { readonly keys: readonly string[] };

export abstract class CelList {
  abstract readonly size: number;
  abstract get(index: number): Value;
  readonly listType: ListType = 'atomic';
  /** Made of a document by its schema: comparing it with something else is an error. */
  readonly typed: boolean = false;

  *[Symbol.iterator](): IterableIterator<Value> {
    for (let i = 0; i < this.size; i++) yield this.get(i);
  }
}

export class ArrayList extends CelList {
  readonly items: readonly Value[];
  constructor(items: readonly Value[]) {
    super();
    this.items = items;
  }
  get size(): number {
    return this.items.length;
  }
  get(index: number): Value {
    return this.items[index]!;
  }
}

export abstract class CelMap {
  abstract readonly size: number;
  /** Undefined where there is no such key. */
  abstract find(key: Value): Value | undefined;
  abstract keys(): readonly Value[];
  readonly typed: boolean = false;
  /** Of a document's object, what its schema does not know. */
  get unlisted(): ReadonlyMap<string, unknown> | undefined {
    return undefined;
  }
}

export class EntryMap extends CelMap {
  readonly entries: ReadonlyMap<string, readonly [Value, Value]>;
  constructor(entries: ReadonlyMap<string, readonly [Value, Value]>) {
    super();
    this.entries = entries;
  }
  get size(): number {
    return this.entries.size;
  }
  find(key: Value): Value | undefined {
    const name = mapKey(key);
    return name === undefined ? undefined : this.entries.get(name)?.[1];
  }
  keys(): readonly Value[] {
    return [...this.entries.values()].map(([key]) => key);
  }
}

/** An object or a JSON patch that a mutation makes, with the name of its type: `Object.spec`, `JSONPatch`. */
export class Message extends EntryMap {
  readonly type: string;
  constructor(type: string, entries: ReadonlyMap<string, readonly [Value, Value]>) {
    super(entries);
    this.type = type;
  }
}

/** A key as a text: whole numbers of all types are the same key. Undefined for what cannot be a key. */
export function mapKey(key: Value): string | undefined {
  if (typeof key === 'string') return `s${key}`;
  if (typeof key === 'bigint') return `n${key}`;
  if (key instanceof UInt) return `n${key.value}`;
  if (typeof key === 'boolean') return `b${key}`;
  if (typeof key === 'number' && Number.isInteger(key)) return `n${BigInt(key)}`;
  return undefined;
}

export const NO_OVERLOAD = new CelError('no such overload');

export function isFault(value: Value): value is CelError | Unknown {
  return value instanceof CelError || value instanceof Unknown;
}

export const MIN_INT = -(2n ** 63n);
export const MAX_INT = 2n ** 63n - 1n;
export const MAX_UINT = 2n ** 64n - 1n;

/** The name of a value's type, as `type()` gives it. */
export function typeName(value: Value): string {
  if (value === null) return 'null_type';
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'double';
    case 'string':
      return 'string';
  }
  if (value instanceof UInt) return 'uint';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof CelList) return 'list';
  if (value instanceof Message) return value.type;
  if (value instanceof CelMap) return 'map';
  if (value instanceof TypeValue) return 'type';
  if (value instanceof Timestamp) return 'google.protobuf.Timestamp';
  if (value instanceof Duration) return 'google.protobuf.Duration';
  if (value instanceof Optional) return 'optional_type';
  if (value instanceof Opaque) return value.data.type;
  return 'error';
}
