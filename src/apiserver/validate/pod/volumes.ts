import { dns1123LabelFaults, longerThan, nameIsDnsSubdomain } from '../../../api/names.ts';
import { isUnknown } from '../../../api/unknown.ts';
import { quoteGo } from '../../go-print.ts';
import { validateAnnotationMap, validateLabelMap } from '../labels.ts';
import { validatePersistentVolumeClaimSpec } from '../persistent-volume-claim.ts';
import type { Fields, Scope } from '../scope.ts';
import { fieldsOf, isSet, itemsOf, numberOf, textOf } from '../scope.ts';
import { csiDriverName, VOLUME_SOURCES } from '../volume-sources.ts';
import { DROPPED, type PodFacts } from './facts.ts';
import { validateDescendingPath } from './paths.ts';
import { validateConfigMap, validateDownwardApi, validateProjected, validateSecret } from './projections.ts';
import { resourceQuantity } from './resources.ts';

/** ImageVolume is on by default from 1.35; before, such a volume and its mounts are dropped. */
const IMAGE_VOLUMES_SINCE = 35;

interface SourceContext {
  readonly pod: PodFacts;
  readonly volumeName: string;
}

interface PodVolumeSource {
  readonly key: string;
  /** As the server names the field when it is one too many, where that is not the key. */
  readonly forbiddenAs?: string;
  readonly check: (v: Scope, source: Fields, context: SourceContext) => void;
}

/** As in a PersistentVolume. */
function shared(key: string): PodVolumeSource {
  const source = VOLUME_SOURCES.find((one) => one.key === key)!;
  return { key, forbiddenAs: source.forbiddenAs, check: (v, fields, context) => source.validate(v, fields, context.volumeName) };
}

/** In the order in which the server looks at them. Mirrors validateVolumeSource of pkg/apis/core/validation. */
const SOURCES: readonly PodVolumeSource[] = [
  { key: 'emptyDir', check: emptyDir },
  shared('hostPath'),
  { key: 'gitRepo', check: gitRepo },
  shared('gcePersistentDisk'),
  shared('awsElasticBlockStore'),
  { key: 'secret', check: validateSecret },
  shared('nfs'),
  { key: 'iscsi', check: iscsi },
  { key: 'glusterfs', check: glusterfs },
  shared('flocker'),
  { key: 'persistentVolumeClaim', check: claim },
  shared('rbd'),
  { key: 'cinder', check: cinder },
  shared('cephfs'),
  shared('quobyte'),
  { key: 'downwardAPI', forbiddenAs: 'downwarAPI', check: validateDownwardApi },
  shared('fc'),
  shared('flexVolume'),
  { key: 'configMap', check: validateConfigMap },
  shared('azureFile'),
  shared('vsphereVolume'),
  shared('photonPersistentDisk'),
  shared('portworxVolume'),
  shared('azureDisk'),
  { key: 'storageos', check: storageos },
  { key: 'projected', check: validateProjected },
  shared('scaleIO'),
  { key: 'csi', check: csi },
  { key: 'ephemeral', check: ephemeral },
  { key: 'image', check: image },
];
const BY_KEY: ReadonlyMap<string, PodVolumeSource> = new Map(SOURCES.map((source) => [source.key, source]));

interface VolumesState {
  readonly pod: PodFacts;
  /** The claims that ephemeral volumes make, as far as the Pod's name is known. */
  readonly made: ReadonlySet<string>;
}

/** `volumes`, the scope standing at the spec; fills `pod.volumes` with the valid ones. Mirrors ValidateVolumes. */
export function validateVolumes(v: Scope, pod: PodFacts): void {
  const volumes = itemsOf(pod.spec['volumes']);
  if (isUnknown(pod.spec['volumes'])) pod.volumesOpen = true;
  if (volumes.length === 0) return;
  v.each('volumes', volumes, validateVolume, { pod, made: madeClaims(volumes, pod) });
}

const NO_CLAIMS: ReadonlySet<string> = new Set();

function madeClaims(volumes: readonly unknown[], pod: PodFacts): ReadonlySet<string> {
  if (pod.name === '') return NO_CLAIMS;
  const made = new Set<string>();
  for (const volume of volumes) {
    const fields = fieldsOf(volume);
    if (isSet(fields['ephemeral'])) made.add(`${pod.name}-${textOf(fields['name'])}`);
  }
  return made;
}

function validateVolume(v: Scope, volume: Fields, index: number, state: VolumesState): void {
  const { pod } = state;
  const name = textOf(volume['name']);
  if (v.minor < IMAGE_VOLUMES_SINCE && isSet(volume['image'])) {
    pod.volumes.set(name, DROPPED);
    if (isUnknown(name)) pod.volumesOpen = true;
    return;
  }
  const before = v.count();
  validateSource(v, volume, { pod, volumeName: name });
  if (name === '') {
    v.required('name');
    if (isUnknown(itemsOf(pod.spec['volumes'])[index])) pod.volumesOpen = true;
  } else {
    const faults = dns1123LabelFaults(name);
    if (faults.length > 0) {
      v.invalids('name', name, faults);
      if (isUnknown(name)) pod.volumesOpen = true;
    }
  }
  const other = pod.volumes.get(name);
  if (other !== undefined && other !== DROPPED) v.duplicate('name', name);
  if (v.count() === before) pod.volumes.set(name, volume);
  if (state.made.size > 0 && isSet(volume['persistentVolumeClaim'])) {
    const claimName = textOf(fieldsOf(volume['persistentVolumeClaim'])['claimName']);
    if (state.made.has(claimName)) {
      const detail = 'must not reference a PVC that gets created for an ephemeral volume';
      v.invalid(['persistentVolumeClaim', 'claimName'], claimName, detail);
    }
  }
}

/** One source; a volume without any is an emptyDir. */
function validateSource(v: Scope, volume: Fields, context: SourceContext): void {
  let first: PodVolumeSource | undefined;
  let more = false;
  for (const key in volume) {
    const source = BY_KEY.get(key);
    if (source === undefined || !isSet(volume[key])) continue;
    if (first === undefined) first = source;
    else more = true;
  }
  if (first === undefined) return;
  if (more) validateSources(v, volume, context);
  else v.in(first.key, volume[first.key], first.check, context);
}

function validateSources(v: Scope, volume: Fields, context: SourceContext): void {
  let found = false;
  for (const { key, forbiddenAs, check } of SOURCES) {
    if (!isSet(volume[key])) continue;
    if (found)
      v.forbidden(key, 'may not specify more than 1 volume type', forbiddenAs === undefined ? undefined : `.${forbiddenAs}`);
    else v.in(key, volume[key], check, context);
    found = true;
  }
}

function requiredText(v: Scope, source: Fields, key: string): void {
  if (textOf(source[key]) === '') v.required(key);
}

function emptyDir(v: Scope, source: Fields): void {
  if (!isSet(source['sizeLimit'])) return;
  const limit = resourceQuantity(source['sizeLimit']);
  if (limit !== undefined && limit.unscaled < 0n) v.forbidden('sizeLimit', 'SizeLimit field must be a valid resource quantity');
}

function gitRepo(v: Scope, source: Fields): void {
  requiredText(v, source, 'repository');
  validateDescendingPath(v, 'directory', textOf(source['directory']));
}

function iscsi(v: Scope, source: Fields, { volumeName }: SourceContext): void {
  requiredText(v, source, 'targetPortal');
  const iqn = textOf(source['iqn']);
  if (iqn === '') v.required('iqn');
  else initiatorFault(v, 'iqn', iqn);
  const lun = numberOf(source['lun']) ?? 0;
  if (lun < 0 || lun > 255) v.invalid('lun', lun, 'must be between 0 and 255, inclusive');
  if ((source['chapAuthDiscovery'] === true || source['chapAuthSession'] === true) && !isSet(source['secretRef']))
    v.required('secretRef');
  if (!isSet(source['initiatorName'])) return;
  initiatorFault(v, 'initiatorName', textOf(source['initiatorName']), '.initiatorname');
  if (longerThan(`${volumeName}:${textOf(source['targetPortal'])}`, 64)) {
    const detail =
      'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';
    v.renamed('name', () => v.invalid([], volumeName, detail));
  }
}

function initiatorFault(v: Scope, at: string, name: string, field?: string): void {
  const kind = name.slice(0, 3);
  if (kind !== 'iqn' && kind !== 'eui' && kind !== 'naa') {
    v.invalid(at, name, 'must be valid format starting with iqn, eui, or naa', field);
  } else if (!isInitiator(kind, name)) {
    v.invalid(at, name, 'must be valid format', field);
  }
}

function isInitiator(kind: string, name: string): boolean {
  // The pattern may begin anywhere, which would take its time on a very long name.
  if (name.length > 2048) return true;
  if (kind === 'iqn') return /iqn\.\d{4}-\d{2}\.[0-9A-Za-z\-.]+:[^,;*&$|\t\n\f\r ]+$/.test(name);
  return kind === 'eui' ? /^eui.[0-9A-Za-z]{16}$/.test(name) : /^naa.[0-9A-Za-z]{32}$/.test(name);
}

function glusterfs(v: Scope, source: Fields): void {
  requiredText(v, source, 'endpoints');
  requiredText(v, source, 'path');
}

function claim(v: Scope, source: Fields): void {
  requiredText(v, source, 'claimName');
}

function secretRefName(v: Scope, source: Fields): void {
  if (isSet(source['secretRef']) && textOf(fieldsOf(source['secretRef'])['name']) === '') v.required(['secretRef', 'name']);
}

function cinder(v: Scope, source: Fields): void {
  requiredText(v, source, 'volumeID');
  secretRefName(v, source);
}

function storageos(v: Scope, source: Fields): void {
  const name = textOf(source['volumeName']);
  if (name === '') v.required('volumeName');
  else v.invalids('volumeName', name, dns1123LabelFaults(name));
  const namespace = textOf(source['volumeNamespace']);
  if (namespace !== '') v.invalids('volumeNamespace', namespace, dns1123LabelFaults(namespace));
  secretRefName(v, source);
}

function csi(v: Scope, source: Fields): void {
  csiDriverName(v, 'driver', source['driver']);
  if (!isSet(source['nodePublishSecretRef'])) return;
  const name = textOf(fieldsOf(source['nodePublishSecretRef'])['name']);
  if (name === '') v.required(['nodePublishSecretRef', 'name']);
  else {
    const faults = nameIsDnsSubdomain(name, false);
    if (faults.length > 0) v.invalids(['nodePublishSecretRef', 'name'], name, faults, '.name');
  }
}

/** Fields of an object's metadata that a claim's template may have. */
const TEMPLATE_METADATA = new Set(['annotations', 'labels']);

function ephemeral(v: Scope, source: Fields, { pod, volumeName }: SourceContext): void {
  if (!isSet(source['volumeClaimTemplate'])) v.required('volumeClaimTemplate');
  else v.in('volumeClaimTemplate', source['volumeClaimTemplate'], claimTemplate);
  if (pod.name === '' || volumeName === '' || isUnknown(pod.name)) return;
  const claimName = `${pod.name}-${volumeName}`;
  for (const fault of nameIsDnsSubdomain(claimName, false)) {
    v.renamed('name', () => v.invalid([], volumeName, `PVC name ${quoteGo(claimName)}: ${fault}`));
  }
}

/** Mirrors ValidatePersistentVolumeClaimTemplate. */
function claimTemplate(v: Scope, template: Fields): void {
  if (isSet(template['metadata'])) v.in('metadata', template['metadata'], claimMetadata);
  v.in('spec', template['spec'], claimSpec);
}

function claimSpec(v: Scope, spec: Fields): void {
  validatePersistentVolumeClaimSpec(v, spec);
}

function claimMetadata(v: Scope, metadata: Fields): void {
  validateAnnotationMap(v, metadata['annotations']);
  if (isSet(metadata['labels'])) validateLabelMap(v, 'labels', metadata['labels']);
  for (const key in metadata) {
    const value = metadata[key];
    if (TEMPLATE_METADATA.has(key) || !isSet(value) || value === '' || value === 0) continue;
    // The server makes the field's name from Go's.
    v.forbidden(key, 'cannot be set', key === 'uid' ? '.uID' : undefined);
  }
}

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];

function image(v: Scope, source: Fields, { pod }: SourceContext): void {
  // Until 1.36 a template might leave the reference out.
  if (textOf(source['reference']) === '' && (pod.isPod || v.minor >= 37)) v.required('reference');
  const policy = textOf(source['pullPolicy']);
  if (policy !== '' && !PULL_POLICIES.includes(policy)) v.unsupported('pullPolicy', policy, PULL_POLICIES);
}
