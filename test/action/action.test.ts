import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
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
const WHOLE = BROKEN.replace('imagePullPolcy', 'imagePullPolicy');

describe('the GitHub Action', () => {
  it('names a bundled file, and a runtime that runners have', () => {
    expect(definition.runs.using).toBe('node24');
    expect(path.join(ROOT, definition.runs.main)).toBe(ACTION);
    expect(existsSync(ACTION)).toBe(true);
  });

  it('fails the step on an error and tells it as annotation, output, summary and SARIF', () => {
    const { code, out, outputs, summary, workspace } = runAction({ 'k8s/web.yaml': BROKEN }, { paths: 'k8s', 'sarif-file': 'out/podlint.sarif', 'json-file': 'out/podlint.json' });
    expect(code).toBe(1);
    expect(out).toContain('::error file=k8s/web.yaml,line=9,');
    expect(out).toContain('::error::podlint: 1 errors, 0 warnings');
    expect(outputs).toMatchObject({ errors: '1', warnings: '0', 'exit-code': '1', conclusion: 'findings', 'sarif-file': 'out/podlint.sarif', 'report-json': 'out/podlint.json' });
    for (const name of Object.keys(outputs)) expect(Object.keys(definition.outputs)).toContain(name);
    expect(summary).toContain('https://github.example.com/shop/shop/blob/0123456789abcdef0123456789abcdef01234567/k8s/web.yaml#L9');
    expect(summary).toContain('rejected/unknown-field');
    const sarif = JSON.parse(readFileSync(path.join(workspace, 'out/podlint.sarif'), 'utf8')) as { runs: { results: { ruleId: string; locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }[] }[] };
    const ajv = new Ajv({ strict: false });
    addFormats.default(ajv);
    const valid = ajv.compile(JSON.parse(readFileSync(path.join(ROOT, 'test/data/sarif-schema-2.1.0.json'), 'utf8')) as object);
    expect(valid(sarif), JSON.stringify(valid.errors)).toBe(true);
    expect(sarif.runs[0]!.results[0]!.locations[0]!.physicalLocation.artifactLocation.uri).toBe('k8s/web.yaml');
    expect((JSON.parse(readFileSync(path.join(workspace, 'out/podlint.json'), 'utf8')) as { summary: { error: number } }).summary.error).toBe(1);
  });

  it('names files from the root of the repository when it works in a folder of it', () => {
    const { out, outputs, workspace } = runAction({ 'deploy/k8s/web.yaml': BROKEN }, { paths: 'k8s', 'working-directory': 'deploy', 'sarif-file': 'podlint.sarif' });
    expect(out).toContain('::error file=deploy/k8s/web.yaml,line=9,');
    expect(outputs['sarif-file']).toBe('podlint.sarif');
    expect(readFileSync(path.join(workspace, 'podlint.sarif'), 'utf8')).toContain('"uri":"deploy/k8s/web.yaml"');
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

  it('reads the files of the configuration and of the facts', () => {
    const files = { 'web.yaml': WHOLE, 'facts.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: other\n', 'podlint.yaml': 'failOn: never\n' };
    const { outputs } = runAction(files, { paths: 'web.yaml', cluster: 'facts.yaml', namespace: 'shop' });
    expect(outputs).toMatchObject({ errors: '1', 'exit-code': '0' });
  });
});
