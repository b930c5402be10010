import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/terminal.ts';

const POD = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.29
      imagePullPolcy: Always
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'podlint-ignores-'));
  mkdirSync(path.join(folder, '.git'));
  mkdirSync(path.join(folder, 'k8s'));
  writeFileSync(path.join(folder, 'k8s/web.yaml'), POD);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const entry = (more: string, rule = 'rejected/unknown-field') => `  - rule: ${rule}\n    reason: known\n${more}`;

async function judge(entries: string, ...options: string[]) {
  writeFileSync(path.join(folder, 'podlint.yaml'), `ignore:\n${entries}`);
  const { code, out, err } = await runCommand(['-f', 'unix', '--no-cache', ...options, 'k8s'], folder);
  expect(err).toBe('');
  return { code, said: out.split('\n').filter((line) => line.includes('podlint.yaml')) };
}

describe('an entry of `ignore`', () => {
  it('whose last day is over is told, with what became of it', async () => {
    expect(await judge(entry('    until: "2020-01-31"\n'))).toEqual({
      code: 1,
      said: [
        'podlint.yaml:4:12: note: this entry of `ignore` held until 2020-01-31: what it accepted is reported again; mend it, or set a later day [podlint/unused-suppression]',
      ],
    });
    expect(await judge(entry('') + entry('    until: "2020-01-31"\n', 'image/*'))).toEqual({
      code: 0,
      said: [
        'podlint.yaml:6:12: note: this entry of `ignore` held until 2020-01-31: nothing of what it accepted is left, so remove it [podlint/unused-suppression]',
      ],
    });
    expect(await judge(entry('    until: "2999-01-31"\n'))).toEqual({ code: 0, said: [] });
  });

  it('that accepts nothing is told under all rules, if its files were judged', async () => {
    const idle = entry('') + entry('', 'image/*') + entry('    path: other/\n', 'image/*') + entry('    name: we*b\n');
    expect(await judge(idle)).toEqual({ code: 0, said: [] });
    expect(await judge(idle, '--profile', 'all')).toEqual({
      code: 0,
      said: [
        'podlint.yaml:4:11: note: this entry of `ignore` accepts nothing: image/* reports nothing that it means; remove it [podlint/unused-suppression]',
      ],
    });
    // A whole family is named, of which some rules ask what this run does not; or only such a rule.
    expect((await judge(entry('') + entry('    kind: Job\n', 'rejected/*'), '--profile', 'all')).said).toHaveLength(1);
    expect((await judge(entry('') + entry('', 'rejected/not-an-object'), '--profile', 'all')).said).toEqual([]);
    expect((await judge(entry('') + entry('', 'rejected/not-an-object'), '--profile', 'all', '--each')).said).toHaveLength(1);
  });

  it('is not told where the rule is off, only some files are looked at, or its level says otherwise', async () => {
    const over = entry('    until: "2020-01-31"\n');
    expect((await judge(over, '--rule', 'podlint/unused-suppression:off')).said).toEqual([]);
    expect((await judge(over, '--only', 'k8s/web.yaml')).said).toEqual([]);
    expect((await judge(over, '--rule', 'podlint/unused-suppression:error')).said[0]).toMatch(/^podlint\.yaml:4:12: error: /);
  });

  it('is shown as it is written', async () => {
    writeFileSync(path.join(folder, 'podlint.yaml'), `ignore:\n${entry('    until: "2020-01-31"\n')}`);
    const { out } = await runCommand(['-f', 'pretty', '--no-cache', 'k8s'], folder);
    expect(out).toContain('until: "2020-01-31"');
  });
});
