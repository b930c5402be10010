import { rule } from '../../src/rule.ts';

export default rule({
  id: 'rejected/unreadable',
  level: 'error',
  predicts: { component: 'apiserver', status: 'Rejected' },
  states: ['S18'],
  docs: {
    summary: 'A document that is not YAML or JSON as kubectl reads it',
    why:
      'kubectl stops at it with `error converting YAML to JSON`, and what stands in the document is never sent. The other documents are judged all the same; ' +
      'what this one may hold is not reported as missing.',
    links: ['https://yaml.org/spec/1.1/'],
  },
  examples: {
    bad: `apiVersion: v1
kind: ConfigMap
metadata:
  name: web
data:
  a: b: c # expect: rejected/unreadable
`,
    good: `apiVersion: v1
kind: ConfigMap
metadata:
  name: web
data:
  a: "b: c"
`,
  },
  fix: 'never',
  evidence: 'admit',
  visit: {
    Document(document, context) {
      if (document.error)
        context.report({
          at: [],
          message: document.error.message.replace(/^yaml: (?:line \d+: )?/, ''),
          says: document.error.message,
        });
    },
  },
});
