import { isUnknown } from '../../api/unknown.ts';
import { followFieldPath } from './schema-fields.ts';
import type { SchemaWalk } from './schema-walk.ts';
import { type Fields, fieldsOf, isSet, itemsOf, textOf } from './scope.ts';
import { isZero, structuralFault } from './structural-schema.ts';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const META: ReadonlySet<string> = new Set(['metadata', 'kind', 'apiVersion']);
const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
const LIST_TYPES = ['atomic', 'set', 'map'];
const MAP_TYPES = ['atomic', 'granular'];

interface Context {
  readonly isRoot: boolean;
  readonly inMeta: boolean;
  /** Why there must be no default, if there must not. */
  readonly noDefault: string | undefined;
}

const ROOT: Context = { isRoot: true, inMeta: false, noDefault: undefined };

/**
 * The rules for what a schema may say. CEL rules are looked at, not compiled.
 * Mirrors ValidateCustomResourceDefinitionOpenAPISchema of k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation.
 */
export function validateOpenApiSchema(w: SchemaWalk, schema: Fields, context = ROOT): void {
  validateKeywords(w, schema, context);
  if (schema['uniqueItems'] === true) {
    w.forbidden(['uniqueItems'], 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic');
  }
  const { isRoot, inMeta, noDefault } = context;
  const below: Context = isRoot ? { isRoot: false, inMeta, noDefault } : context;
  const additional = schema['additionalProperties'];
  const properties = fieldsOf(schema['properties']);
  if (isSet(additional)) {
    if (Object.keys(properties).length > 0 && additional !== true) {
      w.forbidden(['additionalProperties'], 'additionalProperties and properties are mutual exclusive');
    }
    if (typeof additional === 'object') {
      const inner = inMeta ? { ...below, noDefault: 'inside additionalProperties applying to object metadata' } : below;
      w.into(['additionalProperties'], additional, (part) => validateOpenApiSchema(w, part, inner));
    }
  }
  w.intoEach('properties', properties, (property, key) => {
    let inner = below;
    if ((isRoot || schema['x-kubernetes-embedded-resource'] === true) && META.has(key)) {
      inner = { isRoot: false, inMeta: true, noDefault: isRoot ? `in top-level ${key}` : noDefault };
    }
    validateOpenApiSchema(w, property, inner);
  });
  if (isSet(schema['not'])) w.into(['not'], schema['not'], (part) => validateOpenApiSchema(w, part, below));
  for (const keyword of ['allOf', 'oneOf', 'anyOf']) {
    w.intoItems(keyword, schema[keyword], (part) => validateOpenApiSchema(w, part, below));
  }
  const items = schema['items'];
  if (Array.isArray(items)) w.intoItems('items', items, (part) => validateOpenApiSchema(w, part, below));
  else if (isSet(items)) w.into(['items'], items, (part) => validateOpenApiSchema(w, part, below));
  validateExtensions(w, schema);
  if (isSet(schema['x-kubernetes-list-type'])) validateListItems(w, schema);
  for (const [i, rule] of itemsOf(schema['x-kubernetes-validations']).entries()) validateRule(w, schema, fieldsOf(rule), i);
}

/** Mirrors specStandardValidatorV3. */
function validateKeywords(w: SchemaWalk, s: Fields, { inMeta, noDefault }: Context): void {
  const type = textOf(s['type']);
  if (type !== '' && !TYPES.includes(type)) w.unsupported(['type'], type, TYPES);
  if (isSet(s['default']) && noDefault !== undefined) w.forbidden(['default'], `must not be set ${noDefault}`);
  for (const keyword of ['id', 'additionalItems', 'patternProperties', 'definitions', 'dependencies', '$ref']) {
    const value = s[keyword];
    const isMap = keyword === 'patternProperties' || keyword === 'definitions';
    if (!isSet(value) || (keyword === 'id' && value === '') || (isMap && Object.keys(fieldsOf(value)).length === 0)) continue;
    w.forbidden([keyword], `${keyword} is not supported`);
  }
  if (type === 'null') w.forbidden(['type'], 'type cannot be set to null, use nullable as an alternative');
  if (Array.isArray(s['items']) && s['items'].length > 0)
    w.forbidden(['items'], 'items must be a schema object and not an array');
  if (inMeta && s['x-kubernetes-embedded-resource'] === true) {
    w.forbidden(['x-kubernetes-embedded-resource'], 'must not be used inside of resource meta');
  }
}

function validateExtensions(w: SchemaWalk, s: Fields): void {
  const preserve = 'x-kubernetes-preserve-unknown-fields';
  if (s[preserve] === false) w.invalid([preserve], false, 'must be true or undefined');
  const type = textOf(s['type']);
  const mapType = s['x-kubernetes-map-type'];
  if (isSet(mapType)) {
    mustBe(w, type, 'object', 'x-kubernetes-map-type');
    if (!MAP_TYPES.includes(textOf(mapType))) w.unsupported(['x-kubernetes-map-type'], textOf(mapType), MAP_TYPES);
  }
  const listType = s['x-kubernetes-list-type'];
  const items = s['items'];
  if (isSet(listType)) {
    if (type !== 'array') mustBe(w, type, 'array', 'x-kubernetes-list-type');
    else if (listType === 'set' && isSet(items) && !Array.isArray(items)) validateSetItems(w, fieldsOf(items));
    if (!LIST_TYPES.includes(textOf(listType))) w.unsupported(['x-kubernetes-list-type'], textOf(listType), LIST_TYPES);
  }
  if (itemsOf(s['x-kubernetes-list-map-keys']).length > 0 && listType !== 'map') {
    const detail = 'must be map if x-kubernetes-list-map-keys is non-empty';
    if (!isSet(listType)) w.required(['x-kubernetes-list-type'], detail);
    else w.invalid(['x-kubernetes-list-type'], textOf(listType), detail);
  }
}

function mustBe(w: SchemaWalk, type: string, wanted: string, extension: string): void {
  if (type === wanted) return;
  const detail = `must be ${wanted} if ${extension} is specified`;
  if (type === '') w.required(['type'], detail);
  else w.invalid(['type'], type, detail);
}

function validateSetItems(w: SchemaWalk, items: Fields): void {
  const detail = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  const listType = isSet(items['x-kubernetes-list-type']) ? textOf(items['x-kubernetes-list-type']) : null;
  if (items['type'] === 'array' && listType !== null && listType !== 'atomic') {
    w.invalid(['items', 'x-kubernetes-list-type'], listType, detail);
  }
  // The server prints the list type here, too.
  if (items['type'] === 'object' && items['x-kubernetes-map-type'] !== 'atomic') {
    w.invalid(['items', 'x-kubernetes-map-type'], listType, detail);
  }
}

function validateListItems(w: SchemaWalk, s: Fields): void {
  const listType = textOf(s['x-kubernetes-list-type']);
  const keys = itemsOf(s['x-kubernetes-list-map-keys']).map(textOf);
  const items = s['items'];
  const isSchema = isSet(items) && !Array.isArray(items);
  if (listType === 'map') {
    if (keys.length === 0) w.required(['x-kubernetes-list-map-keys'], 'must not be empty if x-kubernetes-list-type is map');
    if (!isSet(items)) w.required(['items'], 'must have a schema if x-kubernetes-list-type is map');
    else if (!isSchema) w.invalid(['items'], null, 'must only have a single schema if x-kubernetes-list-type is map');
    else validateMapKeys(w, fieldsOf(items), keys);
  }
  if (!isSchema || (listType !== 'map' && listType !== 'set')) return;
  const item = fieldsOf(items);
  if (item['nullable'] === true) {
    w.forbidden(['items', 'nullable'], `cannot be nullable when x-kubernetes-list-type is ${listType}`);
  }
  if (listType !== 'map') return;
  const required = itemsOf(item['required']);
  const properties = fieldsOf(item['properties']);
  for (const key of keys) {
    if (!Object.hasOwn(properties, key)) continue;
    const property = fieldsOf(properties[key]);
    if (!required.includes(key) && !isSet(property['default'])) {
      const detail = 'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property';
      w.required(['items', 'properties', key, 'default'], detail);
    }
    if (property['nullable'] === true) {
      const detail = 'this property is in x-kubernetes-list-map-keys, so it cannot be nullable';
      w.forbidden(['items', 'properties', key, 'nullable'], detail);
    }
  }
}

function validateMapKeys(w: SchemaWalk, item: Fields, keys: readonly string[]): void {
  const type = textOf(item['type']);
  if (type !== 'object') {
    w.invalid(['items', 'type'], type, "must be object if parent array's x-kubernetes-list-type is map");
    return;
  }
  const properties = fieldsOf(item['properties']);
  const seen = new Set<string>();
  for (const key of keys) {
    const at = ['x-kubernetes-list-map-keys'];
    if (!Object.hasOwn(properties, key)) w.invalid(at, keys, 'entries must all be names of item properties');
    else {
      const own = fieldsOf(properties[key])['type'];
      if (own === 'array' || own === 'object') {
        const detail = "must be a scalar type if parent array's x-kubernetes-list-type is map";
        w.invalid(['items', 'properties', key, 'type'], type, detail);
      }
    }
    if (seen.has(key)) w.invalid(at, keys, 'must not contain duplicate entries');
    seen.add(key);
  }
}

function validateRule(w: SchemaWalk, schema: Fields, rule: Fields, index: number): void {
  const at = (field: string): (string | number)[] => ['x-kubernetes-validations', index, field];
  const [text, message, expression, path] = ['rule', 'message', 'messageExpression', 'fieldPath'].map((key) =>
    textOf(rule[key!]),
  );
  // Until 1.33 the words began with the field's name.
  const name = (field: string): string => (w.v.minor < 34 ? `${field} ` : '');
  if (text!.trim() === '') w.required(at('rule'), 'rule is not specified');
  else if (message !== '' && message!.trim() === '') {
    w.invalid(at('message'), message, `${name('message')}must be non-empty if specified`);
  } else if (hasNewlines(message!.trim())) {
    w.invalid(at('message'), message, `${name('message')}must not contain line breaks`);
  } else if (hasNewlines(text!.trim()) && message === '') {
    w.required(at('message'), 'message must be specified if rule contains line breaks');
  }
  if (expression !== '' && expression!.trim() === '') {
    w.required(at('messageExpression'), 'messageExpression must be non-empty if specified');
  }
  const reason = rule['reason'];
  if (isSet(reason) && !REASONS.includes(textOf(reason))) w.unsupported(at('reason'), textOf(reason), REASONS);
  if (path === '' || isUnknown(path)) return;
  if (path!.trim() === '') w.invalid(at('fieldPath'), path, `${name('fieldPath')}must be non-empty if specified`);
  if (hasNewlines(path!)) w.invalid(at('fieldPath'), path, `${name('fieldPath')}must not contain line breaks`);
  if (structuralFault(schema) !== undefined) return;
  const found = followFieldPath(path!, schema, true);
  if (found !== undefined && 'fault' in found) w.invalid(at('fieldPath'), path, `${name('fieldPath')}must be a valid path`);
}

function hasNewlines(text: string): boolean {
  return /[\n\r]/.test(text);
}

/** The fields of JSONSchemaProps in their order in Go, with the names that the server prints. */
const FIELDS: readonly (readonly [keyword: string, name: string])[] = [
  ['id', 'ID'],
  ['$schema', 'Schema'],
  ['$ref', 'Ref'],
  ['description', 'Description'],
  ['type', 'Type'],
  ['nullable', 'Nullable'],
  ['format', 'Format'],
  ['title', 'Title'],
  ['default', 'Default'],
  ['maximum', 'Maximum'],
  ['exclusiveMaximum', 'ExclusiveMaximum'],
  ['minimum', 'Minimum'],
  ['exclusiveMinimum', 'ExclusiveMinimum'],
  ['maxLength', 'MaxLength'],
  ['minLength', 'MinLength'],
  ['pattern', 'Pattern'],
  ['maxItems', 'MaxItems'],
  ['minItems', 'MinItems'],
  ['uniqueItems', 'UniqueItems'],
  ['multipleOf', 'MultipleOf'],
  ['enum', 'Enum'],
  ['maxProperties', 'MaxProperties'],
  ['minProperties', 'MinProperties'],
  ['required', 'Required'],
  ['items', 'Items'],
  ['allOf', 'AllOf'],
  ['oneOf', 'OneOf'],
  ['anyOf', 'AnyOf'],
  ['not', 'Not'],
  ['properties', 'Properties'],
  ['additionalProperties', 'AdditionalProperties'],
  ['patternProperties', 'PatternProperties'],
  ['dependencies', 'Dependencies'],
  ['additionalItems', 'AdditionalItems'],
  ['definitions', 'Definitions'],
  ['externalDocs', 'ExternalDocs'],
  ['example', 'Example'],
  ['x-kubernetes-preserve-unknown-fields', 'XPreserveUnknownFields'],
  ['x-kubernetes-embedded-resource', 'XEmbeddedResource'],
  ['x-kubernetes-int-or-string', 'XIntOrString'],
  ['x-kubernetes-list-map-keys', 'XListMapKeys'],
  ['x-kubernetes-list-type', 'XListType'],
  ['x-kubernetes-map-type', 'XMapType'],
  ['x-kubernetes-validations', 'XValidations'],
];
const ALLOWED_AT_ROOT =
  'Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations';
const ALLOWED_NAMES: ReadonlySet<string> = new Set(ALLOWED_AT_ROOT.split(' '));

/** With a status subresource, the schema's root may say little, since the status is validated apart. */
export function validateRootWithStatus(w: SchemaWalk, schema: Fields): void {
  for (const [keyword, name] of FIELDS) {
    if (isZero(schema[keyword])) continue;
    if (name === 'Type') {
      if (schema['type'] === 'object') continue;
      const detail = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
      w.invalid(['type'], textOf(schema['type']), detail);
      return;
    }
    if (ALLOWED_NAMES.has(name)) continue;
    // The server prints the whole schema here.
    const detail = `{…}: only [${ALLOWED_AT_ROOT}] fields are allowed at the root of the schema if the status subresource is enabled`;
    w.invalidUnprinted([], detail);
    return;
  }
}
