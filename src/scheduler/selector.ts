import { asArray, asObject, isObject, objectsOf } from '../api/manifest.ts';
import { isUnknown } from '../api/unknown.ts';

export type Labels = Readonly<Record<string, string>>;

/** A label selector, taken apart. */
export interface Selector {
  readonly requirements: readonly Requirement[];
  /** Matches nothing at all: there was no selector. */
  readonly nothing: boolean;
}

export interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
}

/** A metav1.LabelSelector: absent selects nothing, empty selects everything. */
export function selectorOf(value: unknown): Selector {
  if (!isObject(value)) return { requirements: [], nothing: !isUnknown(value) };
  const requirements: Requirement[] = [];
  const labels = asObject(value['matchLabels']);
  if (labels !== undefined) {
    for (const key of Object.keys(labels)) {
      const label = labels[key];
      if (typeof label === 'string') requirements.push({ key, operator: 'In', values: [label] });
    }
  }
  for (const [item] of objectsOf(value['matchExpressions'])) {
    const { key, operator, values } = item;
    if (typeof key !== 'string') continue;
    if (operator !== 'In' && operator !== 'NotIn' && operator !== 'Exists' && operator !== 'DoesNotExist') continue;
    requirements.push({
      key,
      operator,
      values: isUnknown(values) ? ['${VALUES}'] : asArray(values).filter((entry) => typeof entry === 'string'),
    });
  }
  return { requirements, nothing: false };
}

/** True, false, or undefined where a placeholder decides. */
export function matches({ requirements, nothing }: Selector, labels: Labels): boolean | undefined {
  if (nothing) return false;
  let result: boolean | undefined = true;
  for (const { key, operator, values } of requirements) {
    const label = labels[key];
    if (isUnknown(key) || isUnknown(label) || values.some(isUnknown)) {
      result = undefined;
      continue;
    }
    const has = label !== undefined;
    const fits =
      operator === 'In'
        ? has && values.includes(label)
        : operator === 'NotIn'
          ? !has || !values.includes(label)
          : (operator === 'Exists') === has;
    if (!fits) return false;
  }
  return result;
}
