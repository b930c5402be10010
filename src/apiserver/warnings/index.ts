import type { Release } from '../../api/kinds.ts';
import { lifecycleOf } from '../../api/removed.ts';
import type { Path } from '../../source/path.ts';
import type { ValidatedResource } from '../validate/index.ts';
import { type Fields, fieldsOf } from '../validate/scope.ts';
import { warnCustomResourceDefinition, warnReservedName, warnWebhooks } from './extensions.ts';
import { WarningList } from './list.ts';
import { podWarnings } from './pod.ts';
import { warnResourceQuota, warnResourceSlice, warnServiceAccount } from './policies.ts';
import { warnEndpointSlice, warnEndpoints, warnIngress, warnNetworkPolicy, warnNode, warnService } from './services.ts';
import {
  warnCsiDriver,
  warnCsiStorageCapacity,
  warnPersistentVolume,
  warnPersistentVolumeClaim,
  warnRuntimeClass,
  warnStorageClass,
} from './storage.ts';
import { warnTlsSecret } from './tls-secret.ts';
import { warnCronJob, warnDaemonSet, warnJob, warnPodTemplate, warnReplicated, warnStatefulSet } from './workloads.ts';

/** One Warning header: `message` is the header's whole text, `path` where it points ([] is the object). */
export interface Warning {
  readonly path: Path;
  readonly message: string;
}

const NONE: Warning[] = [];

/**
 * The Warning headers of an object's creation, in the server's order; those of admission (Pod security) are not among them.
 * The object is one that validation accepts. `minor` is the server's minor release, 30 to 37.
 */
export function warnings(object: unknown, resource: ValidatedResource, minor: number): Warning[] {
  if (resource.group === '' && resource.kind === 'Pod') return podWarnings(object, minor);
  const warn = KINDS.get(`${resource.group}/${resource.kind}`);
  const isStable = !resource.version.includes('a');
  if (warn === undefined && isStable) return NONE;
  const list = new WarningList([], minor);
  // Stable versions are not deprecated, but for that of Endpoints.
  if (!isStable) warnDeprecated(list, resource);
  warn?.(list, fieldsOf(object));
  return list.found;
}

/** Mirrors WarningMessage of k8s.io/apiserver/pkg/endpoints/deprecation. */
function warnDeprecated(list: WarningList, { group, version, kind }: ValidatedResource): void {
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const lifecycle = lifecycleOf(apiVersion, kind, `1.${list.minor}` as Release);
  if (lifecycle.state !== 'served' && lifecycle.state !== 'disabled') return;
  const { deprecation } = lifecycle;
  if (deprecation === undefined) return;
  const { since, removedIn, replacement } = deprecation;
  const instead = replacement === undefined ? '' : `; use ${replacement.apiVersion} ${replacement.kind}`;
  list.addBare([], `${apiVersion} ${kind} is deprecated in v${since}+, unavailable in v${removedIn}+${instead}`);
}

const KINDS: ReadonlyMap<string, (list: WarningList, object: Fields) => void> = new Map([
  ['/Endpoints', warnEndpoints],
  ['/Node', warnNode],
  ['/PersistentVolume', warnPersistentVolume],
  ['/PersistentVolumeClaim', warnPersistentVolumeClaim],
  ['/PodTemplate', warnPodTemplate],
  ['/ReplicationController', warnReplicated],
  ['/ResourceQuota', warnResourceQuota],
  ['/Secret', warnTlsSecret],
  ['/Service', warnService],
  ['/ServiceAccount', warnServiceAccount],
  ['admissionregistration.k8s.io/MutatingAdmissionPolicy', warnReservedName],
  ['admissionregistration.k8s.io/MutatingAdmissionPolicyBinding', warnReservedName],
  ['admissionregistration.k8s.io/MutatingWebhookConfiguration', warnWebhooks],
  ['admissionregistration.k8s.io/ValidatingAdmissionPolicy', warnReservedName],
  ['admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding', warnReservedName],
  ['admissionregistration.k8s.io/ValidatingWebhookConfiguration', warnWebhooks],
  ['apiextensions.k8s.io/CustomResourceDefinition', warnCustomResourceDefinition],
  ['apps/DaemonSet', warnDaemonSet],
  ['apps/Deployment', warnReplicated],
  ['apps/ReplicaSet', warnReplicated],
  ['apps/StatefulSet', warnStatefulSet],
  ['batch/CronJob', warnCronJob],
  ['batch/Job', warnJob],
  ['discovery.k8s.io/EndpointSlice', warnEndpointSlice],
  ['networking.k8s.io/Ingress', warnIngress],
  ['networking.k8s.io/NetworkPolicy', warnNetworkPolicy],
  ['node.k8s.io/RuntimeClass', warnRuntimeClass],
  ['resource.k8s.io/ResourceSlice', warnResourceSlice],
  ['storage.k8s.io/CSIDriver', warnCsiDriver],
  ['storage.k8s.io/CSIStorageCapacity', warnCsiStorageCapacity],
  ['storage.k8s.io/StorageClass', warnStorageClass],
]);
