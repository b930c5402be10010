import { describe, expect, it } from 'vitest';
import type { Reference } from '../../src/cluster/references.ts';
import { isWaitedFor, missingKeySays, missingSays, missingStatus } from '../../src/kubelet/missing.ts';
import { clusterOf } from '../support/cluster.ts';

function references(spec: object): readonly Reference[] {
  const cluster = clusterOf(
    JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop' }, spec }),
  );
  return cluster.referencesFrom(cluster.objects[0]!);
}

/** The words were heard from the kubelet of 1.37: see the recordings under fixtures/creating. */
describe('what the kubelet says of what is missing', () => {
  const [configMap, secret, projected, plugin] = references({
    containers: [{ name: 'a', image: 'a', volumeMounts: [{ name: 'v' }, { name: 'p' }] }],
    volumes: [
      { name: 'v', configMap: { name: 'c' } },
      { name: 'u', secret: { secretName: 's' } },
      { name: 'p', projected: { sources: [{ configMap: { name: 'c' } }] } },
      { name: 'd', csi: { driver: 'x', nodePublishSecretRef: { name: 'n' } } },
    ],
  })
    .slice()
    .sort((a, b) => Number(a.path[2]) - Number(b.path[2]));

  it('of volumes', () => {
    expect(missingSays(configMap!)).toBe('MountVolume.SetUp failed for volume "v" : configmap "c" not found');
    expect(missingSays(secret!)).toBe('MountVolume.SetUp failed for volume "u" : secret "s" not found');
    expect(missingSays(projected!)).toBe('configmap "c" not found');
    expect(missingSays(plugin!)).toBe('secrets "n" not found');
    expect([configMap!, secret!, projected!, plugin!].map(missingStatus)).toEqual(Array(4).fill('ContainerCreating'));
  });

  it('of keys in volumes', () => {
    expect(missingKeySays(configMap!, 'k')).toBe(
      'MountVolume.SetUp failed for volume "v" : configmap references non-existent config key: k',
    );
    expect(missingKeySays(secret!, 'k')).toBe('MountVolume.SetUp failed for volume "u" : references non-existent secret key: k');
  });

  it('waits only for volumes that a container mounts', () => {
    expect([configMap!, secret!, projected!, plugin!].map(isWaitedFor)).toEqual([true, false, true, false]);
  });

  it('of the environment', () => {
    const env = [{ name: 'X', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }];
    const [init, app] = references({
      initContainers: [{ name: 'i', image: 'a', env }],
      containers: [{ name: 'a', image: 'a', env }],
    });
    expect([init!, app!].map(missingStatus)).toEqual(['Init:CreateContainerConfigError', 'CreateContainerConfigError']);
    expect(missingSays(app!)).toBe('secret "s" not found');
    expect(missingKeySays(app!, 'k')).toBe("couldn't find key k in Secret shop/s");
    expect(isWaitedFor(app!)).toBe(true);
  });
});
