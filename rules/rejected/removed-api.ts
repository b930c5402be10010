import { rule } from '../../src/rule.ts';

export default rule({
  id: 'rejected/removed-api',
  level: 'error',
  predicts: { component: 'apiserver', status: 'Rejected' },
  states: ['S18'],
  docs: {
    summary: 'An apiVersion that the release does not serve: removed, not yet there, or off by default',
    why:
      'kubectl finds no such kind and applies nothing of the object: `no matches for kind "Ingress" in version "extensions/v1beta1"`. ' +
      'The finding names the release that removed it and the version to move to; some fields change with the move.',
    links: ['https://kubernetes.io/docs/reference/using-api/deprecation-guide/'],
  },
  examples: {
    bad: `apiVersion: policy/v1beta1 # expect: rejected/removed-api
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: web
`,
    good: `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: web
`,
  },
  fix: 'sometimes',
  evidence: 'admit',
  visit: {
    Manifest(object, context) {
      const known = context.known(object);
      if (known.by !== 'nothing') return;
      const { lifecycle } = known;
      const { release } = context.cluster;
      const says = `no matches for kind "${object.kind}" in version "${object.apiVersion}"`;
      const at = ['apiVersion'];
      if (lifecycle.state === 'removed') {
        const { replacement } = lifecycle;
        const instead =
          replacement === undefined
            ? 'nothing replaces it'
            : `use ${replacement.apiVersion}${replacement.kind === object.kind ? '' : ` ${replacement.kind}`}${lifecycle.fieldsChanged ? ` (${lifecycle.fieldsChanged})` : ''}`;
        context.report({
          at,
          message: `${object.apiVersion} ${object.kind} was removed in Kubernetes ${lifecycle.since}: ${instead}`,
          says,
          fix:
            replacement !== undefined && replacement.kind === object.kind
              ? {
                  title: `Change to ${replacement.apiVersion}`,
                  safe: lifecycle.fieldsChanged === undefined,
                  changes: [{ set: at, to: replacement.apiVersion }],
                }
              : undefined,
        });
      } else if (lifecycle.state === 'notYet') {
        context.report({
          at,
          message: `${object.apiVersion} ${object.kind} comes with Kubernetes ${lifecycle.from}; this judges for ${release}`,
          says,
        });
      } else if (lifecycle.state === 'disabled') {
        context.report({
          at,
          level: 'warning',
          message: `${object.apiVersion} ${object.kind} is not served by default in ${release}: only if the API server runs with --runtime-config=${object.apiVersion}=true`,
          says,
        });
      }
    },
  },
});
