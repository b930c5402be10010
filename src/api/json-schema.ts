import { isObject, type JsonObject } from './manifest.ts';
import type { StructuralSchema } from './schema.ts';

/** Deeper schemas are taken to allow anything: no custom resource's is so deep. */
const DEEPEST = 100;
const ANYTHING: StructuralSchema = { 'x-kubernetes-preserve-unknown-fields': true };

/** What means the same in both. */
const SAME = [
  'format',
  'pattern',
  'enum',
  'default',
  'required',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'multipleOf',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'nullable',
  'x-kubernetes-int-or-string',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-embedded-resource',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-validations',
];
const ALTERNATIVES = ['allOf', 'anyOf', 'oneOf'] as const;

/** Whether a value is a JSON schema of an object, as the tools that validate manifests by JSON schemas keep them. */
export function isObjectSchema(value: unknown): value is JsonObject {
  return isObject(value) && isObject(value['properties']) && value['apiVersion'] === undefined;
}

/**
 * The structural schema that a JSON schema of a custom resource was made from, as far as it can be told: what openapi2jsonschema.py of
 * yannh/kubeconform, and those who followed it, make of a CustomResourceDefinition. They close every object with `additionalProperties: false`
 * but the outermost, and write int-or-string as alternatives. Where a schema goes beyond what structural ones can say, it is taken to allow more.
 */
export function structuralOf(schema: JsonObject): StructuralSchema {
  const out = converted(schema, 0, new Map());
  const { properties } = schema;
  const whole = isObject(properties) && isObject(properties['apiVersion']) && isObject(properties['kind']);
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true || schema['additionalProperties'] === true;
  return whole && !open && isStrict(schema, 0, new Set()) ? { ...out, 'x-kubernetes-preserve-unknown-fields': false } : out;
}

/** Whether any object in it is closed: then those that are not say so by themselves. Aliases make parts that stand in many places. */
function isStrict(schema: unknown, depth: number, seen: Set<unknown>): boolean {
  if (!isObject(schema) || depth > DEEPEST || seen.has(schema)) return false;
  seen.add(schema);
  if (schema['additionalProperties'] === false) return true;
  const { properties, items, additionalProperties } = schema;
  if (isObject(properties)) {
    for (const name of Object.keys(properties)) if (isStrict(properties[name], depth + 1, seen)) return true;
  }
  return isStrict(items, depth + 1, seen) || isStrict(additionalProperties, depth + 1, seen);
}

function converted(schema: unknown, depth: number, made: Map<unknown, StructuralSchema>): StructuralSchema {
  if (!isObject(schema) || depth > DEEPEST || schema['$ref'] !== undefined) return ANYTHING;
  const known = made.get(schema);
  if (known !== undefined) return known;
  const out: Record<string, unknown> = {};
  made.set(schema, out);
  for (const key of SAME) if (schema[key] !== undefined) out[key] = schema[key];
  putType(schema, out);
  if (schema['const'] !== undefined) out['enum'] = [schema['const']];
  putLimit(schema, out, 'exclusiveMinimum', 'minimum');
  putLimit(schema, out, 'exclusiveMaximum', 'maximum');
  const inner = (part: unknown) => converted(part, depth + 1, made);
  const { properties, additionalProperties, items, not } = schema;
  if (isObject(properties)) out['properties'] = Object.fromEntries(Object.entries(properties).map(([k, v]) => [k, inner(v)]));
  if (isObject(items)) out['items'] = inner(items);
  if (isObject(not)) out['not'] = inner(not);
  if (isObject(additionalProperties)) {
    out['additionalProperties'] = inner(additionalProperties);
    // A map has no fields of its own in a structural schema.
    if (isObject(properties)) out['x-kubernetes-preserve-unknown-fields'] = true;
  } else if (isOpen(schema)) out['x-kubernetes-preserve-unknown-fields'] = true;
  if (out['x-kubernetes-int-or-string'] !== true) {
    for (const key of ALTERNATIVES) {
      const parts = schema[key];
      if (Array.isArray(parts)) out[key] = parts.map(inner);
    }
  }
  return out;
}

const NOT_OBJECTS = new Set<unknown>(['string', 'integer', 'number', 'boolean', 'array', 'null']);

/** A field that nothing names is allowed. */
function isOpen(schema: JsonObject): boolean {
  // Said of a list it would hold for what is in it.
  const { type, items } = schema;
  const types: readonly unknown[] = Array.isArray(type) ? type : type === undefined ? [] : [type];
  if (items !== undefined || (types.length > 0 && types.every((one) => NOT_OBJECTS.has(one)))) return false;
  if (schema['patternProperties'] !== undefined || namesInAlternatives(schema)) return true;
  return schema['additionalProperties'] !== false;
}

/** Whether an alternative names a field that the schema itself does not: structural schemas may not, and look at the schema's own alone. */
function namesInAlternatives(schema: JsonObject): boolean {
  const own = isObject(schema['properties']) ? schema['properties'] : {};
  return ALTERNATIVES.some((key) => {
    const parts = schema[key];
    return (
      Array.isArray(parts) &&
      parts.some(
        (part) =>
          isObject(part) && isObject(part['properties']) && Object.keys(part['properties']).some((k) => !Object.hasOwn(own, k)),
      )
    );
  });
}

function putType(schema: JsonObject, out: Record<string, unknown>): void {
  const written = schema['type'];
  const types = Array.isArray(written) ? written.filter((type) => type !== 'null') : written === undefined ? [] : [written];
  if (Array.isArray(written) && types.length < written.length) out['nullable'] = true;
  if (types.length === 1) out['type'] = types[0];
  else if (isIntOrString(types)) out['x-kubernetes-int-or-string'] = true;
  if (schema['format'] === 'int-or-string' || isIntOrString(alternativeTypes(schema))) {
    out['x-kubernetes-int-or-string'] = true;
    delete out['type'];
    delete out['format'];
  }
}

function isIntOrString(types: readonly unknown[]): boolean {
  return types.length === 2 && types.includes('integer') && types.includes('string');
}

function alternativeTypes(schema: JsonObject): readonly unknown[] {
  const parts = schema['anyOf'] ?? schema['oneOf'];
  if (!Array.isArray(parts) || schema['type'] !== undefined) return [];
  return parts.map((part) => (isObject(part) && Object.keys(part).length === 1 ? part['type'] : undefined));
}

/** Since draft 6 the exclusive limit is the number itself. */
function putLimit(schema: JsonObject, out: Record<string, unknown>, exclusive: string, limit: string): void {
  const value = schema[exclusive];
  if (value === true) out[exclusive] = true;
  else if (typeof value === 'number') {
    out[limit] = value;
    out[exclusive] = true;
  }
}
