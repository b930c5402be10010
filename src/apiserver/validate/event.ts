import { byteLength, qualifiedNameFaults } from '../../api/names.ts';
import { isUnknown } from '../../api/unknown.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, numberOf, textOf } from './scope.ts';

/** Mirrors ValidateEventCreate of k8s.io/kubernetes/pkg/apis/core/validation/events.go, for an Event of the core group. */
export function validateEvent(v: Scope, object: Fields): void {
  const reference = fieldsOf(object.involvedObject);
  validateLegacy(v, object, reference, 'involvedObject', 'reportingComponent', 'message');
}

/** The same for events.k8s.io/v1, which is stricter. */
export function validateEventsEvent(v: Scope, object: Fields): void {
  validateLegacy(v, object, fieldsOf(object.regarding), 'regarding', 'reportingController', 'note');
}

/** What events.k8s.io/v1 demands after the metadata. */
export function validateEventsEventStrictly(v: Scope, object: Fields): void {
  const series = fieldsOf(object.series);
  if (isSet(object.series)) {
    // The server's field is one name with a dot in it.
    if ((numberOf(series.count) ?? 0) < 2) v.invalid(['series', 'count'], '', 'should be at least 2');
    if (!isSet(series.lastObservedTime)) v.required(['series', 'lastObservedTime']);
  }
  if (!isSet(object.eventTime)) v.required('eventTime');
  const type = textOf(object.type);
  if (type !== 'Normal' && type !== 'Warning' && !isUnknown(type)) v.invalid('type', '', `has invalid value: ${type}`);
  if (isSet(object.deprecatedFirstTimestamp)) v.invalid('deprecatedFirstTimestamp', '', 'needs to be unset', '/firstTimestamp');
  if (isSet(object.deprecatedLastTimestamp)) v.invalid('deprecatedLastTimestamp', '', 'needs to be unset', '/lastTimestamp');
  if ((numberOf(object.deprecatedCount) ?? 0) !== 0) v.invalid('deprecatedCount', '', 'needs to be unset', '/count');
  const source = fieldsOf(object.deprecatedSource);
  if (textOf(source.component) !== '' || textOf(source.host) !== '') {
    v.invalid('deprecatedSource', '', 'needs to be unset', '/source');
  }
}

function validateLegacy(
  v: Scope,
  object: Fields,
  reference: Fields,
  referenceAt: string,
  controllerField: string,
  messageAt: string,
): void {
  const own = textOf(fieldsOf(object.metadata).namespace);
  const namespace = textOf(reference.namespace);
  const at = [referenceAt, 'namespace'];
  const unlike = (): void => v.invalid(at, namespace, 'does not match event.namespace', '/involvedObject.namespace');
  const known = own !== '' && !isUnknown(own);
  if (!isSet(object.eventTime)) {
    if (namespace === '' ? known && own !== 'default' : known && own !== namespace) unlike();
    return;
  }
  if (namespace === '' && known && own !== 'default' && own !== 'kube-system') unlike();
  const controllerAt =
    isSet(object.reportingController) || controllerField === 'reportingController' ? 'reportingController' : controllerField;
  const controller = textOf(object[controllerAt]);
  if (controller === '') v.required(controllerAt, '', `/${controllerField}`);
  v.invalids(controllerAt, controller, qualifiedNameFaults(controller, v.minor), `/${controllerField}`);
  if (textOf(object.reportingInstance) === '') v.required('reportingInstance');
  limited(v, 'reportingInstance', object.reportingInstance, 128);
  if (textOf(object.action) === '') v.required('action');
  limited(v, 'action', object.action, 128);
  if (textOf(object.reason) === '') v.required('reason');
  limited(v, 'reason', object.reason, 128);
  limited(v, messageAt, object[messageAt], 1024, '/message');
}

function limited(v: Scope, at: string, value: unknown, max: number, field?: string): void {
  if (byteLength(textOf(value)) > max) v.invalid(at, '', `can have at most ${max} characters`, field);
}
