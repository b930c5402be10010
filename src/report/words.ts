/** Small helpers of wording and layout that several formats share. */
import { visible } from './escape.ts';
import type { Finding, ForecastStatus, Level, ObjectRef, Report, Summary } from './types.ts';
import { displayWidth } from './width.ts';

/** `1 error`, `2 errors`, `0 errors`. */
export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : plural}`;
}

/** `1 error, 2 warnings and 1 note`; only the levels there are; `nothing found` when there are none. */
export function countLevels(summary: Summary): string {
  return listed(LEVELS.filter((level) => summary[level] > 0).map((level) => count(summary[level], level))) || 'nothing found';
}

export const LEVELS: readonly Level[] = ['error', 'warning', 'note'];

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** `14 objects in 12 files for Kubernetes 1.37`. */
export function judged(summary: Summary, kubeVersions: readonly string[]): string {
  return `${count(summary.objects, 'object')} in ${count(summary.files, 'file')} for Kubernetes ${listed(kubeVersions)}`;
}

/** `Deployment shop/api`. */
export function objectName(object: Pick<ObjectRef, 'kind' | 'namespace' | 'name'>): string {
  return `${object.kind} ${object.namespace ? `${object.namespace}/` : ''}${object.name}`;
}

/** `Compared with main: 2 findings were there before, and 1 is gone.`; undefined when nothing was compared. */
export function comparison({ since }: Pick<Report, 'since'>): string | undefined {
  if (since === undefined) return undefined;
  const { revision, known, gone } = since;
  const before = `${known === 0 ? 'no finding' : count(known, 'finding')} ${known > 1 ? 'were' : 'was'} there before`;
  const rest = gone === 0 ? '' : `, and ${gone} ${gone === 1 ? 'is' : 'are'} gone`;
  return `Compared with ${visible(revision)}: ${before}${rest}.`;
}

const COMPONENTS = new Map([
  ['apiserver', 'API server'],
  ['runtime', 'container runtime'],
]);

/** The component as a sentence names it: `kubelet`, `API server`. */
export function componentName(component: string): string {
  return COMPONENTS.get(component) ?? visible(component);
}

/** Who says it and what, as in `kubelet says`, `couldn't find key …`; undefined when it says no more than the message does. */
export function saying({ message, says, predicts }: Finding): { readonly who: string; readonly words: string } | undefined {
  if (says === undefined || says === '' || says === message || says === predicts?.status) return undefined;
  return { who: predicts === undefined ? 'the cluster says' : `${componentName(predicts.component)} says`, words: says };
}

/** The word of the STATUS column, when a Pod gets as far as having one. */
export function statusOf({ predicts }: Finding): string | undefined {
  return predicts === undefined || predicts.status === '' || predicts.status === 'Rejected' ? undefined : predicts.status;
}

const RUNS = new Set(['Running', 'Completed', 'Succeeded']);

/** Whether the Pods of this row are as their owner wants them. */
export function isWell(status: Pick<ForecastStatus, 'status'>): boolean {
  return RUNS.has(status.status);
}

/** The text cut to at most `max` UTF-16 units, never inside a character, with `…` for what was cut. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  let end = Math.max(0, max - 1);
  if (isHighSurrogate(text.charCodeAt(end - 1))) end--;
  return `${text.slice(0, end)}…`;
}

export function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** Lines of at most `width` columns, broken at spaces only: a path or an address stays in one piece. */
export function wrap(text: string, width: number): string[] {
  if (text.length <= width / 2 || displayWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const word of text.split(' ')) {
    const size = displayWidth(word);
    if (line !== '' && used + 1 + size > width) {
      lines.push(line);
      line = word;
      used = size;
    } else {
      used += (line === '' ? 0 : 1) + size;
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines;
}
