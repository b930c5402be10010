/** A file to be put into a set: its path, and the objects it defines as far as they have a name of their own. */
export interface Placed {
  readonly path: string;
  /** Group, kind, namespace and name in one string each. */
  readonly identities: readonly string[];
  /** False for files without any object, which do not count as an environment. */
  readonly hasObjects: boolean;
}

/** A folder's files that are applied together. */
export interface Group<T extends Placed> {
  readonly folder: string;
  readonly files: readonly T[];
  /** Index of the group around it, whose objects are there as well; -1 for none. */
  readonly outer: number;
}

interface Folder<T> {
  readonly path: string;
  readonly parent: Folder<T> | undefined;
  readonly depth: number;
  readonly children: Map<string, Folder<T>>;
  readonly files: T[];
  hasObjects: boolean;
  /** The children that define an object which another child, or this folder itself, defines as well. */
  readonly rivals: Set<Folder<T>>;
}

/**
 * Puts the files under `root` into one group, except where sub-folders define the same object: these are alternatives (environments,
 * examples), of which only one is applied. Then they are groups of their own, and what lies around them is there for each of them. If
 * fewer than half of a folder's sub-folders are rivals, it is a collection, and all of them are groups. Takes time in proportion to the
 * length of the paths and the number of objects.
 */
export function splitAlternatives<T extends Placed>(root: string, files: readonly T[]): Group<T>[] {
  const top = newFolder<T>(root, undefined);
  const folders = new Map<string, Folder<T>>();
  const folderOf = (file: T) => folderFor(top, file.path.slice(0, Math.max(0, file.path.lastIndexOf('/'))), folders);
  for (const file of files) {
    const folder = folderOf(file);
    folder.files.push(file);
    if (file.hasObjects)
      for (let at: Folder<T> | undefined = folder; at !== undefined && !at.hasObjects; at = at.parent) at.hasObjects = true;
  }
  findRivals(top);
  const { groups, groupOf } = grouped(top);
  for (const file of files) groups[groupOf.get(folderOf(file))!]!.files.push(file);
  return groups;
}

function newFolder<T>(path: string, parent: Folder<T> | undefined): Folder<T> {
  const depth = parent === undefined ? 0 : parent.depth + 1;
  return { path, parent, depth, children: new Map(), files: [], hasObjects: false, rivals: new Set() };
}

function folderFor<T>(top: Folder<T>, path: string, known: Map<string, Folder<T>>): Folder<T> {
  const before = known.get(path);
  if (before !== undefined) return before;
  let at = top;
  const inside = top.path === '' || top.path === '.' ? path : path === top.path ? '' : path.slice(top.path.length + 1);
  if (inside !== '') {
    for (const name of inside.split('/')) {
      let child = at.children.get(name);
      if (child === undefined) {
        child = newFolder(at === top && (top.path === '' || top.path === '.') ? name : `${at.path}/${name}`, at);
        at.children.set(name, child);
      }
      at = child;
    }
  }
  known.set(path, at);
  return at;
}

/** Every folder, parents first, a folder's files before those of its children. */
function inOrder<T>(top: Folder<T>): Folder<T>[] {
  const order: Folder<T>[] = [];
  const stack = [top];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    order.push(at);
    for (const child of [...at.children.values()].reverse()) stack.push(child);
  }
  return order;
}

/** In this order the places of one object stand so that rivals, wherever they meet, are neighbours somewhere. */
function findRivals<T extends Placed>(top: Folder<T>): void {
  const last = new Map<string, Folder<T>>();
  for (const folder of inOrder(top)) {
    for (const file of folder.files) {
      for (const identity of file.identities) {
        const before = last.get(identity);
        if (before !== undefined && before !== folder) meet(before, folder);
        last.set(identity, folder);
      }
    }
  }
}

/** Marks the two folders' ancestors below their nearest common one as rivals there. */
function meet<T>(a: Folder<T>, b: Folder<T>): void {
  let [x, y]: [Folder<T>, Folder<T>] = [a, b];
  let [fromX, fromY]: [Folder<T> | undefined, Folder<T> | undefined] = [undefined, undefined];
  while (x !== y) {
    if (x.depth >= y.depth) {
      fromX = x;
      x = x.parent!;
    } else {
      fromY = y;
      y = y.parent!;
    }
  }
  if (fromX !== undefined) x.rivals.add(fromX);
  if (fromY !== undefined) x.rivals.add(fromY);
}

/** The groups, without files yet, and the index of the one that each folder's files are in. */
function grouped<T extends Placed>(top: Folder<T>): { groups: (Group<T> & { files: T[] })[]; groupOf: Map<Folder<T>, number> } {
  const groups = [{ folder: top.path, files: [] as T[], outer: -1 }];
  const groupOf = new Map<Folder<T>, number>([[top, 0]]);
  for (const folder of inOrder(top)) {
    const group = groupOf.get(folder)!;
    const apart = folder.rivals.size > 1 && folder.rivals.size * 2 < count(folder);
    for (const child of folder.children.values()) {
      if (!apart && !folder.rivals.has(child)) groupOf.set(child, group);
      else groupOf.set(child, groups.push({ folder: child.path, files: [], outer: group }) - 1);
    }
  }
  return { groups, groupOf };
}

function count<T>(folder: Folder<T>): number {
  let found = 0;
  for (const child of folder.children.values()) if (child.hasObjects) found++;
  return found;
}
