import { describe, expect, it } from 'vitest';
import { type LibraryOptions, podlint, type SourceText } from '../../src/index.ts';

const KUSTOMIZATION = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - web.yaml\n';
const POD = `apiVersion: v1
kind: Pod
metadata:
  name: web-{{uid}}
spec:
  containers:
    - name: web
      image: nginx:1.29
`;
const TEMPLATE = POD.replace('nginx:1.29', '{{ image }}');
const RAISED = { 'rejected/not-an-object': 'error', 'rejected/unfilled-placeholder': 'error' } as const;

const configMap = (metadata: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n${metadata}`;

async function judge(files: Readonly<Record<string, string>>, options: LibraryOptions = { each: true }) {
  const texts: SourceText[] = Object.entries(files).map(([path, text]) => ({ path, text }));
  return podlint(texts, options);
}

async function said(files: Readonly<Record<string, string>>, options?: LibraryOptions) {
  const { findings } = await judge(files, options);
  return findings.map(({ place, level, ruleId, says }) => `${place.file}:${place.line} ${level} ${ruleId}: ${says}`);
}

describe('what becomes of the file itself', () => {
  it('is asked with --each only, whatever the profile', async () => {
    const files = { 'kustomization.yaml': KUSTOMIZATION, 'web.yaml': POD, 'template.yaml': TEMPLATE };
    expect(await said(files, { profile: 'all' })).toEqual([]);
    expect(await said(files, { profile: 'all', rules: RAISED })).toEqual([]);
    expect((await said(files, { profile: 'predict', each: true })).map((line) => line.split(':', 2).join(':'))).toEqual([
      'kustomization.yaml:2 note rejected/not-an-object',
      'template.yaml:8 note rejected/unfilled-placeholder',
      'web.yaml:4 note rejected/unfilled-placeholder',
    ]);
  });

  it('is told of what has a type, or what kustomize finds by its name', async () => {
    expect(await said({ 'a/kustomization.yaml': 'resources: [web.yaml]\n', 'b/Kustomization': 'kind: Kustomization\n' })).toEqual(
      [
        'a/kustomization.yaml:1 note rejected/not-an-object: [apiVersion not set, kind not set]',
        'b/Kustomization:1 note rejected/not-an-object: apiVersion not set',
      ],
    );
    expect(
      await said({
        'values.yaml': 'image: { tag: "1" }\n',
        'package.json': '{"name": "web"}\n',
        'kind.yaml': 'kind: Kustomization\nresources: []\n',
        'tsconfig.json': '{ // comments\n }\n',
      }),
    ).toEqual([]);
  });

  it('is not asked of the files of a chart', async () => {
    const files = {
      'chart/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
      'chart/values.yaml': 'image: nginx\n',
      'chart/templates/pod.yaml': TEMPLATE,
    };
    expect(await said(files)).toEqual([]);
  });

  it('is a note that no forecast minds, until it is raised', async () => {
    const statuses = async (options: LibraryOptions) =>
      (await judge({ 'web.yaml': POD }, options)).forecast.flatMap((row) => row.statuses.map(({ status }) => status));
    expect(await statuses({ each: true })).toEqual(['Running']);
    expect(await statuses({ each: true, rules: RAISED })).toEqual(['Rejected']);
  });
});

describe('a placeholder that nobody fills in', () => {
  it('is looked at as kubectl and the server do: kind, type, namespace, then the rest', async () => {
    const name = '  name: web-{{uid}}\n';
    expect(await said({ 'a.yaml': configMap(name).replace('ConfigMap', '${KIND}') })).toEqual([
      'a.yaml:2 note rejected/unfilled-placeholder: no matches for kind "${KIND}" in version "v1"',
    ]);
    expect(await said({ 'a.yaml': configMap(name).replace('v1', 'apps/${V}') })).toEqual([
      'a.yaml:1 note rejected/unfilled-placeholder: no matches for kind "ConfigMap" in version "apps/${V}"',
    ]);
    const there = configMap(`${name}  namespace: \${NS}\n`);
    expect(await said({ 'a.yaml': `${there}immutable: \${FIXED}\n` })).toEqual([
      'a.yaml:6 note rejected/unfilled-placeholder: json: cannot unmarshal string into Go struct field ConfigMap.immutable of type bool',
    ]);
    expect(await said({ 'a.yaml': there })).toEqual([
      'a.yaml:5 note rejected/unfilled-placeholder: namespaces "${NS}" not found',
    ]);
    expect(await said({ 'a.yaml': configMap(name) })).toEqual([
      expect.stringContaining(
        'a.yaml:4 note rejected/unfilled-placeholder: metadata.name: Invalid value: "web-{{uid}}": a lower',
      ),
    ]);
  });

  it('is told beside what is wrong whatever stands there, and that once', async () => {
    const text = POD.replace('  containers', '  restartPolicy: always\n  containers');
    expect((await judge({ 'a.yaml': text })).findings.map(({ level, cause }) => `${level} ${cause?.field}`)).toEqual([
      'note metadata.name',
      'error spec.restartPolicy',
    ]);
  });

  it('is judged by the definition of a custom kind', async () => {
    const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: widgets.example.com
spec:
  group: example.com
  names: { kind: Widget, plural: widgets }
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                size: { type: integer }
                color: { type: string, enum: [red, blue] }
                note: { type: string }
`;
    const widget =
      'apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: web\nspec:\n  size: ${SIZE}\n  color: ${COLOR}\n  note: ${NOTE}\n';
    const report = await podlint([{ path: 'widget.yaml', text: widget }], {
      each: true,
      facts: [{ path: 'facts.yaml', text: definition }],
    });
    expect(report.findings.map(({ place, cause }) => `${place.line} ${cause?.type} ${cause?.field}`)).toEqual([
      '6 FieldValueTypeInvalid spec.size',
      '7 FieldValueNotSupported spec.color',
    ]);
    // Asked once more, the object is again of what is not known.
    expect((await podlint([{ path: 'widget.yaml', text: widget }])).findings).toEqual([]);
  });

  it('gives no Secret away, and breaks on nothing', async () => {
    const secret = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  password: ${A}hunter2hunter2\n';
    const { findings } = await judge({ 'secret.yaml': secret });
    expect(findings).toHaveLength(1);
    expect(JSON.stringify(findings)).not.toContain('hunter2');
    const deep = `${'{a: '.repeat(900)}"\${X}"${'}'.repeat(900)}`;
    const odd = `apiVersion: v1\nkind: ConfigMap\nmetadata: "\${META}"\ndata: {__proto__: "\${X}", constructor: "{{ y }}"}\nmore: ${deep}\n`;
    expect((await judge({ 'odd.yaml': odd })).findings.length).toBeGreaterThan(0);
  });
});
