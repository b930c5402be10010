import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isObject } from '../api/manifest.ts';
import { UsageError } from '../config/plan.ts';
import type { Finding, Level, Report } from '../report/types.ts';
import type { Finished } from './findings.ts';

/**
 * Known debts: findings that a run does not report again. An entry is the finding's fingerprint (rule, object and field, never a line), so that it
 * stays the same when other lines move; what stands beside it is for people.
 */
export interface BaselineEntry {
  readonly fingerprint: string;
  readonly rule: string;
  readonly file: string;
  readonly object?: string;
}

const VERSION = 1;

/** Fingerprints of a baseline file. A file that is not there is an error: a misspelt name must not report everything as new, nor nothing. */
export function readBaseline(file: string, cwd: string): ReadonlySet<string> {
  const full = path.resolve(cwd, file);
  if (!existsSync(full)) throw new UsageError(`--baseline ${file}: no such file; --update-baseline writes it`);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(full, 'utf8'));
  } catch (error) {
    throw new UsageError(`--baseline ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isObject(value) || value['version'] !== VERSION || !Array.isArray(value['findings']))
    throw new UsageError(`--baseline ${file}: not a baseline of podlint`);
  return new Set(
    (value['findings'] as unknown[]).flatMap((entry) =>
      isObject(entry) && typeof entry['fingerprint'] === 'string' ? [entry['fingerprint']] : [],
    ),
  );
}

/** Writes all findings as known, in the order of the report. */
export function writeBaseline(file: string, cwd: string, findings: readonly Finding[]): void {
  const entries = findings.map(
    ({ fingerprint, ruleId, place, object }): BaselineEntry => ({
      fingerprint,
      rule: ruleId,
      file: place.file,
      ...(object === undefined
        ? {}
        : { object: `${object.kind} ${object.namespace === undefined ? '' : `${object.namespace}/`}${object.name}` }),
    }),
  );
  try {
    writeFileSync(path.resolve(cwd, file), `${JSON.stringify({ version: VERSION, findings: entries }, undefined, 2)}\n`);
  } catch (error) {
    throw new UsageError(`--baseline ${file}: cannot be written: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  }
}

/** The report without what is known, and how many entries of the baseline no finding answers any more. */
export function withoutKnown(report: Report, known: ReadonlySet<string>): { readonly report: Report; readonly gone: number } {
  const { judgement, gone } = withoutFindings({ ...report, fixes: [], counts: report.summary }, known);
  const { findings, rules, counts } = judgement;
  return { report: { ...report, findings, rules, summary: { ...report.summary, ...counts } }, gone };
}

/** What was found without the findings of these fingerprints; the others are new. `gone` counts the fingerprints that no finding has. */
export function withoutFindings<Found extends Pick<Finished, 'findings' | 'fixes' | 'rules' | 'counts'>>(
  found: Found,
  known: ReadonlySet<string>,
): { readonly judgement: Found; readonly gone: number } {
  const isNew = found.findings.map((finding) => !known.has(finding.fingerprint));
  const findings = found.findings.filter((_, i) => isNew[i]).map((finding) => ({ ...finding, isNew: true }));
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length;
  const used = new Set(findings.map((finding) => finding.ruleId));
  const judgement = {
    ...found,
    findings,
    fixes: found.fixes.filter((_, i) => isNew[i]),
    rules: found.rules.filter((rule) => used.has(rule.id)),
    counts: { error: count('error'), warning: count('warning'), note: count('note') },
  };
  return { judgement, gone: known.size - (found.findings.length - findings.length) };
}
