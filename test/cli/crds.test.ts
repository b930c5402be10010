import { afterEach, describe, expect, it } from 'vitest';
import { CLI, podlintCli, type Ran, runNode, temporary } from '../support/built.ts';

const removals: (() => void)[] = [];
afterEach(() => {
  for (const remove of removals.splice(0)) remove();
});
const folderOf = (files: Record<string, string>): string => {
  const { folder, remove } = temporary({ '.git/HEAD': '', ...files });
  removals.push(remove);
  return folder;
};
const lint = (files: Record<string, string>, ...args: string[]): Ran =>
  podlintCli(['-f', 'unix', ...args], { cwd: folderOf(files) });

const WIDGET = 'apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: a\nspec:\n  szie: 3\n';
const CRD = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: widgets.example.com
spec:
  group: example.com
  scope: Namespaced
  names: { kind: Widget, plural: widgets }
  versions:
    - name: v1
      served: true
      storage: true
      wrong: true
      schema: { openAPIV3Schema: { type: object, properties: { spec: { type: object, properties: { size: { type: integer } } } } } }
`;
const SCHEMA = JSON.stringify({
  type: 'object',
  properties: { spec: { type: 'object', properties: { size: { type: 'integer' } }, additionalProperties: false } },
});
const found = ({ out }: Ran): string[] =>
  out.split('\n').filter((line) => line.includes('[rejected/') || line.includes('[not-judged]'));
const UNKNOWN = expect.arrayContaining([expect.stringContaining('no field "szie"')]);

describe('--crds', () => {
  it.each([
    ['a file', { 'crds/w.yaml': CRD }, ['--crds', 'crds/w.yaml']],
    [
      'a folder',
      {
        'crds/deep/w.yaml': CRD,
        'crds/kustomization.yaml': 'resources: [deep/w.yaml]\napiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n',
      },
      ['--crds', 'crds'],
    ],
    ['a pattern', { 'a/crds/w.yaml': CRD }, ['--crds', '*/crds/*.yaml']],
    [
      'a catalogue of JSON schemas',
      { 'c/example.com/widget_v1.json': SCHEMA, 'c/example.com/other_v1.json': '{' },
      ['--crds', 'c'],
    ],
    ['several', { 'x.yaml': CRD.replaceAll('idget', 'odget'), 'y.yaml': CRD }, ['--crds', 'x.yaml', '--crds=y.yaml']],
    ['setting of podlint.yaml', { 'crds/w.yaml': CRD, 'podlint.yaml': 'crds: [crds]\n' }, []],
    ['setting of podlint.yaml, one text', { 'crds/w.yaml': CRD, 'podlint.yaml': 'crds: crds/*.yaml\n' }, []],
  ])('takes %s, which is not linted itself', (_, files, options) => {
    const folder = folderOf({ 'k8s/a.yaml': WIDGET, ...files });
    const alone = podlintCli(['-f', 'unix', ...options, 'k8s'], { cwd: folder });
    expect(found(alone)).toEqual(UNKNOWN);
    expect(found(alone)).toHaveLength(1);
    expect(alone.code).toBe(1);
    // Also where the folder that is judged holds them.
    const all = podlintCli(['-f', 'unix', ...options, '.'], { cwd: folder });
    expect(found(all)).toEqual(found(alone));
  });

  it('the command line wins over podlint.yaml', () => {
    const files = { 'k8s/a.yaml': WIDGET, 'podlint.yaml': 'crds: [nowhere]\n', 'w.yaml': CRD };
    expect(found(lint(files, '--crds', 'w.yaml', 'k8s'))).toEqual(UNKNOWN);
    expect(lint(files, 'k8s')).toMatchObject({
      code: 2,
      out: expect.stringContaining('nowhere:1:1: warning: not judged: crds: no such file or folder'),
    });
  });

  it.each([
    [
      'neither',
      'replicas: 3\n',
      'values.yaml:1:1: warning: not judged: crds: neither a CustomResourceDefinition nor a JSON schema',
    ],
    ['broken', 'a:\n  - b\n c\n', 'values.yaml:3:1: warning: not judged: crds: '],
  ])('a file that is %s is an error with its place', (_, text, expected) => {
    const ran = lint({ 'k8s/a.yaml': WIDGET, 'values.yaml': text }, '--crds', 'values.yaml', 'k8s');
    expect(ran.out).toContain(expected);
    expect(ran.code).toBe(2);
  });

  it('is checked in podlint.yaml', () => {
    const ran = lint({ 'k8s/a.yaml': WIDGET, 'podlint.yaml': 'crds: { a: b }\n' }, 'k8s');
    expect(ran).toMatchObject({ code: 2, err: expect.stringContaining('podlint.yaml:1:7: crds: must be a') });
  });
});

describe('the catalogue of custom kinds', () => {
  /** Prints the files of data/ that the program reads. */
  const SPY = `const fs = require('node:fs');
const read = fs.readFileSync;
fs.readFileSync = (file, ...rest) => {
  const [, name] = /[/\\\\]data[/\\\\](.*)$/.exec(String(file)) ?? [];
  if (name) process.stderr.write('read ' + name + '\\n');
  return read(file, ...rest);
};
`;
  const readBy = (text: string, ...options: string[]): string[] => {
    const folder = folderOf({ 'spy.cjs': SPY, 'k8s/a.yaml': text, 'crds/w.yaml': CRD });
    const { err, code } = runNode(['--require', `${folder}/spy.cjs`, CLI, ...options, 'k8s'], {
      cwd: folder,
      env: { PODLINT_CACHE: 'off' },
    });
    expect(code).toBeLessThan(2);
    return [...new Set(err.split('\n').flatMap((line) => /^read (.*)$/.exec(line)?.[1] ?? []))];
  };

  it('is not read by an ordinary run, nor where definitions are given', () => {
    const pod = 'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ name: a, image: "a:1" }] }\n';
    expect(readBy(pod)).toContain('api.json');
    expect(readBy(pod).filter((name) => name.startsWith('custom-kinds'))).toEqual([]);
    const route = 'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: a }\nspec: {}\n';
    expect(readBy(route).filter((name) => name.startsWith('custom-kinds'))).toEqual([]);
    expect(readBy(WIDGET, '--crds', 'crds').filter((name) => name.startsWith('custom-kinds'))).toEqual([]);
    expect(readBy(`${CRD}---\n${WIDGET}`).filter((name) => name.startsWith('custom-kinds'))).toEqual([]);
  });

  it('is read for the group that is met, and no other', () => {
    const certificate = 'apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: { name: a }\nspec: {}\n';
    const names = readBy(`${certificate}---\n${certificate}`);
    expect(names.filter((name) => name.startsWith('custom-kinds'))).toEqual(['custom-kinds/cert-manager.io.json.br']);
  });
});
