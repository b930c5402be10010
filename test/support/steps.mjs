/**
 * How many steps work takes: V8's own counters of calls and of blocks, so loops count and the speed of the machine does not.
 * `node --no-opt --no-sparkplug steps.mjs BUNDLE SIZE` runs each of the bundle's `scenarios` (async functions of a size) at SIZE and at twice that, and
 * prints, by scenario, `{ "src/cluster/cluster.ts nearMiss": [steps, steps] }`. The bundle is esbuild's, whose comments say which file is which.
 */
import { readFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [bundle, size] = process.argv.slice(2);
const text = readFileSync(bundle, 'utf8');
const files = [...text.matchAll(/^ *\/\/ ((?:src|rules)\/\S+)$/gm)].map((match) => ({ at: match.index, file: match[1] }));

/** Before which comment a place stands. */
function fileAt(offset) {
  let low = 0;
  let high = files.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (files[middle].at <= offset) low = middle + 1;
    else high = middle;
  }
  return files[low - 1]?.file;
}

const session = new Session();
session.connect();
await session.post('Profiler.enable');
// Only what is compiled from now on is counted.
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
const { scenarios } = createRequire(import.meta.url)(bundle);

async function stepsOf(work) {
  await session.post('Profiler.takePreciseCoverage');
  await work();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  const steps = new Map();
  for (const { functionName, ranges } of result.find(({ url }) => url === pathToFileURL(bundle).href)?.functions ?? []) {
    const { startOffset } = ranges[0];
    const file = fileAt(startOffset);
    if (file === undefined) continue;
    const line = text.slice(0, startOffset).split('\n').length;
    const name = `${file} ${functionName === '' ? `(line ${line} of the bundle)` : functionName}`;
    steps.set(name, (steps.get(name) ?? 0) + ranges.reduce((sum, { count }) => sum + count, 0));
  }
  return steps;
}

const out = {};
for (const [name, run] of Object.entries(scenarios)) {
  await run(2);
  const small = await stepsOf(() => run(Number(size)));
  const large = await stepsOf(() => run(2 * Number(size)));
  out[name] = Object.fromEntries([...large].map(([of, steps]) => [of, [small.get(of) ?? 0, steps]]));
}
process.stdout.write(JSON.stringify(out));
