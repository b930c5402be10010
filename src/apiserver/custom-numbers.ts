import type { Path } from '../source/path.ts';
import { type Cause, invalid } from './cause.ts';

/** What the server reads as int64: JSON digits without a point that fit. */
export function isInt64(value: unknown): value is number | bigint {
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value;
  return typeof value === 'number' && Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63;
}

/** A number as Go's %v prints a float64: the shortest digits, with an exponent below 1e-4 and from 1e6 on. */
export function goNumber(value: number): string {
  const [digits, exponent] = value.toExponential().split('e') as [string, string];
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** field.Invalid of any value; numbers the server holds as float64 are printed as such. */
export function invalidNumber(path: Path, value: unknown, detail: string): Cause {
  const cause = invalid(path, value, detail);
  if (typeof value !== 'number' || isInt64(value)) return cause;
  return { ...cause, message: `Invalid value: ${goNumber(value)}: ${detail}` };
}
