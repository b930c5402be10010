import { asArray, asObject, asString, at, isObject, type JsonObject } from './api/manifest.ts';
import { applyDefaults, limitRangesOf } from './apiserver/admission/limit-range.ts';
import { effectivePriority, priorityClassesOf } from './apiserver/admission/priority.ts';
import { applyRuntimeClass } from './apiserver/admission/runtime-class.ts';
import type { Cluster } from './cluster/cluster.ts';
import type { PodTemplate } from './cluster/pods.ts';
import type { Shortage } from './scheduler/capacity.ts';
import { eligibleNodes } from './scheduler/capacity.ts';
import { nodesOf } from './scheduler/node.ts';
import { type Placement, place, type Workload } from './scheduler/place.ts';
import { notScheduled, type PodView, podViewOf } from './scheduler/pod.ts';
import { type ClusterState, clusterOf } from './scheduler/state.ts';
import type { VolumeFacts } from './scheduler/volumes.ts';

/**
 * What the scheduler makes of the Pods of a set: the rooms of admission (defaults, priority, RuntimeClass) before it, and the nodes given as
 * facts. Made once for each set, when a rule asks.
 */
export interface Outlook {
  readonly state: ClusterState;
  readonly volumes: VolumeFacts;
  readonly nodes: number;
  /** Of the Pod templates of the set; empty without nodes. */
  readonly placements: ReadonlyMap<PodTemplate, Placement>;
  readonly shortages: readonly Shortage[];
  view(pod: PodTemplate): PodView;
  /** Nodes that a Pod could be on if nothing else ran. */
  eligible(pod: PodTemplate): number;
}

const outlooks = new WeakMap<Cluster, Outlook>();

export function outlookOf(cluster: Cluster): Outlook {
  let outlook = outlooks.get(cluster);
  if (outlook === undefined) {
    outlook = look(cluster);
    outlooks.set(cluster, outlook);
  }
  return outlook;
}

function look(cluster: Cluster): Outlook {
  const { release } = cluster;
  const classes = priorityClassesOf(cluster.ofKind('PriorityClass').map((object) => object.value));
  const ranges = new Map<string, ReturnType<typeof limitRangesOf>>();
  const rangesIn = (namespace: string) => {
    let found = ranges.get(namespace);
    if (found === undefined) {
      found = limitRangesOf(cluster.ofKindIn('LimitRange', namespace).map((range) => range.value));
      ranges.set(namespace, found);
    }
    return found;
  };
  const views = new Map<PodTemplate, PodView>();
  const view = (pod: PodTemplate): PodView => {
    let made = views.get(pod);
    if (made !== undefined) return made;
    const runtime = applyRuntimeClass(pod.spec, (name) => cluster.get('RuntimeClass', '', name)?.value);
    const effect = 'message' in runtime ? undefined : runtime;
    const priority = effectivePriority(pod.spec, classes);
    made = podViewOf(
      {
        namespace: pod.namespace,
        metadata: pod.metadata,
        spec: pod.spec,
        resources: applyDefaults(rangesIn(pod.namespace), pod.spec, { release, overhead: effect?.overhead }),
        priority: priority === undefined || 'message' in priority ? undefined : priority,
        nodeSelector: effect?.nodeSelector,
        tolerations: effect?.tolerations,
        claimTemplates: pod.owner.kind === 'StatefulSet' ? asArray(at(pod.owner.value, ['spec', 'volumeClaimTemplates'])) : [],
        daemon: pod.perNode,
      },
      release,
    );
    views.set(pod, made);
    return made;
  };

  const volumes: VolumeFacts = {
    claim: (namespace, name) => cluster.get('PersistentVolumeClaim', namespace, name)?.value,
    claimsClosed: cluster.closed,
    volumes: cluster.ofKind('PersistentVolume').map((object) => object.value),
    storageClass: (name) => cluster.get('StorageClass', '', name)?.value,
    defaultStorageClass: defaultClass(cluster),
    closed: cluster.closed,
  };
  const set = cluster.ownPods.filter((pod) => pod.owner.origin === 'set');
  const ofSet = templatesOf(set);
  const running = cluster.pods.filter(
    (pod) =>
      pod.owner.origin === 'fact' &&
      pod.owner.kind === 'Pod' &&
      // One that a workload of the set owns is about to be replaced.
      !ofSet(pod),
  );
  const nodes = nodesOf(cluster.ofKind('Node').map((object) => object.value));
  const facts = { release, closed: cluster.closed, namespaceLabels: (name: string) => labelsOf(cluster, name), volumes };
  const state = clusterOf(nodes, running.map(view), facts);
  const eligible = (pod: PodTemplate) => eligibleNodes(view(pod), state).length;
  if (nodes.length === 0) return { state, volumes, nodes: 0, placements: new Map(), shortages: [], view, eligible };

  // What runs already by the facts' workloads, where no Pod of theirs is among the facts, takes room too.
  const idle = cluster.pods.filter(
    (pod) =>
      pod.owner.origin === 'fact' &&
      pod.owner.kind !== 'Pod' &&
      !pod.finite &&
      // A ReplicaSet of a Deployment: the Deployment itself counts.
      !isControlled(pod.owner.value),
  );
  const busy = new Set<PodTemplate>();
  const ofIdle = templatesOf(idle);
  for (const pod of running) for (const template of ofIdle(pod) ?? []) busy.add(template);
  const others = idle.filter((pod) => !busy.has(pod));
  const wanted = [...others, ...set].filter((pod) => notScheduled(pod.spec) === undefined && pod.owner.kind !== 'CronJob');
  const workloads = wanted.map(
    (pod, index): Workload => ({ id: String(index), pod: view(pod), count: pod.count, perNode: pod.perNode }),
  );
  const { placements, shortages } = place(state, workloads);
  const byPod = new Map<PodTemplate, Placement>();
  placements.forEach((placement, index) => {
    if (wanted[index]!.owner.origin === 'set') byPod.set(wanted[index]!, placement);
  });
  return { state, volumes, nodes: nodes.length, placements: byPod, shortages, view, eligible };
}

/** Finds the templates all of whose labels a Pod carries, or that have its name; undefined for none. Looks at few for each Pod. */
function templatesOf(templates: readonly PodTemplate[]): (pod: PodTemplate) => readonly PodTemplate[] | undefined {
  const postings = new Map<string, PodTemplate[]>();
  const names = new Map<string, PodTemplate[]>();
  const uses = new Map<string, number>();
  const labelOf = ({ namespace, labels }: PodTemplate, key: string) => `${namespace}\0${key}\0${labels[key]}`;
  for (const template of templates)
    for (const key of Object.keys(template.labels)) uses.set(labelOf(template, key), (uses.get(labelOf(template, key)) ?? 0) + 1);
  const put = (map: Map<string, PodTemplate[]>, key: string, template: PodTemplate) => {
    const list = map.get(key);
    if (list === undefined) map.set(key, [template]);
    else list.push(template);
  };
  for (const template of templates) {
    put(names, `${template.namespace}\0${template.owner.name}`, template);
    // Filed under its rarest label only.
    const labels = Object.keys(template.labels).map((key) => labelOf(template, key));
    if (labels.length === 0) continue;
    put(
      postings,
      labels.reduce((rarest, label) => (uses.get(label)! < uses.get(rarest)! ? label : rarest)),
      template,
    );
  }
  return (pod) => {
    let found = names.get(`${pod.namespace}\0${pod.owner.name}`);
    for (const key of Object.keys(pod.labels)) {
      for (const template of postings.get(labelOf(pod, key)) ?? []) {
        if (!Object.keys(template.labels).every((one) => pod.labels[one] === template.labels[one])) continue;
        found = found === undefined ? [template] : [...found, template];
      }
    }
    return found;
  };
}

function isControlled(value: JsonObject): boolean {
  return asArray(at(value, ['metadata', 'ownerReferences'])).some((owner) => asObject(owner)?.['controller'] === true);
}

function labelsOf(cluster: Cluster, namespace: string): Record<string, string> | undefined {
  const labels = cluster.namespaceLabels(namespace);
  if (labels === undefined) return undefined;
  const out: Record<string, string> = Object.create(null);
  for (const key of Object.keys(labels)) if (typeof labels[key] === 'string') out[key] = labels[key];
  return out;
}

function defaultClass(cluster: Cluster): string | undefined {
  for (const { value, name } of cluster.ofKind('StorageClass')) {
    const annotations = asObject(asObject(value['metadata'])?.['annotations']);
    const flag =
      annotations?.['storageclass.kubernetes.io/is-default-class'] ??
      annotations?.['storageclass.beta.kubernetes.io/is-default-class'];
    if (asString(flag) === 'true' && isObject(value)) return name;
  }
  return undefined;
}
