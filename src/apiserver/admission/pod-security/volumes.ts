import { objectsOf } from '../../../api/manifest.ts';
import type { Path } from '../../../source/path.ts';
import { type Check, type CheckPod, joinQuoted, read, sorted } from './check.ts';

const ALLOWED = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

/** In the order in which the check names the type of a volume with several sources. */
const RESTRICTED = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'gitRepo',
  'nfs',
  'iscsi',
  'glusterfs',
  'rbd',
  'flexVolume',
  'cinder',
  'cephfs',
  'flocker',
  'fc',
  'azureFile',
  'vsphereVolume',
  'quobyte',
  'azureDisk',
  'photonPersistentDisk',
  'portworxVolume',
  'scaleIO',
  'storageos',
];

/** A volume without any source passes: the server makes it an emptyDir before it looks. */
const restrictedVolumes: CheckPod = (pod) => {
  const names: string[] = [];
  const types = new Set<string>();
  const paths: Path[] = [];
  for (const [volume, i] of objectsOf(pod.spec['volumes'])) {
    if (ALLOWED.some((type) => read(volume, type) !== undefined)) continue;
    const type = RESTRICTED.find((candidate) => read(volume, candidate) !== undefined);
    if (type === undefined) continue;
    names.push(typeof volume['name'] === 'string' ? volume['name'] : '');
    types.add(type);
    paths.push(['spec', 'volumes', i, type]);
  }
  if (names.length === 0) return undefined;
  return {
    reason: 'restricted volume types',
    detail: `${names.length === 1 ? 'volume' : 'volumes'} ${joinQuoted(names)} ${names.length === 1 ? 'uses' : 'use'} ${
      types.size === 1 ? 'restricted volume type' : 'restricted volume types'
    } ${joinQuoted(sorted(types))}`,
    paths,
  };
};

export const VOLUME_CHECKS: readonly Check[] = [
  { id: 'restrictedVolumes', level: 'restricted', versions: [[0, restrictedVolumes]], overrides: ['hostPathVolumes'] },
];
