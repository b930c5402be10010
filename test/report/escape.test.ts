import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonText, visible, wellFormed, withoutCommands } from '../../src/report/escape.ts';

describe('visible', () => {
  test.each([
    ['plain text', 'plain text'],
    ['größer 大 🙂', 'größer 大 🙂'],
    ['\x1b[31mred\x1b[0m', '\\x1b[31mred\\x1b[0m'],
    ['a\nb\rc\td', 'a\\nb\\rc\\td'],
    ['\x9b31m', '\\x9b31m'],
    ['safe\u202egpj.exe', 'safe\\u202egpj.exe'],
    ['\u2066a\u2069', '\\u2066a\\u2069'],
    ['zero\u200bwidth\ufeff', 'zero\\u200bwidth\\ufeff'],
    ['soft\u00adhyphen', 'soft\\xadhyphen'],
    ['line\u2028paragraph\u2029', 'line\\u2028paragraph\\u2029'],
    ['\u{e0041}', '\\u{e0041}'],
    ['\ud800', '\\ud800'],
    ['\u0000\u007f', '\\x00\\x7f'],
  ])('%j is shown as %j', (text, shown) => expect(visible(text)).toBe(shown));

  test('nothing that a terminal obeys is left, and what is harmless stays', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = visible(text);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(visible(shown)).toBe(shown);
      }),
    );
  });
});

describe('withoutCommands', () => {
  test.each([
    ['::error::x', '\\x3a:error::x'],
    ['  ::error file=a::x', '  \\x3a:error file=a::x'],
    ['a\n\u00a0::warning::x\nb', 'a\n\u00a0\\x3a:warning::x\nb'],
    ['# ##[error]x', '# #\\x23[error]x'],
    ['10.0.0.0::1 and a::b', '10.0.0.0::1 and a::b'],
    [': one colon', ': one colon'],
  ])('%j', (text, safe) => expect(withoutCommands(text)).toBe(safe));

  test('no line is a command for the runner', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(':', '::', ' ', '\n', '\t', 'error', '##[', '##', '[', ']', 'x', '\u2003')),
        (parts) => {
          const safe = withoutCommands(parts.join(''));
          for (const line of safe.split('\n')) expect(line.trimStart().startsWith('::')).toBe(false);
          expect(safe).not.toContain('##[');
        },
      ),
    );
  });

  test('a long run of blanks costs no more than its length', () => {
    const started = performance.now();
    withoutCommands(`${' '.repeat(200_000)}x::\n`.repeat(10));
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('jsonText', () => {
  test('the same value comes back, and the text holds nothing a terminal obeys', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (key, value) => {
        const text = jsonText({ [`k${key}`]: [value] });
        expect(JSON.parse(text)).toEqual({ [`k${key}`]: [value] });
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  test('astral characters are written as pairs', () => {
    expect(jsonText('\u{e0041}')).toBe('"\\udb40\\udc41"\n');
    expect(jsonText('🙂')).toBe('"🙂"\n');
  });
});

test('wellFormed replaces what UTF-8 cannot hold', () => {
  expect(wellFormed('a\ud83d🙂\udc00b')).toBe('a\ufffd🙂\ufffdb');
});
