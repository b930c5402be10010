import { describe, expect, it } from 'vitest';
import { podlint, type SourceText } from '../../src/index.ts';

const widget = (spec: string, name = 'a'): string =>
  `apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: ${name}\nspec:\n  ${spec}\n`;
const definition = (
  group = 'example.com',
  kind = 'Widget',
  version = 'v1',
  fields = '{ size: { type: integer } }',
): string => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: ${kind.toLowerCase()}s.${group}
spec:
  group: ${group}
  scope: Namespaced
  names: { kind: ${kind}, plural: ${kind.toLowerCase()}s }
  versions:
    - name: ${version}
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties: ${fields}
`;
const schema = {
  type: 'object',
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { type: 'object' },
    spec: { type: 'object', properties: { size: { type: 'integer' } }, additionalProperties: false },
  },
};
const judge = async (text: string, options: { crds?: readonly SourceText[]; facts?: readonly SourceText[] } = {}) => {
  const { findings, notJudged } = await podlint([{ path: 'a.yaml', text }], options);
  return {
    findings: findings.map(({ level, ruleId, place }) => `${place.file}:${place.line} ${level} ${ruleId}`),
    messages: findings.map(({ message }) => message),
    notJudged: notJudged.map(({ file, line, why }) => `${file}${line === undefined ? '' : `:${line}`}: ${why}`),
  };
};
const crd = (path: string, text: string | object): SourceText => ({
  path,
  text: typeof text === 'string' ? text : JSON.stringify(text),
});

describe('definitions beside the manifests', () => {
  it('a CustomResourceDefinition: certain, and not linted itself', async () => {
    const broken = definition().replace('served: true', 'served: true\n      sevred: true');
    const { findings, messages, notJudged } = await judge(widget('szie: 3'), { crds: [crd('crds/widget.yaml', broken)] });
    expect(findings).toEqual(['a.yaml:6 error rejected/unknown-field']);
    expect(messages[0]).toBe('the schema has no field "szie" here');
    expect(notJudged).toEqual([]);
  });

  it('closes no world: what is missing may still be elsewhere', async () => {
    const pod =
      'apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec:\n  containers: [{ name: c, image: "a:1", envFrom: [{ secretRef: { name: s } }] }]\n';
    const alone = await judge(pod);
    expect(await judge(pod, { crds: [crd('c.yaml', definition())] })).toEqual(alone);
    expect(alone.findings.filter((line) => line.includes(' error '))).toEqual([]);
  });

  it('a JSON schema by its name, in any folder', async () => {
    const crds = [crd('vendor/example.com/widget_v1.json', schema)];
    expect((await judge(widget('size: x'), { crds })).findings).toEqual(['a.yaml:6 error rejected/invalid-value']);
    expect((await judge(widget('size: 3'), { crds })).findings).toEqual([]);
    expect((await judge(widget('size: 3').replace('spec:', 'sepc:'), { crds })).findings).toEqual([
      'a.yaml:5 error rejected/unknown-field',
    ]);
  });

  it('a JSON schema by what it says of itself', async () => {
    const type = { 'x-kubernetes-group-version-kind': [{ group: 'example.com', version: 'v1', kind: 'Widget' }] };
    expect((await judge(widget('colour: 1'), { crds: [crd('w.json', { ...schema, ...type })] })).findings).toEqual([
      'a.yaml:6 error rejected/unknown-field',
    ]);
  });

  it('reads no JSON schema of a kind that is not met', async () => {
    const crds = [crd('example.com/widget_v1.json', schema), crd('example.com/gadget_v1.json', '{ broken')];
    expect((await judge(widget('size: 3'), { crds })).notJudged).toEqual([]);
    const gadget = widget('size: 3').replace('Widget', 'Gadget');
    expect((await judge(gadget, { crds })).notJudged[0]).toMatch(/^example\.com\/gadget_v1\.json:1: crds: /);
  });

  it('the set wins over them, and so do facts', async () => {
    const crds = [crd('c.yaml', definition('example.com', 'Widget', 'v1', '{ other: { type: integer } }'))];
    expect((await judge(`${definition()}---\n${widget('size: 3')}`, { crds })).findings).toEqual([]);
    expect((await judge(widget('size: 3'), { crds, facts: [crd('f.yaml', definition())] })).findings).toEqual([]);
  });

  it('they win over the catalogue, as errors; of another version nothing is assumed', async () => {
    const certificate = 'apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata:\n  name: a\nspec:\n  size: x\n';
    const own = definition('cert-manager.io', 'Certificate');
    expect((await judge(certificate)).findings).toEqual([
      'a.yaml:5 warning rejected/missing-field',
      'a.yaml:5 warning rejected/missing-field',
      'a.yaml:6 warning rejected/unknown-field',
    ]);
    expect((await judge(certificate, { crds: [crd('c.yaml', own)] })).findings).toEqual([
      'a.yaml:6 error rejected/invalid-value',
    ]);
    const older = definition('cert-manager.io', 'Certificate', 'v1alpha2');
    const { findings, notJudged } = await judge(certificate, { crds: [crd('c.yaml', older)] });
    expect(findings).toEqual([]);
    expect(notJudged).toHaveLength(1);
  });

  it.each([
    ['values.yaml', 'a: 1\n', 'values.yaml:1: crds: neither a CustomResourceDefinition nor a JSON schema'],
    ['pod.yaml', '\n\napiVersion: v1\nkind: Pod\n', 'pod.yaml:1: crds: neither a CustomResourceDefinition nor a JSON schema'],
    ['w.json', JSON.stringify(schema), 'w.json:1: crds: a JSON schema that does not say of what kind: '],
    ['c.yaml', 'a: 1\nb: [\n', 'c.yaml:'],
    [
      'c.yaml',
      definition().replace('served: true', 'served: false'),
      'c.yaml:1: crds: this CustomResourceDefinition names no served version, or not its group, kind and plural',
    ],
    [
      'example.com/widget_v1.json',
      '[1]',
      'example.com/widget_v1.json:1: crds: not a JSON schema, though widget_v1.json is a name of one',
    ],
  ])('%s that is none is told with its place', async (path, text, expected) => {
    const { notJudged } = await judge(widget('size: 3'), { crds: [crd(path, text)] });
    expect(notJudged[0]?.slice(0, expected.length)).toBe(expected);
  });

  it.each([
    '{"properties": null}',
    '{"properties": {"spec": 3}}',
    '{"properties": {"spec": {"type": 7, "required": "x", "enum": 3}}}',
  ])('the hostile schema %s does no harm', async (text) => {
    const { findings } = await judge(widget('size: 3'), { crds: [crd('example.com/widget_v1.json', text)] });
    expect(findings).toEqual([]);
  });
});

describe('kinds that nothing defines', () => {
  it('are one note a kind, which says how to make it known', async () => {
    const { notJudged } = await judge(
      [widget('a: 1'), widget('a: 1', 'b'), widget('a: 1', 'c').replace('/v1', '/v2')].join('---\n'),
    );
    expect(notJudged).toEqual([
      'a.yaml: 2 objects of kind Widget (example.com/v1): no CustomResourceDefinition given, so the fields are not checked; `--crds PATH` names the definitions that the cluster has',
      'a.yaml: a Widget (example.com/v2): no CustomResourceDefinition given, so the fields are not checked; `--crds PATH` names the definitions that the cluster has',
    ]);
  });

  it('tell what the catalogue has near to them', async () => {
    const at = (apiVersion: string, kind: string) => `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: a }\n`;
    const { notJudged, findings } = await judge(
      [at('cert-manager.io/v1alpha2', 'Issuer'), at('cert-manager.io/v1', 'Certficate'), at('cert-manager.io/v1', 'Zebra')].join(
        '---\n',
      ),
    );
    expect(findings).toEqual([]);
    expect(notJudged.map((line) => /not checked(.*); `--crds/.exec(line)?.[1])).toEqual([
      '; cert-manager 1.21.2 has it as cert-manager.io/v1',
      '; cert-manager 1.21.2 has a Certificate: is that meant?',
      '',
    ]);
  });

  it('are not there where the facts say what is, whatever the catalogue knows', async () => {
    const certificate = 'apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: { name: a }\nspec: { size: x }\n';
    const withKinds = await judge(certificate, { facts: [crd('f.yaml', definition())] });
    expect(withKinds.findings).toEqual(['a.yaml:2 error rejected/unknown-kind']);
    const node = 'apiVersion: v1\nkind: Node\nmetadata: { name: n }\n';
    const without = await judge(`${certificate}---\n${certificate.replace('name: a', 'name: b')}`, {
      facts: [crd('f.yaml', node)],
    });
    expect(without.findings.filter((line) => line.endsWith('unknown-kind'))).toEqual(['a.yaml:2 warning rejected/unknown-kind']);
    expect(without.messages.find((message) => message.startsWith('no Custom'))).toMatch(/\(2 objects are of it\)$/);
    const given = await judge(certificate, {
      facts: [crd('f.yaml', definition())],
      crds: [crd('c.yaml', definition('cert-manager.io', 'Certificate'))],
    });
    expect(given.findings).toEqual(['a.yaml:4 error rejected/invalid-value']);
  });
});

describe('the catalogue', () => {
  const rollout = `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: web
spec:
  strategie: {}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: nginx:1.29
          envFrom: [{ secretRef: { name: db } }]
`;

  it('names the version it speaks for, and its fix is for a person to decide', async () => {
    const { findings } = await podlint([{ path: 'a.yaml', text: rollout }]);
    const [found] = findings.filter(({ ruleId }) => ruleId === 'rejected/unknown-field');
    expect(found).toMatchObject({ level: 'warning', fix: { safe: false } });
    expect(found!.message).toMatch(
      /^the schema has no field "strategie" here \(by the CustomResourceDefinition of Argo Rollouts \d[\d.]*; if the cluster has another one, name it with --crds\)$/,
    );
  });

  it('leaves a level that the configuration names alone', async () => {
    const { findings } = await podlint([{ path: 'a.yaml', text: rollout }], { rules: { 'rejected/unknown-field': 'error' } });
    expect(findings.find(({ ruleId }) => ruleId === 'rejected/unknown-field')?.level).toBe('error');
  });

  it('keeps no object from being looked at: neither its Pods nor its references', async () => {
    const typed = rollout.replace('strategie: {}', 'replicas: "three"').replace('nginx:', 'Nginx:');
    const { findings, forecast } = await podlint([{ path: 'a.yaml', text: typed }]);
    expect(findings.map(({ ruleId, level }) => `${level} ${ruleId}`)).toEqual([
      'warning rejected/invalid-value',
      'warning rejected/invalid-value',
      'error image/invalid-name',
      'warning creating/missing-secret',
    ]);
    expect(forecast.map(({ statuses }) => statuses.map(({ status, certain }) => `${status} ${certain}`))).toEqual([
      ['InvalidImageName true'],
    ]);
  });
});

describe('an object of a custom kind that is there already', () => {
  const fields =
    '{ size: { type: integer, maximum: 5 }, owner: { type: string, x-kubernetes-validations: [{ rule: "self != \'x\'" }] } }';
  const crds = [crd('crds/widget.yaml', definition('example.com', 'Widget', 'v1', fields))];
  const live = (spec: string) => [
    { path: 'live.yaml', text: widget(spec).replace('name: a', 'name: a\n  namespace: default\n  uid: u') },
  ];

  it('is not refused for what stays as it was', async () => {
    const wrong = '{ size: 9, owner: x }';
    expect((await judge(widget(wrong), { crds })).findings).toHaveLength(2);
    expect((await judge(widget(wrong), { crds, facts: live(wrong) })).findings).toEqual([]);
  });
  it('is refused for what changes', async () => {
    const { messages } = await judge(widget('{ size: 8, owner: x }'), { crds, facts: live('{ size: 9, owner: x }') });
    expect(messages).toEqual(['spec.size: 8: spec.size in body should be less than or equal to 5']);
  });
  it('another one is judged as a new one', async () => {
    const { findings } = await judge(widget('{ size: 9 }', 'b'), { crds, facts: live('{ size: 9 }') });
    expect(findings).toHaveLength(1);
  });
  it('need not say what only the cluster does', async () => {
    const needed =
      '{ size: { type: integer, maximum: 5 }, more: { type: object, required: [by], properties: { by: { type: string } } } }';
    const definitions = [crd('crds/widget.yaml', definition('example.com', 'Widget', 'v1', needed))];
    const text = widget('{ more: {} }');
    expect((await judge(text, { crds: definitions })).findings).toHaveLength(1);
    expect((await judge(text, { crds: definitions, facts: live('{ more: { by: operator } }') })).findings).toEqual([]);
  });
});

describe('a definition that is there already', () => {
  const dear =
    '{ names: { type: array, items: { type: string, x-kubernetes-validations: [{ rule: "self.size() > 0 && self.contains(self)" }] } } }';
  const cheap = '{ names: { type: array, items: { type: string } } }';
  const costs = async (facts: readonly SourceText[], fields = dear) =>
    (await judge(definition('example.com', 'Widget', 'v1', fields), { facts })).messages.filter((it) =>
      it.includes('rule cost exceeds'),
    );
  const live = (fields: string) => [{ path: 'live.yaml', text: definition('example.com', 'Widget', 'v1', fields) }];

  it('may keep a rule that is too dear by itself', async () => {
    expect(await costs([])).toHaveLength(1);
    expect(await costs(live(dear))).toEqual([]);
    expect(await costs(live(cheap))).toHaveLength(1);
  });
});
