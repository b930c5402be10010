import { nameIsDnsLabel, nameIsDnsSubdomain, qualifiedNameFaults } from '../../../api/names.ts';
import { validateLabelSelector, validateLabelValues } from '../labels.ts';
import type { Fields, Scope } from '../scope.ts';
import { isSet, itemsOf, numberOf, textOf } from '../scope.ts';
import type { PodFacts } from './facts.ts';
import { validateMatchAndMismatchLabelKeys } from './label-keys.ts';

/** Values of required node affinity are looked at from 1.33 on. */
const NODE_VALUES_SINCE = 33;
/** MatchLabelKeysInPodAffinity is on by default from 1.31. */
export const AFFINITY_LABEL_KEYS_SINCE = 31;

/** `spec.affinity`, the scope standing at it. Mirrors validateAffinity of pkg/apis/core/validation. */
export function validateAffinity(v: Scope, affinity: Fields, pod: PodFacts): void {
  if (isSet(affinity['nodeAffinity'])) v.in('nodeAffinity', affinity['nodeAffinity'], validateNodeAffinity);
  if (isSet(affinity['podAffinity'])) v.in('podAffinity', affinity['podAffinity'], validatePodAffinity, pod);
  if (isSet(affinity['podAntiAffinity'])) v.in('podAntiAffinity', affinity['podAntiAffinity'], validatePodAffinity, pod);
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

function validateNodeAffinity(v: Scope, affinity: Fields): void {
  if (isSet(affinity[REQUIRED])) v.in(REQUIRED, affinity[REQUIRED], validateNodeSelector, v.minor >= NODE_VALUES_SINCE);
  if (isSet(affinity[PREFERRED])) v.each(PREFERRED, affinity[PREFERRED], validatePreferredTerm);
}

/** A NodeSelector, the scope standing at it; with `withValues`, values must be label values. Mirrors ValidateNodeSelector. */
export function validateNodeSelector(v: Scope, selector: Fields, withValues: boolean): void {
  const terms = itemsOf(selector['nodeSelectorTerms']);
  if (terms.length === 0) v.required('nodeSelectorTerms', 'must have at least one node selector term');
  else v.each('nodeSelectorTerms', terms, validateNodeSelectorTerm, withValues);
}

function validateNodeSelectorTerm(v: Scope, term: Fields, _index: number, withValues: boolean): void {
  validateTerm(v, term, withValues);
}

function validateTerm(v: Scope, term: Fields, withValues: boolean): void {
  if (isSet(term['matchExpressions'])) v.each('matchExpressions', term['matchExpressions'], validateExpression, withValues);
  if (isSet(term['matchFields'])) v.each('matchFields', term['matchFields'], validateFieldExpression);
}

function validateExpression(v: Scope, expression: Fields, _index: number, withValues: boolean): void {
  const operator = textOf(expression['operator']);
  const values = itemsOf(expression['values']);
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) v.required('values', "must be specified when `operator` is 'In' or 'NotIn'");
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) v.forbidden('values', "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
  } else if (operator === 'Gt' || operator === 'Lt') {
    if (values.length !== 1) v.required('values', "must be specified single value when `operator` is 'Lt' or 'Gt'");
  } else {
    v.invalid('operator', operator, 'not a valid selector operator');
  }
  const key = textOf(expression['key']);
  v.invalids('key', key, qualifiedNameFaults(key, v.minor));
  if (withValues) validateLabelValues(v, values);
}

/** Mirrors ValidateNodeFieldSelectorRequirement. */
function validateFieldExpression(v: Scope, expression: Fields): void {
  const operator = textOf(expression['operator']);
  const values = itemsOf(expression['values']);
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length !== 1)
      v.required('values', "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
  } else {
    v.invalid('operator', operator, 'not a valid selector operator');
  }
  const key = textOf(expression['key']);
  if (key !== 'metadata.name') {
    v.invalid('key', key, 'not a valid field selector key');
    return;
  }
  for (let i = 0; i < values.length; i++) {
    const value = textOf(values[i]);
    const faults = nameIsDnsSubdomain(value, false);
    if (faults.length > 0) v.invalids(['values', i], value, faults);
  }
}

function validatePreferredTerm(v: Scope, term: Fields): void {
  validateWeight(v, term);
  v.in('preference', term['preference'], validateTerm, false);
}

function validateWeight(v: Scope, term: Fields): void {
  const weight = numberOf(term['weight']) ?? 0;
  if (weight <= 0 || weight > 100) v.invalid('weight', weight, 'must be in the range 1-100');
}

function validatePodAffinity(v: Scope, affinity: Fields, pod: PodFacts): void {
  if (isSet(affinity[REQUIRED])) v.each(REQUIRED, affinity[REQUIRED], validateAffinityTermItem, pod);
  if (isSet(affinity[PREFERRED])) v.each(PREFERRED, affinity[PREFERRED], validateWeightedTerm, pod);
}

function validateAffinityTermItem(v: Scope, term: Fields, _index: number, pod: PodFacts): void {
  validateAffinityTerm(v, term, pod);
}

function validateWeightedTerm(v: Scope, term: Fields, _index: number, pod: PodFacts): void {
  validateWeight(v, term);
  v.in('podAffinityTerm', term['podAffinityTerm'], validateAffinityTerm, pod);
}

/** Mirrors validatePodAffinityTerm. */
function validateAffinityTerm(v: Scope, term: Fields, pod: PodFacts): void {
  if (isSet(term['labelSelector'])) v.in('labelSelector', term['labelSelector'], validateLabelSelector);
  if (isSet(term['namespaceSelector'])) v.in('namespaceSelector', term['namespaceSelector'], validateLabelSelector);
  const namespaces = itemsOf(term['namespaces']);
  for (let i = 0; i < namespaces.length; i++) {
    const namespace = textOf(namespaces[i]);
    const faults = nameIsDnsLabel(namespace, false);
    if (faults.length > 0) v.invalids(['namespaces', i], namespace, faults, '.namespace');
  }
  if (v.minor >= AFFINITY_LABEL_KEYS_SINCE) validateMatchAndMismatchLabelKeys(v, term, pod, true);
  const topologyKey = textOf(term['topologyKey']);
  if (topologyKey === '') v.required('topologyKey', 'can not be empty');
  v.invalids('topologyKey', topologyKey, qualifiedNameFaults(topologyKey, v.minor));
}
