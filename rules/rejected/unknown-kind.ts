import { rule } from '../../src/rule.ts';

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
      'CustomResourceDefinition in the set, or in the facts; without facts podlint notes once for each kind that it could not judge it.',
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
      if (object.version.includes('/')) return;
      const known = context.known(object);
      if (known.by !== 'nothing' || (known.lifecycle.state !== 'unknown' && known.lifecycle.state !== 'custom')) return;
      const says = `no matches for kind "${object.kind}" in version "${object.apiVersion}"`;
      const suggestion = known.lifecycle.suggestions[0];
      // A group that is nobody's is taken for a misspelt one only where it lies near to one that has this very kind.
      if (known.lifecycle.state === 'unknown' || suggestion !== undefined) {
        const hint =
          suggestion === undefined
            ? ''
            : `; did you mean ${suggestion.kind === object.kind ? suggestion.apiVersion : `${suggestion.kind}${suggestion.apiVersion === object.apiVersion ? '' : ` of ${suggestion.apiVersion}`}`}?`;
        const at = suggestion !== undefined && suggestion.kind === object.kind ? ['apiVersion'] : ['kind'];
        const to = suggestion !== undefined && at[0] === 'kind' ? suggestion.kind : suggestion?.apiVersion;
        context.report({
          at,
          message: `there is no ${object.kind} in ${object.apiVersion}${hint}`,
          says,
          fix:
            to !== undefined && (at[0] === 'apiVersion' || suggestion?.apiVersion === object.apiVersion)
              ? { title: `Change to ${to}`, safe: false, changes: [{ set: at, to }] }
              : undefined,
        });
      } else if (context.cluster.closed) {
        context.report({
          at: ['kind'],
          // Facts that name no definition at all were not written with them in mind.
          level: context.cluster.ofKind('CustomResourceDefinition').some(({ origin }) => origin === 'fact') ? 'error' : 'warning',
          message: `no CustomResourceDefinition for ${object.kind} of ${object.apiVersion}, neither in the set nor in the facts`,
          says,
        });
      }
    },
  },
});
