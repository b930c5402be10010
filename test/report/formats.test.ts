import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FORMAT_NAMES, isFormatName, loadForecast, loadFormat } from '../../src/report/index.ts';
import type { Finding, Format, Report } from '../../src/report/types.ts';
import { hostile } from './hostile.ts';
import { big, findingAt, placeAt, reportOf, sample } from './sample.ts';

const FORMATS: [string, Format][] = [['forecast', await loadForecast()]];
for (const name of FORMAT_NAMES) FORMATS.push([name, await loadFormat(name)]);

test('the formats by name', () => {
  expect(FORMAT_NAMES).toEqual(['pretty', 'unix', 'json', 'sarif', 'github', 'gitlab', 'junit', 'rdjson', 'markdown']);
  expect(FORMAT_NAMES.every(isFormatName)).toBe(true);
  for (const name of ['', 'xml', '__proto__', 'constructor', 'toString']) expect(isFormatName(name)).toBe(false);
});

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}

describe.each(FORMATS)('%s', { timeout: 30_000 }, (name, format) => {
  test('is a pure function: the same bytes twice, and nothing is written to the report', () => {
    for (const report of [sample(), hostile(), big(120), reportOf([])]) {
      const frozen = deepFreeze(report);
      const once = format(frozen, {});
      expect(format(frozen, {})).toBe(once);
      expect(once === '' || once.endsWith('\n')).toBe(true);
      expect(once.endsWith('\n\n')).toBe(false);
    }
  });

  test('hostile text never reaches a terminal or a line reader as it is', () => {
    const out = format(hostile(), {});
    expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/u);
    if (name === 'github') return;
    for (const line of out.split('\n')) expect(line.trimStart().startsWith('::'), line).toBe(false);
    if (['pretty', 'unix', 'forecast'].includes(name)) expect(out).not.toContain('##[');
  });

  test('any text in any field', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('', '::error::', '](1)', ']]>', '\n', '|', '`', '__proto__'),
    );
    const finding = fc
      .tuple(text, text, text, text, fc.nat({ max: 50 }), fc.nat({ max: 50 }))
      .map(([a, b, c, d, start, size]): Finding => {
        const place = placeAt('f', 'é🙂\t: x\n'.repeat(20), start, start + size);
        return findingAt(
          { ...place, file: a },
          {
            ruleId: b,
            message: c,
            says: d,
            object: { apiVersion: a, kind: b, namespace: c, name: d },
            path: a,
            predicts: { component: b, status: c },
            related: [{ place: { ...place, file: d }, message: a }],
            fix: { title: b, safe: true },
            edits: [{ ...place, file: c, text: d }],
            fingerprint: a,
            releases: [d],
          },
        );
      });
    fc.assert(
      fc.property(fc.array(finding, { maxLength: 5 }), text, fc.boolean(), (findings, why, color) => {
        const notJudged = [{ file: why, why }];
        const object = { kind: why, namespace: why, name: why };
        const forecast = [
          { object, pods: 1, statuses: [{ status: why, pods: 1, certain: color, file: why, line: 1, message: why }] },
        ];
        const report = { ...reportOf(findings, {}, { notJudged, forecast }), sources: (): string => 'é🙂\t: x\n'.repeat(20) };
        const out = format(report, {
          color,
          width: 60,
          title: why,
          category: why,
          link: (file) => `https://example.com/${file}`,
        });
        expect(out.replaceAll('\n', '').replace(/\x1b\[\d+m/g, '')).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u);
        if (['json', 'sarif', 'gitlab', 'rdjson'].includes(name)) JSON.parse(out);
      }),
      { numRuns: 50 },
    );
  });

  test('no secret value', () => {
    const out = format(sample(), {});
    for (const secret of ['correct-horse', 'hunter2', 'tr0ub4dor', 'db.internal']) expect(out).not.toContain(secret);
  });

  test('reads each file once, however many findings it has', () => {
    const report = big(1000);
    const reads = new Map<string, number>();
    const sources = (file: string): string | undefined => {
      reads.set(file, (reads.get(file) ?? 0) + 1);
      return report.sources(file);
    };
    format({ ...report, sources }, {});
    expect(Math.max(0, ...reads.values())).toBeLessThanOrEqual(1);
  });

  test('a file of one huge line costs no more than its length', () => {
    const n = 20_000;
    const text = `[${'{"kü":"välue"},'.repeat(n)}null]`;
    const findings: Finding[] = [];
    for (let i = 0, at = text.indexOf('"k'); i < n; i++, at = text.indexOf('"k', at + 1)) {
      findings.push(
        findingAt({ file: 'f.json', line: 1, column: at + 1, endLine: 1, endColumn: at + 5, offset: at, endOffset: at + 4 }),
      );
    }
    const report: Report = reportOf(findings, { 'f.json': text });
    const started = performance.now();
    format(report, {});
    // Quadratic would be minutes; the bound leaves room for a busy machine.
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
