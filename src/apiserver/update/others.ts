import { asArray, asObject, asString } from '../../api/manifest.ts';
import { isUnknown } from '../../api/unknown.ts';
import { printGo } from '../go-print.ts';
import { type Check, plainly } from './check.ts';

/** Mirrors ValidateRoleBindingUpdate and ValidateClusterRoleBindingUpdate of pkg/apis/rbac/validation. */
export function roleBinding(check: Check): void {
  const print = (value: unknown) => {
    const { apiGroup, kind, name } = asObject(value) ?? {};
    return { APIGroup: apiGroup || 'rbac.authorization.k8s.io', Kind: kind ?? '', Name: name ?? '' };
  };
  check.immutable(['roleRef'], print, check.minor >= 37 ? undefined : 'cannot change roleRef');
}

/** Mirrors ValidatePriorityClassUpdate of pkg/apis/scheduling/validation. */
export function priorityClass(check: Check): void {
  if (check.changed(['value']) !== undefined) check.forbid(['value'], 'may not be changed in an update.');
  check.immutable(['preemptionPolicy'], (policy) => policy ?? 'PreemptLowerPriority');
}

/** Mirrors ValidateRuntimeClassUpdate of pkg/apis/node/validation. */
export function runtimeClass(check: Check): void {
  check.immutable(['handler'], check.minor >= 36 ? undefined : plainly);
}

/** Mirrors ValidateIngressClassUpdate of pkg/apis/networking/validation. */
export function ingressClass(check: Check): void {
  check.immutable(['spec', 'controller'], (controller) => controller ?? '');
}

/** Mirrors ValidateServiceCIDRUpdate. A second range may be added. */
export function serviceCidr(check: Check): void {
  const [old, next] = [asArray(check.oldAt('spec')['cidrs']), asArray(check.nextAt('spec')['cidrs'])];
  if ([...old, ...next].some(isUnknown)) return;
  const path = ['spec', 'cidrs'];
  if (old.length !== next.length && (old.length !== 1 || next.length !== 2)) {
    check.add('FieldValueInvalid', path, `Invalid value: ${printGo(next)}: field is immutable`);
    return;
  }
  for (const [index, range] of old.entries())
    if (range !== next[index])
      check.add('FieldValueInvalid', [...path, index], `Invalid value: ${printGo(next[index])}: field is immutable`);
}

/** Mirrors ValidateResourceQuotaUpdate of pkg/apis/core/validation. */
export function resourceQuota(check: Check): void {
  const [old, next] = [asArray(check.oldAt('spec')['scopes']), asArray(check.nextAt('spec')['scopes'])];
  if ([...old, ...next].some(isUnknown)) return;
  const [before, after] = [new Set(old.map(asString)), new Set(next.map(asString))];
  if (before.size === after.size && [...before].every((scope) => after.has(scope))) return;
  check.add(
    'FieldValueInvalid',
    ['spec', 'scopes'],
    `Invalid value: ${next.length === 0 ? 'null' : printGo(next)}: field is immutable`,
  );
}

/** Mirrors ValidateEndpointSliceUpdate of pkg/apis/discovery/validation. */
export function endpointSlice(check: Check): void {
  check.immutable(['addressType'], check.minor >= 36 ? undefined : plainly);
}

/** Mirrors validateResourceSliceSpec of pkg/apis/resource/validation. */
export function resourceSlice(check: Check): void {
  for (const path of [['pool', 'name'], ['driver'], ['nodeName']]) check.immutable(['spec', ...path], plainly);
}

/** Kinds of which nothing in the spec may change: ResourceClaim, ResourceClaimTemplate, VolumeAttachment. */
export function wholeSpec(check: Check): void {
  check.immutable(['spec']);
}
