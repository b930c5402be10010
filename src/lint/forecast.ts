import { at } from '../api/manifest.ts';
import type { PodTemplate } from '../cluster/pods.ts';
import type { Finding, ForecastRow, ForecastStatus } from '../report/types.ts';

/** The Pods of one workload: what of their template the forecast needs. */
export interface ForecastPod {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Reported name of the file that the workload stands in. */
  readonly file: string;
  readonly count: number;
  readonly finite: boolean;
  /** One comes after the other, when that is ready. */
  readonly ordered: boolean;
}

/** A finding that keeps Pods of a template from running. */
export interface Obstacle {
  readonly pod: ForecastPod;
  readonly finding: Finding;
  readonly status: string;
  /** Pods concerned; all of them where absent. */
  readonly pods?: number;
  /** False where it may be other Pods that are kept. */
  readonly certain?: boolean;
}

/** What comes first on the way of a Pod hides what comes later: the order in which components look at it. */
const STAGES = [
  'Rejected',
  'FailedCreate',
  'SchedulingGated',
  'Pending',
  'ContainerCreating',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ErrImagePull',
  'ImagePullBackOff',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'StartError',
  'CrashLoopBackOff',
  'OOMKilled',
  'Error',
  'Running',
  'Completed',
  'Terminating',
];

/** Init containers, whatever stops them, come before all others. */
function stage(status: string): number {
  const index = STAGES.indexOf(status.replace(/^Init:/, ''));
  const own = index < 0 ? STAGES.length : index;
  return status.startsWith('Init:') ? STAGES.indexOf('ContainerCreating') + own / 100 : own;
}

/** Statuses that do not keep a Pod from running: they show later, when it ends. */
const LATER = new Set(['Terminating', 'Unknown']);

/**
 * The table `kubectl get pods` would show: for each workload, the Pods wanted and what becomes of them. Certain obstacles take their Pods in the
 * order of the components; the rest is under the first uncertain one, or runs.
 */
export function forecast(
  pods: readonly ForecastPod[],
  obstacles: readonly Obstacle[],
  reported: (file: string) => boolean,
): ForecastRow[] {
  const byPod = new Map<ForecastPod, Obstacle[]>();
  for (const obstacle of obstacles) {
    if (LATER.has(obstacle.status)) continue;
    const list = byPod.get(obstacle.pod);
    if (list) list.push(obstacle);
    else byPod.set(obstacle.pod, [obstacle]);
  }
  const rows: ForecastRow[] = [];
  for (const pod of pods) {
    const { kind, namespace, name, count: total } = pod;
    if (!reported(pod.file)) continue;
    let left = total;
    const statuses: ForecastStatus[] = [];
    const sorted = (byPod.get(pod) ?? []).slice().sort((a, b) => stage(a.status) - stage(b.status));
    for (const obstacle of sorted.filter(isCertain)) {
      if (left === 0) break;
      const taken = Math.min(left, obstacle.pods ?? left);
      if (taken === 0) continue;
      left -= taken;
      statuses.push(statusOf(obstacle, taken, true));
    }
    const maybe = sorted.find((o) => o.finding.level !== 'note' && !isCertain(o));
    if (left > 0 && maybe) {
      const taken = Math.min(left, maybe.pods ?? left);
      left -= taken;
      statuses.push(statusOf(maybe, taken, false));
    }
    if (left > 0) statuses.push({ status: pod.finite ? 'Completed' : 'Running', pods: left, certain: true });
    rows.push({
      object: { kind, namespace, name },
      pods: total,
      statuses: pod.ordered ? inOrder(statuses, total) : statuses,
    });
  }
  return rows.sort(
    (a, b) =>
      compare(a.object.namespace, b.object.namespace) ||
      compare(a.object.kind, b.object.kind) ||
      compare(a.object.name, b.object.name),
  );
}

export function forecastPod({ owner, count, finite }: PodTemplate): ForecastPod {
  const { kind, namespace, name, document } = owner;
  const ordered = kind === 'StatefulSet' && at(owner.value, ['spec', 'podManagementPolicy']) !== 'Parallel';
  return { kind, namespace, name, file: document.file.path, count, finite, ordered };
}

/** Statuses of Pods that are there and not ready. */
const STUCK = new Set(STAGES.slice(STAGES.indexOf('SchedulingGated'), STAGES.indexOf('Running')));

/** A StatefulSet makes the next Pod when the one before is ready: of those that are kept from running, only the first comes to be. */
function inOrder(statuses: ForecastStatus[], total: number): ForecastStatus[] {
  const stuck = statuses.find(({ status, certain }) => certain && STUCK.has(status.replace(/^Init:/, '')));
  if (stuck === undefined || statuses.some(({ certain }) => !certain)) return statuses;
  const running = statuses.filter(({ status }) => status === 'Running');
  const waiting = total - 1 - running.reduce((sum, { pods }) => sum + pods, 0);
  if (waiting <= 0) return statuses;
  const { ruleId, file, line } = stuck;
  const message = 'a StatefulSet makes the next Pod when the one before is ready';
  return [{ ...stuck, pods: 1 }, { status: 'NotCreated', pods: waiting, certain: true, ruleId, file, line, message }, ...running];
}

function isCertain({ finding, certain }: Obstacle): boolean {
  return finding.level === 'error' && certain !== false;
}

function statusOf(obstacle: Obstacle, pods: number, certain: boolean): ForecastStatus {
  const { finding } = obstacle;
  return {
    status: obstacle.status,
    pods,
    certain,
    ruleId: finding.ruleId,
    file: finding.place.file,
    line: finding.place.line,
    message: finding.message,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
