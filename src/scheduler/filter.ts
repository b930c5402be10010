import { nodeAffinity, nodeName, nodePorts, nodeUnschedulable, taintToleration } from './filters/node.ts';
import { nodeResourcesFit } from './filters/node-resources-fit.ts';
import { interPodAffinity, podTopologySpread } from './filters/pods.ts';
import { volumeBinding, volumeRefusal, volumeRestrictions, volumeZone } from './filters/volumes.ts';
import type { PodView } from './pod.ts';
import type { ClusterState, Filter, NodeState, Plugin, Rejection } from './state.ts';

/** The filtering plugins of the default profile, in their order: the first that refuses a node speaks. */
export const PLUGINS: readonly Plugin[] = [
  nodeName,
  nodeUnschedulable,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
  volumeRestrictions,
  volumeBinding,
  volumeZone,
  podTopologySpread,
  interPodAffinity,
];

/** Those whose word on a node does not depend on the Pods there or elsewhere. */
export const STATIC_PLUGINS: readonly Plugin[] = [
  nodeName,
  nodeUnschedulable,
  taintToleration,
  nodeAffinity,
  volumeBinding,
  volumeZone,
];

/** All plugins made ready for one Pod at this moment, as one filter. */
export function filterFor(pod: PodView, cluster: ClusterState, plugins: readonly Plugin[] = PLUGINS): Filter {
  const filters: Filter[] = [];
  for (const plugin of plugins) {
    const filter = plugin(pod, cluster);
    if (filter !== undefined) filters.push(filter);
  }
  return (node) => {
    for (const filter of filters) {
      const rejected = filter(node);
      if (rejected !== undefined) return rejected;
    }
    return undefined;
  };
}

/** What one attempt to place a Pod came to. */
export interface Diagnosis {
  readonly feasible: readonly NodeState[];
  readonly rejections: ReadonlyMap<NodeState, Rejection>;
  /** Said before any node was looked at; then there are no rejections. */
  readonly preFilter: string | undefined;
  /** Nodes left out because the Pod's affinity names others. */
  readonly leftOut: number;
}

/** What the plugins say of the Pod as a whole, before they look at nodes. */
export function preFilterMessage(pod: PodView, cluster: ClusterState): string | undefined {
  return pod.namedNodes === 'conflict' ? 'pod affinity terms conflict' : volumeRefusal(pod, cluster)?.message;
}

export function diagnose(pod: PodView, cluster: ClusterState): Diagnosis {
  const feasible: NodeState[] = [];
  const rejections = new Map<NodeState, Rejection>();
  const preFilter = preFilterMessage(pod, cluster);
  if (preFilter !== undefined) return { feasible, rejections, preFilter, leftOut: 0 };
  const filter = filterFor(pod, cluster);
  let leftOut = 0;
  for (const node of cluster.nodes) {
    if (isLeftOut(pod, node)) {
      leftOut++;
      continue;
    }
    const rejected = filter(node);
    if (rejected === undefined) feasible.push(node);
    else rejections.set(node, rejected);
  }
  return { feasible, rejections, preFilter, leftOut };
}

/** The Pod's affinity names other nodes. */
export function isLeftOut({ namedNodes }: PodView, { view }: NodeState): boolean {
  return namedNodes !== undefined && namedNodes !== 'conflict' && !namedNodes.has(view.name);
}
