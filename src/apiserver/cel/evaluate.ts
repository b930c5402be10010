import { negate, OPERATORS } from './arithmetic.ts';
import { contains, equals } from './equality.ts';
import { fold } from './fold.ts';
import { type CelFunction, FUNCTIONS, METHODS } from './functions.ts';
import type { Entry, Expr, Field } from './syntax.ts';
import {
  ArrayList,
  CelError,
  CelList,
  CelMap,
  EntryMap,
  isFault,
  Message,
  mapKey,
  NO_OVERLOAD,
  NONE,
  Optional,
  TypeValue,
  typeName,
  UInt,
  UNKNOWN,
  Unknown,
  type Value,
} from './values.ts';

/** What an expression is evaluated with. */
export interface Frame {
  /** The value of a variable of the environment; undefined where there is none. */
  readonly variable: (name: string) => Value | undefined;
  /** What is left of the steps. Below zero everything is unknown, so that no expression hangs. */
  steps: number;
}

/** Variables of macros, the innermost first. */
export type Locals = { readonly name: string; readonly value: Value; readonly outer: Locals } | undefined;

export type Program = (frame: Frame, locals: Locals) => Value;

/** Steps of one expression: about what the API server's own limit for one call lets through. */
const MOST_STEPS = 1_000_000;
/** Steps of one object's rules, or of one policy for one object. */
const MOST_STEPS_TOGETHER = 2_000_000;
/** Steps of everything that is judged together. Real rules take some dozens. */
const MOST_STEPS_OF_ALL = 15_000_000;

/** What is left for several expressions. */
export interface Allowance {
  left: number;
}

const all: Allowance = { left: MOST_STEPS_OF_ALL };

/** At the start of a judgement. */
export function renewAllowance(): void {
  all.left = MOST_STEPS_OF_ALL;
}

/** Of everything since. */
export function stepsTaken(): number {
  return MOST_STEPS_OF_ALL - all.left;
}

/** With so many steps taken none has been missed yet. */
export const STEPS_FOR_SURE = MOST_STEPS_OF_ALL - MOST_STEPS_TOGETHER;

export function allowance(): Allowance {
  return { left: Math.min(MOST_STEPS_TOGETHER, all.left) };
}

/** Evaluates an expression; what goes beyond the steps is unknown. */
export function evaluate(program: Program, variable: Frame['variable'], together: Allowance): Value {
  const steps = Math.min(together.left, MOST_STEPS, all.left);
  if (steps <= 0) return UNKNOWN;
  const frame: Frame = { variable, steps };
  let value: Value;
  try {
    value = program(frame, undefined);
  } catch (error) {
    // Data nested beyond the stack.
    if (!(error instanceof RangeError)) throw error;
    value = UNKNOWN;
  }
  together.left -= steps - frame.steps;
  all.left -= steps - frame.steps;
  return frame.steps < 0 ? UNKNOWN : value;
}

/** Makes closures of an expression; mirrors what github.com/google/cel-go/interpreter does. */
export function program(expr: Expr): Program {
  const run = planned(expr);
  return (frame, locals) => (--frame.steps < 0 ? UNKNOWN : run(frame, locals));
}

function planned(expr: Expr): Program {
  switch (expr.kind) {
    case 'literal': {
      const { value } = expr;
      return () => value;
    }
    case 'ident':
      return variable(expr.name);
    case 'select':
      return selection(expr);
    case 'index':
      return indexing(program(expr.operand), program(expr.index), expr.optional);
    case 'call':
      return call(expr.name, expr.target, expr.args);
    case 'list':
      return list(expr.elements.map(({ value, optional }) => ({ value: program(value), optional })));
    case 'map':
      return map(expr.entries);
    case 'message':
      return message(expr);
    case 'fold':
      return fold(expr, program);
    case 'optMap':
      return optionalMap(program(expr.target), program(expr.body), expr.variable, expr.flat);
  }
}

const TYPES: ReadonlyMap<string, TypeValue> = new Map(
  [
    ...['bool', 'bytes', 'double', 'int', 'list', 'map', 'null_type', 'string', 'type', 'uint', 'optional_type'],
    ...['google.protobuf.Timestamp', 'google.protobuf.Duration', 'net.IP', 'net.CIDR'],
  ].map((name) => [name, new TypeValue(name)]),
);

function variable(name: string): Program {
  const type = TYPES.get(name);
  return (frame, locals) => {
    for (let local = locals; local !== undefined; local = local.outer) if (local.name === name) return local.value;
    return frame.variable(name) ?? type ?? new CelError(`no such attribute(s): ${name}`);
  };
}

/** `a.b.c` as one name, if it could be one. */
export function qualifiedName(expr: Expr): string | undefined {
  if (expr.kind === 'ident') return expr.name;
  if (expr.kind !== 'select' || expr.mode !== 'plain') return undefined;
  const outer = qualifiedName(expr.operand);
  return outer === undefined ? undefined : `${outer}.${expr.field}`;
}

function selection(expr: Extract<Expr, { kind: 'select' }>): Program {
  const type = TYPES.get(qualifiedName(expr) ?? '');
  if (type !== undefined) return () => type;
  const operand = program(expr.operand);
  const { field, mode } = expr;
  if (mode === 'test') {
    return (frame, locals) => {
      const from = operand(frame, locals);
      if (isFault(from)) return from;
      const inner = from instanceof Optional ? from.value : from;
      const found = inner === undefined ? undefined : member(inner, field);
      return found instanceof Unknown || (found instanceof CelError && inner instanceof CelList) ? found : found !== undefined;
    };
  }
  return (frame, locals) => {
    const from = operand(frame, locals);
    if (isFault(from)) return from;
    if (mode === 'optional' || from instanceof Optional) return optionally(from, (value) => member(value, field));
    return member(from, field) ?? new CelError(`no such key: ${field}`);
  };
}

function member(value: Value, field: string): Value | undefined {
  if (value instanceof CelList) return new CelError("unsupported index type 'string' in list");
  return value instanceof CelMap ? value.find(field) : undefined;
}

/** A part of a value, or of an optional's value, as an optional. */
function optionally(from: Value, part: (value: Value) => Value | undefined): Value {
  const value = from instanceof Optional ? from.value : from;
  if (value === undefined) return NONE;
  const found = part(value);
  if (found === undefined) return NONE;
  return isFault(found) ? found : new Optional(found);
}

function indexing(operand: Program, index: Program, optional: boolean): Program {
  return (frame, locals) => {
    const from = operand(frame, locals);
    const at = index(frame, locals);
    if (from instanceof Unknown || at instanceof Unknown) return UNKNOWN;
    if (isFault(from)) return from;
    if (isFault(at)) return at;
    if (optional || from instanceof Optional) return optionally(from, (value) => element(value, at));
    const found = element(from, at);
    if (found !== undefined) return found;
    return new CelError(from instanceof CelList ? `index out of bounds: ${printKey(at)}` : `no such key: ${printKey(at)}`);
  };
}

/** Undefined where it is not there. */
function element(from: Value, at: Value): Value | undefined {
  if (from instanceof CelMap) return mapKey(at) === undefined ? UNKNOWN : from.find(at);
  if (!(from instanceof CelList)) return undefined;
  const index =
    typeof at === 'bigint'
      ? at
      : at instanceof UInt
        ? at.value
        : typeof at === 'number' && Number.isInteger(at)
          ? BigInt(at)
          : undefined;
  if (index === undefined) return new CelError(`unsupported index type '${typeName(at)}' in list`);
  return index < 0n || index >= BigInt(from.size) ? undefined : from.get(Number(index));
}

function printKey(key: Value): string {
  if (key instanceof UInt) return String(key.value);
  return typeof key === 'object' ? typeName(key) : String(key);
}

function list(elements: readonly { readonly value: Program; readonly optional: boolean }[]): Program {
  return (frame, locals) => {
    const items: Value[] = [];
    for (const { value, optional } of elements) {
      const item = value(frame, locals);
      if (isFault(item)) return item;
      if (!optional) items.push(item);
      else if (!(item instanceof Optional))
        return new CelError('cannot initialize optional list element from non-optional value');
      else if (item.value !== undefined) items.push(item.value);
    }
    return new ArrayList(items);
  };
}

function map(entries: readonly Entry[]): Program {
  const parts = entries.map(({ key, value, optional }) => ({ key: program(key), value: program(value), optional }));
  return (frame, locals) => {
    const all = new Map<string, readonly [Value, Value]>();
    for (const { key, value, optional } of parts) {
      const name = key(frame, locals);
      if (isFault(name)) return name;
      const id = mapKey(name);
      if (id === undefined) return UNKNOWN;
      const item = value(frame, locals);
      if (isFault(item)) return item;
      if (!optional) all.set(id, [name, item]);
      else if (!(item instanceof Optional)) return new CelError('cannot initialize optional entry from non-optional value');
      else if (item.value !== undefined) all.set(id, [name, item.value]);
    }
    return new EntryMap(all);
  };
}

/** Only mutations may make one; where no message is declared, the expression does not compile. */
function message({ name, fields }: { readonly name: string; readonly fields: readonly Field[] }): Program {
  const parts = fields.map(({ name: field, value, optional }) => ({ field, value: program(value), optional }));
  return (frame, locals) => {
    const all = new Map<string, readonly [Value, Value]>();
    for (const { field, value, optional } of parts) {
      const item = value(frame, locals);
      if (isFault(item)) return item;
      if (!optional) all.set(`s${field}`, [field, item]);
      else if (!(item instanceof Optional)) return new CelError('cannot initialize optional entry from non-optional value');
      else if (item.value !== undefined) all.set(`s${field}`, [field, item.value]);
    }
    return new Message(name, all);
  };
}

function optionalMap(target: Program, body: Program, name: string, flat: boolean): Program {
  return (frame, locals) => {
    const from = target(frame, locals);
    if (isFault(from)) return from;
    if (!(from instanceof Optional)) return NO_OVERLOAD;
    if (from.value === undefined) return NONE;
    const made = body(frame, { name, value: from.value, outer: locals });
    return isFault(made) || flat ? made : new Optional(made);
  };
}

function call(name: string, target: Expr | undefined, args: readonly Expr[]): Program {
  if (target !== undefined) {
    const namespace = qualifiedName(target);
    const whole = namespace === undefined ? undefined : FUNCTIONS.get(`${namespace}.${name}`);
    if (whole !== undefined) return strict(`${namespace}.${name}`, whole, args.map(program));
    if ((name === 'or' || name === 'orValue') && args.length === 1) return alternative(name, program(target), program(args[0]!));
    return strict(name, METHODS.get(name), [target, ...args].map(program));
  }
  const [a, b] = [args[0], args[1]].map((arg) => (arg === undefined ? undefined : program(arg)));
  switch (name) {
    case '_&&_':
      return logic(a!, b!, false);
    case '_||_':
      return logic(a!, b!, true);
    case '_?_:_':
      return conditional(a!, b!, program(args[2]!));
    case '!_':
      return strict(name, ([value]) => (typeof value === 'boolean' ? !value : NO_OVERLOAD), [a!]);
    case '-_':
      return strict(name, ([value]) => negate(value!), [a!]);
    case '_==_':
      return strict(name, ([x, y], budget) => equals(x!, y!, budget), [a!, b!]);
    case '_!=_':
      return strict(
        name,
        ([x, y], budget) => {
          const same = equals(x!, y!, budget);
          return typeof same === 'boolean' ? !same : same;
        },
        [a!, b!],
      );
    case '@in':
      return strict(name, ([item, container], budget) => contains(container!, item!, budget), [a!, b!]);
    default: {
      const operator = OPERATORS.get(name);
      if (operator !== undefined) return strict(name, ([x, y], budget) => operator(x!, y!, budget), [a!, b!]);
      return strict(name, FUNCTIONS.get(name), args.map(program));
    }
  }
}

const NO_SIZE = new CelError('no such overload: size');

/** A call whose arguments must all have values. Unknown wins over an error: what is unknown might be one, too. */
function strict(name: string, run: CelFunction | undefined, args: readonly Program[]): Program {
  if (run === undefined) return () => UNKNOWN;
  return (frame, locals) => {
    const values: Value[] = [];
    let fault: CelError | Unknown | undefined;
    for (const arg of args) {
      const value = arg(frame, locals);
      if (value instanceof Unknown) return value;
      if (value instanceof CelError) fault ??= value;
      values.push(value);
    }
    if (fault !== undefined) return fault;
    const result = run(values, frame);
    if (frame.steps < 0) return UNKNOWN;
    return result === NO_OVERLOAD && name === 'size' ? NO_SIZE : result;
  };
}

/** `||` (decided by true) and `&&` (by false): one side may decide though the other fails. */
function logic(left: Program, right: Program, decided: boolean): Program {
  return (frame, locals) => {
    const a = left(frame, locals);
    if (a === decided) return a;
    const b = right(frame, locals);
    if (b === decided) return b;
    if (a instanceof Unknown || b instanceof Unknown) return UNKNOWN;
    if (typeof a === 'boolean' && typeof b === 'boolean') return !decided;
    return a instanceof CelError ? a : b instanceof CelError ? b : NO_OVERLOAD;
  };
}

function conditional(condition: Program, yes: Program, no: Program): Program {
  return (frame, locals) => {
    const truth = condition(frame, locals);
    if (truth === true) return yes(frame, locals);
    if (truth === false) return no(frame, locals);
    return isFault(truth) ? truth : NO_OVERLOAD;
  };
}

function alternative(name: 'or' | 'orValue', left: Program, right: Program): Program {
  return (frame, locals) => {
    const value = left(frame, locals);
    if (isFault(value)) return value;
    if (!(value instanceof Optional)) return NO_OVERLOAD;
    if (value.value === undefined) return right(frame, locals);
    return name === 'or' ? value : value.value;
  };
}
