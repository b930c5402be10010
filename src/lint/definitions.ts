import { type CustomResource, customResources } from '../api/custom.ts';
import { isObjectSchema, structuralOf } from '../api/json-schema.ts';
import { asArray, asString, isObject, type JsonObject } from '../api/manifest.ts';
import { manifestsIn } from '../cluster/unwrap.ts';
import type { SourceDocument, SourceFile } from '../source/document.ts';
import type { InputProblem, Inputs, ReadText } from '../source/inputs.ts';
import { lineColumn, readDocuments } from '../source/reader.ts';
import { withoutQuotes } from './secrets.ts';

/** One file of `--crds`. */
export interface DefinitionFile {
  readonly path: string;
  /** An argument names the file itself; else it was found in a folder. */
  readonly named: boolean;
  read(): ReadText | InputProblem;
}

export interface DefinitionProblem {
  readonly path: string;
  readonly line?: number;
  readonly why: string;
}

/** `<group>/<kind>_<version>.json`, as datreeio/CRDs-catalog lays JSON schemas out and `kubeconform -schema-location` finds them. */
const LAYOUT = /(?:^|\/)([a-z0-9][-a-z0-9]*(?:\.[a-z0-9][-a-z0-9]*)+)\/([a-z0-9]+)_(v[a-z0-9]+)\.json$/;

/**
 * What `--crds` gives: the definitions of custom kinds that the cluster has. CustomResourceDefinitions are read at once, JSON schemas whose name says
 * what they are of when the first object of their kind is met: a whole catalogue of them may lie in the folder.
 */
export class Definitions {
  readonly customs: CustomResource[] = [];
  /** Reported names of all files: none of them is linted. */
  readonly files = new Set<string>();
  readonly problems: DefinitionProblem[] = [];
  readonly #schemas = new Map<string, DefinitionFile>();
  readonly #met = new Map<string, CustomResource | undefined>();

  /** Takes in one file; never throws on what it holds. */
  async add(file: DefinitionFile): Promise<void> {
    this.files.add(file.path);
    const [, group, kind, version] = LAYOUT.exec(file.path) ?? [];
    if (group !== undefined) this.#schemas.set(`${group}/${version}/${kind}`, file);
    else await this.#takeFile(file);
  }

  /** The definition of a kind by its JSON schema, if there is one. */
  async find(apiVersion: string, kind: string): Promise<CustomResource | undefined> {
    const key = `${apiVersion}/${kind.toLowerCase()}`;
    const file = this.#schemas.get(key);
    if (file === undefined) return undefined;
    const known = `${apiVersion}/${kind}`;
    if (!this.#met.has(known)) this.#met.set(known, await this.#ofSchemaFile(file, apiVersion, kind));
    return this.#met.get(known);
  }

  async #ofSchemaFile(file: DefinitionFile, apiVersion: string, kind: string): Promise<CustomResource | undefined> {
    const [document] = (await this.#documents(file)) ?? [];
    if (document === undefined) return undefined;
    if (isObjectSchema(document.value)) return customOf(document.value, apiVersion, kind);
    const file_ = file.path;
    if (!document.error)
      this.#say(document.file, 0, `not a JSON schema, though ${file_.slice(file_.lastIndexOf('/') + 1)} is a name of one`);
    return undefined;
  }

  async #takeFile(file: DefinitionFile): Promise<void> {
    const documents = await this.#documents(file);
    if (documents === undefined) return;
    let found = 0;
    let objects = 0;
    for (const document of documents) {
      if (document.error) found++;
      const { value } = document;
      if (isObjectSchema(value)) {
        const types = typesOf(value);
        for (const [apiVersion, kind] of types) this.customs.push(customOf(value, apiVersion, kind));
        found += types.length;
      }
      for (const { kind, value: object } of manifestsIn(document)) {
        objects++;
        if (kind !== 'CustomResourceDefinition') continue;
        found++;
        const customs = customResources(object);
        if (customs.length > 0) this.customs.push(...customs);
        else
          this.#say(
            document.file,
            document.range.start,
            'this CustomResourceDefinition names no served version, or not its group, kind and plural',
          );
      }
    }
    if (found > 0 || (objects > 0 && !file.named)) return;
    const [first] = documents;
    if (first === undefined) return;
    const why = isObjectSchema(first.value)
      ? 'a JSON schema that does not say of what kind: it must lie in <group>/<kind>_<version>.json, or have x-kubernetes-group-version-kind'
      : 'neither a CustomResourceDefinition nor a JSON schema';
    this.#say(first.file, first.range.start, why);
  }

  /** The documents of a file; undefined where it cannot be read, or has none. */
  async #documents(file: DefinitionFile): Promise<readonly SourceDocument[] | undefined> {
    const read = file.read();
    if (!('file' in read)) {
      this.problems.push({ path: read.path, why: `crds: ${read.why}` });
      return undefined;
    }
    if (read.error) {
      this.#say(read.file, read.error.range.start, read.error.message);
      return undefined;
    }
    const documents = (await readDocuments(read.file)).filter(
      (document) => document.error !== undefined || document.value !== null,
    );
    for (const document of documents) {
      const { error } = document;
      if (error)
        this.#say(
          document.file,
          error.range.start,
          withoutQuotes(error.message, document, error.range.start).replace(/^yaml: (?:line \d+: )?/, ''),
        );
    }
    return documents;
  }

  #say(file: SourceFile, offset: number, why: string): void {
    this.problems.push({ path: file.path, line: lineColumn(file, offset).line, why: `crds: ${why}` });
  }
}

/** Reads what `--crds` stands for. A definition that cannot be read is a problem: judging without it would be another judgement. */
export async function readDefinitions(inputs: Inputs): Promise<Definitions> {
  const definitions = new Definitions();
  for (const { path, why } of inputs.problems) definitions.problems.push({ path, why: `crds: ${why}` });
  for (const entry of inputs.entries) {
    const named = inputs.roots[entry.root]?.kind !== 'folder';
    await definitions.add({ path: entry.path, named, read: () => inputs.read(entry) });
  }
  return definitions;
}

/** What x-kubernetes-group-version-kind names: apiVersion and kind. */
function typesOf(schema: JsonObject): readonly (readonly [string, string])[] {
  return asArray(schema['x-kubernetes-group-version-kind']).flatMap((type) => {
    if (!isObject(type)) return [];
    const [group, version, kind] = [asString(type['group']), asString(type['version']), asString(type['kind'])];
    return group && version && kind ? [[`${group}/${version}`, kind] as const] : [];
  });
}

function customOf(schema: JsonObject, apiVersion: string, kind: string): CustomResource {
  const [group, version] = apiVersion.split('/') as [string, string];
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  return {
    group,
    version,
    kind,
    apiVersion,
    plural: `${kind.toLowerCase()}s`,
    singular: kind.toLowerCase(),
    shortNames: [],
    categories: [],
    // A JSON schema does not say; most are.
    namespaced: true,
    storage: true,
    deprecated: false,
    deprecationWarning: undefined,
    // Where there is a status it is nearly always a subresource: what it holds is not judged.
    subresources: Object.hasOwn(properties, 'status') ? ['status'] : [],
    scaleReplicasPath: undefined,
    schema: structuralOf(schema),
    preserveUnknownFields: false,
  };
}
