import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { familiesOf } from '../../src/commands/families.ts';
import { profileOf } from '../../src/lint/levels.ts';
import { rules } from '../../src/lint/registry.ts';
import { runCommand } from '../support/terminal.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'podlint-rules-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const listed = (...options: string[]) => runCommand(['rules', ...options], folder);
const config = (text: string) => writeFileSync(path.join(folder, 'podlint.yaml'), text);
const lineOf = (out: string, id: string) => out.split('\n').find((line) => line.includes(` ${id} `));
interface Listed {
  readonly id: string;
  readonly level: string;
  readonly defaultLevel: string;
}
const machine = async (...options: string[]): Promise<Map<string, Listed>> => {
  const { out } = await listed('--format', 'json', ...options);
  return new Map((JSON.parse(out) as { rules: Listed[] }).rules.map((rule) => [rule.id, rule]));
};

describe('podlint rules', () => {
  it('has every rule once, with its level and summary, under its family', async () => {
    const { code, out, err } = await listed('--profile', 'all');
    expect([code, err]).toEqual([0, '']);
    for (const { id, level, docs } of rules) {
      expect(out.split('\n').filter((line) => line.includes(` ${id} `))).toHaveLength(1);
      expect(lineOf(out, id)).toMatch(new RegExp(`^  ${level} +${id} +`));
      expect(lineOf(out, id)).toContain(docs.summary);
    }
    for (const { name, meaning } of familiesOf(rules)) {
      expect(meaning, name).not.toBe('');
      expect(out).toContain(`${name}  ${meaning}\n`);
    }
    expect(out).toContain(`\n${rules.length} rules.\n`);
  });

  it('marks what is off by profile', async () => {
    const { out } = await listed('--profile', 'predict');
    for (const rule of rules) {
      const off = profileOf(rule) !== 'predict';
      expect(lineOf(out, rule.id)!.startsWith('  off '), rule.id).toBe(off);
      if (off) expect(lineOf(out, rule.id)).toContain(`(only with --profile ${profileOf(rule)})`);
    }
    const off = rules.filter((rule) => profileOf(rule) !== 'predict').length;
    expect(out).toContain(`${rules.length} rules, ${off} of them off.`);
  });

  it('says which rules ask what the run does not', async () => {
    expect(lineOf((await listed()).out, 'rejected/not-an-object')).toMatch(/^ {2}note .*\(only with --each\)$/);
    const raised = ['--rule', 'rejected/not-an-object:error'];
    expect(lineOf((await listed(...raised)).out, 'rejected/not-an-object')).toMatch(
      /^ {2}error .*\(by default note, only with --each\)$/,
    );
    config('each: true\n');
    expect(lineOf((await listed()).out, 'rejected/not-an-object')).not.toContain('only with');
  });

  it('respects --rule, families too', async () => {
    const { out } = await listed('--rule', 'creating/*:note', '--rule', 'creating/missing-key:off');
    expect(lineOf(out, 'creating/missing-key')).toMatch(/^ {2}off /);
    expect(lineOf(out, 'creating/missing-secret')).toMatch(/^ {2}note .*\(by default error\)$/);
    expect(lineOf(out, 'rejected/unknown-field')).toMatch(/^ {2}error /);
  });

  it('respects the nearest configuration, and says which', async () => {
    config('rules:\n  creating/missing-key: warning\n');
    expect(lineOf((await listed()).out, 'creating/missing-key')).toMatch(/^ {2}warning .*\(by default error\)$/);
    expect((await listed()).out).toContain(', as podlint.yaml says.');
    expect(lineOf((await listed('--no-config')).out, 'creating/missing-key')).toMatch(/^ {2}error /);
  });

  it('says when a rule is on below some paths only', async () => {
    config('rules: { creating/missing-key: off }\noverrides:\n  - paths: [prod/]\n    rules: { creating/missing-key: error }\n');
    expect(lineOf((await listed()).out, 'creating/missing-key')).toMatch(/^ {2}off .*\(on below some paths\)$/);
  });

  it('tells a configuration that is wrong, with exit code 2', async () => {
    config('rules: { creating/missing-ky: off }\n');
    const { code, out, err } = await listed();
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('did you mean "creating/missing-key"?');
  });

  it('has a form for programs', async () => {
    const all = await machine();
    expect([...all.keys()]).toEqual(rules.map((rule) => rule.id));
    for (const rule of rules) {
      expect(all.get(rule.id)).toMatchObject({
        id: rule.id,
        defaultLevel: rule.level,
        summary: rule.docs.summary,
        why: rule.docs.why,
        states: rule.states,
        examples: rule.examples,
        fix: rule.fix,
        ...(rule.predicts ? { predicts: rule.predicts } : {}),
      });
    }
    const set = await machine('--rule', '*:off', '--rule', 'rejected/unknown-field:note');
    expect(set.get('creating/missing-key')).toMatchObject({ level: 'off', defaultLevel: 'error' });
    expect(set.get('rejected/unknown-field')).toMatchObject({ level: 'note', defaultLevel: 'error' });
  });

  it('has a form for pages', async () => {
    const { out } = await listed('--format', 'markdown');
    for (const { id } of rules) expect(out).toContain(`| [${id}](https://`);
  });

  it('writes several forms at once, to files too', async () => {
    const { code, out } = await listed('--format', 'json:out/rules.json', '--format', 'pretty');
    expect(code).toBe(0);
    expect(out).toContain(`${rules.length} rules`);
    expect(JSON.parse(readFileSync(path.join(folder, 'out/rules.json'), 'utf8')).version).toBe(1);
  });

  it('refuses other formats', async () => {
    const { code, err } = await listed('--format', 'sarif');
    expect(code).toBe(2);
    expect(err).toBe('podlint: --format sarif: the formats are pretty, json, markdown\n');
  });

  it('puts the text under the id on a narrow terminal', async () => {
    const { out } = await runCommand(['rules'], folder, { outIsTerminal: true, columns: 60, env: { NO_COLOR: '1' } });
    expect(out.split('\n').filter((line) => line.length > 60 && line.startsWith(' '))).toEqual([]);
    const { out: wide } = await runCommand(['rules'], folder, { outIsTerminal: true, columns: 140, env: { NO_COLOR: '1' } });
    expect(wide.split('\n').filter((line) => line.length > 140)).toEqual([]);
  });
});
