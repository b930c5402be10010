import {
  applyRuntimeClass,
  at,
  effectivePriority,
  nearestExisting,
  type PodTemplate,
  priorityClassesOf,
  rule,
} from '../../src/rule.ts';

export default rule({
  id: 'rejected/contradicts-class',
  level: 'error',
  predicts: { component: 'apiserver', status: 'FailedCreate' },
  states: ['S13'],
  docs: {
    summary:
      'A Pod gives itself a priority, a preemption policy, an overhead or a node selector that its PriorityClass or RuntimeClass says otherwise',
    why:
      'Admission computes these from the class, and refuses a Pod (403) that says something else: a Pod of your own at once, the Pods of a workload when its controller makes them, with ' +
      'FailedCreate events. It happens when manifests are made of what `kubectl get -o yaml` prints. Remove the field, or name the class that has this value.',
    limits:
      'without a class, and without facts, there may be a default PriorityClass that has just this value: the finding is then a warning.',
    links: [
      'https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/',
      'https://kubernetes.io/docs/concepts/scheduling-eviction/pod-overhead/',
    ],
  },
  examples: {
    bad: `apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata:
  name: shop
value: 1000
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  priorityClassName: shop
  priority: 100 # expect: rejected/contradicts-class
  containers:
    - name: web
      image: nginx:1.29
`,
    good: `apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata:
  name: shop
value: 1000
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  priorityClassName: shop
  containers:
    - name: web
      image: nginx:1.29
`,
  },
  fix: 'never',
  evidence: 'run',
  visit: {
    PodTemplate(pod, context) {
      const { cluster } = context;
      const { spec } = pod;
      if (!pod.owner.builtIn) return;
      if (spec.priority != null || spec.preemptionPolicy != null) {
        const classes = priorityClassesOf(cluster.ofKind('PriorityClass').map(({ value }) => value));
        const refusal = effectivePriority(spec, classes);
        if (refusal !== undefined && 'message' in refusal && refusal.path[1] !== 'priorityClassName') {
          const certain = (spec.priorityClassName ?? '') !== '' || cluster.closed;
          const unless = certain ? '' : ' (unless it is what the default PriorityClass of the cluster says)';
          context.report({
            ...problem(pod, refusal),
            level: certain ? 'error' : 'warning',
            message: `${refusal.message}${unless}`,
          });
        }
      }
      if (spec.overhead == null && spec.runtimeClassName == null) return;
      const effect = applyRuntimeClass(spec, (name) => cluster.get('RuntimeClass', '', name)?.value);
      if ('message' in effect && effect.path[1] !== 'runtimeClassName') {
        context.report({ ...problem(pod, effect), message: effect.message.replace(/^pod rejected: /, '') });
      }
    },
  },
});

function problem(pod: PodTemplate, refusal: { readonly message: string; readonly path: readonly (string | number)[] }) {
  const path = nearestExisting(pod.owner.value, [...pod.specPath, ...refusal.path.slice(1)]);
  return {
    at: path,
    part: at(pod.owner.value, path) === null ? ('key' as const) : ('value' as const),
    says: refusal.message,
    predicts: { component: 'apiserver', status: pod.owner.kind === 'Pod' ? 'Rejected' : 'FailedCreate' },
  };
}
