import { type Cluster, type Context, isUnknown, type KubeObject, rule } from '../../src/rule.ts';

export default rule({
  id: 'rejected/unknown-kind',
  level: 'error',
  predicts: { component: 'apiserver', status: 'Rejected' },
  states: ['S18'],
  docs: {
    summary:
      'A kind that the API server does not have: misspelt, under the wrong apiVersion, or without its CustomResourceDefinition',
    why:
      "kubectl answers `no matches for kind` and applies nothing of the object. For one of Kubernetes' own groups that is certain. A custom kind needs its " +
      'CustomResourceDefinition in the set, or in the facts; without facts podlint judges those of well-known projects by ' +
      'its own copy of the definition, and notes once for each other kind that it could not judge it. `--crds` names the definitions that the cluster has.',
    links: ['https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/custom-resources/'],
  },
  examples: {
    bad: `apiVersion: apps/v1
kind: Deploymnet # expect: rejected/unknown-kind
metadata:
  name: web
spec:
  replicas: 1
`,
    good: `apiVersion: v1
kind: ConfigMap
metadata:
  name: web
`,
  },
  fix: 'sometimes',
  evidence: 'admit',
  visit: {
    Manifest(object, context) {
      // Not a group and a version: rejected/incomplete-object tells it.
      if (object.version.includes('/') || isUnfilled(object)) return;
      const known = context.known(object);
      const suggestion = known.by === 'nothing' && 'suggestions' in known.lifecycle ? known.lifecycle.suggestions[0] : undefined;
      // A group that is nobody's is taken for a misspelt one only where it lies near to one that has this very kind.
      if (known.by === 'nothing' && (known.lifecycle.state === 'unknown' || suggestion !== undefined)) {
        const hint =
          suggestion === undefined
            ? ''
            : `; did you mean ${suggestion.kind === object.kind ? suggestion.apiVersion : `${suggestion.kind}${suggestion.apiVersion === object.apiVersion ? '' : ` of ${suggestion.apiVersion}`}`}?`;
        const at = suggestion !== undefined && suggestion.kind === object.kind ? ['apiVersion'] : ['kind'];
        const to = suggestion !== undefined && at[0] === 'kind' ? suggestion.kind : suggestion?.apiVersion;
        context.report({
          at,
          message: `there is no ${object.kind} in ${object.apiVersion}${hint}`,
          says: saysOf(object),
          fix:
            to !== undefined && (at[0] === 'apiVersion' || suggestion?.apiVersion === object.apiVersion)
              ? { title: `Change to ${to}`, safe: false, changes: [{ set: at, to }] }
              : undefined,
        });
      } else if (isUndefined(object, context) && factsDefine(context.cluster)) {
        context.report({ at: ['kind'], message: messageOf(object), says: saysOf(object) });
      }
    },
    // Facts that name no definition at all were not written with them in mind: that is told once a kind.
    Cluster(cluster, context) {
      if (!cluster.closed || factsDefine(cluster)) return;
      const kinds = new Map<string, KubeObject[]>();
      for (const object of cluster.own) {
        if (object.origin !== 'set' || object.builtIn || !isUndefined(object, context)) continue;
        const type = `${object.apiVersion}/${object.kind}`;
        const list = kinds.get(type);
        if (list) list.push(object);
        else kinds.set(type, [object]);
      }
      for (const objects of kinds.values()) {
        const [first] = objects;
        context.report({
          object: first,
          at: ['kind'],
          level: 'warning',
          message: `${messageOf(first!)}${objects.length > 1 ? ` (${objects.length} objects are of it)` : ''}`,
          says: saysOf(first!),
          blocks: objects.flatMap((object) => cluster.podOf(object) ?? []),
        });
      }
    },
  },
});

/** Of a kind that is yet to be filled in nothing is known. */
function isUnfilled({ apiVersion, kind }: KubeObject): boolean {
  return isUnknown(apiVersion) || isUnknown(kind);
}

/** A custom kind that neither the set nor the facts nor `--crds` define. */
function isUndefined(object: KubeObject, context: Context): boolean {
  if (!context.cluster.closed || object.version.includes('/') || isUnfilled(object)) return false;
  const known = context.known(object);
  // podlint's own copy of the definition does not put it into the cluster.
  if (known.by === 'definition') return known.custom.source !== undefined;
  return known.by === 'nothing' && known.lifecycle.state === 'custom' && known.lifecycle.suggestions.length === 0;
}

function factsDefine(cluster: Cluster): boolean {
  return cluster.ofKind('CustomResourceDefinition').some(({ origin }) => origin === 'fact');
}

function messageOf({ kind, apiVersion }: KubeObject): string {
  return `no CustomResourceDefinition for ${kind} of ${apiVersion}, neither in the set nor in the facts`;
}

function saysOf({ kind, apiVersion }: KubeObject): string {
  return `no matches for kind "${kind}" in version "${apiVersion}"`;
}
