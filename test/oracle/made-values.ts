/** Values that decode, for fields that a manifest does not have. */
import { NEWEST, type Release } from '../../src/api/kinds.ts';
import { type Field, resourcesOf, schemaOf, type Type } from '../../src/api/table.ts';
import { pick, type Random } from './mutants.ts';

/** Often valid, often not: what is tried are the fields beside it, and the bounds. Four levels deep at most. */
export function made(field: Field | undefined, type: Type, random: Random, depth: number): unknown {
  switch (type.kind) {
    case 'string':
      if (field?.enum !== undefined && random() < 0.85) return pick(random, field.enum);
      return pick(random, stringsFor(field?.name ?? ''));
    case 'boolean':
      return random() < 0.6;
    case 'int32':
    case 'int64':
      return pick(random, [0, 1, 1, 2, 5, 10, 80, -1, 100, 65536]);
    case 'double':
      return pick(random, [0, 1.5, -1]);
    case 'int-or-string':
      return pick(random, [1, 0, '50%', 'http', 8080, '101%', -1]);
    case 'quantity':
      return pick(random, ['1', '100m', '1Gi', '0', '-1', '1.5']);
    case 'time':
      return '2024-01-01T00:00:00Z';
    case 'micro-time':
      return '2024-01-01T00:00:00.000000Z';
    case 'bytes':
      return 'YQ==';
    case 'list': {
      const count = pick(random, [0, 1, 1, 1, 2]);
      return Array.from({ length: count }, () => made(field, type.of!, random, depth + 1));
    }
    case 'map': {
      const key = pick(
        random,
        field?.name === 'requests' || field?.name === 'limits' ? ['cpu', 'memory', 'x'] : ['a', 'a', 'a b'],
      );
      return random() < 0.2 ? {} : { [key]: made(undefined, type.of!, random, depth + 1) };
    }
    case 'object':
      return object(type, random, depth);
    default:
      return {};
  }
}

/** Kinds that make a server do something, or that only it makes. */
const NOT_MADE = new Set(['CustomResourceDefinition', 'Event']);

export interface MadeManifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly value: Record<string, unknown>;
}

/** So many objects of every kind that the release serves and that one can apply, with fields of every sort. */
export function madeManifests(random: Random, each: number, release: Release = NEWEST): readonly MadeManifest[] {
  const found: MadeManifest[] = [];
  for (const resource of resourcesOf(release)) {
    const { apiVersion, kind, verbs } = resource;
    if (!resource.enabledByDefault || !verbs.includes('create') || !verbs.includes('get') || NOT_MADE.has(kind)) continue;
    const type = schemaOf(resource, release);
    for (let i = 0; i < each; i++) {
      const value: Record<string, unknown> = { apiVersion, kind, metadata: { name: 'a' } };
      for (const field of type.fields.values()) {
        if (['apiVersion', 'kind', 'metadata', 'status'].includes(field.name)) continue;
        if (field.name === 'spec') value['spec'] = filled(field.type, random);
        else if (field.required || random() < 0.4) value[field.name] = made(field, field.type, random, 0);
      }
      found.push({ apiVersion, kind, value });
    }
  }
  return found;
}

/** A spec has more fields than what lies below it. */
function filled(type: Type, random: Random): Record<string, unknown> {
  const value = object(type, random, 0);
  for (const field of type.fields.values())
    if (random() < (field.required ? 0.9 : 0.25)) value[field.name] = made(field, field.type, random, 0);
  return value;
}

function object(type: Type, random: Random, depth: number): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  if (depth > 4) return value;
  const fields = [...type.fields.values()];
  const few = depth > 1 ? 0.3 : 1;
  const wanted = Math.floor(random() * 2.5 * few);
  const chosen = new Set(fields.filter((field) => field.required && random() < 0.9));
  for (let i = 0; i < wanted && fields.length > 0; i++) chosen.add(pick(random, fields));
  for (const field of chosen) if (field.name !== 'status') value[field.name] = made(field, field.type, random, depth + 1);
  return value;
}

function stringsFor(name: string): readonly string[] {
  if (/path/i.test(name)) return ['/a', 'a', '../a'];
  if (/IP|cidr/i.test(name)) return ['10.0.0.1', '10.0.0.0/24', 'a'];
  if (name === 'image' || name === 'reference') return ['nginx'];
  if (name === 'namespace') return ['default'];
  if (/[cC]lassName$|[aA]ccount/.test(name)) return ['default', 'system-node-critical', 'a', 'A'];
  if (name === 'apiVersion') return ['v1', 'apps/v1'];
  if (name === 'apiGroup') return ['', 'apps', 'storage.k8s.io'];
  if (name === 'operator') return ['In', 'Exists', 'Equal', 'NotIn'];
  if (/[kK]ey$/.test(name)) return ['a', 'kubernetes.io/hostname', 'a b'];
  return ['a', 'a', 'a-1', 'A', '', 'a.b'];
}
