import { isObject } from '../../api/manifest.ts';
import { type SchemaNode, schemaNode } from '../../api/schema.ts';
import { isUnknown } from '../../api/unknown.ts';
import { fieldPath } from '../../source/path.ts';
import type { Cause } from '../cause.ts';
import { validateEmbedded } from '../custom-lists.ts';
import { validateSchema } from '../custom-schema.ts';
import type { SchemaWalk } from './schema-walk.ts';
import { type Fields, fieldsOf, isSet } from './scope.ts';

const DEEPEST = 300;
const META: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/**
 * Defaults must be what their schema asks for, and have no fields that it does not know. Those within metadata are not looked at, nor
 * are CEL rules. Mirrors ValidateDefaults of k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting.
 */
export function validateDefaults(w: SchemaWalk, schema: Fields): void {
  if (hasDefaults(schema)) validateDefault(w, schema, true);
}

/** Whether a schema, its items or its properties have a default. `seen` spares what aliases show many times. */
export function hasDefaults(schema: Fields, seen: Set<Fields> = new Set(), depth = 0): boolean {
  if (isSet(schema['default'])) return true;
  if (depth > DEEPEST || seen.has(schema)) return false;
  seen.add(schema);
  if (isSet(schema['items']) && hasDefaults(fieldsOf(schema['items']), seen, depth + 1)) return true;
  const properties = fieldsOf(schema['properties']);
  for (const name in properties) if (hasDefaults(fieldsOf(properties[name]), seen, depth + 1)) return true;
  return false;
}

function validateDefault(w: SchemaWalk, schema: Fields, isRoot: boolean): void {
  const value = schema['default'];
  if (isSet(value) && !isUnknown(value) && isObject(schema)) {
    const node = schemaNode(schema);
    if (!isPruned(w, value, node, isRoot || node.embeddedResource, 0))
      w.invalid(['default'], value, 'must not have unknown fields');
    w.collectAt(['default'], causesOf(w, value, node), nameOf);
  }
  const isResource = isRoot || schema['x-kubernetes-embedded-resource'] === true;
  if (isSet(schema['items'])) w.into(['items'], schema['items'], (items) => validateDefault(w, items, false));
  w.intoEach('properties', schema['properties'], (property, key) => {
    if (!isResource || !META.has(key)) validateDefault(w, property, false);
  });
}

/** Whether a default within a schema, of no whole resource, is what its schema asks for. */
export function isDefaultRight(w: SchemaWalk, schema: Fields): boolean {
  const node = schemaNode(schema);
  return isPruned(w, schema['default'], node, node.embeddedResource, 0) && causesOf(w, schema['default'], node).length === 0;
}

function causesOf(w: SchemaWalk, value: unknown, node: SchemaNode): readonly Cause[] {
  const embedded = isObject(value) ? validateEmbedded(value, node) : [];
  // For defaults, x-kubernetes-int-or-string alone asks for nothing.
  return embedded.length > 0 ? embedded : validateSchema(value, node, w.v.minor).causes.filter(isNoUnion);
}

function isNoUnion(cause: Cause): boolean {
  return cause.type !== 'FieldValueTypeInvalid' || !cause.message.includes('must be of type integer,string');
}

function nameOf(cause: Cause): string {
  const name = cause.field ?? fieldPath(cause.path);
  return name === '<nil>' ? '' : name;
}

/** Whether a value holds only fields that its schema names. Mirrors the pruning package. */
function isPruned(w: SchemaWalk, value: unknown, node: SchemaNode | undefined, isResource: boolean, depth: number): boolean {
  if (depth > DEEPEST || node?.preserveUnknownFields === true || !w.step()) return true;
  if (Array.isArray(value))
    return value.every((item) => isPruned(w, item, node?.items, node?.items?.embeddedResource === true, depth + 1));
  if (!isObject(value)) return true;
  for (const key of Object.keys(value)) {
    if (node === undefined) return false;
    if ((isResource && META.has(key)) || isUnknown(key)) continue;
    const property = node.property(key);
    const inner = property ?? (typeof node.additional === 'object' ? node.additional : undefined);
    if (property === undefined && node.additional === undefined) return false;
    if (!isPruned(w, value[key], inner, inner?.embeddedResource === true, depth + 1)) return false;
  }
  return true;
}
