import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { familiesOf } from '../src/commands/families.ts';
import { rules } from '../src/lint/registry.ts';
import { runCommand } from './support/terminal.ts';

const root = path.resolve(fileURLToPath(import.meta.url), '../..');

interface Found {
  readonly ruleId: string;
  readonly level: string;
  readonly says?: string;
  readonly object?: { readonly kind: string; readonly namespace?: string; readonly name: string };
  readonly predicts?: { readonly status: string };
}
interface Row {
  readonly object: { readonly kind: string; readonly namespace: string; readonly name: string };
  readonly statuses: readonly { readonly status: string; readonly pods: number; readonly certain: boolean }[];
}
type Statuses = Readonly<Record<string, number | true>>;
interface Recorded {
  readonly refused: readonly { readonly object: string; readonly says: string }[];
  readonly workloads: Readonly<Record<string, Statuses>>;
}

// What the real components made of both shops: test/oracle/shop.mjs.
const recorded = JSON.parse(readFileSync(path.join(root, 'test/recorded/shop.json'), 'utf8')) as Record<string, Recorded>;

async function judged(...options: string[]) {
  const { code, out } = await runCommand(['--format', 'json', ...options], root);
  return { code, ...(JSON.parse(out) as { findings: Found[]; forecast: Row[]; notJudged: unknown[] }) };
}

const nameOf = (object: Found['object']) => `${object?.namespace ?? ''} ${object?.kind}/${object?.name}`;
const forecastOf = (rows: readonly Row[]): Record<string, Record<string, number>> =>
  Object.fromEntries(
    rows.map(({ object, statuses }) => [nameOf(object), Object.fromEntries(statuses.map((s) => [s.status, s.pods]))]),
  );

describe('examples/shop', () => {
  it('has every kind of mistake in it, and at least two of each', async () => {
    const { code, findings, notJudged } = await judged('examples/shop');
    expect(code).toBe(1);
    expect(notJudged).toEqual([]);
    const found = new Set(findings.map((finding) => finding.ruleId));
    for (const { name, rules: own } of familiesOf(rules)) {
      if (name === 'podlint') continue;
      const here = own.filter((rule) => found.has(rule.id));
      expect(here.length, `${name}: ${here.map((rule) => rule.id).join(', ')}`).toBeGreaterThanOrEqual(Math.min(2, own.length));
    }
  });

  it('is refused where the real API server refuses it, in its words', async () => {
    const { findings } = await judged('examples/shop');
    const rejected = findings.filter((f) => f.level === 'error' && f.predicts?.status === 'Rejected');
    // The program that recorded it makes the namespaces that objects name.
    const objects = new Set(rejected.filter((f) => f.ruleId !== 'rejected/missing-namespace').map((f) => nameOf(f.object)));
    expect([...objects].sort()).toEqual(recorded['shop']!.refused.map(({ object }) => object).sort());
    for (const { object, says } of recorded['shop']!.refused)
      for (const f of rejected.filter((one) => nameOf(one.object) === object))
        expect(says, f.ruleId).toContain(f.says!.replace(/^.*?: (?=strict decoding error|json: )/, ''));
  });

  it('has the forecast that the real components made true', async () => {
    const { forecast } = await judged('examples/shop');
    const predicted = forecastOf(forecast);
    for (const [workload, statuses] of Object.entries(recorded['shop']!.workloads)) {
      // Pretended containers run for ever, whatever their command: crashes are not seen there.
      if (Object.keys(predicted[workload] ?? {}).includes('CrashLoopBackOff')) continue;
      if (statuses['FailedCreate']) expect(Object.keys(predicted[workload]!), workload).toEqual(['FailedCreate']);
      else expect(predicted[workload], workload).toEqual(statuses);
    }
    const refused = recorded['shop']!.refused.map(({ object }) => object).filter((object) => object in predicted);
    for (const workload of refused) expect(Object.keys(predicted[workload]!), workload).toEqual(['Rejected']);
    expect(refused.length + Object.keys(recorded['shop']!.workloads).length).toBe(forecast.length);
  });
});

describe('examples/shop-repaired', () => {
  it.each(['predict', 'recommended', 'hardened', 'all'])('is silent with --profile %s', async (profile) => {
    const { code, findings, notJudged } = await judged('--profile', profile, '--fail-on', 'note', 'examples/shop-repaired');
    expect(findings).toEqual([]);
    expect(notJudged).toEqual([]);
    expect(code).toBe(0);
  });

  it('is silent without facts too, but for what only the cluster has', async () => {
    const { findings } = await judged('--no-config', 'examples/shop-repaired');
    expect(findings.filter((finding) => finding.level === 'error')).toEqual([]);
  });

  it('runs, as it did with the real components', async () => {
    const { forecast } = await judged('examples/shop-repaired');
    expect(recorded['shop-repaired']!.refused).toEqual([]);
    expect(forecastOf(forecast)).toEqual(recorded['shop-repaired']!.workloads);
  });
});
