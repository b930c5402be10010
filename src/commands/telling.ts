import path from 'node:path';
import { wantsColor } from '../report/color.ts';
import type { FormatName } from '../report/index.ts';
import type { FormatOptions } from '../report/types.ts';
import type { Told } from './kept.ts';
import type { Terminal } from './main.ts';
import type { Arguments } from './options.ts';
import { type Output, writeOutput } from './output.ts';

export type ReportOutput = Output<FormatName | 'forecast'>;

/** Says what a run has to say. A file that cannot be written must not keep the other reports from being. */
export async function tell(told: Told, outputs: readonly ReportOutput[], terminal: Terminal): Promise<number> {
  if (told.before !== '') terminal.err(told.before);
  let unwritten: unknown;
  for (const [i, output] of outputs.entries()) {
    try {
      await writeOutput(output, told.texts[i]!, terminal);
    } catch (error) {
      unwritten ??= error;
    }
  }
  if (told.after !== '') terminal.err(told.after);
  if (unwritten !== undefined) throw unwritten;
  return told.code;
}

/** From the root of the repository, as the host that runs the job has checked it out, to the working directory. */
export function prefixOf({ env, cwd }: Pick<Terminal, 'env' | 'cwd'>): string {
  const root =
    env['GITHUB_ACTIONS'] === 'true' ? env['GITHUB_WORKSPACE'] : env['GITLAB_CI'] === 'true' ? env['CI_PROJECT_DIR'] : undefined;
  if (!root) return '';
  const inside = path.relative(root, cwd).split(path.sep).join('/');
  return inside === '' || inside.startsWith('..') || path.isAbsolute(inside) ? '' : `${inside}/`;
}

export function formatOptions({ file }: ReportOutput, { values }: Arguments, terminal: Terminal): FormatOptions {
  const flag = values['color'] === true ? true : values['no-color'] === true ? false : undefined;
  return {
    color: file === undefined && wantsColor({ env: terminal.env, flag, isTTY: terminal.outIsTerminal }),
    width: file === undefined && terminal.outIsTerminal ? terminal.columns : undefined,
    quiet: values['quiet'] === true,
    prefix: prefixOf(terminal),
    troubledOnly: values['quiet'] === true,
  };
}
