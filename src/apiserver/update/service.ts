import { asArray, asString, type JsonObject } from '../../api/manifest.ts';
import { isUnknown } from '../../api/unknown.ts';
import { printGo } from '../go-print.ts';
import type { Check } from './check.ts';

/** Mirrors ValidateServiceUpdate of pkg/apis/core/validation, after patchAllocatedValues has kept what is allocated. */
export function service(check: Check): void {
  const [old, next] = [check.oldAt('spec'), check.nextAt('spec')];
  if ([old, next].some((spec) => ['type', 'clusterIP'].some((field) => isUnknown(spec[field])))) return;
  if (typeOf(old) !== 'ExternalName' && typeOf(next) !== 'ExternalName') addresses(check, old, next);
  if (typeOf(old) === 'LoadBalancer' && typeOf(next) === 'LoadBalancer') loadBalancer(check, old, next);
}

function typeOf(spec: JsonObject): string {
  return asString(spec['type']) || 'ClusterIP';
}

/** The first address as it is written; undefined where the server allocates it. */
function addressOf(spec: JsonObject): string | undefined {
  return asString(asArray(spec['clusterIPs'])[0]) || asString(spec['clusterIP']) || undefined;
}

function addresses(check: Check, old: JsonObject, next: JsonObject): void {
  const before = addressOf(old);
  const after = asString(next['clusterIP']) || addressOf(next);
  // An address that is not written any more is kept.
  if (isUnknown(after) || isUnknown(before)) return;
  // Which address was allocated is not known; that it was one is.
  const changed = after !== undefined && (before === undefined ? after === 'None' : before !== after);
  if (changed) {
    const message = `Invalid value: ${printGo([after])}: may not change once set`;
    check.add('FieldValueInvalid', ['spec', 'clusterIPs', 0], message, ['spec', 'clusterIP']);
  } else if (after !== 'None' && before !== 'None') families(check, old, next);
}

function families(check: Check, old: JsonObject, next: JsonObject): void {
  const [before, after] = [asArray(old['ipFamilies'])[0], asArray(next['ipFamilies'])[0]];
  if (typeof before !== 'string' || typeof after !== 'string' || before === after || isUnknown(before) || isUnknown(after))
    return;
  check.add('FieldValueInvalid', ['spec', 'clusterIPs', 0], `expected an ${after} value as indicated by \`ipFamilies[0]\``, [
    'spec',
    'ipFamilies',
    0,
  ]);
}

function loadBalancer(check: Check, old: JsonObject, next: JsonObject): void {
  const [before, after] = [old['loadBalancerClass'] ?? undefined, next['loadBalancerClass'] ?? undefined];
  if (before !== after && !isUnknown(before) && !isUnknown(after)) {
    const path = ['spec', 'loadBalancerClass'];
    // A cloud's webhook may have given it the class that is now written.
    const unless = before === undefined && !check.stored ? 'unless a webhook has given it this class' : undefined;
    check.add('FieldValueInvalid', path, `Invalid value: ${printGo(after)}: may not change once set`, path, { unless });
  }
  const isLocal = (spec: JsonObject) => spec['externalTrafficPolicy'] === 'Local';
  const ports = [old['healthCheckNodePort'], next['healthCheckNodePort']];
  if (!isLocal(old) || !isLocal(next) || ports.some((port) => typeof port !== 'number' || port === 0)) return;
  if (ports[0] !== ports[1]) check.forbid(['spec', 'healthCheckNodePort'], 'field is immutable');
}
