import { asObject, asString } from '../api/manifest.ts';
import { NearNames } from '../api/near-names.ts';
import type { KubeObject } from './object.ts';
import { type PodTemplate, podTemplateOf } from './pods.ts';
import { isUnderstood, type Provided, providedBy, stringsIn } from './providers.ts';
import { type Reference, referencesOf } from './references.ts';

const NO_OBJECTS: readonly KubeObject[] = [];
const NO_PODS: readonly PodTemplate[] = [];
const NO_REFERENCES: readonly Reference[] = [];

/** Of so many values of a label all are looked at. */
const MANY_VALUES = 24;

/** The key of an object's name. */
export function nameKey(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}

/**
 * Objects that come together, with their indices: a set, one that lies around other sets, or the facts. A cluster is a pile of layers. What many
 * sets see is indexed once, so that judging a set costs what the set itself holds. Never changes once it is built.
 */
export class Layer {
  readonly objects: readonly KubeObject[];
  readonly pods: readonly PodTemplate[];
  /** minReplicas of HorizontalPodAutoscalers by the key of their target. */
  readonly minimums: ReadonlyMap<string, number> | undefined;
  readonly #byKind = new Map<string, KubeObject[]>();
  readonly #byName = new Map<string, KubeObject>();
  /** By name, where there are several: all of them. */
  #namesakes: Map<string, KubeObject[]> | undefined;
  readonly #podOf = new Map<KubeObject, PodTemplate>();
  #podsByNamespace: Map<string, PodTemplate[]> | undefined;
  #labels: Map<string, PodTemplate[]> | undefined;
  #anywhere: Map<string, PodTemplate[]> | undefined;
  #valuesOf: Map<string, { readonly pods: ReadonlyMap<string, PodTemplate>; readonly names: NearNames }> | undefined;
  #provided: Map<string, Provided> | undefined;
  #spoken: Set<string> | undefined;
  #customNames: Set<string> | undefined;
  #customNamespaces: Set<string> | undefined;
  #naming: Map<string, Reference[]> | undefined;

  /** `minimum` may know of autoscalers in the layers around; what they say stands before what this layer says. */
  constructor(objects: readonly KubeObject[], minimum?: (key: string) => number | undefined) {
    this.objects = objects;
    for (const object of objects) {
      const list = this.#byKind.get(object.kind);
      if (list) list.push(object);
      else this.#byKind.set(object.kind, [object]);
      const key = nameKey(object.kind, object.namespace, object.name);
      // The set overrides what is around it, and the first definition stands: a second one is another rule's matter.
      const known = this.#byName.get(key);
      if (known === undefined || (known.origin !== 'set' && object.origin === 'set')) this.#byName.set(key, object);
      if (known !== undefined) {
        this.#namesakes ??= new Map();
        const all = this.#namesakes.get(key);
        if (all) all.push(object);
        else this.#namesakes.set(key, [known, object]);
      }
    }
    this.minimums = this.#autoscaled();
    const { minimums } = this;
    const pods: PodTemplate[] = [];
    for (const object of objects) {
      if (!object.decodes) continue;
      let count: number | undefined;
      if (minimums !== undefined || minimum !== undefined) {
        const key = nameKey(object.kind, object.namespace, object.name);
        count = minimum?.(key) ?? minimums?.get(key);
      }
      const pod = podTemplateOf(object, count);
      if (pod === undefined) continue;
      pods.push(pod);
      this.#podOf.set(object, pod);
    }
    this.pods = pods;
  }

  #autoscaled(): ReadonlyMap<string, number> | undefined {
    const scalers = this.#byKind.get('HorizontalPodAutoscaler');
    if (scalers === undefined) return undefined;
    const minimums = new Map<string, number>();
    for (const scaler of scalers) {
      const spec = asObject(scaler.value['spec']);
      const target = asObject(spec?.['scaleTargetRef']);
      const minimum = spec?.['minReplicas'];
      if (target && typeof minimum === 'number')
        minimums.set(nameKey(String(asString(target['kind'])), scaler.namespace, String(asString(target['name']))), minimum);
    }
    return minimums;
  }

  ofKind(kind: string): readonly KubeObject[] {
    return this.#byKind.get(kind) ?? NO_OBJECTS;
  }

  get(key: string): KubeObject | undefined {
    return this.#byName.get(key);
  }

  /** All objects of that name; more than one where it is defined again. */
  named(key: string): readonly KubeObject[] {
    const one = this.#byName.get(key);
    return this.#namesakes?.get(key) ?? (one === undefined ? NO_OBJECTS : [one]);
  }

  podOf(object: KubeObject): PodTemplate | undefined {
    return this.#podOf.get(object);
  }

  podsIn(namespace: string): readonly PodTemplate[] {
    if (this.#podsByNamespace === undefined) {
      this.#podsByNamespace = new Map();
      for (const pod of this.pods) {
        const list = this.#podsByNamespace.get(pod.namespace);
        if (list) list.push(pod);
        else this.#podsByNamespace.set(pod.namespace, [pod]);
      }
    }
    return this.#podsByNamespace.get(namespace) ?? NO_PODS;
  }

  /** Looks only at Pods that share the rarest label. There is at least one key. */
  podsWithLabels(namespace: string, labels: Readonly<Record<string, string>>, keys: readonly string[]): readonly PodTemplate[] {
    const postings = this.#postings(namespace, labels, keys);
    return postings[0]!.filter((pod) => keys.every((key) => pod.labels[key] === labels[key]));
  }

  /** One that lacks a single label has at least one of the two rarest. With one key: those that have it, whatever its value. */
  podsNearLabels(namespace: string, labels: Readonly<Record<string, string>>, keys: readonly string[]): readonly PodTemplate[] {
    if (keys.length > 1) {
      const [rarest, next] = this.#postings(namespace, labels, keys);
      return next!.length === 0 ? rarest! : [...rarest!, ...next!];
    }
    const key = keys[0]!;
    this.#valuesOf ??= new Map();
    const kept = `${namespace}\0${key}`;
    let values = this.#valuesOf.get(kept);
    if (values === undefined) {
      const pods = new Map<string, PodTemplate>();
      for (const pod of this.podsIn(namespace)) {
        const value = pod.labels[key];
        if (value !== undefined && !pods.has(value)) pods.set(value, pod);
      }
      this.#valuesOf.set(kept, (values = { pods, names: new NearNames(pods.keys()) }));
    }
    const wanted = labels[key]!;
    if (values.names.size <= MANY_VALUES) return [...values.pods.values()];
    const near = values.names.closest(wanted);
    return near === undefined ? NO_PODS : [values.pods.get(near)!];
  }

  podAnywhere(
    labels: Readonly<Record<string, string>>,
    keys: readonly string[],
    counts: (pod: PodTemplate) => boolean,
  ): PodTemplate | undefined {
    const [rarest] = this.#postings(undefined, labels, keys);
    return rarest!.find((pod) => keys.every((key) => pod.labels[key] === labels[key]) && counts(pod));
  }

  /** Pods by each of the labels, the rarest first; in whatever namespace where none is given. */
  #postings(namespace: string | undefined, labels: Readonly<Record<string, string>>, keys: readonly string[]) {
    let all = namespace === undefined ? this.#anywhere : this.#labels;
    if (all === undefined) {
      all = new Map();
      for (const pod of this.pods) {
        const prefix = namespace === undefined ? '' : `${pod.namespace}\0`;
        for (const key of Object.keys(pod.labels)) {
          const posting = `${prefix}${key}\0${pod.labels[key]}`;
          const list = all.get(posting);
          if (list) list.push(pod);
          else all.set(posting, [pod]);
        }
      }
      if (namespace === undefined) this.#anywhere = all;
      else this.#labels = all;
    }
    const prefix = namespace === undefined ? '' : `${namespace}\0`;
    return keys.map((key) => all.get(`${prefix}${key}\0${labels[key]}`) ?? NO_PODS).sort((a, b) => a.length - b.length);
  }

  /** What a custom resource of the layer makes under this name. */
  provided(key: string): Provided | undefined {
    if (this.#provided === undefined) {
      this.#provided = new Map();
      for (const object of this.objects) {
        for (const one of providedBy(object)) this.#provided.set(nameKey(one.kind, one.namespace, one.name), one);
      }
    }
    return this.#provided.get(key);
  }

  /** Whether a custom resource holds this text, or is called so, of which it is not known what it makes. */
  mentions(name: string): boolean {
    if (this.#spoken === undefined) {
      this.#spoken = new Set();
      for (const object of this.objects) {
        if (!isMaker(object)) continue;
        this.#spoken.add(object.name);
        stringsIn(object.value, this.#spoken);
      }
    }
    return this.#spoken.has(name);
  }

  /** Whether a custom resource is called so of which it is not known what it makes. */
  hasCustom(name: string): boolean {
    this.#customNames ??= new Set(this.#customs().map((object) => object.name));
    return this.#customNames.has(name);
  }

  /** Whether a custom resource lies in the namespace of which it is not known what it makes. */
  hasCustomIn(namespace: string): boolean {
    this.#customNamespaces ??= new Set(this.#customs().map((object) => object.namespace));
    return this.#customNamespaces.has(namespace);
  }

  #customs(): readonly KubeObject[] {
    return this.objects.filter(isMaker);
  }

  /** References of the layer that name this, without targets. */
  referencesNaming(key: string): readonly Reference[] {
    if (this.#naming === undefined) {
      const naming = new Map<string, Reference[]>();
      this.#naming = naming;
      for (const object of this.objects) {
        if (!object.decodes || object.origin === 'fact') continue;
        referencesOf(object, this.#podOf.get(object), nothing, (reference) => {
          const named = nameKey(reference.kind, reference.namespace, reference.name);
          const list = naming.get(named);
          if (list) list.push(reference);
          else naming.set(named, [reference]);
        });
      }
    }
    return this.#naming.get(key) ?? NO_REFERENCES;
  }
}

const nothing = () => undefined;

/** It may make anything. */
function isMaker(object: KubeObject): boolean {
  return !object.builtIn && object.origin !== 'fact' && !isUnderstood(object);
}
