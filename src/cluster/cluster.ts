import { minorOf, type Release } from '../api/kinds.ts';
import { type LabelSelector, matchesSelector } from '../api/label-selector.ts';
import { asObject, type JsonObject } from '../api/manifest.ts';
import { NearNames } from '../api/near-names.ts';
import { existsAnyway } from './existing.ts';
import { Layer, nameKey } from './layer.ts';
import type { KubeObject } from './object.ts';
import { type PodTemplate, podTemplateOf } from './pods.ts';
import type { Provided } from './providers.ts';
import { type Reference, referencesOf } from './references.ts';

/** Whether the target of a reference is there when the Pods start. */
export type Presence =
  | { readonly state: 'present'; readonly object: KubeObject }
  /** Something in the set makes it, or a generator does. */
  | { readonly state: 'provided'; readonly provided: Provided }
  /** Every cluster has it, or the configuration says that it exists. */
  | { readonly state: 'external' }
  /** Something that podlint could not read or does not know may make it. */
  | { readonly state: 'perhaps' }
  | { readonly state: 'absent' };

export interface ClusterOptions {
  readonly release: Release;
  /** Facts were given: what is neither in the set nor in them does not exist. */
  readonly closed: boolean;
  /** Made by kustomize generators and the like. */
  readonly provided?: readonly Provided[];
  /** `Kind/name` patterns with `*` that exist outside (`external:` of the configuration); `Kind/namespace/name` too. */
  readonly external?: readonly string[];
  /** Texts of the set that could not be read (templates, broken files): what they mention may exist. */
  readonly unread?: readonly string[];
  /** The set is not whole: something that podlint did not render adds to it or changes it. What is absent may then be there. */
  readonly open?: boolean;
  /** The objects are sent as they stand, file by file: no tool puts what others need first. */
  readonly inOrder?: boolean;
  /** Definitions of custom kinds that the cluster has were given: what the set defines may be served already. */
  readonly definesKinds?: boolean;
}

const NO_OBJECTS: readonly KubeObject[] = [];
const NO_REFERENCES: readonly Reference[] = [];

/**
 * One apply set and what is known around it: objects, reference graph, the Pods of each workload.
 * Built once, then only read. Asks its own layer first, then those around it in their order.
 */
export class Cluster {
  readonly release: Release;
  readonly minor: number;
  readonly closed: boolean;
  readonly options: ClusterOptions;
  /** The objects under judgement, and those that its kustomization takes in from elsewhere. */
  readonly own: readonly KubeObject[];
  /** The Pod templates of `own`. */
  readonly ownPods: readonly PodTemplate[];

  /** What is around the set: other sets, then the facts. Many clusters share them. */
  readonly around: readonly Layer[];

  readonly #layers: readonly Layer[];
  readonly #kinds = new Map<string, readonly KubeObject[]>();
  readonly #kindsIn = new Map<string, ReadonlyMap<string, readonly KubeObject[]>>();
  readonly #names = new Map<string, KindNames>();
  #ownPodNamed: Map<string, PodTemplate> | undefined;
  #ownIn: ReadonlyMap<string, readonly KubeObject[]> | undefined;
  readonly #from = new Map<KubeObject, readonly Reference[]>();
  /** Pod templates around the set that an autoscaler of the set gives more Pods. */
  readonly #scaled: ReadonlyMap<PodTemplate, PodTemplate> | undefined;
  #objects: readonly KubeObject[] | undefined;
  #pods: readonly PodTemplate[] | undefined;
  #provided: Map<string, Provided> | undefined;

  /** `around`: the layers of other sets that are there as well, then that of the facts. */
  constructor(objects: readonly KubeObject[], options: ClusterOptions, around: readonly Layer[] = []) {
    this.options = options;
    this.release = options.release;
    this.minor = minorOf(options.release);
    this.closed = options.closed;
    const scaling = around.filter((layer) => layer.minimums !== undefined).reverse();
    const own = new Layer(
      objects,
      scaling.length === 0 ? undefined : (key) => scaling.find((layer) => layer.minimums?.has(key) === true)?.minimums?.get(key),
    );
    this.around = around;
    this.own = objects;
    this.ownPods = own.pods;
    this.#layers = around.length === 0 ? [own] : [own, ...around];
    this.#scaled = own.minimums && scaledAround(own.minimums, around);
  }

  /** Objects of the set, of the sets around it, and of the facts. */
  get objects(): readonly KubeObject[] {
    this.#objects ??= this.#layers.length === 1 ? this.own : this.#layers.flatMap((layer) => layer.objects);
    return this.#objects;
  }

  get pods(): readonly PodTemplate[] {
    this.#pods ??= this.#all((layer) => layer.pods);
    return this.#pods;
  }

  /** Pods of all layers, in order. */
  #all(podsOf: (layer: Layer) => readonly PodTemplate[]): readonly PodTemplate[] {
    const scaled = this.#scaled;
    let all: readonly PodTemplate[] = podsOf(this.#layers[0]!);
    for (let i = 1; i < this.#layers.length; i++) {
      const pods = podsOf(this.#layers[i]!).filter((pod) => !this.isReplaced(pod.owner));
      if (pods.length === 0) continue;
      const seen = scaled === undefined ? pods : pods.map((pod) => scaled.get(pod) ?? pod);
      all = all.length === 0 ? seen : [...all, ...seen];
    }
    return all;
  }

  /** Objects of a kind, of the set and around it. */
  ofKind(kind: string): readonly KubeObject[] {
    if (this.#layers.length === 1) return this.#layers[0]!.ofKind(kind);
    let objects = this.#kinds.get(kind);
    if (objects === undefined) {
      objects = this.#layers.flatMap((layer) => layer.ofKind(kind)).filter((object) => !this.isReplaced(object));
      this.#kinds.set(kind, objects);
    }
    return objects;
  }

  /** Objects of a kind in one namespace, of the set and around it. */
  ofKindIn(kind: string, namespace: string): readonly KubeObject[] {
    let byNamespace = this.#kindsIn.get(kind);
    if (byNamespace === undefined) this.#kindsIn.set(kind, (byNamespace = inNamespaces(this.ofKind(kind))));
    return byNamespace.get(namespace) ?? NO_OBJECTS;
  }

  /** The objects of `own` in one namespace. */
  ownIn(namespace: string): readonly KubeObject[] {
    this.#ownIn ??= inNamespaces(this.own);
    return this.#ownIn.get(namespace) ?? NO_OBJECTS;
  }

  /** A fact that the set defines anew: what it was no longer counts. */
  isReplaced({ origin, kind, namespace, name }: KubeObject): boolean {
    return origin === 'fact' && this.get(kind, namespace, name)?.origin !== 'fact';
  }

  get(kind: string, namespace: string, name: string): KubeObject | undefined {
    const key = nameKey(kind, namespace, name);
    for (const layer of this.#layers) {
      const object = layer.get(key);
      if (object !== undefined) return object;
    }
    return undefined;
  }

  /** The object as the facts have it, whatever the set makes of it. */
  factOf({ group, kind, namespace, name }: Pick<KubeObject, 'group' | 'kind' | 'namespace' | 'name'>): KubeObject | undefined {
    const key = nameKey(kind, namespace, name);
    for (const layer of this.around) {
      const found = layer.get(key);
      if (found?.origin === 'fact' && found.group === group) return found;
    }
    return undefined;
  }

  /** All objects of that name, the facts' too: a set may define one again, and what is live keeps what it has beside that. */
  named(kind: string, namespace: string, name: string): readonly KubeObject[] {
    const key = nameKey(kind, namespace, name);
    if (this.#layers.length === 1) return this.#layers[0]!.named(key);
    return this.#layers.flatMap((layer) => layer.named(key));
  }

  podOf(object: KubeObject): PodTemplate | undefined {
    for (const layer of this.#layers) {
      const pod = layer.podOf(object);
      if (pod !== undefined) return this.#scaled?.get(pod) ?? pod;
    }
    return undefined;
  }

  podsIn(namespace: string): readonly PodTemplate[] {
    return this.#all((layer) => layer.podsIn(namespace));
  }

  /** Pod templates of a namespace whose labels hold all the given ones. */
  podsWithLabels(namespace: string, labels: Readonly<Record<string, string>>): readonly PodTemplate[] {
    const keys = Object.keys(labels);
    if (keys.length === 0) return this.podsIn(namespace);
    return this.#all((layer) => layer.podsWithLabels(namespace, labels, keys));
  }

  /** Pod templates of a namespace that a label selector surely selects. */
  podsSelected(namespace: string, selector: LabelSelector): readonly PodTemplate[] {
    const labels: Record<string, string> = Object.create(null);
    for (const { key, operator, values } of selector.requirements)
      if (operator === 'In' && values.length === 1) labels[key] = values[0]!;
    return this.podsWithLabels(namespace, labels).filter((pod) => matchesSelector(selector, pod.labels) === true);
  }

  /** The first Pod template of the set itself whose owner has that name, whatever its kind. */
  ownPodNamed(namespace: string, name: string): PodTemplate | undefined {
    if (this.#ownPodNamed === undefined) {
      this.#ownPodNamed = new Map();
      for (const pod of this.ownPods) {
        const key = `${pod.namespace}/${pod.owner.name}`;
        if (pod.owner.origin === 'set' && !this.#ownPodNamed.has(key)) this.#ownPodNamed.set(key, pod);
      }
    }
    return this.#ownPodNamed.get(`${namespace}/${name}`);
  }

  /** A Pod template in whatever namespace whose labels hold all the given ones. */
  podAnywhere(labels: Readonly<Record<string, string>>): PodTemplate | undefined {
    const keys = Object.keys(labels);
    for (const layer of this.#layers) {
      const pod = layer.podAnywhere(labels, keys, (one) => !this.isReplaced(one.owner));
      if (pod !== undefined) return pod;
    }
    return undefined;
  }

  /** Pod templates of a namespace that lack one of at least two labels, and perhaps some that lack more: those worth a look. */
  podsNearLabels(namespace: string, labels: Readonly<Record<string, string>>): readonly PodTemplate[] {
    return this.#all((layer) => layer.podsNearLabels(namespace, labels, Object.keys(labels)));
  }

  /** Whether an object of this name is there: in the set, in the facts, made by something, or in every cluster. */
  presence(kind: string, namespace: string, name: string): Presence {
    const object = this.get(kind, namespace, name);
    const provided = this.#providedAs(nameKey(kind, namespace, name));
    if (object && provided?.onto !== true) return { state: 'present', object };
    if (provided) return { state: 'provided', provided };
    if (existsAnyway(kind, namespace, name) || this.#declaredExternal(kind, namespace, name)) return { state: 'external' };
    if (this.options.open === true || this.#mentioned(name)) return { state: 'perhaps' };
    return { state: 'absent' };
  }

  #providedAs(key: string): Provided | undefined {
    for (let i = this.#layers.length - 1; i >= 0; i--) {
      const made = this.#layers[i]!.provided(key);
      if (made !== undefined) return made;
    }
    if (this.options.provided === undefined) return undefined;
    this.#provided ??= new Map(this.options.provided.map((one) => [nameKey(one.kind, one.namespace, one.name), one]));
    return this.#provided.get(key);
  }

  #declaredExternal(kind: string, namespace: string, name: string): boolean {
    return (this.options.external ?? []).some((pattern) => {
      const parts = pattern.split('/');
      const wanted = parts.length === 3 ? [kind, namespace, name] : [kind, name];
      return parts.length === wanted.length && parts.every((part, i) => matchesPattern(part, wanted[i]!));
    });
  }

  /** A custom resource names it (its operator may make it), or a text that could not be read does. */
  #mentioned(name: string): boolean {
    if (this.#layers.some((layer) => layer.mentions(name))) return true;
    // Operators name what they make after the custom resource: `db` makes `db-app`, `db-superuser`.
    for (let dash = name.lastIndexOf('-'); dash > 0; dash = name.lastIndexOf('-', dash - 1)) {
      const prefix = name.slice(0, dash);
      if (this.#layers.some((layer) => layer.hasCustom(prefix))) return true;
    }
    return (this.options.unread ?? []).some((text) => text.includes(name));
  }

  /** Whether the set or what is around it has a custom resource in the namespace: its operator may make anything there. */
  hasCustomIn(namespace: string): boolean {
    return this.#layers.some((layer) => layer.hasCustomIn(namespace));
  }

  /** Names near to a missing one: of the same kind in the same namespace; else the same name in another namespace. */
  nearMiss(
    kind: string,
    namespace: string,
    name: string,
  ): { readonly name: string; readonly namespace: string; readonly object: KubeObject } | undefined {
    const { near, anywhere } = this.#namesOf(kind);
    const found = near(namespace)?.closest(name);
    if (found !== undefined) return { name: found, namespace, object: this.get(kind, namespace, found)! };
    const elsewhere = anywhere.get(name);
    return elsewhere && { name, namespace: elsewhere.namespace, object: elsewhere };
  }

  #namesOf(kind: string): KindNames {
    let names = this.#names.get(kind);
    if (names === undefined) this.#names.set(kind, (names = kindNames(this.ofKind(kind))));
    return names;
  }

  referencesFrom(object: KubeObject): readonly Reference[] {
    let references = this.#from.get(object);
    if (references === undefined) {
      references = this.#referencesFrom(object);
      this.#from.set(object, references);
    }
    return references;
  }

  #referencesFrom(object: KubeObject): readonly Reference[] {
    if (!object.decodes || object.origin === 'fact') return NO_REFERENCES;
    let references: Reference[] | undefined;
    referencesOf(object, this.podOf(object), this.#target, (reference) => {
      if (references) references.push(reference);
      else references = [reference];
    });
    return references ?? NO_REFERENCES;
  }

  readonly #target = (kind: string, namespace: string, name: string) => this.get(kind, namespace, name);

  /** References of the set and of the sets around it to an object. */
  referencesTo(object: KubeObject): readonly Reference[] {
    if (this.get(object.kind, object.namespace, object.name) !== object) return NO_REFERENCES;
    const key = nameKey(object.kind, object.namespace, object.name);
    return this.#layers.flatMap((layer) => layer.referencesNaming(key).map((reference) => ({ ...reference, target: object })));
  }

  /** Labels of a Namespace as the set or the facts define it. */
  namespaceLabels(namespace: string): JsonObject | undefined {
    const object = this.get('Namespace', '', namespace);
    return object && asObject(asObject(object.value['metadata'])?.['labels']);
  }
}

function inNamespaces(objects: readonly KubeObject[]): ReadonlyMap<string, readonly KubeObject[]> {
  const byNamespace = new Map<string, KubeObject[]>();
  for (const object of objects) {
    const some = byNamespace.get(object.namespace);
    if (some === undefined) byNamespace.set(object.namespace, [object]);
    else some.push(object);
  }
  return byNamespace;
}

/** The names of a kind's objects, for near misses. */
interface KindNames {
  near(namespace: string): NearNames | undefined;
  readonly anywhere: ReadonlyMap<string, KubeObject>;
}

function kindNames(objects: readonly KubeObject[]): KindNames {
  const byNamespace = inNamespaces(objects);
  const anywhere = new Map<string, KubeObject>();
  for (const object of objects) if (!anywhere.has(object.name)) anywhere.set(object.name, object);
  const ready = new Map<string, NearNames>();
  const near = (namespace: string) => {
    const some = byNamespace.get(namespace);
    if (some === undefined) return undefined;
    let made = ready.get(namespace);
    if (made === undefined) ready.set(namespace, (made = new NearNames(some.map(({ name }) => name))));
    return made;
  };
  return { near, anywhere };
}

/** What the set's own autoscalers make of Pod templates around it. A layer's own autoscaler stands before one of the set. */
function scaledAround(
  minimums: ReadonlyMap<string, number>,
  around: readonly Layer[],
): ReadonlyMap<PodTemplate, PodTemplate> | undefined {
  let scaled: Map<PodTemplate, PodTemplate> | undefined;
  for (const layer of around) {
    for (const [key, minimum] of minimums) {
      const object = layer.get(key);
      const pod = object && layer.podOf(object);
      if (object === undefined || pod === undefined || layer.minimums?.has(key)) continue;
      scaled ??= new Map();
      scaled.set(pod, podTemplateOf(object, minimum)!);
    }
  }
  return scaled;
}

function matchesPattern(pattern: string, text: string): boolean {
  if (!pattern.includes('*')) return pattern === text;
  const parts = pattern.split('*');
  if (!text.startsWith(parts[0]!)) return false;
  let from = parts[0]!.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  const last = parts.at(-1)!;
  return text.length - last.length >= from && text.endsWith(last);
}
