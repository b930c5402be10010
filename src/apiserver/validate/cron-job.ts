import { parseCron } from '../../api/cron.ts';
import { byteLength } from '../../api/names.ts';
import { isTimeZone } from '../../api/time-zones.ts';
import { isUnknown } from '../../api/unknown.ts';
import { validateJobSpec } from './job.ts';
import { printSelector } from './parts.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, textOf } from './scope.ts';

/** A Job's name may have 63 characters, and the controller appends 11. */
const LONGEST_NAME = 52;

/** Mirrors ValidateCronJobCreate of k8s.io/kubernetes/pkg/apis/batch/validation. */
export function validateCronJob(v: Scope, object: Fields): void {
  v.in('spec', object.spec, validateSpec);
  const name = textOf(fieldsOf(object.metadata).name);
  if (byteLength(name) > LONGEST_NAME) v.invalid(['metadata', 'name'], name, 'must be no more than 52 characters');
}

function validateSpec(v: Scope, spec: Fields): void {
  const schedule = textOf(spec.schedule);
  if (schedule === '') v.requiredByDeclaration('schedule');
  else if (!isUnknown(schedule)) validateSchedule(v, schedule);
  v.nonnegative('startingDeadlineSeconds', spec.startingDeadlineSeconds);
  if (isSet(spec.timeZone)) validateTimeZone(v, textOf(spec.timeZone));
  const policy = textOf(spec.concurrencyPolicy) || 'Allow';
  if (policy !== 'Allow' && policy !== 'Forbid' && policy !== 'Replace') {
    v.unsupported('concurrencyPolicy', policy, ['Allow', 'Forbid', 'Replace']);
  }
  v.in('jobTemplate', spec.jobTemplate, validateTemplate);
  v.nonnegative('successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit);
  v.nonnegative('failedJobsHistoryLimit', spec.failedJobsHistoryLimit);
}

function validateSchedule(v: Scope, schedule: string): void {
  const cron = parseCron(schedule);
  if ('error' in cron) v.invalid('schedule', schedule, cron.error);
  if (schedule.includes('TZ')) {
    v.invalid('schedule', schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead');
  }
}

function validateTimeZone(v: Scope, zone: string): void {
  if (isUnknown(zone)) return;
  if (zone === '') {
    v.invalid('timeZone', zone, 'timeZone must be nil or non-empty string');
    return;
  }
  for (const part of zone.split('/')) {
    if (part === '.' || part === '..' || part.startsWith('-') || !/^[A-Za-z.\-_0-9+]{1,14}$/.test(part)) {
      v.invalid('timeZone', zone, `unknown time zone ${zone}`);
      return;
    }
  }
  if (zone.toLowerCase() === 'local') {
    v.invalid('timeZone', zone, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones');
  }
  if (!isTimeZone(zone)) v.invalid('timeZone', zone, `unknown time zone ${zone}`);
}

function validateTemplate(v: Scope, template: Fields): void {
  const spec = fieldsOf(template.spec);
  v.in('spec', spec, validateJobSpec, '');
  if (isSet(spec.selector)) v.invalid(['spec', 'selector'], printSelector(spec.selector), '`selector` will be auto-generated');
  if (spec.manualSelector === true) v.unsupported(['spec', 'manualSelector'], true, ['nil', 'false']);
}
