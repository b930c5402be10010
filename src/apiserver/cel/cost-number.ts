/**
 * Sizes and costs as cel-go counts them: unsigned integers of 64 bits that stay at the largest one instead of running over.
 * Mirrors the arithmetic of github.com/google/cel-go/checker/cost.go, with its way through float64.
 */
export const MOST = 2n ** 64n - 1n;

/** How long a string, how many entries a list or a map: between `min` and `max`. */
export interface Size {
  readonly min: bigint;
  readonly max: bigint;
}

export const UNKNOWN_SIZE: Size = { min: 0n, max: MOST };

export function fixedSize(size: bigint): Size {
  return { min: size, max: size };
}

export function add(a: bigint, b: bigint): bigint {
  const sum = a + b;
  return sum > MOST ? MOST : sum;
}

export function multiply(a: bigint, b: bigint): bigint {
  const product = a * b;
  return product > MOST ? MOST : product;
}

/** What runs over in Go without a guard. */
export function wrapped(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

const TWO_TO_64 = 2 ** 64;

/** `value` times a factor, rounded up. */
export function scaled(value: bigint, factor: number): bigint {
  const scaled = Math.ceil(Number(value) * factor);
  return scaled >= TWO_TO_64 ? MOST : BigInt(scaled);
}

export function addSizes(a: Size, b: Size): Size {
  return { min: add(a.min, b.min), max: add(a.max, b.max) };
}

export function multiplySizes(a: Size, b: Size): Size {
  return { min: multiply(a.min, b.min), max: multiply(a.max, b.max) };
}

export function eitherSize(a: Size, b: Size): Size {
  return { min: smaller(a.min, b.min), max: larger(a.max, b.max) };
}

export function smaller(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}

export function larger(a: bigint, b: bigint): bigint {
  if (a > b) return a;
  return b;
}

/** A positive float64 as Go's `%.Nf` prints it: halves go to the even digit. */
export function printFixed(value: number, digits: number): string {
  const halves = value * 2 ** (digits + 1);
  if (!Number.isSafeInteger(halves)) return value.toFixed(digits);
  const twice = BigInt(halves) * 5n ** BigInt(digits);
  if (twice % 2n === 0n) return value.toFixed(digits);
  const below = twice / 2n;
  const text = String(below % 2n === 0n ? below : below + 1n).padStart(digits + 1, '0');
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
