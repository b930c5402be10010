import {
  type Context,
  describe,
  isWaitedFor,
  missingSays,
  missingStatus,
  type Prediction,
  type Reference,
  rule,
  type StuckSync,
  type SyncStep,
  stuckSyncs,
  tooEarly,
} from '../../src/rule.ts';

export default rule({
  id: 'rejected/applied-too-early',
  level: 'warning',
  predicts: { component: 'apiserver', status: 'Rejected' },
  states: ['S10', 'S18'],
  docs: {
    summary:
      'An object is sent before what it needs: the first `kubectl apply` of the folder refuses it, the second one takes it',
    why:
      'kubectl apply -f sends objects in the order of the file names, and of the documents in a file. What stands in a Namespace that comes later is refused ' +
      '(`namespaces "shop" not found`), and so is a Pod whose ServiceAccount, PriorityClass or RuntimeClass comes later. A custom resource is refused wherever its ' +
      'CustomResourceDefinition stands in the same apply, since kubectl looks up all kinds before it sends anything. Put what is needed first ' +
      '(`00-namespace.yaml`), or apply definitions on their own and wait for them. Argo CD puts Namespaces and definitions first, but it waits for each hook to end and for each ' +
      'wave to be healthy before it applies what comes later, and Helm waits for its `pre-install` hooks: where their Pods need a ServiceAccount, ConfigMap, Secret or claim of a later phase or ' +
      'wave, neither ever comes to it.',
    limits:
      'only files of one folder are compared, since folders may be applied one after the other, and not those of a folder that defines an object in two files: such ' +
      'samples nobody applies together. Kustomizations, charts, folders that an Application of Argo CD in the set points at, and sets with marks of Helm, Argo CD or Flux are left out, but for what ' +
      'hooks and waves need: these tools put what others need first.',
    links: [
      'https://kubernetes.io/docs/concepts/workloads/management/',
      'https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/',
      'https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/',
      'https://helm.sh/docs/topics/charts_hooks/',
    ],
  },
  examples: {
    bad: `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: shop # expect: rejected/applied-too-early
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
`,
    good: `apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: shop
`,
  },
  fix: 'never',
  evidence: 'apply',
  visit: {
    Cluster(cluster, context) {
      for (const { object, path, needed, more, says } of tooEarly(cluster)) {
        const others = more === 0 ? '' : `, as do ${more} more ${more === 1 ? 'object' : 'objects'}`;
        const defines = needed.kind === 'CustomResourceDefinition';
        context.report({
          object,
          at: path,
          message: defines
            ? `${describe(object)} is of a kind that ${describe(needed)} defines in the same apply${others}: the first one fails; apply the definition on its own and wait for it (\`kubectl wait --for=condition=Established\`), or apply twice`
            : `${describe(object)} needs ${describe(needed)}, which is sent after it${others}: the first apply fails; put it into a file that comes first, or apply twice`,
          says,
          blocks: [],
          related: [{ object: needed, at: ['metadata', 'name'], message: `${describe(needed)} is here` }],
        });
      }
      for (const stuck of stuckSyncs(cluster)) if (isWaitedFor(stuck.reference)) report(stuck, context);
    },
  },
});

function report(stuck: StuckSync, context: Context): void {
  const { object, needed, reference } = stuck;
  context.report({
    object,
    at: reference.path,
    message: stuck.by === 'Helm' ? helmMessage(stuck) : argoMessage(stuck),
    ...shown(reference, object.kind === 'Pod'),
    blocks: [],
    related: [{ object: needed, at: ['metadata', 'name'], message: `${describe(needed)} is here` }],
  });
}

function argoMessage({ object, needed, step, neededStep, refused }: StuckSync): string {
  const phase = phaseOf(step);
  const other = describe(needed);
  const wave = (number: number) => `argocd.argoproj.io/sync-wave: "${number}"`;
  if (step.phase === neededStep.phase) {
    const where = `${describe(object)} is applied in wave ${step.wave}`;
    if (refused) {
      const late = step.wave === neededStep.wave ? 'which Argo CD applies after Pods' : `which is of wave ${neededStep.wave}`;
      return `${where} and needs ${other}, ${late}: the first sync fails; give ${needed.kind} ${needed.name} a lower wave (${wave(step.wave - 1)})`;
    }
    return `${where}, and its Pods need ${other} of wave ${neededStep.wave}, which Argo CD applies only when that is ${step.hook ? 'done' : 'healthy'}: the first sync hangs; give ${needed.kind} ${needed.name} that wave or a lower one (${wave(step.wave)})`;
  }
  const what = step.hook ? `is a ${phase} hook` : `is applied in the ${phase} phase`;
  const need = object.kind === 'Pod' ? 'and needs' : 'and its Pods need';
  const way =
    step.phase === -1
      ? `make ${needed.kind} ${needed.name} a PreSync hook too (argocd.argoproj.io/hook: PreSync, ${wave(step.wave - 1)}), or the ${object.kind} a Sync hook of a later wave`
      : `take ${needed.kind} ${needed.name} out of the ${phaseOf(neededStep)} phase`;
  return `${describe(object)} ${what}, ${need} ${other}, which Argo CD applies in the ${phaseOf(neededStep)} phase, after it: the first sync ${refused ? 'fails' : 'hangs'}; ${way}`;
}

function phaseOf({ phase }: SyncStep): string {
  return phase === -1 ? 'PreSync' : phase === 0 ? 'Sync' : 'PostSync';
}

function helmMessage({ object, needed, step, neededStep }: StuckSync): string {
  const need = object.kind === 'Pod' ? 'and needs' : 'and its Pods need';
  const late = neededStep.phase === -1 ? ` with weight ${neededStep.wave}` : '';
  const weight = `helm.sh/hook-weight: "${step.wave - 1}"`;
  const way =
    neededStep.phase === -1
      ? `give ${needed.kind} ${needed.name} a lower weight (${weight})`
      : `make ${needed.kind} ${needed.name} a pre-install hook too (helm.sh/hook: pre-install,pre-upgrade, ${weight})`;
  return `${describe(object)} is a pre-install hook, ${need} ${describe(needed)}, which Helm installs${late} only when the hook is done: the first install fails; ${way}`;
}

/** What a cluster shows of a Pod that lacks what the reference names. */
function shown(reference: Reference, isPod: boolean): { readonly says: string; readonly predicts: Prediction } {
  const { role, namespace, name } = reference;
  const refused = { component: 'apiserver', status: isPod ? 'Rejected' : 'FailedCreate' } as const;
  if (role === 'service-account')
    return {
      says: `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`,
      predicts: refused,
    };
  if (role === 'priority-class') return { says: `no PriorityClass with name ${name} was found`, predicts: refused };
  if (role === 'runtime-class') return { says: `pod rejected: RuntimeClass "${name}" not found`, predicts: refused };
  if (role === 'claim')
    return { says: `persistentvolumeclaim "${name}" not found`, predicts: { component: 'scheduler', status: 'Pending' } };
  return { says: missingSays(reference), predicts: { component: 'kubelet', status: missingStatus(reference) } };
}
