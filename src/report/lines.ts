/** Texts cut into lines, and UTF-16 positions turned into UTF-8 ones; all built at first use, once a file. */
import type { Place, Report } from './types.ts';

export interface FileLines {
  readonly text: string;
  /** Offset of each line's first character. */
  readonly starts: readonly number[];
}

/** Hands out a file's lines; undefined for a file whose text is not at hand. */
export function lineReader(sources: Report['sources']): (file: string) => FileLines | undefined {
  const known = new Map<string, FileLines | undefined>();
  return (file) => {
    if (known.has(file)) return known.get(file);
    const text = sources(file);
    const lines = text === undefined ? undefined : { text, starts: lineStarts(text) };
    known.set(file, lines);
    return lines;
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
  return starts;
}

/** The line (from 0) that holds an offset. */
export function lineAt(lines: FileLines, offset: number): number {
  let low = 0;
  let high = lines.starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lines.starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Where a line ends, without its line break. */
export function lineEnd(lines: FileLines, line: number): number {
  const next = lines.starts[line + 1];
  if (next === undefined) return lines.text.length;
  const end = next - 1;
  return lines.text[end - 1] === '\r' ? end - 1 : end;
}

export function lineText(lines: FileLines, line: number): string {
  const start = lines.starts[line];
  return start === undefined ? '' : lines.text.slice(start, lineEnd(lines, line));
}

const BLOCK = 256;

/**
 * Columns counted in UTF-8 bytes, from 1, for a place whose columns count UTF-16 units. Byte counts are kept for every 256th
 * unit, so a file of one huge line costs no more than others. Without the text it takes every character for ASCII.
 */
export function byteColumns(sources: Report['sources']): (file: string, offset: number, column: number) => number {
  const known = new Map<string, { text: string; sums: readonly number[] } | undefined>();
  return (file, offset, column) => {
    let entry = known.get(file);
    if (!known.has(file)) {
      const text = sources(file);
      // Texts of ASCII alone need no table.
      entry = text === undefined || /^[\0-\x7f]*$/.test(text) ? undefined : { text, sums: blockSums(text) };
      known.set(file, entry);
    }
    if (entry === undefined || offset > entry.text.length) return column;
    return bytesBefore(entry.text, entry.sums, offset) - bytesBefore(entry.text, entry.sums, offset - column + 1) + 1;
  };
}

function blockSums(text: string): number[] {
  const sums = [0];
  let sum = 0;
  for (let i = 0; i < text.length; i++) {
    if (i > 0 && i % BLOCK === 0) sums.push(sum);
    sum += unitBytes(text.charCodeAt(i));
  }
  return sums;
}

function bytesBefore(text: string, sums: readonly number[], offset: number): number {
  const clamped = Math.max(0, offset);
  const block = Math.min(Math.floor(clamped / BLOCK), sums.length - 1);
  let sum = sums[block] ?? 0;
  for (let i = block * BLOCK; i < clamped && i < text.length; i++) sum += unitBytes(text.charCodeAt(i));
  return sum;
}

/** UTF-8 bytes of one UTF-16 unit; each half of a surrogate pair counts two of the pair's four. */
function unitBytes(unit: number): number {
  if (unit < 0x80) return 1;
  if (unit < 0x800) return 2;
  return unit >= 0xd800 && unit <= 0xdfff ? 2 : 3;
}

/** The offset of the end of a place on its first line: regions that code scanning shows must be one line. */
export function oneLine(place: Place, lines: FileLines | undefined): Pick<Place, 'line' | 'column' | 'endLine' | 'endColumn'> {
  const { line, column } = place;
  if (place.endLine <= line) return { line, column, endLine: line, endColumn: Math.max(place.endColumn, column) };
  const length = lines === undefined ? undefined : lineText(lines, lineAt(lines, place.offset)).length;
  return { line, column, endLine: line, endColumn: Math.max(column + 1, (length ?? column) + 1) };
}
