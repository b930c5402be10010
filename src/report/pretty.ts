/** For a person at a terminal: each finding with the lines it is about, then what was judged, and what to do next. */
import pc from 'picocolors';
import { visible, withoutCommands } from './escape.ts';
import { forecastTable } from './forecast.ts';
import { codeFrame } from './frame.ts';
import { type FileLines, lineReader } from './lines.ts';
import type { Finding, FormatOptions, Level, Report } from './types.ts';
import { unixLine, unixNotJudged } from './unix.ts';
import { displayWidth, pad } from './width.ts';
import { clip, comparison, count, countLevels, isWell, judged, listed, objectName, saying, statusOf, wrap } from './words.ts';

type Colors = ReturnType<typeof pc.createColors>;

interface Context {
  readonly report: Report;
  readonly colors: Colors;
  readonly width: number;
  readonly read: (file: string) => FileLines | undefined;
}

/** Columns to write in when nobody says how many there are; more than this is hard to read, less is no use. */
const USUAL_WIDTH = 100;
const NARROWEST = 40;
const WIDEST = 140;
const INDENT = '  ';
const FORECAST_ROWS = 20;
const NOT_JUDGED_ROWS = 20;
const RELATED_ROWS = 8;
/** A value in a message may be a whole file. */
const LONGEST_TEXT = 2000;

export function pretty(report: Report, options: FormatOptions): string {
  const context: Context = {
    report,
    colors: pc.createColors(options.color ?? false),
    width: Math.min(WIDEST, Math.max(NARROWEST, options.width ?? USUAL_WIDTH)),
    read: lineReader(report.sources),
  };
  const out: string[] = [];
  if (options.quiet === true) return withoutCommands(quietText(report));
  let previous: Finding | undefined;
  for (const finding of report.findings) {
    // One flat text for each finding keeps a report of a hundred thousand of them small.
    const lines: string[] = [];
    pushFinding(lines, finding, context, previous);
    out.push(lines.join('\n'));
    previous = finding;
  }
  pushForecast(out, context, options.width);
  pushNotJudged(out, context);
  pushSummary(out, context);
  return withoutCommands(`${out.join('\n')}\n`);
}

/** Errors and what was not judged, a line each; nothing where there are none. */
function quietText(report: Report): string {
  const errors = report.findings.filter((finding) => finding.level === 'error').map(unixLine);
  const lines = [...errors, ...report.notJudged.map(unixNotJudged)];
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function paintLevel(level: Level, colors: Colors): string {
  if (level === 'error') return colors.bold(colors.red('error'));
  return level === 'warning' ? colors.bold(colors.yellow('warning')) : colors.bold(colors.blue('note'));
}

function pushFinding(out: string[], finding: Finding, context: Context, previous: Finding | undefined): void {
  const { colors, width } = context;
  const { place, level } = finding;
  const message = wrap(visible(clip(finding.message, LONGEST_TEXT)), width - level.length - 2);
  const hanging = ' '.repeat(level.length + 2);
  for (const [i, line] of message.entries()) {
    out.push(i === 0 ? `${paintLevel(level, colors)}  ${colors.bold(line)}` : hanging + colors.bold(line));
  }
  const at = `${visible(place.file)}:${place.line}:${place.column}`;
  const about = finding.object === undefined ? '' : visible(objectName(finding.object));
  const ruleId = visible(finding.ruleId);
  const rest = `${about === '' ? '' : `${about}${colors.dim(' · ')}`}${colors.dim(ruleId)}`;
  const wide = displayWidth(`${INDENT}${at} · ${about} · ${ruleId}`) > width;
  if (wide) out.push(`${INDENT}${colors.cyan(at)}`, INDENT + rest);
  else out.push(`${INDENT}${colors.cyan(at)}${colors.dim(' · ')}${rest}`);

  if (previous === undefined || !samePlace(previous, finding)) pushFrame(out, finding, context);
  for (const [name, text] of facts(finding)) {
    const lines = wrap(visible(text), width - INDENT.length - name.length - 1);
    for (const [i, line] of lines.entries()) {
      out.push(i === 0 ? `${INDENT}${colors.dim(name)} ${line}` : ' '.repeat(INDENT.length + name.length + 1) + line);
    }
  }
  if (out.at(-1) !== '') out.push('');
}

function samePlace(a: Finding, b: Finding): boolean {
  return a.place.file === b.place.file && a.place.offset === b.place.offset && a.place.endOffset === b.place.endOffset;
}

function pushFrame(out: string[], finding: Finding, context: Context): void {
  const { colors, width, report } = context;
  const lines = context.read(finding.place.file);
  if (lines === undefined) {
    if (finding.path !== undefined) out.push(`${INDENT}${colors.dim('field:')} ${visible(finding.path)}`);
    return;
  }
  const digits = String(finding.place.line + 1).length;
  const gutter = INDENT.length + 2 + digits + 3;
  const frame = codeFrame(lines, finding.place, {
    width: Math.max(20, width - gutter),
    sensitive: (line) => report.sensitive?.(finding.place.file, line) === true,
    secretAt: (line, text) => report.secretAt?.(finding.place.file, line, text),
  });
  out.push('');
  for (const { number, text, kind } of frame) {
    const label = colors.dim(`${INDENT}${INDENT}${(number === undefined ? '' : String(number)).padStart(digits)} │`);
    const shown = kind === 'line' ? text : kind === 'carets' ? paintCarets(text, finding.level, colors) : colors.dim(text);
    out.push(shown === '' ? label : `${label} ${shown}`);
  }
  out.push('');
}

function paintCarets(text: string, level: Level, colors: Colors): string {
  if (level === 'error') return colors.red(text);
  return level === 'warning' ? colors.yellow(text) : colors.blue(text);
}

/** What follows the frame, as name and text. */
function facts(finding: Finding): [name: string, text: string][] {
  const out: [string, string][] = [];
  const { related, fix, folded = 0, releases } = finding;
  const said = saying(finding);
  if (said !== undefined) out.push([`${said.who}:`, clip(said.words, LONGEST_TEXT)]);
  const status = statusOf(finding);
  if (status !== undefined) out.push(['kubectl shows:', status]);
  for (const { place, message } of related.slice(0, RELATED_ROWS))
    out.push(['see:', `${place.file}:${place.line}:${place.column}  ${message}`]);
  if (related.length > RELATED_ROWS) out.push(['see:', count(related.length - RELATED_ROWS, 'more place')]);
  if (releases !== undefined && releases.length > 0) out.push(['only for:', `Kubernetes ${listed(releases)}`]);
  if (folded > 0)
    out.push(['not shown:', `${count(folded, 'finding')} that ${folded === 1 ? 'follows' : 'follow'} from this one`]);
  if (fix !== undefined) out.push(['fix:', `${fix.title} (${fix.safe ? '--fix' : '--unsafe-fixes'})`]);
  return out;
}

function pushForecast(out: string[], { report, colors }: Context, width: number | undefined): void {
  const table = forecastTable(report.forecast, {
    indent: INDENT,
    troubledOnly: true,
    maxRows: FORECAST_ROWS,
    width,
    color: colors.isColorSupported,
  });
  if (table.length === 0) return;
  const unsure = report.forecast.some(({ statuses }) => statuses.some((status) => !status.certain && !isWell(status)));
  out.push(colors.bold(unsure ? 'Pods that will not run, or may not (?)' : 'Pods that will not run'), ...table, '');
}

function pushNotJudged(out: string[], { report, colors, width }: Context): void {
  if (report.notJudged.length === 0) return;
  out.push(colors.bold(colors.yellow('Not judged')));
  const shown = report.notJudged.slice(0, NOT_JUDGED_ROWS).map(({ file, line, why }) => ({
    at: visible(line === undefined ? file : `${file}:${line}`),
    why: visible(why),
  }));
  const column = Math.min(48, Math.max(...shown.map(({ at }) => at.length)));
  const hanging = ' '.repeat(INDENT.length + column + 2);
  for (const { at, why } of shown) {
    const lines = wrap(why, Math.max(20, width - hanging.length));
    for (const [i, line] of lines.entries()) out.push(i === 0 ? `${INDENT}${pad(at, column)}  ${line}` : hanging + line);
  }
  const more = report.notJudged.length - shown.length;
  if (more > 0) out.push(`${INDENT}and ${more} more`);
  out.push('');
}

function pushSummary(out: string[], { report, colors, width }: Context): void {
  const { summary, findings, notJudged } = report;
  const left = notJudged.length === 0 ? '' : `; ${count(notJudged.length, 'input')} not judged`;
  const scope = `${judged(summary, report.kubeVersions)}${left}`;
  if (findings.length === 0) {
    if (summary.objects === 0) out.push(`${colors.yellow('Nothing was judged')}: ${scope}.`);
    else out.push(`${colors.green(report.since === undefined ? 'Nothing found' : 'Nothing new')}: judged ${scope}.`);
  } else {
    const worst: Level = summary.error > 0 ? 'error' : summary.warning > 0 ? 'warning' : 'note';
    const found = countLevels(summary);
    const painted = worst === 'error' ? colors.red(found) : worst === 'warning' ? colors.yellow(found) : colors.blue(found);
    const judgement = `Judged ${scope}.`;
    if (found.length + judgement.length + 2 <= width) out.push(`${colors.bold(painted)}. ${judgement}`);
    else out.push(`${colors.bold(painted)}.`, ...wrap(judgement, width));
    pushNext(out, findings, colors);
  }
  const compared = comparison(report);
  if (compared !== undefined) out.push(...wrap(compared, width));
  if (report.stats !== undefined) {
    out.push('', colors.bold('Statistics'));
    for (const [name, value] of Object.entries(report.stats)) out.push(`${INDENT}${visible(name)}: ${visible(String(value))}`);
  }
}

function pushNext(out: string[], findings: readonly Finding[], colors: Colors): void {
  const first = findings.find((finding) => finding.level === 'error') ?? findings[0];
  const safe = findings.filter((finding) => finding.fix?.safe === true).length;
  const unsafe = findings.filter((finding) => finding.fix?.safe === false).length;
  const next: [command: string, what: string][] = [];
  if (first !== undefined) next.push([`podlint explain ${visible(first.ruleId)}`, 'why, and the way out']);
  if (safe > 0) next.push(['podlint --fix', `repairs ${count(safe, 'finding')}`]);
  if (unsafe > 0)
    next.push([
      'podlint --fix --unsafe-fixes',
      `repairs ${count(unsafe, safe > 0 ? 'more finding' : 'finding')}, to be reviewed`,
    ]);
  const column = Math.max(...next.map(([command]) => command.length));
  for (const [command, what] of next) out.push(`${INDENT}${colors.cyan(command.padEnd(column))}  ${colors.dim(what)}`);
}
