/** Whole runs of any size, for counting steps: every room, then every report. */
import { FORMAT_NAMES, loadFormat, podlint, type Report } from '../../src/index.ts';
import { manyFacts, manyShops } from './many.ts';

const runs: Readonly<Record<string, (size: number) => Promise<Report>>> = {
  'one namespace': (size) => podlint(manyShops(size, () => 'shop', false)),
  'a namespace each': (size) => podlint(manyShops(size, (i) => `shop-${i}`, true)),
  'with facts': (size) => podlint([...manyShops(size, () => 'shop', false)], { facts: manyFacts(size) }),
};

export const scenarios: Readonly<Record<string, (size: number) => Promise<void>>> = Object.fromEntries(
  Object.entries(runs).map(([name, run]) => [
    name,
    async (size: number) => {
      const report = await run(size);
      for (const format of FORMAT_NAMES) (await loadFormat(format))(report, { width: 100 });
    },
  ]),
);
