import { type FastReader, REFUSED } from './fast.ts';

/** `\n` and so many blanks: as a regular expression that is a plain text, which V8 replaces in one go. */
const INDENTS: RegExp[] = [];
/** The same, or fewer blanks. */
const RAGGED: RegExp[] = [];

function indentation(width: number, ragged: boolean): RegExp {
  if (ragged) return (RAGGED[width] ??= new RegExp(`\n {0,${width}}`, 'g'));
  return (INDENTS[width] ??= new RegExp(`\n${' '.repeat(width)}`, 'g'));
}

/**
 * The indentation of a block scalar's content, found by its first line that is not empty.
 * An indentation of 0 tells that there is no such line.
 */
function contentIndent(reader: FastReader, parent: number, increment: number): number {
  if (increment > 0) return parent + increment;
  const { codes, end } = reader;
  let widest = 0;
  for (let pos = reader.pos; pos < end; ) {
    const start = pos;
    while (codes[pos] === 32) pos++;
    const width = pos - start;
    const c = codes[pos];
    if (c === 10) {
      if (width > widest) widest = width;
      pos++;
      continue;
    }
    if (c === 9) throw REFUSED;
    if (width <= parent) return 0;
    if (widest > width) throw REFUSED;
    return width;
  }
  return 0;
}

/** A literal scalar whose content begins at `reader.pos`; that is then at the start of the first line behind it. */
export function literalScalar(reader: FastReader, parent: number, increment: number, chomp: number): string {
  const { codes, text, end } = reader;
  const start = reader.pos;
  const indent = contentIndent(reader, parent, increment);
  if (indent === 0) {
    // Nothing but empty lines, which only + keeps.
    if (chomp > 0) throw REFUSED;
    return '';
  }
  let pos = start;
  let lastEnd = -1;
  let blanks = 0;
  /** An empty line has some of the indentation but not all: behind the last line with content that is of no account. */
  let ragged = false;
  let raggedWithin = false;
  while (pos < end) {
    let c = codes[pos]!;
    const limit = pos + indent;
    const line = pos;
    while (c === 32 && pos < limit) c = codes[++pos]!;
    if (c === 10) {
      // A line that is only indentation, or less, is empty.
      if (pos !== line && pos !== limit) ragged = true;
      blanks++;
      pos++;
      continue;
    }
    if (pos !== limit) {
      if (c === 9) throw REFUSED;
      pos = line;
      break;
    }
    blanks = 0;
    raggedWithin = ragged;
    lastEnd = text.indexOf('\n', pos);
    pos = lastEnd + 1;
  }
  reader.pos = pos;
  if (lastEnd < 0) {
    if (chomp > 0) throw REFUSED;
    return '';
  }
  const valueEnd = chomp < 0 ? lastEnd : lastEnd + 1;
  let value: string;
  if (lastEnd === text.indexOf('\n', start)) value = text.slice(start + indent, valueEnd);
  else {
    // Begins with the line break before the content, so that the first line's indentation goes with the others'.
    const lines = text.slice(start - 1, valueEnd).replace(indentation(indent, raggedWithin), '\n');
    value = lines.slice(1);
  }
  return chomp > 0 ? value + '\n'.repeat(blanks) : value;
}

/** A folded scalar, likewise: a line break between two lines that begin with no blank is a blank. */
export function foldedScalar(reader: FastReader, parent: number, increment: number, chomp: number): string {
  const { codes, text, end } = reader;
  const indent = contentIndent(reader, parent, increment);
  if (indent === 0) {
    if (chomp > 0) throw REFUSED;
    return '';
  }
  let pos = reader.pos;
  let value = '';
  let first = true;
  let wasBlank = false;
  let breaks = 0;
  while (pos < end) {
    let c = codes[pos]!;
    const limit = pos + indent;
    const line = pos;
    while (c === 32 && pos < limit) c = codes[++pos]!;
    if (c === 10) {
      breaks++;
      pos++;
      continue;
    }
    if (pos !== limit) {
      if (c === 9) throw REFUSED;
      pos = line;
      break;
    }
    const blank = c === 32 || c === 9;
    if (!first) {
      if (wasBlank || blank) value += '\n';
      else if (breaks === 0) value += ' ';
    }
    if (breaks > 0) value += '\n'.repeat(breaks);
    const lineEnd = text.indexOf('\n', pos);
    value += text.slice(pos, lineEnd);
    pos = lineEnd + 1;
    first = false;
    wasBlank = blank;
    breaks = 0;
  }
  reader.pos = pos;
  if (first) {
    if (chomp > 0) throw REFUSED;
    return '';
  }
  if (chomp >= 0) value += '\n';
  return chomp > 0 ? value + '\n'.repeat(breaks) : value;
}
