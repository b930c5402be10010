import { labelValueFaults, qualifiedNameFaults } from '../../api/names.ts';
import type { Cause } from '../cause.ts';
import { validateAnnotations, validateLabels } from './metadata.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, itemsOf, textOf } from './scope.ts';

/** Labels below the scope: `metadata.labels`, a nodeSelector, matchLabels. Mirrors ValidateLabels of apimachinery's meta/v1/validation. */
export function validateLabelMap(v: Scope, key: string, labels: unknown): void {
  const map = fieldsOf(labels);
  for (const name in map) {
    const value = map[name] ?? '';
    if (
      qualifiedNameFaults(name, v.minor).length === 0 &&
      (typeof value !== 'string' || labelValueFaults(value, v.minor).length === 0)
    ) {
      continue;
    }
    const causes: Cause[] = [];
    validateLabels(causes, labels, v.path(), key, v.minor);
    v.collect(causes);
    return;
  }
}

/** `annotations` below the scope. */
export function validateAnnotationMap(v: Scope, annotations: unknown): void {
  if (!isSet(annotations)) return;
  const causes: Cause[] = [];
  validateAnnotations(causes, annotations, v.path(), v.minor);
  v.collect(causes);
}

/** A LabelSelector, the scope standing at it. Mirrors ValidateLabelSelector. */
export function validateLabelSelector(v: Scope, selector: Fields): void {
  if (isSet(selector['matchLabels'])) validateLabelMap(v, 'matchLabels', selector['matchLabels']);
  v.each('matchExpressions', selector['matchExpressions'], validateRequirement);
}

function validateRequirement(v: Scope, requirement: Fields): void {
  const operator = textOf(requirement['operator']);
  const values = itemsOf(requirement['values']);
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) v.required('values', "must be specified when `operator` is 'In' or 'NotIn'");
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) v.forbidden('values', "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
  } else {
    v.invalid('operator', operator, 'not a valid selector operator');
  }
  const key = textOf(requirement['key']);
  v.invalids('key', key, qualifiedNameFaults(key, v.minor));
  validateLabelValues(v, values);
}

/** The `values` of a requirement, the scope standing at the requirement. */
export function validateLabelValues(v: Scope, values: readonly unknown[]): void {
  for (let i = 0; i < values.length; i++) {
    const value = textOf(values[i]);
    const faults = labelValueFaults(value, v.minor);
    if (faults.length > 0) v.invalids(['values', i], value, faults);
  }
}
