import { rule } from '../../src/rule.ts';

export default rule({
  id: 'terminating/force-delete-stateful-set',
  level: 'warning',
  states: ['S15'],
  docs: {
    summary: 'A StatefulSet whose Pods are deleted without a grace period',
    why:
      'With `terminationGracePeriodSeconds: 0` each deletion is a forced one: the API server drops the Pod at once, and the StatefulSet makes its successor of the same name while the ' +
      'old one may still run on a node that is out of reach. Two members then write to one volume or answer to one name: split brain, lost data. Kubernetes forbids nothing here.',
    links: ['https://kubernetes.io/docs/tasks/run-application/force-delete-stateful-set-pod/'],
  },
  examples: {
    bad: `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  serviceName: db
  selector:
    matchLabels:
      app: db
  template:
    metadata:
      labels:
        app: db
    spec:
      terminationGracePeriodSeconds: 0 # expect: terminating/force-delete-stateful-set
      containers:
        - name: db
          image: postgres:17
---
apiVersion: v1
kind: Service
metadata:
  name: db
spec:
  clusterIP: None
  selector:
    app: db
  ports:
    - port: 5432
`,
    good: `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  serviceName: db
  selector:
    matchLabels:
      app: db
  template:
    metadata:
      labels:
        app: db
    spec:
      terminationGracePeriodSeconds: 60
      containers:
        - name: db
          image: postgres:17
---
apiVersion: v1
kind: Service
metadata:
  name: db
spec:
  clusterIP: None
  selector:
    app: db
  ports:
    - port: 5432
`,
  },
  fix: 'never',
  evidence: { none: 'it shows only when a node is lost' },
  visit: {
    StatefulSet(set, context) {
      const pod = context.cluster.podOf(set);
      if (pod?.spec.terminationGracePeriodSeconds !== 0) return;
      context.report({
        at: [...pod.specPath, 'terminationGracePeriodSeconds'],
        message: 'each Pod of this StatefulSet is deleted by force: its successor can start while it still runs',
      });
    },
  },
});
