import { isInvalidPattern } from '../../api/go-regexp.ts';
import { isObject } from '../../api/manifest.ts';
import type { Path } from '../../source/path.ts';
import type { SchemaWalk } from './schema-walk.ts';
import { type Fields, fieldsOf, isSet, itemsOf, textOf } from './scope.ts';

type Level = 'root' | 'item' | 'field';

const NO_TYPE: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

/**
 * Whether a schema is structural, in the server's order, which is that of its texts.
 * Mirrors ValidateStructural of k8s.io/apiextensions-apiserver/pkg/apiserver/schema/validation.go.
 */
export function validateStructural(w: SchemaWalk, schema: Fields): void {
  w.v.sorted(() => {
    validateInvariants(w, schema, 'root');
    for (const keyword of JUNCTORS) {
      for (const [steps, part] of partsOf(schema, keyword)) validateCompleteness(w, part, schema, [], steps);
    }
  });
}

/** Why the server cannot read a schema as a structural one, if it cannot. Mirrors NewStructural. */
export function structuralFault(schema: Fields): string | undefined {
  return faultOf(schema, new Set(), 0);
}

/** `seen` spares what aliases show many times. */
function faultOf(schema: Fields, seen: Set<Fields>, depth: number): string | undefined {
  if (depth > DEEPEST || seen.has(schema)) return undefined;
  seen.add(schema);
  for (const keyword of ['id', '$schema', '$ref']) {
    if (textOf(schema[keyword]) !== '') return unsupported(keyword === '$schema' ? 'schema' : keyword);
  }
  for (const keyword of ['patternProperties', 'dependencies']) {
    if (Object.keys(fieldsOf(schema[keyword])).length > 0) return unsupported(keyword);
  }
  if (isSet(schema['additionalItems'])) return unsupported('additionalItems');
  if (Object.keys(fieldsOf(schema['definitions'])).length > 0) return unsupported('definitions');
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    return "internal error: 'x-kubernetes-preserve-unknown-fields' must be true or undefined";
  }
  if (Array.isArray(schema['items']) && schema['items'].length > 0) {
    return "OpenAPIV3Schema 'items' must be a schema, but is an array";
  }
  for (const part of children(schema)) {
    const fault = faultOf(fieldsOf(part), seen, depth + 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

const DEEPEST = 300;
const JUNCTORS = ['not', 'allOf', 'anyOf', 'oneOf'] as const;

function unsupported(keyword: string): string {
  return `OpenAPIV3Schema '${keyword}' is not supported`;
}

function children(schema: Fields): readonly unknown[] {
  const { not, items, additionalProperties, allOf, anyOf, oneOf, properties } = schema;
  if (!isSet(not) && !isSet(items) && !isSet(allOf) && !isSet(anyOf) && !isSet(oneOf) && !isSet(additionalProperties)) {
    return Object.values(fieldsOf(properties));
  }
  return [
    not,
    ...itemsOf(allOf),
    ...itemsOf(anyOf),
    ...itemsOf(oneOf),
    items,
    ...Object.values(fieldsOf(properties)),
    additionalProperties,
  ];
}

function validateInvariants(w: SchemaWalk, s: Fields, level: Level): void {
  const type = textOf(s['type']);
  const properties = fieldsOf(s['properties']);
  const intOrString = s['x-kubernetes-int-or-string'] === true;
  const preserves = s['x-kubernetes-preserve-unknown-fields'] === true;
  const embedded = s['x-kubernetes-embedded-resource'] === true;
  if (type === 'array' && !hasItems(s)) w.required(['items'], 'must be specified');
  if (hasItems(s)) w.into(['items'], s['items'], (items) => validateInvariants(w, items, 'item'));
  w.intoEach('properties', properties, (property) => validateInvariants(w, property, 'field'));
  const additional = s['additionalProperties'];
  if (isSet(additional)) {
    if (level === 'root') w.forbidden(['additionalProperties'], 'must not be used at the root');
    if (typeof additional === 'object') {
      w.into(['additionalProperties'], additional, (inner) => validateInvariants(w, inner, 'field'));
    }
    if (embedded) w.forbidden(['additionalProperties'], 'must not be used if x-kubernetes-embedded-resource is set');
  }
  if (intOrString) {
    for (const keyword of ['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource']) {
      if (s[keyword] === true) w.invalid([keyword], true, 'must be false if x-kubernetes-int-or-string is true');
    }
  }
  validateValues(w, s, isIntOrString(s['anyOf']), isIntOrString(fieldsOf(itemsOf(s['allOf'])[0])['anyOf']));

  if (embedded && type !== 'object') {
    const detail = 'must be object if x-kubernetes-embedded-resource is true';
    if (type === '') w.required(['type'], detail);
    else w.invalid(['type'], type, detail);
  } else if (type === '' && !intOrString && !preserves) w.required(['type'], NO_TYPE[level]);
  if (level === 'root' && type !== '' && type !== 'object') w.invalid(['type'], type, 'must be object at the root');
  const isResource = level === 'root' || embedded;
  if (isResource) {
    for (const name of ['kind', 'apiVersion']) {
      if (!Object.hasOwn(properties, name)) continue;
      const own = textOf(fieldsOf(properties[name])['type']);
      if (own !== 'string') w.invalid(['properties', name, 'type'], own, 'must be string');
    }
  }
  if (Object.hasOwn(properties, 'metadata')) validateMetadataSchema(w, fieldsOf(properties['metadata']), isResource, level);
  if (embedded && !preserves && Object.keys(properties).length === 0) {
    const detail = 'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
    w.required(['properties'], detail);
  }
}

function hasItems(s: Fields): boolean {
  // What is neither a schema nor a list of them decodes to neither.
  return isObject(s['items']);
}

function validateMetadataSchema(w: SchemaWalk, metadata: Fields, isResource: boolean, level: Level): void {
  const type = textOf(metadata['type']);
  if (isResource && type !== 'object') w.invalid(['properties', 'metadata', 'type'], type, 'must be object');
  if (level !== 'root') return;
  const names = Object.keys(fieldsOf(metadata['properties']));
  const onlyNames = names.every((name) => name === 'name' || name === 'generateName');
  const others = Object.keys(metadata).filter((key) => key !== 'type' && key !== 'default' && key !== 'properties');
  if (onlyNames && others.every((key) => isZero(metadata[key]))) return;
  const detail = 'must not specify anything other than name and generateName, but metadata is implicitly specified';
  w.forbidden(['properties', 'metadata'], detail);
}

export function isZero(value: unknown): boolean {
  return !isSet(value) || value === '' || value === false || (Array.isArray(value) && value.length === 0);
}

/** `anyOf: [{type: integer}, {type: string}]`, where types may stand. */
function isIntOrString(anyOf: unknown): boolean {
  const clauses = itemsOf(anyOf);
  return clauses.length === 2 && isTypeAlone(clauses[0], 'integer') && isTypeAlone(clauses[1], 'string');
}

function isTypeAlone(schema: unknown, type: string): boolean {
  const fields = fieldsOf(schema);
  return fields['type'] === type && Object.keys(fields).every((key) => key === 'type' || isZero(fields[key]));
}

function validateValues(w: SchemaWalk, s: Fields, skipAnyOf: boolean, skipFirstAnyOf: boolean): void {
  if (!skipAnyOf) w.intoItems('anyOf', s['anyOf'], (clause) => validateNested(w, clause, false));
  w.intoItems('allOf', s['allOf'], (clause, i) => validateNested(w, clause, skipFirstAnyOf && i === 0));
  w.intoItems('oneOf', s['oneOf'], (clause) => validateNested(w, clause, false));
  if (isSet(s['not'])) w.into(['not'], s['not'], (clause) => validateNested(w, clause, false));
  const pattern = textOf(s['pattern']);
  if (pattern !== '' && isInvalidPattern(pattern)) {
    w.invalid(['pattern'], pattern, "must be a valid regular expression, but isn't");
  }
}

const EMPTY_IN_CLAUSES = ['title', 'description'];
const FALSE_IN_CLAUSES = [
  'nullable',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-embedded-resource',
  'x-kubernetes-int-or-string',
];

/** A clause of allOf, anyOf, oneOf or not, and what is below it. */
function validateNested(w: SchemaWalk, s: Fields, skipAnyOf: boolean): void {
  validateValues(w, s, skipAnyOf, false);
  if (isSet(s['items'])) w.into(['items'], s['items'], (items) => validateNested(w, items, false));
  w.intoEach('properties', s['properties'], (property) => validateNested(w, property, false));
  if (textOf(s['type']) !== '') w.forbidden(['type'], 'must be empty to be structural');
  const additional = s['additionalProperties'];
  // Servers before 1.31 did not take `false` for undefined.
  if (isSet(additional) && (additional !== false || w.v.minor < 31))
    w.forbidden(['additionalProperties'], 'must be undefined to be structural');
  if (isSet(s['default'])) w.forbidden(['default'], 'must be undefined to be structural');
  for (const keyword of EMPTY_IN_CLAUSES) {
    if (textOf(s[keyword]) !== '') w.forbidden([keyword], 'must be empty to be structural');
  }
  for (const keyword of FALSE_IN_CLAUSES) if (s[keyword] === true) w.forbidden([keyword], 'must be false to be structural');
  for (const keyword of ['x-kubernetes-list-map-keys', 'x-kubernetes-validations']) {
    if (itemsOf(s[keyword]).length > 0) w.forbidden([keyword], 'must be empty to be structural');
  }
  for (const keyword of ['x-kubernetes-list-type', 'x-kubernetes-map-type']) {
    if (isSet(s[keyword])) w.forbidden([keyword], 'must be undefined to be structural');
  }
  if (Object.hasOwn(fieldsOf(s['properties']), 'metadata')) {
    w.forbidden(['properties', 'metadata'], 'must not be specified in a nested context');
  }
}

type Part = readonly [steps: Path, schema: unknown];

function partsOf(schema: Fields, keyword: (typeof JUNCTORS)[number]): readonly Part[] {
  const value = schema[keyword];
  if (keyword === 'not') return isSet(value) ? [[['not'], value]] : [];
  return itemsOf(value).map((clause, i): Part => [[keyword, i], clause]);
}

/**
 * What a clause says of a field must be said of a field that the schema itself has: `at` is the field's place there, `clauseAt` the
 * clause's, where the fault is written.
 */
function validateCompleteness(w: SchemaWalk, clause: unknown, schema: unknown, at: Path, clauseAt: Path): void {
  if (clauseAt.length > DEEPEST || !w.step()) return;
  const s = fieldsOf(clause);
  for (const keyword of JUNCTORS) {
    for (const [steps, part] of partsOf(s, keyword)) validateCompleteness(w, part, schema, at, [...clauseAt, ...steps]);
  }
  const structure = fieldsOf(schema);
  if (isSet(s['items'])) {
    const [below, clauseBelow] = [
      [...at, 'items'],
      [...clauseAt, 'items'],
    ];
    if (isSet(structure['items'])) validateCompleteness(w, s['items'], structure['items'], below, clauseBelow);
    else missing(w, below, clauseBelow);
  }
  const properties = fieldsOf(s['properties']);
  const known = fieldsOf(structure['properties']);
  for (const key of Object.keys(properties)) {
    const [below, clauseBelow] = [
      [...at, 'properties', key],
      [...clauseAt, 'properties', key],
    ];
    if (Object.hasOwn(known, key)) validateCompleteness(w, properties[key], known[key], below, clauseBelow);
    else missing(w, below, clauseBelow);
  }
}

function missing(w: SchemaWalk, at: Path, clauseAt: Path): void {
  w.v.collectMoved(
    () => w.required(at, `because it is defined in ${w.named(clauseAt)}`),
    (path) => [...path.slice(0, path.length - at.length), ...clauseAt],
  );
}
