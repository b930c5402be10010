import { httpHeaderNameFaults, portNumberFaults } from '../../../api/names.ts';
import type { Fields, Scope } from '../scope.ts';
import { fieldsOf, isSet, itemsOf, numberOf, textOf } from '../scope.ts';
import type { PodFacts } from './facts.ts';
import { validatePortNumberOrName } from './ports.ts';

/** PodLifecycleSleepActionAllowZero is on by default from 1.33. */
const SLEEP_ZERO_SINCE = 33;

/** The three probes of a container, the scope standing at it. Mirrors validateLivenessProbe and its siblings. */
export function validateProbes(v: Scope, container: Fields, pod: PodFacts): void {
  if (isSet(container['livenessProbe'])) v.in('livenessProbe', container['livenessProbe'], validateOnceSuccessfulProbe, pod);
  if (isSet(container['readinessProbe'])) v.in('readinessProbe', container['readinessProbe'], validateReadinessProbe, pod);
  if (isSet(container['startupProbe'])) v.in('startupProbe', container['startupProbe'], validateOnceSuccessfulProbe, pod);
}

function validateOnceSuccessfulProbe(v: Scope, probe: Fields, pod: PodFacts): void {
  validateProbe(v, probe, pod);
  // Zero stands for the default, 1.
  const threshold = numberOf(probe['successThreshold']) ?? 0;
  if (threshold !== 0 && threshold !== 1 && !Number.isNaN(threshold)) v.invalid('successThreshold', threshold, 'must be 1');
}

function validateReadinessProbe(v: Scope, probe: Fields, pod: PodFacts): void {
  validateProbe(v, probe, pod);
  const period = probe['terminationGracePeriodSeconds'];
  if (isSet(period)) v.invalid('terminationGracePeriodSeconds', period, 'must not be set for readinessProbes');
}

const NONNEGATIVE = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'];

function validateProbe(v: Scope, probe: Fields, pod: PodFacts): void {
  validateHandler(v, probe, pod, 'grpc', validateGrpc);
  if (hasNegative(probe)) for (const field of NONNEGATIVE) v.nonnegative(field, probe[field]);
  const period = numberOf(probe['terminationGracePeriodSeconds']);
  if (period !== undefined && period <= 0) v.invalid('terminationGracePeriodSeconds', period, 'must be greater than 0');
}

function hasNegative(probe: Fields): boolean {
  for (const field in probe) {
    const value = probe[field];
    if (typeof value === 'number' && value < 0) return true;
  }
  return false;
}

type HandlerCheck = (v: Scope, handler: Fields, pod: PodFacts) => void;

/** Exactly one handler: one of three, or `last`. Mirrors validateHandler. */
function validateHandler(v: Scope, parent: Fields, pod: PodFacts, last: string, check: HandlerCheck): void {
  let found = isHandled(v, parent['exec'], 'exec', validateExec, pod, false);
  found = isHandled(v, parent['httpGet'], 'httpGet', validateHttpGet, pod, found);
  found = isHandled(v, parent['tcpSocket'], 'tcpSocket', validateTcpSocket, pod, found);
  found = isHandled(v, parent[last], last, check, pod, found);
  if (!found) v.required([], 'must specify a handler type');
}

function isHandled(v: Scope, handler: unknown, name: string, check: HandlerCheck, pod: PodFacts, found: boolean): boolean {
  if (!isSet(handler)) return found;
  if (found) v.forbidden(name, 'may not specify more than 1 handler type');
  else v.in(name, handler, check, pod);
  return true;
}

function validateExec(v: Scope, exec: Fields): void {
  if (itemsOf(exec['command']).length === 0) v.required('command');
}

function validateHttpGet(v: Scope, get: Fields): void {
  validatePortNumberOrName(v, 'port', get['port']);
  const scheme = textOf(get['scheme']);
  if (scheme !== '' && scheme !== 'HTTP' && scheme !== 'HTTPS') v.unsupported('scheme', scheme, ['HTTP', 'HTTPS']);
  const headers = itemsOf(get['httpHeaders']);
  for (let i = 0; i < headers.length; i++) {
    const name = textOf(fieldsOf(headers[i])['name']);
    const faults = httpHeaderNameFaults(name);
    if (faults.length > 0) v.invalids(['httpHeaders', i, 'name'], name, faults, '.httpHeaders');
  }
}

function validateTcpSocket(v: Scope, socket: Fields): void {
  validatePortNumberOrName(v, 'port', socket['port']);
}

function validateGrpc(v: Scope, grpc: Fields): void {
  const port = numberOf(grpc['port']) ?? 0;
  if (!Number.isNaN(port)) v.invalids('port', port, portNumberFaults(port));
}

function validateSleep(v: Scope, sleep: Fields, pod: PodFacts): void {
  const seconds = numberOf(sleep['seconds']) ?? 0;
  const zero = v.minor >= SLEEP_ZERO_SINCE;
  if (!(seconds > pod.gracePeriod) && !(zero ? seconds < 0 : seconds <= 0)) return;
  const allowed = zero ? 'must be non-negative' : 'must be greater than 0';
  const hint = v.minor === 32 ? '. Enable AllowPodLifecycleSleepActionZeroValue feature gate for zero sleep.' : '';
  v.invalid([], seconds, `${allowed} and less than terminationGracePeriodSeconds (${pod.gracePeriod})${hint}`);
}

/** True when the server sees a lifecycle: a stopSignal is dropped (ContainerStopSignals is off), and what held only that with it. */
export function hasLifecycle(container: Fields): boolean {
  const lifecycle = container['lifecycle'];
  if (!isSet(lifecycle)) return false;
  const { postStart, preStop, stopSignal } = fieldsOf(lifecycle);
  return !isSet(stopSignal) || isSet(postStart) || isSet(preStop);
}

/** Mirrors validateLifecycle; the scope stands at the container. */
export function validateLifecycle(v: Scope, container: Fields, pod: PodFacts): void {
  if (isSet(container['lifecycle'])) v.in('lifecycle', container['lifecycle'], validateHooks, pod);
}

function validateHooks(v: Scope, lifecycle: Fields, pod: PodFacts): void {
  if (isSet(lifecycle['postStart'])) v.in('postStart', lifecycle['postStart'], validateHook, pod);
  if (isSet(lifecycle['preStop'])) v.in('preStop', lifecycle['preStop'], validateHook, pod);
}

function validateHook(v: Scope, hook: Fields, pod: PodFacts): void {
  validateHandler(v, hook, pod, 'sleep', validateSleep);
}
