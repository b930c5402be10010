import { nameIsDnsLabel, nameIsDnsSubdomain } from '../../api/names.ts';
import { fieldPath, type Path } from '../../source/path.ts';
import type { Cause } from '../cause.ts';
import { validateAnnotationMap, validateLabelMap } from './labels.ts';
import { validateMetadata } from './metadata.ts';
import { validateAffinity } from './pod/affinity.ts';
import { validatePodAnnotations, validateProfilesMatch } from './pod/annotations.ts';
import { validateAllContainers, validateImagePadding } from './pod/containers.ts';
import { validateDnsConfig, validateHostAlias } from './pod/dns.ts';
import { ENV_FILES_SINCE, validateFileKeyRefs } from './pod/env.ts';
import { CLAIMS_SINCE, CONTAINER_LISTS, factsOf, type PodFacts } from './pod/facts.ts';
import { validateHostProcess, validateOperatingSystem } from './pod/operating-system.ts';
import { validatePodResources } from './pod/pod-resources.ts';
import { validateHostNetworkPorts } from './pod/ports.ts';
import { validateContainerResourceName, validateRequirements } from './pod/resources.ts';
import {
  validateReadinessGates,
  validateResourceClaims,
  validateSchedulingGates,
  validateToleration,
  validateTopologySpread,
} from './pod/scheduling.ts';
import { validatePodSecurityContext, validateShareProcessNamespace } from './pod/security-context.ts';
import { validateVolumes } from './pod/volumes.ts';
import type { Fields } from './scope.ts';
import { fieldsOf, isSet, itemsOf, numberOf, Scope, textOf } from './scope.ts';

/** What the validation of a Pod or of a Pod template depends on beside the object. */
export interface PodContext {
  /** The server's minor release, 30 to 37. */
  readonly minor: number;
}

/** The faults of `spec.template` of a workload at `path`: the labels and annotations it gives its Pods, and their spec. */
export function validatePodTemplateSpec(template: unknown, path: Path, context: PodContext): Cause[] {
  const v = new Scope(template, context.minor, path);
  validatePodTemplate(v, fieldsOf(template));
  return v.end();
}

/** As `validatePodTemplateSpec`, with the scope standing at the template. Mirrors ValidatePodTemplateSpec of pkg/apis/core/validation. */
export function validatePodTemplate(v: Scope, template: Fields): void {
  const metadata = fieldsOf(template['metadata']);
  const pod = factsOf(v, fieldsOf(template['spec']), metadata, false);
  const { labels, annotations } = metadata;
  if (isSet(labels) || isSet(annotations)) {
    // The server leaves `metadata` out of these places.
    const check = (): void => {
      if (isSet(labels)) validateLabelMap(v, 'labels', labels);
      if (isSet(annotations)) validateAnnotationMap(v, annotations);
    };
    v.collectMoved(check, inMetadata(v));
    if (isSet(annotations)) validatePodAnnotations(v, pod);
  }
  v.in('spec', template['spec'], validateTemplateSpec, pod);
}

function inMetadata(v: Scope): (path: Path) => Path {
  return (path) => {
    const depth = v.path().length;
    return [...path.slice(0, depth), 'metadata', ...path.slice(depth)];
  };
}

function validateTemplateSpec(v: Scope, spec: Fields, pod: PodFacts): void {
  validateSpec(v, pod);
  validateProfilesMatch(v, pod);
  if (itemsOf(spec['ephemeralContainers']).length > 0) {
    v.forbidden('ephemeralContainers', 'ephemeral containers not allowed in pod template');
  }
}

/** The faults of a Pod's spec at `path`. `metadata` is the Pod's own; without it the spec is taken for a template's. */
export function validatePodSpec(spec: unknown, metadata: unknown, path: Path, context: PodContext): Cause[] {
  const v = new Scope(spec, context.minor, path);
  validateSpec(v, factsOf(v, fieldsOf(spec), fieldsOf(metadata), isSet(metadata)));
  return v.end();
}

/** The faults of a Pod on creation, in the server's order. Mirrors ValidatePodCreate. */
export function validatePod(pod: unknown, minor: number): Cause[] {
  const v = new Scope(pod, minor);
  v.collect(validateMetadata(pod, { namespaced: true, nameCheck: nameIsDnsSubdomain, minor }));
  validatePodObject(v, fieldsOf(pod));
  return v.end();
}

/** A Pod without its metadata, the scope standing at it. */
export function validatePodObject(v: Scope, object: Fields): void {
  const facts = factsOf(v, fieldsOf(object['spec']), fieldsOf(object['metadata']), true);
  if (isSet(fieldsOf(object['metadata'])['annotations'])) validatePodAnnotations(v, facts);
  v.in('spec', object['spec'], validatePodOnly, facts);
}

function validatePodOnly(v: Scope, spec: Fields, pod: PodFacts): void {
  validateSpec(v, pod);
  for (const list of ['containers', 'initContainers']) {
    const containers = itemsOf(spec[list]);
    for (let i = 0; i < containers.length; i++) {
      const container = fieldsOf(containers[i]);
      const image = textOf(container['image']);
      if (image !== image.trim()) v.in(list, containers, (outer) => outer.in(i, container, validateImagePadding));
    }
  }
  if (itemsOf(spec['ephemeralContainers']).length > 0) v.forbidden('ephemeralContainers', 'cannot be set on create');
  if (textOf(spec['nodeName']) !== '' && itemsOf(spec['schedulingGates']).length > 0) {
    v.forbidden('nodeName', 'cannot be set until all schedulingGates have been cleared');
  }
  validateProfilesMatch(v, pod);
}

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const PREEMPTION_POLICIES = ['PreemptLowerPriority', 'Never'];
const MAX_INT32 = 2147483647;
/** HostnameOverride is on by default from 1.35. */
const HOSTNAME_OVERRIDE_SINCE = 35;

/** The order of ValidatePodSpec; the scope stands at the spec. */
function validateSpec(v: Scope, pod: PodFacts): void {
  const { spec } = pod;
  const { minor } = v;
  if (isSet(spec['volumes'])) validateVolumes(v, pod);
  const { rare } = pod;
  if (rare && minor >= CLAIMS_SINCE) validateResourceClaims(v, pod);
  validateAllContainers(v, pod);
  if (rare && isSet(spec['resources'])) validatePodResources(v, pod);
  validateHostNetworkPorts(v, pod);
  if (!RESTART_POLICIES.includes(pod.restartPolicy)) v.unsupported('restartPolicy', pod.restartPolicy, RESTART_POLICIES);
  const dnsPolicy = rare ? textOf(spec['dnsPolicy']) : '';
  if (dnsPolicy !== '' && !DNS_POLICIES.includes(dnsPolicy)) v.unsupported('dnsPolicy', dnsPolicy, DNS_POLICIES);
  if (isSet(spec['nodeSelector'])) validateLabelMap(v, 'nodeSelector', spec['nodeSelector']);
  const shared = rare && spec['shareProcessNamespace'] === true && spec['hostPID'] === true;
  if (isSet(spec['securityContext']) || (shared && minor < 37)) {
    v.in('securityContext', spec['securityContext'], validatePodSecurityContext, pod);
  }
  if (shared && minor >= 37) validateShareProcessNamespace(v, spec, false);
  if (isSet(spec['affinity'])) v.in('affinity', spec['affinity'], validateAffinity, pod);
  if (rare) {
    validateDnsConfig(v, pod);
    if (isSet(spec['readinessGates'])) validateReadinessGates(v, itemsOf(spec['readinessGates']));
    if (isSet(spec['schedulingGates'])) validateSchedulingGates(v, itemsOf(spec['schedulingGates']));
  }
  if (isSet(spec['topologySpreadConstraints'])) validateTopologySpread(v, pod);
  validateHostProcess(v, pod);
  if (!pod.hostUsers) validateUserNamespace(v, pod);
  if (rare && minor >= HOSTNAME_OVERRIDE_SINCE && isSet(spec['hostnameOverride'])) validateHostnameOverride(v, pod);
  const serviceAccount = textOf(spec['serviceAccountName']) || textOf(spec['serviceAccount']);
  if (serviceAccount !== '') {
    const at = textOf(spec['serviceAccountName']) === '' ? 'serviceAccount' : 'serviceAccountName';
    v.invalids(at, serviceAccount, nameIsDnsSubdomain(serviceAccount, false), '.serviceAccountName');
  }
  if (rare) validateRareTexts(v, spec);
  if (isSet(spec['tolerations'])) v.each('tolerations', spec['tolerations'], validateToleration);
  if (rare) validateRareFields(v, pod);
  if (minor >= ENV_FILES_SINCE) validateFileKeyRefs(v, pod);
}

function validateRareTexts(v: Scope, spec: Fields): void {
  const nodeName = textOf(spec['nodeName']);
  if (nodeName !== '') v.invalids('nodeName', nodeName, nameIsDnsSubdomain(nodeName, false));
  const deadline = numberOf(spec['activeDeadlineSeconds']);
  if (deadline !== undefined && (deadline < 1 || deadline > MAX_INT32)) {
    v.invalid('activeDeadlineSeconds', deadline, `must be between 1 and ${MAX_INT32}, inclusive`);
  }
  const hostname = textOf(spec['hostname']);
  if (hostname !== '') v.invalids('hostname', hostname, nameIsDnsLabel(hostname, false));
  const subdomain = textOf(spec['subdomain']);
  if (subdomain !== '') v.invalids('subdomain', subdomain, nameIsDnsLabel(subdomain, false));
}

function validateRareFields(v: Scope, pod: PodFacts): void {
  const { spec } = pod;
  if (isSet(spec['hostAliases'])) v.each('hostAliases', spec['hostAliases'], validateHostAlias);
  const priorityClass = textOf(spec['priorityClassName']);
  if (priorityClass !== '') v.invalids('priorityClassName', priorityClass, nameIsDnsSubdomain(priorityClass, false));
  const runtimeClass = spec['runtimeClassName'];
  if (typeof runtimeClass === 'string') v.invalids('runtimeClassName', runtimeClass, nameIsDnsSubdomain(runtimeClass, false));
  if (isSet(spec['preemptionPolicy'])) validatePreemptionPolicy(v, textOf(spec['preemptionPolicy']));
  if (isSet(spec['overhead'])) validateOverhead(v, pod);
  validateOperatingSystem(v, pod);
}

function validatePreemptionPolicy(v: Scope, policy: string): void {
  if (policy === '') v.required('preemptionPolicy');
  else if (!PREEMPTION_POLICIES.includes(policy)) v.unsupported('preemptionPolicy', policy, PREEMPTION_POLICIES);
}

/** The server takes the overhead for limits below the field, and says so in the places. */
function validateOverhead(v: Scope, pod: PodFacts): void {
  const base = v.path('overhead');
  const inner = new Scope({ limits: pod.spec['overhead'] }, v.minor, base);
  validateRequirements(inner, { limits: pod.spec['overhead'] }, validateContainerResourceName, pod, false);
  const causes = inner.end();
  if (causes.length === 0) return;
  const name = (path: Path): string => (path.length > base.length ? `.limits[${path[path.length - 1]}]` : '');
  v.collect(
    causes.map((c) => ({ ...c, path: [...base, ...c.path.slice(base.length + 1)], field: fieldPath(base) + name(c.path) })),
  );
}

/** Mirrors validateHostUsers. */
function validateUserNamespace(v: Scope, pod: PodFacts): void {
  const { spec } = pod;
  const detail = v.minor >= 34 ? 'when `hostUsers` is false' : 'when `pod.Spec.HostUsers` is false';
  if (pod.hostNetwork) v.forbidden('hostNetwork', detail);
  if (spec['hostPID'] === true) v.forbidden('hostPID', detail, '.HostPID');
  if (spec['hostIPC'] === true) v.forbidden('hostIPC', detail, '.HostIPC');
  if (v.minor < 34) return;
  for (const list of CONTAINER_LISTS) {
    const containers = itemsOf(spec[list]);
    for (let i = 0; i < containers.length; i++) {
      if (itemsOf(fieldsOf(containers[i])['volumeDevices']).length > 0) v.forbidden([list, i, 'volumeDevices'], detail);
    }
  }
}

/** Mirrors validatePodHostName. */
function validateHostnameOverride(v: Scope, pod: PodFacts): void {
  const name = textOf(pod.spec['hostnameOverride']);
  if (pod.spec['setHostnameAsFQDN'] === true)
    v.forbidden('hostnameOverride', 'may not be specified when setHostnameAsFQDN is true');
  if (pod.hostNetwork) v.forbidden('hostnameOverride', 'may not be specified when hostNetwork is true');
  if (name.length > 64) v.tooLong('hostnameOverride', 64);
  v.invalids('hostnameOverride', name, nameIsDnsSubdomain(name, false));
}
