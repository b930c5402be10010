import type { Fields, Scope } from './scope.ts';
import { numberOf } from './scope.ts';

/**
 * Mirrors ValidateLease of k8s.io/kubernetes/pkg/apis/coordination/validation. `strategy` and `preferredHolder` are dropped before where
 * coordinated leader election is off, as it is by default.
 */
export function validateLease(v: Scope, object: Fields): void {
  v.in('spec', object.spec, validateSpec);
}

function validateSpec(v: Scope, spec: Fields): void {
  const duration = numberOf(spec.leaseDurationSeconds);
  if (duration !== undefined && duration <= 0) v.invalid('leaseDurationSeconds', duration, 'must be greater than 0');
  v.nonnegative('leaseTransitions', spec.leaseTransitions);
}
