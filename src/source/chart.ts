import { isFields, own } from './classify.ts';
import { folderAbove } from './kustomization.ts';

/** What a file is within a Helm chart. `outside` is no part of it, though it lies in its folder. */
export type ChartRole = 'template' | 'values' | 'crd' | 'config' | 'outside';

/** The chart that a chart is a dependency of, by way of `charts/` folders; itself if it is none. */
export function topChart(chart: string, charts: { has(folder: string): boolean }): string {
  let top = chart;
  for (;;) {
    const above = folderAbove(top);
    if (above === undefined || (above !== 'charts' && !above.endsWith('/charts'))) return top;
    const parent = folderAbove(above);
    if (parent === undefined || !charts.has(parent)) return top;
    top = parent;
  }
}

/** What a file is in the chart whose folder it lies in. */
export function chartRole(chart: string, path: string): ChartRole {
  const inside = chart === '.' ? path : path.slice(chart.length + 1);
  const slash = inside.indexOf('/');
  if (slash < 0) {
    if (/^values[^/]*\.(?:ya?ml|json)$/i.test(inside)) return inside === 'values.schema.json' ? 'config' : 'values';
    return /^(?:Chart\.yaml|requirements\.yaml)$/.test(inside) ? 'config' : 'outside';
  }
  const folder = inside.slice(0, slash);
  if (folder === 'templates') return 'template';
  if (folder === 'crds') return 'crd';
  if (folder === 'ci') return 'values';
  return folder === 'charts' ? 'config' : 'outside';
}

/** The chart's name, and whether it is a library, which renders nothing by itself. */
export function chartFacts(value: unknown): { name: string; library: boolean } {
  if (!isFields(value)) return { name: '', library: false };
  const name = own(value, 'name');
  return { name: typeof name === 'string' ? name : '', library: own(value, 'type') === 'library' };
}
