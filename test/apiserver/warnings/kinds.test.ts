import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RELEASES, type Release } from '../../../src/api/kinds.ts';
import { resourceOf, resourcesOf } from '../../../src/api/table.ts';
import { warnings } from '../../../src/apiserver/warnings/index.ts';

/** The Warning headers that the API server of a release gave with the creation of an object. */
interface Recorded {
  readonly minor: number;
  readonly object: Record<string, unknown>;
  readonly warnings: readonly string[];
}

const recorded = readFileSync(new URL('../../recorded/warnings-kinds.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded);

function said(object: Record<string, unknown>, minor: number): string[] {
  const resource = resourceOf(String(object['apiVersion']), String(object['kind']), `1.${minor}` as Release);
  if (resource === undefined) throw new Error(`no ${String(object['kind'])} in 1.${minor}`);
  return warnings(object, resource, minor).map(({ message }) => message);
}

for (const minor of [30, 33, 36, 37]) {
  test(`what the server of 1.${minor} said`, () => {
    const cases = recorded.filter((one) => one.minor === minor);
    expect(cases.length).toBeGreaterThan(40);
    for (const { object, warnings: expected } of cases)
      expect({ object, says: said(object, minor) }).toEqual({ object, says: expected });
  });
}

test('nothing is said of placeholders', () => {
  const metadata = { name: '${NAME}' };
  const spec = {
    type: '${T}',
    externalIPs: ['${IP}'],
    loadBalancerIP: '${IP}',
    externalName: '${N}',
    trafficDistribution: '${D}',
  };
  expect(said({ apiVersion: 'v1', kind: 'Service', metadata, spec }, 33)).toEqual([]);
  const stringData = { 'tls.crt': '${CRT}', 'tls.key': '${KEY}' };
  expect(said({ apiVersion: 'v1', kind: 'Secret', metadata, type: 'kubernetes.io/tls', stringData }, 37)).toEqual([]);
  expect(
    said({ apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard: { cpu: '${C}', 'limits.cpu': '1' } } }, 37),
  ).toEqual([]);
});

test('no warning of a Secret tells what is in it', () => {
  const stringData = { 'tls.crt': 'SECRET', 'tls.key': 'SECRET' };
  const [warning] = said(
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, type: 'kubernetes.io/tls', stringData },
    37,
  );
  expect(warning).toBe('tls: failed to find any PEM data in certificate input');
});

test('every kind of every release takes an empty object', () => {
  for (const release of RELEASES) {
    for (const resource of resourcesOf(release)) {
      for (const object of [{}, null, [], 'x', { metadata: null, spec: null }, { metadata: [], spec: { ports: 1, rules: {} } }]) {
        expect(() => warnings(object, resource, Number(release.slice(2)))).not.toThrow();
      }
    }
  }
});
