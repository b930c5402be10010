import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { NEWEST, RELEASES, type Release } from '../../src/api/kinds.ts';
import {
  closestKind,
  compareVersions,
  definitionOf,
  isBuiltInGroup,
  kindsNamed,
  resourceOf,
  resourcesOf,
  schemaOf,
  type Type,
} from '../../src/api/table.ts';

const file = new URL('../../data/api.json', import.meta.url);

function at(type: Type | undefined, path: string): Type | undefined {
  return path.split('.').reduce<Type | undefined>((node, name) => (name === '*' ? node?.of : node?.fields.get(name)?.type), type);
}

function walk(release: Release): Set<Type> {
  const seen = new Set<Type>();
  const queue = resourcesOf(release).map((resource) => schemaOf(resource, release));
  for (let type = queue.pop(); type !== undefined; type = queue.pop()) {
    if (seen.has(type)) continue;
    seen.add(type);
    if (type.of !== undefined) queue.push(type.of);
    for (const field of type.fields.values()) queue.push(field.type);
  }
  return seen;
}

test('the table is small, says what it was made from, and knows the releases in order', () => {
  const text = readFileSync(file, 'utf8');
  const table = JSON.parse(text);
  expect(text.length).toBeLessThan(150_000);
  expect(table.releases).toEqual(RELEASES);
  expect(table.provenance.kubernetes.map((version: string) => version.replace(/^v(\d+\.\d+)\..*/, '$1'))).toEqual(RELEASES);
  expect(table.header).toContain('scripts/generate-api.mjs');
});

test.each(RELEASES)('every row of %s is understood and every reference leads somewhere', (release) => {
  const table = JSON.parse(readFileSync(file, 'utf8')) as { definitions: Record<string, string> };
  const bit = 1 << RELEASES.indexOf(release);
  const inRelease = (mask: string | undefined) => mask === undefined || (Number.parseInt(mask, 16) & bit) !== 0;
  for (const type of walk(release)) {
    if (type.kind !== 'object') continue;
    const rows = table.definitions[type.definition];
    expect(rows, type.definition).toBeDefined();
    expect(definitionOf(type.definition, release), type.definition).toBe(type);
    const names =
      rows === '' ? [] : rows!.split(' ').filter((row) => row[0] !== '@' && inRelease(/@([0-9a-f]+)$/.exec(row)?.[1]));
    expect([...type.fields.keys()], type.definition).toEqual(names.map((row) => row.split(':')[0]));
  }
});

test('a resource has what discovery says of it', () => {
  expect(resourceOf('apps/v1', 'Deployment', NEWEST)).toMatchObject({
    group: 'apps',
    version: 'v1',
    plural: 'deployments',
    shortNames: ['deploy'],
    namespaced: true,
    enabledByDefault: true,
    subresources: ['scale', 'status'],
    verbs: expect.arrayContaining(['create', 'patch']),
  });
  expect(resourceOf('v1', 'Namespace', '1.30')).toMatchObject({ group: '', apiVersion: 'v1', namespaced: false });
  expect(resourceOf('apps/v1', 'deployment', NEWEST)).toBeUndefined();
  expect(resourceOf('apps/v1', '__proto__', NEWEST)).toBeUndefined();
});

test('presence differs by release', () => {
  expect(resourceOf('flowcontrol.apiserver.k8s.io/v1beta3', 'FlowSchema', '1.31')?.enabledByDefault).toBe(true);
  expect(resourceOf('flowcontrol.apiserver.k8s.io/v1beta3', 'FlowSchema', '1.32')).toBeUndefined();
  expect(resourceOf('resource.k8s.io/v1', 'ResourceClaim', '1.33')).toBeUndefined();
  expect(resourceOf('resource.k8s.io/v1', 'ResourceClaim', '1.34')?.enabledByDefault).toBe(true);
  expect(resourceOf('resource.k8s.io/v1beta1', 'ResourceClaim', '1.34')?.enabledByDefault).toBe(false);
  const pod = (release: Release) => schemaOf(resourceOf('v1', 'Pod', release)!, release);
  expect(at(pod('1.33'), 'spec.hostnameOverride')).toBeUndefined();
  expect(at(pod('1.34'), 'spec.hostnameOverride')?.kind).toBe('string');
  const effects = (release: Release) => at(pod(release), 'spec.tolerations.*')?.fields.get('operator')?.enum;
  expect(effects('1.34')).toEqual(['Equal', 'Exists']);
  expect(effects('1.35')).toEqual(['Equal', 'Exists', 'Gt', 'Lt']);
  expect(definitionOf('core.v1.FileKeySelector', '1.30')).toBeUndefined();
  expect(definitionOf('core.v1.FileKeySelector', '1.34')).toBeDefined();
  expect(definitionOf('toString', NEWEST)).toBeUndefined();
});

test('fields have their types, keys and defaults', () => {
  const pod = schemaOf(resourceOf('v1', 'Pod', NEWEST)!, NEWEST);
  const spec = at(pod, 'spec')!;
  expect(spec.definition).toBe('core.v1.PodSpec');
  expect(spec.fields.get('containers')).toMatchObject({
    required: true,
    listType: 'map',
    mapKeys: ['name'],
    patchMergeKey: 'name',
    patchStrategy: 'merge',
  });
  const container = at(spec, 'containers.*')!;
  expect(container).toBe(at(spec, 'initContainers.*'));
  expect(container.fields.get('ports')).toMatchObject({ mapKeys: ['containerPort', 'protocol'], patchMergeKey: 'containerPort' });
  expect(container.fields.get('imagePullPolicy')).toMatchObject({
    enum: ['Always', 'IfNotPresent', 'Never'],
    goType: 'v1.PullPolicy',
  });
  expect(at(container, 'ports.*')?.fields.get('protocol')?.default).toBe('TCP');
  const kinds = (path: string) => at(container, path)?.kind;
  expect(kinds('resources.limits.*')).toBe('quantity');
  expect(kinds('livenessProbe.httpGet.port')).toBe('int-or-string');
  expect(kinds('livenessProbe.periodSeconds')).toBe('int32');
  expect(at(pod, 'metadata.creationTimestamp')?.kind).toBe('time');
  expect(at(pod, 'metadata.generation')?.kind).toBe('int64');
  expect(at(schemaOf(resourceOf('v1', 'Secret', NEWEST)!, NEWEST), 'data.*')?.kind).toBe('bytes');
  expect(at(spec, 'volumes.*')?.fields.get('configMap')?.embedded).toBe('VolumeSource');
  expect(spec.fields.get('constructor')).toBeUndefined();
});

test('kinds are found by name, the served and stable first', () => {
  expect(kindsNamed('HorizontalPodAutoscaler', NEWEST).map((resource) => resource.apiVersion)).toEqual([
    'autoscaling/v2',
    'autoscaling/v1',
  ]);
  expect(kindsNamed('Event', NEWEST).map((resource) => resource.apiVersion)).toEqual(['v1', 'events.k8s.io/v1']);
  expect(kindsNamed('ResourceClaim', '1.34')[0]).toMatchObject({ apiVersion: 'resource.k8s.io/v1', enabledByDefault: true });
  expect(kindsNamed('Widget', NEWEST)).toEqual([]);
  expect(closestKind('Deploymnet', NEWEST)).toBe('Deployment');
  expect(closestKind('configmap', NEWEST)).toBe('ConfigMap');
  expect(closestKind('Kustomization', NEWEST)).toBeUndefined();
});

test('groups of Kubernetes itself, past ones too, are known', () => {
  for (const group of ['', 'apps', 'extensions', 'networking.k8s.io', 'settings.k8s.io'])
    expect(isBuiltInGroup(group), group).toBe(true);
  for (const group of ['gateway.networking.k8s.io', 'snapshot.storage.k8s.io', 'example.com'])
    expect(isBuiltInGroup(group), group).toBe(false);
});

test('versions are ordered by stability, then by number', () => {
  const versions = ['v1alpha1', 'foo10', 'v11beta2', 'v2', 'v1', 'v10beta3', 'v3beta1', 'v1beta1'];
  expect(versions.sort(compareVersions)).toEqual(['v2', 'v1', 'v11beta2', 'v10beta3', 'v3beta1', 'v1beta1', 'v1alpha1', 'foo10']);
});
