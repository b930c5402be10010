/** What podlint says by the catalogue, against what the API server said by the definitions that it was made of: test/oracle/catalogue.mjs. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { podlint } from '../../src/index.ts';
import type { Finding } from '../../src/report/types.ts';

interface Recorded {
  readonly object: { readonly apiVersion: string; readonly kind: string; readonly metadata: { readonly name: string } };
  readonly code: number;
  /** Of a 400. */
  readonly message?: string;
  /** Of a 422. */
  readonly causes?: readonly string[];
}

const recorded = readFileSync(new URL('../recorded/catalogue.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded);

/** What the schema says; the rest are the definition's CEL rules. */
function isOfSchema(cause: string): boolean {
  return /^metadata\b| in body |: Required value$|: Unsupported value: |: Too (?:long|many): |: Duplicate value: |^<nil>: (?!.*some validation rules were not checked)/.test(
    cause,
  );
}

describe('the catalogue against the API server', async () => {
  const text = recorded.map(({ object }) => `${JSON.stringify(object)}\n`).join('---\n');
  const report = await podlint([{ path: 'all.yaml', text }]);
  const found = new Map<string, Finding[]>();
  for (const finding of report.findings) {
    if (finding.predicts?.status !== 'Rejected') continue;
    const name = finding.object!.name;
    found.set(name, [...(found.get(name) ?? []), finding]);
  }

  it('covers many kinds, right and wrong', () => {
    expect(report.notJudged).toEqual([]);
    const counts = { 201: 0, 400: 0, 422: 0 } as Record<number, number>;
    for (const { code } of recorded) counts[code] = (counts[code] ?? 0) + 1;
    for (const code of [201, 400, 422]) expect(counts[code]).toBeGreaterThan(60);
    expect(new Set(recorded.map(({ object }) => object.apiVersion.split('/')[0])).size).toBeGreaterThan(20);
  });

  it.each(recorded.map((one) => [`${one.object.metadata.name}: ${one.object.kind} of ${one.object.apiVersion}`, one] as const))(
    '%s',
    (_, { object, code, message, causes = [] }) => {
      const findings = found.get(object.metadata.name) ?? [];
      for (const { level } of findings) expect(level).toBe('warning');
      const says = findings.map((finding) => finding.says!.replace(/^strict decoding error: /, ''));
      if (code === 201) expect(says).toEqual([]);
      else if (code === 400) {
        // The server tells nothing else of what it cannot decode; podlint goes on.
        const told = says.filter((one) => message!.includes(one));
        for (const one of says) if (/^unknown field /.test(one)) expect(told).toContain(one);
        expect(told).not.toEqual([]);
      } else {
        expect(says.filter(isOfSchema).sort()).toEqual(causes.filter(isOfSchema).sort());
        for (const one of says) expect(causes).toContain(one);
      }
    },
  );
});
