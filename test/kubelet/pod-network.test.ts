import { describe, expect, it } from 'vitest';
import { parseCidr } from '../../src/api/ip.ts';
import {
  cidrHolds,
  cidrsOverlap,
  type NetworkDeclaration,
  networkConflicts,
  networkDeclarations,
  sameCidr,
} from '../../src/kubelet/pod-network.ts';

const cidr = (text: string) => parseCidr(text)!;

describe('arithmetic', () => {
  it.each<[string, string, boolean, boolean, boolean]>([
    ['10.0.0.0/8', '10.244.0.0/16', true, true, false],
    ['10.244.0.0/16', '10.0.0.0/8', false, true, false],
    ['10.244.0.0/16', '10.244.5.6/16', true, true, true],
    ['10.244.0.0/16', '10.245.0.0/16', false, false, false],
    ['0.0.0.0/0', '192.168.0.0/16', true, true, false],
    ['fd00::/8', 'fd00:10:244::/56', true, true, false],
    ['fd00::/48', 'fd00:0:1::/48', false, false, false],
    ['::/0', '10.0.0.0/8', false, false, false],
    ['10.0.0.0/31', '10.0.0.1/32', true, true, false],
  ])('%s and %s', (a, b, holds, overlap, same) => {
    expect([cidrHolds(cidr(a), cidr(b)), cidrsOverlap(cidr(a), cidr(b)), sameCidr(cidr(a), cidr(b))]).toEqual([
      holds,
      overlap,
      same,
    ]);
  });
});

describe('networkDeclarations', () => {
  const of = (object: unknown): string[] =>
    networkDeclarations(object).map(({ cidr: text, of: what, by, path }) => `${what} ${by} ${text} ${path.join('.')}`);

  const kubeadm =
    'apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\nnetworking:\n  podSubnet: 10.10.0.0/16,fd00::/56\n  serviceSubnet: 10.96.0.0/12\n';

  it.each<[string, unknown, string[]]>([
    [
      'a kubeadm configuration',
      {
        apiVersion: 'kubeadm.k8s.io/v1beta4',
        kind: 'ClusterConfiguration',
        networking: { podSubnet: '10.10.0.0/16' },
        controllerManager: {
          extraArgs: [
            { name: 'v', value: '2' },
            { name: 'cluster-cidr', value: '10.20.0.0/16' },
          ],
        },
        apiServer: { extraArgs: { 'service-cluster-ip-range': '10.96.0.0/12' } },
      },
      [
        'pods cluster 10.10.0.0/16 networking.podSubnet',
        'pods cluster 10.20.0.0/16 controllerManager.extraArgs.1.value',
        'services cluster 10.96.0.0/12 apiServer.extraArgs.service-cluster-ip-range',
      ],
    ],
    [
      'kubeadm-config',
      { apiVersion: 'v1', kind: 'ConfigMap', data: { ClusterConfiguration: kubeadm } },
      [
        'pods cluster 10.10.0.0/16 data.ClusterConfiguration',
        'pods cluster fd00::/56 data.ClusterConfiguration',
        'services cluster 10.96.0.0/12 data.ClusterConfiguration',
      ],
    ],
    [
      'the ConfigMap of kube-proxy',
      { kind: 'ConfigMap', data: { 'config.conf': 'kind: KubeProxyConfiguration\nclusterCIDR: 10.1.0.0/16\n', other: 'x' } },
      ['pods cluster 10.1.0.0/16 data.config.conf'],
    ],
    [
      'flannel',
      {
        kind: 'ConfigMap',
        data: { 'net-conf.json': '{ "Network": "10.244.0.0/16", "EnableIPv6": true, "IPv6Network": "fd00::/56" }' },
      },
      ['pods flannel 10.244.0.0/16 data.net-conf.json', 'pods flannel fd00::/56 data.net-conf.json'],
    ],
    [
      'Cilium',
      { kind: 'ConfigMap', data: { 'cluster-pool-ipv4-cidr': '10.0.0.0/8', 'cluster-pool-ipv4-mask-size': '24' } },
      ['pods cilium 10.0.0.0/8 data.cluster-pool-ipv4-cidr'],
    ],
    [
      'Calico',
      {
        kind: 'DaemonSet',
        apiVersion: 'apps/v1',
        spec: {
          template: {
            spec: {
              containers: [
                { name: 'calico-node', env: [{ name: 'X' }, { name: 'CALICO_IPV4POOL_CIDR', value: '192.168.0.0/16' }] },
              ],
            },
          },
        },
      },
      ['pods calico 192.168.0.0/16 spec.template.spec.containers.0.env.1.value'],
    ],
    [
      "Calico's pool",
      { apiVersion: 'crd.projectcalico.org/v1', kind: 'IPPool', spec: { cidr: '192.168.0.0/16' } },
      ['pods calico 192.168.0.0/16 spec.cidr'],
    ],
    [
      "Calico's disabled pool",
      { apiVersion: 'projectcalico.org/v3', kind: 'IPPool', spec: { cidr: '192.168.0.0/16', disabled: true } },
      [],
    ],
    [
      "Tigera's operator",
      {
        apiVersion: 'operator.tigera.io/v1',
        kind: 'Installation',
        spec: { calicoNetwork: { ipPools: [{ cidr: '192.168.0.0/16' }] } },
      },
      ['pods calico 192.168.0.0/16 spec.calicoNetwork.ipPools.0.cidr'],
    ],
    [
      'a static Pod',
      {
        kind: 'Pod',
        apiVersion: 'v1',
        spec: {
          containers: [
            { command: ['kube-controller-manager', '--cluster-cidr=10.1.0.0/16', '--service-cluster-ip-range', '10.2.0.0/16'] },
          ],
        },
      },
      ['pods cluster 10.1.0.0/16 spec.containers.0.command.1', 'services cluster 10.2.0.0/16 spec.containers.0.command.3'],
    ],
    [
      'kind',
      { apiVersion: 'kind.x-k8s.io/v1alpha4', kind: 'Cluster', networking: { podSubnet: '10.1.0.0/16' } },
      ['pods cluster 10.1.0.0/16 networking.podSubnet'],
    ],
    [
      'a ServiceCIDR',
      { apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', spec: { cidrs: ['10.3.0.0/16'] } },
      ['services cluster 10.3.0.0/16 spec.cidrs.0'],
    ],
    [
      'placeholders',
      { kind: 'ConfigMap', data: { 'net-conf.json': '{"Network": "${POD_CIDR}"}', 'cluster-pool-ipv4-cidr': '{{ .x }}' } },
      [],
    ],
    [
      'broken texts',
      { kind: 'ConfigMap', data: { 'net-conf.json': '{', 'config.conf': 'kind: KubeProxyConfiguration\n\t- x', n: 5 } },
      [],
    ],
    [
      'another Cluster',
      { apiVersion: 'cluster.x-k8s.io/v1beta1', kind: 'Cluster', networking: { podSubnet: '10.1.0.0/16' } },
      [],
    ],
    ['nothing', null, []],
    ['odd types', { kind: 'ConfigMap', data: [], spec: { containers: 'x', template: 5 } }, []],
  ])('%s', (_, object, expected) => {
    expect(of(object)).toEqual(expected);
  });
});

describe('networkConflicts', () => {
  const declare = (
    text: string,
    by: NetworkDeclaration['by'] = 'cluster',
    of: NetworkDeclaration['of'] = 'pods',
    what = `${by} ${text}`,
  ): NetworkDeclaration => ({
    cidr: text,
    by,
    of,
    what,
    path: [],
  });
  const kinds = (...declarations: NetworkDeclaration[]): string[] =>
    networkConflicts(declarations).map(({ kind, certainty }) => `${kind} ${certainty}`);

  it('compares the plugin with the cluster', () => {
    expect(kinds(declare('10.244.0.0/16'), declare('10.244.0.0/16', 'flannel'))).toEqual([]);
    expect(kinds(declare('10.244.0.0/17'), declare('10.244.0.0/16', 'flannel'))).toEqual([]);
    expect(kinds(declare('10.10.0.0/16'), declare('10.244.0.0/16', 'flannel'))).toEqual(['outside certain']);
    expect(kinds(declare('10.0.0.0/8'), declare('10.244.0.0/16', 'calico'))).toEqual([]);
    expect(kinds(declare('192.168.0.0/16', 'calico'), declare('10.244.0.0/16'))).toEqual(['outside likely']);
    expect(kinds(declare('fd00::/48'), declare('10.244.0.0/16', 'flannel'))).toEqual([]);
  });

  it("has flannel's words", () => {
    const [conflict] = networkConflicts([declare('10.10.0.0/16'), declare('10.244.0.0/16', 'flannel')]);
    expect(conflict?.says).toBe(
      'subnet "10.244.0.0/16" specified in the flannel net config doesn\'t contain "10.10.0.0/24" PodCIDR',
    );
  });

  it('keeps Pods and Services apart', () => {
    expect(kinds(declare('10.0.0.0/8', 'cilium'), declare('10.96.0.0/12', 'cluster', 'services'))).toEqual(['overlap certain']);
    expect(kinds(declare('10.244.0.0/16'), declare('10.96.0.0/12', 'cluster', 'services'))).toEqual([]);
  });

  it('wants one range of the cluster for Pods', () => {
    expect(kinds(declare('10.1.0.0/16'), declare('10.2.0.0/16'))).toEqual(['differ likely']);
    expect(kinds(declare('10.1.0.0/16', 'cluster', 'services'), declare('10.2.0.0/16', 'cluster', 'services'))).toEqual([]);
    expect(kinds(declare('10.1.0.0/16', 'calico'), declare('10.2.0.0/16', 'calico'))).toEqual([]);
  });

  it('passes over what is no block', () => {
    expect(kinds(declare('10.1.0.0'), declare('x'), declare('10.2.0.0/33'))).toEqual([]);
    expect(networkConflicts(new Array<NetworkDeclaration>(5_000).fill(declare('10.0.0.0/8'))).length).toBe(0);
  });
});
