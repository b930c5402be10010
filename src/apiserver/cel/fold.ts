import type { Locals, Program } from './evaluate.ts';
import { sorted } from './lists.ts';
import type { Expr, Fold } from './syntax.ts';
import {
  ArrayList,
  CelError,
  CelList,
  CelMap,
  EntryMap,
  isFault,
  mapKey,
  NO_OVERLOAD,
  typeName,
  UNKNOWN,
  Unknown,
  type Value,
} from './values.ts';

/** Macros that go through lists and maps, with the results of the comprehensions that cel-go's parser expands them to. */
export function fold({ macro, target, variables, filter, body }: Fold, program: (expr: Expr) => Program): Program {
  const from = program(target);
  const inner = program(body);
  const guard = filter === undefined ? undefined : program(filter);
  return (frame, locals) => {
    const range = from(frame, locals);
    if (isFault(range)) return range;
    const rounds = roundsOf(range, variables, locals);
    if (rounds === undefined) return new CelError(`got 'types.${goName(range)}', expected iterable type`);
    const collector = COLLECTORS[macro]();
    for (const { scope, item, key } of rounds) {
      if (--frame.steps < 0) return UNKNOWN;
      const wanted = guard === undefined ? true : guard(frame, scope);
      if (wanted === false) continue;
      const value = wanted === true ? inner(frame, scope) : isFault(wanted) ? wanted : NO_OVERLOAD;
      if (collector.take(value, item, key)) break;
    }
    if (frame.steps < 0) return UNKNOWN;
    const result = collector.result();
    return macro === 'sortBy' ? sorted(range, result, frame) : result;
  };
}

/** The type as cel-go's Go code names it. */
function goName(value: Value): string {
  const name = typeName(value).replace(/^.*\./, '');
  return name === 'null_type' ? 'Null' : `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

interface Round {
  readonly scope: Locals;
  readonly item: Value;
  readonly key: Value;
}

function roundsOf(range: Value, variables: readonly string[], outer: Locals): Iterable<Round> | undefined {
  const [first, second] = variables as [string, string | undefined];
  const scoped = (key: Value, value: Value): Locals =>
    second === undefined ? { name: first, value, outer } : { name: second, value, outer: { name: first, value: key, outer } };
  if (range instanceof CelList) return listRounds(range, scoped);
  return range instanceof CelMap ? mapRounds(range, second !== undefined, scoped) : undefined;
}

function* listRounds(list: CelList, scoped: (key: Value, value: Value) => Locals): Generator<Round> {
  for (let i = 0; i < list.size; i++) {
    const item = list.get(i);
    yield { scope: scoped(BigInt(i), item), item, key: BigInt(i) };
  }
}

function* mapRounds(map: CelMap, values: boolean, scoped: (key: Value, value: Value) => Locals): Generator<Round> {
  for (const key of map.keys()) {
    const item = values ? (map.find(key) ?? null) : key;
    yield { scope: scoped(key, item), item: key, key };
  }
}

interface Collector {
  /** Takes what the body made of an element; true if that decides it. */
  take(value: Value, item: Value, key: Value): boolean;
  result(): Value;
}

/** `all` is decided by false, `exists` by true, whatever else fails. */
function quantifier(decided: boolean): Collector {
  let outcome: Value = !decided;
  return {
    take(value) {
      if (value === decided) {
        outcome = decided;
        return true;
      }
      if (value instanceof Unknown) outcome = value;
      else if (typeof value !== 'boolean' && !(outcome instanceof Unknown) && !(outcome instanceof CelError))
        outcome = value instanceof CelError ? value : NO_OVERLOAD;
      return false;
    },
    result: () => outcome,
  };
}

/** A collector that one element without a value spoils. */
function collector(add: (value: Value, item: Value, key: Value) => CelError | undefined, made: () => Value): Collector {
  let fault: CelError | Unknown | undefined;
  return {
    take(value, item, key) {
      if (fault === undefined && isFault(value)) fault = value;
      if (fault !== undefined) return true;
      fault = add(value, item, key);
      return fault !== undefined;
    },
    result: () => fault ?? made(),
  };
}

function counted(): Collector {
  let count = 0;
  return collector(
    (value) => {
      if (typeof value !== 'boolean') return NO_OVERLOAD;
      if (value) count++;
      return undefined;
    },
    () => count === 1,
  );
}

function gathered(keeps: boolean): Collector {
  const items: Value[] = [];
  return collector(
    (value, item) => {
      if (!keeps) items.push(value);
      else if (typeof value !== 'boolean') return NO_OVERLOAD;
      else if (value) items.push(item);
      return undefined;
    },
    () => new ArrayList(items),
  );
}

function mapped(whole: boolean): Collector {
  const entries = new Map<string, readonly [Value, Value]>();
  const insert = (key: Value, value: Value): CelError | undefined => {
    const id = mapKey(key);
    if (id === undefined) return NO_OVERLOAD;
    if (entries.has(id)) return new CelError(`insert failed: key ${String(key)} already exists`);
    entries.set(id, [key, value]);
    return undefined;
  };
  return collector(
    (value, _item, key) => {
      if (!whole) return insert(key, value);
      if (!(value instanceof CelMap)) return NO_OVERLOAD;
      for (const name of value.keys()) {
        const fault = insert(name, value.find(name) ?? null);
        if (fault !== undefined) return fault;
      }
      return undefined;
    },
    () => new EntryMap(entries),
  );
}

const COLLECTORS: Readonly<Record<Fold['macro'], () => Collector>> = {
  all: () => quantifier(false),
  exists: () => quantifier(true),
  existsOne: counted,
  map: () => gathered(false),
  filter: () => gathered(true),
  sortBy: () => gathered(false),
  transformList: () => gathered(false),
  transformMap: () => mapped(false),
  transformMapEntry: () => mapped(true),
};
