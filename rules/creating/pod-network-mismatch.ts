import { type Cluster, describe, NetworkSet, rule } from '../../src/rule.ts';

export default rule({
  id: 'creating/pod-network-mismatch',
  level: 'error',
  predicts: { component: 'kubelet', status: 'ContainerCreating' },
  states: ['S3'],
  docs: {
    summary: 'The network of the Pods is declared twice, and the two differ; or it overlaps that of the Services',
    why:
      "Nodes get their Pod ranges from what kubeadm or kube-controller-manager was told, and the network plugin has settings of its own. flannel stops where a node's range is not within its `Network`, and every Pod " +
      'that needs an address stays ContainerCreating (`failed to set up sandbox`, or later `cni0 already has an IP address different from …`); other plugins go on, and kube-proxy takes their Pods for foreign. ' +
      'Say one range everywhere, and let it not overlap the Service range.',
    limits:
      'it compares what stands in one set and in the facts: documents of kubeadm, kind and kube-proxy, flags, and the settings of flannel, Calico, Cilium and Weave.',
    links: [
      'https://kubernetes.io/docs/concepts/cluster-administration/networking/',
      'https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/create-cluster-kubeadm/#pod-network',
    ],
  },
  examples: {
    bad: `apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
networking:
  podSubnet: 10.0.0.0/16
  serviceSubnet: 10.96.0.0/12
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: kube-flannel-cfg
  namespace: kube-flannel
data:
  net-conf.json: | # expect: creating/pod-network-mismatch
    {
      "Network": "10.244.0.0/16",
      "Backend": { "Type": "vxlan" }
    }
`,
    good: `apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
networking:
  podSubnet: 10.244.0.0/16
  serviceSubnet: 10.96.0.0/12
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: kube-flannel-cfg
  namespace: kube-flannel
data:
  net-conf.json: |
    {
      "Network": "10.244.0.0/16",
      "Backend": { "Type": "vxlan" }
    }
`,
  },
  fix: 'never',
  evidence: { none: 'no network plugin runs on the pretended nodes' },
  visit: {
    Document(document, context) {
      for (const { kind, certainty, says, first, second } of networksOf(context.cluster).add(document)) {
        const other = `${first.what} is ${first.cidr}${first.object === undefined ? ` (${first.document.file.path})` : ''}`;
        context.report({
          object: second.object,
          at: second.path,
          level: certainty === 'certain' && kind === 'outside' ? 'error' : 'warning',
          message:
            kind === 'overlap'
              ? `${second.what} is ${second.cidr}, ${other}: they overlap, so a Pod and a Service can get one address`
              : kind === 'outside'
                ? `${second.what} is ${second.cidr}, but ${other}: ${says === undefined ? 'traffic between Pods goes wrong' : 'the plugin stops, and no new Pod gets an address'}`
                : `${second.what} is ${second.cidr}, but ${other}`,
          says: says ?? 'networkPlugin cni failed to set up pod',
          related:
            first.object === undefined || first.object.origin === 'fact'
              ? []
              : [{ object: first.object, at: first.path, message: `${first.what} of ${describe(first.object)}` }],
          blocks: [],
        });
      }
    },
  },
});

const networks = new WeakMap<Cluster, NetworkSet>();

function networksOf(cluster: Cluster): NetworkSet {
  let found = networks.get(cluster);
  if (found === undefined) {
    found = new NetworkSet(cluster);
    networks.set(cluster, found);
  }
  return found;
}
