import { isTimeZone } from './time-zones.ts';

/**
 * A CronJob's schedule, read as github.com/robfig/cron v3.0.1 `ParseStandard` does, which is what the API server and the CronJob
 * controller call: five fields, or a descriptor (`@daily`, `@every 1h30m`).
 *
 * The numbers of a field, ascending; `anyDay` and `anyWeekday` say that the field began with `*` or `?`, since a day must match both
 * fields when one of them did and either of them otherwise.
 */
export interface CronSchedule {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: readonly number[];
  readonly months: readonly number[];
  /** 0 is Sunday. */
  readonly weekdays: readonly number[];
  readonly anyDay: boolean;
  readonly anyWeekday: boolean;
}

/** `@every 90s`: seconds, at least 1 (the parser rounds down to whole seconds, and up to one). */
export interface CronInterval {
  readonly everySeconds: number;
}

/** `error` is the library's own text, without the server's field in front. */
export interface CronFault {
  readonly error: string;
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: ReadonlyMap<string, number>;
}

const MINUTES: Bounds = { min: 0, max: 59 };
const HOURS: Bounds = { min: 0, max: 23 };
const DAYS: Bounds = { min: 1, max: 31 };
const MONTHS: Bounds = {
  min: 1,
  max: 12,
  names: new Map(
    ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'].map((name, i) => [name, i + 1]),
  ),
};
const WEEKDAYS: Bounds = {
  min: 0,
  max: 6,
  names: new Map(['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'].map((name, i) => [name, i])),
};

const DESCRIPTORS: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);

/** What unicode.IsSpace calls a space; JavaScript's `\s` differs by U+0085 and U+FEFF. */
const SPACES = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

export function parseCron(schedule: string): CronSchedule | CronInterval | CronFault {
  if (schedule === '') return { error: 'empty spec string' };
  let text = schedule;
  if (text.startsWith('TZ=') || text.startsWith('CRON_TZ=')) {
    const space = text.indexOf(' ');
    // The library slices without looking; the server tells the panic as an error.
    if (space < 0) return { error: 'invalid schedule format: runtime error: slice bounds out of range [:-1]' };
    const zone = text.slice(text.indexOf('=') + 1, space);
    if (!isTimeZone(zone)) return { error: `provided bad location ${zone}: ${locationFault(zone)}` };
    text = text.slice(space).split(SPACES).filter(Boolean).join(' ');
  }
  if (text.startsWith('@')) return parseDescriptor(text);

  const fields = text.split(SPACES).filter(Boolean);
  if (fields.length !== 5) return { error: `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]` };
  return parseFields(fields);
}

/** Why `time.LoadLocation` refuses a name that is not a zone's. */
function locationFault(zone: string): string {
  if (zone.includes('..') || zone.startsWith('/') || zone.startsWith('\\')) return 'time: invalid location name';
  return `unknown time zone ${zone}`;
}

function parseFields(fields: readonly string[]): CronSchedule | CronFault {
  const numbers: number[][] = [];
  const any: boolean[] = [];
  for (const [i, bounds] of [MINUTES, HOURS, DAYS, MONTHS, WEEKDAYS].entries()) {
    const bits = new Array<boolean>(bounds.max + 1).fill(false);
    const star = readField(fields[i]!, bounds, bits);
    if (typeof star === 'string') return { error: star };
    any.push(star);
    const set: number[] = [];
    for (let n = bounds.min; n <= bounds.max; n++) if (bits[n]) set.push(n);
    numbers.push(set);
  }
  const [minutes, hours, days, months, weekdays] = numbers as [number[], number[], number[], number[], number[]];
  return { minutes, hours, days, months, weekdays, anyDay: any[2]!, anyWeekday: any[4]! };
}

function parseDescriptor(text: string): CronSchedule | CronInterval | CronFault {
  const fields = DESCRIPTORS.get(text);
  if (fields !== undefined) return parseFields(fields.split(' '));
  if (!text.startsWith('@every ')) return { error: `unrecognized descriptor: ${text}` };
  const nanoseconds = parseDuration(text.slice('@every '.length));
  if (typeof nanoseconds === 'string') return { error: `failed to parse duration ${text}: ${nanoseconds}` };
  const seconds = nanoseconds / 1_000_000_000n;
  return { everySeconds: seconds < 1n ? 1 : Number(seconds) };
}

/** Sets the field's numbers in `bits`; whether it has a star, or the error. A field of commas alone is empty, and no error. */
function readField(field: string, bounds: Bounds, bits: boolean[]): boolean | string {
  let star = false;
  for (const range of field.split(',')) {
    if (range === '') continue;
    const result = readRange(range, bounds, bits);
    if (typeof result === 'string') return result;
    star ||= result;
  }
  return star;
}

function readRange(range: string, bounds: Bounds, bits: boolean[]): boolean | string {
  const parts = range.split('/', 3);
  const ends = parts[0]!.split('-', 3);
  let start: number | string;
  let end: number | string;
  let star = false;
  if (ends[0] === '*' || ends[0] === '?') {
    start = bounds.min;
    end = bounds.max;
    star = true;
  } else {
    start = readNumber(ends[0]!, bounds.names);
    if (typeof start === 'string') return start;
    if (ends.length > 2) return `too many hyphens: ${range}`;
    end = ends.length === 1 ? start : readNumber(ends[1]!, bounds.names);
    if (typeof end === 'string') return end;
  }
  let step: number | string = 1;
  if (parts.length > 2) return `too many slashes: ${range}`;
  if (parts.length === 2) {
    step = readNumber(parts[1]!);
    if (typeof step === 'string') return step;
    // "N/step" means "N-max/step".
    if (ends.length === 1) end = bounds.max;
    if (step > 1) star = false;
  }
  if (start < bounds.min) return `beginning of range (${start}) below minimum (${bounds.min}): ${range}`;
  if (end > bounds.max) return `end of range (${end}) above maximum (${bounds.max}): ${range}`;
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${range}`;
  if (step === 0) return `step of range should be a positive number: ${range}`;
  for (let n = start; n <= end; n += step) bits[n] = true;
  return star;
}

function readNumber(text: string, names?: ReadonlyMap<string, number>): number | string {
  const named = names?.get(text.toLowerCase());
  if (named !== undefined) return named;
  const digits = /^[+-]?[0-9]+$/.test(text);
  if (!digits) return `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
  // Beyond 20 digits the value is out of range whatever it is; BigInt need not read it.
  const value = text.length > 40 ? undefined : BigInt(text.startsWith('+') ? text.slice(1) : text);
  if (value === undefined || value > 9223372036854775807n || value < -9223372036854775808n) {
    return `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: value out of range`;
  }
  if (value < 0n) return `negative number (${value}) not allowed: ${text}`;
  return Number(value);
}

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['\u00b5s', 1_000n],
  ['\u03bcs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);
const LONGEST = 1n << 63n;

/** Nanoseconds of a Go duration (`1h30m`, `1.5s`), or the text of Go's error. Mirrors `time.ParseDuration`. */
export function parseDuration(text: string): bigint | string {
  const invalid = `time: invalid duration ${JSON.stringify(text)}`;
  const negative = text.startsWith('-');
  let rest = negative || text.startsWith('+') ? text.slice(1) : text;
  if (rest === '0') return 0n;
  if (rest === '' || rest.length > 1_000) return invalid;
  let total = 0n;
  while (rest !== '') {
    const number = /^([0-9]*)(?:\.([0-9]*))?/.exec(rest)!;
    const whole = number[1]!;
    const fraction = number[2] ?? '';
    if (whole === '' && fraction === '') return invalid;
    rest = rest.slice(number[0].length);
    const unitText = /^[^.0-9]*/.exec(rest)![0];
    if (unitText === '') return `time: missing unit in duration ${JSON.stringify(text)}`;
    const unit = UNITS.get(unitText);
    if (unit === undefined) return `time: unknown unit ${JSON.stringify(unitText)} in duration ${JSON.stringify(text)}`;
    rest = rest.slice(unitText.length);
    let value = (whole === '' ? 0n : BigInt(whole)) * unit;
    if (fraction !== '') value += (BigInt(fraction) * unit) / 10n ** BigInt(fraction.length);
    total += value;
    if (value > LONGEST || total > LONGEST) return invalid;
  }
  if (negative) return -total;
  return total > LONGEST - 1n ? invalid : total;
}
