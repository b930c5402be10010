import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Plan, UsageError } from '../config/plan.ts';
import type { Edit } from '../report/types.ts';
import type { Alteration } from '../rule.ts';
import { type Outcome, type RunOptions, run } from '../run.ts';
import { type SourceDocument, type SourceFile, STDIN } from '../source/document.ts';
import { DocumentEditor, loadEditor, type TextEdit } from '../source/edit.ts';
import { readDocuments } from '../source/reader.ts';
import { placeOf } from './finding.ts';
import type { PlacedFix } from './found.ts';

export interface Fixed {
  /** What was found before anything was edited. */
  readonly before: Outcome;
  readonly outcome: Outcome;
  /** Edits made, over all rounds. */
  readonly count: number;
  readonly files: number;
  /** A unified diff of all files. */
  readonly diff: string;
}

/** A fix may make room for another one; a tenth round means that two rules undo each other. */
const ROUNDS = 10;

/** Makes the edits of all findings that have one, until nothing changes, and judges the result. `write: false` leaves the files as they are. */
export async function fixAll(
  plan: Plan,
  options: RunOptions,
  { unsafe, write }: { unsafe: boolean; write: boolean },
): Promise<Fixed> {
  await loadEditor();
  const overlay = new Map<string, string>();
  const before = new Map<string, string>();
  let count = 0;
  const first = await run(plan, { ...options, overlay });
  let outcome = first;
  // Standard input can be read once.
  const stdin = plan.paths.includes('-') ? outcome.files.get(plan.stdinFilename ?? STDIN) : undefined;
  if (stdin) overlay.set(stdin.path, stdin.text);
  for (let round = 0; round < ROUNDS; round++) {
    let changed = false;
    for (const [file, edits] of editsByFile(
      outcome.fixes.filter((fix) => fix !== undefined),
      unsafe,
    )) {
      const applied = applyEdits(file.text, edits);
      if (applied.text === file.text || !(await stillReads(file, applied.text))) continue;
      if (!before.has(file.path)) before.set(file.path, file.text);
      overlay.set(file.path, applied.text);
      count += applied.count;
      changed = true;
    }
    if (!changed) break;
    outcome = await run(plan, { ...options, overlay });
  }
  if (write) for (const file of before.keys()) writeText(path.resolve(options.cwd, file), file, overlay.get(file)!);
  return { before: first, outcome, count, files: before.size, diff: write ? '' : await diffOf(before, overlay, first) };
}

/** Writes a file in the encoding that it had, with its byte order mark. */
function writeText(file: string, shown: string, text: string): void {
  try {
    const [first, second, third] = readFileSync(file);
    if (first === 0xff && second === 0xfe) writeFileSync(file, `\uFEFF${text}`, 'utf16le');
    else if (first === 0xfe && second === 0xff) writeFileSync(file, Buffer.from(`\uFEFF${text}`, 'utf16le').swap16());
    else writeFileSync(file, first === 0xef && second === 0xbb && third === 0xbf ? `\uFEFF${text}` : text);
  } catch (error) {
    throw new UsageError(`${shown}: cannot be written: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  }
}

async function diffOf(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  { report }: Outcome,
): Promise<string> {
  const { createTwoFilesPatch } = await import('diff');
  return [...before]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, text]) => {
      // Lines beside an edit are shown only in files where none of them can be a secret.
      const context = hasSecrets(report, file, text) ? 0 : 3;
      const patch = createTwoFilesPatch(`a/${file}`, `b/${file}`, text, after.get(file)!, undefined, undefined, { context });
      return masked(patch.replace(/^=+\n/, ''), file, report);
    })
    .join('');
}

/** The lines that change, without the secrets on them: what is printed is for reading. */
function masked(patch: string, file: string, { secretAt }: Outcome['report']): string {
  let number = 0;
  return patch
    .split('\n')
    .map((line) => {
      const hunk = /^@@ -(\d+)/.exec(line);
      if (hunk) number = Number(hunk[1]);
      const shown = number === 0 || hunk ? undefined : secretAt?.(file, number, line);
      // An added line belongs to the document of those that it stands for.
      if (!hunk && number > 0 && !line.startsWith('+')) number++;
      return shown === undefined ? line : `${line.slice(0, shown)}…`;
    })
    .join('\n');
}

function hasSecrets({ sensitive, secretAt }: Outcome['report'], file: string, text: string): boolean {
  return text.split('\n').some((line, i) => sensitive?.(file, i + 1) === true || secretAt?.(file, i + 1, line) !== undefined);
}

async function stillReads(file: SourceFile, text: string): Promise<boolean> {
  const [old, now] = await Promise.all([readDocuments(file), readDocuments({ path: file.path, text })]);
  return now.length === old.length && now.every((document, i) => document.error === undefined || old[i]?.error !== undefined);
}

/** All edits of a fix, or none: half a fix is none. */
export function editsOf(
  fix: PlacedFix,
  editors: Map<SourceDocument, DocumentEditor>,
): readonly { readonly document: SourceDocument; readonly edit: TextEdit }[] {
  const found: { document: SourceDocument; edit: TextEdit }[] = [];
  for (const { change, object } of fix.changes) {
    if (object === undefined || object.origin !== 'set') return [];
    let editor = editors.get(object.document);
    if (editor === undefined) {
      editor = new DocumentEditor(object.document);
      editors.set(object.document, editor);
    }
    const edit = editor.edit(under(change, object.base));
    if (edit === undefined) return [];
    found.push({ document: object.document, edit });
  }
  return found;
}

/** The edits as formats show them. */
export function reportedEdits(fix: PlacedFix, editors: Map<SourceDocument, DocumentEditor>): readonly Edit[] {
  return editsOf(fix, editors).map(({ document, edit }) => ({ ...placeOf(document.file, edit), text: edit.text }));
}

function under(change: Alteration, base: readonly (string | number)[]): Alteration {
  if ('set' in change) return { ...change, set: [...base, ...change.set] };
  if ('rename' in change) return { ...change, rename: [...base, ...change.rename] };
  if ('quote' in change) return { ...change, quote: [...base, ...change.quote] };
  if ('remove' in change) return { ...change, remove: [...base, ...change.remove] };
  return { ...change, add: [...base, ...change.add] };
}

function editsByFile(fixes: readonly PlacedFix[], unsafe: boolean): Map<SourceFile, TextEdit[][]> {
  const editors = new Map<SourceDocument, DocumentEditor>();
  const byFile = new Map<SourceFile, TextEdit[][]>();
  for (const fix of fixes) {
    if (!fix.safe && !unsafe) continue;
    const edits = editsOf(fix, editors);
    const file = edits[0]?.document.file;
    // A fix over several files would need all of them written or none: none is offered yet.
    if (file === undefined || edits.some(({ document }) => document.file !== file)) continue;
    const list = byFile.get(file);
    const plain = edits.map(({ edit }) => edit);
    if (list) list.push(plain);
    else byFile.set(file, [plain]);
  }
  return byFile;
}

/** Applies fixes whole; one that touches what another has changed waits for the next round. */
function applyEdits(text: string, fixes: readonly (readonly TextEdit[])[]): { text: string; count: number } {
  const taken: TextEdit[] = [];
  let count = 0;
  for (const fix of fixes) {
    if (fix.some((edit) => taken.some((other) => touches(edit, other)))) continue;
    taken.push(...fix);
    count += fix.length;
  }
  taken.sort((a, b) => b.start - a.start);
  let out = text;
  for (const { start, end, text: replacement } of taken) out = out.slice(0, start) + replacement + out.slice(end);
  return { text: out, count };
}

function touches(a: TextEdit, b: TextEdit): boolean {
  return a.start <= b.end && b.start <= a.end;
}

/** The report with the edits of each fix, for formats that show them. */
export async function withEdits({ report, fixes }: Pick<Outcome, 'report' | 'fixes'>): Promise<Outcome['report']> {
  await loadEditor();
  const editors = new Map<SourceDocument, DocumentEditor>();
  let file: string | undefined;
  const findings = report.findings.map((finding, i) => {
    const fix = fixes[i];
    if (fix === undefined) return finding;
    // Findings lie file by file: what has been made of one is of no use to the next.
    if (finding.place.file !== file) editors.clear();
    file = finding.place.file;
    const edits = reportedEdits(fix, editors);
    return edits.length === 0 ? finding : { ...finding, edits };
  });
  return { ...report, findings };
}
