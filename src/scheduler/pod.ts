import { minorOf, NEWEST, type Release } from '../api/kinds.ts';
import { asNumber, asObject, asString, at, isObject, type JsonObject } from '../api/manifest.ts';
import { type PodResources, podResourcesOf } from '../api/pod-resources.ts';
import { type HostPort, hostPortsOf } from './host-ports.ts';
import { namedNodes, type RequiredNodeAffinity, requiredNodeAffinityOf } from './node-affinity.ts';
import { type PodAffinityTerm, podAffinityTermsOf } from './pod-affinity.ts';
import { type Amounts, effectiveRequests } from './resources.ts';
import { type SpreadConstraint, spreadConstraintsOf } from './spread.ts';
import { boundTo, type Toleration, tolerationsOf } from './tolerations.ts';

/** A Pod as the scheduler reads it, taken apart once. Equal Pods of one workload share a view. */
export interface PodView {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: JsonObject;
  readonly requests: Amounts;
  readonly hostPorts: readonly HostPort[];
  readonly tolerations: readonly Toleration[];
  readonly nodeAffinity: RequiredNodeAffinity;
  /** The only nodes it looks at, where its affinity names them. */
  readonly namedNodes: ReadonlySet<string> | 'conflict' | undefined;
  readonly affinity: readonly PodAffinityTerm[];
  readonly antiAffinity: readonly PodAffinityTerm[];
  readonly spread: readonly SpreadConstraint[];
  /** Claims that a StatefulSet makes for each of its Pods. */
  readonly claimTemplates: readonly unknown[];
  readonly priority: number;
  readonly preempts: boolean;
  /** Its node, where it is bound already. */
  readonly nodeName: string | undefined;
}

/** A Pod (or Pod template) with what earlier rooms made of it. */
export interface PodInput {
  readonly namespace: string;
  readonly metadata: unknown;
  readonly spec: unknown;
  /** With LimitRange defaults and overhead; by default read from the spec. */
  readonly resources?: PodResources;
  /** After the Priority plugin; by default `spec.priority` or 0. */
  readonly priority?: { readonly value: number; readonly preemptionPolicy: string };
  /** After the RuntimeClass plugin; by default the spec's own. */
  readonly nodeSelector?: unknown;
  readonly tolerations?: unknown;
  /** Labels that a controller adds (`pod-template-hash`). */
  readonly addedLabels?: Readonly<Record<string, string>>;
  /** `spec.volumeClaimTemplates` of a StatefulSet. */
  readonly claimTemplates?: readonly unknown[];
  /** The Pod of a DaemonSet. */
  readonly daemon?: boolean;
}

export function podViewOf(input: PodInput, release: Release = NEWEST): PodView {
  const spec = asObject(input.spec) ?? {};
  const labels: Record<string, string> = Object.create(null);
  const own = asObject(input.metadata)?.['labels'];
  if (isObject(own)) for (const key of Object.keys(own)) if (typeof own[key] === 'string') labels[key] = own[key];
  Object.assign(labels, input.addedLabels);
  const nodeAffinity = requiredNodeAffinityOf(spec, input.nodeSelector);
  const resources = input.resources ?? podResourcesOf(spec, { release });
  const policy = input.priority?.preemptionPolicy ?? asString(spec['preemptionPolicy']);
  return {
    namespace: input.namespace,
    labels,
    spec,
    requests: effectiveRequests(resources),
    hostPorts: hostPortsOf(spec, minorOf(release)),
    tolerations: tolerationsOf(spec, input.daemon === true, input.tolerations),
    nodeAffinity,
    namedNodes: namedNodes(nodeAffinity),
    affinity: podAffinityTermsOf(at(spec, ['affinity', 'podAffinity']), input.namespace, labels),
    antiAffinity: podAffinityTermsOf(at(spec, ['affinity', 'podAntiAffinity']), input.namespace, labels),
    spread: spreadConstraintsOf(spec['topologySpreadConstraints'], labels),
    claimTemplates: input.claimTemplates ?? [],
    priority: input.priority?.value ?? asNumber(spec['priority']) ?? 0,
    preempts: policy !== 'Never',
    nodeName: boundTo(spec),
  };
}

/** The same Pod bound to look at one node only, as the DaemonSet controller makes its Pods. */
export function pinnedTo(pod: PodView, node: string): PodView {
  const terms = [
    { expressions: [], fields: [{ key: 'metadata.name', operator: 'In', values: [node], valid: true }], unknown: false },
  ];
  const nodeAffinity = { selector: pod.nodeAffinity.selector, terms };
  return { ...pod, nodeAffinity, namedNodes: new Set([node]) };
}

/** Why the default scheduler does not look at a Pod at all; undefined where it does. */
export function notScheduled(podSpec: unknown): 'bound' | 'gated' | 'other-scheduler' | undefined {
  const spec = asObject(podSpec) ?? {};
  if (boundTo(spec) !== undefined) return 'bound';
  const scheduler = spec['schedulerName'];
  if (typeof scheduler === 'string' && scheduler !== '' && scheduler !== 'default-scheduler') return 'other-scheduler';
  const gates = spec['schedulingGates'];
  return Array.isArray(gates) && gates.length > 0 ? 'gated' : undefined;
}

/** What a gated Pod's PodScheduled condition says (reason SchedulingGated). */
export const GATED_MESSAGE = 'Scheduling is blocked due to non-empty scheduling gates';
