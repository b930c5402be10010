import { absenceOf, isWaitedFor, missingSays, missingStatus, nearFix, nearPlace, rule } from '../../src/rule.ts';

export default rule({
  id: 'creating/missing-config-map',
  level: 'error',
  predicts: { component: 'kubelet', status: 'ContainerCreating' },
  states: ['S6', 'S10'],
  docs: {
    summary: 'A Pod reads a ConfigMap that does not exist in its namespace',
    why:
      'As a volume that a container mounts, the kubelet repeats FailedMount and the Pod stays ContainerCreating; as an environment variable the container is ' +
      'CreateContainerConfigError. Both wait for ever, and start by themselves once the ConfigMap is there. ' +
      'Add it, correct the name, or set `optional: true` where the program can do without.',
    limits: 'without facts (`--cluster`) something outside the set may create it: the finding is then a warning.',
    links: ['https://kubernetes.io/docs/concepts/configuration/configmap/'],
  },
  examples: {
    bad: `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  mode: fast
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.29
      envFrom:
        - configMapRef:
            name: setings # expect: creating/missing-config-map
`,
    good: `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  mode: fast
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.29
      envFrom:
        - configMapRef:
            name: settings
`,
  },
  fix: 'sometimes',
  evidence: 'run',
  visit: {
    Reference(reference, context) {
      if (reference.kind !== 'ConfigMap' || reference.optional || reference.pod === undefined) return;
      const absence = absenceOf(context.cluster, reference);
      if (absence === undefined || !isWaitedFor(reference)) return;
      context.report({
        at: reference.path,
        level: absence.certain ? 'error' : 'warning',
        message: absence.message,
        says: missingSays(reference),
        predicts: { component: 'kubelet', status: missingStatus(reference) },
        related: nearPlace(absence),
        fix: nearFix(reference, absence),
      });
    },
  },
});
