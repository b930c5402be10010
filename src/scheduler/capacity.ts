import { asArray, at, objectsOf } from '../api/manifest.ts';
import { filterFor, isLeftOut, STATIC_PLUGINS } from './filter.ts';
import { allocatableOf } from './filters/node-resources-fit.ts';
import { claimsOf, isExclusive } from './filters/volumes.ts';
import { EVERY_ADDRESS, type HostPort } from './host-ports.ts';
import { matchesNode } from './node-affinity.ts';
import type { PodView } from './pod.ts';
import { termMatches } from './pod-affinity.ts';
import type { ClusterState, NodeState } from './state.ts';
import { DO_NOT_SCHEDULE, untoleratedTaint } from './tolerations.ts';

/** What can be counted without playing the scheduler: bounds that hold in whatever order Pods come. */

/** The nodes that admit a Pod as such, full or empty. */
export function eligibleNodes(pod: PodView, cluster: ClusterState): readonly NodeState[] {
  const filter = filterFor(pod, cluster, STATIC_PLUGINS);
  const nodes = cluster.nodes.filter((node) => !isLeftOut(pod, node) && filter(node) === undefined);
  return nodes.length === cluster.nodes.length ? cluster.nodes : nodes;
}

/** The nodes on which the DaemonSet controller wants the Pod. Mirrors NodeShouldRunDaemonPod. */
export function daemonNodes(pod: PodView, cluster: ClusterState): readonly NodeState[] {
  return cluster.nodes.filter(
    ({ view }) =>
      matchesNode(pod.nodeAffinity, view) !== false &&
      untoleratedTaint(view.taints, pod.tolerations, DO_NOT_SCHEDULE) === undefined,
  );
}

/** How many copies of a Pod a node still takes, as far as resources and host ports go. */
export function roomFor(pod: PodView, node: NodeState): number {
  const pods = allocatableOf(node.view, 'pods');
  let room = pods === undefined ? Number.MAX_SAFE_INTEGER : Math.max(0, pods - node.podCount);
  for (const [name, amount] of pod.requests) {
    if (amount <= 0 || name === 'pods') continue;
    const capacity = allocatableOf(node.view, name);
    if (capacity === undefined) continue;
    room = Math.min(room, Math.max(0, Math.floor((capacity - (node.requested.get(name) ?? 0)) / amount)));
  }
  if (room > 0 && pod.hostPorts.length > 0) room = node.ports.conflict(pod.hostPorts) === undefined ? 1 : 0;
  return room;
}

/**
 * The most copies of a Pod that can run at once, were the cluster otherwise empty but for Pods that are bound and that it cannot preempt.
 * `nodes` are those eligible, as they were before anything was placed.
 */
export function mostCopies(pod: PodView, nodes: readonly NodeState[], cluster: ClusterState): number {
  const rooms = nodes.map((node) => roomFor(pod, node.keeping(pod.priority)));
  let most = rooms.reduce((sum, room) => sum + room, 0);
  for (const term of pod.antiAffinity) {
    if (termMatches(term, pod, cluster.facts.namespaceLabels?.(pod.namespace)) !== true) continue;
    // Copies keep apart: one a domain, any number on nodes outside the topology.
    const domains = new Set<string>();
    let outside = 0;
    nodes.forEach((node, i) => {
      const domain = node.view.labels[term.topologyKey];
      if (rooms[i] === 0) return;
      if (domain === undefined) outside += rooms[i]!;
      else domains.add(domain);
    });
    most = Math.min(most, domains.size + outside);
  }
  return sharesOnePodClaim(pod, cluster) ? Math.min(most, 1) : most;
}

/** Copies of the Pod share a claim that only one Pod may have. */
export function sharesOnePodClaim(pod: PodView, cluster: ClusterState): boolean {
  const facts = cluster.facts.volumes;
  if (facts === undefined) return false;
  return claimsOf(pod, facts).some(({ claim }) => asArray(at(claim, ['spec', 'accessModes'])).includes('ReadWriteOncePod'));
}

/** Copies of the Pod, or other Pods, restrict where it may go beyond what a node holds. */
export function isConstrained(pod: PodView, cluster: ClusterState): boolean {
  if (pod.spread.length + pod.affinity.length + pod.antiAffinity.length > 0) return true;
  for (const [volume] of objectsOf(pod.spec['volumes'])) if (isExclusive(volume)) return true;
  if (sharesOnePodClaim(pod, cluster)) return true;
  const labels = cluster.facts.namespaceLabels?.(pod.namespace);
  return cluster.pods.avoiding.some(({ antiAffinity }) => antiAffinity.some((term) => termMatches(term, pod, labels) === true));
}

/** Pods that together ask for more than there is. */
export interface Shortage {
  /** A resource's name, `pods`, or a host port (`TCP/8080`). */
  readonly what: string;
  readonly kind: 'resource' | 'port';
  /** Milli-CPUs, bytes, or a count. */
  readonly demand: number;
  readonly supply: number;
  /** How many nodes are open to all of these Pods. */
  readonly nodes: number;
  /** Ids of the workloads that take part. */
  readonly workloads: readonly string[];
  /** At least so many of their Pods cannot run, in whatever order they come. */
  readonly pending: number;
}

export interface Demand {
  readonly id: string;
  readonly pod: PodView;
  readonly count: number;
  readonly nodes: readonly NodeState[];
}

/** Beyond so many different sets of nodes only the largest are looked at. */
const MOST_SETS = 64;

/** Workloads whose nodes lie inside one set of nodes, and that together exceed it. `demands` come with the cluster as it was at first. */
export function shortagesOf(demands: readonly Demand[]): readonly Shortage[] {
  const bySet = new Map<string, Demand[]>();
  const names = new Map<readonly NodeState[], string>();
  for (const demand of demands) {
    const { nodes, count } = demand;
    if (count === 0 || nodes.length === 0) continue;
    let name = names.get(nodes);
    if (name === undefined) names.set(nodes, (name = nodes.map(({ view }) => view.name).join('\0')));
    const same = bySet.get(name);
    if (same === undefined) bySet.set(name, [demand]);
    else same.push(demand);
  }
  const groups = [...bySet.values()].sort((a, b) => b[0]!.nodes.length - a[0]!.nodes.length).slice(0, MOST_SETS);
  const out: Shortage[] = [];
  for (const group of groups) {
    const { nodes } = group[0]!;
    const set = new Set(nodes);
    const inside = groups.filter(
      (other) => other === group || (other[0]!.nodes.length < nodes.length && other[0]!.nodes.every((node) => set.has(node))),
    );
    const members = new Set(inside.flat());
    if (members.size > 1)
      collectShortages(
        out,
        demands.filter((demand) => members.has(demand)),
        nodes,
      );
  }
  return out;
}

function collectShortages(out: Shortage[], members: readonly Demand[], nodes: readonly NodeState[]): void {
  const least = Math.min(...members.map(({ pod }) => pod.priority));
  // What is bound and cannot be preempted by the least of them stays.
  const rest = nodes.map((node) => node.keeping(least));
  const names = new Set(['pods']);
  for (const { pod } of members) for (const name of pod.requests.keys()) names.add(name);
  for (const name of names) {
    let supply = 0;
    for (const node of rest) {
      const capacity = allocatableOf(node.view, name);
      supply +=
        capacity === undefined
          ? Number.NaN
          : Math.max(0, capacity - (name === 'pods' ? node.podCount : (node.requested.get(name) ?? 0)));
    }
    const shares = members
      .map((member) => ({ member, each: name === 'pods' ? 1 : (member.pod.requests.get(name) ?? 0) }))
      .filter(({ each }) => each > 0);
    report(out, name, 'resource', supply, nodes.length, shares);
  }
  // Pods on one address of several may share a node, so only those on every address count.
  const ports = new Map<string, { readonly wanted: HostPort; readonly shares: Set<Demand> }>();
  for (const member of members) {
    for (const wanted of member.pod.hostPorts) {
      if (wanted.ip !== EVERY_ADDRESS) continue;
      const key = `${wanted.protocol}/${wanted.port}`;
      const known = ports.get(key);
      if (known === undefined) ports.set(key, { wanted, shares: new Set([member]) });
      else known.shares.add(member);
    }
  }
  for (const [key, { wanted, shares }] of ports) {
    if (shares.size < 2) continue;
    const supply = rest.filter((node) => node.ports.conflict([wanted]) === undefined).length;
    report(
      out,
      key,
      'port',
      supply,
      nodes.length,
      [...shares].map((member) => ({ member, each: 1 })),
    );
  }
}

function report(
  out: Shortage[],
  what: string,
  kind: Shortage['kind'],
  supply: number,
  nodes: number,
  shares: readonly { readonly member: Demand; readonly each: number }[],
): void {
  if (shares.length < 2) return;
  const demand = shares.reduce((sum, { member, each }) => sum + member.count * each, 0);
  if (!(demand > supply)) return;
  // The fewest that must stay out are the largest.
  let excess = demand - supply;
  let pending = 0;
  for (const { member, each } of [...shares].sort((a, b) => b.each - a.each)) {
    const out = Math.min(member.count, Math.ceil(excess / each));
    pending += out;
    excess -= out * each;
    if (excess <= 0) break;
  }
  out.push({ what, kind, demand, supply, nodes, workloads: shares.map(({ member }) => member.id), pending });
}
