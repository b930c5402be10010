import type { DefinitionSource } from '../api/custom.ts';
import { at } from '../api/manifest.ts';
import type { Cause } from '../apiserver/cause.ts';
import type { DecodeFault } from '../apiserver/decode.ts';
import type { Update } from '../apiserver/update/index.ts';
import {
  type CustomResources,
  type Known,
  knownKind,
  type LiteralVerdict,
  literalVerdict,
  validateObject,
  warnObject,
} from '../apiserver/verdict.ts';
import type { Warning } from '../apiserver/warnings/index.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { KubeObject } from '../cluster/object.ts';
import type { PodTemplate } from '../cluster/pods.ts';
import type { Level } from '../report/types.ts';
import type { Context, Problem, Rule, Unsent } from '../rule.ts';
import type { SourceDocument } from '../source/document.ts';
import type { Path } from '../source/path.ts';

/** A problem with the rule that said it and the object or document it lies in: everything the finding is made of. */
export interface Raw {
  readonly rule: Rule;
  readonly level: Level;
  readonly problem: Problem;
  readonly object?: KubeObject;
  readonly document: SourceDocument;
  readonly blocks: readonly PodTemplate[];
}

/** One run of rules over one set. `decoded` holds what decoding said, by object. */
export interface LintTask {
  readonly cluster: Cluster;
  readonly documents: readonly SourceDocument[];
  /** Documents that are no manifests; of interest only where every file is a set of its own, as `each` says. */
  readonly unsent: readonly Unsent[];
  readonly each: boolean;
  readonly decoded: ReadonlyMap<KubeObject, readonly DecodeFault[]>;
  readonly customs: CustomResources;
  readonly rules: readonly Rule[];
  /** Level of a rule at a file: undefined leaves it to the rule, `off` drops what it says. */
  level(rule: Rule, file: string): Level | 'off' | undefined;
  options(rule: Rule): Readonly<Record<string, unknown>>;
  /** What is there already under an object's name; absent where nothing is known to be. */
  readonly update?: (object: KubeObject) => Update | undefined;
  /** What the server says of a custom resource that is there already. */
  readonly updateCauses?: (object: KubeObject) => readonly Cause[] | undefined;
  report(raw: Raw): void;
  /** A rule that throws is our bug: it is told, and the others go on. */
  crashed(rule: Rule, error: unknown, object: KubeObject | undefined): void;
}

type Visit = (thing: never, context: Context) => void;

interface Visitor {
  readonly runner: Runner;
  readonly visit: Visit;
  /** What `visit` is a method of. */
  readonly self: Rule['visit'];
}

/** What the rules have asked already. */
interface Shared {
  readonly causes: Map<KubeObject, readonly Cause[]>;
  /** By apiVersion, then by kind. */
  readonly known: Map<string, Map<string, Known>>;
  /** What is said now is said elsewhere. */
  silent: boolean;
}

class Runner implements Context {
  readonly rule: Rule;
  readonly cluster: Cluster;
  readonly options: Readonly<Record<string, unknown>>;
  readonly #task: LintTask;
  readonly #shared: Shared;
  object: KubeObject | undefined;
  document: SourceDocument | undefined;
  pod: PodTemplate | undefined;

  constructor(rule: Rule, task: LintTask, shared: Shared) {
    this.rule = rule;
    this.cluster = task.cluster;
    this.#task = task;
    this.#shared = shared;
    this.options = task.options(rule);
  }

  known(object: KubeObject): Known {
    const { apiVersion, kind } = object;
    let kinds = this.#shared.known.get(apiVersion);
    if (kinds === undefined) this.#shared.known.set(apiVersion, (kinds = new Map()));
    let known = kinds.get(kind);
    if (known === undefined) kinds.set(kind, (known = knownKind(apiVersion, kind, this.cluster.release, this.#task.customs)));
    return known;
  }

  decodeFaults(object: KubeObject): readonly DecodeFault[] {
    return this.#task.decoded.get(object) ?? [];
  }

  causes(object: KubeObject): readonly Cause[] {
    let causes = this.#shared.causes.get(object);
    if (causes === undefined) {
      const known = this.known(object);
      causes = isValidated(object, known, this.decodeFaults(object))
        ? validateObject(object.value, known, this.cluster.release, this.#task.updateCauses?.(object))
        : [];
      this.#shared.causes.set(object, causes);
    }
    return causes;
  }

  literal(object: KubeObject): LiteralVerdict | undefined {
    return this.#task.each ? literalVerdict(object.value, this.known(object), this.cluster.release) : undefined;
  }

  warnings(object: KubeObject): readonly Warning[] {
    return object.decodes ? warnObject(object.value, this.known(object), this.cluster.release) : [];
  }

  update(object: KubeObject): Update | undefined {
    return this.#task.update?.(object);
  }

  report(problem: Problem): void {
    if (this.#shared.silent) return;
    const object = problem.object ?? this.object;
    const document = object?.document ?? this.document;
    if (document === undefined || object?.origin === 'fact') return;
    const configured = this.#task.level(this.rule, document.file.path);
    if (configured === 'off') return;
    let level = configured ?? problem.level ?? this.rule.level;
    // What a patch makes of the object is not known: nothing about it is certain but what decoding says of its own text.
    if (object?.patched === true && level === 'error' && this.rule.visit.Manifest === undefined && configured === undefined) {
      level = 'warning';
      problem = { ...problem, message: `${problem.message} (unless the patches of its kustomization mend it)` };
    }
    const maker = object === undefined ? undefined : makerOf(object, problem.at);
    // What the text does not have, no edit of it can mend.
    if (maker !== undefined) problem = { ...problem, message: `${problem.message} (as ${maker} makes it)`, fix: undefined };
    const mutating = level === 'error' && configured === undefined ? this.#mutating(object, problem) : undefined;
    if (mutating !== undefined) {
      level = 'warning';
      problem = { ...problem, message: `${problem.message} (unless ${mutating} mends it)` };
    }
    const source = problem.bySchema && object && sourceOf(this.known(object));
    if (source) {
      if (configured === undefined && level === 'error') level = 'warning';
      problem = likely(problem, source);
    }
    const blocks = problem.blocks ?? this.#blocked(object);
    this.#task.report({ rule: this.rule, level, problem, object, document, blocks });
  }

  /** The policy that may change what the problem is about before it matters. What does not decode comes to no policy. */
  #mutating(object: KubeObject | undefined, { predicts = this.rule.predicts }: Problem): string | undefined {
    if (object === undefined || this.rule.visit.Manifest !== undefined) return undefined;
    if (object.mutation?.open !== undefined) return object.mutation.open;
    // The object itself is not its Pods.
    const isOfObject = predicts?.component === 'apiserver' && predicts.status === 'Rejected';
    return isOfObject ? undefined : object.mutatedPod?.mutation.open;
  }

  #blocked(object: KubeObject | undefined): readonly PodTemplate[] {
    if (this.rule.predicts === undefined) return NOTHING;
    if (this.pod !== undefined) return [this.pod];
    const pod = object && this.cluster.podOf(object);
    return pod === undefined ? NOTHING : [pod];
  }
}

/**
 * Whether the API server comes to validating an object. A custom resource counts as not decoded where its Pod template is malformed, and as decoded
 * where only the catalogue says that it does not: the server asks its definition alone.
 */
function isValidated(object: KubeObject, known: Known, faults: readonly DecodeFault[]): boolean {
  if (known.by === 'definition') return faults.every((fault) => fault.kind === 'unknown-field');
  return object.decodes;
}

/** The policies that have made of an object what it is at a path, where its text has it otherwise. */
function makerOf({ mutation, mutatedPod, value, document, base, kind }: KubeObject, path: Path): string | undefined {
  if (mutation?.by === undefined && mutatedPod?.mutation.by === undefined) return undefined;
  const template = kind === 'CronJob' ? 4 : 2;
  const isOfPods = mutatedPod?.mutation.by !== undefined && path[template - 1] === 'template';
  const now = isOfPods ? at(mutatedPod, path.slice(template)) : at(value, path);
  const written = at(document.value, [...base, ...path]);
  if (now === undefined || now === written || (written !== undefined && typeof now === 'object')) return undefined;
  return isOfPods ? mutatedPod.mutation.by : mutation?.by;
}

/** The project whose definition in the catalogue a kind is judged by. */
function sourceOf(known: Known): DefinitionSource | undefined {
  return known.by === 'definition' ? known.custom.source : undefined;
}

/** What the catalogue says: the cluster may have another version of the definition. */
function likely(problem: Problem, { name, version }: DefinitionSource): Problem {
  const { fix, message } = problem;
  return {
    ...problem,
    message: `${message} (by the CustomResourceDefinition of ${name} ${version}; if the cluster has another one, name it with --crds)`,
    fix: fix && { ...fix, safe: false },
  };
}

const NOTHING: readonly PodTemplate[] = [];
const NOT_KINDS = new Set([
  'Document',
  'Unsent',
  'Manifest',
  'Validated',
  'Object',
  'PodTemplate',
  'Container',
  'Reference',
  'Cluster',
]);

/**
 * The walk over one set: documents, then objects, then the set as a whole. It may be taken in parts, by several who each have the same set: what one visitor
 * notes for others, it must note in `Document`.
 */
export class Linter {
  readonly #task: LintTask;
  readonly #shared: Shared = { causes: new Map(), known: new Map(), silent: false };
  readonly #visitors = new Map<string, Visitor[]>();

  constructor(task: LintTask) {
    this.#task = task;
    for (const rule of task.rules) {
      const runner = new Runner(rule, task, this.#shared);
      for (const name of Object.keys(rule.visit)) {
        const visit = rule.visit[name as keyof typeof rule.visit] as Visit | undefined;
        if (visit === undefined) continue;
        const list = this.#visitors.get(name);
        const visitor = { runner, visit, self: rule.visit };
        if (list) list.push(visitor);
        else this.#visitors.set(name, [visitor]);
      }
    }
  }

  /** @param silent others report what is said: only what is noted counts */
  documents(silent = false): void {
    const { documents, unsent } = this.#task;
    this.#shared.silent = silent;
    for (const document of documents) this.#call(this.#visitors.get('Document'), document, undefined, undefined, document);
    if (silent) this.#shared.silent = false;
    else for (const one of unsent) this.#call(this.#visitors.get('Unsent'), one, undefined, undefined, one.document);
  }

  /** One of `cluster.own`. */
  object(object: KubeObject): void {
    if (object.origin !== 'set') return;
    const visitors = this.#visitors;
    const { cluster } = this.#task;
    this.#call(visitors.get('Manifest'), object, object);
    if (object.decodes || !object.builtIn) this.#call(visitors.get('Validated'), object, object);
    if (!object.decodes) return;
    this.#call(visitors.get('Object'), object, object);
    if (!NOT_KINDS.has(object.kind)) this.#call(visitors.get(object.kind), object, object);
    const pod = cluster.podOf(object);
    if (pod !== undefined) {
      this.#call(visitors.get('PodTemplate'), pod, object, pod);
      const containers = visitors.get('Container');
      if (containers) for (const container of pod.containers) this.#call(containers, container, object, pod);
    }
    const references = visitors.get('Reference');
    if (references)
      for (const reference of cluster.referencesFrom(object)) this.#call(references, reference, object, reference.pod);
  }

  whole(): void {
    this.#call(this.#visitors.get('Cluster'), this.#task.cluster, undefined);
  }

  #call(
    list: readonly Visitor[] | undefined,
    thing: unknown,
    object: KubeObject | undefined,
    pod?: PodTemplate,
    document?: SourceDocument,
  ): void {
    if (list === undefined) return;
    // Called more often than all else, and mostly before V8 has compiled it well: no iterators, and one `try` for as many as go well.
    for (let i = 0; i < list.length; i++) {
      try {
        for (; i < list.length; i++) {
          const visitor = list[i]!;
          const { runner } = visitor;
          runner.object = object;
          runner.pod = pod;
          runner.document = document;
          visitor.visit.call(visitor.self, thing as never, runner);
        }
      } catch (error) {
        if (!this.#shared.silent) this.#task.crashed(list[i]!.runner.rule, error, object);
      }
    }
  }
}
