import { absenceOf, nearFix, nearPlace, rule } from '../../src/rule.ts';

export default rule({
  id: 'fragile/scale-target-missing',
  level: 'warning',
  states: ['S10'],
  docs: {
    summary: 'A HorizontalPodAutoscaler names a workload that does not exist',
    why:
      'The API server accepts it, and the autoscaler then does nothing but say FailedGetScale: `deployments.apps "web" not found`. The workload keeps the replicas it was applied with, whatever the load. The target must be ' +
      'in the same namespace; kind and apiVersion count too.',
    limits: 'without facts the workload may exist outside the set: it speaks only of near misses then.',
    links: ['https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/'],
  },
  examples: {
    bad: `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: wbe # expect: fragile/scale-target-missing
  minReplicas: 2
  maxReplicas: 10
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
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
          resources:
            requests:
              cpu: 100m
`,
    good: `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
  minReplicas: 2
  maxReplicas: 10
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
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
          resources:
            requests:
              cpu: 100m
`,
  },
  fix: 'sometimes',
  evidence: { none: 'no Pod depends on it; the autoscaler says FailedGetScale for itself' },
  visit: {
    Reference(reference, context) {
      if (reference.role !== 'scale-target') return;
      const absence = absenceOf(context.cluster, reference);
      if (absence === undefined) return;
      const elsewhere = absence.near !== undefined && absence.near.namespace !== reference.namespace;
      if (!absence.certain && !elsewhere) return;
      const plural = PLURALS.get(reference.kind);
      context.report({
        at: reference.path,
        message: `${absence.message}${absence.near === undefined ? ': nothing is scaled' : ''}`,
        says: plural === undefined ? undefined : `${plural} "${reference.name}" not found`,
        related: nearPlace(absence),
        fix: nearFix(reference, absence),
      });
    },
  },
});

const PLURALS = new Map([
  ['Deployment', 'deployments.apps'],
  ['StatefulSet', 'statefulsets.apps'],
  ['ReplicaSet', 'replicasets.apps'],
]);
