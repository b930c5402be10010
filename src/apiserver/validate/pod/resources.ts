import { dns1123LabelFaults } from '../../../api/names.ts';
import { roundUp } from '../../../api/pod-resources.ts';
import {
  compareQuantity,
  formatQuantity,
  isIntegerQuantity,
  parseQuantity,
  type Quantity,
  scaledValue,
} from '../../../api/quantity.ts';
import { isHugePages, isIntegerResource, isOvercommitAllowed } from '../../../api/resource-names.ts';
import { isUnknown } from '../../../api/unknown.ts';
import type { Path } from '../../../source/path.ts';
import { containerResourceName } from '../quantities.ts';
import type { Fields, Scope } from '../scope.ts';
import { fieldsOf, isSet, itemsOf, NEGATIVE, textOf } from '../scope.ts';
import { CLAIMS_SINCE, type PodFacts } from './facts.ts';

/** Says what is wrong with a resource's name at a place. */
export type ResourceNameCheck = (v: Scope, list: string, name: string) => void;

/** The quantity as the server keeps it: rounded up to thousandths. Undefined where it is a placeholder or does not parse. */
export function resourceQuantity(value: unknown): Quantity | undefined {
  const quantity = parseQuantity(value ?? '0');
  return quantity === undefined ? undefined : roundUp(quantity, -3);
}

/** Mirrors ValidateContainerResourceName. */
export function validateContainerResourceName(v: Scope, list: string, name: string): void {
  if (name !== 'cpu' && name !== 'memory' && name !== 'ephemeral-storage') containerResourceName(v, [list, name], name);
}

/** Mirrors ValidateResourceQuantityValue: not negative, and whole where the resource is counted. */
function validateQuantity(v: Scope, list: string, name: string, quantity: Quantity): void {
  if (quantity.unscaled < 0n) v.invalid([list, name], formatQuantity(quantity), NEGATIVE);
  if (quantity.exponent >= 0) return;
  if (isIntegerResource(name, v.minor) && !isIntegerQuantity(quantity)) {
    v.invalid([list, name], formatQuantity(quantity), 'must be an integer');
  }
}

/**
 * Requests and limits, the scope standing at `resources`. `requestsFromLimits` for a Pod's containers: what is limited and
 * not requested is requested in the same amount. Mirrors validateResourceRequirements.
 */
export function validateRequirements(
  v: Scope,
  resources: Fields,
  check: ResourceNameCheck,
  pod: PodFacts,
  requestsFromLimits: boolean,
): void {
  const limits = fieldsOf(resources['limits']);
  const requests = fieldsOf(resources['requests']);
  let cpuOrMemory = false;
  let hugePages = false;
  for (const name in limits) {
    cpuOrMemory ||= name === 'cpu' || name === 'memory';
    hugePages ||= isHugePages(name);
    check(v, 'limits', name);
    const quantity = resourceQuantity(limits[name]);
    if (quantity === undefined) continue;
    validateQuantity(v, 'limits', name, quantity);
    validatePages(v, 'limits', name, quantity);
  }
  const limitsOpen = isUnknown(resources['limits']);
  for (const name in requests) {
    cpuOrMemory ||= name === 'cpu' || name === 'memory';
    hugePages ||= isHugePages(name);
    validateRequest(v, name, requests[name], limits, limitsOpen, check);
  }
  if (requestsFromLimits) {
    for (const name in limits) {
      if (name in requests) continue;
      // What is wrong with the limit is said of the request too; it is written at the limit.
      v.collectMoved(() => validateRequest(v, name, limits[name], limits, false, check), asLimit);
    }
  }
  if (hugePages && !cpuOrMemory) v.forbidden([], 'HugePages require cpu or memory');
  if (v.minor >= CLAIMS_SINCE && isSet(resources['claims'])) validateClaims(v, itemsOf(resources['claims']), pod);
}

/** `…, 'requests', name` as `…, 'limits', name`. */
function asLimit(path: Path): Path {
  return path.map((step, i) => (i === path.length - 2 && step === 'requests' ? 'limits' : step));
}

function validateRequest(
  v: Scope,
  name: string,
  value: unknown,
  limits: Fields,
  limitsOpen: boolean,
  check: ResourceNameCheck,
): void {
  check(v, 'requests', name);
  const quantity = resourceQuantity(value);
  if (quantity !== undefined) validateQuantity(v, 'requests', name, quantity);
  if (name in limits) {
    const limit = resourceQuantity(limits[name]);
    if (limit !== undefined && quantity !== undefined) validateAgainstLimit(v, name, quantity, limit);
  } else if (!limitsOpen && !isOvercommitAllowed(name)) {
    v.required('limits', 'Limit must be set for non overcommitable resources');
  }
  if (quantity !== undefined) validatePages(v, 'requests', name, quantity);
}

function validateAgainstLimit(v: Scope, name: string, quantity: Quantity, limit: Quantity): void {
  const order = compareQuantity(quantity, limit);
  if (order === 0 || (order < 0 && isOvercommitAllowed(name))) return;
  const relation = isOvercommitAllowed(name) ? 'must be less than or equal to' : 'must be equal to';
  // The server names all requests.
  v.invalid(['requests', name], formatQuantity(quantity), `${relation} ${name} limit of ${formatQuantity(limit)}`, '.requests');
}

function validatePages(v: Scope, list: string, name: string, quantity: Quantity): void {
  if (!isHugePages(name) || isDivisible(name, quantity)) return;
  v.invalid([list, name], formatQuantity(quantity), `${formatQuantity(quantity)} is not positive integer multiple of ${name}`);
}

/** A whole number of pages. Mirrors IsHugePageResourceValueDivisible. */
function isDivisible(name: string, quantity: Quantity): boolean {
  const page = parseQuantity(name.slice('hugepages-'.length));
  if (page === undefined || page.unscaled <= 0n || !isIntegerQuantity(page)) return false;
  const size = scaledValue(page, 0);
  return size !== 0n && scaledValue(quantity, 0) % size === 0n;
}

/** Mirrors validateResourceClaimNames. */
function validateClaims(v: Scope, claims: readonly unknown[], pod: PodFacts): void {
  const names = new Set<string>();
  for (let i = 0; i < claims.length; i++) {
    const claim = fieldsOf(claims[i]);
    const name = textOf(claim['name']);
    if (name === '') {
      v.required(['claims', i]);
      continue;
    }
    if (names.has(name)) {
      v.duplicate(['claims', i], name);
    } else {
      let key = name;
      const request = textOf(claim['request']);
      if (request !== '' && v.minor >= 31) {
        v.invalids(['claims', i, 'request'], request, dns1123LabelFaults(request));
        key += `/${request}`;
      }
      if (names.has(key)) v.duplicate(['claims', i], key);
      else if (request === '') {
        for (const other of names) if (other.startsWith(`${name}/`)) v.duplicate(['claims', i], name);
      }
      names.add(key);
    }
    if (!pod.claimNames.has(name)) {
      const known = [...pod.claimNames].sort();
      const detail = known.length === 0 ? ' which is empty' : `: ${known.join(', ')}`;
      v.notFound(['claims', i], name, `must be one of the names in pod.spec.resourceClaims${detail}`);
    }
  }
}
