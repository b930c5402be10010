import { longerThan, qualifiedNameFaults } from '../../api/names.ts';
import { isUnknown } from '../../api/unknown.ts';
import { quoteGo } from '../go-print.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, itemsOf, NEGATIVE, numberOf, textOf } from './scope.ts';

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const STATUSES = ['False', 'True', 'Unknown'];

/** Mirrors validatePodFailurePolicy of k8s.io/kubernetes/pkg/apis/batch/validation. */
export function validatePodFailurePolicy(v: Scope, policy: Fields, spec: Fields): void {
  const rules = itemsOf(policy.rules);
  if (rules.length > 20) v.tooMany('rules', rules.length, 20);
  v.each('rules', rules, validateRule, spec);
}

function validateRule(v: Scope, rule: Fields, _index: number, spec: Fields): void {
  const action = textOf(rule.action);
  if (action === '') v.required('action', `valid values: [${ACTIONS.map(quoteGo).join(' ')}]`);
  else if (action === 'FailIndex') {
    if (!isSet(spec.backoffLimitPerIndex)) v.invalid('action', action, 'requires the backoffLimitPerIndex to be set');
  } else if (!ACTIONS.includes(action)) v.unsupported('action', action, ACTIONS);
  const codes = isSet(rule.onExitCodes);
  const conditions = itemsOf(rule.onPodConditions);
  if (codes) v.in('onExitCodes', rule.onExitCodes, validateExitCodes, spec);
  if (conditions.length > 20) v.tooMany('onPodConditions', conditions.length, 20);
  v.each('onPodConditions', conditions, validateCondition);
  if (codes && conditions.length > 0) {
    v.invalidUnprinted([], 'specifying both OnExitCodes and OnPodConditions is not supported');
  }
  if (!codes && conditions.length === 0) {
    v.invalidUnprinted([], 'specifying one of OnExitCodes and OnPodConditions is required');
  }
}

function validateCondition(v: Scope, pattern: Fields): void {
  const type = textOf(pattern.type);
  v.invalids('type', type, qualifiedNameFaults(type, v.minor));
  const status = textOf(pattern.status) || 'True';
  if (!STATUSES.includes(status)) v.unsupported('status', status, STATUSES);
}

function validateExitCodes(v: Scope, codes: Fields, spec: Fields): void {
  const operator = textOf(codes.operator);
  if (operator === '') v.required('operator', 'valid values: ["In" "NotIn"]');
  else if (operator !== 'In' && operator !== 'NotIn') v.unsupported('operator', operator, ['In', 'NotIn']);
  if (isSet(codes.containerName)) {
    const podSpec = fieldsOf(fieldsOf(spec.template).spec);
    const names = [...itemsOf(podSpec.containers), ...itemsOf(podSpec.initContainers)].map((item) => fieldsOf(item).name);
    const name = textOf(codes.containerName);
    if (!names.includes(name) && !names.some(isUnknown)) {
      v.invalid('containerName', name, 'must be one of the container or initContainer names in the pod template');
    }
  }
  const values = itemsOf(codes.values);
  if (values.length === 0) v.invalid('values', codes.values ?? null, 'at least one value is required');
  else if (values.length > 255) v.tooMany('values', values.length, 255);
  let ordered = true;
  const seen = new Set<number>();
  for (const [i, item] of values.entries()) {
    const code = numberOf(item) ?? 0;
    if (Number.isNaN(code)) continue;
    if (operator === 'In' && code === 0) v.invalid(['values', i], code, 'must not be 0 for the In operator');
    if (seen.has(code)) v.duplicate(['values', i], code);
    seen.add(code);
    if (i > 0 && (numberOf(values[i - 1]) ?? 0) > code) ordered = false;
  }
  if (!ordered) v.invalid('values', values, 'must be ordered');
}

/** Mirrors validateSuccessPolicy. */
export function validateSuccessPolicy(v: Scope, policy: Fields, spec: Fields): void {
  const rules = itemsOf(policy.rules);
  if (rules.length === 0) v.required('rules', 'at least one rules must be specified when the successPolicy is specified');
  if (rules.length > 20) v.tooMany('rules', rules.length, 20);
  const completions = numberOf(spec.completions) ?? (isSet(spec.parallelism) ? undefined : 1);
  // Without completions the server breaks down.
  if (completions !== undefined) v.each('rules', rules, validateSuccessRule, completions);
}

function validateSuccessRule(v: Scope, rule: Fields, _index: number, completions: number): void {
  const counted = isSet(rule.succeededCount);
  const indexed = isSet(rule.succeededIndexes);
  if (!counted && !indexed) v.required([], 'at least one of succeededCount or succeededIndexes must be specified');
  let total = 0;
  if (indexed) {
    const text = textOf(rule.succeededIndexes);
    if (longerThan(text, 65536)) v.tooLong('succeededIndexes', 65536);
    const indexes = isUnknown(text) || Number.isNaN(completions) ? Number.NaN : countIndexes(text, completions);
    if (typeof indexes === 'string') v.invalid('succeededIndexes', text, `error parsing succeededIndexes: ${indexes}`);
    else total = indexes;
  }
  if (!counted) return;
  const count = numberOf(rule.succeededCount) ?? 0;
  if (count < 0) v.invalid('succeededCount', count, NEGATIVE);
  if (count > completions) {
    v.invalid('succeededCount', count, `must be less than or equal to ${completions} (the number of specified completions)`);
  }
  if (indexed && count > total) {
    const detail = `must be less than or equal to ${total} (the number of indexes in the specified succeededIndexes field)`;
    v.invalid('succeededCount', count, detail);
  }
}

/** How many indexes `0,2-4` stands for, or the server's complaint. Mirrors validateIndexesFormat. */
function countIndexes(text: string, completions: number): number | string {
  if (text === '') return 0;
  let last: number | undefined;
  let total = 0;
  for (const interval of text.split(',')) {
    const ends = interval.split('-');
    if (ends.length > 2) {
      return `the fragment ${quoteGo(interval)} violates the requirement that an index interval can have at most two parts separated by '-'`;
    }
    const x = indexOf(ends[0]!, completions);
    if (typeof x === 'string') return x;
    const y = ends.length > 1 ? indexOf(ends[1]!, completions) : x;
    if (typeof y === 'string') return y;
    if (ends.length > 1 && x >= y) return `non-increasing order, previous: ${x}, current: ${y}`;
    if (last !== undefined && last >= x) return `non-increasing order, previous: ${last}, current: ${x}`;
    total += y - x + 1;
    last = y;
  }
  return total;
}

function indexOf(text: string, completions: number): number | string {
  if (!/^[+-]?[0-9]{1,18}$/.test(text)) return `cannot convert string to integer for index: ${quoteGo(text)}`;
  const index = Number(text);
  return index >= completions ? `too large index: ${quoteGo(text)}` : index;
}
