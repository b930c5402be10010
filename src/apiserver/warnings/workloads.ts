import { dns1123LabelFaults } from '../../api/names.ts';
import { isUnknown } from '../../api/unknown.ts';
import type { Path } from '../../source/path.ts';
import type { Fields } from '../validate/scope.ts';
import { fieldsOf, isSet, itemsOf, numberOf } from '../validate/scope.ts';
import { warnFraction } from './fractions.ts';
import type { WarningList } from './list.ts';
import { nameOf } from './names.ts';
import { podTemplateWarnings } from './pod.ts';

/** Since this minor a StatefulSet's negative history limit is told. */
const HISTORY_SINCE = 33;
const MANY_COMPLETIONS = 100_000;
const MANY_IN_PARALLEL = 10_000;

/** What is wrong with the Pods of a Deployment, ReplicaSet or ReplicationController. */
export function warnReplicated(list: WarningList, object: Fields): void {
  warnPodNames(list, object);
  warnTemplate(list, fieldsOf(object['spec'])['template'], ['spec', 'template']);
}

export function warnDaemonSet(list: WarningList, object: Fields): void {
  warnTemplate(list, fieldsOf(object['spec'])['template'], ['spec', 'template']);
}

export function warnPodTemplate(list: WarningList, object: Fields): void {
  warnTemplate(list, object['template'], ['template']);
}

export function warnStatefulSet(list: WarningList, object: Fields): void {
  const spec = fieldsOf(object['spec']);
  warnTemplate(list, spec['template'], ['spec', 'template']);
  for (const [i, claim] of itemsOf(spec['volumeClaimTemplates']).entries()) {
    const at = ['spec', 'volumeClaimTemplates', i];
    const resources = fieldsOf(fieldsOf(fieldsOf(claim)['spec'])['resources']);
    for (const kind of ['requests', 'limits']) {
      const { storage } = fieldsOf(resources[kind]);
      // The server leaves out the claim's `spec` where it says so.
      warnFraction(list, storage, [...at, 'spec', 'resources', kind, 'storage'], [...at, 'resources', kind, 'storage']);
    }
  }
  if ((numberOf(spec['revisionHistoryLimit']) ?? 0) < 0 && list.minor >= HISTORY_SINCE) {
    list.add(['spec', 'revisionHistoryLimit'], 'a negative value retains all historical revisions; a value >= 0 is recommended');
  }
}

export function warnJob(list: WarningList, object: Fields): void {
  warnPodNames(list, object);
  warnJobSpec(list, fieldsOf(object['spec']), ['spec']);
}

export function warnCronJob(list: WarningList, object: Fields): void {
  warnPodNames(list, object);
  const template = fieldsOf(fieldsOf(object['spec'])['jobTemplate']);
  warnJobSpec(list, fieldsOf(template['spec']), ['spec', 'jobTemplate', 'spec']);
}

/** Mirrors WarningsForJobSpec of pkg/api/job/warnings.go. */
function warnJobSpec(list: WarningList, spec: Fields, at: Path): void {
  const completions = numberOf(spec['completions']) ?? 0;
  const parallelism = numberOf(spec['parallelism']) ?? 0;
  if (spec['completionMode'] === 'Indexed' && completions > MANY_COMPLETIONS && parallelism > MANY_IN_PARALLEL) {
    list.add(
      at,
      'In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail',
    );
  }
  warnTemplate(list, spec['template'], [...at, 'template']);
}

function warnTemplate(list: WarningList, template: unknown, at: Path): void {
  if (!isSet(template)) return;
  for (const { path, message } of podTemplateWarnings(template, at, list.minor)) list.addBare(path, message);
}

function warnPodNames(list: WarningList, object: Fields): void {
  const { at, name } = nameOf(object);
  if (name === '' || isUnknown(name)) return;
  const faults = dns1123LabelFaults(name);
  if (faults.length === 0) return;
  const use = 'this is used in Pod names and hostnames, which can result in surprising behavior';
  list.addBare(at, `metadata.name: ${use}; a DNS label is recommended: [${faults.join(' ')}]`);
}
