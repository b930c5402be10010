import { type NameCheck, nameIsDns1035Label, nameIsDnsLabel, nameIsDnsSubdomain, nameIsPathSegment } from '../../api/names.ts';
import type { Cause } from '../cause.ts';
import {
  validateMutatingBinding,
  validateMutatingPolicy,
  validateValidatingBinding,
  validateValidatingPolicy,
} from './admission-policies.ts';
import { validateReservedName } from './admission-rules.ts';
import { validateMutatingWebhooks, validateValidatingWebhooks } from './admission-webhooks.ts';
import { apiServiceNameFaults, validateApiService } from './api-service.ts';
import { validateHorizontalPodAutoscaler, validateHorizontalPodAutoscalerV1 } from './autoscaling.ts';
import {
  clusterTrustBundleNameFaults,
  validateCertificateSigningRequest,
  validateClusterTrustBundle,
  validatePodCertificateRequest,
} from './certificates.ts';
import { validateConfigMap } from './config-map.ts';
import { validateControllerRevision } from './controller-revision.ts';
import { validateLease } from './coordination.ts';
import { validateCronJob } from './cron-job.ts';
import { customResourceDefinitionNameFaults, validateCustomResourceDefinition } from './custom-resource-definition.ts';
import { validateDaemonSet } from './daemon-set.ts';
import { validateDeployment, validateReplicaSet } from './deployment.ts';
import { validateDeviceClass, validateResourceClaim, validateResourceClaimTemplate } from './device-claims.ts';
import { validateEndpointSlice, validateEndpoints } from './endpoints.ts';
import { validateEvent, validateEventsEvent, validateEventsEventStrictly } from './event.ts';
import { validateFlowSchema, validatePriorityLevel } from './flow-control.ts';
import { validateIngress, validateIngressClass } from './ingress.ts';
import { canonicalIpFaults } from './ip-fields.ts';
import { validateJob } from './job.ts';
import { validateLimitRange } from './limit-range.ts';
import { validateMetadata } from './metadata.ts';
import { validateNamespace } from './namespace.ts';
import { validateIpAddress, validateNetworkPolicy, validateServiceCidr } from './network-policy.ts';
import { validateNode } from './node.ts';
import { validatePersistentVolume } from './persistent-volume.ts';
import { validatePersistentVolumeClaim } from './persistent-volume-claim.ts';
import { validatePod } from './pod.ts';
import { validatePodDisruptionBudget } from './policy.ts';
import { validateClusterRole, validateClusterRoleBinding, validateRole, validateRoleBinding } from './rbac.ts';
import { validatePodTemplateObject, validateReplicationController } from './replication-controller.ts';
import { validateResourceQuota } from './resource-quota.ts';
import { validateDeviceTaintRule, validateResourceSlice } from './resource-slice.ts';
import { validateRuntimeClass } from './runtime-class.ts';
import { validatePriorityClass } from './scheduling.ts';
import { type Fields, fieldsOf, Scope } from './scope.ts';
import { validateSecret } from './secret.ts';
import { validateService } from './service.ts';
import { validateStatefulSet } from './stateful-set.ts';
import {
  validateCsiDriver,
  validateCsiNode,
  validateCsiStorageCapacity,
  validateStorageClass,
  validateVolumeAttachment,
  validateVolumeAttributesClass,
} from './storage.ts';
import { validateStorageVersionMigration } from './storage-migration.ts';

/** What validation must know of an object's kind: its names in the API, and its scope. */
export interface ValidatedResource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/**
 * The causes the API server would return on creation of a decoded object (`spec.replicas: Invalid value: -1: …`), in its order.
 * `object` has passed decoding for its kind; defaults need not be filled in. `minor` is the server's minor release, 30 to 37.
 * Kinds the server has no validation of its own for (custom resources, unknown ones) give [].
 */
export function validate(object: unknown, resource: ValidatedResource, minor: number): Cause[] {
  if (resource.group === '' && resource.kind === 'Pod') return validatePod(object, minor);
  const kind = KINDS.get(resource.group)?.get(resource.kind);
  if (kind === undefined) return [];
  const fields = fieldsOf(object);
  const v = new Scope(object, minor);
  // A Service's addresses and node ports come first, and alone when they are wrong.
  kind.first?.(v, fields, minor);
  if (v.count() > 0) return v.end();
  const check = resource.version === 'v1' && kind.validateV1 !== undefined ? kind.validateV1 : kind.validate;
  if (kind.late === true) {
    check?.(v, fields);
    if (v.count() === 0) v.collect(metadataCauses(fields, resource, kind, minor));
  } else {
    if (kind.beforeMetadata !== undefined) kind.beforeMetadata(v, fields);
    v.collect(metadataCauses(fields, resource, kind, minor));
    check?.(v, fields);
    if (resource.group === 'admissionregistration.k8s.io') validateReservedName(v, fields);
  }
  return v.end();
}

interface Kind {
  /** What the name must be; a DNS name if nothing is said. Some depend on the release, some on the object. */
  readonly name?: NameCheck | ((name: string, prefix: boolean, object: Fields, minor: number) => readonly string[]);
  readonly validate?: (v: Scope, object: Fields) => void;
  /** For version v1 of a kind whose versions differ. */
  readonly validateV1?: (v: Scope, object: Fields) => void;
  readonly first?: (v: Scope, object: Fields, minor: number) => void;
  readonly beforeMetadata?: (v: Scope, object: Fields) => void;
  /** The metadata are looked at only when nothing else is wrong. */
  readonly late?: boolean;
  /** The server gives a name to an object that has none. */
  readonly named?: boolean;
  /** Finalizers may be plain words. */
  readonly plainFinalizers?: boolean;
}

function metadataCauses(object: Fields, resource: ValidatedResource, kind: Kind, minor: number): Cause[] {
  const name = kind.name ?? nameIsDnsSubdomain;
  // Most checks look at the name alone; those that look at more get it.
  const nameCheck: NameCheck = name.length <= 2 ? (name as NameCheck) : (text, prefix) => name(text, prefix, object, minor);
  const standardFinalizers = kind.plainFinalizers !== true && kind.late !== true;
  const ownGeneration = OWN_GENERATION.has(resource.kind);
  return validateMetadata(object, {
    namespaced: resource.namespaced,
    nameCheck,
    minor,
    standardFinalizers,
    ownGeneration,
    named: kind.named,
  });
}

/** Kinds whose `PrepareForCreate` sets `metadata.generation` to one. */
const OWN_GENERATION: ReadonlySet<string> = new Set([
  ...['Pod', 'PodTemplate', 'ReplicationController', 'DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet', 'Job', 'CronJob'],
  ...['HorizontalPodAutoscaler', 'PodDisruptionBudget', 'Ingress', 'IngressClass', 'NetworkPolicy', 'EndpointSlice'],
  ...['PriorityClass', 'FlowSchema', 'PriorityLevelConfiguration', 'DeviceClass', 'DeviceTaintRule', 'ResourceSlice'],
  ...['MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding', 'MutatingWebhookConfiguration', 'CustomResourceDefinition'],
  ...['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding', 'ValidatingWebhookConfiguration'],
]);

function serviceName(name: string, prefix: boolean, _object: Fields, minor: number): readonly string[] {
  return minor >= 36 ? nameIsDnsLabel(name, prefix) : nameIsDns1035Label(name, prefix);
}

/** Of a ReplicationController and a DeviceClass. */
function lateName(name: string, prefix: boolean, _object: Fields, minor: number): readonly string[] {
  // From 1.35 on only the finished name counts, and from 1.37 on it is told at the end.
  return minor >= 37 || (prefix && minor >= 35) ? [] : nameIsDnsSubdomain(name, prefix);
}

function ipAddressName(name: string, _prefix: boolean, _object: Fields, minor: number): readonly string[] {
  return canonicalIpFaults(name, minor);
}

const anyName: NameCheck = () => [];

const KINDS: ReadonlyMap<string, ReadonlyMap<string, Kind>> = new Map([
  [
    '',
    new Map<string, Kind>([
      ['ConfigMap', { validate: validateConfigMap }],
      ['Endpoints', { validate: validateEndpoints }],
      ['Event', { name: nameIsPathSegment, validate: validateEvent, late: true }],
      ['LimitRange', { validate: validateLimitRange, named: true }],
      ['Namespace', { name: nameIsDnsLabel, validate: validateNamespace }],
      ['Node', { validate: validateNode }],
      ['PersistentVolume', { validate: validatePersistentVolume }],
      ['PersistentVolumeClaim', { validate: validatePersistentVolumeClaim }],
      ['PodTemplate', { validate: validatePodTemplateObject }],
      ['ReplicationController', { name: lateName, validate: validateReplicationController }],
      ['ResourceQuota', { validate: validateResourceQuota }],
      ['Secret', { validate: validateSecret }],
      [
        'Service',
        {
          name: serviceName,
          validate: (v, object) => validateService(v, object, 'rest'),
          first: (v, object) => validateService(v, object, 'allocation'),
        },
      ],
      ['ServiceAccount', {}],
    ]),
  ],
  [
    'admissionregistration.k8s.io',
    new Map<string, Kind>([
      ['MutatingAdmissionPolicy', { validate: validateMutatingPolicy, plainFinalizers: true }],
      ['MutatingAdmissionPolicyBinding', { validate: validateMutatingBinding, plainFinalizers: true }],
      ['MutatingWebhookConfiguration', { validate: validateMutatingWebhooks, plainFinalizers: true }],
      ['ValidatingAdmissionPolicy', { validate: validateValidatingPolicy, plainFinalizers: true }],
      ['ValidatingAdmissionPolicyBinding', { validate: validateValidatingBinding, plainFinalizers: true }],
      ['ValidatingWebhookConfiguration', { validate: validateValidatingWebhooks, plainFinalizers: true }],
    ]),
  ],
  [
    'apiextensions.k8s.io',
    new Map<string, Kind>([
      [
        'CustomResourceDefinition',
        { name: customResourceDefinitionNameFaults, validate: validateCustomResourceDefinition, plainFinalizers: true },
      ],
    ]),
  ],
  [
    'apiregistration.k8s.io',
    new Map<string, Kind>([['APIService', { name: apiServiceNameFaults, validate: validateApiService, plainFinalizers: true }]]),
  ],
  [
    'apps',
    new Map<string, Kind>([
      ['ControllerRevision', { validate: validateControllerRevision }],
      ['DaemonSet', { validate: validateDaemonSet }],
      ['Deployment', { validate: validateDeployment }],
      ['ReplicaSet', { validate: validateReplicaSet }],
      ['StatefulSet', { name: nameIsDnsLabel, validate: validateStatefulSet }],
    ]),
  ],
  [
    'autoscaling',
    new Map<string, Kind>([
      ['HorizontalPodAutoscaler', { validate: validateHorizontalPodAutoscaler, validateV1: validateHorizontalPodAutoscalerV1 }],
    ]),
  ],
  [
    'batch',
    new Map<string, Kind>([
      ['CronJob', { validate: validateCronJob }],
      ['Job', { validate: validateJob }],
    ]),
  ],
  [
    'certificates.k8s.io',
    new Map<string, Kind>([
      ['CertificateSigningRequest', { name: anyName, validate: validateCertificateSigningRequest }],
      ['PodCertificateRequest', { validate: validatePodCertificateRequest }],
      ['ClusterTrustBundle', { name: clusterTrustBundleNameFaults, validate: validateClusterTrustBundle }],
    ]),
  ],
  ['coordination.k8s.io', new Map<string, Kind>([['Lease', { validate: validateLease, plainFinalizers: true }]])],
  ['discovery.k8s.io', new Map<string, Kind>([['EndpointSlice', { validate: validateEndpointSlice }]])],
  [
    'events.k8s.io',
    new Map<string, Kind>([['Event', { beforeMetadata: validateEventsEvent, validate: validateEventsEventStrictly }]]),
  ],
  [
    'flowcontrol.apiserver.k8s.io',
    new Map<string, Kind>([
      ['FlowSchema', { validate: validateFlowSchema }],
      ['PriorityLevelConfiguration', { validate: validatePriorityLevel }],
    ]),
  ],
  [
    'networking.k8s.io',
    new Map<string, Kind>([
      ['IPAddress', { name: ipAddressName, validate: validateIpAddress }],
      ['Ingress', { validate: validateIngress }],
      ['IngressClass', { validate: validateIngressClass }],
      ['NetworkPolicy', { validate: validateNetworkPolicy }],
      ['ServiceCIDR', { validate: validateServiceCidr }],
    ]),
  ],
  ['node.k8s.io', new Map<string, Kind>([['RuntimeClass', { validate: validateRuntimeClass, plainFinalizers: true }]])],
  [
    'policy',
    new Map<string, Kind>([
      ['PodDisruptionBudget', { name: nameIsPathSegment, validate: validatePodDisruptionBudget, late: true }],
    ]),
  ],
  [
    'rbac.authorization.k8s.io',
    new Map<string, Kind>([
      ['ClusterRole', { name: nameIsPathSegment, validate: validateClusterRole }],
      ['ClusterRoleBinding', { name: nameIsPathSegment, validate: validateClusterRoleBinding }],
      ['Role', { name: nameIsPathSegment, validate: validateRole }],
      ['RoleBinding', { name: nameIsPathSegment, validate: validateRoleBinding }],
    ]),
  ],
  [
    'resource.k8s.io',
    new Map<string, Kind>([
      ['DeviceClass', { name: lateName, validate: validateDeviceClass }],
      ['DeviceTaintRule', { validate: validateDeviceTaintRule }],
      ['ResourceClaim', { validate: validateResourceClaim }],
      ['ResourceClaimTemplate', { validate: validateResourceClaimTemplate }],
      ['ResourceSlice', { validate: validateResourceSlice }],
    ]),
  ],
  ['scheduling.k8s.io', new Map<string, Kind>([['PriorityClass', { validate: validatePriorityClass }]])],
  [
    'storage.k8s.io',
    new Map<string, Kind>([
      ['CSIDriver', { validate: validateCsiDriver }],
      ['CSINode', { validate: validateCsiNode }],
      ['CSIStorageCapacity', { validate: validateCsiStorageCapacity }],
      ['StorageClass', { validate: validateStorageClass }],
      ['VolumeAttachment', { validate: validateVolumeAttachment }],
      ['VolumeAttributesClass', { validate: validateVolumeAttributesClass }],
    ]),
  ],
  [
    'storagemigration.k8s.io',
    new Map<string, Kind>([['StorageVersionMigration', { validate: validateStorageVersionMigration }]]),
  ],
]);
