import { intOrPercentOf, notMoreThan100Percent, positiveIntOrPercent } from './int-or-percent.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, numberOf, textOf } from './scope.ts';
import { validateSelectorAndTemplate } from './template.ts';

/** Mirrors ValidateDeploymentSpec of k8s.io/kubernetes/pkg/apis/apps/validation. */
export function validateDeployment(v: Scope, object: Fields): void {
  v.in('spec', object.spec, validateSpec);
}

/** Mirrors ValidateReplicaSetSpec. */
export function validateReplicaSet(v: Scope, object: Fields): void {
  v.in('spec', object.spec, validateReplicaSetSpec);
}

function validateReplicaSetSpec(v: Scope, spec: Fields): void {
  v.nonnegative('replicas', spec.replicas);
  v.nonnegative('minReadySeconds', spec.minReadySeconds);
  validateSelectorAndTemplate(v, spec);
}

function validateSpec(v: Scope, spec: Fields): void {
  v.nonnegative('replicas', spec.replicas);
  validateSelectorAndTemplate(v, spec);
  v.in('strategy', spec.strategy, validateStrategy);
  v.nonnegative('minReadySeconds', spec.minReadySeconds);
  v.nonnegative('revisionHistoryLimit', spec.revisionHistoryLimit);
  v.nonnegative('progressDeadlineSeconds', spec.progressDeadlineSeconds);
  const deadline = numberOf(spec.progressDeadlineSeconds) ?? 600;
  if (deadline <= (numberOf(spec.minReadySeconds) ?? 0)) {
    v.invalid('progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds');
  }
}

function validateStrategy(v: Scope, strategy: Fields): void {
  const type = textOf(strategy.type);
  if (type === 'Recreate') {
    if (isSet(strategy.rollingUpdate)) v.forbidden('rollingUpdate', "may not be specified when strategy `type` is 'Recreate'");
  } else if (type === '' || type === 'RollingUpdate') {
    v.in('rollingUpdate', strategy.rollingUpdate, validateRollingUpdate);
  } else {
    v.unsupported([], { Type: type, RollingUpdate: printRollingUpdate(strategy.rollingUpdate) }, ['Recreate', 'RollingUpdate']);
  }
}

function validateRollingUpdate(v: Scope, rollingUpdate: Fields): void {
  if (!isSet(rollingUpdate.maxUnavailable) && !isSet(rollingUpdate.maxSurge)) return;
  const maxUnavailable = rollingUpdate.maxUnavailable ?? '25%';
  const maxSurge = rollingUpdate.maxSurge ?? '25%';
  positiveIntOrPercent(v, 'maxUnavailable', maxUnavailable);
  positiveIntOrPercent(v, 'maxSurge', maxSurge);
  if (intOrPercentOf(maxUnavailable) === 0 && intOrPercentOf(maxSurge) === 0) {
    v.invalid('maxUnavailable', maxUnavailable, 'may not be 0 when `maxSurge` is 0');
  }
  notMoreThan100Percent(v, 'maxUnavailable', maxUnavailable);
}

function printRollingUpdate(rollingUpdate: unknown): unknown {
  if (!isSet(rollingUpdate)) return null;
  const { maxUnavailable, maxSurge } = fieldsOf(rollingUpdate);
  return { MaxUnavailable: maxUnavailable ?? 0, MaxSurge: maxSurge ?? 0 };
}
