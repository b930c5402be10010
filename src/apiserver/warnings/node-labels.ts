import { labelValueFaults } from '../../api/names.ts';
import { isUnknown } from '../../api/unknown.ts';
import type { Path } from '../../source/path.ts';
import type { Fields } from '../validate/scope.ts';
import { fieldsOf, itemsOf, textOf } from '../validate/scope.ts';
import type { WarningList } from './list.ts';

/** Mirrors pkg/api/node/util.go, which has the last three since 1.30. */
const DEPRECATED: ReadonlyMap<string, string> = new Map([
  ['beta.kubernetes.io/arch', 'deprecated since v1.14; use "kubernetes.io/arch" instead'],
  ['beta.kubernetes.io/os', 'deprecated since v1.14; use "kubernetes.io/os" instead'],
  ['failure-domain.beta.kubernetes.io/region', 'deprecated since v1.17; use "topology.kubernetes.io/region" instead'],
  ['failure-domain.beta.kubernetes.io/zone', 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead'],
  ['beta.kubernetes.io/instance-type', 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead'],
  ['app.kubernetes.io/created-by', 'deprecated since v1.9'],
  ['scheduler.alpha.kubernetes.io/preferAvoidPods', 'deprecated since v1.22; use Taints and Tolerations instead'],
  ['node-role.kubernetes.io/master', 'use "node-role.kubernetes.io/control-plane" instead'],
]);
const LATER = new Set([
  'app.kubernetes.io/created-by',
  'scheduler.alpha.kubernetes.io/preferAvoidPods',
  'node-role.kubernetes.io/master',
]);
const LATER_SINCE = 31;
/** Since this minor the values of preferred terms are looked at. */
const VALUES_SINCE = 33;

/** What is wrong with the use of a node's label; undefined for nothing. Mirrors GetNodeLabelDeprecatedMessage. */
export function nodeLabelWarning(key: string, minor: number): string | undefined {
  return minor < LATER_SINCE && LATER.has(key) ? undefined : DEPRECATED.get(key);
}

/** A term of node affinity at `at`. Mirrors GetWarningsForNodeSelectorTerm. */
export function warnNodeSelectorTerm(list: WarningList, term: Fields, at: Path, preferred: boolean): void {
  const expressions = itemsOf(term['matchExpressions']);
  for (let i = 0; i < expressions.length; i++) {
    const expression = fieldsOf(expressions[i]);
    const key = textOf(expression['key']);
    const message = nodeLabelWarning(key, list.minor);
    if (message !== undefined) list.add([...at, 'matchExpressions', i, 'key'], `${key} is ${message}`);
    if (!preferred || list.minor < VALUES_SINCE) continue;
    const values = itemsOf(expression['values']);
    for (let j = 0; j < values.length; j++) {
      const value = textOf(values[j]);
      if (isUnknown(value)) continue;
      for (const fault of labelValueFaults(value, list.minor)) {
        list.add([...at, 'matchExpressions', i, 'values', j], `${value} is invalid, ${fault}`);
      }
    }
  }
}

/** The node labels of a LabelSelector at `at`, as a PersistentVolume and a StorageClass have them. Mirrors GetWarningsForNodeSelector. */
export function warnNodeSelector(list: WarningList, selector: Fields, at: Path): void {
  warnNodeSelectorTerm(list, selector, at, false);
  for (const key of Object.keys(fieldsOf(selector['matchLabels']))) {
    const message = nodeLabelWarning(key, list.minor);
    // Here the server writes the label as if it were a field.
    if (message !== undefined)
      list.addBare([...at, 'matchLabels', key], `${list.fieldOf([...at, 'matchLabels'])}.${key}: ${message}`);
  }
}
