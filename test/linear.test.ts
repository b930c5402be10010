import { writeFileSync } from 'node:fs';
import { test } from 'vitest';
import { podlint } from '../src/index.ts';
import { manyFacts, manyShops } from './support/many.ts';
import { stepsOf } from './support/steps.ts';

const N = Number(process.env.N ?? 40);
test('probe', { timeout: 300000 }, async () => {
  for (const [name, run] of Object.entries({
    one: (n: number) => podlint(manyShops(n, () => 'shop')),
    each: (n: number) => podlint(manyShops(n, (i) => `shop-${i}`)),
    facts: (n: number) => podlint(manyShops(n, () => 'shop'), { facts: manyFacts(n) }),
  })) {
    await run(2);
    let report: any;
    const a = await stepsOf(async () => void (await run(N)));
    const b = await stepsOf(async () => void (report = await run(2 * N)));
    const by = new Map<string, number>(); for (const f of report.findings) by.set(f.ruleId, (by.get(f.ruleId) ?? 0) + 1);
    const rows = [...b].map(([k, v]) => [v / (a.get(k) ?? 1), v, k] as const).filter(([r, v]) => r > 2.1 && v > 200).sort((x, y) => y[1] - x[1]);
    const sum = (m: ReadonlyMap<string, number>) => [...m.values()].reduce((x, y) => x + y, 0);
    writeFileSync(`/tmp/w/perf/lin/${name}.txt`, `${sum(a)} ${sum(b)} ${sum(b) / sum(a)}\n${rows.map((r) => r.map((x) => (typeof x === 'number' ? x.toFixed(2) : x)).join('  ')).join('\n')}\n${[...by].map((x) => x.join(' ')).join('\n')}\n`);
  }
});
