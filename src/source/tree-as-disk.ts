import type { Dirent, Stats } from 'node:fs';
import { basename, join, sep } from 'node:path';

interface Entry {
  readonly path: string;
  readonly folder: boolean;
}

/** The part of a file system that the package for globs asks for, over a list of paths (with `/`) below a root, instead of a disk. */
export function treeAsDisk(entries: readonly Entry[], root: string) {
  const children = new Map<string, Dirent[]>();
  const all = new Map<string, Entry>([[root, { path: '', folder: true }]]);
  for (const entry of entries) {
    const full = join(root, ...entry.path.split('/'));
    all.set(full, entry);
    const above = full.slice(0, full.lastIndexOf(sep));
    const list = children.get(above);
    if (list) list.push(described(full, entry));
    else children.set(above, [described(full, entry)]);
  }
  const readdirSync = (folder: string): Dirent[] => {
    const list = children.get(folder);
    if (list === undefined) throw notThere(folder);
    return list;
  };
  const lstatSync = (path: string): Stats => {
    const entry = all.get(path);
    if (entry === undefined) throw notThere(path);
    return described(path, entry) as unknown as Stats;
  };
  return { readdirSync, lstatSync, realpathSync: (path: string) => path };
}

function described(full: string, { folder }: Entry): Dirent {
  const no = () => false;
  const made = {
    name: basename(full),
    isFile: () => !folder,
    isDirectory: () => folder,
    isSymbolicLink: no,
    isFIFO: no,
    isSocket: no,
    isCharacterDevice: no,
    isBlockDevice: no,
  };
  return made as unknown as Dirent;
}

function notThere(path: string): Error {
  return Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
}
