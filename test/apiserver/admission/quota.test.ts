import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { applyDefaults, limitRangesOf } from '../../../src/apiserver/admission/limit-range.ts';
import { quotaLedger, quotaOver, quotasOf } from '../../../src/apiserver/admission/quota.ts';

/** Objects created one after another in an empty namespace with these quotas; `says` is '' where the server took the object. */
interface Line {
  readonly quotas: readonly { readonly name: string; readonly spec: { readonly hard: Readonly<Record<string, string>> } }[];
  readonly creates: readonly { readonly resource: string; readonly spec: unknown; readonly says: string }[];
}

const lines = readFileSync(new URL('../../recorded/quota.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((text) => text !== '')
  .map((text) => JSON.parse(text) as Line);

function quota(hard: Readonly<Record<string, string>>, rest: object = {}, used?: Readonly<Record<string, string>>): unknown {
  return {
    kind: 'ResourceQuota',
    metadata: { name: 'q' },
    spec: { hard, ...rest },
    status: used === undefined ? undefined : { hard, used },
  };
}

function pod(requests: Readonly<Record<string, string>>, rest: object = {}): unknown {
  return { spec: { containers: [{ name: 'app', resources: { requests } }], ...rest } };
}

describe('ResourceQuota', () => {
  it('admits and refuses what the server did, in its words', () => {
    let refused = 0;
    for (const { quotas, creates } of lines) {
      const ledger = quotaLedger(
        quotasOf(
          quotas.map(({ name, spec }) => {
            const used = Object.fromEntries(Object.keys(spec.hard).map((resource) => [resource, '0']));
            return { kind: 'ResourceQuota', metadata: { name }, spec, status: { hard: spec.hard, used } };
          }),
        ),
      );
      for (const { resource, spec, says } of creates) {
        const { admitted, refusals } = ledger.charge({ resource, value: { spec } });
        expect(admitted, says).toBe(says === '' ? 1 : 0);
        if (says === '') continue;
        refused++;
        // Of several quotas that refuse, the server names whichever comes first in its cache.
        expect(refusals.map(({ message }) => message)).toContain(says);
      }
    }
    expect(refused).toBeGreaterThan(100);
  });

  it('goes on counting when its limits change', () => {
    // Seen so: two Pods ran, the new limits were applied, and of three Pods of a Deployment two were made.
    const live = quota({ pods: '3', 'requests.cpu': '2' }, {}, { pods: '2', 'requests.cpu': '1' });
    const next = quota({ pods: '4', 'requests.memory': '1Gi' });
    const ledger = quotaLedger(quotasOf([quotaOver(next, live)]));
    const { admitted, refusals } = ledger.charge({ resource: 'pods', value: pod({ memory: '300Mi' }) }, 3);
    expect(admitted).toBe(2);
    expect(refusals.map(({ message }) => message)).toEqual([
      'exceeded quota: q, requested: pods=1, used: pods=4, limited: pods=4',
    ]);
    expect(quotasOf([quotaOver(next, live)])[0]?.observed).toBe(true);
    for (const other of [undefined, null, {}, quota({ pods: '3' }), { status: { used: 7 } }])
      expect(quotaOver(next, other)).toBe(next);
    for (const broken of [undefined, null, 7, 'x']) expect(quotaOver(broken, live)).toBe(broken);
  });

  it('tells how many of a workload’s Pods fit, and what the first refused one hears', () => {
    const ledger = quotaLedger(quotasOf([quota({ 'requests.cpu': '4', pods: '10' }, {}, { 'requests.cpu': '1', pods: '2' })]));
    const { admitted, refusals } = ledger.charge({ resource: 'pods', value: pod({ cpu: '700m' }) }, 6);
    expect(admitted).toBe(4);
    expect(refusals).toEqual([
      {
        quota: 'q',
        reason: 'exceeded',
        resources: ['requests.cpu'],
        message: 'exceeded quota: q, requested: requests.cpu=700m, used: requests.cpu=3800m, limited: requests.cpu=4',
        paths: [['spec', 'containers', 0, 'resources', 'requests', 'cpu']],
        exact: true,
      },
    ]);
    expect(ledger.charge({ resource: 'pods', value: pod({ cpu: '200m' }) }, 1).admitted).toBe(1);
    expect(ledger.charge({ resource: 'pods', value: pod({ cpu: '1m' }) }, 1).admitted).toBe(0);
  });

  it('does not loop over counts', () => {
    const ledger = quotaLedger(quotasOf([quota({ pods: '1000000000' })]));
    expect(ledger.charge({ resource: 'pods', value: pod({}) }, 1e12).admitted).toBe(1e9);
  });

  it('wants containers to specify what it counts, after LimitRange defaults', () => {
    const quotas = quotasOf([quota({ 'limits.cpu': '4', 'requests.memory': '4Gi' })]);
    const spec = {
      initContainers: [{ name: 'init' }],
      containers: [{ name: 'app', resources: { limits: { memory: '1Gi' } } }, { name: 'web' }],
    };
    const { refusals } = quotaLedger(quotas).charge({ resource: 'pods', value: { spec } });
    expect(refusals[0]?.message).toBe(
      'failed quota: q: must specify limits.cpu for: app,init,web; requests.memory for: init,web',
    );
    expect(refusals[0]?.paths).toContainEqual(['spec', 'initContainers', 0, 'resources', 'limits', 'cpu']);
    const limitRanges = limitRangesOf([
      { kind: 'LimitRange', spec: { limits: [{ type: 'Container', default: { cpu: '1', memory: '1Gi' } }] } },
    ]);
    const resources = applyDefaults(limitRanges, spec);
    expect(quotaLedger(quotas).charge({ resource: 'pods', value: { spec }, resources }).admitted).toBe(1);
  });

  it('counts what a new namespace holds', () => {
    const [first] = quotasOf([quota({ 'count/configmaps': '1', resourcequotas: '1', secrets: '1' })]);
    const ledger = quotaLedger([first!]);
    expect(first!.observed).toBe(false);
    expect(ledger.charge({ resource: 'configmaps', value: {} }).refusals[0]).toMatchObject({ exact: false });
    expect(ledger.charge({ resource: 'secrets', value: {} }).admitted).toBe(1);
  });

  it('by VolumeAttributesClass counts the claims of that class', () => {
    const scopeSelector = { matchExpressions: [{ scopeName: 'VolumeAttributesClass', operator: 'In', values: ['gold'] }] };
    const ledger = quotaLedger(quotasOf([quota({ persistentvolumeclaims: '0' }, { scopeSelector })]));
    expect(
      ledger.charge({ resource: 'persistentvolumeclaims', value: { spec: { volumeAttributesClassName: 'gold' } } }).admitted,
    ).toBe(0);
    expect(ledger.charge({ resource: 'persistentvolumeclaims', value: { spec: {} } }).admitted).toBe(1);
  });

  it('charges claims to the default class', () => {
    const ledger = quotaLedger(quotasOf([quota({ 'std.storageclass.storage.k8s.io/requests.storage': '1Gi' })]));
    const value = { spec: { resources: { requests: { storage: '2Gi' } } } };
    expect(ledger.charge({ resource: 'persistentvolumeclaims', value }).admitted).toBe(1);
    expect(ledger.charge({ resource: 'persistentvolumeclaims', value, defaultStorageClass: 'std' }).admitted).toBe(0);
  });

  it('is silent about placeholders', () => {
    const quotas = quotasOf([quota({ 'requests.cpu': '${HARD}', 'limits.cpu': '1' })]);
    const value = { spec: { containers: [{ name: 'a', resources: { requests: { cpu: '9' }, limits: { cpu: '${CPU}' } } }] } };
    expect(quotaLedger(quotas).charge({ resource: 'pods', value }, 9).admitted).toBe(9);
    const open = { spec: { containers: [{ name: 'a', resources: '${RESOURCES}' }] } };
    expect(quotaLedger(quotas).charge({ resource: 'pods', value: open }).refusals).toEqual([]);
    const scoped = quotasOf([quota({ pods: '0' }, { scopes: ['BestEffort'] })]);
    expect(quotaLedger(scoped).charge({ resource: 'pods', value: open }).admitted).toBe(1);
  });

  it('takes anything', () => {
    const quotas = quotasOf([
      null,
      { kind: 'ResourceQuota' },
      { kind: 'ResourceQuota', spec: { hard: { pods: [], cpu: 'x', 'limits.cpu': '-1' }, scopes: [1], scopeSelector: [] } },
    ]);
    const ledger = quotaLedger(quotas);
    for (const value of [
      undefined,
      null,
      [],
      { spec: 'x' },
      { spec: { ports: {}, type: 'NodePort', containers: [{ resources: { limits: 3 } }] } },
    ]) {
      for (const resource of ['pods', 'services', 'persistentvolumeclaims', '__proto__'])
        expect(() => ledger.charge({ resource, value }, -1)).not.toThrow();
    }
  });
});
