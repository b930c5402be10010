import { readFileSync } from 'node:fs';
import { closest } from './closest.ts';
import { RELEASES, type Release } from './kinds.ts';

/**
 * Every kind and field of Kubernetes in eight releases, from one table (`data/api.json`, made by scripts/generate-api.mjs, which
 * also holds its grammar). Read on first use; a definition's rows are taken apart when something first looks at its fields.
 */

/** What JSON a field takes. `fields` of an object and `of` of a list or map say the rest. */
export type TypeKind =
  | 'string'
  | 'boolean'
  | 'int32'
  | 'int64'
  | 'double'
  | 'object'
  | 'list'
  | 'map'
  | 'int-or-string'
  | 'quantity'
  | 'time'
  | 'micro-time'
  /** Base64. */
  | 'bytes'
  /** Any JSON, meant to be an object (RawExtension). */
  | 'open'
  /** Any JSON. */
  | 'any'
  /** A JSONSchemaProps (`of`) or a boolean, a list of schemas, a list of strings. */
  | 'schema-or-bool'
  | 'schema-or-list'
  | 'schema-or-strings';

/**
 * The type of a field in one release. Objects share one Type per definition and release, so types may be compared and cached by
 * identity; `fields` is resolved on first use.
 */
export interface Type {
  readonly kind: TypeKind;
  /** Name of an object's definition: `core.v1.PodSpec`, `meta.v1.ObjectMeta`. Empty for what has none. */
  readonly definition: string;
  /** Element type of a list, value type of a map, schema type of the `schema-or-` kinds. */
  readonly of: Type | undefined;
  /** Fields of an object by name (case-sensitive); empty for everything else. */
  readonly fields: ReadonlyMap<string, Field>;
}

/** One field of a definition in one release. */
export interface Field {
  readonly name: string;
  readonly type: Type;
  /** Listed under `required` in the OpenAPI document. The server itself checks presence in Go, not by this. */
  readonly required: boolean;
  /** Allowed values, sorted; of the elements where the field is a list. */
  readonly enum: readonly string[] | undefined;
  /** The default the OpenAPI document states, unless it is the zero value of its type. */
  readonly default: unknown;
  readonly listType: 'set' | 'map' | undefined;
  /** Of a list of type `map`: the fields that together are its elements' key. */
  readonly mapKeys: readonly string[] | undefined;
  /** The strategic merge patch's key of a list and its strategies (`merge`, `replace`, `merge,retainKeys`). */
  readonly patchMergeKey: string | undefined;
  readonly patchStrategy: string | undefined;
  /** The Go type's name where it is not what `type` suggests: `v1.PullPolicy`, `[]types.UID`. */
  readonly goType: string | undefined;
  /** Names of the embedded Go structs that hold the field, with dots: `VolumeSource`. */
  readonly embedded: string | undefined;
}

/** A kind one release serves (or can serve: see `enabledByDefault`). */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** `apps/v1`; `v1` for the core group. */
  readonly apiVersion: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly subresources: readonly string[];
  /** False for alpha and most beta versions: served only if `--runtime-config` says so. */
  readonly enabledByDefault: boolean;
  /** Name of its definition: `apps.v1.Deployment`. */
  readonly definition: string;
}

/** The kind in that release whether or not it is served by default; undefined if that release has no such kind. */
export function resourceOf(apiVersion: string, kind: string, release: Release): Resource | undefined {
  return view(release).byApiVersion.get(apiVersion)?.get(kind);
}

/** All versions of a kind name in a release, in every group; those served by default first, the most stable version first. */
export function kindsNamed(kind: string, release: Release): readonly Resource[] {
  return view(release).byKind.get(kind) ?? NONE;
}

/** All resources of a release, by group, version and kind. */
export function resourcesOf(release: Release): readonly Resource[] {
  return view(release).resources;
}

/** The nearest kind name of a release to a misspelt one, or undefined if none is near. */
export function closestKind(kind: string, release: Release): string | undefined {
  return closest(kind, view(release).byKind.keys());
}

/** True for groups Kubernetes itself defines or once defined (`''`, `apps`, `extensions`, `networking.k8s.io` …). */
export function isBuiltInGroup(group: string): boolean {
  builtInGroups ??= new Set([
    ...PAST_GROUPS,
    ...RELEASES.flatMap((release) => resourcesOf(release).map((resource) => resource.group)),
  ]);
  return builtInGroups.has(group);
}
const PAST_GROUPS = ['extensions', 'settings.k8s.io', 'auditregistration.k8s.io'];
let builtInGroups: Set<string> | undefined;

/** The type of a resource's whole object. */
export function schemaOf(resource: Resource, release: Release): Type {
  return view(release).object(resource.definition);
}

/** The type of a definition by its name (`core.v1.PodSpec`), or undefined if the release has none. */
export function definitionOf(name: string, release: Release): Type | undefined {
  const rows = table().definitions[name];
  if (rows === undefined || !Object.hasOwn(table().definitions, name)) return undefined;
  const mask = /^@([0-9a-f]+)/.exec(rows);
  return mask === null || (Number.parseInt(mask[1]!, 16) & bitOf(release)) !== 0 ? view(release).object(name) : undefined;
}

/** Most stable first: `v2`, `v1`, `v1beta2`, `v1beta1`, `v1alpha1`; what is no Kubernetes version comes last. Negative if `a` goes before `b`. */
export function compareVersions(a: string, b: string): number {
  const x = versionRank(a);
  const y = versionRank(b);
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return y[i]! - x[i]!;
  return a < b ? -1 : a > b ? 1 : 0;
}

function versionRank(version: string): readonly number[] {
  const found = /^v(\d{1,9})(?:(alpha|beta)(\d{1,9}))?$/.exec(version);
  if (found === null) return [-1, 0, 0];
  return [found[2] === undefined ? 2 : found[2] === 'beta' ? 1 : 0, Number(found[1]), Number(found[3] ?? 0)];
}

interface TableFile {
  readonly enums: readonly (readonly string[])[];
  readonly defaults: readonly unknown[];
  readonly listTypes: readonly string[];
  readonly patches: readonly string[];
  readonly goTypes: readonly string[];
  readonly embedded: readonly string[];
  readonly verbs: readonly string[];
  readonly resources: readonly string[];
  readonly definitions: Readonly<Record<string, string>>;
}

let file: TableFile | undefined;

function table(): TableFile {
  if (file === undefined) file = JSON.parse(readTable()) as TableFile;
  return file;
}

/** Beside the module in the bundle (`dist/data/`), at the root of the tree when run from source. */
function readTable(): string {
  try {
    return readFileSync(new URL('./data/api.json', import.meta.url), 'utf8');
  } catch {
    return readFileSync(new URL('../../data/api.json', import.meta.url), 'utf8');
  }
}

const NONE: readonly Resource[] = [];
const NO_FIELDS: ReadonlyMap<string, Field> = new Map();

class TypeNode implements Type {
  readonly kind: TypeKind;
  readonly definition: string;
  readonly of: Type | undefined;
  #view: View | undefined;
  #fields: ReadonlyMap<string, Field>;

  constructor(kind: TypeKind, definition = '', of?: Type, view?: View) {
    this.kind = kind;
    this.definition = definition;
    this.of = of;
    this.#view = view;
    this.#fields = NO_FIELDS;
  }

  get fields(): ReadonlyMap<string, Field> {
    if (this.#view !== undefined) {
      this.#fields = this.#view.fieldsOf(this.definition);
      this.#view = undefined;
    }
    return this.#fields;
  }
}

const LEAVES: ReadonlyMap<string, Type> = new Map(
  Object.entries({
    s: 'string',
    b: 'boolean',
    i: 'int32',
    l: 'int64',
    n: 'double',
    y: 'bytes',
    x: 'int-or-string',
    q: 'quantity',
    t: 'time',
    u: 'micro-time',
    o: 'open',
    a: 'any',
  } as const).map(([code, kind]) => [code, new TypeNode(kind)]),
);
const SCHEMAS: ReadonlyMap<string, TypeKind> = new Map([
  ['B', 'schema-or-bool'],
  ['A', 'schema-or-list'],
  ['S', 'schema-or-strings'],
]);
const SCHEMA = 'apiextensions.v1.JSONSchemaProps';

/** The table as one release has it. */
class View {
  readonly resources: readonly Resource[];
  readonly byApiVersion = new Map<string, Map<string, Resource>>();
  readonly byKind = new Map<string, Resource[]>();
  readonly #bit: number;
  readonly #objects = new Map<string, Type>();

  constructor(release: Release) {
    this.#bit = bitOf(release);
    const resources: Resource[] = [];
    for (const row of table().resources) {
      const resource = resourceIn(row, this.#bit);
      if (resource !== undefined) resources.push(resource);
    }
    this.resources = resources;
    for (const resource of resources) {
      const kinds = this.byApiVersion.get(resource.apiVersion);
      if (kinds === undefined) this.byApiVersion.set(resource.apiVersion, new Map([[resource.kind, resource]]));
      else kinds.set(resource.kind, resource);
      const versions = this.byKind.get(resource.kind);
      if (versions === undefined) this.byKind.set(resource.kind, [resource]);
      else versions.push(resource);
    }
    for (const versions of this.byKind.values()) versions.sort(preferred);
  }

  object(definition: string): Type {
    let type = this.#objects.get(definition);
    if (type === undefined) this.#objects.set(definition, (type = new TypeNode('object', definition, undefined, this)));
    return type;
  }

  fieldsOf(definition: string): ReadonlyMap<string, Field> {
    const rows = table().definitions[definition];
    const fields = new Map<string, Field>();
    if (rows === undefined || rows === '') return fields;
    for (const row of rows.split(' ')) {
      const field = this.#field(row, definition);
      if (field !== undefined) fields.set(field.name, field);
    }
    return fields;
  }

  /** A row that is not of this release, or the definition's own mask, gives undefined. */
  #field(row: string, definition: string): Field | undefined {
    const found =
      /^([^:@]+):([^!=*^+~>@]+)(!?)(?:=(\d+))?(?:\*(\d+))?(?:\^(\d+))?(?:\+(\d+))?(?:~(\d+))?(?:>(\d+))?(?:@([0-9a-f]+))?$/.exec(
        row,
      );
    if (found === null) return undefined;
    const [, name, code, required, allowed, preset, list, patch, go, embedded, mask] = found;
    if (mask !== undefined && (Number.parseInt(mask, 16) & this.#bit) === 0) return undefined;
    const tables = table();
    const [listType, ...mapKeys] = list === undefined ? [] : tables.listTypes[Number(list)]!.split(' ');
    const [strategy, mergeKey] = patch === undefined ? [] : tables.patches[Number(patch)]!.split(' ');
    return {
      name: name!,
      type: this.#type(code!, definition),
      required: required === '!',
      enum: allowed === undefined ? undefined : tables.enums[Number(allowed)],
      default: preset === undefined ? undefined : tables.defaults[Number(preset)],
      listType: listType === 'set' || listType === 'map' ? listType : undefined,
      mapKeys: mapKeys.length === 0 ? undefined : mapKeys,
      patchMergeKey: mergeKey,
      patchStrategy: strategy,
      goType: go === undefined ? undefined : tables.goTypes[Number(go)],
      embedded: embedded === undefined ? undefined : tables.embedded[Number(embedded)],
    };
  }

  #type(code: string, definition: string): Type {
    const leaf = LEAVES.get(code);
    if (leaf !== undefined) return leaf;
    switch (code.charCodeAt(0)) {
      case 0x5b /* [ */:
        return new TypeNode('list', '', this.#type(code.slice(1), definition));
      case 0x7b /* { */:
        return new TypeNode('map', '', this.#type(code.slice(1), definition));
      case 0x23 /* # */:
        return this.object(
          code.includes('.') ? code.slice(1) : definition.slice(0, definition.lastIndexOf('.') + 1) + code.slice(1),
        );
    }
    return new TypeNode(SCHEMAS.get(code) ?? 'any', '', this.object(SCHEMA));
  }
}

function resourceIn(row: string, bit: number): Resource | undefined {
  const [
    group,
    version,
    kind,
    plural,
    singular,
    shortNames,
    categories,
    scope,
    verbs,
    subresources,
    definition,
    present,
    enabled,
  ] = row.split(' ');
  if ((Number.parseInt(present!, 16) & bit) === 0) return undefined;
  const list = (text: string): readonly string[] => (text === '-' ? [] : text.split(','));
  return {
    group: group === '-' ? '' : group!,
    version: version!,
    kind: kind!,
    apiVersion: group === '-' ? version! : `${group}/${version}`,
    plural: plural!,
    singular: singular!,
    shortNames: list(shortNames!),
    categories: list(categories!),
    namespaced: scope === 'n',
    verbs: list(table().verbs[Number(verbs)]!),
    subresources: list(subresources!),
    enabledByDefault: (Number.parseInt(enabled!, 16) & bit) !== 0,
    definition: definition!,
  };
}

function preferred(a: Resource, b: Resource): number {
  if (a.enabledByDefault !== b.enabledByDefault) return a.enabledByDefault ? -1 : 1;
  if (a.group !== b.group) return a.group < b.group ? -1 : 1;
  return compareVersions(a.version, b.version);
}

const views: View[] = [];

function view(release: Release): View {
  const index = RELEASES.indexOf(release);
  return (views[index] ??= new View(release));
}

function bitOf(release: Release): number {
  return 1 << RELEASES.indexOf(release);
}
