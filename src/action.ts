/** The GitHub Action: its inputs become the options of the command line, and its report goes where a pull request shows it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as core from '@actions/core';
import { exitCode } from './commands/judging.ts';
import { FORMATS } from './commands/main.ts';
import { type Arguments, parseArguments } from './commands/options.ts';
import { parseOutput } from './commands/output.ts';
import { VERSION } from './commands/version.ts';
import { UsageError } from './config/plan.ts';
import { resolvePlan } from './config/resolve.ts';
import { rules } from './lint/registry.ts';
import { ruleNames } from './lint/rule-names.ts';
import { FORMAT_NAMES, type FormatName, loadFormat } from './report/index.ts';
import type { FormatOptions, Report } from './report/types.ts';
import { count } from './report/words.ts';
import { run } from './run.ts';

/** An input that holds several words: separated by blanks or lines, quoted where one holds a blank. */
function words(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

function argv(): string[] {
  const out: string[] = [];
  const add = (option: string, input: string) => {
    const value = core.getInput(input);
    if (value !== '') out.push(`--${option}=${value}`);
  };
  add('config', 'config');
  add('namespace', 'namespace');
  add('fail-on', 'fail-on');
  add('since', 'since');
  for (const version of core.getInput('kubernetes-version').split(/[\s,]+/))
    if (version !== '') out.push(`--kube-version=${version}`);
  for (const file of words(core.getInput('cluster'))) out.push(`--cluster=${file}`);
  for (const path of words(core.getInput('crds'))) out.push(`--crds=${path}`);
  out.push(...words(core.getInput('args')), '--', ...words(core.getInput('paths')));
  return out;
}

async function main(): Promise<void> {
  const workspace = process.env['GITHUB_WORKSPACE'] ?? process.cwd();
  const cwd = path.resolve(workspace, core.getInput('working-directory') || '.');
  const args = parseArguments(argv(), FORMATS);
  const further = furtherOutputs(args);
  const plan = await resolvePlan({ ...args.values, paths: args.paths }, cwd, async () => ruleNames());
  const outcome = await run(plan, { cwd, version: VERSION, rules });
  const { report } = outcome;
  const inside = path.relative(workspace, cwd).split(path.sep).join('/');
  const options: FormatOptions = { prefix: inside === '' || inside.startsWith('..') ? '' : `${inside}/`, link: linkTo(inside) };

  core.info(await text('pretty', report, options));
  if (core.getBooleanInput('annotations')) core.info(await text('github', report, options));
  if (core.getBooleanInput('summary') && process.env['GITHUB_STEP_SUMMARY'])
    await core.summary.addRaw(await text('markdown', report, options)).write();
  for (const [input, output, format] of [
    ['sarif-file', 'sarif-file', 'sarif'],
    ['json-file', 'report-json', 'json'],
  ] as const) {
    const file = core.getInput(input);
    if (file === '') continue;
    const full = path.resolve(workspace, file);
    await writeReport(full, format, report, options);
    core.setOutput(output, path.relative(workspace, full).split(path.sep).join('/'));
  }
  for (const { format, file } of further) {
    if (file === undefined) core.info(await text(format, report, options));
    else await writeReport(path.resolve(cwd, file), format, report, options);
  }

  const code = exitCode(outcome, plan.failOn, plan.allowEmpty);
  core.setOutput('errors', report.summary.error);
  core.setOutput('warnings', report.summary.warning);
  core.setOutput('notes', report.summary.note);
  core.setOutput('exit-code', code);
  core.setOutput('conclusion', code === 0 ? 'success' : code === 1 ? 'findings' : 'failure');
  for (const crash of outcome.crashes) core.error(`internal error in a rule, please report it: ${crash}`);
  if (outcome.nothing !== undefined && !plan.allowEmpty) core.error(outcome.nothing);
  if (code !== 0)
    core.setFailed(
      code === 1
        ? `podlint: ${count(report.summary.error, 'error')}, ${count(report.summary.warning, 'warning')}`
        : 'podlint could not judge everything',
    );
}

async function text(format: FormatName, report: Report, options: FormatOptions): Promise<string> {
  const render = await loadFormat(format);
  return render(report, options).replace(/\n$/, '');
}

async function writeReport(full: string, format: FormatName, report: Report, options: FormatOptions): Promise<void> {
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, `${await text(format, report, options)}\n`);
}

/** What `args` asks for beside the inputs. What it asks for in vain is refused rather than passed over. */
function furtherOutputs({ values }: Arguments): { readonly format: FormatName; readonly file?: string }[] {
  for (const option of ['fix', 'unsafe-fixes', 'diff', 'print-config', 'quiet', 'help', 'version'])
    if (values[option] !== undefined) throw new UsageError(`args: --${option} has no meaning in the action`);
  return ((values['format'] as readonly string[] | undefined) ?? []).map((format) => parseOutput(format, FORMAT_NAMES));
}

/** The address of a line on the server that runs the workflow. */
function linkTo(folder: string): FormatOptions['link'] {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_SHA: sha } = process.env;
  if (!server || !repository || !sha) return undefined;
  const prefix = folder === '' ? '' : `${folder}/`;
  return (file, line) =>
    `${server}/${repository}/blob/${sha}/${path.posix
      .normalize(prefix + file)
      .split('/')
      .map(encodeURIComponent)
      .join('/')}#L${line}`;
}

main().catch((error: unknown) => {
  core.setOutput('exit-code', 2);
  core.setOutput('conclusion', 'failure');
  core.setFailed(
    error instanceof UsageError
      ? error.message
      : `internal error, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
});
