import { asObject, describe, parseLabelSelector, rule } from '../../src/rule.ts';

export default rule({
  id: 'terminating/drain-blocked-by-budget',
  level: 'warning',
  states: ['S14'],
  docs: {
    summary: 'A PodDisruptionBudget that never lets a Pod go',
    why:
      "It demands as many Pods as there are, so every eviction is refused (`Cannot evict pod as it would violate the pod's disruption budget.`): `kubectl drain` waits for ever, nodes are neither " +
      'upgraded nor removed, and somebody deletes the Pods by force. Allow one Pod to be missing, or run one more.',
    limits: 'without an autoscaler in the set the replicas may be raised later.',
    links: ['https://kubernetes.io/docs/tasks/run-application/configure-pdb/'],
  },
  examples: {
    bad: `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1 # expect: terminating/drain-blocked-by-budget
  selector:
    matchLabels:
      app: web
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.29
`,
    good: `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: web
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.29
`,
  },
  fix: 'never',
  evidence: { none: 'it shows only when a node is drained' },
  visit: {
    PodDisruptionBudget(budget, context) {
      const spec = asObject(budget.value['spec']);
      const selector = spec?.['selector'];
      if (spec === undefined || selector == null) return;
      const parsed = parseLabelSelector(selector);
      if (parsed === undefined) return;
      const pods = context.cluster.podsSelected(budget.namespace, parsed).filter((pod) => !pod.finite);
      if (pods.length === 0 || pods.some((pod) => pod.perNode || pod.owner.kind === 'Pod' || !pod.owner.builtIn)) return;
      const total = pods.reduce((sum, pod) => sum + pod.count, 0);
      const { minAvailable, maxUnavailable } = spec;
      const field = minAvailable != null ? 'minAvailable' : 'maxUnavailable';
      const written = minAvailable ?? maxUnavailable;
      if (total === 0 || written == null) return;
      const value = amount(written, total);
      if (value === undefined) return;
      const blocked = field === 'minAvailable' ? value >= total : value === 0;
      if (!blocked) return;
      context.report({
        at: ['spec', field],
        message: `${field} ${String(written)} of ${total} ${total === 1 ? 'Pod' : 'Pods'} lets none go: every drain of a node with one of them waits for ever`,
        says: "Cannot evict pod as it would violate the pod's disruption budget.",
        related: pods
          .filter((pod) => pod.owner.origin !== 'fact')
          .slice(0, 3)
          .map((pod) => ({ object: pod.owner, at: ['spec', 'replicas'], message: `${describe(pod.owner)} wants ${pod.count}` })),
      });
    },
  },
});

/** A number, or a percentage of the Pods, rounded up as the disruption controller does. */
function amount(value: unknown, total: number): number | undefined {
  if (typeof value === 'number') return value;
  const percent = typeof value === 'string' ? /^(\d+)%$/.exec(value)?.[1] : undefined;
  return percent === undefined ? undefined : Math.ceil((Number(percent) * total) / 100);
}
