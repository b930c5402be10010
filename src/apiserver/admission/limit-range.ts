import type { Release } from '../../api/kinds.ts';
import { asObject, isObject, objectsOf } from '../../api/manifest.ts';
import {
  type Amount,
  aggregate,
  type ContainerDefaults,
  type ContainerResources,
  largestShare,
  NO_RESOURCES,
  type PodResources,
  podResourcesOf,
  type ResourceList,
  resourceListOf,
} from '../../api/pod-resources.ts';
import { formatQuantity, scaledValue, ZERO_QUANTITY } from '../../api/quantity.ts';
import type { Path } from '../../source/path.ts';

/**
 * The LimitRanger admission plugin: defaults for containers, and minima, maxima and ratios for containers, Pods and claims.
 * Mirrors plugin/pkg/admission/limitranger/admission.go and SetDefaults_LimitRangeItem.
 */
export interface LimitRange {
  readonly name: string;
  readonly items: readonly LimitRangeItem[];
}

export interface LimitRangeItem {
  /** Index in `spec.limits`. */
  readonly index: number;
  readonly type: string;
  readonly max: ResourceList;
  readonly min: ResourceList;
  readonly maxLimitRequestRatio: ResourceList;
  /** `default` and `defaultRequest`, completed from max and min as the server does for type Container. */
  readonly defaults: ContainerDefaults;
}

export interface LimitFault {
  readonly limitRange: string;
  /** Index in the LimitRange's `spec.limits`. */
  readonly item: number;
  readonly bound: 'min' | 'max' | 'maxLimitRequestRatio';
  readonly resource: string;
  /** The plugin's words for this fault. */
  readonly message: string;
  /** The field that offends, relative to the Pod or the claim; it may be absent. */
  readonly path: Path;
}

/** LimitRange objects, read once. What is no LimitRange is left out. */
export function limitRangesOf(objects: readonly unknown[]): readonly LimitRange[] {
  const out: LimitRange[] = [];
  for (const object of objects) {
    if (!isObject(object) || object['kind'] !== 'LimitRange') continue;
    const name = asObject(object['metadata'])?.['name'];
    const items: LimitRangeItem[] = [];
    for (const [item, index] of objectsOf(asObject(object['spec'])?.['limits'])) items.push(itemOf(item, index));
    out.push({ name: typeof name === 'string' ? name : '', items });
  }
  return out;
}

function itemOf(item: { readonly [key: string]: unknown }, index: number): LimitRangeItem {
  const type = typeof item['type'] === 'string' ? item['type'] : '';
  const max = resourceListOf(item['max']);
  const min = resourceListOf(item['min']);
  let limits = resourceListOf(item['default']);
  let requests = resourceListOf(item['defaultRequest']);
  if (type === 'Container') {
    limits = new Map([...max, ...limits]);
    requests = new Map([...min, ...limits, ...requests]);
  }
  return {
    index,
    type,
    max,
    min,
    maxLimitRequestRatio: resourceListOf(item['maxLimitRequestRatio']),
    defaults: { limits, requests },
  };
}

/** The defaults for containers, one entry a LimitRange, in the order in which they apply. */
export function containerDefaultsOf(limitRanges: readonly LimitRange[]): readonly ContainerDefaults[] {
  const out: ContainerDefaults[] = [];
  for (const { items } of limitRanges) {
    const limits = new Map<string, Amount>();
    const requests = new Map<string, Amount>();
    for (const { type, defaults } of items) {
      if (type !== 'Container') continue;
      for (const [name, amount] of defaults.requests) requests.set(name, amount);
      for (const [name, amount] of defaults.limits) limits.set(name, amount);
    }
    if (limits.size + requests.size > 0) out.push({ limits, requests });
  }
  return out;
}

/** The resources of a Pod as the server stores it, with what the LimitRanges give. The spec itself is left alone. */
export function applyDefaults(
  limitRanges: readonly LimitRange[],
  podSpec: unknown,
  options: { readonly release?: Release; readonly overhead?: ResourceList } = {},
): PodResources {
  return podResourcesOf(podSpec, { ...options, defaults: containerDefaultsOf(limitRanges) });
}

interface Subject {
  readonly type: string;
  readonly requests: ResourceList;
  readonly limits: ResourceList;
  /** What is absent may be set after all. */
  readonly open: boolean;
  at(list: 'requests' | 'limits', resource: string): Path;
}

/** What the LimitRanges refuse in a Pod. The server tells only those of the first LimitRange that has any: `limitMessage`. */
export function limitFaults(limitRanges: readonly LimitRange[], resources: PodResources): readonly LimitFault[] {
  const faults: LimitFault[] = [];
  let pod: Subject | undefined;
  let containers: readonly Subject[] | undefined;
  for (const limitRange of limitRanges) {
    for (const item of limitRange.items) {
      if (item.type === 'Container') {
        containers ??= resources.containers.map(containerSubject);
        for (const container of containers) check(faults, limitRange, item, container);
      } else if (item.type === 'Pod') {
        pod ??= podSubject(resources);
        check(faults, limitRange, item, pod);
      }
    }
  }
  return faults;
}

function containerSubject({ path, requests, limits, open }: ContainerResources): Subject {
  return { type: 'Container', requests, limits, open, at: (list, resource) => [...path, 'resources', list, resource] };
}

/** The plugin counts no overhead, and takes only CPU and memory from Pod-level resources. */
function podSubject({ containers, pod }: PodResources): Subject {
  const lists = { requests: new Map(aggregate(containers, 'requests')), limits: new Map(aggregate(containers, 'limits')) };
  for (const list of ['requests', 'limits'] as const) {
    for (const resource of ['cpu', 'memory']) {
      const amount = pod?.[list].get(resource);
      if (amount !== undefined) lists[list].set(resource, amount);
    }
  }
  return {
    type: 'Pod',
    ...lists,
    open: containers.some(({ open }) => open),
    at: (list, resource) =>
      largestShare(
        { containers, overhead: NO_RESOURCES, pod: resource === 'cpu' || resource === 'memory' ? pod : undefined },
        list,
        resource,
      ) ?? ['spec', 'containers'],
  };
}

/** What the LimitRanges refuse in a PersistentVolumeClaim. Only requests count. Paths start with `spec`. */
export function claimLimitFaults(limitRanges: readonly LimitRange[], claimSpec: unknown): readonly LimitFault[] {
  const resources = asObject(asObject(claimSpec)?.['resources']);
  const requests = resourceListOf(resources?.['requests']);
  const claim: Subject = {
    type: 'PersistentVolumeClaim',
    requests,
    limits: NO_RESOURCES,
    open: false,
    at: (list, resource) => ['spec', 'resources', list, resource],
  };
  const faults: LimitFault[] = [];
  for (const limitRange of limitRanges) {
    for (const item of limitRange.items) {
      if (item.type !== claim.type) continue;
      const fault = faultIn(faults, limitRange, item);
      for (const [resource, enforced] of item.min) minConstraint(claim, resource, enforced, fault);
      for (const [resource, enforced] of item.max) maxRequestConstraint(claim, resource, enforced, fault);
    }
  }
  return faults;
}

type Report = (bound: LimitFault['bound'], resource: string, message: string, path: Path) => void;

function faultIn(faults: LimitFault[], limitRange: LimitRange, item: LimitRangeItem): Report {
  return (bound, resource, message, path) =>
    faults.push({ limitRange: limitRange.name, item: item.index, bound, resource, message, path });
}

function check(faults: LimitFault[], limitRange: LimitRange, item: LimitRangeItem, subject: Subject): void {
  const fault = faultIn(faults, limitRange, item);
  for (const [resource, enforced] of item.min) minConstraint(subject, resource, enforced, fault);
  for (const [resource, enforced] of item.max) maxConstraint(subject, resource, enforced, fault);
  for (const [resource, enforced] of item.maxLimitRequestRatio) ratioConstraint(subject, resource, enforced, fault);
}

function minConstraint(subject: Subject, resource: string, enforced: Amount, fault: Report): void {
  if (!enforced.exact) return;
  const request = subject.requests.get(resource);
  const limit = subject.limits.get(resource);
  const [asked, allowed, least] = enforcedValues(request, limit, enforced);
  const words = `minimum ${resource} usage per ${subject.type} is ${formatQuantity(enforced.quantity)}`;
  if (request === undefined) {
    if (!subject.open) fault('min', resource, `${words}.  No request is specified`, subject.at('requests', resource));
  } else if (request.exact && asked < least) {
    fault('min', resource, `${words}, but request is ${formatQuantity(request.quantity)}`, subject.at('requests', resource));
  } else if (limit?.exact === true && allowed < least) {
    fault('min', resource, `${words}, but limit is ${formatQuantity(limit.quantity)}`, subject.at('limits', resource));
  }
}

function maxConstraint(subject: Subject, resource: string, enforced: Amount, fault: Report): void {
  if (!enforced.exact) return;
  const request = subject.requests.get(resource);
  const limit = subject.limits.get(resource);
  const [asked, allowed, most] = enforcedValues(request, limit, enforced);
  const words = `maximum ${resource} usage per ${subject.type} is ${formatQuantity(enforced.quantity)}`;
  if (limit === undefined) {
    if (!subject.open) fault('max', resource, `${words}.  No limit is specified`, subject.at('limits', resource));
  } else if (limit.exact && allowed > most) {
    fault('max', resource, `${words}, but limit is ${formatQuantity(limit.quantity)}`, subject.at('limits', resource));
  } else if (request?.exact === true && asked > most) {
    fault('max', resource, `${words}, but request is ${formatQuantity(request.quantity)}`, subject.at('requests', resource));
  }
}

function maxRequestConstraint(subject: Subject, resource: string, enforced: Amount, fault: Report): void {
  if (!enforced.exact) return;
  const request = subject.requests.get(resource);
  const [asked, , most] = enforcedValues(request, undefined, enforced);
  const words = `maximum ${resource} usage per ${subject.type} is ${formatQuantity(enforced.quantity)}`;
  if (request === undefined) fault('max', resource, `${words}.  No request is specified`, subject.at('requests', resource));
  else if (request.exact && asked > most)
    fault('max', resource, `${words}, but request is ${formatQuantity(request.quantity)}`, subject.at('requests', resource));
}

function ratioConstraint(subject: Subject, resource: string, enforced: Amount, fault: Report): void {
  if (!enforced.exact || subject.open) return;
  const request = subject.requests.get(resource);
  const limit = subject.limits.get(resource);
  if (request?.exact === false || limit?.exact === false) return;
  const [asked, allowed] = enforcedValues(request, limit, enforced);
  const words = `${resource} max limit to request ratio per ${subject.type} is ${formatQuantity(enforced.quantity)}`;
  if (request === undefined || asked === 0n) {
    fault(
      'maxLimitRequestRatio',
      resource,
      `${words}, but no request is specified or request is 0`,
      subject.at('requests', resource),
    );
    return;
  }
  if (limit === undefined || allowed === 0n) {
    fault('maxLimitRequestRatio', resource, `${words}, but no limit is specified or limit is 0`, subject.at('limits', resource));
    return;
  }
  const ratio = Number(allowed) / Number(asked);
  const whole = scaledValue(enforced.quantity, 0);
  const exceeds = whole <= MAX_MILLI_VALUE ? ratio * 1000 > Number(scaledValue(enforced.quantity, -3)) : ratio > Number(whole);
  if (exceeds)
    fault(
      'maxLimitRequestRatio',
      resource,
      `${words}, but provided ratio is ${ratio.toFixed(6)}`,
      subject.at('limits', resource),
    );
}

/** Beyond this a value is compared in whole units, not in thousandths. */
const MAX_MILLI_VALUE = 9223372036854775n;

/** Quantities at one precision: thousandths where all fit, else whole units. */
function comparable(...quantities: readonly Amount['quantity'][]): readonly bigint[] {
  const whole = quantities.map((quantity) => scaledValue(quantity, 0));
  return whole.every((value) => value <= MAX_MILLI_VALUE) ? quantities.map((quantity) => scaledValue(quantity, -3)) : whole;
}

function enforcedValues(
  request: Amount | undefined,
  limit: Amount | undefined,
  enforced: Amount,
): readonly [bigint, bigint, bigint] {
  const [a, b, c] = comparable(request?.quantity ?? ZERO_QUANTITY, limit?.quantity ?? ZERO_QUANTITY, enforced.quantity);
  return [a!, b!, c!];
}

/**
 * What the server says after `pods "x" is forbidden: `: the faults of the first LimitRange that has any, each said once, several in brackets.
 * The server goes through LimitRanges, and resources inside one, in no fixed order.
 */
export function limitMessage(faults: readonly LimitFault[]): string {
  const first = faults[0]?.limitRange;
  const messages = [...new Set(faults.filter(({ limitRange }) => limitRange === first).map(({ message }) => message))];
  return messages.length === 1 ? messages[0]! : `[${messages.join(', ')}]`;
}
