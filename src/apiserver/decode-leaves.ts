import { quoteGo } from './go-print.ts';

/** The scalars with a grammar of their own: base64, quantities, times. Each says what is wrong as Go does. */

/**
 * The byte at which Go's base64.StdEncoding refuses a text, or -1. Line ends are skipped, padding is required, unused bits are not
 * looked at. Mirrors decodeQuantum of encoding/base64. (Before the first fault all is ASCII: units are bytes.)
 */
export function base64Fault(text: string): number {
  const end = text.length;
  let at = 0;
  while (at < end) {
    let digits = 0;
    while (digits < 4) {
      if (at === end) return digits === 0 ? -1 : at - digits;
      const code = text.charCodeAt(at++);
      if (code < 128 && DIGITS[code] === 1) digits++;
      else if (code === PAD) return paddingFault(text, at, digits);
      else if (!isLineEnd(code)) return at - 1;
    }
  }
  return -1;
}

/** `at` is behind the first `=`, which is right only as the third or fourth digit; nothing may follow the padding. */
function paddingFault(text: string, at: number, digits: number): number {
  const end = text.length;
  if (digits < 2) return at - 1;
  if (digits === 2) {
    while (at < end && isLineEnd(text.charCodeAt(at))) at++;
    if (at === end) return end;
    if (text.charCodeAt(at) !== PAD) return at - 1;
    at++;
  }
  while (at < end && isLineEnd(text.charCodeAt(at))) at++;
  return at < end ? at : -1;
}

const PAD = 61;
const DIGITS = new Uint8Array(128);
for (const digit of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/') DIGITS[digit.charCodeAt(0)] = 1;

function isLineEnd(code: number): boolean {
  return code === 10 || code === 13;
}

const FORMAT_WRONG = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

/** Why the server cannot parse a quantity, for one that `parseQuantity` refuses. */
export function quantityFault(value: unknown): string {
  // The server parses the JSON text of a string as it stands, so whatever JSON escapes is no part of a quantity.
  if (typeof value === 'string' && /[\u0000-\u001f"\\<>&\u2028\u2029]/.test(value)) return FORMAT_WRONG;
  const text =
    typeof value === 'string' ? value.trim() : typeof value === 'number' || typeof value === 'bigint' ? String(value) : '';
  const found = /^[+-]?(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/.exec(text);
  if (text === '' || found === null || text.length > 512) return FORMAT_WRONG;
  const suffix = found[3]!;
  if (/^(?:[numkMGTPE]?|[KMGTPE]i)$/.test(suffix) || /^[eE][-+]?\d{1,18}$/.test(suffix))
    return 'unable to parse numeric part of quantity';
  return "unable to parse quantity's suffix";
}

/**
 * Go's error for a text that time.Parse refuses with the layout RFC 3339, or with exactly six digits of fraction when `micro`.
 * Undefined if it is a time. Mirrors parse of time/format.go for these two layouts.
 */
export function timeFault(text: string, micro: boolean): string | undefined {
  const layout = micro ? '2006-01-02T15:04:05.000000Z07:00' : '2006-01-02T15:04:05Z07:00';
  const cannot = (at: number, part: string) =>
    `parsing time ${quoteGo(text)} as ${quoteGo(layout)}: cannot parse ${quoteGo(text.slice(at))} as ${quoteGo(part)}`;
  const outside = (what: string) => `parsing time ${quoteGo(text)}: ${what} out of range`;
  const digits = (at: number, count: number): number => {
    let value = 0;
    for (let i = at; i < at + count; i++) {
      const code = text.charCodeAt(i);
      if (!(code >= 48 && code <= 57)) return -1;
      value = value * 10 + code - 48;
    }
    return value;
  };
  const year = digits(0, 4);
  if (year < 0) return cannot(0, '2006');
  if (text[4] !== '-') return cannot(4, '-');
  const month = digits(5, 2);
  if (month < 0) return cannot(5, '01');
  if (month < 1 || month > 12) return outside('month');
  if (text[7] !== '-') return cannot(7, '-');
  const day = digits(8, 2);
  if (day < 0) return cannot(8, '02');
  if (text[10] !== 'T') return cannot(10, 'T');
  // The one number that Go lets have a single digit.
  const hourDigits = digits(12, 1) < 0 ? 1 : 2;
  const hour = digits(11, hourDigits);
  if (hour < 0) return cannot(11, '15');
  if (hour > 23) return outside('hour');
  let at = 11 + hourDigits;
  if (text[at] !== ':') return cannot(at, ':');
  const minute = digits(at + 1, 2);
  if (minute < 0) return cannot(at + 1, '04');
  if (minute > 59) return outside('minute');
  if (text[at + 3] !== ':') return cannot(at + 3, ':');
  const second = digits(at + 4, 2);
  if (second < 0) return cannot(at + 4, '05');
  if (second > 59) return outside('second');
  at += 6;
  if (micro) {
    if (text[at] !== '.' || digits(at + 1, 6) < 0) return cannot(at, '.000000');
    at += 7;
  } else if ((text[at] === '.' || text[at] === ',') && digits(at + 1, 1) >= 0) {
    at += 2;
    while (digits(at, 1) >= 0) at++;
  }
  if (text[at] === 'Z') at++;
  else {
    const zone = /^[+-](\d\d):(\d\d)/.exec(text.slice(at, at + 6));
    if (zone === null) return cannot(at, 'Z07:00');
    if (Number(zone[1]) > 24) return outside('time zone offset hour');
    if (Number(zone[2]) > 60) return outside('time zone offset minute');
    at += 6;
  }
  if (at < text.length) return `parsing time ${quoteGo(text)}: extra text: ${quoteGo(text.slice(at))}`;
  if (day < 1 || day > daysIn(month, year)) return outside('day');
  return undefined;
}

function daysIn(month: number, year: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
