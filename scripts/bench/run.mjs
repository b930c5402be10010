// One command, measured.
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const TIMED = `TIMEFORMAT='%R %U %S'; time { "$@" >/dev/null 2>/dev/null; code=$?; }; exit $code`;
const hasBash = spawnSync('bash', ['-c', 'exit 0']).status === 0;

/** Seconds of wall time, seconds of user and system time of it and its children (as bash's `time` tells them; NaN without bash), and the exit code. */
export function timed(command) {
  if (!hasBash) {
    const begun = performance.now();
    const { status } = spawnSync(command[0], command.slice(1), { stdio: 'ignore' });
    return { wall: (performance.now() - begun) / 1000, cpu: Number.NaN, code: status };
  }
  const done = spawnSync('bash', ['-c', TIMED, 'bash', ...command], { encoding: 'utf8' });
  const [wall, user, system] = done.stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return { wall, cpu: user + system, code: done.status };
}

/**
 * Most memory of a process of the command, in MB (VmHWM, asked again and again); NaN elsewhere than on Linux. A run of its own, since asking
 * takes time from the command.
 */
export async function peakMemory(command) {
  if (process.platform !== 'linux') return Number.NaN;
  const child = spawn(command[0], command.slice(1), { stdio: 'ignore' });
  let ended = false;
  const end = new Promise((resolve) => {
    for (const event of ['exit', 'error'])
      child.on(event, () => {
        ended = true;
        resolve();
      });
  });
  let most = Number.NaN;
  while (!ended) {
    for (const pid of treeOf(child.pid)) most = Math.max(highWater(pid), Number.isNaN(most) ? 0 : most);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await end;
  return most;
}

function treeOf(pid) {
  const tree = [pid];
  for (const of of tree) {
    try {
      for (const task of readdirSync(`/proc/${of}/task`))
        for (const child of readFileSync(`/proc/${of}/task/${task}/children`, 'utf8').split(' '))
          if (child !== '') tree.push(child);
    } catch {
      // It has ended.
    }
  }
  return tree;
}

function highWater(pid) {
  try {
    return (Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024) / 1e6;
  } catch {
    return 0;
  }
}

/** Whether there is a program of that name. */
export function onPath(name) {
  return spawnSync(process.platform === 'win32' ? 'where' : 'which', [name], { stdio: 'ignore' }).status === 0;
}

/** How many documents podlint finds in a folder. */
export function documentsIn(cli, folder) {
  const { stdout, stderr } = spawnSync(process.execPath, [cli, '--format', 'json', folder], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout).summary.documents;
}
