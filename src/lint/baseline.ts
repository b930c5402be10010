import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isObject } from '../api/manifest.ts';
import { UsageError } from '../config/plan.ts';
import type { Finding, Level, Report } from '../report/types.ts';

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
  const findings = report.findings
    .filter((finding) => !known.has(finding.fingerprint))
    .map((finding) => ({ ...finding, isNew: true }));
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length;
  const used = new Set(findings.map((finding) => finding.ruleId));
  return {
    report: {
      ...report,
      findings,
      rules: report.rules.filter((rule) => used.has(rule.id)),
      summary: { ...report.summary, error: count('error'), warning: count('warning'), note: count('note') },
    },
    gone: known.size - (report.findings.length - findings.length),
  };
}
