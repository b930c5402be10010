import { type Placed, splitAlternatives } from './alternatives.ts';
import type { ApplySet, Drafts } from './apply-sets.ts';
import { isPartial } from './identity.ts';
import type { InputRoot } from './inputs.ts';
import { identitiesIn } from './kept.ts';
import { folderAbove } from './kustomization.ts';
import type { Kustomized } from './kustomization-sets.ts';
import { type FileRole, hasObjects, isOpen, ownRole, type ParsedFile } from './parsed-file.ts';

interface PlainFile extends Placed {
  readonly file: ParsedFile;
  readonly role: FileRole;
}

/** Files that are one set as long as there are no alternatives among them. */
interface Rest {
  readonly id: string;
  readonly kind: ApplySet['kind'];
  /** The folder; the empty string for single files. */
  readonly root: string;
  /** The folder of the kustomization beside which they lie, if it does not mention them. */
  readonly owner: string | undefined;
  readonly files: PlainFile[];
}

/**
 * Adds sets of what no kustomization and no chart takes: one of each argument, and apart from it one of what lies beside a kustomization
 * that does not mention it. Where alternatives are found, it becomes several. Sets see what lies plainly in the folders above them.
 */
export function addPlain(drafts: Drafts, kustomized: Kustomized, roots: readonly InputRoot[]): void {
  const byFolder = new Map<string, string>();
  const contextOf = new Map<string, readonly string[]>();
  for (const rest of restOf(drafts, kustomized, roots)) {
    const ids: (string | undefined)[] = [];
    const contexts: (readonly string[])[] = [];
    splitAlternatives(rest.root, rest.files).forEach((group, index) => {
      const outer = ids[group.outer];
      const context = [
        ...(outer === undefined ? [] : [outer]),
        ...(contexts[group.outer] ?? kustomized.sets.get(rest.owner ?? '') ?? []),
      ];
      contexts.push(context);
      if (group.files.length === 0) {
        ids.push(undefined);
        return;
      }
      const top = index === 0;
      const id = drafts.add({
        id: top ? rest.id : group.folder,
        kind: top ? rest.kind : 'plain',
        root: group.folder,
        files: group.files.map(({ path, role }) => ({ path, role, outside: false })),
        context,
        open: group.files.some((it) => isOpen(it.file)),
      });
      ids.push(id);
      contextOf.set(id, context);
      if (rest.owner === undefined && group.folder !== '') byFolder.set(group.folder, id);
    });
  }
  if (byFolder.size > 0) drafts.surround((set) => above(set, byFolder, contextOf));
}

/** The plain set that a file of the folder above would be in, and what is around that one. */
function above(
  set: ApplySet,
  byFolder: ReadonlyMap<string, string>,
  contextOf: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  if (byFolder.get(set.root) === set.id || set.root === '') return [];
  for (let at: string | undefined = set.root; at !== undefined; at = folderAbove(at)) {
    const id = byFolder.get(at);
    if (id !== undefined && id !== set.id) return [id, ...(contextOf.get(id) ?? [])];
  }
  return [];
}

function restOf(drafts: Drafts, kustomized: Kustomized, roots: readonly InputRoot[]): Rest[] {
  const found = new Map<string, Rest>();
  for (const file of drafts.files) {
    if (drafts.taken.has(file.path)) continue;
    const owner = kustomized.owners.nearest(file.path);
    const root = roots[file.root];
    const folder = owner ?? (root?.kind === 'folder' ? root.path : '');
    const key = owner === undefined ? folder : `${owner} apart`;
    let rest = found.get(key);
    if (rest === undefined) {
      const beside = `${folder} (not in its kustomization)`;
      const kind = folder === '' ? (root?.kind === 'stdin' ? 'stdin' : 'file') : 'plain';
      rest = { id: owner === undefined ? folder || file.path : beside, kind, root: folder, owner, files: [] };
      found.set(key, rest);
    } else if (folder === '' && rest.kind !== 'plain') {
      rest = { ...rest, id: 'arguments', kind: 'plain' };
      found.set(key, rest);
    }
    rest.files.push(placed(file, owner, kustomized));
  }
  return [...found.values()];
}

function placed(file: ParsedFile, owner: string | undefined, kustomized: Kustomized): PlainFile {
  const role =
    owner !== undefined && isPatch(file, kustomized.sets.get(owner) ?? [], kustomized.objects) ? 'patch' : ownRole(file);
  const identities = role === 'resource' ? namesIn(file) : [];
  return { path: file.path, identities, hasObjects: role === 'resource' && hasObjects(file), file, role };
}

/** Whether all that a file holds are parts of objects. Beside a kustomization that is most likely a patch that is not used now. */
function isPatch(file: ParsedFile, sets: readonly string[], objects: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  if (!hasObjects(file)) return false;
  return file.documents.every((document, index) => {
    const documentClass = file.classes[index]!;
    if (documentClass.what === 'empty') return true;
    if (documentClass.what !== 'object') return false;
    const [identity] = identitiesIn(document, documentClass);
    const known = identity !== undefined && sets.some((id) => objects.get(id)?.has(`${identity.kind}/${identity.name}`) === true);
    return isPartial(document.value, known);
  });
}

/** One string for each object. A Namespace is often repeated wherever something is in it, and says nothing of alternatives. */
function namesIn(file: ParsedFile): string[] {
  const names: string[] = [];
  file.documents.forEach((document, index) => {
    for (const { group, kind, namespace, name } of identitiesIn(document, file.classes[index]!)) {
      if (kind !== 'Namespace' || group !== '') names.push(`${group}\0${kind}\0${namespace}\0${name}`);
    }
  });
  return names;
}
