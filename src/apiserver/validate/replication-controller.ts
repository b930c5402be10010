import { dns1123SubdomainFaults } from '../../api/names.ts';
import { matchesMap, validatePodTemplateAt } from './parts.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, NEGATIVE, numberOf, textOf } from './scope.ts';
import { labelsOf, unmatchedTemplate, validateAlwaysRestarts, validateCopiedLabels } from './template.ts';

/** Mirrors ValidateReplicationControllerSpec of k8s.io/kubernetes/pkg/apis/core/validation. */
export function validateReplicationController(v: Scope, object: Fields): void {
  validateCopiedLabels(v, object);
  // The name's format is declared on the type from 1.37 on; before, the check of the metadata has told it.
  const name = textOf(fieldsOf(object.metadata).name);
  if (v.minor >= 37 && name !== '') v.invalidsByDeclaration(['metadata', 'name'], name, dns1123SubdomainFaults(name));
  v.in('spec', object.spec, validateSpec);
}

/** Mirrors ValidatePodTemplate. */
export function validatePodTemplateObject(v: Scope, object: Fields): void {
  validatePodTemplateAt(v, 'template', object.template, false);
}

function validateSpec(v: Scope, spec: Fields): void {
  const replicas = numberOf(spec.replicas) ?? 1;
  const minReadySeconds = numberOf(spec.minReadySeconds) ?? 0;
  // Where they are declared, in the order of the fields.
  if (replicas < 0 && v.minor >= 37) v.invalidByDeclaration('replicas', spec.replicas, NEGATIVE);
  if (minReadySeconds < 0) v.invalidByDeclaration('minReadySeconds', spec.minReadySeconds, NEGATIVE);
  const labels = labelsOf(spec.template);
  const given = fieldsOf(spec.selector);
  // An absent selector is the template's labels.
  const selector = Object.keys(given).length > 0 ? given : labels;
  const empty = Object.keys(selector).length === 0;
  if (empty) v.required('selector');
  if (replicas < 0 && v.minor < 37) v.invalid('replicas', spec.replicas, NEGATIVE);
  if (!isSet(spec.template)) {
    v.required('template');
    return;
  }
  if (!empty && matchesMap(selector, labels) === false) unmatchedTemplate(v, spec.template);
  validatePodTemplateAt(v, 'template', spec.template, replicas > 1);
  validateAlwaysRestarts(v, spec.template, 'ReplicationController');
}
