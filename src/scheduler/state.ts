import { NEWEST, type Release } from '../api/kinds.ts';
import { UsedPorts } from './host-ports.ts';
import type { Labels } from './labels.ts';
import type { NodeView } from './node.ts';
import type { PodView } from './pod.ts';
import type { VolumeFacts } from './volumes.ts';

/** What is known of the cluster beside its nodes. */
export interface ClusterFacts {
  readonly release?: Release;
  /** Nothing but what is given exists: a Pod that nobody has is missing. */
  readonly closed?: boolean;
  readonly namespaceLabels?: (namespace: string) => Labels | undefined;
  readonly volumes?: VolumeFacts;
  /** Extended resources that a DeviceClass offers through dynamic resource allocation. */
  readonly deviceResources?: ReadonlySet<string>;
}

/** A node and the Pods on it. Equal Pods are counted, not listed. */
export class NodeState {
  readonly view: NodeView;
  readonly requested: Map<string, number>;
  readonly pods: Map<PodView, number>;
  readonly ports = new UsedPorts();
  podCount = 0;

  constructor(view: NodeView) {
    this.view = view;
    this.requested = new Map();
    this.pods = new Map();
  }

  add(pod: PodView, count = 1): void {
    for (const [name, amount] of pod.requests) this.requested.set(name, (this.requested.get(name) ?? 0) + amount * count);
    this.pods.set(pod, (this.pods.get(pod) ?? 0) + count);
    if (pod.hostPorts.length > 0) this.ports.add(pod.hostPorts);
    this.podCount += count;
  }

  /** The same node with only those Pods that `keep` says. */
  without(keep: (pod: PodView) => boolean): NodeState {
    const state = new NodeState(this.view);
    for (const [pod, count] of this.pods) if (keep(pod)) state.add(pod, count);
    return state;
  }
}

/** The cluster as it is at one moment of the scheduling. */
export interface ClusterState {
  readonly nodes: readonly NodeState[];
  readonly facts: ClusterFacts;
}

/** A cluster of these nodes; Pods that are bound to one of them count from the start. */
export function clusterOf(nodes: readonly NodeView[], bound: readonly PodView[] = [], facts: ClusterFacts = {}): ClusterState {
  const states = nodes.map((view) => new NodeState(view));
  const byName = new Map(states.map((state) => [state.view.name, state]));
  for (const pod of bound) if (pod.nodeName !== undefined) byName.get(pod.nodeName)?.add(pod);
  return { nodes: states, facts };
}

export function releaseOf(cluster: ClusterState): Release {
  return cluster.facts.release ?? NEWEST;
}

/** Why a plugin of the scheduler refuses a node, in its words. */
export interface Rejection {
  readonly plugin: string;
  readonly reasons: readonly string[];
  /** Taking Pods off the node could help (Unschedulable, not UnschedulableAndUnresolvable). */
  readonly preemptible: boolean;
}

/** A filter made ready for one Pod and one moment. */
export type Filter = (node: NodeState) => Rejection | undefined;

/** A plugin of the scheduler: looks at the Pod and the cluster once, then judges nodes; undefined where the Pod is none of its business. */
export type Plugin = (pod: PodView, cluster: ClusterState) => Filter | undefined;

export function rejection(plugin: string, reason: string, preemptible = false): Rejection {
  return { plugin, reasons: [reason], preemptible };
}
