import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type CustomResource, customResources } from '../../src/api/custom.ts';
import { loadPatternEngine } from '../../src/api/go-regexp.ts';
import { celRules, validateCustom } from '../../src/apiserver/custom.ts';
import { decodeSays } from '../../src/apiserver/decode.ts';
import { fieldPath } from '../../src/source/path.ts';

interface Recorded {
  readonly object: Record<string, unknown>;
  readonly code: number;
  /** Of a 400. */
  readonly message?: string;
  /** Of a 422. */
  readonly causes?: readonly string[];
}

// Each definition stands before what the API server of 1.37 answered to objects of its kind.
const recorded: { readonly thing: CustomResource; readonly answers: Recorded[] }[] = [];
for (const line of readFileSync(new URL('../recorded/custom.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')) {
  const entry = JSON.parse(line);
  if ('crd' in entry) recorded.push({ thing: customResources(entry.crd)[0]!, answers: [] });
  else recorded[recorded.length - 1]!.answers.push(entry);
}

beforeAll(loadPatternEngine);

test('the answer is the recorded one, word for word', () => {
  const isMetadata = (cause: string) => cause.startsWith('metadata');
  expect(recorded.reduce((sum, { answers }) => sum + answers.length, 0)).toBeGreaterThan(300);
  for (const { thing, answers } of recorded) {
    for (const { object, code, message, causes } of answers) {
      const verdict = validateCustom(object, thing);
      const label = JSON.stringify(object);
      expect(decodeSays(thing, verdict.unknown), label).toBe(message ?? '');
      if (code === 400) continue;
      const ours = verdict.causes.map((cause) => `${cause.field ?? fieldPath(cause.path)}: ${cause.message}`);
      const theirs = causes ?? [];
      // The server adds what is wrong with metadata in general, which is not this module's to say.
      expect(ours.filter((cause) => !isMetadata(cause)).sort(), label).toEqual(
        theirs.filter((cause) => !isMetadata(cause)).sort(),
      );
    }
  }
});

function resource(schema: object, more: Partial<CustomResource> = {}): CustomResource {
  const versions = [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }];
  const names = { plural: 'things', kind: 'Thing' };
  const spec = { group: 'example.com', scope: 'Namespaced', names, versions };
  return { ...customResources({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', spec })[0]!, ...more };
}

function causesOf(value: object, schema: object, more?: Partial<CustomResource>): readonly string[] {
  const verdict = validateCustom({ apiVersion: 'example.com/v1', kind: 'Thing', ...value }, resource(schema, more));
  expect(verdict.unknown).toEqual([]);
  return verdict.causes.map((cause) => `${fieldPath(cause.path)}: ${cause.message}`);
}

const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });

test('defaults are filled in before validation, and the object itself stays as it is', () => {
  const schema = object({
    spec: object(
      { mode: { type: 'string', default: 'On' }, n: { type: 'integer', default: 1 } },
      { default: {}, required: ['mode'] },
    ),
  });
  const value = { apiVersion: 'example.com/v1', kind: 'Thing', spec: { n: null } };
  const copy = structuredClone(value);
  const verdict = validateCustom(value, resource(schema));
  expect(verdict.causes).toEqual([]);
  expect(verdict.object).toEqual({ ...value, spec: { mode: 'On', n: 1 } });
  expect(value).toEqual(copy);
  expect(validateCustom({ apiVersion: 'example.com/v1', kind: 'Thing' }, resource(schema)).object).toMatchObject({
    spec: { mode: 'On', n: 1 },
  });
});

test('an object that needs no change is not copied', () => {
  const value = { apiVersion: 'example.com/v1', kind: 'Thing', spec: { a: ['x', { b: 1 }] } };
  const schema = object({ spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } });
  expect(validateCustom(value, resource(schema)).object).toBe(value);
});

test('a status is dropped where it is a subresource, and counts where it is none', () => {
  const schema = object({ status: object({ phase: { type: 'string' } }) });
  expect(causesOf({ status: { phase: 1 } }, schema, { subresources: ['status'] })).toEqual([]);
  expect(causesOf({ status: { phase: 1 } }, schema)).toEqual([
    'status.phase: Invalid value: "integer": status.phase in body must be of type string: "integer"',
  ]);
});

test('unknown fields come with the field that was meant', () => {
  const schema = object({ spec: object({ replicas: { type: 'integer' } }) });
  const { unknown } = validateCustom(
    { apiVersion: 'example.com/v1', kind: 'Thing', spec: { replica: 1 }, metadata: { label: {} } },
    resource(schema),
  );
  expect(unknown.map((fault) => [fieldPath(fault.path), fault.suggestion, fault.first])).toEqual([
    ['metadata.label', 'labels', true],
    ['spec.replica', 'replicas', true],
  ]);
});

test('metadata of a wrong type hides the unknown fields', () => {
  const { unknown } = validateCustom({ metadata: { labels: { a: 1 } }, foo: 1 }, resource(object({})));
  expect(unknown.map((fault) => [fieldPath(fault.path), fault.says, fault.first])).toEqual([
    ['metadata.labels[a]', 'json: cannot unmarshal number into Go struct field ObjectMeta.labels of type string', true],
    ['foo', 'strict decoding error: unknown field "foo"', false],
  ]);
});

test('placeholders satisfy everything', () => {
  const spec = object({
    n: { type: 'integer', minimum: 3 },
    mode: { type: 'string', enum: ['On', 'Off'] },
    at: { type: 'string', format: 'date-time' },
    list: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
    one: object({}, { oneOf: [{ required: ['a'] }, { required: ['b'] }] }),
  });
  const value = { n: '${N}', mode: '{{ .mode }}', at: '${AT}', list: ['${A}', '${A}'], one: '${ONE}' };
  expect(causesOf({ spec: value }, object({ spec }))).toEqual([]);
});

test('numeric formats count since 1.36, names since 1.34', () => {
  const schema = object({ n: { type: 'integer', format: 'int32' }, name: { type: 'string', format: 'k8s-short-name' } });
  const value = { apiVersion: 'example.com/v1', kind: 'Thing', n: 4294967295, name: 'A' };
  const counts = (['1.33', '1.34', '1.35', '1.36'] as const).map(
    (release) => validateCustom(value, resource(schema), release).causes.length,
  );
  expect(counts).toEqual([0, 1, 1, 2]);
});

describe('a schema may be of any form', () => {
  test.each([
    ['no schema', undefined],
    ['a list', []],
    ['wrong parts', { type: 3, properties: [], required: 'a', items: 1, allOf: {}, enum: 'x', minimum: 'y', pattern: [] }],
    ['nothing', {}],
  ])('%s', (_, schema) => {
    const verdict = validateCustom(
      { apiVersion: 'example.com/v1', kind: 'Thing', spec: { a: 1 } },
      { ...resource({}), schema: schema as never },
    );
    expect(verdict.causes).toEqual([]);
  });

  test('fuzzed', () => {
    const node = fc.letrec((tie) => ({
      node: fc.oneof({ maxDepth: 3, depthIdentifier: 'schema' }, fc.constant({ type: 'string' }), tie('schema')),
      schema: fc.record(
        {
          type: fc.constantFrom('object', 'array', 'string', 'integer', 'number', 'boolean', 'x'),
          properties: fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'constructor'), tie('node'), { maxKeys: 2 }),
          items: tie('node'),
          additionalProperties: fc.oneof(fc.boolean(), tie('node')),
          anyOf: fc.array(tie('node'), { maxLength: 2 }),
          oneOf: fc.array(tie('node'), { maxLength: 2 }),
          allOf: fc.array(tie('node'), { maxLength: 2 }),
          not: tie('node'),
          default: fc.jsonValue({ maxDepth: 1 }),
          enum: fc.array(fc.jsonValue({ maxDepth: 1 }), { maxLength: 2 }),
          nullable: fc.boolean(),
          pattern: fc.constantFrom('^a', '(a+)+$', '[', '(?i)x'),
          format: fc.constantFrom('int32', 'date-time', 'uri', 'cidr', 'x'),
          'x-kubernetes-list-type': fc.constantFrom('set', 'map'),
          'x-kubernetes-embedded-resource': fc.boolean(),
        },
        { requiredKeys: [] },
      ),
    })).node;
    const key = fc.constantFrom('a', 'b', 'c', 'metadata', '__proto__');
    const value = fc.dictionary(key, fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.dictionary(key, fc.jsonValue({ maxDepth: 2 }))));
    fc.assert(
      fc.property(node, value, (schema, spec) => {
        const verdict = validateCustom({ apiVersion: 'example.com/v1', kind: 'Thing', ...spec }, resource(schema as object));
        for (const cause of verdict.causes) expect(cause.message).toMatch(/^[A-Z]/);
      }),
      { numRuns: 500 },
    );
  });
});

test('nesting without end is cut off', () => {
  let schema: object = { type: 'integer' };
  let value: unknown = 'x';
  for (let i = 0; i < 5000; i++) {
    schema = object({ a: schema });
    value = { a: value };
  }
  expect(causesOf(value as object, schema)).toEqual([]);
});

test('aliases cannot blow a schema up', () => {
  let schema: object = { type: 'string', default: 'x' };
  let choice: object = { type: 'integer' };
  for (let i = 0; i < 40; i++) {
    schema = object({ a: schema, b: schema }, { default: {} });
    choice = { anyOf: [choice, choice] };
  }
  const start = performance.now();
  causesOf({ c: 'x' }, object({ s: schema, c: choice }));
  expect(performance.now() - start).toBeLessThan(5000);
});

test('a long list of a set is checked in time that grows with its length', () => {
  const schema = object({ l: { type: 'array', 'x-kubernetes-list-type': 'set', uniqueItems: true, items: { type: 'string' } } });
  const l = Array.from({ length: 20_000 }, (_, i) => `item${i}`);
  const start = performance.now();
  expect(causesOf({ l: [...l, 'item7'] }, schema)).toEqual([
    'l: Invalid value: "": l in body shouldn\'t contain duplicates',
    'l[20000]: Duplicate value: "item7"',
  ]);
  expect(performance.now() - start).toBeLessThan(1000);
});

test('CEL rules are found where values meet them', () => {
  const rule = (text: string) => ({ 'x-kubernetes-validations': [{ rule: text }] });
  const schema = object(
    {
      spec: object({
        list: { type: 'array', items: object({ n: { type: 'integer' } }, rule('item')) },
        map: { type: 'object', additionalProperties: { type: 'string', ...rule('entry') } },
        absent: { type: 'string', ...rule('absent') },
      }),
    },
    rule('root'),
  );
  const verdict = validateCustom(
    { apiVersion: 'example.com/v1', kind: 'Thing', spec: { list: [{ n: 1 }, { n: 2 }], map: { k: 'v', u: '${X}' } } },
    resource(schema),
  );
  const rules = celRules(verdict.object, resource(schema));
  expect(rules.map(({ path, rule }) => [fieldPath(path), rule['rule']])).toEqual([
    ['', 'root'],
    ['spec.list[0]', 'item'],
    ['spec.list[1]', 'item'],
    ['spec.map.k', 'entry'],
  ]);
});
