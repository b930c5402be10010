import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadPatternEngine } from '../../../src/api/go-regexp.ts';
import { RELEASES, type Release } from '../../../src/api/kinds.ts';
import { type Resource, resourceOf, resourcesOf } from '../../../src/api/table.ts';
import type { Cause } from '../../../src/apiserver/cause.ts';
import { validate } from '../../../src/apiserver/validate/index.ts';
import { validateServiceAllocation } from '../../../src/apiserver/validate/node-ports.ts';
import { fieldPath } from '../../../src/source/path.ts';

type Json = Record<string, unknown>;

/** What the API server of a release answered to the creation of an object: `field: type: message`, [] if it took it. */
interface Recorded {
  readonly minor: number;
  readonly object: Json;
  readonly causes: readonly string[];
}

const recorded = readFileSync(new URL('../../recorded/validate-kinds.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded);

function resourceFor(object: Json, minor: number): Resource {
  const { apiVersion, kind } = object;
  const resource = resourceOf(String(apiVersion), String(kind), `1.${minor}` as Release);
  if (resource === undefined) throw new Error(`no ${String(apiVersion)} ${String(kind)} in 1.${minor}`);
  return resource;
}

function causesOf(object: Json, minor = 37): Cause[] {
  return validate(object, resourceFor(object, minor), minor);
}

function says(object: Json, minor = 37): string[] {
  return causesOf(object, minor).map((cause) => `${cause.field ?? fieldPath(cause.path)}: ${cause.type}: ${cause.message}`);
}

function at(object: unknown, path: readonly (string | number)[]): unknown {
  let node = object;
  for (const step of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, step)) return undefined;
    node = (node as Record<string | number, unknown>)[step];
  }
  return node;
}

describe('what servers have said', async () => {
  await loadPatternEngine();
  const kinds = new Map<string, Recorded[]>();
  for (const one of recorded) {
    const name = `${String(one.object['apiVersion'])} ${String(one.object['kind'])}`;
    kinds.set(name, [...(kinds.get(name) ?? []), one]);
  }
  for (const [name, cases] of kinds) {
    test(name, () => {
      for (const { minor, object, causes } of cases)
        expect({ object, says: says(object, minor) }).toEqual({ object, says: causes });
    });
  }

  test('every cause points into the document, at something that is there or could be', () => {
    for (const { minor, object } of recorded) {
      for (const { path, at: place = path } of causesOf(object, minor)) {
        const holder = place.length === 0 ? object : at(object, place.slice(0, 1));
        // What is missing altogether is missing from the object's top.
        if (holder === undefined) expect(place[0]).toMatch(/^(?:spec|metadata|handler|roleRef|provisioner|[a-z]\w*)$/);
        else expect(typeof holder).not.toBe('undefined');
      }
    }
  });
});

describe('hostile input', () => {
  const leaf = fc.oneof(
    fc.constantFrom(
      null,
      true,
      false,
      0,
      -1,
      1.5,
      2 ** 40,
      '',
      'a',
      'Ä_',
      '*',
      '__proto__',
      '1.2.3.4',
      '::1/129',
      '1Gi',
      '-1',
      'None',
    ),
    fc.constant(12345678901234567890n),
    fc.string({ maxLength: 8 }),
  );
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(fc.string({ maxLength: 6 }), tie('tree'), { maxKeys: 3 }),
    ),
  }));
  const shapes = new Map<string, string[]>();
  for (const { object } of recorded) collectKeys(object, shapes);

  /** The keys that were seen below a key, so that made-up objects reach far into the code. */
  function collectKeys(node: unknown, into: Map<string, string[]>, parent = ''): void {
    if (Array.isArray(node)) for (const item of node) collectKeys(item, into, parent);
    else if (typeof node === 'object' && node !== null) {
      for (const [key, value] of Object.entries(node)) {
        const keys = into.get(parent) ?? [];
        if (!keys.includes(key)) keys.push(key);
        into.set(parent, keys);
        collectKeys(value, into, key);
      }
    }
  }

  function mutated(node: unknown, choose: () => number, junk: () => unknown): unknown {
    if (choose() < 0.08) return junk();
    if (Array.isArray(node)) return node.map((item) => mutated(item, choose, junk));
    if (typeof node !== 'object' || node === null) return node;
    const out: Json = {};
    for (const [key, value] of Object.entries(node)) {
      if (choose() < 0.05) continue;
      const name = choose() < 0.02 ? '__proto__' : key;
      Object.defineProperty(out, name, {
        value: mutated(value, choose, junk),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return out;
  }

  test('nothing throws, whatever stands anywhere', () => {
    fc.assert(
      fc.property(
        fc.nat(recorded.length - 1),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        fc.infiniteStream(tree),
        (i, rolls, junk) => {
          const { object, minor } = recorded[i]!;
          const resource = resourceFor(object, minor);
          const broken = mutated(
            object,
            () => rolls.next().value as number,
            () => junk.next().value,
          );
          for (const cause of validate(broken, resource, minor)) {
            expect(typeof cause.message).toBe('string');
            expect(cause.field ?? fieldPath(cause.path)).toBeTypeOf('string');
          }
        },
      ),
      { numRuns: 1500 },
    );
  });

  test('deep nesting ends', () => {
    let schema: Json = { type: 'string' };
    for (let i = 0; i < 20_000; i++) schema = { type: 'object', properties: { a: schema }, not: { items: schema } };
    const names = { plural: 'as', kind: 'A' };
    const versions = [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }];
    const spec = { group: 'a.b', scope: 'Cluster', names, versions };
    const crd = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'as.a.b' }, spec };
    expect(causesOf(crd).length).toBeLessThan(2000);
  });

  test('every kind of every release takes an empty object', () => {
    for (const release of RELEASES) {
      for (const resource of resourcesOf(release)) {
        for (const object of [{}, null, [], 'x', { metadata: null, spec: null }, { metadata: [], spec: 'x' }]) {
          expect(() => validate(object, resource, Number(release.slice(2)))).not.toThrow();
        }
      }
    }
  });
});

describe('placeholders', () => {
  const metadata = { name: '${NAME}', labels: { '${KEY}': '{{ value }}' }, annotations: { a: '${X}' } };

  test.each<[string, Json]>([
    ['a name', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { '${K}': 'x' } }],
    [
      'a Service',
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata,
        spec: { type: '${T}', clusterIP: '${IP}', ports: [{ port: '${P}', nodePort: '${N}' }] },
      },
    ],
    [
      'a selector',
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata,
        spec: {
          replicas: '${R}',
          selector: { matchLabels: { a: '${A}' } },
          template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
        },
      },
    ],
    [
      'a schedule',
      {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata,
        spec: {
          schedule: '${S}',
          timeZone: '${Z}',
          jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } } } },
        },
      },
    ],
    [
      'an Ingress',
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata,
        spec: {
          rules: [
            {
              host: '${HOST}',
              http: {
                paths: [
                  {
                    path: '${PATH}',
                    pathType: '${TYPE}',
                    backend: { service: { name: '${SERVICE}', port: { number: '${PORT}' } } },
                  },
                ],
              },
            },
          ],
        },
      },
    ],
    [
      'quantities',
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata,
        spec: { accessModes: ['${MODE}'], resources: { requests: { storage: '${SIZE}' } } },
      },
    ],
    ['a quota', { apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard: { '${R}': '1', cpu: '${CPU}' } } }],
    [
      'an autoscaler',
      {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata,
        spec: {
          scaleTargetRef: { apiVersion: 'apps/v1', kind: '${K}', name: '${N}' },
          minReplicas: '${MIN}',
          maxReplicas: '${MAX}',
        },
      },
    ],
    [
      'a binding',
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata,
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: '${K}', name: '${R}' },
        subjects: [{ kind: '${S}', name: '${N}', namespace: '${NS}' }],
      },
    ],
    [
      'a definition',
      {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: '${PLURAL}.${GROUP}' },
        spec: {
          group: '${GROUP}',
          scope: '${SCOPE}',
          names: { plural: '${PLURAL}', kind: '${KIND}' },
          versions: [{ name: '${V}', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
        },
      },
    ],
    [
      'a claim',
      {
        apiVersion: 'resource.k8s.io/v1',
        kind: 'ResourceClaim',
        metadata,
        spec: {
          devices: {
            requests: [{ name: '${R}', exactly: { deviceClassName: '${C}' } }],
            constraints: [{ requests: ['a'], matchAttribute: '${M}' }],
          },
        },
      },
    ],
    [
      'a webhook',
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingWebhookConfiguration',
        metadata,
        webhooks: [{ name: '${W}', sideEffects: 'None', admissionReviewVersions: ['${V}'], clientConfig: { url: '${URL}' } }],
      },
    ],
  ])('nothing is said of %s', (_what, object) => {
    expect(says(object)).toEqual([]);
  });
});

describe('Secrets', () => {
  const secret = (value: string): Json => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's' },
    type: 'kubernetes.io/dockerconfigjson',
    stringData: { '.dockerconfigjson': value },
  });

  test('no message and no value tells what is in them', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[{["]?[QXZ]{1,6}[^\\]{0,6}$/), (value) => {
        for (const cause of causesOf(secret(value))) {
          expect(cause.message).not.toMatch(/[QXZ]/);
          expect(JSON.stringify(cause.value ?? '')).not.toMatch(/[QXZ]/);
        }
      }),
    );
  });

  test('the fault of the JSON is told without the character', () => {
    expect(says(secret('x'))).toEqual([
      'data[.dockerconfigjson]: FieldValueInvalid: Invalid value: "<secret contents redacted>": invalid character \'…\' looking for beginning of value',
    ]);
  });
});

describe('places', () => {
  test('a fault that the server names by another field lies where it is written', () => {
    const columns = [{ name: 'a', type: 'string', jsonPath: 'x' }];
    const version = {
      name: 'v1',
      served: true,
      storage: true,
      schema: { openAPIV3Schema: { type: 'object' } },
      additionalPrinterColumns: columns,
    };
    const names = { plural: 'as', kind: 'A' };
    const spec = { group: 'a.b', scope: 'Cluster', names, versions: [version] };
    const crd = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'as.a.b' }, spec };
    expect(causesOf(crd)).toEqual([
      expect.objectContaining({
        field: 'spec.additionalPrinterColumns[0].JSONPath',
        path: ['spec', 'versions', 0, 'additionalPrinterColumns', 0, 'jsonPath'],
      }),
    ]);
    const conversion = { strategy: 'Webhook', webhook: { conversionReviewVersions: ['v1'], clientConfig: { url: 'http://a' } } };
    const [cause] = causesOf({ ...crd, spec: { ...spec, versions: [{ ...version, additionalPrinterColumns: [] }], conversion } });
    expect(cause?.field ?? fieldPath(cause?.path ?? [])).toBe('spec.conversion.webhookClientConfig.url');
    expect(cause?.at).toEqual(['spec', 'conversion', 'webhook', 'clientConfig', 'url']);
  });
});

describe('node ports', () => {
  const service = (...ports: object[]): Json => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 's' },
    spec: { type: 'NodePort', ports },
  });
  const messages = (object: Json): string[] =>
    validateServiceAllocation(object, 37).map((cause) => `${fieldPath(cause.path)}: ${cause.message}`);

  test('the usual range is asked for only by those who want it', () => {
    const object = service({ port: 80, nodePort: 80 });
    expect(says(object)).toEqual([]);
    expect(messages(object)).toEqual([
      'spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
    ]);
  });

  test('ports of one number share theirs, whatever their protocols', () => {
    const dns = (port: number, protocol: string, name: string): object => ({ name, port, protocol, nodePort: 30053 });
    expect(says(service(dns(53, 'TCP', 'a'), dns(53, 'UDP', 'b')))).toEqual([]);
    expect(says(service(dns(53, 'TCP', 'a'), dns(54, 'UDP', 'b')))).toEqual([
      'spec.ports[1].nodePort: FieldValueInvalid: Invalid value: 30053: provided port is already allocated',
    ]);
  });
});
