import { matchesSelector } from '../../api/label-selector.ts';
import { matchesNode } from '../node-affinity.ts';
import type { PodView } from '../pod.ts';
import { type PodAffinityTerm, termMatches } from '../pod-affinity.ts';
import type { SpreadConstraint } from '../spread.ts';
import { type ClusterState, type NodeState, type Plugin, rejection } from '../state.ts';
import { DO_NOT_SCHEDULE, untoleratedTaint } from '../tolerations.ts';

/** Plugins that look at the other Pods: PodTopologySpread and InterPodAffinity (required terms). */

const SPREAD = "node(s) didn't match pod topology spread constraints";

/** PodTopologySpread. Mirrors pkg/scheduler/framework/plugins/podtopologyspread/filtering.go. */
export const podTopologySpread: Plugin = (pod, cluster) => {
  if (pod.spread.length === 0) return undefined;
  const constraints = pod.spread.map((constraint) => {
    const counts = domainsOf(pod, constraint, cluster);
    let least = Number.POSITIVE_INFINITY;
    for (const count of counts.values()) least = Math.min(least, count);
    if (counts.size < constraint.minDomains) least = 0;
    const self = matchesSelector(constraint.selector, pod.labels) === true ? 1 : 0;
    return { key: constraint.topologyKey, counts, most: constraint.maxSkew + least - self };
  });
  return ({ view }) => {
    for (const { key, counts, most } of constraints) {
      const domain = view.labels[key];
      if (domain === undefined) return rejection('PodTopologySpread', `${SPREAD} (missing required label)`);
      if ((counts.get(domain) ?? 0) > most) return rejection('PodTopologySpread', SPREAD, true);
    }
    return undefined;
  };
};

/** Matching Pods by domain, over the nodes that count for the constraint. */
function domainsOf(pod: PodView, constraint: SpreadConstraint, cluster: ClusterState): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const counting = new Set<NodeState>();
  for (const node of cluster.nodes) {
    const { labels, taints } = node.view;
    if (!pod.spread.every(({ topologyKey }) => labels[topologyKey] !== undefined)) continue;
    if (constraint.honorsAffinity && matchesNode(pod.nodeAffinity, node.view) === false) continue;
    if (constraint.honorsTaints && untoleratedTaint(taints, pod.tolerations, DO_NOT_SCHEDULE) !== undefined) continue;
    counting.add(node);
    const domain = labels[constraint.topologyKey]!;
    if (!counts.has(domain)) counts.set(domain, 0);
  }
  const { selector, topologyKey } = constraint;
  // An empty selector counts nothing here.
  if (selector.requirements.length === 0 && !selector.open) return counts;
  for (const [other, nodes] of cluster.pods) {
    if (other.namespace !== pod.namespace || matchesSelector(selector, other.labels) !== true) continue;
    for (const [node, copies] of nodes) {
      if (!counting.has(node)) continue;
      const domain = node.view.labels[topologyKey]!;
      counts.set(domain, counts.get(domain)! + copies);
    }
  }
  return counts;
}

/** Domains by topology key. */
type Domains = Map<string, Set<string>>;

function addDomains(domains: Domains, key: string, nodes: Iterable<NodeState>): void {
  let values = domains.get(key);
  for (const { view } of nodes) {
    const value = view.labels[key];
    if (value === undefined) continue;
    if (values === undefined) domains.set(key, (values = new Set()));
    values.add(value);
  }
}

function isIn(domains: Domains, key: string, node: NodeState): boolean {
  const value = node.view.labels[key];
  return value !== undefined && domains.get(key)?.has(value) === true;
}

/** InterPodAffinity. Mirrors pkg/scheduler/framework/plugins/interpodaffinity/filtering.go. */
export const interPodAffinity: Plugin = (pod, cluster) => {
  const { namespaceLabels, closed } = cluster.facts;
  const labels = namespaceLabels?.(pod.namespace);
  const meets = (term: PodAffinityTerm, other: PodView): boolean | undefined =>
    termMatches(term, other, namespaceLabels?.(other.namespace));
  // Where the Pods are that the terms mean: all of the affinity at once, each anti-affinity, and the anti-affinity of others.
  const wanted: Domains = new Map();
  const avoided: Domains = new Map();
  const forbidden: Domains = new Map();
  if (pod.affinity.length + pod.antiAffinity.length > 0) {
    for (const [other, nodes] of cluster.pods) {
      if (pod.affinity.length > 0 && pod.affinity.every((term) => meets(term, other) !== false)) {
        for (const { topologyKey } of pod.affinity) addDomains(wanted, topologyKey, nodes.keys());
      }
      for (const term of pod.antiAffinity) if (meets(term, other) === true) addDomains(avoided, term.topologyKey, nodes.keys());
    }
  }
  for (const other of cluster.pods.avoiding) {
    for (const term of other.antiAffinity)
      if (termMatches(term, pod, labels) === true) addDomains(forbidden, term.topologyKey, cluster.pods.get(other)!.keys());
  }
  if (pod.affinity.length === 0 && avoided.size === 0 && forbidden.size === 0) return undefined;
  // The first of a series that wants to be together may go anywhere; and Pods that nobody told of may be there.
  const alone = wanted.size === 0 && (closed !== true || pod.affinity.every((term) => meets(term, pod) !== false));
  const keys = [...forbidden.keys()];
  return (node) => {
    for (const { topologyKey } of pod.affinity) {
      if (node.view.labels[topologyKey] === undefined || !(alone || isIn(wanted, topologyKey, node))) {
        return rejection('InterPodAffinity', "node(s) didn't match pod affinity rules");
      }
    }
    if (pod.antiAffinity.some(({ topologyKey }) => isIn(avoided, topologyKey, node))) {
      return rejection('InterPodAffinity', "node(s) didn't match pod anti-affinity rules", true);
    }
    if (keys.some((key) => isIn(forbidden, key, node))) {
      return rejection('InterPodAffinity', "node(s) didn't satisfy existing pods anti-affinity rules", true);
    }
    return undefined;
  };
};
