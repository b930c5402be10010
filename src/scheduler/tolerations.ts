import { asNumber, asObject, asString, type JsonObject, objectsOf } from '../api/manifest.ts';
import { isUnknown } from '../api/unknown.ts';
import type { Taint } from './node.ts';

export interface Toleration {
  readonly key: string;
  readonly operator: string;
  readonly value: string;
  readonly effect: string;
  /** A placeholder stands in it: it may tolerate anything. */
  readonly unknown: boolean;
}

const exists = (key: string, effect: string): Toleration => ({ key, operator: 'Exists', value: '', effect, unknown: false });

/** DefaultTolerationSeconds gives these to every Pod. */
const EVERY_POD: readonly Toleration[] = [
  exists('node.kubernetes.io/not-ready', 'NoExecute'),
  exists('node.kubernetes.io/unreachable', 'NoExecute'),
];
/** The DaemonSet controller gives these to its Pods. */
const DAEMON_POD: readonly Toleration[] = [
  exists('node.kubernetes.io/disk-pressure', 'NoSchedule'),
  exists('node.kubernetes.io/memory-pressure', 'NoSchedule'),
  exists('node.kubernetes.io/pid-pressure', 'NoSchedule'),
  exists('node.kubernetes.io/unschedulable', 'NoSchedule'),
];
const DAEMON_HOST_NETWORK = exists('node.kubernetes.io/network-unavailable', 'NoSchedule');

/** The tolerations a Pod ends up with. `tolerations` replaces those of the spec (a RuntimeClass may add some). */
export function tolerationsOf(
  podSpec: JsonObject,
  daemon: boolean,
  tolerations: unknown = podSpec['tolerations'],
): readonly Toleration[] {
  const out: Toleration[] = [];
  for (const [item] of objectsOf(tolerations)) {
    const key = asString(item['key']) ?? '';
    const operator = asString(item['operator']) ?? '';
    const value = asString(item['value']) ?? String(asNumber(item['value']) ?? '');
    const effect = asString(item['effect']) ?? '';
    out.push({ key, operator, value, effect, unknown: [key, operator, value, effect].some(isUnknown) });
  }
  out.push(...EVERY_POD);
  if (daemon) {
    out.push(...DAEMON_POD);
    if (podSpec['hostNetwork'] === true) out.push(DAEMON_HOST_NETWORK);
  }
  if (isUnknown(tolerations)) out.push({ ...exists('', ''), unknown: true });
  return out;
}

/** Mirrors `ToleratesTaint` of k8s.io/api/core/v1/toleration.go, without the comparison operators, which are off by default. */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.unknown) return true;
  if (toleration.effect !== '' && toleration.effect !== taint.effect) return false;
  if (toleration.key !== '' && toleration.key !== taint.key) return false;
  if (toleration.operator === 'Exists') return true;
  return (toleration.operator === '' || toleration.operator === 'Equal') && toleration.value === taint.value;
}

/** The first taint with one of these effects that no toleration covers. */
export function untoleratedTaint(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
  effects: readonly string[],
): Taint | undefined {
  return taints.find(
    (taint) => effects.includes(taint.effect) && !tolerations.some((toleration) => tolerates(toleration, taint)),
  );
}

/** Effects that keep a new Pod off a node. */
export const DO_NOT_SCHEDULE: readonly string[] = ['NoSchedule', 'NoExecute'];

/** The node's name of `spec.nodeName`, where a Pod is bound already. */
export function boundTo(podSpec: unknown): string | undefined {
  const name = asObject(podSpec)?.['nodeName'];
  return typeof name === 'string' && name !== '' ? name : undefined;
}
