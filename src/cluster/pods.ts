import type { Container as K8sContainer, PodSpec } from 'kubernetes-types/core/v1.js';
import { asNumber, asObject, at, isObject, type JsonObject, type Manifest } from '../api/manifest.ts';
import type { Path } from '../source/path.ts';
import { KeptContainer, KeptObject, KeptPod } from './kept.ts';
import type { Mutation } from './mutation.ts';
import type { KubeObject } from './object.ts';

/** What makes a Pod: a Pod itself, the template of a workload, or the template of a custom workload (Argo Rollout, …). */
export interface PodTemplate {
  readonly owner: KubeObject;
  /** Path of the object that holds `metadata` and `spec` of the Pod, relative to the owner: `[]` or `['spec', 'template']`. */
  readonly path: Path;
  readonly specPath: Path;
  readonly metadata: JsonObject;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: Manifest<PodSpec>;
  readonly namespace: string;
  /** Pods wanted. For a DaemonSet 1, meaning one on every eligible node. */
  readonly count: number;
  readonly perNode: boolean;
  /** Runs to its end: Job, CronJob, or a Pod with restartPolicy other than Always. */
  readonly finite: boolean;
  readonly containers: readonly Container[];
  /** What mutating admission policies say of the Pods that a controller makes of it; absent where none is asked. */
  readonly mutation?: Mutation;
}

export interface Container {
  readonly pod: PodTemplate;
  readonly name: string;
  readonly role: 'init' | 'sidecar' | 'app';
  /** Relative to the owner of the Pod template. */
  readonly path: Path;
  readonly value: Manifest<K8sContainer>;
}

const TEMPLATE: Path = ['spec', 'template'];
const CRON_TEMPLATE: Path = ['spec', 'jobTemplate', 'spec', 'template'];

/** Path of the Pod template in a kind, or undefined where the kind makes no Pods. */
export function templatePath(object: { group: string; kind: string; value: JsonObject; builtIn: boolean }): Path | undefined {
  switch (object.kind) {
    case 'Pod':
      return object.group === '' ? [] : undefined;
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'ReplicaSet':
    case 'ReplicationController':
    case 'Job':
      if (object.group === '' || object.group === 'apps' || object.group === 'batch' || object.group === 'extensions')
        return TEMPLATE;
      break;
    case 'CronJob':
      if (object.group === 'batch') return CRON_TEMPLATE;
      break;
  }
  if (object.builtIn) return undefined;
  // Argo Rollout, OpenKruise, Knative Service and their like: the same template at the same place.
  return Array.isArray(at(object.value, ['spec', 'template', 'spec', 'containers'])) ? TEMPLATE : undefined;
}

function wanted(object: KubeObject): number {
  const spec = asObject(object.value['spec']);
  switch (object.kind) {
    case 'Pod':
    case 'DaemonSet':
    case 'CronJob':
      return 1;
    case 'Job': {
      const parallelism = asNumber(spec?.['parallelism']) ?? 1;
      const completions = asNumber(spec?.['completions']);
      return completions === undefined ? parallelism : Math.min(parallelism, completions);
    }
    default:
      return asNumber(spec?.['replicas']) ?? 1;
  }
}

/** The Pod template of an object with its containers, or undefined. `minimum` raises the count (an autoscaler's minReplicas). */
export function podTemplateOf(object: KubeObject, minimum?: number): PodTemplate | undefined {
  const mutated = object.mutatedPod;
  const path = templatePath(object);
  if (path === undefined) return undefined;
  const template = at(object.value, path);
  if (!isObject(template)) return undefined;
  const spec = mutated?.spec ?? asObject(template['spec']);
  if (spec === undefined) return undefined;
  const metadata = mutated?.metadata ?? asObject(template['metadata']) ?? {};
  const containers: Container[] = [];
  const kept = object instanceof KeptObject;
  const made: PodTemplate = {
    owner: object,
    path,
    specPath: [...path, 'spec'],
    metadata,
    labels: stringsOf(metadata['labels']),
    spec: spec as Manifest<PodSpec>,
    namespace: object.namespace,
    count: Math.max(minimum ?? 0, wanted(object)),
    perNode: object.kind === 'DaemonSet',
    finite:
      object.kind === 'Job' ||
      object.kind === 'CronJob' ||
      (object.kind === 'Pod' && spec['restartPolicy'] != null && spec['restartPolicy'] !== 'Always'),
    containers,
    ...mutationOf(object),
  };
  const pod = kept ? new KeptPod(made) : made;
  for (const list of ['initContainers', 'containers'] as const) {
    const items = spec[list];
    if (!Array.isArray(items)) continue;
    for (let i = 0; i < items.length; i++) {
      const value: unknown = items[i];
      if (!isObject(value)) continue;
      const role = list === 'containers' ? 'app' : value['restartPolicy'] === 'Always' ? 'sidecar' : 'init';
      const name = typeof value['name'] === 'string' ? value['name'] : '';
      const place = [...pod.specPath, list, i];
      containers.push(
        kept
          ? new KeptContainer(pod, name, role, place)
          : { pod, name, role, path: place, value: value as Manifest<K8sContainer> },
      );
    }
  }
  return pod;
}

function mutationOf({ kind, mutation, mutatedPod }: KubeObject): { readonly mutation?: Mutation } {
  const own = kind === 'Pod' ? mutation : mutatedPod?.mutation;
  return own === undefined ? {} : { mutation: own };
}

/** The string entries of a string map (labels, annotations, selectors); anything else is left out. */
export function stringsOf(value: unknown): Readonly<Record<string, string>> {
  const out: Record<string, string> = Object.create(null);
  if (isObject(value)) for (const key of Object.keys(value)) if (typeof value[key] === 'string') out[key] = value[key];
  return out;
}
