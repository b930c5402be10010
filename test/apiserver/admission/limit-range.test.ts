import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { at } from '../../../src/api/manifest.ts';
import { qosClassOf, type ResourceList } from '../../../src/api/pod-resources.ts';
import { formatQuantity } from '../../../src/api/quantity.ts';
import {
  applyDefaults,
  claimLimitFaults,
  limitFaults,
  limitMessage,
  limitRangesOf,
} from '../../../src/apiserver/admission/limit-range.ts';

interface Resources {
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
}
/** What an API server with this LimitRange said of a Pod or claim, and what it stored. */
interface Line {
  readonly limitRange: unknown;
  readonly kind: string;
  readonly spec: unknown;
  readonly says: string;
  readonly stored?: { readonly containers: readonly Resources[]; readonly pod: Resources | null; readonly qosClass: string };
}

const lines = readFileSync(new URL('../../recorded/limit-range.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((text) => text !== '')
  .map((text) => JSON.parse(text) as Line);

function limitRange(limits: unknown): unknown {
  return { kind: 'LimitRange', metadata: { name: 'limits' }, spec: { limits } };
}

function printed(list: ResourceList | undefined): Record<string, string> {
  return Object.fromEntries([...(list ?? [])].map(([name, { quantity }]) => [name, formatQuantity(quantity)]));
}

describe('LimitRanger', () => {
  it('refuses what the server refused, in its words', () => {
    for (const line of lines) {
      const limitRanges = limitRangesOf([{ kind: 'LimitRange', metadata: { name: 'limits' }, spec: line.limitRange }]);
      const faults =
        line.kind === 'Pod'
          ? limitFaults(limitRanges, applyDefaults(limitRanges, line.spec))
          : claimLimitFaults(limitRanges, line.spec);
      const says = faults.length === 0 ? '' : limitMessage(faults);
      // The server goes through resources in the random order of Go's maps.
      expect(says.length, `${says}\n${line.says}`).toBe(line.says.length);
      for (const { message } of faults) expect(line.says).toContain(message);
    }
    expect(lines.filter(({ says }) => says !== '').length).toBeGreaterThan(40);
  });

  it('gives the defaults that the server stored, and the QoS class', () => {
    let stored = 0;
    for (const line of lines) {
      if (line.stored === undefined) continue;
      stored++;
      const resources = applyDefaults(limitRangesOf([{ kind: 'LimitRange', spec: line.limitRange }]), line.spec);
      const containers = resources.containers.map(({ requests, limits }) => ({
        requests: printed(requests),
        limits: printed(limits),
      }));
      expect(containers).toEqual(line.stored.containers.map(({ requests = {}, limits = {} }) => ({ requests, limits })));
      expect(printed(resources.pod?.requests)).toEqual(line.stored.pod?.requests ?? {});
      expect(printed(resources.pod?.limits)).toEqual(line.stored.pod?.limits ?? {});
      expect(qosClassOf(resources)).toBe(line.stored.qosClass);
    }
    expect(stored).toBeGreaterThan(40);
  });

  it('points at the offending field', () => {
    const limitRanges = limitRangesOf([
      limitRange([
        { type: 'Container', max: { cpu: '500m', memory: '1Gi' } },
        { type: 'Pod', max: { cpu: '1' } },
      ]),
    ]);
    const spec = {
      initContainers: [{ name: 'i', resources: { limits: { cpu: '100m', memory: '2Gi' } } }],
      containers: [
        { name: 'a', resources: { limits: { cpu: '1' } } },
        { name: 'b', resources: { limits: { cpu: '300m' } } },
      ],
    };
    const faults = limitFaults(limitRanges, applyDefaults(limitRanges, spec));
    expect(faults.map(({ item, resource, path }) => [item, resource, path.join('.')])).toEqual([
      [0, 'cpu', 'spec.containers.0.resources.limits.cpu'],
      [0, 'memory', 'spec.initContainers.0.resources.limits.memory'],
      [1, 'cpu', 'spec.containers.0.resources.limits.cpu'],
    ]);
    expect(at({ spec }, faults[1]!.path)).toBe('2Gi');
    expect(limitMessage(faults.slice(0, 1))).toBe('maximum cpu usage per Container is 500m, but limit is 1');
  });

  it('is silent about placeholders', () => {
    const limitRanges = limitRangesOf([
      limitRange([
        { type: 'Container', min: { cpu: '100m' }, max: { memory: '1Gi' }, maxLimitRequestRatio: { cpu: '2' } },
        { type: 'Pod', min: { cpu: '1' } },
      ]),
    ]);
    const spec = {
      containers: [
        { name: 'a', resources: { requests: { cpu: '${CPU}' }, limits: { cpu: '1', memory: '{{ .memory }}' } } },
        { name: 'b', resources: '${RESOURCES}' },
      ],
    };
    expect(limitFaults(limitRanges, applyDefaults(limitRanges, spec))).toEqual([]);
  });

  it('takes anything', () => {
    const hostile = JSON.parse(
      '{"kind":"LimitRange","spec":{"limits":[{"type":"Container","max":{"__proto__":"1"}},null,{"type":3}]}}',
    );
    const limitRanges = limitRangesOf([null, 'x', { kind: 'LimitRange' }, hostile]);
    for (const spec of [
      undefined,
      null,
      [],
      { containers: {} },
      { containers: [null, { resources: { limits: ['x'], requests: { cpu: {} } } }], resources: 1 },
    ]) {
      expect(() => limitFaults(limitRanges, applyDefaults(limitRanges, spec))).not.toThrow();
      expect(() => claimLimitFaults(limitRanges, spec)).not.toThrow();
    }
  });

  it('leaves the spec alone', () => {
    const spec = { containers: [{ name: 'a', resources: { limits: { cpu: '1' } } }] };
    const before = JSON.stringify(spec);
    applyDefaults(limitRangesOf([limitRange([{ type: 'Container', default: { memory: '1Gi' } }])]), spec);
    expect(JSON.stringify(spec)).toBe(before);
  });

  it('knows Pod-level resources from 1.34 on', () => {
    const spec = { resources: { limits: { cpu: '2' } }, containers: [{ name: 'a' }] };
    expect(applyDefaults([], spec, { release: '1.33' }).pod).toBeUndefined();
    expect(printed(applyDefaults([], spec, { release: '1.34' }).pod?.requests)).toEqual({ cpu: '2' });
  });
});
