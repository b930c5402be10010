import { deprecationWarning } from './custom-versions.ts';
import { asObject, isObject, type JsonObject } from './manifest.ts';
import type { StructuralSchema } from './schema.ts';

export type { StructuralSchema } from './schema.ts';

/** Where podlint's own copy of a CustomResourceDefinition comes from (src/api/catalogue.ts). */
export interface DefinitionSource {
  /** The project, as people call it, and its version: `cert-manager`, `1.21.2`. */
  readonly name: string;
  readonly version: string;
  /** The module or repository it was taken from. */
  readonly origin: string;
  readonly licence: string;
  /** Newer versions are known to have more fields: one that is not near to a known one is most likely theirs. */
  readonly older?: true;
}

/** One served version of a CustomResourceDefinition found among the documents or the facts, given beside them, or from the catalogue. */
export interface CustomResource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly apiVersion: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly storage: boolean;
  readonly deprecated: boolean;
  /** What the server warns of, if the version is deprecated. */
  readonly deprecationWarning: string | undefined;
  /** `status`, `scale`. */
  readonly subresources: readonly string[];
  /** JSON path of the scale subresource's replicas: `.spec.replicas`. */
  readonly scaleReplicasPath: string | undefined;
  readonly schema: StructuralSchema | undefined;
  /** The old `preserveUnknownFields: true` of the whole definition: no unknown field is refused. */
  readonly preserveUnknownFields: boolean;
  /** Set if it is from the catalogue: the cluster's may differ. */
  readonly source?: DefinitionSource;
}

/**
 * The served versions a CustomResourceDefinition declares; empty if it is not one, or too broken to tell. Also reads the removed
 * apiextensions.k8s.io/v1beta1, whose schema, subresources and version may stand at the top of the spec.
 */
export function customResources(crd: unknown): readonly CustomResource[] {
  if (!isObject(crd) || crd['kind'] !== 'CustomResourceDefinition') return [];
  const apiVersion = crd['apiVersion'];
  if (apiVersion !== 'apiextensions.k8s.io/v1' && apiVersion !== 'apiextensions.k8s.io/v1beta1') return [];
  const spec = asObject(crd['spec']) ?? {};
  const names = asObject(spec['names']) ?? {};
  const group = text(spec['group']);
  const kind = text(names['kind']);
  const plural = text(names['plural']);
  if (group === '' || kind === '' || plural === '') return [];
  const versions = versionsOf(spec, apiVersion.endsWith('beta1'));
  const current = versions
    .filter(({ served, deprecated }) => served === true && deprecated !== true)
    .map(({ name }) => text(name));
  const out: CustomResource[] = [];
  for (const version of versions) {
    const name = text(version['name']);
    if (name === '' || version['served'] !== true) continue;
    const schema = asObject((asObject(version['schema']) ?? asObject(spec['validation']))?.['openAPIV3Schema']);
    const subresources = asObject(version['subresources']) ?? asObject(spec['subresources']) ?? {};
    const scale = asObject(subresources['scale']);
    out.push({
      group,
      version: name,
      kind,
      apiVersion: `${group}/${name}`,
      plural,
      singular: text(names['singular']) || kind.toLowerCase(),
      shortNames: texts(names['shortNames']),
      categories: texts(names['categories']),
      namespaced: spec['scope'] !== 'Cluster',
      storage: version['storage'] === true,
      deprecated: version['deprecated'] === true,
      deprecationWarning:
        version['deprecated'] === true
          ? text(version['deprecationWarning']) || deprecationWarning(group, name, kind, current)
          : undefined,
      subresources: ['status', 'scale'].filter((subresource) => isObject(subresources[subresource])),
      scaleReplicasPath: text(scale?.['specReplicasPath']) || undefined,
      schema,
      preserveUnknownFields: apiVersion.endsWith('beta1')
        ? spec['preserveUnknownFields'] !== false
        : spec['preserveUnknownFields'] === true,
    });
  }
  return out;
}

function versionsOf(spec: JsonObject, old: boolean): readonly JsonObject[] {
  if (Array.isArray(spec['versions'])) return spec['versions'].filter(isObject);
  return old && typeof spec['version'] === 'string' ? [{ name: spec['version'], served: true, storage: true }] : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}
