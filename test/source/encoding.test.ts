import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodeText } from '../../src/source/encoding.ts';

/** What kubectl's reader (1.37.2) said of these bytes. */
const recorded = readFileSync(new URL('../recorded/encodings.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { hex: string; says: string | null });

describe('bytes that are no text', () => {
  test.each(recorded)('$hex: $says', ({ hex, says }) => {
    const bytes = Buffer.from(hex, 'hex');
    const before = Buffer.from(bytes);
    expect(decodeText(bytes)?.error?.message ?? null).toBe(says);
    expect(bytes).toEqual(before);
  });

  test('the fault is the character that the bad byte became', () => {
    const decoded = decodeText(Buffer.from([0x61, 0x3a, 0x20, 0xc3, 0xa9, 0xff, 0x62, 0x0a]));
    expect(decoded?.text).toBe('a: é\uFFFDb\n');
    expect(decoded?.error?.range).toEqual({ start: 4, end: 5 });
  });

  test('a fault after megabytes of good text is found at its place', () => {
    const good = `key: äöü😀\n`.repeat(100_000);
    const decoded = decodeText(Buffer.concat([Buffer.from(good), Buffer.from([0x61, 0xfe, 0x0a])]));
    expect(decoded?.error).toEqual({
      message: 'yaml: invalid leading UTF-8 octet',
      range: { start: good.length + 1, end: good.length + 2 },
    });
  });

  test('every cut of a character at every place of a block is found', () => {
    for (let pad = 4090; pad < 4100; pad++) {
      const decoded = decodeText(Buffer.concat([Buffer.alloc(pad, 0x61), Buffer.from([0xf0, 0x9f, 0x98]), Buffer.from('\nb')]));
      expect(decoded?.error?.range.start, `${pad}`).toBe(pad);
      expect(decodeText(Buffer.concat([Buffer.alloc(pad, 0x61), Buffer.from('😀\nb')]))?.error).toBeUndefined();
    }
  });

  test('NUL bytes are binary, as is UTF-16 without a mark', () => {
    expect(decodeText(Buffer.from('a\0b'))).toBeUndefined();
    expect(decodeText(Buffer.from('a: b', 'utf16le'))).toBeUndefined();
    expect(decodeText(Buffer.from([0xff, 0xfe, 0x00, 0x00, 0x61, 0, 0, 0]))).toBeUndefined();
  });
});

describe('texts', () => {
  test('nothing is text', () => {
    expect(decodeText(Buffer.alloc(0))).toEqual({ text: '', encoding: 'utf-8' });
  });

  test('a byte order mark is no part of the text', () => {
    expect(decodeText(Buffer.from('\uFEFFa: ä\r\n'))).toEqual({ text: 'a: ä\r\n', encoding: 'utf-8' });
    expect(decodeText(Buffer.from('\uFEFF'))).toEqual({ text: '', encoding: 'utf-8' });
  });

  test('UTF-16 is decoded in both orders', () => {
    const little = Buffer.from('\uFEFFa: ä😀\n---\nb: c\n', 'utf16le');
    expect(decodeText(little)).toEqual({ text: 'a: ä😀\n---\nb: c\n', encoding: 'utf-16le' });
    expect(decodeText(Buffer.from(little).swap16())?.text).toBe('a: ä😀\n---\nb: c\n');
  });

  test('a replacement character that was written is no fault', () => {
    expect(decodeText(Buffer.from('a: \uFFFD\n'))).toEqual({ text: 'a: \uFFFD\n', encoding: 'utf-8' });
  });
});
