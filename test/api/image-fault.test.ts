import { describe, expect, it } from 'vitest';
import { imageFault } from '../../src/api/image-fault.ts';
import { parseImage } from '../../src/api/image-reference.ts';
import { recorded, saysOf } from '../kubelet/recorded.ts';

describe('image names that cannot be parsed', () => {
  const lines = recorded<{ readonly image: string }>('image');

  it('are those that the kubelet refuses, in its words', () => {
    let faults = 0;
    for (const { image, answer } of lines) {
      const fault = imageFault(image);
      if (fault === undefined) continue;
      faults++;
      expect(fault.says, image).toBe(saysOf(answer));
    }
    expect(faults).toBeGreaterThan(100);
  });

  it('are all told, but for those that the API server refuses and those with placeholders', () => {
    for (const { image, answer } of lines) {
      if (saysOf(answer) === undefined || image === '' || image.trim() !== image || /\$\{|\{\{/.test(image)) continue;
      expect(imageFault(image), image).toBeDefined();
    }
  });

  it('get only names instead that can be parsed', () => {
    for (const { image } of lines) {
      const instead = imageFault(image)?.instead;
      if (instead !== undefined) expect(parseImage(instead), `${image} → ${instead}`).not.toHaveProperty('error');
    }
  });

  it.each([
    ['Nginx:Latest', 'nginx:Latest', true],
    ['ghcr.io/Acme/Api@sha256:abc', undefined, false],
    ['https://ghcr.io/Acme/Api:1', 'ghcr.io/acme/api:1', true],
    ['docker://nginx', 'nginx', true],
    ['nginx:', 'nginx', false],
    ['nginx:1.0+b', 'nginx:1.0_b', false],
    ['nginx: 1.0', 'nginx:1.0', false],
    ['nginx:a:b', undefined, false],
    [`nginx@sha256:${'A'.repeat(64)}`, `nginx@sha256:${'a'.repeat(64)}`, false],
  ])('%s is put right as %s', (text, instead, safe) => {
    expect(imageFault(text)).toMatchObject({ safe });
    expect(imageFault(text)?.instead).toBe(instead);
  });

  it.each(['gcr.io/PROJECT_ID/app', '<image>', 'IMAGE', 'registry/$NAME', '__IMAGE__', 'acme/app:TAG:1'])(
    '%s looks like a placeholder',
    (text) => expect(imageFault(text)?.placeholder).toBe(true),
  );

  it.each(['', ' nginx', 'nginx ', '${IMAGE}', '{{ .Values.image }}', 'ko://example.com/Cmd', 'a'.repeat(10_000)])(
    'nothing is said of %j',
    (text) => expect(imageFault(text)).toBeUndefined(),
  );
});
