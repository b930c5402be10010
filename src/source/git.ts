import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { codeOf, realPath, slashed } from './disk.ts';

/** Why a revision cannot be read, in words that end a sentence. */
export class GitError extends Error {
  override readonly name = 'GitError';
}

/** A file of a revision: its mode (`100644`, `120000` for a symbolic link) and the name of its content. */
export interface GitFile {
  readonly mode: string;
  readonly id: string;
  /** The work tree that has the content: the repository's, or a submodule's. Absolute. */
  readonly repository: string;
}

/** All files of a revision, by their path from the root of the repository, with `/`. */
export interface GitTree {
  /** The root of the work tree, absolute and real. */
  readonly root: string;
  readonly files: ReadonlyMap<string, GitFile>;
  /** Submodules whose content at that revision is not at hand, by path. */
  readonly missing: readonly string[];
}

const MOST_OUTPUT = 2 ** 30;
/** Nothing is fetched, nothing locked, no pager; a path is what it says. */
const CAREFULLY = [
  '--no-pager',
  '--no-optional-locks',
  '--literal-pathspecs',
  '-c',
  'protocol.allow=never',
  '-c',
  'core.fsmonitor=false',
];

/** Runs git. The only process that podlint starts, and only for `--since`. */
function git(folder: string, args: readonly string[], input?: string): { readonly out: Buffer; readonly failure?: string } {
  const ran = spawnSync('git', [...CAREFULLY, ...args], {
    cwd: folder,
    input: input ?? '',
    maxBuffer: MOST_OUTPUT,
    windowsHide: true,
  });
  if (ran.error !== undefined) {
    const code = codeOf(ran.error);
    throw new GitError(code === 'ENOENT' ? 'git is not installed' : `git could not be run (${code ?? ran.error.message})`);
  }
  if (ran.status === 0) return { out: ran.stdout };
  const said = ran.stderr.toString('utf8').trim().split('\n')[0] ?? '';
  return { out: ran.stdout, failure: said.replace(/^fatal: /, '') || `git ended with ${ran.status ?? ran.signal}` };
}

/**
 * The files of a revision, without touching the work tree.
 * @param folder absolute; its repository is read
 * @param revision a commit, branch, tag or tree; `main...` is where the branch that is checked out left `main`
 * @throws GitError
 */
export function readTree(folder: string, revision: string): GitTree {
  const start = nearestFolder(folder);
  const top = git(start, ['rev-parse', '--show-toplevel']);
  if (top.failure !== undefined)
    throw new GitError(/not a git repository/.test(top.failure) ? 'there is no git repository here' : top.failure);
  const root = realPath(resolve(top.out.toString('utf8').replace(/\r?\n$/, '')));
  const id = treeOf(root, revision);
  const files = new Map<string, GitFile>();
  const missing: string[] = [];
  list(root, id, '', files, missing, 0);
  return { root, files, missing };
}

/** The folder, or the nearest one above it that is there. */
function nearestFolder(folder: string): string {
  let at = folder;
  while (statSync(at, { throwIfNoEntry: false })?.isDirectory() !== true && dirname(at) !== at) at = dirname(at);
  return at;
}

function treeOf(root: string, revision: string): string {
  const named = (name: string) => git(root, ['rev-parse', '--verify', '--quiet', `${name}^{tree}`]);
  const unknown = () => {
    const shallow = git(root, ['rev-parse', '--is-shallow-repository']).out.toString('utf8').trim() === 'true';
    const way = shallow
      ? 'this clone is shallow: fetch it with its history (`fetch-depth: 0` of actions/checkout, or `git fetch --unshallow`)'
      : 'no such commit, branch or tag here; a branch that was not fetched is `origin/<name>`, or must be fetched first';
    return new GitError(way);
  };
  if (revision === '' || revision.startsWith('-') || /[\0\n]/.test(revision)) throw new GitError('is no name of a revision');
  let name = revision;
  if (revision.endsWith('...')) {
    const branch = revision.slice(0, -3);
    if (named(branch).failure !== undefined) throw unknown();
    const base = git(root, ['merge-base', branch, 'HEAD']);
    if (base.failure !== undefined) throw new GitError(`the branch that is checked out and ${branch} have no common commit here`);
    name = base.out.toString('utf8').trim();
  }
  const tree = named(name);
  if (tree.failure !== undefined) throw unknown();
  return tree.out.toString('utf8').trim();
}

const DEEPEST_SUBMODULE = 8;

function list(
  repository: string,
  tree: string,
  prefix: string,
  files: Map<string, GitFile>,
  missing: string[],
  depth: number,
): void {
  const listed = git(repository, ['ls-tree', '-r', '-z', '--full-tree', tree]);
  if (listed.failure !== undefined) {
    if (prefix === '') throw new GitError(listed.failure);
    missing.push(prefix.slice(0, -1));
    return;
  }
  for (const entry of listed.out.toString('utf8').split('\0')) {
    const match = /^(\d+) (\w+) ([0-9a-f]+)\t([\s\S]+)$/.exec(entry);
    if (match === null) continue;
    const [, mode = '', type, id = '', name = ''] = match;
    const path = prefix + name;
    if (type === 'blob') files.set(path, { mode, id, repository });
    else if (type === 'commit') {
      const inner = join(repository, name);
      if (depth < DEEPEST_SUBMODULE && existsSync(join(inner, '.git'))) list(inner, id, `${path}/`, files, missing, depth + 1);
      else missing.push(path);
    }
  }
}

/** Content of files by their id; undefined for what is not in the clone, a number (bytes) for what is larger than `max`. */
export function readContents(
  repository: string,
  ids: readonly string[],
  max: number,
): ReadonlyMap<string, Buffer | number | undefined> {
  const contents = new Map<string, Buffer | number | undefined>();
  const wanted: string[] = [];
  const checked = git(repository, ['cat-file', '--batch-check'], `${ids.join('\n')}\n`);
  for (const line of checked.out.toString('utf8').split('\n')) {
    const [id = '', type, size] = line.split(' ');
    if (type === 'blob' && Number(size) <= max) wanted.push(id);
    else if (type === 'blob') contents.set(id, Number(size));
  }
  if (wanted.length === 0) return contents;
  const { out } = git(repository, ['cat-file', '--batch'], `${wanted.join('\n')}\n`);
  for (let at = 0; at < out.length; ) {
    const end = out.indexOf(10, at);
    if (end < 0) break;
    const [id = '', type, size] = out.toString('latin1', at, end).split(' ');
    at = end + 1;
    if (type !== 'blob') continue;
    contents.set(id, out.subarray(at, at + Number(size)));
    at += Number(size) + 1;
  }
  return contents;
}

/** A path on disk as its path from the root of a repository; undefined when it is not in it. */
export function withinRepository(root: string, disk: string): string | undefined {
  const inside = slashed(relative(root, disk));
  return inside === '..' || inside.startsWith('../') || resolve(root, inside.split('/').join(sep)) !== disk ? undefined : inside;
}
