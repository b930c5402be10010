import { statSync } from 'node:fs';
import path from 'node:path';
import { type Plan, UsageError } from '../config/plan.ts';
import { resolvePlan } from '../config/resolve.ts';
import { wantsColor } from '../report/color.ts';
import { FORMAT_NAMES, type FormatName, loadForecast, loadFormat } from '../report/index.ts';
import type { FormatOptions, Report } from '../report/types.ts';
import { A_FILE, inputsOf, MUCH, type Outcome, type RunOptions, run } from '../run.ts';
import type { Inputs } from '../source/inputs.ts';
import type { Told } from './kept.ts';
import type { Terminal } from './main.ts';
import type { Memory, Question } from './memory.ts';
import type { Arguments } from './options.ts';
import { type Output, parseOutput, writeOutput } from './output.ts';
import { BUILD, VERSION } from './version.ts';

/**
 * `podlint [lint] PATH…` and `podlint forecast PATH…`.
 * @param watching is told all that the run depends on, and will depend on when it has ended
 */
export async function lintCommand(args: Arguments, terminal: Terminal, watching?: (memory: Memory) => void): Promise<number> {
  const { rules } = await import('../lint/registry.ts');
  checkFixing(args);
  const plan = await planOf(args, terminal);
  const outputs = outputsOf(args, terminal);
  if (args.values['print-config'] === true) {
    const { exclude: _, onlyIfJudged: __, config: ___, configSource: ____, settings, ignores, ...rest } = plan;
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
  const { memory, inputs } = await remembered(plan, outputs, args, terminal, watching !== undefined);
  if (memory !== undefined) watching?.(memory);
  if (memory?.told !== undefined) {
    terminal.onRecall?.();
    return await tell(memory.told, outputs, terminal);
  }
  const options: RunOptions = {
    cwd: terminal.cwd,
    version: VERSION,
    rules,
    progress: terminal.errIsTerminal ? progress : undefined,
    onMuchInput: terminal.onMuchInput,
    onLetGo: terminal.onLetGo,
    inputs: memory?.inputs ?? inputs,
    facts: memory?.facts,
    definitions: memory?.definitions,
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
  } else outcome = await run(plan, { ...options, raws: outputs.some(needsEdits) });
  if (shown > 0) terminal.err('\r\u001b[K');

  if (outputs.some(needsEdits)) {
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
  if (outcome.crashes.length === 0) memory?.keep(told);
  return code;
}

/** Configuration and options, put together. */
async function planOf(args: Arguments, terminal: Terminal): Promise<Plan> {
  const { ruleNames } = await import('../lint/rule-names.ts');
  const values = args.values as Record<string, string & readonly string[] & boolean>;
  return resolvePlan({ ...values, paths: args.paths }, terminal.cwd, async () => ruleNames());
}

/** Says what a run has to say. A file that cannot be written must not keep the other reports from being. */
async function tell(told: Told, outputs: readonly ReportOutput[], terminal: Terminal): Promise<number> {
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

/** With these options alone the same texts give the same report: others edit, or ask for more than the texts. */
const SAME_AGAIN: ReadonlySet<string> = new Set([
  ...['namespace', 'cluster', 'crds', 'each', 'only', 'hook', 'no-ignore', 'allow-empty', 'filename', 'recursive'],
  ...['kube-version', 'profile', 'rule', 'fail-on', 'baseline', 'config', 'no-config', 'format', 'quiet', 'color', 'no-color'],
]);

/** What is kept of such a run before; and the inputs, where they have been looked for already. Of little input nothing is kept: to judge it takes no time. */
async function remembered(
  plan: Plan,
  outputs: readonly ReportOutput[],
  args: Arguments,
  terminal: Terminal,
  watched: boolean,
): Promise<{ readonly memory?: Memory; readonly inputs?: Inputs }> {
  const folder = isSameAgain(plan, args) ? terminal.cacheFolder?.() : undefined;
  if (folder === undefined && !watched) return {};
  const inputs = await inputsOf(plan, terminal.cwd);
  if (!watched && !isMuch(inputs)) return { inputs };
  const { Memory } = await import('./memory.ts');
  return { memory: await Memory.of(watched ? undefined : folder, question(plan, inputs, outputs, args, terminal)), inputs };
}

function isSameAgain({ paths, cluster, crds, config = {} }: Plan, { values }: Arguments): boolean {
  return (
    BUILD !== undefined &&
    !paths.includes('-') &&
    !cluster.includes('-') &&
    !crds.includes('-') &&
    Object.keys(values).every((name) => SAME_AGAIN.has(name)) &&
    Object.keys(config).every((name) => SETTINGS.has(name))
  );
}

/** What a run of these arguments would depend on now. */
export async function questionOf(args: Arguments, terminal: Terminal): Promise<Question> {
  const plan = await planOf(args, terminal);
  return question(plan, await inputsOf(plan, terminal.cwd), outputsOf(args, terminal), args, terminal);
}

function question(plan: Plan, inputs: Inputs, outputs: readonly ReportOutput[], args: Arguments, terminal: Terminal): Question {
  const rendering = outputs.map((output) => [output, formatOptions(output, args, terminal)]);
  return {
    plan,
    inputs,
    cwd: terminal.cwd,
    rest: [BUILD, terminal.node, args, rendering],
    baseline: args.values['baseline'] as string | undefined,
  };
}

/** Settings that name no file, or only such as are read to ask what is kept. */
const SETTINGS: ReadonlySet<string> = new Set([
  ...['$schema', 'profile', 'kubeVersion', 'namespace', 'cluster', 'crds', 'failOn', 'each', 'exclude', 'external', 'rules'],
  ...['overrides', 'ignore'],
]);

/** As `run` counts it, from the sizes on disk. */
function isMuch({ entries }: Inputs): boolean {
  let left = MUCH - A_FILE * entries.length;
  for (const { disk } of entries) {
    if (left <= 0) return true;
    left -= statSync(disk, { throwIfNoEntry: false })?.size ?? 0;
  }
  return left <= 0;
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

/** Formats that show what a fix would edit. */
function needsEdits({ format }: ReportOutput): boolean {
  return format === 'sarif' || format === 'rdjson';
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

async function rendered(report: Report, output: ReportOutput, args: Arguments, terminal: Terminal): Promise<string> {
  const render = output.format === 'forecast' ? await loadForecast() : await loadFormat(output.format);
  return render(report, formatOptions(output, args, terminal));
}

function formatOptions({ file }: ReportOutput, { values }: Arguments, terminal: Terminal): FormatOptions {
  const flag = values['color'] === true ? true : values['no-color'] === true ? false : undefined;
  return {
    color: file === undefined && wantsColor({ env: terminal.env, flag, isTTY: terminal.outIsTerminal }),
    width: file === undefined && terminal.outIsTerminal ? terminal.columns : undefined,
    quiet: values['quiet'] === true,
    prefix: prefixOf(terminal),
    troubledOnly: values['quiet'] === true,
  };
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
