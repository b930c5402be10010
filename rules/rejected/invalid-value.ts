import { type Cause, closest, type Fix, fieldOf, isSelectorMismatch, type Path, refusal, rule } from '../../src/rule.ts';

export default rule({
  id: 'rejected/invalid-value',
  level: 'error',
  predicts: { component: 'apiserver', status: 'Rejected' },
  states: ['S18'],
  docs: {
    summary:
      'A value that the API server validates and refuses: out of range, not one of the allowed words, malformed, or in conflict with another field',
    why:
      'The object decodes, and then validation refuses it as Invalid, naming the field and the reason: `spec.ports[0].port: Invalid value: 0: must be ' +
      'between 1 and 65535, inclusive`. For a workload its Pod template is validated with it, so nothing is created at all.',
    links: [
      'https://kubernetes.io/docs/concepts/overview/working-with-objects/names/',
      'https://kubernetes.io/docs/reference/kubernetes-api/',
    ],
  },
  examples: {
    bad: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  restartPolicy: always # expect: rejected/invalid-value
  containers:
    - name: web
      image: nginx:1.29
`,
    good: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  restartPolicy: Always
  containers:
    - name: web
      image: nginx:1.29
`,
  },
  fix: 'sometimes',
  evidence: 'admit',
  visit: {
    Object(object, context) {
      for (const cause of context.causes(object)) {
        if (cause.type === 'FieldValueRequired' || cause.type === 'FieldValueDuplicate' || isSelectorMismatch(cause)) continue;
        context.report({ ...refusal(cause), message: messageOf(cause), fix: fixOf(cause.path, cause) });
      }
    },
  },
});

/** The server's message without the kind of error in front, and without the regular expression at its end. */
function messageOf(cause: Cause): string {
  const plain = cause.message
    .replace(/^(?:Invalid value|Unsupported value|Not found): /, '')
    .replace(/^Forbidden: /, 'not allowed here: ')
    .replace(/,? ?\(?(?:e\.g\. [^)]*, )?regex used for validation is '[^']*'\)?/g, '');
  return `${fieldOf(cause)}: ${plain}`;
}

function fixOf(path: Path, { value, supported }: Cause): Fix | undefined {
  if (typeof value !== 'string' || supported === undefined) return undefined;
  const near = closest(value, supported);
  return near === undefined
    ? undefined
    : { title: `Change to ${near}`, safe: near.toLowerCase() === value.toLowerCase(), changes: [{ set: path, to: near }] };
}
