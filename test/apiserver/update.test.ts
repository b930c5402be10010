import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { NEWEST, type Release } from '../../src/api/kinds.ts';
import { isObject, type JsonObject } from '../../src/api/manifest.ts';
import { resourceOf } from '../../src/api/table.ts';
import { validateUpdate } from '../../src/apiserver/update/index.ts';
import { fieldPath } from '../../src/source/path.ts';

interface Recorded {
  readonly name: string;
  /** A claim that a volume is bound to. */
  readonly bound?: boolean;
  readonly refused: boolean;
  readonly causes?: readonly { readonly type: string; readonly field: string; readonly message: string }[];
  readonly old: JsonObject;
  readonly new: JsonObject;
}

const recorded = readFileSync(new URL('../recorded/updates.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Recorded);

function updated(
  old: JsonObject,
  next: JsonObject,
  { release = NEWEST, ...how }: Partial<Parameters<typeof validateUpdate>[0]> & { readonly release?: Release } = {},
) {
  const resource = resourceOf(String(next['apiVersion']), String(next['kind']), release)!;
  return validateUpdate({ value: old, applied: old, stored: false, ...how }, next, resource, release).map((cause) => ({
    type: cause.type,
    field: cause.field ?? fieldPath(cause.path),
    message: cause.message,
  }));
}

/** What the server prints of itself (a Go struct) stands before what podlint foretells. */
function isSame(foretold: string, said: string): boolean {
  return foretold === said || (said.startsWith('Invalid value: ') && said.endsWith(`: ${foretold}`));
}

// What the real API server answered to `kubectl apply` of the old, then of the new manifest (test/oracle/updates.mjs).
/** Refusals that podlint does not foretell, and why. */
const UNFORETOLD = new Set([
  // Manifests name the address that was allocated when somebody exported the Service.
  'Service: clusterIP set',
]);

describe('updates', () => {
  test('there are many, refused and accepted', () => {
    expect(recorded.filter(({ refused }) => refused).length).toBeGreaterThan(100);
    expect(recorded.filter(({ refused }) => !refused).length).toBeGreaterThan(100);
  });

  test.each(recorded.filter(({ name }) => !UNFORETOLD.has(name)).map((one) => [one.name, one] as const))(
    '%s',
    (_, { old, new: next, bound, causes = [] }) => {
      const phase = bound === undefined ? 'Pending' : 'Bound';
      const live = old['kind'] === 'PersistentVolumeClaim' ? { ...old, status: { phase } } : old;
      const foretold = updated(live, next);
      const named = (list: readonly { type: string; field: string }[]) =>
        list.map(({ type, field }) => `${type} ${field}`).sort();
      expect(named(foretold)).toEqual(named(causes));
      for (const { field, message } of foretold) {
        const said = causes.find((cause) => cause.field === field)!.message;
        expect(isSame(message, said), `${message} is not ${said}`).toBe(true);
      }
    },
  );
});

// As the validation of these releases is written (pkg/apis/*/validation of 1.30, 1.33 to 1.36, and apiextensions-apiserver).
describe('older releases', () => {
  const SPEC = "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy',";
  const REST = " 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
  test.each([
    ['StatefulSet: two of them', '1.36', `spec: Forbidden: ${SPEC} 'revisionHistoryLimit',${REST}`],
    ['StatefulSet: selector', '1.30', `spec: Forbidden: ${SPEC}${REST}`],
    ['StorageClass: provisioner', '1.35', 'provisioner: Forbidden: updates to provisioner are forbidden.'],
    ['StorageClass: volumeBindingMode', '1.35', 'volumeBindingMode: Invalid value: "WaitForFirstConsumer": field is immutable'],
    ['RuntimeClass: handler', '1.35', 'handler: Invalid value: "gvisor": field is immutable'],
    [
      'ClusterRoleBinding: roleRef',
      '1.36',
      'roleRef: Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"ClusterRole","Name":"edit"}: cannot change roleRef',
    ],
    [
      'PersistentVolumeClaim: bound: less storage',
      '1.31',
      'spec.resources.requests.storage: Forbidden: field can not be less than previous value',
    ],
    [
      'CustomResourceDefinition: stored version removed',
      '1.32',
      'status.storedVersions[0]: Invalid value: "v1alpha1": must appear in spec.versions',
    ],
    ['Job: suspended: image', '1.35', 'spec.template: field is immutable'],
    ['Job: suspended: resources', '1.35', 'spec.template: field is immutable'],
    ['Job: suspended: nodeSelector', '1.30', undefined],
  ] as const)('%s in %s', (name, release, said) => {
    const { old, new: next } = recorded.find((one) => one.name === name)!;
    const told = updated(old, next, { release }).map(({ field, message }) => `${field}: ${message}`);
    expect(told).toEqual(said === undefined ? [] : [said]);
  });

  test('revisionHistoryLimit could not be changed before 1.33', () => {
    const { old } = recorded.find(({ name }) => name === 'StatefulSet: nothing')!;
    const limited = (revisionHistoryLimit: number) => ({ ...old, spec: { ...(old['spec'] as object), revisionHistoryLimit } });
    expect(updated(limited(3), limited(4), { release: '1.30' })).toHaveLength(1);
    expect(updated(limited(3), limited(4), { release: '1.33' })).toEqual([]);
  });
});

describe('what is not known', () => {
  const deployment = (app: unknown) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'x' },
    spec: { selector: { matchLabels: { app } } },
  });

  test.each([
    ['a placeholder before', '${APP}', 'web'],
    ['a placeholder after', 'web', '{{ app }}'],
    ['two placeholders', '${APP}', '${NAME}'],
  ])('%s', (_, old, next) => {
    expect(updated(deployment(old), deployment(next))).toEqual([]);
  });

  test('nothing that a manifest may hold makes it throw', () => {
    const wrong = [null, 'text', 7, [], {}, [null], { __proto__: null }, true];
    for (const { old, new: next } of recorded) {
      for (const value of wrong) {
        for (const key of Object.keys(next).filter((name) => name !== 'apiVersion' && name !== 'kind')) {
          expect(() => updated({ ...old, [key]: value }, next)).not.toThrow();
          expect(() => updated(old, { ...next, [key]: value })).not.toThrow();
          const inner = next[key];
          if (!isObject(inner)) continue;
          for (const field of Object.keys(inner)) {
            expect(() => updated(old, { ...next, [key]: { ...inner, [field]: value } })).not.toThrow();
            expect(() => updated({ ...old, [key]: { ...inner, [field]: value } }, next)).not.toThrow();
          }
        }
      }
    }
  });
});

describe('a live object', () => {
  const live = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'x' },
    spec: {
      completions: 1,
      completionMode: 'NonIndexed',
      parallelism: 1,
      template: {
        metadata: { labels: { 'job-name': 'x', 'batch.kubernetes.io/controller-uid': 'a' } },
        spec: {
          restartPolicy: 'Never',
          dnsPolicy: 'ClusterFirst',
          securityContext: {},
          containers: [
            {
              name: 'job',
              image: 'busybox:1.37',
              command: ['true'],
              imagePullPolicy: 'IfNotPresent',
              terminationMessagePath: '/dev/termination-log',
            },
          ],
        },
      },
    },
  };
  const manifest = (container: JsonObject) => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'x' },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'job', ...container }] } } },
  });

  test('what only the server wrote stays', () => {
    expect(updated(live, manifest({ image: 'busybox:1.37', command: ['true'] }), { applied: undefined, stored: true })).toEqual(
      [],
    );
  });

  test('what the server generated is no change of a manifest that was exported', () => {
    const { completions: _, ...spec } = live.spec;
    const exported = { ...live, spec: { ...spec, selector: { matchLabels: { 'controller-uid': 'a' } } } };
    expect(updated(manifest({ image: 'busybox:1.37', command: ['true'] }), exported)).toEqual([]);
  });

  test('what was applied and is not written any more goes', () => {
    const next = manifest({ image: 'busybox:1.37' });
    expect(updated(live, next, { applied: undefined, stored: true })).toEqual([]);
    const applied = manifest({ image: 'busybox:1.37', command: ['true'] });
    expect(updated(live, next, { applied, stored: true }).map(({ field }) => field)).toEqual(['spec.template']);
  });
});
