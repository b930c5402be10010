/**
 * Manifests that are slightly wrong: each is a manifest that somebody wrote, changed in one place as people (and generators) get it wrong.
 * The same seed gives the same mutants. What the API server makes of them is agree.mjs's to ask.
 */
import { stringify } from 'yaml';
import { NEWEST, type Release } from '../../src/api/kinds.ts';
import { isObject as isJsonObject, type JsonObject } from '../../src/api/manifest.ts';
import { type Field, resourceOf, resourcesOf, schemaOf, type Type } from '../../src/api/table.ts';
import { fieldPath, type Path } from '../../src/source/path.ts';
import { made } from './made-values.ts';
import { badStrings, misspelt, NUMBERS, WORDS } from './wrong-values.ts';

/** Numbers in [0, 1). */
export type Random = () => number;

export interface Mutant {
  /** What was done, in one line: `set spec.replicas: 3 → -1`. */
  readonly what: string;
  readonly text: string;
}

/** An object of the copy, to be changed. */
type Draft = Record<string, unknown>;
const isObject: (value: unknown) => value is Draft = isJsonObject;

/** A node of a manifest: what holds it, and what its fields may be where the API server's own types tell. */
interface Node {
  readonly path: Path;
  readonly value: unknown;
  readonly parent: Draft | unknown[];
  readonly key: string | number;
  readonly field: Field | undefined;
  readonly type: Type | undefined;
}

export function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T;
}

/** Changes a copy of a manifest in one place (or several); undefined where a change that was drawn has nothing to work on. */
export function mutant(original: JsonObject, random: Random, release: Release = NEWEST, times = 1): Mutant | undefined {
  const value = copy(original) as Draft;
  const done: string[] = [];
  for (let i = 0; i < times; i++) {
    const nodes = nodesOf(value, release);
    if (nodes.length === 0) return undefined;
    const change = drawn(random);
    if (change === repeatKey) return repeated(textOf(value), random);
    const what = change(nodes, random, value, release);
    if (what === undefined) return undefined;
    done.push(what);
  }
  return { what: done.join('; '), text: textOf(value) };
}

type Change = (nodes: readonly Node[], random: Random, root: Draft, release: Release) => string | undefined;

const CHANGES: readonly (readonly [weight: number, change: Change])[] = [
  [7, rename],
  [9, remove],
  [9, retype],
  [8, wrongNumber],
  [14, wrongString],
  [6, wrongWord],
  [5, misplace],
  [5, repeatElement],
  [1, repeatKey],
  [12, add],
  [3, otherKind],
  [3, empty],
  [2, makeNull],
  [5, breakReference],
  [4, exchange],
  [5, wrongMapEntry],
  [3, addElement],
];

function drawn(random: Random): Change {
  let left = random() * CHANGES.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, change] of CHANGES) if ((left -= weight) < 0) return change;
  return remove;
}

function put(node: Node, value: unknown): string {
  (node.parent as Record<string | number, unknown>)[node.key] = value;
  return `set ${fieldPath(node.path)}: ${shown(node.value)} → ${shown(value)}`;
}

/** Most faults of manifests lie deep in the spec, and so do most nodes; but those near the top are few. */
function some(nodes: readonly Node[], random: Random, fits: (node: Node) => boolean): Node | undefined {
  const fitting = nodes.filter(fits);
  return fitting.length === 0 ? undefined : pick(random, fitting);
}

const isNamed = (node: Node): boolean => typeof node.key === 'string' && node.path.length > 1 && node.key !== 'namespace';

function rename(nodes: readonly Node[], random: Random): string | undefined {
  const node = some(nodes, random, (one) => isNamed(one) && one.field !== undefined);
  if (node === undefined) return undefined;
  const to = misspelt(String(node.key), random);
  const parent = node.parent as Draft;
  const entries = Object.entries(parent).map(([key, value]) => [key === node.key ? to : key, value] as const);
  for (const key of Object.keys(parent)) delete parent[key];
  for (const [key, value] of entries) parent[key] = value;
  return `rename ${fieldPath(node.path)} to ${to}`;
}

function remove(nodes: readonly Node[], random: Random): string | undefined {
  const node = some(nodes, random, (one) => one.key !== 'namespace');
  if (node === undefined) return undefined;
  if (Array.isArray(node.parent)) node.parent.splice(Number(node.key), 1);
  else delete node.parent[node.key];
  return `remove ${fieldPath(node.path)}: ${shown(node.value)}`;
}

function retype(nodes: readonly Node[], random: Random): string | undefined {
  const node = some(nodes, random, (one) => one.key !== 'namespace' && one.path.length > 1);
  if (node === undefined) return undefined;
  const { value } = node;
  const choices: unknown[] =
    typeof value === 'string'
      ? [1, true, 1.5, [value], { name: value }, '']
      : typeof value === 'number'
        ? [String(value), `${value}s`, value + 0.5, [value], true, {}, `${value}%`]
        : typeof value === 'boolean'
          ? [String(value), value ? 1 : 0, 'yes', [], {}]
          : Array.isArray(value)
            ? [value[0], {}, 'a', 1, value.map(String), Object.fromEntries(value.map((one, i) => [nameOf(one, i), one]))]
            : isObject(value)
              ? [
                  [value],
                  Object.entries(value).map(([name, inner]) => ({ name, value: inner })),
                  'a',
                  1,
                  true,
                  JSON.stringify(value),
                ]
              : ['a', 1, true, [], {}];
  return put(node, pick(random, choices));
}

function nameOf(value: unknown, i: number): string {
  const name = isObject(value) ? value['name'] : undefined;
  return typeof name === 'string' ? name : String(i);
}

function wrongNumber(nodes: readonly Node[], random: Random): string | undefined {
  const node = some(nodes, random, (one) => typeof one.value === 'number');
  if (node === undefined) return undefined;
  const number = node.value as number;
  return put(node, pick(random, [...NUMBERS, ...NUMBERS, number + 1, -number, number * 1000]));
}

function wrongString(nodes: readonly Node[], random: Random): string | undefined {
  const node = some(nodes, random, (one) => typeof one.value === 'string' && one.key !== 'namespace' && one.path.length > 1);
  if (node === undefined) return undefined;
  return put(node, pick(random, badStrings(node.path, node.type?.kind, node.value as string)));
}

function wrongWord(nodes: readonly Node[], random: Random): string | undefined {
  const node = some(
    nodes,
    random,
    (one) =>
      typeof one.value === 'string' && (one.field?.enum !== undefined || (isNamed(one) && WORDS[String(one.key)] !== undefined)),
  );
  if (node === undefined) return undefined;
  const word = node.value as string;
  const words = (node.field?.enum ?? WORDS[String(node.key)]!).filter((other) => other !== word);
  const near = [word.toLowerCase(), word.toUpperCase(), misspelt(word, random), `${word} `, word.slice(0, -1)];
  return put(node, pick(random, words.length === 0 || random() < 0.6 ? near : words));
}

/** Into what holds its parent, into a sibling, or into an element of a sibling. */
function misplace(nodes: readonly Node[], random: Random): string | undefined {
  const node = some(nodes, random, (one) => isNamed(one) && !Array.isArray(one.parent) && one.path.length > 1);
  if (node === undefined) return undefined;
  const homes = nodes.filter(
    ({ value, path }) =>
      isObject(value) &&
      value !== node.parent &&
      value !== node.value &&
      Math.abs(path.length - node.path.length) <= 3 &&
      !startsWith(path, node.path) &&
      path[0] === node.path[0],
  );
  if (homes.length === 0) return undefined;
  const home = pick(random, homes);
  delete (node.parent as Draft)[node.key];
  (home.value as Draft)[node.key] = node.value;
  return `move ${fieldPath(node.path)} to ${fieldPath(home.path)}`;
}

function repeatElement(nodes: readonly Node[], random: Random): string | undefined {
  const node = some(nodes, random, (one) => Array.isArray(one.value) && one.value.length > 0);
  if (node === undefined) return undefined;
  const list = node.value as unknown[];
  const element = copy(pick(random, list));
  let what = 'again';
  // Half of the time another one that shares some of it.
  if (isObject(element) && random() < 0.5) {
    const keys = Object.keys(element).filter((key) => typeof element[key] === 'string' || typeof element[key] === 'number');
    if (keys.length > 0) {
      const key = pick(random, keys);
      element[key] = typeof element[key] === 'string' ? `${element[key]}-2` : Number(element[key]) + 1;
      what = `again, with ${key} ${shown(element[key])}`;
    }
  }
  list.push(element);
  return `add to ${fieldPath(node.path)} an element of it ${what}`;
}

function repeatKey(): string {
  return 'repeat a key';
}

/** Writes a line with a key and a scalar twice. */
function repeated(text: string, random: Random): Mutant | undefined {
  const lines = text.split('\n');
  const simple = lines.flatMap((line, i) => (/^ *[A-Za-z]+: [^|>&[{]+$/.test(line) ? [i] : []));
  if (simple.length === 0) return undefined;
  const at = pick(random, simple);
  const line = lines[at]!;
  lines.splice(at + 1, 0, random() < 0.5 ? line : `${line.slice(0, line.indexOf(':'))}: other`);
  return { what: `repeat the key of line ${at + 1}: ${lines[at + 1]!.trim()}`, text: lines.join('\n') };
}

/** A field that is not there, with a value of its type. */
function add(nodes: readonly Node[], random: Random): string | undefined {
  const node = some(nodes, random, (one) => isObject(one.value) && one.type?.kind === 'object' && one.path[0] !== 'status');
  if (node === undefined) return undefined;
  const value = node.value as Draft;
  // Beside what stands in an embedded union (a volume's source, a probe's handler) twice as often.
  const fields = [...node.type!.fields.values()].filter((field) => !Object.hasOwn(value, field.name) && field.name !== 'status');
  const weighted = fields.flatMap((field) => (field.embedded === undefined ? [field] : [field, field]));
  if (weighted.length === 0) return undefined;
  const field = pick(random, weighted);
  value[field.name] = made(field, field.type, random, 0);
  return `add ${fieldPath([...node.path, field.name])}: ${shown(value[field.name])}`;
}

function addElement(nodes: readonly Node[], random: Random): string | undefined {
  const node = some(nodes, random, (one) => Array.isArray(one.value) && one.type?.kind === 'list' && one.path[0] !== 'status');
  if (node === undefined) return undefined;
  const element = made(node.field, node.type!.of!, random, 0);
  (node.value as unknown[]).push(element);
  return `add to ${fieldPath(node.path)}: ${shown(element)}`;
}

function otherKind(_nodes: readonly Node[], random: Random, root: Draft, release: Release): string | undefined {
  const kind = String(root['kind']);
  const apiVersion = String(root['apiVersion']);
  const before = `${apiVersion} ${kind}`;
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const others = resourcesOf(release).filter((other) => other.kind !== kind && other.namespaced);
  const changes: (() => void)[] = [
    () => (root['kind'] = kind.toLowerCase()),
    () => (root['kind'] = misspelt(kind, random)),
    () => (root['kind'] = `${kind}s`),
    () => (root['kind'] = pick(random, others).kind),
    () => (root['apiVersion'] = misspelt(apiVersion, random)),
    () => (root['apiVersion'] = pick(random, ['v1', 'v2', 'apps/v1', 'batch/v1', 'extensions/v1beta1', 'networking.k8s.io/v1'])),
    () =>
      (root['apiVersion'] = `${group === '' ? 'core' : group}/${pick(random, ['v1', 'v1beta1', 'v1beta2', 'v1alpha1', 'v2'])}`),
    () => (root['apiVersion'] = group === '' ? 'v2' : group),
    () => delete root['apiVersion'],
    () => delete root['kind'],
  ];
  pick(random, changes)();
  return `${before} → ${root['apiVersion']} ${root['kind']}`;
}

function empty(nodes: readonly Node[], random: Random): string | undefined {
  const node = some(nodes, random, (one) => one.path.length > 0 && one.key !== 'namespace' && one.key !== 'kind');
  if (node === undefined) return undefined;
  const { value } = node;
  const nothing = Array.isArray(value)
    ? []
    : isObject(value)
      ? {}
      : typeof value === 'string'
        ? ''
        : typeof value === 'number'
          ? 0
          : null;
  return put(node, nothing);
}

function makeNull(nodes: readonly Node[], random: Random): string | undefined {
  const node = some(nodes, random, (one) => one.key !== 'namespace');
  return node === undefined ? undefined : put(node, null);
}

/** A string that stands twice in the object is most likely a name and what refers to it: one of them changes. */
function breakReference(nodes: readonly Node[], random: Random): string | undefined {
  const seen = new Map<unknown, number>();
  const wanted = nodes.filter((one) => typeof one.value === 'string' && one.path.length > 1 && one.key !== 'namespace');
  for (const { value } of wanted) seen.set(value, (seen.get(value) ?? 0) + 1);
  const node = some(wanted, random, (one) => (seen.get(one.value) ?? 0) > 1);
  return node === undefined
    ? undefined
    : put(node, pick(random, [`${node.value}-2`, misspelt(String(node.value), random), 'other']));
}

/** The values of two fields of the same type. */
function exchange(nodes: readonly Node[], random: Random): string | undefined {
  const node = some(nodes, random, (one) => isNamed(one) && typeof one.value !== 'object');
  if (node === undefined) return undefined;
  const others = nodes.filter(
    (one) =>
      isNamed(one) &&
      typeof one.value === typeof node.value &&
      one.value !== node.value &&
      Math.abs(one.path.length - node.path.length) <= 1,
  );
  if (others.length === 0) return undefined;
  const other = pick(random, others);
  put(node, other.value);
  put(other, node.value);
  return `exchange ${fieldPath(node.path)}: ${shown(node.value)} and ${fieldPath(other.path)}: ${shown(other.value)}`;
}

const KEYS = [
  'a b',
  'a/b/c',
  '-a',
  'a.',
  'é',
  'A_b',
  'x'.repeat(64),
  `${'x'.repeat(254)}/a`,
  'Example.com/a',
  '/a',
  'a/',
  '',
  'example.com/a',
  '..',
  'a:b',
];
const LABELS = ['a b', '-a', 'a/b', 'x'.repeat(64), 'é', true, 1, null, {}, ['a'], 'ok', ''];

function wrongMapEntry(nodes: readonly Node[], random: Random): string | undefined {
  const node = some(nodes, random, (one) => isObject(one.value) && one.type?.kind === 'map');
  if (node === undefined) return undefined;
  const map = node.value as Draft;
  const kind = node.type!.of!.kind;
  const keys = Object.keys(map);
  const key = keys.length > 0 && random() < 0.4 ? pick(random, keys) : pick(random, KEYS);
  const value = kind === 'quantity' ? pick(random, badStrings(['cpu'], 'quantity', '1')) : pick(random, LABELS);
  map[key] = random() < 0.5 && keys.length > 0 ? map[keys[0]!] : value;
  return `set ${fieldPath(node.path)} ${shown(key)}: ${shown(map[key])}`;
}

/** All nodes below the root, in order, with the types that the release has for them. */
function nodesOf(root: Draft, release: Release): Node[] {
  const found: Node[] = [];
  const walk = (value: unknown, type: Type | undefined, path: Path): void => {
    if (Array.isArray(value)) {
      for (const [i, element] of value.entries())
        visit({
          path: [...path, i],
          value: element,
          parent: value,
          key: i,
          field: undefined,
          type: type?.kind === 'list' ? type.of : undefined,
        });
    } else if (isObject(value)) {
      for (const key of Object.keys(value)) {
        const field = type?.kind === 'object' ? type.fields.get(key) : undefined;
        visit({
          path: [...path, key],
          value: value[key],
          parent: value,
          key,
          field,
          type: field?.type ?? (type?.kind === 'map' ? type.of : undefined),
        });
      }
    }
  };
  const visit = (node: Node): void => {
    if (node.path.length > 1 || (node.key !== 'apiVersion' && node.key !== 'kind')) found.push(node);
    walk(node.value, node.type, node.path);
  };
  walk(root, typeOf(root, release), []);
  return found;
}

function typeOf(root: Draft, release: Release): Type | undefined {
  const resource = resourceOf(String(root['apiVersion']), String(root['kind']), release);
  return resource === undefined ? undefined : schemaOf(resource, release);
}

function startsWith(path: Path, start: Path): boolean {
  return start.every((segment, i) => path[i] === segment);
}

/** YAML as kubectl reads it back to the same value. */
export function textOf(value: unknown): string {
  return stringify(value, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false });
}

function shown(value: unknown): string {
  const text = JSON.stringify(value, (_key, one) => (typeof one === 'bigint' ? one.toString() : one)) ?? 'nothing';
  return text.length > 100 ? `${text.slice(0, 97)}…` : text;
}

function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copy(inner)]));
  return value;
}
