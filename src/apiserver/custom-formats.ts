import { base64Fault } from './decode-leaves.ts';

/**
 * The string formats a structural schema may state. Mirrors k8s.io/kube-openapi/pkg/validation/strfmt and
 * apiextensions-apiserver/pkg/apiserver/validation/formats.go. Where Go's parser is large (e-mail, URI), only what it surely refuses is
 * refused here.
 */
type Check = (text: string) => boolean;

/** The check of a format by its name with or without dashes (`date-time`, `datetime`), or undefined. */
export function hasFormat(format: string): Check | undefined {
  return CHECKS.get(format.replaceAll('-', ''));
}

/** Whether the server looks at a format at all, for a node of these types. Numeric formats count since 1.36, names since 1.34. */
export function isSupportedFormat(format: string, types: readonly string[], minor: number): boolean {
  const type = types.length === 1 ? types[0] : '';
  if (type === '' || type === 'string') return hasFormat(format) !== undefined && (minor >= 34 || !format.startsWith('k8s-'));
  if (minor < 36) return false;
  if (type === 'integer') return format === 'int32' || format === 'int64';
  return type === 'number' && (format === 'float' || format === 'double');
}

const HEX24 = /^[0-9a-fA-F]{24}$/;
const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const UUID3 = /^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const UUID4 = /^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i;
const UUID5 = /^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i;
const MAC =
  /^(?:[0-9a-f]{2}(?:(:|-)[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}(?:(?:\1[0-9a-f]{2}){2}|(?:\1[0-9a-f]{2}){14})?|[0-9a-f]{4}(?:\.[0-9a-f]{4}){2}(?:\.[0-9a-f]{4}|(?:\.[0-9a-f]{4}){7})?)$/i;
const SHORT_NAME = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;

const CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['bsonobjectid', (text) => HEX24.test(text)],
  ['uri', isRequestUri],
  ['email', isEmail],
  ['hostname', isHostname],
  ['ipv4', (text) => text.includes('.') && isIp(text)],
  ['ipv6', (text) => text.includes(':') && isIp(text, true)],
  ['cidr', isCidr],
  ['mac', (text) => MAC.test(text)],
  ['uuid', (text) => UUID.test(text)],
  ['uuid3', (text) => UUID3.test(text)],
  ['uuid4', (text) => UUID4.test(text)],
  ['uuid5', (text) => UUID5.test(text)],
  ['isbn', (text) => isIsbn10(text) || isIsbn13(text)],
  ['isbn10', isIsbn10],
  ['isbn13', isIsbn13],
  ['creditcard', isCreditCard],
  ['ssn', (text) => /^\d{3}[- ]?\d{2}[- ]?\d{4}$/.test(text)],
  ['hexcolor', (text) => /^#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/.test(text)],
  ['rgbcolor', isRgbColor],
  ['byte', (text) => text !== '' && !/[\r\n]/.test(text) && base64Fault(text) < 0],
  ['password', () => true],
  ['date', (text) => isDate(text)],
  ['duration', isDuration],
  ['datetime', isDateTime],
  ['k8sshortname', (text) => text.length <= 63 && SHORT_NAME.test(text)],
  ['k8slongname', (text) => text.length <= 253 && text.split('.').every((part) => SHORT_NAME.test(part))],
]);

/** net/mail.ParseAddress, as far as a bare address goes; what has a name, quotes or comments passes if there is an address in it. */
function isEmail(text: string): boolean {
  return /["(<]/.test(text) ? /\S@\S/.test(text) : /^\s*[^\s@]+@[^\s@]+\s*$/.test(text.slice(0, 1000));
}

/** net/url.ParseRequestURI: a path, `*`, or a scheme and what follows. */
function isRequestUri(text: string): boolean {
  if (text === '' || /[\u0000-\u001f\u007f]/.test(text)) return false;
  const scheme = /^[a-zA-Z][a-zA-Z0-9+.-]*:/.exec(text)?.[0] ?? '';
  const rest = text.slice(scheme.length).split('?', 1)[0]!;
  if (!rest.startsWith('/')) return scheme !== '' || text === '*';
  const authority = scheme !== '' && rest.startsWith('//') ? rest.slice(2).split('/', 1)[0]! : '';
  return isAuthority(authority) && !/%(?![0-9a-fA-F]{2})/.test(rest.slice(authority === '' ? 0 : authority.length + 2));
}

function isAuthority(authority: string): boolean {
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  if (/[\s\\^`{|}#%]/.test(host.replace(/%25[^\]]*\]/, ']'))) return false;
  const close = host.lastIndexOf(']');
  if (host.startsWith('[')) return close > 0 && /^(?::\d*)?$/.test(host.slice(close + 1));
  const colon = host.lastIndexOf(':');
  return colon < 0 || /^:\d*$/.test(host.slice(colon));
}

/** The server's pattern: a single label has no dash but behind its first character; of several, the last has letters only. */
/** What a class such as `\p{L}` takes to read is spent only where a host is looked at. */
function isHost(text: string): boolean {
  return /^(?:[a-zA-Z0-9\p{S}\p{L}](?:-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?|(?:[a-zA-Z0-9\p{S}\p{L}](?:[a-zA-Z0-9\-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?\.)+[a-zA-Z\p{L}]{2,63})$/u.test(
    text,
  );
}

function isHostname(text: string): boolean {
  return text.length <= 255 && text.split('.').every((label) => label.length <= 63) && isHost(text);
}

/** net.ParseIP; with leading zeros allowed in IPv4 unless `strict`. */
function isIp(text: string, strict = false): boolean {
  const colon = text.lastIndexOf(':');
  if (colon < 0) return isIpv4(text, strict);
  const tail = text.slice(colon + 1);
  if (tail.includes('.') && !isIpv4(tail, strict)) return false;
  const groups = (tail.includes('.') ? `${text.slice(0, colon)}:0:0` : text).split('::');
  if (groups.length > 2) return false;
  const parts = groups.flatMap((group) => (group === '' ? [] : group.split(':')));
  if (!parts.every((part) => /^[0-9a-fA-F]{1,4}$/.test(part))) return false;
  return groups.length === 2 ? parts.length < 8 : parts.length === 8;
}

function isIpv4(text: string, strict: boolean): boolean {
  const parts = text.split('.');
  return (
    parts.length === 4 && parts.every((part) => /^\d{1,10}$/.test(part) && Number(part) <= 255 && !(strict && /^0\d/.test(part)))
  );
}

function isCidr(text: string): boolean {
  const found = /^([^/]+)\/(\d{1,3})$/.exec(text);
  return found !== null && isIp(found[1]!) && Number(found[2]) <= (found[1]!.includes(':') ? 128 : 32);
}

function isIsbn10(text: string): boolean {
  const digits = text.replace(/[\s-]+/g, '');
  if (!/^\d{9}[\dX]$/.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < 10; i++) sum += (10 - i) * (digits[i] === 'X' ? 10 : Number(digits[i]));
  return sum % 11 === 0;
}

function isIsbn13(text: string): boolean {
  const digits = text.replace(/[\s-]+/g, '');
  if (!/^\d{13}$/.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < 13; i++) sum += (i % 2 === 0 ? 1 : 3) * Number(digits[i]);
  return sum % 10 === 0;
}

/** Any number with a right check digit: not narrower than the server, which also looks at issuers. */
function isCreditCard(text: string): boolean {
  const digits = text.replace(/[^0-9]+/g, '');
  if (digits.length < 12 || digits.length > 19) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    sum += i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}

function isRgbColor(text: string): boolean {
  const found = /^rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)$/.exec(text) ?? [];
  return found.length > 0 && found.slice(1).every((part) => !/^0\d/.test(part) && Number(part) <= 255);
}

function isDate(text: string): boolean {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (found === null) return false;
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
  if (month < 1 || month > 12 || day < 1) return false;
  const days =
    month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return day <= days;
}

function isDateTime(text: string): boolean {
  const [date, time] = text.toLowerCase().split('t');
  if (time === undefined || !isDate(date!)) return false;
  const found = /^([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))$/.exec(time);
  return found !== null && found[1]! <= '23' && found[2]! <= '59' && found[3]! <= '59';
}

/** Go's durations, or anywhere in the text a whole number and a unit as Scala names them (`22 ns`, `3 weeks`). */
function isDuration(text: string): boolean {
  if (
    /^[+-]?(?:0|(?:\d{1,18}(?:\.\d{0,18})?|\.\d{1,18})(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h)(?:(?:\d{1,18}(?:\.\d{0,18})?|\.\d{1,18})(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))*)$/.test(
      text,
    )
  )
    return true;
  for (const [, unit] of text.slice(0, 1000).matchAll(/\d+\s*([A-Za-z\u00b5]+)/g))
    if (UNIT.test(unit!.toLowerCase())) return true;
  return false;
}
const UNIT =
  /^(?:ns|nano|us|\u00b5s|micro|ms|milli|s|sec|m|min|h|hr|hour|d|day|w|wk|week)$|^(?:nano|micro|milli|sec|min|hour|day|week)/;
