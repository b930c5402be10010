import { intOf, uintOf } from './convert.ts';
import { addLists, type Budget, compare } from './equality.ts';
import { DURATION_OVERFLOW, durationOf, timestampOf } from './time.ts';
import { CelError, CelList, Duration, MAX_INT, MIN_INT, NO_OVERLOAD, Timestamp, UInt, UNKNOWN, type Value } from './values.ts';

/** The operators of two operands, as cel-go/common/types has them. */
export type Operator = (a: Value, b: Value, budget: Budget) => Value;

const LONGEST_TEXT = 5_000_000;

function add(a: Value, b: Value, budget: Budget): Value {
  if (typeof a === 'bigint') return typeof b === 'bigint' ? intOf(a + b) : NO_OVERLOAD;
  if (typeof a === 'number') return typeof b === 'number' ? a + b : NO_OVERLOAD;
  if (typeof a === 'string') {
    if (typeof b !== 'string') return NO_OVERLOAD;
    budget.steps -= (a.length + b.length) / 10;
    return a.length + b.length > LONGEST_TEXT || budget.steps < 0 ? UNKNOWN : a + b;
  }
  if (a instanceof UInt) return b instanceof UInt ? uintOf(a.value + b.value) : NO_OVERLOAD;
  if (a instanceof Uint8Array) {
    if (!(b instanceof Uint8Array)) return NO_OVERLOAD;
    budget.steps -= (a.length + b.length) / 10;
    return a.length + b.length > LONGEST_TEXT || budget.steps < 0 ? UNKNOWN : Uint8Array.from([...a, ...b]);
  }
  if (a instanceof CelList) return b instanceof CelList ? addLists(a, b, budget) : NO_OVERLOAD;
  if (a instanceof Timestamp) return b instanceof Duration ? timestampOf(a.nanos + b.nanos, a.zone) : NO_OVERLOAD;
  if (!(a instanceof Duration)) return NO_OVERLOAD;
  if (b instanceof Timestamp) return timestampOf(a.nanos + b.nanos, b.zone);
  return b instanceof Duration ? durationOf(a.nanos + b.nanos) : NO_OVERLOAD;
}

function subtract(a: Value, b: Value): Value {
  if (typeof a === 'bigint') return typeof b === 'bigint' ? intOf(a - b) : NO_OVERLOAD;
  if (typeof a === 'number') return typeof b === 'number' ? a - b : NO_OVERLOAD;
  if (a instanceof UInt) return b instanceof UInt ? uintOf(a.value - b.value) : NO_OVERLOAD;
  if (a instanceof Duration) return b instanceof Duration ? durationOf(a.nanos - b.nanos) : NO_OVERLOAD;
  if (!(a instanceof Timestamp)) return NO_OVERLOAD;
  if (b instanceof Duration) return timestampOf(a.nanos - b.nanos, a.zone);
  if (!(b instanceof Timestamp)) return NO_OVERLOAD;
  const nanos = a.nanos - b.nanos;
  return nanos < MIN_INT || nanos > MAX_INT ? DURATION_OVERFLOW : new Duration(nanos);
}

function multiply(a: Value, b: Value): Value {
  if (typeof a === 'bigint') return typeof b === 'bigint' ? intOf(a * b) : NO_OVERLOAD;
  if (typeof a === 'number') return typeof b === 'number' ? a * b : NO_OVERLOAD;
  return a instanceof UInt && b instanceof UInt ? uintOf(a.value * b.value) : NO_OVERLOAD;
}

const BY_ZERO = new CelError('division by zero');
const MODULUS_BY_ZERO = new CelError('modulus by zero');

function divide(a: Value, b: Value): Value {
  if (typeof a === 'bigint') return typeof b !== 'bigint' ? NO_OVERLOAD : b === 0n ? BY_ZERO : intOf(a / b);
  if (typeof a === 'number') return typeof b === 'number' ? a / b : NO_OVERLOAD;
  if (!(a instanceof UInt && b instanceof UInt)) return NO_OVERLOAD;
  return b.value === 0n ? BY_ZERO : uintOf(a.value / b.value);
}

function modulo(a: Value, b: Value): Value {
  if (typeof a === 'bigint') {
    if (typeof b !== 'bigint') return NO_OVERLOAD;
    if (b === 0n) return MODULUS_BY_ZERO;
    return a === MIN_INT && b === -1n ? intOf(MAX_INT + 1n) : a % b;
  }
  if (!(a instanceof UInt && b instanceof UInt)) return NO_OVERLOAD;
  return b.value === 0n ? MODULUS_BY_ZERO : uintOf(a.value % b.value);
}

function ordered(holds: (order: -1 | 0 | 1) => boolean): Operator {
  return (a, b) => {
    const order = compare(a, b);
    return order instanceof CelError ? order : holds(order);
  };
}

export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['_+_', add],
  ['_-_', subtract],
  ['_*_', multiply],
  ['_/_', divide],
  ['_%_', modulo],
  ['_<_', ordered((order) => order < 0)],
  ['_<=_', ordered((order) => order <= 0)],
  ['_>_', ordered((order) => order > 0)],
  ['_>=_', ordered((order) => order >= 0)],
]);

export function negate(value: Value): Value {
  if (typeof value === 'bigint') return intOf(-value);
  if (typeof value === 'number') return -value;
  return value instanceof Duration ? durationOf(-value.nanos) : NO_OVERLOAD;
}
