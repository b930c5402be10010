import { asArray, asObject, type JsonObject } from '../api/manifest.ts';
import type { Manifest } from '../cluster/unwrap.ts';

/** Whether Argo CD, and not kubectl, sends the objects of a file: an Application among the inputs points at a folder that it is in. */
export type SyncedFolders = (file: string) => boolean;

const NONE: SyncedFolders = () => false;

/**
 * The folders that Applications and ApplicationSets name as `path` of their sources. These are relative to a repository, and files to wherever podlint
 * runs: so a folder is taken to be meant where its path ends, or goes on, in the same names.
 */
export function syncedFolders(manifests: Iterable<Manifest>): SyncedFolders {
  let paths: Set<string> | undefined;
  for (const manifest of manifests) {
    const { apiVersion, kind } = manifest;
    if ((kind !== 'Application' && kind !== 'ApplicationSet') || !apiVersion.startsWith('argoproj.io/')) continue;
    paths ??= new Set();
    const spec = asObject(manifest.value['spec']) ?? {};
    for (const path of kind === 'Application' ? sourcesOf(spec) : generatedOf(spec)) {
      const names = namesOf(path);
      if (names !== undefined) paths.add(names);
    }
  }
  if (paths === undefined || paths.size === 0) return NONE;
  const all = paths;
  return (file) => {
    if (all.has('')) return true;
    const folder = file.replaceAll('\\', '/').split('/').slice(0, -1);
    // Every run of names in the path of the folder; paths are short.
    for (let from = 0; from < folder.length && from < MOST_NAMES; from++)
      for (let to = from + 1; to <= folder.length && to <= MOST_NAMES; to++)
        if (all.has(folder.slice(from, to).join('/'))) return true;
    return false;
  };
}

const MOST_NAMES = 40;

function sourcesOf(spec: JsonObject): unknown[] {
  return [spec['source'], ...asArray(spec['sources'])].map((source) => asObject(source)?.['path']);
}

/** An ApplicationSet fills its template in; the folders that its generators look for are written in them. */
function generatedOf(spec: JsonObject): unknown[] {
  const generators = asArray(spec['generators']).map((generator) => asObject(asObject(generator)?.['git'])?.['directories']);
  const directories = generators.flatMap(asArray).map((directory) => asObject(directory)?.['path']);
  return [...sourcesOf(asObject(asObject(spec['template'])?.['spec']) ?? {}), ...directories];
}

/** The names of a path, up to the first that is a pattern or a placeholder; undefined where there are none, '' for the whole repository. */
function namesOf(path: unknown): string | undefined {
  if (typeof path !== 'string' || path.length > 4096) return undefined;
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  if (names.length === 0) return path === '' ? undefined : '';
  const open = names.findIndex((name) => /[*?[{$]/.test(name));
  return open === 0 ? undefined : names.slice(0, open < 0 ? undefined : open).join('/');
}
