/** The table that `kubectl get pods` would show: one row for each status of each workload. */
import pc from 'picocolors';
import { visible, withoutCommands } from './escape.ts';
import type { ForecastRow, ForecastStatus, FormatOptions, Report } from './types.ts';
import { cutTo, displayWidth, pad } from './width.ts';
import { count, isWell, judged, listed } from './words.ts';

export interface TableOptions extends FormatOptions {
  /** Put before every line. */
  readonly indent?: string;
  /** At most so many rows; the rest is counted in a last line. */
  readonly maxRows?: number;
}

interface Row {
  /** All but the cause. */
  readonly cells: readonly string[];
  readonly status: ForecastStatus;
}

const HEADINGS = ['NAMESPACE', 'WORKLOAD', 'PODS', 'STATUS', 'CAUSE'];
const STATUS = 3;
const CAUSE = 4;
/** A cell wider than this does not push the next columns of all rows to the right. */
const WIDEST = 48;
/** With less room than this for a cause, only its place is named. */
const SHORTEST_CAUSE = 30;

/** The table's lines, without a last newline; none when there is no row. `?` stands behind a status that is not certain. */
export function forecastTable(forecast: readonly ForecastRow[], options: TableOptions): string[] {
  const { indent = '', maxRows = Number.POSITIVE_INFINITY, width = Number.POSITIVE_INFINITY, color = false } = options;
  const colors = pc.createColors(color);
  const rows: Row[] = [];
  let more = 0;
  for (const workload of forecast) {
    for (const status of workload.statuses) {
      if (options.troubledOnly === true && isWell(status)) continue;
      if (rows.length < maxRows) rows.push({ cells: cellsOf(workload, status), status });
      else more++;
    }
  }
  if (rows.length === 0) return [];

  const widths = HEADINGS.map((heading) => heading.length);
  for (const { cells } of rows) {
    for (let i = 0; i < CAUSE; i++) widths[i] = Math.max(widths[i] ?? 0, Math.min(WIDEST, displayWidth(cells[i] ?? '')));
  }
  const room = width - displayWidth(indent) - widths.slice(0, CAUSE).reduce((sum, one) => sum + one + 2, 0);

  const lines = [indent + colors.dim(line(HEADINGS, widths))];
  for (const { cells, status } of rows) {
    const painted = line([...cells, causeOf(status, room)], widths, (text, i) => {
      if (i === STATUS) return isWell(status) ? colors.green(text) : status.certain ? colors.red(text) : colors.yellow(text);
      return i === CAUSE ? colors.dim(text) : text;
    });
    lines.push(indent + painted);
  }
  if (more > 0) lines.push(`${indent}and ${count(more, 'more row')}: podlint forecast`);
  return lines;
}

function cellsOf(workload: ForecastRow, status: ForecastStatus): string[] {
  const { kind, namespace, name } = workload.object;
  return [
    visible(namespace) || '-',
    visible(`${kind}/${name}`),
    workload.statuses.length > 1 ? `${status.pods}/${workload.pods}` : String(status.pods),
    visible(status.status) + (status.certain ? '' : '?'),
  ];
}

function causeOf({ file, line: number, message, ruleId }: ForecastStatus, room: number): string {
  const at = file === undefined ? '' : visible(place(file, number));
  const why = visible(message ?? ruleId ?? '');
  if (at === '') return cutTo(why, Math.max(room, SHORTEST_CAUSE));
  return room < SHORTEST_CAUSE || why === '' ? at : cutTo(`${at}  ${why}`, Math.max(room, displayWidth(at)));
}

function place(file: string, line: number | undefined): string {
  return line === undefined ? file : `${file}:${line}`;
}

function line(
  cells: readonly string[],
  widths: readonly number[],
  paint: (text: string, column: number) => string = (text) => text,
): string {
  let last = cells.length - 1;
  while (last > 0 && cells[last] === '') last--;
  let out = '';
  for (let i = 0; i <= last; i++) {
    const cell = cells[i] ?? '';
    const padding = i === last ? '' : pad(cell, widths[i] ?? 0).slice(cell.length);
    out += paint(cell, i) + padding + (i === last ? '' : '  ');
  }
  return out;
}

/** `podlint forecast`: the whole table, what it could not judge, and how many Pods run. */
export function forecast(report: Report, options: FormatOptions): string {
  const colors = pc.createColors(options.color ?? false);
  const lines = forecastTable(report.forecast, options);
  if (lines.length > 0) lines.push('');
  const pods = { all: 0, well: 0, unsure: 0 };
  for (const workload of report.forecast) {
    for (const status of workload.statuses) {
      pods.all += status.pods;
      if (!status.certain) pods.unsure += status.pods;
      else if (isWell(status)) pods.well += status.pods;
    }
  }
  if (pods.unsure > 0) lines.push(colors.dim('? depends on what the manifests alone do not say'));
  for (const { file, line: number, why } of report.notJudged) {
    lines.push(`${colors.yellow('not judged')}  ${visible(place(file, number))}  ${visible(why)}`);
  }
  const releases = listed(report.kubeVersions);
  if (report.forecast.length === 0) {
    lines.push(`No workloads: judged ${judged(report.summary, report.kubeVersions)}.`);
  } else {
    const others = pods.all - pods.well - pods.unsure;
    const unsure = pods.unsure === 0 ? '' : `, ${pods.unsure} may not`;
    lines.push(`${count(pods.all, 'Pod')} with Kubernetes ${releases}: ${pods.well} will run, ${others} will not${unsure}.`);
  }
  return withoutCommands(`${lines.join('\n')}\n`);
}
