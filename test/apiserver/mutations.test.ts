/**
 * What one MutatingAdmissionPolicy makes of one object, as the real API server (`oracle admit -objects`, Kubernetes 1.37.2) said it, and podlint with it.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { isObject, type JsonObject } from '../../src/api/manifest.ts';
import { mutationOf } from '../../src/apiserver/admission/mutations.ts';
import { loadCel } from '../../src/apiserver/cel.ts';
import { knownKind } from '../../src/apiserver/verdict.ts';
import { Cluster } from '../../src/cluster/cluster.ts';
import { Layer } from '../../src/cluster/layer.ts';
import type { KubeObject, Origin } from '../../src/cluster/object.ts';
import { podlint } from '../../src/index.ts';

interface Row {
  /** A Pod where there is none. */
  readonly base?: JsonObject;
  readonly mutation?: JsonObject;
  readonly mutations?: readonly JsonObject[];
  /** Of the policy's spec. */
  readonly more?: JsonObject;
  readonly message?: string;
  readonly object?: JsonObject;
}
const rows = readFileSync(new URL('../recorded/mutations.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Row);

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', labels: { app: 'x' } },
  spec: { containers: [{ name: 'web', image: 'nginx:1.29', ports: [{ containerPort: 80 }] }] },
};
const GROUP = 'admissionregistration.k8s.io';
const BINDING = {
  apiVersion: `${GROUP}/v1`,
  kind: 'MutatingAdmissionPolicyBinding',
  metadata: { name: 'bin' },
  spec: { policyName: 'pol' },
};

function policy(mutations: readonly object[], more: object = {}, resources = ['pods']) {
  const resourceRules = [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['CREATE'], resources }];
  const spec = { matchConstraints: { resourceRules }, reinvocationPolicy: 'Never', mutations, ...more };
  return { apiVersion: `${GROUP}/v1`, kind: 'MutatingAdmissionPolicy', metadata: { name: 'pol' }, spec };
}

function object(value: JsonObject, origin: Origin, namespace: string): KubeObject {
  const { apiVersion, kind, metadata } = value as { apiVersion: string; kind: string; metadata: { name: string } };
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const document = { file: { path: 'a.yaml', text: '' } } as KubeObject['document'];
  return {
    ...{ apiVersion, group: group!, version: version!, kind, name: metadata.name, namespace, value, document, base: [], origin },
    ...{ decodes: true, patched: false, builtIn: true },
  };
}

async function mutate(policy: JsonObject, base: JsonObject = POD) {
  await loadCel();
  const sent = object(base, 'set', 'default');
  const facts = new Layer([policy, BINDING].map((value) => object(value, 'fact', '')));
  const cluster = new Cluster([sent], { release: '1.37', closed: true }, [facts]);
  return mutationOf(cluster, sent, knownKind(sent.apiVersion, sent.kind, '1.37', new Map()));
}

/** Where the server's object is not what podlint made: it may only have more. */
function differences(mine: unknown, theirs: unknown, path = ''): string[] {
  if (Array.isArray(mine) && Array.isArray(theirs))
    return mine.length === theirs.length ? mine.flatMap((item, i) => differences(item, theirs[i], `${path}[${i}]`)) : [path];
  if (isObject(mine) && isObject(theirs))
    return Object.keys(mine).flatMap((key) => differences(mine[key], theirs[key], `${path}.${key}`));
  // A null is the zero value of its type.
  return (mine ?? '') === theirs ? [] : [path];
}

/** What podlint does not take for certain. */
const OPEN = /hostNetwork: \\"yes|metadata\{name: |\/kind|\/metadata\/name|namespaceObject|name: \\"B\\", value: \\"2\\"\}, /;

describe('what the API server makes of an object', () => {
  for (const { base = POD, mutation, mutations = [mutation!], more, message, object: stored } of rows) {
    const name = JSON.stringify({ kind: base['kind'], mutations, more });
    it(name, async () => {
      const made = await mutate(policy(mutations, more, ['*']), base);
      const [refusal] = made?.mutation.refusals ?? [];
      if (made?.mutation.open !== undefined) expect(name).toMatch(OPEN);
      else if (refusal !== undefined) expect(message).toBe(refusal.says);
      else if (message !== undefined) expect(message).toMatch(/ is invalid: /);
      else {
        const { apiVersion, kind, ...value } = made?.value ?? base;
        expect(differences(value, stored)).toEqual([]);
        expect(labelsOf(value)).toEqual(labelsOf(stored));
      }
    });
  }
});

function labelsOf(value: unknown): readonly string[] {
  const { metadata } = value as { readonly metadata: { readonly labels?: JsonObject } };
  return Object.keys(metadata.labels ?? {}).sort();
}

const LABEL = {
  patchType: 'ApplyConfiguration',
  applyConfiguration: { expression: 'Object{metadata: Object.metadata{labels: {"a": "b"}}}' },
};
const jsonPatch = (expression: string) => ({ patchType: 'JSONPatch', jsonPatch: { expression } });

describe('what is not known', () => {
  it.each([
    ['who asks', policy([LABEL], { matchConditions: [{ name: 'a', expression: "request.userInfo.username != 'me'" }] })],
    [
      'a random name',
      policy([jsonPatch('[JSONPatch{op: "add", path: "/metadata/labels/a", value: string(object.metadata.uid)}]')]),
    ],
    [
      'a default that hangs on the cluster',
      policy([jsonPatch('[JSONPatch{op: "add", path: "/spec/volumes/-", value: {"name": "x"}}]')]),
    ],
    ['a placeholder', policy([jsonPatch('${PATCH}')])],
    ['something that is no patch', policy([{ patchType: 'Other' }, null as never])],
  ])('%s', async (_, it_) => {
    const made = await mutate(it_);
    expect(made?.mutation).toEqual({ open: 'MutatingAdmissionPolicy pol', refusals: [] });
    expect(made?.value).toBe(POD);
  });

  it('is nothing where a condition does not hold', async () => {
    expect(
      await mutate(policy([LABEL], { matchConditions: [{ name: 'a', expression: "object.metadata.name == 'q'" }] })),
    ).toBeUndefined();
  });

  it('survives what nobody would write', async () => {
    for (const spec of [{}, { mutations: 'x' }, { matchConstraints: { resourceRules: [{}] } }, null]) {
      const made = await mutate({ ...policy([]), spec } as unknown as JsonObject);
      expect(made?.mutation.refusals ?? []).toEqual([]);
    }
  });
});

test('a failing mutation that is to be ignored changes nothing', async () => {
  const fails = jsonPatch('[JSONPatch{op: "remove", path: "/spec/nodeSelector"}]');
  expect((await mutate(policy([fails])))?.mutation.refusals).toHaveLength(1);
  const made = await mutate(policy([fails, LABEL], { failurePolicy: 'Ignore' }));
  expect(made?.mutation).toEqual({ open: undefined, by: 'MutatingAdmissionPolicy pol', refusals: [] });
  expect(made?.value).toMatchObject({ metadata: { labels: { app: 'x', a: 'b' } } });
});

test('one that is asked again sees what it has made', async () => {
  const appends = jsonPatch('[JSONPatch{op: "replace", path: "/metadata/labels/app", value: object.metadata.labels.app + "x"}]');
  expect((await mutate(policy([appends])))?.value).toMatchObject({ metadata: { labels: { app: 'xx' } } });
  expect((await mutate(policy([appends], { reinvocationPolicy: 'IfNeeded' })))?.value).toMatchObject({
    metadata: { labels: { app: 'xxx' } },
  });
});

async function said(objects: readonly object[], facts: readonly object[]) {
  const text = (all: readonly object[]) => all.map((one) => JSON.stringify(one)).join('\n---\n');
  const { findings } = await podlint([{ path: 'a.yaml', text: text(objects) }], {
    facts: facts.length === 0 ? [] : [{ path: 'facts.yaml', text: text(facts) }],
  });
  return findings.filter(({ level }) => level !== 'note').map(({ level, ruleId, message }) => `${level} ${ruleId} ${message}`);
}

describe('what later rooms see', () => {
  const account = {
    patchType: 'ApplyConfiguration',
    applyConfiguration: { expression: 'Object{spec: Object.spec{hostPID: true}}' },
  };
  const namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'default', labels: { 'pod-security.kubernetes.io/enforce': 'baseline' } },
  };

  it('is what the policy of the cluster makes', async () => {
    expect(await said([POD], [policy([account]), BINDING, namespace])).toEqual([
      expect.stringMatching(/^error rejected\/pod-security .*hostPID/),
    ]);
    expect(await said([POD], [policy([account]), namespace])).toEqual([]);
  });

  it('is not certain where the policy comes with the object', async () => {
    const broken = { ...POD, spec: { ...POD.spec, hostPID: true } };
    expect(await said([broken], [namespace])).toEqual([expect.stringMatching(/^error rejected\/pod-security/)]);
    expect(await said([policy([LABEL]), BINDING, broken], [namespace])).toEqual([
      expect.stringMatching(/^warning rejected\/pod-security .* \(unless MutatingAdmissionPolicy pol mends it\)$/),
    ]);
  });

  it('is the Pod that a controller makes, and not its template', async () => {
    const template = { metadata: { labels: { app: 'x' } }, spec: { ...POD.spec, hostPID: true } };
    const spec = { selector: { matchLabels: { app: 'x' } }, template };
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec };
    const mends = jsonPatch('[JSONPatch{op: "remove", path: "/spec/hostPID"}]');
    expect(await said([deployment], [namespace])).toEqual([expect.stringMatching(/rejected\/pod-security/)]);
    expect(await said([deployment], [policy([mends]), BINDING, namespace])).toEqual([]);
    const invalid = { ...deployment, spec: { ...spec, replicas: -1 } };
    expect(await said([invalid], [policy([mends]), BINDING, namespace])).toEqual([
      expect.stringMatching(/^error rejected\/invalid-value/),
    ]);
  });

  it('is told as what the policy makes, and not mended in the text', async () => {
    const image = 'Object{spec: Object.spec{initContainers: [Object.spec.initContainers{name: "i", image: "a1pine:3.20"}]}}';
    const adds = policy([{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: image } }]);
    const template = { metadata: { labels: { app: 'x' } }, spec: POD.spec };
    const spec = { selector: { matchLabels: { app: 'x' } }, template };
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec };
    for (const one of [POD, deployment])
      expect(await said([one], [adds, BINDING])).toEqual([
        'error image/misspelt-name Docker has no image a1pine; did you mean alpine? (as MutatingAdmissionPolicy pol makes it)',
      ]);
  });
});
