import { fieldPath, rule } from '../../src/rule.ts';

export default rule({
  id: 'rejected/duplicate-key',
  level: 'warning',
  states: ['S18'],
  docs: {
    summary: 'A key stands twice in one mapping',
    why:
      'kubectl keeps the last one and drops the first without a word, so what is written first never takes effect. Strict readers (kustomize, Helm, most editors) ' +
      'refuse the file instead.',
    links: ['https://yaml.org/spec/1.2.2/#3213-node-comparison'],
  },
  examples: {
    bad: `apiVersion: v1
kind: ConfigMap
metadata:
  name: web
data:
  mode: fast
  mode: slow # expect: rejected/duplicate-key
`,
    good: `apiVersion: v1
kind: ConfigMap
metadata:
  name: web
data:
  mode: slow
`,
  },
  fix: 'never',
  evidence: { none: 'the API server never sees the first of the two: the reader in front of it drops it' },
  visit: {
    Document(document, context) {
      for (const duplicate of document.duplicates ?? []) {
        context.report({
          at: duplicate.path,
          range: duplicate.second,
          message: `${fieldPath([...duplicate.path.slice(0, -1), duplicate.key])} stands twice; the last one counts, the first is dropped silently`,
          relatedRange: { range: duplicate.first, message: 'the first one is here' },
        });
      }
    },
  },
});
