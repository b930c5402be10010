import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ACTION, type Ran, ROOT, runNode, temporary } from '../support/built.ts';

const removals: (() => void)[] = [];
afterEach(() => {
  for (const remove of removals.splice(0)) remove();
});

const definition = parse(readFileSync(path.join(ROOT, 'action.yml'), 'utf8')) as {
  inputs: Record<string, { default?: string }>;
  outputs: Record<string, unknown>;
  runs: { using: string; main: string };
};

interface Runner extends Ran {
  readonly workspace: string;
  readonly outputs: Record<string, string>;
  readonly summary: string;
}

/** Runs the bundled file as GitHub's runner does: inputs as INPUT_ variables with their defaults, files for outputs and summary. */
function runAction(files: Record<string, string>, inputs: Record<string, string> = {}): Runner {
  const { folder: workspace, remove } = temporary(files);
  const { folder: runner, remove: removeRunner } = temporary({ output: '', summary: '' });
  removals.push(remove, removeRunner);
  const env: Record<string, string> = {
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: workspace,
    GITHUB_OUTPUT: path.join(runner, 'output'),
    GITHUB_STEP_SUMMARY: path.join(runner, 'summary'),
    GITHUB_SERVER_URL: 'https://github.example.com',
    GITHUB_REPOSITORY: 'shop/shop',
    GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
  };
  for (const [name, input] of Object.entries(definition.inputs)) {
    env[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] = inputs[name] ?? input.default ?? '';
  }
  for (const name of Object.keys(inputs)) expect(Object.keys(definition.inputs)).toContain(name);
  const ran = runNode([ACTION], { cwd: workspace, env });
  const outputs: Record<string, string> = {};
  const text = readFileSync(path.join(runner, 'output'), 'utf8');
  for (const match of text.matchAll(/^(.+?)<<(ghadelimiter_.+)\r?\n([\s\S]*?)\r?\n\2$/gm)) outputs[match[1]!] = match[3]!;
  return { ...ran, workspace, outputs, summary: readFileSync(path.join(runner, 'summary'), 'utf8') };
}

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
const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: other\n';
const WHOLE = BROKEN.replace('imagePullPolcy', 'imagePullPolicy');

describe('the GitHub Action', () => {
  it('names a bundled file, and a runtime that runners have', () => {
    expect(definition.runs.using).toBe('node24');
    expect(path.join(ROOT, definition.runs.main)).toBe(ACTION);
    expect(existsSync(ACTION)).toBe(true);
  });

  it('tells only what is new against a git revision', () => {
    const { code, out } = runAction({ 'k8s/web.yaml': BROKEN }, { paths: 'k8s', since: 'main' });
    expect(code).toBe(1);
    expect(out).toContain('--since main: ');
  });

  it('fails the step on an error and tells it as annotation, output, summary and SARIF', () => {
    const { code, out, outputs, summary, workspace } = runAction(
      { 'k8s/web.yaml': BROKEN },
      { paths: 'k8s', 'sarif-file': 'out/podlint.sarif', 'json-file': 'out/podlint.json' },
    );
    expect(code).toBe(1);
    expect(out).toContain('::error file=k8s/web.yaml,line=9,');
    expect(out).toContain('::error::podlint: 1 error, 0 warnings');
    expect(outputs).toMatchObject({
      errors: '1',
      warnings: '0',
      'exit-code': '1',
      conclusion: 'findings',
      'sarif-file': 'out/podlint.sarif',
      'report-json': 'out/podlint.json',
    });
    for (const name of Object.keys(outputs)) expect(Object.keys(definition.outputs)).toContain(name);
    expect(summary).toContain(
      'https://github.example.com/shop/shop/blob/0123456789abcdef0123456789abcdef01234567/k8s/web.yaml#L9',
    );
    expect(summary).toContain('rejected/unknown-field');
    const sarif = JSON.parse(readFileSync(path.join(workspace, 'out/podlint.sarif'), 'utf8')) as {
      runs: { results: { ruleId: string; locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }[] }[];
    };
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    const valid = ajv.compile(JSON.parse(readFileSync(path.join(ROOT, 'test/data/sarif-schema-2.1.0.json'), 'utf8')) as object);
    expect(valid(sarif), JSON.stringify(valid.errors)).toBe(true);
    expect(sarif.runs[0]!.results[0]!.locations[0]!.physicalLocation.artifactLocation.uri).toBe('k8s/web.yaml');
    expect(
      (JSON.parse(readFileSync(path.join(workspace, 'out/podlint.json'), 'utf8')) as { summary: { error: number } }).summary
        .error,
    ).toBe(1);
  });

  it('names files from the root of the repository when it works in a folder of it', () => {
    const formats = ['gitlab', 'junit', 'rdjson', 'github'];
    const args = formats.map((format) => `--format ${format}:${format}.out`).join(' ');
    const inputs = {
      paths: 'k8s',
      'working-directory': 'deploy',
      'sarif-file': 'podlint.sarif',
      'json-file': 'podlint.json',
      args,
    };
    const { out, outputs, summary, workspace } = runAction({ 'deploy/k8s/web.yaml': BROKEN }, inputs);
    expect(out).toContain('::error file=deploy/k8s/web.yaml,line=9,');
    expect(outputs).toMatchObject({ 'sarif-file': 'podlint.sarif', 'report-json': 'podlint.json' });
    expect(readFileSync(path.join(workspace, 'podlint.sarif'), 'utf8')).toContain('"uri": "deploy/k8s/web.yaml"');
    expect(summary).toContain('/deploy/k8s/web.yaml#L9');
    for (const format of formats)
      expect(readFileSync(path.join(workspace, 'deploy', `${format}.out`), 'utf8'), format).toMatch(/["=]deploy\/k8s\/web.yaml/);
    // For scripts in the folder that the command ran in.
    expect(readFileSync(path.join(workspace, 'podlint.json'), 'utf8')).toContain('"file": "k8s/web.yaml"');
  });

  it('is green where nothing is wrong', () => {
    const { code, outputs, out } = runAction({ 'k8s/web.yaml': WHOLE }, { paths: 'k8s' });
    expect(out).not.toContain('::error');
    expect(outputs).toMatchObject({ errors: '0', conclusion: 'success', 'exit-code': '0' });
    expect(code).toBe(0);
  });

  it('passes options on, and says what is wrong with them', () => {
    expect(runAction({ 'web.yaml': BROKEN }, { args: '--rule rejected/*:warning' }).code).toBe(0);
    const wrong = runAction({ 'web.yaml': BROKEN }, { args: '--rul x' });
    expect(wrong.code).toBe(1);
    expect(wrong.out).toContain('did you mean --rule?');
    expect(runAction({ 'web.yaml': WHOLE }, { paths: 'nowhere' }).outputs['conclusion']).toBe('failure');
  });

  it('keeps commands in the names and values of manifests from being run', () => {
    const hostile = BROKEN.replace('imagePullPolcy: Always', '"::set-output name=x::y\\n::error::boo": 1');
    const { out } = runAction({ 'web.yaml': hostile });
    for (const line of out.split('\n')) expect(line).not.toMatch(/^\s*::(?:set-output|error::boo)/);
  });

  it('takes facts, namespace and the nearest configuration', () => {
    const files = { 'web.yaml': WHOLE, 'facts.yaml': NAMESPACE, 'podlint.yaml': 'failOn: never\n' };
    const { outputs, code } = runAction(files, { paths: 'web.yaml', cluster: 'facts.yaml', namespace: 'shop' });
    expect(outputs).toMatchObject({ errors: '1', 'exit-code': '0', conclusion: 'success' });
    expect(code).toBe(0);
    expect(runAction(files, { paths: 'web.yaml', cluster: 'facts.yaml', namespace: 'other' }).outputs).toMatchObject({
      errors: '0',
    });
  });

  it('takes another configuration, and a level to fail on', () => {
    const files = { 'web.yaml': BROKEN, 'ci/lint.yaml': 'rules:\n  rejected/unknown-field: warning\n' };
    const warned = runAction(files, { config: 'ci/lint.yaml' });
    expect(warned).toMatchObject({ code: 0, outputs: { errors: '0', warnings: '1', notes: '0', conclusion: 'success' } });
    expect(warned.out).toContain('::warning file=web.yaml,line=9,');
    const failed = runAction(files, { config: 'ci/lint.yaml', 'fail-on': 'warning' });
    expect(failed).toMatchObject({ code: 1, outputs: { conclusion: 'findings' } });
    expect(failed.out).toContain('::error::podlint: 0 errors, 1 warning');
  });

  it('judges for the releases asked for', () => {
    const files = { 'cron.yaml': 'apiVersion: flowcontrol.apiserver.k8s.io/v1beta3\nkind: FlowSchema\nmetadata:\n  name: a\n' };
    const { out } = runAction(files, { 'kubernetes-version': '1.31, 1.33' });
    expect(out).toContain('only for: Kubernetes 1.33');
  });

  it('leaves annotations and summary out', () => {
    const { code, out, summary } = runAction({ 'web.yaml': BROKEN }, { annotations: 'false', summary: 'false' });
    expect(out).not.toContain('::error file=');
    expect(out).toContain('rejected/unknown-field');
    expect(summary).toBe('');
    expect(code).toBe(1);
  });

  it('takes several paths, with blanks in them', () => {
    const files = { 'a b/web.yaml': BROKEN, 'c/web.yaml': BROKEN, 'd/web.yaml': BROKEN };
    expect(runAction(files, { paths: '"a b"\n./c/*.yaml', args: '--each' }).outputs).toMatchObject({ errors: '2' });
  });

  it('tells what could not be judged by its outputs too', () => {
    const wrong = { outputs: { 'exit-code': '2', conclusion: 'failure' }, code: 1 };
    expect(runAction({ 'web.yaml': BROKEN }, { 'fail-on': 'fatal' })).toMatchObject(wrong);
    expect(runAction({ 'a.yaml': 'just: data\n' })).toMatchObject(wrong);
    const fix = runAction({ 'web.yaml': BROKEN }, { args: '--fix' });
    expect(fix).toMatchObject(wrong);
    expect(fix.out).toContain('args: --fix has no meaning in the action');
    expect(readFileSync(path.join(fix.workspace, 'web.yaml'), 'utf8')).toBe(BROKEN);
  });

  it('runs without what GitHub sets beside the inputs', () => {
    const { folder, remove } = temporary({ 'web.yaml': BROKEN });
    removals.push(remove);
    const env = Object.fromEntries(
      Object.entries(definition.inputs).map(([name, input]) => [`INPUT_${name.toUpperCase()}`, input.default ?? '']),
    );
    const { code, out } = runNode([ACTION], { cwd: folder, env });
    expect(out).toContain('::error file=web.yaml,line=9,');
    expect(code).toBe(1);
  });
});
