import type { Path } from '../source/path.ts';
import { minorOf, NEWEST, type Release } from './kinds.ts';
import { asObject, isObject, objectsOf } from './manifest.ts';
import {
  addQuantity,
  compareQuantity,
  maxQuantity,
  parseQuantity,
  type Quantity,
  scaledValue,
  ZERO_QUANTITY,
} from './quantity.ts';
import { isExtendedResource as isExtendedResourceName, isHugePages, isNativeResource } from './resource-names.ts';
import { isUnknown } from './unknown.ts';

/**
 * What a Pod asks of a node, as admission, quota and scheduler compute it: containers, init containers, sidecars, Pod-level resources, overhead.
 * Mirrors k8s.io/component-helpers/resource/helpers.go and the defaulting of pkg/apis/core/v1/defaults.go and pkg/api/pod/util.go.
 */

/** An amount of a resource. `exact` is false where a placeholder takes part: then the quantity is the least it can be. */
export interface Amount {
  readonly quantity: Quantity;
  readonly exact: boolean;
}

export type ResourceList = ReadonlyMap<string, Amount>;

export interface ContainerResources {
  readonly name: string;
  /** Relative to the Pod: `['spec', 'containers', 0]`. */
  readonly path: Path;
  readonly role: 'init' | 'sidecar' | 'app';
  readonly requests: ResourceList;
  readonly limits: ResourceList;
  /** The resources stand behind a placeholder as a whole: what is absent here may be set after all. */
  readonly open: boolean;
}

/** The resources of a Pod as the server stores it. */
export interface PodResources {
  readonly containers: readonly ContainerResources[];
  /** `spec.resources`, completed; undefined where the Pod has none or the release ignores it. */
  readonly pod?: { readonly requests: ResourceList; readonly limits: ResourceList };
  readonly overhead: ResourceList;
}

/** What a LimitRange gives to containers that say nothing. */
export interface ContainerDefaults {
  readonly limits: ResourceList;
  readonly requests: ResourceList;
}

export interface PodResourcesOptions {
  readonly release?: Release;
  /** Defaults of the namespace's LimitRanges, in the order in which they apply. */
  readonly defaults?: readonly ContainerDefaults[];
  /** The overhead of the Pod's RuntimeClass; by default `spec.overhead`. */
  readonly overhead?: ResourceList;
}

export const NO_RESOURCES: ResourceList = new Map();
const UNKNOWN_AMOUNT: Amount = { quantity: ZERO_QUANTITY, exact: false };
const MILLI = -3;

/** A map of quantities; what does not parse is left out. Finer than a thousandth is rounded up, as the server does on decoding. */
export function resourceListOf(value: unknown): ResourceList {
  if (!isObject(value)) return NO_RESOURCES;
  let list: Map<string, Amount> | undefined;
  for (const name of Object.keys(value)) {
    const amount = amountOf(value[name]);
    if (amount !== undefined) (list ??= new Map()).set(name, amount);
  }
  return list ?? NO_RESOURCES;
}

function amountOf(value: unknown): Amount | undefined {
  if (isUnknown(value)) return UNKNOWN_AMOUNT;
  const quantity = parseQuantity(value);
  return quantity === undefined ? undefined : { quantity: roundUp(quantity, MILLI), exact: true };
}

/** Rounds away from zero to a multiple of ten to the power of `exponent`. */
export function roundUp(quantity: Quantity, exponent: number): Quantity {
  if (quantity.exponent >= exponent || quantity.unscaled === 0n) return quantity;
  const rounded: Quantity = { unscaled: scaledValue(quantity, exponent), exponent, format: quantity.format };
  return compareQuantity(rounded, quantity) === 0 ? quantity : rounded;
}

export function podResourcesOf(podSpec: unknown, options: PodResourcesOptions = {}): PodResources {
  const spec = asObject(podSpec) ?? {};
  const minor = minorOf(options.release ?? NEWEST);
  const containers: ContainerResources[] = [];
  for (const list of ['containers', 'initContainers'] as const) {
    for (const [container, i] of objectsOf(spec[list])) {
      const role = list === 'containers' ? 'app' : container['restartPolicy'] === 'Always' ? 'sidecar' : 'init';
      containers.push(containerOf(container, ['spec', list, i], role, options.defaults ?? []));
    }
  }
  const overhead = options.overhead ?? resourceListOf(spec['overhead']);
  const resources = minor >= POD_LEVEL_SINCE ? asObject(spec['resources']) : undefined;
  if (resources === undefined) return { containers, overhead };
  const own = { requests: resourceListOf(resources['requests']), limits: resourceListOf(resources['limits']) };
  return { containers, overhead, pod: completed(own, containers, minor) };
}

/** Pod-level resources are on by default from 1.34; since 1.37 limits are completed too. */
const POD_LEVEL_SINCE = 34;
const POD_LEVEL_LIMITS_SINCE = 37;

function containerOf(
  container: { readonly [key: string]: unknown },
  path: Path,
  role: ContainerResources['role'],
  defaults: readonly ContainerDefaults[],
): ContainerResources {
  const resources = container['resources'];
  const open =
    isUnknown(resources) || (isObject(resources) && (isUnknown(resources['limits']) || isUnknown(resources['requests'])));
  let limits = isObject(resources) ? resourceListOf(resources['limits']) : NO_RESOURCES;
  let requests = withMissing(isObject(resources) ? resourceListOf(resources['requests']) : NO_RESOURCES, limits);
  for (const given of defaults) {
    limits = withMissing(limits, given.limits);
    requests = withMissing(requests, given.requests);
  }
  const name = container['name'];
  return { name: typeof name === 'string' ? name : '', path, role, requests, limits, open };
}

/** `list`, and from `defaults` what it lacks. */
function withMissing(list: ResourceList, defaults: ResourceList): ResourceList {
  let out: Map<string, Amount> | undefined;
  for (const [name, amount] of defaults) if (!list.has(name)) (out ??= new Map(list)).set(name, amount);
  return out ?? list;
}

function isPodLevel(name: string): boolean {
  return name === 'cpu' || name === 'memory' || isHugePages(name);
}

/** Completes Pod-level requests and limits from the containers, as `DefaultPodLevelResources` does. */
function completed(own: ContainerDefaults, containers: readonly ContainerResources[], minor: number): ContainerDefaults {
  if (own.requests.size === 0 && own.limits.size === 0) return own;
  const limits = new Map(own.limits);
  const requests = new Map(own.requests);
  const containerLimits = aggregate(containers, 'limits');
  for (const [name, amount] of containerLimits) {
    if (isHugePages(name) && !requests.has(name) && !limits.has(name)) limits.set(name, amount);
  }
  if (own.limits.size > 0 || minor >= POD_LEVEL_LIMITS_SINCE) {
    for (const [name, amount] of aggregate(containers, 'requests')) {
      if ((name === 'cpu' || name === 'memory') && !requests.has(name)) requests.set(name, amount);
    }
    for (const [name, amount] of limits) if (isPodLevel(name) && !requests.has(name)) requests.set(name, amount);
  }
  if (minor >= POD_LEVEL_LIMITS_SINCE) {
    for (const [name, request] of requests) {
      if (!isPodLevel(name) || limits.has(name) || !containers.every((container) => container.limits.has(name))) continue;
      const limit = containerLimits.get(name);
      if (limit !== undefined)
        limits.set(name, { quantity: maxQuantity(limit.quantity, request.quantity), exact: limit.exact && request.exact });
    }
  }
  return { requests, limits };
}

/** True when Pod-level requests or limits name a resource that may be set there. */
export function hasPodLevelResources({ pod }: PodResources): boolean {
  return pod !== undefined && (namesPodLevel(pod.requests) || namesPodLevel(pod.limits));
}

function namesPodLevel(list: ResourceList): boolean {
  for (const name of list.keys()) if (isPodLevel(name)) return true;
  return false;
}

/** Sum over app containers and sidecars, or what the largest init container needs beside the sidecars started before it, whichever is more. */
export function aggregate(containers: readonly ContainerResources[], which: 'requests' | 'limits'): ResourceList {
  const total = new Map<string, Amount>();
  const sidecars = new Map<string, Amount>();
  const initial = new Map<string, Amount>();
  for (const container of containers) {
    const own = container[which];
    if (container.role === 'app') addAll(total, own);
    else if (container.role === 'sidecar') {
      addAll(total, own);
      addAll(sidecars, own);
      maxAll(initial, sidecars);
    } else {
      const together = new Map(own);
      addAll(together, sidecars);
      maxAll(initial, together);
    }
  }
  maxAll(total, initial);
  return total;
}

/** What the scheduler and ResourceQuota count: Pod-level requests in place of the containers', plus overhead. */
export function podRequests(resources: PodResources): ResourceList {
  const total = new Map(aggregate(resources.containers, 'requests'));
  for (const [name, amount] of resources.pod?.requests ?? NO_RESOURCES) if (isPodLevel(name)) total.set(name, amount);
  addAll(total, resources.overhead);
  return total;
}

/** Overhead counts only for what is limited. */
export function podLimits(resources: PodResources): ResourceList {
  const total = new Map(aggregate(resources.containers, 'limits'));
  if (hasPodLevelResources(resources)) {
    for (const [name, amount] of resources.pod?.limits ?? NO_RESOURCES) if (isPodLevel(name)) total.set(name, amount);
  }
  for (const [name, amount] of resources.overhead) {
    const limit = total.get(name);
    if (limit !== undefined && limit.quantity.unscaled !== 0n) total.set(name, sum(limit, amount));
  }
  return total;
}

/**
 * The field, relative to the Pod, that asks most of a resource: Pod-level, or in the container with the largest amount; undefined where
 * nothing names the resource (overhead apart).
 */
export function largestShare(
  { containers, pod }: PodResources,
  which: 'requests' | 'limits',
  resource: string,
): Path | undefined {
  if (pod?.[which].has(resource) === true) return ['spec', 'resources', which, resource];
  let largest: ContainerResources | undefined;
  let most: Quantity | undefined;
  for (const container of containers) {
    const amount = container[which].get(resource);
    if (amount === undefined || (most !== undefined && compareQuantity(amount.quantity, most) <= 0)) continue;
    largest = container;
    most = amount.quantity;
  }
  return largest === undefined ? undefined : [...largest.path, 'resources', which, resource];
}

export function addAll(into: Map<string, Amount>, list: ResourceList): void {
  for (const [name, amount] of list) {
    const present = into.get(name);
    into.set(name, present === undefined ? amount : sum(present, amount));
  }
}

function maxAll(into: Map<string, Amount>, list: ResourceList): void {
  for (const [name, amount] of list) {
    const present = into.get(name);
    if (present === undefined) into.set(name, amount);
    else into.set(name, { quantity: maxQuantity(present.quantity, amount.quantity), exact: present.exact && amount.exact });
  }
}

export function sum(a: Amount, b: Amount): Amount {
  return { quantity: addQuantity(a.quantity, b.quantity), exact: a.exact && b.exact };
}

export { isHugePages, isNativeResource };

/** A resource that devices offer (`nvidia.com/gpu`). */
export function isExtendedResource(name: string): boolean {
  return isExtendedResourceName(name, minorOf(NEWEST));
}

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

/** The quality of service class; undefined where a placeholder decides. Mirrors pkg/apis/core/v1/helper/qos. */
export function qosClassOf(resources: PodResources): QosClass | undefined {
  if (hasPodLevelResources(resources)) return requirementsQos(resources.pod!);
  let result: QosClass | undefined;
  for (const container of resources.containers) {
    if (container.open) return undefined;
    const own = requirementsQos(container);
    if (own === undefined || own === 'Burstable') return own;
    if (result === undefined) result = own;
    else if (result !== own) return 'Burstable';
  }
  return result ?? 'BestEffort';
}

function requirementsQos({ requests, limits }: ContainerDefaults): QosClass | undefined {
  let result: QosClass | undefined;
  for (const name of ['cpu', 'memory']) {
    const request = requests.get(name);
    const limit = limits.get(name);
    if (request?.exact === false || limit?.exact === false) return undefined;
    const asked = request?.quantity ?? ZERO_QUANTITY;
    if (compareQuantity(asked, limit?.quantity ?? ZERO_QUANTITY) !== 0) return 'Burstable';
    const own = asked.unscaled === 0n ? 'BestEffort' : 'Guaranteed';
    if (result === undefined) result = own;
    else if (result !== own) return 'Burstable';
  }
  return result;
}
