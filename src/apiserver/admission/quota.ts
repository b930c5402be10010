import { asObject, isObject } from '../../api/manifest.ts';
import {
  type Amount,
  hasPodLevelResources,
  largestShare,
  NO_RESOURCES,
  type PodResources,
  podResourcesOf,
  type ResourceList,
  resourceListOf,
  sum,
} from '../../api/pod-resources.ts';
import {
  compareQuantity,
  formatQuantity,
  multiplyQuantity,
  type Quantity,
  scaledValue,
  subtractQuantity,
  ZERO_QUANTITY,
} from '../../api/quantity.ts';
import type { Path } from '../../source/path.ts';
import { matchesScopes, type QuotaScope, scopesOf } from './quota-scopes.ts';
import { handles, podUsage, usageOf } from './quota-usage.ts';

/**
 * The ResourceQuota admission plugin. Mirrors k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go (CheckRequest) and the
 * evaluators of pkg/quota/v1/evaluator/core.
 */
export interface Quota {
  readonly name: string;
  readonly hard: ResourceList;
  /** What is charged before anything of ours: `status.used` of a quota that exists, else what every new namespace holds. */
  readonly used: ResourceList;
  readonly scopes: readonly QuotaScope[];
  /** False where `used` is only a guess: the quota has no status. */
  readonly observed: boolean;
}

/** An object about to be created, with what earlier admission made of it. */
export interface QuotaSubject {
  /** Plural and group as in `count/` quotas: `pods`, `services`, `deployments.apps`. */
  readonly resource: string;
  /** The object; of a Pod at least metadata and spec. */
  readonly value: unknown;
  /** A Pod's resources with LimitRange defaults; by default read from the object. */
  readonly resources?: PodResources;
  /** The PriorityClass after admission, where it differs from the object's. */
  readonly priorityClassName?: string;
  /** The StorageClass a claim gets if it names none. */
  readonly defaultStorageClass?: string;
}

export interface QuotaRefusal {
  readonly quota: string;
  /** Something the quota counts is not specified, or there is not enough of it left. */
  readonly reason: 'unspecified' | 'exceeded';
  /** The quota's resource names that fail, sorted. */
  readonly resources: readonly string[];
  /** What the server says after `pods "x" is forbidden: `. */
  readonly message: string;
  /** Where it lies, relative to the object; fields may be absent. Empty where no single field asks for it. */
  readonly paths: readonly Path[];
  /** False where a placeholder asks for more than the message tells. */
  readonly exact: boolean;
}

/** ResourceQuota objects of one namespace, read once. What is no ResourceQuota is left out. */
export function quotasOf(objects: readonly unknown[]): readonly Quota[] {
  const quotas = objects.filter((object) => isObject(object) && object['kind'] === 'ResourceQuota');
  const out: Quota[] = [];
  for (const object of quotas) {
    if (!isObject(object)) continue;
    const name = asObject(object['metadata'])?.['name'];
    const spec = asObject(object['spec']);
    const status = asObject(object['status']);
    const hard = resourceListOf(status?.['hard'] ?? spec?.['hard']);
    const observed = isObject(status?.['used']);
    const known = resourceListOf(status?.['used']);
    const used = new Map<string, Amount>();
    for (const resource of hard.keys()) used.set(resource, known.get(resource) ?? initial(resource, quotas.length));
    out.push({ name: typeof name === 'string' ? name : '', hard, used, scopes: scopesOf(spec), observed });
  }
  return out;
}

/**
 * A ResourceQuota as it is soon after an apply over a live one: the controller puts the new limits beside what it has counted already. What the live
 * one did not count begins as in a quota that is new.
 */
export function quotaOver(next: unknown, live: unknown): unknown {
  const counted = asObject(asObject(asObject(live)?.['status'])?.['used']);
  if (counted === undefined || !isObject(next)) return next;
  const hard = asObject(asObject(next['spec'])?.['hard']) ?? {};
  const used = Object.fromEntries(Object.entries(counted).filter(([resource]) => Object.hasOwn(hard, resource)));
  return { ...next, status: { hard, used } };
}

const ZERO: Amount = { quantity: ZERO_QUANTITY, exact: true };

/** What a namespace holds from its first second: the default ServiceAccount, the root CA's ConfigMap, and the quotas themselves. */
function initial(resource: string, quotas: number): Amount {
  const count = resource.startsWith('count/') ? resource.slice('count/'.length) : resource;
  if (count === 'configmaps' || resource === 'count/serviceaccounts')
    return { quantity: { ...ZERO_QUANTITY, unscaled: 1n, text: '1' }, exact: false };
  if (count === 'resourcequotas')
    return { quantity: { unscaled: BigInt(quotas), exponent: 0, format: 'DecimalSI' }, exact: true };
  return ZERO;
}

function resourcesOf(subject: QuotaSubject): PodResources {
  return subject.resources ?? podResourcesOf(asObject(subject.value)?.['spec']);
}

/** The quota counts something of this object. */
export function quotaMatches(quota: Quota, subject: QuotaSubject): boolean {
  let counted = false;
  for (const name of quota.hard.keys()) {
    if (handles(subject.resource, name)) {
      counted = true;
      break;
    }
  }
  return counted && matchesScopes(quota.scopes, subject, resourcesOf) === true;
}

/** The compute resources that a quota obliges every container to specify. */
const OBLIGATORY: readonly (readonly [name: string, list: 'requests' | 'limits', resource: string])[] = [
  ['cpu', 'requests', 'cpu'],
  ['limits.cpu', 'limits', 'cpu'],
  ['limits.memory', 'limits', 'memory'],
  ['memory', 'requests', 'memory'],
  ['requests.cpu', 'requests', 'cpu'],
  ['requests.memory', 'requests', 'memory'],
];

/** What a matching quota obliges a Pod's containers to specify and they do not; undefined where nothing is missing. */
export function unspecified(quota: Quota, subject: QuotaSubject): QuotaRefusal | undefined {
  if (subject.resource !== 'pods') return undefined;
  const resources = resourcesOf(subject);
  if (hasPodLevelResources(resources)) return undefined;
  const names: string[] = [];
  const parts: string[] = [];
  const paths: Path[] = [];
  for (const [name, list, resource] of OBLIGATORY) {
    if (!quota.hard.has(name)) continue;
    const missing = new Set<string>();
    for (const container of resources.containers) {
      if (container.open || container[list].has(resource)) continue;
      missing.add(container.name);
      paths.push([...container.path, 'resources', list, resource]);
    }
    if (missing.size === 0) continue;
    names.push(name);
    parts.push(`${name} for: ${[...missing].sort().join(',')}`);
  }
  if (names.length === 0) return undefined;
  const message = `failed quota: ${quota.name}: must specify ${parts.join('; ')}`;
  return { quota: quota.name, reason: 'unspecified', resources: names, message, paths, exact: true };
}

export interface Charge {
  /** How many of the objects the quotas let through. */
  readonly admitted: number;
  /** Why the next one is refused, one a quota that refuses it; the server tells one of them. Empty if all were admitted. */
  readonly refusals: readonly QuotaRefusal[];
}

/** A running account of one namespace's quotas. */
export interface QuotaLedger {
  /** Creates `count` equal objects one after another and charges those that the quotas admit. */
  charge(subject: QuotaSubject, count?: number): Charge;
  used(quota: string): ResourceList;
}

export function quotaLedger(quotas: readonly Quota[]): QuotaLedger {
  const accounts = quotas.map((quota) => ({ quota, used: new Map(quota.used) }));

  function charge(subject: QuotaSubject, count = 1): Charge {
    const matching = accounts.filter(({ quota }) => quotaMatches(quota, subject));
    if (matching.length === 0) return { admitted: count, refusals: [] };
    const missing: QuotaRefusal[] = [];
    for (const { quota } of matching) {
      const refusal = unspecified(quota, subject);
      if (refusal !== undefined) missing.push(refusal);
    }
    if (missing.length > 0) return { admitted: 0, refusals: missing };

    const usage = subject.resource === 'pods' ? podUsage(resourcesOf(subject)) : usageOf(subject);
    let admitted = Math.max(0, Math.trunc(count));
    for (const { quota, used } of matching) {
      for (const [name, { quantity }] of usage) {
        const hard = quota.hard.get(name);
        if (hard === undefined || !hard.exact || quantity.unscaled <= 0n) continue;
        admitted = Math.min(admitted, timesWithin(quantity, subtractQuantity(hard.quantity, (used.get(name) ?? ZERO).quantity)));
      }
    }
    for (const { quota, used } of matching) {
      for (const [name, amount] of usage) {
        if (!quota.hard.has(name) || amount.quantity.unscaled === 0n) continue;
        const charged: Amount = { quantity: multiplyQuantity(amount.quantity, admitted), exact: amount.exact };
        used.set(name, admitted === 0 ? (used.get(name) ?? ZERO) : sum(used.get(name) ?? ZERO, charged));
      }
    }
    if (admitted >= count) return { admitted, refusals: [] };
    const refusals: QuotaRefusal[] = [];
    for (const { quota, used } of matching) {
      const refusal = exceeded(quota, used, usage, subject);
      if (refusal !== undefined) refusals.push(refusal);
    }
    return { admitted, refusals };
  }

  return {
    charge,
    used: (name) => accounts.find(({ quota }) => quota.name === name)?.used ?? NO_RESOURCES,
  };
}

/** How often `amount` (positive) fits into `room`. */
function timesWithin(amount: Quantity, room: Quantity): number {
  if (room.unscaled <= 0n) return 0;
  const exponent = Math.min(amount.exponent, room.exponent);
  return Number(scaledValue(room, exponent) / scaledValue(amount, exponent));
}

function exceeded(quota: Quota, used: ResourceList, usage: ResourceList, subject: QuotaSubject): QuotaRefusal | undefined {
  const resources: string[] = [];
  let exact = true;
  for (const [name, amount] of usage) {
    const hard = quota.hard.get(name);
    if (hard === undefined || !hard.exact || amount.quantity.unscaled === 0n) continue;
    const before = used.get(name) ?? ZERO;
    if (compareQuantity(sum(before, amount).quantity, hard.quantity) <= 0) continue;
    resources.push(name);
    exact &&= amount.exact && before.exact;
  }
  if (resources.length === 0) return undefined;
  resources.sort();
  const print = (list: ResourceList): string =>
    resources.map((name) => `${name}=${formatQuantity((list.get(name) ?? ZERO).quantity)}`).join(',');
  const paths: Path[] = [];
  for (const resource of resources) {
    const path = pathOf(resource, subject);
    if (path !== undefined && !paths.some((other) => other.join('\0') === path.join('\0'))) paths.push(path);
  }
  const message = `exceeded quota: ${quota.name}, requested: ${print(usage)}, used: ${print(used)}, limited: ${print(quota.hard)}`;
  return { quota: quota.name, reason: 'exceeded', resources, message, paths, exact };
}

/** The field that makes an object use a quota's resource. */
function pathOf(name: string, subject: QuotaSubject): Path | undefined {
  if (subject.resource === 'pods') {
    const list = name.startsWith('limits.') ? 'limits' : 'requests';
    const resource = name.startsWith('limits.') || name.startsWith('requests.') ? name.slice(name.indexOf('.') + 1) : name;
    return largestShare(resourcesOf(subject), list, resource);
  }
  if (name.endsWith('requests.storage')) return ['spec', 'resources', 'requests', 'storage'];
  if (name === 'services.nodeports' || name === 'services.loadbalancers') return ['spec', 'type'];
  return undefined;
}
