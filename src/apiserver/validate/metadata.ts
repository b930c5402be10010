import { asNumber, isObject } from '../../api/manifest.ts';
import {
  byteLength,
  finalizerNameFaults,
  labelValueFaults,
  type NameCheck,
  nameIsDnsLabel,
  qualifiedNameFaults,
} from '../../api/names.ts';
import { isUnknown } from '../../api/unknown.ts';
import type { Path } from '../../source/path.ts';
import { type Cause, invalid, required, tooLong } from '../cause.ts';

export interface MetadataRules {
  readonly namespaced: boolean;
  /** What the kind demands of its name. */
  readonly nameCheck: NameCheck;
  /** The server's minor release, 30 to 37. */
  readonly minor: number;
  /**
   * False for kinds whose finalizers may be any qualified name: admissionregistration.k8s.io, apiextensions.k8s.io,
   * apiregistration.k8s.io, coordination.k8s.io, policy and custom resources. All others know three names without a domain.
   */
  readonly standardFinalizers?: boolean;
  /** True where the server begins to count at one, whatever the object says. */
  readonly ownGeneration?: boolean;
  /** True where the server makes a name for an object that has none (LimitRange). */
  readonly named?: boolean;
}

const METADATA: Path = ['metadata'];
/** All keys and values of an object's annotations together, in bytes. */
const MOST_ANNOTATION_BYTES = 256 * 1024;

/**
 * The faults of `object.metadata` on creation. A missing namespace is none, since kubectl fills it in; the namespace of
 * a cluster-scoped object is none, since the server drops it.
 *
 * Mirrors ValidateObjectMetaAccessor of k8s.io/apimachinery/pkg/api/validation/objectmeta.go.
 */
export function validateMetadata(object: unknown, rules: MetadataRules): Cause[] {
  const causes: Cause[] = [];
  if (!isObject(object)) return causes;
  const { metadata } = object;
  if (metadata === undefined || metadata === null) {
    if (rules.named !== true) causes.push(required(['metadata', 'name'], 'name or generateName is required'));
    return causes;
  }
  if (!isObject(metadata)) return causes;
  const { minor, nameCheck } = rules;

  const generateName = metadata['generateName'] ?? '';
  if (typeof generateName === 'string' && generateName !== '') {
    pushInvalid(causes, METADATA, 'generateName', generateName, nameCheck(generateName, true));
  }
  const name = metadata['name'] ?? '';
  if (name === '') {
    if (generateName === '' && rules.named !== true)
      causes.push(required(['metadata', 'name'], 'name or generateName is required'));
  } else if (typeof name === 'string') {
    pushInvalid(causes, METADATA, 'name', name, nameCheck(name, false));
  }
  if (rules.namespaced) {
    const namespace = metadata['namespace'];
    if (typeof namespace === 'string' && namespace !== '') {
      pushInvalid(causes, METADATA, 'namespace', namespace, nameIsDnsLabel(namespace, false));
    }
  }
  const generation = asNumber(metadata['generation']);
  if (generation !== undefined && generation < 0 && rules.ownGeneration !== true) {
    causes.push(invalid(['metadata', 'generation'], generation, 'must be greater than or equal to 0'));
  }
  validateLabels(causes, metadata['labels'], METADATA, 'labels', minor);
  validateAnnotations(causes, metadata['annotations'], METADATA, minor);
  validateOwnerReferences(causes, metadata['ownerReferences'], minor);
  validateFinalizers(causes, metadata['finalizers'], minor);
  validateManagedFields(causes, metadata['managedFields'], minor);
  if (rules.standardFinalizers !== false) validateStandardFinalizers(causes, metadata['finalizers']);
  return causes;
}

function pushInvalid(causes: Cause[], parent: Path, key: string, value: string, messages: readonly string[]): void {
  if (messages.length === 0 || isUnknown(value)) return;
  const path = [...parent, key];
  for (const message of messages) causes.push(invalid(path, value, message));
}

/** The faults of a map of labels at `parent` + `key`, such as `metadata.labels` or `selector.matchLabels`. The server names the map only. */
export function validateLabels(causes: Cause[], labels: unknown, parent: Path, key: string, minor: number): void {
  if (!isObject(labels)) return;
  for (const name in labels) {
    const nameFaults = qualifiedNameFaults(name, minor);
    if (nameFaults.length > 0 && !isUnknown(name)) {
      const path = [...parent, key];
      for (const message of nameFaults) causes.push({ ...invalid(path, name, message), at: [...path, name] });
    }
    const value = labels[name] ?? '';
    if (typeof value !== 'string') continue;
    const valueFaults = labelValueFaults(value, minor);
    if (valueFaults.length > 0 && !isUnknown(value)) {
      const path = [...parent, key];
      for (const message of valueFaults) causes.push({ ...invalid(path, value, message), at: [...path, name] });
    }
  }
}

/** The faults of `annotations` at `parent`: keys (in any case of letters) and the size of all together. */
export function validateAnnotations(causes: Cause[], annotations: unknown, parent: Path, minor: number): void {
  if (!isObject(annotations)) return;
  let characters = 0;
  for (const name in annotations) {
    const value = annotations[name];
    characters += name.length + (typeof value === 'string' ? value.length : 0);
    let faults = qualifiedNameFaults(name, minor);
    if (faults.length === 0) continue;
    faults = qualifiedNameFaults(name.toLowerCase(), minor);
    if (faults.length === 0 || isUnknown(name)) continue;
    const path = [...parent, 'annotations'];
    for (const message of faults) causes.push({ ...invalid(path, name, message), at: [...path, name] });
  }
  // A UTF-16 unit takes at most three bytes, so nearly all objects need no exact count.
  if (characters * 3 > MOST_ANNOTATION_BYTES && annotationBytes(annotations) > MOST_ANNOTATION_BYTES) {
    causes.push(tooLong([...parent, 'annotations'], MOST_ANNOTATION_BYTES, minor));
  }
}

function annotationBytes(annotations: object): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(annotations))
    bytes += byteLength(name) + (typeof value === 'string' ? byteLength(value) : 0);
  return bytes;
}

/** As schema.ParseGroupVersion reads it: undefined when it is neither `version` nor `group/version`. */
function groupVersion(apiVersion: string): { group: string; version: string } | undefined {
  if (apiVersion === '' || apiVersion === '/') return { group: '', version: '' };
  const slash = apiVersion.indexOf('/');
  if (slash < 0) return { group: '', version: apiVersion };
  if (apiVersion.indexOf('/', slash + 1) >= 0) return undefined;
  return { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

function validateOwnerReferences(causes: Cause[], references: unknown, minor: number): void {
  if (!Array.isArray(references)) return;
  let controller: string | undefined;
  for (let i = 0; i < references.length; i++) {
    const reference: unknown = references[i] ?? {};
    if (!isObject(reference)) continue;
    const path: Path = minor >= 37 ? ['metadata', 'ownerReferences', i] : ['metadata', 'ownerReferences'];
    const at = (field: string): Path => ['metadata', 'ownerReferences', i, field];
    const apiVersion = reference['apiVersion'] ?? '';
    if (typeof apiVersion === 'string' && !isUnknown(apiVersion)) {
      const parsed = groupVersion(apiVersion);
      if (minor >= 37 && apiVersion === '') {
        causes.push(required([...path, 'apiVersion'], 'must not be empty'));
      } else if (parsed === undefined || parsed.version === '') {
        const detail = minor >= 37 ? 'must be <group>/<version> or <version>' : 'version must not be empty';
        causes.push({ ...invalid([...path, 'apiVersion'], apiVersion, detail), at: at('apiVersion') });
      }
      if (parsed?.group === '' && parsed.version === 'v1' && reference['kind'] === 'Event') {
        causes.push({
          ...invalid(path, printedOwner(reference), '/v1, Kind=Event is disallowed from being an owner'),
          at: at('kind'),
        });
      }
    }
    for (const field of ['kind', 'name', 'uid']) {
      if ((reference[field] ?? '') !== '') continue;
      const detail = minor >= 34 ? 'must not be empty' : `${field} must not be empty`;
      const fieldPath = [...path, field];
      causes.push({ ...(minor >= 37 ? required(fieldPath, detail) : invalid(fieldPath, '', detail)), at: at(field) });
    }
    if (reference['controller'] === true) {
      const current = `${String(reference['kind'] ?? '')}/${String(reference['name'] ?? '')}`;
      if (controller === undefined) {
        controller = current;
      } else {
        const detail = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${current}`;
        causes.push({ ...invalid(['metadata', 'ownerReferences'], references.map(printedOwner), detail), at: at('controller') });
      }
    }
  }
}

/** As the server prints it: the four names always, the rest where it is set. */
function printedOwner(reference: unknown): unknown {
  const { apiVersion, kind, name, uid, controller, blockOwnerDeletion } = isObject(reference) ? reference : {};
  const print: Record<string, unknown> = { apiVersion: apiVersion ?? '', kind: kind ?? '', name: name ?? '', uid: uid ?? '' };
  if (typeof controller === 'boolean') print['controller'] = controller;
  if (typeof blockOwnerDeletion === 'boolean') print['blockOwnerDeletion'] = blockOwnerDeletion;
  return print;
}

function validateFinalizers(causes: Cause[], finalizers: unknown, minor: number): void {
  if (!Array.isArray(finalizers)) return;
  let orphan = false;
  let foreground = false;
  for (let i = 0; i < finalizers.length; i++) {
    const finalizer: unknown = finalizers[i] ?? '';
    if (typeof finalizer !== 'string') continue;
    const faults = finalizerNameFaults(finalizer, minor);
    if (faults.length > 0 && !isUnknown(finalizer)) {
      const path: Path = ['metadata', 'finalizers'];
      for (const message of faults) causes.push({ ...invalid(path, finalizer, message), at: [...path, i] });
    }
    orphan ||= finalizer === 'orphan';
    foreground ||= finalizer === 'foregroundDeletion';
  }
  if (orphan && foreground) {
    causes.push(invalid(['metadata', 'finalizers'], finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  }
}

const STANDARD_FINALIZERS: ReadonlySet<unknown> = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

/** Mirrors validateKubeFinalizerName of k8s.io/kubernetes/pkg/apis/core/validation. */
function validateStandardFinalizers(causes: Cause[], finalizers: unknown): void {
  if (!Array.isArray(finalizers)) return;
  for (let i = 0; i < finalizers.length; i++) {
    const finalizer: unknown = finalizers[i] ?? '';
    if (typeof finalizer !== 'string' || finalizer.includes('/') || STANDARD_FINALIZERS.has(finalizer) || isUnknown(finalizer))
      continue;
    const detail = 'name is neither a standard finalizer name nor is it fully qualified';
    causes.push(invalid(['metadata', 'finalizers', i], finalizer, detail));
  }
}

/**
 * The field manager drops the whole list where one entry cannot be read, and entries that own nothing, before validation comes to see them: only
 * names that are too long are left to refuse. Mirrors DecodeManagedFields of k8s.io/apimachinery/pkg/util/managedfields/internal.
 */
function validateManagedFields(causes: Cause[], entries: unknown, minor: number): void {
  if (!Array.isArray(entries) || !entries.every(isReadable)) return;
  for (let i = 0; i < entries.length; i++) {
    const entry: unknown = entries[i];
    if (!isObject(entry) || !isObject(entry['fieldsV1']) || Object.keys(entry['fieldsV1']).length === 0) continue;
    const at = (field: string): Path => ['metadata', 'managedFields', i, field];
    const manager = entry['manager'];
    if (typeof manager === 'string' && byteLength(manager) > 128) causes.push(tooLong(at('manager'), 128, minor));
    const subresource = entry['subresource'];
    if (typeof subresource === 'string' && byteLength(subresource) > 256) causes.push(tooLong(at('subresource'), 256, minor));
  }
}

function isReadable(entry: unknown): boolean {
  if (!isObject(entry)) return false;
  const { operation, apiVersion, fieldsType } = entry;
  return (operation === 'Apply' || operation === 'Update') && (apiVersion ?? '') !== '' && fieldsType === 'FieldsV1';
}
