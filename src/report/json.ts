/**
 * podlint's own report for scripts. Its form is promised: schemas/report.schema.json describes it, and fields are only ever
 * added.
 */
import { jsonText } from './escape.ts';
import type { Finding, ForecastRow, FormatOptions, Report } from './types.ts';

export function json(report: Report, _options: FormatOptions): string {
  const { kubeVersions, notJudged, summary } = report;
  return jsonText({
    version: report.version,
    podlint: report.podlint,
    kubeVersion: newest(kubeVersions),
    kubeVersions: kubeVersions.length > 1 ? kubeVersions : undefined,
    findings: report.findings.map(finding),
    forecast: report.forecast.map(row),
    notJudged: notJudged.map(({ file, line, why }) => ({ file, line, why })),
    summary: {
      files: summary.files,
      documents: summary.documents,
      objects: summary.objects,
      error: summary.error,
      warning: summary.warning,
      note: summary.note,
    },
    since: report.since && { revision: report.since.revision, known: report.since.known, gone: report.since.gone },
    stats: report.stats,
  });
}

/** JSON.stringify leaves out what is undefined, so the order of the keys here is the order in the file. */
function finding(f: Finding): unknown {
  const { place, object, predicts, cause, fix } = f;
  return {
    ruleId: f.ruleId,
    level: f.level,
    message: f.message,
    says: f.says,
    file: place.file,
    line: place.line,
    column: place.column,
    endLine: place.endLine,
    endColumn: place.endColumn,
    object: object && { apiVersion: object.apiVersion, kind: object.kind, namespace: object.namespace, name: object.name },
    path: f.path,
    predicts: predicts && { component: predicts.component, status: predicts.status },
    cause: cause && { type: cause.type, field: cause.field },
    related: f.related.map(({ place: at, message }) => ({ file: at.file, line: at.line, column: at.column, message })),
    fix: fix && { title: fix.title, safe: fix.safe },
    fingerprint: f.fingerprint,
    folded: f.folded || undefined,
    releases: f.releases,
    new: f.isNew,
  };
}

function row({ object, pods, statuses }: ForecastRow): unknown {
  return {
    object: { kind: object.kind, namespace: object.namespace, name: object.name },
    pods,
    statuses: statuses.map((s) => ({
      status: s.status,
      pods: s.pods,
      certain: s.certain,
      ruleId: s.ruleId,
      file: s.file,
      line: s.line,
      message: s.message,
    })),
  };
}

/** The newest of the releases judged for: `1.9` is older than `1.30`. */
function newest(kubeVersions: readonly string[]): string {
  let best = kubeVersions[0] ?? '';
  for (const version of kubeVersions) if (minor(version) > minor(best)) best = version;
  return best;
}

function minor(version: string): number {
  return Number(version.slice(version.indexOf('.') + 1));
}
