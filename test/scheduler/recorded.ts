import { readFileSync } from 'node:fs';
import { asArray, asObject, at, isObject, type JsonObject } from '../../src/api/manifest.ts';
import { applyDefaults, limitRangesOf } from '../../src/apiserver/admission/limit-range.ts';
import { effectivePriority, priorityClassesOf } from '../../src/apiserver/admission/priority.ts';
import { applyRuntimeClass } from '../../src/apiserver/admission/runtime-class.ts';
import { nodesOf } from '../../src/scheduler/node.ts';
import type { Workload } from '../../src/scheduler/place.ts';
import { type PodView, podViewOf } from '../../src/scheduler/pod.ts';
import type { ClusterFacts } from '../../src/scheduler/state.ts';

/** What a cluster did with these objects: which Pods found which node, and what the scheduler said of the others. */
export interface RecordedCase {
  readonly case: string;
  readonly objects: readonly JsonObject[];
  readonly pods: readonly { readonly of: string; readonly node?: string; readonly says?: string }[];
}

export const RECORDED: readonly RecordedCase[] = readFileSync(new URL('../recorded/scheduler.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((text) => text !== '')
  .map((text) => JSON.parse(text) as RecordedCase);

const nameOf = (object: unknown): unknown => at(object, ['metadata', 'name']);

export function factsOf(objects: readonly JsonObject[]): ClusterFacts {
  const named = (kind: string, name: string): unknown =>
    objects.find((object) => object['kind'] === kind && nameOf(object) === name);
  return {
    closed: true,
    namespaceLabels: () => ({}),
    volumes: {
      claim: (_namespace, name) => named('PersistentVolumeClaim', name),
      claimsClosed: true,
      volumes: objects.filter((object) => object['kind'] === 'PersistentVolume'),
      storageClass: (name) => named('StorageClass', name),
      closed: true,
    },
  };
}

/** The workloads of a case by `Kind/name`, as admission leaves their Pods. */
export function workloadsOf(objects: readonly JsonObject[]): ReadonlyMap<string, Workload> {
  const out = new Map<string, Workload>();
  const classes = priorityClassesOf(objects);
  for (const object of objects) {
    const kind = String(object['kind']);
    if (!['Pod', 'Deployment', 'DaemonSet', 'StatefulSet'].includes(kind)) continue;
    const template = kind === 'Pod' ? object : at(object, ['spec', 'template']);
    const spec = asObject(asObject(template)?.['spec']);
    const runtime = applyRuntimeClass(spec, (name) =>
      objects.find((other) => other['kind'] === 'RuntimeClass' && nameOf(other) === name),
    );
    const priority = effectivePriority(spec, classes);
    if ('message' in runtime || priority === undefined || 'message' in priority) continue;
    const pod: PodView = podViewOf({
      namespace: 'case',
      metadata: asObject(template)?.['metadata'],
      spec,
      resources: applyDefaults(limitRangesOf(objects), spec, { overhead: runtime.overhead }),
      priority,
      nodeSelector: runtime.nodeSelector,
      tolerations: runtime.tolerations,
      claimTemplates: asArray(at(object, ['spec', 'volumeClaimTemplates'])),
      daemon: kind === 'DaemonSet',
      addedLabels: kind === 'Deployment' ? { 'pod-template-hash': String(nameOf(object)) } : {},
    });
    // A StatefulSet makes its second Pod when the first is ready.
    const replicas = kind === 'StatefulSet' ? 1 : at(object, ['spec', 'replicas']);
    const id = `${kind}/${String(nameOf(object))}`;
    out.set(id, { id, pod, count: typeof replicas === 'number' ? replicas : 1, perNode: kind === 'DaemonSet' });
  }
  return out;
}

export function nodesIn(objects: readonly unknown[]) {
  return nodesOf(objects.filter(isObject));
}
