import { dns1123SubdomainFaults } from '../../api/names.ts';
import { scaledValue } from '../../api/quantity.ts';
import { sortedMap } from '../go-print.ts';
import { VOLUME_MODES, validateAccessModes } from './persistent-volume-claim.ts';
import { validateNodeSelector } from './pod/affinity.ts';
import { positiveQuantity, quantitiesOf } from './quantities.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, itemsOf, textOf } from './scope.ts';
import { VOLUME_SOURCES, type VolumeSource } from './volume-sources.ts';

const RECLAIM_POLICIES = ['Delete', 'Recycle', 'Retain'];
const SINGLE = 'may not specify more than 1 volume type';

/** Mirrors ValidatePersistentVolume of k8s.io/kubernetes/pkg/apis/core/validation. */
export function validatePersistentVolume(v: Scope, object: Fields): void {
  v.in('spec', object.spec, validatePersistentVolumeSpec, { name: textOf(fieldsOf(object.metadata).name), inline: false });
}

export interface VolumeContext {
  readonly name: string;
  /** In a VolumeAttachment: only a CSI volume, and without what binds it to a claim. */
  readonly inline: boolean;
}

/** Mirrors ValidatePersistentVolumeSpec. */
export function validatePersistentVolumeSpec(v: Scope, spec: Fields, context: VolumeContext): void {
  const { inline } = context;
  const inlineOnly = 'may not be specified in the context of inline volumes';
  if (inline) {
    if (isSet(spec.claimRef)) v.forbidden('claimRef', inlineOnly);
    if (Object.keys(fieldsOf(spec.capacity)).length > 0) v.forbidden('capacity', inlineOnly);
    if (!isSet(spec.csi)) v.required('csi', 'has to be specified in the context of inline volumes');
  }
  if (itemsOf(spec.accessModes).length === 0) v.required('accessModes');
  validateAccessModes(v, spec.accessModes);
  if (!inline) validateCapacity(v, spec.capacity);
  validateReclaimPolicy(v, spec, inline);
  if (isSet(spec.nodeAffinity)) {
    if (inline) v.forbidden('nodeAffinity', inlineOnly);
    else v.in('nodeAffinity', spec.nodeAffinity, validateNodeAffinity);
  }
  validateSources(v, spec, context);

  const className = textOf(spec.storageClassName);
  if (className !== '') {
    if (inline) v.forbidden('storageClassName', inlineOnly);
    else v.invalids('storageClassName', className, dns1123SubdomainFaults(className));
  }
  const mode = textOf(spec.volumeMode);
  if (isSet(spec.volumeMode)) {
    if (inline) {
      const detail = 'may not specify volumeMode other than Filesystem in the context of inline volumes';
      if (mode !== 'Filesystem') v.forbidden('volumeMode', detail);
    } else if (!VOLUME_MODES.includes(mode)) v.unsupported('volumeMode', mode, VOLUME_MODES);
  }
  if (isSet(spec.volumeAttributesClassName) && v.minor >= 34 && !inline) {
    const attributes = textOf(spec.volumeAttributesClassName);
    if (attributes === '') v.required('volumeAttributesClassName', 'an empty string is disallowed');
    else v.invalids('volumeAttributesClassName', attributes, dns1123SubdomainFaults(attributes));
    if (!isSet(spec.csi)) v.required('csi', 'has to be specified when using volumeAttributesClassName');
  }
}

function validateCapacity(v: Scope, capacity: unknown): void {
  const names = Object.keys(fieldsOf(capacity));
  if (names.length === 0) v.required('capacity');
  if (names.length !== 1 || names[0] !== 'storage') v.unsupported('capacity', sortedMap(capacity), ['storage']);
  for (const [name, quantity] of quantitiesOf(capacity)) {
    const value = scaledValue(quantity, 0);
    if (value < 0n) v.invalid(['capacity', name], Number(value), 'must be a valid resource quantity');
    positiveQuantity(v, ['capacity', name], quantity);
  }
}

function validateReclaimPolicy(v: Scope, spec: Fields, inline: boolean): void {
  const policy = textOf(spec.persistentVolumeReclaimPolicy);
  if (policy === '') return;
  const at = 'persistentVolumeReclaimPolicy';
  if (inline) {
    if (policy !== 'Retain') v.forbidden(at, 'may only be Retain in the context of inline volumes');
  } else if (!RECLAIM_POLICIES.includes(policy)) v.unsupported(at, policy, RECLAIM_POLICIES);
}

function validateNodeAffinity(v: Scope, affinity: Fields): void {
  if (isSet(affinity.required)) v.in('required', affinity.required, validateNodeSelector, v.minor >= 33);
  else v.required('required', 'must specify required node constraints');
}

function validateSources(v: Scope, spec: Fields, context: VolumeContext): void {
  let count = 0;
  for (const source of VOLUME_SOURCES) {
    if (!isSet(spec[source.key])) continue;
    // flexVolume alone stands beside another without complaint.
    if (count > 0 && source.key !== 'flexVolume') {
      v.forbidden(source.key, SINGLE, source.forbiddenAs === undefined ? undefined : `.${source.forbiddenAs}`);
      continue;
    }
    count++;
    validateSource(v, spec, source, context);
  }
  if (count === 0) v.required([], 'must specify a volume type');
  const path = textOf(fieldsOf(spec.hostPath).path);
  if (isSet(spec.hostPath) && isRoot(path) && spec.persistentVolumeReclaimPolicy === 'Recycle') {
    v.forbidden('persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'");
  }
}

function validateSource(v: Scope, spec: Fields, source: VolumeSource, { name }: VolumeContext): void {
  v.in(source.key, spec[source.key], source.validate, name);
  if (source.key === 'local' && !isSet(spec.nodeAffinity)) v.required('nodeAffinity', 'Local volume requires node affinity');
}

/** What `path.Clean` makes `/`. */
function isRoot(path: string): boolean {
  if (!path.startsWith('/')) return false;
  let depth = 0;
  for (const part of path.split('/')) {
    if (part === '..') depth = Math.max(0, depth - 1);
    else if (part !== '' && part !== '.') depth++;
  }
  return depth === 0;
}
