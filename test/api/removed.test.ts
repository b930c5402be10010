import { expect, test } from 'vitest';
import { NEWEST, RELEASES } from '../../src/api/kinds.ts';
import { lifecycleOf } from '../../src/api/removed.ts';
import { resourceOf, resourcesOf } from '../../src/api/table.ts';

test('what a release serves by default is served, the rest of it is disabled', () => {
  for (const release of RELEASES) {
    for (const resource of resourcesOf(release)) {
      const state = lifecycleOf(resource.apiVersion, resource.kind, release).state;
      expect(state, `${resource.apiVersion} ${resource.kind} ${release}`).toBe(resource.enabledByDefault ? 'served' : 'disabled');
    }
  }
});

test.each([
  ['policy/v1beta1', 'PodDisruptionBudget', '1.25', 'policy/v1'],
  ['extensions/v1beta1', 'Ingress', '1.22', 'networking.k8s.io/v1'],
  ['extensions/v1beta1', 'Deployment', '1.16', 'apps/v1'],
  ['extensions/v1beta1', 'DaemonSet', '1.16', 'apps/v1'],
  ['apps/v1beta2', 'StatefulSet', '1.16', 'apps/v1'],
  ['batch/v1beta1', 'CronJob', '1.25', 'batch/v1'],
  ['autoscaling/v2beta2', 'HorizontalPodAutoscaler', '1.26', 'autoscaling/v2'],
  ['apiextensions.k8s.io/v1beta1', 'CustomResourceDefinition', '1.22', 'apiextensions.k8s.io/v1'],
  ['storage.k8s.io/v1beta1', 'StorageClass', '1.22', 'storage.k8s.io/v1'],
  ['flowcontrol.apiserver.k8s.io/v1beta2', 'FlowSchema', '1.29', 'flowcontrol.apiserver.k8s.io/v1'],
])('%s %s went with %s', (apiVersion, kind, since, replacement) => {
  expect(lifecycleOf(apiVersion, kind, NEWEST)).toMatchObject({
    state: 'removed',
    since,
    replacement: { apiVersion: replacement, kind },
  });
});

test('some things went without a successor, or under another name', () => {
  const gone = lifecycleOf('policy/v1beta1', 'PodSecurityPolicy', NEWEST);
  expect(gone).toMatchObject({ state: 'removed', since: '1.25', replacement: undefined });
  expect(gone).toHaveProperty('fieldsChanged', expect.stringContaining('pod-security.kubernetes.io/enforce'));
  expect(lifecycleOf('extensions/v1beta1', 'ThirdPartyResource', NEWEST)).toMatchObject({
    replacement: { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' },
  });
});

test('every named successor is served', () => {
  for (const release of RELEASES) {
    const names = [
      'extensions/v1beta1 Ingress',
      'batch/v2alpha1 ScheduledJob',
      'apps/v1alpha1 PetSet',
      'rbac.authorization.k8s.io/v1beta1 Role',
    ];
    for (const name of names) {
      const [apiVersion, kind] = name.split(' ') as [string, string];
      const state = lifecycleOf(apiVersion, kind, release);
      expect(state.state === 'removed' && state.replacement, name).toBeTruthy();
      if (state.state !== 'removed' || state.replacement === undefined) continue;
      expect(resourceOf(state.replacement.apiVersion, state.replacement.kind, release)?.enabledByDefault, name).toBe(true);
    }
  }
});

test('what other known releases have is dated from the table', () => {
  expect(lifecycleOf('flowcontrol.apiserver.k8s.io/v1beta3', 'FlowSchema', '1.32')).toMatchObject({
    state: 'removed',
    since: '1.32',
    replacement: { apiVersion: 'flowcontrol.apiserver.k8s.io/v1' },
  });
  expect(lifecycleOf('resource.k8s.io/v1', 'ResourceClaim', '1.30')).toEqual({
    state: 'notYet',
    from: '1.34',
    enabledByDefault: true,
  });
  expect(lifecycleOf('flowcontrol.apiserver.k8s.io/v1beta3', 'FlowSchema', '1.30')).toMatchObject({
    state: 'served',
    deprecation: { since: '1.29', removedIn: '1.32', replacement: { apiVersion: 'flowcontrol.apiserver.k8s.io/v1' } },
  });
  expect(lifecycleOf('certificates.k8s.io/v1beta1', 'ClusterTrustBundle', '1.37')).toMatchObject({
    state: 'disabled',
    runtimeConfig: 'certificates.k8s.io/v1beta1=true',
    deprecation: { since: '1.37' },
  });
  expect(lifecycleOf('certificates.k8s.io/v1beta1', 'ClusterTrustBundle', '1.36')).toMatchObject({
    state: 'disabled',
    deprecation: undefined,
  });
});

test.each([
  ['v1', 'Deployment', ['apps/v1 Deployment']],
  ['apps/v1', 'Pod', ['v1 Pod']],
  ['apps/v1', 'Deploymnet', ['apps/v1 Deployment']],
  ['apps/v1', 'deployment', ['apps/v1 Deployment']],
  ['apps', 'Deployment', ['apps/v1 Deployment']],
  ['v2', 'Service', ['v1 Service']],
  ['networking.k8s.io/v2', 'Ingress', ['networking.k8s.io/v1 Ingress']],
  ['v1', 'svc', ['v1 Service']],
])('%s %s is none, and near to %s', (apiVersion, kind, near) => {
  const state = lifecycleOf(apiVersion, kind, NEWEST);
  expect(state.state).toMatch(/^(unknown|custom)$/);
  const suggestions = state.state === 'unknown' || state.state === 'custom' ? state.suggestions : [];
  expect(suggestions.map((name) => `${name.apiVersion} ${name.kind}`)).toEqual(near);
});

test('other groups are custom, misspelt ones with a hint', () => {
  expect(lifecycleOf('serving.knative.dev/v1', 'Service', NEWEST)).toEqual({ state: 'custom', suggestions: [] });
  expect(lifecycleOf('app/v1', 'Deployment', NEWEST)).toEqual({
    state: 'custom',
    suggestions: [{ apiVersion: 'apps/v1', kind: 'Deployment' }],
  });
  expect(lifecycleOf('network.k8s.io/v1', 'Ingress', NEWEST)).toMatchObject({
    state: 'custom',
    suggestions: [{ apiVersion: 'networking.k8s.io/v1' }],
  });
});
