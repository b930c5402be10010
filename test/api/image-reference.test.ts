import { describe, expect, it } from 'vitest';
import { canonicalName, parseImage } from '../../src/api/image-reference.ts';
import { recorded } from '../kubelet/recorded.ts';

describe('parseImage', () => {
  const lines = recorded<{ readonly image: string }>('image');

  it('was asked about enough names', () => {
    expect(lines.length).toBeGreaterThan(250);
    expect(lines.filter(({ answer }) => JSON.stringify(answer).includes('says')).length).toBeGreaterThan(100);
  });

  it.each(lines.map(({ image, answer }) => [JSON.stringify(image).slice(0, 60), image, answer] as const))(
    '%s',
    (_, image, answer) => {
      const found = parseImage(image);
      if ('error' in found) {
        expect({ says: found.says }).toEqual(answer);
        expect(found.says.endsWith(found.error)).toBe(true);
      } else {
        expect(JSON.parse(JSON.stringify(found))).toEqual(answer);
      }
    },
  );

  it('takes time in proportion to the length', () => {
    const of = (text: string): number => {
      const start = performance.now();
      parseImage(text);
      return performance.now() - start;
    };
    for (const text of ['a-', 'a_', 'a.', 'a/', ':', '@', '-', '\u0130', 'A/']) {
      of(text.repeat(1_000));
      expect(of(text.repeat(100_000))).toBeLessThan(500);
    }
  });

  it('gives one canonical name to all spellings', () => {
    const names = ['nginx', 'docker.io/nginx', 'library/nginx', 'docker.io/library/nginx:1', 'index.docker.io/nginx'].map(
      (text) => {
        const found = parseImage(text);
        return 'error' in found ? found.error : canonicalName(found);
      },
    );
    expect(new Set(names)).toEqual(new Set(['docker.io/library/nginx']));
  });
});
