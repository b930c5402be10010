import { gracePeriodOf, restartPolicyOf } from '../../../api/pod-defaults.ts';
import { fieldPath } from '../../../source/path.ts';
import type { Fields, Scope } from '../scope.ts';
import { fieldsOf, isSet, itemsOf, textOf } from '../scope.ts';

/**
 * What the validation of one part of a Pod must know of its other parts, with the server's defaults filled in and without
 * the fields that the release drops before it validates (feature gates as they are by default).
 */
export interface PodFacts {
  /** A Pod itself; false for the template of a workload, where some defaults and some rules do not apply. */
  readonly isPod: boolean;
  /** The Pod's own name; '' for a template, and for a Pod that will get one. */
  readonly name: string;
  readonly labels: Fields;
  readonly annotations: Fields;
  readonly spec: Fields;
  /** False when the spec has none of the fields that few Pods have, so that nobody need look for them. */
  readonly rare: boolean;
  /** `spec.os.name`; undefined without `spec.os`. */
  readonly os: string | undefined;
  readonly gracePeriod: number;
  readonly restartPolicy: string;
  /** False when the Pod has a user namespace of its own. */
  readonly hostUsers: boolean;
  readonly hostNetwork: boolean;
  /** The sources of the valid volumes by name. */
  readonly volumes: Map<string, Fields | typeof DROPPED>;
  /** A volume's name is a placeholder, so no mount's name can be called missing. */
  volumesOpen: boolean;
  readonly claimNames: ReadonlySet<string>;
  /** What the containers have turned out to have by the time that later rules of the spec look at it. */
  readonly seen: { windowsOptions: boolean; fileKeyRefs: boolean; hostPorts: boolean };
}

/** A volume that the release drops, and its mounts with it. */
export const DROPPED = Symbol('dropped');

/** UserNamespacesSupport is on by default from 1.33. */
const USER_NAMESPACES_SINCE = 33;
/** DynamicResourceAllocation is on by default from 1.34; before, claims are dropped. */
export const CLAIMS_SINCE = 34;

const NO_NAMES: ReadonlySet<string> = new Set();

/** Fields of the spec that few Pods have. */
const RARE: ReadonlySet<string> = new Set([
  ...['activeDeadlineSeconds', 'dnsConfig', 'dnsPolicy', 'hostAliases', 'hostUsers', 'hostname', 'hostnameOverride', 'nodeName'],
  ...['os', 'overhead', 'preemptionPolicy', 'priorityClassName', 'readinessGates', 'resourceClaims', 'resources'],
  ...['runtimeClassName', 'schedulingGates', 'shareProcessNamespace', 'subdomain'],
]);

export function factsOf(v: Scope, spec: Fields, metadata: Fields, isPod: boolean): PodFacts {
  const rare = hasAny(spec, RARE);
  return {
    isPod,
    name: isPod ? textOf(metadata['name']) : '',
    labels: fieldsOf(metadata['labels']),
    annotations: fieldsOf(metadata['annotations']),
    spec,
    rare,
    os: rare && isSet(spec['os']) ? textOf(fieldsOf(spec['os'])['name']) : undefined,
    gracePeriod: gracePeriodOf(spec, isPod),
    restartPolicy: restartPolicyOf(spec),
    hostUsers: !rare || v.minor < USER_NAMESPACES_SINCE || spec['hostUsers'] !== false,
    hostNetwork: spec['hostNetwork'] === true,
    volumes: new Map(),
    volumesOpen: false,
    seen: { windowsOptions: false, fileKeyRefs: false, hostPorts: false },
    claimNames: rare && v.minor >= CLAIMS_SINCE ? claimNamesOf(spec['resourceClaims']) : NO_NAMES,
  };
}

function claimNamesOf(claims: unknown): ReadonlySet<string> {
  const list = itemsOf(claims);
  if (list.length === 0) return NO_NAMES;
  const names = new Set<string>();
  for (const claim of list) {
    const name = textOf(fieldsOf(claim)['name']);
    if (name !== '') names.add(name);
  }
  return names;
}

/**
 * Whether any of these fields is there. Objects have few fields and types have many, so a look through the object's own spares a
 * look for each that is hardly ever written.
 */
export function hasAny(fields: Fields, names: ReadonlySet<string>): boolean {
  for (const name in fields) if (names.has(name)) return true;
  return false;
}

/** The lists of containers in the order in which the server visits them. */
export const CONTAINER_LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/** Calls `visit` for each container, init containers first. */
export function forEachContainer(spec: Fields, visit: (container: Fields, list: string, index: number) => void): void {
  for (const list of CONTAINER_LISTS) {
    const containers = itemsOf(spec[list]);
    for (let i = 0; i < containers.length; i++) visit(fieldsOf(containers[i]), list, i);
  }
}

/** The field as the server writes it where it leaves out the last `steps` steps of the scope's place, for `field` arguments. */
export function fieldAbove(v: Scope, steps: number, rest: string): string {
  const path = v.path();
  return `/${fieldPath(path.slice(0, path.length - steps))}${rest}`;
}
