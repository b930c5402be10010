import { isObject, type JsonObject, sameJson } from '../../api/manifest.ts';
import { compareQuantity, parseQuantity } from '../../api/quantity.ts';
import type { Field, Type } from '../../api/table.ts';
import { isUnknown } from '../../api/unknown.ts';
import type { Path } from '../../source/path.ts';
import { defaultOf, OPEN, type Place, POINTERS, withRequests } from './defaults.ts';

/** Where two values first differ. Not `sure`: a placeholder, a default that is not known, or a Go type that podlint does not know decides. */
export interface Difference {
  readonly path: Path;
  readonly sure: boolean;
}

const TEMPLATE: Place = { pod: false, hostNetwork: false };
/** Of an object that is not there at all. */
const NOTHING: JsonObject = {};
const DEEPEST = 64;

/**
 * Compares two values of a type as the server does after it has filled in defaults: semantically, so that `1Gi` is `1024Mi`, and nothing is an empty list.
 * A field that neither names is the same in both. Of several differences a sure one is told; undefined where there is none.
 */
export function difference(
  old: unknown,
  next: unknown,
  type: Type,
  path: Path = [],
  place: Place = TEMPLATE,
): Difference | undefined {
  return path.length > DEEPEST ? undefined : differenceOf(old, next, type, path, place);
}

function differenceOf(old: unknown, next: unknown, type: Type, path: Path, place: Place): Difference | undefined {
  if (old === next) return undefined;
  if (isUnknown(old) || isUnknown(next)) return { path, sure: false };
  switch (type.kind) {
    case 'object':
      return isObject(old) && isObject(next) ? ofObjects(old, next, type, path, place) : { path, sure: false };
    case 'map':
      return isObject(old) && isObject(next) ? ofMaps(old, next, type.of, path, place) : { path, sure: false };
    case 'list':
      return Array.isArray(old) && Array.isArray(next) ? ofLists(old, next, type.of, path, place) : { path, sure: false };
    case 'quantity': {
      const [a, b] = [parseQuantity(old), parseQuantity(next)];
      if (a === undefined || b === undefined) return { path, sure: false };
      return compareQuantity(a, b) === 0 ? undefined : { path, sure: true };
    }
    case 'bytes':
      return text(old).replace(/\s/g, '') === text(next).replace(/\s/g, '') ? undefined : { path, sure: true };
    case 'string':
    case 'boolean':
    case 'int32':
    case 'int64':
    case 'int-or-string':
      // 5 and 5n are one number; 80 and "80" are not one port.
      return isNumber(old) && isNumber(next) && String(old) === String(next) ? undefined : { path, sure: true };
    default:
      // A time may be written in several ways.
      return sameJson(old, next) ? undefined : { path, sure: type.kind !== 'time' && type.kind !== 'micro-time' };
  }
}

function ofObjects(before: JsonObject, after: JsonObject, type: Type, path: Path, place: Place): Difference | undefined {
  const { definition, fields } = type;
  let [old, next] = [before, after];
  if (definition === 'core.v1.ResourceRequirements' && place.pod) [old, next] = [withRequests(old), withRequests(next)];
  let doubt: Difference | undefined;
  for (const key of new Set([...Object.keys(old), ...Object.keys(next)])) {
    const field = fields.get(key);
    if (field === undefined || (definition === CLAIM && NOT_OF_A_TEMPLATE.has(key))) continue;
    const found = ofField({ old: own(old, key), next: own(next, key) }, { old, next, definition }, field, [...path, key], place);
    if (found?.sure) return found;
    doubt ??= found;
  }
  return doubt;
}

/** A StatefulSet's claim templates may say what kind they are, and the server writes a status into them: neither is compared. */
const CLAIM = 'core.v1.PersistentVolumeClaim';
const NOT_OF_A_TEMPLATE: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'status']);

interface Owners {
  readonly old: JsonObject;
  readonly next: JsonObject;
  readonly definition: string;
}

/** As `difference`, of one field of two objects of a type. */
export function fieldDifference(
  old: JsonObject,
  next: JsonObject,
  type: Type,
  name: string,
  path: Path,
  place: Place = TEMPLATE,
): Difference | undefined {
  const field = type.fields.get(name);
  if (field === undefined) return undefined;
  return ofField({ old: own(old, name), next: own(next, name) }, { old, next, definition: type.definition }, field, path, place);
}

function ofField(
  { old, next }: { readonly old: unknown; readonly next: unknown },
  owners: Owners,
  field: Field,
  path: Path,
  place: Place,
): Difference | undefined {
  if (old === undefined && next === undefined) return undefined;
  if (old !== undefined && next !== undefined) return difference(old, next, field.type, path, place);
  const [written, owner] = old === undefined ? [next, owners.old] : [old, owners.next];
  const filled = defaultOf(owners.definition, field.name, owner, place) ?? field.default;
  if (filled === OPEN) return { path, sure: false };
  if (filled !== undefined)
    return isZero(written) && !POINTERS.has(field.name) ? undefined : difference(filled, written, field.type, path, place);
  return isNothing(written, field) ? undefined : sureOf(written, field, path, place);
}

/** Whether something written is the same as nothing: false, 0, the empty text, an empty list or map. */
function isNothing(written: unknown, field: Field): boolean {
  if (isUnknown(written)) return false;
  const { kind } = field.type;
  if (kind === 'list') return Array.isArray(written) && written.length === 0;
  if (kind === 'map') return isObject(written) && Object.keys(written).length === 0;
  if (kind === 'object') return false;
  if (kind === 'quantity') return false;
  return isZero(written) && !POINTERS.has(field.name);
}

/** Something stands on one side only. Whether an empty object is the same as none, the Go type decides, which is not known. */
function sureOf(written: unknown, field: Field, path: Path, place: Place): Difference | undefined {
  if (isUnknown(written)) return { path, sure: false };
  if (field.type.kind === 'object') {
    const inner = isObject(written) ? difference(NOTHING, written, field.type, path, place) : undefined;
    return { path, sure: inner?.sure === true };
  }
  if (field.type.kind === 'list' || field.type.kind === 'map') return { path, sure: !holdsUnknown(written) };
  return { path, sure: !isZero(written) || POINTERS.has(field.name) };
}

function ofMaps(old: JsonObject, next: JsonObject, of: Type | undefined, path: Path, place: Place): Difference | undefined {
  let doubt: Difference | undefined;
  const open = holdsUnknownKey(old) || holdsUnknownKey(next);
  for (const key of new Set([...Object.keys(old), ...Object.keys(next)])) {
    const [a, b] = [own(old, key), own(next, key)];
    const at = [...path, key];
    const found = a === undefined || b === undefined ? { path: at, sure: !open } : of && difference(a, b, of, at, place);
    if (a === undefined && b === undefined) continue;
    if (found?.sure) return found;
    doubt ??= found;
  }
  return doubt;
}

function ofLists(
  old: readonly unknown[],
  next: readonly unknown[],
  of: Type | undefined,
  path: Path,
  place: Place,
): Difference | undefined {
  if (old.length !== next.length) {
    const at = next.length > old.length ? [...path, old.length] : path;
    return { path: at, sure: ![...old, ...next].some((one) => isUnknown(one)) };
  }
  let doubt: Difference | undefined;
  for (let i = 0; i < next.length; i++) {
    const found = of && difference(old[i] ?? NOTHING, next[i] ?? NOTHING, of, [...path, i], place);
    if (found?.sure) return found;
    doubt ??= found;
  }
  return doubt;
}

function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? (object[key] ?? undefined) : undefined;
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}

function isZero(value: unknown): boolean {
  return value === false || value === 0 || value === 0n || value === '';
}

function holdsUnknown(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every((one) => isUnknown(one));
  return isObject(value) && holdsUnknownKey(value);
}

function holdsUnknownKey(map: JsonObject): boolean {
  return Object.keys(map).some((key) => isUnknown(key));
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
