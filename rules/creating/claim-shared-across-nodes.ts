import { asArray, asString, at, objectsOf, outlookOf, type PodTemplate, type Reference, rule } from '../../src/rule.ts';

export default rule({
  id: 'creating/claim-shared-across-nodes',
  level: 'warning',
  predicts: { component: 'kubelet', status: 'ContainerCreating' },
  states: ['S6', 'S15'],
  docs: {
    summary: 'Several Pods of one workload use a claim that can be mounted on one node only, or by one Pod only',
    why:
      'A claim with ReadWriteOnce is attached to one node at a time: Pods that land on another one stay ContainerCreating with `Multi-Attach error for volume`, and those that share a node write into each other’s files. With ReadWriteOncePod the ' +
      'scheduler places one Pod and leaves the others Pending. Give each Pod a claim of its own (a StatefulSet with volumeClaimTemplates), use a storage class with ReadWriteMany, or run one Pod.',
    limits:
      'storage that is attached to nothing (NFS under a ReadWriteOnce claim) bears it, and storage on one node draws all Pods there.',
    links: ['https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes'],
  },
  examples: {
    bad: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: uploads
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 10Gi
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
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
          volumeMounts:
            - name: uploads
              mountPath: /uploads
      volumes:
        - name: uploads
          persistentVolumeClaim:
            claimName: uploads # expect: creating/claim-shared-across-nodes
`,
    good: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: uploads
spec:
  accessModes: [ReadWriteMany]
  resources:
    requests:
      storage: 10Gi
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
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
          volumeMounts:
            - name: uploads
              mountPath: /uploads
      volumes:
        - name: uploads
          persistentVolumeClaim:
            claimName: uploads
`,
  },
  fix: 'never',
  evidence: 'run',
  visit: {
    Reference(reference, context) {
      const { pod, target } = reference;
      if (reference.role !== 'claim' || pod === undefined || target === undefined) return;
      if ((pod.count < 2 && !pod.perNode) || pod.owner.kind === 'CronJob' || staysTogether(pod)) return;
      const modes = asArray(at(target.value, ['spec', 'accessModes'])).map(asString);
      const onePod = modes.length > 0 && modes.every((mode) => mode === 'ReadWriteOncePod');
      if (!onePod && !(modes.length > 0 && modes.every((mode) => mode === 'ReadWriteOnce' || mode === 'ReadWriteOncePod')))
        return;
      const { nodes } = outlookOf(context.cluster);
      if (nodes === 1 && (pod.perNode || !onePod)) return;
      const who = pod.perNode ? 'the Pods of a DaemonSet' : `${pod.count} Pods`;
      const related =
        target.origin === 'fact'
          ? []
          : [{ object: target, at: ['spec', 'accessModes'], message: `the access mode of claim ${target.name}` }];
      if (onePod) {
        context.report({
          at: reference.path,
          level: pod.perNode ? 'warning' : 'error',
          message: `${who} share claim ${reference.name}, which one Pod alone may use (ReadWriteOncePod): the others stay Pending`,
          says: 'unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
          predicts: { component: 'scheduler', status: 'Pending' },
          related,
          pods: pod.perNode ? undefined : pod.count - 1,
        });
      } else if (lastsOnNode(reference)) {
        context.report({
          at: reference.path,
          message: `${who} share claim ${reference.name}, which is mounted on one node at a time (ReadWriteOnce): those on other nodes stay ContainerCreating, unless its storage is attached to none`,
          says: 'Multi-Attach error for volume',
          related,
          pods: pod.perNode ? undefined : pod.count - 1,
        });
      }
    },
  },
});

/** The claim is not bound by hand to a volume of a node, which draws all its Pods there. */
function lastsOnNode({ target }: Reference): boolean {
  return asString(at(target?.value, ['spec', 'volumeName'])) === undefined && at(target?.value, ['spec', 'selector']) == null;
}

/** Something keeps all its Pods on one node. */
function staysTogether({ spec }: PodTemplate): boolean {
  if (spec.nodeName != null || at(spec, ['nodeSelector', 'kubernetes.io/hostname']) !== undefined) return true;
  for (const [term] of objectsOf(spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution))
    if (term['topologyKey'] === 'kubernetes.io/hostname') return true;
  return false;
}
