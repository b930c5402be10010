import {
  absenceOf,
  asString,
  at,
  type Context,
  claimOutlook,
  describe,
  type JsonObject,
  nearFix,
  nearPlace,
  objectsOf,
  outlookOf,
  type Path,
  type PodTemplate,
  pendingCause,
  pendingReasons,
  rule,
  type VolumeFacts,
} from '../../src/rule.ts';

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
    limits:
      'without facts a claim, a volume or a class may exist outside the set: only missing claims are reported then, as warnings.',
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
      const fault = faultOf(claim.value, ['spec'], volumes);
      if (fault === undefined) return;
      const users = cluster
        .referencesTo(claim)
        .flatMap((reference) => (reference.role === 'claim' && reference.pod ? [reference] : []));
      context.report({
        at: fault.at,
        // A claim that no Pod of the set uses keeps none waiting.
        level: cluster.closed && users.length > 0 ? 'error' : 'warning',
        message: `nothing binds this claim: ${fault.message}`,
        says: fault.says,
        related: users.map((reference) => ({
          object: reference.from,
          at: reference.path,
          message: `${describe(reference.from)} waits for it`,
        })),
        blocks: users.flatMap((reference) => reference.pod ?? []),
      });
    },
    StatefulSet(set, context) {
      const { cluster } = context;
      const { volumes } = outlookOf(cluster);
      for (const [template, index] of objectsOf(at(set.value, ['spec', 'volumeClaimTemplates']))) {
        const fault = faultOf(template, ['spec', 'volumeClaimTemplates', index, 'spec'], volumes);
        if (fault === undefined) continue;
        context.report({
          at: fault.at,
          level: cluster.closed ? 'error' : 'warning',
          message: `nothing binds the claims of this template: ${fault.message}`,
          says: fault.says,
        });
      }
    },
    // What only shows when nodes are known: volumes that lie where the Pod cannot go, claims of the facts, claims for one Pod.
    PodTemplate(pod, context) {
      const outlook = outlookOf(context.cluster);
      const placement = outlook.placements.get(pod);
      if (
        placement === undefined ||
        placement.pending === 0 ||
        pendingCause(placement.message, outlook.eligible(pod)) !== 'claims'
      )
        return;
      const { message = '', pending, wanted, surelyPending } = placement;
      if (isTold(pod, context, outlook.volumes) || message.includes('ReadWriteOncePod')) return;
      context.report({
        at: claimPath(pod),
        level: surelyPending > 0 ? 'error' : 'warning',
        message: `${pending === wanted ? 'no node can use its volumes' : `${pending} of ${wanted} Pods find no node that can use their volumes`}: ${pendingReasons(message)}`,
        says: message,
        pods: surelyPending > 0 ? surelyPending : pending,
      });
    },
  },
});

/** One of the other visitors reports a claim of the Pod. */
function isTold(pod: PodTemplate, { cluster }: Context, volumes: VolumeFacts): boolean {
  for (const [template] of objectsOf(at(pod.owner.value, ['spec', 'volumeClaimTemplates'])))
    if (faultOf(template, [], volumes) !== undefined) return true;
  return cluster.referencesFrom(pod.owner).some((reference) => {
    if (reference.role !== 'claim') return false;
    if (reference.target === undefined) return absenceOf(cluster, reference) !== undefined;
    return reference.target.origin === 'set' && faultOf(reference.target.value, [], volumes) !== undefined;
  });
}

function claimPath(pod: PodTemplate): Path {
  for (const [volume, index] of objectsOf(pod.spec.volumes)) {
    if (at(volume, ['persistentVolumeClaim', 'claimName']) !== undefined)
      return [...pod.specPath, 'volumes', index, 'persistentVolumeClaim', 'claimName'];
    if (volume['ephemeral'] != null) return [...pod.specPath, 'volumes', index, 'ephemeral'];
  }
  const templates: Path = ['spec', 'volumeClaimTemplates'];
  return at(pod.owner.value, templates) === undefined ? pod.specPath : [...templates, 0, 'spec'];
}

/** Why a claim stays unbound, and the scheduler's words; undefined where it is bound, made, or nothing is known. */
function faultOf(claim: JsonObject, base: Path, volumes: VolumeFacts): { at: Path; message: string; says: string } | undefined {
  const outlook = claimOutlook(claim, volumes);
  const waits =
    outlook.state === 'delayed' && outlook.provisioner === undefined && outlook.candidates.length === 0 && volumes.closed;
  if (outlook.state !== 'unbound' && !waits) return undefined;
  return {
    ...whyUnbound(claim['spec'], base, volumes),
    says: waits ? "didn't find available persistent volumes to bind" : 'pod has unbound immediate PersistentVolumeClaims',
  };
}

function whyUnbound(
  spec: unknown,
  base: Path,
  { defaultStorageClass, storageClass }: VolumeFacts,
): { at: Path; message: string } {
  const named = at(spec, ['volumeName']);
  if (typeof named === 'string' && named !== '')
    return {
      at: [...base, 'volumeName'],
      message: `PersistentVolume ${named} is not there, or does not fit it in class, size or access mode`,
    };
  const name = asString(at(spec, ['storageClassName']));
  if (name === undefined) {
    return defaultStorageClass === undefined
      ? { at: base, message: 'it names no StorageClass, the cluster has no default one, and no PersistentVolume fits' }
      : { at: base, message: `StorageClass ${defaultStorageClass} (the default) makes no volumes, and no PersistentVolume fits` };
  }
  if (name === '')
    return { at: [...base, 'storageClassName'], message: 'it asks for no class, and no PersistentVolume without one fits' };
  const exists = storageClass(name) !== undefined;
  return {
    at: [...base, 'storageClassName'],
    message: `StorageClass ${name} ${exists ? 'makes no volumes' : 'does not exist'}, and no PersistentVolume of that class fits`,
  };
}
