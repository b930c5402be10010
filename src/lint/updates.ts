import { isObject, type JsonObject } from '../api/manifest.ts';
import { resourceOf } from '../api/table.ts';
import { isUnknown } from '../api/unknown.ts';
import type { Cause } from '../apiserver/cause.ts';
import {
  customCausesOfUpdate,
  type Existing,
  resizeRefusal,
  type Update,
  validateCustomUpdate,
  validateUpdate,
  withoutOldCosts,
} from '../apiserver/update/index.ts';
import { knownKind, validateObject } from '../apiserver/verdict.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { KubeObject } from '../cluster/object.ts';
import { manifestsIn } from '../cluster/unwrap.ts';
import type { ApplySet, SetFile } from '../source/apply-sets.ts';
import { type ObjectOptions, objectOf } from './objects.ts';
import type { Reading } from './reading.ts';

/** The same paths as they were at a git revision. */
export interface Before {
  readonly revision: string;
  readonly sets: readonly ApplySet[];
  readonly reading: Reading;
}

interface Earlier {
  readonly object: KubeObject;
  readonly set: ApplySet;
}

const APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const LONGEST_ANNOTATION = 262_144;

/** Finds what is there already for the objects of one release: facts first, then what a revision held. */
export class Updates {
  readonly #options: ObjectOptions;
  readonly #before: Before | undefined;
  #earlier: Map<string, Earlier[]> | undefined;

  constructor(options: Pick<ObjectOptions, 'release' | 'customs' | 'namespace'>, before: Before | undefined) {
    this.#options = options;
    this.#before = before;
  }

  of(object: KubeObject, set: ApplySet, cluster: Cluster): Update | undefined {
    const { release, customs } = this.#options;
    if (!object.decodes || !isNamed(object)) return undefined;
    const known = knownKind(object.apiVersion, object.kind, release, customs);
    const there = this.#existing(object, set, cluster);
    // What the facts hold is served, whether or not that is so by default.
    const served =
      known.by === 'nothing' && there?.fact === true ? resourceOf(object.apiVersion, object.kind, release) : undefined;
    if (there === undefined || (known.by === 'nothing' && served === undefined)) return undefined;
    const { existing, fact } = there;
    const causes =
      known.by !== 'definition'
        ? validateUpdate(existing, object.value, known.by === 'release' ? known.resource : served!, release)
        : validateCustomUpdate(existing, object.value, known.custom, release);
    const admitted = causes.length > 0 || object.kind !== 'PersistentVolumeClaim' ? undefined : resize(existing, object, cluster);
    return {
      causes: admitted === undefined ? causes : [admitted],
      revision: fact ? undefined : this.#before?.revision,
      notInFacts: !fact && cluster.closed,
    };
  }

  /** What the server says of a custom resource, or a definition of such, that is there already. */
  causes(object: KubeObject, set: ApplySet, cluster: Cluster): readonly Cause[] | undefined {
    const { release, customs } = this.#options;
    if (!object.decodes || !isNamed(object)) return undefined;
    const known = knownKind(object.apiVersion, object.kind, release, customs);
    const isDefinition = known.by === 'release' && object.kind === 'CustomResourceDefinition';
    const there = known.by === 'definition' || isDefinition ? this.#existing(object, set, cluster) : undefined;
    if (there === undefined) return undefined;
    const { existing, fact } = there;
    if (known.by === 'definition') return customCausesOfUpdate(existing, object.value, known.custom, release);
    return fact ? withoutOldCosts(validateObject(object.value, known, release), existing.value, object.value) : undefined;
  }

  #existing(object: KubeObject, set: ApplySet, cluster: Cluster): { existing: Existing; fact: boolean } | undefined {
    const fact = cluster.factOf(object);
    const there = fact ?? (this.#before && this.#find(object, set));
    if (there === undefined || there.apiVersion !== object.apiVersion) return undefined;
    return { existing: fact === undefined ? written(there.value) : live(there.value), fact: fact !== undefined };
  }

  /** The object as the revision had it, if that is clear and the server took it. */
  #find(object: KubeObject, set: ApplySet): KubeObject | undefined {
    this.#earlier ??= this.#index();
    const all = this.#earlier.get(keyOf(object)) ?? [];
    const { path } = object.document.file;
    const ofSet = all.filter((one) => one.set.id === set.id);
    const ofFile = all.filter((one) => one.object.document.file.path === path);
    const [one, ...others] = ofSet.length > 0 ? ofSet : ofFile.length > 0 ? ofFile : all;
    if (one === undefined || others.some((other) => other.object.document !== one.object.document)) return undefined;
    if (others.length > 0 && others.some((other) => other.object.base.join() !== one.object.base.join())) return undefined;
    if (one.object.patched || !one.object.decodes) return undefined;
    if (affixes(one.set.files, one.object.document.file.path) !== affixes(set.files, path)) return undefined;
    const { release, customs } = this.#options;
    const { apiVersion, kind, value } = one.object;
    return validateObject(value, knownKind(apiVersion, kind, release, customs), release).length > 0 ? undefined : one.object;
  }

  #index(): Map<string, Earlier[]> {
    const index = new Map<string, Earlier[]>();
    const { reading, sets } = this.#before ?? { reading: undefined, sets: [] };
    for (const set of sets) {
      for (const { path, role, outside, namespace } of set.files) {
        if (outside || (role !== 'resource' && role !== 'crd')) continue;
        for (const document of reading?.documents.get(path) ?? []) {
          for (const manifest of manifestsIn(document)) {
            const forced = { ...this.#options, forcedNamespace: namespace ?? set.namespace, patched: set.patched };
            const { object } = objectOf(manifest, 'context', forced);
            const key = keyOf(object);
            const list = index.get(key);
            if (list) list.push({ object, set });
            else index.set(key, [{ object, set }]);
          }
        }
      }
    }
    return index;
  }
}

function resize({ value }: Existing, object: KubeObject, cluster: Cluster) {
  return resizeRefusal(value, object.value, (name) => cluster.get('StorageClass', '', name)?.value);
}

function keyOf({ group, kind, namespace, name }: KubeObject): string {
  return `${group}\0${kind}\0${namespace}\0${name}`;
}

function isNamed({ value, name, namespace }: KubeObject): boolean {
  const metadata = value['metadata'];
  return isObject(metadata) && typeof metadata['name'] === 'string' && name !== '' && !isUnknown(name) && !isUnknown(namespace);
}

/** What kustomizations put before and behind the names in a file. */
function affixes(files: readonly SetFile[], path: string): string {
  return files
    .filter((file) => file.path === path)
    .map(({ namePrefix = '', nameSuffix = '' }) => `${namePrefix}|${nameSuffix}`)
    .sort()
    .join(' ');
}

/** A manifest that was applied as it is. */
function written(value: JsonObject): Existing {
  return { value, applied: value, stored: false };
}

/** An object of the facts. What kubectl applied last stands in an annotation, if kubectl applied it. */
function live(value: JsonObject): Existing {
  const metadata = isObject(value['metadata']) ? value['metadata'] : {};
  const annotations = isObject(metadata['annotations']) ? metadata['annotations'] : {};
  const text = Object.hasOwn(annotations, APPLIED) ? annotations[APPLIED] : undefined;
  return { value, applied: parsed(text), stored: typeof metadata['uid'] === 'string' || isObject(value['status']) };
}

function parsed(text: unknown): JsonObject | undefined {
  if (typeof text !== 'string' || text.length > LONGEST_ANNOTATION) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
