import { fstatSync, statSync, writeSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { main } from './commands/main.ts';

/**
 * Whether a descriptor is a terminal. Only a character device other than /dev/null can be one, and only then is the stream worth its price: to make `process.stdout`
 * loads all of Node's streams, a tenth of a short run.
 */
function isTerminal(descriptor: 1 | 2): boolean {
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isCharacterDevice() || (process.platform !== 'win32' && stats.rdev === statSync('/dev/null').rdev)) return false;
  } catch {
    return false;
  }
  return (descriptor === 1 ? process.stdout : process.stderr).isTTY === true;
}

/** Writes all of a text. A reader that has seen enough (`podlint … | head`) is no error: the rest is not written, and the exit code stands. */
async function write(descriptor: 1 | 2, text: string): Promise<void> {
  const bytes = Buffer.from(text, 'utf8');
  for (let from = 0; from < bytes.length; ) {
    try {
      from += writeSync(descriptor, bytes, from);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') return;
      // A pipe that does not block is full: wait until somebody has read.
      if (code !== 'EAGAIN') throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

/** By V8's major version: the switch that makes it wait longer before it compiles a function for the second time. */
const LATER: Readonly<Record<string, string>> = {
  '11': '--interrupt-budget=600000',
  '12': '--invocation-count-for-turbofan=24000',
  '13': '--invocation-count-for-turbofan=24000',
};

let tuned = false;

/**
 * Of a run of seconds, V8 spends a quarter on compiling functions anew for a speed that the run never gets the good of (docs/performance.md).
 * Not for short runs, which compile nothing anew: there the module alone would cost more. Another V8 is left as it is.
 */
function compileLater(): void {
  const flag = LATER[process.versions.v8.split('.', 1)[0]!];
  if (tuned || flag === undefined) return;
  tuned = true;
  process.getBuiltinModule('node:v8').setFlagsFromString(flag);
}

/** By V8's major version: the switch that says how much its heap may grow, in percent of what is in use, before it looks for garbage. */
const GROWTH: Readonly<Record<string, string>> = {
  '11': '--heap-growing-percent=15',
};

/** V8 lets a heap grow to several times what is in use, where it finds that collecting takes its time. */
function growLess(): void {
  const flag = GROWTH[process.versions.v8.split('.', 1)[0]!];
  if (flag !== undefined) process.getBuiltinModule('node:v8').setFlagsFromString(flag);
}

/** Where scripts/loader.cjs keeps compiled code. */
function cacheFolder(): string | undefined {
  const { env, platform } = process;
  if (env['PODLINT_CACHE'] === 'off') return undefined;
  const home = env['HOME'] || process.getBuiltinModule('node:os').homedir();
  const caches = platform === 'win32' ? env['LOCALAPPDATA'] : env['XDG_CACHE_HOME'] || join(home, '.cache');
  return caches !== undefined && isAbsolute(caches) ? join(caches, 'podlint') : undefined;
}

/** A thread of a team (src/parallel). The module that can tell is not loaded for others. */
const isPeer = process.argv[2] === '--peer' && !process.getBuiltinModule('node:worker_threads').isMainThread;

const outIsTerminal = isTerminal(1);

/**
 * Settles when the command has ended, with whether the loader may keep the compiled code for the next run: V8 takes no code that was made
 * under other switches.
 */
export const done = isPeer
  ? import('./parallel/peer.ts').then(async ({ serve }) => {
      await serve();
      return false;
    })
  : main(process.argv.slice(2), {
      cwd: process.cwd(),
      env: process.env,
      out: (text) => write(1, text),
      err: (text) => void write(2, text).catch(() => undefined),
      outIsTerminal,
      errIsTerminal: isTerminal(2),
      onMuchInput: compileLater,
      onLetGo: growLess,
      cacheFolder,
      threads: () => ({
        file: join(import.meta.dirname, 'cli.js'),
        cores: process.getBuiltinModule('node:os').availableParallelism(),
        memory: process.availableMemory(),
      }),
      onInterrupt: (then) => {
        // Once: who asks again, while a run takes long, means it.
        process.once('SIGINT', then);
        process.once('SIGTERM', then);
      },
      columns: outIsTerminal ? process.stdout.columns : undefined,
      node: process.versions.node,
      usage: () => {
        const { user, system } = process.cpuUsage();
        return { cpuMilliseconds: (user + system) / 1000, memoryBytes: process.memoryUsage().rss };
      },
    }).then((code) => {
      process.exitCode = code;
      return !tuned;
    });
