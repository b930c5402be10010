import { type DecodeFault, type Fix, fieldPath, rule } from '../../src/rule.ts';

export default rule({
  id: 'rejected/unknown-field',
  level: 'error',
  predicts: { component: 'apiserver', status: 'Rejected' },
  states: ['S18'],
  docs: {
    summary: 'A field that the kind does not have: misspelt, misplaced, or of another release',
    why:
      'kubectl asks the API server for strict field validation, and it refuses the whole object: `strict decoding error: unknown field "…"`. ' +
      'Tools that do not ask for it (Helm before 4, some controllers) drop the field silently, and the Pod runs without what was written. ' +
      'Correct the name, or move the field to where it belongs.',
    links: ['https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation'],
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
      imagePullPolcy: Always # expect: rejected/unknown-field
`,
    good: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.29
      imagePullPolicy: Always
`,
  },
  fix: 'sometimes',
  evidence: 'admit',
  visit: {
    Manifest(object, context) {
      for (const fault of context.decodeFaults(object)) {
        if (fault.kind !== 'unknown-field') continue;
        const { path, message, says } = fault;
        context.report({ at: path, part: 'key', message, says, bySchema: true, fix: fixOf(fault) });
      }
    },
  },
});

function fixOf(fault: DecodeFault): Fix | undefined {
  if (fault.suggestion === undefined) return undefined;
  return {
    title: `Rename ${fieldPath(fault.path.slice(-1))} to ${fault.suggestion}`,
    safe: true,
    changes: [{ rename: fault.path, to: fault.suggestion }],
  };
}
