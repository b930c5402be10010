import { absenceOf, nearFix, nearPlace, rule } from '../../src/rule.ts';

export default rule({
  id: 'rejected/missing-service-account',
  level: 'error',
  predicts: { component: 'apiserver', status: 'FailedCreate' },
  states: ['S13'],
  docs: {
    summary: 'A Pod runs as a ServiceAccount that does not exist in its namespace',
    why:
      'Admission refuses the Pod: a Pod of your own at once (403), the Pods of a workload when its controller makes them: the workload is accepted and stays without Pods, with ' +
      'FailedCreate events. Add the ServiceAccount to the namespace, or correct the name.',
    limits: 'without facts the account may exist outside the set: the finding is then a warning.',
    links: ['https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/'],
  },
  examples: {
    bad: `apiVersion: v1
kind: ServiceAccount
metadata:
  name: reporter
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  serviceAccountName: reporer # expect: rejected/missing-service-account
  containers:
    - name: web
      image: nginx:1.29
`,
    good: `apiVersion: v1
kind: ServiceAccount
metadata:
  name: reporter
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  serviceAccountName: reporter
  containers:
    - name: web
      image: nginx:1.29
`,
  },
  fix: 'sometimes',
  evidence: 'run',
  visit: {
    Reference(reference, context) {
      if (reference.role !== 'service-account') return;
      const absence = absenceOf(context.cluster, reference);
      if (absence === undefined) return;
      const { namespace, name, from } = reference;
      context.report({
        at: reference.path,
        level: absence.certain ? 'error' : 'warning',
        message: absence.message,
        says: `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`,
        predicts: { component: 'apiserver', status: from.kind === 'Pod' ? 'Rejected' : 'FailedCreate' },
        related: nearPlace(absence),
        fix: nearFix(reference, absence),
      });
    },
  },
});
