import type { Container as K8sContainer, PodSpec } from 'kubernetes-types/core/v1.js';
import { asObject, at, type JsonObject, type Manifest as Typed } from '../api/manifest.ts';
import { flat } from '../source/flat-text.ts';
import type { KeptDocument } from '../source/kept.ts';
import type { Path } from '../source/path.ts';
import type { KubeObject, Origin } from './object.ts';
import type { Container, PodTemplate } from './pods.ts';
import type { Manifest } from './unwrap.ts';

/*
 * Where there is much to read, documents may be let go and read again (source/kept.ts). These are objects, Pod templates and containers that hold no part
 * of a document's value, but look it up whenever it is asked for, and no text that is a part of the document's.
 */

const NOTHING: JsonObject = {};

/** A manifest in such a document. */
export class KeptManifest implements Manifest {
  readonly document: KeptDocument;
  readonly base: Path;
  readonly apiVersion: string;
  readonly kind: string;

  constructor(document: KeptDocument, base: Path, apiVersion: string, kind: string) {
    this.document = document;
    this.base = base;
    this.apiVersion = known(apiVersion);
    this.kind = known(kind);
  }

  get value(): JsonObject {
    return valueIn(this.document, this.base);
  }
}

/** An object in such a document. */
export class KeptObject implements KubeObject {
  readonly apiVersion: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly document: KeptDocument;
  readonly base: Path;
  readonly origin: Origin;
  readonly decodes: boolean;
  readonly patched: boolean;
  readonly builtIn: boolean;

  constructor(manifest: KeptManifest, object: Omit<KubeObject, 'value' | 'document' | 'base'>) {
    this.apiVersion = manifest.apiVersion;
    this.group = known(object.group);
    this.version = object.version;
    this.kind = manifest.kind;
    this.name = flat(object.name);
    this.namespace = known(object.namespace);
    this.document = manifest.document;
    this.base = manifest.base;
    this.origin = object.origin;
    this.decodes = object.decodes;
    this.patched = object.patched;
    this.builtIn = object.builtIn;
  }

  get value(): JsonObject {
    return valueIn(this.document, this.base);
  }
}

function valueIn(document: KeptDocument, base: Path): JsonObject {
  const { value } = document;
  return asObject(base.length === 0 ? value : at(value, base)) ?? NOTHING;
}

/** The template of such an object. */
export class KeptPod implements PodTemplate {
  readonly owner: KubeObject;
  readonly path: Path;
  readonly specPath: Path;
  readonly labels: Readonly<Record<string, string>>;
  readonly namespace: string;
  readonly count: number;
  readonly perNode: boolean;
  readonly finite: boolean;
  readonly containers: readonly Container[];

  constructor(pod: Omit<PodTemplate, 'metadata' | 'spec'>) {
    this.owner = pod.owner;
    this.path = pod.path;
    this.specPath = pod.specPath;
    const labels: Record<string, string> = Object.create(null);
    for (const key in pod.labels) labels[key] = flat(pod.labels[key]!);
    this.labels = labels;
    this.namespace = pod.namespace;
    this.count = pod.count;
    this.perNode = pod.perNode;
    this.finite = pod.finite;
    this.containers = pod.containers;
  }

  get metadata(): JsonObject {
    return asObject(asObject(at(this.owner.value, this.path))?.['metadata']) ?? NOTHING;
  }

  get spec(): Typed<PodSpec> {
    return (asObject(at(this.owner.value, this.specPath)) ?? NOTHING) as Typed<PodSpec>;
  }
}

/** A container of such a template. */
export class KeptContainer implements Container {
  readonly pod: PodTemplate;
  readonly name: string;
  readonly role: Container['role'];
  readonly path: Path;

  constructor(pod: PodTemplate, name: string, role: Container['role'], path: Path) {
    this.pod = pod;
    this.name = flat(name);
    this.role = role;
    this.path = path;
  }

  get value(): Typed<K8sContainer> {
    return (asObject(at(this.pod.owner.value, this.path)) ?? NOTHING) as Typed<K8sContainer>;
  }
}

/** What many objects have in common, once. */
const texts = new Map<string, string>();
/** Inputs may make up as many kinds and namespaces as they like. */
const MOST = 10_000;

function known(text: string): string {
  let one = texts.get(text);
  if (one === undefined) {
    one = flat(text);
    if (texts.size < MOST) texts.set(one, one);
  }
  return one;
}
