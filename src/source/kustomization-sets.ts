import type { ApplySetOptions, Draft, Drafts, SetFile } from './apply-sets.ts';
import { isKustomizationName } from './classify.ts';
import { identitiesIn } from './kept.ts';
import { folderOf, type Kustomization, readKustomization } from './kustomization.ts';
import { affixes, type Closure, type ClosureFile, closureOf, type Reach, resolved } from './kustomize-closure.ts';
import { Owners } from './owners.ts';
import { hasObjects, isOpen, type ParsedFile } from './parsed-file.ts';

/** The kustomizations among the inputs, and what is in the sets they make. */
export interface Kustomized {
  /** The folders with a kustomization. */
  readonly owners: Owners;
  /** By folder of a kustomization: the sets that take it in. */
  readonly sets: ReadonlyMap<string, readonly string[]>;
  /** By set: kind and name of every object in it. */
  readonly objects: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Adds a set for each kustomization that no other one takes in. */
export function addKustomizations(drafts: Drafts, options: ApplySetOptions): Kustomized {
  const given = new Map<string, Kustomization>();
  for (const file of drafts.files) {
    // A Flux Kustomization may have the same file name; it is an object.
    if (!isKustomizationName(file.path) || hasObjects(file) || given.has(folderOf(file.path))) continue;
    given.set(folderOf(file.path), readKustomization(file.path, file.documents));
  }
  const sets = new Map<string, string[]>();
  const objects = new Map<string, ReadonlySet<string>>();
  if (given.size > 0) {
    const surroundings = new Surroundings(drafts.byPath, given, options);
    for (const [root, closure] of rootsAmong(given, surroundings)) {
      const id = drafts.add(kustomizationSet(root, closure, surroundings));
      for (const folder of closure.folders) {
        const known = sets.get(folder);
        if (known === undefined) sets.set(folder, [id]);
        else known.push(id);
      }
      objects.set(id, objectsOf(closure, surroundings));
    }
  }
  return { owners: new Owners(given), sets, objects };
}

/**
 * The kustomizations that no other one takes in; of those that only take in each other, which kustomize refuses, the first, so that
 * their files are judged.
 */
function rootsAmong(given: ReadonlyMap<string, Kustomization>, reach: Reach): Map<Kustomization, Closure> {
  const takenIn = new Set<Kustomization>();
  for (const kustomization of given.values()) {
    for (const reference of [...kustomization.resources, ...kustomization.components]) {
      const inner = resolved(kustomization, reference, reach);
      if (inner.kustomization !== undefined && inner.kustomization !== kustomization) takenIn.add(inner.kustomization);
    }
  }
  const closures = new Map<Kustomization, Closure>();
  for (const kustomization of given.values())
    if (!takenIn.has(kustomization)) closures.set(kustomization, closureOf(kustomization, reach));
  // One that is taken in by way of a kustomization outside the inputs is no root after all.
  for (const [kustomization, closure] of closures) {
    for (const folder of closure.folders) {
      const inner = given.get(folder);
      if (inner === undefined || inner === kustomization) continue;
      if (closures.get(inner)?.folders.includes(kustomization.folder) === false) closures.delete(inner);
    }
  }
  const reached = new Set<string>();
  for (const closure of closures.values()) for (const folder of closure.folders) reached.add(folder);
  for (const kustomization of given.values()) {
    if (reached.has(kustomization.folder)) continue;
    const closure = closureOf(kustomization, reach);
    closures.set(kustomization, closure);
    for (const folder of closure.folders) reached.add(folder);
  }
  return closures;
}

function kustomizationSet(root: Kustomization, closure: Closure, surroundings: Surroundings): Draft {
  const files = closure.files.map((it) => setFile(it, surroundings));
  const unread = closure.files.some((it) => it.role === 'resource' && isOpen(surroundings.parsed(it.path)!));
  const unrendered = [...closure.unrendered];
  if (root.component) unrendered.push(`${root.path} is a Component, and what takes it in is not among the files`);
  if (closure.remote.length > 0)
    unrendered.push(`what is not on this disk: ${closure.remote.map((it) => it.reference).join(', ')}`);
  return {
    id: root.folder,
    kind: 'kustomization',
    root: root.folder,
    files,
    ...(root.namespace === undefined ? {} : { namespace: root.namespace }),
    ...affixes(root),
    ...(unrendered.length === 0 ? {} : { unrendered: unrendered.join('; ') }),
    images: root.images,
    generated: closure.generated,
    patched: closure.patched,
    remote: closure.remote,
    missing: closure.missing,
    open: unrendered.length > 0 || closure.missing.length > 0 || unread,
  };
}

function setFile({ path, role, layer }: ClosureFile, surroundings: Surroundings): SetFile {
  const outside = !surroundings.given(path);
  if (role !== 'resource') return { path, role, outside };
  return {
    path,
    role,
    outside,
    ...(layer.namespace === undefined ? {} : { namespace: layer.namespace }),
    ...affixes(layer),
    ...(layer.images.length === 0 ? {} : { images: layer.images }),
  };
}

function objectsOf(closure: Closure, surroundings: Surroundings): Set<string> {
  const objects = new Set<string>();
  for (const { path, role } of closure.files) {
    const file = role === 'resource' ? surroundings.parsed(path) : undefined;
    file?.documents.forEach((document, index) => {
      for (const { kind, name } of identitiesIn(document, file.classes[index]!)) objects.add(`${kind}/${name}`);
    });
  }
  return objects;
}

/** The names that kustomize looks for in a folder, in its order. */
const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** The inputs, and through the options what lies around them on disk. Everything is asked for once. */
class Surroundings implements Reach {
  readonly #inputs: ReadonlyMap<string, ParsedFile>;
  readonly #kustomizations: Map<string, Kustomization | undefined>;
  readonly #options: ApplySetOptions;
  readonly #files = new Map<string, ParsedFile | undefined>();

  constructor(inputs: ReadonlyMap<string, ParsedFile>, given: ReadonlyMap<string, Kustomization>, options: ApplySetOptions) {
    this.#inputs = inputs;
    this.#kustomizations = new Map(given);
    this.#options = options;
  }

  given(path: string): boolean {
    return this.#inputs.has(path);
  }

  parsed(path: string): ParsedFile | undefined {
    const given = this.#inputs.get(path);
    if (given !== undefined) return given;
    if (this.#files.has(path)) return this.#files.get(path);
    const alias = this.#options.alias?.(path);
    const found = (alias === undefined ? undefined : this.#inputs.get(alias)) ?? this.#options.load?.(path);
    this.#files.set(path, found);
    return found;
  }

  file(path: string): { path: string; values: readonly unknown[] } | undefined {
    // What has a kustomization of ours in it is no file; that saves a look at the disk.
    if (this.#kustomizations.get(path) !== undefined) return undefined;
    const found = this.parsed(path);
    return found === undefined ? undefined : { path: found.path, values: found.documents.map((it) => it.value) };
  }

  kustomization(folder: string): Kustomization | undefined {
    if (this.#kustomizations.has(folder)) return this.#kustomizations.get(folder);
    let found: Kustomization | undefined;
    for (const name of NAMES) {
      const file = this.parsed(folder === '.' ? name : `${folder}/${name}`);
      if (file === undefined) continue;
      // Under another name it may be one of the inputs.
      found = this.#kustomizations.get(folderOf(file.path)) ?? readKustomization(file.path, file.documents);
      break;
    }
    this.#kustomizations.set(folder, found);
    return found;
  }

  exists(path: string): boolean | undefined {
    return this.#inputs.has(path) || this.#options.exists?.(path);
  }

  text(path: string): string | undefined {
    return this.#options.text?.(path);
  }
}
