import { statSync } from 'node:fs';
import path from 'node:path';
import { A_FILE, inputsOf, MUCH } from '../config/inputs.ts';
import { type Plan, UsageError } from '../config/plan.ts';
import { resolvePlan } from '../config/resolve.ts';
import { FORMAT_NAMES } from '../report/index.ts';
import type { RunOptions } from '../run.ts';
import type { Inputs } from '../source/inputs.ts';
import type { Task } from './judging.ts';
import type { Terminal } from './main.ts';
import type { Memory, Question } from './memory.ts';
import type { Arguments } from './options.ts';
import { parseOutput } from './output.ts';
import { Seen } from './seen.ts';
import { formatOptions, type ReportOutput, tell } from './telling.ts';
import { BUILD } from './version.ts';

/**
 * `podlint [lint] PATH…` and `podlint forecast PATH…`.
 * @param watching is told all that the run depends on, and will depend on when it has ended
 */
export async function lintCommand(args: Arguments, terminal: Terminal, watching?: (memory: Memory) => void): Promise<number> {
  checkFixing(args);
  const plan = await planOf(args, terminal);
  const outputs = outputsOf(args, terminal);
  if (args.values['print-config'] === true) {
    const { exclude: _, onlyIfJudged: __, config: ___, configSource: ____, settings, ignores, ...rest } = plan;
    const rulesInForce = settings.map(({ pattern, setting, patterns }) => ({ [pattern]: { ...setting, paths: patterns } }));
    await terminal.out(`${JSON.stringify({ ...rest, rules: rulesInForce, ignores }, undefined, 2)}\n`);
    return 0;
  }
  const enlist = enlisting(args, terminal);
  const started = Date.now();
  const { memory, inputs, keep } = await remembered(plan, outputs, args, terminal, watching !== undefined);
  if (memory !== undefined) watching?.(memory);
  if (memory?.told !== undefined) return await tell(memory.told, outputs, terminal);
  const { facts, definitions } = memory ?? {};
  const { judgeAndTell } = await import('./judging.ts');
  return await judgeAndTell({ plan, outputs, args, terminal, inputs, facts, definitions, keep, enlist, started });
}

/** How others are found to judge with. */
function enlisting({ values }: Arguments, { threads, env }: Terminal): RunOptions['enlist'] {
  const jobs = values['jobs'] as string | undefined;
  if (jobs !== undefined && !/^[1-9]\d?$/.test(jobs)) throw new UsageError(`--jobs ${jobs}: how many threads, from 1 to 99`);
  if (threads === undefined || jobs === '1') return undefined;
  return async (work) => {
    const from = env['PODLINT_THREADS_FROM'];
    if (from === undefined && !isMuch(work.inputs)) return undefined;
    const { enlist } = await import('../parallel/enlist.ts');
    return enlist(work, {
      ...threads(),
      ...(jobs === undefined ? {} : { wish: Number(jobs) }),
      ...(from === undefined ? {} : { from: Number(from) }),
    });
  };
}

/** Configuration and options, put together. */
async function planOf(args: Arguments, terminal: Terminal): Promise<Plan> {
  const values = args.values as Record<string, string & readonly string[] & boolean>;
  return resolvePlan({ ...values, paths: args.paths }, terminal.cwd, async () =>
    (await import('../lint/rule-names.ts')).ruleNames(),
  );
}

/** With these options alone the same texts give the same report: others edit, or ask for more than the texts. */
const SAME_AGAIN: ReadonlySet<string> = new Set([
  ...['namespace', 'cluster', 'crds', 'each', 'only', 'hook', 'no-ignore', 'allow-empty', 'filename', 'recursive'],
  ...['kube-version', 'profile', 'rule', 'fail-on', 'baseline', 'config', 'no-config', 'format', 'quiet', 'color', 'no-color'],
  'jobs',
]);

interface Remembered extends Pick<Task, 'inputs' | 'keep'> {
  readonly memory?: Memory;
}

/** What is kept of such a run before; the inputs, where they have been looked for already; and what keeps this one. */
async function remembered(
  plan: Plan,
  outputs: readonly ReportOutput[],
  args: Arguments,
  terminal: Terminal,
  watched: boolean,
): Promise<Remembered> {
  const folder = isSameAgain(plan, args) ? terminal.cacheFolder?.() : undefined;
  if (folder === undefined && !watched) return {};
  let inputs = await inputsOf(plan, terminal.cwd);
  if (folder !== undefined && !watched && !isMuch(inputs)) {
    const rest = `${BUILD} ${terminal.cwd} ${JSON.stringify(args)}`;
    const seen = new Seen(folder, inputs, rest, (entry) => !plan.exclude(entry.path));
    if (!seen.before) return { inputs: seen.inputs, keep: () => seen.keep() };
    inputs = seen.inputs;
  }
  const { Memory } = await import('./memory.ts');
  const memory = await Memory.of(watched ? undefined : folder, question(plan, inputs, outputs, args, terminal));
  return { memory, inputs: memory?.inputs ?? inputs, keep: (told) => memory?.keep(told) };
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

/** `--fix -` would have nowhere to write. */
function checkFixing({ values, paths }: Arguments): void {
  if (values['update-baseline'] === true && values['baseline'] === undefined)
    throw new UsageError('--update-baseline: --baseline FILE must say which file');
  const writes = (values['fix'] === true || values['unsafe-fixes'] === true) && values['diff'] !== true;
  if (writes && paths.includes('-')) throw new UsageError('--fix: standard input cannot be edited; --diff prints the edits');
}

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
