import { asArray, asObject, at, isObject, type JsonObject, objectsOf } from '../../api/manifest.ts';
import { type PodResources, qosClassOf } from '../../api/pod-resources.ts';
import { isUnknown } from '../../api/unknown.ts';
import type { QuotaSubject } from './quota.ts';

/** A scope that a quota is limited to. Mirrors ScopedResourceSelectorRequirement. */
export interface QuotaScope {
  readonly name: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** `spec.scopes` and `spec.scopeSelector` of a ResourceQuota as one list of requirements. */
export function scopesOf(spec: JsonObject | undefined): readonly QuotaScope[] {
  const scopes: QuotaScope[] = [];
  for (const name of asArray(spec?.['scopes']))
    if (typeof name === 'string') scopes.push({ name, operator: 'Exists', values: [] });
  for (const [requirement] of objectsOf(asObject(spec?.['scopeSelector'])?.['matchExpressions'])) {
    const { scopeName, operator, values } = requirement;
    scopes.push({
      name: typeof scopeName === 'string' ? scopeName : '',
      operator: typeof operator === 'string' ? operator : '',
      values: asArray(values).filter((value) => typeof value === 'string'),
    });
  }
  return scopes;
}

/** True if the object is in all scopes; undefined where a placeholder decides. Only Pods and claims can be in a scope. */
export function matchesScopes(
  scopes: readonly QuotaScope[],
  subject: QuotaSubject,
  resourcesOf: (subject: QuotaSubject) => PodResources,
): boolean | undefined {
  let result: boolean | undefined = true;
  for (const scope of scopes) {
    const own =
      subject.resource === 'pods'
        ? podInScope(scope, subject, resourcesOf)
        : subject.resource === 'persistentvolumeclaims'
          ? claimInScope(scope, subject.value)
          : false;
    if (own === false) return false;
    if (own === undefined) result = undefined;
  }
  return result;
}

function podInScope(
  scope: QuotaScope,
  subject: QuotaSubject,
  resourcesOf: (subject: QuotaSubject) => PodResources,
): boolean | undefined {
  const spec = asObject(asObject(subject.value)?.['spec']) ?? {};
  switch (scope.name) {
    case 'Terminating':
      return isTerminating(spec);
    case 'NotTerminating':
      return not(isTerminating(spec));
    case 'BestEffort':
      return isBestEffort(resourcesOf(subject));
    case 'NotBestEffort':
      return not(isBestEffort(resourcesOf(subject)));
    case 'PriorityClass': {
      const own = spec['priorityClassName'];
      const name = subject.priorityClassName ?? (typeof own === 'string' ? own : '');
      if (isUnknown(name)) return undefined;
      return matchesNames(scope, name === '' ? [] : [name]);
    }
    case 'CrossNamespacePodAffinity':
      return crossesNamespaces(spec);
    default:
      return false;
  }
}

function not(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}

function isTerminating(spec: JsonObject): boolean | undefined {
  const deadline = spec['activeDeadlineSeconds'];
  if (isUnknown(deadline)) return undefined;
  return typeof deadline === 'number' && deadline >= 0;
}

function isBestEffort(resources: PodResources): boolean | undefined {
  const qos = qosClassOf(resources);
  return qos === undefined ? undefined : qos === 'BestEffort';
}

function crossesNamespaces(spec: JsonObject): boolean {
  for (const kind of ['podAffinity', 'podAntiAffinity']) {
    const affinity = asObject(at(spec, ['affinity', kind]));
    for (const [term] of objectsOf(affinity?.['requiredDuringSchedulingIgnoredDuringExecution'])) if (crosses(term)) return true;
    for (const [weighted] of objectsOf(affinity?.['preferredDuringSchedulingIgnoredDuringExecution'])) {
      if (crosses(weighted['podAffinityTerm'])) return true;
    }
  }
  return false;
}

function crosses(term: unknown): boolean {
  return isObject(term) && (asArray(term['namespaces']).length > 0 || isObject(term['namespaceSelector']));
}

/** A claim is in the scope of a VolumeAttributesClass that it names or has. */
function claimInScope(scope: QuotaScope, claim: unknown): boolean | undefined {
  if (scope.name !== 'VolumeAttributesClass') return false;
  const names: string[] = [];
  for (const path of [
    ['spec', 'volumeAttributesClassName'],
    ['status', 'currentVolumeAttributesClassName'],
    ['status', 'modifyVolumeStatus', 'targetVolumeAttributesClassName'],
  ]) {
    const name = at(claim, path);
    if (isUnknown(name)) return undefined;
    if (typeof name === 'string' && name !== '') names.push(name);
  }
  return matchesNames(scope, names);
}

/** A requirement on a name that an object may have several of, or none. */
function matchesNames({ operator, values }: QuotaScope, names: readonly string[]): boolean {
  switch (operator) {
    case 'In':
      return names.some((name) => values.includes(name));
    case 'NotIn':
      return names.length === 0 || names.some((name) => !values.includes(name));
    case 'Exists':
      return names.length > 0;
    case 'DoesNotExist':
      return names.length === 0;
    default:
      return false;
  }
}
