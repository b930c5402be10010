import { at, fieldOf, isSelectorMismatch, refusal, rule } from '../../src/rule.ts';

export default rule({
  id: 'rejected/selector-does-not-match-template',
  level: 'error',
  predicts: { component: 'apiserver', status: 'Rejected' },
  states: ['S18'],
  docs: {
    summary: "A workload's selector does not match the labels of its own Pod template",
    why:
      'The workload could never own the Pods that it makes, so the API server refuses it: `selector does not match template labels`. ' +
      'Make the labels of the template hold what the selector asks for. The selector of a workload that exists already cannot be changed.',
    links: ['https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector'],
  },
  examples: {
    bad: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels: # expect: rejected/selector-does-not-match-template
        app: website
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
    spec:
      containers:
        - name: web
          image: nginx:1.29
`,
  },
  fix: 'never',
  evidence: 'admit',
  visit: {
    Object(object, context) {
      const causes = context.causes(object);
      for (const cause of causes) {
        if (!isSelectorMismatch(cause)) continue;
        const written = at(object.value, ['spec', 'selector']) != null;
        // A selector that is missing altogether is told as that, where the server says so.
        if (!written && causes.some((other) => other.type === 'FieldValueRequired' && fieldOf(other) === 'spec.selector'))
          continue;
        context.report({
          ...refusal(cause),
          part: 'key',
          message: written ? 'the selector does not match these labels' : 'there is no spec.selector that matches these labels',
          related: written
            ? [{ object, at: ['spec', 'selector'], part: 'key', message: 'the selector is written here' }]
            : undefined,
        });
      }
    },
  },
});
