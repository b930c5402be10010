// What each room of podlint costs: bundles rooms-inside.mjs with the sources (names kept) and runs it in a process of its own.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { build } from 'esbuild';

export async function rooms(root, folder, { title, runs, scratch }) {
  const outfile = path.join(scratch, 'rooms.cjs');
  await build({
    entryPoints: [path.join(root, 'scripts/bench/rooms-inside.mjs')],
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    outfile,
    logLevel: 'error',
    define: { 'import.meta.dirname': JSON.stringify(path.join(root, 'src/api')) },
  });
  // Each in a process of its own, so that what is cold is cold.
  const inside = (what) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [outfile, what, folder, String(runs)], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  };
  print(title, { ...inside('rates'), cost: inside('cost') });
}

function print(title, { files, documents, bytes, slow, rates, cost }) {
  console.log(
    `\n${title}: ${files} files, ${documents} documents, ${(bytes / 1e6).toFixed(2)} MB; ${((100 * slow) / bytes).toFixed(1)} % of it for the exact reader`,
  );
  console.log(
    '\nOne room at a time, per second of one core (cold: the first pass, before anything is compiled; warm: the best pass)',
  );
  const width = Math.max(...rates.map(({ name }) => name.length));
  for (const { name, unit, cold, warm } of rates) {
    const shown = (value) => (unit === 'MB' ? value.toFixed(1) : Math.round(value).toLocaleString('en')).padStart(11);
    console.log(`${name.padEnd(width)}  cold ${shown(cold)}  warm ${shown(warm)} ${unit}/s`);
  }
  console.log('\nWhole runs in one process: where a CPU profile finds the time, µs a document');
  console.log(`${''.padEnd(14)}${'first run'.padStart(12)}${'later runs'.padStart(12)}${'share'.padStart(8)}`);
  const sum = (index) => cost.reduce((total, row) => total + row[index], 0);
  for (const [name, cold, warm] of [...cost, ['sum', sum(1), sum(2)]])
    console.log(
      `${name.padEnd(14)}${cold.toFixed(1).padStart(12)}${warm.toFixed(1).padStart(12)}${`${((100 * warm) / sum(2)).toFixed(0)} %`.padStart(8)}`,
    );
}
