import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NEWEST, type Release } from '../../src/api/kinds.ts';
import { resourceOf, resourcesOf } from '../../src/api/table.ts';
import { type DecodeFault, decode, decodeSays } from '../../src/apiserver/decode.ts';
import { fieldPath } from '../../src/source/path.ts';

interface Recorded {
  readonly object: Record<string, unknown>;
  /** What the API server of 1.37 answered with 400, or '' if it decoded the object. */
  readonly message: string;
}

const recorded = readFileSync(new URL('../recorded/decode.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded);

function faultsOf(object: Record<string, unknown>, release: Release = NEWEST): readonly DecodeFault[] {
  const resource = resourceOf(String(object['apiVersion']), String(object['kind']), release);
  if (resource === undefined) throw new Error(`no ${object['apiVersion']} ${object['kind']}`);
  return decode(object, resource, release);
}

function pod(spec: unknown, metadata: unknown = { name: 'p' }): Record<string, unknown> {
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec };
}

function deployment(spec: object, template: object = {}, container: object = {}): Record<string, unknown> {
  const containers = [{ name: 'a', image: 'b', ...container }];
  const labels = { app: 'x' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd' },
    spec: { selector: { matchLabels: labels }, ...spec, template: { metadata: { labels }, spec: { containers, ...template } } },
  };
}

test('the answer is the recorded one, word for word', () => {
  expect(recorded.length).toBeGreaterThan(300);
  for (const { object, message } of recorded) {
    const resource = resourceOf(String(object['apiVersion']), String(object['kind']), NEWEST)!;
    expect(decodeSays(resource, decode(object, resource, NEWEST)), JSON.stringify(object)).toBe(message);
  }
});

test('a valid object costs no array of its own', () => {
  const first = faultsOf(deployment({ replicas: 1 }));
  expect(first).toEqual([]);
  expect(faultsOf(pod({ containers: [] }))).toBe(first);
});

test('all faults are reported, the server’s first one is marked', () => {
  const faults = faultsOf(
    pod({ priority: 'high', hostnetwork: true, containers: { name: 'a' }, volumes: [{ name: 1, emptydir: {} }] }),
  );
  expect(faults.map((fault) => [fieldPath(fault.path), fault.kind, fault.first])).toEqual([
    ['spec.containers', 'wrong-type', true],
    ['spec.hostnetwork', 'unknown-field', false],
    ['spec.priority', 'wrong-type', false],
    ['spec.volumes[0].emptydir', 'unknown-field', false],
    ['spec.volumes[0].name', 'wrong-type', false],
  ]);
  expect(faults[0]).toMatchObject({ message: 'expected a list, found an object', expected: 'list' });
});

test('a decoder of its own ends everything, whatever was met before', () => {
  const faults = faultsOf(
    pod({ activeDeadlineSeconds: 'soon', containers: [{ resources: { limits: { cpu: 'lots', memory: '1GB' } } }] }),
  );
  expect(faults.map((fault) => [fault.kind, fault.first])).toEqual([
    ['wrong-type', false],
    ['bad-quantity', true],
    ['bad-quantity', false],
  ]);
});

test('only unknown fields are all told', () => {
  const faults = faultsOf(pod({ hostnetwork: true, containers: [{ imagePullpolicy: 'Always' }] }));
  expect(faults.every((fault) => fault.first)).toBe(true);
  expect(faults.map((fault) => fault.suggestion)).toEqual(['imagePullPolicy', 'hostNetwork']);
});

describe('hints', () => {
  test.each([
    ['replicas', deployment({}, { replicas: 3 }), 'spec.replicas'],
    ['hostNetwork', deployment({ hostNetwork: true }), 'spec.template.spec.hostNetwork'],
    ['tolerations', deployment({ tolerations: [{ key: 'a' }] }), 'spec.template.spec.tolerations'],
    ['runAsNonRoot', deployment({}, {}, { runAsNonRoot: true }), 'spec.template.spec.containers[0].securityContext.runAsNonRoot'],
    ['limits', deployment({}, {}, { limits: { cpu: '1' } }), 'spec.template.spec.containers[0].resources.limits'],
    ['env', deployment({}, { env: [{ name: 'A', value: 'b' }] }), 'spec.template.spec.containers[0].env'],
    [
      'initialDelaySeconds',
      deployment({}, {}, { livenessProbe: { httpGet: { port: 1, initialDelaySeconds: 3 } } }),
      'spec.template.spec.containers[0].livenessProbe.initialDelaySeconds',
    ],
    ['namespace', { ...deployment({}), namespace: 'x' }, 'metadata.namespace'],
  ])('%s belongs elsewhere', (_, object, place) => {
    const faults = faultsOf(object);
    expect(faults).toHaveLength(1);
    expect(fieldPath(faults[0]!.misplacedAt ?? [])).toBe(place);
  });

  test.each([
    ['port', deployment({}, {}, { port: [{ containerPort: 80 }] }), 'ports'],
    ['Spec', { apiVersion: 'apps/v1', kind: 'Deployment', Spec: {} }, 'spec'],
    ['name of a secret', deployment({}, { volumes: [{ name: 'v', secret: { name: 's' } }] }), 'secretName'],
    ['configMapName', deployment({}, { volumes: [{ name: 'v', configMap: { configMapName: 's' } }] }), 'name'],
  ])('%s is spelt otherwise', (_, object, name) => {
    expect(faultsOf(object).map((fault) => [fault.suggestion, fault.misplacedAt])).toEqual([[name, undefined]]);
  });

  test('where it could belong to many, there is none', () => {
    const [fault] = faultsOf(deployment({}, { volumes: [{ name: 'v', path: '/x' }] }));
    expect(fault).toMatchObject({ kind: 'unknown-field', message: 'Volume has no field "path"' });
    expect(fault).not.toHaveProperty('misplacedAt');
    expect(fault).not.toHaveProperty('suggestion');
  });
});

test('placeholders are of every type', () => {
  const spec = { replicas: '${REPLICAS}', paused: '{{ .Values.paused }}', strategy: '${STRATEGY}' };
  const resources = { limits: { memory: '${MEMORY}', cpu: 'ENC[AES256_GCM,data:x]' } };
  expect(faultsOf(deployment(spec, { volumes: '${VOLUMES}' }, { resources, ports: [{ containerPort: '${PORT:=80}' }] }))).toEqual(
    [],
  );
  expect(
    faultsOf({ apiVersion: 'v1', kind: 'Secret', metadata: { creationTimestamp: '${NOW}' }, data: { a: '${B64}' } }),
  ).toEqual([]);
  expect(faultsOf({ ...deployment({}), '${KEY}': 1 })).toEqual([]);
});

test('null is absence, of a list’s element too', () => {
  expect(faultsOf(pod({ containers: [null], volumes: null, priority: null, nodeSelector: { a: null } }, null))).toEqual([]);
});

test('numbers: whole ones, as large as the field', () => {
  const kinds = (value: unknown) => faultsOf(pod({ priority: value })).map((fault) => fault.kind);
  expect(kinds(2147483647)).toEqual([]);
  expect(kinds(2147483648)).toEqual(['out-of-range']);
  expect(kinds(1.5)).toEqual(['wrong-type']);
  expect(kinds(1.0)).toEqual([]);
  const long = (value: unknown) => faultsOf(pod({ activeDeadlineSeconds: value })).map((fault) => fault.says);
  expect(long(9223372036854775807n)).toEqual([]);
  expect(long(9223372036854775808n)).toEqual([
    'json: cannot unmarshal number 9223372036854775808 into Go struct field PodSpec.spec.activeDeadlineSeconds of type int64',
  ]);
});

test('no text of a Secret is in any words', () => {
  const faults = faultsOf({
    apiVersion: 'v1',
    kind: 'Secret',
    data: { a: 'hunter2!', b: ['hunter2'] },
    stringData: { c: { hunter2: 'hunter2' } },
  });
  expect(faults).toHaveLength(3);
  for (const fault of faults) expect(JSON.stringify({ ...fault, path: [] })).not.toContain('hunter2');
});

test('a release knows only its own fields', () => {
  const object = deployment({}, { hostnameOverride: 'x' });
  expect(faultsOf(object, '1.34')).toEqual([]);
  expect(faultsOf(object, '1.33').map((fault) => fault.says)).toEqual([
    'strict decoding error: unknown field "spec.template.spec.hostnameOverride"',
  ]);
});

test('what is wrong deep in a schema of a definition is no unknown field, but a type error', () => {
  const crd = (schema: unknown) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    spec: { versions: [{ schema: { openAPIV3Schema: schema } }] },
  });
  expect(faultsOf(crd({ properties: { a: { type: 'array', items: { tpye: 'object' } } } }))).toEqual([]);
  expect(faultsOf(crd({ properties: { a: { tpye: 'object' } } })).map((fault) => fault.suggestion)).toEqual(['type']);
  expect(faultsOf(crd({ items: { required: true } })).map((fault) => fieldPath(fault.path))).toEqual([
    'spec.versions[0].schema.openAPIV3Schema.items.required',
  ]);
});

test('nesting without end is cut off', () => {
  let schema: Record<string, unknown> = { tpye: 'string' };
  for (let i = 0; i < 20_000; i++) schema = { properties: { a: schema } };
  const object = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    spec: { versions: [{ schema: { openAPIV3Schema: schema } }] },
  };
  expect(faultsOf(object)).toEqual([]);
});

test('hostile keys are just unknown fields', () => {
  const object = JSON.parse('{"apiVersion":"v1","kind":"Pod","__proto__":{"a":1},"constructor":1,"spec":{"toString":"x"}}');
  expect(faultsOf(object).map((fault) => fieldPath(fault.path))).toEqual(['__proto__', 'constructor', 'spec.toString']);
});

test('many faults stay within bounds', () => {
  const object = pod(Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`field${i}`, i])));
  const start = performance.now();
  expect(faultsOf(object)).toHaveLength(100);
  expect(performance.now() - start).toBeLessThan(2000);
});

test('anything at all is decoded without an exception, and if something is wrong, the server would say something', () => {
  const resources = resourcesOf(NEWEST);
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: resources.length - 1 }),
      fc.anything({ withBigInt: true, maxDepth: 4 }),
      fc.jsonValue(),
      (i, any, json) => {
        const resource = resources[i]!;
        for (const value of [any, json, { metadata: any, spec: json, status: any }]) {
          const faults = decode(value, resource, NEWEST);
          if (faults.length > 0) expect(faults.filter((fault) => fault.first).length).toBeGreaterThan(0);
        }
      },
    ),
    { numRuns: 300 },
  );
});
