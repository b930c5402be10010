import { notMoreThan100Percent, positiveIntOrPercent } from './int-or-percent.ts';
import { printSelector, validateLabelSelectorAt } from './parts.ts';
import type { Fields, Scope } from './scope.ts';
import { isSet, textOf } from './scope.ts';

const EVICTION_POLICIES = ['AlwaysAllow', 'IfHealthyBudget'];

/** Mirrors ValidatePodDisruptionBudget of k8s.io/kubernetes/pkg/apis/policy/validation. */
export function validatePodDisruptionBudget(v: Scope, object: Fields): void {
  v.in('spec', object.spec, validateSpec);
}

function validateSpec(v: Scope, spec: Fields): void {
  const { minAvailable, maxUnavailable } = spec;
  if (isSet(minAvailable) && isSet(maxUnavailable)) {
    const print = {
      MinAvailable: minAvailable,
      Selector: printSelector(spec.selector),
      MaxUnavailable: maxUnavailable,
      UnhealthyPodEvictionPolicy: spec.unhealthyPodEvictionPolicy ?? null,
    };
    v.invalid([], print, 'minAvailable and maxUnavailable cannot be both set');
  }
  for (const key of ['minAvailable', 'maxUnavailable']) {
    if (!isSet(spec[key])) continue;
    positiveIntOrPercent(v, key, spec[key]);
    notMoreThan100Percent(v, key, spec[key]);
  }
  validateLabelSelectorAt(v, 'selector', spec.selector);
  const policy = textOf(spec.unhealthyPodEvictionPolicy);
  if (isSet(spec.unhealthyPodEvictionPolicy) && !EVICTION_POLICIES.includes(policy)) {
    v.unsupported('unhealthyPodEvictionPolicy', policy, EVICTION_POLICIES);
  }
}
