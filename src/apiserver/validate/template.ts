import { labelValueFaults, qualifiedNameFaults } from '../../api/names.ts';
import { sortedMap } from '../go-print.ts';
import { matchesLabels, printSelector, validateLabelSelectorAt, validatePodTemplateAt } from './parts.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, textOf } from './scope.ts';

/**
 * `spec.selector` and `spec.template` of a Deployment or ReplicaSet.
 * Mirrors the first half of ValidateDeploymentSpec and ValidatePodTemplateSpecForReplicaSet.
 */
export function validateSelectorAndTemplate(v: Scope, spec: Fields): void {
  if (!isSet(spec.selector)) v.required('selector');
  else {
    validateLabelSelectorAt(v, 'selector', spec.selector);
    if (isEmptySelector(spec.selector)) {
      v.invalid('selector', printSelector(spec.selector), 'empty selector is invalid for deployment');
    }
  }
  const matches = matchesLabels(spec.selector, labelsOf(spec.template));
  if (matches === 'invalid') {
    v.invalid('selector', printSelector(spec.selector), 'invalid label selector');
    return;
  }
  if (matches === false) unmatchedTemplate(v, spec.template);
  validatePodTemplateAt(v, 'template', spec.template, replicasOf(spec) > 1);
  validateAlwaysRestarts(v, spec.template, 'ReplicaSet');
}

/** A selector without any requirement; of an absent one this is not asked. */
export function isEmptySelector(selector: unknown): boolean {
  const { matchLabels, matchExpressions } = fieldsOf(selector);
  return Object.keys(fieldsOf(matchLabels)).length === 0 && !(Array.isArray(matchExpressions) && matchExpressions.length > 0);
}

export function labelsOf(template: unknown): Fields {
  return fieldsOf(fieldsOf(fieldsOf(template).metadata).labels);
}

/**
 * An object without labels of its own takes its template's (SetDefaults_Job, SetDefaults_ReplicationController), faults and all.
 */
export function validateCopiedLabels(v: Scope, object: Fields): void {
  if (Object.keys(fieldsOf(fieldsOf(object.metadata).labels)).length > 0) return;
  const labels = labelsOf(fieldsOf(object.spec).template);
  for (const name in labels) {
    const value = textOf(labels[name]);
    const at = ['spec', 'template', 'metadata', 'labels', name];
    v.invalids(at, name, qualifiedNameFaults(name, v.minor), '/metadata.labels');
    v.invalids(at, value, labelValueFaults(value, v.minor), '/metadata.labels');
  }
}

export function unmatchedTemplate(v: Scope, template: unknown): void {
  const { labels } = fieldsOf(fieldsOf(template).metadata);
  v.invalid(['template', 'metadata', 'labels'], sortedMap(labels), '`selector` does not match template `labels`');
}

/** What keeps a template's pods from being replaced for ever: only restartPolicy Always, and no deadline. */
export function validateAlwaysRestarts(v: Scope, template: unknown, kind: string): void {
  const spec = fieldsOf(fieldsOf(template).spec);
  const restartPolicy = textOf(spec.restartPolicy);
  if (restartPolicy !== '' && restartPolicy !== 'Always') {
    v.unsupported(['template', 'spec', 'restartPolicy'], restartPolicy, ['Always']);
  }
  if (isSet(spec.activeDeadlineSeconds)) {
    v.forbidden(['template', 'spec', 'activeDeadlineSeconds'], `activeDeadlineSeconds in ${kind} is not Supported`);
  }
}

function replicasOf(spec: Fields): number {
  return typeof spec.replicas === 'number' ? spec.replicas : 1;
}
