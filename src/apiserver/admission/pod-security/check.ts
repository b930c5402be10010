import { isObject, type JsonObject } from '../../../api/manifest.ts';
import { isUnknown } from '../../../api/unknown.ts';
import type { Path } from '../../../source/path.ts';

/** The Pod as the checks read it: metadata and spec as decoded, nothing defaulted. */
export interface PodView {
  readonly metadata: JsonObject;
  readonly spec: JsonObject;
  /** Init, app and ephemeral containers, in the order in which Pod Security visits them. */
  readonly containers: readonly ContainerView[];
  /** A Pod of its own, as the server would hold it. False for the template inside a workload, where fewer defaults are filled in. */
  readonly isPod: boolean;
}

export interface ContainerView {
  readonly name: string;
  readonly path: Path;
  readonly value: JsonObject;
  readonly list: 'initContainers' | 'containers' | 'ephemeralContainers';
}

/** Why a check refuses a Pod. `paths` name each fault, relative to the Pod (`['spec', …]`, `['metadata', …]`); a path may name an absent field. */
export interface Refusal {
  readonly reason: string;
  readonly detail: string;
  readonly paths: readonly Path[];
}

export type CheckPod = (pod: PodView) => Refusal | undefined;

/** One check of a level. `versions` pairs the first minor of a revision with the revision, ascending. */
export interface Check {
  readonly id: string;
  readonly level: 'baseline' | 'restricted';
  readonly versions: readonly (readonly [since: number, check: CheckPod])[];
  /** Baseline checks that this one replaces at the restricted level. */
  readonly overrides?: readonly string[];
}

/** Stands for a value behind a placeholder: any value is possible, so no check may fail on it. */
export const UNKNOWN: unique symbol = Symbol('unknown');

/** The value at nested keys; undefined where absent or null, UNKNOWN where a placeholder stands in the way or is the value. */
export function read(value: unknown, ...keys: readonly string[]): unknown {
  let node = value;
  for (const key of keys) {
    if (isUnknown(node)) return UNKNOWN;
    if (!isObject(node) || !Object.hasOwn(node, key)) return undefined;
    node = node[key];
  }
  if (node === null) return undefined;
  return isUnknown(node) ? UNKNOWN : node;
}

const SPEC: Path = ['spec'];
const LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const;

export function viewOf(metadata: unknown, spec: unknown, isPod: boolean): PodView {
  const podSpec = isObject(spec) ? spec : {};
  const containers: ContainerView[] = [];
  for (const list of LISTS) {
    const items = podSpec[list];
    if (!Array.isArray(items)) continue;
    for (let i = 0; i < items.length; i++) {
      const value: unknown = items[i];
      if (!isObject(value)) continue;
      const name = value['name'];
      containers.push({ name: typeof name === 'string' ? name : '', path: [...SPEC, list, i], value, list });
    }
  }
  return { metadata: isObject(metadata) ? metadata : {}, spec: podSpec, containers, isPod };
}

/** `spec.os.name` is windows: from 1.25 on some restricted checks let such Pods through. */
export function isWindows(pod: PodView): boolean {
  const os = read(pod.spec, 'os', 'name');
  return os === 'windows' || os === UNKNOWN;
}

/** `spec.hostUsers: false`: the Pod runs in a user namespace of its own. */
export function inUserNamespace(pod: PodView): boolean {
  const hostUsers = read(pod.spec, 'hostUsers');
  return hostUsers === false || hostUsers === UNKNOWN;
}

/** The same check, passed by Windows Pods. */
export function exceptWindows(check: CheckPod): CheckPod {
  return (pod) => (isWindows(pod) ? undefined : check(pod));
}

/** The same check, passed by Pods in a user namespace. */
export function exceptInUserNamespace(check: CheckPod): CheckPod {
  return (pod) => (inUserNamespace(pod) ? undefined : check(pod));
}

export function joinQuoted(items: readonly string[]): string {
  return items.length === 0 ? '' : `"${items.join('", "')}"`;
}

/** `container "a"`, `containers "a", "b"`. */
export function namedContainers(names: readonly string[]): string {
  return `${names.length === 1 ? 'container' : 'containers'} ${joinQuoted(names)}`;
}

export function sorted(values: Iterable<string>): string[] {
  return [...values].sort();
}

/** What set a field badly: the Pod, containers, or both, as the checks phrase it. */
export function setters(byPod: boolean, containers: readonly string[]): string {
  const parts: string[] = [];
  if (byPod) parts.push('pod');
  if (containers.length > 0) parts.push(namedContainers(containers));
  return parts.join(' and ');
}
