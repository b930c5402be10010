import { CelError, Duration, MAX_INT, MIN_INT, NO_OVERLOAD, Timestamp, type Value } from './values.ts';

/** Timestamps and durations. Mirrors Go's time package as far as cel-go/common/types/{timestamp,duration}.go uses it. */
const SECOND = 1_000_000_000n;
const FIRST = -62135596800n;
const LAST = 253402300799n;

export const TIMESTAMP_OVERFLOW = new CelError('timestamp overflow');
export const DURATION_OVERFLOW = new CelError('duration overflow');

export function timestampOf(nanos: bigint, zone = 0): Timestamp | CelError {
  const seconds = secondsOf(nanos);
  return seconds < FIRST || seconds > LAST ? TIMESTAMP_OVERFLOW : new Timestamp(nanos, zone);
}

export function durationOf(nanos: bigint): Duration | CelError {
  return nanos < MIN_INT || nanos > MAX_INT ? DURATION_OVERFLOW : new Duration(nanos);
}

/** Whole seconds, towards the past. */
export function secondsOf(nanos: bigint): bigint {
  const seconds = nanos / SECOND;
  return nanos < 0n && seconds * SECOND !== nanos ? seconds - 1n : seconds;
}

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d+))?(?:Z|([+-])(\d{2}):(\d{2}))$/;

/** time.Parse(time.RFC3339, text); undefined if it fails. */
export function parseTimestamp(text: string): { readonly nanos: bigint; readonly zone: number } | undefined {
  if (text.length > 100) return undefined;
  const found = RFC3339.exec(text);
  if (found === null) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const offset = found[8] === undefined ? 0 : (Number(found[9]) * 60 + Number(found[10])) * (found[8] === '-' ? -1 : 1);
  if (found[8] !== undefined && (Number(found[9]) > 24 || Number(found[10]) > 60)) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute - offset, second);
  const nanos = BigInt(date.getTime()) * 1_000_000n + BigInt((found[7] ?? '').slice(0, 9).padEnd(9, '0'));
  return { nanos, zone: offset };
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** As time.RFC3339Nano. */
export function printTimestamp({ nanos, zone }: Timestamp): string {
  const seconds = secondsOf(nanos);
  const fraction = (nanos - seconds * SECOND).toString().padStart(9, '0').replace(/0+$/, '');
  const text = new Date(Number(seconds) * 1000 + zone * 60_000).toISOString().replace(/^\+00/, '').slice(0, 19);
  const two = (number: number): string => String(number).padStart(2, '0');
  const minutes = Math.abs(zone);
  const offset = zone === 0 ? 'Z' : `${zone < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return `${text}${fraction === '' ? '' : `.${fraction}`}${offset}`;
}

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  '\u00b5s': 1000n,
  '\u03bcs': 1000n,
  ms: 1_000_000n,
  s: SECOND,
  m: 60n * SECOND,
  h: 3600n * SECOND,
};
const PART = /(\d*)(?:\.(\d*))?(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/y;

/** Nanoseconds of time.ParseDuration; undefined if it fails. */
export function parseDuration(text: string): bigint | undefined {
  if (text.length > 200) return undefined;
  const negative = text.startsWith('-');
  const rest = /^[+-]/.test(text) ? text.slice(1) : text;
  if (rest === '0') return 0n;
  if (rest === '') return undefined;
  let nanos = 0n;
  for (PART.lastIndex = 0; PART.lastIndex < rest.length; ) {
    const found = PART.exec(rest);
    if (found === null) return undefined;
    const [, whole, fraction, unit] = found;
    if (whole === '' && (fraction === undefined || fraction === '')) return undefined;
    const size = UNITS[unit!]!;
    nanos += BigInt(whole === '' ? '0' : whole!) * size;
    if (fraction !== undefined && fraction !== '')
      nanos += (BigInt(fraction.slice(0, 18)) * size) / 10n ** BigInt(Math.min(fraction.length, 18));
  }
  if (negative) nanos = -nanos;
  return nanos < MIN_INT || nanos > MAX_INT ? undefined : nanos;
}

/** Seconds with as many digits as a float64 needs, as cel-go prints a duration. */
export function printDuration({ nanos }: Duration): string {
  const seconds = Number(nanos / SECOND) + Number(nanos % SECOND) / 1e9;
  const text = String(seconds);
  return `${text.includes('e') ? seconds.toFixed(9).replace(/0+$/, '') : text}s`;
}

export type TimePart =
  | 'getFullYear'
  | 'getMonth'
  | 'getDate'
  | 'getDayOfMonth'
  | 'getDayOfWeek'
  | 'getDayOfYear'
  | 'getHours'
  | 'getMinutes'
  | 'getSeconds'
  | 'getMilliseconds';

/** `timestamp.getHours('+02:00')`; `duration.getHours()`. */
export function partOf(value: Value, part: TimePart, zone: Value | undefined): Value {
  if (value instanceof Duration) return zone === undefined ? durationPart(value, part) : NO_OVERLOAD;
  if (!(value instanceof Timestamp)) return NO_OVERLOAD;
  const minutes = zone === undefined ? 0 : offsetOf(zone, value);
  if (typeof minutes !== 'number') return minutes;
  const nanos = value.nanos + BigInt(minutes) * 60n * SECOND;
  const seconds = secondsOf(nanos);
  const date = new Date(Number(seconds) * 1000);
  switch (part) {
    case 'getFullYear':
      return BigInt(date.getUTCFullYear());
    case 'getMonth':
      return BigInt(date.getUTCMonth());
    case 'getDate':
      return BigInt(date.getUTCDate());
    case 'getDayOfMonth':
      return BigInt(date.getUTCDate() - 1);
    case 'getDayOfWeek':
      return BigInt(date.getUTCDay());
    case 'getDayOfYear': {
      const start = new Date(0);
      start.setUTCFullYear(date.getUTCFullYear(), 0, 1);
      return BigInt(Math.floor((date.getTime() - start.getTime()) / 86_400_000));
    }
    case 'getHours':
      return BigInt(date.getUTCHours());
    case 'getMinutes':
      return BigInt(date.getUTCMinutes());
    case 'getSeconds':
      return BigInt(date.getUTCSeconds());
    case 'getMilliseconds':
      return (nanos - seconds * SECOND) / 1_000_000n;
  }
}

/** The whole length in a unit; of milliseconds only what is beyond the seconds. */
function durationPart({ nanos }: Duration, part: TimePart): Value {
  switch (part) {
    case 'getHours':
      return nanos / (3600n * SECOND);
    case 'getMinutes':
      return nanos / (60n * SECOND);
    case 'getSeconds':
      return nanos / SECOND;
    case 'getMilliseconds':
      return nanos / 1_000_000n;
    default:
      return NO_OVERLOAD;
  }
}

/** Minutes east of UTC. */
function offsetOf(zone: Value, { nanos }: Timestamp): number | CelError {
  if (typeof zone !== 'string') return NO_OVERLOAD;
  const found = /^([+-]?)(\d{1,4}):(\d{1,2})$/.exec(zone);
  if (found !== null) {
    const minutes = Number(found[2]) * 60;
    if (Number(found[3]) > 59) return new CelError(`timezone offset minutes out of range [0, 59]: ${zone}`);
    return found[1] === '-' ? -minutes - Number(found[3]) : minutes + Number(found[3]);
  }
  if (zone === '' || zone === 'UTC') return 0;
  try {
    const at = new Date(Number(secondsOf(nanos)) * 1000);
    const name = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
      .formatToParts(at)
      .find((it) => it.type === 'timeZoneName')?.value;
    const offset = /^GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(name ?? '');
    if (offset === null) return new CelError(`unknown time zone ${zone}`);
    return (Number(offset[2] ?? 0) * 60 + Number(offset[3] ?? 0)) * (offset[1] === '-' ? -1 : 1);
  } catch {
    return new CelError(`unknown time zone ${zone}`);
  }
}
