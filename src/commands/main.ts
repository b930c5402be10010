import { existsSync } from 'node:fs';
import path from 'node:path';
import { closest } from '../api/closest.ts';
import { UsageError } from '../config/plan.ts';
import type { Threads } from '../parallel/enlist.ts';
import { COMMANDS, helpText, parseArguments } from './options.ts';

/** What a command may touch of the process. */
export interface Terminal {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => Promise<void>;
  readonly err: (text: string) => void;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  readonly columns: number | undefined;
  /** Version of Node, without `v`. */
  readonly node: string;
  /** Told once, where there turns out to be much to read. */
  readonly onMuchInput?: () => void;
  /** Called where there turns out to be so much that it is let go and read again: memory is worth more than time from then on. */
  readonly onLetGo?: () => void;
  /** Folder that may hold what is kept between runs; it need not be there. Undefined where nothing shall be kept. */
  readonly cacheFolder?: () => string | undefined;
  /** What there is to judge with. Undefined where one thread is all. */
  readonly threads?: () => Threads;
  /** Calls back when the user wants it to end (Ctrl-C), once. */
  readonly onInterrupt?: (then: () => void) => void;
  /** What the process has used so far, for `--stats`. */
  readonly usage: () => { readonly cpuMilliseconds: number; readonly memoryBytes: number };
}

export const FORMATS = ['pretty', 'unix', 'json', 'sarif', 'github', 'gitlab', 'junit', 'rdjson', 'markdown'] as const;
export type FormatName = (typeof FORMATS)[number];

/** Runs one command line and returns the exit code: 0 nothing to tell, 1 findings, 2 usage, configuration, nothing to judge, or a bug of podlint. */
export async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const args = parseArguments(argv, FORMATS);
    if (args.values['help'] === true || args.command === 'help') {
      await terminal.out(helpText(FORMATS));
      return 0;
    }
    if (args.values['version'] === true) {
      const { versionText } = await import('./version.ts');
      await terminal.out(versionText(terminal.node));
      return 0;
    }
    switch (args.command) {
      case 'explain':
        return await (await import('./explain.ts')).explain(args, terminal);
      case 'rules':
        return await (await import('./rules.ts')).listRules(args, terminal);
      case 'init':
        return await (await import('./init.ts')).init(args, terminal);
      default: {
        if (args.paths.length === 0 && args.values['print-config'] !== true) {
          const usage = helpText(FORMATS).split('\n\n').slice(1, 3).join('\n\n');
          terminal.err(`podlint: no path was given; say what to judge, for example: podlint ./k8s\n\n${usage}\n`);
          return 2;
        }
        refuseMisspeltCommand(args.paths[0], terminal.cwd);
        if (args.values['watch'] === true) return await (await import('./watch.ts')).watchCommand(args, terminal, failed);
        const { lintCommand } = await import('./lint.ts');
        return await lintCommand(args, terminal);
      }
    }
  } catch (error) {
    return failed(error, terminal);
  }
}

/** Tells why there is no report, and gives the exit code. */
function failed(error: unknown, terminal: Terminal): number {
  const text =
    error instanceof UsageError
      ? error.message
          .split('\n')
          .map((line) => `podlint: ${line}\n`)
          .join('')
      : `podlint: internal error, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;
  terminal.err(text);
  return 2;
}

/** `podlint expalin X` names no files: a first word that nearly is a command, and no file, is one. */
function refuseMisspeltCommand(first: string | undefined, cwd: string): void {
  if (first === undefined || !/^[a-z]+$/.test(first)) return;
  const command = closest(first, COMMANDS);
  if (command === undefined || existsSync(path.resolve(cwd, first))) return;
  throw new UsageError(`${first}: neither a command nor a file; did you mean podlint ${command}?`);
}

export { COMMANDS };
