import { dns1123LabelFaults } from '../../api/names.ts';
import { intOrPercentOf, notMoreThan100Percent, positiveIntOrPercent } from './int-or-percent.ts';
import {
  matchesLabels,
  printSelector,
  validateLabelSelectorAt,
  validatePodTemplateAt,
  validatePodTemplateMetadataAt,
} from './parts.ts';
import { validatePersistentVolumeClaimSpec } from './persistent-volume-claim.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, itemsOf, textOf } from './scope.ts';
import { isEmptySelector, labelsOf, unmatchedTemplate, validateAlwaysRestarts } from './template.ts';

/** Mirrors ValidateStatefulSetSpec of k8s.io/kubernetes/pkg/apis/apps/validation. */
export function validateStatefulSet(v: Scope, object: Fields): void {
  v.in('spec', object.spec, validateSpec);
}

function validateSpec(v: Scope, spec: Fields): void {
  const management = textOf(spec.podManagementPolicy);
  if (management !== '' && management !== 'OrderedReady' && management !== 'Parallel') {
    v.invalid('podManagementPolicy', management, "must be 'OrderedReady' or 'Parallel'");
  }
  v.in('updateStrategy', spec.updateStrategy, validateUpdateStrategy);
  v.in('persistentVolumeClaimRetentionPolicy', spec.persistentVolumeClaimRetentionPolicy, validateRetentionPolicy);
  if (v.minor >= 34) v.each('volumeClaimTemplates', spec.volumeClaimTemplates, validateClaimTemplate);
  v.nonnegative('replicas', spec.replicas);
  v.nonnegative('minReadySeconds', spec.minReadySeconds);
  v.in('ordinals', spec.ordinals, validateOrdinals);
  const serviceName = textOf(spec.serviceName);
  if (v.minor >= 33 && serviceName !== '') v.invalids('serviceName', serviceName, dns1123LabelFaults(serviceName));

  if (!isSet(spec.selector)) v.required('selector');
  else {
    validateLabelSelectorAt(v, 'selector', spec.selector);
    if (isEmptySelector(spec.selector)) {
      v.invalid('selector', printSelector(spec.selector), 'empty selector is invalid for statefulset');
    }
  }
  const matches = matchesLabels(spec.selector, labelsOf(spec.template));
  if (matches === 'invalid') v.invalid('selector', printSelector(spec.selector), '');
  else {
    if (matches === false) unmatchedTemplate(v, spec.template);
    if (v.minor >= 34) validateTemplate(v, spec);
    validatePodTemplateMetadataAt(v, 'template', spec.template);
  }
  validateAlwaysRestarts(v, spec.template, 'StatefulSet');
}

function validateUpdateStrategy(v: Scope, strategy: Fields): void {
  const type = textOf(strategy.type);
  if (type === '' || type === 'RollingUpdate') {
    if (isSet(strategy.rollingUpdate)) v.in('rollingUpdate', strategy.rollingUpdate, validateRollingUpdate);
  } else if (type === 'OnDelete') {
    if (isSet(strategy.rollingUpdate)) {
      v.invalid('rollingUpdate', printRollingUpdate(strategy.rollingUpdate), "only allowed for updateStrategy 'RollingUpdate'");
    }
  } else {
    const print = { Type: type, RollingUpdate: printRollingUpdate(strategy.rollingUpdate) };
    v.invalid([], print, "must be 'RollingUpdate' or 'OnDelete'");
  }
}

function validateRollingUpdate(v: Scope, rollingUpdate: Fields): void {
  v.nonnegative('partition', rollingUpdate.partition);
  const { maxUnavailable } = rollingUpdate;
  // Dropped before validation where the feature is off, as it is by default before 1.37.
  if (!isSet(maxUnavailable) || v.minor < 37) return;
  positiveIntOrPercent(v, 'maxUnavailable', maxUnavailable);
  if (intOrPercentOf(maxUnavailable) === 0) v.invalid('maxUnavailable', maxUnavailable, 'cannot be 0');
  notMoreThan100Percent(v, 'maxUnavailable', maxUnavailable);
}

function printRollingUpdate(rollingUpdate: unknown): unknown {
  if (!isSet(rollingUpdate)) return null;
  const { partition, maxUnavailable } = fieldsOf(rollingUpdate);
  return { Partition: partition ?? 0, MaxUnavailable: maxUnavailable ?? null };
}

function validateRetentionPolicy(v: Scope, policy: Fields): void {
  validateRetention(v, 'whenDeleted', policy.whenDeleted);
  validateRetention(v, 'whenScaled', policy.whenScaled);
}

function validateRetention(v: Scope, at: string, value: unknown): void {
  const text = textOf(value);
  if (text !== '' && text !== 'Retain' && text !== 'Delete') v.unsupported(at, text, ['Retain', 'Delete']);
}

function validateClaimTemplate(v: Scope, claim: Fields): void {
  v.in('spec', claim.spec, validatePersistentVolumeClaimSpec, false);
}

function validateOrdinals(v: Scope, ordinals: Fields): void {
  v.nonnegative('start', ordinals.start);
}

/** The template with the claims as volumes, and without the names that the controller gives each pod. */
function validateTemplate(v: Scope, spec: Fields): void {
  const template = fieldsOf(spec.template);
  const podSpec = fieldsOf(template.spec);
  const claims = itemsOf(spec.volumeClaimTemplates);
  if (claims.length === 0 && !isSet(podSpec.subdomain) && !isSet(podSpec.hostname)) {
    validatePodTemplateAt(v, 'template', spec.template, false);
    return;
  }
  const names = new Set(claims.map((claim) => textOf(fieldsOf(fieldsOf(claim).metadata).name)));
  const kept: number[] = [];
  const volumes: unknown[] = [...names].map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  const added = volumes.length;
  for (const [i, volume] of itemsOf(podSpec.volumes).entries()) {
    if (names.has(textOf(fieldsOf(volume).name))) continue;
    volumes.push(volume);
    kept.push(i);
  }
  const replaced = {
    ...podSpec,
    subdomain: undefined,
    hostname: undefined,
    volumes: claims.length > 0 ? volumes : podSpec.volumes,
  };
  v.collectMoved(
    () => validatePodTemplateAt(v, 'template', { ...template, spec: replaced }, false),
    (path) => {
      const at = path.indexOf('volumes');
      const index = path[at + 1];
      if (at < 0 || path[at - 1] !== 'spec' || typeof index !== 'number' || claims.length === 0) return path;
      if (index >= added) return path.with(at + 1, kept[index - added] ?? index);
      return [...path.slice(0, at - 2), 'volumeClaimTemplates', index, 'metadata', 'name'];
    },
  );
}
