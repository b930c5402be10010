import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COMMANDS, OPTIONS } from '../../src/commands/options.ts';
import { runCommand } from '../support/terminal.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'podlint-main-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('podlint', () => {
  it('alone says what to do, with exit code 2', async () => {
    const { code, out, err } = await runCommand([], folder);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^podlint: no path was given; say what to judge, for example: podlint \.\/k8s\n/);
    expect(err).toContain('Examples:');
  });

  it.each([['--help'], ['-h'], ['help'], ['lint', '--help'], ['rules', '--help']])(
    '%s %s has all commands and options',
    async (...argv) => {
      const { code, out, err } = await runCommand(argv, folder);
      expect([code, err]).toEqual([0, '']);
      for (const option of OPTIONS) if (option.hidden !== true) expect(out).toContain(`--${option.name}`);
      for (const command of COMMANDS) if (!['lint', 'help'].includes(command)) expect(out).toContain(`podlint ${command} `);
    },
  );

  it.each([['--version'], ['-V']])('%s prints the versions', async (option) => {
    const { code, out } = await runCommand([option], folder);
    expect(code).toBe(0);
    expect(out).toMatch(/^podlint \S+ \(Kubernetes 1\.\d+ to 1\.\d+, Node 20\.19\.0\)\n$/);
  });

  it.each([
    ['--kube-verson', 'unknown option --kube-verson; did you mean --kube-version?'],
    ['--elephant', 'unknown option --elephant; podlint --help lists them'],
  ])('%s is no option', async (option, message) => {
    expect(await runCommand([option, '.'], folder)).toEqual({ code: 2, out: '', err: `podlint: ${message}\n` });
  });

  it.each([
    ['expalin', 'explain'],
    ['rule', 'rules'],
    ['forcast', 'forecast'],
  ])('%s is no command', async (word, command) => {
    const { code, out, err } = await runCommand([word, 'x'], folder);
    expect([code, out]).toEqual([2, '']);
    expect(err).toBe(`podlint: ${word}: neither a command nor a file; did you mean podlint ${command}?\n`);
  });

  it('takes a file for a file, whatever its name is near to', async () => {
    writeFileSync(path.join(folder, 'rule'), 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n');
    expect((await runCommand(['rule'], folder)).code).toBe(0);
  });

  it('has one exit code for findings, whatever the format', async () => {
    writeFileSync(path.join(folder, 'a.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: Web\n');
    for (const format of ['pretty', 'unix', 'json', 'sarif', 'github', 'gitlab', 'junit', 'rdjson', 'markdown']) {
      expect((await runCommand(['--format', format, '.'], folder)).code, format).toBe(1);
      expect((await runCommand(['--format', format, '--fail-on', 'never', '.'], folder)).code, format).toBe(0);
    }
  });

  it('tells where the time went', async () => {
    writeFileSync(path.join(folder, 'a.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n');
    const usage = () => ({ cpuMilliseconds: 1234.4, memoryBytes: 56e6 });
    const { err } = await runCommand(['--stats', '.'], folder, { usage });
    expect(err).toContain('podlint: cpu ms: 1234\n');
    expect(err).toContain('podlint: memory MB: 56\n');
  });
});
