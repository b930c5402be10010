import { dns1123LabelFaults, dns1123SubdomainFaults } from '../../api/names.ts';
import { parseQuantity } from '../../api/quantity.ts';
import { isUnknown } from '../../api/unknown.ts';
import type { Path } from '../../source/path.ts';
import type { Cause } from '../cause.ts';
import { validateLabelSelectorAt } from './parts.ts';
import { positiveQuantity } from './quantities.ts';
import { type Fields, fieldsOf, isSet, itemsOf, Scope, textOf } from './scope.ts';

export const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
export const VOLUME_MODES = ['Block', 'Filesystem'];

/** Mirrors ValidatePersistentVolumeClaim of k8s.io/kubernetes/pkg/apis/core/validation. */
export function validatePersistentVolumeClaim(v: Scope, object: Fields): void {
  v.in('spec', object.spec, validatePersistentVolumeClaimSpec, true);
}

/** The faults of a claim's spec that stands at `path` in something else, such as a Pod's ephemeral volume. */
export function claimSpecCauses(spec: unknown, path: Path, minor: number): Cause[] {
  const v = new Scope(spec, minor, path);
  validatePersistentVolumeClaimSpec(v, fieldsOf(spec));
  return v.end();
}

/** Mirrors ValidatePersistentVolumeClaimSpec. `prepared`: of a claim itself, whose data sources the server first tidies up. */
export function validatePersistentVolumeClaimSpec(v: Scope, spec: Fields, prepared = false): void {
  if (itemsOf(spec.accessModes).length === 0) v.required('accessModes', 'at least 1 access mode is required');
  if (isSet(spec.selector)) validateLabelSelectorAt(v, 'selector', spec.selector);
  validateAccessModes(v, spec.accessModes);
  validateStorage(v, spec);
  const className = textOf(spec.storageClassName);
  if (className !== '') v.invalids('storageClassName', className, dns1123SubdomainFaults(className));
  const mode = textOf(spec.volumeMode);
  if (isSet(spec.volumeMode) && !VOLUME_MODES.includes(mode)) v.unsupported('volumeMode', mode, VOLUME_MODES);
  validateDataSources(v, spec, prepared);
  const attributes = textOf(spec.volumeAttributesClassName);
  // Dropped before validation where the feature is off, as it is by default before 1.34.
  if (attributes !== '' && v.minor >= 34) {
    v.invalids('volumeAttributesClassName', attributes, dns1123SubdomainFaults(attributes));
  }
}

/** Of a claim or a volume. */
export function validateAccessModes(v: Scope, list: unknown): void {
  let pod = false;
  let other = false;
  for (const [i, item] of itemsOf(list).entries()) {
    const mode = textOf(item);
    const supported = ACCESS_MODES.includes(mode);
    if (!supported) v.unsupported(['accessModes', i], mode, ACCESS_MODES, '.accessModes');
    if (mode === 'ReadWriteOncePod') pod = true;
    else if (supported) other = true;
  }
  if (pod && other) v.forbidden('accessModes', 'may not use ReadWriteOncePod with other access modes');
}

function validateStorage(v: Scope, spec: Fields): void {
  const at = ['resources', 'requests', 'storage'];
  const field = '.resources[storage]';
  const { requests } = fieldsOf(spec.resources);
  if (!Object.hasOwn(fieldsOf(requests), 'storage')) {
    v.required(at, '', field);
    return;
  }
  const value = fieldsOf(requests).storage;
  const quantity = parseQuantity(value ?? 0);
  if (quantity !== undefined) positiveQuantity(v, at, quantity, field);
}

interface Source {
  readonly group: string;
  readonly hasGroup: boolean;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

function sourceOf(value: unknown): Source {
  const { apiGroup, kind, name, namespace } = fieldsOf(value);
  return {
    group: textOf(apiGroup),
    hasGroup: isSet(apiGroup),
    kind: textOf(kind),
    name: textOf(name),
    namespace: textOf(namespace),
  };
}

const VOLUME_SOURCES: ReadonlySet<string> = new Set([' PersistentVolumeClaim', 'snapshot.storage.k8s.io VolumeSnapshot']);

/**
 * Of a claim the server first drops a dataSourceRef to another namespace (an alpha feature), then a dataSource that is neither a claim
 * nor a snapshot if it stands alone, and fills each from the other. Mirrors DropDisabledFields, EnforceDataSourceBackwardsCompatibility
 * and NormalizeDataSources of k8s.io/kubernetes/pkg/api/persistentvolumeclaim.
 */
function validateDataSources(v: Scope, spec: Fields, prepared: boolean): void {
  let source = isSet(spec.dataSource) ? sourceOf(spec.dataSource) : undefined;
  let reference = isSet(spec.dataSourceRef) ? sourceOf(spec.dataSourceRef) : undefined;
  let sourceAt = 'dataSource';
  let referenceAt = 'dataSourceRef';
  if (prepared) {
    if (reference !== undefined && reference.namespace !== '') reference = undefined;
    if (source !== undefined && reference === undefined && !VOLUME_SOURCES.has(`${source.group} ${source.kind}`))
      source = undefined;
    if (source !== undefined && reference === undefined) {
      reference = source;
      referenceAt = sourceAt;
    } else if (reference !== undefined && source === undefined) {
      source = reference;
      sourceAt = referenceAt;
    }
  }
  if (source !== undefined) validateDataSource(v, source, sourceAt, '.dataSource');
  if (reference !== undefined) {
    validateDataSource(v, reference, referenceAt, '.dataSourceRef');
    if (reference.namespace !== '') {
      v.invalids([referenceAt, 'namespace'], reference.namespace, dns1123LabelFaults(reference.namespace));
    }
  }
  if (source === undefined || reference === undefined) return;
  // The server prints a Go value of its own here.
  if (reference.namespace !== '')
    v.invalid('dataSource', {}, 'may not be specified when dataSourceRef.namespace is specified', '');
  else if (!isSame(source, reference)) v.invalid('dataSource', {}, 'must match dataSourceRef', '');
}

function isSame(a: Source, b: Source): boolean {
  if ([a.group, a.kind, a.name, b.group, b.kind, b.name].some(isUnknown)) return true;
  return a.hasGroup === b.hasGroup && a.group === b.group && a.kind === b.kind && a.name === b.name;
}

function validateDataSource(v: Scope, source: Source, at: string, field: string): void {
  if (source.name === '') v.required([at, 'name'], '', `${field}.name`);
  if (source.kind === '') v.required([at, 'kind'], '', `${field}.kind`);
  if (source.group === '' && source.kind !== 'PersistentVolumeClaim' && !isUnknown(source.kind)) {
    v.invalid(at, source.kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup", field);
  }
  if (source.group !== '') v.invalids([at, 'apiGroup'], source.group, dns1123SubdomainFaults(source.group), `${field}.apiGroup`);
}
