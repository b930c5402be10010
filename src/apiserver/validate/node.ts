import { parseCidr } from '../../api/ip.ts';
import { labelValueFaults, qualifiedNameFaults } from '../../api/names.ts';
import { isUnknown } from '../../api/unknown.ts';
import { areDualStack, legacyCidr } from './ip-fields.ts';
import { quantitiesOf, resourceQuantity } from './quantities.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, itemsOf, numberOf, textOf } from './scope.ts';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** Mirrors ValidateNode of k8s.io/kubernetes/pkg/apis/core/validation. */
export function validateNode(v: Scope, object: Fields): void {
  const spec = fieldsOf(object.spec);
  const status = fieldsOf(object.status);
  v.in('spec', spec, validateTaints);
  v.in('status', status, validateResources);
  const swap = fieldsOf(fieldsOf(status.nodeInfo).swap);
  if (v.minor >= 33 && isSet(swap.capacity) && (numberOf(swap.capacity) ?? 0) <= 0) {
    const at = ['status', 'nodeInfo', 'swap', 'capacity'];
    v.invalid(at, swap.capacity, 'must be greater than zero', '/metadata.nodeSwapStatus.capacity');
  }
  if (v.minor >= 36) v.in('status', status, validateDeclaredFeatures);
  v.in('spec', spec, validatePodCidrs);
}

function validateTaints(v: Scope, spec: Fields): void {
  const seen = new Set<string>();
  for (const [i, item] of itemsOf(spec.taints).entries()) {
    const taint = fieldsOf(item);
    const key = textOf(taint.key);
    const value = textOf(taint.value);
    const effect = textOf(taint.effect);
    // The server says `metadata` where the taints stand in `spec`.
    const field = `/metadata.taints[${i}]`;
    const at = ['taints', i];
    v.invalids([...at, 'key'], key, qualifiedNameFaults(key, v.minor), `${field}.key`);
    const valueFaults = labelValueFaults(value, v.minor);
    if (valueFaults.length > 0) v.invalid([...at, 'value'], value, valueFaults.join(';'), `${field}.value`);
    if (effect === '') v.required([...at, 'effect'], '', `${field}.effect`);
    else if (!EFFECTS.includes(effect)) v.unsupported([...at, 'effect'], effect, EFFECTS, `${field}.effect`);
    const pair = `${effect} ${key}`;
    if (seen.has(pair) && !isUnknown(key) && !isUnknown(effect)) {
      const print = { Key: key, Value: value, Effect: effect, TimeAdded: taint.timeAdded ?? null };
      v.duplicate(at, print, 'taints must be unique by key and effect pair', field);
    }
    seen.add(pair);
  }
}

function validateResources(v: Scope, status: Fields): void {
  const capacity = fieldsOf(status.capacity);
  for (const [name, quantity] of quantitiesOf(capacity)) {
    resourceQuantity(v, ['capacity', name], name, quantity, `.capacity.${name}`);
  }
  // Absent, it is the capacity.
  const given = isSet(status.allocatable);
  for (const [name, quantity] of quantitiesOf(given ? status.allocatable : capacity)) {
    resourceQuantity(v, [given ? 'allocatable' : 'capacity', name], name, quantity, `.allocatable.${name}`);
  }
}

function validateDeclaredFeatures(v: Scope, status: Fields): void {
  const features = itemsOf(status.declaredFeatures).map(textOf);
  for (const [i, feature] of features.entries()) {
    if (feature.length > 253) {
      v.invalid(['declaredFeatures', i], feature, `invalid feature name "${feature}": must be no more than 253 characters`);
    } else if (!/^[A-Z][a-zA-Z0-9]*(?:\/[a-zA-Z][a-zA-Z0-9]*)*$/.test(feature)) {
      const detail = `invalid feature name "${feature}": must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes`;
      v.invalid(['declaredFeatures', i], feature, detail);
    }
    const next = features[i + 1];
    if (next === undefined) continue;
    if (feature === next) v.duplicate(['declaredFeatures', i + 1], next);
    else if (feature > next) v.invalid(['declaredFeatures', i + 1], next, 'list must be sorted alphabetically');
  }
}

/** `podCIDR` counts as the list where there is none, or where it is not its first. */
function validatePodCidrs(v: Scope, spec: Fields): void {
  const single = textOf(spec.podCIDR);
  const written = itemsOf(spec.podCIDRs).map(textOf);
  const list = single !== '' && written[0] !== single ? [] : written;
  const cidrs = list.length === 0 && single !== '' ? [single] : list;
  for (const [i, cidr] of cidrs.entries()) {
    if (isUnknown(cidr)) return;
    if (list.length > 0) legacyCidr(v, ['podCIDRs', i], cidr);
    else legacyCidr(v, 'podCIDR', cidr, '.podCIDRs[0]');
  }
  if (cidrs.length < 2) return;
  const unreadable = cidrs.find((cidr) => parseCidr(cidr) === undefined);
  if (unreadable !== undefined) {
    v.internal('podCIDRs', `invalid PodCIDRs. failed to check with dual stack with error:invalid CIDR address: ${unreadable}`);
  }
  if (cidrs.length > 2 || unreadable !== undefined || !areDualStack(cidrs, (text) => parseCidr(text)?.ip)) {
    v.invalid('podCIDRs', cidrs, 'may specify no more than one CIDR for each IP family');
  }
  if (v.minor < 33) {
    for (const [i, cidr] of cidrs.entries()) if (cidrs.indexOf(cidr) < i) v.duplicate(['podCIDRs', i], cidr);
  }
}
