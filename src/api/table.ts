import { closest } from './closest.ts';
import { readDataText } from './data-file.ts';
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
  /** The kind's place in `TYPE_KINDS`: numbers are told apart faster, and decoding asks for every value. */
  readonly code: number;
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
  for (const resource of view(release).kind(kind)) if (resource.apiVersion === apiVersion) return resource;
  return undefined;
}

/** All versions of a kind name in a release, in every group; those served by default first, the most stable version first. */
export function kindsNamed(kind: string, release: Release): readonly Resource[] {
  return view(release).kind(kind);
}

/** All resources of a release, by group, version and kind. */
export function resourcesOf(release: Release): readonly Resource[] {
  return view(release).resources;
}

/** The nearest kind name of a release to a misspelt one, or undefined if none is near. */
export function closestKind(kind: string, release: Release): string | undefined {
  return closest(kind, view(release).kinds);
}

/** True for groups Kubernetes itself defines or once defined (`''`, `apps`, `extensions`, `networking.k8s.io` …). */
export function isBuiltInGroup(group: string): boolean {
  builtInGroups ??= groups();
  return builtInGroups.has(group);
}
const PAST_GROUPS = ['extensions', 'settings.k8s.io', 'auditregistration.k8s.io'];
let builtInGroups: Set<string> | undefined;

function groups(): Set<string> {
  const all = new Set(PAST_GROUPS);
  for (const row of table().resources) all.add(groupIn(row));
  return all;
}

function groupIn(row: string): string {
  const group = row.slice(0, row.indexOf(' '));
  return group === '-' ? '' : group;
}

/** The type of a resource's whole object. */
export function schemaOf(resource: Resource, release: Release): Type {
  return view(release).object(resource.definition);
}

/** The type of a definition by its name (`core.v1.PodSpec`), or undefined if the release has none. */
export function definitionOf(name: string, release: Release): Type | undefined {
  const rows = definitionRows(name);
  if (rows === undefined) return undefined;
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
}

let file: TableFile | undefined;
/** The rows of all definitions as they are written, a line each, sorted by name: to take all of them apart costs more than a small run needs. */
let lines = '';

function table(): TableFile {
  if (file === undefined) {
    const text = readDataText('api.json');
    const start = text.indexOf(DEFINITIONS);
    lines = text.slice(start + DEFINITIONS.length);
    file = JSON.parse(`${text.slice(0, start)}}`) as TableFile;
  }
  return file;
}

const DEFINITIONS = ',\n"definitions":{\n';

/** The rows of a definition, separated by blanks, by a binary search; undefined if there is none of that name. */
function definitionRows(name: string): string | undefined {
  table();
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const start = lines.lastIndexOf('\n', ((low + high) >> 1) - 1) + 1;
    const nameEnd = lines.indexOf('"', start + 1);
    // The last line closes the object.
    const found = nameEnd < 0 ? undefined : lines.slice(start + 1, nameEnd);
    if (found === name) return lines.slice(nameEnd + 3, lines.indexOf('"', nameEnd + 3));
    if (found === undefined || found > name) high = start;
    else low = lines.indexOf('\n', nameEnd) + 1;
  }
  return undefined;
}

const NONE: readonly Resource[] = [];
const NO_FIELDS: ReadonlyMap<string, Field> = new Map();

/** The most frequent ones first. */
export const TYPE_KINDS: readonly TypeKind[] = [
  ...(['string', 'object', 'list', 'map', 'int32', 'boolean', 'quantity', 'int-or-string', 'int64'] as const),
  ...(['double', 'time', 'micro-time', 'bytes', 'schema-or-bool', 'schema-or-list', 'schema-or-strings', 'open', 'any'] as const),
];

class TypeNode implements Type {
  readonly kind: TypeKind;
  readonly code: number;
  readonly definition: string;
  readonly of: Type | undefined;
  #view: View | undefined;
  #fields: ReadonlyMap<string, Field>;

  constructor(kind: TypeKind, definition = '', of?: Type, view?: View) {
    this.kind = kind;
    this.code = TYPE_KINDS.indexOf(kind);
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

/** Rows of resources by the kind they are of, for all releases. */
let rowsByKind: Map<string, string[]> | undefined;

function rowsOf(kind: string): readonly string[] {
  if (rowsByKind === undefined) {
    rowsByKind = new Map();
    for (const row of table().resources) {
      const version = row.indexOf(' ') + 1;
      const start = row.indexOf(' ', version) + 1;
      const name = row.slice(start, row.indexOf(' ', start));
      const rows = rowsByKind.get(name);
      if (rows === undefined) rowsByKind.set(name, [row]);
      else rows.push(row);
    }
  }
  return rowsByKind.get(kind) ?? NO_ROWS;
}

const NO_ROWS: readonly string[] = [];

/** The table as one release has it. */
class View {
  readonly #bit: number;
  readonly #objects = new Map<string, Type>();
  readonly #byKind = new Map<string, readonly Resource[]>();
  #resources: readonly Resource[] | undefined;
  #kinds: readonly string[] | undefined;

  constructor(release: Release) {
    this.#bit = bitOf(release);
  }

  get resources(): readonly Resource[] {
    this.#resources ??= table().resources.flatMap((row) => resourceIn(row, this.#bit) ?? []);
    return this.#resources;
  }

  /** All versions of a kind, the preferred one first. Rows are taken apart when something first asks for their kind. */
  kind(name: string): readonly Resource[] {
    let versions = this.#byKind.get(name);
    if (versions === undefined) {
      versions = rowsOf(name)
        .flatMap((row) => resourceIn(row, this.#bit) ?? [])
        .sort(preferred);
      // Names come from manifests: only those that there are must be kept.
      if (versions.length === 0) return NONE;
      this.#byKind.set(name, versions);
    }
    return versions;
  }

  get kinds(): readonly string[] {
    this.#kinds ??= [...new Set(this.resources.map((resource) => resource.kind))];
    return this.#kinds;
  }

  object(definition: string): Type {
    let type = this.#objects.get(definition);
    if (type === undefined) this.#objects.set(definition, (type = new TypeNode('object', definition, undefined, this)));
    return type;
  }

  fieldsOf(definition: string): ReadonlyMap<string, Field> {
    const rows = definitionRows(definition);
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
    const colon = row.indexOf(':');
    if (colon <= 0) return undefined;
    // Most types are one letter.
    let end = colon + (row.charCodeAt(colon + 1) >= 0x61 ? 2 : 1);
    while (end < row.length && !isMark(row.charCodeAt(end))) end++;
    const marks = row.slice(end);
    const mask = marks.lastIndexOf('@');
    if (mask >= 0 && (Number.parseInt(marks.slice(mask + 1), 16) & this.#bit) === 0) return undefined;
    return new FieldNode(row.slice(0, colon), this.#type(row.slice(colon + 1, end), definition), marks);
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

/** A field, the rest of whose row is read when something asks: decoding asks for the type alone. */
class FieldNode implements Field {
  readonly name: string;
  readonly type: Type;
  readonly #marks: string;

  constructor(name: string, type: Type, marks: string) {
    this.name = name;
    this.type = type;
    this.#marks = marks;
  }

  get required(): boolean {
    return this.#marks.startsWith('!');
  }
  get enum(): readonly string[] | undefined {
    return entryOf(table().enums, this.#index('='));
  }
  get default(): unknown {
    return entryOf(table().defaults, this.#index('*'));
  }
  get listType(): 'set' | 'map' | undefined {
    const type = this.#list()?.[0];
    return type === 'set' || type === 'map' ? type : undefined;
  }
  get mapKeys(): readonly string[] | undefined {
    const list = this.#list();
    return list === undefined || list.length === 1 ? undefined : list.slice(1);
  }
  get patchMergeKey(): string | undefined {
    return this.#patch()?.[1];
  }
  get patchStrategy(): string | undefined {
    return this.#patch()?.[0];
  }
  get goType(): string | undefined {
    return entryOf(table().goTypes, this.#index('~'));
  }
  get embedded(): string | undefined {
    return entryOf(table().embedded, this.#index('>'));
  }

  #list(): readonly string[] | undefined {
    return entryOf(table().listTypes, this.#index('^'))?.split(' ');
  }

  #patch(): readonly string[] | undefined {
    return entryOf(table().patches, this.#index('+'))?.split(' ');
  }

  /** The number behind a mark. */
  #index(mark: string): number | undefined {
    const at = this.#marks.indexOf(mark);
    return at < 0 ? undefined : Number.parseInt(this.#marks.slice(at + 1), 10);
  }
}

function entryOf<T>(entries: readonly T[], index: number | undefined): T | undefined {
  return index === undefined ? undefined : entries[index];
}

/** Whether a character ends the type in a field's row: `!` required, `=` enum, `*` default, `^` list, `+` patch, `~` Go type, `>` embedded, `@` mask. */
function isMark(code: number): boolean {
  switch (code) {
    case 0x21 /* ! */:
    case 0x3d /* = */:
    case 0x2a /* * */:
    case 0x5e /* ^ */:
    case 0x2b /* + */:
    case 0x7e /* ~ */:
    case 0x3e /* > */:
    case 0x40 /* @ */:
      return true;
  }
  return false;
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
