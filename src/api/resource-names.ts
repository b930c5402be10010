import { qualifiedNameFaults } from './names.ts';

/**
 * The names of resources (`cpu`, `requests.storage`, `nvidia.com/gpu`) and what the API lets each of them do.
 *
 * Mirrors k8s.io/kubernetes/pkg/apis/core/helper.
 */
const COUNTED = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
];
const COMPUTE = ['cpu', 'memory', 'ephemeral-storage'];
const STANDARD_CONTAINER: ReadonlySet<string> = new Set(COMPUTE);
const STANDARD_QUOTA: ReadonlySet<string> = new Set([
  ...COMPUTE,
  ...COMPUTE.map((name) => `requests.${name}`),
  ...COMPUTE.map((name) => `limits.${name}`),
  'requests.storage',
  ...COUNTED,
]);
const STANDARD: ReadonlySet<string> = new Set([...STANDARD_QUOTA, 'storage']);
const INTEGER: ReadonlySet<string> = new Set(COUNTED);
const POD_COMPUTE: ReadonlySet<string> = new Set([
  'cpu',
  'memory',
  'limits.cpu',
  'limits.memory',
  'requests.cpu',
  'requests.memory',
]);

export function isHugePages(name: string): boolean {
  return name.startsWith('hugepages-');
}

function isQuotaHugePages(name: string): boolean {
  return isHugePages(name) || name.startsWith('requests.hugepages-');
}

export function isStandardResource(name: string): boolean {
  return STANDARD.has(name) || isQuotaHugePages(name);
}

export function isStandardContainerResource(name: string): boolean {
  return STANDARD_CONTAINER.has(name) || isHugePages(name);
}

export function isStandardQuotaResource(name: string): boolean {
  return STANDARD_QUOTA.has(name) || isQuotaHugePages(name);
}

/** Kubernetes' own: without a domain, or of `kubernetes.io`. */
export function isNativeResource(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/');
}

/** A device's or a vendor's: with a foreign domain, and short enough to stand behind `requests.` in a quota. */
export function isExtendedResource(name: string, minor: number): boolean {
  if (isNativeResource(name) || name.startsWith('requests.')) return false;
  return qualifiedNameFaults(`requests.${name}`, minor).length === 0;
}

/** Whether requests may be lower than limits. */
export function isOvercommitAllowed(name: string): boolean {
  return isNativeResource(name) && !isHugePages(name);
}

/** Whether only whole numbers make sense. */
export function isIntegerResource(name: string, minor: number): boolean {
  return INTEGER.has(name) || isExtendedResource(name, minor);
}

const QUOTA_SCOPES: ReadonlySet<string> = new Set([
  'Terminating',
  'NotTerminating',
  'BestEffort',
  'NotBestEffort',
  'PriorityClass',
  'CrossNamespacePodAffinity',
]);

export function isQuotaScope(scope: string, minor: number): boolean {
  return QUOTA_SCOPES.has(scope) || (scope === 'VolumeAttributesClass' && minor >= 33);
}

/** Whether a quota of this scope can count the resource. Of scopes it does not know, the server says yes. */
export function scopeFitsResource(scope: string, resource: string, minor: number): boolean {
  if (scope === 'BestEffort') return resource === 'pods';
  if (scope === 'VolumeAttributesClass' && minor >= 33) {
    return resource === 'persistentvolumeclaims' || resource === 'requests.storage';
  }
  return !QUOTA_SCOPES.has(scope) || resource === 'pods' || POD_COMPUTE.has(resource);
}
