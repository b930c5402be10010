import { type formatCidr, formatIp } from '../../api/ip.ts';
import { goNumber } from '../custom-numbers.ts';
import { durationOf, parseDuration, parseTimestamp, printDuration, printTimestamp, secondsOf, timestampOf } from './time.ts';
import {
  CelError,
  Duration,
  MAX_INT,
  MAX_UINT,
  MIN_INT,
  NO_OVERLOAD,
  Opaque,
  Timestamp,
  TypeValue,
  typeName,
  UInt,
  type Value,
} from './values.ts';

/** `int(x)`, `string(x)`, …; mirrors ConvertToType of cel-go/common/types. */
export type Conversion = 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'bool' | 'timestamp' | 'duration';

export function convert(value: Value, to: Conversion): Value {
  const found = CONVERSIONS[to](value);
  if (found !== undefined) return found;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || value instanceof UInt
    ? failed(value, to)
    : NO_OVERLOAD;
}

const TYPES: Partial<Record<Conversion, string>> = {
  timestamp: 'google.protobuf.Timestamp',
  duration: 'google.protobuf.Duration',
};

function failed(value: Value, to: Conversion): CelError {
  return new CelError(`type conversion error from '${typeName(value)}' to '${TYPES[to] ?? to}'`);
}

const OVERFLOW = new CelError('integer overflow');
const UNSIGNED_OVERFLOW = new CelError('unsigned integer overflow');

export function intOf(value: bigint): bigint | CelError {
  return value < MIN_INT || value > MAX_INT ? OVERFLOW : value;
}
export function uintOf(value: bigint): UInt | CelError {
  return value < 0n || value > MAX_UINT ? UNSIGNED_OVERFLOW : new UInt(value);
}

const CONVERSIONS: Record<Conversion, (value: Value) => Value | undefined> = {
  int(value) {
    if (typeof value === 'bigint') return value;
    if (value instanceof UInt) return intOf(value.value);
    if (typeof value === 'number') {
      if (!Number.isFinite(value) || value <= -(2 ** 63) || value >= 2 ** 63) return OVERFLOW;
      return BigInt(Math.trunc(value));
    }
    if (typeof value === 'string') {
      if (!/^[+-]?[0-9]{1,30}$/.test(value)) return undefined;
      const number = BigInt(value.replace(/^\+/, ''));
      return number < MIN_INT || number > MAX_INT ? undefined : number;
    }
    if (value instanceof Timestamp) return secondsOf(value.nanos);
    return value instanceof Duration ? value.nanos : undefined;
  },
  uint(value) {
    if (value instanceof UInt) return value;
    if (typeof value === 'bigint') return uintOf(value);
    if (typeof value === 'number') {
      if (!Number.isFinite(value) || value < 0 || value >= 2 ** 64) return UNSIGNED_OVERFLOW;
      return new UInt(BigInt(Math.trunc(value)));
    }
    if (typeof value !== 'string' || !/^[0-9]{1,30}$/.test(value)) return undefined;
    const number = BigInt(value);
    return number > MAX_UINT ? undefined : new UInt(number);
  },
  double(value) {
    if (typeof value === 'number') return value;
    if (typeof value === 'bigint') return Number(value);
    if (value instanceof UInt) return Number(value.value);
    return typeof value === 'string' ? parseFloatGo(value) : undefined;
  },
  string(value) {
    if (typeof value === 'string') return value;
    if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
    if (value instanceof UInt) return String(value.value);
    if (typeof value === 'number') return printDouble(value);
    if (value instanceof Uint8Array) return decodeUtf8(value) ?? new CelError('invalid UTF-8 in bytes, cannot convert to string');
    if (value instanceof Timestamp) return printTimestamp(value);
    if (value instanceof Duration) return printDuration(value);
    if (value instanceof TypeValue) return value.name;
    if (!(value instanceof Opaque)) return undefined;
    if (value.data.type === 'net.IP') return formatIp(value.data.ip);
    return value.data.type === 'net.CIDR' ? printPrefix(value.data.cidr) : undefined;
  },
  bytes(value) {
    if (value instanceof Uint8Array) return value;
    return typeof value === 'string' ? new TextEncoder().encode(value) : undefined;
  },
  bool(value) {
    if (typeof value === 'boolean') return value;
    if (typeof value !== 'string') return undefined;
    if (/^(?:1|t|T|TRUE|true|True)$/.test(value)) return true;
    return /^(?:0|f|F|FALSE|false|False)$/.test(value) ? false : undefined;
  },
  timestamp(value) {
    if (value instanceof Timestamp) return value;
    if (typeof value === 'bigint') return timestampOf(value * 1_000_000_000n);
    if (typeof value !== 'string') return undefined;
    const time = parseTimestamp(value);
    return time === undefined ? undefined : timestampOf(time.nanos, time.zone);
  },
  duration(value) {
    if (value instanceof Duration) return value;
    if (typeof value === 'bigint') return durationOf(value);
    if (typeof value !== 'string') return undefined;
    const nanos = parseDuration(value);
    return nanos === undefined ? undefined : durationOf(nanos);
  },
};

/** The block with its address as written, unlike net.IPNet's, whose host bits are zero. */
function printPrefix(cidr: Parameters<typeof formatCidr>[0]): string {
  return `${formatIp(cidr.ip)}/${cidr.prefix}`;
}

/** strconv.ParseFloat of decimal texts; undefined if it fails. */
function parseFloatGo(text: string): number | undefined {
  if (/^[+-]?inf(?:inity)?$/i.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  if (text.length > 400 || !/^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** A double as Go's %g prints it. */
export function printDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  return goNumber(value);
}

export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
