import { closest } from './closest.ts';
import { minorOf, RELEASES, type Release } from './kinds.ts';
import { closestKind, isBuiltInGroup, kindsNamed, type Resource, resourceOf, resourcesOf } from './table.ts';

/** An apiVersion and a kind. */
export interface KindName {
  readonly apiVersion: string;
  readonly kind: string;
}

/** That a served version will go. Minors as text; `removedIn` may be newer than any known Release. */
export interface Deprecation {
  readonly since: string;
  readonly removedIn: string;
  readonly replacement?: KindName;
}

/** What becomes of an apiVersion and kind in a release. Minors as text: `since` may be older than any known Release (`1.16`). */
export type Lifecycle =
  | { readonly state: 'served'; readonly resource: Resource; readonly deprecation?: Deprecation }
  /** Was there once. `replacement` is what to use instead, absent when the thing itself is gone; `fieldsChanged` what else must be rewritten. */
  | { readonly state: 'removed'; readonly since: string; readonly replacement?: KindName; readonly fieldsChanged?: string }
  /** First exists in a later release. */
  | { readonly state: 'notYet'; readonly from: Release; readonly enabledByDefault: boolean }
  /** Exists, but is served only with `--runtime-config=<runtimeConfig>`. */
  | {
      readonly state: 'disabled';
      readonly resource: Resource;
      readonly runtimeConfig: string;
      readonly deprecation?: Deprecation;
    }
  /** A group of Kubernetes' own without such a version or kind. `suggestions`, best first, are served. */
  | { readonly state: 'unknown'; readonly suggestions: readonly KindName[] }
  /** Not a group of Kubernetes' own: a custom resource, if anything. `suggestions` if the group looks like a misspelt one. */
  | { readonly state: 'custom'; readonly suggestions: readonly KindName[] };

export function lifecycleOf(apiVersion: string, kind: string, release: Release): Lifecycle {
  const resource = resourceOf(apiVersion, kind, release);
  if (resource !== undefined) {
    const deprecation = deprecationOf(apiVersion, kind, release);
    if (resource.enabledByDefault) return { state: 'served', resource, deprecation };
    return { state: 'disabled', resource, runtimeConfig: `${apiVersion}=true`, deprecation };
  }
  const group = groupOf(apiVersion);
  if (!isBuiltInGroup(group)) return { state: 'custom', suggestions: likeGroup(group, kind, release) };
  return (
    removedBefore(apiVersion, kind) ??
    removedSince(apiVersion, kind, release) ??
    notYet(apiVersion, kind, release) ??
    unknown(apiVersion, kind, release)
  );
}

/** `apps` of `apps/v1`, '' of `v1`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/**
 * What 1.30 no longer had: apiVersion, kinds, the release that stopped serving them, the apiVersion to use (`-`: none).
 * From the deprecated API migration guide and the lifecycle methods in k8s.io/api (zz_generated.prerelease-lifecycle.go).
 */
const REMOVED = `
admissionregistration.k8s.io/v1alpha1 InitializerConfiguration 1.14 -
admissionregistration.k8s.io/v1beta1 MutatingWebhookConfiguration,ValidatingWebhookConfiguration 1.22 admissionregistration.k8s.io/v1
apiextensions.k8s.io/v1beta1 CustomResourceDefinition 1.22 apiextensions.k8s.io/v1
apiregistration.k8s.io/v1beta1 APIService 1.22 apiregistration.k8s.io/v1
apps/v1alpha1 PetSet 1.5 apps/v1:StatefulSet
apps/v1beta1 ControllerRevision,Deployment,StatefulSet 1.16 apps/v1
apps/v1beta2 ControllerRevision,DaemonSet,Deployment,ReplicaSet,StatefulSet 1.16 apps/v1
auditregistration.k8s.io/v1alpha1 AuditSink 1.19 -
authentication.k8s.io/v1beta1 TokenReview 1.22 authentication.k8s.io/v1
authorization.k8s.io/v1beta1 LocalSubjectAccessReview,SelfSubjectAccessReview,SelfSubjectRulesReview,SubjectAccessReview 1.22 authorization.k8s.io/v1
autoscaling/v2alpha1 HorizontalPodAutoscaler 1.8 autoscaling/v2
autoscaling/v2beta1 HorizontalPodAutoscaler 1.25 autoscaling/v2
autoscaling/v2beta2 HorizontalPodAutoscaler 1.26 autoscaling/v2
batch/v1beta1 CronJob 1.25 batch/v1
batch/v2alpha1 CronJob 1.21 batch/v1
batch/v2alpha1 ScheduledJob 1.8 batch/v1:CronJob
certificates.k8s.io/v1beta1 CertificateSigningRequest 1.22 certificates.k8s.io/v1
coordination.k8s.io/v1beta1 Lease 1.22 coordination.k8s.io/v1
discovery.k8s.io/v1alpha1 EndpointSlice 1.21 discovery.k8s.io/v1
discovery.k8s.io/v1beta1 EndpointSlice 1.25 discovery.k8s.io/v1
events.k8s.io/v1beta1 Event 1.25 events.k8s.io/v1
extensions/v1beta1 DaemonSet,Deployment,ReplicaSet 1.16 apps/v1
extensions/v1beta1 HorizontalPodAutoscaler 1.6 autoscaling/v2
extensions/v1beta1 Ingress 1.22 networking.k8s.io/v1
extensions/v1beta1 Job 1.6 batch/v1
extensions/v1beta1 NetworkPolicy 1.16 networking.k8s.io/v1
extensions/v1beta1 PodSecurityPolicy 1.16 -
extensions/v1beta1 ThirdPartyResource 1.8 apiextensions.k8s.io/v1:CustomResourceDefinition
flowcontrol.apiserver.k8s.io/v1beta1 FlowSchema,PriorityLevelConfiguration 1.26 flowcontrol.apiserver.k8s.io/v1
flowcontrol.apiserver.k8s.io/v1beta2 FlowSchema,PriorityLevelConfiguration 1.29 flowcontrol.apiserver.k8s.io/v1
networking.k8s.io/v1alpha1 ClusterCIDR 1.29 -
networking.k8s.io/v1beta1 Ingress,IngressClass 1.22 networking.k8s.io/v1
node.k8s.io/v1alpha1 RuntimeClass 1.24 node.k8s.io/v1
node.k8s.io/v1beta1 RuntimeClass 1.25 node.k8s.io/v1
policy/v1beta1 PodDisruptionBudget 1.25 policy/v1
policy/v1beta1 PodSecurityPolicy 1.25 -
rbac.authorization.k8s.io/v1alpha1 ClusterRole,ClusterRoleBinding,Role,RoleBinding 1.23 rbac.authorization.k8s.io/v1
rbac.authorization.k8s.io/v1beta1 ClusterRole,ClusterRoleBinding,Role,RoleBinding 1.22 rbac.authorization.k8s.io/v1
resource.k8s.io/v1alpha1 PodScheduling,ResourceClaim,ResourceClaimTemplate,ResourceClass 1.27 -
scheduling.k8s.io/v1alpha1 PriorityClass 1.23 scheduling.k8s.io/v1
scheduling.k8s.io/v1beta1 PriorityClass 1.22 scheduling.k8s.io/v1
settings.k8s.io/v1alpha1 PodPreset 1.20 -
storage.k8s.io/v1alpha1 CSIStorageCapacity,VolumeAttachment 1.24 storage.k8s.io/v1
storage.k8s.io/v1beta1 CSIDriver,CSINode,StorageClass,VolumeAttachment 1.22 storage.k8s.io/v1
storage.k8s.io/v1beta1 CSIStorageCapacity 1.27 storage.k8s.io/v1
`;

/** What changed besides the apiVersion, by the removed apiVersion's group and the kind; of several, the one whose version fits. */
const CHANGED: readonly (readonly [RegExp, string])[] = [
  [
    /^(apps|extensions)\/\S+ Deployment$/,
    'spec.selector is required and must select the template’s labels; spec.rollbackTo is gone',
  ],
  [
    /^(apps|extensions)\/\S+ DaemonSet$/,
    'spec.selector is required and must select the template’s labels; spec.templateGeneration is gone; updates roll by default',
  ],
  [/^apps\/\S+ StatefulSet$/, 'spec.selector is required and must select the template’s labels; updates roll by default'],
  [/^(apps|extensions)\/\S+ ReplicaSet$/, 'spec.selector is required and must select the template’s labels'],
  [
    /^(extensions|networking\.k8s\.io)\/v1beta1 Ingress$/,
    'spec.backend is now spec.defaultBackend; serviceName and servicePort are now service.name and service.port.number or service.port.name; every path needs a pathType',
  ],
  [
    /^apiextensions\.k8s\.io\/v1beta1 /,
    'spec.version, spec.validation, spec.subresources and spec.additionalPrinterColumns moved into spec.versions; every version needs a structural schema; spec.scope is required',
  ],
  [
    /^admissionregistration\.k8s\.io\/v1beta1 \S+WebhookConfiguration$/,
    'sideEffects (None or NoneOnDryRun) and admissionReviewVersions are required; failurePolicy is Fail unless stated, matchPolicy Equivalent, timeoutSeconds 10',
  ],
  [
    /^autoscaling\/v2(alpha1|beta1) /,
    'targetAverageUtilization and its like are now target: {type: Utilization, averageUtilization: …}',
  ],
  [
    /^policy\/v1beta1 PodDisruptionBudget$/,
    'an empty spec.selector ({}) selects every Pod of the namespace, where it selected none before',
  ],
  [
    /^extensions\/v1beta1 HorizontalPodAutoscaler$/,
    'spec.scaleRef is now spec.scaleTargetRef, spec.cpuUtilization is now spec.metrics',
  ],
  [/^certificates\.k8s\.io\/v1beta1 /, 'spec.signerName and spec.usages are required'],
  [/^authorization\.k8s\.io\/v1beta1 /, 'spec.group is now spec.groups'],
  [/^discovery\.k8s\.io\/v1(alpha1|beta1) /, 'an endpoint’s topology is now nodeName and zone'],
  [
    /^events\.k8s\.io\/v1beta1 /,
    'involvedObject is now regarding; action, reason, reportingController and reportingInstance are required; eventTime replaces firstTimestamp',
  ],
  [/^node\.k8s\.io\/v1alpha1 /, 'spec.runtimeHandler is now handler, spec.overhead and spec.scheduling moved up'],
  [
    /^flowcontrol\.apiserver\.k8s\.io\/v1(alpha1|beta1|beta2) Prio/,
    'spec.limited.assuredConcurrencyShares is now nominalConcurrencyShares',
  ],
  [/^\S+ PodSecurityPolicy$/, 'label namespaces with pod-security.kubernetes.io/enforce instead'],
  [/^\S+ PodPreset$/, 'write the values into the Pods, or use an admission policy'],
];

/**
 * Versions of 1.30 and newer that are deprecated while still there: apiVersion, kinds, deprecated since, removed in, apiVersion to use.
 * From the lifecycle methods in k8s.io/api.
 */
const DEPRECATED = `
admissionregistration.k8s.io/v1alpha1 MutatingAdmissionPolicy,MutatingAdmissionPolicyBinding 1.35 1.38 -
admissionregistration.k8s.io/v1alpha1 ValidatingAdmissionPolicy,ValidatingAdmissionPolicyBinding 1.29 1.32 -
admissionregistration.k8s.io/v1beta1 MutatingAdmissionPolicy,MutatingAdmissionPolicyBinding 1.37 1.40 admissionregistration.k8s.io/v1
admissionregistration.k8s.io/v1beta1 ValidatingAdmissionPolicy,ValidatingAdmissionPolicyBinding 1.31 1.34 -
authentication.k8s.io/v1alpha1 SelfSubjectReview 1.29 1.32 -
authentication.k8s.io/v1beta1 SelfSubjectReview 1.30 1.33 -
certificates.k8s.io/v1alpha1 ClusterTrustBundle 1.34 1.37 -
certificates.k8s.io/v1beta1 ClusterTrustBundle,PodCertificateRequest 1.37 1.40 certificates.k8s.io/v1
coordination.k8s.io/v1alpha2 LeaseCandidate 1.35 1.38 -
coordination.k8s.io/v1beta1 LeaseCandidate 1.36 1.39 -
flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema,PriorityLevelConfiguration 1.29 1.32 flowcontrol.apiserver.k8s.io/v1
networking.k8s.io/v1beta1 IPAddress,ServiceCIDR 1.34 1.37 -
resource.k8s.io/v1alpha3 DeviceTaintRule 1.36 1.39 -
resource.k8s.io/v1beta1 DeviceClass,ResourceClaim,ResourceClaimTemplate,ResourceSlice 1.35 1.38 -
resource.k8s.io/v1beta2 DeviceClass,ResourceClaim,ResourceClaimTemplate,ResourceSlice 1.36 1.39 -
storage.k8s.io/v1alpha1 VolumeAttributesClass 1.32 1.35 storage.k8s.io/v1
storage.k8s.io/v1beta1 VolumeAttributesClass 1.34 1.37 storage.k8s.io/v1
storagemigration.k8s.io/v1beta1 StorageVersionMigration 1.37 1.40 storagemigration.k8s.io/v1
`;

let removed: Map<string, readonly [since: string, replacement: string]> | undefined;
let deprecated: Map<string, readonly [since: string, removedIn: string, replacement: string]> | undefined;

function removedBefore(apiVersion: string, kind: string): Lifecycle | undefined {
  if (removed === undefined) {
    removed = new Map();
    for (const [version, kinds, since, replacement] of rowsOf(REMOVED)) {
      for (const one of kinds!.split(',')) removed.set(`${version} ${one}`, [since!, replacement!]);
    }
  }
  const name = `${apiVersion} ${kind}`;
  const row = removed.get(name);
  if (row === undefined) return undefined;
  return {
    state: 'removed',
    since: row[0],
    replacement: replacementOf(row[1], kind),
    fieldsChanged: CHANGED.find(([pattern]) => pattern.test(name))?.[1],
  };
}

function deprecationOf(apiVersion: string, kind: string, release: Release): Deprecation | undefined {
  if (deprecated === undefined) {
    deprecated = new Map();
    for (const [version, kinds, since, removedIn, replacement] of rowsOf(DEPRECATED)) {
      for (const one of kinds!.split(',')) deprecated.set(`${version} ${one}`, [since!, removedIn!, replacement!]);
    }
  }
  const row = deprecated.get(`${apiVersion} ${kind}`);
  if (row === undefined || Number(row[0].slice(2)) > minorOf(release)) return undefined;
  return { since: row[0], removedIn: row[1], replacement: replacementOf(row[2], kind) };
}

function* rowsOf(table: string): Generator<readonly string[]> {
  for (const line of table.trim().split('\n')) yield line.split(' ');
}

function replacementOf(text: string, kind: string): KindName | undefined {
  if (text === '-') return undefined;
  const [apiVersion, otherKind] = text.split(':');
  return { apiVersion: apiVersion!, kind: otherKind ?? kind };
}

/** In the table for an earlier release, and gone in this one. */
function removedSince(apiVersion: string, kind: string, release: Release): Lifecycle | undefined {
  const here = RELEASES.indexOf(release);
  for (let i = here - 1; i >= 0; i--) {
    if (resourceOf(apiVersion, kind, RELEASES[i]!) === undefined) continue;
    const group = groupOf(apiVersion);
    const best = kindsNamed(kind, release).find((resource) => resource.group === group);
    return {
      state: 'removed',
      since: RELEASES[i + 1]!,
      replacement: best === undefined ? undefined : { apiVersion: best.apiVersion, kind },
    };
  }
  return undefined;
}

function notYet(apiVersion: string, kind: string, release: Release): Lifecycle | undefined {
  for (let i = RELEASES.indexOf(release) + 1; i < RELEASES.length; i++) {
    const resource = resourceOf(apiVersion, kind, RELEASES[i]!);
    if (resource !== undefined) return { state: 'notYet', from: RELEASES[i]!, enabledByDefault: resource.enabledByDefault };
  }
  return undefined;
}

/** The same kind elsewhere; else the kind with the nearest name, first in the same group. */
function unknown(apiVersion: string, kind: string, release: Release): Lifecycle {
  const group = groupOf(apiVersion);
  const sameKind = kindsNamed(kind, release);
  const near = sameKind.length > 0 ? sameKind : nearKinds(group, kind, release);
  const suggestions = near
    .filter((resource) => resource.enabledByDefault)
    .sort((a, b) => Number(b.group === group) - Number(a.group === group))
    .map((resource) => ({ apiVersion: resource.apiVersion, kind: resource.kind }));
  return { state: 'unknown', suggestions };
}

function nearKinds(group: string, kind: string, release: Release): readonly Resource[] {
  const ofGroup = resourcesOf(release).filter((resource) => resource.group === group);
  const plural = resourcesOf(release).find(
    (resource) => resource.plural === kind.toLowerCase() || resource.shortNames.includes(kind),
  );
  const name = plural?.kind ?? closest(kind, new Set(ofGroup.map((resource) => resource.kind))) ?? closestKind(kind, release);
  return name === undefined ? [] : kindsNamed(name, release);
}

function likeGroup(group: string, kind: string, release: Release): readonly KindName[] {
  const enabled = kindsNamed(kind, release).filter((resource) => resource.enabledByDefault);
  // The group of Pods and Services has no name, and is called core.
  if (group === 'core') return enabled.map((resource) => ({ apiVersion: resource.apiVersion, kind }));
  const served = enabled.filter((resource) => resource.group !== '');
  const name = closest(group, new Set(served.map((resource) => resource.group)));
  return served.filter((resource) => resource.group === name).map((resource) => ({ apiVersion: resource.apiVersion, kind }));
}
