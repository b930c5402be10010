import {
  absenceOf,
  asArray,
  asNumber,
  asObject,
  asString,
  at,
  closest,
  isObject,
  nearFix,
  nearPlace,
  rule,
} from '../../src/rule.ts';

export default rule({
  id: 'unreachable/ingress-backend-missing',
  level: 'warning',
  states: ['S10'],
  docs: {
    summary: 'An Ingress or route sends requests to a Service, or to a port of it, that does not exist',
    why:
      'The API server accepts it; the controller then answers those requests with 503 or 404, or refuses the whole Ingress. The Service must be in the ' +
      "Ingress's own namespace, and the port must be one of the Service's `ports` (its `port` or `name`, not the targetPort).",
    links: ['https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-rules'],
  },
  examples: {
    bad: `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  defaultBackend:
    service:
      name: web
      port:
        number: 8080 # expect: unreachable/ingress-backend-missing
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
      targetPort: 8080
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
spec:
  containers:
    - name: web
      image: nginx:1.29
      ports:
        - containerPort: 8080
`,
    good: `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  defaultBackend:
    service:
      name: web
      port:
        number: 80
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
      targetPort: 8080
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
spec:
  containers:
    - name: web
      image: nginx:1.29
      ports:
        - containerPort: 8080
`,
  },
  fix: 'sometimes',
  evidence: { none: 'the API server accepts any backend; an Ingress controller is not part of Kubernetes' },
  visit: {
    Reference(reference, context) {
      if (reference.role !== 'backend' || reference.kind !== 'Service') return;
      const { cluster } = context;
      const absence = absenceOf(cluster, reference);
      if (absence !== undefined) {
        context.report({
          at: reference.path,
          message: absence.message,
          related: nearPlace(absence),
          fix: nearFix(reference, absence),
        });
        return;
      }
      const service = cluster.get('Service', reference.namespace, reference.name);
      if (service === undefined) return;
      const holder = reference.path.slice(0, -1);
      const port = at(reference.from.value, [...holder, 'port']);
      // Ingress: {number} or {name}; Gateway API: a number.
      const [wanted, path] = isObject(port)
        ? port['name'] != null
          ? [asString(port['name']), [...holder, 'port', 'name']]
          : [asNumber(port['number']), [...holder, 'port', 'number']]
        : [asNumber(port), [...holder, 'port']];
      if (wanted === undefined || wanted === '') return;
      const ports = asArray(asObject(service.value['spec'])?.['ports']).filter(isObject);
      if (ports.length === 0 || ports.some((p) => p['port'] === wanted || p['name'] === wanted)) return;
      const has = ports
        .map((p) => (typeof p['name'] === 'string' ? `${p['name']} (${String(p['port'])})` : String(p['port'])))
        .join(', ');
      const near =
        typeof wanted === 'string'
          ? closest(
              wanted,
              ports.flatMap((p) => asString(p['name']) ?? []),
            )
          : ports.length === 1
            ? asNumber(ports[0]!['port'])
            : undefined;
      context.report({
        at: path,
        message: `Service ${reference.name} has no port ${wanted}; it has ${has}`,
        related:
          service.origin === 'fact'
            ? []
            : [{ object: service, at: ['spec', 'ports'], part: 'key', message: `the ports of Service ${reference.name}` }],
        fix: near === undefined ? undefined : { title: `Change to ${near}`, safe: false, changes: [{ set: path, to: near }] },
      });
    },
  },
});
