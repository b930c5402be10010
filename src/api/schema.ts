import { isObject, type JsonObject } from './manifest.ts';

/** A structural schema (openAPIV3Schema of a CRD's version, or a part of it) as it was read: untrusted. */
export type StructuralSchema = JsonObject;

/** `additionalProperties`: absent, true or false, or a schema. */
export type Additional = SchemaNode | boolean | undefined;

/**
 * One node of a structural schema with everything of a wrong form left out, so that validating never meets it. Made once per node
 * of the document; children are made when asked for.
 *
 * Mirrors JSONSchemaProps of k8s.io/apiextensions-apiserver and its conversions to Structural and to kube-openapi's Schema.
 */
export class SchemaNode {
  /** Empty if any type will do; `['integer', 'string']` for x-kubernetes-int-or-string. */
  readonly types: readonly string[];
  readonly nullable: boolean;
  readonly format: string;
  readonly pattern: string;
  readonly enum: readonly unknown[] | undefined;
  /** Undefined if there is none. */
  readonly default: unknown;
  readonly required: readonly string[];
  readonly minLength: number | undefined;
  readonly maxLength: number | undefined;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  readonly exclusiveMinimum: boolean;
  readonly exclusiveMaximum: boolean;
  readonly multipleOf: number | undefined;
  readonly minItems: number | undefined;
  readonly maxItems: number | undefined;
  readonly uniqueItems: boolean;
  readonly minProperties: number | undefined;
  readonly maxProperties: number | undefined;
  readonly preserveUnknownFields: boolean;
  readonly embeddedResource: boolean;
  readonly listType: string | undefined;
  readonly listMapKeys: readonly string[];
  readonly validations: readonly JsonObject[];
  readonly #raw: StructuralSchema;
  readonly #properties: ReadonlyMap<string, StructuralSchema>;
  #additional: Additional | null = null;
  #items: SchemaNode | undefined | null = null;
  #parts:
    | {
        readonly allOf: readonly SchemaNode[];
        readonly anyOf: readonly SchemaNode[];
        readonly oneOf: readonly SchemaNode[];
        readonly not: SchemaNode | undefined;
      }
    | undefined;
  #defaulted: readonly (readonly [string, SchemaNode])[] | undefined;

  constructor(raw: StructuralSchema) {
    this.#raw = raw;
    const type = stringOf(raw['type']);
    this.types = raw['x-kubernetes-int-or-string'] === true ? ['integer', 'string'] : type === '' ? [] : [type];
    this.nullable = raw['nullable'] === true;
    this.format = stringOf(raw['format']);
    this.pattern = stringOf(raw['pattern']);
    this.enum = Array.isArray(raw['enum']) && raw['enum'].length > 0 ? raw['enum'] : undefined;
    this.default = raw['default'] ?? undefined;
    this.required = stringsOf(raw['required']);
    this.minLength = numberOf(raw['minLength']);
    this.maxLength = numberOf(raw['maxLength']);
    this.minimum = numberOf(raw['minimum']);
    this.maximum = numberOf(raw['maximum']);
    this.exclusiveMinimum = raw['exclusiveMinimum'] === true;
    this.exclusiveMaximum = raw['exclusiveMaximum'] === true;
    this.multipleOf = numberOf(raw['multipleOf']);
    this.minItems = numberOf(raw['minItems']);
    this.maxItems = numberOf(raw['maxItems']);
    this.uniqueItems = raw['uniqueItems'] === true;
    this.minProperties = numberOf(raw['minProperties']);
    this.maxProperties = numberOf(raw['maxProperties']);
    this.preserveUnknownFields = raw['x-kubernetes-preserve-unknown-fields'] === true;
    this.embeddedResource = raw['x-kubernetes-embedded-resource'] === true;
    this.listType = typeof raw['x-kubernetes-list-type'] === 'string' ? raw['x-kubernetes-list-type'] : undefined;
    this.listMapKeys = stringsOf(raw['x-kubernetes-list-map-keys']);
    this.validations = Array.isArray(raw['x-kubernetes-validations']) ? raw['x-kubernetes-validations'].filter(isObject) : [];
    const properties = new Map<string, StructuralSchema>();
    if (isObject(raw['properties'])) {
      for (const name of Object.keys(raw['properties'])) {
        const property = raw['properties'][name];
        if (isObject(property)) properties.set(name, property);
      }
    }
    this.#properties = properties;
  }

  property(name: string): SchemaNode | undefined {
    const raw = this.#properties.get(name);
    return raw === undefined ? undefined : schemaNode(raw);
  }

  /** Whether `properties` is there, though it may be empty. */
  get hasProperties(): boolean {
    return isObject(this.#raw['properties']);
  }

  /** The same node with more properties, or with others of their names. */
  extended(properties: JsonObject): SchemaNode {
    const own = isObject(this.#raw['properties']) ? this.#raw['properties'] : {};
    return new SchemaNode({ ...this.#raw, properties: { ...own, ...properties } });
  }

  get propertyNames(): IterableIterator<string> {
    return this.#properties.keys();
  }

  get additional(): Additional {
    if (this.#additional === null) {
      const raw = this.#raw['additionalProperties'];
      this.#additional = isObject(raw) ? schemaNode(raw) : typeof raw === 'boolean' ? raw : undefined;
    }
    return this.#additional;
  }

  get items(): SchemaNode | undefined {
    if (this.#items === null) this.#items = isObject(this.#raw['items']) ? schemaNode(this.#raw['items']) : undefined;
    return this.#items;
  }

  get allOf(): readonly SchemaNode[] {
    return this.#logic().allOf;
  }
  get anyOf(): readonly SchemaNode[] {
    return this.#logic().anyOf;
  }
  get oneOf(): readonly SchemaNode[] {
    return this.#logic().oneOf;
  }
  get not(): SchemaNode | undefined {
    return this.#logic().not;
  }

  /** The properties that have a default of their own. */
  get defaulted(): readonly (readonly [string, SchemaNode])[] {
    if (this.#defaulted === undefined) {
      const found: [string, SchemaNode][] = [];
      for (const [name, raw] of this.#properties)
        if ((raw['default'] ?? undefined) !== undefined) found.push([name, schemaNode(raw)]);
      this.#defaulted = found;
    }
    return this.#defaulted;
  }

  #logic() {
    const raw = this.#raw;
    this.#parts ??= {
      allOf: nodesOf(raw['allOf']),
      anyOf: nodesOf(raw['anyOf']),
      oneOf: nodesOf(raw['oneOf']),
      not: isObject(raw['not']) ? schemaNode(raw['not']) : undefined,
    };
    return this.#parts;
  }
}

const known = new WeakMap<StructuralSchema, SchemaNode>();

/** The node for a part of a schema; the same one each time. */
export function schemaNode(raw: StructuralSchema): SchemaNode {
  let node = known.get(raw);
  if (node === undefined) known.set(raw, (node = new SchemaNode(raw)));
  return node;
}

function nodesOf(value: unknown): readonly SchemaNode[] {
  return Array.isArray(value) ? value.filter(isObject).map(schemaNode) : NO_NODES;
}
const NO_NODES: readonly SchemaNode[] = [];

function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}
function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : undefined;
}
