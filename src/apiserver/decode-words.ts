import type { Field, Type, TypeKind } from '../api/table.ts';
import type { Path } from '../source/path.ts';

/** A field on the way from the object's root to a node: of which type, in which object, and how long the path to that object is. */
export interface Step {
  readonly type: Type;
  readonly field: Field;
  readonly value: Readonly<Record<string, unknown>>;
  readonly depth: number;
}

/**
 * encoding/json's UnmarshalTypeError: the struct that has the field, then field names alone (embedded structs too, map keys and list
 * indices not), then the Go type. `type` is that type's name, or what it must be guessed from.
 */
export function cannotUnmarshal(value: unknown, type: Type | string, steps: readonly Step[]): string {
  const goType = typeof type === 'string' ? type : guessedGoType(type);
  const into = /^u?int(8|16|32|64)?$|^float/.test(goType) || isNamedNumber(type) ? numberWord(value) : jsonWord(value);
  const last = steps[steps.length - 1];
  if (last === undefined) return `json: cannot unmarshal ${into} into Go value of type ${goType}`;
  // A type with a decoder of its own starts anew below it; the decoder above then puts its own struct into the error.
  const { definition } = (steps.slice(0, -1).find(({ field }) => isDecodedApart(field.type)) ?? last).type;
  const struct = definition.slice(definition.lastIndexOf('.') + 1);
  const names = steps.map((step) => {
    const embedded = embeddedIn(step);
    return embedded === undefined ? step.field.name : `${embedded}.${step.field.name}`;
  });
  return `json: cannot unmarshal ${into} into Go struct field ${struct}.${names.join('.')} of type ${goType}`;
}

/** A whole object within another (a claim template) has its kind in a struct of its own. */
function embeddedIn({ type, field }: Step): string | undefined {
  if (field.embedded !== undefined) return field.embedded;
  return (field.name === 'apiVersion' || field.name === 'kind') && type.fields.has('metadata') ? 'TypeMeta' : undefined;
}

function isDecodedApart({ kind, of }: Type): boolean {
  return kind === 'map' && of !== undefined ? of.kind.startsWith('schema-or-') : kind.startsWith('schema-or-');
}

function isNamedNumber(type: Type | string): boolean {
  return typeof type !== 'string' && (type.kind === 'int32' || type.kind === 'int64' || type.kind === 'double');
}

/** JSON's word for a value, as encoding/json says it. */
function jsonWord(value: unknown): string {
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'number':
    case 'bigint':
      return 'number';
    case 'string':
      return 'string';
  }
  return Array.isArray(value) ? 'array' : 'object';
}

/** A number that does not fit is printed as JSON has it. */
function numberWord(value: unknown): string {
  return typeof value === 'number' || typeof value === 'bigint' ? `number ${value}` : jsonWord(value);
}

const GO_LEAVES: Readonly<Partial<Record<TypeKind, string>>> = {
  string: 'string',
  boolean: 'bool',
  int32: 'int32',
  int64: 'int64',
  double: 'float64',
  bytes: '[]uint8',
  'int-or-string': 'intstr.IntOrString',
  quantity: 'resource.Quantity',
  time: 'v1.Time',
  'micro-time': 'v1.MicroTime',
  open: 'runtime.RawExtension',
  any: 'v1.JSON',
  'schema-or-bool': 'v1.JSONSchemaPropsOrBool',
  'schema-or-list': 'v1.JSONSchemaPropsOrArray',
  'schema-or-strings': 'v1.JSONSchemaPropsOrStringArray',
};

function guessedGoType(type: Type): string {
  switch (type.kind) {
    case 'list':
      return `[]${guessedGoType(type.of!)}`;
    case 'map':
      return `map[string]${guessedGoType(type.of!)}`;
    case 'object':
      return type.definition.split('.').slice(-2).join('.');
  }
  return GO_LEAVES[type.kind] ?? 'string';
}

/** The value's kind in words: `a number`, `an object`, `true`. */
export function valueWord(value: unknown): string {
  switch (typeof value) {
    case 'boolean':
      return String(value);
    case 'number':
    case 'bigint':
      return 'a number';
    case 'string':
      return 'a string';
  }
  return value === null || value === undefined ? 'null' : Array.isArray(value) ? 'a list' : 'an object';
}

const EXPECTED_WORDS: Readonly<Record<TypeKind, string>> = {
  string: 'a string',
  boolean: 'true or false',
  int32: 'a whole number',
  int64: 'a whole number',
  double: 'a number',
  object: 'an object',
  list: 'a list',
  map: 'an object',
  'int-or-string': 'a whole number or a string',
  quantity: 'a quantity',
  time: 'a time',
  'micro-time': 'a time',
  bytes: 'base64 text',
  open: 'an object',
  any: 'anything',
  'schema-or-bool': 'a schema, true or false',
  'schema-or-list': 'a schema or a list of schemas',
  'schema-or-strings': 'a schema or a list of strings',
};

/** `expected a list, found an object` */
export function typeMessage(value: unknown, expected: TypeKind): string {
  return `expected ${EXPECTED_WORDS[expected]}, found ${valueWord(value)}`;
}

/** The path as the strict decoder writes it: with indices, map keys after a dot. */
export function strictPath(path: Path): string {
  let out = '';
  for (const segment of path) out += typeof segment === 'number' ? `[${segment}]` : out === '' ? segment : `.${segment}`;
  return out;
}
