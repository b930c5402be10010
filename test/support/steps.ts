/**
 * How many steps a piece of work takes, by function: V8's own counters of calls and of blocks, so loops count, and the speed of the machine
 * does not.
 */
import { Session } from 'node:inspector/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const root = pathToFileURL(path.resolve(import.meta.dirname, '../../')).href;

/** By `src/cluster/cluster.ts nearMiss`: how often the function was called, and each of its blocks run. */
export type Steps = ReadonlyMap<string, number>;

export async function stepsOf(work: () => unknown): Promise<Steps> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    await session.post('Profiler.takePreciseCoverage');
    await work();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    await session.post('Profiler.stopPreciseCoverage');
    const steps = new Map<string, number>();
    for (const { url, functions } of result) {
      const file = url.startsWith(`${root}/`) ? url.slice(root.length + 1).split('?', 1)[0]! : '';
      if (!/^(?:src|rules)\//.test(file)) continue;
      for (const { functionName, ranges } of functions) {
        const name = `${file} ${functionName || `(${ranges[0]?.startOffset})`}`;
        const count = ranges.reduce((sum, range) => sum + range.count, 0);
        if (count > 0) steps.set(name, (steps.get(name) ?? 0) + count);
      }
    }
    return steps;
  } finally {
    session.disconnect();
  }
}
