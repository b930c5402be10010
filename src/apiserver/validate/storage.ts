import { byteLength, dns1123SubdomainFaults, longerThan, qualifiedNameFaults } from '../../api/names.ts';
import { isUnknown } from '../../api/unknown.ts';
import { caselessSubdomainFaults } from './declared-formats.ts';
import { validateLabelSelectorAt } from './parts.ts';
import { validatePersistentVolumeSpec } from './persistent-volume.ts';
import { nonnegativeQuantity } from './quantities.ts';
import type { At, Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, itemsOf, NEGATIVE, numberOf, textOf } from './scope.ts';
import { csiDriverName } from './volume-sources.ts';

const BINDING_MODES = ['Immediate', 'WaitForFirstConsumer'];
const FS_GROUP_POLICIES = ['File', 'None', 'ReadWriteOnceWithFSType'];

/** Mirrors ValidateStorageClass of k8s.io/kubernetes/pkg/apis/storage/validation. */
export function validateStorageClass(v: Scope, object: Fields): void {
  validateProvisioner(v, 'provisioner', object.provisioner);
  validateParameters(v, object.parameters, true);
  const policy = textOf(object.reclaimPolicy);
  if (policy !== '' && policy !== 'Delete' && policy !== 'Retain') v.unsupported('reclaimPolicy', policy, ['Delete', 'Retain']);
  const mode = isSet(object.volumeBindingMode) ? textOf(object.volumeBindingMode) : 'Immediate';
  if (!BINDING_MODES.includes(mode)) v.unsupported('volumeBindingMode', mode, BINDING_MODES);
  validateTopologies(v, object.allowedTopologies);
}

function validateProvisioner(v: Scope, at: string, value: unknown): void {
  const name = textOf(value).toLowerCase();
  if (name === '') {
    if (at === 'provisioner') v.requiredByDeclaration(at);
    else v.required(at);
  } else if (!isUnknown(value)) v.invalids(at, name, qualifiedNameFaults(name, v.minor));
}

const MOST_PARAMETERS = 512;
const MOST_PARAMETER_BYTES = 256 * 1024;

function validateParameters(v: Scope, value: unknown, mayBeEmpty: boolean): void {
  const entries = Object.entries(fieldsOf(value));
  if (entries.length > MOST_PARAMETERS) {
    v.tooLong('parameters', MOST_PARAMETERS);
    return;
  }
  let bytes = 0;
  for (const [key, item] of entries) {
    if (key === '') v.invalid(['parameters'], key, 'field can not be empty.');
    bytes += byteLength(key) + byteLength(textOf(item));
  }
  if (bytes > MOST_PARAMETER_BYTES) v.tooLong('parameters', MOST_PARAMETER_BYTES);
  if (!mayBeEmpty && entries.length === 0) v.required('parameters', 'must contain at least one key/value pair');
}

function validateTopologies(v: Scope, topologies: unknown): void {
  // The server starts with as many empty terms as there are, so an empty one is always a duplicate.
  const terms = itemsOf(topologies);
  const seen: string[] = terms.map(() => '[]');
  for (const [i, term] of terms.entries()) {
    const expressions = itemsOf(fieldsOf(term).matchLabelExpressions).map(fieldsOf);
    const keys = new Set<string>();
    for (const [j, expression] of expressions.entries()) {
      const at = ['allowedTopologies', i, 'matchLabelExpressions', j];
      validateTopologyValues(v, at, expression.values);
      const key = textOf(expression.key);
      v.invalids([...at, 'key'], key, qualifiedNameFaults(key, v.minor));
      if (keys.has(key)) v.duplicate([...at, 'key'], key);
      keys.add(key);
    }
    if (expressions.some((expression) => isUnknown(expression.key) || itemsOf(expression.values).some(isUnknown))) continue;
    const canonical = canonicalTerm(expressions);
    for (const earlier of seen) {
      if (earlier === canonical) v.duplicate(['allowedTopologies', i, 'matchLabelExpressions'], '');
    }
    seen.push(canonical);
  }
}

function validateTopologyValues(v: Scope, at: (string | number)[], list: unknown): void {
  const values = itemsOf(list);
  if (values.length === 0) v.required([...at, 'values']);
  const seen = new Set<unknown>();
  for (const [i, value] of values.entries()) {
    if (seen.has(value)) v.duplicate([...at, 'values', i], value);
    seen.add(value);
  }
}

function canonicalTerm(expressions: readonly Fields[]): string {
  const byKey = new Map<string, string[]>();
  for (const { key, values } of expressions) byKey.set(textOf(key), [...new Set(itemsOf(values).map(textOf))].sort());
  return JSON.stringify([...byKey].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Mirrors ValidateVolumeAttributesClass. */
export function validateVolumeAttributesClass(v: Scope, object: Fields): void {
  validateProvisioner(v, 'driverName', object.driverName);
  validateParameters(v, object.parameters, false);
}

/** Mirrors ValidateVolumeAttachment; the status is dropped before. */
export function validateVolumeAttachment(v: Scope, object: Fields): void {
  const spec = fieldsOf(object.spec);
  const attacher = textOf(spec.attacher);
  const at = ['spec', 'attacher'];
  if (attacher === '') v.requiredByDeclaration(at);
  else if (v.minor >= 37) {
    v.invalidsByDeclaration(at, attacher, caselessSubdomainFaults(attacher));
    if (longerThan(attacher, 63)) v.tooLongByDeclaration(at, 63);
  } else if (v.minor === 36) v.in('spec', spec, validateAttacher);
  v.in('spec', spec, validateAttachmentSource);
  const nodeName = textOf(spec.nodeName);
  v.invalids(['spec', 'nodeName'], nodeName, dns1123SubdomainFaults(nodeName));
  // Until 1.35 the driver's name was looked at last.
  if (v.minor < 36) v.in('spec', spec, validateAttacher);
  const { persistentVolumeName } = fieldsOf(spec.source);
  if (isSet(persistentVolumeName)) {
    const name = textOf(persistentVolumeName);
    v.invalids(['spec', 'source', 'persistentVolumeName'], name, dns1123SubdomainFaults(name));
  }
}

function validateAttacher(v: Scope, spec: Fields): void {
  csiDriverName(v, 'attacher', spec.attacher);
}

function validateAttachmentSource(v: Scope, spec: Fields): void {
  const { inlineVolumeSpec, persistentVolumeName } = fieldsOf(spec.source);
  const one = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';
  if (!isSet(inlineVolumeSpec) && !isSet(persistentVolumeName)) v.required('source', one);
  else if (isSet(inlineVolumeSpec) && isSet(persistentVolumeName)) v.forbidden('source', one);
  else if (isSet(persistentVolumeName)) {
    if (textOf(persistentVolumeName) === '') {
      v.required(['source', 'persistentVolumeName'], 'must specify non empty persistentVolumeName');
    }
  } else {
    v.in('source', spec.source, (inner) => {
      inner.in('inlineVolumeSpec', inlineVolumeSpec, validatePersistentVolumeSpec, { name: '', inline: true });
    });
  }
}

/** Mirrors ValidateCSINode. */
export function validateCsiNode(v: Scope, object: Fields): void {
  v.in('spec', object.spec, (inner, spec) => inner.each('drivers', spec.drivers, validateDriver, new Set<string>()));
}

function validateDriver(v: Scope, driver: Fields, _index: number, names: Set<string>): void {
  csiDriverName(v, 'name', driver.name);
  const nodeId = textOf(driver.nodeID);
  if (nodeId === '') v.required('nodeID');
  if (longerThan(nodeId, 256)) v.invalid('nodeID', nodeId, 'must be 256 characters or less');
  const { count } = fieldsOf(driver.allocatable);
  if ((numberOf(count) ?? 0) < 0) v.invalid(['allocatable', 'count'], count, NEGATIVE, '.allocatable.count');
  const name = textOf(driver.name);
  if (names.has(name)) v.duplicate('name', name);
  names.add(name);
  const keys = new Set<string>();
  for (const item of itemsOf(driver.topologyKeys)) {
    const key = textOf(item);
    if (key === '') v.required([]);
    if (keys.has(key)) v.duplicate([], key);
    keys.add(key);
    v.invalids([], key, qualifiedNameFaults(key, v.minor));
  }
}

/** Mirrors ValidateCSIDriver. */
export function validateCsiDriver(v: Scope, object: Fields): void {
  v.in('spec', object.spec, validateCsiDriverSpec);
}

function validateCsiDriverSpec(v: Scope, spec: Fields): void {
  const policy = isSet(spec.fsGroupPolicy) ? textOf(spec.fsGroupPolicy) : 'File';
  if (!FS_GROUP_POLICIES.includes(policy)) v.unsupported('fsGroupPolicy', policy, FS_GROUP_POLICIES);
  validateTokenRequests(v, spec.tokenRequests);
  for (const [i, item] of itemsOf(spec.volumeLifecycleModes).entries()) {
    const mode = textOf(item);
    if (mode === 'Persistent' || mode === 'Ephemeral') continue;
    v.unsupported(['volumeLifecycleModes', i], mode, ['Persistent', 'Ephemeral'], '.volumeLifecycleModes');
  }
  const period = numberOf(spec.nodeAllocatableUpdatePeriodSeconds);
  // Gates dropped these before.
  if (period !== undefined && period < 10 && v.minor >= 35) {
    v.invalid('nodeAllocatableUpdatePeriodSeconds', period, 'must be greater than or equal to 10 seconds');
  }
  if (isSet(spec.serviceAccountTokenInSecrets) && v.minor >= 35 && itemsOf(spec.tokenRequests).length === 0) {
    const detail = 'serviceAccountTokenInSecrets is set but no tokenRequests are specified';
    v.invalid('serviceAccountTokenInSecrets', spec.serviceAccountTokenInSecrets, detail);
  }
}

function validateTokenRequests(v: Scope, requests: unknown): void {
  const audiences = new Set<string>();
  for (const [i, item] of itemsOf(requests).entries()) {
    const request = fieldsOf(item);
    const audience = textOf(request.audience);
    const at = ['tokenRequests', i];
    if (audiences.has(audience)) {
      v.duplicate([...at, 'audience'], audience);
      continue;
    }
    audiences.add(audience);
    const seconds = numberOf(request.expirationSeconds);
    if (seconds === undefined) continue;
    const place: At = [...at, 'expirationSeconds'];
    if (seconds < 600) v.invalid(place, seconds, 'may not specify a duration less than 10 minutes');
    if (seconds > 4294967296) v.invalid(place, seconds, 'may not specify a duration larger than 2^32 seconds');
  }
}

/** Mirrors ValidateCSIStorageCapacity. */
export function validateCsiStorageCapacity(v: Scope, object: Fields): void {
  validateLabelSelectorAt(v, 'nodeTopology', object.nodeTopology);
  const className = textOf(object.storageClassName);
  v.invalids('storageClassName', className, dns1123SubdomainFaults(className));
  if (isSet(object.capacity)) nonnegativeQuantity(v, 'capacity', object.capacity);
}
