import {
  asObject,
  asString,
  type Context,
  describe,
  fieldOf,
  type KubeObject,
  rule,
  type Update,
  type UpdateCause,
} from '../../src/rule.ts';

export default rule({
  id: 'rejected/immutable-field',
  level: 'error',
  predicts: { component: 'apiserver', status: 'Rejected' },
  states: ['S15', 'S18'],
  docs: {
    summary: 'A field is changed that the API server lets nobody change once the object is there',
    why:
      'A new object with the field would be accepted; an update is refused, and with it everything else that has changed in the object: the old one goes on as it was. ' +
      'The selector of a Deployment, the template of a Job, most of a StatefulSet, claim or Pod, the roleRef of a binding and the parameters of a StorageClass are such fields, and what a CustomResourceDefinition guards by a rule such as `self == oldSelf`. ' +
      'What is there is known from `--since REV` (the manifests as a git revision has them) or from facts (`--cluster`, the live objects). ' +
      'Defaults count as if they were written, and what a manifest no longer names is taken out, as kubectl apply does it.',
    limits:
      'with `--since` the revision is taken to have been applied. Objects that a hook, or an annotation, says are deleted and made anew are left out.',
    links: [
      'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#label-selector-updates',
      'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#limitations',
      'https://kubernetes.io/docs/reference/kubectl/generated/kubectl_replace/',
    ],
  },
  examples: {
    facts: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: default
spec:
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
`,
    bad: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
      tier: front # expect: rejected/immutable-field
  template:
    metadata:
      labels:
        app: web
        tier: front
    spec:
      containers:
        - name: web
          image: nginx:1.29
`,
    good: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
        tier: front
    spec:
      containers:
        - name: web
          image: nginx:1.29
`,
  },
  fix: 'never',
  evidence: 'apply',
  visit: {
    Object(object, context) {
      const update = context.update(object);
      if (update === undefined || update.causes.length === 0 || isMadeAnew(object)) return;
      for (const cause of update.causes) report(object, cause, update, context);
    },
  },
});

function report(object: KubeObject, cause: UpdateCause, update: Update, context: Context): void {
  const field = fieldOf(cause);
  const printed = cause.admission !== true && /^(?:Invalid value|Forbidden)/.test(cause.message);
  const where = update.revision === undefined ? 'the cluster has it' : `revision ${update.revision} has it`;
  const unless = [cause.unless, ...conditions(object, update)].filter((text) => text !== undefined);
  const condition = unless.length === 0 ? '' : ` (${unless.join('; ')})`;
  context.report({
    at: cause.at ?? cause.path,
    level: unless.length === 0 ? 'error' : 'warning',
    message: cause.byRule
      ? `${field === '<nil>' ? 'the object' : field} is not as ${where}, and a rule of the definition refuses the change: ${detailOf(cause)}${condition}; keep what is there, ${wayOut(object, field)}`
      : `${field} is not as ${where}, and cannot be changed once ${describe(object)} is there${condition}; ${cause.admission === true ? GROW : wayOut(object, field)}`,
    says: printed ? `${field}: ${cause.message}` : cause.message,
    cause: cause.admission === true ? undefined : { type: cause.type, field },
    // The Pods that are there go on running.
    blocks: [],
  });
}

/** What a rule says, without the kind of fault and the value in front of it. */
function detailOf({ message }: UpdateCause): string {
  const value = /^(?:Invalid value|Duplicate value)(?:: (?:-?[\d.]+(?:e[+-]\d+)?|"(?:[^"\\]|\\.)*"|true|false|null))?: /;
  return message.replace(value, '').replace(/^(?:Forbidden|Required value): /, '');
}

const GROW = 'its StorageClass lacks `allowVolumeExpansion: true`, which may be added';

function conditions({ kind, value }: KubeObject, update: Update): (string | undefined)[] {
  const finished = kind === 'Job' && asObject(value['spec'])?.['ttlSecondsAfterFinished'] != null;
  return [
    update.notInFacts ? 'if the revision was applied: the facts do not hold it' : undefined,
    finished ? 'unless the finished Job is gone by then' : undefined,
  ];
}

/** Hooks are deleted and created; some tools replace, or leave alone, what an annotation names. */
function isMadeAnew({ value }: KubeObject): boolean {
  const annotations = asObject(asObject(value['metadata'])?.['annotations']) ?? {};
  const text = (key: string) => (Object.hasOwn(annotations, key) ? (asString(annotations[key]) ?? '') : '');
  return (
    text('helm.sh/hook') !== '' ||
    text('argocd.argoproj.io/hook') !== '' ||
    /\b(?:Replace|Force)=true\b/.test(text('argocd.argoproj.io/sync-options')) ||
    text('kustomize.toolkit.fluxcd.io/force').toLowerCase() === 'enabled' ||
    /^(?:IfNotPresent|Ignore)$/i.test(text('kustomize.toolkit.fluxcd.io/ssa'))
  );
}

function wayOut(object: KubeObject, field: string): string {
  const { kind, name, namespace } = object;
  const target = `${kind.toLowerCase()} ${name}${namespace === '' ? '' : ` -n ${namespace}`}`;
  switch (kind) {
    case 'ConfigMap':
    case 'Secret':
      return 'give it a new name and change what refers to it, or delete it first';
    case 'StatefulSet':
      return `\`kubectl delete ${target} --cascade=orphan\` keeps the Pods and claims, then apply`;
    case 'PersistentVolumeClaim':
      return field.endsWith('storage')
        ? 'a claim can only grow: make a new one and move the data'
        : 'make a new claim and move the data';
    case 'CustomResourceDefinition':
      return field.startsWith('status.storedVersions')
        ? 'keep the version, not served, until everything is stored in another one'
        : 'deleting the definition deletes all its objects: give the new kind another name';
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      return `\`kubectl auth reconcile\` makes it anew, or \`kubectl delete ${target}\`, then apply`;
    default:
      return `give it a new name, or \`kubectl delete ${target}\`, then apply (\`kubectl replace --force\` does both)`;
  }
}
