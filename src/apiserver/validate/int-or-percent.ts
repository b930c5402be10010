import { percentFaults } from '../../api/names.ts';
import { isUnknown } from '../../api/unknown.ts';
import type { At, Scope } from './scope.ts';
import { NEGATIVE } from './scope.ts';

/** A field that holds a number or a percentage (`maxSurge: 25%`) must be positive. Mirrors ValidatePositiveIntOrPercent. */
export function positiveIntOrPercent(v: Scope, at: At, value: unknown): void {
  if (typeof value === 'string') v.invalids(at, value, percentFaults(value));
  else if (typeof value === 'number' && value < 0) v.invalid(at, value, NEGATIVE);
}

/** Mirrors IsNotMoreThan100Percent. */
export function notMoreThan100Percent(v: Scope, at: At, value: unknown): void {
  const percent = percentOf(value);
  if (percent !== undefined && percent > 100) v.invalid(at, value, 'must not be greater than 100%');
}

/** The number before the `%`, or the number itself; a text that is neither counts as 0, a placeholder as NaN. */
export function intOrPercentOf(value: unknown): number {
  if (isUnknown(value)) return Number.NaN;
  const percent = percentOf(value);
  if (percent !== undefined) return percent;
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^[+-]?[0-9]{1,15}$/.test(value) ? Number(value) : 0;
}

function percentOf(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^[0-9]+%$/.test(value)) return undefined;
  return Number(value.slice(0, -1));
}
