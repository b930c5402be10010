import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { FixtureCase } from '../support/expectations.ts';

/** What the real components said of a fixture case, as `recorded.json` beside it keeps it: small, and the same from run to run. */
export interface Recording {
  /** Of the case's texts: a recording of other texts is worth nothing. */
  readonly inputs: string;
  /** Why no component was asked; then nothing else stands here. */
  readonly skipped?: string;
  readonly kubernetes?: string;
  /** The oracle's command with its options. */
  readonly command?: string;
  /** Documents in the order in which they were sent. */
  readonly objects?: readonly RecordedObject[];
  /** Pods at the end, those that look alike counted. */
  readonly pods?: readonly RecordedPods[];
  readonly workloads?: readonly RecordedWorkload[];
}

export interface RecordedObject {
  readonly file: string;
  /** Position among the documents of the file that are not empty. */
  readonly document?: number;
  readonly item?: number;
  /** `Deployment shop/api`; absent where nothing could be read. */
  readonly object?: string;
  readonly fact?: true;
  readonly verdict: string;
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly causes?: readonly { readonly type?: string; readonly field?: string; readonly message?: string }[];
  readonly warnings?: readonly string[];
}

export interface RecordedPods {
  /** What made them: `Deployment shop/api`. */
  readonly of: string;
  readonly pods: number;
  /** The word in the STATUS column of `kubectl get pods`. */
  readonly status: string;
  /** Messages of conditions, of waiting containers and of Warning events. */
  readonly says?: readonly string[];
}

export interface RecordedWorkload {
  readonly object: string;
  readonly wanted?: number;
  readonly ready?: number;
  /** Why there are fewer Pods than wanted. */
  readonly says?: readonly string[];
}

/** A line of `oracle run`, or what is made of the lines of `oracle admit`. */
export interface OracleReport {
  readonly kubernetes: string;
  readonly namespace?: string;
  readonly verdicts: readonly Verdict[];
  readonly pods?: readonly OraclePod[];
  readonly workloads?: readonly OracleWorkload[];
  readonly others?: readonly OracleWorkload[];
  readonly events?: readonly OracleEvent[];
  readonly oracleError?: string;
}

export interface Verdict {
  readonly doc: number;
  readonly item?: number;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly verdict: string;
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly causes?: RecordedObject['causes'];
  readonly warnings?: readonly string[];
}

export interface OracleContainer {
  readonly name: string;
  readonly init?: boolean;
  readonly ready: boolean;
  readonly state: string;
  readonly reason?: string;
  readonly message?: string;
  readonly exitCode?: number;
  readonly seen?: readonly string[];
}

export interface OraclePod {
  readonly namespace: string;
  readonly name: string;
  readonly owner?: string;
  readonly phase: string;
  readonly reason?: string;
  readonly message?: string;
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason?: string;
    readonly message?: string;
  }[];
  readonly containers?: readonly OracleContainer[];
}

interface OracleWorkload {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly wanted?: number;
  readonly ready?: number;
}

interface OracleEvent {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** Which document of which file each document of the case that was sent is. */
export interface SentDocument {
  readonly file: string;
  readonly document: number;
  readonly fact: boolean;
}

/** What is kept of a report: nothing of documents that were sent to make the cluster what it is taken to be. */
export function recordingOf(
  report: OracleReport,
  sent: readonly (SentDocument | undefined)[],
): Omit<Recording, 'inputs' | 'command'> {
  const plain = namesOf(report);
  const objects = report.verdicts.flatMap((verdict): RecordedObject[] => {
    const from = sent[verdict.doc];
    if (from === undefined) return [];
    const { message, causes, warnings, verdict: word, code, reason, item } = verdict;
    const refused = word !== 'accepted';
    return [
      {
        file: from.file,
        document: from.document,
        ...(item === undefined ? {} : { item }),
        ...(verdict.kind === undefined ? {} : { object: plain(`${verdict.kind} ${named(verdict)}`) }),
        ...(from.fact ? { fact: true as const } : {}),
        verdict: word,
        ...(refused && code ? { code } : {}),
        ...(refused && reason ? { reason } : {}),
        ...(refused && message ? { message: plain(message) } : {}),
        ...(refused && causes
          ? {
              causes: causes.map((cause) => ({
                ...cause,
                ...(cause.message === undefined ? {} : { message: plain(cause.message) }),
              })),
            }
          : {}),
        ...(warnings ? { warnings: warnings.map(plain) } : {}),
      },
    ];
  });
  if (report.pods === undefined && report.workloads === undefined) return { kubernetes: report.kubernetes, objects };
  return { kubernetes: report.kubernetes, objects, pods: podsOf(report, plain), workloads: workloadsOf(report, plain) };
}

function named({ namespace, name }: { readonly namespace?: string; readonly name?: string }): string {
  return `${namespace === undefined || namespace === '' ? '' : `${namespace}/`}${name ?? ''}`;
}

function podsOf(report: OracleReport, plain: (text: string) => string): RecordedPods[] {
  const groups = new Map<string, { of: string; pods: number; status: string; says: string[] }>();
  for (const pod of report.pods ?? []) {
    const status = statusOfPod(pod);
    const says = isWell(status) ? [] : [...new Set(saidOf(pod, report.events ?? []).map(plain))].sort();
    const of = plain(makerOf(pod, report));
    const key = JSON.stringify([of, status, says]);
    const group = groups.get(key);
    if (group) group.pods++;
    else groups.set(key, { of, pods: 1, status, says });
  }
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { of, pods, status, says }]) => ({ of, pods, status, ...(says.length === 0 ? {} : { says }) }));
}

export function isWell(status: string): boolean {
  return status === 'Running' || status === 'Completed';
}

/** The workload that a person wrote: a Deployment for its ReplicaSet's Pods, a CronJob for its Job's. */
function makerOf(pod: OraclePod, report: OracleReport): string {
  if (pod.owner === undefined) return `Pod ${named(pod)}`;
  const [kind, name = ''] = pod.owner.split('/');
  const own = { kind: kind ?? '', namespace: pod.namespace, name };
  const maker = makerOfWorkload(own, report) ?? own;
  return `${maker.kind} ${named(maker)}`;
}

const MAKERS = [
  ['ReplicaSet', 'Deployment'],
  ['Job', 'CronJob'],
] as const;

/** What stands on the Pod, and the warnings about it. FailedScheduling is left out: the condition holds its last words, and what came before is chance. */
function saidOf(pod: OraclePod, events: readonly OracleEvent[]): string[] {
  const conditions = (pod.conditions ?? []).filter(({ type, status }) => type === 'PodScheduled' && status === 'False');
  return [
    pod.message,
    ...conditions.map((condition) => condition.message),
    ...(pod.containers ?? []).map((container) => container.message),
    ...events
      .filter((event) => event.type === 'Warning' && event.reason !== 'FailedScheduling')
      .filter((event) => event.kind === 'Pod' && event.name === pod.name && event.namespace === pod.namespace)
      .map((event) => event.message),
  ].flatMap((text) => text || []);
}

function workloadsOf(report: OracleReport, plain: (text: string) => string): RecordedWorkload[] {
  const claims = (report.others ?? []).filter((other) => other.kind === 'PersistentVolumeClaim');
  return [...(report.workloads ?? []), ...claims]
    .flatMap((workload): RecordedWorkload[] => {
      const { kind, wanted, ready } = workload;
      const maker = makerOfWorkload(workload, report);
      // A Deployment counts the Pods of its ReplicaSets, a Job those of its CronJob; a claim or a CronJob alone counts nothing.
      if (wanted === undefined || (kind === 'ReplicaSet' && maker !== undefined)) return [];
      const lacking = wanted > (ready ?? 0);
      const says = [...new Set(lacking ? refusalsOf(workload, report) : [])].map(plain).sort();
      return [
        {
          object: plain(maker === undefined ? `${kind} ${named(workload)}` : `${maker.kind} ${named(maker)}`),
          wanted,
          ready: ready ?? 0,
          ...(says.length === 0 ? {} : { says: [...new Set(says)] }),
        },
      ];
    })
    .sort((a, b) => (a.object < b.object ? -1 : 1));
}

function makerOfWorkload({ kind, namespace, name }: OracleWorkload, report: OracleReport): OracleWorkload | undefined {
  const wanted = MAKERS.find(([made]) => made === kind)?.[1];
  return (report.workloads ?? []).find(
    (other) => other.kind === wanted && other.namespace === namespace && name.startsWith(`${other.name}-`),
  );
}

/** Why a controller could not make Pods (or claims): FailedCreate events of the workload and of what it makes. */
function refusalsOf(workload: OracleWorkload, report: OracleReport): string[] {
  return (report.events ?? [])
    .filter(
      (event) => event.type === 'Warning' && event.reason.startsWith('FailedCreate') && event.namespace === workload.namespace,
    )
    .filter((event) => {
      if (event.kind === workload.kind) return event.name === workload.name;
      return event.kind === 'ReplicaSet' && workload.kind === 'Deployment' && event.name.startsWith(`${workload.name}-`);
    })
    .map((event) => event.message);
}

/** Takes out of a text what differs from run to run: the case's namespace, UIDs, random suffixes, back-off times. */
function namesOf(report: OracleReport): (text: string) => string {
  // Longest names first: `web-api` before `web`.
  const makers = [
    ...new Set([...(report.workloads ?? []).map((workload) => workload.name), ...report.verdicts.flatMap((v) => v.name || [])]),
  ]
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const random = '[bcdfghjklmnpqrstvwxz2456789]';
  const suffixed =
    makers.length === 0 ? undefined : new RegExp(`\\b(${makers.join('|')})-(?:${random}{5,10}-)?${random}{5}(?![a-z0-9])`, 'g');
  return (text) => {
    const plain = text
      .replace(/case-[0-9a-f]{8}(?:-\d+)?/g, 'default')
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>')
      .replace(/back-off (?:\d+m)?\d+s/g, 'back-off 10s')
      .replace(/^\(combined from similar events\): /, '');
    return suffixed === undefined ? plain : plain.replace(suffixed, '$1-*');
  };
}

/** Of two states that take turns, the one that lasts longer. */
const FOLLOWS = new Map([
  ['terminated:Error', 'CrashLoopBackOff'],
  ['waiting:PostStartHookError', 'CrashLoopBackOff'],
  ['waiting:ErrImagePull', 'ImagePullBackOff'],
]);

function settled(container: OracleContainer): OracleContainer {
  const next = FOLLOWS.get(`${container.state}:${container.reason ?? ''}`);
  if (next === undefined || container.seen?.includes(`waiting:${next}`) !== true) return container;
  return { ...container, state: 'waiting', reason: next };
}

/** The word in the STATUS column. Mirrors printPod of pkg/printers/internalversion/printers.go, on what the oracle tells of a Pod. */
export function statusOfPod(pod: OraclePod): string {
  let reason = pod.reason || pod.phase;
  const conditions = pod.conditions ?? [];
  if (conditions.some(({ type, reason: why }) => type === 'PodScheduled' && why === 'SchedulingGated'))
    reason = 'SchedulingGated';
  const containers = (pod.containers ?? []).map(settled);
  const inits = containers.filter((container) => container.init === true);
  let initializing = false;
  for (const [index, container] of inits.entries()) {
    if (container.state === 'terminated' && container.exitCode === 0) continue;
    // Only a sidecar is ready while it runs.
    if (container.state === 'running' && container.ready) continue;
    initializing = true;
    if (container.state === 'terminated')
      reason = container.reason ? `Init:${container.reason}` : `Init:ExitCode:${container.exitCode ?? 0}`;
    else if (container.state === 'waiting' && container.reason && container.reason !== 'PodInitializing')
      reason = `Init:${container.reason}`;
    else reason = `Init:${index}/${inits.length}`;
    break;
  }
  const holds = (type: string) => conditions.some((condition) => condition.type === type && condition.status === 'True');
  if (initializing && !holds('Initialized')) return reason;
  let running = false;
  let failed = '';
  for (const container of containers.filter(({ init }) => init !== true).reverse()) {
    if (container.state === 'waiting' && container.reason) reason = container.reason;
    else if (container.state === 'terminated') {
      reason = container.reason || `ExitCode:${container.exitCode ?? 0}`;
      if (container.exitCode !== 0) failed = reason;
    } else if (container.state === 'running' && container.ready) running = true;
  }
  if (reason !== 'Completed') return reason;
  if (running && holds('Ready')) return 'Running';
  if (failed !== '') return failed;
  return running ? 'NotReady' : reason;
}

/** Names all texts that decide what the components say: a recording of others is stale. */
export function inputsOf({ folder, texts, facts, before }: FixtureCase): string {
  const earlier = before.map(({ path: file, text }) => ({ path: `before/${file}`, text }));
  const plain = [...facts, ...earlier, ...texts].map(({ path: file, text }) => [file, text.replace(/ *# expect: .*$/gm, '')]);
  return createHash('sha256')
    .update(JSON.stringify([plain, directivesOf(folder)]))
    .digest('hex')
    .slice(0, 16);
}

/** What `oracle.txt` in a case's folder tells the pretended machines: `pull-fails IMAGE` and the like, one a line. */
export function directivesOf(folder: string): string[] {
  const file = path.join(folder, 'oracle.txt');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
}

export function recordingIn(folder: string): Recording | undefined {
  const file = path.join(folder, 'recorded.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Recording) : undefined;
}

/** One object a line: a change of one answer is a change of one line. */
export function printRecording(recording: Recording): string {
  const fields = Object.entries(recording).flatMap(([key, value]) => {
    if (value === undefined) return [];
    if (!Array.isArray(value) || value.length === 0) return [`  ${JSON.stringify(key)}: ${JSON.stringify(value)}`];
    return [`  ${JSON.stringify(key)}: [\n${value.map((one) => `    ${JSON.stringify(one)}`).join(',\n')}\n  ]`];
  });
  return `{\n${fields.join(',\n')}\n}\n`;
}
