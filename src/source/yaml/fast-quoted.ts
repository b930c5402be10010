import { hexValue } from './characters.ts';
import { type FastReader, REFUSED } from './fast.ts';

/**
 * A quoted scalar with escapes, or over several lines: a line break is a blank, each further one counts.
 * `reader.pos` is then behind the closing quote.
 */
export function quotedWithEscapes(reader: FastReader, open: number): string {
  const { codes, text, end } = reader;
  const quote = codes[open];
  let value = '';
  let start = open + 1;
  let pos = start;
  for (;;) {
    const c = codes[pos]!;
    if (c === quote) {
      if (quote === 39 && codes[pos + 1] === 39) {
        value += text.slice(start, pos + 1);
        pos += 2;
        start = pos;
        continue;
      }
      value += text.slice(start, pos);
      reader.pos = pos + 1;
      return value;
    }
    if (c === 92 && quote === 34) {
      const next = codes[pos + 1]!;
      value += text.slice(start, pos);
      if (next === 10) {
        // An escaped line break is nothing, and so is the next line's indentation; empty lines after it count.
        pos = lineStart(reader, pos + 2);
        let breaks = 0;
        while (codes[pos] === 10) {
          breaks++;
          pos = lineStart(reader, pos + 1);
        }
        value += '\n'.repeat(breaks);
      } else {
        const length = next === 120 ? 2 : next === 117 ? 4 : next === 85 ? 8 : 0;
        if (length === 0) value += escaped(next);
        else value += codePoint(codes, pos + 2, length);
        pos += 2 + length;
      }
      start = pos;
      continue;
    }
    if (c === 10) {
      let last = pos;
      while (last > start && (codes[last - 1] === 32 || codes[last - 1] === 9)) last--;
      value += text.slice(start, last);
      let breaks = 0;
      pos = lineStart(reader, pos + 1);
      while (codes[pos] === 10) {
        breaks++;
        pos = lineStart(reader, pos + 1);
      }
      value += breaks === 0 ? ' ' : '\n'.repeat(breaks);
      start = pos;
      continue;
    }
    if (pos >= end) throw REFUSED;
    pos++;
  }
}

/** The first character of a line that is no blank; a line that might be a document's end is left to the exact reader. */
function lineStart(reader: FastReader, at: number): number {
  const { codes } = reader;
  if (at >= reader.end || codes[at] === 46) throw REFUSED;
  reader.lastBreak = at - 1;
  let pos = at;
  while (codes[pos] === 32 || codes[pos] === 9) pos++;
  return pos;
}

function escaped(letter: number): string {
  switch (letter) {
    case 34:
      return '"';
    case 92:
      return '\\';
    case 110:
      return '\n';
    case 116:
    case 9:
      return '\t';
    case 114:
      return '\r';
    case 39:
      return "'";
    case 32:
      return ' ';
    case 48:
      return '\0';
    case 101:
      return '\x1b';
    default:
      throw REFUSED;
  }
}

function codePoint(codes: Uint16Array, at: number, length: number): string {
  let code = 0;
  for (let i = 0; i < length; i++) {
    const digit = hexValue(codes[at + i]!);
    if (digit < 0) throw REFUSED;
    code = code * 16 + digit;
  }
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) throw REFUSED;
  return String.fromCodePoint(code);
}
