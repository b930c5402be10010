/** reviewdog's diagnostic format. Its columns count UTF-8 bytes, and it refuses fields it does not know. */
import { jsonText, visible } from './escape.ts';
import { byteColumns } from './lines.ts';
import { repositoryPath } from './location.ts';
import { touchesSecret } from './mask.ts';
import type { Finding, FormatOptions, Level, Place, Report } from './types.ts';
import { saying } from './words.ts';

const SEVERITY: Readonly<Record<Level, string>> = { error: 'ERROR', warning: 'WARNING', note: 'INFO' };

export function rdjson(report: Report, options: FormatOptions): string {
  const columns = byteColumns(report.sources);
  const urls = new Map(report.rules.map((rule) => [rule.id, rule.url ?? rule.links[0]]));
  const range = (place: Place): unknown => ({
    start: { line: place.line, column: columns(place.file, place.offset, place.column) },
    end: { line: place.endLine, column: columns(place.file, place.endOffset, place.endColumn) },
  });
  const diagnostics: unknown[] = report.findings.map((finding) => {
    const url = urls.get(finding.ruleId);
    const suggestion = onlyEdit(finding, report);
    return {
      message: messageText(finding, options),
      location: { path: repositoryPath(finding.place.file, options.prefix), range: range(finding.place) },
      severity: SEVERITY[finding.level],
      code: url === undefined ? { value: finding.ruleId } : { value: finding.ruleId, url },
      suggestions: suggestion && [{ range: range(suggestion), text: suggestion.text }],
    };
  });
  for (const { file, line, why } of report.notJudged) {
    diagnostics.push({
      message: visible(`Not judged: ${why}`),
      location: { path: repositoryPath(file, options.prefix), range: line === undefined ? undefined : { start: { line } } },
      severity: SEVERITY.warning,
      code: { value: 'not-judged' },
    });
  }
  return jsonText({ source: { name: 'podlint', url: report.homepage }, diagnostics });
}

/** A suggestion is accepted by itself, so a fix of several edits, or in another file, is none. */
function onlyEdit({ edits, place }: Finding, report: Report): (Place & { text: string }) | undefined {
  const [edit, ...others] = edits ?? [];
  if (edit === undefined || others.length > 0 || edit.file !== place.file || touchesSecret(edit, report)) return undefined;
  return edit;
}

function messageText(finding: Finding, { prefix }: FormatOptions): string {
  const lines = [visible(finding.message)];
  const said = saying(finding);
  if (said !== undefined) lines.push(`${said.who}: ${visible(said.words)}`);
  for (const { place, message: why } of finding.related.slice(0, 5))
    lines.push(`see ${visible(`${repositoryPath(place.file, prefix)}:${place.line}: ${why}`)}`);
  return lines.join('\n');
}
