import { asArray, asObject, at, isObject, type JsonObject } from '../../api/manifest.ts';
import { schemaOf, type Type } from '../../api/table.ts';
import { isUnknown } from '../../api/unknown.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { MutatedPod, Mutation, MutationRefusal } from '../../cluster/mutation.ts';
import type { KubeObject } from '../../cluster/object.ts';
import type { PodTemplate } from '../../cluster/pods.ts';
import type { PolicyRequest } from '../cel/policy.ts';
import { cel } from '../cel.ts';
import { decode } from '../decode.ts';
import { customObject, type Known, knownKind } from '../verdict.ts';
import { applyConfiguration } from './apply-configuration.ts';
import { creationOf, creationOfPod } from './creation.ts';
import { applyJsonPatch, type Filled } from './json-patch.ts';
import { boundPolicies, isSecret, namespaceObject, paramsOf } from './policies.ts';
import { type Creation, matchesResources } from './resource-match.ts';

/**
 * MutatingAdmissionPolicies with their bindings, as of the set and the facts: what they make of an object that is created. Mirrors the dispatcher of
 * k8s.io/apiserver/pkg/admission/plugin/policy/mutating. Loaded only where there is such a policy; silent where CEL is not loaded.
 */
export interface Mutated {
  /** What is known to become of it. */
  readonly value: JsonObject;
  readonly changed: boolean;
  readonly mutation: Mutation;
}

const KIND = 'MutatingAdmissionPolicy';
const GROUP = 'admissionregistration.k8s.io';
/** Invocations in one cluster, with their mutations: policies times objects must not grow without end. */
const MOST_INVOCATIONS = 20_000;
const spent = new WeakMap<Cluster, number>();

/** Whether the set or the facts have such a policy that is in force somewhere. */
export function isMutated(cluster: Cluster): boolean {
  return boundPolicies(cluster, KIND).some(({ bindings }) => bindings.length > 0);
}

/** Undefined where no policy is asked about the object. */
export function mutationOf(cluster: Cluster, object: KubeObject, known: Known): Mutated | undefined {
  if (object.group === GROUP || known.by === 'nothing') return undefined;
  const value = known.by === 'definition' ? customObject(object.value, known.custom, cluster.release) : object.value;
  if (!isObject(value)) return undefined;
  const isPod = object.kind === 'Pod' && object.group === '';
  return mutated(cluster, creationOf(cluster, object, known), value, known, {
    pod: isPod,
    generated: false,
    exists: cluster.factOf(object) !== undefined,
  });
}

/** What becomes of the Pods that a controller makes of a template. */
export function mutationOfPod(cluster: Cluster, pod: PodTemplate): MutatedPod | undefined {
  const creation = creationOfPod(cluster, pod);
  const value = { apiVersion: 'v1', kind: 'Pod', metadata: pod.metadata, spec: pod.spec as JsonObject };
  const known = knownKind('v1', 'Pod', cluster.release, new Map());
  const made = mutated(cluster, creation, value, known, { pod: true, generated: true, exists: false });
  if (made === undefined) return undefined;
  const spec = asObject(made.value['spec']) ?? {};
  if (!keepsPlaces(pod.spec as JsonObject, spec))
    return {
      metadata: pod.metadata,
      spec: pod.spec as JsonObject,
      mutation: { ...made.mutation, open: made.mutation.open ?? KIND },
    };
  return { metadata: asObject(made.value['metadata']) ?? {}, spec, mutation: made.mutation };
}

/** Findings point into lists by index: what a template has must stay where it is. */
function keepsPlaces(before: JsonObject, after: JsonObject): boolean {
  return ['initContainers', 'containers', 'volumes', 'ephemeralContainers'].every((list) => {
    const names = (from: JsonObject) => asArray(from[list]).map((item) => asObject(item)?.['name']);
    const now = names(after);
    return names(before).every((name, i) => name === now[i]);
  });
}

interface About {
  readonly pod: boolean;
  readonly generated: boolean;
  readonly exists: boolean;
}

interface Invocation {
  readonly policy: KubeObject;
  readonly spec: JsonObject;
  readonly binding: KubeObject;
  readonly params: KubeObject | null | undefined;
}

function mutated(cluster: Cluster, creation: Creation, value: JsonObject, known: Known, about: About): Mutated | undefined {
  const { invocations, open } = invocationsFor(cluster, creation);
  if (invocations.length === 0) return open === undefined ? undefined : unmutated(value, open);
  const own = invocations.find(({ policy, binding }) => policy.origin !== 'fact' || binding.origin !== 'fact');
  const first = new Run(cluster, creation, known, about).all(value, invocations);
  if (first === undefined) return undefined;
  const name = `${KIND} ${first.by ?? invocations[0]!.policy.name}`;
  // It may be active before the object comes, or not; and of an update the live object is what is mutated.
  if (own !== undefined || about.exists || open !== undefined || first.value === undefined)
    return { value, changed: false, mutation: { open: open ?? name, refusals: about.exists ? [] : first.refusals } };
  if (invocations.length > 1) {
    // Nobody says in which order policies come.
    const other = new Run(cluster, creation, known, about).all(value, [...invocations].reverse());
    if (JSON.stringify(other?.value) !== JSON.stringify(first.value)) return unmutated(value, name);
  }
  const changed = first.value !== value;
  const names = [...new Set(invocations.map(({ policy }) => policy.name))];
  const by = names.length === 1 ? `${KIND} ${names[0]}` : 'mutating policies';
  return { value: first.value, changed, mutation: { open: undefined, refusals: first.refusals, ...(changed ? { by } : {}) } };
}

function unmutated(value: JsonObject, open: string): Mutated {
  return { value, changed: false, mutation: { open, refusals: [] } };
}

/** Who is asked for certain, and the policy that may be asked as well. */
function invocationsFor(
  cluster: Cluster,
  creation: Creation,
): { readonly invocations: readonly Invocation[]; readonly open: string | undefined } {
  const invocations: Invocation[] = [];
  let open: string | undefined;
  for (const { policy, spec, bindings } of boundPolicies(cluster, KIND)) {
    if (bindings.length === 0) continue;
    const matches = matchesResources(spec['matchConstraints'], creation);
    if (matches === false) continue;
    for (const { binding, spec: bindingSpec } of bindings) {
      const bound = matchesResources(bindingSpec['matchResources'], creation);
      if (bound === false) continue;
      const params = paramsOf(cluster, spec, bindingSpec, creation.namespace);
      if (matches !== true || bound !== true || params.length === 0) open ??= `${KIND} ${policy.name}`;
      else for (const one of params) invocations.push({ policy, spec, binding, params: one });
    }
  }
  const count = invocations.reduce((sum, { spec }) => sum + 1 + asArray(spec['mutations']).length, spent.get(cluster) ?? 0);
  spent.set(cluster, count);
  return count > MOST_INVOCATIONS ? { invocations: [], open: KIND } : { invocations, open };
}

interface Outcome {
  /** Undefined where it is not known. */
  readonly value: JsonObject | undefined;
  readonly by: string | undefined;
  readonly refusals: readonly MutationRefusal[];
}

/** All policies at one object, one after the other. */
class Run {
  readonly #cluster: Cluster;
  readonly #creation: Creation;
  readonly #known: Known;
  readonly #about: About;
  readonly #refusals: MutationRefusal[] = [];

  constructor(cluster: Cluster, creation: Creation, known: Known, about: About) {
    this.#cluster = cluster;
    this.#creation = creation;
    this.#known = known;
    this.#about = about;
  }

  /** Undefined where the conditions of all policies say that they are not meant. */
  all(value: JsonObject, invocations: readonly Invocation[]): Outcome | undefined {
    let now: JsonObject = value;
    const started = new Set<Invocation>();
    const again = invocations.filter(({ spec }) => spec['reinvocationPolicy'] === 'IfNeeded');
    for (const [round, asked] of [invocations, again].entries()) {
      // Those that are asked again are so only where something was changed.
      if (round === 1 && now === value) break;
      for (const invocation of asked) {
        const next = this.#one(now, invocation, started);
        if (next === undefined) return { value: undefined, by: invocation.policy.name, refusals: this.#refusals };
        now = next;
      }
      if (this.#refusals.length > 0) break;
    }
    return started.size === 0 && this.#refusals.length === 0
      ? undefined
      : { value: now, by: undefined, refusals: this.#refusals };
  }

  #one(value: JsonObject, invocation: Invocation, started: Set<Invocation>): JsonObject | undefined {
    const engine = cel();
    if (engine === undefined) return undefined;
    const { spec, params } = invocation;
    const fails = spec['failurePolicy'] !== 'Ignore';
    const given = params === null ? null : params?.value;
    const starts = engine.mutationStarts(spec, this.#request(value), given);
    if (starts === undefined) return undefined;
    if (starts === false) return value;
    if (typeof starts === 'string') {
      if (fails) this.#refuse(invocation, undefined, starts, value);
      return value;
    }
    started.add(invocation);
    let now = value;
    for (const index of asArray(spec['mutations']).keys()) {
      const patch = engine.mutationPatch(spec, index, this.#request(now), given);
      if (patch === undefined) return undefined;
      const next = typeof patch === 'string' ? patch : this.#applied(now, patch);
      if (next === undefined) return undefined;
      if (typeof next === 'string') {
        if (fails) this.#refuse(invocation, index, next, now);
        continue;
      }
      const fault = this.#undecoded(next.object);
      if (fault !== undefined) {
        // This one no policy can be told to ignore.
        this.#refuse(invocation, index, `Internal error occurred: ${fault}`, now, true);
        return now;
      }
      // What it is, and what it is called, is asked about elsewhere.
      if (!isSameObject(next.object, now)) return undefined;
      now =
        this.#known.by === 'release'
          ? withoutEmpty(next.object, schemaOf(this.#known.resource, this.#cluster.release))
          : next.object;
    }
    return now;
  }

  #applied(
    value: JsonObject,
    patch: Exclude<ReturnType<NonNullable<ReturnType<typeof cel>>['mutationPatch']>, string | undefined>,
  ) {
    if (patch.type === 'JSONPatch') return applyJsonPatch(value, patch.operations, this.#filled(value));
    const known = this.#known;
    if (known.by !== 'release') return undefined;
    return applyConfiguration(value, patch.object, schemaOf(known.resource, this.#cluster.release));
  }

  /** What strict decoding says of the result, in the server's words. */
  #undecoded(value: JsonObject): string | undefined {
    if (this.#known.by !== 'release') return undefined;
    const faults = decode(value, this.#known.resource, this.#cluster.release);
    return (faults.find(({ first }) => first) ?? faults[0])?.says;
  }

  #refuse(
    { policy, binding, params }: Invocation,
    index: number | undefined,
    text: string,
    value: JsonObject,
    whole = false,
  ): void {
    const secret = isSecret(value, params);
    const message = secret ? text.replace(/ resulted in error: [\s\S]*$/, ' resulted in an error') : text;
    const says = whole ? message : `policy '${policy.name}' with binding '${binding.name}' denied request: ${message}`;
    this.#refusals.push({ policy, binding, params: params ?? undefined, index, message, says });
  }

  #request(object: JsonObject): PolicyRequest {
    const { namespace, kind, name } = this.#creation;
    return {
      ...this.#creation,
      namespace: kind === 'Namespace' ? (name ?? '') : namespace,
      object,
      // Of an update nothing is taken for certain.
      oldObject: null,
      namespaceObject: namespaceObject(this.#cluster, namespace),
      stored: {
        pod: this.#about.pod,
        generated: this.#about.generated,
        custom: this.#known.by === 'definition',
        limited: this.#about.pod && this.#cluster.ofKind('LimitRange').some((it) => it.namespace === namespace),
        namespace,
        kind,
      },
    };
  }

  /** What the server has where nothing is written, as expressions see it. */
  #filled(value: JsonObject): Filled {
    const { stored } = this.#request(value);
    return (path) => {
      if (path.some(isUnknown) || isUnknown(at(value, path))) return 'unknown';
      return cel()?.storedAt(value, stored, path) ?? 'unknown';
    };
  }
}

function isSameObject(a: JsonObject, b: JsonObject): boolean {
  const names = ({ metadata }: JsonObject) =>
    ['name', 'generateName', 'namespace'].map((key) => asObject(metadata)?.[key]).join('/');
  return a['kind'] === b['kind'] && a['apiVersion'] === b['apiVersion'] && names(a) === names(b);
}

const DEEPEST = 64;

/** Without the empty lists and maps that the server's types leave out where they print them again. */
function withoutEmpty(value: JsonObject, type: Type, depth = 0): JsonObject {
  if (depth > DEEPEST) return value;
  const entries = Object.entries(value).flatMap(([key, item]): [string, unknown][] => {
    const inner = type.kind === 'map' ? type.of : type.fields.get(key)?.type;
    if (inner === undefined) return [[key, item]];
    if (Array.isArray(item)) {
      const of = inner.of;
      if (item.length === 0) return [];
      return [[key, of === undefined ? item : item.map((one) => (isObject(one) ? withoutEmpty(one, of, depth + 1) : one))]];
    }
    if (!isObject(item)) return [[key, item]];
    return inner.kind === 'map' && Object.keys(item).length === 0 ? [] : [[key, withoutEmpty(item, inner, depth + 1)]];
  });
  return Object.fromEntries(entries);
}
