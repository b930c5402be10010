import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isTemplateText } from '../../src/source/template-text.ts';

/** What kubectl's reader (1.37.2) said of these texts. */
const recorded = readFileSync(new URL('../recorded/template-texts.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { text: string; says: string | null });

describe('a text with marks is a template if kubectl cannot read it', () => {
  test.each(recorded.filter((it) => it.says === null))('$text is not', ({ text }) => {
    expect(isTemplateText(text)).toBeUndefined();
  });

  test.each(recorded.filter((it) => it.says !== null && !it.says.includes('separator')))('$text is', ({ text }) => {
    const found = isTemplateText(text, 0);
    expect(text.slice(found?.offset)).toMatch(/^\{[{%]/);
  });
});

describe('without knowing that it cannot be read', () => {
  test('the first mark where a node begins is found', () => {
    const text = 'a: "{{ x }}"\nb: |\n  {{ y }}\nc: {{ z }}\nd: {{ z }}\n';
    expect(isTemplateText(text)).toEqual({ offset: text.indexOf('{{ z') });
    expect(isTemplateText('{{- define "x" -}}\n')).toEqual({ offset: 0 });
    expect(isTemplateText('')).toBeUndefined();
    expect(isTemplateText('a: b\n')).toBeUndefined();
  });

  test('a mark in a string does not make a template of a text that is wrong elsewhere', () => {
    const text = 'a: |\n  {{ x }}\nb: "{{ y }}"\nc: d\ne: f\ng: h: i\n';
    expect(isTemplateText(text, text.indexOf('g:'))).toBeUndefined();
    expect(isTemplateText(text, text.indexOf('c:'))).toEqual({ offset: text.indexOf('{{ y') });
  });

  test('a comment or a block scalar on the wrong line is no evidence', () => {
    expect(isTemplateText('# {{ x }}\na: b: c\n', 12)).toBeUndefined();
    expect(isTemplateText('a: |\n  {{ x }}\nb: c: d\n', 16)).toBeUndefined();
  });

  test('huge and hostile texts take time in proportion', () => {
    const cost = (text: string): number => {
      const before = process.cpuUsage();
      isTemplateText(text, text.length);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    };
    for (const unit of ['{{', '"{{\\', "'{{", '- ', 'a: |\n  {{x}}\n', '[{a: "{{x}}"},', '# {{\n', '&a {{', 'a{{ #\n']) {
      cost(unit.repeat(1000));
      expect(cost(unit.repeat(200_000)), unit).toBeLessThan(2000);
    }
  });
});
