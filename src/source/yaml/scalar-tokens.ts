import { hexValue, isBlank, isBlankOrEnd, isBreak, isDigit } from './characters.ts';
import type { Scanner } from './scanner.ts';

/**
 * The scanning of scalars: from their first character to behind their last, with their content as the result.
 * Behaves as go.yaml.in/yaml/v2 scannerc.go: yaml_parser_scan_plain_scalar, _flow_scalar and _block_scalar.
 */

/** What a line break adds to a scalar's content: LS and PS stay what they are. */
function breakText(c: number): string {
  return c === 0x2028 ? '\u2028' : c === 0x2029 ? '\u2029' : '\n';
}

/** A single line break becomes a blank; with empty lines after it, only those count. */
function folded(first: string, more: string): string {
  if (first !== '\n') return first + more;
  return more === '' ? ' ' : more;
}

/** `---` or `...` at the start of a line. */
function atDocumentIndicator(s: Scanner): boolean {
  if (s.pos !== s.lineStart) return false;
  const c = s.at(s.pos);
  return (c === 45 || c === 46) && s.at(s.pos + 1) === c && s.at(s.pos + 2) === c && isBlankOrEnd(s.at(s.pos + 3));
}

export interface PlainScalar {
  readonly value: string;
  /** Behind the last character that belongs to it. */
  readonly end: number;
  /** It ended at a line break: a key may follow. */
  readonly brokeLine: boolean;
}

export function scanPlain(s: Scanner): PlainScalar {
  const indent = s.indent + 1;
  const flow = s.flowLevel > 0;
  let value = '';
  let end = s.pos;
  let blanks = '';
  let firstBreak = '';
  let moreBreaks = '';
  let broke = false;
  for (;;) {
    if (atDocumentIndicator(s)) break;
    const start = s.pos;
    let c = s.at(start);
    if (c === 35) break;
    while (!isBlankOrEnd(c)) {
      if (c === 58 && isBlankOrEnd(s.at(s.pos + 1))) break;
      if (flow && (c === 44 || c === 63 || c === 91 || c === 93 || c === 123 || c === 125)) break;
      c = s.at(++s.pos);
    }
    if (s.pos > start) {
      value += (broke ? folded(firstBreak, moreBreaks) : blanks) + s.text.slice(start, s.pos);
      end = s.pos;
      broke = false;
      blanks = firstBreak = moreBreaks = '';
    }
    if (!isBlank(c) && !isBreak(c)) break;
    const blankStart = s.pos;
    while (isBlank(c) || isBreak(c)) {
      if (isBlank(c)) {
        if (broke && c === 9 && s.column < indent) s.fail('found a tab character that violates indentation');
        s.pos++;
      } else {
        if (broke) moreBreaks += breakText(c);
        else firstBreak = breakText(c);
        broke = true;
        s.nextLine();
      }
      c = s.at(s.pos);
    }
    if (!broke) blanks = s.text.slice(blankStart, s.pos);
    if (!flow && s.column < indent) break;
  }
  return { value, end, brokeLine: broke };
}

export function scanQuoted(s: Scanner, single: boolean): string {
  const open = s.pos++;
  const quote = single ? 39 : 34;
  let value = '';
  for (;;) {
    if (atDocumentIndicator(s)) s.fail('found unexpected document indicator', open, s.lineEnd(open));
    let c = s.at(s.pos);
    if (c === 0) s.fail('found unexpected end of stream', open, s.lineEnd(open));
    let broke = false;
    let start = s.pos;
    while (!isBlankOrEnd(c)) {
      if (c === quote) {
        if (!single || s.at(s.pos + 1) !== 39) break;
        value += s.text.slice(start, s.pos + 1);
        s.pos += 2;
        start = s.pos;
      } else if (c === 92 && !single) {
        value += s.text.slice(start, s.pos);
        if (isBreak(s.at(s.pos + 1))) {
          s.pos++;
          s.nextLine();
          broke = true;
          start = s.pos;
          break;
        }
        value += escapeSequence(s);
        start = s.pos;
      } else s.pos++;
      c = s.at(s.pos);
    }
    value += s.text.slice(start, s.pos);
    c = s.at(s.pos);
    if (c === quote) break;
    let firstBreak = '';
    let moreBreaks = '';
    const blankStart = s.pos;
    while (isBlank(c) || isBreak(c)) {
      if (isBlank(c)) s.pos++;
      else {
        if (broke) moreBreaks += breakText(c);
        else firstBreak = breakText(c);
        broke = true;
        s.nextLine();
      }
      c = s.at(s.pos);
    }
    value += broke ? (firstBreak === '' ? moreBreaks : folded(firstBreak, moreBreaks)) : s.text.slice(blankStart, s.pos);
  }
  s.pos++;
  return value;
}

/** What follows a backslash, as far as it is one character. */
const ESCAPES: Record<string, string> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};

function escapeSequence(s: Scanner): string {
  const start = s.pos;
  const letter = s.text.charAt(start + 1);
  const length = letter === 'x' ? 2 : letter === 'u' ? 4 : letter === 'U' ? 8 : 0;
  if (length === 0) {
    if (!Object.hasOwn(ESCAPES, letter)) s.fail('found unknown escape character', start, start + 2);
    s.pos += 2;
    return ESCAPES[letter]!;
  }
  s.pos += 2;
  let code = 0;
  for (let i = 0; i < length; i++) {
    const digit = hexValue(s.at(s.pos + i));
    if (digit < 0) s.fail('did not find expected hexdecimal number', start, s.pos + i);
    code = code * 16 + digit;
  }
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) {
    s.fail('found invalid Unicode character escape code', start, s.pos + length);
  }
  s.pos += length;
  return String.fromCodePoint(code);
}

/** A block scalar, and where its header's indicators end. */
export interface BlockScalar {
  readonly value: string;
  readonly headerEnd: number;
}

export function scanBlockScalar(s: Scanner, literal: boolean): BlockScalar {
  const start = s.pos++;
  let chomping = 0;
  let increment = 0;
  const sign = (): boolean => {
    const c = s.at(s.pos);
    if (c !== 43 && c !== 45) return false;
    chomping = c === 43 ? 1 : -1;
    s.pos++;
    return true;
  };
  const digit = (): void => {
    const c = s.at(s.pos);
    if (!isDigit(c)) return;
    if (c === 48) s.fail('found an indentation indicator equal to 0', start, s.pos + 1);
    increment = c - 48;
    s.pos++;
  };
  if (sign()) digit();
  else {
    digit();
    if (increment > 0) sign();
  }
  const headerEnd = s.pos;
  s.toLineEnd(start);

  let indent = increment === 0 ? 0 : Math.max(s.indent, 0) + increment;
  let moreBreaks = '';
  /** Eats indentation and empty lines; finds the indentation by the first line that is not empty. */
  const breaks = (): void => {
    let widest = 0;
    for (;;) {
      let c = s.at(s.pos);
      while (c === 32 && (indent === 0 || s.pos - s.lineStart < indent)) c = s.at(++s.pos);
      const column = s.pos - s.lineStart;
      if (column > widest) widest = column;
      if (c === 9 && (indent === 0 || column < indent)) s.fail('found a tab character where an indentation space is expected');
      if (!isBreak(c)) break;
      moreBreaks += breakText(c);
      s.nextLine();
    }
    if (indent === 0) indent = Math.max(widest, s.indent + 1, 1);
  };
  breaks();

  const parts: string[] = [];
  let firstBreak = '';
  let wasBlank = false;
  while (s.pos - s.lineStart === indent && s.at(s.pos) !== 0) {
    const blank = isBlank(s.at(s.pos));
    if (!literal && firstBreak === '\n' && !wasBlank && !blank) {
      if (moreBreaks === '') parts.push(' ');
    } else parts.push(firstBreak);
    parts.push(moreBreaks);
    moreBreaks = '';
    wasBlank = blank;
    const from = s.pos;
    s.pos = s.lineEnd(from);
    parts.push(s.text.slice(from, s.pos));
    const c = s.at(s.pos);
    if (isBreak(c)) {
      firstBreak = breakText(c);
      s.nextLine();
    } else firstBreak = '';
    breaks();
  }
  if (chomping !== -1) parts.push(firstBreak);
  if (chomping === 1) parts.push(moreBreaks);
  return { value: parts.join(''), headerEnd };
}
