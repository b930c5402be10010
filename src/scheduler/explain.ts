import { minorOf } from '../api/kinds.ts';
import { isConstrained } from './capacity.ts';
import { type Diagnosis, filterFor } from './filter.ts';
import type { PodView } from './pod.ts';
import { type ClusterState, copyOf, type Filter, type NodeState, releaseOf } from './state.ts';

/**
 * The message of a FailedScheduling event and of the PodScheduled condition.
 * Mirrors FitError.Error of pkg/scheduler/framework/types.go and the texts of preemption.
 */
export interface Explanation {
  readonly message: string;
  /** Pods of lower priority make room: this Pod will run after all. */
  readonly preempts: boolean;
}

const NOT_HELPFUL = 'Preemption is not helpful for scheduling';
const NO_VICTIMS = 'No preemption victims found for incoming pod';
/** Dynamic resource allocation takes part by default, and adds its own words where it has nothing to do … */
const CLAIMS_SINCE = 34;
/** … until this minor. */
const CLAIMS_SILENT_SINCE = 37;
/** Nodes that the Pod's affinity does not name are counted from this minor on. */
const LEFT_OUT_SINCE = 32;

export function explain(pod: PodView, diagnosis: Diagnosis, cluster: ClusterState): Explanation {
  const minor = minorOf(releaseOf(cluster));
  const nodes = cluster.nodes.length;
  if (nodes === 0) return { message: 'no nodes available to schedule pods', preempts: false };
  if (diagnosis.preFilter !== undefined) {
    // A refusal this early leaves the state of dynamic resource allocation unwritten, which it then reports.
    const after = minor >= CLAIMS_SINCE ? 'not found' : `preemption: ${fitMessage(nodes, new Map([[NOT_HELPFUL, nodes]]))}`;
    return { message: `0/${nodes} nodes are available: ${diagnosis.preFilter}. ${after}`, preempts: false };
  }
  const reasons = new Map<string, number>();
  const count = (into: Map<string, number>, reason: string, more = 1): void =>
    void into.set(reason, (into.get(reason) ?? 0) + more);
  for (const { reasons: own } of diagnosis.rejections.values()) for (const reason of own) count(reasons, reason);
  if (diagnosis.leftOut > 0 && minor >= LEFT_OUT_SINCE)
    count(reasons, "node(s) didn't satisfy plugin(s) [NodeAffinity]", diagnosis.leftOut);
  const prefix = minor >= CLAIMS_SINCE && minor < CLAIMS_SILENT_SINCE ? 'no new claims to deallocate, ' : '';
  const before = `${fitMessage(nodes, reasons)} ${prefix}preemption: `;
  if (!pod.preempts) return { message: `${before}not eligible due to preemptionPolicy=Never.`, preempts: false };

  const outcomes = new Map<string, number>();
  if (diagnosis.leftOut > 0) count(outcomes, minor >= LEFT_OUT_SINCE ? NOT_HELPFUL : NO_VICTIMS, diagnosis.leftOut);
  const alone = afterPreemption(pod, cluster);
  for (const [node, { preemptible }] of diagnosis.rejections) {
    if (!preemptible) count(outcomes, NOT_HELPFUL);
    else {
      const after = alone(node);
      if (after === undefined) return { message: `${before}${fitMessage(nodes, outcomes)}`, preempts: true };
      for (const reason of after) count(outcomes, reason);
    }
  }
  return { message: `${before}${fitMessage(nodes, outcomes)}`, preempts: false };
}

/** Beyond so many nodes looked at again, room is taken for granted. */
const MOST_LOOKS = 1_000_000;

/** Why a node does not fit even without the Pods of lower priority; undefined if then it does. */
function afterPreemption(pod: PodView, cluster: ClusterState): (node: NodeState) => readonly string[] | undefined {
  let ready: { readonly constrained: boolean; readonly filter: Filter } | undefined;
  let looks = 0;
  return (node) => {
    const rest = node.keeping(pod.priority);
    if (rest === node) return [NO_VICTIMS];
    ready ??= { constrained: isConstrained(pod, cluster), filter: filterFor(pod, cluster) };
    if (!ready.constrained) return ready.filter(rest)?.reasons;
    looks += cluster.nodes.length;
    if (looks > MOST_LOOKS) return undefined;
    const changed = copyOf(cluster, (other) => (other === node ? rest : other));
    return filterFor(pod, changed)(changed.nodes[cluster.nodes.indexOf(node)]!)?.reasons;
  };
}

/** `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint(s).` */
export function fitMessage(nodes: number, reasons: ReadonlyMap<string, number>): string {
  const parts = [...reasons].map(([reason, count]) => `${count} ${reason}`).sort();
  return `0/${nodes} nodes are available:${parts.length === 0 ? '' : ` ${parts.join(', ')}.`}`;
}

/**
 * What a FailedScheduling message comes down to, for one finding a cause: claims, nodes that the Pod may not go to at all, ports, or room.
 * `eligible` is the number of nodes that would take the Pod if they were empty.
 */
export function pendingCause(
  message: string | undefined,
  eligible: number,
): 'claims' | 'nodes' | 'ports' | 'resources' | undefined {
  if (message === undefined) return undefined;
  if (/persistentvolumeclaim "|unbound immediate PersistentVolumeClaims/.test(message)) return 'claims';
  if (/Insufficient |Too many pods/.test(message) && eligible > 0) return 'resources';
  if (/free ports/.test(message)) return 'ports';
  return CLAIM_WORDS.test(message) ? 'claims' : 'nodes';
}

/** What a FailedScheduling message counts, for a message of our own: without the number of nodes in front and preemption behind. */
export function pendingReasons(message: string): string {
  return message
    .replace(/^\d+\/\d+ nodes? (?:is|are) available: /, '')
    .replace(/\.? *(?:(?:no new claims to deallocate, )?preemption: .*|not found)?$/s, '');
}

/** The words of VolumeBinding, VolumeZone and VolumeRestrictions about a node. */
const CLAIM_WORDS =
  /PersistentVolume's node affinity|volume node affinity conflict|persistent volumes to bind|non-existent pv|available volume zone|available disk|ReadWriteOncePod/;
