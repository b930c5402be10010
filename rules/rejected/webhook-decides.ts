import { type Context, type DecidingWebhook, decidingWebhooks, describe, rule } from '../../src/rule.ts';

export default rule({
  id: 'rejected/webhook-decides',
  level: 'note',
  profile: 'all',
  states: [],
  docs: {
    summary: 'A webhook with failurePolicy Fail is asked about objects of the set: what it answers is not known',
    why:
      'The API server asks the webhook before it stores the object, and refuses the object if the webhook says no or does not answer in time (`failed calling webhook`). If the webhook ' +
      'runs on Pods of the same set, they must be ready before anything that it is asked about is applied, or must be left out of its rules, as by a namespaceSelector.',
    limits: 'nothing calls the webhook: this only says whom it is asked about. A webhook with matchConditions is left out.',
    links: [
      'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/',
      'https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/',
    ],
  },
  examples: {
    bad: `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata:
  name: checks
webhooks:
  - name: checks.example.com # expect: rejected/webhook-decides
    admissionReviewVersions: [v1]
    sideEffects: None
    failurePolicy: Fail
    clientConfig:
      service:
        namespace: checks
        name: checker
    rules:
      - apiGroups: [""]
        apiVersions: [v1]
        operations: [CREATE, UPDATE]
        resources: [configmaps]
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  color: blue
`,
    good: `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata:
  name: checks
webhooks:
  - name: checks.example.com
    admissionReviewVersions: [v1]
    sideEffects: None
    failurePolicy: Fail
    clientConfig:
      service:
        namespace: checks
        name: checker
    rules:
      - apiGroups: [""]
        apiVersions: [v1]
        operations: [CREATE, UPDATE]
        resources: [secrets]
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  color: blue
`,
  },
  fix: 'never',
  evidence: { none: 'what a webhook answers is its own, and nothing here runs one' },
  visit: {
    Cluster(cluster, context) {
      for (const webhook of decidingWebhooks(cluster, (object) => context.known(object))) report(webhook, context);
    },
  },
});

/** Once a webhook: where it is written, or, for one of the cluster, at the first object that it is asked about. */
function report({ configuration, index, name, asked, objects }: DecidingWebhook, context: Context): void {
  const own = configuration.origin === 'set';
  const [first] = objects;
  const more = objects.length > 1 ? ` and ${objects.length - 1} more of the set` : '';
  const who = asked === undefined ? '' : ` (${asked})`;
  context.report({
    object: own ? configuration : first!,
    at: own ? ['webhooks', index, 'name'] : ['metadata', 'name'],
    message: `webhook ${name}${who} decides about ${describe(first!)}${more}: without its yes they are refused`,
    related: own ? [{ object: first!, at: ['metadata', 'name'], message: 'the first object that it is asked about' }] : [],
  });
}
