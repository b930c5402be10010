import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { podlintCli, temporary } from '../support/built.ts';

const removals: (() => void)[] = [];
afterEach(() => {
  for (const remove of removals.splice(0)) remove();
});

function git(cwd: string, ...args: string[]): string {
  const settings = ['user.name=t', 'user.email=t@example.com', 'commit.gpgsign=false', 'protocol.file.allow=always'];
  return execFileSync('git', [...settings.flatMap((setting) => ['-c', setting]), ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

function commit(cwd: string): void {
  git(cwd, 'add', '-A');
  git(cwd, 'commit', '-q', '-m', 'a commit');
}

/** A repository with one commit on `main`. */
function repository(files: Readonly<Record<string, string | Uint8Array>>): string {
  const { folder, remove } = temporary(files);
  removals.push(remove);
  git(folder, 'init', '-q', '-b', 'main');
  commit(folder);
  return folder;
}

function write(cwd: string, name: string, text: string): void {
  mkdirSync(path.dirname(path.join(cwd, name)), { recursive: true });
  writeFileSync(path.join(cwd, name), text);
}

/** `file rule`, of each finding of a JSON report. */
function told(out: string): string[] {
  const { findings } = JSON.parse(out) as { findings: { file: string; ruleId: string }[] };
  return findings.map(({ file, ruleId }) => `${file} ${ruleId}`);
}

function since(cwd: string, ...args: string[]) {
  return podlintCli(['--no-config', '--format', 'json', ...args], { cwd });
}

const POD = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.29
`;
const BROKEN = `${POD}      imagePullPolcy: Always\n`;
const deployment = (app: string) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: ${app}
  template:
    metadata:
      labels:
        app: ${app}
    spec:
      containers:
        - name: web
          image: nginx:1.29
`;

describe('--since', () => {
  it('tells only what is new, in its exit code too, and counts the rest', () => {
    const cwd = repository({ 'k8s/web.yaml': BROKEN });
    const same = since(cwd, '--since', 'main', 'k8s');
    expect([same.code, told(same.out)]).toEqual([0, []]);
    expect(JSON.parse(same.out)).toMatchObject({ since: { revision: 'main', known: 1, gone: 0 }, summary: { error: 0 } });

    write(cwd, 'k8s/other.yaml', BROKEN.replaceAll('web', 'other'));
    const more = since(cwd, '--since', 'HEAD', 'k8s');
    expect([more.code, told(more.out)]).toEqual([1, ['k8s/other.yaml rejected/unknown-field']]);
    expect(podlintCli(['--since', 'main', 'k8s'], { cwd }).out).toContain('Compared with main: 1 finding was there before.');

    write(cwd, 'k8s/web.yaml', POD);
    rmSync(path.join(cwd, 'k8s/other.yaml'));
    expect(JSON.parse(since(cwd, '--since', 'main', 'k8s').out)).toMatchObject({ since: { known: 0, gone: 1 } });
  });

  it('foretells what an apply over the revision is refused, wherever the file lies now', () => {
    const cwd = repository({ 'k8s/web.yaml': deployment('web') });
    write(cwd, 'k8s/web.yaml', deployment('api'));
    renameSync(path.join(cwd, 'k8s/web.yaml'), path.join(cwd, 'k8s/api.yaml'));
    const { out, code } = since(cwd, '--since', 'main', 'k8s');
    expect([code, told(out)]).toEqual([1, ['k8s/api.yaml rejected/immutable-field']]);
    expect(JSON.parse(out)).toMatchObject({
      findings: [{ line: 8, level: 'error', cause: { type: 'FieldValueInvalid', field: 'spec.selector' }, new: true }],
    });
    // What runs goes on running.
    expect(JSON.parse(out)).toMatchObject({ forecast: [{ statuses: [{ status: 'Running' }] }] });
  });

  it('is asked from any folder, for files, folders and patterns', () => {
    const cwd = repository({ 'a/k8s/web.yaml': deployment('web'), 'b/x.yaml': POD });
    write(cwd, 'a/k8s/web.yaml', deployment('api'));
    for (const [folder, argument, file] of [
      ['a/k8s', '.', 'web.yaml'],
      ['a', 'k8s/web.yaml', 'k8s/web.yaml'],
      ['b', '../a/k8s', '../a/k8s/web.yaml'],
      ['a', 'k8s/*.yaml', 'k8s/web.yaml'],
      ['.', 'a/**/*.yaml', 'a/k8s/web.yaml'],
      ['.', path.join(cwd, 'a'), 'a/k8s/web.yaml'],
    ] as const) {
      const { out, err } = since(path.join(cwd, folder), '--since', 'main', argument);
      expect([argument, err, out === '' ? '' : told(out)]).toEqual([argument, '', [`${file} rejected/immutable-field`]]);
    }
  });

  it('takes a file that is gone for what it was: what named it is new', () => {
    const web = `${POD}      envFrom:\n        - configMapRef:\n            name: settings\n`;
    const settings = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n';
    const near = settings.replace('settings', 'settingz');
    const cwd = repository({ 'k8s/web.yaml': web, 'k8s/settings.yaml': settings, 'k8s/near.yaml': near });
    rmSync(path.join(cwd, 'k8s/settings.yaml'));
    expect(told(since(cwd, '--since', 'main', 'k8s').out)).toEqual(['k8s/web.yaml creating/missing-config-map']);
    expect(told(since(cwd, '--since', 'main', 'k8s/*.yaml').out)).toEqual(['k8s/web.yaml creating/missing-config-map']);
  });

  it('reads kustomizations as they were, with files beyond the arguments', () => {
    const cwd = repository({
      'base/kustomization.yaml': 'resources:\n  - web.yaml\n',
      'base/web.yaml': BROKEN,
      'prod/kustomization.yaml': 'resources:\n  - ../base\nnamespace: prod\n',
    });
    expect(told(since(cwd, '--since', 'main', '.').out)).toEqual([]);
    const inner = since(cwd, '--since', 'main', 'prod');
    expect(JSON.parse(inner.out)).toMatchObject({ summary: { error: 0 } });
  });

  it('takes an object of another name or another prefix for a new one', () => {
    const cwd = repository({
      'kustomization.yaml': 'resources:\n  - web.yaml\nnamePrefix: old-\n',
      'web.yaml': deployment('web'),
    });
    write(cwd, 'kustomization.yaml', 'resources:\n  - web.yaml\nnamePrefix: new-\n');
    write(cwd, 'web.yaml', deployment('api'));
    expect(told(since(cwd, '--since', 'main', '.').out)).toEqual([]);
    write(cwd, 'kustomization.yaml', 'resources:\n  - web.yaml\nnamePrefix: old-\n');
    expect(told(since(cwd, '--since', 'main', '.').out)).toEqual(['web.yaml rejected/immutable-field']);
  });

  it('compares with where a branch was left, as git does', () => {
    const cwd = repository({ 'web.yaml': BROKEN });
    git(cwd, 'checkout', '-q', '-b', 'topic');
    git(cwd, 'checkout', '-q', 'main');
    write(cwd, 'web.yaml', POD);
    commit(cwd);
    git(cwd, 'checkout', '-q', 'topic');
    expect(told(since(cwd, '--since', 'main', '.').out)).toEqual(['web.yaml rejected/unknown-field']);
    expect(told(since(cwd, '--since', 'main...', '.').out)).toEqual([]);
  });

  it('touches nothing', () => {
    const cwd = repository({ 'web.yaml': POD });
    write(cwd, 'web.yaml', BROKEN);
    write(cwd, 'more.yaml', POD.replace('name: web', 'name: more'));
    const before = [git(cwd, 'status', '--porcelain'), git(cwd, 'rev-parse', 'HEAD'), git(cwd, 'stash', 'list')];
    since(cwd, '--since', 'main', '.');
    expect([git(cwd, 'status', '--porcelain'), git(cwd, 'rev-parse', 'HEAD'), git(cwd, 'stash', 'list')]).toEqual(before);
    expect(readFileSync(path.join(cwd, 'web.yaml'), 'utf8')).toBe(BROKEN);
  });

  it('is not put off by links, binary files, strange names and submodules', () => {
    const inner = repository({ 'inner.yaml': BROKEN.replaceAll('web', 'inner') });
    const cwd = repository({
      'k8s/web.yaml': BROKEN,
      'k8s/binary.yaml': new Uint8Array([0, 1, 2, 0, 255]),
      'k8s/ä\n"b.yaml': BROKEN.replaceAll('web', 'strange'),
      'elsewhere/linked.yaml': BROKEN.replaceAll('web', 'linked'),
    });
    git(cwd, 'submodule', '--quiet', 'add', inner, 'k8s/module');
    for (const [link, target] of [
      ['k8s/file.yaml', '../elsewhere/linked.yaml'],
      ['k8s/folder', '../elsewhere'],
      ['k8s/circle.yaml', 'circle.yaml'],
      ['k8s/nowhere.yaml', 'nowhere'],
      ['k8s/out.yaml', '../../../etc/hosts'],
      ['k8s/up', '..'],
    ] as const)
      symlinkSync(target, path.join(cwd, link));
    commit(cwd);
    for (const link of ['circle.yaml', 'nowhere.yaml', 'out.yaml', 'binary.yaml']) rmSync(path.join(cwd, 'k8s', link));
    const { out, err, code } = since(cwd, '--since', 'main', 'k8s');
    expect([err, code, told(out)]).toEqual(['', 0, []]);
    expect(JSON.parse(out)).toMatchObject({ since: { known: 4, gone: 0 } });
  });

  it('follows an argument that is a link to a folder', () => {
    const cwd = repository({ 'other/web.yaml': deployment('web') });
    symlinkSync('other', path.join(cwd, 'k8s'));
    commit(cwd);
    write(cwd, 'other/web.yaml', deployment('api'));
    expect(told(since(cwd, '--since', 'main', 'k8s').out)).toEqual(['k8s/web.yaml rejected/immutable-field']);
  });

  it('takes what is found in a submodule that is not here for new', () => {
    const inner = repository({ 'inner.yaml': BROKEN });
    const cwd = repository({ 'a.yaml': POD.replace('name: web', 'name: a') });
    git(cwd, 'submodule', '--quiet', 'add', inner, 'module');
    commit(cwd);
    rmSync(path.join(cwd, 'module'), { recursive: true });
    write(cwd, 'module/inner.yaml', BROKEN);
    const { out } = since(cwd, '--since', 'main', '.');
    expect(told(out)).toEqual(['module/inner.yaml rejected/unknown-field']);
    expect(JSON.parse(out)).toMatchObject({ notJudged: [{ file: 'module' }] });
  });
});

describe('--since that cannot be answered', () => {
  const failure = (cwd: string, ...args: string[]) => {
    const { code, err } = podlintCli(['--no-config', ...args], { cwd });
    expect(code).toBe(2);
    return err;
  };

  it('says why', () => {
    const cwd = repository({ 'web.yaml': POD });
    expect(failure(cwd, '--since', 'nope', '.')).toContain('podlint: --since nope: no such commit, branch or tag here');
    expect(failure(cwd, '--since', 'nope...', '.')).toContain('no such commit, branch or tag here');
    expect(failure(cwd, '--since=--output=x', '.')).toContain('is no name of a revision');
    expect(failure(cwd, '--since', 'main', '-')).toContain('standard input has no earlier state');
    const { folder: outside, remove } = temporary({ 'web.yaml': POD });
    removals.push(remove);
    expect(failure(outside, '--since', 'main', '.')).toContain('there is no git repository here');
    expect(failure(cwd, '--since', 'main', '.', path.join(outside, 'web.yaml'))).toContain('is not in the repository');
    const without = podlintCli(['--since', 'main', '.'], { cwd, env: { PATH: outside, Path: outside } });
    expect([without.code, without.err]).toEqual([2, 'podlint: --since main: git is not installed\n']);
  });

  it('knows a shallow clone', () => {
    const origin = repository({ 'web.yaml': POD });
    write(origin, 'web.yaml', BROKEN);
    commit(origin);
    const { folder, remove } = temporary();
    removals.push(remove);
    git(folder, 'clone', '--quiet', '--depth', '1', `file://${origin}`, 'clone');
    expect(failure(path.join(folder, 'clone'), '--since', 'HEAD~1', '.')).toContain('this clone is shallow');
  });
});
