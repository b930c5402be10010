import {
  at,
  type Cluster,
  outlookOf,
  type Path,
  type PodTemplate,
  parseQuantity,
  pendingCause,
  pendingReasons,
  quantityToNumber,
  rule,
} from '../../src/rule.ts';

export default rule({
  id: 'pending/insufficient-resources',
  level: 'error',
  predicts: { component: 'scheduler', status: 'Pending' },
  states: ['S1'],
  docs: {
    summary: 'No node has room for a Pod, or the nodes together have none for all replicas',
    why:
      'The scheduler adds up the requests of what is on each node (not what is used) and finds none with enough left: the Pod stays Pending with `FailedScheduling … Insufficient cpu`. Effective requests count: ' +
      'init containers, sidecars, overhead, limits where no request is given, and the defaults of a LimitRange. Ask for less, run fewer, or add nodes.',
    limits: 'it needs the nodes as facts (`--cluster`); an autoscaler may add nodes.',
    links: [
      'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#how-pods-with-resource-requests-are-scheduled',
    ],
  },
  examples: {
    facts: `apiVersion: v1
kind: Node
metadata:
  name: node-1
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
  containers:
    - name: web
      image: nginx:1.29
      resources:
        requests:
          memory: 16Gi # expect: pending/insufficient-resources
`,
    good: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.29
      resources:
        requests:
          memory: 6Gi
`,
  },
  fix: 'never',
  evidence: 'run',
  visit: {
    PodTemplate(pod, context) {
      const outlook = outlookOf(context.cluster);
      const placement = outlook.placements.get(pod);
      if (
        placement === undefined ||
        placement.pending === 0 ||
        pendingCause(placement.message, outlook.eligible(pod)) !== 'resources'
      )
        return;
      const { message = '', pending, wanted, surelyPending } = placement;
      const resource = /Insufficient ([\w/-]+(?:\.[\w/-]+)*)/.exec(message)?.[1];
      const all = pending === wanted;
      const sure = surelyPending > 0;
      context.report({
        at: placeOf(pod, resource, all),
        part: 'value',
        level: sure ? 'error' : 'warning',
        message: `${all ? (wanted === 1 ? 'no node has room for it' : `none of its ${wanted} Pods finds a node`) : `${pending} of its ${wanted} Pods find no node`}${sure ? '' : ', after what else the set runs'}: ${pendingReasons(message)}${all && resource !== undefined ? largest(context.cluster, resource) : ''}`,
        says: message,
        pods: sure ? surelyPending : pending,
      });
    },
  },
});

/** `; the largest has 8Gi`, of the Nodes as they are written. */
function largest(cluster: Cluster, resource: string): string {
  let most: { readonly amount: number; readonly text: string } | undefined;
  for (const { value } of cluster.ofKind('Node')) {
    const written = at(value, ['status', 'allocatable', resource]);
    const quantity = parseQuantity(written);
    if (quantity === undefined) continue;
    const amount = quantityToNumber(quantity);
    if (most === undefined || amount > most.amount) most = { amount, text: String(written) };
  }
  return most === undefined ? '' : `; the largest has ${most.text}`;
}

/** The request of the container that asks for most of the resource, or of the Pod as a whole; the replicas where each Pod alone would fit. */
function placeOf(pod: PodTemplate, resource: string | undefined, all: boolean): Path {
  if (!all && at(pod.owner.value, ['spec', 'replicas']) !== undefined) return ['spec', 'replicas'];
  let most: Path = pod.containers[0]?.path ?? pod.specPath;
  if (resource === undefined) return most;
  let amount = -1;
  const holders = [{ path: pod.specPath, value: pod.spec as unknown }, ...pod.containers];
  for (const { path, value } of holders) {
    // A limit counts as the request where there is none.
    const list = at(value, ['resources', 'requests', resource]) == null ? 'limits' : 'requests';
    const asked = parseQuantity(at(value, ['resources', list, resource]));
    if (asked === undefined || quantityToNumber(asked) <= amount) continue;
    amount = quantityToNumber(asked);
    most = [...path, 'resources', list, resource];
  }
  return most;
}
