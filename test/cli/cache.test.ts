/** What is kept of a run is told again only when nothing that the run depended on has changed. The built program, since from source nothing is kept. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { podlintCli, type Ran, temporary } from '../support/built.ts';

const POD = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - {name: web, image: "nginx:1.29", envFrom: [{secretRef: {name: token}}], imagePullPolicy: Alwys}
`;
const QUOTED = 'correct-horse-battery';
/** Large enough to be worth keeping. */
const BIG = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: big}\n${'# nothing of interest here\n'.repeat(12_000)}`;
const MARK = 'told again\n';

let place: { folder: string; remove: () => void };
let work: string;
let reports: string;

beforeEach(() => {
  place = temporary({
    'repository/.git/HEAD': 'ref: refs/heads/main\n',
    'repository/k8s/web.yaml': POD,
    'repository/k8s/big.yaml': BIG,
    'repository/k8s/sub/secret.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: tokens}\nstringData: {key: ${QUOTED}}\n`,
    'repository/facts.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: default}\n',
    'repository/baseline.json': '{"version": 1, "findings": []}',
    'caches/.keep': '',
  });
  work = path.join(place.folder, 'repository');
  reports = path.join(place.folder, 'caches/podlint/reports');
});

afterEach(() => place.remove());

const write = (name: string, text: string) => {
  mkdirSync(path.dirname(path.join(work, name)), { recursive: true });
  writeFileSync(path.join(work, name), text);
};

const remove = (name: string) => rmSync(path.join(work, name));

function podlint(args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd = work): Ran {
  return podlintCli(args, { cwd, env: { XDG_CACHE_HOME: path.join(place.folder, 'caches'), ...env } });
}

const kept = () => (existsSync(reports) ? readdirSync(reports) : []);

/** Puts a mark into all that is kept, so that one sees when it is used. */
function mark(): void {
  for (const name of kept()) {
    const [head, body] = readFileSync(path.join(reports, name), 'utf8').split('\n') as [string, string];
    const value = JSON.parse(body);
    value.told.texts = value.told.texts.map(() => MARK);
    const marked = JSON.stringify(value);
    const sum = createHash('sha256').update(marked).digest('hex');
    writeFileSync(path.join(reports, name), `${head.split(' ').slice(0, -1).join(' ')} ${sum}\n${marked}`);
  }
}

const ARGS = ['--format', 'unix', 'k8s'];

describe('a run that has been before', () => {
  it('tells the same', () => {
    const first = podlint(ARGS);
    expect(first.out).toContain('Alwys');
    expect(kept()).toHaveLength(1);
    expect(podlint(ARGS)).toEqual(first);
    expect(podlint([...ARGS, '--no-cache'])).toEqual(first);
    mark();
    expect(podlint(ARGS)).toEqual({ ...first, out: MARK });
    expect(podlint([...ARGS, '--no-cache'])).toEqual(first);
    expect(podlint(ARGS, { PODLINT_CACHE: 'off' })).toEqual(first);
  });

  it('writes files again', () => {
    const args = ['--format', 'sarif:out/report.sarif', '--format', 'pretty', 'k8s'];
    const first = podlint(args);
    const sarif = readFileSync(path.join(work, 'out/report.sarif'), 'utf8');
    remove('out/report.sarif');
    expect(podlint(args)).toEqual(first);
    expect(readFileSync(path.join(work, 'out/report.sarif'), 'utf8')).toBe(sarif);
    expect(kept()).toHaveLength(1);
  });

  it('says again what goes to standard error, with the same exit code', () => {
    const args = ['--baseline', 'baseline.json', '--rule', 'rejected/*:off', '--format', 'unix', 'k8s'];
    write('baseline.json', '{"version": 1, "findings": [{"fingerprint": "gone"}]}');
    const first = podlint(args);
    expect(first.err).toContain('1 of the findings in baseline.json is mended');
    expect(podlint(args)).toEqual(first);
    expect(kept()).toHaveLength(1);
  });

  it('keeps no value of a Secret and no more of a manifest than reports show', () => {
    podlint(['--format', 'json', 'k8s']);
    const [name] = kept();
    const text = readFileSync(path.join(reports, name!), 'utf8');
    expect(text).not.toContain(QUOTED);
    expect(text).not.toContain('nothing of interest');
    if (process.platform !== 'win32') expect(statSync(path.join(reports, name!)).mode & 0o077).toBe(0);
  });
});

describe('a run of little input', () => {
  const little = ['--format', 'unix', 'k8s/web.yaml', 'k8s/sub'];

  it('is kept when it comes again', () => {
    const first = podlint(little);
    expect(first.out).toContain('Alwys');
    expect(kept()).toEqual([]);
    expect(podlint(little)).toEqual(first);
    expect(kept()).toHaveLength(1);
    mark();
    expect(podlint(little)).toEqual({ ...first, out: MARK });
    expect(podlint([...little, '--no-cache'])).toEqual(first);
    expect(podlint(little, { PODLINT_CACHE: 'off' })).toEqual(first);
  });

  it('is another one with another text, one of the same length too', () => {
    podlint(little);
    podlint(little);
    mark();
    write('k8s/web.yaml', POD.replace('Alwys', 'Alwyz'));
    const other = podlint(little);
    expect(other.out).toContain('Alwyz');
    expect(podlint(little)).toEqual(other);
    write('k8s/web.yaml', POD);
    expect(podlint(little).out).toBe(MARK);
  });

  it('is another one with other facts, and with another configuration', () => {
    const args = ['--cluster', 'facts.yaml', ...little];
    for (let i = 0; i < 2; i++) podlint(args);
    mark();
    expect(podlint(args).out).toBe(MARK);
    write('facts.yaml', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: other}\n');
    expect(podlint(args).out).not.toBe(MARK);
    for (let i = 0; i < 2; i++) podlint(little);
    mark();
    write('podlint.yaml', 'rules:\n  rejected/*: off\n');
    expect(podlint(little).out).not.toBe(MARK);
  });

  it('has no text in what is noted of it, and notes no more than so many', () => {
    const seen = path.join(place.folder, 'caches/podlint/seen');
    podlint(little);
    const noted = readFileSync(seen, 'utf8');
    expect(noted).toMatch(/^[0-9a-f]{8}\n$/);
    if (process.platform !== 'win32') expect(statSync(seen).mode & 0o077).toBe(0);
    writeFileSync(seen, 'ffffffff\n'.repeat(499) + noted);
    podlint([...little, '--quiet']);
    expect(readFileSync(seen, 'utf8')).toHaveLength(500 * 9);
    expect(readFileSync(seen, 'utf8')).not.toContain(noted);
  });

  it.each(['', 'hello', '\0'.repeat(100)])('is judged whatever %j there is in place of notes', (text) => {
    const first = podlint(little);
    const seen = path.join(place.folder, 'caches/podlint/seen');
    writeFileSync(seen, text);
    expect(podlint(little)).toEqual(first);
    expect(readFileSync(seen, 'utf8')).toMatch(/^[0-9a-f]{8}\n$/);
  });
});

describe('is another run when there is another', () => {
  // Each makes a change, and gives back how to undo it.
  const changes: Readonly<Record<string, () => () => void>> = {
    text: () => {
      write('k8s/web.yaml', POD.replace('Alwys', 'Never'));
      return () => write('k8s/web.yaml', POD);
    },
    'file in the folder': () => {
      write('k8s/sub/more.yaml', POD.replace('name: web', 'name: more'));
      return () => remove('k8s/sub/more.yaml');
    },
    'file less': () => {
      const from = path.join(work, 'k8s/sub/secret.yaml');
      renameSync(from, `${from}.away`);
      return () => renameSync(`${from}.away`, from);
    },
    'name of a file': () => {
      renameSync(path.join(work, 'k8s/web.yaml'), path.join(work, 'k8s/wep.yaml'));
      return () => renameSync(path.join(work, 'k8s/wep.yaml'), path.join(work, 'k8s/web.yaml'));
    },
    '.gitignore': () => {
      write('.gitignore', 'web.yaml\n');
      return () => remove('.gitignore');
    },
    'podlint.yaml': () => {
      write('podlint.yaml', 'rules:\n  rejected/*: off\n');
      return () => remove('podlint.yaml');
    },
    'file that cannot be read': () => {
      write('k8s/sub/binary.yaml', '\0\0');
      return () => remove('k8s/sub/binary.yaml');
    },
  };

  it.each(Object.entries(changes))('%s', (_name, change) => {
    const first = podlint(ARGS);
    mark();
    const undo = change();
    const changed = podlint(ARGS);
    expect(changed.out).not.toContain(MARK);
    expect(changed).toEqual(podlint([...ARGS, '--no-cache']));
    expect(changed).not.toEqual(first);
    undo();
    expect(podlint(ARGS).out).toBe(MARK);
  });

  it('setting in podlint.yaml', () => {
    write('podlint.yaml', 'rules:\n  rejected/*: note\n');
    const first = podlint(ARGS);
    mark();
    write('podlint.yaml', 'rules:\n  rejected/*: warning\n');
    const changed = podlint(ARGS);
    expect(changed.out).not.toContain(MARK);
    expect(changed).not.toEqual(first);
  });

  it.each([
    ['--kube-version', '1.34'],
    ['--namespace', 'shop'],
    ['--profile', 'hardened'],
    ['--rule', 'rejected/*:off'],
    ['--fail-on', 'never'],
    ['--each'],
    ['--only', 'k8s/sub'],
    ['--cluster', 'facts.yaml'],
    ['--crds', 'k8s/sub'],
    ['--baseline', 'baseline.json'],
    ['--quiet'],
    ['--color'],
    ['--format', 'json'],
    ['k8s/sub'],
  ])('option %s %s', (...more) => {
    podlint(ARGS);
    mark();
    expect(podlint([...ARGS, ...more]).out).not.toContain(MARK);
    expect(podlint(ARGS).out).toBe(MARK);
  });

  it('text of the facts', () => {
    const args = [...ARGS, '--cluster', 'facts.yaml'];
    podlint(args);
    mark();
    write('facts.yaml', 'apiVersion: v1\nkind: Secret\nmetadata: {name: token, namespace: default}\n');
    const changed = podlint(args);
    expect(changed.out).not.toContain(MARK);
    expect(changed).toEqual(podlint([...args, '--no-cache']));
  });

  it('definition of a kind that is met', () => {
    const schema = (type: string) =>
      `{"type": "object", "properties": {"spec": {"type": "object", "properties": {"size": {"type": "${type}"}}}}}`;
    write('k8s/thing.yaml', 'apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\nspec: {size: 1}\n');
    write('crds/example.com/thing_v1.json', schema('integer'));
    write('crds/example.com/other_v1.json', schema('integer'));
    const args = [...ARGS, '--crds', 'crds'];
    const first = podlint(args);
    mark();
    write('crds/example.com/other_v1.json', schema('string'));
    expect(podlint(args).out).toBe(MARK);
    write('crds/example.com/thing_v1.json', schema('string'));
    const changed = podlint(args);
    expect(changed).toEqual(podlint([...args, '--no-cache']));
    expect(changed).not.toEqual(first);
    mark();
    write('crds/example.com/third_v1.json', schema('string'));
    expect(podlint(args).out).not.toContain(MARK);
  });

  it('text of the baseline', () => {
    const args = [...ARGS, '--baseline', 'baseline.json'];
    podlint(args);
    mark();
    podlint([...args, '--update-baseline']);
    expect(podlint(args).out).toBe('');
  });

  const environments: readonly Readonly<Record<string, string>>[] = [
    { FORCE_COLOR: '1' },
    { GITHUB_ACTIONS: 'true' },
    { GITLAB_CI: 'true', CI_PROJECT_DIR: '..' },
  ];

  it.each(environments)('environment: %o', (env) => {
    const args = ['k8s', '--format', 'gitlab:codequality.json', '--format', 'pretty'];
    const set: Record<string, string> = { ...env };
    if (set['CI_PROJECT_DIR'] !== undefined) set['CI_PROJECT_DIR'] = place.folder;
    if (set['GITHUB_ACTIONS'] !== undefined) set['GITHUB_WORKSPACE'] = place.folder;
    podlint(args);
    mark();
    expect(podlint(args, set).out).not.toContain(MARK);
    expect(readFileSync(path.join(work, 'codequality.json'), 'utf8')).not.toContain(MARK);
    expect(podlint(args).out).toBe(MARK);
  });

  it('working directory', () => {
    podlint(ARGS);
    mark();
    expect(podlint(['--format', 'unix', '.'], {}, path.join(work, 'k8s')).out).not.toContain(MARK);
  });

  it('file that a kustomization takes in from elsewhere, or looks for', () => {
    write('k8s/kustomization.yaml', 'resources: [web.yaml, ../base]\n');
    write('base/kustomization.yaml', 'resources: [token.yaml]\n');
    write('base/token.yaml', 'apiVersion: v1\nkind: Secret\nmetadata: {name: other}\n');
    const again = () => {
      const told = podlint(ARGS);
      expect(told.out).not.toContain(MARK);
      expect(told).toEqual(podlint([...ARGS, '--no-cache']));
      mark();
      expect(podlint(ARGS).out).toBe(MARK);
      return told;
    };
    const first = again();
    write('base/token.yaml', 'apiVersion: v1\nkind: Secret\nmetadata: {name: token}\n');
    const second = again();
    expect(second).not.toEqual(first);
    write('k8s/kustomization.yaml', 'resources: [web.yaml, ../base, ../late.yaml]\n');
    again();
    write('base/kustomization.yaml', 'resources: []\n');
    again();
    write('late.yaml', 'apiVersion: v1\nkind: Secret\nmetadata: {name: token}\n');
    again();
    remove('late.yaml');
    again();
  });
});

describe('nothing is kept', () => {
  it.each([
    ['with --stats', ['--stats', 'k8s']],
    ['with --diff', ['--diff', 'k8s']],
    ['with --fix', ['--fix', 'k8s']],
    ['with --no-cache', ['--no-cache', 'k8s']],
    ['with --print-config', ['--print-config', 'k8s']],
    ['with --update-baseline', ['--baseline', 'b.json', '--update-baseline', 'k8s']],
  ])('%s', (_name, args) => {
    podlint(args);
    expect(kept()).toEqual([]);
  });

  it('of standard input', () => {
    podlintCli(['-'], { cwd: work, input: BIG, env: { XDG_CACHE_HOME: path.join(place.folder, 'caches') } });
    expect(kept()).toEqual([]);
  });

  it('where it cannot be', () => {
    const first = podlint(ARGS);
    rmSync(path.join(place.folder, 'caches'), { recursive: true });
    writeFileSync(path.join(place.folder, 'caches'), 'no folder');
    expect(podlint(ARGS)).toEqual(first);
  });
});

describe('what is kept', () => {
  it.each([
    ['empty', () => ''],
    ['cut off', (text: string) => text.slice(0, -20)],
    ['changed', (text: string) => text.replace('Alwys', 'Always')],
    ['foreign', () => 'hello\n{"asked": [], "told": {"texts": ["hello"], "before": "", "after": "", "code": 0}}'],
    ['of another run', (text: string) => text.replace(/[0-9a-f]{64}/, '0'.repeat(64))],
  ])('is not used when it is %s', (_name, spoilt) => {
    const first = podlint(ARGS);
    const file = path.join(reports, kept()[0]!);
    writeFileSync(file, spoilt(readFileSync(file, 'utf8')));
    expect(podlint(ARGS)).toEqual(first);
    // And it is mended.
    mark();
    expect(podlint(ARGS).out).toBe(MARK);
  });

  it('is bounded: what has not been used longest goes', () => {
    podlint(ARGS);
    for (let i = 0; i < 210; i++) {
      const file = path.join(reports, `old-${i}.report`);
      writeFileSync(file, 'old');
      utimesSync(file, 1000 + i, 1000 + i);
    }
    writeFileSync(path.join(reports, 'left.report.by-a-run-that-died'), '');
    utimesSync(path.join(reports, 'left.report.by-a-run-that-died'), 1, 1);
    writeFileSync(path.join(reports, 'new.report.being-written'), '');
    podlint([...ARGS, '--each']);
    const names = kept();
    expect(names.filter((name) => name.endsWith('.report'))).toHaveLength(200);
    expect(names).not.toContain('old-0.report');
    expect(names).toContain('old-209.report');
    expect(names).not.toContain('left.report.by-a-run-that-died');
    expect(names).toContain('new.report.being-written');
  });
});
