import { posix, resolve } from 'node:path';
import { codeOf, realPath } from './disk.ts';
import { decodeText } from './encoding.ts';
import { GitError, type GitFile, type GitTree, readContents, readTree, withinRepository } from './git.ts';
import type { InputEntry, InputOptions, InputProblem, InputRoot, Inputs, ReadText } from './inputs.ts';
import { FOREIGN, inWalkOrder, isManifestName } from './walk.ts';

const MAX_BYTES = 256 * 1024 * 1024;
/** Contents are asked for together: so many files, and no more than so many bytes of one that is kept for later. */
const AT_ONCE = 256;
const LINK = '120000';
const MOST_LINKS = 32;

/**
 * What the command line's paths stood for at a git revision, to be read as `collectInputs` reads the disk. A path that was not there has no entries.
 * Names are those of today: relative to the working directory.
 * @throws GitError
 */
export async function revisionInputs(
  args: readonly string[],
  options: InputOptions & { readonly revision: string },
): Promise<Inputs & { readonly missing: readonly string[] }> {
  const cwd = realPath(options.cwd);
  const disks = args.map((argument) => {
    if (argument === '-') throw new GitError('standard input has no earlier state: name files or folders');
    return resolve(cwd, argument);
  });
  const tree = readTree(disks[0] ?? cwd, options.revision);
  const revision = new Revision(tree, cwd, options);
  for (const [i, disk] of disks.entries()) await revision.add(args[i]!, disk);
  return { ...revision.inputs(), missing: tree.missing };
}

class Revision {
  readonly #tree: GitTree;
  readonly #cwd: string;
  readonly #ignore: boolean;
  readonly #max: number;
  readonly #folders = new Set<string>(['']);
  readonly #roots: InputRoot[] = [];
  readonly #entries: InputEntry[] = [];
  readonly #taken = new Set<string>();
  readonly #contents = new Map<string, Buffer | number | undefined>();
  #files = -1;

  constructor(tree: GitTree, cwd: string, options: InputOptions) {
    this.#tree = tree;
    this.#cwd = cwd;
    this.#ignore = options.ignore ?? true;
    this.#max = options.maxBytes ?? MAX_BYTES;
    for (const path of tree.files.keys()) {
      for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
        const folder = path.slice(0, end);
        if (this.#folders.has(folder)) break;
        this.#folders.add(folder);
      }
    }
  }

  async add(argument: string, disk: string): Promise<void> {
    const path = this.#pathOf(disk);
    if (path === undefined) throw new GitError(`${argument} is not in the repository ${this.#tree.root}`);
    const real = this.#resolved(path);
    if (real !== undefined && this.#folders.has(real)) this.#addFolder(real);
    else if (this.#tree.files.has(path)) this.#addFile(path);
    else if (/[*?[{]|[!+@]\(/.test(argument)) await this.#addMatches(argument);
  }

  #pathOf(disk: string): string | undefined {
    return withinRepository(this.#tree.root, disk) ?? withinRepository(this.#tree.root, realPath(disk));
  }

  /** As it is reported: relative to the working directory. */
  #nameOf(path: string): string {
    return posix.relative(this.#inside(), path) || '.';
  }

  /** The working directory from the root of the repository. It may lie outside: then names begin with `../`. */
  #inside(): string {
    return posix.relative(this.#tree.root, this.#cwd);
  }

  #addFolder(folder: string): void {
    const prefix = folder === '' ? '' : `${folder}/`;
    const root = this.#roots.push({ kind: 'folder', path: this.#nameOf(folder) }) - 1;
    const found: { readonly path: string; readonly real: string }[] = [];
    const links: string[] = [];
    for (const [path, { mode }] of this.#tree.files) {
      if (!path.startsWith(prefix) || this.#isIgnored(path.slice(prefix.length))) continue;
      if (mode === LINK) links.push(path);
      else if (isManifestName(posix.basename(path))) found.push({ path, real: path });
    }
    const seen = new Set(found.map(({ real }) => real));
    for (const link of links)
      for (const one of this.#behind(link)) {
        if (seen.has(one.real)) continue;
        seen.add(one.real);
        found.push(one);
      }
    found.sort(inWalkOrder);
    for (const { path, real } of found) this.#take(path, real, root);
  }

  #isIgnored(inside: string): boolean {
    return (
      this.#ignore &&
      inside.split('/').some((part, i, parts) => i < parts.length - 1 && (part.startsWith('.') || FOREIGN.includes(part)))
    );
  }

  /** The manifests that a symbolic link leads to, under the link's name. */
  *#behind(link: string): Generator<{ readonly path: string; readonly real: string }> {
    const real = this.#resolved(link);
    if (real === undefined) return;
    if (this.#tree.files.has(real)) {
      if (isManifestName(posix.basename(link))) yield { path: link, real };
    } else if (this.#folders.has(real)) {
      const prefix = real === '' ? '' : `${real}/`;
      for (const [path, { mode }] of this.#tree.files) {
        const inside = path.slice(prefix.length);
        if (mode === LINK || !path.startsWith(prefix) || this.#isIgnored(inside) || !isManifestName(posix.basename(path)))
          continue;
        yield { path: `${link}/${inside}`, real: path };
      }
    }
  }

  /** The path that a path leads to once no symbolic link is in it; undefined for one that leads out of the tree, or in circles. */
  #resolved(path: string): string | undefined {
    let at = path;
    for (let links = 0; links < MOST_LINKS; links++) {
      const link = this.#firstLink(at);
      if (link === undefined) return at;
      const content = this.#content(this.#tree.files.get(link)!);
      const target = Buffer.isBuffer(content) ? content.toString('utf8') : '';
      if (target === '' || target.startsWith('/')) return undefined;
      const joined = posix.normalize(posix.join(posix.dirname(link), target, at.slice(link.length)));
      at = joined === '.' ? '' : joined.replace(/\/$/, '');
      if (at.startsWith('..')) return undefined;
    }
    return undefined;
  }

  #firstLink(path: string): string | undefined {
    for (let end = path.indexOf('/'); ; end = path.indexOf('/', end + 1)) {
      const part = end < 0 ? path : path.slice(0, end);
      if (this.#tree.files.get(part)?.mode === LINK) return part;
      if (end < 0) return undefined;
    }
  }

  #addFile(path: string): void {
    const real = this.#resolved(path);
    if (real === undefined || !this.#tree.files.has(real)) return;
    if (this.#files < 0) this.#files = this.#roots.push({ kind: 'files', path: '' }) - 1;
    this.#take(path, real, this.#files);
  }

  /** Patterns are matched against the names that the files would have today. */
  async #addMatches(pattern: string): Promise<void> {
    const { globSync } = await import('glob');
    const { treeAsDisk } = await import('./tree-as-disk.ts');
    const inside = this.#inside();
    const folders = [...this.#folders].filter((folder) => folder !== '');
    const paths = [...this.#tree.files.keys()].map((path) => ({ path, folder: false }));
    const disk = treeAsDisk([...paths, ...folders.map((path) => ({ path, folder: true }))], this.#tree.root);
    let names: string[];
    try {
      names = globSync(pattern, {
        cwd: this.#cwd,
        dot: !this.#ignore,
        mark: true,
        posix: true,
        fs: disk,
        ignore: this.#ignore ? FOREIGN.filter((it) => !pattern.includes(it)).map((it) => `**/${it}/**`) : [],
      });
    } catch (thrown) {
      throw new GitError(`${pattern} could not be matched (${codeOf(thrown) ?? String(thrown)})`);
    }
    const anyName = /\.[\w.]+$/.test(pattern);
    for (const name of names.sort()) {
      const path = posix.join(inside, name).replace(/\/$/, '');
      if (name.endsWith('/')) this.#addFolder(path);
      else if (anyName || isManifestName(posix.basename(path))) this.#addFile(path);
    }
  }

  #take(path: string, real: string, root: number): void {
    if (this.#taken.has(real)) return;
    this.#taken.add(real);
    this.#entries.push({ path: this.#nameOf(path), disk: real, real, root, stdin: false });
  }

  inputs(): Inputs {
    const entries = this.#entries;
    const byName = new Map(entries.map((entry) => [entry.path, entry]));
    const byReal = new Map(entries.map((entry) => [entry.real, entry]));
    const places = new Map(entries.map((entry, i) => [entry, i]));
    const pathOf = (name: string) => this.#pathOf(resolve(this.#cwd, name));
    return {
      roots: this.#roots,
      entries,
      problems: [],
      ignored: 0,
      read: (entry) => this.#read(entry, places.get(entry)),
      find: (name) => {
        const path = pathOf(name);
        const real = path === undefined ? undefined : this.#resolved(path);
        return byName.get(name) ?? (real === undefined ? undefined : byReal.get(real));
      },
      beyond: (name) => {
        const path = pathOf(name);
        const real = path === undefined ? undefined : this.#resolved(path);
        if (real === undefined || !this.#tree.files.has(real)) return undefined;
        return { path: name, disk: real, real, root: -1, stdin: false };
      },
      relative: (name) => this.#nameOf(pathOf(name) ?? name),
      exists: (name) => {
        const path = pathOf(name);
        const real = path === undefined ? undefined : this.#resolved(path);
        return real !== undefined && (this.#tree.files.has(real) || this.#folders.has(real));
      },
    };
  }

  #read(entry: InputEntry, place: number | undefined): ReadText | InputProblem {
    const file = this.#tree.files.get(entry.real);
    if (file === undefined) return unread(entry, 'is not in the revision');
    if (!this.#contents.has(file.id) && place !== undefined) this.#fetch(place, file.repository);
    const content = this.#content(file);
    this.#contents.delete(file.id);
    if (content === undefined) return unread(entry, 'its content is not in this clone');
    if (typeof content === 'number') return unread(entry, `${content} bytes, more than are read of one file`);
    const decoded = decodeText(content);
    if (decoded === undefined) return unread(entry, 'holds NUL bytes');
    const { text, encoding, error } = decoded;
    const read = { path: entry.path, text };
    return error === undefined ? { file: read, encoding } : { file: read, encoding, error };
  }

  #content(file: GitFile): Buffer | number | undefined {
    const known = this.#contents.get(file.id);
    if (known !== undefined) return known;
    return readContents(file.repository, [file.id], this.#max).get(file.id);
  }

  /** Reads the contents of the entry and of those that come after it: a process for each would take longer than the judgement. */
  #fetch(place: number, repository: string): void {
    const ids = new Set<string>();
    for (const { real } of this.#entries.slice(place, place + AT_ONCE)) {
      const file = this.#tree.files.get(real);
      if (file?.repository === repository) ids.add(file.id);
    }
    this.#contents.clear();
    for (const [id, content] of readContents(repository, [...ids], this.#max)) this.#contents.set(id, content);
  }
}

function unread(entry: InputEntry, why: string): InputProblem {
  return { path: entry.path, why, level: 'note' };
}
