// npm run bench -- [FOLDER] [--runs N] [--scale 1,10,100] [--schemas LOCATION] [--schemas-version 1.37.0] [--rooms]
// podlint beside `node -e 0` and every peer on PATH, all in the same rounds, one after the other. Without a folder: the repaired shop, and the fixtures ten
// times over. --scale measures so many copies of the folder, each with names of its own; --schemas is kubeconform's -schema-location; --rooms tells
// what each room of podlint costs instead. Medians; ratios are taken round by round. Build first.
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { copies, fixtures, manifestsBelow } from './bench/folders.mjs';
import { documentsIn, onPath, peakMemory, timed } from './bench/run.mjs';

const root = path.resolve(fileURLToPath(import.meta.url), '../..');
const cli = path.join(root, 'dist/cli.js');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '7' },
    scale: { type: 'string', default: '1' },
    schemas: { type: 'string', default: 'default' },
    // The release that podlint judges for: without it kubeconform takes another, or passes over what it has no schema of.
    'schemas-version': { type: 'string', default: '1.37.0' },
    rooms: { type: 'boolean', default: false },
  },
});
const runs = Number(values.runs);
const scales = values.scale.split(',').map(Number);
if (![runs, ...scales].every((it) => Number.isInteger(it) && it > 0))
  throw new Error('--runs and --scale take numbers from 1 on');
if (!existsSync(cli)) throw new Error('dist/ is not there: run `npm run build` first');

/** By name: the command, as an argument vector. */
function commandsFor(folder) {
  const all = {
    'node -e 0': [process.execPath, '-e', '0'],
    podlint: [process.execPath, cli, '--no-cache', '--format', 'unix', folder],
    // Of little input nothing is kept, and this is the same again.
    'podlint, again': [process.execPath, cli, '--format', 'unix', folder],
    kubeconform: [
      ...['kubeconform', '-strict', '-ignore-missing-schemas', '-kubernetes-version', values['schemas-version']],
      ...['-schema-location', values.schemas, folder],
    ],
    'kube-linter': ['kube-linter', 'lint', folder],
    'kube-score': ['find', folder, '-name', '*.yaml', '-exec', 'kube-score', 'score', '-o', 'ci', '{}', '+'],
    polaris: ['polaris', 'audit', '--audit-path', folder, '--format', 'json'],
    'kubectl-validate': ['kubectl-validate', folder],
  };
  return Object.fromEntries(Object.entries(all).filter(([name], i) => i < 3 || onPath(name)));
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

const shown = (number, digits) => (Number.isFinite(number) ? number.toFixed(digits) : '-');

async function measure(folder, title) {
  const files = manifestsBelow(folder);
  const bytes = files.reduce((sum, file) => sum + statSync(path.join(folder, file)).size, 0);
  const documents = documentsIn(cli, folder);
  const commands = commandsFor(folder);
  const rounds = [];
  // The first round warms caches and does not count.
  for (let round = 0; round <= runs; round++) {
    const measured = {};
    for (const [name, command] of Object.entries(commands)) measured[name] = timed(command);
    if (round > 0) rounds.push(measured);
  }
  console.log(
    `\n${title}: ${files.length} files, ${documents} documents, ${(bytes / 1e6).toFixed(2)} MB; medians of ${runs} paired runs`,
  );
  const columns = [
    '',
    'wall s',
    'CPU s',
    'peak MB',
    'MB/s',
    'documents/s',
    'wall/node',
    'wall/kubeconform',
    'CPU/kubeconform',
    'exit',
  ];
  const rows = [columns];
  for (const [name, command] of Object.entries(commands)) {
    const of = (what) => median(rounds.map((round) => round[name][what]));
    const against = (what, other) =>
      other in commands ? median(rounds.map((round) => round[name][what] / round[other][what])) : Number.NaN;
    const reads = name !== 'node -e 0';
    rows.push([
      name,
      shown(of('wall'), 3),
      shown(of('cpu'), 3),
      shown(await peakMemory(command), 0),
      reads ? shown(bytes / 1e6 / of('wall'), 2) : '-',
      reads ? shown(documents / of('wall'), 0) : '-',
      shown(against('wall', 'node -e 0'), 2),
      shown(against('wall', 'kubeconform'), 2),
      shown(against('cpu', 'kubeconform'), 2),
      String(rounds[0][name].code),
    ]);
  }
  const used = columns.map((_, i) => i === 0 || rows.slice(1).some((row) => row[i] !== '-'));
  const width = columns.map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  for (const row of rows)
    console.log(
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(width[0]) : cell.padStart(width[i])))
        .filter((_, i) => used[i])
        .join('  '),
    );
}

const scratch = mkdtempSync(path.join(os.tmpdir(), 'podlint-bench-'));
process.on('SIGINT', () => process.exit(130));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const sources =
  positionals.length > 0
    ? positionals.map((folder) => ({ folder: path.resolve(folder), title: folder }))
    : [
        { folder: path.join(root, 'examples/shop-repaired'), title: 'examples/shop-repaired' },
        { folder: fixtures(root, path.join(scratch, 'fixtures'), 10), title: 'fixtures, 10 copies' },
      ];
console.log(
  `podlint with Node ${process.version} on ${os.cpus().length} × ${os.cpus()[0]?.model ?? 'unknown'}, load ${shown(os.loadavg()[0], 1)}`,
);
for (const { folder, title } of sources) {
  for (const scale of scales) {
    const target = scale === 1 ? folder : path.join(scratch, 'scaled');
    if (scale > 1) copies(folder, target, scale);
    const name = scale === 1 ? title : `${title}, ${scale} copies`;
    if (values.rooms) await (await import('./bench/rooms.mjs')).rooms(root, target, { title: name, runs, scratch });
    else await measure(target, name);
    if (scale > 1) rmSync(target, { recursive: true });
  }
}
