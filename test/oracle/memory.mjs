/**
 * Asks JVMs, Node.js and a Go program how they take memory settings:
 *
 *     node test/oracle/memory.mjs /path/to/java… > test/recorded/memory.jsonl
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const bare = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/JAVA|JDK|NODE|GOMEM/.test(name)));
function run(program, argv, env) {
  const { stdout, stderr, status } = spawnSync(program, argv, { encoding: 'utf8', env: { ...bare, ...env } });
  return { out: `${stdout}\n${stderr}`.split('\n').map((line) => line.trim()), status };
}
const tell = (line) => console.log(JSON.stringify(line));

for (const java of process.argv.slice(2)) {
  const version = /"([\d.]+)"/.exec(run(java, ['-version'], {}).out.join(' '))[1];
  for (const [argv, env] of [
    ...[
      '-Xmx2g',
      '-Xmx2G',
      '-Xmx2048m',
      '-Xmx1073741824',
      '-Xmx2Gi',
      '-Xmx2GB',
      '-Xmx=2g',
      '-Xmx512',
      '-Xmx1K',
      '-Xmx2.5g',
      '-Xmx',
      '-Xms1Gi',
      '-Xms64m -Xmx32m',
      '-Xms32m -Xmx64m',
      '-XX:MaxHeapSize=2g',
      '-XX:MaxHeapSize=2Gi',
      '-XX:InitialHeapSize=2Gi',
      '-XX:MaxRAMPercentage=75',
      '-XX:MaxRAMPercentage=75.0',
      '-XX:MaxRAMPercentage=100',
      '-XX:MaxRAMPercentage=150',
      '-XX:MaxRAMPercentage=75%',
      '-XX:MaxMetaspaceSize=1Gi',
      '-XX:MaxMetaspaceSize=256m',
      '-XX:MaxDirectMemorySize=1Gi',
      '-XX:MaxDirectMemorySize=1g',
      '-Xmx100m -Xmx200m',
      '-XX:MaxRAMPercentage=50 -Xmx200m',
    ].map((text) => [text.split(' '), {}]),
    [['-Xmx200m'], { JAVA_TOOL_OPTIONS: '-Xmx100m' }],
    [['-Xmx200m'], { JDK_JAVA_OPTIONS: '-Xmx100m' }],
    [['-Xmx200m'], { _JAVA_OPTIONS: '-Xmx300m' }],
    [[], { JAVA_TOOL_OPTIONS: '-Xmx100m', JDK_JAVA_OPTIONS: '-Xmx150m' }],
    [['-Xmx200m'], { JAVA_OPTS: '-Xmx100m' }],
    [[], { JAVA_TOOL_OPTIONS: '-Xmx2Gi' }],
  ]) {
    const { out, status } = run(java, [...argv, '-XX:+PrintFlagsFinal', '-version'], env);
    const heap = /= (\d+)/.exec(out.find((line) => / MaxHeapSize /.test(line)) ?? '')?.[1];
    const explicit = argv.some((word) => /^-Xmx|MaxHeapSize/.test(word)) || /Xmx/.test(JSON.stringify(env));
    const says = out.find(
      (line) => line !== '' && !/^(?:Picked up|NOTE:|Error|Improperly specified VM option 'MaxRAMPercentage=150')/.test(line),
    );
    tell({
      program: `java ${version}`,
      argv,
      env,
      ...(status === 0 ? { ok: true, heap: explicit ? Number(heap) : undefined } : { ok: false, says }),
    });
  }
}
for (const [argv, env] of [
  [['--max-old-space-size=100'], {}],
  [['--max_old_space_size=100'], {}],
  [['--max-old-space-size', '100'], {}],
  [['--max-old-space-size=1g'], {}],
  [[], { NODE_OPTIONS: '--max-old-space-size=100' }],
  [[], { NODE_OPTIONS: '--max-old-space-size 100' }],
]) {
  const { out, status } = run(process.execPath, [...argv, '-e', ''], env);
  tell({
    program: `node ${process.version}`,
    argv,
    env,
    ok: status === 0,
    says: status === 0 ? undefined : out.find((line) => line.startsWith('Error: '))?.slice(7),
  });
}
const folder = mkdtempSync(join(tmpdir(), 'memory-'));
try {
  writeFileSync(join(folder, 'main.go'), 'package main\nfunc main() {}\n');
  execFileSync('go', ['build', '-o', join(folder, 'main'), join(folder, 'main.go')]);
  for (const GOMEMLIMIT of [
    '1GiB',
    '750MiB',
    '1024',
    '1024B',
    '1KiB',
    '1TiB',
    'off',
    '0',
    '512Mi',
    '1G',
    '1GB',
    '1gib',
    '1.5GiB',
    '1 GiB',
    '-1',
    '50%',
  ]) {
    const { out, status } = run(join(folder, 'main'), [], { GOMEMLIMIT });
    tell({
      program: 'go',
      argv: [],
      env: { GOMEMLIMIT },
      ok: status === 0,
      says: status === 0 ? undefined : out.find((line) => line.startsWith('fatal error')),
    });
  }
} finally {
  rmSync(folder, { recursive: true });
}
