import { absenceOf, nearFix, nearPlace, rule } from '../../src/rule.ts';

export default rule({
  id: 'rejected/missing-runtime-class',
  level: 'error',
  predicts: { component: 'apiserver', status: 'FailedCreate' },
  states: ['S6'],
  docs: {
    summary: 'A Pod names a RuntimeClass that does not exist',
    why:
      'Admission refuses the Pod: a Pod of your own at once (403), the Pods of a workload when its controller makes them (FailedCreate), so that the workload stays without Pods. RuntimeClasses belong ' +
      'to no namespace. Whoever installs the runtime (gVisor, Kata, the GPU operator) usually makes its class; add it, or correct the name.',
    limits: 'without facts the class may exist outside the set: the finding is then a warning.',
    links: ['https://kubernetes.io/docs/concepts/containers/runtime-class/'],
  },
  examples: {
    bad: `apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata:
  name: sandboxed
handler: runc
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  runtimeClassName: sandbxed # expect: rejected/missing-runtime-class
  containers:
    - name: web
      image: nginx:1.29
`,
    good: `apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata:
  name: sandboxed
handler: runc
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  runtimeClassName: sandboxed
  containers:
    - name: web
      image: nginx:1.29
`,
  },
  fix: 'sometimes',
  evidence: 'run',
  visit: {
    Reference(reference, context) {
      if (reference.role !== 'runtime-class') return;
      const absence = absenceOf(context.cluster, reference);
      if (absence === undefined) return;
      context.report({
        at: reference.path,
        level: absence.certain ? 'error' : 'warning',
        message: absence.message,
        says: `pod rejected: RuntimeClass "${reference.name}" not found`,
        predicts: { component: 'apiserver', status: reference.from.kind === 'Pod' ? 'Rejected' : 'FailedCreate' },
        related: nearPlace(absence),
        fix: nearFix(reference, absence),
      });
    },
  },
});
