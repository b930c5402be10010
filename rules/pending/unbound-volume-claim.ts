import { absenceOf, asString, at, claimOutlook, nearFix, nearPlace, outlookOf, type Path, rule, asArray, isObject } from '../../src/rule.ts';

export default rule({
  id: 'pending/unbound-volume-claim',
  level: 'error',
  predicts: { component: 'scheduler', status: 'Pending' },
  states: ['S1', 'S10'],
  docs: {
    summary: 'A Pod uses a PersistentVolumeClaim that does not exist, or that nothing will ever bind',
    why:
      'The scheduler does not place a Pod whose claims are missing or unbound: it stays Pending with `persistentvolumeclaim "data" not found` or `pod has unbound immediate PersistentVolumeClaims`. ' +
      'A claim is bound by a StorageClass with a provisioner (the default one, if it names none) or by a PersistentVolume that fits in class, size and access mode.',
    limits: 'without facts a claim, a volume or a class may exist outside the set: only missing claims are reported then, as warnings.',
    links: ['https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding'],
  },
  examples: {
    facts: `apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: fast
provisioner: csi.example.com
`,
    bad: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  storageClassName: fats # expect: pending/unbound-volume-claim
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 10Gi
---
apiVersion: v1
kind: Pod
metadata:
  name: db
spec:
  containers:
    - name: db
      image: postgres:17
      volumeMounts:
        - name: data
          mountPath: /var/lib/postgresql/data
  volumes:
    - name: data
      persistentVolumeClaim:
        claimName: data
`,
    good: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  storageClassName: fast
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 10Gi
---
apiVersion: v1
kind: Pod
metadata:
  name: db
spec:
  containers:
    - name: db
      image: postgres:17
      volumeMounts:
        - name: data
          mountPath: /var/lib/postgresql/data
  volumes:
    - name: data
      persistentVolumeClaim:
        claimName: data
`,
  },
  fix: 'sometimes',
  evidence: 'run',
  visit: {
    Reference(reference, context) {
      if (reference.role !== 'claim') return;
      const absence = absenceOf(context.cluster, reference);
      if (absence === undefined) return;
      context.report({
        at: reference.path,
        level: absence.certain ? 'error' : 'warning',
        message: absence.message,
        says: `persistentvolumeclaim "${reference.name}" not found`,
        related: nearPlace(absence),
        fix: nearFix(reference, absence),
      });
    },
    PersistentVolumeClaim(claim, context) {
      const { cluster } = context;
      const { volumes } = outlookOf(cluster);
      if (claimOutlook(claim.value, volumes).state !== 'unbound') return;
      const users = cluster.referencesTo(claim).flatMap((reference) => (reference.role === 'claim' && reference.pod ? [reference] : []));
      const { at: path, message } = whyUnbound(claim.value['spec'], ['spec'], volumes.defaultStorageClass, (name) => volumes.storageClass(name) !== undefined);
      context.report({
        at: path,
        level: cluster.closed ? 'error' : 'warning',
        message: `nothing binds this claim: ${message}`,
        says: 'pod has unbound immediate PersistentVolumeClaims',
        related: users.map((reference) => ({ object: reference.from, at: reference.path, message: `${reference.from.kind} ${reference.from.name} waits for it` })),
        blocks: users.flatMap((reference) => reference.pod ?? []),
      });
    },
    StatefulSet(set, context) {
      const { cluster } = context;
      const { volumes } = outlookOf(cluster);
      const pod = cluster.podOf(set);
      asArray(at(set.value, ['spec', 'volumeClaimTemplates'])).forEach((template, index) => {
        if (!isObject(template) || claimOutlook(template, volumes).state !== 'unbound') return;
        const base = ['spec', 'volumeClaimTemplates', index, 'spec'];
        const { at: path, message } = whyUnbound(template['spec'], base, volumes.defaultStorageClass, (name) => volumes.storageClass(name) !== undefined);
        context.report({
          at: path,
          level: cluster.closed ? 'error' : 'warning',
          message: `nothing binds the claims of this template: ${message}`,
          says: 'pod has unbound immediate PersistentVolumeClaims',
          blocks: pod === undefined ? [] : [pod],
        });
      });
    },
  },
});

function whyUnbound(spec: unknown, base: Path, defaultClass: string | undefined, exists: (name: string) => boolean): { at: Path; message: string } {
  const name = asString(at(spec, ['storageClassName']));
  if (name === undefined) {
    return defaultClass === undefined
      ? { at: base, message: 'it names no StorageClass, the cluster has no default one, and no PersistentVolume fits' }
      : { at: base, message: `StorageClass ${defaultClass} (the default) makes no volumes, and no PersistentVolume fits` };
  }
  if (name === '') return { at: [...base, 'storageClassName'], message: 'it asks for no class, and no PersistentVolume without one fits' };
  return exists(name)
    ? { at: [...base, 'storageClassName'], message: `StorageClass ${name} makes no volumes, and no PersistentVolume of that class fits` }
    : { at: [...base, 'storageClassName'], message: `StorageClass ${name} does not exist, and no PersistentVolume of that class fits` };
}
