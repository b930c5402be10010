import { isUnknown } from '../../api/unknown.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, numberOf, textOf } from './scope.ts';

const HIGHEST_USER_PRIORITY = 1_000_000_000;
const SYSTEM: ReadonlyMap<string, number> = new Map([
  ['system-node-critical', 2_000_001_000],
  ['system-cluster-critical', 2_000_000_000],
]);

/** Mirrors ValidatePriorityClass of k8s.io/kubernetes/pkg/apis/scheduling/validation. */
export function validatePriorityClass(v: Scope, object: Fields): void {
  const name = textOf(fieldsOf(object.metadata).name);
  const value = numberOf(object.value) ?? 0;
  if (name.startsWith('system-') && !isUnknown(name)) validateSystemClass(v, name, value, object.globalDefault === true);
  else if (value > HIGHEST_USER_PRIORITY) {
    v.forbidden('value', `maximum allowed value of a user defined priority is ${HIGHEST_USER_PRIORITY}`);
  }
  const policy = textOf(object.preemptionPolicy);
  if (!isSet(object.preemptionPolicy)) return;
  if (policy === '') v.required('preemptionPolicy');
  else if (policy !== 'PreemptLowerPriority' && policy !== 'Never') {
    v.unsupported('preemptionPolicy', policy, ['PreemptLowerPriority', 'Never']);
  }
}

function validateSystemClass(v: Scope, name: string, value: number, globalDefault: boolean): void {
  const expected = SYSTEM.get(name);
  let error: string | undefined;
  if (expected === undefined) error = `${name} is not a known system priority class`;
  else if (value !== expected && !Number.isNaN(value)) error = `value of ${name} PriorityClass must be ${expected}`;
  else if (globalDefault) error = `globalDefault of ${name} PriorityClass must be false`;
  if (error === undefined) return;
  const detail = `priority class names with 'system-' prefix are reserved for system use only. error: ${error}`;
  v.forbidden(['metadata', 'name'], detail);
}
