import { asNumber, asObject, asString, closest, objectsOf, type PodTemplate, rule, stringsOf } from '../../src/rule.ts';

export default rule({
  id: 'unreachable/service-port-without-target',
  level: 'warning',
  states: ['S9', 'S10'],
  docs: {
    summary: "A Service's targetPort that no container of its Pods has",
    why:
      'A named targetPort that no selected Pod declares gives the Service no endpoints for that port: nobody says so, and connections fail. A number works if the ' +
      'program listens there, declared or not; it is reported where the Pods declare other ports only.',
    limits: 'declared ports are information only: a program may listen on a port that its container does not declare.',
    links: ['https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports'],
  },
  examples: {
    bad: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
      targetPort: https # expect: unreachable/service-port-without-target
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
        - name: http
          containerPort: 80
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
      targetPort: http
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
        - name: http
          containerPort: 80
`,
  },
  fix: 'sometimes',
  evidence: { none: 'the endpoints just lack the port, and no component says a word' },
  visit: {
    Service(service, context) {
      const spec = asObject(service.value['spec']);
      const selector = stringsOf(spec?.['selector']);
      if (Object.keys(selector).length === 0 || spec?.['type'] === 'ExternalName') return;
      const pods = context.cluster.podsWithLabels(service.namespace, selector);
      if (pods.length === 0) return;
      const ports = pods.flatMap(portsOf);
      for (const [port, index] of objectsOf(spec?.['ports'])) {
        const protocol = asString(port['protocol']) ?? 'TCP';
        const target = port['targetPort'] ?? port['port'];
        const at = ['spec', 'ports', index, port['targetPort'] == null ? 'port' : 'targetPort'];
        const same = ports.filter((p) => p.protocol === protocol);
        const related = pods
          .filter((pod) => pod.owner.origin !== 'fact')
          .slice(0, 3)
          .map((pod) => ({
            object: pod.owner,
            at: [...pod.specPath, 'containers'],
            part: 'key' as const,
            message: `the Pods of ${pod.owner.kind} ${pod.owner.name}`,
          }));
        if (typeof target === 'string' && !/^\d+$/.test(target)) {
          if (same.some((p) => p.name === target)) continue;
          const names = [...new Set(same.flatMap((p) => p.name ?? []))];
          const near = closest(target, names) ?? (names.length === 1 ? names[0] : undefined);
          context.report({
            at,
            message: `no container of the selected Pods has a ${protocol} port named ${target}${names.length === 0 ? '' : `; they have ${names.join(', ')}`}, so port ${String(port['name'] ?? port['port'])} has no endpoints`,
            related,
            fix: near === undefined ? undefined : { title: `Change to ${near}`, safe: false, changes: [{ set: at, to: near }] },
          });
        } else {
          const number = asNumber(target) ?? Number(target);
          if (same.length === 0 || same.some((p) => p.number === number) || number === 0) continue;
          // Every selected Pod must declare ports before an undeclared one says anything.
          if (!pods.every((pod) => portsOf(pod).length > 0)) continue;
          const numbers = [...new Set(same.map((p) => p.number))];
          context.report({
            at,
            message: `the selected Pods declare ${numbers.map((n) => `${n}/${protocol}`).join(', ')}, not ${number}: connections fail unless a program listens there undeclared`,
            related,
          });
        }
      }
    },
  },
});

interface DeclaredPort {
  readonly name: string | undefined;
  readonly number: number;
  readonly protocol: string;
}

/** Ports of the containers that stay (init containers are gone when traffic comes). */
function portsOf(pod: PodTemplate): DeclaredPort[] {
  return pod.containers
    .filter((container) => container.role !== 'init')
    .flatMap((container) =>
      (container.value.ports ?? []).flatMap((port) =>
        port == null || typeof port.containerPort !== 'number'
          ? []
          : [{ name: port.name ?? undefined, number: port.containerPort, protocol: port.protocol ?? 'TCP' }],
      ),
    );
}
