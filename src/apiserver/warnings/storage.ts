import type { Fields } from '../validate/scope.ts';
import { fieldsOf, isSet, itemsOf, textOf } from '../validate/scope.ts';
import { warnClaimSpec } from './fractions.ts';
import type { WarningList } from './list.ts';
import { nodeLabelWarning, warnNodeSelector, warnNodeSelectorTerm } from './node-labels.ts';

const STORAGE_CLASS = 'volume.beta.kubernetes.io/storage-class';
const MOUNT_OPTIONS = 'volume.beta.kubernetes.io/mount-options';
/** Since these minors. */
const MOUNT_OPTIONS_SINCE = 31;
const TOKENS_IN_SECRETS_SINCE = 35;

const OLD_SOURCES: readonly (readonly [key: string, message: string, name?: string])[] = [
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+', 'storageOS'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

/** Mirrors GetWarningsForPersistentVolume of pkg/api/persistentvolume/util.go. */
export function warnPersistentVolume(list: WarningList, object: Fields): void {
  const annotations = fieldsOf(fieldsOf(object['metadata'])['annotations']);
  const spec = fieldsOf(object['spec']);
  warnStorageClassAnnotation(list, annotations);
  if (Object.hasOwn(annotations, MOUNT_OPTIONS) && list.minor >= MOUNT_OPTIONS_SINCE) {
    list.add(['metadata', 'annotations', MOUNT_OPTIONS], 'deprecated since v1.31; use "mountOptions" attribute instead');
  }
  if (spec['persistentVolumeReclaimPolicy'] === 'Recycle') {
    const message = 'The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.';
    list.add(['spec', 'persistentVolumeReclaimPolicy'], message);
  }
  const terms = itemsOf(fieldsOf(fieldsOf(spec['nodeAffinity'])['required'])['nodeSelectorTerms']);
  for (const [i, term] of terms.entries()) {
    warnNodeSelectorTerm(list, fieldsOf(term), ['spec', 'nodeAffinity', 'required', 'nodeSelectorTerms', i], false);
  }
  for (const [key, message, name = key] of OLD_SOURCES) {
    if (isSet(spec[key])) list.addBare(['spec', key], `spec.${name}: ${message}`);
  }
}

function warnStorageClassAnnotation(list: WarningList, annotations: Fields): void {
  if (!Object.hasOwn(annotations, STORAGE_CLASS)) return;
  list.add(['metadata', 'annotations', STORAGE_CLASS], 'deprecated since v1.8; use "storageClassName" attribute instead');
}

/** Mirrors GetWarningsForPersistentVolumeClaim of pkg/api/persistentvolumeclaim/util.go. */
export function warnPersistentVolumeClaim(list: WarningList, object: Fields): void {
  warnStorageClassAnnotation(list, fieldsOf(fieldsOf(object['metadata'])['annotations']));
  warnClaimSpec(list, object['spec'], ['spec']);
}

/** Mirrors GetWarningsForStorageClass of pkg/api/storage/util.go. */
export function warnStorageClass(list: WarningList, object: Fields): void {
  for (const [i, topology] of itemsOf(object['allowedTopologies']).entries()) {
    for (const [j, expression] of itemsOf(fieldsOf(topology)['matchLabelExpressions']).entries()) {
      const message = nodeLabelWarning(textOf(fieldsOf(expression)['key']), list.minor);
      if (message !== undefined) list.add(['allowedTopologies', i, 'matchLabelExpressions', j, 'key'], message);
    }
  }
}

/** Mirrors GetWarningsForCSIStorageCapacity. */
export function warnCsiStorageCapacity(list: WarningList, object: Fields): void {
  if (isSet(object['nodeTopology'])) warnNodeSelector(list, fieldsOf(object['nodeTopology']), ['nodeTopology']);
}

/** Mirrors WarningsOnCreate of pkg/registry/storage/csidriver/strategy.go. */
export function warnCsiDriver(list: WarningList, object: Fields): void {
  const spec = fieldsOf(object['spec']);
  if (list.minor < TOKENS_IN_SECRETS_SINCE || itemsOf(spec['tokenRequests']).length === 0) return;
  if (isSet(spec['serviceAccountTokenInSecrets'])) return;
  const message =
    'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes';
  list.addBare(['spec', 'tokenRequests'], message);
}

/** Mirrors GetWarningsForRuntimeClass of pkg/api/node/util.go. */
export function warnRuntimeClass(list: WarningList, object: Fields): void {
  const selector = fieldsOf(fieldsOf(object['scheduling'])['nodeSelector']);
  for (const key of Object.keys(selector)) {
    const message = nodeLabelWarning(key, list.minor);
    if (message !== undefined) list.addBare(['scheduling', 'nodeSelector', key], `scheduling.nodeSelector: ${message}`);
  }
}
