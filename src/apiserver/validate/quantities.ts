import { qualifiedNameFaults } from '../../api/names.ts';
import { roundUp } from '../../api/pod-resources.ts';
import { formatQuantity, isIntegerQuantity, parseQuantity, type Quantity, quantitySign } from '../../api/quantity.ts';
import {
  isExtendedResource,
  isIntegerResource,
  isNativeResource,
  isStandardContainerResource,
  isStandardQuotaResource,
  isStandardResource,
} from '../../api/resource-names.ts';
import type { At, Scope } from './scope.ts';
import { NEGATIVE } from './scope.ts';

/** A quantity as messages print it. */
export function printQuantity(quantity: Quantity): string {
  return formatQuantity(quantity);
}

/**
 * The quantities of a resource list that can be read, by resource, rounded up to thousandths as the server keeps them. Placeholders and
 * what does not decode are left out.
 */
export function* quantitiesOf(list: unknown): Generator<[string, Quantity]> {
  if (typeof list !== 'object' || list === null || Array.isArray(list)) return;
  for (const [name, value] of Object.entries(list)) {
    const quantity = parseQuantity(value ?? 0);
    if (quantity !== undefined) yield [name, roundUp(quantity, -3)];
  }
}

export function nonnegativeQuantity(v: Scope, at: At, value: unknown, field?: string): void {
  const quantity = parseQuantity(value);
  if (quantity !== undefined && quantitySign(quantity) < 0) v.invalid(at, printQuantity(quantity), NEGATIVE, field);
}

export function positiveQuantity(v: Scope, at: At, quantity: Quantity, field?: string): boolean {
  if (quantitySign(quantity) > 0) return true;
  v.invalid(at, printQuantity(quantity), 'must be greater than zero', field);
  return false;
}

/** Mirrors ValidateResourceQuantityValue. */
export function resourceQuantity(v: Scope, at: At, resource: string, quantity: Quantity, field?: string): void {
  if (quantitySign(quantity) < 0) v.invalid(at, printQuantity(quantity), NEGATIVE, field);
  if (isIntegerResource(resource, v.minor) && !isIntegerQuantity(quantity)) {
    v.invalid(at, printQuantity(quantity), 'must be an integer', field);
  }
}

/** Mirrors validateResourceName. False when the name is not even a qualified name. */
export function resourceName(v: Scope, at: At, name: string): boolean {
  const faults = qualifiedNameFaults(name, v.minor);
  v.invalids(at, name, faults);
  if (faults.length > 0) return false;
  if (!name.includes('/') && !isStandardResource(name)) {
    v.invalid(at, name, 'must be a standard resource type or fully qualified');
  }
  return true;
}

/** Mirrors ValidateContainerResourceName. */
export function containerResourceName(v: Scope, at: At, name: string): void {
  resourceName(v, at, name);
  if (!name.includes('/')) {
    if (!isStandardContainerResource(name)) v.invalid(at, name, 'must be a standard resource for containers');
  } else if (!isNativeResource(name) && !isExtendedResource(name, v.minor)) {
    v.invalid(at, name, "doesn't follow extended resource name standard");
  }
}

/** Mirrors ValidateResourceQuotaResourceName. */
export function quotaResourceName(v: Scope, at: At, name: string): void {
  resourceName(v, at, name);
  if (!name.includes('/') && !isStandardQuotaResource(name)) {
    v.invalid(at, name, 'must be a standard resource for quota');
  }
}
