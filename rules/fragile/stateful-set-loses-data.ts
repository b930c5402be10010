import {
  asString,
  at,
  type Container,
  type Context,
  type DataStore,
  dataStoreOf,
  isUnknown,
  isWithin,
  objectsOf,
  type PodTemplate,
  rule,
} from '../../src/rule.ts';

export default rule({
  id: 'fragile/stateful-set-loses-data',
  level: 'warning',
  states: ['S15'],
  docs: {
    summary:
      'A StatefulSet keeps its data where the Pod’s end takes it: in the container, an emptyDir, a generic ephemeral volume, a folder of the node',
    why:
      'A Pod of a StatefulSet comes back under its old name, and clients and other members expect it to know what it knew. An `emptyDir` and the container’s own file system go with the Pod, a `hostPath` stays on ' +
      'the node that the next Pod may not be on: the member starts empty, and a database then begins anew or joins as a stranger. Give it a claim of its own through `volumeClaimTemplates`. ' +
      'A persistentVolumeClaimRetentionPolicy of `Delete` throws the claims away when the set is scaled down or deleted.',
    limits:
      'it knows the images of common databases and queues, and volumes mounted at a folder called data; caches that may be empty are the exception to tell it of.',
    links: [
      'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-storage',
      'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention',
    ],
  },
  examples: {
    bad: `apiVersion: v1
kind: Service
metadata:
  name: db
spec:
  clusterIP: None
  selector:
    app: db
  ports:
    - port: 5432
---
apiVersion: apps/v1
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
          volumeMounts:
            - name: data # expect: fragile/stateful-set-loses-data
              mountPath: /var/lib/postgresql/data
      volumes:
        - name: data
          emptyDir: {}
`,
    good: `apiVersion: v1
kind: Service
metadata:
  name: db
spec:
  clusterIP: None
  selector:
    app: db
  ports:
    - port: 5432
---
apiVersion: apps/v1
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
          volumeMounts:
            - name: data
              mountPath: /var/lib/postgresql/data
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        resources:
          requests:
            storage: 10Gi
`,
  },
  fix: 'never',
  evidence: { none: 'it shows only when a Pod is replaced' },
  visit: {
    StatefulSet(set, context) {
      const pod = context.cluster.podOf(set);
      if (pod === undefined) return;
      for (const container of pod.containers) if (container.role === 'app') keeps(container, pod, context);
      const policy = ['spec', 'persistentVolumeClaimRetentionPolicy'];
      const templates = [...objectsOf(at(set.value, ['spec', 'volumeClaimTemplates']))];
      if (templates.length === 0) return;
      for (const [field, when] of [
        ['whenScaled', 'scaled down'],
        ['whenDeleted', 'deleted'],
      ] as const) {
        if (at(set.value, [...policy, field]) !== 'Delete') continue;
        context.report({
          at: [...policy, field],
          level: 'note',
          message: `when the StatefulSet is ${when}, its claims and what is on them go too`,
        });
      }
    },
  },
});

/** Tells of the first mount that loses data, where no other mount of the container keeps it. */
function keeps(container: Container, pod: PodTemplate, context: Context): void {
  const store = dataStoreOf(container.value.image);
  const claimed = new Set(
    [...objectsOf(at(pod.owner.value, ['spec', 'volumeClaimTemplates']))].map(([template]) => at(template, ['metadata', 'name'])),
  );
  let lost: { readonly index: number; readonly path: string; readonly fate: string } | undefined;
  let covered = false;
  for (const [mount, index] of objectsOf(container.value.volumeMounts)) {
    const path = asString(mount['mountPath']) ?? '';
    if (isUnknown(path)) return;
    const holds =
      store === undefined
        ? /\/data$/.test(path)
        : store.dataPaths.some((folder) => isWithin(folder, path) || isWithin(path, folder));
    covered ||= holds;
    const fate = claimed.has(mount['name']) ? undefined : fateOf(mount['name'], pod);
    if (fate !== undefined) {
      if (holds) lost ??= { index, path, fate };
    } else if (isClaim(mount['name'], claimed, pod) && (holds || store === undefined || store.movable)) return;
  }
  if (lost !== undefined) {
    context.report({
      at: [...container.path, 'volumeMounts', lost.index, 'name'],
      level: store === undefined ? 'note' : 'warning',
      message: `${store === undefined ? `what is in ${lost.path}` : `the data of ${store.name} (${lost.path})`} ${lost.fate}`,
    });
  } else if (store !== undefined && !covered && !(store.movable && setsFolder(container))) {
    context.report({
      at: [...container.path, 'image'],
      level: 'note',
      message: `no volume is mounted at ${folder(store)}, so the data of ${store.name} is in the container and goes with it`,
    });
  }
}

function folder({ dataPaths }: DataStore): string {
  return dataPaths[0]!;
}

/** Why what is in a volume does not last, or undefined where it does or nothing is known. */
function fateOf(name: unknown, pod: PodTemplate): string | undefined {
  for (const [volume] of objectsOf(pod.spec.volumes)) {
    if (volume['name'] !== name) continue;
    if (volume['emptyDir'] != null) return 'is in an emptyDir, which goes with the Pod';
    if (volume['ephemeral'] != null) return 'is in an ephemeral volume, whose claim goes with the Pod';
    if (volume['hostPath'] != null)
      return pinned(pod) ? undefined : 'is in a folder of the node: a Pod on another node starts without it';
  }
  return undefined;
}

function isClaim(name: unknown, claimed: ReadonlySet<unknown>, pod: PodTemplate): boolean {
  if (claimed.has(name)) return true;
  for (const [volume] of objectsOf(pod.spec.volumes)) {
    if (volume['name'] === name)
      return (
        volume['configMap'] == null && volume['secret'] == null && volume['projected'] == null && volume['downwardAPI'] == null
      );
  }
  return false;
}

/** It stays on one node by its selector. */
function pinned(pod: PodTemplate): boolean {
  return pod.spec.nodeName != null || at(pod.spec, ['nodeSelector', 'kubernetes.io/hostname']) !== undefined;
}

/** Arguments or variables that may move the data elsewhere. */
function setsFolder({ value }: Container): boolean {
  const words = [...(value.command ?? []), ...(value.args ?? [])].some(
    (word) => typeof word === 'string' && /data|dir|config/i.test(word),
  );
  return words || (value.env ?? []).some((entry) => /DATA|DIR/.test(entry?.name ?? ''));
}
