import { describe, expect, it } from 'vitest';
import { configMapFaults, configurationFaults } from '../../src/kubelet/component-configs.ts';
import { componentFaults } from '../../src/kubelet/component-faults.ts';

describe('what a component is started with', () => {
  const faults = (image: string, argv: string[], minor = 37): string[] =>
    componentFaults({ image, command: argv }, minor).map(({ certainty, release, what }) => `${certainty} ${release} ${what}`);

  it('is judged by the release of its image, else by that of the cluster', () => {
    const argv = ['kube-scheduler', '--port=0'];
    expect(faults('registry.k8s.io/kube-scheduler:v1.22.3', argv)).toEqual([]);
    expect(faults('registry.k8s.io/kube-scheduler:v1.24.3', argv)).toEqual(['certain 1.24 --port']);
    expect(faults('ghcr.io/acme/kube-scheduler:stable', argv)).toEqual(['likely 1.37 --port']);
    // Releases that podlint has no table for.
    expect(faults('registry.k8s.io/kube-scheduler:v1.12.0', argv)).toEqual([]);
  });

  it('may be what only a build of somebody else knows', () => {
    const argv = ['kube-scheduler', '--acme-weight=3', '--feature-gates=AcmeGate=true'];
    expect(faults('registry.k8s.io/kube-scheduler:v1.34.0', argv)).toEqual([
      'certain 1.34 --acme-weight',
      'certain 1.34 feature gate AcmeGate',
    ]);
    for (const image of ['ghcr.io/acme/scheduler:v1.34.0', 'ghcr.io/acme/kube-scheduler:v1.34.0-acme.1', 'kube-scheduler'])
      expect(faults(image, argv)).toEqual([]);
  });

  it('has the place of each argument', () => {
    const container = {
      image: 'registry.k8s.io/kube-apiserver:v1.34.0',
      command: ['kube-apiserver'],
      args: ['--insecure-port', '0', '--enable-admission-plugins=NodeRestriction,PodSecurityPolicy'],
    };
    expect(componentFaults(container, 37)).toMatchObject([
      { path: ['args', 0], alone: false, removedIn: '1.24' },
      { path: ['args', 2], alone: true, what: 'admission plugin PodSecurityPolicy' },
    ]);
  });

  it.each([null, [], 5, {}, { command: [null], image: 5 }, { command: ['kubelet', 5] }, { image: 'x', args: ['--port'] }])(
    'is nothing in %j',
    (container) => expect(componentFaults(container, 37)).toEqual([]),
  );
});

describe('configurations', () => {
  it('of kubeadm are judged by their kubernetesVersion, in both forms', () => {
    const base = { apiVersion: 'kubeadm.k8s.io/v1beta3', kind: 'ClusterConfiguration', kubernetesVersion: 'v1.30.2' };
    const asMap = { ...base, apiServer: { extraArgs: { 'insecure-port': '0', 'authorization-mode': 'RBAC' } } };
    const asList = {
      ...base,
      scheduler: {
        extraArgs: [
          { name: 'bind-address', value: '::' },
          { name: 'port', value: '0' },
        ],
      },
    };
    expect(configurationFaults(asMap, 37)).toMatchObject([
      { component: 'kube-apiserver', certainty: 'certain', release: '1.30', path: ['apiServer', 'extraArgs', 'insecure-port'] },
    ]);
    expect(configurationFaults(asList, 37)).toMatchObject([
      { component: 'kube-scheduler', path: ['scheduler', 'extraArgs', 1, 'name'] },
    ]);
    expect(configurationFaults({ ...asMap, kubernetesVersion: 'v1.23.0' }, 37)).toEqual([]);
    expect(configurationFaults({ ...asMap, kubernetesVersion: 'stable-1' }, 37)).toMatchObject([{ certainty: 'likely' }]);
  });

  it('of the kubelet are judged by their feature gates', () => {
    const gates = (featureGates: unknown) => configurationFaults({ kind: 'KubeletConfiguration', featureGates }, 37);
    expect(gates({ DynamicKubeletConfig: true })).toMatchObject([{ path: ['featureGates', 'DynamicKubeletConfig'] }]);
    expect(gates({ AcmeGate: true, AllAlpha: false })).toEqual([]);
    expect(gates(null)).toEqual([]);
    expect(gates('x')).toEqual([]);
  });

  it('are found in ConfigMaps', () => {
    const kubelet = 'kind: KubeletConfiguration\nfeatureGates:\n  DynamicKubeletConfig: true\n';
    expect(configMapFaults({ data: { kubelet, other: 'x', bad: 'kind: KubeletConfiguration\n\t- [' } }, 37)).toMatchObject([
      { path: ['data', 'kubelet'] },
    ]);
    for (const odd of [null, {}, { data: [] }, { data: { a: null } }]) expect(configMapFaults(odd, 37)).toEqual([]);
  });
});
