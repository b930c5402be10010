import { absenceOf, nearFix, nearPlace, rule } from '../../src/rule.ts';

export default rule({
  id: 'rejected/missing-priority-class',
  level: 'error',
  predicts: { component: 'apiserver', status: 'FailedCreate' },
  states: ['S13'],
  docs: {
    summary: 'A Pod names a PriorityClass that does not exist',
    why:
      'Admission refuses the Pod: a Pod of your own at once (403), the Pods of a workload when its controller makes them (FailedCreate), so that the workload stays without ' +
      'Pods. PriorityClasses belong to no namespace; system-cluster-critical and system-node-critical are always there.',
    limits: 'without facts the class may exist outside the set: the finding is then a warning.',
    links: ['https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/'],
  },
  examples: {
    bad: `apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata:
  name: important
value: 1000
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  priorityClassName: importent # expect: rejected/missing-priority-class
  containers:
    - name: web
      image: nginx:1.29
`,
    good: `apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata:
  name: important
value: 1000
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  priorityClassName: important
  containers:
    - name: web
      image: nginx:1.29
`,
  },
  fix: 'sometimes',
  evidence: 'run',
  visit: {
    Reference(reference, context) {
      if (reference.role !== 'priority-class') return;
      const absence = absenceOf(context.cluster, reference);
      if (absence === undefined) return;
      context.report({
        at: reference.path,
        level: absence.certain ? 'error' : 'warning',
        message: absence.message,
        says: `no PriorityClass with name ${reference.name} was found`,
        predicts: { component: 'apiserver', status: reference.from.kind === 'Pod' ? 'Rejected' : 'FailedCreate' },
        related: nearPlace(absence),
        fix: nearFix(reference, absence),
      });
    },
  },
});
