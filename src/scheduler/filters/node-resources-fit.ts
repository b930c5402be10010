import { minorOf } from '../../api/kinds.ts';
import { isExtendedResource, isHugePages } from '../../api/pod-resources.ts';
import { DEFAULT_PODS, type NodeView } from '../node.ts';
import { type Plugin, releaseOf } from '../state.ts';

/** From this minor on, what exceeds a whole node counts as beyond preemption's help. */
const UNRESOLVABLE_SINCE = 34;

/**
 * What a node offers of a resource; undefined where its Node does not tell, as one written by hand may not.
 * Devices and huge pages that are not told are not there.
 */
export function allocatableOf({ allocatable }: NodeView, resource: string): number | undefined {
  if (allocatable === undefined) return undefined;
  const amount = allocatable.get(resource);
  if (amount !== undefined) return amount;
  if (resource === 'pods') return DEFAULT_PODS;
  return isExtendedResource(resource) || isHugePages(resource) ? 0 : undefined;
}

/** NodeResourcesFit. Mirrors `fitsRequest` of pkg/scheduler/framework/plugins/noderesources/fit.go. */
export const nodeResourcesFit: Plugin = (pod, cluster) => {
  const beyondHelp = minorOf(releaseOf(cluster)) >= UNRESOLVABLE_SINCE;
  return (node) => {
    let reasons: string[] | undefined;
    let preemptible = true;
    const pods = allocatableOf(node.view, 'pods');
    if (pods !== undefined && node.podCount + 1 > pods) reasons = ['Too many pods'];
    for (const [name, amount] of pod.requests) {
      if (amount === 0 || name === 'pods') continue;
      const capacity = allocatableOf(node.view, name);
      if (capacity === undefined || amount <= capacity - (node.requested.get(name) ?? 0)) continue;
      if (capacity === 0 && cluster.facts.deviceResources?.has(name) === true) continue;
      (reasons ??= []).push(`Insufficient ${name}`);
      if (amount > capacity) preemptible = false;
    }
    return reasons === undefined ? undefined : { plugin: 'NodeResourcesFit', reasons, preemptible: preemptible || !beyondHelp };
  };
};
