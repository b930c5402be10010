// npm run bench -- [FOLDER] [--runs N] [--schemas LOCATION]: podlint beside `node -e 0` and every peer on PATH, paired and alternating. Prints medians of
// wall time and of user+sys CPU time (as bash's `time` tells them; elsewhere than with bash only wall). LOCATION is kubeconform's -schema-location.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(fileURLToPath(import.meta.url), '../..');
const args = process.argv.slice(2);
const option = (name, otherwise) => (args.includes(name) ? args.splice(args.indexOf(name), 2)[1] : otherwise);
const runs = Number(option('--runs', '7'));
const schemas = option('--schemas', 'default');
const folder = path.resolve(args[0] ?? path.join(root, 'examples/shop-repaired'));
const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const onPath = (name) => spawnSync('bash', ['-c', `command -v ${name}`]).status === 0;
const commands = {
  'node -e 0': 'node -e 0',
  podlint: `node ${quote(path.join(root, 'dist/cli.js'))} --format unix ${quote(folder)}`,
  kubeconform: `kubeconform -strict -ignore-missing-schemas -schema-location ${quote(schemas)} ${quote(folder)}`,
  'kube-linter': `kube-linter lint ${quote(folder)}`,
  'kube-score': `find ${quote(folder)} -name '*.yaml' -exec kube-score score -o ci {} +`,
  polaris: `polaris audit --audit-path ${quote(folder)} --format json`,
  'kubectl-validate': `kubectl-validate ${quote(folder)}`,
};
const names = Object.keys(commands).filter((name, i) => i < 2 || onPath(name));
const times = Object.fromEntries(names.map((name) => [name, []]));
for (let round = 0; round <= runs; round++) {
  for (const name of names) {
    const done = spawnSync('bash', ['-c', `TIMEFORMAT='%R %U %S'; time { ${commands[name]} >/dev/null 2>/dev/null; }`], {
      encoding: 'utf8',
    });
    const [wall, user, system] = done.stderr.trim().split('\n').at(-1).split(' ').map(Number);
    // The first round warms caches and does not count.
    if (round > 0) times[name].push([wall, user + system]);
  }
}
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
console.log(`${folder}: medians of ${runs} paired runs`);
for (const name of names) {
  const wall = median(times[name].map((time) => time[0]));
  const cpu = median(times[name].map((time) => time[1]));
  const ratio = median(times[name].map((time, i) => time[0] / times['node -e 0'][i][0]));
  console.log(`${name.padEnd(18)} wall ${wall.toFixed(3)} s  cpu ${cpu.toFixed(3)} s  ${ratio.toFixed(2)} times node -e 0`);
}
