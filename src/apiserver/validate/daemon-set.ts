import { intOrPercentOf, notMoreThan100Percent, positiveIntOrPercent } from './int-or-percent.ts';
import { matchesLabels, printSelector, validateLabelSelectorAt, validatePodTemplateAt } from './parts.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, textOf } from './scope.ts';
import { isEmptySelector, labelsOf, unmatchedTemplate, validateAlwaysRestarts } from './template.ts';

/** Mirrors ValidateDaemonSetSpec of k8s.io/kubernetes/pkg/apis/apps/validation. */
export function validateDaemonSet(v: Scope, object: Fields): void {
  v.in('spec', object.spec, validateSpec);
}

function validateSpec(v: Scope, spec: Fields): void {
  validateLabelSelectorAt(v, 'selector', spec.selector);
  if (matchesLabels(spec.selector, labelsOf(spec.template)) === false) unmatchedTemplate(v, spec.template);
  if (isSet(spec.selector) && isEmptySelector(spec.selector)) {
    v.invalid('selector', printSelector(spec.selector), 'empty selector is invalid for daemonset');
  }
  validatePodTemplateAt(v, 'template', spec.template, true);
  validateAlwaysRestarts(v, spec.template, 'DaemonSet');
  v.nonnegative('minReadySeconds', spec.minReadySeconds);
  v.in('updateStrategy', spec.updateStrategy, validateUpdateStrategy);
  v.nonnegative('revisionHistoryLimit', spec.revisionHistoryLimit);
}

function validateUpdateStrategy(v: Scope, strategy: Fields): void {
  const type = textOf(strategy.type);
  if (type === 'OnDelete') return;
  if (type === '' || type === 'RollingUpdate') v.in('rollingUpdate', strategy.rollingUpdate, validateRollingUpdate);
  else
    v.unsupported([], { Type: type, RollingUpdate: printRollingUpdate(strategy.rollingUpdate) }, ['RollingUpdate', 'OnDelete']);
}

function validateRollingUpdate(v: Scope, rollingUpdate: Fields): void {
  const maxUnavailable = rollingUpdate.maxUnavailable ?? 1;
  const maxSurge = rollingUpdate.maxSurge ?? 0;
  positiveIntOrPercent(v, 'maxUnavailable', maxUnavailable);
  positiveIntOrPercent(v, 'maxSurge', maxSurge);
  notMoreThan100Percent(v, 'maxUnavailable', maxUnavailable);
  notMoreThan100Percent(v, 'maxSurge', maxSurge);
  const unavailable = intOrPercentOf(maxUnavailable);
  const surge = intOrPercentOf(maxSurge);
  if (Number.isNaN(unavailable) || Number.isNaN(surge)) return;
  if (unavailable !== 0 && surge !== 0) v.invalid('maxSurge', maxSurge, 'may not be set when maxUnavailable is non-zero');
  else if (unavailable === 0 && surge === 0) v.required('maxUnavailable', 'cannot be 0 when maxSurge is 0');
}

function printRollingUpdate(rollingUpdate: unknown): unknown {
  if (!isSet(rollingUpdate)) return null;
  const { maxUnavailable, maxSurge } = fieldsOf(rollingUpdate);
  return { MaxUnavailable: maxUnavailable ?? 0, MaxSurge: maxSurge ?? 0 };
}
