import { describe, expect, it } from 'vitest';
import { holdsPlaceholder, isPlaceholder, isUnknown, literally } from '../../src/api/unknown.ts';

describe('placeholders', () => {
  it.each(['${A}', 'a-${A}', '${A:=b}', '{{ a }}', 'a{{b}}c', 'ENC[AES256_GCM,data:x]'])('%s is unknown', (text) => {
    expect(isUnknown(text)).toBe(true);
    expect(literally(() => [isUnknown(text), isPlaceholder(text)])).toEqual([false, true]);
    expect(isUnknown(text)).toBe(true);
  });
  it.each(['', '$A', '${A', '}}{{', '$(A)', 'ENC[', 7, null, undefined, ['${A}']])('%s is not', (value) => {
    expect(isUnknown(value)).toBe(false);
  });

  it('are unknown again after a question that fails, and after one within another', () => {
    expect(() =>
      literally(() => {
        throw new Error('x');
      }),
    ).toThrow();
    expect(isUnknown('${A}')).toBe(true);
    expect(literally(() => [literally(() => isUnknown('${A}')), isUnknown('${A}')])).toEqual([false, false]);
  });

  it('are found in values and keys, in what refers to itself, and however deep', () => {
    expect(holdsPlaceholder({ a: [{ b: 'x${C}' }] })).toBe(true);
    expect(holdsPlaceholder({ a: { '{{ k }}': 1 } })).toBe(true);
    expect(holdsPlaceholder({ a: [1, null, 'b', { c: '$d' }] })).toBe(false);
    let deep: unknown = '${X}';
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(holdsPlaceholder(deep)).toBe(true);
    const own: unknown[] = [];
    own.push(own);
    expect(holdsPlaceholder(own)).toBe(false);
  });
});
