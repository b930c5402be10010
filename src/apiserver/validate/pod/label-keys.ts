import { qualifiedNameFaults } from '../../../api/names.ts';
import type { Fields, Scope } from '../scope.ts';
import { fieldsOf, isSet, itemsOf, textOf } from '../scope.ts';
import type { PodFacts } from './facts.ts';

const NO_SELECTOR = 'must not be specified when labelSelector is not set';

/**
 * `matchLabelKeys` and `mismatchLabelKeys` beside a `labelSelector`; the scope stands at the three. The server merges the keys
 * that a Pod's labels have into the selector before it looks, so a key that stands in both is found by standing there twice.
 * Mirrors ValidateMatchLabelKeysAndMismatchLabelKeys and, for `merges`, applyLabelKeysToLabelSelector of pkg/registry/core/pod.
 */
export function validateMatchAndMismatchLabelKeys(v: Scope, term: Fields, pod: PodFacts, withMismatch: boolean): void {
  const match = itemsOf(term['matchLabelKeys']);
  const mismatch = withMismatch ? itemsOf(term['mismatchLabelKeys']) : [];
  if (match.length === 0 && mismatch.length === 0) return;
  validateKeys(v, 'matchLabelKeys', match, term['labelSelector']);
  validateKeys(v, 'mismatchLabelKeys', mismatch, term['labelSelector']);
  if (isSet(term['labelSelector'])) validateNotSelected(v, match, mismatch, fieldsOf(term['labelSelector']), pod);
  for (let i = 0; i < match.length; i++) {
    if (mismatch.includes(match[i])) {
      v.invalid(['matchLabelKeys', i], textOf(match[i]), 'exists in both matchLabelKeys and mismatchLabelKeys');
    }
  }
}

function validateKeys(v: Scope, list: string, keys: readonly unknown[], selector: unknown): void {
  if (keys.length === 0) return;
  if (!isSet(selector)) {
    v.forbidden(list, NO_SELECTOR);
    return;
  }
  for (let i = 0; i < keys.length; i++) {
    const key = textOf(keys[i]);
    const faults = qualifiedNameFaults(key, v.minor);
    if (faults.length > 0) v.invalids([list, i], key, faults);
  }
}

function validateNotSelected(
  v: Scope,
  match: readonly unknown[],
  mismatch: readonly unknown[],
  selector: Fields,
  pod: PodFacts,
): void {
  const index = new Map<string, number>();
  for (let i = 0; i < match.length; i++) index.set(textOf(match[i]), i);
  const selected = new Set<string>(Object.keys(fieldsOf(selector['matchLabels'])));
  const expressions = itemsOf(selector['matchExpressions']).map((expression) => textOf(fieldsOf(expression)['key']));
  if (pod.isPod) {
    for (const key of [...match, ...mismatch]) if (Object.hasOwn(pod.labels, textOf(key))) expressions.push(textOf(key));
  }
  for (const key of expressions) {
    const i = index.get(key);
    // The server puts the index behind the term instead of behind the list.
    if (i !== undefined && selected.has(key)) {
      v.invalid(['matchLabelKeys', i], key, 'exists in both matchLabelKeys and labelSelector', `[${i}]`);
    }
    selected.add(key);
  }
}

/** As up to 1.33, and without a selector of the server's making. Mirrors ValidateMatchLabelKeysInTopologySpread. */
export function validateMatchLabelKeys(v: Scope, constraint: Fields): void {
  const keys = itemsOf(constraint['matchLabelKeys']);
  if (keys.length === 0) return;
  const selected = new Set<string>();
  if (isSet(constraint['labelSelector'])) {
    const selector = fieldsOf(constraint['labelSelector']);
    for (const key of Object.keys(fieldsOf(selector['matchLabels']))) selected.add(key);
    for (const expression of itemsOf(selector['matchExpressions'])) selected.add(textOf(fieldsOf(expression)['key']));
  } else {
    v.forbidden('matchLabelKeys', NO_SELECTOR);
  }
  for (let i = 0; i < keys.length; i++) {
    const key = textOf(keys[i]);
    const faults = qualifiedNameFaults(key, v.minor);
    if (faults.length > 0) v.invalids(['matchLabelKeys', i], key, faults);
    if (selected.has(key)) v.invalid(['matchLabelKeys', i], key, 'exists in both matchLabelKeys and labelSelector');
  }
}
