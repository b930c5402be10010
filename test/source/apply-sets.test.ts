import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ApplySet, applySets } from '../../src/source/apply-sets.ts';
import { identitiesOf } from '../../src/source/identity.ts';
import { collectInputs, type InputEntry } from '../../src/source/inputs.ts';
import { type ParsedFile, parsedFile } from '../../src/source/parsed-file.ts';
import { readDocuments } from '../../src/source/reader.ts';
import { isTemplateText } from '../../src/source/template-text.ts';
import { configMap, temporary } from './temporary.ts';

/** Reads and sorts what the arguments stand for, as the pipeline does. */
async function setsOf(cwd: string, args: string[], each = false): Promise<{ sets: ApplySet[]; parsed: Map<string, ParsedFile> }> {
  const inputs = await collectInputs(args, { cwd, stdin: -1 });
  const parsed = new Map<string, ParsedFile>();
  const parse = (entry: InputEntry | undefined): ParsedFile | undefined => {
    const read =
      entry === undefined
        ? undefined
        : entry.stdin
          ? { file: { path: entry.path, text: configMap('piped') } }
          : inputs.read(entry);
    if (entry === undefined || read === undefined || !('file' in read)) return undefined;
    const documents = readDocuments(read.file);
    const fault = documents.find((it) => it.error !== undefined)?.error;
    const template = fault === undefined ? undefined : isTemplateText(read.file.text, fault.range.start);
    const file = parsedFile(entry.path, entry.root, documents, template);
    parsed.set(entry.path, file);
    return file;
  };
  const files = inputs.entries.map(parse).filter((it) => it !== undefined);
  const sets = applySets(files, {
    roots: inputs.roots,
    each,
    alias: (path) => inputs.find(path)?.path,
    load: (path) => parse(inputs.beyond(path)),
    exists: (path) => inputs.exists(path),
    text: (path) => {
      const entry = inputs.find(path) ?? inputs.beyond(path);
      const read = entry === undefined ? undefined : inputs.read(entry);
      return read !== undefined && 'file' in read ? read.file.text : undefined;
    },
  });
  return { sets, parsed };
}

/** `{ id: 'role path …' }`, with `*` for files outside the inputs. */
async function show(files: Record<string, string>, args = ['.'], each = false): Promise<Record<string, string[]>> {
  const { sets } = await setsOf(temporary(files), args, each);
  return Object.fromEntries(sets.map((set) => [set.id, set.files.map((it) => `${it.role} ${it.path}${it.outside ? '*' : ''}`)]));
}

async function only(files: Record<string, string>, id: string, args = ['.']): Promise<ApplySet> {
  const { sets } = await setsOf(temporary(files), args);
  return sets.find((it) => it.id === id)!;
}

describe('plain files', () => {
  test('a folder is one set, several folders are several', async () => {
    const files = { 'a/x.yaml': configMap('x'), 'a/b/y.yaml': configMap('y'), 'c/z.yaml': configMap('z') };
    expect(await show(files)).toEqual({ '.': ['resource a/b/y.yaml', 'resource a/x.yaml', 'resource c/z.yaml'] });
    expect(await show(files, ['a', 'c'])).toEqual({ a: ['resource a/b/y.yaml', 'resource a/x.yaml'], c: ['resource c/z.yaml'] });
    expect(await show(files, ['a/b', 'a'])).toEqual({ a: ['resource a/b/y.yaml', 'resource a/x.yaml'] });
  });

  test('single files are one set together, with standard input', async () => {
    const files = { 'a/x.yaml': configMap('x'), 'c/z.yaml': configMap('z') };
    expect(await show(files, ['a/x.yaml', 'c/z.yaml', '-'])).toEqual({
      arguments: ['resource a/x.yaml', 'resource c/z.yaml', 'resource <stdin>'],
    });
    expect(await show(files, ['a/x.yaml'])).toEqual({ 'a/x.yaml': ['resource a/x.yaml'] });
    const { sets } = await setsOf(temporary(files), ['-', 'a']);
    expect(sets.map((it) => [it.id, it.kind])).toEqual([
      ['a', 'plain'],
      ['<stdin>', 'stdin'],
    ]);
  });

  test('roles by content', async () => {
    const files = {
      'compose.yaml': 'services: {web: {image: nginx}}\n',
      'empty.yaml': '',
      'object.yaml': configMap('x'),
      'patch.yaml': '- {op: remove, path: /a}\n',
      'template.yaml': `${configMap('x')}data: {{ .Values.data }}\n`,
      'broken.yaml': 'a: b: c\n',
    };
    const { sets } = await setsOf(temporary(files), ['.']);
    expect(Object.fromEntries(sets[0]!.files.map((it) => [it.path, it.role]))).toEqual({
      'broken.yaml': 'resource',
      'compose.yaml': 'config',
      'empty.yaml': 'resource',
      'object.yaml': 'resource',
      'patch.yaml': 'patch',
      'template.yaml': 'template',
    });
    expect(sets[0]!.open).toBe(true);
    expect((await only({ 'a.yaml': configMap('x') }, '.')).open).toBe(false);
  });

  test('alternatives see what lies around them', async () => {
    const files = {
      'k/ns.yaml': configMap('shared'),
      'k/dev/a.yaml': configMap('x'),
      'k/prod/a.yaml': configMap('x'),
      'k/prod/eu/a.yaml': configMap('x'),
    };
    const { sets } = await setsOf(temporary(files), ['k']);
    expect(sets.map((it) => [it.id, it.context])).toEqual([
      ['k/dev', ['k']],
      ['k', []],
      ['k/prod', ['k']],
      ['k/prod/eu', ['k/prod', 'k']],
    ]);
  });

  test('an object in another namespace, a Namespace, or one without a fixed name is no alternative', async () => {
    const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: n}\n';
    const generated = 'apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: j-}\n';
    const files = { 'a/1.yaml': configMap('x', 'one'), 'b/1.yaml': configMap('x', 'two') };
    expect(Object.keys(await show({ ...files, 'a/n.yaml': namespace, 'b/n.yaml': namespace }))).toEqual(['.']);
    expect(Object.keys(await show({ ...files, 'a/j.yaml': generated, 'b/j.yaml': generated }))).toEqual(['.']);
    expect(Object.keys(await show({ ...files, 'a/v.yaml': configMap('${V}'), 'b/v.yaml': configMap('${V}') }))).toEqual(['.']);
  });

  test('items of Lists count', async () => {
    const list = 'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: x}}\n';
    expect(Object.keys(await show({ 'a/l.yaml': list, 'b/x.yaml': configMap('x') }))).toEqual(['a', 'b']);
    const typed = 'apiVersion: v1\nkind: ConfigMapList\nitems:\n- {metadata: {name: x}}\n';
    expect(Object.keys(await show({ 'a/l.yaml': typed, 'b/x.yaml': configMap('x') }))).toEqual(['a', 'b']);
  });

  test('each file alone, patches and bases as well', async () => {
    const files = {
      'k/kustomization.yaml': 'resources: [a.yaml]\npatches: [{path: p.yaml}]\n',
      'k/a.yaml': configMap('a'),
      'k/p.yaml': configMap('a'),
      'chart/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
      'chart/templates/t.yaml': 'a: {{ b }}\n',
    };
    expect(await show(files, ['.'], true)).toEqual({
      chart: ['config chart/Chart.yaml', 'template chart/templates/t.yaml'],
      'k/a.yaml': ['resource k/a.yaml'],
      'k/kustomization.yaml': ['config k/kustomization.yaml'],
      'k/p.yaml': ['resource k/p.yaml'],
    });
  });
});

/** What `kubectl kustomize` (1.32, kustomize 5.5.0) made of these trees. */
const recorded = readFileSync(new URL('../recorded/kustomize.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { name: string; files: Record<string, string>; root: string; kustomize: Made[] });

interface Made {
  kind: string;
  namespace: string;
  name: string;
  keys?: string[];
}

describe('kustomizations', () => {
  test.each(recorded)('$name: the objects are those that kustomize makes', async ({ files, root, kustomize }) => {
    const { sets, parsed } = await setsOf(temporary(files), ['.']);
    const set = sets.find((it) => it.root === root)!;
    expect(sets.filter((it) => it.kind === 'kustomization')).toEqual([set]);
    const made: string[] = [];
    for (const file of set.files) {
      if (file.role !== 'resource') continue;
      const { documents, classes } = parsed.get(file.path)!;
      documents.forEach((document, index) => {
        for (const { kind, namespace, name } of identitiesOf(document.value, classes[index]!)) {
          made.push(`${kind} ${file.namespace ?? namespace}/${file.namePrefix ?? ''}${name}${file.nameSuffix ?? ''}`);
        }
      });
    }
    for (const it of set.generated) {
      const named = `${it.kind} ${it.namespace ?? set.namespace ?? ''}/${it.namePrefix ?? ''}${it.name}${it.nameSuffix ?? ''}`;
      if (it.onto) expect(made).toContain(named);
      else {
        const namespace = set.files.find((file) => file.role === 'resource' && file.namespace !== undefined)?.namespace;
        made.push(
          `${namespace === undefined ? named : named.replace(/ [^/]*/, ` ${namespace}`)}${it.hashed ? '-HASH' : ''} ${[...it.keys!].sort()}`,
        );
      }
    }
    const expected = kustomize.map(({ kind, namespace, name, keys }) => {
      const generated = set.generated.some((it) => it.kind === kind && !it.onto && name.includes(it.name) && keys !== undefined);
      const unhashed = name.replace(/-[a-z0-9]{10}$/, '-HASH');
      return generated && !made.includes(`${kind} ${namespace}/${name}`)
        ? `${kind} ${namespace}/${unhashed} ${keys}`
        : `${kind} ${namespace}/${name}`;
    });
    expect(made.sort()).toEqual(expected.sort());
    expect(set).toMatchObject({ open: false, missing: [], remote: [] });
  });

  const tree = {
    'base/kustomization.yaml': 'resources: [cm.yaml]\n',
    'base/cm.yaml': configMap('c'),
    'over/dev/kustomization.yaml': 'resources: [../../base, extra.yaml]\nnamespace: dev\n',
    'over/dev/extra.yaml': configMap('extra'),
    'over/prod/kustomization.yaml': 'resources: [../../base]\nnamePrefix: p-\n',
  };

  test('those that no other one takes in are sets, each with its bases', async () => {
    expect(await show(tree)).toEqual({
      'over/dev': [
        'config over/dev/kustomization.yaml',
        'config base/kustomization.yaml',
        'resource base/cm.yaml',
        'resource over/dev/extra.yaml',
      ],
      'over/prod': ['config over/prod/kustomization.yaml', 'config base/kustomization.yaml', 'resource base/cm.yaml'],
    });
    const set = await only(tree, 'over/dev');
    expect(set).toMatchObject({ kind: 'kustomization', root: 'over/dev', namespace: 'dev', open: false });
    expect(set.files[2]).toEqual({ path: 'base/cm.yaml', role: 'resource', outside: false, namespace: 'dev' });
  });

  test('bases outside the arguments are in the index only', async () => {
    expect(await show(tree, ['over/prod'])).toEqual({
      'over/prod': ['config over/prod/kustomization.yaml', 'config base/kustomization.yaml*', 'resource base/cm.yaml*'],
    });
    expect(await show(tree, ['base'])).toEqual({ base: ['resource base/cm.yaml', 'config base/kustomization.yaml'].reverse() });
  });

  test('one that is taken in by way of a folder outside the arguments is no root', async () => {
    const files = {
      'top/kustomization.yaml': 'resources: [../middle]\n',
      'middle/kustomization.yaml': 'resources: [../bottom]\n',
      'bottom/kustomization.yaml': 'resources: [a.yaml]\n',
      'bottom/a.yaml': configMap('a'),
    };
    expect(Object.keys(await show(files, ['bottom', 'top']))).toEqual(['top']);
  });

  test('through symbolic links', async () => {
    const cwd = temporary(tree);
    symlinkSync('../../base', join(cwd, 'over/prod/linked'));
    const { sets } = await setsOf(cwd, ['.']);
    expect(sets.map((it) => it.id)).toEqual(['over/dev', 'over/prod']);
    const linked = temporary({ ...tree, 'over/prod/kustomization.yaml': 'resources: [linked]\n' });
    symlinkSync('../../base', join(linked, 'over/prod/linked'));
    const found = (await setsOf(linked, ['.'])).sets.find((it) => it.id === 'over/prod')!;
    expect(found.files.map((it) => it.path)).toEqual(['over/prod/kustomization.yaml', 'base/kustomization.yaml', 'base/cm.yaml']);
  });

  test('what is beside one and not in it is a set that sees it', async () => {
    const files = {
      ...tree,
      'base/other.yaml': configMap('other'),
      'base/patch.yaml': configMap('c'),
      'base/part.yaml':
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {template: {spec: {containers: [{name: a}]}}}\n',
      'plain.yaml': configMap('plain'),
    };
    expect(await show(files)).toMatchObject({
      'base (not in its kustomization)': ['resource base/other.yaml', 'patch base/part.yaml', 'patch base/patch.yaml'],
      '.': ['resource plain.yaml'],
    });
    expect((await only(files, 'base (not in its kustomization)')).context).toEqual(['over/dev', 'over/prod', '.']);
    expect((await only(files, 'over/dev')).context).toEqual(['.']);
  });

  test('everything that it names is its own, in any role', async () => {
    const files = {
      'k/kustomization.yaml': `
resources: [a.yaml]
patches:
- path: p1.yaml
- target: {kind: ConfigMap, name: a.*, labelSelector: x=y}
  path: p2.yaml
- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: d, namespace: ns}
patchesStrategicMerge:
- p3.yaml
- |
  apiVersion: v1
  kind: Service
  metadata: {name: s}
patchesJson6902:
- target: {version: v1, kind: Secret, name: t}
  path: p4.yaml
configurations: [conf.yaml]
crds: [crd.json]
openapi: {path: schema.json}
replacements: [{path: repl.yaml}]
configMapGenerator:
- {name: g, files: [f.yaml, key=h.json], envs: [e.env]}
`,
      'k/a.yaml': configMap('a'),
      'k/p1.yaml': configMap('a'),
      'k/p2.yaml': '- {op: remove, path: /data}\n',
      'k/p3.yaml': configMap('a'),
      'k/p4.yaml': '[{"op": "remove", "path": "/data"}]\n',
      'k/conf.yaml': 'a: b\n',
      'k/crd.json': '{}',
      'k/schema.json': '{}',
      'k/repl.yaml': 'a: b\n',
      'k/f.yaml': configMap('not an object here'),
      'k/h.json': '{}',
      'k/e.env': 'A=1\nB=2\n',
    };
    const { sets } = await setsOf(temporary(files), ['k']);
    expect(sets).toHaveLength(1);
    const of = (role: string) => sets[0]!.files.filter((it) => it.role === role).map((it) => it.path);
    expect(of('resource')).toEqual(['k/a.yaml']);
    expect(of('patch')).toEqual(['k/p3.yaml', 'k/p1.yaml', 'k/p2.yaml', 'k/p4.yaml']);
    expect(of('config')).toHaveLength(8);
    expect(sets[0]!.generated).toEqual([
      { kind: 'ConfigMap', name: 'g', keys: ['f.yaml', 'key', 'A', 'B'], hashed: true, onto: false },
    ]);
    expect(sets[0]!.patched).toEqual([
      { kind: 'ConfigMap', name: 'a' },
      { kind: 'Service', name: 's' },
      { kind: 'ConfigMap', name: 'a' },
      { kind: 'ConfigMap', name: 'a.*', selected: true },
      { group: 'apps', kind: 'Deployment', name: 'd', namespace: 'ns' },
      { kind: 'Secret', name: 't' },
    ]);
    expect(sets[0]).toMatchObject({ missing: [], remote: [], open: false });
  });

  test('what is not there, is far away, leads in a circle', async () => {
    const files = {
      'k/kustomization.yaml':
        'resources: [gone.yaml, ../empty, https://example.com/x.yaml, "github.com/o/r//d?ref=v1", "${ENV}/x", ../l]\ncomponents: [none]\n',
      'empty/readme.yaml': 'a: b\n',
      'l/kustomization.yaml': 'resources: [../m]\n',
      'm/kustomization.yaml': 'resources: [../l, a.yaml]\nconfigMapGenerator: [{name: x, envs: [gone.env]}]\n',
      'm/a.yaml': configMap('a'),
    };
    const set = await only(files, 'k');
    expect(set.missing.map((it) => [it.path, it.at, it.reference, it.why])).toEqual([
      ['k/kustomization.yaml', ['resources', 0], 'gone.yaml', 'not there'],
      ['k/kustomization.yaml', ['resources', 1], '../empty', 'no kustomization in it'],
      ['m/kustomization.yaml', ['resources', 0], '../l', 'a circle'],
      ['m/kustomization.yaml', ['configMapGenerator', 0, 'envs', 0], 'gone.env', 'not there'],
      ['k/kustomization.yaml', ['components', 0], 'none', 'not there'],
    ]);
    expect(set.remote.map((it) => it.reference)).toEqual(['https://example.com/x.yaml', 'github.com/o/r//d?ref=v1', '${ENV}/x']);
    expect(set.generated).toEqual([{ kind: 'ConfigMap', name: 'x', hashed: true, onto: false }]);
    expect(set.open).toBe(true);
    expect(set.files.some((it) => it.path === 'm/a.yaml')).toBe(true);
  });

  test('a circle that nothing leads to is judged from its first', async () => {
    const files = {
      'a/kustomization.yaml': 'resources: [../b, x.yaml]\n',
      'b/kustomization.yaml': 'resources: [../a]\n',
      'a/x.yaml': configMap('x'),
    };
    expect(Object.keys(await show(files))).toEqual(['a']);
    expect(Object.keys(await show({ 'a/kustomization.yaml': 'resources: [., x.yaml]\n', 'a/x.yaml': configMap('x') }))).toEqual([
      'a',
    ]);
  });

  test('charts, plugins and components that are not taken in leave it open, and are said', async () => {
    const charts = await only(
      { 'k/kustomization.yaml': 'helmCharts: [{name: redis, valuesFile: v.yaml}]\n', 'k/v.yaml': 'a: b\n' },
      'k',
    );
    expect(charts).toMatchObject({ open: true, unrendered: 'the Helm chart redis of k/kustomization.yaml' });
    const plugins = await only({ 'k/kustomization.yaml': 'generators: [g.yaml]\n', 'k/g.yaml': configMap('no object') }, 'k');
    expect(plugins).toMatchObject({ open: true, unrendered: expect.stringContaining('plugins') });
    expect(plugins.files.map((it) => it.role)).toEqual(['config', 'config']);
    const component = await only(
      { 'k/kustomization.yaml': 'kind: Component\nresources: [a.yaml]\n', 'k/a.yaml': configMap('a') },
      'k',
    );
    expect(component).toMatchObject({ open: true, unrendered: expect.stringContaining('Component') });
    const broken = await only({ 'k/kustomization.yaml': 'resources: [a.yaml\n', 'k/a.yaml': configMap('a') }, 'k');
    expect(broken).toMatchObject({ open: true, unrendered: expect.stringContaining('could not be read') });
  });

  test('fields of any type, and trees that double at each level, end', async () => {
    const values = [
      '3',
      'a',
      '[]',
      '[null]',
      '[[a]]',
      '[{}]',
      '{a: b}',
      '[{name: 3, files: x, envs: [1], literals: {}}]',
      '[{path: [], patch: 1, target: []}]',
    ];
    const keys = [
      'resources',
      'bases',
      'components',
      'patches',
      'patchesStrategicMerge',
      'patchesJson6902',
      'configMapGenerator',
    ];
    keys.push(
      'secretGenerator',
      'images',
      'helmCharts',
      'openapi',
      'replacements',
      'namespace',
      'namePrefix',
      'generatorOptions',
      'generators',
    );
    for (const value of values) {
      const text = keys.map((key) => `${key}: ${value}\n`).join('');
      const { sets } = await setsOf(temporary({ 'kustomization.yaml': text }), ['.']);
      expect(sets).toHaveLength(1);
    }
    const files: Record<string, string> = { 'l0/kustomization.yaml': 'resources: []\n' };
    for (let i = 1; i < 40; i++) {
      files[`l${i}/kustomization.yaml`] = `resources: [../a${i}, ../b${i}]\n`;
      for (const side of 'ab')
        files[`${side}${i}/kustomization.yaml`] = `namePrefix: ${side}\nresources: [../l${i - 1}]\ncomponents: [../l${i - 1}]\n`;
    }
    const { sets } = await setsOf(temporary(files), ['.']);
    expect(sets).toHaveLength(1);
    expect(sets[0]?.unrendered).toBe('what l39/kustomization.yaml takes in on too many levels or by too many ways');
    expect(new Set(sets[0]?.files.map((it) => it.path)).size).toBe(Object.keys(files).length);
  });
});

describe('charts', () => {
  const chart = {
    'c/Chart.yaml': 'apiVersion: v2\nname: my-chart\nversion: 1.0.0\n',
    'c/values.yaml': 'a: b\n',
    'c/values.schema.json': '{"$schema": "x"}',
    'c/ci/test-values.yaml': 'a: c\n',
    'c/templates/deployment.yaml': 'kind: {{ .Values.kind }}\n',
    'c/templates/plain.yaml': configMap('as text it is an object'),
    'c/crds/crd.yaml': configMap('stands for a definition'),
    'c/charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n',
    'c/charts/sub/templates/x.yaml': '{{ a }}\n',
    'c/examples/e.yaml': configMap('example'),
    'outside.yaml': configMap('outside'),
  };

  test('are one set with their dependencies; templates are no manifests', async () => {
    expect(await show(chart)).toEqual({
      c: [
        'config c/Chart.yaml',
        'config c/charts/sub/Chart.yaml',
        'template c/charts/sub/templates/x.yaml',
        'values c/ci/test-values.yaml',
        'crd c/crds/crd.yaml',
        'template c/templates/deployment.yaml',
        'template c/templates/plain.yaml',
        'config c/values.schema.json',
        'values c/values.yaml',
      ],
      '.': ['resource c/examples/e.yaml', 'resource outside.yaml'],
    });
    expect(await only(chart, 'c')).toMatchObject({
      kind: 'chart',
      open: true,
      unrendered: 'the templates of the Helm chart my-chart',
      context: ['.'],
    });
  });

  test('at the working directory', async () => {
    const files = { 'Chart.yaml': chart['c/Chart.yaml'], 'templates/a.yaml': '{{ a }}\n', 'k/a.yaml': configMap('a') };
    expect(await show(files)).toEqual({
      '.': ['config Chart.yaml', 'template templates/a.yaml'],
      '. (2)': ['resource k/a.yaml'],
    });
  });

  test('a library has nothing to render', async () => {
    const files = { ...chart, 'c/Chart.yaml': `${chart['c/Chart.yaml']}type: library\n` };
    expect((await only(files, 'c')).unrendered).toBeUndefined();
  });

  test('Chart.yaml of something else is no chart', async () => {
    expect(await show({ 'c/Chart.yaml': configMap('a'), 'c/templates/b.yaml': configMap('b') })).toEqual({
      '.': ['resource c/Chart.yaml', 'resource c/templates/b.yaml'],
    });
  });
});

test('every input is in a set, and its order does not change from run to run', async () => {
  const files: Record<string, string> = {};
  for (let i = 0; i < 60; i++) {
    files[`d${i % 7}/${i % 3 === 0 ? 'sub/' : ''}${i}.yaml`] = configMap(`c${i % 11}`);
    if (i % 5 === 0) files[`d${i % 7}/kustomization.yaml`] = `resources: [${i}.yaml]\n`;
  }
  const cwd = temporary(files);
  const first = await setsOf(cwd, ['.']);
  expect([...new Set(first.sets.flatMap((it) => it.files.map((file) => file.path)))].sort()).toEqual(Object.keys(files).sort());
  expect((await setsOf(cwd, ['.'])).sets).toEqual(first.sets);
  const ids = first.sets.map((it) => it.id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const set of first.sets) for (const id of set.context) expect(ids).toContain(id);
});
