/** `podlint --watch` as a person uses it: the built program, and files that change under it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Wakes } from '../../src/commands/wakes.ts';
import { CLI, podlintCli, temporary } from '../support/built.ts';

const POD = (policy: string) => `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - {name: web, image: "nginx:1.29", imagePullPolicy: ${policy}}
`;

const undo: (() => void)[] = [];
afterEach(() => {
  for (const it of undo.splice(0)) it();
});

class Watching {
  readonly #child: ChildProcess;
  out = '';
  err = '';

  constructor(args: readonly string[], cwd: string) {
    this.#child = spawn(process.execPath, [CLI, '--watch', '--format', 'unix', ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], PODLINT_CACHE: 'off' },
    });
    this.#child.stdout?.on('data', (text) => {
      this.out += text;
    });
    this.#child.stderr?.on('data', (text) => {
      this.err += text;
    });
    undo.push(() => this.#child.kill('SIGKILL'));
  }

  /** How many runs it has begun: each tells the time. */
  get runs(): number {
    return this.err.match(/^podlint: \d\d:\d\d:\d\d$/gm)?.length ?? 0;
  }

  async until(holds: () => boolean): Promise<void> {
    for (let i = 0; i < 400 && !holds(); i++) await pause(50);
    expect(holds(), `out: ${this.out}\nerr: ${this.err}`).toBe(true);
  }

  /** What the next report says, once there is one. */
  async next(change: () => void, says: RegExp): Promise<void> {
    const { out, err } = this;
    change();
    await this.until(() => says.test(this.out.slice(out.length) + this.err.slice(err.length)));
  }

  async end(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    const code = new Promise<number | null>((resolve) => this.#child.on('exit', resolve));
    this.#child.kill(signal);
    return code;
  }
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function folderWith(files: Readonly<Record<string, string>>) {
  const { folder, remove } = temporary({ '.git/HEAD': '', ...files });
  undo.unshift(remove);
  return { folder, write: (name: string, text: string) => writeFileSync(path.join(folder, name), text) };
}

describe.skipIf(process.platform === 'win32')('podlint --watch', () => {
  it('judges again what is edited, added, moved and deleted, and ends with the last exit code', async () => {
    const { folder, write } = folderWith({ 'k8s/web.yaml': POD('Alwys') });
    const watching = new Watching(['k8s'], folder);
    await watching.until(() => watching.out.includes('Alwys'));
    await watching.next(() => write('k8s/web.yaml', POD('Nver')), /Nver/);
    // A text that is not finished yet is told, and ends nothing.
    await watching.next(() => write('k8s/web.yaml', 'apiVersion: [v1\n'), /k8s\/web\.yaml:1/);
    await watching.next(() => write('k8s/web.yaml', POD('Always')), /^podlint: [\d:]+$/m);
    await watching.next(() => {
      mkdirSync(path.join(folder, 'k8s/new'));
      write('k8s/new/more.yaml', POD('Sometimes').replace('name: web', 'name: more'));
    }, /more\.yaml.*Sometimes/);
    await watching.next(() => write('k8s/new/more.yaml', POD('Seldom').replace('name: web', 'name: more')), /Seldom/);
    await watching.next(
      () => renameSync(path.join(folder, 'k8s/new/more.yaml'), path.join(folder, 'k8s/new/less.yaml')),
      /less\.yaml/,
    );
    await watching.next(() => write('.gitignore', 'new\n'), /^podlint: [\d:]+$/m);
    const before = watching.runs;
    await pause(500);
    expect(watching.runs).toBe(before);
    expect(watching.out).not.toContain('\u001b');
    expect(await watching.end()).toBe(0);
  });

  it('goes on when the configuration is wrong, and when nothing is left', async () => {
    const { folder, write } = folderWith({ 'web.yaml': POD('Alwys') });
    const watching = new Watching(['web.yaml'], folder);
    await watching.until(() => watching.out.includes('Alwys'));
    await watching.next(() => write('podlint.yaml', 'rulez: {}\n'), /unknown setting "rulez"/);
    await watching.next(() => write('podlint.yaml', 'rules: {"rejected/*": note}\n'), /Alwys/);
    await watching.next(() => rmSync(path.join(folder, 'web.yaml')), /no such file/);
    await watching.next(() => write('web.yaml', POD('Nver')), /Nver/);
    await watching.next(() => rmSync(path.join(folder, 'podlint.yaml')), /Nver/);
    expect(await watching.end('SIGTERM')).toBe(1);
  });

  it('sees facts, baselines, patterns, and what a kustomization takes in from elsewhere; and nothing else', async () => {
    const { folder, write } = folderWith({
      'k8s/kustomization.yaml': 'resources: [web.yaml, ../base]\n',
      'k8s/web.yaml': POD('Alwys').replace('imagePullPolicy', 'envFrom: [{secretRef: {name: token}}], imagePullPolicy'),
      'base/kustomization.yaml': 'resources: [token.yaml]\n',
      'base/token.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: other}\n',
      'facts.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: default}\n',
      'baseline.json': '{"version": 1, "findings": []}',
    });
    const watching = new Watching(['--cluster', 'facts.yaml', '--baseline', 'baseline.json', 'k8s/*.yaml'], folder);
    await watching.until(() => watching.out.includes('token'));
    const again = /^podlint: [\d:]+$/m;
    await watching.next(() => write('base/token.yaml', 'apiVersion: v1\nkind: Secret\nmetadata: {name: token}\n'), again);
    await watching.next(() => write('facts.yaml', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n'), again);
    await watching.next(() => write('baseline.json', '{"version": 1, "findings": [] }'), again);
    await watching.next(() => write('k8s/more.yaml', POD('Seldom').replace('name: web', 'name: more')), /Seldom/);
    await pause(300);
    const before = watching.runs;
    write('k8s/notes.txt', 'nothing');
    write('k8s/more.yaml', POD('Seldom').replace('name: web', 'name: more'));
    write('base/unused.yaml', 'a: b\n');
    await pause(1000);
    expect(watching.runs).toBe(before);
    await watching.end();
  });

  it.each([['-'], ['--fix', 'k8s'], ['--diff', 'k8s'], ['--baseline', 'b.json', '--update-baseline', 'k8s']])(
    'is not for %s %s',
    (...args) => {
      const { code, err } = podlintCli(['--watch', ...args]);
      expect(code).toBe(2);
      expect(err).toMatch(/^podlint: --watch/);
    },
  );
});

describe.each([{ poll: false }, { poll: true }])('waking %o', ({ poll }) => {
  it('tells of changes, once for many', async () => {
    const { folder, write } = folderWith({ 'k8s/a.yaml': 'a', 'other/b.yaml': 'b' });
    const wakes = new Wakes({ poll, quiet: 50, every: 50 });
    undo.push(() => wakes.close());
    wakes.watch(
      new Map<string, 'all' | Set<string>>([
        [path.join(folder, 'k8s'), 'all'],
        [path.join(folder, 'other'), new Set(['b.yaml'])],
        [path.join(folder, 'not/there'), 'all'],
      ]),
    );
    const never = new Promise<void>(() => undefined);
    const woken = async (change: () => void) => {
      await pause(200);
      change();
      return Promise.race([wakes.next(never).then(() => true), pause(1500).then(() => false)]);
    };
    expect(await woken(() => write('k8s/a.yaml', 'longer'))).toBe(true);
    expect(await woken(() => write('k8s/new.yaml', ''))).toBe(true);
    expect(await woken(() => rmSync(path.join(folder, 'k8s/new.yaml')))).toBe(true);
    expect(await woken(() => write('other/b.yaml', 'longer'))).toBe(true);
    expect(await woken(() => write('other/c.yaml', 'longer'))).toBe(false);
  });

  it('ends when it is asked to', async () => {
    const { folder } = folderWith({});
    const wakes = new Wakes({ poll });
    wakes.watch(new Map([[folder, 'all' as const]]));
    await wakes.next(pause(100));
    wakes.close();
  });
});
