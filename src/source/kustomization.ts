import { posix } from 'node:path';
import { isFields, own } from './classify.ts';
import type { SourceDocument } from './document.ts';
import type { Path } from './path.ts';
import { readDocuments } from './reader.ts';

/** What one entry of a kustomization names, as it is written, and where. */
export interface Reference {
  readonly text: string;
  readonly at: Path;
}

/** Which objects a patch changes. An absent field stands for any; names may be regular expressions, as in `target`. */
export interface PatchTarget {
  readonly group?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** True when `labelSelector` or `annotationSelector` narrows it further. */
  readonly selected?: boolean;
}

/** One patch: its file or its text, and its `target` if it has one; else the patch names what it changes. */
export interface PatchReference {
  readonly file?: Reference;
  readonly inline?: string;
  readonly target?: PatchTarget;
}

/** One entry of configMapGenerator or secretGenerator. Only names and keys are kept, never a value. */
export interface Generator {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly namespace?: string;
  readonly type?: string;
  readonly behavior: 'create' | 'merge' | 'replace';
  readonly keys: readonly string[];
  /** Files of `KEY=value` lines, whose keys are to be read. */
  readonly envs: readonly string[];
  /** The name gets a suffix that is a hash of the content. */
  readonly hashed: boolean;
}

/** An entry of `images`: what the image of that name becomes. */
export interface ImageOverride {
  readonly name: string;
  readonly newName?: string;
  readonly newTag?: string;
  readonly digest?: string;
}

/** A kustomization file, taken apart. Fields of a wrong type are left out. */
export interface Kustomization {
  /** The path of the file, and of its folder (`.` for the working directory). */
  readonly path: string;
  readonly folder: string;
  readonly component: boolean;
  /** The file could not be read as a mapping: nothing is known of what it takes. */
  readonly unread: boolean;
  readonly namespace?: string;
  readonly namePrefix: string;
  readonly nameSuffix: string;
  /** `resources` and `bases`: files, folders with a kustomization, or URLs. */
  readonly resources: readonly Reference[];
  /** Folders whose kustomization works on all that this one has taken in and generated. */
  readonly components: readonly Reference[];
  readonly patches: readonly PatchReference[];
  /** Files that are read and are no objects: of generators, configurations, openapi, crds, replacements, values of charts. */
  readonly config: readonly Reference[];
  /** `generators`, `transformers`, `validators`: files or folders of configurations, which may make objects. */
  readonly plugins: readonly Reference[];
  readonly generators: readonly Generator[];
  readonly images: readonly ImageOverride[];
  /** Names of helmCharts, which kustomize renders through helm. */
  readonly charts: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

/** Takes apart a kustomization file; kustomize reads its first document. */
export function readKustomization(path: string, documents: readonly SourceDocument[]): Kustomization {
  const document = documents.find((it) => it.value !== null);
  const value = document?.value;
  const fields: Fields = isFields(value) ? value : {};
  const namespace = text(fields, 'namespace');
  return {
    path,
    folder: folderOf(path),
    component: own(fields, 'kind') === 'Component',
    unread: document !== undefined && !isFields(value),
    ...(namespace === '' ? {} : { namespace }),
    namePrefix: text(fields, 'namePrefix'),
    nameSuffix: text(fields, 'nameSuffix'),
    resources: [...references(fields, 'resources'), ...references(fields, 'bases')],
    components: references(fields, 'components'),
    patches: patchesOf(fields),
    config: configOf(fields),
    plugins: [...references(fields, 'generators'), ...references(fields, 'transformers'), ...references(fields, 'validators')],
    generators: [...generatorsOf(fields, 'configMapGenerator'), ...generatorsOf(fields, 'secretGenerator')],
    images: list(fields, 'images').flatMap(imageOf),
    charts: [...list(fields, 'helmCharts'), ...list(fields, 'helmChartInflationGenerator')].map(chartName),
  };
}

/** The folder of a path: `.` for what lies in the working directory. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : slash === 0 ? '/' : path.slice(0, slash);
}

/** The folder that holds a folder; undefined where the path does not say (`.`, `..`, `/`). */
export function folderAbove(folder: string): string | undefined {
  if (folder === '.' || folder === '/' || folder === '..' || folder.endsWith('/..')) return undefined;
  return folderOf(folder);
}

/** A path that is written relative to a folder, as seen from the working directory. */
export function joined(folder: string, path: string): string {
  const whole = posix.normalize(path.startsWith('/') || folder === '.' ? path : `${folder}/${path}`);
  return whole.length > 1 && whole.endsWith('/') ? whole.slice(0, -1) : whole;
}

/** Whether kustomize would fetch it: a URL, or what it takes for the address of a git repository. Asked only of what is not there. */
export function isRemote(reference: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/|^git::|^git@|[?&](?:ref|version)=|\.git(?:$|[/?])|^(?:github|gitlab|bitbucket)\.(?:com|org)[/:]/i.test(
    reference,
  );
}

function text(fields: Fields, key: string): string {
  const value = own(fields, key);
  return typeof value === 'string' ? value : '';
}

function list(fields: Fields, key: string): readonly unknown[] {
  const value = own(fields, key);
  return Array.isArray(value) ? value : [];
}

function strings(fields: Fields, key: string): string[] {
  return list(fields, key).filter((it): it is string => typeof it === 'string');
}

function references(fields: Fields, key: string): Reference[] {
  const found: Reference[] = [];
  list(fields, key).forEach((it, index) => {
    // A plugin's configuration may stand in the list itself, as text of several lines.
    if (typeof it === 'string' && it !== '' && !it.includes('\n')) found.push({ text: it, at: [key, index] });
  });
  return found;
}

function patchesOf(fields: Fields): PatchReference[] {
  const found: PatchReference[] = [];
  list(fields, 'patchesStrategicMerge').forEach((it, index) => {
    if (typeof it !== 'string' || it === '') return;
    if (/[\n:]/.test(it)) found.push({ inline: it });
    else found.push({ file: { text: it, at: ['patchesStrategicMerge', index] } });
  });
  for (const key of ['patches', 'patchesJson6902']) {
    list(fields, key).forEach((it, index) => {
      if (!isFields(it)) return;
      const path = text(it, 'path');
      const inline = text(it, 'patch');
      const target = own(it, 'target');
      found.push({
        ...(path === '' ? {} : { file: { text: path, at: [key, index, 'path'] } }),
        ...(inline === '' ? {} : { inline }),
        ...(isFields(target) ? { target: targetOf(target) } : {}),
      });
    });
  }
  return found;
}

function targetOf(target: Fields): PatchTarget {
  const found: Record<string, string | boolean> = {};
  for (const key of ['group', 'kind', 'namespace', 'name']) {
    const value = text(target, key);
    if (value !== '') found[key] = value;
  }
  if (text(target, 'labelSelector') !== '' || text(target, 'annotationSelector') !== '') found['selected'] = true;
  return found;
}

/** What strategic merge patches name as their targets. JSON patches name none. */
export function targetsOf(values: readonly unknown[]): PatchTarget[] {
  const found: PatchTarget[] = [];
  for (const value of values) {
    if (!isFields(value)) continue;
    const metadata = own(value, 'metadata');
    const names = isFields(metadata) ? metadata : {};
    const apiVersion = text(value, 'apiVersion');
    const slash = apiVersion.indexOf('/');
    found.push(
      targetOf({
        group: slash < 0 ? '' : apiVersion.slice(0, slash),
        kind: text(value, 'kind'),
        namespace: text(names, 'namespace'),
        name: text(names, 'name'),
      }),
    );
  }
  return found;
}

/** The documents of a patch that is written within a kustomization. */
export function inlineValues(kustomization: string, inline: string): unknown[] {
  return readDocuments({ path: kustomization, text: inline }).map((it) => it.value);
}

function configOf(fields: Fields): Reference[] {
  const found: Reference[] = [];
  const add = (value: unknown, at: Path): void => {
    if (typeof value === 'string' && value !== '') found.push({ text: value, at });
  };
  const each = (key: string, take: (it: Fields, at: Path) => void): void => {
    list(fields, key).forEach((it, index) => {
      if (isFields(it)) take(it, [key, index]);
    });
  };
  for (const key of ['configurations', 'crds']) list(fields, key).forEach((it, index) => void add(it, [key, index]));
  const openapi = own(fields, 'openapi');
  if (isFields(openapi)) add(own(openapi, 'path'), ['openapi', 'path']);
  each('replacements', (it, at) => void add(own(it, 'path'), [...at, 'path']));
  each('helmCharts', (it, at) => {
    add(own(it, 'valuesFile'), [...at, 'valuesFile']);
    list(it, 'additionalValuesFiles').forEach((file, index) => void add(file, [...at, 'additionalValuesFiles', index]));
  });
  for (const key of ['configMapGenerator', 'secretGenerator']) {
    each(key, (it, at) => {
      list(it, 'files').forEach((file, index) => {
        if (typeof file === 'string') add(splitSource(file).path, [...at, 'files', index]);
      });
      list(it, 'envs').forEach((file, index) => void add(file, [...at, 'envs', index]));
      add(own(it, 'env'), [...at, 'env']);
    });
  }
  return found;
}

function generatorsOf(fields: Fields, key: 'configMapGenerator' | 'secretGenerator'): Generator[] {
  const all = own(fields, 'generatorOptions');
  const found: Generator[] = [];
  for (const it of list(fields, key)) {
    if (!isFields(it) || text(it, 'name') === '') continue;
    const literals = [...strings(it, 'literals'), text(it, 'literal')].filter((literal) => literal !== '');
    const behavior = text(it, 'behavior');
    found.push({
      kind: key === 'secretGenerator' ? 'Secret' : 'ConfigMap',
      name: text(it, 'name'),
      ...(text(it, 'namespace') === '' ? {} : { namespace: text(it, 'namespace') }),
      ...(text(it, 'type') === '' ? {} : { type: text(it, 'type') }),
      behavior: behavior === 'merge' || behavior === 'replace' ? behavior : 'create',
      keys: [...strings(it, 'files').map((source) => splitSource(source).key), ...literals.map(beforeEquals)],
      envs: [...strings(it, 'envs'), text(it, 'env')].filter((env) => env !== ''),
      hashed: !isUnhashed(all) && !isUnhashed(own(it, 'options')),
    });
  }
  return found;
}

function isUnhashed(options: unknown): boolean {
  return isFields(options) && own(options, 'disableNameSuffixHash') === true;
}

/** `key=path`, or a path whose file name is the key. */
function splitSource(source: string): { key: string; path: string } {
  const equals = source.indexOf('=');
  if (equals >= 0) return { key: source.slice(0, equals), path: source.slice(equals + 1) };
  return { key: source.slice(source.lastIndexOf('/') + 1), path: source };
}

function beforeEquals(line: string): string {
  const equals = line.indexOf('=');
  return equals < 0 ? line : line.slice(0, equals);
}

/** The keys of a file of `KEY=value` lines, as kustomize reads it: comments begin with `#`, a line without `=` is a key too. */
export function envKeys(content: string): string[] {
  const keys: string[] = [];
  for (const raw of content.split('\n')) {
    const line = raw.trimStart();
    if (line !== '' && !line.startsWith('#')) keys.push(beforeEquals(line.endsWith('\r') ? line.slice(0, -1) : line));
  }
  return keys;
}

function imageOf(value: unknown): ImageOverride[] {
  if (!isFields(value) || text(value, 'name') === '') return [];
  const found: Record<string, string> = {};
  for (const key of ['newName', 'newTag', 'digest']) {
    const given = own(value, key);
    if (typeof given === 'string' && given !== '') found[key] = given;
    else if (typeof given === 'number' && key === 'newTag') found[key] = String(given);
  }
  return [{ name: text(value, 'name'), ...found }];
}

function chartName(value: unknown): string {
  return isFields(value) ? text(value, 'name') || text(value, 'chartName') || 'a chart' : 'a chart';
}
