import { byteLength, dns1123LabelFaults, labelValueFaults } from '../../api/names.ts';
import { isUnknown } from '../../api/unknown.ts';
import { sortedMap } from '../go-print.ts';
import { domainPrefixedPath } from './ingress.ts';
import { validatePodFailurePolicy, validateSuccessPolicy } from './job-policies.ts';
import { matchesLabels, printSelector, validateLabelSelectorAt, validatePodTemplateAt } from './parts.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, numberOf, textOf } from './scope.ts';
import { labelsOf, validateCopiedLabels } from './template.ts';

const MOST_PARALLEL_INDEXED = 100_000;
const MANY_COMPLETIONS = 100_000;
const LIMIT_OF_MANY = 10_000;

/** Mirrors ValidateJobCreate of k8s.io/kubernetes/pkg/apis/batch/validation. */
export function validateJob(v: Scope, object: Fields): void {
  const spec = fieldsOf(object.spec);
  const name = textOf(fieldsOf(object.metadata).name);
  validateOwnLabels(v, object, spec, name);
  v.in('spec', spec, validateGeneratedLabels, name);
  v.in('spec', spec, validateJobSpec, spec.manualSelector === true ? '' : name);
  v.in('spec', spec, validateSelector, name);
  validatePodNames(v, spec, name);
}

/** A job without labels shares those of its template, where the server writes the job's name as one. */
function validateOwnLabels(v: Scope, object: Fields, spec: Fields, name: string): void {
  const metadata = fieldsOf(object.metadata);
  const shared = isSet(fieldsOf(fieldsOf(spec.template).metadata).labels) && Object.keys(fieldsOf(metadata.labels)).length === 0;
  if (!shared) return;
  validateCopiedLabels(v, object);
  if (spec.manualSelector !== true) v.invalids(['metadata', 'name'], name, labelValueFaults(name, v.minor), '/metadata.labels');
}

/** The pods' host names are the job's name and the index. */
function validatePodNames(v: Scope, spec: Fields, name: string): void {
  const completions = numberOf(spec.completions) ?? 0;
  if (textOf(spec.completionMode) !== 'Indexed' || !(completions > 0) || name === '' || isUnknown(name)) return;
  const host = `${name}-${completions - 1}`;
  if (dns1123LabelFaults(host).length > 0) {
    v.invalid(['metadata', 'name'], name, `will not able to create pod with invalid DNS label: ${host}`);
  }
}

const CONTROLLER_UID = 'batch.kubernetes.io/controller-uid';
const JOB_NAME = 'batch.kubernetes.io/job-name';
const LEGACY_CONTROLLER_UID = 'controller-uid';
const LEGACY_JOB_NAME = 'job-name';
/** Stands for the uid that the server gives the job, which no manifest can know. */
const UID = 'the-uid-of-this-job';

/**
 * Labels that the server generates must not be given other values. Where the server's message holds the job's uid, ours has none.
 * Mirrors validateGeneratedSelector.
 */
function validateGeneratedLabels(v: Scope, spec: Fields, name: string): void {
  if (spec.manualSelector === true) return;
  const labels = labelsOf(spec.template);
  for (const [key, expected] of [
    [LEGACY_CONTROLLER_UID, ''],
    [LEGACY_JOB_NAME, name],
    [CONTROLLER_UID, ''],
    [JOB_NAME, name],
  ] as const) {
    if (!Object.hasOwn(labels, key) || labels[key] === expected || isUnknown(labels[key]) || isUnknown(name)) continue;
    if (expected === '' && name === '' && key.endsWith('job-name')) continue;
    v.invalid(['template', 'metadata', 'labels', key], sortedMap(generated(labels, name)), `must be '${expected}'`);
  }
  if (!isSet(spec.selector)) return;
  const selector = withUid(spec.selector);
  const all = { [CONTROLLER_UID]: UID, [LEGACY_CONTROLLER_UID]: UID, [JOB_NAME]: name, [LEGACY_JOB_NAME]: name };
  if (name !== '' && !isUnknown(name) && matchesLabels(selector, all) === false) {
    v.invalid('selector', printSelector(spec.selector), '`selector` not auto-generated');
  }
}

function withUid(selector: unknown): Fields {
  const fields = fieldsOf(selector);
  return { ...fields, matchLabels: { [CONTROLLER_UID]: UID, ...fieldsOf(fields.matchLabels) } };
}

function generated(labels: Fields, name: string): Fields {
  return { [LEGACY_JOB_NAME]: name, [JOB_NAME]: name, ...labels };
}

/** The selector is generated unless `manualSelector` says otherwise. Mirrors the second half of ValidateJobSpec. */
function validateSelector(v: Scope, spec: Fields, name: string): void {
  const manual = spec.manualSelector === true;
  if (manual && !isSet(spec.selector)) v.required('selector');
  if (isSet(spec.selector)) validateLabelSelectorAt(v, 'selector', spec.selector);
  const labels = labelsOf(spec.template);
  if (!manual && (!isSet(spec.selector) || name === '' || isUnknown(name))) return;
  const uid = { [CONTROLLER_UID]: UID, [LEGACY_CONTROLLER_UID]: UID };
  const all = manual ? labels : { ...uid, [JOB_NAME]: name, [LEGACY_JOB_NAME]: name, ...labels };
  if (matchesLabels(manual ? spec.selector : withUid(spec.selector), all) !== false) return;
  const print = manual ? sortedMap(fieldsOf(fieldsOf(spec.template).metadata).labels) : sortedMap(generated(labels, name));
  v.invalid(['template', 'metadata', 'labels'], print, '`selector` does not match template `labels`');
}

const COUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
];

/**
 * Of a Job, or with '' for its name of a CronJob's template. A Job's name becomes a label of its pods. Mirrors validateJobSpec.
 */
export function validateJobSpec(v: Scope, spec: Fields, name: string): void {
  for (const key of COUNTS) v.nonnegative(key, spec[key]);
  if (isSet(spec.maxFailedIndexes) && !isSet(spec.backoffLimitPerIndex)) {
    v.required('backoffLimitPerIndex', 'when maxFailedIndexes is specified');
  }
  // A gate dropped the field before 1.32.
  if (isSet(spec.managedBy) && v.minor >= 32) {
    const managedBy = textOf(spec.managedBy);
    domainPrefixedPath(v, 'managedBy', managedBy);
    if (byteLength(managedBy) > 63) v.tooLong('managedBy', 63);
  }
  const mode = isSet(spec.completionMode) ? textOf(spec.completionMode) : 'NonIndexed';
  if (mode === 'Indexed') validateIndexed(v, spec);
  else if (mode !== 'NonIndexed') v.unsupported('completionMode', mode, ['NonIndexed', 'Indexed']);
  else {
    for (const key of ['backoffLimitPerIndex', 'maxFailedIndexes']) {
      if (isSet(spec[key])) v.invalid(key, spec[key], 'requires indexed completion mode');
    }
  }
  if (isSet(spec.podFailurePolicy)) v.in('podFailurePolicy', spec.podFailurePolicy, validatePodFailurePolicy, spec);
  // A gate dropped the field before 1.31.
  if (isSet(spec.successPolicy) && v.minor >= 31 && !isUnknown(mode)) {
    if (mode !== 'Indexed')
      v.invalid('successPolicy', printSuccessPolicy(spec.successPolicy), 'requires indexed completion mode');
    else v.in('successPolicy', spec.successPolicy, validateSuccessPolicy, spec);
  }
  validateReplacement(v, spec);
  if (name !== '')
    v.fromTop(() => v.invalids(['metadata', 'name'], name, labelValueFaults(name, v.minor), '/spec.template.labels'));
  validatePodTemplateAt(v, 'template', spec.template, false);
  validateRestartPolicy(v, spec);
}

function validateIndexed(v: Scope, spec: Fields): void {
  const completions = numberOf(spec.completions);
  const parallelism = numberOf(spec.parallelism) ?? 1;
  const failed = numberOf(spec.maxFailedIndexes);
  // Absent, it is 1, unless parallelism says that a queue decides.
  if (completions === undefined && isSet(spec.parallelism)) v.required('completions', 'when completion mode is Indexed');
  if (parallelism > MOST_PARALLEL_INDEXED) {
    const detail = `must be less than or equal to ${MOST_PARALLEL_INDEXED} when completion mode is Indexed`;
    v.invalid('parallelism', parallelism, detail);
  }
  const all = completions ?? (isSet(spec.parallelism) ? undefined : 1);
  if (all !== undefined && failed !== undefined && failed > all) {
    v.invalid('maxFailedIndexes', failed, 'must be less than or equal to completions');
  }
  if (failed !== undefined && failed > MOST_PARALLEL_INDEXED) {
    v.invalid('maxFailedIndexes', failed, `must be less than or equal to ${MOST_PARALLEL_INDEXED}`);
  }
  if (all === undefined || !(all > MANY_COMPLETIONS) || !isSet(spec.backoffLimitPerIndex)) return;
  const condition = `when completions are above ${MANY_COMPLETIONS} and used with backoff limit per index`;
  if (failed === undefined) v.required('maxFailedIndexes', `must be specified when completions is above ${MANY_COMPLETIONS}`);
  if (parallelism > LIMIT_OF_MANY) {
    v.invalid('parallelism', parallelism, `must be less than or equal to ${LIMIT_OF_MANY} ${condition}`);
  }
  if (failed !== undefined && failed > LIMIT_OF_MANY) {
    v.invalid('maxFailedIndexes', failed, `must be less than or equal to ${LIMIT_OF_MANY} ${condition}`);
  }
}

function validateReplacement(v: Scope, spec: Fields): void {
  if (!isSet(spec.podReplacementPolicy)) return;
  const policy = textOf(spec.podReplacementPolicy);
  if (isSet(spec.podFailurePolicy)) {
    if (policy !== 'Failed') v.unsupported('podReplacementPolicy', policy, ['Failed']);
  } else if (policy !== 'Failed' && policy !== 'TerminatingOrFailed') {
    v.unsupported('podReplacementPolicy', policy, ['Failed', 'TerminatingOrFailed']);
  }
}

function validateRestartPolicy(v: Scope, spec: Fields): void {
  const policy = textOf(fieldsOf(fieldsOf(spec.template).spec).restartPolicy);
  const at = ['template', 'spec', 'restartPolicy'];
  if (policy === '' || policy === 'Always') v.required(at, 'valid values: "OnFailure", "Never"');
  else if (policy !== 'OnFailure' && policy !== 'Never') v.unsupported(at, policy, ['OnFailure', 'Never']);
  else if (isSet(spec.podFailurePolicy) && policy !== 'Never') {
    v.invalid(at, policy, 'only "Never" is supported when podFailurePolicy is specified');
  }
}

function printSuccessPolicy(policy: unknown): unknown {
  const { rules } = fieldsOf(policy);
  if (!Array.isArray(rules)) return { Rules: null };
  return {
    Rules: rules.map((rule) => {
      const { succeededIndexes, succeededCount } = fieldsOf(rule);
      return { SucceededIndexes: succeededIndexes ?? null, SucceededCount: succeededCount ?? null };
    }),
  };
}
