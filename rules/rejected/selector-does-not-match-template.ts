import { at, isSelectorMismatch, refusal, rule } from '../../src/rule.ts';

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
      for (const cause of context.causes(object)) {
        // A selector that is missing altogether is told as that.
        if (!isSelectorMismatch(cause) || at(object.value, ['spec', 'selector']) == null) continue;
        context.report({
          ...refusal(cause),
          part: 'key',
          message: 'the selector does not match these labels',
          related: [{ object, at: ['spec', 'selector'], part: 'key', message: 'the selector is written here' }],
        });
      }
    },
  },
});
