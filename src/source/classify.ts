import type { Part } from './document.ts';
import { isToolGroup, nameOfForeign } from './foreign.ts';
import type { Path } from './path.ts';

/**
 * What a document is, by its content; the file's name counts only for what is known by its name (kustomization.yaml, Chart.yaml).
 * - `object`: an API object. `list`: what kubectl takes apart into its items (anything with `items`, as its decoder sees it).
 * - `almost`: meant as an API object, but kubectl cannot tell of what kind. `says` is what it answers then, where it was recorded.
 * - `foreign`: for another program. `empty`: nothing but comments. `unread`: not YAML.
 */
export type DocumentClass =
  | { readonly what: 'object' | 'list'; readonly apiVersion: string; readonly kind: string }
  | { readonly what: 'kustomization'; readonly component: boolean }
  | { readonly what: 'chart' }
  | { readonly what: 'almost'; readonly why: string; readonly says?: string; readonly at: Path; readonly part: Part }
  | { readonly what: 'foreign'; readonly as: string }
  | { readonly what: 'empty' }
  | { readonly what: 'unread' };

const EMPTY: DocumentClass = { what: 'empty' };
const UNREAD: DocumentClass = { what: 'unread' };
const CHART: DocumentClass = { what: 'chart' };
const KUSTOMIZATION: DocumentClass = { what: 'kustomization', component: false };
const COMPONENT: DocumentClass = { what: 'kustomization', component: true };

type Fields = Readonly<Record<string, unknown>>;

/** The class of a document's value (`undefined` when it could not be read) in the file of that path. */
export function classify(value: unknown, path: string): DocumentClass {
  if (value === undefined) return UNREAD;
  if (value === null) return EMPTY;
  if (typeof value !== 'object') return { what: 'foreign', as: 'text' };
  if (Array.isArray(value)) return classifyArray(value);
  const fields = value as Fields;
  const apiVersion = own(fields, 'apiVersion');
  const kind = own(fields, 'kind');
  if (typeof apiVersion === 'string' && typeof kind === 'string' && apiVersion !== '' && kind !== '') {
    return classifyTyped(fields, apiVersion, kind);
  }
  return classifyUntyped(fields, apiVersion, kind, path);
}

/** Names that kustomize looks for in a folder. */
export function isKustomizationName(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name === 'kustomization.yaml' || name === 'kustomization.yml' || name === 'Kustomization';
}

/** A field. `name` must be none that every JavaScript object has, such as `constructor`. */
export function own(fields: Fields, name: string): unknown {
  return fields[name];
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function classifyTyped(fields: Fields, apiVersion: string, kind: string): DocumentClass {
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  if (group === 'kustomize.config.k8s.io') {
    if (kind === 'Kustomization') return KUSTOMIZATION;
    if (kind === 'Component') return COMPONENT;
  }
  if (isToolGroup(slash < 0 ? apiVersion : group, kind)) return { what: 'foreign', as: `${kind} of ${group || apiVersion}` };
  if (slash >= 0 && apiVersion.indexOf('/', slash + 1) >= 0) {
    const says = `unexpected GroupVersion string: ${apiVersion}`;
    return {
      what: 'almost',
      why: `apiVersion "${apiVersion}" is not a group and a version`,
      says,
      at: ['apiVersion'],
      part: 'value',
    };
  }
  const items = own(fields, 'items');
  if (Array.isArray(items)) return { what: 'list', apiVersion, kind };
  if (kind === 'List' && group === '' && (items === undefined || items === null)) {
    const says = 'invalid object to validate';
    return { what: 'almost', why: 'a List without items', says, at: items === undefined ? ['kind'] : ['items'], part: 'key' };
  }
  return { what: 'object', apiVersion, kind };
}

function classifyUntyped(fields: Fields, apiVersion: unknown, kind: unknown, path: string): DocumentClass {
  if (isKustomizationName(path)) return KUSTOMIZATION;
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name === 'Chart.yaml' && kind === undefined && typeof own(fields, 'name') === 'string') return CHART;
  const as = nameOfForeign(fields, name);
  if (as !== undefined) return { what: 'foreign', as };
  if (typeof apiVersion === 'string' && isToolGroup(apiVersion.split('/', 1)[0]!, '')) return { what: 'foreign', as: apiVersion };
  if (!looksLikeObject(fields, apiVersion, kind)) return { what: 'foreign', as: 'no Kubernetes object' };
  return almost(fields, apiVersion, kind);
}

/** Whether somebody meant an API object: what every one has, metadata or a spec, beside at least a hint of its type. */
function looksLikeObject(fields: Fields, apiVersion: unknown, kind: unknown): boolean {
  const metadata = own(fields, 'metadata');
  const spec = own(fields, 'spec');
  if (!isFields(metadata)) return isFields(spec) && typeof apiVersion === 'string' && /^(?:[\w.-]+\/)?v\d/.test(apiVersion);
  if (typeof apiVersion === 'string' || typeof kind === 'string') return true;
  const named = typeof own(metadata, 'name') === 'string' || typeof own(metadata, 'generateName') === 'string';
  return named && CONTENTS.some((it) => Object.hasOwn(fields, it));
}

/** Fields beside metadata that hardly stand in any other program's file. */
const CONTENTS = [
  'spec',
  'data',
  'stringData',
  'binaryData',
  'rules',
  'roleRef',
  'subjects',
  'webhooks',
  'provisioner',
  'endpoints',
];

function almost(fields: Fields, apiVersion: unknown, kind: unknown): DocumentClass {
  if (missing(apiVersion) && missing(kind)) {
    const says = '[apiVersion not set, kind not set]';
    for (const name of ['kind', 'apiVersion'] as const) {
      const slip = nearMiss(fields, name);
      if (slip !== undefined) return slipped(slip, name, says);
    }
    return { what: 'almost', why: 'apiVersion and kind are missing', says, at: ['metadata'], part: 'key' };
  }
  const kindSet = typeof kind === 'string' && kind !== '';
  return kindSet ? unset(fields, 'apiVersion', apiVersion) : unset(fields, 'kind', kind);
}

function unset(fields: Fields, name: 'apiVersion' | 'kind', value: unknown): DocumentClass {
  if (!missing(value)) {
    const says = value === '' ? undefined : `${name} isn't string type`;
    const why = value === '' ? `${name} is empty` : `${name} is not a string`;
    return { what: 'almost', why, ...(says === undefined ? {} : { says }), at: [name], part: 'value' };
  }
  const says = `${name} not set`;
  const slip = nearMiss(fields, name);
  if (slip !== undefined) return slipped(slip, name, says);
  if (value === null) return { what: 'almost', why: `${name} has no value`, says, at: [name], part: 'key' };
  const other = name === 'kind' ? 'apiVersion' : 'kind';
  return { what: 'almost', why: `${name} is missing`, says, at: [other], part: 'key' };
}

function slipped(key: string, name: string, says: string): DocumentClass {
  return { what: 'almost', why: `"${key}" is not read: the field is "${name}"`, says, at: [key], part: 'key' };
}

function missing(value: unknown): boolean {
  return value === undefined || value === null;
}

/** A key that differs from `name` by case, a separator, or one slip of the finger, and has a string. */
function nearMiss(fields: Fields, name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (const key of Object.keys(fields)) {
    if (key === name || key.length > name.length + 2 || typeof fields[key] !== 'string') continue;
    const plain = key.toLowerCase().replace(/[-_ ]/g, '');
    if (plain === wanted || isOneSlip(plain, wanted)) return key;
  }
  return undefined;
}

/** One letter more, less, other, or two neighbours changed. */
function isOneSlip(word: string, wanted: string): boolean {
  let front = 0;
  while (front < word.length && word[front] === wanted[front]) front++;
  let back = 0;
  while (back < word.length - front && back < wanted.length - front && word.at(-1 - back) === wanted.at(-1 - back)) back++;
  const left = word.slice(front, word.length - back);
  const right = wanted.slice(front, wanted.length - back);
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}

function classifyArray(value: readonly unknown[]): DocumentClass {
  const first = value[0];
  if (!isFields(first)) return { what: 'foreign', as: 'a list' };
  if (typeof own(first, 'op') === 'string' && typeof own(first, 'path') === 'string') return { what: 'foreign', as: JSON_PATCH };
  if (typeof own(first, 'apiVersion') === 'string' && typeof own(first, 'kind') === 'string') {
    const why = 'a list of objects: kubectl reads one object a document, or a List with items';
    return { what: 'almost', why, says: 'invalid object to validate', at: [0], part: 'key' };
  }
  if (Object.hasOwn(first, 'hosts') && (Object.hasOwn(first, 'tasks') || Object.hasOwn(first, 'roles'))) {
    return { what: 'foreign', as: 'an Ansible playbook' };
  }
  return { what: 'foreign', as: 'a list' };
}

/** `as` of a list of JSON patch operations, which kustomize's patches may be. */
export const JSON_PATCH = 'a JSON patch';
