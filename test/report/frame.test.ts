import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { visible } from '../../src/report/escape.ts';
import { codeFrame } from '../../src/report/frame.ts';
import { lineReader } from '../../src/report/lines.ts';
import { displayWidth } from '../../src/report/width.ts';
import { placeAt } from './sample.ts';

function show(text: string, needle: string, options: { width?: number; sensitive?: (line: number) => boolean } = {}): string[] {
  const offset = text.indexOf(needle);
  return frameAt(text, offset, offset + needle.length, options);
}

function frameAt(
  text: string,
  start: number,
  end: number,
  { width = 60, sensitive = (_: number): boolean => false } = {},
): string[] {
  const lines = lineReader(() => text)('f');
  if (lines === undefined) throw new Error('no text');
  return codeFrame(lines, placeAt('f', text, start, end), { width, sensitive }).map(
    ({ number, text: line }) => `${number ?? ''}|${line}`,
  );
}

describe('codeFrame', () => {
  test('the line, its neighbours and the carets', () => {
    expect(show('a: 1\nb: two\nc: 3\nd: 4\n', 'two')).toEqual(['1|a: 1', '2|b: two', '|   ^^^', '3|c: 3']);
  });

  test('neighbours that say nothing are left out', () => {
    expect(show('---\nb: two\n\n', 'two')).toEqual(['2|b: two', '|   ^^^']);
    expect(show('# about\nb: two\n   \nc: 1', 'two')).toEqual(['2|b: two', '|   ^^^']);
  });

  test('CRLF, and no line end at the end of the file', () => {
    expect(show('a: 1\r\nb: two\r\nc: 3', 'two')).toEqual(['1|a: 1', '2|b: two', '|   ^^^', '3|c: 3']);
    expect(show('a: 1\r\nb: two', 'two')).toEqual(['1|a: 1', '2|b: two', '|   ^^^']);
  });

  test('an empty place, and one at the very end', () => {
    expect(frameAt('b: two', 3, 3)).toEqual(['1|b: two', '|   ^']);
    expect(frameAt('b: two\n', 6, 7)).toEqual(['1|b: two', '|      ^']);
    expect(frameAt('', 0, 0)).toEqual(['1|', '|^']);
  });

  test('of a place of several lines the first', () => {
    expect(show('a:\n  b: 1\n  c: 2\n', 'b: 1\n  c: 2')).toEqual(['1|a:', '2|  b: 1', '|  ^^^^', '3|  c: 2']);
  });

  test('tabs, wide characters, emoji and marks before and in the place', () => {
    expect(show('\tx\ty: two', 'two')).toEqual(['1|    x   y: two', '|           ^^^']);
    expect(show('名前: two', 'two')).toEqual(['1|名前: two', '|      ^^^']);
    expect(show('🙂🙂 two', 'two')).toEqual(['1|🙂🙂 two', '|     ^^^']);
    expect(show('e\u0301te\u0301: two', 'two')).toEqual(['1|e\u0301te\u0301: two', '|     ^^^']);
    expect(show('a: 名前', '名前')).toEqual(['1|a: 名前', '|   ^^^^']);
  });

  test('what a terminal obeys is spelt out, and the carets know it', () => {
    expect(show('\x1b[2J\u202e: two', 'two')).toEqual(['1|\\x1b[2J\\u202e: two', '|               ^^^']);
  });

  test('a long line is cut around the place', () => {
    const text = `a: ${'.'.repeat(300)}NEEDLE${'-'.repeat(300)}\nb: 1`;
    const [line = '', carets = ''] = show(text, 'NEEDLE', { width: 40 });
    expect(line).toBe(`1|…${'.'.repeat(13)}NEEDLE${'-'.repeat(19)}…`);
    expect(carets).toBe(`|${' '.repeat(14)}^^^^^^`);
  });

  test('a long line whose place is at its start keeps its start', () => {
    expect(show(`key: ${'x'.repeat(300)}`, 'key', { width: 20 })).toEqual(['1|key: xxxxxxxxxxxxxx…', '|^^^']);
  });

  test('a line that just fits is not cut, one more is', () => {
    expect(show(`key: ${'x'.repeat(15)}`, 'key', { width: 20 })[0]).toBe(`1|key: ${'x'.repeat(15)}`);
    expect(show(`kéy: ${'x'.repeat(15)}`, 'kéy', { width: 20 })[0]).toBe(`1|kéy: ${'x'.repeat(15)}`);
    expect(show(`key: ${'x'.repeat(16)}`, 'key', { width: 20 })[0]).toBe(`1|key: ${'x'.repeat(14)}…`);
  });

  test('whatever the text: no line is wider than asked, and the first caret stands under the first character', () => {
    const unit = fc.constantFrom('a', 'b', ': ', '\t', '名', '🙂', 'e\u0301', '\x1b', '\u202e', ' ', '"', '\ud800');
    fc.assert(
      fc.property(
        fc.array(unit, { maxLength: 400 }),
        fc.nat(),
        fc.nat({ max: 20 }),
        fc.integer({ min: 20, max: 60 }),
        (parts, at, size, width) => {
          const text = parts.join('');
          let start = at % (text.length + 1);
          if (/[\udc00-\udfff]/.test(text[start] ?? '') && /[\ud800-\udbff]/.test(text[start - 1] ?? '')) start--;
          const end = Math.min(text.length, start + size);
          const [line = '', carets = ''] = frameAt(text, start, end, { width }).map((one) => one.slice(one.indexOf('|') + 1));
          expect(displayWidth(line)).toBeLessThanOrEqual(width);
          expect(carets).toMatch(/^ *\^+$/);
          expect(carets.length).toBeLessThanOrEqual(width);
          const char = String.fromCodePoint(text.codePointAt(start) ?? 0x20);
          if (start < text.length && char.trim() !== '' && !/\p{M}/u.test(char))
            expect(fromColumn(line, carets.indexOf('^'))).toMatch(startOf(visible(char)));
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** The text from a display column on. */
function fromColumn(line: string, column: number): string {
  let used = 0;
  let at = 0;
  for (const char of line) {
    if (used >= column && displayWidth(char) > 0) break;
    used += displayWidth(char);
    at += char.length;
  }
  return line.slice(at);
}

/** What is spelt out may itself be cut off at the right. */
function startOf(shown: string): RegExp {
  return new RegExp(`^(?:${shown.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}|…)`, 'u');
}
