import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { rules } from '../src/lint/registry.ts';
import { casesOf, expectationsIn, judgeCase, said } from './support/expectations.ts';

const root = path.resolve(fileURLToPath(import.meta.url), '../..');
const fixtures = path.join(root, 'fixtures');

/** Rules that speak of podlint itself have their tests elsewhere too, but must meet the same contract. */
describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  it('is documented, and its file is named after it', () => {
    expect(existsSync(path.join(root, 'rules', `${id}.ts`))).toBe(true);
    expect(rule.docs.summary).toMatch(/^[A-Z`].*[^.]$/);
    expect(rule.docs.why.length).toBeGreaterThan(60);
    for (const link of rule.docs.links) expect(link).toMatch(/^https:\/\//);
    for (const state of rule.states) expect(state).toMatch(/^S([1-9]|1[0-9])$/);
    if (rule.level !== 'note' && rule.predicts === undefined) expect(rule.level).toBe('warning');
  });

  const facts = rule.examples.facts === undefined ? [] : [{ path: 'facts.yaml', text: rule.examples.facts }];
  const judge: typeof judgeCase = (texts, known, before) => judgeCase(texts, known, before, { each: rule.each });

  it('reports its bad example at the expected lines and nothing else', async () => {
    const bad = { path: 'bad.yaml', text: rule.examples.bad };
    const expected = expectationsIn(bad).sort();
    expect(expected.some((line) => line.endsWith(` ${id}`))).toBe(true);
    const report = await judge([bad], facts);
    expect(said(report.findings, id).sort()).toEqual(expected);
    for (const finding of report.findings.filter((f) => f.ruleId === id)) {
      expect(finding.message).not.toBe('');
      if (finding.predicts?.component !== undefined && finding.level === 'error') expect(finding.says ?? '').not.toBe('');
    }
  });

  it('is silent on its good example', async () => {
    const report = await judge([{ path: 'good.yaml', text: rule.examples.good }], facts);
    expect(said(report.findings, id)).toEqual([]);
  });

  const cases = casesOf(fixtures, id);
  it('has fixtures, wrong and right', () => {
    expect(cases.some((c) => c.expected.some((line) => line.endsWith(` ${id}`)))).toBe(true);
    expect(cases.some((c) => c.expected.length === 0)).toBe(true);
  });
  it.each(cases.map((c) => [c.name, c] as const))('fixture %s', async (_, { texts, facts: known, before, expected }) => {
    const report = await judge(texts, known, before);
    expect(said(report.findings, id).sort()).toEqual(expected);
  });
});
