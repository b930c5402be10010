import { existsSync } from 'node:fs';
import path from 'node:path';
import { CONFIG_NAMES } from '../config/find.ts';
import { UsageError } from '../config/plan.ts';
import { GLOB } from '../source/inputs.ts';
import { lintCommand, questionOf } from './lint.ts';
import type { Terminal } from './main.ts';
import { Memory } from './memory.ts';
import type { Arguments } from './options.ts';
import { Wakes, type Watched } from './wakes.ts';

/** What would edit what it watches, or ends by itself. */
const NOT_WITH = ['fix', 'unsafe-fixes', 'diff', 'update-baseline', 'print-config'];

/**
 * `podlint --watch`: judges, and judges again whenever something that the last run has read or looked for is another. Ends when the terminal is interrupted, with
 * the exit code of the last run.
 * @param failed tells why a run could not be made, and gives its exit code
 */
export async function watchCommand(
  args: Arguments,
  terminal: Terminal,
  failed: (error: unknown, terminal: Terminal) => number,
): Promise<number> {
  const other = NOT_WITH.find((name) => args.values[name] === true);
  if (other !== undefined) throw new UsageError(`--watch and --${other} do not go together`);
  if (args.paths.includes('-')) throw new UsageError('--watch: standard input cannot be watched; name files or folders');
  let ended = false;
  const end = new Promise<void>((resolve) => {
    terminal.onInterrupt?.(() => {
      ended = true;
      resolve();
    });
  });
  const wakes = new Wakes();
  try {
    for (;;) {
      if (terminal.outIsTerminal) await terminal.out(CLEAR);
      terminal.err(`podlint: ${new Date().toTimeString().slice(0, 8)}\n`);
      let last: Memory | undefined;
      let code: number;
      try {
        code = await lintCommand(args, terminal, (memory) => {
          last = memory;
        });
      } catch (error) {
        code = failed(error, terminal);
      }
      // The system tells of what happens from now on; what has happened meanwhile is to be found out.
      wakes.watch(watchedBy(last, args, terminal.cwd));
      let changed = last !== undefined && (await isAnother(last, args, terminal));
      while (!changed && !ended) {
        await wakes.next(end);
        changed = last === undefined || ended || (await isAnother(last, args, terminal));
        // There may be new folders.
        if (!changed) wakes.watch(watchedBy(last, args, terminal.cwd));
      }
      if (ended) return code;
    }
  } finally {
    wakes.close();
  }
}

const CLEAR = '\u001b[2J\u001b[3J\u001b[H';

/** Whether a run would be another than the last one. */
async function isAnother(last: Memory, args: Arguments, terminal: Terminal): Promise<boolean> {
  try {
    const now = await Memory.of(undefined, await questionOf(args, terminal));
    return now?.key !== last.key || !now.answers(last);
  } catch {
    // A configuration that is wrong, for example: the run says so.
    return true;
  }
}

/** Where that can be seen: the arguments with all that is in them, and each other file that was read or looked for. */
function watchedBy(last: Memory | undefined, args: Arguments, cwd: string): Watched {
  const watched = new Map<string, 'all' | Set<string>>();
  const all = (folder: string) => watched.set(folder, 'all');
  const file = (name: string) => {
    const folder = path.dirname(name);
    const names = watched.get(folder);
    if (names === undefined) watched.set(folder, new Set([path.basename(name)]));
    else if (names !== 'all') names.add(path.basename(name));
  };
  for (const inputs of last === undefined ? [] : [last.inputs, last.facts, last.definitions]) {
    const { roots = [], entries = [] } = inputs ?? {};
    for (const { kind, path: folder } of roots) if (kind === 'folder') all(path.resolve(cwd, folder));
    for (const { disk, real } of entries) {
      file(disk);
      file(real);
    }
  }
  for (const name of [...args.paths, args.values['config'], args.values['baseline']]) {
    if (typeof name !== 'string') continue;
    const pattern = name.search(GLOB);
    if (pattern < 0) file(path.resolve(cwd, name));
    else all(path.resolve(cwd, path.dirname(`${name.slice(0, pattern)}x`)));
  }
  for (const [, name] of last?.asked ?? []) file(path.resolve(cwd, name));
  // Configuration and ignore files are looked for from each folder upwards, to the root of the repository.
  for (const name of ['.', ...args.paths]) {
    for (let at = path.resolve(cwd, name); ; at = path.dirname(at)) {
      for (const config of [...CONFIG_NAMES, '.gitignore']) file(path.join(at, config));
      if (existsSync(path.join(at, '.git')) || path.dirname(at) === at) break;
    }
  }
  return watched;
}
