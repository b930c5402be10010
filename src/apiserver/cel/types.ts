import type { SchemaNode } from '../../api/schema.ts';
import { withMeta } from './bind.ts';
import { escapeName } from './escape.ts';

/**
 * The types of expressions. `dyn` is CEL's own, of which anything may be asked; `any` is a type that this checker does not know for
 * certain, about which it says nothing.
 */
export interface CelType {
  readonly kind: string;
  readonly params?: readonly CelType[];
  /** Of an object: the type of a field, undefined where there is none. */
  readonly field?: (name: string) => CelType | undefined;
}

export const ANY: CelType = { kind: 'any' };
export const DYN: CelType = { kind: 'dyn' };
export const BOOL: CelType = { kind: 'bool' };
export const STRING: CelType = { kind: 'string' };
export const INT: CelType = { kind: 'int' };

export function listOf(type: CelType): CelType {
  return { kind: 'list', params: [type] };
}
export function mapOf(key: CelType, value: CelType): CelType {
  return { kind: 'map', params: [key, value] };
}
export function optionalOf(type: CelType): CelType {
  return { kind: 'optional_type', params: [type] };
}

/** A type as cel-go's errors name it. */
export function printType({ kind, params }: CelType): string {
  const name = kind === 'any' ? 'dyn' : kind;
  return params === undefined ? name : `${name}(${params.map(printType).join(', ')})`;
}

const OPEN = new Set(['any', 'dyn']);
const NULLABLE = new Set(['null', 'object', 'timestamp', 'duration', 'optional_type', 'type']);

export function isOpen({ kind }: CelType): boolean {
  return OPEN.has(kind);
}

/** Whether the types may agree; true wherever that is not certain. */
export function agree(a: CelType, b: CelType): boolean {
  if (isOpen(a) || isOpen(b)) return true;
  if (a.kind === 'null' || b.kind === 'null') {
    const other = a.kind === 'null' ? b : a;
    return NULLABLE.has(other.kind) || other.kind.includes('.') || other.field !== undefined;
  }
  if (a.kind !== b.kind) return false;
  const others = b.params ?? [];
  return (a.params ?? []).every((param, i) => others[i] === undefined || agree(param, others[i]));
}

/** An object with these fields. */
export function objectOf(fields: Readonly<Record<string, CelType>>, kind = 'object'): CelType {
  return { kind, field: (name) => (Object.hasOwn(fields, name) ? fields[name] : undefined) };
}

const known = new WeakMap<SchemaNode, CelType | null>();

/**
 * The type that a schema declares; undefined where what it describes cannot be reached from expressions. Mirrors SchemaDeclType of
 * k8s.io/apiserver/pkg/cel/common/schemas.go.
 */
export function typeOfSchema(node: SchemaNode, root = false): CelType | undefined {
  const schema = root || node.embeddedResource ? withMeta(node) : node;
  let type = known.get(schema);
  if (type === undefined) known.set(schema, (type = declared(schema, 0) ?? null));
  return type ?? undefined;
}

/** Schemas may be nested without end by aliases; deeper ones are not known. */
const DEEPEST = 60;

function declared(node: SchemaNode, depth: number): CelType | undefined {
  if (depth > DEEPEST) return ANY;
  if (node.types.length === 2) return DYN;
  switch (node.types[0]) {
    case 'array': {
      const items = node.items === undefined ? undefined : inner(node.items, depth);
      return items === undefined ? undefined : listOf(items);
    }
    case 'object': {
      if (typeof node.additional === 'object') {
        const value = inner(node.additional, depth);
        return value === undefined ? undefined : mapOf(STRING, value);
      }
      return { kind: 'object', field: (name) => fieldOf(node, name, depth) };
    }
    case 'string':
      return { kind: FORMATS[node.format] ?? 'string' };
    case 'number':
      return { kind: 'double' };
    case 'integer':
      return INT;
    case 'boolean':
      return BOOL;
    default:
      return undefined;
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  byte: 'bytes',
  duration: 'duration',
  date: 'timestamp',
  'date-time': 'timestamp',
};

function inner(node: SchemaNode, depth: number): CelType | undefined {
  return declared(node.embeddedResource ? withMeta(node) : node, depth + 1);
}

function fieldOf(node: SchemaNode, name: string, depth: number): CelType | undefined {
  if (!name.includes('__')) {
    // A reserved word has another name.
    const property = escapeName(name) === name ? node.property(name) : undefined;
    return property === undefined ? undefined : inner(property, depth);
  }
  for (const own of node.propertyNames) {
    if (escapeName(own) !== name) continue;
    const property = node.property(own);
    return property === undefined ? undefined : inner(property, depth);
  }
  return undefined;
}
