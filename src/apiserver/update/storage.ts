import { asObject, asString, at, type JsonObject, objectsOf } from '../../api/manifest.ts';
import { compareQuantity, parseQuantity } from '../../api/quantity.ts';
import type { Check } from './check.ts';
import { plainly } from './check.ts';

const SIZE = ['spec', 'resources', 'requests', 'storage'];
const CLAIM_SPEC = 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';

/** Mirrors ValidatePersistentVolumeClaimUpdate of pkg/apis/core/validation. A claim whose status is not known is taken to be bound. */
export function persistentVolumeClaim(check: Check): void {
  const phase = asString(check.oldAt('status')['phase']);
  const bound = phase === undefined || phase === 'Bound';
  const [old, next] = [check.oldAt('spec'), check.nextAt('spec')];
  const kept: Record<string, unknown> = {};
  // A volume is written once; a class that is not written may be the default one, which this is or is not.
  if (!old['volumeName']) kept['volumeName'] = undefined;
  if (old['storageClassName'] == null) kept['storageClassName'] = undefined;
  if (bound) kept['volumeAttributesClassName'] = undefined;
  const before = { spec: { ...old, ...kept, ...(bound ? { resources: withoutSize(old) } : {}) } };
  const after = { spec: { ...next, ...kept, ...(bound ? { resources: withoutSize(next) } : {}) } };
  const found = check.changed(['spec'], before, after);
  if (found !== undefined) check.forbid(['spec'], CLAIM_SPEC, found.path);
  if (bound) shrinking(check);
  if (check.immutable(['spec', 'volumeMode'], (mode) => mode ?? 'Filesystem')) renameLast(check, 'volumeMode');
}

function withoutSize(spec: JsonObject): JsonObject {
  const resources = asObject(spec['resources']) ?? {};
  const { storage: _, ...requests } = asObject(resources['requests']) ?? {};
  return { ...resources, requests };
}

function shrinking(check: Check): void {
  const [before, after] = [parseQuantity(at(check.old, SIZE)), parseQuantity(at(check.next, SIZE))];
  if (before === undefined || after === undefined || compareQuantity(after, before) >= 0) return;
  const refuse = (says: string) => check.add('FieldValueForbidden', SIZE, `Forbidden: ${says}`, SIZE, { field: SIZE.join('.') });
  if (check.minor < 32) {
    refuse('field can not be less than previous value');
    return;
  }
  const capacity = parseQuantity(at(check.old, ['status', 'capacity', 'storage'])) ?? before;
  if (compareQuantity(after, capacity) <= 0) refuse('field can not be less than status.capacity');
}

/** The server names the field without the `spec` around it. */
function renameLast(check: Check, field: string): void {
  const last = check.causes.pop();
  if (last !== undefined) check.causes.push({ ...last, path: [field], at: last.at });
}

/** Mirrors ValidatePersistentVolumeUpdate. */
export function persistentVolume(check: Check): void {
  source(check);
  if (check.immutable(['spec', 'volumeMode'], (mode) => mode ?? 'Filesystem')) renameLast(check, 'volumeMode');
  const affinity = check.oldAt('spec')['nodeAffinity'];
  // Labels may go from beta to stable: that is not looked into.
  if (affinity == null || namesBetaLabel(affinity)) return;
  if (check.immutable(['spec', 'nodeAffinity'], undefined, 'field is immutable, except for updating from beta label to GA'))
    renameLast(check, 'nodeAffinity');
}

function namesBetaLabel(affinity: unknown): boolean {
  const terms = [...objectsOf(at(affinity, ['required', 'nodeSelectorTerms']))];
  const requirements = terms.flatMap(([term]) => [...objectsOf(term['matchExpressions'])]);
  return requirements.some(([{ key }]) => typeof key === 'string' && key.includes('beta.kubernetes.io'));
}

function source(check: Check): void {
  const fields = check.type.fields.get('spec')?.type.fields;
  for (const field of fields?.values() ?? []) {
    if (field.embedded?.includes('PersistentVolumeSource') !== true) continue;
    const [old, next] = [check.oldAt('spec'), { ...check.nextAt('spec') }];
    const csi = asObject(next['csi']);
    // A secret for growing may be added where there was none.
    if (field.name === 'csi' && csi !== undefined && asObject(old['csi'])?.['controllerExpandSecretRef'] == null)
      next['csi'] = { ...csi, controllerExpandSecretRef: undefined };
    const found = check.changed(['spec', field.name], { spec: old }, { spec: next });
    if (found === undefined) continue;
    check.forbid(['spec', 'persistentvolumesource'], 'spec.persistentvolumesource is immutable after creation', found.path);
    return;
  }
}

/** Mirrors ValidateStorageClassUpdate of pkg/apis/storage/validation. */
export function storageClass(check: Check): void {
  for (const field of ['parameters', 'provisioner', 'reclaimPolicy']) {
    if (check.minor >= 36) check.immutable([field]);
    else forbidden(check, field);
  }
  if (check.minor >= 36) check.immutable(['volumeBindingMode']);
  else check.immutable(['volumeBindingMode'], (mode) => mode ?? 'Immediate');
}

/** Mirrors ValidateVolumeAttributesClassUpdate. */
export function volumeAttributesClass(check: Check): void {
  forbidden(check, 'driverName');
  forbidden(check, 'parameters');
}

function forbidden(check: Check, field: string): void {
  const found = check.changed([field]);
  if (found !== undefined) check.forbid([field], `updates to ${field} are forbidden.`, found.path);
}

/** Mirrors ValidateCSIDriverUpdate, with the name that the server gives the first field. */
export function csiDriver(check: Check): void {
  if (check.immutable(['spec', 'attachRequired'], (required) => required ?? true)) {
    const last = check.causes.pop();
    if (last !== undefined) check.causes.push({ ...last, path: ['spec', 'attachedRequired'] });
  }
  check.immutable(['spec', 'volumeLifecycleModes'], (modes) => modes ?? ['Persistent']);
}

/** Mirrors ValidateCSIStorageCapacityUpdate. */
export function csiStorageCapacity(check: Check): void {
  check.immutable(['nodeTopology']);
  check.immutable(['storageClassName'], plainly);
}
