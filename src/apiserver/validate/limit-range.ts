import { qualifiedNameFaults } from '../../api/names.ts';
import { compareQuantity, type Quantity, quantityOf, scaledValue } from '../../api/quantity.ts';
import { isOvercommitAllowed } from '../../api/resource-names.ts';
import { containerResourceName, printQuantity, quantitiesOf, resourceName } from './quantities.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, textOf } from './scope.ts';

/** Mirrors ValidateLimitRange of k8s.io/kubernetes/pkg/apis/core/validation. */
export function validateLimitRange(v: Scope, object: Fields): void {
  v.in('spec', object.spec, validateSpec);
}

type Quantities = Map<string, Quantity>;

interface Limit {
  readonly type: string;
  readonly min: Quantities;
  readonly max: Quantities;
  readonly default: Quantities;
  readonly defaultRequest: Quantities;
  readonly maxLimitRequestRatio: Quantities;
}

const TYPES: ReadonlySet<string> = new Set(['Pod', 'Container', 'PersistentVolumeClaim']);
/** Beyond this many units the server does not look at thousandths. */
const MAX_MILLI_VALUE = 9223372036854775n;

function validateSpec(v: Scope, spec: Fields): void {
  v.each('limits', spec.limits, validateItem, new Set<string>());
}

function validateItem(v: Scope, item: Fields, _index: number, types: Set<string>): void {
  const type = textOf(item.type);
  const typeFaults = qualifiedNameFaults(type, v.minor);
  v.invalids('type', type, typeFaults);
  if (typeFaults.length === 0 && !type.includes('/') && !TYPES.has(type)) {
    v.invalid('type', type, 'must be a standard limit type or fully qualified');
  }
  if (types.has(type)) v.duplicate('type', type);
  types.add(type);

  const limit = withDefaults(item, type);
  validateNames(v, item, 'max', limit.max, type);
  validateNames(v, item, 'min', limit.min, type);
  if (type === 'Pod') {
    if (Object.keys(fieldsOf(item.default)).length > 0) v.forbidden('default', "may not be specified when `type` is 'Pod'");
    if (Object.keys(fieldsOf(item.defaultRequest)).length > 0) {
      v.forbidden('defaultRequest', "may not be specified when `type` is 'Pod'");
    }
  } else {
    validateNames(v, item, 'default', limit.default, type);
    validateNames(v, item, 'defaultRequest', limit.defaultRequest, type);
  }
  if (type === 'PersistentVolumeClaim' && !isSet(fieldsOf(item.min).storage) && !isSet(fieldsOf(item.max).storage)) {
    v.required([], 'either minimum or maximum storage value is required, but neither was provided', '.limits');
  }
  validateNames(v, item, 'maxLimitRequestRatio', limit.maxLimitRequestRatio, type);
  if (type === 'Pod') {
    limit.default.clear();
    limit.defaultRequest.clear();
  }
  const names = new Set([...limit.max.keys(), ...limit.min.keys(), ...limit.default.keys(), ...limit.defaultRequest.keys()]);
  for (const name of limit.maxLimitRequestRatio.keys()) names.add(name);
  for (const name of names) validateResource(v, limit, name);
}

/** What the server fills in for containers: the limit from the maximum, the request from the limit or the minimum. */
function withDefaults(item: Fields, type: string): Limit {
  const limit: Limit = {
    type,
    min: new Map(quantitiesOf(item.min)),
    max: new Map(quantitiesOf(item.max)),
    default: new Map(quantitiesOf(item.default)),
    defaultRequest: new Map(quantitiesOf(item.defaultRequest)),
    maxLimitRequestRatio: new Map(quantitiesOf(item.maxLimitRequestRatio)),
  };
  if (type !== 'Container') return limit;
  fill(limit.default, limit.max, item.default);
  fill(limit.defaultRequest, limit.default, item.defaultRequest);
  fill(limit.defaultRequest, limit.min, item.defaultRequest);
  return limit;
}

/** A resource that is given but unknown is not filled in. */
function fill(into: Quantities, from: Quantities, given: unknown): void {
  for (const [name, quantity] of from) {
    if (!into.has(name) && !Object.hasOwn(fieldsOf(given), name)) into.set(name, quantity);
  }
}

function validateNames(v: Scope, item: Fields, key: string, quantities: Quantities, type: string): void {
  for (const name of quantities.keys()) {
    const at = placeOf(item, key, name);
    const field = `.${key}[${name}]`;
    v.named(field, () => {
      if (type === 'Pod' || type === 'Container') containerResourceName(v, at, name);
      else resourceName(v, at, name);
    });
  }
}

/** A filled-in value lies where it was taken from. */
function placeOf(item: Fields, key: string, name: string): string[] {
  for (const from of [key, 'default', 'max', 'min']) {
    if (Object.hasOwn(fieldsOf(item[from]), name)) return [from, name];
  }
  return [key];
}

function validateResource(v: Scope, limit: Limit, name: string): void {
  const min = limit.min.get(name);
  const max = limit.max.get(name);
  const byDefault = limit.default.get(name);
  const request = limit.defaultRequest.get(name);
  const ratio = limit.maxLimitRequestRatio.get(name);
  const fault = (key: string, value: Quantity, detail: string): void => v.invalid([key, name], printQuantity(value), detail);
  const exceeds = (a: Quantity | undefined, b: Quantity | undefined): a is Quantity =>
    a !== undefined && b !== undefined && compareQuantity(a, b) > 0;
  const print = (quantity: Quantity | undefined): string => (quantity === undefined ? '' : printQuantity(quantity));

  if (exceeds(min, max)) fault('min', min, `min value ${print(min)} is greater than max value ${print(max)}`);
  if (exceeds(min, request)) {
    fault('defaultRequest', request!, `min value ${print(min)} is greater than default request value ${print(request)}`);
  }
  if (exceeds(request, max)) {
    fault('defaultRequest', request, `default request value ${print(request)} is greater than max value ${print(max)}`);
  }
  if (exceeds(request, byDefault)) {
    const detail = `default request value ${print(request)} is greater than default limit value ${print(byDefault)}`;
    fault('defaultRequest', request, detail);
  }
  if (exceeds(min, byDefault)) fault('default', min, `min value ${print(min)} is greater than default value ${print(byDefault)}`);
  if (exceeds(byDefault, max)) {
    fault('default', max!, `default value ${print(byDefault)} is greater than max value ${print(max)}`);
  }
  if (ratio !== undefined) {
    if (compareQuantity(ratio, quantityOf(1)) < 0) fault('maxLimitRequestRatio', ratio, `ratio ${print(ratio)} is less than 1`);
    if (min !== undefined && max !== undefined) validateRatio(fault, ratio, min, max);
  }
  if (
    !isOvercommitAllowed(name) &&
    byDefault !== undefined &&
    request !== undefined &&
    compareQuantity(byDefault, request) !== 0
  ) {
    const detail = `default value ${print(byDefault)} must equal to defaultRequest value ${print(request)} in ${name}`;
    fault('defaultRequest', request, detail);
  }
}

function validateRatio(
  fault: (key: string, value: Quantity, detail: string) => void,
  ratio: Quantity,
  min: Quantity,
  max: Quantity,
): void {
  const milli = [ratio, min, max].every((quantity) => scaledValue(quantity, 0) < MAX_MILLI_VALUE);
  const value = milli ? Number(scaledValue(ratio, -3)) / 1000 : Number(scaledValue(ratio, 0));
  const exponent = milli ? -3 : 0;
  const most = Number(scaledValue(max, exponent)) / Number(scaledValue(min, exponent));
  if (value > most) {
    fault('maxLimitRequestRatio', ratio, `ratio ${printQuantity(ratio)} is greater than max/min = ${most.toFixed(6)}`);
  }
}
