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

/** Where Pods run: for each view the nodes that hold copies of it, with their number. */
export class PodIndex extends Map<PodView, Map<NodeState, number>> {
  /** Those that keep others away. */
  readonly avoiding: PodView[] = [];
}

/** A node and the Pods on it. Equal Pods are counted, not listed. */
export class NodeState {
  readonly view: NodeView;
  readonly requested = new Map<string, number>();
  readonly pods = new Map<PodView, number>();
  readonly ports = new UsedPorts();
  podCount = 0;
  readonly #index: PodIndex | undefined;
  #lowest = Number.POSITIVE_INFINITY;

  /** Without an index it is a node of its own, part of no cluster. */
  constructor(view: NodeView, index?: PodIndex) {
    this.view = view;
    this.#index = index;
  }

  add(pod: PodView, count = 1): void {
    for (const [name, amount] of pod.requests) this.requested.set(name, (this.requested.get(name) ?? 0) + amount * count);
    const copies = (this.pods.get(pod) ?? 0) + count;
    this.pods.set(pod, copies);
    if (pod.hostPorts.length > 0) this.ports.add(pod.hostPorts);
    this.podCount += count;
    this.#lowest = Math.min(this.#lowest, pod.priority);
    if (this.#index === undefined) return;
    const nodes = this.#index.get(pod);
    if (nodes !== undefined) nodes.set(this, copies);
    else {
      this.#index.set(pod, new Map([[this, copies]]));
      if (pod.antiAffinity.length > 0) this.#index.avoiding.push(pod);
    }
  }

  /** The node with only those Pods that a Pod of this priority cannot preempt; itself if it has no others. */
  keeping(priority: number): NodeState {
    if (this.#lowest >= priority) return this;
    const rest = new NodeState(this.view);
    for (const [pod, count] of this.pods) if (pod.priority >= priority) rest.add(pod, count);
    return rest;
  }
}

/** The cluster as it is at one moment of the scheduling. */
export interface ClusterState {
  readonly nodes: readonly NodeState[];
  readonly pods: PodIndex;
  readonly facts: ClusterFacts;
}

/** A cluster of these nodes; Pods that are bound to one of them count from the start. */
export function clusterOf(nodes: readonly NodeView[], bound: readonly PodView[] = [], facts: ClusterFacts = {}): ClusterState {
  const pods = new PodIndex();
  const states = nodes.map((view) => new NodeState(view, pods));
  const byName = new Map(states.map((state) => [state.view.name, state]));
  for (const pod of bound) if (pod.nodeName !== undefined) byName.get(pod.nodeName)?.add(pod);
  return { nodes: states, pods, facts };
}

/** A copy that may be changed, with what `as` makes of each node. */
export function copyOf(cluster: ClusterState, as: (node: NodeState) => NodeState = (node) => node): ClusterState {
  const pods = new PodIndex();
  const nodes = cluster.nodes.map((node) => {
    const copy = new NodeState(node.view, pods);
    for (const [pod, count] of as(node).pods) copy.add(pod, count);
    return copy;
  });
  return { nodes, pods, facts: cluster.facts };
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
