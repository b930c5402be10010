import { asObject, asString, at } from '../api/manifest.ts';
import type { KubeObject } from '../cluster/object.ts';
import { templatePath } from '../cluster/pods.ts';
import type { Finding } from '../report/types.ts';
import type { SourceFile } from '../source/document.ts';
import { lineColumn } from '../source/reader.ts';

/**
 * What the author of a manifest accepts, with a reason:
 *   `# podlint-ignore pending/host-port-taken: one node only`   on the line, or alone on the line above
 *   `# podlint-ignore-file image/*: vendored`                   anywhere in the file
 *   annotation `podlint.dev/ignore: "pending/host-port-taken"`  on the object or on its Pod template: for the whole object
 */
export interface Suppression {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly offset: number;
  readonly endOffset: number;
  readonly patterns: readonly string[];
  readonly reason: string;
  /** The lines it covers; undefined for a whole file. */
  readonly lines?: readonly number[];
  /** It covers an object instead of lines. */
  readonly ofObject?: true;
  used: boolean;
}

export const IGNORE_ANNOTATION = 'podlint.dev/ignore';
const COMMENT = /#[ \t]*podlint-ignore(-file)?(?:[ \t]+([^:\r\n]*))?(?::[ \t]*([^\r\n]*))?/g;

/** Comments of one file. Costs one search where there are none. */
export function suppressionsIn(file: SourceFile): Suppression[] {
  const { text } = file;
  if (!text.includes('podlint-ignore')) return [];
  const found: Suppression[] = [];
  let covered = 0;
  for (const match of text.matchAll(COMMENT)) {
    const offset = match.index;
    const { line, column } = lineColumn(file, offset);
    const before = text.slice(offset - (column - 1), offset);
    if (before !== '' && !/\s$/.test(before)) continue;
    const patterns = (match[2] ?? '').split(/[,\s]+/).filter((id) => id !== '');
    const alone = before.trim() === '';
    // Comments of one stack have one line below them.
    if (alone && covered <= line) covered = nextCodeLine(text, offset, line);
    const lines = match[1] !== undefined ? undefined : alone ? [line, covered] : [line];
    found.push({
      file: file.path,
      line,
      column,
      offset,
      endOffset: offset + match[0].trimEnd().length,
      patterns,
      reason: (match[3] ?? '').trim(),
      lines,
      used: false,
    });
  }
  return found;
}

/** The first line after the one at `offset` that is not a comment of its own: ignore comments may be stacked. */
function nextCodeLine(text: string, offset: number, line: number): number {
  let next = line;
  let from = text.indexOf('\n', offset);
  while (from >= 0) {
    next++;
    const to = text.indexOf('\n', from + 1);
    if (!/^[ \t]*#/.test(text.slice(from + 1, to < 0 ? undefined : to))) break;
    from = to;
  }
  return next;
}

/** Annotations of one object and of its Pod template; `place` tells where one is written. */
export function annotationsOf(
  object: KubeObject,
  place: (path: readonly (string | number)[]) => { line: number; column: number; offset: number; endOffset: number },
): Suppression[] {
  const template = templatePath(object);
  const found: Suppression[] = [];
  const holders = template === undefined || template.length === 0 ? [['metadata']] : [['metadata'], [...template, 'metadata']];
  for (const holder of holders) {
    const text = asString(asObject(at(object.value, [...holder, 'annotations']))?.[IGNORE_ANNOTATION]);
    if (text === undefined) continue;
    const colon = text.indexOf(':');
    const patterns = (colon < 0 ? text : text.slice(0, colon)).split(/[,\s]+/).filter((id) => id !== '');
    const { line, column, offset, endOffset } = place([...holder, 'annotations', IGNORE_ANNOTATION]);
    found.push({
      file: object.document.file.path,
      line,
      column,
      offset,
      endOffset,
      patterns,
      reason: colon < 0 ? '' : text.slice(colon + 1).trim(),
      ofObject: true,
      used: false,
    });
  }
  return found;
}

/** Whether a rule id (or one of its aliases) is meant by `image/*`, `*` or the id itself. */
export function matchesRule(pattern: string, ids: readonly string[]): boolean {
  return ids.some((id) => pattern === id || pattern === '*' || (pattern.endsWith('/*') && id.startsWith(pattern.slice(0, -1))));
}

/** Whether a comment covers a finding. */
export function suppresses(suppression: Suppression, finding: Finding, ids: readonly string[]): boolean {
  if (suppression.file !== finding.place.file) return false;
  if (suppression.lines !== undefined && !suppression.lines.includes(finding.place.line)) return false;
  return suppression.patterns.some((pattern) => matchesRule(pattern, ids));
}
