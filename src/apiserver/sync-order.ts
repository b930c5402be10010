import { asObject, at, type JsonObject } from '../api/manifest.ts';
import { isUnknown } from '../api/unknown.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { existsAnyway } from '../cluster/existing.ts';
import type { KubeObject } from '../cluster/object.ts';
import type { Reference, ReferenceRole } from '../cluster/references.ts';
import { folderOf } from './too-early.ts';

/** When Argo CD applies an object, or Helm: hooks of the phase before, the objects themselves, hooks of the phase after; waves within each. */
export interface SyncStep {
  /** -1 before, 0 with the objects themselves, 1 after. */
  readonly phase: -1 | 0 | 1;
  /** Argo CD's sync wave, Helm's hook weight. */
  readonly wave: number;
  readonly hook: boolean;
}

/** An object that Argo CD or Helm waits for before it applies what the object needs. */
export interface StuckSync {
  readonly by: 'Argo CD' | 'Helm';
  readonly object: KubeObject;
  readonly step: SyncStep;
  /** How its Pods name what they need. */
  readonly reference: Reference;
  readonly needed: KubeObject;
  readonly neededStep: SyncStep;
  /** The object is a Pod of its own, which admission refuses; else its Pods never start, and are waited for. */
  readonly refused: boolean;
}

/** What Pods of that role cannot start without. */
const NEEDED = new Set<ReferenceRole>([
  'env',
  'envFrom',
  'volume',
  'volume-secret',
  'claim',
  'service-account',
  'priority-class',
  'runtime-class',
]);
const ADMISSION = new Set<ReferenceRole>(['service-account', 'priority-class', 'runtime-class']);

const WAVE = 'argocd.argoproj.io/sync-wave';
const HOOK = 'argocd.argoproj.io/hook';
const HELM_HOOK = 'helm.sh/hook';
const HELM_WEIGHT = 'helm.sh/hook-weight';

/**
 * Argo CD applies by phase, then by wave, and waits for a wave to be healthy before the next one. Namespaces and CustomResourceDefinitions it moves to the
 * front of what needs them, whatever their waves are. Helm runs `pre-install` hooks by weight, each to its end, before all other objects.
 * Mirrors pkg/sync of github.com/argoproj/gitops-engine (sync_context.go, sync_tasks.go, hook, syncwaves) and pkg/action/hooks.go of helm.sh/helm.
 * Only objects of one folder are compared: others may be of another Application, or another release.
 */
export function stuckSyncs(cluster: Cluster): readonly StuckSync[] {
  const marked = markedFolders(cluster);
  if (marked === undefined) return [];
  const found: StuckSync[] = [];
  for (const pod of cluster.ownPods) {
    const { owner } = pod;
    const by = owner.origin === 'set' && !owner.patched ? marked.get(folderOf(owner)) : undefined;
    if (by === undefined || pod.count === 0 || !isWaitedFor(owner, by)) continue;
    const step = stepOf(owner, by);
    if (step === undefined || (by === 'Helm' && step.phase !== -1)) continue;
    const seen = new Set<KubeObject>();
    for (const reference of cluster.referencesFrom(owner)) {
      if (!NEEDED.has(reference.role) || reference.optional || reference.pod === undefined) continue;
      const late = lateOf(cluster, reference, by, step);
      if (late === undefined || seen.has(late.needed)) continue;
      seen.add(late.needed);
      found.push({ by, object: owner, step, reference, ...late, refused: owner.kind === 'Pod' && ADMISSION.has(reference.role) });
    }
  }
  return found;
}

/** The folders with an object that Argo CD or Helm sends at a time of its own; undefined for none. */
function markedFolders(cluster: Cluster): ReadonlyMap<string, 'Argo CD' | 'Helm'> | undefined {
  let marked: Map<string, 'Argo CD' | 'Helm'> | undefined;
  for (const object of cluster.own) {
    const annotations = annotationsOf(object);
    if (annotations === undefined) continue;
    const argo = Object.hasOwn(annotations, WAVE) || Object.hasOwn(annotations, HOOK);
    if (!argo && !Object.hasOwn(annotations, HELM_HOOK)) continue;
    marked ??= new Map();
    const folder = folderOf(object);
    if (argo || !marked.has(folder)) marked.set(folder, argo ? 'Argo CD' : 'Helm');
  }
  return marked;
}

/** What a reference names, where it comes too late: everything of that name does. */
function lateOf(
  cluster: Cluster,
  { kind, namespace, name, from, role }: Reference,
  by: StuckSync['by'],
  step: SyncStep,
): { readonly needed: KubeObject; readonly neededStep: SyncStep } | undefined {
  if (existsAnyway(kind, namespace, name) || cluster.presence(kind, namespace, name).state !== 'present') return undefined;
  let first: { needed: KubeObject; neededStep: SyncStep } | undefined;
  for (const needed of cluster.named(kind, namespace, name)) {
    if (needed.origin !== 'set' || needed.patched || folderOf(needed) !== folderOf(from)) return undefined;
    const neededStep = stepOf(needed, by);
    if (neededStep === undefined) return undefined;
    if (first === undefined || compare(neededStep, first.neededStep) < 0) first = { needed, neededStep };
  }
  if (first === undefined) return undefined;
  const order = compare(step, first.neededStep);
  // Within a wave the order is by kind: a Pod comes before kinds that the list of kinds does not name.
  const sameWave =
    order === 0 && by === 'Argo CD' && from.kind === 'Pod' && (role === 'priority-class' || role === 'runtime-class');
  return order < 0 || sameWave ? first : undefined;
}

function compare(a: SyncStep, b: SyncStep): number {
  return a.phase - b.phase || a.wave - b.wave;
}

/** Kinds whose Pods must run before the object counts as healthy, or as done. */
function isWaitedFor({ kind, builtIn, value }: KubeObject, by: StuckSync['by']): boolean {
  if (!builtIn || asObject(asObject(value['metadata'])?.['annotations'])?.['argocd.argoproj.io/ignore-healthcheck'] !== undefined)
    return false;
  switch (kind) {
    case 'Pod':
      return true;
    case 'Job':
      return at(value, ['spec', 'suspend']) !== true;
    case 'Deployment':
      return by === 'Argo CD' && at(value, ['spec', 'paused']) !== true;
    case 'StatefulSet':
    case 'DaemonSet':
    case 'ReplicaSet':
      return by === 'Argo CD';
    default:
      return false;
  }
}

/** When an object is applied for the first time; undefined where it is not, or where nobody can tell. */
function stepOf(object: KubeObject, by: StuckSync['by']): SyncStep | undefined {
  const annotations = annotationsOf(object) ?? {};
  if ([WAVE, HOOK, HELM_HOOK, HELM_WEIGHT].some((key) => isUnknown(annotations[key]))) return undefined;
  const helm = wordsOf(annotations[HELM_HOOK]);
  const weight = numberOf(annotations[HELM_WEIGHT]) ?? 0;
  if (by === 'Helm') {
    if (helm.length === 0) return { phase: 0, wave: 0, hook: false };
    if (helm.includes('pre-install')) return { phase: -1, wave: weight, hook: true };
    return helm.includes('post-install') ? { phase: 1, wave: weight, hook: true } : undefined;
  }
  const wave = numberOf(annotations[WAVE]) ?? weight;
  const words = wordsOf(annotations[HOOK]).filter((word) => Object.hasOwn(ARGO_PHASES, word));
  if (words.length === 1 && words[0] === 'Skip') return undefined;
  const phases = words.length > 0 ? words.map((word) => ARGO_PHASES[word]) : helm.map((word) => HELM_PHASES[word]);
  const known = phases.filter((phase) => phase !== undefined);
  if (known.length > 0) return { phase: Math.min(...known) as SyncStep['phase'], wave, hook: true };
  const isHook = annotations[HOOK] !== undefined || (helm.length > 0 && annotations[HELM_HOOK] !== 'crd-install');
  return isHook ? undefined : { phase: 0, wave, hook: false };
}

const ARGO_PHASES: Readonly<Record<string, SyncStep['phase'] | undefined>> = {
  PreSync: -1,
  Sync: 0,
  PostSync: 1,
  SyncFail: undefined,
  PreDelete: undefined,
  PostDelete: undefined,
  Skip: undefined,
};
const HELM_PHASES: Readonly<Record<string, SyncStep['phase'] | undefined>> = {
  __proto__: null as never,
  'pre-install': -1,
  'pre-upgrade': -1,
  'post-install': 1,
  'post-upgrade': 1,
};

function wordsOf(value: unknown): readonly string[] {
  if (typeof value !== 'string' || value.length > 1000) return [];
  return value
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** A number as strconv.Atoi reads it. */
function numberOf(value: unknown): number | undefined {
  return typeof value === 'string' && /^[+-]?\d{1,15}$/.test(value) ? Number(value) : undefined;
}

function annotationsOf({ value }: KubeObject): JsonObject | undefined {
  return asObject(asObject(value['metadata'])?.['annotations']);
}
