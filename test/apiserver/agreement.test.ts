/**
 * podlint's verdict against the API server's, on manifests that are wrong in one place: `test/recorded/mutants*.jsonl.gz` and `unfilled.jsonl.gz`, recorded anew by
 * `node test/oracle/agree.mjs` with the arguments in the file's first line.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Release } from '../../src/api/kinds.ts';
import type { SourceText } from '../../src/index.ts';
import { type Answer, agreementOf, type Judged } from '../oracle/agreement.ts';
import { judgeEach } from '../support/judge-each.ts';

interface Head {
  readonly kubernetes: Release;
  /** Of objects that name none. */
  readonly namespace: string;
  readonly facts: readonly SourceText[];
}

interface Mutant extends Answer {
  readonly from: string;
  readonly what: string;
  readonly kind: string;
  readonly text: string;
}

async function judged(file: string) {
  const lines = gunzipSync(readFileSync(new URL(`../recorded/${file}`, import.meta.url)))
    .toString()
    .trimEnd()
    .split('\n');
  const head = JSON.parse(lines[0]!) as Head;
  const mutants = lines.slice(1).map((line) => JSON.parse(line) as Mutant);
  const texts = mutants.map(({ text }, i) => ({ path: `${i}.yaml`, text }));
  const findings = await judgeEach(texts, head.facts, head.kubernetes, head.namespace);
  return agreementOf(mutants.map((mutant, i) => ({ ...mutant, findings: findings.get(`${i}.yaml`) ?? [] })));
}

/** What to look at when a figure is missed. */
function told(list: readonly (Mutant & Judged)[]): string {
  return list
    .slice(0, 30)
    .map(({ kind, from, what, message, causes, findings }) => {
      const server = causes === undefined ? message : JSON.stringify(causes.slice(0, 4));
      const ours = findings.map((f) => `${f.level} ${f.ruleId} ${f.cause?.field ?? ''} ${f.says ?? f.message}`);
      return `${kind} ${from}: ${what}\n  server: ${server ?? 'accepts it'}\n  podlint: ${ours.slice(0, 4).join('\n           ')}`;
    })
    .join('\n');
}

// The server that does as if it were 1.34 decides as 1.34 did where a gate decides; of words and fields some are still its own.
describe.each([
  ['mutants.jsonl.gz', 0.998, 0.99],
  ['mutants-1.34.jsonl.gz', 0.998, 0.98],
  // Pods where their namespace enforces a level.
  ['mutants-baseline.jsonl.gz', 0.998, 0.99],
  // A placeholder in one place, sent as it is. What CEL makes of it is not told.
  ['unfilled.jsonl.gz', 0.99, 0.99],
])('%s', (file, agreed, share) => {
  const agreement = judged(file);

  it('is of hundreds of manifests, some right and more wrong', async () => {
    const { all } = await agreement;
    expect(all.accepted).toBeGreaterThan(100);
    expect(all.rejected).toBeGreaterThan(300);
  });

  it('refuses nothing that the server accepts', async () => {
    const { false: wrong } = await agreement;
    expect(wrong.length, told(wrong)).toBe(0);
  });

  it('refuses what the server refuses', async () => {
    const { all, missed } = await agreement;
    expect(all.agreed / all.rejected, told(missed)).toBeGreaterThanOrEqual(agreed);
  });

  it('says of it what the server says first', async () => {
    const { all, other } = await agreement;
    expect(all.sameFirst / all.agreed, told(other)).toBeGreaterThanOrEqual(share);
  });
});
