import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { classify } from '../../src/source/classify.ts';
import { readDocuments } from '../../src/source/reader.ts';

/** What `kubectl apply` (1.32, against 1.37.2) answered to these texts before it sent anything. */
const recorded = readFileSync(new URL('../recorded/type-missing.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { text: string; says: string });

function classOf(text: string, path = 'a.yaml') {
  return classify(readDocuments({ path, text })[0]?.value, path);
}

describe('objects', () => {
  test('what has apiVersion and kind, whatever else is in it', () => {
    expect(classOf('apiVersion: v1\nkind: Pod\n')).toEqual({ what: 'object', apiVersion: 'v1', kind: 'Pod' });
    expect(classOf('apiVersion: x.example.com/v1\nkind: Thing\nspec: 3\n')).toMatchObject({ what: 'object' });
    expect(classOf('{"apiVersion": "v1", "kind": "Pod"}')).toMatchObject({ what: 'object' });
  });

  test('kubectl takes apart whatever has items', () => {
    expect(classOf('apiVersion: v1\nkind: List\nitems: []\n')).toEqual({ what: 'list', apiVersion: 'v1', kind: 'List' });
    expect(classOf('apiVersion: v1\nkind: PodList\nitems: [{}]\n')).toMatchObject({ what: 'list' });
    expect(classOf('apiVersion: v1\nkind: ConfigMap\nitems: [{}]\n')).toMatchObject({ what: 'list' });
  });

  test('Flux has objects of kind Kustomization', () => {
    const text = 'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\n';
    expect(classOf(text)).toMatchObject({ what: 'object' });
    expect(classOf(text, 'a/kustomization.yaml')).toMatchObject({ what: 'object' });
  });
});

describe('almost objects', () => {
  test.each(recorded.filter((it) => !/items:\n/.test(it.text)))('$text: $says', ({ text, says }) => {
    expect(classOf(text)).toMatchObject({ what: 'almost', says });
  });

  test.each([
    ['apiVersion: v1\nKind: Pod\nmetadata: {name: a}\n', 'Kind', 'kind'],
    ['apiVersion: v1\nknid: Pod\nmetadata: {name: a}\n', 'knid', 'kind'],
    ['apiversion: v1\nkind: Pod\nmetadata: {name: a}\n', 'apiversion', 'apiVersion'],
    ['apiVerson: v1\nkind: Pod\nmetadata: {name: a}\n', 'apiVerson', 'apiVersion'],
    ['api_version: v1\nkind: Pod\nmetadata: {name: a}\n', 'api_version', 'apiVersion'],
    ['apiversion: v1\nKind: Pod\nmetadata: {name: a}\nspec: {}\n', 'Kind', 'kind'],
  ])('%j: %s', (text, slip, field) => {
    expect(classOf(text)).toMatchObject({
      what: 'almost',
      at: [slip],
      part: 'key',
      why: `"${slip}" is not read: the field is "${field}"`,
    });
  });

  test.each([
    ['apiVersion: v1\nmetadata: {name: a}\n', ['apiVersion'], 'key', 'kind is missing'],
    ['kind: Pod\nmetadata: {name: a}\n', ['kind'], 'key', 'apiVersion is missing'],
    ['apiVersion: v1\nkind:\nmetadata: {name: a}\n', ['kind'], 'key', 'kind has no value'],
    ['apiVersion: v1\nkind: ""\nmetadata: {name: a}\n', ['kind'], 'value', 'kind is empty'],
    ['apiVersion: 1\nkind: Pod\nmetadata: {name: a}\n', ['apiVersion'], 'value', 'apiVersion is not a string'],
    ['apiVersion: apps/v1\nspec: {}\n', ['apiVersion'], 'key', 'kind is missing'],
    ['metadata: {name: a}\ndata: {}\n', ['metadata'], 'key', 'apiVersion and kind are missing'],
  ])('%j', (text, at, part, why) => {
    expect(classOf(text)).toMatchObject({ what: 'almost', at, part, why });
  });
});

describe('other programs', () => {
  test.each([
    ['services:\n  web:\n    image: nginx\n', 'a Compose file'],
    ['on: push\njobs: {}\n', 'a GitHub workflow'],
    ['"$schema": http://json-schema.org/draft-07/schema#\ntype: object\n', 'a JSON Schema or a file with one'],
    ['openapi: 3.0.0\npaths: {}\n', 'an OpenAPI description'],
    ['- op: replace\n  path: /spec/replicas\n  value: 3\n', 'a JSON patch'],
    ['- hosts: all\n  tasks: []\n', 'an Ansible playbook'],
    ['apiVersion: v1\nkind: Config\nclusters: []\n', 'Config of v1'],
    ['apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\n', 'Cluster of kind.x-k8s.io'],
    ['apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n', 'KubeletConfiguration of kubelet.config.k8s.io'],
    ['apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: a}\n', 'PatchTransformer of builtin'],
    ['apiVersion: score.dev/v1b1\nmetadata: {name: a}\n', 'score.dev/v1b1'],
    ['kind: role\nversion: v7\nmetadata: {name: a}\nspec: {}\n', 'a Teleport resource'],
    ['type: CheckConfig\napi_version: core/v2\nmetadata: {name: a}\nspec: {}\n', 'a Sensu resource'],
    ['apiVersion: v1\nbaseDomain: example.com\nmetadata: {name: a}\nplatform: {}\n', 'an OpenShift install configuration'],
    ['replicaCount: 1\nimage: {}\n', 'no Kubernetes object'],
    ['spec: {a: b}\n', 'no Kubernetes object'],
    ['metadata: {title: a}\n', 'no Kubernetes object'],
    ['kind: of magic\n', 'no Kubernetes object'],
    ['apiVersion: 1\ndatasources: []\n', 'no Kubernetes object'],
    ['just a text\n', 'text'],
    ['- 1\n- 2\n', 'a list'],
  ])('%j is %s', (text, as) => {
    expect(classOf(text)).toEqual({ what: 'foreign', as });
  });

  test('some are known by their name', () => {
    expect(classOf('a: b\n', 'x/values-prod.yaml')).toEqual({ what: 'foreign', as: 'Helm values' });
    expect(classOf('{"name": "x"}', 'package.json')).toEqual({ what: 'foreign', as: 'an npm package' });
    expect(classOf('apiVersion: v2\nname: x\nversion: 1.0.0\n', 'x/Chart.yaml')).toEqual({ what: 'chart' });
  });

  test('kustomizations', () => {
    expect(classOf('resources: []\n', 'x/kustomization.yml')).toEqual({ what: 'kustomization', component: false });
    expect(classOf('apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n')).toMatchObject({
      what: 'kustomization',
    });
    const component = 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n';
    expect(classOf(component, 'x/kustomization.yaml')).toEqual({ what: 'kustomization', component: true });
  });
});

test('nothing and what could not be read', () => {
  expect(classify(null, 'a.yaml')).toEqual({ what: 'empty' });
  expect(classify(undefined, 'a.yaml')).toEqual({ what: 'unread' });
});

test('no value makes it throw', () => {
  const values: unknown[] = [
    0,
    '',
    true,
    1n,
    [],
    [null],
    [[]],
    {},
    JSON.parse('{"__proto__": {"kind": "Pod"}, "constructor": 1}'),
  ];
  for (const apiVersion of values) {
    for (const kind of values)
      for (const metadata of values) classify({ apiVersion, kind, metadata, items: kind, services: metadata }, 'values.yaml');
  }
  for (const value of values) expect(classify(value, '')).toMatchObject({ what: 'foreign' });
  expect(classify(Object.create(null), 'a')).toMatchObject({ what: 'foreign' });
});
