import { aggregate, type ContainerResources, podResourcesOf, resourceListOf } from '../../../api/pod-resources.ts';
import { compareQuantity, formatQuantity } from '../../../api/quantity.ts';
import { isHugePages } from '../../../api/resource-names.ts';
import { resourceName } from '../quantities.ts';
import type { Fields, Scope } from '../scope.ts';
import { fieldsOf, isSet, itemsOf } from '../scope.ts';
import type { PodFacts } from './facts.ts';
import { validateRequirements } from './resources.ts';

/** PodLevelResources is on by default from 1.34; before, `spec.resources` is dropped. */
const POD_LEVEL_SINCE = 34;

/** `spec.resources`, the scope standing at the spec. Mirrors validatePodResources of pkg/apis/core/validation. */
export function validatePodResources(v: Scope, pod: PodFacts): void {
  const resources = pod.spec['resources'];
  if (v.minor < POD_LEVEL_SINCE || !isSet(resources)) return;
  if (pod.os === 'windows') {
    v.forbidden('resources', 'may not be set for a windows pod');
    return;
  }
  if (isSet(fieldsOf(resources)['claims']))
    v.forbidden(['resources', 'claims'], 'claims may not be set for Resources at pod-level');
  const completed = withDefaults(v, fieldsOf(resources), pod);
  v.in('resources', completed, validatePodRequirements, pod);
  validateConsistency(v, completed, pod);
}

function validatePodRequirements(v: Scope, resources: Fields, pod: PodFacts): void {
  validateRequirements(v, resources, validatePodResourceName, pod, false);
}

/** Mirrors validatePodResourceName. */
function validatePodResourceName(v: Scope, list: string, name: string): void {
  if (name === 'cpu' || name === 'memory') return;
  const before = v.count();
  resourceName(v, [list, name], name);
  if (v.count() === before && !isHugePages(name)) v.unsupported([list, name], name, ['cpu', 'hugepages-', 'memory']);
}

/** A Pod's requests and limits are completed from its containers' before the server looks. */
function withDefaults(v: Scope, resources: Fields, pod: PodFacts): Fields {
  if (!pod.isPod) return resources;
  const completed = podResourcesOf(pod.spec, { release: `1.${v.minor}` as '1.37' }).pod;
  if (completed === undefined) return resources;
  const complete = (list: string, all: typeof completed.requests): Fields => {
    const out: Record<string, unknown> = { ...fieldsOf(resources[list]) };
    for (const [name, amount] of all) if (!(name in out) && amount.exact) out[name] = formatQuantity(amount.quantity);
    return out;
  };
  return { ...resources, requests: complete('requests', completed.requests), limits: complete('limits', completed.limits) };
}

/** Mirrors validatePodResourceConsistency. */
function validateConsistency(v: Scope, resources: Fields, pod: PodFacts): void {
  const containers = containersOf(pod);
  const requests = resourceListOf(resources['requests']);
  const limits = resourceListOf(resources['limits']);
  for (const [name, total] of aggregate(containers, 'requests')) {
    const own = requests.get(name);
    if (own?.exact !== true || compareQuantity(total.quantity, own.quantity) <= 0) continue;
    const detail = `must be greater than or equal to aggregate container requests of ${formatQuantity(total.quantity)}`;
    v.invalid(['resources', 'requests', name], formatQuantity(own.quantity), detail);
  }
  for (const [name, total] of aggregate(containers, 'limits')) {
    const own = isHugePages(name) ? limits.get(name) : undefined;
    if (own?.exact !== true || compareQuantity(total.quantity, own.quantity) <= 0) continue;
    const detail = `must be greater than or equal to aggregate container limits of ${formatQuantity(total.quantity)}`;
    v.invalid(['resources', 'limits', name], formatQuantity(own.quantity), detail);
  }
  for (const [i, container] of itemsOf(pod.spec['containers']).entries()) {
    for (const [name, limit] of resourceListOf(fieldsOf(fieldsOf(container)['resources'])['limits'])) {
      const own = limits.get(name);
      if (own?.exact !== true || !limit.exact || compareQuantity(limit.quantity, own.quantity) <= 0) continue;
      const detail = `must be less than or equal to pod limits of ${formatQuantity(own.quantity)}`;
      // The server puts a place together that does not exist.
      const field = `.resources.containers[${i}][${name}].limits`;
      v.invalid(['containers', i, 'resources', 'limits', name], formatQuantity(limit.quantity), detail, field);
    }
  }
}

/** Of a template's containers, requests are not taken from limits. */
function containersOf(pod: PodFacts): readonly ContainerResources[] {
  const { containers } = podResourcesOf(pod.spec);
  if (pod.isPod) return containers;
  return containers.map((container) => {
    const [, list, index] = container.path;
    const resources = fieldsOf(fieldsOf(itemsOf(pod.spec[String(list)])[Number(index)])['resources']);
    return { ...container, requests: resourceListOf(resources['requests']) };
  });
}
