import { isExtendedResource, isHugePages, type PodResources, podRequests, type ResourceList } from '../api/pod-resources.ts';
import { scaledValue } from '../api/quantity.ts';

/**
 * Amounts as the scheduler counts them: CPU in thousandths, everything else in whole units, rounded up.
 * Mirrors `Resource.Add` of pkg/scheduler/framework/types.go.
 */
export type Amounts = ReadonlyMap<string, number>;

/** The resources of a list that the scheduler counts. */
export function schedulerAmounts(list: ResourceList): Amounts {
  const out = new Map<string, number>();
  for (const [name, { quantity }] of list)
    if (isCounted(name)) out.set(name, Number(scaledValue(quantity, name === 'cpu' ? -3 : 0)));
  return out;
}

function isCounted(name: string): boolean {
  switch (name) {
    case 'cpu':
    case 'memory':
    case 'ephemeral-storage':
    case 'pods':
      return true;
    default:
      return (
        isHugePages(name) || name.startsWith('attachable-volumes-') || name.includes('kubernetes.io/') || isExtendedResource(name)
      );
  }
}

/** What a Pod requests, as the scheduler sees it: LimitRange defaults, sidecars, Pod-level resources and overhead counted. */
export function effectiveRequests(resources: PodResources): Amounts {
  return schedulerAmounts(podRequests(resources));
}
