import type { Cluster } from '../cluster/cluster.ts';
import { describe, type KubeObject } from '../cluster/object.ts';
import { type PodTemplate, podTemplateOf } from '../cluster/pods.ts';
import type { Finding } from '../report/types.ts';
import type { Alteration, Rule } from '../rule.ts';
import { flat } from '../source/flat-text.ts';
import { KeptDocument } from '../source/kept.ts';
import { locate } from '../source/reader.ts';
import type { Raw } from './engine.ts';
import { findingOf, placeOf } from './finding.ts';
import { type ForecastPod, forecastPod } from './forecast.ts';
import { annotationsOf, type Suppression } from './suppress.ts';

/** Where an object stands. */
export type Placed = Pick<KubeObject, 'origin' | 'document' | 'base'>;

/** What a fix would change, each change with the object that it is in. */
export interface PlacedFix {
  readonly safe: boolean;
  readonly changes: readonly { readonly change: Alteration; readonly object: Placed | undefined }[];
}

/** A finding, and all that is asked about it later: whether it is accepted, which Pods it keeps from running, how it is mended. It holds no objects. */
export interface Found {
  readonly finding: Finding;
  /** What annotations of its object accept. */
  readonly annotations: readonly Suppression[];
  /** Of `FindingsOfSet.pods`, those that it keeps from running. */
  readonly blocks: readonly number[];
  /** The Pods that its object would have made, had it decoded: the cluster knows none. With the object's number in the set. */
  readonly refused: { readonly object: number; readonly pod: ForecastPod } | undefined;
  readonly pods: number | undefined;
  readonly certain: boolean | undefined;
  readonly fix: PlacedFix | undefined;
}

const NO_SUPPRESSIONS: readonly Suppression[] = [];
const NO_PODS: readonly number[] = [];

/** Makes findings of what rules say about one set. */
export class FindingsOfSet {
  /** Of the set's own workloads. */
  readonly pods: readonly ForecastPod[];
  readonly #templates: readonly PodTemplate[];
  readonly #own: readonly KubeObject[];
  #podNumbers: ReadonlyMap<PodTemplate, number> | undefined;
  #objectNumbers: ReadonlyMap<KubeObject, number> | undefined;

  constructor({ own, ownPods }: Cluster) {
    this.#own = own;
    this.#templates = ownPods.filter(({ owner }) => owner.origin === 'set');
    this.pods = this.#templates.map(forecastPod);
  }

  found(raw: Raw): Found {
    const { object, problem, blocks } = raw;
    // Of a document that is let go nothing is to stay with what is said of it.
    const finding = raw.document instanceof KeptDocument ? settled(findingOf(raw)) : findingOf(raw);
    const stops = finding.predicts?.status !== undefined;
    return {
      finding,
      annotations: object === undefined ? NO_SUPPRESSIONS : this.annotations(object),
      blocks: stops && blocks.length > 0 ? this.#numbers(blocks) : NO_PODS,
      refused: stops && object?.decodes === false ? this.#refused(object) : undefined,
      pods: problem.pods,
      certain: problem.certain,
      fix: fixOf(raw),
    };
  }

  annotations(object: KubeObject): readonly Suppression[] {
    const { metadata, spec } = object.value as { metadata?: { annotations?: object | null } | null; spec?: unknown };
    if (object.origin !== 'set' || typeof metadata !== 'object' || metadata === null) return NO_SUPPRESSIONS;
    if (metadata.annotations == null && (typeof spec !== 'object' || spec === null)) return NO_SUPPRESSIONS;
    return annotationsOf(object, (path) =>
      placeOf(object.document.file, locate(object.document, [...object.base, ...path], 'key')),
    );
  }

  #numbers(blocks: readonly PodTemplate[]): readonly number[] {
    this.#podNumbers ??= new Map(this.#templates.map((pod, number) => [pod, number]));
    return blocks.flatMap((pod) => this.#podNumbers?.get(pod) ?? []);
  }

  #refused(object: KubeObject): Found['refused'] {
    if (object.origin !== 'set') return undefined;
    const pod = podTemplateOf(object);
    if (pod === undefined) return undefined;
    this.#objectNumbers ??= new Map(this.#own.map((one, number) => [one, number]));
    const number = this.#objectNumbers.get(object);
    return number === undefined ? undefined : { object: number, pod: forecastPod(pod) };
  }
}

function fixOf({ problem, object }: Raw): PlacedFix | undefined {
  const { fix } = problem;
  if (fix === undefined) return undefined;
  return {
    safe: fix.safe,
    changes: fix.changes.map(({ object: own, ...change }) => ({ change, object: placed(own ?? problem.object ?? object) })),
  };
}

function placed(object: KubeObject | undefined): Placed | undefined {
  return object && { origin: object.origin, document: object.document, base: object.base };
}

/** The same finding, whose texts are parts of no others. */
function settled(finding: Finding): Finding {
  const { message, says, path, cause, object, related, fix } = finding;
  return {
    ...finding,
    message: flat(message),
    says: says && flat(says),
    path: path && flat(path),
    cause: cause && { ...cause, field: flat(cause.field) },
    object: object && { ...object, name: flat(object.name) },
    related: related.map((one) => ({ ...one, message: flat(one.message) })),
    fix: fix && { ...fix, title: flat(fix.title) },
  };
}

/** What is told of a rule that threw. */
export function crashOf(rule: Rule, error: unknown, object: KubeObject | undefined): string {
  const where = object === undefined ? '' : ` on ${describe(object)} (${object.document.file.path})`;
  return `${rule.id}${where}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
