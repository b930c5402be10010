import type { Path } from '../source/path.ts';

/**
 * One fault the API server would report, as `field.Error` of k8s.io/apimachinery/pkg/util/validation/field.
 * `type` is the StatusCause's type; paths are relative to the object. The server's name of the field is `field ?? fieldPath(path)`,
 * the place in the document `at ?? path`.
 */
export interface Cause {
  readonly type: CauseType;
  readonly path: Path;
  /** As the server prints it after the field: `Required value: must specify a volume type`, `Invalid value: -1: must be …`. */
  readonly message: string;
  /** The offending value, where the server prints one. Never printed by podlint for Secret data. */
  readonly value?: unknown;
  /** Where the fault is written, when the server names only the map that holds it: a label's key instead of `metadata.labels`. */
  readonly at?: Path;
  /** For NotSupported: the allowed values, for "did you mean" and fixes. */
  readonly supported?: readonly string[];
  /** The field as the server prints it, where that is not `fieldPath(path)`. */
  readonly field?: string;
}

export type CauseType =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueTooFew'
  | 'FieldValueTooShort'
  | 'InternalError'
  | 'FieldValueTypeInvalid';

/**
 * The constructors of field.Error, with the server's wording. Values are printed as the server of 1.31 and newer does (JSON).
 */
export function required(path: Path, detail = ''): Cause {
  return { type: 'FieldValueRequired', path, message: detail === '' ? 'Required value' : `Required value: ${detail}` };
}
export function invalid(path: Path, value: unknown, detail: string): Cause {
  return {
    type: 'FieldValueInvalid',
    path,
    value,
    message: `Invalid value: ${print(value)}${detail === '' ? '' : `: ${detail}`}`,
  };
}
export function typeInvalid(path: Path, value: unknown, detail: string): Cause {
  return {
    type: 'FieldValueTypeInvalid',
    path,
    value,
    message: `Invalid value: ${print(value)}${detail === '' ? '' : `: ${detail}`}`,
  };
}
/** The server lists the supported values in alphabetical order, for most fields; with `inOrder`, as they are given. */
export function notSupported(path: Path, value: unknown, supported: readonly string[], inOrder = false): Cause {
  const list = (inOrder ? supported : [...supported].sort()).map((s) => JSON.stringify(s)).join(', ');
  return {
    type: 'FieldValueNotSupported',
    path,
    value,
    supported,
    message: `Unsupported value: ${print(value)}${list === '' ? '' : `: supported values: ${list}`}`,
  };
}
export function duplicate(path: Path, value: unknown): Cause {
  return { type: 'FieldValueDuplicate', path, value, message: `Duplicate value: ${print(value)}` };
}
export function forbidden(path: Path, detail: string): Cause {
  return { type: 'FieldValueForbidden', path, message: `Forbidden: ${detail}` };
}
export function notFound(path: Path, value: unknown): Cause {
  return { type: 'FieldValueNotFound', path, value, message: `Not found: ${print(value)}` };
}
/** `Too long: may not be more than N bytes` (1.32 and newer; older servers say `must have at most N bytes`). */
export function tooLong(path: Path, max: number, minor = 37): Cause {
  const limit = minor >= 32 ? `may not be more than ${max}` : `must have at most ${max}`;
  return { type: 'FieldValueTooLong', path, message: `Too long: ${limit} ${max === 1 && minor >= 34 ? 'byte' : 'bytes'}` };
}
/** `Too long: may not be more than N characters`, where the server counts characters. */
export function tooLongCharacters(path: Path, max: number): Cause {
  return {
    type: 'FieldValueTooLong',
    path,
    message: `Too long: may not be more than ${max} ${max === 1 ? 'character' : 'characters'}`,
  };
}
export function tooMany(path: Path, actual: number, max: number, minor = 37): Cause {
  const items = max === 1 && minor >= 34 ? 'item' : 'items';
  return { type: 'FieldValueTooMany', path, message: `Too many: ${actual}: must have at most ${max} ${items}` };
}

function print(value: unknown): string {
  if (value === undefined) return 'null';
  if (typeof value === 'bigint') return value.toString();
  return JSON.stringify(value);
}
