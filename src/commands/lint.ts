import path from 'node:path';
import { UsageError } from '../config/plan.ts';
import { resolvePlan } from '../config/resolve.ts';
import { wantsColor } from '../report/color.ts';
import { FORMAT_NAMES, type FormatName, loadForecast, loadFormat } from '../report/index.ts';
import type { Report } from '../report/types.ts';
import { type Outcome, run } from '../run.ts';
import type { Terminal } from './main.ts';
import type { Arguments } from './options.ts';
import { type Output, parseOutput, writeOutput } from './output.ts';
import { VERSION } from './version.ts';

/** `podlint [lint] PATH…` and `podlint forecast PATH…`. */
export async function lintCommand(args: Arguments, terminal: Terminal): Promise<number> {
  const [{ rules }, { ruleNames }] = await Promise.all([import('../lint/registry.ts'), import('../lint/rule-names.ts')]);
  checkFixing(args);
  const values = args.values as Record<string, string & readonly string[] & boolean>;
  const plan = await resolvePlan({ ...values, paths: args.paths }, terminal.cwd, async () => ruleNames());
  const outputs = outputsOf(args, terminal);
  if (args.values['print-config'] === true) {
    const { exclude: _, onlyIfJudged: __, settings, ignores, ...rest } = plan;
    const rulesInForce = settings.map(({ pattern, setting, patterns }) => ({ [pattern]: { ...setting, paths: patterns } }));
    await terminal.out(`${JSON.stringify({ ...rest, rules: rulesInForce, ignores }, undefined, 2)}\n`);
    return 0;
  }
  const started = Date.now();
  let shown = 0;
  const progress = (done: number, total: number) => {
    const now = Date.now();
    if (now - started < 1000 || now - shown < 100) return;
    shown = now;
    terminal.err(`\r${done} of ${total} files read\u001b[K`);
  };
  const options = {
    cwd: terminal.cwd,
    version: VERSION,
    rules,
    progress: terminal.errIsTerminal ? progress : undefined,
    onMuchInput: terminal.onMuchInput,
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
  if (baseline !== undefined) outcome = { ...outcome, report: await knownDebts(outcome.report, baseline, args, terminal) };
  const { report } = outcome;
  // A file that cannot be written must not keep the other reports from being.
  let unwritten: unknown;
  for (const output of outputs) {
    try {
      await write(report, output, args, terminal);
    } catch (error) {
      unwritten ??= error;
    }
  }
  for (const crash of outcome.crashes) terminal.err(`podlint: internal error in a rule, please report it: ${crash}\n`);
  if (outcome.nothing !== undefined && !plan.allowEmpty) terminal.err(`podlint: ${outcome.nothing}\n`);
  if (args.values['stats'] === true) terminal.err(statsText(report, Date.now() - started, terminal));
  if (unwritten !== undefined) throw unwritten;
  return exitCode(outcome, plan.failOn, plan.allowEmpty);
}

/** `--baseline FILE`: what is known is not reported again; `--update-baseline` makes everything known. */
async function knownDebts(report: Report, file: string, args: Arguments, terminal: Terminal): Promise<Report> {
  const { readBaseline, withoutKnown, writeBaseline } = await import('../lint/baseline.ts');
  const updates = args.values['update-baseline'] === true;
  if (updates) writeBaseline(file, terminal.cwd, report.findings);
  const { report: rest, gone } = withoutKnown(report, readBaseline(file, terminal.cwd));
  const count = report.findings.length;
  if (updates) terminal.err(`podlint: ${count} ${count === 1 ? 'finding' : 'findings'} written to ${file}\n`);
  else if (gone > 0)
    terminal.err(
      `podlint: ${gone} of the findings in ${file} ${gone === 1 ? 'is' : 'are'} mended: --update-baseline takes ${gone === 1 ? 'it' : 'them'} out\n`,
    );
  return rest;
}

/** `--fix -` would have nowhere to write. */
function checkFixing({ values, paths }: Arguments): void {
  if (values['update-baseline'] === true && values['baseline'] === undefined)
    throw new UsageError('--update-baseline: --baseline FILE must say which file');
  const writes = (values['fix'] === true || values['unsafe-fixes'] === true) && values['diff'] !== true;
  if (writes && paths.includes('-')) throw new UsageError('--fix: standard input cannot be edited; --diff prints the edits');
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

type ReportOutput = Output<FormatName | 'forecast'>;

function outputsOf(args: Arguments, terminal: Terminal): ReportOutput[] {
  const formats = (args.values['format'] as readonly string[] | undefined) ?? [];
  const outputs: ReportOutput[] = formats.map((text) => parseOutput(text, FORMAT_NAMES));
  if (args.command === 'forecast') {
    if (!outputs.some((o) => o.file === undefined)) outputs.push({ format: 'forecast' });
  } else if (outputs.length === 0) {
    outputs.push({ format: 'pretty' });
    // On a runner the log is for people and the commands are for the pull request: both.
    if (terminal.env['GITHUB_ACTIONS'] === 'true') outputs.push({ format: 'github' });
  } else if (outputs.every((o) => o.file !== undefined)) {
    // Everything goes to files: the terminal still says what was found.
    outputs.push({ format: 'pretty' });
  }
  const files = outputs.flatMap((o) => (o.file === undefined ? [] : [path.resolve(terminal.cwd, o.file)]));
  for (const [i, file] of files.entries())
    if (files.indexOf(file) !== i) throw new UsageError(`--format: two formats are to be written to ${file}`);
  return outputs;
}

/** From the root of the repository, as the host that runs the job has checked it out, to the working directory. */
export function prefixOf({ env, cwd }: Pick<Terminal, 'env' | 'cwd'>): string {
  const root =
    env['GITHUB_ACTIONS'] === 'true' ? env['GITHUB_WORKSPACE'] : env['GITLAB_CI'] === 'true' ? env['CI_PROJECT_DIR'] : undefined;
  if (!root) return '';
  const inside = path.relative(root, cwd).split(path.sep).join('/');
  return inside === '' || inside.startsWith('..') || path.isAbsolute(inside) ? '' : `${inside}/`;
}

async function write(report: Report, output: ReportOutput, args: Arguments, terminal: Terminal): Promise<void> {
  const { format, file } = output;
  const flag = args.values['color'] === true ? true : args.values['no-color'] === true ? false : undefined;
  const render = format === 'forecast' ? await loadForecast() : await loadFormat(format);
  const text = render(report, {
    color: file === undefined && wantsColor({ env: terminal.env, flag, isTTY: terminal.outIsTerminal }),
    width: file === undefined && terminal.outIsTerminal ? terminal.columns : undefined,
    quiet: args.values['quiet'] === true,
    prefix: prefixOf(terminal),
    troubledOnly: args.values['quiet'] === true,
  });
  await writeOutput(output, text, terminal);
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
