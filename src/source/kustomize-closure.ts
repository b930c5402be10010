import {
  envKeys,
  type Generator,
  type ImageOverride,
  inlineValues,
  isRemote,
  joined,
  type Kustomization,
  type PatchReference,
  type PatchTarget,
  type Reference,
  targetsOf,
} from './kustomization.ts';
import type { Path } from './path.ts';

/** What a closure needs of the files around it. Every answer is the same each time it is asked. */
export interface Reach {
  /** The kustomization in a folder. */
  kustomization(folder: string): Kustomization | undefined;
  /** A file of that path: the path it is known by, and its documents' values. */
  file(path: string): { readonly path: string; readonly values: readonly unknown[] } | undefined;
  /** Undefined when nobody can tell. */
  exists(path: string): boolean | undefined;
  text(path: string): string | undefined;
}

/** What the kustomizations around a file do to its objects, all of them together. */
export interface Layer {
  readonly namespace?: string;
  readonly namePrefix: string;
  readonly nameSuffix: string;
  /** In the order in which they are applied. */
  readonly images: readonly ImageOverride[];
}

export interface ClosureFile {
  readonly path: string;
  readonly role: 'resource' | 'patch' | 'config';
  readonly layer: Layer;
}

/** A ConfigMap or Secret that kustomize makes, by the name that objects refer to it with (before prefix, suffix and hash). */
export interface Generated {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly namespace?: string;
  readonly type?: string;
  /** Absent when a file with keys could not be read. */
  readonly keys?: readonly string[];
  readonly hashed: boolean;
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  /** It adds keys to an object of that name which is among the files, or replaces them. */
  readonly onto: boolean;
}

/** An entry of a kustomization that leads nowhere podlint can follow. */
export interface Unresolved {
  /** The kustomization file, and the entry in it. */
  readonly path: string;
  readonly at: Path;
  readonly reference: string;
  readonly why: 'remote' | 'not there' | 'no kustomization in it' | 'a circle';
}

/** A kustomization with all that it takes in. */
export interface Closure {
  /** Folders of the kustomizations, its own first. */
  readonly folders: readonly string[];
  readonly files: readonly ClosureFile[];
  readonly generated: readonly Generated[];
  readonly patched: readonly PatchTarget[];
  readonly remote: readonly Unresolved[];
  readonly missing: readonly Unresolved[];
  /** What kustomize makes by means that podlint does not have, in words. */
  readonly unrendered: readonly string[];
}

/** More inclusions than any tree has; only bases that are taken in by two ways at each of many levels come to it. */
const MOST_INCLUSIONS = 2_000;
const DEEPEST = 200;

export function closureOf(root: Kustomization, reach: Reach): Closure {
  const gathering = new Gathering(root.path, reach);
  gathering.take(root, { namePrefix: '', nameSuffix: '', images: [] }, 'resource');
  return gathering.closure();
}

/** What an entry of `resources` names: a file, or else a folder with a kustomization. */
export function resolved(kustomization: Kustomization, reference: Reference, reach: Reach): Found {
  const path = joined(kustomization.folder, reference.text);
  const file = reach.file(path);
  if (file !== undefined) return { file };
  const inner = reach.kustomization(path);
  return inner === undefined ? {} : { kustomization: inner };
}

interface Found {
  readonly file?: { readonly path: string; readonly values: readonly unknown[] };
  readonly kustomization?: Kustomization;
}

class Gathering {
  readonly #root: string;
  readonly #reach: Reach;
  readonly #folders = new Set<string>();
  readonly #files = new Map<string, ClosureFile>();
  readonly #resources = new Set<string>();
  readonly #generated = new Map<string, Generated>();
  readonly #patched: PatchTarget[] = [];
  readonly #remote: Unresolved[] = [];
  readonly #missing: Unresolved[] = [];
  readonly #unrendered = new Set<string>();
  readonly #inclusions = new Set<string>();
  readonly #within = new Set<string>();
  #looks = 0;

  constructor(root: string, reach: Reach) {
    this.#root = root;
    this.#reach = reach;
  }

  closure(): Closure {
    return {
      folders: [...this.#folders],
      files: this.#filesOnce(),
      generated: [...this.#generated.values()],
      patched: this.#patched,
      remote: this.#remote,
      missing: this.#missing,
      unrendered: [...this.#unrendered],
    };
  }

  /** `role` is `config` for what a generator's or transformer's configuration is taken from. */
  take(kustomization: Kustomization, outer: Layer, role: 'resource' | 'config'): void {
    const layer = within(kustomization, outer);
    const key = [kustomization.folder, role, layer.namePrefix, layer.nameSuffix, layer.namespace ?? ''].join('\0');
    if (this.#inclusions.has(key)) return;
    const tooDeep = this.#within.size > DEEPEST;
    if (tooDeep || this.#inclusions.size > MOST_INCLUSIONS) {
      this.#unrendered.add(`what ${this.#root} takes in on too many levels or by too many ways`);
      // Whatever was not seen at all is looked at once, so that all files are known.
      if (tooDeep || this.#folders.has(kustomization.folder)) return;
    }
    this.#inclusions.add(key);
    this.#within.add(kustomization.folder);
    this.#folders.add(kustomization.folder);
    this.#add(kustomization.path, 'config', layer);
    if (kustomization.unread) this.#unrendered.add(`what ${kustomization.path} takes in: it could not be read`);
    const inner = this.#throughComponents(kustomization, layer);
    for (const reference of kustomization.resources) this.#resolve(kustomization, reference, inner, role);
    for (const reference of kustomization.plugins) {
      this.#unrendered.add(`what ${kustomization.path} generates and transforms by plugins`);
      this.#resolve(kustomization, reference, layer, 'config');
    }
    if (role === 'resource') {
      for (const generator of kustomization.generators) this.#generate(kustomization, generator, inner);
      for (const chart of kustomization.charts) this.#unrendered.add(`the Helm chart ${chart} of ${kustomization.path}`);
    }
    this.#takeComponents(kustomization, layer, role);
    for (const patch of kustomization.patches) this.#patch(kustomization, patch, layer);
    for (const reference of kustomization.config) {
      const path = joined(kustomization.folder, reference.text);
      if (this.#reach.exists(path) !== false) this.#add(path, 'config', layer);
      else this.#unresolved(kustomization, reference, 'not there');
    }
    this.#within.delete(kustomization.folder);
  }

  #resolve(kustomization: Kustomization, reference: Reference, layer: Layer, role: 'resource' | 'config'): void {
    const found = resolved(kustomization, reference, this.#reach);
    if (found.file !== undefined) this.#add(found.file.path, role, layer);
    else if (found.kustomization === undefined) {
      const there = this.#reach.exists(joined(kustomization.folder, reference.text));
      this.#unresolved(kustomization, reference, there === true ? 'no kustomization in it' : 'not there');
    } else if (this.#within.has(found.kustomization.folder)) this.#unresolved(kustomization, reference, 'a circle');
    else this.take(found.kustomization, layer, role);
  }

  /** A component's entries get what it and the components after it do. */
  #takeComponents(kustomization: Kustomization, layer: Layer, role: 'resource' | 'config'): void {
    let around = layer;
    for (const reference of kustomization.components.toReversed()) {
      this.#resolve(kustomization, reference, around, role);
      const component = resolved(kustomization, reference, this.#reach).kustomization;
      if (component !== undefined && !this.#within.has(component.folder)) around = this.#around(component, around);
    }
  }

  /** The layer of what a kustomization has taken in and generated: all of its components work on that. */
  #throughComponents(kustomization: Kustomization, layer: Layer): Layer {
    let around = layer;
    for (const reference of kustomization.components.toReversed()) {
      const component = resolved(kustomization, reference, this.#reach).kustomization;
      if (component !== undefined && !this.#within.has(component.folder)) around = this.#around(component, around);
    }
    return around;
  }

  /** What a component, with components of its own, does to what it works on. */
  #around(component: Kustomization, outer: Layer): Layer {
    if (this.#within.size > DEEPEST || ++this.#looks > MOST_INCLUSIONS) return outer;
    this.#within.add(component.folder);
    const layer = this.#throughComponents(component, within(component, outer));
    this.#within.delete(component.folder);
    return layer;
  }

  #patch(kustomization: Kustomization, patch: PatchReference, layer: Layer): void {
    let values: readonly unknown[] = [];
    if (patch.file !== undefined) {
      const file = this.#reach.file(joined(kustomization.folder, patch.file.text));
      if (file === undefined) this.#unresolved(kustomization, patch.file, 'not there');
      else {
        this.#add(file.path, 'patch', layer);
        values = file.values;
      }
    } else if (patch.inline !== undefined && patch.target === undefined) {
      values = inlineValues(kustomization.path, patch.inline);
    }
    if (patch.target !== undefined) this.#patched.push(patch.target);
    else this.#patched.push(...targetsOf(values));
  }

  #generate(kustomization: Kustomization, generator: Generator, layer: Layer): void {
    let keys: string[] | undefined = [...generator.keys];
    for (const env of generator.envs) {
      const content = this.#reach.text(joined(kustomization.folder, env));
      if (content === undefined) keys = undefined;
      else keys?.push(...envKeys(content));
    }
    const { kind, name, namespace, type, hashed, behavior } = generator;
    const key = [kind, namespace ?? '', name].join('\0');
    const before = this.#generated.get(key);
    if (before !== undefined && behavior !== 'create') {
      const all = behavior === 'merge' && keys !== undefined ? before.keys && [...new Set([...before.keys, ...keys])] : keys;
      const { keys: _, ...rest } = before;
      const merged = { ...rest, hashed: before.hashed && hashed };
      this.#generated.set(key, all === undefined ? merged : { ...merged, keys: all });
      return;
    }
    this.#generated.set(key, {
      kind,
      name,
      // What is added to a resource does not change its name.
      hashed: hashed && behavior === 'create',
      onto: behavior !== 'create',
      ...(namespace === undefined ? {} : { namespace }),
      ...(type === undefined ? {} : { type }),
      ...(keys === undefined ? {} : { keys }),
      ...affixes(layer),
    });
  }

  #unresolved(kustomization: Kustomization, reference: Reference, why: Unresolved['why']): void {
    // A placeholder in a path is somebody else's to fill in.
    const elsewhere = why === 'not there' && (isRemote(reference.text) || /\$\{|\{\{/.test(reference.text));
    const entry = {
      path: kustomization.path,
      at: reference.at,
      reference: reference.text,
      why: elsewhere ? 'remote' : why,
    } as const;
    (elsewhere ? this.#remote : this.#missing).push(entry);
  }

  /** A resource may be there several times, with names of its own each time. */
  #add(path: string, role: ClosureFile['role'], layer: Layer): void {
    const key = role === 'resource' ? [path, layer.namePrefix, layer.nameSuffix, layer.namespace ?? ''].join('\0') : path;
    if (!this.#files.has(key)) this.#files.set(key, { path, role, layer });
    if (role === 'resource') this.#resources.add(path);
  }

  /** What is taken in as a resource is judged, even if it is a patch as well. */
  #filesOnce(): ClosureFile[] {
    return [...this.#files.values()].filter((it) => it.role === 'resource' || !this.#resources.has(it.path));
  }
}

/** What the namespace, prefixes, suffixes and images of the kustomizations around one make together with its own. */
function within(kustomization: Kustomization, outer: Layer): Layer {
  const namespace = outer.namespace ?? kustomization.namespace;
  return {
    ...(namespace === undefined ? {} : { namespace }),
    namePrefix: outer.namePrefix + kustomization.namePrefix,
    nameSuffix: kustomization.nameSuffix + outer.nameSuffix,
    images: kustomization.images.length === 0 ? outer.images : [...kustomization.images, ...outer.images],
  };
}

/** The parts of a layer that change names, as far as they are there. */
export function affixes(layer: { readonly namePrefix: string; readonly nameSuffix: string }): {
  namePrefix?: string;
  nameSuffix?: string;
} {
  return {
    ...(layer.namePrefix === '' ? {} : { namePrefix: layer.namePrefix }),
    ...(layer.nameSuffix === '' ? {} : { nameSuffix: layer.nameSuffix }),
  };
}
