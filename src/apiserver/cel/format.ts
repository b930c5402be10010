import { quoteGo } from '../go-print.ts';
import { convert, decodeUtf8 } from './convert.ts';
import type { Budget } from './equality.ts';
import {
  CelError,
  CelList,
  CelMap,
  Duration,
  isFault,
  Timestamp,
  TypeValue,
  typeName,
  UInt,
  UNKNOWN,
  type Value,
} from './values.ts';

/** `'%s of %d'.format([a, b])`; mirrors cel-go/ext/formatting.go. */
export function format(text: string, list: CelList, budget: Budget): Value {
  let out = '';
  let next = 0;
  for (let i = 0; i < text.length; ) {
    if (text[i] !== '%') {
      const sign = text.indexOf('%', i);
      const end = sign < 0 ? text.length : sign;
      out += text.slice(i, end);
      i = end;
      continue;
    }
    if (text[i + 1] === '%') {
      out += '%';
      i += 2;
      continue;
    }
    if (next >= list.size) return new CelError(`index ${next} out of range`);
    const found = CLAUSE.exec(text.slice(i + 1, i + 40));
    if (found === null) {
      return i + 1 >= text.length
        ? new CelError('unexpected end of string')
        : new CelError(`could not parse formatting clause: unrecognized formatting clause "${text[i + 1]}"`);
    }
    const argument = list.get(next++);
    if (isFault(argument)) return argument;
    const part = clause(argument, found[2]!, found[1] === undefined ? 6 : Number(found[1]), budget);
    if (typeof part !== 'string') return part;
    budget.steps -= part.length / 10;
    if (budget.steps < 0) return UNKNOWN;
    out += part;
    i += 1 + found[0].length;
  }
  return out;
}

const CLAUSE = /^(?:\.([0-9]{1,9}))?([sdfebxXo])/;

function refused(value: Value, what: string): CelError {
  return new CelError(`error during formatting: ${what}, was given ${typeName(value)}`);
}

function clause(value: Value, verb: string, precision: number, budget: Budget): string | CelError | typeof UNKNOWN {
  const whole = typeof value === 'bigint' ? value : value instanceof UInt ? value.value : undefined;
  switch (verb) {
    case 's':
      return plain(value, budget);
    case 'd':
      return whole === undefined ? refused(value, 'decimal clause can only be used on integers') : String(whole);
    case 'f':
      return fixed(value, precision);
    case 'b':
      if (typeof value === 'boolean') return value ? '1' : '0';
      return whole === undefined ? refused(value, 'only integers and bools can be formatted as binary') : whole.toString(2);
    case 'o':
      return whole === undefined ? refused(value, 'octal clause can only be used on integers') : whole.toString(8);
    case 'x':
    case 'X': {
      const digits = hex(value, whole);
      if (digits === undefined) return refused(value, 'only integers, byte buffers, and strings can be formatted as hex');
      return verb === 'X' ? digits.toUpperCase() : digits;
    }
    default:
      // Go's message printer writes an exponent as people do in the locale.
      return UNKNOWN;
  }
}

function hex(value: Value, whole: bigint | undefined): string | undefined {
  if (whole !== undefined) return whole.toString(16);
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  return bytes instanceof Uint8Array ? [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('') : undefined;
}

/** With the commas of en_US. */
function fixed(value: Value, precision: number): string | CelError | typeof UNKNOWN {
  if (typeof value !== 'number') {
    return value === 'NaN' || value === 'Infinity' || value === '-Infinity'
      ? UNKNOWN
      : refused(value, 'fixed-point clause can only be used on doubles');
  }
  if (precision > 100 || !Number.isFinite(value) || Math.abs(value) >= 1e21) return UNKNOWN;
  const [digits, fraction] = value.toFixed(precision).split('.') as [string, string | undefined];
  const grouped = digits.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

type Text = string | CelError | typeof UNKNOWN;

function plain(value: Value, budget: Budget): Text {
  if (value === null) return 'null';
  if (value instanceof CelList || value instanceof CelMap) return literal(value, budget, 0);
  const text = convert(value, 'string');
  if (value instanceof Uint8Array && text instanceof CelError)
    return new CelError(`error during formatting: could not convert argument "${text.message}" to string`);
  if (typeof text === 'string' && !['net.IP', 'net.CIDR'].includes(typeName(value))) return text;
  return refused(
    value,
    'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
  );
}

/** A value inside a list or a map, as a CEL literal. */
function literal(value: Value, budget: Budget, depth: number): Text {
  if (--budget.steps < 0 || depth > 100) return UNKNOWN;
  if (isFault(value)) return value;
  if (typeof value === 'string') return quoteGo(value);
  if (value instanceof Uint8Array) return `b${quoteGo(decodeUtf8(value) ?? '')}`;
  if (typeof value === 'number') return Number.isFinite(value) ? value.toFixed(6) : UNKNOWN;
  if (value instanceof Timestamp) return `timestamp("${convert(value, 'string') as string}")`;
  if (value instanceof Duration) return `duration("${convert(value, 'string') as string}")`;
  if (value instanceof CelList) {
    const parts: string[] = [];
    for (const item of value) {
      const text = literal(item, budget, depth + 1);
      if (typeof text !== 'string') return text;
      parts.push(text);
    }
    return `[${parts.join(', ')}]`;
  }
  if (value instanceof CelMap) {
    const parts: [string, string][] = [];
    for (const key of value.keys()) {
      const name = literal(key, budget, depth + 1);
      const text = literal(value.find(key) ?? null, budget, depth + 1);
      if (typeof name !== 'string') return name;
      if (typeof text !== 'string') return text;
      parts.push([name, text]);
    }
    parts.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${parts.map(([name, text]) => `${name}:${text}`).join(', ')}}`;
  }
  if (
    value === null ||
    typeof value === 'boolean' ||
    typeof value === 'bigint' ||
    value instanceof UInt ||
    value instanceof TypeValue
  )
    return plain(value, budget);
  return new CelError(`error during formatting: no formatting function for ${typeName(value)}`);
}
