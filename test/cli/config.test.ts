import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { podlintCli, type Ran, temporary } from '../support/built.ts';

const removals: (() => void)[] = [];
afterEach(() => {
  for (const remove of removals.splice(0)) remove();
});

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
const folderOf = (files: Record<string, string>): string => {
  const { folder, remove } = temporary({ '.git/HEAD': '', ...files });
  removals.push(remove);
  return folder;
};
const lint = (files: Record<string, string>, ...args: string[]): Ran =>
  podlintCli(args.length === 0 ? ['.'] : args, { cwd: folderOf(files) });
const levelOf = ({ out }: Ran): string | undefined => / (error|warning|note): .*\[rejected\/unknown-field\]/.exec(out)?.[1];
const SOFT = 'rules: { rejected/unknown-field: warning }\n';

describe('podlint.yaml', () => {
  it('is found upwards from the first path, up to the root of the repository', () => {
    const folder = folderOf({
      'podlint.yaml': SOFT,
      'a/b/web.yaml': POD,
      'c/podlint.yml': 'rules: { rejected/*: note }\n',
      'c/web.yaml': POD,
    });
    const run = (cwd: string, ...args: string[]): Ran => podlintCli(['-f', 'unix', ...args], { cwd: path.join(folder, cwd) });
    expect(levelOf(run('.', 'a/b/web.yaml'))).toBe('warning');
    expect(levelOf(run('a/b', '.'))).toBe('warning');
    expect(levelOf(run('a/b', 'web.yaml', '--no-config'))).toBe('error');
    expect(levelOf(run('.', 'c'))).toBe('note');
    expect(levelOf(run('a', 'b', '--config', '../c/podlint.yml'))).toBe('note');
    expect(
      levelOf(
        podlintCli(['-f', 'unix', 'in/web.yaml'], {
          cwd: folderOf({ 'podlint.yaml': SOFT, 'in/.git/HEAD': '', 'in/web.yaml': POD }),
        }),
      ),
    ).toBe('error');
  });

  it('gives way to the command line', () => {
    const files = { 'web.yaml': POD, 'podlint.yaml': `${SOFT}failOn: warning\n` };
    expect(lint(files).code).toBe(1);
    expect(lint(files, '--fail-on', 'error', '.').code).toBe(0);
    expect(levelOf(lint(files, '-f', 'unix', '--rule', 'rejected/*:note', '.'))).toBe('note');
  });

  it('says every fault with its place, in order, and nothing else', () => {
    const config = `profil: all
kubeVersion: [1.30, "1.9"]
rules:
  image/invalid-nam: off
  pending/*: eror
  crashing/*: 3
failOn: warn
each: 1
ignore:
  - rule: image/*
    until: 2027-01-31
    extra: 1
  - { rule: image/invalid-nam, reason: x, until: soon }
overrides:
  - paths: [tests/**]
    rules: { rejected/unknown-field: { level: off, optins: {} } }
`;
    const { code, out, err } = lint({ 'web.yaml': POD, 'podlint.yaml': config });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.replaceAll('podlint: podlint.yaml:', '')).toBe(`1:1: unknown setting "profil"; did you mean "profile"?
2:21: kubeVersion.1: must be one of 1.30, 1.31, 1.32, 1.33, 1.34, 1.35, 1.36, 1.37
4:3: unknown rule "image/invalid-nam"; did you mean "image/invalid-name"?
5:14: rules.pending/*: must be one of error, warning, note, off; did you mean "error"?
6:15: rules.crashing/*: must be one of error, warning, note, off
7:9: failOn: must be one of error, warning, note, never
8:7: each: must be true or false
10:5: ignore.0: lacks "reason"
12:5: ignore.0: unknown setting "extra"
13:13: unknown rule "image/invalid-nam"; did you mean "image/invalid-name"?
13:50: ignore.1.until: must be a day, as in 2027-01-31
16:52: overrides.0.rules.rejected/unknown-field: unknown setting "optins"; did you mean "options"?
`);
  });

  it.each([
    ['a: [\n', 'podlint: podlint.yaml:1:4: did not find expected node content\n'],
    ['- a\n', 'podlint: podlint.yaml:1:3: must be a mapping\n'],
  ])('that is %j is told', (config, message) => {
    expect(lint({ 'web.yaml': POD, 'podlint.yaml': config })).toEqual({ code: 2, out: '', err: message });
  });

  it('may be empty, and is no manifest', () => {
    const { code, out } = lint({ 'web.yaml': POD, 'podlint.yaml': '# nothing yet\n' });
    expect(code).toBe(1);
    expect(out).not.toContain('podlint.yaml');
  });

  it('takes a release as people write it', () => {
    const { out } = lint({ 'web.yaml': POD, 'podlint.yaml': 'kubeVersion: 1.30\n' });
    expect(out).toContain('for Kubernetes 1.30.');
  });

  it('is printed with what the command line makes of it', () => {
    const config = `${SOFT}overrides:\n  - { paths: [old/**], rules: { "*": off } }\n`;
    const { code, out } = lint({ 'web.yaml': POD, 'podlint.yaml': config }, '--print-config', '-n', 'shop', '.');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      configFile: 'podlint.yaml',
      namespace: 'shop',
      releases: ['1.37'],
      rules: [{ 'rejected/unknown-field': { level: 'warning' } }, { '*': { level: 'off', paths: ['old/**'] } }],
    });
  });

  it('overrides levels below paths, the last that fits winning', () => {
    const config = `overrides:
  - { paths: ["old/**"], rules: { "rejected/*": off } }
  - { paths: ["old/new/"], rules: { "rejected/unknown-field": note } }
`;
    const files = {
      'web.yaml': POD,
      'old/web.yaml': POD.replace('name: web', 'name: a'),
      'old/new/web.yaml': POD.replace('name: web', 'name: b'),
      'podlint.yaml': config,
    };
    expect(lint(files, '-f', 'unix', '.').out.match(/^\S+ \w+/gm)).toEqual(['old/new/web.yaml:9:7: note', 'web.yaml:9:7: error']);
  });

  it('excludes files, names facts relative to itself, and what exists outside', () => {
    const using = POD.replace(
      'imagePullPolcy: Always',
      'envFrom: [{ secretRef: { name: tls-shop } }, { configMapRef: { name: settings } }]',
    );
    const files = {
      'ci/podlint.yaml': 'cluster: facts/all.yaml\nexclude: [vendored/]\nexternal: ["Secret/tls-*"]\n',
      'ci/facts/all.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: default }\n',
      'ci/vendored/web.yaml': POD,
      'ci/web.yaml': using,
    };
    const { out } = lint(files, '-f', 'unix', 'ci/vendored', 'ci/web.yaml');
    expect(out).toMatch(/^ci\/web\.yaml:9:\d+: error: ConfigMap settings does not exist.*\n$/);
  });

  it('accepts findings with a reason, until a day', () => {
    const ignore = (more: string): string => `ignore:\n  - { rule: "rejected/*", reason: legacy, ${more} }\n`;
    const codeWith = (more: string): number | null => lint({ 'k8s/web.yaml': POD, 'podlint.yaml': ignore(more) }).code;
    expect(codeWith('kind: Pod, name: "w*"')).toBe(0);
    expect(codeWith('kind: Pod, name: other')).toBe(1);
    expect(codeWith('namespace: default')).toBe(0);
    expect(codeWith('path: k8s/')).toBe(0);
    expect(codeWith('path: other/')).toBe(1);
    expect(codeWith('until: 2999-12-31')).toBe(0);
    expect(codeWith('until: 2020-01-01')).toBe(1);
  });
});

describe('what a manifest accepts', () => {
  const FIELD = 'imagePullPolcy: Always';
  const accepted = (text: string): Ran => lint({ 'web.yaml': text }, '-f', 'unix', '--fail-on', 'note', '.');
  const ID = 'rejected/unknown-field';

  it.each([
    ['on the line', POD.replace(FIELD, `${FIELD} # podlint-ignore ${ID}: not yet`)],
    ['on the line above', POD.replace(FIELD, `# podlint-ignore ${ID}: not yet\n      ${FIELD}`)],
    ['above, with other comments between', POD.replace(FIELD, `# podlint-ignore ${ID}\n      # really\n      ${FIELD}`)],
    [
      'by family, in a list',
      POD.replace(FIELD, `${FIELD} # podlint-ignore image/*, rejected/*: not yet`).replace(', rejected', ',rejected'),
    ],
    ['for the file', `# podlint-ignore-file ${ID}: vendored\n${POD}`],
    ['in an annotation', POD.replace('name: web\n', `name: web\n  annotations: { podlint.dev/ignore: "${ID}: legacy" }\n`)],
  ])('%s', (name, text) => {
    const { code, out } = accepted(text);
    // The family that is not used is one of a list that is.
    expect(out, name).toBe('');
    expect(code).toBe(0);
  });

  it('in an annotation of the Pod template', () => {
    const workload = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata:
      labels: { app: web }
      annotations: { podlint.dev/ignore: "rejected/unknown-field: legacy" }
    spec:
      containers:
        - { name: web, image: "nginx:1.29", imagePullPolcy: Always }
`;
    expect(accepted(workload)).toMatchObject({ code: 0, out: '' });
  });

  it('but not on another line, and not in a value', () => {
    expect(accepted(`# podlint-ignore ${ID}\n${POD}`).code).toBe(1);
    expect(accepted(POD.replace('name: web\n', `name: "web# podlint-ignore-file ${ID}"\n`)).out).toContain(ID);
  });

  it.each([
    ['accepts nothing: rejected/unknown-field reports nothing here', POD.replace(FIELD, `stdin: true # podlint-ignore ${ID}`)],
    ['names rejected/unknown-feild, which is no rule', POD.replace(FIELD, `stdin: true # podlint-ignore rejected/unknown-feild`)],
    ['names no rule: write', POD.replace(FIELD, 'stdin: true # podlint-ignore')],
    [
      'the annotation podlint.dev/ignore accepts nothing',
      POD.replace(FIELD, 'stdin: true').replace('name: web\n', `name: web\n  annotations: { podlint.dev/ignore: ${ID} }\n`),
    ],
  ])('what %s', (message, text) => {
    const { code, out } = accepted(text);
    expect(out).toContain(message);
    expect(out).toContain('podlint/unused-suppression');
    expect(code).toBe(1);
  });
});
