import { asArray, at, isObject } from '../api/manifest.ts';
import type { Edit, Finding, Place, RelatedPlace } from '../report/types.ts';
import type { Related } from '../rule.ts';
import type { Part, Range, SourceDocument, SourceFile } from '../source/document.ts';
import { fieldPath, type Path } from '../source/path.ts';
import { lineColumn, locate } from '../source/reader.ts';
import type { Raw } from './engine.ts';
import { secretsIn, withoutQuotes, withoutSecrets } from './secrets.ts';

/** A range as people read it: of its first line, if it has several. */
export function placeOf(file: SourceFile, whole: Range): Place {
  const start = lineColumn(file, whole.start);
  let range = whole;
  let end = lineColumn(file, range.end);
  if (end.line !== start.line) {
    const length = file.text.slice(whole.start, whole.end).search(/[\r\n]/);
    range = { start: whole.start, end: whole.start + Math.max(length, 0) };
    end = lineColumn(file, range.end);
  }
  return {
    file: file.path,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
    offset: range.start,
    endOffset: range.end,
  };
}

function placeAt(document: SourceDocument, path: Path, part: Part): Place {
  return placeOf(document.file, document.error ? document.error.range : locate(document, path, part));
}

/** Makes the finding of what a rule said: places, names, fingerprint. */
export function findingOf(raw: Raw, edits?: readonly Edit[]): Finding {
  const { rule, problem, object, document } = raw;
  const path = object === undefined ? problem.at : [...object.base, ...problem.at];
  const predicts = problem.predicts ?? rule.predicts;
  const clean = cleaner(raw);
  return {
    ruleId: rule.id,
    level: raw.level,
    message: clean(problem.message),
    says: problem.says && clean(problem.says),
    place: problem.range === undefined ? placeAt(document, path, problem.part ?? 'value') : placeOf(document.file, problem.range),
    object: object && {
      apiVersion: object.apiVersion,
      kind: object.kind,
      ...(object.namespace === '' ? {} : { namespace: object.namespace }),
      name: object.name,
    },
    path: problem.at.length === 0 ? undefined : fieldPath(problem.at),
    predicts,
    cause: problem.cause,
    related: [
      ...(problem.relatedRange === undefined
        ? []
        : [{ place: placeOf(document.file, problem.relatedRange.range), message: clean(problem.relatedRange.message) }]),
      ...(problem.related ?? []).map((related) => relatedPlace(related, clean)),
    ],
    fix: problem.fix && { title: clean(problem.fix.title), safe: problem.fix.safe },
    edits,
    fingerprint: fingerprint([
      rule.id,
      object?.kind ?? '',
      object?.namespace ?? '',
      object?.name ?? '',
      namedPath(object?.value, problem.at),
    ]),
  };
}

/** What takes the secrets out of all that is said about one problem: its object's, and those of the objects it points at. */
function cleaner({ problem, object, document }: Raw): (text: string) => string {
  if (document.error !== undefined) return (text) => withoutQuotes(text, document, document.error!.range.start);
  const own = secretsIn(object === undefined ? document.value : object.value);
  const others = (problem.related ?? []).flatMap((related) => secretsIn(related.object.value));
  if (own.length === 0 && others.length === 0) return (text) => text;
  const secrets = others.length === 0 ? own : [...own, ...others];
  const names = object === undefined ? [] : [object.name, object.namespace, object.kind];
  return (text) => withoutSecrets(text, secrets, names);
}

function relatedPlace(related: Related, clean: (text: string) => string): RelatedPlace {
  const { object } = related;
  return {
    place: placeAt(object.document, [...object.base, ...related.at], related.part ?? 'value'),
    message: clean(related.message),
  };
}

/** The path with list elements by their name where they have one: it stays the same when something is inserted before them. */
function namedPath(value: unknown, path: Path): string {
  let out = '';
  let node = value;
  for (const segment of path) {
    const child = at(node, [segment]);
    if (typeof segment === 'number') {
      const name = isObject(child)
        ? (child['name'] ?? child['mountPath'] ?? child['containerPort'] ?? child['key'])
        : asArray(node)[segment];
      out += typeof name === 'string' || typeof name === 'number' ? `[${name}]` : `[${segment}]`;
    } else out += `/${segment}`;
    node = child;
  }
  return out;
}

/** 64 bits of FNV-1a over the parts, in hexadecimal. Stable over releases: baselines hold it. */
export function fingerprint(parts: readonly string[]): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (const part of parts) {
    for (let i = 0; i <= part.length; i++) {
      low ^= i === part.length ? 0x1f : part.charCodeAt(i);
      // (high, low) * 0x00000100000001b3, modulo 2^64, in 16-bit limbs of the low word.
      const l0 = (low & 0xffff) * 0x1b3;
      const l1 = (low >>> 16) * 0x1b3 + (l0 >>> 16);
      const carry = Math.floor(l1 / 0x10000);
      high = (Math.imul(high, 0x1b3) + carry + (low << 8)) | 0;
      low = ((l1 & 0xffff) << 16) | (l0 & 0xffff);
    }
  }
  return (high >>> 0).toString(16).padStart(8, '0') + (low >>> 0).toString(16).padStart(8, '0');
}

/** File, line, column, rule, then message: the one order of a report. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    compareText(a.place.file, b.place.file) ||
    a.place.line - b.place.line ||
    a.place.column - b.place.column ||
    compareText(a.ruleId, b.ruleId) ||
    compareText(a.message, b.message)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Same rule, place and words: one finding, found through several sets, releases or aliases. */
export function sameFinding(a: Finding, b: Finding): boolean {
  return compareFindings(a, b) === 0 && a.place.endColumn === b.place.endColumn;
}
