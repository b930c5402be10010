import { dns1123LabelFaults, dns1123SubdomainFaults, longerThan } from '../../api/names.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, itemsOf, numberOf, textOf } from './scope.ts';

/** One kind of volume that a PersistentVolume can be. */
export interface VolumeSource {
  readonly key: string;
  /** As the server names the field when it is one too many, where that is not the key. */
  readonly forbiddenAs?: string;
  readonly validate: (v: Scope, source: Fields, volumeName: string) => void;
}

const HOST_PATH_TYPES = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];
const CACHING_MODES = ['None', 'ReadOnly', 'ReadWrite'];
const DISK_KINDS = ['Dedicated', 'Managed', 'Shared'];
const PARTITION = 'must be between 1 and 255, inclusive';
const LUN = 'must be between 0 and 255, inclusive';
const HOST_PORT = 'must be a host:port pair or multiple pairs separated by commas';

/** In the order in which the server looks at them. Mirrors the validate…PersistentVolumeSource functions. */
export const VOLUME_SOURCES: readonly VolumeSource[] = [
  { key: 'hostPath', validate: hostPath },
  { key: 'gcePersistentDisk', validate: gcePersistentDisk },
  { key: 'awsElasticBlockStore', validate: awsElasticBlockStore },
  { key: 'glusterfs', validate: glusterfs },
  { key: 'flocker', validate: flocker },
  { key: 'nfs', validate: nfs },
  { key: 'rbd', validate: rbd },
  { key: 'quobyte', validate: quobyte },
  { key: 'cephfs', forbiddenAs: 'cephFS', validate: (v, source) => requiredItems(v, source, 'monitors') },
  { key: 'iscsi', validate: iscsi },
  { key: 'cinder', validate: cinder },
  { key: 'fc', validate: fc },
  { key: 'flexVolume', validate: flexVolume },
  { key: 'azureFile', validate: azureFile },
  { key: 'vsphereVolume', validate: (v, source) => requiredTexts(v, source, 'volumePath') },
  { key: 'photonPersistentDisk', validate: (v, source) => requiredTexts(v, source, 'pdID') },
  { key: 'portworxVolume', validate: (v, source) => requiredTexts(v, source, 'volumeID') },
  { key: 'azureDisk', validate: azureDisk },
  { key: 'scaleIO', validate: (v, source) => requiredTexts(v, source, 'gateway', 'system', 'volumeName') },
  { key: 'local', validate: local },
  { key: 'storageos', validate: storageos },
  { key: 'csi', validate: csi },
];

function requiredTexts(v: Scope, source: Fields, ...keys: string[]): void {
  for (const key of keys) if (textOf(source[key]) === '') v.required(key);
}

function requiredItems(v: Scope, source: Fields, key: string): void {
  if (itemsOf(source[key]).length === 0) v.required(key);
}

function noBacksteps(v: Scope, at: string, path: string): void {
  if (path.split('/').includes('..')) v.invalid(at, path, "must not contain '..'");
}

function hostPath(v: Scope, source: Fields): void {
  const path = textOf(source.path);
  if (path === '') {
    v.required('path');
    return;
  }
  noBacksteps(v, 'path', path);
  const type = textOf(source.type);
  if (!HOST_PATH_TYPES.includes(type)) v.unsupported('type', type, HOST_PATH_TYPES);
}

function local(v: Scope, source: Fields): void {
  const path = textOf(source.path);
  if (path === '') v.required('path');
  else noBacksteps(v, 'path', path);
}

function gcePersistentDisk(v: Scope, source: Fields): void {
  v.renamed('persistentDisk', () => {
    requiredTexts(v, source, 'pdName');
    partition(v, source);
  });
}

function awsElasticBlockStore(v: Scope, source: Fields): void {
  requiredTexts(v, source, 'volumeID');
  partition(v, source);
}

function partition(v: Scope, source: Fields): void {
  const number = numberOf(source.partition) ?? 0;
  if (number < 0 || number > 255) v.invalid('partition', number, PARTITION);
}

function glusterfs(v: Scope, source: Fields): void {
  requiredTexts(v, source, 'endpoints', 'path');
  if (!isSet(source.endpointsNamespace)) return;
  const namespace = textOf(source.endpointsNamespace);
  const empty = 'if the endpointnamespace is set, it must be a valid namespace name';
  v.invalids('endpointsNamespace', namespace, namespace === '' ? [empty] : dns1123LabelFaults(namespace));
}

function flocker(v: Scope, source: Fields): void {
  const name = textOf(source.datasetName);
  const uuid = textOf(source.datasetUUID);
  if (name === '' && uuid === '') v.required([], 'one of datasetName and datasetUUID is required');
  if (name !== '' && uuid !== '') v.invalid([], 'resource', 'datasetName and datasetUUID can not be specified simultaneously');
  if (name.includes('/')) v.invalid('datasetName', name, "must not contain '/'");
}

function nfs(v: Scope, source: Fields): void {
  requiredTexts(v, source, 'server', 'path');
  const path = textOf(source.path);
  if (!path.startsWith('/')) v.invalid('path', path, 'must be an absolute path');
}

function rbd(v: Scope, source: Fields): void {
  requiredItems(v, source, 'monitors');
  requiredTexts(v, source, 'image');
}

function quobyte(v: Scope, source: Fields): void {
  const registry = textOf(source.registry);
  if (registry === '') v.required('registry', HOST_PORT);
  else if (longerThan(textOf(source.tenant), 64)) {
    v.required('tenant', 'must be a UUID and may not exceed a length of 64 characters');
  } else {
    for (const pair of registry.split(',')) if (!isHostPort(pair)) v.invalid('registry', registry, HOST_PORT);
  }
  requiredTexts(v, source, 'volume');
}

/** What net.SplitHostPort splits: one colon, or an address in brackets before it. */
function isHostPort(pair: string): boolean {
  return /^(?:\[[^[\]]*\]|[^:[\]]*):[^:[\]]*$/.test(pair);
}

function iscsi(v: Scope, source: Fields, volumeName: string): void {
  const portal = textOf(source.targetPortal);
  if (portal === '') v.required('targetPortal');
  if (isSet(source.initiatorName) && longerThan(`${volumeName}:${portal}`, 64)) {
    const detail =
      'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';
    v.invalid('targetPortal', portal, detail, '.targetportal');
  }
  const iqn = textOf(source.iqn);
  if (iqn === '') v.required('iqn');
  else if (!isInitiator(iqn)) v.invalid('iqn', iqn, 'must be valid format');
  const lun = numberOf(source.lun) ?? 0;
  if (lun < 0 || lun > 255) v.invalid('lun', lun, LUN);
  const authenticated = source.chapAuthDiscovery === true || source.chapAuthSession === true;
  if (authenticated && !isSet(source.secretRef)) v.required('secretRef');
  if (isSet(source.secretRef)) v.in('secretRef', source.secretRef, (inner, ref) => requiredTexts(inner, ref, 'name'));
  if (isSet(source.initiatorName)) {
    const initiator = textOf(source.initiatorName);
    if (!isInitiator(initiator)) v.invalid('initiatorName', initiator, 'must be valid format', '.initiatorname');
  }
}

function isInitiator(name: string): boolean {
  // The pattern may begin anywhere, which would take its time on a very long name.
  if (name.length > 2048) return true;
  if (name.startsWith('iqn')) return /iqn\.\d{4}-\d{2}\.[0-9A-Za-z\-.]+:[^,;*&$|\s]+$/.test(name);
  if (name.startsWith('eui')) return /^eui.[0-9A-Za-z]{16}$/.test(name);
  return name.startsWith('naa') && /^naa.[0-9A-Za-z]{32}$/.test(name);
}

function cinder(v: Scope, source: Fields): void {
  requiredTexts(v, source, 'volumeID');
  namedAndPlaced(v, source.secretRef);
}

function namedAndPlaced(v: Scope, secretRef: unknown): void {
  if (isSet(secretRef)) v.in('secretRef', secretRef, (inner, ref) => requiredTexts(inner, ref, 'name', 'namespace'));
}

function fc(v: Scope, source: Fields): void {
  const names = itemsOf(source.targetWWNs);
  const ids = itemsOf(source.wwids);
  if (names.length === 0 && ids.length === 0) v.required('targetWWNs', 'must specify either targetWWNs or wwids, but not both');
  if (names.length > 0 && ids.length > 0) {
    v.invalid('targetWWNs', names, 'targetWWNs and wwids can not be specified simultaneously');
  }
  if (names.length === 0) return;
  const lun = numberOf(source.lun);
  if (lun === undefined) v.required('lun', 'lun is required if targetWWNs is specified');
  else if (lun < 0 || lun > 255) v.invalid('lun', lun, LUN);
}

function flexVolume(v: Scope, source: Fields): void {
  requiredTexts(v, source, 'driver');
  for (const key of Object.keys(fieldsOf(source.options))) {
    const slash = key.indexOf('/');
    const namespace = `.${(slash < 0 ? key : key.slice(0, slash)).toLowerCase()}`;
    if (!namespace.endsWith('.kubernetes.io') && !namespace.endsWith('.k8s.io')) continue;
    v.invalid(['options', key], key, 'kubernetes.io and k8s.io namespaces are reserved', `.options[${key}]`);
  }
}

function azureFile(v: Scope, source: Fields): void {
  requiredTexts(v, source, 'secretName', 'shareName');
  if (isSet(source.secretNamespace)) requiredTexts(v, source, 'secretNamespace');
}

function azureDisk(v: Scope, source: Fields): void {
  requiredTexts(v, source, 'diskName', 'diskURI');
  const uri = textOf(source.diskURI);
  // Defaults stand for absent ones.
  const caching = isSet(source.cachingMode) ? textOf(source.cachingMode) : 'ReadWrite';
  const kind = isSet(source.kind) ? textOf(source.kind) : 'Shared';
  if (!CACHING_MODES.includes(caching)) v.unsupported('cachingMode', caching, CACHING_MODES);
  if (!DISK_KINDS.includes(kind)) v.unsupported('kind', kind, DISK_KINDS);
  if (kind === 'Managed') {
    const managed = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
    if (!uri.startsWith('/subscriptions/')) v.unsupported('diskURI', uri, [managed]);
  } else if (!uri.startsWith('https://')) {
    v.unsupported('diskURI', uri, ['https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd']);
  }
}

function storageos(v: Scope, source: Fields): void {
  const name = textOf(source.volumeName);
  if (name === '') v.required('volumeName');
  else v.invalids('volumeName', name, dns1123LabelFaults(name));
  const namespace = textOf(source.volumeNamespace);
  if (namespace !== '') v.invalids('volumeNamespace', namespace, dns1123LabelFaults(namespace));
  namedAndPlaced(v, source.secretRef);
}

const CSI_SECRETS = ['controllerPublishSecretRef', 'controllerExpandSecretRef', 'nodePublishSecretRef', 'nodeExpandSecretRef'];

function csi(v: Scope, source: Fields): void {
  csiDriverName(v, 'driver', source.driver);
  requiredTexts(v, source, 'volumeHandle');
  for (const key of CSI_SECRETS) if (isSet(source[key])) v.in(key, source[key], secretReference);
}

function secretReference(v: Scope, ref: Fields): void {
  const name = textOf(ref.name);
  if (name === '') v.required('name');
  else v.invalids('name', name, dns1123SubdomainFaults(name));
  const namespace = textOf(ref.namespace);
  if (namespace === '') v.required('namespace');
  else v.invalids('namespace', namespace, dns1123LabelFaults(namespace));
}

/** Mirrors ValidateCSIDriverName. */
export function csiDriverName(v: Scope, at: string, value: unknown): void {
  const name = textOf(value);
  if (name === '') {
    v.required(at);
    // Servers before 1.35 went on.
    if (v.minor >= 35) return;
  }
  if (longerThan(name, 63)) v.tooLong(at, 63);
  v.invalids(at, name, dns1123SubdomainFaults(name.toLowerCase()));
}
