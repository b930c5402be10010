import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { sep } from 'node:path';
import { specialName, whyNot } from './disk.ts';
import { type IgnoreState, ignoreStateOf, isIgnored, NOTHING_IGNORED, stateOfNamed, withRulesOf } from './ignored.ts';

/** What a walk hands over for each file, in the order of kubectl's walk: names sorted within each folder. */
export interface WalkedFile {
  /** As it is reported, with `/`. */
  readonly path: string;
  /** As it is opened, absolute. */
  readonly disk: string;
  /** Its real path, without symbolic links: the identity of the file. */
  readonly real: string;
}

/** Something a walk came across that is no file to read. */
export interface WalkedProblem {
  readonly path: string;
  readonly why: string;
  readonly level: 'error' | 'note';
}

/** What walks of one command share: each folder and file is handed over once, by whatever way it is reached. */
export interface WalkState {
  readonly folders: Set<string>;
  readonly files: Set<string>;
  readonly problems: WalkedProblem[];
  /** False takes what is ignored by default as well. */
  readonly ignore: boolean;
  /** Files and folders that were passed over. */
  ignored: number;
}

interface Folder {
  readonly path: string;
  readonly disk: string;
  readonly real: string;
}

interface Frame extends Folder {
  readonly state: IgnoreState;
  readonly children: readonly Dirent[];
  next: number;
}

/** Folders of other people's files: dependencies, not manifests of this repository. */
export const FOREIGN: readonly string[] = ['node_modules', 'vendor'];

/** `true` for names that a folder argument stands for: YAML and JSON files, and kustomize's name without an extension. */
export function isManifestName(name: string): boolean {
  const length = name.length;
  const dot = name.charCodeAt(length - 5) === 46 ? 5 : name.charCodeAt(length - 4) === 46 ? 4 : 0;
  if (dot === 0) return name === 'Kustomization';
  const extension = name.slice(length - dot + 1);
  if (extension === 'yaml' || extension === 'yml' || extension === 'json') return true;
  return /^(?:ya?ml|json)$/i.test(extension);
}

/**
 * All manifest files under a folder. Symbolic links are followed when everything else has been seen, so that a file is known by its
 * own name where it has one, and cannot lead in circles. A folder that is itself ignored, but was named, is walked as if it were not.
 */
export async function walkFolder(start: Folder, walk: WalkState): Promise<WalkedFile[]> {
  const files: WalkedFile[] = [];
  const links: Folder[] = [];
  await walkTree(start, walk.ignore ? await stateOfNamed(start.real) : NOTHING_IGNORED, walk, files, links);
  if (links.length === 0) return files;
  const found = files.length;
  for (let i = 0; i < links.length; i++) await followLink(links[i]!, walk, files, links);
  return files.length === found ? files : files.sort(inWalkOrder);
}

async function walkTree(start: Folder, state: IgnoreState, walk: WalkState, files: WalkedFile[], links: Folder[]): Promise<void> {
  const first = enter(start, state, walk);
  if (first === undefined) return;
  const frames: Frame[] = [first];
  while (frames.length > 0) {
    const frame = frames[frames.length - 1]!;
    const child = frame.children[frame.next++];
    if (child === undefined) {
      frames.pop();
      continue;
    }
    const name = child.name;
    if (child.isDirectory()) {
      if (walk.ignore && (name.charCodeAt(0) === 46 || FOREIGN.includes(name))) {
        if (name !== '.git') walk.ignored++;
        continue;
      }
      const folder = within(frame, name);
      if (isIgnored(folder.real, true, frame.state.rules)) walk.ignored++;
      else await descend(folder, frame.state, walk, frames);
    } else if (child.isSymbolicLink()) {
      // Emacs marks a file that is being edited by a link to nowhere of this name.
      if (name.startsWith('.#')) continue;
      if (isIgnored(within(frame, name).real, false, frame.state.rules)) walk.ignored++;
      else links.push(within(frame, name));
    } else if (isManifestName(name)) {
      const file = within(frame, name);
      if (isIgnored(file.real, false, frame.state.rules)) walk.ignored++;
      else if (child.isFile()) take(file, walk, files);
      else walk.problems.push({ path: file.path, why: `${specialName(child)}: skipped`, level: 'note' });
    }
  }
}

async function descend(folder: Folder, state: IgnoreState, walk: WalkState, frames: Frame[]): Promise<void> {
  const frame = enter(folder, state, walk);
  if (frame === undefined) return;
  if (walk.ignore) {
    // A work tree within the work tree (a submodule) has rules of its own.
    if (has(frame.children, '.git')) frames.push({ ...frame, state: await ignoreStateOf(folder.real) });
    else if (state.inWorkTree && has(frame.children, '.gitignore')) {
      frames.push({ ...frame, state: await withRulesOf(folder.real, state) });
    } else frames.push(frame);
  } else frames.push(frame);
}

function enter(folder: Folder, state: IgnoreState, walk: WalkState): Frame | undefined {
  if (walk.folders.has(folder.real)) return undefined;
  walk.folders.add(folder.real);
  try {
    const children = readdirSync(folder.disk, { withFileTypes: true });
    children.sort((a, b) => (a.name < b.name ? -1 : 1));
    return { path: folder.path, disk: folder.disk, real: folder.real, state, children, next: 0 };
  } catch (thrown) {
    walk.problems.push({ path: folder.path, why: whyNot(thrown), level: 'error' });
    return undefined;
  }
}

/** The children are sorted, and names that begin with a dot stand near the front. */
function has(children: readonly Dirent[], name: string): boolean {
  for (const child of children) {
    if (child.name === name) return true;
    if (child.name > name) return false;
  }
  return false;
}

async function followLink(link: Folder, walk: WalkState, files: WalkedFile[], links: Folder[]): Promise<void> {
  const name = link.disk.slice(link.disk.lastIndexOf(sep) + 1);
  let real: string;
  let stats: Stats;
  try {
    real = realpathSync.native(link.disk);
    stats = statSync(real);
  } catch (thrown) {
    if (isManifestName(name)) walk.problems.push({ path: link.path, why: `symbolic link: ${whyNot(thrown)}`, level: 'error' });
    return;
  }
  if (stats.isDirectory()) {
    if (walk.ignore && (name.startsWith('.') || FOREIGN.includes(name))) walk.ignored++;
    else {
      const state = walk.ignore ? await ignoreStateOf(real) : NOTHING_IGNORED;
      await walkTree({ path: link.path, disk: link.disk, real }, state, walk, files, links);
    }
  } else if (isManifestName(name)) {
    if (stats.isFile()) take({ path: link.path, disk: link.disk, real }, walk, files);
    else walk.problems.push({ path: link.path, why: `${specialName(stats)}: skipped`, level: 'note' });
  }
}

function take(file: WalkedFile, walk: WalkState, files: WalkedFile[]): void {
  if (walk.files.has(file.real)) return;
  walk.files.add(file.real);
  files.push(file);
}

function within(folder: Folder, name: string): Folder {
  const disk = beneath(folder.disk, sep, name);
  const real = folder.real === folder.disk ? disk : beneath(folder.real, sep, name);
  return { path: folder.path === '' ? name : beneath(folder.path, '/', name), disk, real };
}

function beneath(folder: string, separator: string, name: string): string {
  return folder.endsWith(separator) ? folder + name : folder + separator + name;
}

/** The order in which a walk comes across files. */
export function inWalkOrder(a: { readonly path: string }, b: { readonly path: string }): number {
  // As if `/` came before every other character, so that a folder's files stand together.
  const length = Math.min(a.path.length, b.path.length);
  let i = 0;
  while (i < length && a.path.charCodeAt(i) === b.path.charCodeAt(i)) i++;
  if (i === length) return a.path.length - b.path.length;
  const x = a.path.charCodeAt(i);
  const y = b.path.charCodeAt(i);
  return x === 47 ? -1 : y === 47 ? 1 : x - y;
}
