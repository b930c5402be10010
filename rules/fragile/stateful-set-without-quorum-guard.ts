import {
  asObject,
  type Context,
  type DataStore,
  dataStoreOf,
  describe,
  type KubeObject,
  labelSelectorMatches,
  objectsOf,
  type PodTemplate,
  rule,
} from '../../src/rule.ts';

export default rule({
  id: 'fragile/stateful-set-without-quorum-guard',
  level: 'warning',
  states: ['S15'],
  docs: {
    summary: 'A cluster whose members vote can lose its majority to one drain, one node, or an even number of members',
    why:
      'etcd, ZooKeeper, Consul, Kafka, RabbitMQ, MongoDB and their like stop when half of their members are gone. A PodDisruptionBudget that lets only a minority go keeps drains from stopping them; anti-affinity or a ' +
      'topology spread keeps one node from holding a majority; an even number of members costs one more and bears no more losses, and of two, either stops both.',
    limits: 'it knows these programs by their images, and takes each Pod of the StatefulSet for a voting member.',
    links: [
      'https://kubernetes.io/docs/tasks/run-application/configure-pdb/',
      'https://kubernetes.io/docs/tutorials/stateful-application/zookeeper/#tolerating-node-failure',
    ],
  },
  examples: {
    bad: `apiVersion: v1
kind: Service
metadata:
  name: etcd
spec:
  clusterIP: None
  selector:
    app: etcd
  ports:
    - port: 2379
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: etcd
spec:
  maxUnavailable: 2 # expect: fragile/stateful-set-without-quorum-guard
  selector:
    matchLabels:
      app: etcd
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: etcd
spec:
  serviceName: etcd
  replicas: 3
  selector:
    matchLabels:
      app: etcd
  template:
    metadata:
      labels:
        app: etcd
    spec:
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              app: etcd
      containers:
        - name: etcd
          image: quay.io/coreos/etcd:v3.6.4
          volumeMounts:
            - name: data
              mountPath: /var/lib/etcd
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        resources:
          requests:
            storage: 8Gi
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: etcd
spec:
  clusterIP: None
  selector:
    app: etcd
  ports:
    - port: 2379
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: etcd
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app: etcd
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: etcd
spec:
  serviceName: etcd
  replicas: 3
  selector:
    matchLabels:
      app: etcd
  template:
    metadata:
      labels:
        app: etcd
    spec:
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              app: etcd
      containers:
        - name: etcd
          image: quay.io/coreos/etcd:v3.6.4
          volumeMounts:
            - name: data
              mountPath: /var/lib/etcd
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        resources:
          requests:
            storage: 8Gi
`,
  },
  fix: 'never',
  evidence: { none: 'it shows only when nodes are drained or lost' },
  visit: {
    StatefulSet(set, context) {
      const pod = context.cluster.podOf(set);
      const store = pod?.containers
        .filter(({ role }) => role === 'app')
        .map(({ value }) => dataStoreOf(value.image))
        .find((one) => one?.quorum === true);
      if (pod === undefined || store === undefined || pod.count < 2 || scaled(set, context) || !votes(pod, store)) return;
      const members = pod.count;
      const majority = Math.floor(members / 2) + 1;
      const spare = members - majority;
      // A member of MongoDB that only votes is a workload of its own.
      if (members % 2 === 0 && store.name !== 'MongoDB') {
        context.report({
          at: ['spec', 'replicas'],
          level: members === 2 ? 'warning' : 'note',
          message:
            members === 2
              ? `of 2 members of ${store.name} the loss of either stops both: run 3, or 1`
              : `${members} members of ${store.name} bear the loss of ${spare}, as ${members - 1} would: an odd number costs less`,
        });
      }
      if (members < 3) return;
      guarded(pod, store, { members, majority, spare }, context);
      if (!spreads(pod)) {
        context.report({
          at: pod.specPath,
          part: 'key',
          level: 'note',
          message: `nothing keeps the ${members} members of ${store.name} apart: add podAntiAffinity or topologySpreadConstraints, so that no node holds ${majority} of them`,
        });
      }
    },
  },
});

/** A HorizontalPodAutoscaler decides the number. */
function scaled(set: KubeObject, { cluster }: Context): boolean {
  return cluster.referencesTo(set).some(({ role }) => role === 'scale-target');
}

/** Its Pods vote: nodes of Elasticsearch may have other tasks, and so may brokers of Kafka. */
function votes(pod: PodTemplate, { name }: DataStore): boolean {
  if (name !== 'Kafka' && name !== 'Elasticsearch' && name !== 'OpenSearch') return true;
  if (/broker|data|ingest|coordinat|client|hot|warm|cold/.test(pod.owner.name)) return false;
  const told = pod.containers.flatMap(({ value }) => [...objectsOf(value.env)].map(([entry]) => String(entry['name'])));
  return name === 'Kafka'
    ? !told.some((variable) => /ZOOKEEPER/.test(variable))
    : pod.owner.name.includes('master') || !told.some((variable) => /roles|node\.(?:master|data)/i.test(variable));
}

interface Votes {
  readonly members: number;
  readonly majority: number;
  readonly spare: number;
}

function guarded(pod: PodTemplate, store: DataStore, { members, majority, spare }: Votes, context: Context): void {
  const budgets = context.cluster
    .ofKindIn('PodDisruptionBudget', pod.namespace)
    .filter((budget) => labelSelectorMatches(asObject(budget.value['spec'])?.['selector'], pod.labels));
  if (budgets.length === 0) {
    if (!pod.owner.builtIn) return;
    context.report({
      at: ['metadata', 'name'],
      level: 'note',
      message: `no PodDisruptionBudget keeps a drain from taking ${spare + 1} of the ${members} members of ${store.name} at once: allow maxUnavailable ${spare === 1 ? 1 : `1 to ${spare}`}`,
    });
    return;
  }
  for (const budget of budgets) {
    const spec = asObject(budget.value['spec']) ?? {};
    const field = spec['minAvailable'] != null ? 'minAvailable' : 'maxUnavailable';
    const amount = amountOf(spec[field], members);
    if (amount === undefined || (field === 'minAvailable' ? amount >= majority : amount <= spare)) continue;
    context.report({
      object: budget,
      at: ['spec', field],
      message: `${field} ${String(spec[field])} lets ${field === 'minAvailable' ? members - amount : amount} of the ${members} members of ${store.name} go at once; its majority is ${majority}`,
      related: [{ object: pod.owner, at: ['spec', 'replicas'], message: describe(pod.owner) }],
    });
  }
}

/** A number, or a percentage of the Pods, rounded up as the disruption controller does. */
function amountOf(value: unknown, total: number): number | undefined {
  if (typeof value === 'number') return value;
  const percent = typeof value === 'string' ? /^(\d+)%$/.exec(value)?.[1] : undefined;
  return percent === undefined ? undefined : Math.ceil((Number(percent) * total) / 100);
}

function spreads(pod: PodTemplate): boolean {
  const anti = pod.spec.affinity?.podAntiAffinity;
  const terms = [
    anti?.requiredDuringSchedulingIgnoredDuringExecution,
    anti?.preferredDuringSchedulingIgnoredDuringExecution,
    pod.spec.topologySpreadConstraints,
  ];
  return terms.some((list) => objectsOf(list).length > 0);
}
