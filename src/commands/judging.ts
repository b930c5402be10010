import type { Plan } from '../config/plan.ts';
import { rules } from '../lint/registry.ts';
import { loadForecast, loadFormat } from '../report/index.ts';
import type { Report } from '../report/types.ts';
import { type Outcome, type RunOptions, run } from '../run.ts';
import type { Inputs } from '../source/inputs.ts';
import type { Told } from './kept.ts';
import type { Terminal } from './main.ts';
import type { Arguments } from './options.ts';
import { formatOptions, type ReportOutput, tell } from './telling.ts';
import { VERSION } from './version.ts';

/** What a run is asked to do. */
export interface Task {
  readonly plan: Plan;
  readonly outputs: readonly ReportOutput[];
  readonly args: Arguments;
  readonly terminal: Terminal;
  /** Where they have been looked for already. */
  readonly inputs?: Inputs;
  readonly facts?: Inputs;
  readonly definitions?: Inputs;
  /** How others are found to judge with. */
  readonly enlist?: RunOptions['enlist'];
  /** Called with what was told, where the same run would tell it again. */
  readonly keep?: (told: Told) => void;
  /** When the run began, in milliseconds as `Date.now()` gives them. */
  readonly started: number;
}

/** Judges, writes all reports, and gives the exit code. All that a run which is the same again does without. */
export async function judgeAndTell({ plan, outputs, args, terminal, keep, started, ...given }: Task): Promise<number> {
  let shown = 0;
  const progress = (done: number, total: number) => {
    const now = Date.now();
    if (now - started < 1000 || now - shown < 100) return;
    shown = now;
    terminal.err(`\r${done} of ${total} files read\u001b[K`);
  };
  const options: RunOptions = {
    cwd: terminal.cwd,
    version: VERSION,
    rules,
    progress: terminal.errIsTerminal ? progress : undefined,
    onMuchInput: terminal.onMuchInput,
    onLetGo: terminal.onLetGo,
    inputs: given.inputs,
    facts: given.facts,
    definitions: given.definitions,
    enlist: given.enlist,
  };
  let outcome: Outcome;
  if (args.values['fix'] === true || args.values['unsafe-fixes'] === true || args.values['diff'] === true) {
    const { fixAll } = await import('../lint/fix.ts');
    const fixed = await fixAll(plan, options, {
      unsafe: args.values['unsafe-fixes'] === true,
      write: args.values['diff'] !== true,
    });
    if (args.values['diff'] === true) {
      await terminal.out(fixed.diff);
      terminal.err(
        `podlint: ${fixed.count === 0 ? 'nothing to fix' : `${fixed.count} ${fixed.count === 1 ? 'edit' : 'edits'} in ${fixed.files} ${fixed.files === 1 ? 'file' : 'files'}, not made`}\n`,
      );
      // Nothing was edited: the files are as they were.
      return exitCode(fixed.before, plan.failOn, plan.allowEmpty);
    }
    if (fixed.count > 0)
      terminal.err(
        `podlint: ${fixed.count} ${fixed.count === 1 ? 'edit' : 'edits'} made in ${fixed.files} ${fixed.files === 1 ? 'file' : 'files'}\n`,
      );
    outcome = fixed.outcome;
  } else outcome = await run(plan, options);
  if (shown > 0) terminal.err('\r\u001b[K');

  if (outputs.some(({ format }) => format === 'sarif' || format === 'rdjson')) {
    const { withEdits } = await import('../lint/fix.ts');
    outcome = { ...outcome, report: await withEdits(outcome) };
  }
  const baseline = args.values['baseline'] as string | undefined;
  let before = '';
  if (baseline !== undefined) {
    const known = await knownDebts(outcome.report, baseline, args, terminal);
    outcome = { ...outcome, report: known.report };
    before = known.told;
  }
  const { report } = outcome;
  const texts: string[] = [];
  for (const output of outputs) texts.push(await rendered(report, output, args, terminal));
  let after = outcome.crashes.map((crash) => `podlint: internal error in a rule, please report it: ${crash}\n`).join('');
  if (outcome.nothing !== undefined && !plan.allowEmpty) after += `podlint: ${outcome.nothing}\n`;
  if (args.values['stats'] === true) after += statsText(report, Date.now() - started, terminal);
  const told = { texts, before, after, code: exitCode(outcome, plan.failOn, plan.allowEmpty) };
  const code = await tell(told, outputs, terminal);
  if (outcome.crashes.length === 0) keep?.(told);
  return code;
}

/** `--baseline FILE`: what is known is not reported again; `--update-baseline` makes everything known. With what is to be told of it. */
async function knownDebts(
  report: Report,
  file: string,
  args: Arguments,
  { cwd }: Terminal,
): Promise<{ readonly report: Report; readonly told: string }> {
  const { readBaseline, withoutKnown, writeBaseline } = await import('../lint/baseline.ts');
  const updates = args.values['update-baseline'] === true;
  if (updates) writeBaseline(file, cwd, report.findings);
  const { report: rest, gone } = withoutKnown(report, readBaseline(file, cwd));
  const count = report.findings.length;
  if (updates) return { report: rest, told: `podlint: ${count} ${count === 1 ? 'finding' : 'findings'} written to ${file}\n` };
  if (gone === 0) return { report: rest, told: '' };
  const told = `podlint: ${gone} of the findings in ${file} ${gone === 1 ? 'is' : 'are'} mended: --update-baseline takes ${gone === 1 ? 'it' : 'them'} out\n`;
  return { report: rest, told };
}

/** 2 before 1 before 0: a bug or an input that could not be judged must not hide behind findings. */
export function exitCode(outcome: Outcome, failOn: string, allowEmpty: boolean): number {
  if (outcome.crashes.length > 0 || outcome.inputErrors > 0) return 2;
  if (outcome.nothing !== undefined && !allowEmpty) return 2;
  const { error, warning, note } = outcome.report.summary;
  const counted =
    failOn === 'error' ? error : failOn === 'warning' ? error + warning : failOn === 'note' ? error + warning + note : 0;
  return counted > 0 ? 1 : 0;
}

async function rendered(report: Report, output: ReportOutput, args: Arguments, terminal: Terminal): Promise<string> {
  const render = output.format === 'forecast' ? await loadForecast() : await loadFormat(output.format);
  return render(report, formatOptions(output, args, terminal));
}

function statsText(report: Report, milliseconds: number, terminal: Terminal): string {
  const { cpuMilliseconds, memoryBytes } = terminal.usage();
  const lines = Object.entries({
    ...report.stats,
    'wall ms': Math.round(milliseconds),
    'cpu ms': Math.round(cpuMilliseconds),
    'memory MB': Math.round(memoryBytes / 1e6),
  });
  return lines.map(([name, value]) => `podlint: ${name}: ${value}\n`).join('');
}
