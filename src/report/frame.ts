/** The lines around a place, with carets under it. */
import { visible } from './escape.ts';
import { type FileLines, lineAt, lineEnd } from './lines.ts';
import { shownOfLookalike, shownOfSecret, valueOfVariable } from './mask.ts';
import type { Place } from './types.ts';
import { charWidth, cutTo } from './width.ts';
import { isHighSurrogate } from './words.ts';

export interface FrameLine {
  /** Line number, from 1; undefined for the line of carets. */
  readonly number: number | undefined;
  /** Safe to print; no more than the width asked for. */
  readonly text: string;
  readonly kind: 'context' | 'line' | 'carets';
}

export interface FrameOptions {
  /** Columns for the text itself. */
  readonly width: number;
  /** Whether a line, from 1, holds a secret value. */
  readonly sensitive: (line: number) => boolean;
  /** Where a known secret begins in the text of a line. */
  readonly secretAt?: (line: number, text: string) => number | undefined;
}

/** Columns to the next tab stop. */
const TAB = 4;
const CUT = '…';
/** A line that is shown as it is, a column for each character: nearly all are. */
const PLAIN = /^[\x20-\x7e]*$/;

/** The place's first line with carets, and the line before and after where they say something. */
export function codeFrame(lines: FileLines, place: Place, options: FrameOptions): FrameLine[] {
  const index = lineAt(lines, Math.min(Math.max(0, place.offset), lines.text.length));
  const marked = markedLine(lines, index, place, options);
  const out: FrameLine[] = [];
  if (!marked.cut) pushContext(out, lines, index - 1, place.line - 1, options);
  out.push({ number: place.line, text: marked.text, kind: 'line' });
  out.push({ number: undefined, text: marked.carets, kind: 'carets' });
  if (!marked.cut) pushContext(out, lines, index + 1, place.line + 1, options);
  return out;
}

function pushContext(out: FrameLine[], lines: FileLines, index: number, number: number, options: FrameOptions): void {
  if (index < 0 || index >= lines.starts.length) return;
  const start = lines.starts[index] ?? 0;
  const raw = lines.text.slice(start, Math.min(lineEnd(lines, index), start + 4 * options.width));
  const trimmed = raw.trim();
  if (trimmed === '' || trimmed === '---' || trimmed === '...' || trimmed.startsWith('#')) return;
  const shown = options.sensitive(number)
    ? shownOfSecret(lines, index)
    : least(shownOfLookalike(lines, index, raw), options.secretAt?.(number, raw), valueOfVariable(lines, index, raw));
  const text = shown === undefined ? raw : raw.slice(0, shown) + CUT;
  if (text.trim() === CUT) return;
  if (text.length <= options.width && PLAIN.test(text)) {
    out.push({ number, text, kind: 'context' });
    return;
  }
  out.push({
    number,
    text: cutTo(
      cellsOf(text)
        .map((cell) => cell.text)
        .join(''),
      options.width,
    ),
    kind: 'context',
  });
}

function least(...numbers: readonly (number | undefined)[]): number | undefined {
  let found: number | undefined;
  for (const number of numbers) if (number !== undefined && (found === undefined || number < found)) found = number;
  return found;
}

interface Cell {
  readonly text: string;
  readonly width: number;
  /** UTF-16 units of the source it stands for. */
  readonly units: number;
}

/** The text, character by character, as it is shown: tabs as spaces, what a terminal would obey spelt out. */
function cellsOf(text: string): Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  for (const char of text) {
    let shown = char;
    let width: number = 1;
    if (char === '\t') {
      width = TAB - (column % TAB);
      shown = ' '.repeat(width);
    } else if (char < ' ' || char > '~') {
      shown = visible(char);
      width = shown === char ? charWidth(char) : shown.length;
    }
    cells.push({ text: shown, width, units: char.length });
    column += width;
  }
  return cells;
}

/** Text before the part of a long line that is shown, in which the name of a value may stand. */
const BEFORE = 200;

function markedLine(
  lines: FileLines,
  index: number,
  place: Place,
  options: FrameOptions,
): { text: string; carets: string; cut: boolean } {
  const start = lines.starts[index] ?? 0;
  const length = lineEnd(lines, index) - start;
  const { width } = options;
  let from = clamp(place.offset - start, 0, length);
  let to = clamp(place.endOffset - start, from, length);

  // Of a very long line only the part around the place is looked at.
  let first = from > 2 * width ? from - width : 0;
  if (isLowSurrogateAt(lines.text, start + first)) first++;
  let last = Math.min(length, first + 4 * width);
  if (last < length && isHighSurrogate(lines.text.charCodeAt(start + last - 1))) last--;
  const before = Math.max(0, first - BEFORE);
  let text = lines.text.slice(start + before, start + last);
  let shown: number | undefined;
  if (options.sensitive(place.line)) shown = shownOfSecret(lines, index);
  else {
    const variable = valueOfVariable(lines, index, text);
    const known = least(
      shownOfLookalike(lines, index, text),
      options.secretAt?.(place.line, text),
      // The value of a variable is shown where it is what the finding is about.
      variable !== undefined && before + variable >= to ? variable : undefined,
    );
    if (known !== undefined) shown = before + known;
  }
  if (shown === undefined && length <= width && PLAIN.test(text)) {
    return { text, carets: ' '.repeat(from) + '^'.repeat(Math.max(1, to - from)), cut: false };
  }

  if (shown !== undefined && shown < last) {
    last = shown;
    if (first >= last) first = Math.max(0, last - width);
    from = Math.min(from, last);
    to = from === last ? last + 1 : Math.min(to, last);
  } else {
    shown = undefined;
  }
  text = lines.text.slice(start + first, start + last);
  const cells = cellsOf(text);
  if (shown !== undefined) cells.push({ text: CUT, width: 1, units: 1 });
  return cutAround(cells, from - first, to - first, width, first > 0, shown === undefined && last < length);
}

/** A window of the cells that shows the place: all of them when they fit, else from a third of the width before it. */
function cutAround(
  cells: readonly Cell[],
  from: number,
  to: number,
  width: number,
  cutBefore: boolean,
  cutAfter: boolean,
): { text: string; carets: string; cut: boolean } {
  let total = 0;
  let unit = 0;
  let fromColumn = -1;
  let toColumn = -1;
  for (const cell of cells) {
    if (fromColumn < 0 && unit + cell.units > from) fromColumn = total;
    if (toColumn < 0 && unit >= to) toColumn = total;
    unit += cell.units;
    total += cell.width;
  }
  if (fromColumn < 0) fromColumn = total;
  if (toColumn < 0) toColumn = total;

  const roomRight = total <= width && !cutAfter;
  const skip = roomRight && !cutBefore ? 0 : toColumn < width && !cutBefore ? 0 : Math.max(0, fromColumn - Math.floor(width / 3));
  let text = skip > 0 || cutBefore ? CUT : '';
  const lead = text.length;
  let column = 0;
  let used = lead;
  let shift = skip;
  let started = false;
  let complete = true;
  for (const cell of cells) {
    if (column >= skip) {
      if (!started) {
        started = true;
        shift = column;
      }
      if (used + cell.width > width - 1 && (column + cell.width < total || cutAfter || used + cell.width > width)) {
        complete = false;
        break;
      }
      text += cell.text;
      used += cell.width;
    }
    column += cell.width;
  }
  if (!complete || cutAfter) text += CUT;

  const left = clamp(fromColumn - shift + lead, 0, width - 1);
  const right = clamp(toColumn - shift + lead, left + 1, Math.max(left + 1, width));
  return { text, carets: ' '.repeat(left) + '^'.repeat(right - left), cut: skip > 0 || cutBefore };
}

function isLowSurrogateAt(text: string, offset: number): boolean {
  const unit = text.charCodeAt(offset);
  return offset > 0 && unit >= 0xdc00 && unit <= 0xdfff && isHighSurrogate(text.charCodeAt(offset - 1));
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
