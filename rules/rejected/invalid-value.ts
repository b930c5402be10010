import {
  at,
  type Cause,
  closest,
  type Fix,
  fieldOf,
  fieldPath,
  followsFrom,
  isSelectorMismatch,
  type Path,
  refusal,
  rule,
  validateServiceAllocation,
} from '../../src/rule.ts';

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
    limits:
      'node ports outside 30000-32767 are warned of only, since a server may run with another --service-node-port-range; other ranges of a cluster (of Service addresses, of IP families) are not known.',
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
    Validated(object, context) {
      const causes = context.causes(object);
      for (const cause of causes) {
        if (cause.type === 'FieldValueRequired' || cause.type === 'FieldValueDuplicate' || isSelectorMismatch(cause)) continue;
        if (isEcho(cause, causes, object.value) || followsFrom(cause, context.decodeFaults(object))) continue;
        context.report({ ...refusal(cause), message: messageOf(cause), fix: fixOf(cause.path, cause) });
      }
    },
    Service(object, context) {
      if (!object.decodes || context.causes(object).length > 0) return;
      for (const cause of validateServiceAllocation(object.value)) {
        const message = `${messageOf(cause)}; accepted only if the API server runs with another --service-node-port-range`;
        context.report({ ...refusal(cause), level: 'warning', message });
      }
    },
  },
});

/** What another fault of the same object tells better: the field is missing, or has by default the wrong value of the field beside it. */
function isEcho(cause: Cause, causes: readonly Cause[], value: unknown): boolean {
  const field = fieldPath(cause.path);
  if (causes.some((other) => other.type === 'FieldValueRequired' && fieldPath(other.path) === field)) return true;
  // A rule that is too dear by itself is also named as one of the dearest.
  if (cause.message.startsWith('Forbidden: contributed to '))
    return causes.some((other) => other.message.startsWith('Forbidden: estimated ') && fieldPath(other.path) === field);
  if (at(value, cause.path) !== undefined) return false;
  const parent = fieldPath(cause.path.slice(0, -1));
  return causes.some(
    (other) =>
      other !== cause &&
      other.message === cause.message &&
      at(value, other.path) !== undefined &&
      fieldPath(other.path.slice(0, -1)) === parent,
  );
}

/** The server's message without the kind of error in front, and without the regular expression at its end. */
function messageOf(cause: Cause): string {
  const field = fieldOf(cause);
  if (cause.type === 'FieldValueNotFound') {
    const name = cause.message.replace(/^Not found: /, '');
    return `${field}: ${/\.volume(?:Mount|Device)s\[\d+\]\.name$/.test(field) ? `no volume of the Pod is named ${name}` : `${name} is not there`}`;
  }
  const broken = /(?:compilation failed: ERROR: <input>:(\d+):(\d+)|program instantiation failed): (.*)/.exec(cause.message);
  if (broken !== null) {
    const place = broken[1] === undefined ? '' : ` (line ${broken[1]}, column ${broken[2]})`;
    return `${field}: the expression does not compile: ${broken[3]!.replace(" (in container '')", '')}${place}`;
  }
  const plain = cause.message
    .replace(/^Invalid value: \{"Rule":.*\}: (?=\S)/s, '')
    .replace(/^(?:Invalid value|Unsupported value): /, '')
    .replace(/^Forbidden: (?=(?:estimated|contributed|x-kubernetes-validations) )/, '')
    .replace(/^Forbidden: /, 'not allowed here: ')
    .replace(/,? ?\(?(?:e\.g\. [^)]*, )?regex used for validation is '[^']*'\)?/g, '');
  const near = nearestSupported(cause);
  // What is wrong with the object as a whole has no field.
  return `${field === '' || field === '<nil>' ? 'the object' : field}: ${plain}${near === undefined ? '' : `; did you mean ${near}?`}`;
}

function nearestSupported({ value, supported }: Cause): string | undefined {
  return typeof value === 'string' && supported !== undefined ? closest(value, supported) : undefined;
}

function fixOf(path: Path, cause: Cause): Fix | undefined {
  const near = nearestSupported(cause);
  if (near === undefined) return undefined;
  return {
    title: `Change to ${near}`,
    safe: near.toLowerCase() === String(cause.value).toLowerCase(),
    changes: [{ set: path, to: near }],
  };
}
