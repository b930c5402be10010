/** Annotations of GitHub Actions as workflow commands, which need no permission; and everything in a folded part of the log. */
import { visible, withoutCommands } from './escape.ts';
import { repositoryPath } from './location.ts';
import type { Finding, FormatOptions, Level, Report } from './types.ts';
import { unixLine, unixNotJudged } from './unix.ts';
import { clip, comparison, count, countLevels, judged, LEVELS, listed, objectName, saying } from './words.ts';

/** GitHub takes ten annotations of each level from a step, and drops the others without a word. */
const MOST = 10;
const LONGEST_TITLE = 250;
const LONGEST_MESSAGE = 4000;
const COMMAND: Readonly<Record<Level, string>> = { error: 'error', warning: 'warning', note: 'notice' };

interface Annotation {
  readonly level: Level;
  readonly properties: readonly (readonly [string, string | number])[];
  readonly text: string;
}

export function github(report: Report, options: FormatOptions): string {
  const { findings, notJudged, summary } = report;
  const scope = judged(summary, report.kubeVersions);
  const compared = comparison(report);
  const log = withoutCommands(
    [
      ...findings.map(unixLine),
      ...notJudged.map(unixNotJudged),
      `${countLevels(summary)}: judged ${scope}`,
      ...(compared === undefined ? [] : [compared]),
    ].join('\n'),
  );
  const token = stopToken(log);
  const lines = [
    `::group::podlint: ${escapeData(countLevels(summary))}`,
    `::stop-commands::${token}`,
    log,
    `::${token}::`,
    '::endgroup::',
  ];

  const waiting: Record<Level, (() => Annotation)[]> = { error: [], warning: [], note: [] };
  for (const { file, line, why } of notJudged) {
    const properties: [string, string | number][] = [['file', visible(repositoryPath(file, options.prefix))]];
    if (line !== undefined) properties.push(['line', line]);
    waiting.warning.push(() => ({
      level: 'warning',
      properties: [...properties, ['title', 'podlint: not judged']],
      text: visible(why),
    }));
  }
  // What is new comes before what was there already.
  for (const isOld of [false, true]) {
    for (const finding of findings)
      if ((finding.isNew === false) === isOld) waiting[finding.level].push(() => annotation(finding, options));
  }
  for (const level of LEVELS) {
    const list = waiting[level];
    const shown = list.length > MOST ? list.slice(0, MOST - 1) : list;
    for (const one of shown) lines.push(command(one()));
    const more = list.length - shown.length;
    if (more > 0) {
      const text = `and ${count(more, `more ${level}`)}: see the log of this step, the job summary or the SARIF file`;
      lines.push(command({ level, properties: [['title', 'podlint']], text }));
    }
  }
  return `${lines.join('\n')}\n`;
}

/**
 * Between `::stop-commands::` and its token the runner obeys nothing, whatever a manifest holds. A token that the log does not
 * hold cannot be said by it.
 */
function stopToken(log: string): string {
  let n = 0;
  while (log.includes(`podlint-log-${n}`)) n++;
  return `podlint-log-${n}`;
}

function annotation(finding: Finding, { prefix }: FormatOptions): Annotation {
  const { place, predicts, object, related, fix, releases, level } = finding;
  const properties: [string, string | number][] = [
    ['file', visible(repositoryPath(place.file, prefix))],
    ['line', place.line],
    ['endLine', place.endLine],
  ];
  // Columns are allowed on one line only.
  if (place.endLine === place.line) properties.push(['col', place.column], ['endColumn', place.endColumn]);
  const status = predicts === undefined || predicts.status === '' ? '' : `: ${predicts.status}`;
  properties.push(['title', clip(visible(finding.ruleId + status), LONGEST_TITLE)]);

  const text = [visible(finding.message)];
  if (object !== undefined) text.push(visible(objectName(object)));
  const said = saying(finding);
  if (said !== undefined) text.push(`${said.who}: ${visible(said.words)}`);
  for (const { place: at, message } of related.slice(0, 5))
    text.push(`see ${visible(`${repositoryPath(at.file, prefix)}:${at.line}: ${message}`)}`);
  if (releases !== undefined && releases.length > 0) text.push(`only for Kubernetes ${visible(listed(releases))}`);
  if (fix !== undefined) text.push(`fix: ${visible(fix.title)}`);
  return { level, properties, text: clip(text.join('\n'), LONGEST_MESSAGE) };
}

function command({ level, properties, text }: Annotation): string {
  const list = properties.map(([name, value]) => `${name}=${escapeProperty(String(value))}`).join(',');
  return `::${COMMAND[level]} ${list}::${escapeData(text)}`;
}

/** The runner turns these back, `%25` last. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
