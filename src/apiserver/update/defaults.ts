import { asObject, asString, isObject, type JsonObject } from '../../api/manifest.ts';
import { imagePullPolicyOf } from '../../api/pod-defaults.ts';

/** The default depends on what a manifest does not say: the cluster, or an admission plugin. */
export const OPEN = Symbol('open');

/** Where an object stands, as far as its defaults depend on it. */
export interface Place {
  /** In a Pod itself rather than in the template of a workload. */
  readonly pod: boolean;
  readonly hostNetwork: boolean;
}

/**
 * The value the server fills in for a field that is not written; undefined where it fills in none, `OPEN` where that cannot be known.
 * Mirrors pkg/apis/{core,batch,apps,rbac,resource,storage,scheduling}/v1/defaults.go, and for Pods the admission plugins that every cluster has.
 */
export function defaultOf(definition: string, field: string, object: JsonObject, place: Place): unknown {
  const name = PERSISTENT.has(definition) ? definition.replace('PersistentVolumeSource', 'VolumeSource') : definition;
  const entry = DEFAULTS[name];
  if (entry === undefined || !Object.hasOwn(entry, field)) return undefined;
  const value = entry[field];
  return typeof value === 'function' ? (value as Computed)(object, place) : value;
}

type Computed = (object: JsonObject, place: Place) => unknown;

/** They have the defaults of the sources that Pods write. */
const PERSISTENT = new Set(['ISCSI', 'RBD', 'ScaleIO'].map((source) => `core.v1.${source}PersistentVolumeSource`));

const CONTAINER = {
  imagePullPolicy: (container: JsonObject) => imagePullPolicyOf(container) ?? OPEN,
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  resources: {},
};
const MODE = { defaultMode: 0o644 };
const DEVICE_REQUEST = {
  allocationMode: 'ExactCount',
  count: ({ allocationMode }: JsonObject) => (allocationMode === 'All' ? undefined : 1),
};

const DEFAULTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'core.v1.PodSpec': {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    terminationGracePeriodSeconds: 30,
    securityContext: {},
    serviceAccountName: ({ serviceAccount }: JsonObject, { pod }: Place) =>
      asString(serviceAccount) || (pod ? 'default' : undefined),
    serviceAccount: ({ serviceAccountName }: JsonObject, { pod }: Place) =>
      asString(serviceAccountName) || (pod ? 'default' : undefined),
    enableServiceLinks: (_: JsonObject, { pod }: Place) => (pod ? true : undefined),
    preemptionPolicy: (_: JsonObject, { pod }: Place) => (pod ? OPEN : undefined),
    priority: (_: JsonObject, { pod }: Place) => (pod ? OPEN : undefined),
    priorityClassName: (_: JsonObject, { pod }: Place) => (pod ? OPEN : undefined),
    nodeName: (_: JsonObject, { pod }: Place) => (pod ? OPEN : undefined),
    imagePullSecrets: (_: JsonObject, { pod }: Place) => (pod ? OPEN : undefined),
    overhead: (_: JsonObject, { pod }: Place) => (pod ? OPEN : undefined),
    resources: OPEN,
  },
  'core.v1.Container': CONTAINER,
  'core.v1.ContainerPort': {
    protocol: 'TCP',
    hostPort: ({ containerPort }: JsonObject, { pod, hostNetwork }: Place) => (pod && hostNetwork ? containerPort : undefined),
  },
  'core.v1.ServicePort': { protocol: 'TCP', targetPort: ({ port }: JsonObject) => port },
  'core.v1.Probe': { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 },
  'core.v1.HTTPGetAction': { path: '/', scheme: 'HTTP', protocol: OPEN },
  'core.v1.GRPCAction': { service: '' },
  'core.v1.SecretVolumeSource': MODE,
  'core.v1.ConfigMapVolumeSource': MODE,
  'core.v1.DownwardAPIVolumeSource': MODE,
  'core.v1.ProjectedVolumeSource': MODE,
  'core.v1.ServiceAccountTokenProjection': { expirationSeconds: 3600 },
  'core.v1.ObjectFieldSelector': { apiVersion: 'v1' },
  'core.v1.ResourceFieldSelector': { divisor: '0' },
  'core.v1.HostPathVolumeSource': { type: '' },
  'core.v1.Volume': { emptyDir: (volume: JsonObject) => (sourceOf(volume) ? undefined : {}) },
  'core.v1.ImageVolumeSource': { pullPolicy: OPEN },
  'core.v1.PersistentVolumeClaimSpec': { volumeMode: 'Filesystem', dataSource: OPEN, dataSourceRef: OPEN, resources: {} },
  'core.v1.PersistentVolumeClaim': { metadata: {} },
  'core.v1.PersistentVolumeSpec': { volumeMode: 'Filesystem', persistentVolumeReclaimPolicy: 'Retain' },
  'core.v1.PodTemplateSpec': { metadata: {}, spec: {} },
  'core.v1.Secret': { type: 'Opaque' },
  'apps.v1.StatefulSetSpec': { podManagementPolicy: 'OrderedReady' },
  'batch.v1.JobSpec': { completionMode: 'NonIndexed' },
  'batch.v1.PodFailurePolicyOnPodConditionsPattern': { status: 'True' },
  'rbac.v1.RoleRef': { apiGroup: 'rbac.authorization.k8s.io' },
  'resource.v1.ExactDeviceRequest': DEVICE_REQUEST,
  'resource.v1.DeviceSubRequest': DEVICE_REQUEST,
  'resource.v1.DeviceToleration': { operator: 'Equal' },
  'scheduling.v1.PriorityClass': { preemptionPolicy: 'PreemptLowerPriority' },
  'storage.v1.StorageClass': { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' },
  'storage.v1.CSIDriverSpec': { attachRequired: true, volumeLifecycleModes: ['Persistent'] },
};

/** Whether a volume of a Pod names what it is made of. */
function sourceOf(volume: JsonObject): boolean {
  return Object.keys(volume).some((key) => key !== 'name' && isObject(volume[key]));
}

/** A Pod's containers ask for what they are limited to, where they ask for nothing else. */
export function withRequests(resources: JsonObject): JsonObject {
  const limits = asObject(resources['limits']);
  return limits === undefined ? resources : { ...resources, requests: { ...limits, ...asObject(resources['requests']) } };
}

/** Fields whose Go type is a pointer, so that `false`, 0 and '' differ from what is not written. */
export const POINTERS: ReadonlySet<string> = new Set([
  'activeDeadlineSeconds',
  'allowPrivilegeEscalation',
  'attachRequired',
  'automountServiceAccountToken',
  'backoffLimitPerIndex',
  'defaultMode',
  'enableServiceLinks',
  'expirationSeconds',
  'fsGroup',
  'hostUsers',
  'optional',
  'privileged',
  'readOnlyRootFilesystem',
  'runAsGroup',
  'runAsNonRoot',
  'runAsUser',
  'setHostnameAsFQDN',
  'shareProcessNamespace',
  'storageClassName',
  'terminationGracePeriodSeconds',
  'volumeAttributesClassName',
]);
