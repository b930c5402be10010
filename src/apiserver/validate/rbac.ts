import { dns1123SubdomainFaults, pathSegmentNameFaults } from '../../api/names.ts';
import { isUnknown } from '../../api/unknown.ts';
import { validateLabelSelector } from './labels.ts';
import { matchesLabels } from './parts.ts';
import type { Fields, Scope } from './scope.ts';
import { isSet, itemsOf, textOf } from './scope.ts';

const GROUP = 'rbac.authorization.k8s.io';

/** Mirrors ValidateRole of k8s.io/kubernetes/pkg/apis/rbac/validation. */
export function validateRole(v: Scope, object: Fields): void {
  v.each('rules', object.rules, validateRule, true);
}

/** Mirrors ValidateClusterRole. */
export function validateClusterRole(v: Scope, object: Fields): void {
  v.each('rules', object.rules, validateRule, false);
  if (isSet(object.aggregationRule)) v.in('aggregationRule', object.aggregationRule, validateAggregation);
}

function validateRule(v: Scope, rule: Fields, _index: number, namespaced: boolean): void {
  if (itemsOf(rule.verbs).length === 0) v.requiredByDeclaration('verbs', 'verbs must contain at least one value');
  const urls = itemsOf(rule.nonResourceURLs);
  const groups = itemsOf(rule.apiGroups).length;
  const resources = itemsOf(rule.resources).length;
  if (urls.length > 0) {
    if (namespaced) v.invalid('nonResourceURLs', urls, 'namespaced rules cannot apply to non-resource URLs');
    if (groups > 0 || resources > 0 || itemsOf(rule.resourceNames).length > 0) {
      v.invalid('nonResourceURLs', urls, 'rules cannot apply to both regular resources and non-resource URLs');
    }
    return;
  }
  if (groups === 0) v.required('apiGroups', 'resource rules must supply at least one api group');
  if (resources === 0) v.required('resources', 'resource rules must supply at least one resource');
}

function validateAggregation(v: Scope, rule: Fields): void {
  const selectors = itemsOf(rule.clusterRoleSelectors);
  if (selectors.length === 0) {
    v.required('clusterRoleSelectors', 'at least one clusterRoleSelector required if aggregationRule is non-nil');
  }
  v.each('clusterRoleSelectors', selectors, validateSelector);
}

function validateSelector(v: Scope, selector: Fields): void {
  validateLabelSelector(v, selector);
  // The server prints what it could not make of the selector.
  if (matchesLabels(selector, {}) === 'invalid') v.invalid([], null, 'invalid label selector.');
}

/** Mirrors ValidateRoleBinding. */
export function validateRoleBinding(v: Scope, object: Fields): void {
  v.in('roleRef', object.roleRef, validateRoleRef, ['Role', 'ClusterRole']);
  v.each('subjects', object.subjects, validateSubject, true);
}

/** Mirrors ValidateClusterRoleBinding. */
export function validateClusterRoleBinding(v: Scope, object: Fields): void {
  v.in('roleRef', object.roleRef, validateRoleRef, ['ClusterRole']);
  v.each('subjects', object.subjects, validateSubject, false);
}

function validateRoleRef(v: Scope, ref: Fields, kinds: readonly string[]): void {
  const group = textOf(ref.apiGroup) || GROUP;
  if (group !== GROUP) v.unsupported('apiGroup', group, [GROUP]);
  const kind = textOf(ref.kind);
  if (!kinds.includes(kind)) v.unsupported('kind', kind, kinds);
  const name = textOf(ref.name);
  if (name === '') v.requiredByDeclaration('name');
  else v.invalids('name', name, pathSegmentNameFaults(name));
}

function validateSubject(v: Scope, subject: Fields, _index: number, namespaced: boolean): void {
  const name = textOf(subject.name);
  const kind = textOf(subject.kind);
  if (name === '') v.requiredByDeclaration('name');
  if (kind === 'ServiceAccount') {
    if (name !== '') v.invalids('name', name, dns1123SubdomainFaults(name));
    const group = textOf(subject.apiGroup);
    if (group !== '') v.unsupported('apiGroup', group, ['']);
    if (!namespaced && textOf(subject.namespace) === '') v.required('namespace');
  } else if (kind === 'User' || kind === 'Group') {
    const group = textOf(subject.apiGroup) || GROUP;
    if (group !== GROUP) v.unsupported('apiGroup', group, [GROUP]);
  } else if (!isUnknown(kind)) v.unsupported('kind', kind, ['ServiceAccount', 'User', 'Group']);
}
