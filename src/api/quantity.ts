/**
 * Exact resource quantities (`500m`, `1Gi`, `12e6`): parse, compare, compute and print as the server does.
 *
 * Mirrors k8s.io/apimachinery/pkg/api/resource (quantity.go, suffix.go, amount.go), including what it lets through
 * (`m` and `.` are zero) and its rounding: values finer than a billionth are rounded away from zero, binary
 * quantities are capped at 2^63-1.
 */
export interface Quantity {
  /** The value is `unscaled` times ten to the power of `exponent`. */
  readonly unscaled: bigint;
  readonly exponent: number;
  readonly format: QuantityFormat;
  /** The text as written, when it already is in canonical form. */
  readonly text?: string;
}

export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

export const ZERO_QUANTITY: Quantity = { unscaled: 0n, exponent: 0, format: 'DecimalSI', text: '0' };

/** Beyond this many characters a text is not parsed: no real quantity is so long, and bigint arithmetic is superlinear. */
const LONGEST_TEXT = 512;
const MAX_INT64 = 9223372036854775807n;
const NANO = -9;

const DECIMAL_SUFFIXES: ReadonlyMap<string, number> = new Map([
  ['', 0],
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const BINARY_SUFFIXES: ReadonlyMap<string, number> = new Map([
  ['Ki', 10],
  ['Mi', 20],
  ['Gi', 30],
  ['Ti', 40],
  ['Pi', 50],
  ['Ei', 60],
]);
const DECIMAL_NAMES: ReadonlyMap<number, string> = new Map([...DECIMAL_SUFFIXES].map(([name, exponent]) => [exponent, name]));
const BINARY_NAMES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** The few quantities of a run come again and again; the oldest are forgotten beyond the bound. */
const parsed = new Map<string, Quantity | null>();
const MOST_PARSED = 4096;

/** The quantity a decoded JSON value stands for; undefined when the server could not parse it. Numbers are read as JSON prints them. */
export function parseQuantity(value: unknown): Quantity | undefined {
  let text: string;
  if (typeof value === 'string') text = value;
  else if (typeof value === 'number' || typeof value === 'bigint') text = String(value);
  else return undefined;
  if (text.length > LONGEST_TEXT) return undefined;
  const known = parsed.get(text);
  if (known !== undefined) return known ?? undefined;
  const quantity = parse(trimmed(text));
  if (parsed.size >= MOST_PARSED) parsed.clear();
  parsed.set(text, quantity ?? null);
  return quantity;
}

const SPACES = /^[ \u0085\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+|[ \u0085\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+$/g;

/** Without the space around it. Line breaks and tabs stay: the server looks at the JSON text, where they are escaped, and refuses them. */
function trimmed(text: string): string {
  const isPlain = (code: number): boolean => code > 32 && code < 128;
  return isPlain(text.charCodeAt(0)) && isPlain(text.charCodeAt(text.length - 1)) ? text : text.replace(SPACES, '');
}

function parse(text: string): Quantity | undefined {
  if (text === '') return undefined;
  if (text === '0') return ZERO_QUANTITY;
  const end = text.length;
  let at = 0;
  const first = text.charCodeAt(0);
  const negative = first === 45;
  if (negative || first === 43) at = 1;
  while (at < end && text.charCodeAt(at) === 48) at++;
  let start = at;
  while (at < end && isDigit(text.charCodeAt(at))) at++;
  const whole = start === at ? '0' : text.slice(start, at);
  let fraction = '';
  if (at < end && text.charCodeAt(at) === 46) {
    start = ++at;
    while (at < end && isDigit(text.charCodeAt(at))) at++;
    fraction = text.slice(start, at);
  }
  const number = text.slice(0, at);
  start = at;
  while (at < end && 'eEinumkKMGTP'.includes(text[at]!)) at++;
  if (at < end && (text.charCodeAt(at) === 45 || text.charCodeAt(at) === 43)) at++;
  while (at < end && isDigit(text.charCodeAt(at))) at++;
  if (at < end) return undefined;
  const suffix = text.slice(start);

  const digits = whole + fraction;
  const binary = BINARY_SUFFIXES.get(suffix);
  if (binary !== undefined) {
    if (fraction === '' && 15 - whole.length - (binary * 3) / 10 - 1 >= 0) {
      const value = BigInt(whole);
      const unscaled = value << BigInt(binary);
      const canonical = (value & 7n) !== 0n;
      return { unscaled: negative ? -unscaled : unscaled, exponent: 0, format: 'BinarySI', text: canonical ? text : undefined };
    }
    if (!/\d/.test(number)) return undefined;
    return rounded(BigInt(digits) << BigInt(binary), -fraction.length, negative, 'BinarySI');
  }

  let format: QuantityFormat = 'DecimalSI';
  let exponent = DECIMAL_SUFFIXES.get(suffix);
  if (exponent === undefined) {
    const parsedExponent = decimalExponent(suffix);
    if (parsedExponent === undefined) return undefined;
    exponent = parsedExponent;
    format = 'DecimalExponent';
  }
  const scale = exponent - fraction.length;
  if (digits.length <= 18 && scale >= NANO) {
    const unscaled = BigInt(digits);
    const canonical = scale % 3 === 0 && !digits.endsWith('000') && digits.charCodeAt(0) !== 48;
    return { unscaled: negative ? -unscaled : unscaled, exponent: scale, format, text: canonical ? text : undefined };
  }
  if (!/\d/.test(number)) return undefined;
  return rounded(BigInt(digits), scale, negative, format);
}

/** Rounds up to a billionth and caps binary values. `magnitude` is not negative. */
function rounded(magnitude: bigint, exponent: number, negative: boolean, format: QuantityFormat): Quantity {
  let unscaled = magnitude;
  let scale = exponent;
  if (scale < NANO && unscaled !== 0n) {
    // Anything with fewer digits than are dropped rounds to one billionth.
    if (NANO - scale > unscaled.toString().length) unscaled = 1n;
    else {
      const divisor = 10n ** BigInt(NANO - scale);
      const quotient = unscaled / divisor;
      unscaled = quotient * divisor === unscaled ? quotient : quotient + 1n;
    }
    scale = NANO;
  }
  if (format === 'BinarySI') {
    const value: Quantity = { unscaled, exponent: scale, format };
    if (compareQuantity(value, { unscaled: MAX_INT64, exponent: 0, format }) > 0) {
      unscaled = MAX_INT64;
      scale = 0;
    } else if (unscaled !== 0n && compareQuantity(value, { unscaled: 1n, exponent: 0, format }) < 0) {
      format = 'DecimalSI';
    }
  }
  return { unscaled: negative ? -unscaled : unscaled, exponent: scale, format };
}

/** The power of ten of a suffix like `e3` or `E-6`. Like the server, it wraps at 32 bits. */
function decimalExponent(suffix: string): number | undefined {
  if (!/^[eE][-+]?[0-9]+$/.test(suffix)) return undefined;
  const exponent = BigInt(suffix.charCodeAt(1) === 43 ? suffix.slice(2) : suffix.slice(1));
  if (exponent > MAX_INT64 || exponent < -MAX_INT64 - 1n) return undefined;
  return Number(BigInt.asIntN(32, exponent));
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** An integer as a quantity. */
export function quantityOf(value: bigint | number, format: QuantityFormat = 'DecimalSI'): Quantity {
  return { unscaled: BigInt(value), exponent: 0, format };
}

/** -1, 0 or 1. */
export function quantitySign(quantity: Quantity): -1 | 0 | 1 {
  return quantity.unscaled === 0n ? 0 : quantity.unscaled < 0n ? -1 : 1;
}

const MOST_SHIFT = 9;
const POWERS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

/** -1, 0 or 1 as `a` is less than, equal to or greater than `b`. */
export function compareQuantity(a: Quantity, b: Quantity): -1 | 0 | 1 {
  if (a.exponent === b.exponent) return a.unscaled === b.unscaled ? 0 : a.unscaled < b.unscaled ? -1 : 1;
  const shift = a.exponent - b.exponent;
  if (shift >= -MOST_SHIFT && shift <= MOST_SHIFT) {
    // Two usual quantities fit into doubles exactly once they have one exponent.
    const left = Number(a.unscaled) * (shift > 0 ? POWERS[shift]! : 1);
    const right = Number(b.unscaled) * (shift < 0 ? POWERS[-shift]! : 1);
    if (Math.abs(left) <= Number.MAX_SAFE_INTEGER && Math.abs(right) <= Number.MAX_SAFE_INTEGER) {
      return left === right ? 0 : left < right ? -1 : 1;
    }
  }
  const sign = quantitySign(a);
  const otherSign = quantitySign(b);
  if (sign !== otherSign) return sign < otherSign ? -1 : 1;
  if (sign === 0) return 0;
  // The number of digits before the point decides unless it is equal, and then the exponents lie close together.
  const size = decimalDigits(a.unscaled) + a.exponent;
  const otherSize = decimalDigits(b.unscaled) + b.exponent;
  if (size !== otherSize) return size < otherSize === sign > 0 ? -1 : 1;
  const exponent = Math.min(a.exponent, b.exponent);
  const left = a.unscaled * 10n ** BigInt(a.exponent - exponent);
  const right = b.unscaled * 10n ** BigInt(b.exponent - exponent);
  return left === right ? 0 : left < right ? -1 : 1;
}

function decimalDigits(value: bigint): number {
  return (value < 0n ? -value : value).toString().length;
}

/** Quantities further apart than this many powers of ten do not change each other's sum: the smaller is dropped. */
const FARTHEST = 1024;

/** The sum, in the format of `a` unless `a` is zero. */
export function addQuantity(a: Quantity, b: Quantity): Quantity {
  if (a.unscaled === 0n) return { unscaled: b.unscaled, exponent: b.exponent, format: b.format };
  if (b.unscaled === 0n) return a;
  if (Math.abs(a.exponent - b.exponent) > FARTHEST) {
    const larger = a.exponent > b.exponent ? a : b;
    return { unscaled: larger.unscaled, exponent: larger.exponent, format: a.format };
  }
  const exponent = Math.min(a.exponent, b.exponent);
  const unscaled = a.unscaled * 10n ** BigInt(a.exponent - exponent) + b.unscaled * 10n ** BigInt(b.exponent - exponent);
  return { unscaled, exponent, format: a.format };
}

/** The difference, in the format of `a` unless `a` is zero. */
export function subtractQuantity(a: Quantity, b: Quantity): Quantity {
  return addQuantity(a, { unscaled: -b.unscaled, exponent: b.exponent, format: b.format });
}

/** `quantity` times an integer. */
export function multiplyQuantity(quantity: Quantity, factor: bigint | number): Quantity {
  return { unscaled: quantity.unscaled * BigInt(factor), exponent: quantity.exponent, format: quantity.format };
}

/** The larger of two; the first when they are equal. */
export function maxQuantity(a: Quantity, b: Quantity): Quantity {
  return compareQuantity(a, b) < 0 ? b : a;
}

/** The quantity in units of ten to the power of `exponent`, rounded away from zero: bytes with 0, milli-CPUs with -3. */
export function scaledValue(quantity: Quantity, exponent: number): bigint {
  const shift = quantity.exponent - exponent;
  if (quantity.unscaled === 0n || shift === 0) return quantity.unscaled;
  if (shift > 0) return quantity.unscaled * 10n ** BigInt(Math.min(shift, FARTHEST));
  const negative = quantity.unscaled < 0n;
  const magnitude = negative ? -quantity.unscaled : quantity.unscaled;
  let result = 1n;
  if (-shift <= decimalDigits(magnitude)) {
    const divisor = 10n ** BigInt(-shift);
    result = magnitude / divisor;
    if (result * divisor !== magnitude) result += 1n;
  }
  return negative ? -result : result;
}

/** True when the quantity is a whole number. */
export function isIntegerQuantity(quantity: Quantity): boolean {
  if (quantity.exponent >= 0 || quantity.unscaled === 0n) return true;
  if (-quantity.exponent > decimalDigits(quantity.unscaled)) return false;
  return quantity.unscaled % 10n ** BigInt(-quantity.exponent) === 0n;
}

/** The nearest double, for proportions and sorting. */
export function quantityToNumber(quantity: Quantity): number {
  return Number(`${quantity.unscaled}e${quantity.exponent}`);
}

/** As the server prints and stores it: the largest suffix that leaves no fraction. */
export function formatQuantity(quantity: Quantity): string {
  if (quantity.text !== undefined) return quantity.text;
  if (quantity.unscaled === 0n) return '0';
  if (quantity.format === 'BinarySI' && isIntegerQuantity(quantity)) {
    let amount = scaledValue(quantity, 0);
    if (amount <= -1024n || amount >= 1024n) {
      let power = 0;
      while (amount % 1024n === 0n) {
        amount /= 1024n;
        power++;
      }
      return `${amount}${BINARY_NAMES[power] ?? ''}`;
    }
  }
  let amount = quantity.unscaled;
  let exponent = quantity.exponent;
  while (amount % 10n === 0n) {
    amount /= 10n;
    exponent++;
  }
  while (exponent % 3 !== 0) {
    amount *= 10n;
    exponent--;
  }
  if (quantity.format === 'DecimalExponent') return exponent === 0 ? `${amount}` : `${amount}e${exponent}`;
  return `${amount}${DECIMAL_NAMES.get(exponent) ?? ''}`;
}
