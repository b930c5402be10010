import { minorOf, type Release } from '../../api/kinds.ts';
import type { JsonObject } from '../../api/manifest.ts';
import { type Resource, schemaOf } from '../../api/table.ts';
import { Check, type UpdateCause } from './check.ts';
import { configMap, secret } from './data.ts';
import { customResourceDefinition } from './definition.ts';
import { job } from './job.ts';
import { merged } from './merge.ts';
import {
  endpointSlice,
  ingressClass,
  priorityClass,
  resourceQuota,
  resourceSlice,
  roleBinding,
  runtimeClass,
  serviceCidr,
  wholeSpec,
} from './others.ts';
import { pod } from './pod.ts';
import { service } from './service.ts';
import {
  csiDriver,
  csiStorageCapacity,
  persistentVolume,
  persistentVolumeClaim,
  storageClass,
  volumeAttributesClass,
} from './storage.ts';
import { podGroup, workload } from './workload-groups.ts';
import { controllerRevision, selectorOnly, statefulSet } from './workloads.ts';

export type { UpdateCause } from './check.ts';
export { customCausesOfUpdate, validateCustomUpdate } from './custom.ts';
export { withoutOldCosts } from './definition.ts';
export { resizeRefusal } from './resize.ts';

/** An object that is there when a manifest is applied. */
export interface Existing {
  readonly value: JsonObject;
  /** The manifest that `kubectl apply` sent last: what it names and the new one does not is taken out. Undefined where that is not known. */
  readonly applied: JsonObject | undefined;
  /** `value` is what the server stores, with its defaults and a status, not a manifest. */
  readonly stored: boolean;
}

/** What applying an object would be refused because an object of its name is there already. */
export interface Update {
  readonly causes: readonly UpdateCause[];
  /** The revision that the object there is taken from; undefined where it is a fact. */
  readonly revision: string | undefined;
  /** Facts were given, and none of them is this object. */
  readonly notInFacts: boolean;
}

/** Kinds that are not named here may change in every field that their validation lets through. */
const CHECKS: Readonly<Record<string, (check: Check) => void>> = {
  'apps/Deployment': selectorOnly,
  'apps/DaemonSet': selectorOnly,
  'apps/ReplicaSet': selectorOnly,
  'apps/StatefulSet': statefulSet,
  'apps/ControllerRevision': controllerRevision,
  'batch/Job': job,
  '/Pod': pod,
  '/Service': service,
  '/ConfigMap': configMap,
  '/Secret': secret,
  '/PersistentVolumeClaim': persistentVolumeClaim,
  '/PersistentVolume': persistentVolume,
  '/ResourceQuota': resourceQuota,
  'storage.k8s.io/StorageClass': storageClass,
  'storage.k8s.io/VolumeAttributesClass': volumeAttributesClass,
  'storage.k8s.io/VolumeAttachment': wholeSpec,
  'storage.k8s.io/CSIDriver': csiDriver,
  'storage.k8s.io/CSIStorageCapacity': csiStorageCapacity,
  'rbac.authorization.k8s.io/RoleBinding': roleBinding,
  'rbac.authorization.k8s.io/ClusterRoleBinding': roleBinding,
  'scheduling.k8s.io/PriorityClass': priorityClass,
  'node.k8s.io/RuntimeClass': runtimeClass,
  'networking.k8s.io/IngressClass': ingressClass,
  'networking.k8s.io/ServiceCIDR': serviceCidr,
  'discovery.k8s.io/EndpointSlice': endpointSlice,
  'resource.k8s.io/ResourceClaim': wholeSpec,
  'resource.k8s.io/ResourceClaimTemplate': wholeSpec,
  'resource.k8s.io/ResourceSlice': resourceSlice,
  'scheduling.k8s.io/Workload': workload,
  'scheduling.k8s.io/PodGroup': podGroup,
  'apiextensions.k8s.io/CustomResourceDefinition': customResourceDefinition,
};

/**
 * What the server refuses when `kubectl apply` sends a manifest of an object that is there, beside what it would refuse of a new one.
 * Only what is sure: silent where a placeholder, or a default that is not known, decides.
 */
export function validateUpdate(
  existing: Existing,
  next: JsonObject,
  resource: Resource,
  release: Release,
): readonly UpdateCause[] {
  const validate = CHECKS[`${resource.group}/${resource.kind}`];
  if (validate === undefined) return NO_CAUSES;
  const type = schemaOf(resource, release);
  const { value, applied, stored } = existing;
  const check = new Check(value, merged(applied, value, next, type), { type, minor: minorOf(release), stored });
  validate(check);
  return check.causes;
}

const NO_CAUSES: readonly UpdateCause[] = [];
