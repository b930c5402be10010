import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CustomResource, customResources } from '../../src/api/custom.ts';
import { NEWEST } from '../../src/api/kinds.ts';
import type { JsonObject } from '../../src/api/manifest.ts';
import { loadCel } from '../../src/apiserver/cel.ts';
import { customCausesOfUpdate, validateCustomUpdate } from '../../src/apiserver/update/index.ts';
import { fieldPath, type Path } from '../../src/source/path.ts';

interface Case {
  readonly change: string;
  readonly old: JsonObject;
  readonly new: JsonObject;
  readonly says: readonly string[];
}
const { strict, cases } = JSON.parse(readFileSync(new URL('../recorded/custom-updates.json', import.meta.url), 'utf8')) as {
  strict: JsonObject;
  cases: readonly Case[];
};

function definition(spec: JsonObject): CustomResource {
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec } } };
  return customResources({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { kind: 'Probe', plural: 'probes' },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  })[0]!;
}

function probe(spec: JsonObject): JsonObject {
  return { apiVersion: 'example.com/v1', kind: 'Probe', metadata: { name: 'one', namespace: 'default' }, spec };
}

function said(old: JsonObject, next: JsonObject, custom = definition(strict)): readonly string[] {
  const existing = { value: probe(old), applied: probe(old), stored: false };
  const causes = [
    ...customCausesOfUpdate(existing, probe(next), custom, NEWEST),
    ...validateCustomUpdate(existing, probe(next), custom, NEWEST),
  ];
  return causes.map(({ field, path, message }) => `${field ?? fieldPath(path)}: ${message}`).sort();
}

describe('a custom resource that is there already', () => {
  beforeAll(loadCel);
  for (const { change, old, new: next, says } of cases) {
    it(change, () => {
      // That rules were not looked at is no fault.
      const theirs = says.filter((line) => !line.includes('some validation rules were not checked'));
      expect(said(old, next)).toEqual(theirs);
    });
  }

  it('is not judged where a placeholder decides', () => {
    const unknown = '$'.concat('{VALUE}');
    const [one] = cases;
    expect(said(one!.old, { ...one!.old, b: unknown, km: unknown })).toEqual([]);
    const old = { km: [{ n: 'a', v: 5 }] };
    expect(said(old, { km: [{ n: unknown, v: 4 }] })).toEqual([]);
    expect(said({ km: [{ n: unknown, v: 5 }] }, { km: [{ n: 'a', v: 4 }] })).toEqual([]);
  });

  it('has an end, whatever it holds', () => {
    const hostile = [null, 1, 'x', [], {}, [[null]], { __proto__: null }, [{ n: {} }, { n: null }, 3], { n: [] }];
    for (const old of hostile)
      for (const next of hostile) {
        const of = (value: unknown): JsonObject =>
          JSON.parse(`{"__proto__": 1, "km": ${JSON.stringify(value)}, "m": ${JSON.stringify(value)}}`);
        expect(() => said(of(old), of(next))).not.toThrow();
      }
    const many = { km: Array.from({ length: 3000 }, (_, i) => ({ n: `n${i}`, v: 9 })) };
    const before = performance.now();
    said(many, { km: [...many.km].reverse() });
    expect(performance.now() - before).toBeLessThan(3000);
  });
});

describe('a path into what was there', () => {
  const list: JsonObject = {
    type: 'array',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name', 'port'],
    items: {
      type: 'object',
      properties: { name: { type: 'string' }, port: { type: 'integer' }, v: { type: 'integer' } },
    },
  };
  const custom = definition({ type: 'object', properties: { list } });
  const item = (name: string, port: unknown, v: number) => ({ name, port, v });
  beforeAll(loadCel);

  it('goes by all keys of an item', async () => {
    const { Correlation } = await import('../../src/apiserver/update/correlate.ts');
    const { schemaNode } = await import('../../src/api/schema.ts');
    const next = probe({ list: [item('a', 2, 1), item('b', 1, 1), { name: 'a', v: 1 }] });
    const old = probe({ list: [item('a', 1, 7), item('a', 2, 8), item('a', 2, 9)] });
    const former = new Correlation(next, old, schemaNode(custom.schema!), false);
    const at = (...path: Path): unknown => former.oldAt(['spec', 'list', ...path]);
    expect([at(0, 'v'), at(1, 'v'), at(2, 'v'), at(3, 'v')]).toEqual([8, undefined, undefined, undefined]);
  });
});
