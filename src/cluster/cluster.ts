import { closest } from '../api/closest.ts';
import { minorOf, type Release } from '../api/kinds.ts';
import { asObject, asString, type JsonObject } from '../api/manifest.ts';
import { existsAnyway } from './existing.ts';
import type { KubeObject } from './object.ts';
import { type PodTemplate, podTemplateOf } from './pods.ts';
import { type Provided, providedBy, stringsIn } from './providers.ts';
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
}

/**
 * One apply set and the facts known of the cluster: objects, reference graph, the Pods of each workload.
 * Built once, then only read.
 */
export class Cluster {
  readonly release: Release;
  readonly minor: number;
  readonly closed: boolean;
  readonly options: ClusterOptions;
  readonly objects: readonly KubeObject[];
  readonly pods: readonly PodTemplate[];

  readonly #byKind = new Map<string, KubeObject[]>();
  readonly #byName = new Map<string, KubeObject>();
  readonly #podOf = new Map<KubeObject, PodTemplate>();
  #podsByNamespace: Map<string, PodTemplate[]> | undefined;
  #labels: Map<string, PodTemplate[]> | undefined;
  #provided: Map<string, Provided> | undefined;
  #spoken: Set<string> | undefined;
  #from: Map<KubeObject, Reference[]> | undefined;
  #to: Map<KubeObject, Reference[]> | undefined;

  constructor(objects: readonly KubeObject[], options: ClusterOptions) {
    this.options = options;
    this.release = options.release;
    this.minor = minorOf(options.release);
    this.closed = options.closed;
    this.objects = objects;
    for (const object of objects) {
      const list = this.#byKind.get(object.kind);
      if (list) list.push(object);
      else this.#byKind.set(object.kind, [object]);
      const key = `${object.kind}/${object.namespace}/${object.name}`;
      // The set overrides facts, and the first definition stands: a second one is another rule's matter.
      const known = this.#byName.get(key);
      if (known === undefined || (known.origin !== 'set' && object.origin === 'set')) this.#byName.set(key, object);
    }
    const minimums = this.#autoscaled();
    const pods: PodTemplate[] = [];
    for (const object of objects) {
      if (!object.decodes) continue;
      const pod = podTemplateOf(object, minimums?.get(`${object.kind}/${object.namespace}/${object.name}`));
      if (pod === undefined) continue;
      pods.push(pod);
      this.#podOf.set(object, pod);
    }
    this.pods = pods;
  }

  /** minReplicas of HorizontalPodAutoscalers by `Kind/namespace/name` of their target. */
  #autoscaled(): Map<string, number> | undefined {
    const scalers = this.#byKind.get('HorizontalPodAutoscaler');
    if (scalers === undefined) return undefined;
    const minimums = new Map<string, number>();
    for (const scaler of scalers) {
      const spec = asObject(scaler.value['spec']);
      const target = asObject(spec?.['scaleTargetRef']);
      const minimum = spec?.['minReplicas'];
      if (target && typeof minimum === 'number')
        minimums.set(`${asString(target['kind'])}/${scaler.namespace}/${asString(target['name'])}`, minimum);
    }
    return minimums;
  }

  /** Objects of a kind, of the set and of the facts. */
  ofKind(kind: string): readonly KubeObject[] {
    return this.#byKind.get(kind) ?? [];
  }

  get(kind: string, namespace: string, name: string): KubeObject | undefined {
    return this.#byName.get(`${kind}/${namespace}/${name}`);
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
    return this.#podsByNamespace.get(namespace) ?? [];
  }

  /** Pod templates of a namespace whose labels hold all the given ones. Looks only at Pods that share the rarest label. */
  podsWithLabels(namespace: string, labels: Readonly<Record<string, string>>): readonly PodTemplate[] {
    const keys = Object.keys(labels);
    if (keys.length === 0) return this.podsIn(namespace);
    if (this.#labels === undefined) {
      this.#labels = new Map();
      for (const pod of this.pods) {
        for (const key of Object.keys(pod.labels)) {
          const posting = `${pod.namespace}\0${key}\0${pod.labels[key]}`;
          const list = this.#labels.get(posting);
          if (list) list.push(pod);
          else this.#labels.set(posting, [pod]);
        }
      }
    }
    let rarest: readonly PodTemplate[] | undefined;
    for (const key of keys) {
      const list = this.#labels.get(`${namespace}\0${key}\0${labels[key]}`);
      if (list === undefined) return [];
      if (rarest === undefined || list.length < rarest.length) rarest = list;
    }
    return rarest!.filter((pod) => keys.every((key) => pod.labels[key] === labels[key]));
  }

  /** Whether an object of this name is there: in the set, in the facts, made by something, or in every cluster. */
  presence(kind: string, namespace: string, name: string): Presence {
    const object = this.get(kind, namespace, name);
    const provided = this.#provisions().get(`${kind}/${namespace}/${name}`);
    if (object && provided?.onto !== true) return { state: 'present', object };
    if (provided) return { state: 'provided', provided };
    if (existsAnyway(kind, namespace, name) || this.#declaredExternal(kind, namespace, name)) return { state: 'external' };
    if (this.options.open === true || this.#mentioned(name)) return { state: 'perhaps' };
    return { state: 'absent' };
  }

  #provisions(): Map<string, Provided> {
    if (this.#provided === undefined) {
      this.#provided = new Map();
      for (const one of this.options.provided ?? []) this.#provided.set(`${one.kind}/${one.namespace}/${one.name}`, one);
      for (const object of this.objects) {
        const one = providedBy(object);
        if (one) this.#provided.set(`${one.kind}/${one.namespace}/${one.name}`, one);
      }
    }
    return this.#provided;
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
    if (this.#spoken === undefined) {
      this.#spoken = new Set();
      for (const object of this.objects) {
        if (object.builtIn || object.origin === 'fact') continue;
        this.#spoken.add(object.name);
        stringsIn(object.value, this.#spoken);
      }
    }
    if (this.#spoken.has(name)) return true;
    // Operators name what they make after the custom resource: `db` makes `db-app`, `db-superuser`.
    for (let dash = name.lastIndexOf('-'); dash > 0; dash = name.lastIndexOf('-', dash - 1)) {
      const prefix = name.slice(0, dash);
      if (this.#customNames().has(prefix)) return true;
    }
    return (this.options.unread ?? []).some((text) => text.includes(name));
  }

  #custom: Set<string> | undefined;
  #customNames(): Set<string> {
    this.#custom ??= new Set(this.objects.filter((o) => !o.builtIn && o.origin !== 'fact').map((o) => o.name));
    return this.#custom;
  }

  /** Names near to a missing one: of the same kind in the same namespace; else the same name in another namespace. */
  nearMiss(
    kind: string,
    namespace: string,
    name: string,
  ): { readonly name: string; readonly namespace: string; readonly object: KubeObject } | undefined {
    const candidates = this.ofKind(kind);
    const near = closest(
      name,
      candidates.filter((o) => o.namespace === namespace).map((o) => o.name),
    );
    if (near !== undefined) return { name: near, namespace, object: this.get(kind, namespace, near)! };
    const elsewhere = candidates.find((o) => o.name === name);
    return elsewhere && { name, namespace: elsewhere.namespace, object: elsewhere };
  }

  referencesFrom(object: KubeObject): readonly Reference[] {
    this.#link();
    return this.#from!.get(object) ?? [];
  }

  referencesTo(object: KubeObject): readonly Reference[] {
    this.#link();
    return this.#to!.get(object) ?? [];
  }

  #link(): void {
    if (this.#from !== undefined) return;
    this.#from = new Map();
    this.#to = new Map();
    for (const object of this.objects) {
      if (!object.decodes || object.origin === 'fact') continue;
      let own: Reference[] | undefined;
      referencesOf(object, this.#podOf.get(object), (reference) => {
        const target = this.get(reference.kind, reference.namespace, reference.name);
        const edge = target === undefined ? reference : { ...reference, target };
        own ??= [];
        own.push(edge);
        if (target === undefined) return;
        const to = this.#to!.get(target);
        if (to) to.push(edge);
        else this.#to!.set(target, [edge]);
      });
      if (own) this.#from.set(object, own);
    }
  }

  /** Labels of a Namespace as the set or the facts define it. */
  namespaceLabels(namespace: string): JsonObject | undefined {
    const object = this.get('Namespace', '', namespace);
    return object && asObject(asObject(object.value['metadata'])?.['labels']);
  }
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
