import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { NEWEST } from '../../src/api/kinds.ts';
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

function updated(old: JsonObject, next: JsonObject, how: Partial<Parameters<typeof validateUpdate>[0]> = {}) {
  const resource = resourceOf(String(next['apiVersion']), String(next['kind']), NEWEST)!;
  return validateUpdate({ value: old, applied: old, stored: false, ...how }, next, resource, NEWEST).map((cause) => ({
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

  test('what was applied and is not written any more goes', () => {
    const next = manifest({ image: 'busybox:1.37' });
    expect(updated(live, next, { applied: undefined, stored: true })).toEqual([]);
    const applied = manifest({ image: 'busybox:1.37', command: ['true'] });
    expect(updated(live, next, { applied, stored: true }).map(({ field }) => field)).toEqual(['spec.template']);
  });
});
