import {
  type Demand,
  daemonNodes,
  eligibleNodes,
  isConstrained,
  mostCopies,
  roomFor,
  type Shortage,
  shortagesOf,
} from './capacity.ts';
import { explain } from './explain.ts';
import { diagnose, filterFor, preFilterMessage } from './filter.ts';
import { allocatableOf } from './filters/node-resources-fit.ts';
import type { PodView } from './pod.ts';
import { termMatches } from './pod-affinity.ts';
import { type ClusterState, copyOf, type NodeState, type Rejection } from './state.ts';

/** Pods to be placed. */
export interface Workload {
  readonly id: string;
  readonly pod: PodView;
  /** How many; of a DaemonSet it does not matter. */
  readonly count: number;
  /** One on every eligible node, as a DaemonSet. */
  readonly perNode: boolean;
}

/** What becomes of a workload's Pods. */
export interface Placement {
  readonly id: string;
  readonly wanted: number;
  readonly placed: number;
  readonly pending: number;
  /** What the scheduler says of a Pod that stays Pending. */
  readonly message: string | undefined;
  /** At least so many stay Pending, in whatever order Pods come and however the scheduler chooses. */
  readonly surelyPending: number;
  /** That some stay Pending is sure. */
  readonly certain: boolean;
  /** So many find a place by preempting others. */
  readonly preempting: number;
  /** False where the constraints among Pods are too many to play through; then nothing is said to be pending but what is sure. */
  readonly played: boolean;
}

export interface PlaceResult {
  /** In the order of the workloads given. */
  readonly placements: readonly Placement[];
  /** Workloads that together exceed what there is: some of their Pods surely stay Pending, though not whose. */
  readonly shortages: readonly Shortage[];
  /** The cluster at the end. */
  readonly cluster: ClusterState;
}

/** Attempts times nodes beyond which constraints among Pods are not played through. */
const MOST_LOOKS = 500_000;

/**
 * Places the Pods of workloads one after another: by priority, DaemonSets first, each on the node with fewest of its kind and most left.
 * The scheduler itself may choose otherwise, so a Pod that finds no place here is sure to find none only as far as `surelyPending`
 * and `shortages` say. The cluster given is left alone.
 */
export function place(cluster: ClusterState, workloads: readonly Workload[]): PlaceResult {
  const state = copyOf(cluster);
  const order = workloads.map((workload, i) => ({ workload, i }));
  order.sort(
    (a, b) =>
      b.workload.pod.priority - a.workload.pod.priority || Number(b.workload.perNode) - Number(a.workload.perNode) || a.i - b.i,
  );
  const demands: Demand[] = [];
  const outcomes: Outcome[] = [];
  for (const { workload, i } of order) {
    const { id, pod } = workload;
    const nodes = workload.perNode ? daemonNodes(pod, cluster) : eligibleNodes(pod, cluster);
    const count = workload.perNode ? nodes.length : Math.max(0, Math.trunc(workload.count));
    demands[i] = { id, pod, count, nodes };
    outcomes[i] = workload.perNode ? placeDaemons(pod, nodes, state) : placeCopies(pod, count, state);
  }
  // What the scheduler says is asked for when all are placed, since it tries the rest again and again.
  const placements = workloads.map((workload, i): Placement => {
    const { id, pod, count, nodes } = demands[i]!;
    const { placed, preempting, stuck, played } = outcomes[i]!;
    const most = mostPossible(workload, nodes, cluster, workloads);
    const surelyPending = Math.max(0, count - most);
    const pending = played ? count - placed - preempting : surelyPending;
    return {
      id,
      wanted: count,
      placed: count - pending - preempting,
      pending,
      message: pending === 0 ? undefined : messageFor(pod, stuck, most === 0 ? cluster : state),
      surelyPending,
      certain: surelyPending > 0,
      preempting,
      played,
    };
  });
  return { placements, shortages: shortagesOf(demands), cluster: state };
}

/** What the scheduler says of a Pod; of one that no node could ever take, as if nothing else ran. `node` is the only one for a daemon's Pod. */
function messageFor(pod: PodView, node: NodeState | undefined, cluster: ClusterState): string {
  if (node === undefined) return explain(pod, diagnose(pod, cluster), cluster).message;
  const own = cluster.nodes.find(({ view }) => view === node.view);
  const rejected = own === undefined ? undefined : filterFor(pod, cluster)(own);
  const rejections = new Map(own === undefined || rejected === undefined ? [] : [[own, rejected]]);
  return explain(pod, { feasible: [], rejections, preFilter: undefined, leftOut: cluster.nodes.length - 1 }, cluster).message;
}

/** The most Pods of a workload that can run at all; for a DaemonSet each on a node of its own. */
function mostPossible(
  { pod, perNode }: Workload,
  nodes: readonly NodeState[],
  cluster: ClusterState,
  all: readonly Workload[],
): number {
  if (preFilterMessage(pod, cluster) !== undefined || misses(pod, cluster, all)) return 0;
  if (!perNode) return mostCopies(pod, nodes, cluster);
  const rest = copyOf(cluster, (node) => node.keeping(pod.priority));
  const filter = filterFor(pod, rest);
  const names = new Set(nodes.map(({ view }) => view.name));
  return rest.nodes.filter((node) => names.has(node.view.name) && roomFor(pod, node) > 0 && filter(node) === undefined).length;
}

/** Its required affinity means Pods that no one has, itself included. */
function misses(pod: PodView, { pods, facts }: ClusterState, all: readonly Workload[]): boolean {
  if (pod.affinity.length === 0 || facts.closed !== true) return false;
  const meant = (other: PodView): boolean =>
    pod.affinity.every((term) => termMatches(term, other, facts.namespaceLabels?.(other.namespace)) !== false);
  return !all.some((other) => meant(other.pod)) && ![...pods.keys()].some(meant);
}

interface Outcome {
  readonly placed: number;
  readonly preempting: number;
  /** Of a DaemonSet: a node that its Pod is meant for and does not fit. */
  readonly stuck?: NodeState;
  readonly played: boolean;
}

function placeDaemons(pod: PodView, nodes: readonly NodeState[], state: ClusterState): Outcome {
  if (preFilterMessage(pod, state) !== undefined) return { placed: 0, preempting: 0, played: true };
  const names = new Set(nodes.map(({ view }) => view.name));
  // One daemon's Pod hardly ever minds another.
  const changing = isConstrained(pod, state) && nodes.length * state.nodes.length <= MOST_LOOKS;
  let filter = filterFor(pod, state);
  let placed = 0;
  let preempting = 0;
  let stuck: NodeState | undefined;
  for (const node of state.nodes) {
    if (!names.has(node.view.name)) continue;
    if (changing) filter = filterFor(pod, state);
    const rejected = filter(node);
    if (rejected === undefined) {
      node.add(pod);
      placed++;
    } else if (preemptsOn(pod, node, rejected, state)) preempting++;
    else stuck ??= node;
  }
  return { placed, preempting, stuck, played: true };
}

function preemptsOn(pod: PodView, node: NodeState, rejected: Rejection, state: ClusterState): boolean {
  if (!rejected.preemptible || !pod.preempts || node.keeping(pod.priority) === node) return false;
  return explain(pod, { feasible: [], rejections: new Map([[node, rejected]]), preFilter: undefined, leftOut: 0 }, state)
    .preempts;
}

function placeCopies(pod: PodView, count: number, state: ClusterState): Outcome {
  let placed = 0;
  if (preFilterMessage(pod, state) === undefined) {
    if (!isConstrained(pod, state)) placed = fill(pod, count, state);
    else {
      for (; placed < count; placed++) {
        if ((placed + 1) * state.nodes.length > MOST_LOOKS) return { placed: count, preempting: 0, played: false };
        const { feasible } = diagnose(pod, state);
        if (feasible.length === 0) break;
        best(pod, feasible).add(pod);
      }
    }
  }
  if (placed >= count) return { placed, preempting: 0, played: true };
  const { preempts } = explain(pod, diagnose(pod, state), state);
  return { placed, preempting: preempts ? count - placed : 0, played: true };
}

/** Places copies of an unconstrained Pod without trying each; returns how many found room. */
function fill(pod: PodView, count: number, state: ClusterState): number {
  const nodes = eligibleNodes(pod, state).map((node) => ({ node, room: roomFor(pod, node), copies: 0, load: load(pod, node) }));
  const open = nodes.filter(({ room }) => room > 0);
  let left = count;
  const total = open.reduce((sum, { room }) => sum + room, 0);
  if (total <= count) {
    for (const { node, room } of open) node.add(pod, room);
    return total;
  }
  // Rounds over the nodes, the emptiest first, until all are placed: as many rounds at a time as every node can take.
  open.sort((a, b) => a.load - b.load);
  let some = open;
  while (left >= some.length && some.length > 0) {
    const rounds = Math.max(
      1,
      Math.min(
        Math.floor(left / some.length),
        some.reduce((least, { room, copies }) => Math.min(least, room - copies), left),
      ),
    );
    for (const entry of some) entry.copies += rounds;
    left -= rounds * some.length;
    some = some.filter(({ room, copies }) => room > copies);
  }
  for (const entry of some) {
    if (left === 0) break;
    entry.copies++;
    left--;
  }
  for (const { node, copies } of open) if (copies > 0) node.add(pod, copies);
  return count - left;
}

function best(pod: PodView, feasible: readonly NodeState[]): NodeState {
  let chosen = feasible[0]!;
  let copies = chosen.pods.get(pod) ?? 0;
  let least = load(pod, chosen);
  for (const node of feasible) {
    const own = node.pods.get(pod) ?? 0;
    if (own > copies) continue;
    const ownLoad = load(pod, node);
    if (own === copies && ownLoad >= least) continue;
    chosen = node;
    copies = own;
    least = ownLoad;
  }
  return chosen;
}

/** What the scheduler assumes of Pods that request nothing: 100 milli-CPUs and 200 MiB. */
const ASSUMED: ReadonlyMap<string, number> = new Map([
  ['cpu', 100],
  ['memory', 209_715_200],
]);

/** How full the node would be with one more: 0 to 1 and beyond. */
function load(pod: PodView, node: NodeState): number {
  let total = 0;
  for (const [name, assumed] of ASSUMED) {
    const capacity = allocatableOf(node.view, name);
    if (capacity !== undefined && capacity > 0)
      total += ((node.requested.get(name) ?? 0) + (pod.requests.get(name) ?? assumed)) / capacity;
  }
  return total / ASSUMED.size;
}
