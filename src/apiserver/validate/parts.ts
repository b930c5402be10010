import { matchesSelector, parseLabelSelector, selectorOfLabels } from '../../api/label-selector.ts';
import { labelValueFaults, qualifiedNameFaults } from '../../api/names.ts';
import { isUnknown } from '../../api/unknown.ts';
import { sortedMap } from '../go-print.ts';
import { validateAnnotationMap, validateLabelMap, validateLabelSelector } from './labels.ts';
import { validatePodTemplateSpec } from './pod.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, itemsOf, textOf } from './scope.ts';

export function validateLabelsAt(v: Scope, key: string, labels: unknown): void {
  if (isSet(labels)) validateLabelMap(v, key, labels);
}

export function validateLabelSelectorAt(v: Scope, key: string, selector: unknown): void {
  if (isSet(selector)) v.in(key, selector, validateLabelSelector);
}

/** `replicated`: by more than one Pod, which servers before 1.31 did not allow for disks that one writes. */
export function validatePodTemplateAt(v: Scope, key: string, template: unknown, replicated: boolean): void {
  v.collect(validatePodTemplateSpec(template, v.path(key), { minor: v.minor }));
  if (replicated && v.minor < 31) v.in(key, template, validateReadOnlyDisks);
}

/** The part of a template's validation that a StatefulSet's always had. */
export function validatePodTemplateMetadataAt(v: Scope, key: string, template: unknown): void {
  const metadata = fieldsOf(fieldsOf(template).metadata);
  v.in(key, template, (inner) => {
    validateLabelsAt(inner, 'labels', metadata.labels);
    validateAnnotationMap(inner, metadata.annotations);
  });
}

function validateReadOnlyDisks(v: Scope, template: Fields): void {
  for (const [i, volume] of itemsOf(fieldsOf(template.spec).volumes).entries()) {
    const disk = fieldsOf(volume).gcePersistentDisk;
    if (!isSet(disk) || fieldsOf(disk).readOnly === true || isUnknown(fieldsOf(disk).readOnly)) continue;
    const detail = 'must be true for replicated pods > 1; GCE PD can only be mounted on multiple machines if it is read-only';
    v.invalid(['spec', 'volumes', i, 'gcePersistentDisk', 'readOnly'], false, detail);
  }
}

/** A LabelSelector as messages print it. */
export function printSelector(selector: unknown): unknown {
  if (!isSet(selector)) return null;
  const { matchLabels, matchExpressions } = fieldsOf(selector);
  const print: Record<string, unknown> = {};
  if (Object.keys(fieldsOf(matchLabels)).length > 0) print.matchLabels = sortedMap(matchLabels);
  if (itemsOf(matchExpressions).length > 0) {
    print.matchExpressions = itemsOf(matchExpressions).map((item) => {
      const { key, operator, values } = fieldsOf(item);
      const requirement: Record<string, unknown> = { key: textOf(key), operator: textOf(operator) };
      if (itemsOf(values).length > 0) requirement.values = values;
      return requirement;
    });
  }
  return print;
}

/**
 * Whether a selector selects labels; `invalid` when the server cannot make a selector of it, undefined when placeholders leave it open.
 * An absent selector selects nothing, an empty one everything.
 */
export function matchesLabels(selector: unknown, labels: Fields): boolean | 'invalid' | undefined {
  if (matchesPlainly(fieldsOf(selector), labels)) return true;
  const parsed = parseLabelSelector(selector);
  return parsed === undefined ? 'invalid' : matchesSelector(parsed, labels);
}

/** The fast answer for most selectors: labels alone, right ones, which all stand there. */
function matchesPlainly({ matchLabels, matchExpressions }: Fields, labels: Fields): boolean {
  if (matchExpressions !== undefined || !isSet(matchLabels)) return false;
  const wanted = fieldsOf(matchLabels);
  for (const key in wanted) {
    const value = wanted[key];
    if (typeof value !== 'string' || labels[key] !== value) return false;
    if (qualifiedNameFaults(key, NEWEST).length > 0 || labelValueFaults(value, NEWEST).length > 0) return false;
  }
  return typeof matchLabels === 'object';
}

/** The wording of faults depends on the release, whether there are any does not. */
const NEWEST = 37;

/** Whether all of `selector`, which has some, stands in `labels`. */
export function matchesMap(selector: Fields, labels: Fields): boolean | undefined {
  return matchesSelector(selectorOfLabels(selector), labels);
}
