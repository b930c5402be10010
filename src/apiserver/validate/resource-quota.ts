import { isQuotaScope, isStandardQuotaResource, scopeFitsResource } from '../../api/resource-names.ts';
import { quantitiesOf, quotaResourceName, resourceQuantity } from './quantities.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, itemsOf, textOf } from './scope.ts';

/** Mirrors ValidateResourceQuota of k8s.io/kubernetes/pkg/apis/core/validation. The status is dropped before. */
export function validateResourceQuota(v: Scope, object: Fields): void {
  v.in('spec', object.spec, validateSpec);
}

const POD_SCOPES: ReadonlySet<string> = new Set([
  'BestEffort',
  'NotBestEffort',
  'Terminating',
  'NotTerminating',
  'CrossNamespacePodAffinity',
]);

function validateSpec(v: Scope, spec: Fields): void {
  for (const [name, quantity] of quantitiesOf(spec.hard)) {
    quotaResourceName(v, ['hard', name], name);
    resourceQuantity(v, ['hard', name], name, quantity);
  }
  const hard = Object.keys(fieldsOf(spec.hard)).filter(isStandardQuotaResource);
  validateScopes(v, spec, hard);
  if (typeof spec.scopeSelector === 'object' && spec.scopeSelector !== null) {
    v.in('scopeSelector', spec.scopeSelector, validateScopeSelector, { spec, hard });
  }
}

function validateScopes(v: Scope, spec: Fields, hard: readonly string[]): void {
  const scopes = itemsOf(spec.scopes).map(textOf);
  for (const scope of scopes) {
    if (!isQuotaScope(scope, v.minor)) v.invalid('scopes', scopes, 'unsupported scope');
    for (const name of hard) {
      if (!scopeFitsResource(scope, name, v.minor)) v.invalid('scopes', scopes, 'unsupported scope applied to resource');
    }
  }
  for (let i = conflicts(scopes); i > 0; i--) v.invalid('scopes', scopes, 'conflicting scopes');
}

function conflicts(scopes: readonly string[]): number {
  const both = (a: string, b: string): number => (scopes.includes(a) && scopes.includes(b) ? 1 : 0);
  return both('BestEffort', 'NotBestEffort') + both('Terminating', 'NotTerminating');
}

function validateScopeSelector(v: Scope, selector: Fields, { spec, hard }: { spec: Fields; hard: readonly string[] }): void {
  const names: string[] = [];
  for (const [i, item] of itemsOf(selector.matchExpressions).entries()) {
    const { scopeName, operator, values } = fieldsOf(item);
    const scope = textOf(scopeName);
    const op = textOf(operator);
    const at = ['matchExpressions', i];
    if (!isQuotaScope(scope, v.minor)) v.invalid([...at, 'scopeName'], scope, 'unsupported scope', '.matchExpressions.scopeName');
    for (const name of hard) {
      if (scopeFitsResource(scope, name, v.minor)) continue;
      v.invalid(at, printSelector(selector), 'unsupported scope applied to resource', '.matchExpressions');
    }
    if (POD_SCOPES.has(scope) && op !== 'Exists') {
      const exists = v.minor >= 31 ? 'Exists' : 'Exist';
      const detail = `must be '${exists}' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity`;
      v.invalid([...at, 'operator'], op, detail, '.matchExpressions.operator');
    }
    const count = itemsOf(values).length;
    if (op === 'In' || op === 'NotIn') {
      if (count === 0) {
        const detail = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
        v.required([...at, 'values'], detail, '.matchExpressions.values');
      }
    } else if (op === 'Exists' || op === 'DoesNotExist') {
      if (count > 0) {
        const detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
        v.invalid([...at, 'values'], values, detail, '.matchExpressions.values');
      }
    } else v.invalid([...at, 'operator'], op, 'not a valid selector operator', '.matchExpressions.operator');
    names.push(scope);
  }
  for (let i = conflicts(names); i > 0; i--) v.invalid('matchExpressions', spec.scopes ?? null, 'conflicting scopes');
}

function printSelector(selector: Fields): unknown {
  const MatchExpressions = itemsOf(selector.matchExpressions).map((item) => {
    const { scopeName, operator, values } = fieldsOf(item);
    return { ScopeName: textOf(scopeName), Operator: textOf(operator), Values: values ?? null };
  });
  return { MatchExpressions };
}
