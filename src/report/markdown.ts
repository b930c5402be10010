/** For the summary of a CI job and for a comment on a pull request (GitHub's Markdown). */
import { visible, wellFormed } from './escape.ts';
import type { Finding, ForecastRow, ForecastStatus, FormatOptions, NotJudged, Report } from './types.ts';
import { clip, comparison, count, countLevels, isWell, judged, listed, objectName, saying, statusOf } from './words.ts';

/** GitHub drops the whole summary of a step above 1 MiB; other commands of the step may have written some of it. */
const MOST_BYTES = 1_000_000;
const MOST_ROWS = 200;
const LONGEST_TEXT = 1000;
/** By which a later run finds the comment it wrote. */
const MARKER = '<!-- podlint -->';

export function markdown(report: Report, options: FormatOptions): string {
  const head = [MARKER, `## ${md(options.title ?? 'podlint')}: ${countLevels(report.summary)}`, ''];
  const limit = options.limit ?? MOST_BYTES;
  const tail: string[] = [];
  pushForecast(tail, report.forecast, options, limit / 5);
  pushNotJudged(tail, report.notJudged, options, limit / 5);
  pushEnvironment(tail, report);
  const room = limit - bytes([...head, ...tail]) - 200;

  const body: string[] = [];
  if (report.findings.length === 0) body.push(`Nothing found: judged ${judged(report.summary, report.kubeVersions)}.`, '');
  else pushFindings(body, report.findings, options, room);
  const compared = comparison(report);
  if (compared !== undefined) body.push(md(compared), '');
  return `${[...head, ...body, ...tail].join('\n')}\n`;
}

function bytes(lines: readonly string[]): number {
  let sum = 0;
  for (const line of lines) sum += Buffer.byteLength(line) + 1;
  return sum;
}

const MARK: Readonly<Record<Finding['level'], string>> = { error: '🔴 error', warning: '🟠 warning', note: '🔵 note' };

/** A table for each file, in the report's order, as far as the room allows. */
function pushFindings(out: string[], findings: readonly Finding[], options: FormatOptions, room: number): void {
  let left = room;
  let file: string | undefined;
  let written = 0;
  for (const finding of findings) {
    const lines: string[] = [];
    if (finding.place.file !== file) {
      if (file !== undefined) lines.push('');
      lines.push(`### ${code(finding.place.file)}`, '', '| Line | | Finding | Rule |', '| --: | --- | --- | --- |');
    }
    lines.push(findingRow(finding, options));
    left -= bytes(lines);
    if (left < 0) break;
    out.push(...lines);
    file = finding.place.file;
    written++;
  }
  if (written < findings.length) {
    const more = findings.length - written;
    out.push(
      '',
      `**and ${count(more, written === 0 ? 'finding' : 'more finding')}: see the log of this step, or the SARIF file.**`,
    );
  }
  out.push('');
}

function findingRow(finding: Finding, options: FormatOptions): string {
  const { place, object, related, fix, releases } = finding;
  const parts = [md(finding.message)];
  if (object !== undefined) parts.push(code(objectName(object)));
  const said = saying(finding);
  if (said !== undefined) parts.push(`${md(said.who)}: ${code(said.words)}`);
  const status = statusOf(finding);
  if (status !== undefined) parts.push(`kubectl shows: ${code(status)}`);
  for (const { place: at, message } of related.slice(0, 5)) parts.push(`see ${link(at.file, at.line, options)} ${md(message)}`);
  if (releases !== undefined && releases.length > 0) parts.push(`only for Kubernetes ${md(listed(releases))}`);
  if (fix !== undefined) parts.push(`fix: ${md(fix.title)}`);
  const line = linkTo(String(place.line), place.file, place.line, options);
  return `| ${line} | ${MARK[finding.level]} | ${parts.join('<br>')} | ${code(finding.ruleId)} |`;
}

function pushForecast(out: string[], forecast: readonly ForecastRow[], options: FormatOptions, room: number): void {
  const rows: (() => string)[] = [];
  for (const workload of forecast) {
    for (const status of workload.statuses) if (!isWell(status)) rows.push(() => forecastRow(workload, status, options));
  }
  if (rows.length === 0) return;
  out.push(
    '### Pods that will not run',
    '',
    '| Namespace | Workload | Pods | Status | Cause |',
    '| --- | --- | --: | --- | --- |',
  );
  pushRows(out, rows, room);
}

function forecastRow({ object, pods, statuses }: ForecastRow, status: ForecastStatus, options: FormatOptions): string {
  const { file, line, message } = status;
  const cells = [
    md(object.namespace) || '-',
    code(`${object.kind}/${object.name}`),
    statuses.length > 1 ? `${status.pods}/${pods}` : String(status.pods),
    code(status.status) + (status.certain ? '' : ' (maybe)'),
    [file === undefined ? '' : link(file, line, options), message === undefined ? '' : md(message)].filter(Boolean).join('<br>'),
  ];
  return `| ${cells.join(' | ')} |`;
}

function pushNotJudged(out: string[], notJudged: readonly NotJudged[], options: FormatOptions, room: number): void {
  if (notJudged.length === 0) return;
  out.push('### Not judged', '', '| File | Why |', '| --- | --- |');
  const rows = notJudged.map(
    ({ file, line, why }) =>
      () =>
        `| ${link(file, line, options)} | ${md(why)} |`,
  );
  pushRows(out, rows, room);
}

/** As many rows of a table as are useful and there is room for, and how many more there are. */
function pushRows(out: string[], rows: readonly (() => string)[], room: number): void {
  let left = room;
  let written = 0;
  for (const row of rows.slice(0, MOST_ROWS)) {
    const text = row();
    left -= bytes([text]);
    if (left < 0) break;
    out.push(text);
    written++;
  }
  if (written < rows.length) out.push('', `and ${rows.length - written} more`);
  out.push('');
}

function pushEnvironment(out: string[], { podlint, kubeVersions, summary }: Report): void {
  out.push('<details><summary>What was judged</summary>', '', '| | |', '| --- | --- |');
  out.push(`| podlint | ${md(podlint)} |`, `| Kubernetes | ${md(kubeVersions.join(', '))} |`);
  out.push(
    `| Files | ${summary.files} |`,
    `| Documents | ${summary.documents} |`,
    `| Objects | ${summary.objects} |`,
    '',
    '</details>',
  );
}

function link(file: string, line: number | undefined, options: FormatOptions): string {
  return linkTo(line === undefined ? file : `${file}:${line}`, file, line ?? 1, options);
}

function linkTo(text: string, file: string, line: number, options: FormatOptions): string {
  const address = options.link?.(file, line);
  if (address === undefined || !/^https?:\/\//.test(address)) return code(text);
  return `[${code(text)}](${wellFormed(address).replace(/[\s()<>|\\"'`*_[\]]|\p{Cc}|\p{Cf}/gu, percent)})`;
}

function percent(char: string): string {
  return char.replace(/[\s\S]/gu, (one) => {
    const encoded = encodeURIComponent(one);
    return encoded === one ? `%${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}` : encoded;
  });
}

/**
 * Between the tags Markdown still reads, so the text is made inert like any other; mentions and issue numbers are not made
 * there.
 */
function code(text: string): string {
  return `<code>${inert(text, CODE)}</code>`;
}

/** A message: what stands between backticks is code, everything else is text. */
function md(text: string): string {
  const parts = clip(text, LONGEST_TEXT).split('`');
  if (parts.length % 2 === 0) return inert(text, TEXT);
  return parts.map((part, i) => (i % 2 === 0 ? inert(part, TEXT) : code(part))).join('');
}

/**
 * Text in which Markdown, HTML, tables and GitHub's own signs (`@name`, `#1`, `$math$`, addresses) mean nothing. An entity never
 * begins a structure; a dollar sign needs an element of its own, and a mention is broken by a space of no width.
 */
function inert(text: string, spelt: Readonly<Record<string, string>>): string {
  return visible(clip(text, LONGEST_TEXT))
    .replace(/[\\`*_[\]<>|~&$@#]|:(?=\/\/)/g, (char) => spelt[char] ?? char)
    .replace(/www\./gi, (start) => `${start.slice(0, 3)}&#46;`);
}

const CODE: Readonly<Record<string, string>> = {
  '\\': '&#92;',
  '`': '&#96;',
  '*': '&#42;',
  _: '&#95;',
  '[': '&#91;',
  ']': '&#93;',
  '<': '&lt;',
  '>': '&gt;',
  '|': '&#124;',
  '~': '&#126;',
  '&': '&amp;',
  $: '&#36;',
  ':': '&#58;',
};

const TEXT: Readonly<Record<string, string>> = { ...CODE, $: '<span>$</span>', '@': '@&#8203;', '#': '#&#8203;' };
