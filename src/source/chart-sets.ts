import type { Drafts, SetFile } from './apply-sets.ts';
import { chartFacts, chartRole, topChart } from './chart.ts';
import { folderOf } from './kustomization.ts';
import { Owners } from './owners.ts';
import type { ParsedFile } from './parsed-file.ts';

/** Adds a set for each Helm chart that is not another one's dependency. Its templates are not judged, its CRDs are. */
export function addCharts(drafts: Drafts): void {
  const charts = new Map<string, ParsedFile>();
  for (const file of drafts.files) {
    if (!/(?:^|\/)Chart\.yaml$/.test(file.path)) continue;
    if (file.classes.some((it) => it.what === 'chart' || it.what === 'unread')) charts.set(folderOf(file.path), file);
  }
  if (charts.size === 0) return;
  const owners = new Owners(charts);
  const members = new Map<string, SetFile[]>();
  for (const file of drafts.files) {
    const chart = owners.nearest(file.path);
    if (chart === undefined || drafts.taken.has(file.path)) continue;
    const role = chartRole(chart, file.path);
    if (role === 'outside') continue;
    const top = topChart(chart, charts);
    const files = members.get(top);
    const member = { path: file.path, role, outside: false };
    if (files === undefined) members.set(top, [member]);
    else files.push(member);
  }
  for (const [folder, files] of members) {
    const { name, library } = chartFacts(charts.get(folder)?.documents[0]?.value);
    const templates = files.some((it) => it.role === 'template');
    const unrendered = templates && !library ? { unrendered: `the templates of the Helm chart ${name || folder}` } : {};
    drafts.add({ id: folder, kind: 'chart', root: folder, files, ...unrendered, open: true });
  }
}
