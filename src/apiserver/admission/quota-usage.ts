import { asArray, asObject } from '../../api/manifest.ts';
import {
  type Amount,
  isExtendedResource,
  isHugePages,
  isNativeResource,
  type PodResources,
  podLimits,
  podRequests,
  type ResourceList,
  resourceListOf,
  roundUp,
} from '../../api/pod-resources.ts';
import { isIntegerQuantity, quantityOf } from '../../api/quantity.ts';
import { isUnknown } from '../../api/unknown.ts';
import type { QuotaSubject } from './quota.ts';

/** What ResourceQuota counts of an object. Mirrors pkg/quota/v1/evaluator/core. */

const POD_NAMES: ReadonlySet<string> = new Set([
  'count/pods',
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'pods',
]);
const CLAIM_NAMES = ['persistentvolumeclaims', 'requests.storage'];
const SERVICE_NAMES: ReadonlySet<string> = new Set([
  'count/services',
  'services',
  'services.nodeports',
  'services.loadbalancers',
]);
const OLD_COUNTS: ReadonlySet<string> = new Set(['configmaps', 'resourcequotas', 'replicationcontrollers', 'secrets']);
/** Never counted. */
const IGNORED: ReadonlySet<string> = new Set(['events', 'events.events.k8s.io', 'bindings', 'namespaces']);
const BY_CLASS = '.storageclass.storage.k8s.io/';
const DEVICE_CLASS = 'deviceclass.resource.kubernetes.io/';

/** A quota's resource name counts objects of this resource (`pods`, `deployments.apps`). */
export function handles(resource: string, name: string): boolean {
  switch (resource) {
    case 'pods':
      return (
        POD_NAMES.has(name) ||
        isHugePages(name) ||
        name.startsWith('requests.hugepages-') ||
        (name.startsWith('requests.') && (!isNativeResource(name) || name.startsWith(`requests.${DEVICE_CLASS}`)))
      );
    case 'services':
      return SERVICE_NAMES.has(name);
    case 'persistentvolumeclaims':
      return name === 'count/persistentvolumeclaims' || CLAIM_NAMES.some((own) => name === own || name.endsWith(BY_CLASS + own));
    default:
      return !IGNORED.has(resource) && (name === `count/${resource}` || (name === resource && OLD_COUNTS.has(resource)));
  }
}

const ONE: Amount = { quantity: quantityOf(1), exact: true };

/** The usage of a Pod that is not finished. */
export function podUsage(resources: PodResources): ResourceList {
  const usage = new Map<string, Amount>([
    ['count/pods', ONE],
    ['pods', ONE],
  ]);
  for (const [name, amount] of podRequests(resources)) {
    if (name === 'cpu' || name === 'memory' || name === 'ephemeral-storage' || isHugePages(name)) {
      usage.set(name, amount);
      usage.set(`requests.${name}`, amount);
    } else if (isExtendedResource(name) || name.startsWith(DEVICE_CLASS)) usage.set(`requests.${name}`, amount);
  }
  for (const [name, amount] of podLimits(resources)) {
    if (name === 'cpu' || name === 'memory' || name === 'ephemeral-storage') usage.set(`limits.${name}`, amount);
  }
  return usage;
}

/** The usage of anything but a Pod. */
export function usageOf(subject: QuotaSubject): ResourceList {
  switch (subject.resource) {
    case 'services':
      return serviceUsage(subject.value);
    case 'persistentvolumeclaims':
      return claimUsage(subject.value, subject.defaultStorageClass);
    default: {
      const usage = new Map<string, Amount>();
      if (IGNORED.has(subject.resource)) return usage;
      usage.set(`count/${subject.resource}`, ONE);
      if (OLD_COUNTS.has(subject.resource)) usage.set(subject.resource, ONE);
      return usage;
    }
  }
}

function serviceUsage(service: unknown): ResourceList {
  const spec = asObject(asObject(service)?.['spec']) ?? {};
  const usage = new Map<string, Amount>([
    ['count/services', ONE],
    ['services', ONE],
  ]);
  const ports = asArray(spec['ports']);
  const { type } = spec;
  if (type === 'LoadBalancer') usage.set('services.loadbalancers', ONE);
  if (type === 'NodePort' || type === 'LoadBalancer') {
    // Without allocation only the ports that a person chose count.
    const chosenOnly = type === 'LoadBalancer' && spec['allocateLoadBalancerNodePorts'] === false;
    const counted = chosenOnly ? ports.filter((port) => Boolean(asObject(port)?.['nodePort'])) : ports;
    usage.set('services.nodeports', { quantity: quantityOf(counted.length), exact: !isUnknown(spec['ports']) });
  }
  return usage;
}

/** The class of a claim: the old annotation wins. Mirrors GetPersistentVolumeClaimClass. */
export function storageClassOf(claim: unknown, defaultStorageClass?: string): string | undefined {
  const object = asObject(claim);
  const annotations = asObject(asObject(object?.['metadata'])?.['annotations']);
  const annotation = annotations?.['volume.beta.kubernetes.io/storage-class'];
  if (typeof annotation === 'string') return annotation;
  const name = asObject(object?.['spec'])?.['storageClassName'];
  if (typeof name === 'string') return name;
  return defaultStorageClass;
}

function claimUsage(claim: unknown, defaultStorageClass: string | undefined): ResourceList {
  const usage = new Map<string, Amount>([
    ['persistentvolumeclaims', ONE],
    ['count/persistentvolumeclaims', ONE],
  ]);
  const named = storageClassOf(claim, defaultStorageClass);
  const storageClass = named === '' || isUnknown(named) ? undefined : named;
  if (storageClass !== undefined) usage.set(`${storageClass}${BY_CLASS}persistentvolumeclaims`, ONE);
  const requests = asObject(asObject(asObject(claim)?.['spec'])?.['resources'])?.['requests'];
  const storage = resourceListOf(requests).get('storage');
  if (storage !== undefined) {
    const amount = isIntegerQuantity(storage.quantity)
      ? storage
      : { quantity: roundUp(storage.quantity, 0), exact: storage.exact };
    usage.set('requests.storage', amount);
    if (storageClass !== undefined) usage.set(`${storageClass}${BY_CLASS}requests.storage`, amount);
  }
  return usage;
}
