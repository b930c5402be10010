import { closest } from '../api/closest.ts';
import type { Type } from '../api/table.ts';
import type { Path } from '../source/path.ts';
import type { Step } from './decode-words.ts';

export interface Hint {
  readonly suggestion?: string;
  readonly misplacedAt?: Path;
}

/** Steps from the object with the unknown field to one that has such a field, up or down. */
const FARTHEST = 4;
const MOST_LOOKED_AT = 300;
/** Names that half of all types have: only worth a hint one step away. */
const COMMON = new Set(['name', 'type', 'kind', 'value', 'key', 'path', 'mode', 'status', 'message', 'reason', 'apiVersion']);

/**
 * What an unknown field was probably meant to be: a misspelt field of the same object, or a field of an object nearby (`runAsNonRoot`
 * beside instead of inside `securityContext`, `replicas` in the pod template), of a type that suits the value.
 * `path` and `steps` lead to the object; `object` is its value.
 */
export function hintFor(
  key: string,
  value: unknown,
  type: Type,
  object: Readonly<Record<string, unknown>>,
  path: Path,
  steps: readonly Step[],
): Hint {
  const absent = [...type.fields.keys()].filter((name) => !Object.hasOwn(object, name));
  const suggestion = closest(key, absent) ?? otherName(key, absent);
  if (suggestion !== undefined) return { suggestion };
  const misplacedAt = nearby(key, value, { type, object, path: [...path], level: steps.length, below: true }, steps);
  return misplacedAt === undefined ? {} : { misplacedAt };
}

/** A `secret` volume has a `secretName`, a `configMap` volume a `name`: people mix them up. */
function otherName(key: string, absent: readonly string[]): string | undefined {
  if (key.endsWith('Name')) return absent.includes('name') ? 'name' : undefined;
  if (key !== 'name') return undefined;
  const names = absent.filter((name) => name.endsWith('Name'));
  return names.length === 1 ? names[0] : undefined;
}

interface Place {
  readonly type: Type;
  /** The object as the document has it, or undefined where the document has none. */
  readonly object: Readonly<Record<string, unknown>> | undefined;
  readonly path: Path;
  /** How many of `steps` lead here; -1 off the way from the root. */
  readonly level: number;
  /** Whether it lies below the object with the unknown field: only there may a place be one the document does not have yet. */
  readonly below: boolean;
}

/**
 * Nearest first. At the same distance an ancestor wins, then what the document has, then what it lacks, if that is only one (a volume
 * could have its `path` in any of its many kinds).
 */
function nearby(key: string, value: unknown, start: Place, steps: readonly Step[]): Path | undefined {
  const farthest = COMMON.has(key) ? 1 : FARTHEST;
  const seen = new Set<string>([JSON.stringify(start.path)]);
  let ring: Place[] = [start];
  for (let distance = 1; distance <= farthest && ring.length > 0; distance++) {
    const next: Place[] = [];
    const add = (place: Place) => {
      const id = JSON.stringify(place.path);
      if (seen.has(id) || seen.size > MOST_LOOKED_AT) return;
      seen.add(id);
      next.push(place);
    };
    for (const place of ring) {
      const above = place.level > 0 ? steps[place.level - 1] : undefined;
      if (above !== undefined) {
        add({
          type: above.type,
          object: above.value,
          path: start.path.slice(0, above.depth),
          level: place.level - 1,
          below: false,
        });
      }
    }
    for (const place of ring) for (const child of childrenOf(place)) add(child);
    const fitting = next.filter((place) => {
      const field = place.type.fields.get(key);
      return field !== undefined && suits(value, field.type) && !Object.hasOwn(place.object ?? {}, key);
    });
    const found = fitting.find((place) => place.object !== undefined) ?? (fitting.length === 1 ? fitting[0] : undefined);
    if (found !== undefined) return [...found.path, key];
    if (fitting.length > 0) return undefined;
    ring = next;
  }
  return undefined;
}

function* childrenOf(place: Place): Generator<Place> {
  for (const field of place.type.fields.values()) {
    if (field.name === 'status' || field.name === 'managedFields') continue;
    const inner = place.object !== undefined && Object.hasOwn(place.object, field.name) ? place.object[field.name] : undefined;
    if (field.type.kind === 'object') {
      const object = asObject(inner);
      if (object !== undefined || place.below)
        yield { type: field.type, object, path: [...place.path, field.name], level: -1, below: place.below };
    } else if (field.type.kind === 'list' && field.type.of!.kind === 'object' && Array.isArray(inner) && inner.length === 1) {
      yield {
        type: field.type.of!,
        object: asObject(inner[0]),
        path: [...place.path, field.name, 0],
        level: -1,
        below: place.below,
      };
    }
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

/** Whether a value has the outer form of a type. */
function suits(value: unknown, type: Type): boolean {
  switch (type.kind) {
    case 'string':
    case 'bytes':
    case 'time':
    case 'micro-time':
      return typeof value === 'string' || value === null;
    case 'boolean':
      return typeof value === 'boolean';
    case 'int32':
    case 'int64':
    case 'double':
      return typeof value === 'number';
    case 'int-or-string':
    case 'quantity':
      return typeof value === 'number' || typeof value === 'string';
    case 'list':
      return Array.isArray(value) && (value.length === 0 || suits(value[0], type.of!));
    case 'map':
      return asObject(value) !== undefined && Object.values(value as object).every((inner) => suits(inner, type.of!));
    case 'object':
      return asObject(value) !== undefined && Object.keys(value as object).every((key) => type.fields.has(key));
  }
  return true;
}
