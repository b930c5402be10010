import { pathSegmentNameFaults, qualifiedNameFaults } from '../../api/names.ts';
import { isUnknown } from '../../api/unknown.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, itemsOf, textOf } from './scope.ts';

/** What webhook configurations and admission policies share. Mirrors parts of k8s.io/kubernetes/pkg/apis/admissionregistration/validation. */

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const SCOPES = ['*', 'Cluster', 'Namespaced'];

/** Mirrors validateRuleWithOperations. */
export function validateRuleWithOperations(v: Scope, rule: Fields): void {
  const operations = itemsOf(rule.operations).map(textOf);
  if (operations.length === 0) v.required('operations');
  if (operations.length > 1 && operations.includes('*')) {
    v.invalid('operations', operations, "if '*' is present, must not specify other operations");
  }
  for (const [i, operation] of operations.entries()) {
    if (!OPERATIONS.includes(operation)) v.unsupported(['operations', i], operation, OPERATIONS);
  }
  validateRule(v, rule);
}

/** Mirrors validateNamedRuleWithOperations. */
export function validateNamedRule(v: Scope, rule: Fields): void {
  const names = new Set<string>();
  for (const [i, item] of itemsOf(rule.resourceNames).entries()) {
    const name = textOf(item);
    v.invalids(['resourceNames', i], name, pathSegmentNameFaults(name));
    if (names.has(name)) v.duplicate(['resourceNames', i], name);
    names.add(name);
  }
  validateRuleWithOperations(v, rule);
}

function validateRule(v: Scope, rule: Fields): void {
  const groups = itemsOf(rule.apiGroups).map(textOf);
  if (groups.length === 0) v.required('apiGroups');
  if (groups.length > 1 && groups.includes('*')) {
    v.invalid('apiGroups', groups, "if '*' is present, must not specify other API groups");
  }
  const versions = itemsOf(rule.apiVersions).map(textOf);
  if (versions.length === 0) v.required('apiVersions');
  if (versions.length > 1 && versions.includes('*')) {
    v.invalid('apiVersions', versions, "if '*' is present, must not specify other API versions");
  }
  for (const [i, version] of versions.entries()) if (version === '') v.required(['apiVersions', i]);
  validateResources(v, itemsOf(rule.resources).map(textOf));
  const scope = isSet(rule.scope) ? textOf(rule.scope) : '*';
  if (!SCOPES.includes(scope)) v.unsupported('scope', scope, SCOPES);
}

function validateResources(v: Scope, resources: readonly string[]): void {
  if (resources.length === 0) v.required('resources');
  const withAllSubresources = new Set<string>();
  const ofAllResources = new Set<string>();
  let alone = false;
  for (const [i, resource] of resources.entries()) {
    if (resource === '') {
      v.required(['resources', i]);
      continue;
    }
    const slash = resource.indexOf('/');
    if (slash < 0) {
      // The last of them decides, as in the server.
      alone = resource !== '*';
      continue;
    }
    const parent = resource.slice(0, slash);
    const sub = resource.slice(slash + 1);
    if (withAllSubresources.has(parent)) {
      v.invalid(['resources', i], resource, `if '${parent}/*' is present, must not specify ${resource}`);
    }
    if (ofAllResources.has(sub)) v.invalid(['resources', i], resource, `if '*/${sub}' is present, must not specify ${resource}`);
    if (sub === '*') withAllSubresources.add(parent);
    if (parent === '*') ofAllResources.add(sub);
  }
  if (resources.length > 1 && resources.includes('*/*')) {
    v.invalid('resources', resources, "if '*/*' is present, must not specify other resources");
  }
  if (resources.includes('*') && alone) {
    v.invalid('resources', resources, "if '*' is present, must not specify other resources without subresources");
  }
}

/** From 1.37 on, such names belong to configurations that the server reads from files. Mirrors ValidateStaticSuffix. */
export function validateReservedName(v: Scope, object: Fields): void {
  const name = textOf(fieldsOf(object.metadata).name);
  if (v.minor >= 37 && name.endsWith(RESERVED_SUFFIX)) v.invalid(['metadata', 'name'], name, RESERVED_NAME);
}

export const RESERVED_SUFFIX = '.static.k8s.io';
export const RESERVED_NAME = `names ending with "${RESERVED_SUFFIX}" are reserved for static manifest-based configurations and cannot be managed via the API`;

/** Names and emptiness only; expressions are not compiled. Mirrors validateMatchConditions. */
export function validateMatchConditions(v: Scope, list: unknown): void {
  const conditions = itemsOf(list);
  if (conditions.length > 64) v.tooMany('matchConditions', conditions.length, 64);
  v.each('matchConditions', conditions, validateMatchCondition, new Set<string>());
}

function validateMatchCondition(v: Scope, condition: Fields, _index: number, names: Set<string>): void {
  if (textOf(condition.expression).trim() === '') v.required('expression');
  const name = textOf(condition.name);
  if (name === '') v.required('name');
  else v.invalids('name', name, qualifiedNameFaults(name, v.minor));
  if (name === '') return;
  if (names.has(name) && !isUnknown(name)) v.duplicate('name', name);
  names.add(name);
}
