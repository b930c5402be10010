import { rule } from '../../src/rule.ts';

export default rule({
  id: 'podlint/unused-suppression',
  level: 'warning',
  states: [],
  docs: {
    summary: 'A podlint-ignore comment, an annotation or an `ignore` entry of podlint.yaml that accepts nothing',
    why:
      'What it was written for is gone, or its rule id is misspelt. Left in place it would hide the next finding there. Remove it, or correct the id. ' +
      'An entry of podlint.yaml whose last day (`until`) is over is noted, since what it accepted is reported again; one that accepts nothing is noted with `--profile all` alone, since a configuration is written for more than one run.',
    links: [],
  },
  examples: {
    bad: `apiVersion: v1
kind: ConfigMap
metadata:
  name: web # podlint-ignore rejected/invalid-value: none # expect: podlint/unused-suppression
`,
    good: `apiVersion: v1
kind: ConfigMap
metadata:
  name: web
`,
  },
  fix: 'never',
  evidence: { none: 'it speaks of podlint itself' },
  // Found by the engine, once all rules have spoken (src/lint/findings.ts).
  visit: {},
});
