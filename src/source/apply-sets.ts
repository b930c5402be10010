import { addCharts } from './chart-sets.ts';
import type { InputRoot } from './inputs.ts';
import type { ImageOverride, PatchTarget } from './kustomization.ts';
import { addKustomizations } from './kustomization-sets.ts';
import type { Generated, Unresolved } from './kustomize-closure.ts';
import { type FileRole, isOpen, ownRole, type ParsedFile } from './parsed-file.ts';
import { addPlain } from './plain-sets.ts';

export interface SetFile {
  readonly path: string;
  readonly role: FileRole;
  /** Not among the inputs: in the index, but not reported on. */
  readonly outside: boolean;
  /** What the kustomizations around the file make of its objects, if they do: all prefixes, all suffixes, the outermost namespace. */
  readonly namespace?: string;
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  readonly images?: readonly ImageOverride[];
}

/** What one `kubectl apply`, `kubectl apply -k` or chart release sends together. References resolve within it and its context. */
export interface ApplySet {
  /** Unique among the sets: its folder, or a label. */
  readonly id: string;
  readonly kind: 'plain' | 'kustomization' | 'chart' | 'stdin' | 'file';
  /** The folder; the empty string for files from several places. */
  readonly root: string;
  /** A base that a kustomization takes in by several ways is there several times, with other names each time. */
  readonly files: readonly SetFile[];
  /** Ids of sets whose objects are there as well when this one is applied. */
  readonly context: readonly string[];
  /** Why podlint judges less than what will be applied: for one note. */
  readonly unrendered?: string;
  /** Of the kustomization that is the root. */
  readonly namespace?: string;
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  readonly images: readonly ImageOverride[];
  readonly generated: readonly Generated[];
  /** What patches change: of these objects the text is not what is applied. */
  readonly patched: readonly PatchTarget[];
  /** Entries of kustomizations that are URLs, or hold a placeholder. */
  readonly remote: readonly Unresolved[];
  /** Entries of kustomizations that are not there, or lead in a circle: kustomize fails on them. */
  readonly missing: readonly Unresolved[];
  /** There may be objects that are not in `files` and `generated`. */
  readonly open: boolean;
}

export interface ApplySetOptions {
  readonly roots: readonly InputRoot[];
  /** Every file is a set of its own, whatever kustomizations say of it. */
  readonly each?: boolean;
  /** The reported path of the input file that a path names in another way (through a symbolic link). */
  alias?(path: string): string | undefined;
  /** A file that is not among the inputs, read and parsed; undefined when it is not there or cannot be read. */
  load?(path: string): ParsedFile | undefined;
  /** The text of a file that is not YAML. */
  text?(path: string): string | undefined;
  /** Whether a file or folder is there. Without it, files that are no objects are taken to be. */
  exists?(path: string): boolean;
}

/**
 * Finds what is applied together. Kustomizations that no other one takes in are roots, each with all that it takes in; a chart is one
 * set; what remains of each argument is one set, except where sub-folders define the same object (`splitAlternatives`). In the order of
 * the inputs.
 */
export function applySets(files: readonly ParsedFile[], options: ApplySetOptions): ApplySet[] {
  const drafts = new Drafts(files);
  if (options.each === true) {
    addCharts(drafts);
    addEach(drafts, options.roots);
  } else {
    const owners = addKustomizations(drafts, options);
    addCharts(drafts);
    addPlain(drafts, owners, options.roots);
  }
  return drafts.finished();
}

function addEach(drafts: Drafts, roots: readonly InputRoot[]): void {
  for (const file of drafts.files) {
    if (drafts.taken.has(file.path)) continue;
    const kind = roots[file.root]?.kind === 'stdin' ? 'stdin' : 'file';
    const files = [{ path: file.path, role: ownRole(file), outside: false }];
    drafts.add({ id: file.path, kind, root: '', files, open: isOpen(file) });
  }
}

export type Draft = Partial<ApplySet> & Pick<ApplySet, 'id' | 'kind' | 'root' | 'files' | 'open'>;

/** The sets as they come about, and which files are in one already. */
export class Drafts {
  readonly files: readonly ParsedFile[];
  readonly byPath = new Map<string, ParsedFile>();
  /** Paths of files that are in a set, whatever their role there. */
  readonly taken = new Set<string>();
  readonly #order = new Map<string, number>();
  readonly #sets: ApplySet[] = [];
  readonly #ids = new Set<string>();

  constructor(files: readonly ParsedFile[]) {
    this.files = files;
    for (const file of files) {
      this.#order.set(file.path, this.#order.size);
      this.byPath.set(file.path, file);
    }
  }

  /** Adds a set, and gives the id it got: `draft.id`, with a number if there is one of that id. */
  add(draft: Draft): string {
    let { id } = draft;
    for (let count = 2; this.#ids.has(id); count++) id = `${draft.id} (${count})`;
    this.#ids.add(id);
    for (const file of draft.files) this.taken.add(file.path);
    this.#sets.push({ context: [], images: [], generated: [], patched: [], remote: [], missing: [], ...draft, id });
    return id;
  }

  /** The sets, in the order of the first file of each. */
  finished(): ApplySet[] {
    const ordered = this.#sets.map((set) => ({ set, at: this.#first(set) }));
    return ordered.sort((a, b) => a.at - b.at).map((it) => it.set);
  }

  /** Gives each set what `context` finds to be around it, beside what it has. */
  surround(context: (set: ApplySet) => readonly string[]): void {
    this.#sets.forEach((set, index) => {
      const around = context(set);
      if (around.length > 0) this.#sets[index] = { ...set, context: [...new Set([...set.context, ...around])] };
    });
  }

  #first(set: ApplySet): number {
    let least = this.#order.size;
    for (const { path } of set.files) least = Math.min(least, this.#order.get(path) ?? least);
    return least;
  }
}
