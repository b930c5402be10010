import { expect, test } from 'vitest';
import { catalogued } from '../../src/api/catalogue.ts';
import { compareVersions, deprecationWarning } from '../../src/api/custom-versions.ts';

// As k8s.io/apimachinery/pkg/version's own tests have them.
test('versions are in the order of Kubernetes', () => {
  const order = ['v11', 'v2', 'v1', 'v11beta2', 'v10beta3', 'v3beta1', 'v12alpha1', 'v11alpha2', 'foo1', 'foo10'];
  expect([...order].reverse().sort((a, b) => compareVersions(b, a))).toEqual(order);
  expect(compareVersions('v1', 'v1')).toBe(0);
});

test('a deprecated version names the best one that is newer', () => {
  const warn = (version: string, served: readonly string[]) => deprecationWarning('example.com', version, 'Widget', served);
  expect(warn('v1beta1', ['v1alpha1', 'v2beta1', 'v1'])).toBe(
    'example.com/v1beta1 Widget is deprecated; use example.com/v1 Widget',
  );
  expect(warn('v1', ['v1beta1'])).toBe('example.com/v1 Widget is deprecated');
});

test('the catalogue knows what is deprecated', () => {
  const of = (group: string, kind: string, version: string) =>
    catalogued(group).find((custom) => custom.kind === kind && custom.version === version)?.deprecationWarning;
  expect(of('cluster.x-k8s.io', 'Machine', 'v1beta1')).toBe(
    'cluster.x-k8s.io/v1beta1 Machine is deprecated; use cluster.x-k8s.io/v1beta2 Machine',
  );
  expect(of('helm.toolkit.fluxcd.io', 'HelmRelease', 'v2beta2')).toBe('v2beta2 HelmRelease is deprecated, upgrade to v2');
  expect(of('helm.toolkit.fluxcd.io', 'HelmRelease', 'v2')).toBeUndefined();
});
