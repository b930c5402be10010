/** Cost grows linearly: twice the input takes at most about twice the steps, in every room and in every report. */
import path from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROOT, runNode, temporary } from './support/built.ts';

/** Shops of the smaller run. */
const SIZE = 24;

describe('twice the input', () => {
  let counted: Record<string, Record<string, [number, number]>>;

  beforeAll(async () => {
    const { folder, remove } = temporary();
    const outfile = path.join(folder, 'scenarios.cjs');
    await build({
      entryPoints: [path.join(ROOT, 'test/support/scenarios.ts')],
      absWorkingDir: ROOT,
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      logLevel: 'error',
      define: { 'import.meta.dirname': JSON.stringify(path.join(ROOT, 'src/api')) },
    });
    const { out, err } = runNode([
      '--no-opt',
      '--no-sparkplug',
      path.join(ROOT, 'test/support/steps.mjs'),
      outfile,
      String(SIZE),
    ]);
    expect(err).toBe('');
    counted = JSON.parse(out);
    remove();
  }, 420_000);

  it.each(['one namespace', 'a namespace each', 'with facts'])('%s', (scenario) => {
    const functions = Object.entries(counted[scenario]!);
    const sum = (index: 0 | 1) => functions.reduce((total, [, steps]) => total + steps[index], 0);
    expect(sum(0)).toBeGreaterThan(100_000);
    expect(sum(1) / sum(0)).toBeLessThan(2.1);
    // And no function that matters grows faster, though it may still hide among the others.
    const steep = functions.filter(([, [small, large]]) => large > sum(1) / 100 && large > 2.4 * small);
    expect(steep).toEqual([]);
  });
});
