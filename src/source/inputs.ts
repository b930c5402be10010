import { existsSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { codeOf, isLink, readBuffer, readBytes, readDescriptor, realPath, slashed, whyNot } from './disk.ts';
import { type ReadError, type SourceFile, STDIN } from './document.ts';
import { decodeText, type Encoding } from './encoding.ts';
import { notIgnored } from './ignored.ts';
import { FOREIGN, isManifestName, type WalkState, walkFolder } from './walk.ts';

export interface InputOptions {
  /** The working directory, absolute. */
  readonly cwd: string;
  /** False takes also what .gitignore names, and the folders node_modules, vendor and those that begin with a dot. */
  readonly ignore?: boolean;
  /** The name that standard input is reported under. */
  readonly stdinFilename?: string;
  /** Bytes of one file beyond which it is not judged. */
  readonly maxBytes?: number;
  /** The file descriptor that `-` reads. */
  readonly stdin?: number;
}

/** One text that can be read. */
export interface InputEntry {
  /** As it is reported: relative to the working directory, with `/`. It may hold any character but NUL. */
  readonly path: string;
  /** As it is opened. */
  readonly disk: string;
  /** Its real path: two names of one file have the same. */
  readonly real: string;
  /** Index into `Inputs.roots`; -1 for a file that no argument stands for. */
  readonly root: number;
  readonly stdin: boolean;
}

/** What arguments stand for: a folder each (nested ones belong to the outermost), all single files together, or standard input. */
export interface InputRoot {
  readonly kind: 'folder' | 'files' | 'stdin';
  /** The folder, `.` for the working directory; the empty string for single files and standard input. */
  readonly path: string;
}

/** Why something that an argument stands for is not judged. */
export interface InputProblem {
  readonly path: string;
  readonly why: string;
  readonly level: 'error' | 'note';
}

/** A text that was read. `error` is the first bytes that are no text; everything around them is in `file`. */
export interface ReadText {
  readonly file: SourceFile;
  readonly encoding: Encoding;
  readonly error?: ReadError;
}

export interface Inputs {
  readonly roots: readonly InputRoot[];
  /** Folders in the order of the arguments, then single files and standard input in theirs; no file twice. */
  readonly entries: readonly InputEntry[];
  readonly problems: readonly InputProblem[];
  /** Files and folders that were passed over because they are ignored by default. */
  readonly ignored: number;
  /** Set when there is no entry at all: what was looked for. */
  readonly nothing?: string;
  /** Reads one text. Never throws; nothing is kept. */
  read(entry: InputEntry): ReadText | InputProblem;
  /** The entry of a file, whatever way its path is written. */
  find(path: string): InputEntry | undefined;
  /** A file on disk that is not among the entries: what a kustomization refers to. Undefined when it is not there. */
  beyond(path: string): InputEntry | undefined;
  /** A path as files are reported: relative to the working directory, with `/`. */
  relative(path: string): string;
  /** Whether there is a file or folder of that path. */
  exists(path: string): boolean;
}

const MAX_BYTES = 256 * 1024 * 1024;

/**
 * What the command line's paths stand for: files, folders, globs and `-`. What cannot be read is a problem beside the other files,
 * never an exception. Asynchronous only because the packages for globs and .gitignore are loaded when they are needed.
 */
export async function collectInputs(args: readonly string[], options: InputOptions): Promise<Inputs> {
  const given = new Arguments(options);
  for (const argument of args) await given.add(argument);
  const roots: InputRoot[] = [];
  const entries: InputEntry[] = [];
  const folderRoots = await addFolders(given, roots, entries);
  addSingles(given, folderRoots, roots, entries);
  const { walk } = given;
  const nothing = entries.length === 0 ? { nothing: nothingFound(args, walk.ignored) } : {};
  return { roots, entries, problems: walk.problems, ignored: walk.ignored, ...nothing, ...access(entries, options) };
}

/** The same inputs again, elsewhere: from what is plain data of them. */
export function reopened(
  { roots, entries, problems, ignored, nothing }: Pick<Inputs, 'roots' | 'entries' | 'problems' | 'ignored' | 'nothing'>,
  options: InputOptions,
): Inputs {
  return { roots, entries, problems, ignored, nothing, ...access(entries, options) };
}

interface Given {
  readonly path: string;
  readonly disk: string;
  readonly real: string;
}

/** The arguments, sorted into folders and single texts. */
class Arguments {
  readonly cwd: string;
  /** By real path. */
  readonly folders = new Map<string, Given>();
  readonly singles: Given[] = [];
  readonly stdin: Given;
  readonly walk: WalkState;

  constructor(options: InputOptions) {
    this.cwd = options.cwd;
    this.stdin = { path: options.stdinFilename ?? STDIN, disk: '', real: '-' };
    this.walk = { folders: new Set(), files: new Set(), problems: [], ignore: options.ignore ?? true, ignored: 0 };
  }

  async add(argument: string): Promise<void> {
    if (argument === '-') {
      this.singles.push(this.stdin);
      return;
    }
    const disk = resolve(this.cwd, argument);
    let stats: Stats | undefined;
    try {
      if (argument !== '') stats = statSync(disk);
    } catch (thrown) {
      if (isGlob(argument)) await this.#addMatches(argument);
      else this.#problem(argument, isLink(disk) ? `symbolic link: ${whyNot(thrown)}` : whyNot(thrown));
      return;
    }
    if (stats === undefined) this.#problem(argument, 'no such file or folder');
    else if (stats.isDirectory()) this.#addFolder(disk);
    else if (stats.isFile()) this.singles.push(this.#given(disk));
    // A pipe or a device keeps the name it was given by: /dev/fd/63 is nothing relative to a folder.
    else this.singles.push({ path: slashed(argument), disk, real: disk });
  }

  async #addMatches(pattern: string): Promise<void> {
    // `*.tpl` asks for such files; `k8s/*` asks for the manifests among them.
    const anyName = /\.[\w.]+$/.test(pattern);
    let used = 0;
    for (const match of await this.#matches(pattern)) {
      if (match.isFolder) this.#addFolder(match.disk);
      else if (anyName || isManifestName(basename(match.disk))) this.singles.push(match);
      else continue;
      used++;
    }
    if (used === 0) this.#problem(pattern, `no file matches "${pattern}"`);
  }

  /** What matches, sorted, without what is ignored unless the pattern names it. */
  async #matches(pattern: string): Promise<(Given & { readonly isFolder: boolean })[]> {
    const { glob } = await import('glob');
    const { ignore } = this.walk;
    let names: string[];
    try {
      names = await glob(pattern, {
        cwd: this.cwd,
        dot: !ignore,
        mark: true,
        posix: true,
        windowsPathsNoEscape: sep === '\\',
        ignore: ignore ? FOREIGN.filter((it) => !pattern.includes(it)).map((it) => `**/${it}/**`) : [],
      });
    } catch {
      return [];
    }
    const matches = names.sort().map((name) => ({ ...this.#given(resolve(this.cwd, name)), isFolder: name.endsWith('/') }));
    if (!ignore) return matches;
    const base = dirname(`${pattern.slice(0, pattern.search(GLOB))}x`);
    const kept = await notIgnored(matches, realPath(resolve(this.cwd, base)));
    this.walk.ignored += matches.length - kept.length;
    return kept;
  }

  #addFolder(disk: string): void {
    const given = this.#given(disk);
    if (!this.folders.has(given.real)) this.folders.set(given.real, given);
  }

  #given(disk: string): Given {
    return { path: slashed(relative(this.cwd, disk)) || '.', disk, real: realPath(disk) };
  }

  #problem(path: string, why: string): void {
    this.walk.problems.push({ path: slashed(path), why, level: 'error' });
  }
}

/** The characters that make an argument which names no file a pattern: `*`, `?`, `[…]`, `{…}`, and `!(…)`, `+(…)`, `@(…)`. */
export const GLOB = /[*?[{]|[!+@]\(/;

function isGlob(argument: string): boolean {
  return GLOB.test(argument);
}

/**
 * The files of all folders, and which root each folder belongs to (by real path). Of nested folders the outermost is walked first, so
 * that an inner one adds only what the outer one ignores.
 */
async function addFolders(given: Arguments, roots: InputRoot[], entries: InputEntry[]): Promise<Map<string, number>> {
  const groups = new Map<string, Given[]>();
  for (const folder of given.folders.values()) {
    const outer = outermost(folder.real, given.folders) ?? folder.real;
    const group = groups.get(outer);
    if (group === undefined) groups.set(outer, [folder]);
    else if (folder.real === outer) group.unshift(folder);
    else group.push(folder);
  }
  const folderRoots = new Map<string, number>();
  for (const [outer, group] of groups) {
    for (const folder of group) {
      const files = await walkFolder({ ...folder, path: folder.path === '.' ? '' : folder.path }, given.walk);
      if (folder.real !== outer && files.length === 0) continue;
      const root = roots.push({ kind: 'folder', path: folder.path }) - 1;
      folderRoots.set(folder.real, root);
      for (const { path, disk, real } of files) entries.push({ path, disk, real, root, stdin: false });
    }
  }
  return folderRoots;
}

/** Single files and standard input. A file within a folder that was given, which the walk passed over, belongs to that folder. */
function addSingles(given: Arguments, folderRoots: ReadonlyMap<string, number>, roots: InputRoot[], entries: InputEntry[]): void {
  const together: { files?: number; stdin?: number } = {};
  for (const single of given.singles) {
    if (given.walk.files.has(single.real)) continue;
    given.walk.files.add(single.real);
    const kind = single === given.stdin ? 'stdin' : 'files';
    const folder = kind === 'files' ? outermost(single.real, folderRoots) : undefined;
    const root = folder === undefined ? (together[kind] ??= roots.push({ kind, path: '' }) - 1) : folderRoots.get(folder)!;
    entries.push({ path: single.path, disk: single.disk, real: single.real, root, stdin: kind === 'stdin' });
  }
}

/** The outermost of the folders that hold the path. */
function outermost(path: string, folders: ReadonlyMap<string, unknown>): string | undefined {
  let found = folders.has(path) ? path : undefined;
  for (let at = path; ; ) {
    const above = dirname(at);
    if (above === at) return found;
    if (folders.has(above)) found = above;
    at = above;
  }
}

function nothingFound(args: readonly string[], ignored: number): string {
  if (args.length === 0) return 'no path was given';
  const passed = ignored === 0 ? '' : `; ${ignored} ignored (--no-ignore takes them)`;
  return `no .yaml, .yml or .json file in ${args.length === 1 ? `"${args[0]}"` : `any of ${args.length} paths`}${passed}`;
}

/** How the entries are read and looked up. */
function access(
  entries: readonly InputEntry[],
  options: InputOptions,
): Pick<Inputs, 'read' | 'find' | 'beyond' | 'relative' | 'exists'> {
  const { cwd, maxBytes = MAX_BYTES, stdin = 0 } = options;
  let buffer: Buffer | undefined;
  let byName: Map<string, InputEntry> | undefined;
  return {
    read(entry) {
      buffer ??= readBuffer();
      try {
        const bytes = entry.stdin ? readDescriptor(stdin, buffer, maxBytes) : readBytes(entry.disk, buffer, maxBytes);
        return typeof bytes === 'number' ? unread(entry, tooLarge(bytes, maxBytes)) : textOf(entry, bytes);
      } catch (thrown) {
        return unread(entry, whyUnread(entry, thrown));
      }
    },
    find(path) {
      byName ??= indexed(entries);
      return byName.get(path) ?? byName.get(realPath(resolve(cwd, path)));
    },
    beyond(path) {
      const disk = resolve(cwd, path);
      try {
        if (!statSync(disk).isFile()) return undefined;
      } catch {
        return undefined;
      }
      return { path, disk, real: realPath(disk), root: -1, stdin: false };
    },
    relative: (path) => slashed(relative(cwd, resolve(cwd, path))) || '.',
    exists: (path) => existsSync(resolve(cwd, path)),
  };
}

function textOf(entry: InputEntry, bytes: Buffer): ReadText | InputProblem {
  const decoded = decodeText(bytes);
  if (decoded === undefined) return unread(entry, 'holds NUL bytes: a binary file, or UTF-16 without a byte order mark');
  const { text, encoding, error } = decoded;
  const file = { path: entry.path, text };
  return error === undefined ? { file, encoding } : { file, encoding, error };
}

function unread(entry: InputEntry, why: string): InputProblem {
  return { path: entry.path, why, level: 'error' };
}

/** By real path and, which is stronger, by the path that is reported. */
function indexed(entries: readonly InputEntry[]): Map<string, InputEntry> {
  const byName = new Map<string, InputEntry>();
  for (const entry of entries) byName.set(entry.real, entry);
  for (const entry of entries) byName.set(entry.path, entry);
  return byName;
}

function tooLarge(size: number, max: number): string {
  return `${megabytes(size)} MB, more than the ${megabytes(max)} MB that are read of one file`;
}

function megabytes(bytes: number): string {
  return (bytes / (1024 * 1024)).toFixed(bytes < 10 * 1024 * 1024 ? 1 : 0);
}

function whyUnread(entry: InputEntry, thrown: unknown): string {
  const code = codeOf(thrown);
  if (code === 'ENOENT' && entry.path.includes('\uFFFD')) return 'its name is not UTF-8, so it cannot be opened';
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'it was there and is no longer';
  if (code === 'ERR_STRING_TOO_LONG') return 'too large for one text';
  return whyNot(thrown);
}

/** About as much as they hold: the rest is taken to be like the first, once those are so much. */
export function bytesOf(entries: readonly InputEntry[], enough: number): number {
  let bytes = 0;
  for (let i = 0; i < entries.length; i++) {
    const { disk, stdin } = entries[i]!;
    if (!stdin) bytes += statSync(disk, { throwIfNoEntry: false })?.size ?? 0;
    if (bytes >= enough) return (bytes / (i + 1)) * entries.length;
  }
  return bytes;
}
