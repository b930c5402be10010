import { asArray, isObject, type JsonObject } from './manifest.ts';
import { labelValueFaults, qualifiedNameFaults } from './names.ts';
import { isUnknown } from './unknown.ts';

export type LabelOperator = 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';

export interface LabelRequirement {
  readonly key: string;
  readonly operator: LabelOperator;
  readonly values: readonly string[];
}

/** A label selector, taken apart. */
export interface LabelSelector {
  readonly requirements: readonly LabelRequirement[];
  /** There was no selector: it selects nothing, whereas one without requirements selects everything. */
  readonly nothing: boolean;
  /** A placeholder hides requirements, so that it may select less than it says. */
  readonly open: boolean;
}

const NOTHING: LabelSelector = { requirements: [], nothing: true, open: false };
const HIDDEN: LabelSelector = { requirements: [], nothing: false, open: true };

export function isLabelOperator(operator: unknown): operator is LabelOperator {
  return operator === 'In' || operator === 'NotIn' || operator === 'Exists' || operator === 'DoesNotExist';
}

/**
 * A metav1.LabelSelector (matchLabels and matchExpressions, all of which must hold); undefined when the server cannot make a
 * selector of it, which its validation says too. Mirrors LabelSelectorAsSelector of apimachinery/pkg/apis/meta/v1/helpers.go.
 */
export function parseLabelSelector(value: unknown, minor = 37): LabelSelector | undefined {
  if (isUnknown(value)) return HIDDEN;
  if (!isObject(value)) return NOTHING;
  const requirements: LabelRequirement[] = [];
  let open = isUnknown(value['matchLabels']) || isUnknown(value['matchExpressions']);
  if (isObject(value['matchLabels'])) addLabels(requirements, value['matchLabels']);
  for (const item of asArray(value['matchExpressions'])) {
    if (isUnknown(item)) open = true;
    const { key, operator, values } = isObject(item) ? item : NO_FIELDS;
    if (isUnknown(operator) || isUnknown(values)) {
      open = true;
      continue;
    }
    const list = asArray(values).map(text);
    if (!isLabelOperator(operator) || (operator === 'In' || operator === 'NotIn') !== list.length > 0) {
      if (isUnknown(item)) continue;
      return undefined;
    }
    requirements.push({ key: text(key), operator, values: list });
  }
  return requirements.every((requirement) => isValid(requirement, minor)) ? { requirements, nothing: false, open } : undefined;
}

/** The selector of a Service or a ReplicationController: labels that must be there. Without any it selects nothing. */
export function selectorOfLabels(labels: unknown): LabelSelector {
  if (isUnknown(labels)) return HIDDEN;
  if (!isObject(labels)) return NOTHING;
  const requirements: LabelRequirement[] = [];
  addLabels(requirements, labels);
  return requirements.length === 0 ? NOTHING : { requirements, nothing: false, open: false };
}

/** Whether the selector selects an object with these labels; undefined where placeholders decide. */
export function matchesSelector({ requirements, nothing, open }: LabelSelector, labels: unknown): boolean | undefined {
  if (nothing) return false;
  let all: boolean | undefined = open ? undefined : true;
  for (const requirement of requirements) {
    const fits = fulfils(requirement, labels);
    if (fits === false) return false;
    if (fits === undefined) all = undefined;
  }
  return all;
}

const NO_FIELDS: JsonObject = {};

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function addLabels(requirements: LabelRequirement[], labels: JsonObject): void {
  for (const key of Object.keys(labels)) requirements.push({ key, operator: 'In', values: [text(labels[key])] });
}

function isValid({ key, values }: LabelRequirement, minor: number): boolean {
  if (!isUnknown(key) && qualifiedNameFaults(key, minor).length > 0) return false;
  return values.every((value) => isUnknown(value) || labelValueFaults(value, minor).length === 0);
}

function fulfils({ key, operator, values }: LabelRequirement, labels: unknown): boolean | undefined {
  const has = hasLabel(labels, key);
  if (has === undefined) return undefined;
  if (operator === 'Exists') return has;
  if (operator === 'DoesNotExist') return !has;
  const wanted = operator === 'In';
  if (!has) return !wanted;
  const value = text((labels as JsonObject)[key]);
  // One placeholder stands for one value wherever it is written.
  if (values.includes(value)) return wanted;
  return isUnknown(value) || values.some(isUnknown) ? undefined : !wanted;
}

function hasLabel(labels: unknown, key: string): boolean | undefined {
  if (isUnknown(labels)) return undefined;
  if (!isObject(labels)) return isUnknown(key) ? undefined : false;
  if (Object.hasOwn(labels, key)) return true;
  return isUnknown(key) || Object.keys(labels).some(isUnknown) ? undefined : false;
}
