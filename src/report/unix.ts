/** One line a finding, as compilers write them: for editors, `grep`, and the problem matcher of GitHub Actions. */
import { visible, withoutCommands } from './escape.ts';
import type { Finding, FormatOptions, NotJudged, Report } from './types.ts';
import { clip } from './words.ts';

/** A value in a message may be a whole file. */
const LONGEST_MESSAGE = 2000;

/** `k8s/api.yaml:31:18: error: Secret db has no key passwrod [creating/missing-secret-key]` */
export function unixLine({ place, level, message, ruleId }: Finding): string {
  const text = visible(clip(message, LONGEST_MESSAGE));
  return `${visible(place.file)}:${place.line}:${place.column}: ${level}: ${text} [${visible(ruleId)}]`;
}

export function unixNotJudged({ file, line, why }: NotJudged): string {
  return `${visible(file)}:${line ?? 1}:1: warning: not judged: ${visible(why)} [not-judged]`;
}

export function unix(report: Report, _options: FormatOptions): string {
  const lines = report.findings.map(unixLine);
  for (const entry of report.notJudged) lines.push(unixNotJudged(entry));
  return lines.length === 0 ? '' : withoutCommands(`${lines.join('\n')}\n`);
}
