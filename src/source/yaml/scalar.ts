/**
 * What an untagged plain scalar, or a tagged one, means to kubectl's reader: YAML 1.1 words, Go's number syntax.
 * Mirrors go.yaml.in/yaml/v2 resolve.go (`resolve`) and, for numbers, strconv.ParseInt, ParseUint and ParseFloat.
 */

/** The short names of the tags that YAML itself gives to scalars. */
export type ScalarTag = '!!str' | '!!bool' | '!!int' | '!!float' | '!!null' | '!!timestamp';

const INT64_MAX = 2n ** 63n - 1n;
const UINT64_MAX = 2n ** 64n - 1n;

const WORDS = new Map<string, boolean | null | number>();
for (const word of ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']) WORDS.set(word, true);
for (const word of ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']) WORDS.set(word, false);
for (const word of ['', '~', 'null', 'Null', 'NULL']) WORDS.set(word, null);
for (const word of ['.nan', '.NaN', '.NAN']) WORDS.set(word, Number.NaN);
for (const word of ['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF']) WORDS.set(word, Number.POSITIVE_INFINITY);
for (const word of ['-.inf', '-.Inf', '-.INF']) WORDS.set(word, Number.NEGATIVE_INFINITY);

/** What a first character may lead to: 0 only a string, 1 a word, 2 a number or a signed word, 3 a fraction or a dotted word. */
export const HINTS = new Uint8Array(128);
for (const c of 'yYnNtTfFoO~') HINTS[c.charCodeAt(0)] = 1;
for (const c of '+-0123456789') HINTS[c.charCodeAt(0)] = 2;
HINTS[46] = 3;

/**
 * The value of a plain scalar without a tag: string, boolean, null, number, or bigint for integers beyond 2^53.
 * Timestamps stay strings; `.inf` and `.nan` are numbers, which JSON then refuses.
 */
export function resolvePlain(text: string): string | boolean | null | number | bigint {
  if (text === '') return null;
  const first = text.charCodeAt(0);
  const hint = first < 128 ? HINTS[first]! : 0;
  if (hint === 0) return text;
  if (text.length <= 5) {
    const word = WORDS.get(text);
    if (word !== undefined) return word;
  }
  if (hint === 1) return text;
  const number = hint === 2 ? numberOf(text) : fraction(text);
  return number === undefined ? text : number;
}

/** A value and the tag that goes with it, since 1.0 and 1 differ as little in a JavaScript number as in JSON. */
export interface Resolved {
  readonly tag: ScalarTag;
  readonly value: string | boolean | null | number | bigint;
}

/**
 * The value of a scalar that carries one of YAML's own scalar tags; undefined when the text is not of that type.
 * `found` tells what it is instead.
 */
export function resolveTagged(tag: ScalarTag, text: string): { value?: Resolved['value']; found: ScalarTag } {
  if (tag === '!!str') return { value: text, found: tag };
  if (tag === '!!timestamp' && isTimestamp(text)) return { value: text, found: tag };
  const value = resolvePlain(text);
  let found: ScalarTag;
  if (value === null) found = '!!null';
  else if (typeof value === 'string') found = '!!str';
  else if (typeof value === 'boolean') found = '!!bool';
  else found = isIntegerSyntax(text) ? '!!int' : '!!float';
  if (found === tag) return { value, found };
  // Only what Go holds as an int becomes a float, not what needs an uint64.
  if (tag === '!!float' && found === '!!int' && (typeof value !== 'bigint' || value <= INT64_MAX))
    return { value: Number(value), found: tag };
  return { found };
}

function isIntegerSyntax(text: string): boolean {
  return integer(text.replaceAll('_', '')) !== undefined;
}

/** A scalar that begins with a digit or a sign. */
function numberOf(text: string): number | bigint | undefined {
  // A dozen bytes of plain decimal digits are the rule: no text needs to be built for them.
  const plain = text.includes('_') ? text.replaceAll('_', '') : text;
  const whole = integer(plain);
  if (whole !== undefined) return whole;
  return float(plain);
}

/** strconv.ParseInt(plain, 0, 64), ParseUint after it, and the reader's own leniency with `0b`. */
function integer(plain: string): number | bigint | undefined {
  const length = plain.length;
  let at = 0;
  let negative = false;
  const sign = plain.charCodeAt(0);
  if (sign === 43 || sign === 45) {
    negative = sign === 45;
    at = 1;
  }
  if (at === length) return undefined;
  let base = 10;
  if (plain.charCodeAt(at) === 48) {
    const letter = plain.charCodeAt(at + 1) | 32;
    if (length - at >= 3 && (letter === 98 || letter === 111 || letter === 120)) {
      base = letter === 98 ? 2 : letter === 111 ? 8 : 16;
      at += 2;
    } else {
      base = 8;
      at += 1;
    }
  }
  const value = digits(plain, at, base, negative, at > 0 && (sign === 43 || sign === 45));
  if (value !== undefined) return value;
  // After both of Go's parsers have refused it, `0b` is stripped and the rest may have a sign: 0b-101 is -5.
  if (plain.startsWith('0b')) {
    const inner = plain.charCodeAt(2);
    if ((inner === 43 || inner === 45) && length > 3) return digits(plain, 3, 2, inner === 45, true);
  }
  return undefined;
}

function digits(text: string, from: number, base: number, negative: boolean, signed: boolean): number | bigint | undefined {
  let value = 0;
  for (let i = from; i < text.length; i++) {
    const c = text.charCodeAt(i);
    let digit: number;
    if (c >= 48 && c <= 57) digit = c - 48;
    else {
      const lower = c | 32;
      if (lower < 97 || lower > 102) return undefined;
      digit = lower - 87;
    }
    if (digit >= base) return undefined;
    value = value * base + digit;
  }
  if (value <= Number.MAX_SAFE_INTEGER) return negative && value !== 0 ? -value : value;
  if (value > 2 ** 65) return undefined;
  let exact = 0n;
  for (let i = from; i < text.length; i++) {
    const c = text.charCodeAt(i);
    exact = exact * BigInt(base) + BigInt(c <= 57 ? c - 48 : (c | 32) - 87);
  }
  if (negative) return exact <= INT64_MAX + 1n ? -exact : undefined;
  // ParseUint takes no sign, so a + allows only what an int64 holds.
  if (exact > (signed ? INT64_MAX : UINT64_MAX)) return undefined;
  return exact;
}

/** `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`, and small enough for a float64. */
function float(plain: string): number | undefined {
  const length = plain.length;
  let i = 0;
  let c = plain.charCodeAt(0);
  if (c === 43 || c === 45) i = 1;
  const start = i;
  while (i < length && isDigit(plain.charCodeAt(i))) i++;
  const whole = i - start;
  if (plain.charCodeAt(i) === 46) {
    i++;
    const point = i;
    while (i < length && isDigit(plain.charCodeAt(i))) i++;
    if (whole === 0 && i === point) return undefined;
  } else if (whole === 0) return undefined;
  c = plain.charCodeAt(i);
  if (c === 101 || c === 69) {
    i++;
    c = plain.charCodeAt(i);
    if (c === 43 || c === 45) i++;
    const exponent = i;
    while (i < length && isDigit(plain.charCodeAt(i))) i++;
    if (i === exponent) return undefined;
  }
  if (i !== length) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

/** A scalar that begins with a dot goes to ParseFloat as it stands, which allows underscores only between digits. */
function fraction(text: string): number | undefined {
  if (!text.includes('_')) return float(text);
  return /^_|_$|_\D|\D_/.test(text) ? undefined : float(text.replaceAll('_', ''));
}

function isDigit(c: number): boolean {
  return c >= 48 && c <= 57;
}

const TIMESTAMP = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt ](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(Z|[+-]\d\d:\d\d)?)?$/;

/** time.Parse with the four layouts of resolve.go: a date, or a date and time with a zone after T and without one after a blank. */
function isTimestamp(text: string): boolean {
  const match = TIMESTAMP.exec(text);
  if (match === null) return false;
  const [, year, month, day, hour, minute, second, zone] = match;
  if (hour !== undefined && (text.includes(' ') ? zone !== undefined : zone === undefined)) return false;
  const y = Number(year);
  const m = Number(month);
  const leap = (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0;
  const days = m === 2 ? (leap ? 29 : 28) : m === 4 || m === 6 || m === 9 || m === 11 ? 30 : 31;
  if (m < 1 || m > 12 || Number(day) < 1 || Number(day) > days) return false;
  if (zone !== undefined && zone !== 'Z' && (Number(zone.slice(1, 3)) > 24 || Number(zone.slice(4)) > 60)) return false;
  return hour === undefined || (Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60);
}
