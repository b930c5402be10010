import {
  applyDefaults,
  at,
  type Cluster,
  type Context,
  describe,
  type KubeObject,
  limitRangesOf,
  nearestExisting,
  type Path,
  type PodTemplate,
  quotaLedger,
  quotaOver,
  quotasOf,
  rule,
} from '../../src/rule.ts';

export default rule({
  id: 'rejected/quota',
  level: 'error',
  predicts: { component: 'apiserver', status: 'FailedCreate' },
  states: ['S11'],
  docs: {
    summary:
      'What the set creates in a namespace is more than its ResourceQuota allows, or lacks requests that the quota demands',
    why:
      'Admission refuses each object over the quota (403 `exceeded quota`). A workload is accepted, but its controller cannot make all of its Pods: fewer run than wanted, with FailedCreate ' +
      'events. A quota on cpu or memory also refuses every Pod with a container that does not say how much it needs. All replicas are counted, in the order of the set.',
    limits: 'Pods that run already and are not in the facts use up quota too; a rolling update needs more Pods for a while.',
    links: ['https://kubernetes.io/docs/concepts/policy/resource-quotas/'],
  },
  examples: {
    bad: `apiVersion: v1
kind: ResourceQuota
metadata:
  name: team
spec:
  hard:
    requests.cpu: "1"
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3 # expect: rejected/quota
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
              cpu: 400m
`,
    good: `apiVersion: v1
kind: ResourceQuota
metadata:
  name: team
spec:
  hard:
    requests.cpu: "1"
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
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
              cpu: 400m
`,
  },
  fix: 'never',
  evidence: 'run',
  visit: {
    Cluster(cluster, context) {
      const namespaces = new Set(cluster.ofKind('ResourceQuota').map((quota) => quota.namespace));
      for (const namespace of namespaces) judge(cluster, namespace, context);
    },
  },
});

function judge(cluster: Cluster, namespace: string, context: Context): void {
  const objects = cluster.ofKindIn('ResourceQuota', namespace).filter((quota) => quota.decodes);
  const live = ({ name }: KubeObject) =>
    cluster.named('ResourceQuota', namespace, name).find(({ origin }) => origin === 'fact')?.value;
  const quotas = quotasOf(objects.map((quota) => (quota.origin === 'fact' ? quota.value : quotaOver(quota.value, live(quota)))));
  if (quotas.length === 0) return;
  const observed = quotas.some((quota) => quota.observed);
  const ledger = quotaLedger(quotas);
  const ranges = limitRangesOf(cluster.ofKindIn('LimitRange', namespace).map((range) => range.value));
  const related = (name: string, resource: string | undefined) =>
    objects
      .filter((quota) => quota.name === name && quota.origin !== 'fact')
      .map((quota) => ({
        object: quota,
        at: ['spec', 'hard', ...(resource === undefined ? [] : [resource])],
        message: `ResourceQuota ${name}`,
      }));

  for (const object of cluster.ownIn(namespace)) {
    if (object.origin !== 'set' || !object.decodes) continue;
    // An object that the facts hold already is charged in what they say is used.
    if (observed && cluster.named(object.kind, namespace, object.name).some(({ origin }) => origin === 'fact')) continue;
    // The quotas themselves are counted from the start.
    if (object.kind !== 'Pod' && object.kind !== 'ResourceQuota') {
      const plural = pluralOf(object, context);
      if (plural !== undefined) {
        const { refusals } = ledger.charge({ resource: plural, value: object.value });
        const refusal = refusals[0];
        if (refusal !== undefined) {
          context.report({
            object,
            at: nearestExisting(object.value, refusal.paths[0] ?? ['metadata', 'name']),
            level: observed ? 'warning' : 'error',
            message: `${describe(object)} is over the quota: ${refusal.message}`,
            says: refusal.message,
            predicts: { component: 'apiserver', status: 'Rejected' },
            related: related(refusal.quota, refusal.resources[0]),
          });
          // What is not there makes no Pods.
          continue;
        }
      }
    }
    const pod = cluster.podOf(object);
    // Runs of a CronJob come and go; only what each of them alone demands is known.
    if (pod !== undefined)
      chargePods(pod, pod.owner.kind === 'CronJob' ? quotaLedger(quotas) : ledger, ranges, observed, related, context);
  }
}

function chargePods(
  pod: PodTemplate,
  ledger: ReturnType<typeof quotaLedger>,
  ranges: ReturnType<typeof limitRangesOf>,
  observed: boolean,
  related: (quota: string, resource: string | undefined) => readonly { object: KubeObject; at: Path; message: string }[],
  context: Context,
): void {
  const { owner, count } = pod;
  const resources = applyDefaults(ranges, pod.spec, { release: context.cluster.release });
  const { admitted, refusals } = ledger.charge(
    { resource: 'pods', value: { kind: 'Pod', metadata: pod.metadata, spec: pod.spec }, resources },
    count,
  );
  const refusal = refusals[0];
  if (refusal === undefined || admitted >= count) return;
  const inPod = refusal.paths.map((path): Path => [...pod.path, ...path]);
  const where =
    refusal.reason === 'exceeded' && count > 1 && at(owner.value, ['spec', 'replicas']) !== undefined
      ? ['spec', 'replicas']
      : inPod[0];
  const rest = count - admitted;
  const fate =
    owner.kind === 'Pod'
      ? 'it is refused'
      : refusal.reason === 'unspecified' || admitted === 0
        ? 'none of its Pods is created'
        : `${rest} of its ${count} Pods are not created`;
  context.report({
    object: owner,
    at: nearestExisting(owner.value, where ?? [...pod.path, 'spec']),
    part: where !== undefined && at(owner.value, where) !== undefined ? 'value' : 'key',
    level: observed && refusal.reason === 'exceeded' ? 'warning' : 'error',
    message: `${fate}: ${refusal.message}`,
    // Controllers make their Pods side by side: what is used by then, and whose Pods come too late, is chance.
    says: refusal.reason === 'exceeded' ? refusal.message.replace(/, used: .*$/s, '') : refusal.message,
    certain: refusal.reason !== 'exceeded' || owner.kind === 'Pod' || isAlone(pod, context.cluster),
    predicts: { component: 'apiserver', status: owner.kind === 'Pod' ? 'Rejected' : 'FailedCreate' },
    related: related(refusal.quota, refusal.resources[0]),
    blocks: [pod],
    pods: rest,
  });
}

/** No other controller of the set makes Pods in the namespace. */
function isAlone(pod: PodTemplate, cluster: Cluster): boolean {
  return cluster
    .podsIn(pod.namespace)
    .every(({ owner }) => owner === pod.owner || owner.origin !== 'set' || owner.kind === 'Pod' || owner.kind === 'CronJob');
}

/** `deployments.apps`, as `count/` quotas name a resource. */
function pluralOf(object: KubeObject, context: Context): string | undefined {
  const known = context.known(object);
  if (known.by === 'nothing') return undefined;
  const { plural, group } = known.by === 'release' ? known.resource : known.custom;
  return group === '' ? plural : `${plural}.${group}`;
}
