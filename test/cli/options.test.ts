import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI, podlintCli, type Ran, type RunOptions, temporary } from '../support/built.ts';

const BROKEN = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.29
      imagePullPolcy: Always
`;
const WHOLE = BROKEN.replace('imagePullPolcy', 'imagePullPolicy');
/** A warning and nothing else. */
const WARNED = `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: { app: nobody }
  ports:
    - port: 80
---
${WHOLE.replace('name: web\nspec', 'name: web\n  labels: { app: somebody }\nspec')}`;
const FORMATS = ['pretty', 'unix', 'json', 'sarif', 'github', 'gitlab', 'junit', 'rdjson', 'markdown'];

let place: { folder: string; remove: () => void };
beforeAll(() => {
  place = temporary({
    'web.yaml': BROKEN,
    'whole.yaml': WHOLE,
    'warned.yaml': WARNED,
    'set/a.yaml': BROKEN,
    'set/b.yaml': WHOLE.replace('name: web', 'name: other'),
    'other/data.yaml': 'a: 1\nb: [x]\n',
    'other/more.yml': 'jobs: {}\n',
    'facts.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n',
    json: BROKEN,
  });
});
afterAll(() => place.remove());

const podlint = (...args: string[]): Ran => podlintCli(args, { cwd: place.folder });
const podlintWith = (options: RunOptions, ...args: string[]): Ran => podlintCli(args, { cwd: place.folder, ...options });
const ids = ({ out }: Ran): string[] =>
  (JSON.parse(out) as { findings: { ruleId: string }[] }).findings.map((finding) => finding.ruleId);

describe('usage', () => {
  it('without arguments says what to do', () => {
    const { code, out, err } = podlint();
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/^podlint: no path was given; say what to judge, for example: podlint \.\/k8s\n/);
    expect(err).toContain('Usage:');
    expect(podlint('--fix')).toMatchObject({ code: 2, out: '' });
    expect(podlint('forecast').code).toBe(2);
  });

  it.each([['--help'], ['-h'], ['help'], ['forecast', '--help']])('%s %s', (...args) => {
    const { code, out, err } = podlint(...args);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const word of [
      '--cluster',
      '--kube-version',
      '--fail-on',
      '--format',
      '--stdin-filename',
      'forecast',
      'explain',
      'Exit code',
    ])
      expect(out).toContain(word);
    for (const line of out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(130);
  });

  it.each(['--version', '-V'])('%s', (option) => {
    expect(podlint(option)).toMatchObject({ code: 0, err: '' });
    expect(podlint(option).out).toMatch(/^podlint \d+\.\d+\.\d+/);
  });

  it.each([
    [['--colour', 'web.yaml'], 'podlint: unknown option --colour; did you mean --color?\n'],
    [['-x', 'web.yaml'], 'podlint: unknown option -x; podlint --help lists them\n'],
    [['--namespace'], 'podlint: --namespace: NS must follow\n'],
    [['web.yaml', '--namespace', '-q'], 'podlint: --namespace: NS must follow\n'],
    [['--each=1', 'web.yaml'], 'podlint: --each takes no value\n'],
    [['explian', 'x'], 'podlint: explian: neither a command nor a file; did you mean podlint explain?\n'],
    [['web.yaml', '--format', 'sarf'], /^podlint: --format sarf: the formats are pretty, .*; did you mean sarif\?\n$/],
    [['web.yaml', '--format', 'sarif:'], 'podlint: --format sarif:: a file name must follow the colon\n'],
    [['web.yaml', '--format', 'json:a', '--format', 'unix:./a'], /^podlint: --format: two formats are to be written to .*a\n$/],
    [
      ['web.yaml', '--fail-on', 'erorr'],
      'podlint: --fail-on erorr must be one of error, warning, note, never; did you mean error?\n',
    ],
    [['web.yaml', '--profile', 'predct'], /did you mean predict\?/],
    [['web.yaml', '--kube-version', '1.29'], 'podlint: --kube-version 1.29: podlint knows the releases 1.30 to 1.37\n'],
    [
      ['web.yaml', '--rule', 'rejected/unkown-field:off'],
      /unknown rule "rejected\/unkown-field"; did you mean "rejected\/unknown-field"\?/,
    ],
    [['web.yaml', '--rule', 'rejected/unknown-field'], /a level must follow, as in rejected\/unknown-field:warning/],
    [['web.yaml', '--rule', 'rejected/unknown-field:of'], /must be one of error, warning, note, off; did you mean off\?/],
    [['web.yaml', '-n', 'Shop'], /^podlint: --namespace Shop: a namespace is named with lower-case letters/],
    [['web.yaml', '--config', 'x.yaml'], 'podlint: --config x.yaml: no such file\n'],
    [['web.yaml', '--config', 'facts.yaml', '--no-config'], 'podlint: --config and --no-config contradict each other\n'],
    [['web.yaml', '--only', 'nowhere.yaml'], 'podlint: --only nowhere.yaml: no such file or folder\n'],
    [['web.yaml', '--only', 'whole.yaml'], 'podlint: --only whole.yaml: is not among the files that are judged\n'],
    [['--fix', '-'], 'podlint: --fix: standard input cannot be edited; --diff prints the edits\n'],
  ])('%j', (args, message) => {
    const { code, out, err } = podlint(...args);
    expect(code).toBe(2);
    expect(out).toBe('');
    if (typeof message === 'string') expect(err).toBe(message);
    else expect(err).toMatch(message);
  });
});

describe('exit codes', () => {
  it.each(FORMATS)('%s: the same as for every format', (format) => {
    expect(podlint('--format', format, 'whole.yaml').code).toBe(0);
    expect(podlint('--format', format, 'web.yaml').code).toBe(1);
    expect(podlint('--format', format, 'other').code).toBe(2);
    expect(podlint('--format', format, 'web.yaml', 'nowhere.yaml').code).toBe(2);
  });

  it('--fail-on', () => {
    expect(podlint('warned.yaml')).toMatchObject({ code: 0 });
    expect(podlint('warned.yaml').out).toContain('1 warning.');
    expect(podlint('--fail-on', 'warning', 'warned.yaml').code).toBe(1);
    expect(podlint('--fail-on=note', 'warned.yaml').code).toBe(1);
    expect(podlint('--fail-on', 'never', 'web.yaml').code).toBe(0);
    // Input that cannot be judged is no finding.
    expect(podlint('--fail-on', 'never', 'nowhere.yaml').code).toBe(2);
  });

  it('a folder without manifests says so, unless that is expected', () => {
    const { code, out, err } = podlint('other');
    expect(out).toBe('Nothing was judged: 0 objects in 2 files for Kubernetes 1.37.\n');
    expect(err).toBe('podlint: no Kubernetes objects in 2 files that were read\n');
    expect(code).toBe(2);
    expect(podlint('--allow-empty', 'other')).toMatchObject({ code: 0, err: '' });
  });

  it('a path that is not there does not hide what was found elsewhere', () => {
    const { code, out } = podlint('nowhere.yaml', 'web.yaml');
    expect(out).toContain('rejected/unknown-field');
    expect(out).toMatch(/Not judged\n {2}nowhere\.yaml {2}no such file or folder\n/);
    expect(code).toBe(2);
  });

  it('a glob that matches nothing says so', () => {
    const { code, out } = podlint('k8s/*.yaml', 'whole.yaml');
    expect(out).toContain('no file matches "k8s/*.yaml"');
    expect(code).toBe(2);
  });
});

describe('formats', () => {
  it('several at once, to files and to the terminal', () => {
    const { code, out } = podlint('--format', 'sarif:out/x.sarif', '--format=junit:out/x.xml', '--format', 'pretty', 'web.yaml');
    expect(code).toBe(1);
    expect(out).toContain('rejected/unknown-field');
    expect(readFileSync(path.join(place.folder, 'out/x.sarif'), 'utf8')).toContain('"ruleId": "rejected/unknown-field"');
    expect(readFileSync(path.join(place.folder, 'out/x.xml'), 'utf8')).toContain('<testsuites');
  });

  it('only to a file: the terminal still says what was found', () => {
    expect(podlint('--format', 'json:out/y.json', 'web.yaml').out).toContain('1 error.');
  });

  it('a file that cannot be written keeps no other report from being', () => {
    const { code, out, err } = podlint('--format', 'sarif:web.yaml/x', '--format', 'unix', 'web.yaml');
    expect(out).toContain('web.yaml:9:7: error: ');
    expect(err).toMatch(/^podlint: --format sarif:web\.yaml\/x: cannot be written: /);
    expect(code).toBe(2);
  });

  it('-f is a format, or a file as kubectl takes it', () => {
    expect(podlint('-f', 'web.yaml', '-f', 'unix').out).toMatch(/^web\.yaml:9:7: error: .* \[rejected\/unknown-field\]\n$/);
    expect(podlint('-f=web.yaml', '-f=unix').out).toMatch(/^web\.yaml:9:7: /);
    expect(podlint('-Rf', 'set', '-funix').out).toMatch(/^set\/a\.yaml:9:7: /);
    // A file that has the name of a format is a file when it is written as a path.
    expect(podlint('-f', './json', '-f', 'unix').out).toMatch(/^json:9:7: /);
  });

  it('json has the fields that are promised', () => {
    const report = JSON.parse(podlint('--format', 'json', 'web.yaml').out) as Record<string, unknown>;
    expect(Object.keys(report)).toEqual(['version', 'podlint', 'kubeVersion', 'findings', 'forecast', 'notJudged', 'summary']);
    expect(report['summary']).toEqual({ files: 1, documents: 1, objects: 1, error: 1, warning: 0, note: 0 });
    expect((report['findings'] as unknown[])[0]).toMatchObject({
      file: 'web.yaml',
      line: 9,
      column: 7,
      endLine: 9,
      endColumn: 21,
      path: 'spec.containers[0].imagePullPolcy',
    });
  });

  it('two runs are byte-identical', () => {
    for (const format of FORMATS)
      expect(podlint('--format', format, 'set', 'warned.yaml').out).toBe(podlint('--format', format, 'set', 'warned.yaml').out);
  });

  it('on a runner: people read the log, the pull request gets annotations, with paths from the root', () => {
    const env = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: place.folder };
    const { out } = podlintCli(['a.yaml'], { cwd: path.join(place.folder, 'set'), env });
    expect(out).toContain('error  Container has no field');
    expect(out).toContain('::error file=set/a.yaml,line=9,');
    const sarif = podlintCli(['--format', 'sarif', 'a.yaml'], { cwd: path.join(place.folder, 'set'), env });
    expect(sarif.out).toContain('"uri": "set/a.yaml"');
  });

  it('-q: errors, a line each', () => {
    expect(podlint('-q', 'web.yaml', 'warned.yaml').out).toBe(
      'web.yaml:9:7: error: Container has no field "imagePullPolcy" [rejected/unknown-field]\n',
    );
    expect(podlint('-q', 'whole.yaml')).toEqual({ code: 0, out: '', err: '' });
  });

  it('--stats goes to standard error', () => {
    const { out, err } = podlint('--stats', '--format', 'json', 'web.yaml');
    expect(() => JSON.parse(out) as unknown).not.toThrow();
    expect(err).toMatch(/^podlint: wall ms: \d+\npodlint: cpu ms: \d+\npodlint: memory MB: \d+\n$/);
  });

  it('colour: the flag, then NO_COLOR, then FORCE_COLOR; never into a pipe or a file by itself', () => {
    const painted = (env: Record<string, string>, ...args: string[]): boolean =>
      podlintWith({ env }, ...args, 'web.yaml').out.includes('\u001b[');
    expect(painted({})).toBe(false);
    expect(painted({}, '--color')).toBe(true);
    expect(painted({ FORCE_COLOR: '1' })).toBe(true);
    expect(painted({ FORCE_COLOR: '0' })).toBe(false);
    expect(painted({ FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
    expect(painted({ NO_COLOR: '1' }, '--color')).toBe(true);
    expect(painted({ FORCE_COLOR: '1' }, '--no-color')).toBe(false);
    podlint('--color', '--format', 'pretty:out/plain.txt', 'web.yaml');
    expect(readFileSync(path.join(place.folder, 'out/plain.txt'), 'utf8')).not.toContain('\u001b[');
  });
});

describe('forecast', () => {
  it('prints the table of kubectl get pods', () => {
    const { code, out } = podlint('forecast', 'set');
    expect(out).toBe(`NAMESPACE  WORKLOAD   PODS  STATUS    CAUSE
default    Pod/other  1     Running
default    Pod/web    1     Rejected  set/a.yaml:9  Container has no field "imagePullPolcy"

2 Pods with Kubernetes 1.37: 1 will run, 1 will not.
`);
    expect(code).toBe(1);
  });

  it('in other formats, which all hold it or the findings behind it', () => {
    const json = JSON.parse(podlint('forecast', '--format', 'json', 'set').out) as { forecast: { object: { name: string } }[] };
    expect(json.forecast.map((row) => row.object.name)).toEqual(['other', 'web']);
    expect(podlint('forecast', '-f', 'markdown', 'set').out).toContain('### Pods that will not run');
    const both = podlint('forecast', '--format', 'json:out/forecast.json', 'set');
    expect(both.out).toMatch(/^NAMESPACE/);
    expect(existsSync(path.join(place.folder, 'out/forecast.json'))).toBe(true);
  });

  it('-q: only what will not run', () => {
    const { out } = podlint('forecast', '-q', 'set');
    expect(out).not.toContain('Running');
    expect(out).toContain('Rejected');
  });
});

describe('what is judged, and how', () => {
  it('names the file once, however often it is given', () => {
    expect(
      podlint('--format', 'unix', 'web.yaml', './web.yaml', path.join(place.folder, 'web.yaml'), 'w*.yaml').out.match(
        /imagePullPolcy/g,
      ),
    ).toHaveLength(1);
  });

  it('--rule: the particular wins over the family, whatever comes first', () => {
    const level = (...rules: string[]): string | undefined =>
      / (error|warning|note): .*unknown-field/.exec(
        podlint('--format', 'unix', ...rules.flatMap((rule) => ['--rule', rule]), 'web.yaml').out,
      )?.[1];
    expect(level()).toBe('error');
    expect(level('rejected/*:warning')).toBe('warning');
    expect(level('*:note')).toBe('note');
    expect(level('rejected/*:off')).toBe(undefined);
    expect(level('rejected/unknown-field:note', 'rejected/*:off')).toBe('note');
    expect(level('rejected/*:off', 'rejected/unknown-field:note')).toBe('note');
    expect(level('rejected/*:note', '*:off')).toBe('note');
    // Of two settings of one rule the last, as with every option.
    expect(level('rejected/unknown-field:note', 'rejected/unknown-field:warning')).toBe('warning');
  });

  it('--profile: predict is less, all is more', () => {
    expect(ids(podlint('--format', 'json', '--profile', 'predict', 'warned.yaml'))).toEqual([]);
    expect(ids(podlint('--format', 'json', 'warned.yaml'))).toEqual(['unreachable/service-selects-nothing']);
    expect(ids(podlint('--format', 'json', '--profile', 'all', 'warned.yaml'))).toContain('unreachable/service-selects-nothing');
  });

  it('--only reports on some files and reads all', () => {
    expect(podlint('set', '--only', 'set/b.yaml').code).toBe(0);
    expect(podlint('.', '--only', './set/a.yaml', '--format', 'unix').out).toMatch(/^set\/a\.yaml:9:7: .*\n$/);
    expect(podlint('.', '--only', 'set', '--format', 'unix').out).toMatch(/^set\/a\.yaml:9:7: .*\n$/);
  });

  it('--each: every file is a set of its own', () => {
    const twice = podlint('--format', 'json', 'web.yaml', 'whole.yaml');
    expect(ids(twice)).toContain('rejected/duplicate-object');
    expect(ids(podlint('--each', '--format', 'json', 'web.yaml', 'whole.yaml'))).not.toContain('rejected/duplicate-object');
  });

  it('-n and --cluster', () => {
    expect(ids(podlint('--format', 'json', '--cluster', 'facts.yaml', '-n', 'shop', 'whole.yaml'))).toEqual([]);
    expect(ids(podlint('--format', 'json', '--cluster', 'facts.yaml', '-n=store', 'whole.yaml'))).toEqual([
      'rejected/missing-namespace',
    ]);
    expect(podlint('--cluster', 'nowhere.yaml', 'whole.yaml')).toMatchObject({ code: 2 });
  });

  it('--kube-version, several: a finding says for which', () => {
    const { folder, remove } = temporary({
      'flow.yaml': 'apiVersion: flowcontrol.apiserver.k8s.io/v1beta3\nkind: FlowSchema\nmetadata:\n  name: a\n',
    });
    const run = (...versions: string[]): Ran =>
      podlintCli([...versions.flatMap((version) => ['--kube-version', version]), '--format', 'json', 'flow.yaml'], {
        cwd: folder,
      });
    try {
      expect(ids(run('1.31'))).not.toContain('rejected/removed-api');
      expect(ids(run('v1.33.2'))).toContain('rejected/removed-api');
      const { findings, kubeVersions } = JSON.parse(run('1.33', '1.31').out) as {
        findings: { ruleId: string; releases?: string[] }[];
        kubeVersions: string[];
      };
      expect(kubeVersions).toEqual(['1.31', '1.33']);
      expect(findings.find((finding) => finding.ruleId === 'rejected/removed-api')?.releases).toEqual(['1.33']);
      expect(run('1.31,1.33').out).toBe(run('1.33', '1.31').out);
    } finally {
      remove();
    }
  });

  it('ends well when nobody reads on', async () => {
    const { execFileSync } = await import('node:child_process');
    const { folder, remove } = temporary({
      'many.yaml': Array.from({ length: 3000 }, (_, i) => BROKEN.replace('name: web', `name: web-${i}`)).join('---\n'),
    });
    try {
      const out = execFileSync(
        'bash',
        ['-c', 'set -o pipefail; "$0" "$1" many.yaml 2>err | head -1; echo "${PIPESTATUS[0]}"; cat err', process.execPath, CLI],
        { cwd: folder, encoding: 'utf8' },
      );
      expect(out).toMatch(/^error {2}Container has no field "imagePullPolcy"\n1\n$/);
    } finally {
      remove();
    }
  });
});
