import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/api/manifest.ts';
import { claimOutlook, type VolumeFacts } from '../../src/scheduler/volumes.ts';

function claim(spec: object = {}, rest: object = {}): JsonObject {
  return {
    metadata: { name: 'data', namespace: 'ns' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
    ...rest,
  };
}

function volume(name: string, spec: object = {}, rest: object = {}): JsonObject {
  return {
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '5Gi' }, storageClassName: '', ...spec },
    ...rest,
  };
}

const classes: Readonly<Record<string, JsonObject>> = {
  fast: { provisioner: 'csi.example.com' },
  late: { provisioner: 'csi.example.com', volumeBindingMode: 'WaitForFirstConsumer' },
  local: { provisioner: 'kubernetes.io/no-provisioner', volumeBindingMode: 'WaitForFirstConsumer' },
};

function facts(volumes: readonly JsonObject[] = [], rest: Partial<VolumeFacts> = {}): VolumeFacts {
  return { claim: () => undefined, claimsClosed: true, volumes, storageClass: (name) => classes[name], closed: true, ...rest };
}

describe('a claim', () => {
  it('is bound to the volume that it names or that fits', () => {
    expect(claimOutlook(claim({ volumeName: 'v' }), facts([volume('v')]))).toMatchObject({
      state: 'bound',
      volume: { metadata: { name: 'v' } },
    });
    expect(claimOutlook(claim({ volumeName: 'v' }), facts([volume('v', { storageClassName: 'other' })]))).toEqual({
      state: 'unbound',
    });
    expect(claimOutlook(claim(), facts([volume('w')]))).toMatchObject({ state: 'bound' });
    expect(claimOutlook(claim({ volumeName: 'gone' }, { status: { phase: 'Bound' } }), facts())).toEqual({
      state: 'bound',
      volume: undefined,
    });
  });

  it.each([
    ['too small', volume('v', { capacity: { storage: '1Mi' } })],
    ['of another mode', volume('v', { volumeMode: 'Block' })],
    ['of another access mode', volume('v', { accessModes: ['ReadOnlyMany'] })],
    ['another’s', volume('v', { claimRef: { name: 'other', namespace: 'ns' } })],
    ['released', volume('v', {}, { status: { phase: 'Released' } })],
  ])('stays unbound beside a volume that is %s', (_why, other) => {
    expect(claimOutlook(claim(), facts([other]))).toEqual({ state: 'unbound' });
  });

  it('is served by its class', () => {
    expect(claimOutlook(claim({ storageClassName: 'fast' }), facts())).toEqual({ state: 'provisioned' });
    expect(claimOutlook(claim({ storageClassName: 'late' }), facts())).toMatchObject({
      state: 'delayed',
      provisioner: classes['late'],
    });
    expect(claimOutlook(claim({ storageClassName: 'local' }), facts())).toEqual({
      state: 'delayed',
      candidates: [],
      provisioner: undefined,
    });
    expect(claimOutlook(claim({ storageClassName: 'missing' }), facts())).toEqual({ state: 'unbound' });
    expect(claimOutlook(claim(), facts([], { defaultStorageClass: 'fast' }))).toEqual({ state: 'provisioned' });
    expect(claimOutlook(claim({ storageClassName: '' }), facts([], { defaultStorageClass: 'fast' }))).toEqual({
      state: 'unbound',
    });
  });

  it('is not judged without facts or behind a placeholder', () => {
    expect(claimOutlook(claim({ storageClassName: 'missing' }), facts([], { closed: false }))).toEqual({ state: 'unknown' });
    expect(claimOutlook(claim({ storageClassName: '${CLASS}' }), facts())).toEqual({ state: 'unknown' });
    expect(claimOutlook({}, facts([{}, { spec: [] }]))).toBeDefined();
  });

  it('may be lost or on its way out', () => {
    expect(claimOutlook(claim({ volumeName: 'v' }, { status: { phase: 'Lost' } }), facts())).toEqual({
      state: 'lost',
      volume: 'v',
    });
    expect(claimOutlook(claim({}, { metadata: { deletionTimestamp: 'x' } }), facts())).toEqual({ state: 'deleting' });
  });
});
