import { execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ran, ROOT, temporary } from '../support/built.ts';

/** The tool that people run, in an environment of its own that later runs find again. */
const VENV = path.join(ROOT, 'node_modules/.cache/podlint-test/pre-commit-4.3.0');
const PRE_COMMIT = path.join(VENV, 'bin/pre-commit');
const MINUTES = 60_000;

const NAMED = {
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.com',
};
const inherited = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(GIT_|GITHUB_|CI$|VITEST|NODE_OPTIONS$|NODE_ENV$|npm_)/.test(name)),
);

async function run(command: string, args: readonly string[], cwd: string, env: Record<string, string> = {}): Promise<Ran> {
  try {
    const done = await promisify(execFile)(command, [...args], {
      cwd,
      env: { ...inherited, ...NAMED, ...env },
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
      timeout: 5 * MINUTES,
    });
    return { code: 0, out: done.stdout, err: done.stderr };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: number; stdout?: string; stderr?: string };
    if (typeof code !== 'number') throw error;
    return { code, out: stdout, err: stderr };
  }
}

async function need(command: string, args: readonly string[], cwd: string, why: string): Promise<void> {
  const done = await run(command, args, cwd).catch((error: unknown) => ({ code: 1, out: '', err: String(error) }));
  if (done.code !== 0)
    throw new Error(`${why}: \`${command} ${args.join(' ')}\` ended with ${done.code}\n${done.err}${done.out}`.slice(0, 4000));
}

async function installPreCommit(): Promise<void> {
  if (existsSync(PRE_COMMIT)) return;
  rmSync(VENV, { recursive: true, force: true });
  mkdirSync(path.dirname(VENV), { recursive: true });
  const why = 'the hook is tested with the real pre-commit, which needs python3 with venv and pip';
  await need('python3', ['-m', 'venv', VENV], ROOT, why);
  try {
    await need(path.join(VENV, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', 'pre-commit==4.3.0'], ROOT, why);
  } catch (error) {
    rmSync(VENV, { recursive: true, force: true });
    throw error;
  }
}

const APP = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  selector:
    matchLabels: { app: api }
  template:
    metadata:
      labels: { app: api }
    spec:
      serviceAccountName: api
      containers:
        - name: api
          image: registry.example.com/api:1
          env:
            - name: PASSWORD
              valueFrom:
                secretKeyRef: { name: db, key: password }
          envFrom:
            - configMapRef: { name: settings }
`;
const REST = `apiVersion: v1
kind: Secret
metadata:
  name: db
stringData:
  password: changeme
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  A: b
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: api
`;
/** A fault that is there already, in a file that nobody touches. */
const OLD_FAULT = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: old\nspec:\n  prots: []\n';

describe('the pre-commit hook', () => {
  let clone: { folder: string; remove: () => void };
  let repository: { folder: string; remove: () => void };
  let home: { folder: string; remove: () => void };
  let revision: string;

  const git = (args: readonly string[], cwd: string) =>
    execFileSync('git', [...args], { cwd, env: { ...inherited, ...NAMED }, encoding: 'utf8' });
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(path.join(repository.folder, name)), { recursive: true });
    writeFileSync(path.join(repository.folder, name), text);
    git(['add', name], repository.folder);
  };
  const commit = () => git(['commit', '-q', '--no-verify', '-m', 'a'], repository.folder);
  const preCommit = (...args: string[]) =>
    run(PRE_COMMIT, ['run', '--color=never', ...args], repository.folder, { PRE_COMMIT_HOME: home.folder });

  beforeAll(async () => {
    await installPreCommit();
    // This repository as it is now, committed or not, as a repository that pre-commit can clone.
    clone = temporary();
    const names = git(['ls-files', '-co', '--exclude-standard', '-z'], ROOT)
      .split('\0')
      .filter((name) => name !== '' && existsSync(path.join(ROOT, name)));
    for (const name of names) cpSync(path.join(ROOT, name), path.join(clone.folder, name), { recursive: true });
    git(['init', '-q', '-b', 'main'], clone.folder);
    git(['add', '-A'], clone.folder);
    git(['commit', '-q', '-m', 'a'], clone.folder);
    revision = git(['rev-parse', 'HEAD'], clone.folder).trim();

    home = temporary();
    repository = temporary();
    git(['init', '-q', '-b', 'main'], repository.folder);
    write(
      '.pre-commit-config.yaml',
      `repos:\n  - repo: ${clone.folder}\n    rev: ${revision}\n    hooks:\n      - id: podlint\n      - id: podlint-all\n        stages: [manual]\n`,
    );
    write('k8s/api.yaml', APP);
    write('k8s/rest.yaml', REST);
    write('k8s/old.yaml', OLD_FAULT);
    commit();
    const installed = await run(PRE_COMMIT, ['install-hooks'], repository.folder, { PRE_COMMIT_HOME: home.folder });
    expect(installed.code, `pre-commit could not install the hook:\n${installed.out}${installed.err}`).toBe(0);
  }, 6 * MINUTES);

  afterAll(() => {
    for (const made of [clone, repository, home]) made?.remove();
  }, MINUTES);

  it(
    'finds what a changed file refers to in the files that did not change',
    async () => {
      write('k8s/api.yaml', `# changed\n${APP}`);
      const { code, out } = await preCommit();
      expect(out).toMatch(/^podlint\.+Passed$/m);
      expect(code).toBe(0);
      commit();
    },
    MINUTES,
  );

  it(
    'fails on a fault in a changed file, and is silent on those in others',
    async () => {
      write('k8s/api.yaml', APP.replace('key: password', 'key: passwrod'));
      const { code, out } = await preCommit();
      expect(code).toBe(1);
      expect(out).toMatch(/^podlint\.+Failed$/m);
      expect(out).toContain('k8s/api.yaml:19:');
      expect(out).toContain('creating/missing-key');
      expect(out).not.toContain('k8s/old.yaml');
      expect(out).not.toContain('changeme');
      git(['reset', '-q', '--hard'], repository.folder);
    },
    MINUTES,
  );

  it(
    'lets through what is no manifest',
    async () => {
      write(
        'mkdocs.yml',
        'site_name: a\nmarkdown_extensions:\n  - pymdownx.emoji:\n      emoji_index: !!python/name:material.extensions.emoji.twemoji\n',
      );
      write('.github/workflows/ci.yaml', 'on: push\njobs:\n  a: { runs-on: ubuntu-latest, steps: [{ run: "true" }] }\n');
      write('tsconfig.json', '{\n  // strict\n  "compilerOptions": { "strict": true, },\n}\n');
      write('package.json', '{ "name": "a" }\n');
      write('values.yaml', 'image: &image { tag: 1 }\nkind: of\nother: *image\n');
      const { code, out } = await preCommit();
      expect(out).toMatch(/^podlint\.+Passed$/m);
      expect(code).toBe(0);
      git(['reset', '-q', '--hard'], repository.folder);
    },
    MINUTES,
  );

  it(
    'judges what is changed below a folder whose name begins with a dot',
    async () => {
      write('.deploy/old.yaml', OLD_FAULT);
      const { code, out } = await preCommit();
      expect(code).toBe(1);
      expect(out).toContain('.deploy/old.yaml:6:');
      git(['reset', '-q', '--hard'], repository.folder);
    },
    MINUTES,
  );

  it(
    'judges everything as podlint-all',
    async () => {
      const { code, out } = await preCommit('podlint-all', '--hook-stage', 'manual', '--all-files');
      expect(code).toBe(1);
      expect(out).toContain('k8s/old.yaml:6:');
    },
    MINUTES,
  );
});
