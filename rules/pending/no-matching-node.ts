import { at, outlookOf, type Path, type PodTemplate, pendingCause, pendingReasons, rule } from '../../src/rule.ts';

export default rule({
  id: 'pending/no-matching-node',
  level: 'error',
  predicts: { component: 'scheduler', status: 'Pending' },
  states: ['S1'],
  docs: {
    summary: "No node answers a Pod's node selector or affinity, or the Pod does not tolerate the taints of those that do",
    why:
      "The Pod stays Pending with `FailedScheduling … didn't match Pod's node affinity/selector` or `untolerated taint`, however empty the nodes are. Correct the label or the selector, add " +
      'the toleration, or label a node.',
    limits: 'it needs the nodes as facts (`--cluster`).',
    links: [
      'https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/',
      'https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/',
    ],
  },
  examples: {
    facts: `apiVersion: v1
kind: Node
metadata:
  name: node-1
  labels:
    disk: ssd
status:
  allocatable:
    cpu: "4"
    memory: 8Gi
    pods: "110"
`,
    bad: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  nodeSelector: # expect: pending/no-matching-node
    disk: nvme
  containers:
    - name: web
      image: nginx:1.29
`,
    good: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  nodeSelector:
    disk: ssd
  containers:
    - name: web
      image: nginx:1.29
`,
  },
  fix: 'never',
  evidence: 'run',
  visit: {
    PodTemplate(pod, context) {
      const outlook = outlookOf(context.cluster);
      const placement = outlook.placements.get(pod);
      if (pod.perNode) {
        if (outlook.nodes === 0 || placement === undefined || placement.wanted > 0) return;
        context.report({
          at: placeOf(pod),
          part: 'key',
          level: 'warning',
          message: `the DaemonSet runs nowhere: none of the ${outlook.nodes} nodes answers its selector and tolerations`,
          says: 'desiredNumberScheduled: 0',
          blocks: [],
        });
        return;
      }
      if (
        placement === undefined ||
        placement.pending === 0 ||
        pendingCause(placement.message, outlook.eligible(pod)) !== 'nodes'
      )
        return;
      const { message = '', surelyPending, pending, wanted } = placement;
      context.report({
        at: placeOf(pod),
        part: 'key',
        level: surelyPending > 0 ? 'error' : 'warning',
        message: `${pending === wanted ? 'no node takes it' : `${pending} of ${wanted} Pods find no node`}: ${pendingReasons(message)}`,
        says: message,
        pods: surelyPending > 0 ? surelyPending : pending,
      });
    },
  },
});

function placeOf(pod: PodTemplate): Path {
  for (const path of [
    ['nodeSelector'],
    ['affinity', 'nodeAffinity'],
    ['affinity'],
    ['topologySpreadConstraints'],
    ['tolerations'],
  ]) {
    if (at(pod.spec, path) != null) return [...pod.specPath, ...path];
  }
  return pod.specPath;
}
