import { fieldOf, refusal, rule } from '../../src/rule.ts';

export default rule({
  id: 'rejected/duplicate-entry',
  level: 'error',
  predicts: { component: 'apiserver', status: 'Rejected' },
  states: ['S18'],
  docs: {
    summary:
      'Two entries of a list that must differ are the same: container names, volume names, mount paths, port names, host ports',
    why: 'The API server refuses the object: `spec.containers[1].name: Duplicate value: "app"`. Rename or remove one of the two.',
    links: ['https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy'],
  },
  examples: {
    bad: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.29
      volumeMounts:
        - name: cache
          mountPath: /cache
        - name: logs
          mountPath: /cache # expect: rejected/invalid-value
  volumes:
    - name: cache
      emptyDir: {}
    - name: cache # expect: rejected/duplicate-entry
      emptyDir: {}
    - name: logs
      emptyDir: {}
`,
    good: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.29
      volumeMounts:
        - name: cache
          mountPath: /cache
        - name: logs
          mountPath: /logs
  volumes:
    - name: cache
      emptyDir: {}
    - name: logs
      emptyDir: {}
`,
  },
  fix: 'never',
  evidence: 'admit',
  visit: {
    Validated(object, context) {
      for (const cause of context.causes(object)) {
        if (cause.type !== 'FieldValueDuplicate') continue;
        context.report({
          ...refusal(cause),
          message: `${fieldOf(cause)}: ${cause.message.replace(/^Duplicate value: /, '')} stands twice`,
        });
      }
    },
  },
});
