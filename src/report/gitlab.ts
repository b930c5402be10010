/** GitLab's Code Quality report (a subset of Code Climate's). */
import { jsonText, visible } from './escape.ts';
import { repositoryPath } from './location.ts';
import type { FormatOptions, Level, Report } from './types.ts';
import { saying } from './words.ts';

const SEVERITY: Readonly<Record<Level, string>> = { error: 'critical', warning: 'major', note: 'info' };

export function gitlab(report: Report, options: FormatOptions): string {
  const unique = uniqueNames();
  const entries = report.findings.map((finding) => {
    const { message, place } = finding;
    const said = saying(finding);
    const words = said === undefined ? '' : ` (${said.who}: ${said.words})`;
    return {
      description: visible(message + words),
      check_name: finding.ruleId,
      fingerprint: unique(finding.fingerprint || `${finding.ruleId}:${place.file}`),
      severity: SEVERITY[finding.level],
      location: { path: repositoryPath(place.file, options.prefix), lines: { begin: place.line } },
    };
  });
  for (const { file, line, why } of report.notJudged) {
    entries.push({
      description: visible(`Not judged: ${why}`),
      check_name: 'not-judged',
      fingerprint: unique(`not-judged:${file}`),
      severity: SEVERITY.warning,
      location: { path: repositoryPath(file, options.prefix), lines: { begin: line ?? 1 } },
    });
  }
  return jsonText(entries);
}

/** GitLab takes entries with one fingerprint for one entry: the second of a name gets `:2`. */
function uniqueNames(): (name: string) => string {
  const seen = new Map<string, number>();
  return (name) => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name}:${times}`;
  };
}
