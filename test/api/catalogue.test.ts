import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { catalogued } from '../../src/api/catalogue.ts';
import { isObject } from '../../src/api/manifest.ts';

const folder = path.resolve(import.meta.dirname, '../../data/custom-kinds');
const packed = readdirSync(folder).filter((name) => name.endsWith('.json.br'));
const sources = JSON.parse(readFileSync(path.join(folder, 'sources.json'), 'utf8')) as readonly {
  readonly name: string;
  readonly version: string;
  readonly origin: string;
  readonly licence: string;
  readonly older?: true;
  readonly groups: Readonly<Record<string, number>>;
}[];

describe('the catalogue of custom kinds', () => {
  it('names for each source its version, where it is from, and a licence that allows it', () => {
    expect(sources.length).toBeGreaterThan(25);
    for (const { name, version, origin, licence } of sources) {
      expect(name).not.toBe('');
      expect(version, name).toMatch(/^\d[\w.-]*$/);
      expect(origin, name).toMatch(/^[a-z0-9.-]+\.[a-z]+\/[\w./-]+@(?:v\d+\.\d+\.\d+|[0-9a-f]{8,40})$/i);
      expect(['Apache-2.0', 'MIT'], name).toContain(licence);
    }
    expect(new Set(sources.map(({ name }) => name)).size).toBe(sources.length);
  });

  it('has a file for each group that the sources name, and no other', () => {
    const named = new Set(sources.flatMap(({ groups }) => Object.keys(groups)));
    expect(packed.map((name) => name.slice(0, -'.json.br'.length))).toEqual([...named].sort());
  });

  it('is small', () => {
    const size = packed.reduce((sum, name) => sum + readFileSync(path.join(folder, name)).length, 0);
    expect(size).toBeLessThan(200_000);
  });

  it.each(packed)('%s: ASCII, every kind from a source, every schema whole and without prose', (name) => {
    const text = brotliDecompressSync(readFileSync(path.join(folder, name)));
    expect(text.every((byte) => byte < 0x80)).toBe(true);
    const group = name.slice(0, -'.json.br'.length);
    const kinds = catalogued(group);
    const counts = new Map<string, Set<string>>();
    for (const custom of kinds) {
      expect(custom.group).toBe(group);
      expect(custom.source).toBeDefined();
      const of = custom.source!;
      counts.set(of.name, (counts.get(of.name) ?? new Set()).add(custom.kind));
      expect(sources).toContainEqual(expect.objectContaining(of));
      const faults: string[] = [];
      walk(custom.schema, `${custom.kind} ${custom.version}`, faults);
      expect(faults).toEqual([]);
    }
    for (const [source, of] of counts) expect(sources.find((one) => one.name === source)?.groups[group]).toBe(of.size);
  });

  it('knows scope, versions and subresources', () => {
    const kinds = catalogued('cert-manager.io');
    expect(kinds.find(({ kind }) => kind === 'ClusterIssuer')).toMatchObject({
      namespaced: false,
      apiVersion: 'cert-manager.io/v1',
    });
    expect(kinds.find(({ kind }) => kind === 'Certificate')).toMatchObject({
      namespaced: true,
      plural: 'certificates',
      subresources: ['status'],
    });
    expect(catalogued('argoproj.io').find(({ kind }) => kind === 'Rollout')?.scaleReplicasPath).toBe('.spec.replicas');
  });

  it('has the same object for the same part', () => {
    const [a, b] = ['Issuer', 'ClusterIssuer'].map((kind) => catalogued('cert-manager.io').find((one) => one.kind === kind)!);
    const specOf = (schema: unknown) => (schema as { properties: { spec: unknown } }).properties.spec;
    expect(specOf(a!.schema)).toBe(specOf(b!.schema));
  });

  it.each([
    'example.com',
    'io',
    '',
    '../custom-kinds/cert-manager.io',
    'cert-manager.io/../cert-manager.io',
    '__proto__',
    'a'.repeat(5000),
    'CERT-MANAGER.IO',
  ])('has nothing of the group %j', (group) => {
    expect(catalogued(group)).toEqual([]);
  });
});

const SCHEMA_KEYS = new Set(['description', 'title', 'externalDocs', 'example', '$ref']);

/** Every place where a schema may stand holds one, and no number is left. */
function walk(schema: unknown, where: string, faults: string[], seen = new Set<unknown>()): void {
  if (!isObject(schema)) {
    faults.push(`${where}: ${String(schema)}`);
    return;
  }
  if (seen.has(schema)) return;
  seen.add(schema);
  for (const key of Object.keys(schema)) if (SCHEMA_KEYS.has(key)) faults.push(`${where}: ${key}`);
  const { properties, items, additionalProperties, not } = schema;
  if (isObject(properties)) for (const name of Object.keys(properties)) walk(properties[name], `${where}.${name}`, faults, seen);
  if (items !== undefined) walk(items, `${where}[]`, faults, seen);
  if (additionalProperties !== undefined && typeof additionalProperties !== 'boolean')
    walk(additionalProperties, `${where}.*`, faults, seen);
  if (not !== undefined) walk(not, `${where} not`, faults, seen);
  for (const key of ['allOf', 'anyOf', 'oneOf']) {
    const parts = schema[key];
    if (Array.isArray(parts)) for (const part of parts) walk(part, `${where} ${key}`, faults, seen);
  }
}
