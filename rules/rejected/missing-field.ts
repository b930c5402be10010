import { at, fieldOf, followsFrom, refusal, rule } from '../../src/rule.ts';

export default rule({
  id: 'rejected/missing-field',
  level: 'error',
  predicts: { component: 'apiserver', status: 'Rejected' },
  states: ['S18'],
  docs: {
    summary: 'A field that the API server requires is not there',
    why:
      'The object decodes, but validation refuses it: `spec.selector: Required value`. A schema does not show most of these, since the server ' +
      'decides in code which fields belong together. The finding lies on the nearest field that is there.',
    links: ['https://kubernetes.io/docs/concepts/overview/working-with-objects/#required-fields'],
  },
  examples: {
    bad: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec: # expect: rejected/missing-field
  template:
    metadata:
      labels:
        app: web
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
    Validated(object, context) {
      const causes = context.causes(object);
      for (const cause of causes) {
        if (cause.type !== 'FieldValueRequired' || followsFrom(cause, context.decodeFaults(object))) continue;
        const why = cause.message.replace(/^Required value(: )?/, '');
        // The server also says "required" of a field that is there and lacks something.
        const missing = why === '' || at(object.value, cause.path) == null;
        const message = `${fieldOf(cause)}${missing ? ' is required' : ''}${why === '' ? '' : `: ${why}`}`;
        // Of a field that is not there the server may first say that its zero is wrong: those are the words one will see.
        const first = causes.find((other) => fieldOf(other) === fieldOf(cause)) ?? cause;
        context.report({ ...refusal(first), part: 'key', message });
      }
    },
  },
});
