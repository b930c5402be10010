import { formatIp } from '../../api/ip.ts';
import { isObject } from '../../api/manifest.ts';
import { compareQuantity } from '../../api/quantity.ts';
import { compareVersions } from './semver.ts';
import {
  ArrayList,
  CelError,
  CelList,
  CelMap,
  Duration,
  isFault,
  NO_OVERLOAD,
  Opaque,
  Optional,
  Timestamp,
  TypeValue,
  UInt,
  UNKNOWN,
  Unknown,
  type Value,
} from './values.ts';

/** Steps that comparing may take on top of those of the expression. */
export interface Budget {
  steps: number;
}

/** `a == b` of cel-go: numbers of all types compare by value, other types are never equal to each other. */
export function equals(a: Value, b: Value, budget: Budget): boolean | CelError | Unknown {
  if (isFault(a)) return a;
  if (isFault(b)) return b;
  if (a === null || b === null) return a === b;
  if (--budget.steps < 0) return UNKNOWN;
  const number = numeric(a);
  if (number !== undefined) {
    const other = numeric(b);
    return other !== undefined && compareNumbers(number, other) === 0;
  }
  if (typeof a === 'string' || typeof a === 'boolean') return a === b;
  if (a instanceof Uint8Array) return b instanceof Uint8Array && compareBytes(a, b) === 0;
  if (a instanceof CelList) return b instanceof CelList ? equalLists(a, b, budget) : a.typed ? NO_OVERLOAD : false;
  if (a instanceof CelMap) return b instanceof CelMap ? equalMaps(a, b, budget) : a.typed ? NO_OVERLOAD : false;
  if (a instanceof TypeValue) return b instanceof TypeValue && a.name === b.name;
  if (a instanceof Timestamp) return b instanceof Timestamp && a.nanos === b.nanos;
  if (a instanceof Duration) return b instanceof Duration && a.nanos === b.nanos;
  if (a instanceof Optional) {
    if (!(b instanceof Optional)) return false;
    if (a.value === undefined || b.value === undefined) return a.value === b.value;
    return equals(a.value, b.value, budget);
  }
  return a instanceof Opaque ? equalOpaque(a, b) : false;
}

function equalOpaque({ data }: Opaque, b: Value): boolean | CelError | Unknown {
  if (!(b instanceof Opaque)) return NO_OVERLOAD;
  const other = b.data;
  if (data.type === 'unknown') return other.type === 'unknown' && sameJson(data.raw, other.raw);
  if (data.type === 'kubernetes.Quantity' && other.type === 'kubernetes.Quantity')
    return compareQuantity(data.quantity, other.quantity) === 0;
  if (data.type === 'kubernetes.URL' && other.type === 'kubernetes.URL') return data.url.text === other.url.text;
  if (data.type === 'net.IP' && other.type === 'net.IP') return formatIp(data.ip) === formatIp(other.ip);
  if (data.type === 'net.CIDR' && other.type === 'net.CIDR')
    return data.cidr.prefix === other.cidr.prefix && formatIp(data.cidr.ip) === formatIp(other.cidr.ip);
  if (data.type === 'kubernetes.Semver' && other.type === 'kubernetes.Semver')
    return compareVersions(data.version, other.version) === 0;
  if (data.type === 'kubernetes.NamedFormat' && other.type === 'kubernetes.NamedFormat')
    return data.format.name === other.format.name;
  return NO_OVERLOAD;
}

function sameJson(a: unknown, b: unknown, depth = 0): boolean {
  if (a === b) return true;
  if (depth > 200) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i], depth + 1));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => sameJson(a[key], b[key], depth + 1));
}

function equalLists(a: CelList, b: CelList, budget: Budget): boolean | CelError | Unknown {
  if (a.size !== b.size) return false;
  if (a.listType !== 'atomic') return equalInAnyOrder(a, b, budget);
  let unknown = false;
  for (let i = 0; i < a.size; i++) {
    const same = equals(a.get(i), b.get(i), budget);
    if (same instanceof Unknown) unknown = true;
    else if (same !== true) return a.typed ? same : false;
    if (budget.steps < 0) return UNKNOWN;
  }
  return unknown ? UNKNOWN : true;
}

/** Lists of x-kubernetes-list-type set and map: their order does not count. Validated ones have no two equal elements. */
function equalInAnyOrder(a: CelList, b: CelList, budget: Budget): boolean | CelError | Unknown {
  let unknown = false;
  const used = new Set<number>();
  for (const item of a) {
    let found = false;
    for (let i = 0; i < b.size && !found; i++) {
      if (used.has(i)) continue;
      const same = equals(item, b.get(i), budget);
      if (same instanceof Unknown) unknown = true;
      else if (same === true) {
        used.add(i);
        found = true;
      }
      if (budget.steps < 0) return UNKNOWN;
    }
    if (!found) return unknown ? UNKNOWN : false;
  }
  return true;
}

function equalMaps(a: CelMap, b: CelMap, budget: Budget): boolean | CelError | Unknown {
  if (a.size !== b.size) return false;
  let unknown = false;
  for (const key of a.keys()) {
    const own = a.find(key);
    const other = b.find(key);
    if (own === undefined || other === undefined) {
      // A field that is null is not there, on both sides.
      if (own !== other) return false;
      continue;
    }
    const same = equals(own, other, budget);
    if (same instanceof Unknown) unknown = true;
    else if (same !== true) return a.typed ? same : false;
    if (budget.steps < 0) return UNKNOWN;
  }
  // What no schema knows is compared as it is, where both have it.
  const rest = a.unlisted;
  const others = rest === undefined || rest.size === 0 ? undefined : b.unlisted;
  for (const [key, value] of rest ?? []) if (others?.has(key) && !sameJson(value, others.get(key))) return false;
  return unknown ? UNKNOWN : true;
}

/** Whether a list has an element or a map a key. */
export function contains(container: Value, item: Value, budget: Budget): boolean | CelError | Unknown {
  if (container instanceof CelMap) {
    const found = container.find(item);
    return found !== undefined && isFault(found) ? found : found !== undefined;
  }
  if (!(container instanceof CelList)) return NO_OVERLOAD;
  let fault: CelError | Unknown | undefined;
  for (const element of container) {
    const same = equals(element, item, budget);
    if (same === true) return true;
    if (same !== false && !(fault instanceof Unknown)) fault = same;
    if (budget.steps < 0) return UNKNOWN;
  }
  return fault === undefined ? false : fault instanceof Unknown ? fault : container.typed ? fault : false;
}

type Numeric = bigint | number;

function numeric(value: Value): Numeric | undefined {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  return value instanceof UInt ? value.value : undefined;
}

/** JavaScript compares a bigint with a number exactly. Undefined with NaN. */
function compareNumbers(a: Numeric, b: Numeric): -1 | 0 | 1 | undefined {
  if (a < b) return -1;
  if (a > b) return 1;
  return a >= b ? 0 : undefined;
}

/** The order of two values, or why there is none. */
export function compare(a: Value, b: Value): -1 | 0 | 1 | CelError {
  const number = numeric(a);
  const other = numeric(b);
  if (number !== undefined && other !== undefined)
    return compareNumbers(number, other) ?? new CelError('NaN values cannot be ordered');
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return a === b ? 0 : a ? 1 : -1;
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b);
  if (a instanceof Timestamp && b instanceof Timestamp) return a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0;
  if (a instanceof Duration && b instanceof Duration) return a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0;
  return NO_OVERLOAD;
}

/** By bytes of UTF-8, which is by code points. */
function compareTexts(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  let i = 0;
  while (i < length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  if (i === length) return a.length < b.length ? -1 : 1;
  // A surrogate stands for a code point beyond all that are one unit.
  const rank = (code: number): number => (code >= 0xd800 && code < 0xe000 ? code + 0x10000 : code);
  return rank(a.charCodeAt(i)) < rank(b.charCodeAt(i)) ? -1 : 1;
}

function compareBytes(a: Uint8Array, b: Uint8Array): -1 | 0 | 1 {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i]! < b[i]! ? -1 : 1;
  return a.length === b.length ? 0 : a.length < b.length ? -1 : 1;
}

/** `a + b` of lists; those of type set and map join, as Kubernetes has them. */
export function addLists(a: CelList, b: CelList, budget: Budget): Value {
  budget.steps -= a.size + b.size;
  if (budget.steps < 0) return UNKNOWN;
  const items = [...a];
  if (a.listType === 'atomic') return new ArrayList([...items, ...b]);
  if (a.listType === 'set') {
    for (const item of b) {
      const known = contains(new ArrayList(items), item, budget);
      if (known === false) items.push(item);
      else if (known !== true) return known;
    }
    return new ArrayList(items);
  }
  return UNKNOWN;
}
