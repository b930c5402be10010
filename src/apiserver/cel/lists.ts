import { OPERATORS } from './arithmetic.ts';
import { type Budget, compare, contains, equals } from './equality.ts';
import type { CelFunction } from './functions.ts';
import { ArrayList, CelError, CelList, isFault, NO_OVERLOAD, NONE, Optional, typeName, UNKNOWN, type Value } from './values.ts';

/** cel-go's ext.Lists (version 3), ext.Sets, and Kubernetes' own lists library. */
export const LIST_FUNCTIONS: ReadonlyMap<string, CelFunction> = new Map<string, CelFunction>([
  ['lists.range', range],
  ['sets.contains', ofLists((list, other, budget) => within(other, list, budget))],
  ['sets.equivalent', ofLists((a, b, budget) => both(within(a, b, budget), () => within(b, a, budget)))],
  ['sets.intersects', ofLists(intersects)],
]);

export const LIST_METHODS: ReadonlyMap<string, CelFunction> = new Map<string, CelFunction>([
  ['isSorted', isSorted],
  ['sum', sum],
  ['min', extreme('min', 1)],
  ['max', extreme('max', -1)],
  ['indexOf', position(false)],
  ['lastIndexOf', position(true)],
  ['includes', includes],
  ['slice', slice],
  ['flatten', flatten],
  ['sort', (args, budget) => (args.length === 1 ? sorted(args[0]!, args[0]!, budget) : NO_OVERLOAD)],
  ['reverse', ofList((list) => new ArrayList([...list].reverse()))],
  ['distinct', ofList(distinct)],
  ['first', ofList((list) => (list.size === 0 ? NONE : new Optional(list.get(0))))],
  ['last', ofList((list) => (list.size === 0 ? NONE : new Optional(list.get(list.size - 1))))],
]);

function ofList(method: (list: CelList, budget: Budget) => Value): CelFunction {
  return (args, budget) => {
    const list = args[0];
    if (!(list instanceof CelList) || args.length !== 1) return NO_OVERLOAD;
    budget.steps -= list.size;
    return budget.steps < 0 ? UNKNOWN : method(list, budget);
  };
}

function ofLists(method: (a: CelList, b: CelList, budget: Budget) => Value): CelFunction {
  return (args, budget) => {
    const [a, b] = args;
    return a instanceof CelList && b instanceof CelList && args.length === 2 ? method(a, b, budget) : NO_OVERLOAD;
  };
}

/** Whether every element of one list is in the other. */
function within(list: CelList, other: CelList, budget: Budget): Value {
  let unknown = false;
  for (const item of list) {
    const found = contains(other, item, budget);
    if (found === false) return false;
    if (found !== true) unknown = true;
  }
  return unknown ? UNKNOWN : true;
}

function both(a: Value, b: () => Value): Value {
  return a === true ? b() : a;
}

function intersects(a: CelList, b: CelList, budget: Budget): Value {
  let unknown = false;
  for (const item of a) {
    const found = contains(b, item, budget);
    if (found === true) return true;
    if (found !== false) unknown = true;
  }
  return unknown ? UNKNOWN : false;
}

function range(args: readonly Value[], budget: Budget): Value {
  const count = args[0];
  if (typeof count !== 'bigint' || args.length !== 1) return NO_OVERLOAD;
  if (count < 0n) return new CelError(`lists.range: size must be non-negative, got ${count}`);
  budget.steps -= Number(count);
  return budget.steps < 0 ? UNKNOWN : new ArrayList(Array.from({ length: Number(count) }, (_, i) => BigInt(i)));
}

function isSorted(args: readonly Value[]): Value {
  const list = args[0];
  if (!(list instanceof CelList) || args.length !== 1) return NO_OVERLOAD;
  let unsorted = false;
  let last: Value | undefined;
  for (const item of list) {
    if (isFault(item)) return item;
    if (last !== undefined && compare(last, item) === 1) unsorted = true;
    last = item;
  }
  return !unsorted;
}

function sum(args: readonly Value[], budget: Budget): Value {
  const list = args[0];
  if (!(list instanceof CelList) || args.length !== 1) return NO_OVERLOAD;
  let total: Value | undefined;
  for (const item of list) {
    if (isFault(item)) return item;
    total = total === undefined ? item : OPERATORS.get('_+_')!(total, item, budget);
    if (isFault(total)) return total;
  }
  return total ?? 0n;
}

function extreme(name: string, replacing: 1 | -1): CelFunction {
  return (args) => {
    const list = args[0];
    if (!(list instanceof CelList) || args.length !== 1) return NO_OVERLOAD;
    let found: Value | undefined;
    for (const item of list) {
      if (isFault(item)) return item;
      if (found === undefined || compare(found, item) === replacing) found = item;
    }
    return found ?? new CelError(`${name} called on empty list`);
  };
}

function position(last: boolean): CelFunction {
  return (args, budget) => {
    const [list, item] = args;
    if (!(list instanceof CelList) || args.length !== 2) return NO_OVERLOAD;
    for (let i = 0; i < list.size; i++) {
      const index = last ? list.size - 1 - i : i;
      const same = equals(list.get(index), item!, budget);
      if (same === true) return BigInt(index);
      if (same !== false && !(same instanceof CelError)) return UNKNOWN;
    }
    return -1n;
  };
}

function includes(args: readonly Value[], budget: Budget): Value {
  const [target, item] = args;
  if (args.length !== 2) return NO_OVERLOAD;
  const found = target instanceof CelList ? contains(target, item!, budget) : equals(target!, item!, budget);
  return found instanceof CelError ? false : found;
}

function slice(args: readonly Value[], budget: Budget): Value {
  const [list, start, end] = args;
  if (!(list instanceof CelList) || typeof start !== 'bigint' || typeof end !== 'bigint') return NO_OVERLOAD;
  if (start < 0n || end < 0n) return new CelError(`cannot slice(${start}, ${end}), negative indexes not supported`);
  if (start > end) return new CelError(`cannot slice(${start}, ${end}), start index must be less than or equal to end index`);
  if (BigInt(list.size) < end) return new CelError(`cannot slice(${start}, ${end}), list is length ${list.size}`);
  budget.steps -= list.size;
  return budget.steps < 0 ? UNKNOWN : new ArrayList([...list].slice(Number(start), Number(end)));
}

function flatten(args: readonly Value[], budget: Budget): Value {
  const [list, depth = 1n] = args;
  if (!(list instanceof CelList) || typeof depth !== 'bigint' || args.length > 2) return NO_OVERLOAD;
  if (depth < 0n) return new CelError('level must be non-negative');
  const items: Value[] = [];
  const walk = (from: CelList, left: bigint): void => {
    for (const item of from) {
      if (--budget.steps < 0) return;
      if (item instanceof CelList && left > 0n) walk(item, left - 1n);
      else items.push(item);
    }
  };
  walk(list, depth);
  return budget.steps < 0 ? UNKNOWN : new ArrayList(items);
}

function distinct(list: CelList, budget: Budget): Value {
  const items: Value[] = [];
  for (const item of list) {
    const known = contains(new ArrayList(items), item, budget);
    if (known === false) items.push(item);
    else if (known !== true) return UNKNOWN;
  }
  return new ArrayList(items);
}

/** The elements of a list in the order of their keys. */
export function sorted(list: Value, keys: Value, budget: Budget): Value {
  if (isFault(keys)) return keys;
  if (!(list instanceof CelList) || !(keys instanceof CelList)) return NO_OVERLOAD;
  if (list.size === 0) return list;
  budget.steps -= list.size * 10;
  if (budget.steps < 0) return UNKNOWN;
  const all = [...keys];
  const fault = all.find(isFault);
  if (fault !== undefined) return fault;
  if (compare(all[0]!, all[0]!) instanceof CelError) return new CelError('list elements must be comparable');
  const type = typeName(all[0]!);
  if (all.some((key) => typeName(key) !== type)) return new CelError('list elements must have the same type');
  const order = all.map((_, i) => i).sort((i, j) => orderOf(all[i]!, all[j]!));
  return new ArrayList(order.map((i) => list.get(i)));
}

function orderOf(a: Value, b: Value): number {
  const order = compare(a, b);
  return order instanceof CelError ? 0 : order;
}
