import { absenceOf, asObject, at, describe, nearFix, nearPlace, rule, stringsOf } from '../../src/rule.ts';

export default rule({
  id: 'fragile/stateful-set-without-headless-service',
  level: 'warning',
  states: ['S15'],
  docs: {
    summary: 'A StatefulSet whose serviceName names no Service, one that does not select its Pods, or one that is not headless',
    why:
      'The StatefulSet does not mind, and its Pods start; but the stable names that its members find each other by (`db-0.db.shop.svc`) do not resolve. Clusters then never ' +
      'form, or each member believes to be alone. The Service must exist in the same namespace and select the Pods; with `clusterIP: None` its own name stands for all of them.',
    limits: 'without facts the Service may exist outside the set.',
    links: ['https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id'],
  },
  examples: {
    bad: `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  serviceName: db # expect: fragile/stateful-set-without-headless-service
  selector:
    matchLabels:
      app: db
  template:
    metadata:
      labels:
        app: db
    spec:
      containers:
        - name: db
          image: postgres:17
          ports:
            - containerPort: 5432
---
apiVersion: v1
kind: Service
metadata:
  name: db
spec:
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
      containers:
        - name: db
          image: postgres:17
          ports:
            - containerPort: 5432
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
  evidence: { none: 'a StatefulSet runs without its Service; only DNS between its Pods fails' },
  visit: {
    Reference(reference, context) {
      if (reference.role !== 'governing-service') return;
      const { cluster } = context;
      const absence = absenceOf(cluster, reference);
      if (absence !== undefined) {
        context.report({
          at: reference.path,
          message: `${absence.message}: the names of its Pods do not resolve`,
          related: nearPlace(absence),
          fix: nearFix(reference, absence),
        });
        return;
      }
      const service = cluster.get('Service', reference.namespace, reference.name);
      const pod = cluster.podOf(reference.from);
      if (service === undefined || pod === undefined) return;
      const spec = asObject(service.value['spec']);
      const related = (path: string[], message: string) =>
        service.origin === 'fact' ? [] : [{ object: service, at: path, part: 'key' as const, message }];
      if (spec?.['clusterIP'] !== 'None') {
        if (spec?.['type'] === 'ExternalName') return;
        context.report({
          at: reference.path,
          // Most DNS servers answer for the Pods all the same; Kubernetes promises it for headless Services only.
          level: 'note',
          message: `${describe(service)} is not headless: its name is one address, and the names of the Pods are promised for clusterIP: None only`,
          related: related(['spec'], 'the Service is defined here'),
        });
        return;
      }
      const selector = stringsOf(at(service.value, ['spec', 'selector']));
      const keys = Object.keys(selector);
      const missed = keys.find((key) => pod.labels[key] !== selector[key]);
      if (missed === undefined) return;
      context.report({
        at: reference.path,
        message: `${describe(service)} does not select these Pods: it asks for ${missed}=${selector[missed]}, they have ${pod.labels[missed] === undefined ? 'no such label' : `${missed}=${pod.labels[missed]}`}`,
        related: related(['spec', 'selector'], 'the selector of the Service'),
      });
    },
  },
});
