import { rule } from '../../src/rule.ts';

export default rule({
  id: 'fragile/server-warning',
  level: 'warning',
  states: ['S18'],
  docs: {
    summary: 'The API server accepts the object, and sends a Warning with it',
    why:
      'kubectl prints it (`Warning: …`) and goes on; Helm, Argo CD and pipelines mostly swallow it. It tells of fields that do nothing, names that cannot be reached by DNS, entries that shadow ' +
      'each other, and APIs that a later release drops.',
    links: ['https://kubernetes.io/blog/2020/09/03/warnings/'],
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
        - name: MODE
          value: fast
        - name: MODE # expect: fragile/server-warning
          value: slow
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
        - name: MODE
          value: slow
`,
  },
  fix: 'never',
  evidence: 'admit',
  visit: {
    Object(object, context) {
      // Of an object that is refused, the refusal is what counts.
      if (context.causes(object).length > 0) return;
      const known = context.known(object);
      // Whether the cluster's own definition of a custom kind warns is another matter.
      const level = known.by === 'definition' && known.custom.source !== undefined ? 'note' : undefined;
      for (const warning of context.warnings(object)) {
        const { path, message } = warning;
        context.report({ at: path, message, says: message, level, bySchema: true, blocks: [] });
      }
    },
  },
});
