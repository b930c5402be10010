import type { Fields, Scope } from '../scope.ts';
import { fieldsOf, isSet, itemsOf, textOf } from '../scope.ts';
import { DROPPED, fieldAbove, type PodFacts } from './facts.ts';
import { hasBackstep, validateDescendingPath } from './paths.ts';

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None'];
const RECURSIVE_READ_ONLY = ['Disabled', 'Enabled', 'IfPossible'];
/** RecursiveReadOnlyMounts is on by default from 1.31. */
const RECURSIVE_READ_ONLY_SINCE = 31;
/** Image volumes could not be mounted in part before 1.33. */
const IMAGE_SUBPATHS_SINCE = 33;

/** Where volumes are mounted, and raw devices. Mirrors ValidateVolumeMounts and ValidateVolumeDevices; the scope stands at the container. */
export function validateMountsAndDevices(v: Scope, container: Fields, pod: PodFacts): void {
  const mounts = itemsOf(container['volumeMounts']);
  const devices = itemsOf(container['volumeDevices']);
  if (mounts.length === 0 && devices.length === 0) return;
  if (mounts.length > 0) {
    const privileged = fieldsOf(container['securityContext'])['privileged'] === true;
    const state: MountState = {
      pod,
      privileged,
      paths: mounts.length > 1 ? new Set() : undefined,
      devices: byName(devices, 'devicePath'),
    };
    v.each('volumeMounts', mounts, validateMount, state);
  }
  if (devices.length > 0) {
    const state: DeviceState = { pod, names: new Set(), paths: new Set(), mounts: byName(mounts, 'mountPath') };
    v.each('volumeDevices', devices, validateDevice, state);
  }
}

interface MountState {
  readonly pod: PodFacts;
  readonly privileged: boolean;
  /** Undefined for a mount alone. */
  readonly paths: Set<string> | undefined;
  readonly devices: ReadonlyMap<string, string>;
}

interface DeviceState {
  readonly pod: PodFacts;
  readonly names: Set<string>;
  readonly paths: Set<string>;
  readonly mounts: ReadonlyMap<string, string>;
}

const NOTHING: ReadonlyMap<string, string> = new Map();

function byName(items: readonly unknown[], path: string): ReadonlyMap<string, string> {
  if (items.length === 0) return NOTHING;
  const map = new Map<string, string>();
  for (const item of items) {
    const fields = fieldsOf(item);
    map.set(textOf(fields['name']), textOf(fields[path]));
  }
  return map;
}

function hasValue(map: ReadonlyMap<string, string>, value: string): boolean {
  for (const other of map.values()) if (other === value) return true;
  return false;
}

function validateMount(v: Scope, mount: Fields, _index: number, state: MountState): void {
  const { pod } = state;
  const name = textOf(mount['name']);
  const source = pod.volumes.get(name);
  if (source === DROPPED) return;
  if (name === '') v.required('name');
  if (source === undefined && !pod.volumesOpen) v.notFound('name', name);
  const path = textOf(mount['mountPath']);
  if (path === '') v.required('mountPath');
  if (state.paths?.has(path)) v.invalid('mountPath', path, 'must be unique');
  else state.paths?.add(path);
  if (state.devices.size > 0) {
    if (state.devices.has(name)) v.invalid('name', name, 'must not already exist in volumeDevices');
    if (hasValue(state.devices, path)) v.invalid('mountPath', path, 'must not already exist as a path in volumeDevices');
  }
  const subPath = textOf(mount['subPath']);
  const subPathExpr = textOf(mount['subPathExpr']);
  if (v.minor < IMAGE_SUBPATHS_SINCE && source !== undefined && isSet(source['image'])) {
    if (subPath !== '') v.invalid('subPath', subPath, 'not allowed in image volume sources');
    if (subPathExpr !== '') v.invalid('subPathExpr', subPathExpr, 'not allowed in image volume sources');
  }
  // From here on the server forgets the index.
  if (hasFault(subPath)) validateDescendingPath(v, 'subPath', subPath, fieldAbove(v, 1, '.subPath'));
  if (subPathExpr !== '') {
    if (subPath !== '') v.invalid('subPathExpr', subPathExpr, 'subPathExpr and subPath are mutually exclusive');
    if (hasFault(subPathExpr)) validateDescendingPath(v, 'subPathExpr', subPathExpr, fieldAbove(v, 1, '.subPathExpr'));
  }
  if (isSet(mount['mountPropagation'])) validatePropagation(v, textOf(mount['mountPropagation']), state.privileged);
  if (v.minor >= RECURSIVE_READ_ONLY_SINCE && isSet(mount['recursiveReadOnly'])) validateRecursiveReadOnly(v, mount);
}

function hasFault(path: string): boolean {
  return path.startsWith('/') || hasBackstep(path);
}

function validatePropagation(v: Scope, propagation: string, privileged: boolean): void {
  if (!PROPAGATIONS.includes(propagation)) {
    v.unsupported('mountPropagation', propagation, PROPAGATIONS, fieldAbove(v, 1, '.mountPropagation'));
  }
  if (propagation === 'Bidirectional' && !privileged) {
    const detail = 'Bidirectional mount propagation is available only to privileged containers';
    v.forbidden('mountPropagation', detail, fieldAbove(v, 1, '.mountPropagation'));
  }
}

function validateRecursiveReadOnly(v: Scope, mount: Fields): void {
  const value = textOf(mount['recursiveReadOnly']);
  if (value === 'Disabled') return;
  const field = fieldAbove(v, 1, '.recursiveReadOnly');
  if (value !== 'Enabled' && value !== 'IfPossible') {
    v.unsupported('recursiveReadOnly', value, RECURSIVE_READ_ONLY, field);
    return;
  }
  if (mount['readOnly'] !== true) v.forbidden('recursiveReadOnly', 'may only be specified when readOnly is true', field);
  const propagation = mount['mountPropagation'];
  if (isSet(propagation) && propagation !== 'None') {
    v.forbidden('recursiveReadOnly', 'may only be specified when mountPropagation is None or not specified', field);
  }
}

function validateDevice(v: Scope, device: Fields, _index: number, state: DeviceState): void {
  const { pod } = state;
  const name = textOf(device['name']);
  const path = textOf(device['devicePath']);
  const found = pod.volumes.get(name);
  const source = found === DROPPED ? undefined : found;
  if (name === '') v.required('name');
  if (state.names.has(name)) v.invalid('name', name, 'must be unique');
  if (source !== undefined && !isSet(source['persistentVolumeClaim']) && !isSet(source['ephemeral'])) {
    v.invalid('name', name, 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode');
  }
  if (source === undefined && !pod.volumesOpen) v.notFound('name', name);
  if (path === '') v.required('devicePath');
  if (state.paths.has(path)) v.invalid('devicePath', path, 'must be unique');
  if (hasBackstep(path)) v.invalid('devicePath', path, "can not contain backsteps ('..')");
  else state.paths.add(path);
  if (state.mounts.has(name)) v.invalid('name', name, 'must not already exist in volumeMounts');
  if (hasValue(state.mounts, path)) v.invalid('devicePath', path, 'must not already exist as a path in volumeMounts');
  if (name !== '') state.names.add(name);
}
