import { matchesSelector, parseLabelSelector } from '../api/label-selector.ts';
import { asArray, asObject, asString, at, isObject, type JsonObject, objectsOf } from '../api/manifest.ts';
import { resourceListOf } from '../api/pod-resources.ts';
import { compareQuantity } from '../api/quantity.ts';
import { isUnknown } from '../api/unknown.ts';
import { NO_SELECTOR } from './labels.ts';
import type { NodeView } from './node.ts';
import { matchesTerms, nodeSelectorTermsOf } from './node-affinity.ts';

/** Claims, volumes and classes that exist. */
export interface VolumeFacts {
  /** PersistentVolumeClaim objects by namespace and name. */
  claim(namespace: string, name: string): unknown;
  /** A missing claim is missing: nothing else creates claims in this namespace. */
  readonly claimsClosed: boolean;
  /** All PersistentVolume objects. */
  readonly volumes: readonly unknown[];
  /** StorageClass objects by name. */
  storageClass(name: string): unknown;
  readonly defaultStorageClass?: string;
  /** Volumes and classes that are not here do not exist. */
  readonly closed: boolean;
}

/** What becomes of a claim. */
export type ClaimOutlook =
  /** Nothing can be said: facts are missing, or a placeholder stands in the way. */
  | { readonly state: 'unknown' }
  | { readonly state: 'lost'; readonly volume: string }
  | { readonly state: 'deleting' }
  | { readonly state: 'bound'; readonly volume: JsonObject | undefined }
  /** A provisioner makes its volume at once, no one knows where. */
  | { readonly state: 'provisioned' }
  /** Waits for the scheduler: for a volume that is there, or for one to be made in the chosen place. */
  | { readonly state: 'delayed'; readonly candidates: readonly JsonObject[]; readonly provisioner: JsonObject | undefined }
  /** No volume fits, and no one makes one. */
  | { readonly state: 'unbound' };

const NO_PROVISIONER = 'kubernetes.io/no-provisioner';

/** What will become of a claim. Mirrors the volume binder of the scheduler and the rules of the volume controller. */
export function claimOutlook(claim: JsonObject, facts: VolumeFacts): ClaimOutlook {
  const spec = asObject(claim['spec']) ?? {};
  const phase = at(claim, ['status', 'phase']);
  const volumeName = asString(spec['volumeName']) ?? '';
  if (phase === 'Lost') return { state: 'lost', volume: volumeName };
  if (asObject(claim['metadata'])?.['deletionTimestamp'] != null) return { state: 'deleting' };
  const className = storageClassName(claim, facts.defaultStorageClass);
  if (isUnknown(volumeName) || isUnknown(className)) return { state: 'unknown' };
  if (volumeName !== '') {
    const volume = volumeNamed(volumeName, facts);
    if (phase === 'Bound') return { state: 'bound', volume };
    if (volume !== undefined) return mayBind(claim, volume, className) ? { state: 'bound', volume } : { state: 'unbound' };
    return facts.closed ? { state: 'unbound' } : { state: 'unknown' };
  }
  const candidates = candidatesFor(claim, className, facts);
  const storageClass = className === '' ? undefined : asObject(facts.storageClass(className));
  if (storageClass !== undefined) {
    const provisions = storageClass['provisioner'] !== NO_PROVISIONER && !isUnknown(storageClass['provisioner']);
    if (storageClass['volumeBindingMode'] === 'WaitForFirstConsumer') {
      return { state: 'delayed', candidates, provisioner: provisions ? storageClass : undefined };
    }
    if (candidates.length === 1) return { state: 'bound', volume: candidates[0]! };
    if (candidates.length > 1 || provisions || !facts.closed)
      return candidates.length > 1 ? { state: 'unknown' } : { state: 'provisioned' };
    return { state: 'unbound' };
  }
  if (candidates.length > 0) return candidates.length === 1 ? { state: 'bound', volume: candidates[0]! } : { state: 'unknown' };
  return facts.closed ? { state: 'unbound' } : { state: 'unknown' };
}

/** The class of a claim; '' for none. The old annotation wins. */
export function storageClassName(claim: JsonObject, defaultStorageClass = ''): string {
  const annotation = at(claim, ['metadata', 'annotations', 'volume.beta.kubernetes.io/storage-class']);
  if (typeof annotation === 'string') return annotation;
  const name = asObject(claim['spec'])?.['storageClassName'];
  return typeof name === 'string' ? name : defaultStorageClass;
}

function volumeNamed(name: string, facts: VolumeFacts): JsonObject | undefined {
  for (const volume of facts.volumes) if (isObject(volume) && at(volume, ['metadata', 'name']) === name) return volume;
  return undefined;
}

function candidatesFor(claim: JsonObject, className: string, facts: VolumeFacts): readonly JsonObject[] {
  const out: JsonObject[] = [];
  for (const volume of facts.volumes) if (isObject(volume) && mayBind(claim, volume, className)) out.push(volume);
  return out;
}

/** The volume can serve the claim, wherever it lies. Mirrors FindMatchingVolume of component-helpers/storage/volume. */
function mayBind(claim: JsonObject, volume: JsonObject, className: string): boolean {
  const wanted = asObject(claim['spec']) ?? {};
  const offered = asObject(volume['spec']) ?? {};
  const phase = at(volume, ['status', 'phase']);
  if (phase === 'Released' || phase === 'Failed' || asObject(volume['metadata'])?.['deletionTimestamp'] != null) return false;
  const owner = asObject(offered['claimRef']);
  if (owner !== undefined) {
    const metadata = asObject(claim['metadata']) ?? {};
    if (owner['name'] !== metadata['name']) return false;
    if (owner['namespace'] !== metadata['namespace'] && metadata['namespace'] !== undefined) return false;
  }
  const volumeClass =
    at(volume, ['metadata', 'annotations', 'volume.beta.kubernetes.io/storage-class']) ?? offered['storageClassName'] ?? '';
  if (volumeClass !== className) return false;
  if ((offered['volumeMode'] ?? 'Filesystem') !== (wanted['volumeMode'] ?? 'Filesystem')) return false;
  const modes = new Set(asArray(offered['accessModes']));
  if (!asArray(wanted['accessModes']).every((mode) => modes.has(mode) || isUnknown(mode))) return false;
  const request = resourceListOf(at(wanted, ['resources', 'requests'])).get('storage');
  const capacity = resourceListOf(offered['capacity']).get('storage');
  if (request && capacity?.exact && compareQuantity(request.quantity, capacity.quantity) > 0) return false;
  if (isObject(wanted['selector'])) {
    const selector = parseLabelSelector(wanted['selector']) ?? NO_SELECTOR;
    if (matchesSelector(selector, at(volume, ['metadata', 'labels'])) === false) return false;
  }
  return true;
}

/** The node is one that the volume can be used on. */
export function volumeFitsNode(volume: JsonObject, node: NodeView): boolean {
  const required = asObject(at(volume, ['spec', 'nodeAffinity', 'required']));
  return required === undefined || matchesTerms(nodeSelectorTermsOf(required['nodeSelectorTerms']), node) !== false;
}

/** The class makes volumes that the node can use (`allowedTopologies`). */
export function classServesNode(storageClass: JsonObject, node: NodeView): boolean {
  const terms = asArray(storageClass['allowedTopologies']);
  if (terms.length === 0) return true;
  return terms.some((term) => {
    const expressions = [...objectsOf(asObject(term)?.['matchLabelExpressions'])];
    if (expressions.length === 0) return false;
    return expressions.every(([{ key, values }]) => {
      const label = typeof key === 'string' ? node.labels[key] : undefined;
      return (
        isUnknown(label) ||
        isUnknown(values) ||
        (label !== undefined && asArray(values).some((value) => value === label || isUnknown(value)))
      );
    });
  });
}
