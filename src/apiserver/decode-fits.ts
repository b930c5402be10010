import { parseQuantity } from '../api/quantity.ts';
import type { Type } from '../api/table.ts';
import { base64Fault, timeFault } from './decode-leaves.ts';

/** CRD schemas nest; deeper than this nothing is looked at. */
export const DEEPEST = 400;

/**
 * The fast answer for valid documents: true only if there is no fault. Allocates nothing. False also for what only the slow walk can
 * excuse (placeholders). The numbers are the kinds' places in `TYPE_KINDS`.
 */
export function fits(value: unknown, type: Type, depth: number): boolean {
  if (value === null || value === undefined) return true;
  switch (type.code) {
    case 0 /* string */:
      return typeof value === 'string';
    case 1 /* object */:
      return typeof value === 'object' && !Array.isArray(value) && fitsObject(value as Record<string, unknown>, type, depth);
    case 2 /* list */:
      return Array.isArray(value) && fitsList(value, type.of!, depth);
    case 3 /* map */:
      return typeof value === 'object' && !Array.isArray(value) && fitsMap(value as Record<string, unknown>, type.of!, depth);
    default:
      return fitsRest(value, type, depth);
  }
}

function fitsRest(value: unknown, type: Type, depth: number): boolean {
  switch (type.kind) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'int32':
      return isInt32(value);
    case 'int64':
      return isInt64(value);
    case 'quantity':
      return isQuantity(value);
    case 'int-or-string':
      return typeof value === 'string' || isInt32(value);
    case 'double':
      return typeof value === 'number' || typeof value === 'bigint';
    case 'time':
    case 'micro-time':
      return typeof value === 'string' && timeFault(value, type.kind === 'micro-time') === undefined;
    case 'bytes':
      return typeof value === 'string' && base64Fault(value) < 0;
    case 'schema-or-bool':
    case 'schema-or-list':
    case 'schema-or-strings':
      return typeof value === 'boolean' || fitsLeniently(value, type, depth);
    default:
      return true;
  }
}

/** How many schemas read by a decoder of their own, which is not strict, are around the value at hand. */
let lenient = 0;

/** `items`, `additionalProperties` and their like in a CRD's schema: what the slow walk would find no fault with. */
function fitsLeniently(value: unknown, type: Type, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  lenient++;
  let fit: boolean;
  if (!Array.isArray(value)) fit = fitsObject(value as Record<string, unknown>, type.of!, depth + 1);
  else if (type.kind === 'schema-or-bool') fit = false;
  else if (type.kind === 'schema-or-strings') fit = value.every((item) => typeof item === 'string');
  else fit = value.every((item) => item === null || fits(item, type.of!, depth + 1));
  lenient--;
  return fit;
}

/** Strings, numbers and booleans are most of what objects hold: they are looked at here, without a call. */
function fitsObject(object: Record<string, unknown>, type: Type, depth: number): boolean {
  if (depth > DEEPEST) return false;
  const fields = type.fields;
  for (const key in object) {
    const field = fields.get(key);
    if (field === undefined) {
      if (lenient === 0) return false;
      continue;
    }
    const value = object[key];
    if (value === null) continue;
    const inner = field.type;
    switch (inner.code) {
      case 0 /* string */:
        if (typeof value !== 'string') return false;
        break;
      case 1 /* object */:
        if (typeof value !== 'object' || Array.isArray(value) || !fitsObject(value as Record<string, unknown>, inner, depth + 1))
          return false;
        break;
      case 2 /* list */:
        if (!Array.isArray(value) || !fitsList(value, inner.of!, depth + 1)) return false;
        break;
      case 3 /* map */:
        if (typeof value !== 'object' || Array.isArray(value) || !fitsMap(value as Record<string, unknown>, inner.of!, depth + 1))
          return false;
        break;
      case 4 /* int32 */:
        if (!isInt32(value)) return false;
        break;
      case 5 /* boolean */:
        if (typeof value !== 'boolean') return false;
        break;
      default:
        if (!fitsRest(value, inner, depth + 1)) return false;
    }
  }
  return true;
}

function fitsList(list: readonly unknown[], of: Type, depth: number): boolean {
  if (of.code === 0 /* string */) {
    for (let i = 0; i < list.length; i++) if (typeof list[i] !== 'string' && list[i] !== null) return false;
    return true;
  }
  for (let i = 0; i < list.length; i++) if (!fits(list[i], of, depth)) return false;
  return true;
}

function fitsMap(map: Record<string, unknown>, of: Type, depth: number): boolean {
  if (of.code === 0 /* string */) {
    for (const key in map) if (typeof map[key] !== 'string' && map[key] !== null) return false;
    return true;
  }
  for (const key in map) if (!fits(map[key], of, depth)) return false;
  return true;
}

function isInt32(value: unknown): boolean {
  return typeof value === 'number' && (value | 0) === value;
}

function isInt64(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63;
  return typeof value === 'bigint' && BigInt.asIntN(64, value) === value;
}

/** The server parses a quantity's JSON text: what JSON escapes (a line's end) makes it a bad one, though blanks around it are cut off. */
export function isQuantity(value: unknown): boolean {
  if (typeof value !== 'string')
    return (typeof value === 'number' || typeof value === 'bigint') && parseQuantity(value) !== undefined;
  if (parseQuantity(value) === undefined) return false;
  const blank = value.charCodeAt(0) <= 32 || value.charCodeAt(value.length - 1) <= 32;
  return !blank || !/[\u0000-\u001f\u2028\u2029]/.test(value);
}
