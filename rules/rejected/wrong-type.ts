import { at, rule } from '../../src/rule.ts';

export default rule({
  id: 'rejected/wrong-type',
  level: 'error',
  predicts: { component: 'apiserver', status: 'Rejected' },
  states: ['S18'],
  docs: {
    summary: 'A value of the wrong type: a number where the API has a string, a list where it has a map, a malformed quantity',
    why:
      'The API server cannot decode the object and refuses it as BadRequest, telling only the first such value. ' +
      'The usual cause is YAML: `value: 8080`, `value: true` and `value: yes` are not strings until they are quoted.',
    links: ['https://kubernetes.io/docs/concepts/configuration/overview/#general-configuration-tips'],
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
      env:
        - name: PORT
          value: 8080 # expect: rejected/wrong-type
`,
    good: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.29
      env:
        - name: PORT
          value: "8080"
`,
  },
  fix: 'sometimes',
  evidence: 'admit',
  visit: {
    Manifest(object, context) {
      for (const fault of context.decodeFaults(object)) {
        if (fault.kind === 'unknown-field') continue;
        const value = at(object.value, fault.path);
        // What YAML read as a number or a boolean was most often meant as text.
        const quotable = fault.expected === 'string' && (typeof value === 'number' || typeof value === 'boolean');
        context.report({
          at: fault.path,
          message: quotable ? `${fault.message}: put it into quotes` : fault.message,
          says: fault.says,
          bySchema: true,
          fix: quotable ? { title: 'Put it into quotes', safe: true, changes: [{ quote: fault.path }] } : undefined,
        });
      }
    },
  },
});
