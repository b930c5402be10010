import type { Release } from '../api/kinds.ts';
import { asObject, asString, at, type JsonObject } from '../api/manifest.ts';
import { isUnknown } from '../api/unknown.ts';
import { comparisons, countComparisonsAnew, MOST_MATCHES } from '../apiserver/admission/policies.ts';
import { cel, loadCel, loadForDecision, type Undecided } from '../apiserver/cel.ts';
import type { DecodeFault } from '../apiserver/decode.ts';
import { type CustomResources, decodeObject, type Known, knownKind } from '../apiserver/verdict.ts';
import { KeptManifest, KeptObject } from '../cluster/kept.ts';
import type { KubeObject, Origin } from '../cluster/object.ts';
import { templatePath } from '../cluster/pods.ts';
import type { Manifest } from '../cluster/unwrap.ts';
import type { SourceFile } from '../source/document.ts';
import type { PatchTarget } from '../source/kustomization.ts';

export interface ObjectOptions {
  readonly release: Release;
  readonly customs: CustomResources;
  /** The namespace of objects that name none. */
  readonly namespace: string;
  /** The namespace that a kustomization sets on all its objects. */
  readonly forcedNamespace?: string;
  /** What the kustomization of its set patches. */
  readonly patched?: readonly PatchTarget[];
}

export interface MadeObject {
  readonly object: KubeObject;
  readonly faults: readonly DecodeFault[];
  /** Something its definition needs is not loaded: `loadForDecision`, and make it again. */
  readonly undecided: Undecided;
}

export { loadForDecision };

const POLICIES = new Set(['ValidatingAdmissionPolicy', 'MutatingAdmissionPolicy']);

/** Loads CEL where a manifest has expressions in it, before the first one is judged. */
export async function loadForRules(manifests: Iterable<Manifest>): Promise<void> {
  cel()?.renewAllowance();
  countComparisonsAnew();
  let looked: SourceFile | undefined;
  for (const { kind, document } of manifests) {
    if (POLICIES.has(kind)) return loadCel();
    // A file of many definitions is looked through once.
    if (kind !== 'CustomResourceDefinition' || document.file === looked) continue;
    looked = document.file;
    if (looked.text.includes('x-kubernetes-validations')) return loadCel();
  }
}

/** What a judgement has used of what one may use, so that nothing hangs: steps of expressions, comparisons of policies with objects. */
export interface Spent {
  readonly steps: number;
  readonly comparisons: number;
}

export function spent(): Spent {
  return { steps: cel()?.stepsTaken() ?? 0, comparisons: comparisons() };
}

/** Whether one who had done all of it alone would have come to the same: nobody has run out. */
export function isWithinLimits(all: readonly Spent[]): boolean {
  const sum = (of: keyof Spent) => all.reduce((total, one) => total + one[of], 0);
  return sum('steps') <= (cel()?.STEPS_FOR_SURE ?? 0) && sum('comparisons') <= MOST_MATCHES;
}

const NO_FAULTS: readonly DecodeFault[] = [];

/** What is the same of a manifest in whatever set it is. */
export interface Decoded extends Omit<MadeObject, 'object'> {
  readonly known: Known;
  readonly builtIn: boolean;
  readonly decodes: boolean;
}

export function decodedOf({ apiVersion, kind, value }: Manifest, { release, customs }: ObjectOptions): Decoded {
  const known = knownKind(apiVersion, kind, release, customs);
  const decoded = decodeObject(value, known, release);
  const source = known.by === 'definition' ? known.custom.source : undefined;
  const { undecided } = decoded;
  const faults = source?.older ? decoded.faults.filter(isOfAnyVersion) : decoded.faults;
  const builtIn = known.by === 'release' || (known.by === 'nothing' && known.builtInGroup);
  // What only the catalogue says is no reason to pass the object over.
  const decodes =
    (source !== undefined || isSound(faults)) &&
    (known.by === 'release' || hasSoundTemplate(value, { apiVersion, kind, builtIn }, release));
  return { known, faults, undecided, builtIn, decodes };
}

/** Makes the object that the cluster would know. */
export function objectOf(
  manifest: Manifest,
  origin: Origin,
  options: ObjectOptions,
  { known, faults, undecided, builtIn, decodes }: Decoded = decodedOf(manifest, options),
): MadeObject {
  const { apiVersion, kind, value } = manifest;
  const slash = apiVersion.indexOf('/');
  const metadata = asObject(value['metadata']);
  const name = asString(metadata?.['name']) ?? asString(metadata?.['generateName']) ?? '';
  const own = asString(metadata?.['namespace']);
  const namespace = namespaced(known, own)
    ? (options.forcedNamespace ?? (own === undefined || own === '' || isUnknown(own) ? options.namespace : own))
    : '';
  const plain: KubeObject = {
    apiVersion,
    group: slash < 0 ? '' : apiVersion.slice(0, slash),
    version: slash < 0 ? apiVersion : apiVersion.slice(slash + 1),
    kind,
    name,
    namespace,
    value,
    document: manifest.document,
    base: manifest.base,
    origin,
    decodes,
    patched:
      options.patched !== undefined &&
      options.patched.length > 0 &&
      options.patched.some((target) => meets(target, apiVersion, kind, name, own)),
    builtIn,
  };
  const object = manifest instanceof KeptManifest ? new KeptObject(manifest, plain) : plain;
  // Facts are what the server stores: nothing of them is judged.
  return origin === 'fact' ? { object, faults: NO_FAULTS, undecided: false } : { object, faults, undecided };
}

/** A field that an older definition does not have is a slip where it is near to one that it has; else it may be of a newer version. */
function isOfAnyVersion(fault: DecodeFault): boolean {
  return fault.kind !== 'unknown-field' || fault.suggestion !== undefined;
}

function isSound(faults: readonly DecodeFault[]): boolean {
  return faults.every((fault) => fault.kind === 'unknown-field');
}

/** Of a kind that nothing decodes, the Pod template at least must be one: rules look into it as into any other. */
function hasSoundTemplate(
  value: JsonObject,
  type: { apiVersion: string; kind: string; builtIn: boolean },
  release: Release,
): boolean {
  const slash = type.apiVersion.indexOf('/');
  const path = templatePath({ ...type, group: slash < 0 ? '' : type.apiVersion.slice(0, slash), value });
  const template = path === undefined ? undefined : asObject(at(value, path));
  if (template === undefined) return true;
  const pod = { metadata: template['metadata'], spec: template['spec'] };
  return isSound(decodeObject(pod, knownKind('v1', 'Pod', release, NO_CUSTOMS), release).faults);
}

const NO_CUSTOMS: CustomResources = new Map();

/** Where the kind is not known, an object that names a namespace is taken to be in it; else it is taken to be namespaced too. */
function namespaced(known: Known, own: string | undefined): boolean {
  if (known.by === 'release') return known.resource.namespaced;
  if (known.by === 'definition') return known.custom.namespaced;
  return own !== undefined || !known.builtInGroup;
}

/** Whether a patch's target means the object; names and kinds in targets are regular expressions, anchored as kustomize anchors them. */
function meets(target: PatchTarget, apiVersion: string, kind: string, name: string, namespace: string | undefined): boolean {
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  return (
    anchored(target.group, group) &&
    anchored(target.kind, kind) &&
    anchored(target.name, name) &&
    (namespace === undefined || anchored(target.namespace, namespace))
  );
}

function anchored(pattern: string | undefined, text: string): boolean {
  if (pattern === undefined || pattern === '' || pattern === text) return true;
  try {
    return pattern.length < 500 && new RegExp(`^(?:${pattern})$`).test(text);
  } catch {
    return false;
  }
}
