import { brotliDecompressSync } from 'node:zlib';
import type { CustomResource, DefinitionSource } from './custom.ts';
import { deprecationWarning } from './custom-versions.ts';
import { readDataBytes } from './data-file.ts';
import { isObject, type JsonObject } from './manifest.ts';
import type { StructuralSchema } from './schema.ts';

/**
 * The custom kinds of well-known projects, as podlint ships them: for custom resources whose CustomResourceDefinition is not at hand. What the
 * cluster has may be of another version, so it is never more than a likelihood. Made by scripts/generate-custom-kinds.mjs, which tells the form of
 * the files; one file an API group, read when the first object of that group is met.
 */
export function catalogued(group: string): readonly CustomResource[] {
  let kinds = known.get(group);
  if (kinds === undefined) known.set(group, (kinds = GROUP.test(group) ? read(group) : NONE));
  return kinds;
}

const NONE: readonly CustomResource[] = [];
const known = new Map<string, readonly CustomResource[]>();
/** A name of a file, and of no folder: a group comes from a manifest. */
const GROUP = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?){1,12}$/;

interface File {
  readonly sources: readonly DefinitionSource[];
  readonly schemas: readonly JsonObject[];
  readonly kinds: readonly {
    readonly source: number;
    readonly kind: string;
    readonly plural: string;
    readonly cluster?: true;
    readonly versions: readonly {
      readonly name: string;
      readonly schema: JsonObject | number;
      readonly status?: true;
      readonly scale?: string;
      /** What the server warns of, where the definition words it itself. */
      readonly deprecated?: true | string;
    }[];
  }[];
}

function read(group: string): readonly CustomResource[] {
  const packed = readDataBytes(`custom-kinds/${group}.json.br`);
  if (packed === undefined) return NONE;
  const { sources, schemas, kinds } = JSON.parse(brotliDecompressSync(packed).toString('latin1')) as File;
  const shared = new Shared(schemas);
  return kinds.flatMap(({ source, kind, plural, cluster, versions }) => {
    const current = versions.filter(({ deprecated }) => deprecated === undefined).map(({ name }) => name);
    return versions.map(({ name, schema, status, scale, deprecated }, i): CustomResource => {
      let whole: StructuralSchema | undefined;
      return {
        group,
        version: name,
        kind,
        apiVersion: `${group}/${name}`,
        plural,
        singular: kind.toLowerCase(),
        shortNames: [],
        categories: [],
        namespaced: cluster !== true,
        storage: i === versions.length - 1,
        deprecated: deprecated !== undefined,
        deprecationWarning: deprecated === true ? deprecationWarning(group, name, kind, current) : deprecated,
        subresources: [...(status ? ['status'] : []), ...(scale === undefined ? [] : ['scale'])],
        scaleReplicasPath: scale,
        get schema() {
          whole ??= shared.whole(schema);
          return whole;
        },
        preserveUnknownFields: false,
        source: sources[source],
      };
    });
  });
}

/** Puts the parts of a schema in the place of their numbers: the same object wherever the same number stands. */
class Shared {
  readonly #schemas: readonly JsonObject[];
  readonly #made: (StructuralSchema | undefined)[] = [];

  constructor(schemas: readonly JsonObject[]) {
    this.#schemas = schemas;
  }

  whole(schema: unknown): StructuralSchema {
    if (typeof schema !== 'number') return this.#filled(isObject(schema) ? schema : {});
    let made = this.#made[schema];
    if (made === undefined) this.#made[schema] = made = this.#filled(this.#schemas[schema]!);
    return made;
  }

  #filled(schema: JsonObject): StructuralSchema {
    const out: Record<string, unknown> = { ...schema };
    const { properties, items, additionalProperties, not } = schema;
    if (isObject(properties)) {
      // A property may be called anything; the file is podlint's own.
      out['properties'] = Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, this.whole(part)]));
    }
    if (items !== undefined) out['items'] = this.whole(items);
    if (typeof additionalProperties === 'number' || isObject(additionalProperties))
      out['additionalProperties'] = this.whole(additionalProperties);
    if (not !== undefined) out['not'] = this.whole(not);
    for (const key of ['allOf', 'anyOf', 'oneOf']) {
      const parts = schema[key];
      if (Array.isArray(parts)) out[key] = parts.map((part) => this.whole(part));
    }
    return out;
  }
}
