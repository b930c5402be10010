import { minorOf, NEWEST } from '../api/kinds.ts';
import { asArray, asObject, asString, at, isObject, type JsonObject, objectsOf } from '../api/manifest.ts';
import { labelValueFaults, qualifiedNameFaults } from '../api/names.ts';
import { isUnknown } from '../api/unknown.ts';
import type { NodeView } from './node.ts';

/**
 * What a Pod demands of a node's labels and name: `spec.nodeSelector` and the required terms of `spec.affinity.nodeAffinity`.
 * Mirrors k8s.io/component-helpers/scheduling/corev1/nodeaffinity.
 */
export interface RequiredNodeAffinity {
  readonly selector: readonly (readonly [key: string, value: unknown])[];
  /** Alternatives; undefined where the Pod demands nothing. */
  readonly terms: readonly NodeSelectorTerm[] | undefined;
}

export interface NodeSelectorTerm {
  readonly expressions: readonly NodeRequirement[];
  readonly fields: readonly NodeRequirement[];
  /** A part of it stands behind a placeholder. */
  readonly unknown: boolean;
}

export interface NodeRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
  /** The server could make a requirement of it: key and values are those of labels. */
  readonly valid: boolean;
}

export function requiredNodeAffinityOf(
  podSpec: JsonObject,
  nodeSelector: unknown = podSpec['nodeSelector'],
): RequiredNodeAffinity {
  const selector = isObject(nodeSelector) ? Object.keys(nodeSelector).map((key) => [key, nodeSelector[key]] as const) : [];
  const required = asObject(at(podSpec, ['affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution']));
  return { selector, terms: required === undefined ? undefined : nodeSelectorTermsOf(required['nodeSelectorTerms']) };
}

export function nodeSelectorTermsOf(terms: unknown): readonly NodeSelectorTerm[] {
  if (isUnknown(terms)) return [{ expressions: [], fields: [], unknown: true }];
  const out: NodeSelectorTerm[] = [];
  for (const [term] of objectsOf(terms)) {
    const expressions = requirementsOf(term['matchExpressions']);
    const fields = requirementsOf(term['matchFields']);
    const unknown = isUnknown(term['matchExpressions']) || isUnknown(term['matchFields']);
    // An empty term matches no node.
    if (expressions.length + fields.length > 0 || unknown) out.push({ expressions, fields, unknown });
  }
  return out;
}

function requirementsOf(list: unknown): readonly NodeRequirement[] {
  const out: NodeRequirement[] = [];
  for (const [item] of objectsOf(list)) {
    const key = asString(item['key']) ?? '';
    const operator = asString(item['operator']) ?? '';
    const values = isUnknown(item['values'])
      ? ['${VALUES}']
      : asArray(item['values']).filter((value) => typeof value === 'string');
    const valid =
      isLabelKey(key) && values.every((value) => isUnknown(value) || labelValueFaults(value, NEWEST_MINOR).length === 0);
    out.push({ key, operator, values, valid });
  }
  return out;
}

const NEWEST_MINOR = minorOf(NEWEST);

function isLabelKey(key: string): boolean {
  return isUnknown(key) || qualifiedNameFaults(key, NEWEST_MINOR).length === 0;
}

/** True, false, or undefined where a placeholder decides. */
export function matchesNode({ selector, terms }: RequiredNodeAffinity, node: NodeView): boolean | undefined {
  let result: boolean | undefined = true;
  for (const [key, value] of selector) {
    const label = node.labels[key];
    if (isUnknown(key) || isUnknown(value) || isUnknown(label)) result = undefined;
    else if (label === undefined || label !== value) return false;
  }
  if (terms === undefined) return result;
  const own = matchesTerms(terms, node);
  return own === true ? result : own;
}

/** Any of the terms matches the node. */
export function matchesTerms(terms: readonly NodeSelectorTerm[], node: NodeView): boolean | undefined {
  let result: boolean | undefined = false;
  for (const term of terms) {
    const own = matchesTerm(term, node);
    if (own === true) return true;
    if (own === undefined) result = undefined;
  }
  return result;
}

function matchesTerm(term: NodeSelectorTerm, node: NodeView): boolean | undefined {
  let result: boolean | undefined = term.unknown ? undefined : true;
  for (const requirement of term.expressions) {
    const own = matchesRequirement(requirement, node.labels[requirement.key]);
    if (own === false) return false;
    if (own === undefined) result = undefined;
  }
  for (const requirement of term.fields) {
    const own = matchesField(requirement, node.name);
    if (own === false) return false;
    if (own === undefined) result = undefined;
  }
  return result;
}

/** A requirement that the server could not parse matches nothing. */
function matchesRequirement({ key, operator, values, valid }: NodeRequirement, label: string | undefined): boolean | undefined {
  if (!valid) return false;
  if (isUnknown(key) || isUnknown(operator) || values.some(isUnknown) || isUnknown(label)) return undefined;
  switch (operator) {
    case 'In':
      return label !== undefined && values.includes(label);
    case 'NotIn':
      return values.length > 0 && (label === undefined || !values.includes(label));
    case 'Exists':
      return values.length === 0 && label !== undefined;
    case 'DoesNotExist':
      return values.length === 0 && label === undefined;
    case 'Gt':
    case 'Lt': {
      const bound = values.length === 1 ? integer(values[0]!) : undefined;
      const own = label === undefined ? undefined : integer(label);
      if (bound === undefined || own === undefined) return false;
      return operator === 'Gt' ? own > bound : own < bound;
    }
    default:
      return false;
  }
}

function matchesField({ key, operator, values }: NodeRequirement, name: string): boolean | undefined {
  if (isUnknown(key) || isUnknown(operator) || values.some(isUnknown)) return undefined;
  if (values.length !== 1) return false;
  const own = key === 'metadata.name' ? name : '';
  if (operator === 'In') return own === values[0];
  return operator === 'NotIn' && own !== values[0];
}

/** A 64-bit integer as Go's ParseInt reads it. */
function integer(text: string): bigint | undefined {
  if (!/^[+-]?[0-9]{1,40}$/.test(text)) return undefined;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return value >= -9223372036854775808n && value <= 9223372036854775807n ? value : undefined;
}

/**
 * The nodes that the terms name by `metadata.name`, as the scheduler narrows its search before it filters; undefined where a term leaves
 * the name open, 'conflict' where every term names two different nodes at once.
 */
export function namedNodes({ terms }: RequiredNodeAffinity): ReadonlySet<string> | 'conflict' | undefined {
  if (terms === undefined || terms.length === 0) return undefined;
  const names = new Set<string>();
  for (const { fields, unknown } of terms) {
    let own: string[] | undefined;
    for (const { key, operator, values } of fields) {
      if (key !== 'metadata.name' || operator !== 'In') continue;
      own = own === undefined ? [...values] : own.filter((name) => values.includes(name));
    }
    if (own === undefined || unknown || own.some(isUnknown)) return undefined;
    for (const name of own) names.add(name);
  }
  return names.size === 0 ? 'conflict' : names;
}
