import { type LabelRequirement, type LabelSelector, matchesSelector, parseLabelSelector } from '../api/label-selector.ts';
import { asArray, asObject, isObject, objectsOf } from '../api/manifest.ts';
import { type Labels, NO_SELECTOR } from './labels.ts';

/** A required term of Pod affinity or anti-affinity. Mirrors AffinityTerm of k8s.io/kube-scheduler/framework/types.go. */
export interface PodAffinityTerm {
  readonly topologyKey: string;
  readonly selector: LabelSelector;
  readonly namespaces: ReadonlySet<string>;
  readonly namespaceSelector: LabelSelector;
}

/** The required terms of `podAffinity` or `podAntiAffinity`, with matchLabelKeys applied as the server does on creation. */
export function podAffinityTermsOf(affinity: unknown, namespace: string, labels: Labels): readonly PodAffinityTerm[] {
  const out: PodAffinityTerm[] = [];
  for (const [term] of objectsOf(asObject(affinity)?.['requiredDuringSchedulingIgnoredDuringExecution'])) {
    const topologyKey = term['topologyKey'];
    if (typeof topologyKey !== 'string') continue;
    const namespaces = new Set(asArray(term['namespaces']).filter((item) => typeof item === 'string'));
    const anywhere = isObject(term['namespaceSelector']);
    if (namespaces.size === 0 && !anywhere) namespaces.add(namespace);
    let selector = parseLabelSelector(term['labelSelector']) ?? NO_SELECTOR;
    if (!selector.nothing) {
      selector = withLabelKeys(selector, term['matchLabelKeys'], 'In', labels);
      selector = withLabelKeys(selector, term['mismatchLabelKeys'], 'NotIn', labels);
    }
    out.push({
      topologyKey,
      selector,
      namespaces,
      namespaceSelector: (anywhere ? parseLabelSelector(term['namespaceSelector']) : undefined) ?? NO_SELECTOR,
    });
  }
  return out;
}

/** The selector narrowed to (or away from) the Pod's own values of these labels; labels that the Pod lacks do not count. */
export function withLabelKeys(selector: LabelSelector, keys: unknown, operator: 'In' | 'NotIn', labels: Labels): LabelSelector {
  const added: LabelRequirement[] = [];
  for (const key of asArray(keys)) {
    if (typeof key !== 'string') continue;
    const value = labels[key];
    if (value !== undefined) added.push({ key, operator, values: [value] });
  }
  return added.length === 0 ? selector : { ...selector, requirements: [...selector.requirements, ...added] };
}

/** A Pod with these labels in this namespace is one that the term means; undefined where a placeholder or an unknown namespace decides. */
export function termMatches(
  term: PodAffinityTerm,
  pod: { readonly namespace: string; readonly labels: Labels },
  namespaceLabels: Labels | undefined,
): boolean | undefined {
  let inNamespace: boolean | undefined = term.namespaces.has(pod.namespace);
  if (!inNamespace && !term.namespaceSelector.nothing) {
    const everywhere = term.namespaceSelector.requirements.length === 0 && !term.namespaceSelector.open;
    inNamespace = everywhere
      ? true
      : namespaceLabels === undefined
        ? undefined
        : matchesSelector(term.namespaceSelector, namespaceLabels);
  }
  if (inNamespace === false) return false;
  const own = matchesSelector(term.selector, pod.labels);
  return own === true ? inNamespace : own;
}
