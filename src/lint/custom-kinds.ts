import { closest } from '../api/closest.ts';
import { type CustomResource, customResources } from '../api/custom.ts';
import { groupOf } from '../api/removed.ts';
import { isBuiltInGroup } from '../api/table.ts';
import type { CustomResources } from '../apiserver/verdict.ts';
import type { Manifest } from '../cluster/unwrap.ts';
import type { Definitions } from './definitions.ts';

export interface CustomKinds {
  readonly customs: CustomResources;
  /** By `apiVersion/Kind`: what the catalogue has near to a kind that nothing defines. */
  readonly hints: ReadonlyMap<string, string>;
}

/**
 * The custom kinds that objects are judged by: those whose CustomResourceDefinition is in a set or in the facts; for others, those of `--crds`; and for
 * what is left, podlint's own copies of the definitions of well-known projects, of which nothing is read unless an object asks for it.
 */
export async function customKinds(
  manifests: readonly Manifest[],
  facts: readonly Manifest[],
  definitions: Definitions | undefined,
): Promise<CustomKinds> {
  const hints = new Map<string, string>();
  const customs = new Map<string, CustomResource>();
  /** Group and kind of what has a definition: of no other version is anything assumed. */
  const defined = new Set<string>();
  const define = (custom: CustomResource) => {
    customs.set(`${custom.apiVersion}/${custom.kind}`, custom);
    defined.add(`${custom.group}/${custom.kind}`);
  };
  for (const custom of definitions?.customs ?? []) define(custom);
  let known = false;
  for (const list of [manifests, facts]) {
    for (const manifest of list) {
      if (manifest.kind !== 'CustomResourceDefinition') continue;
      known ||= list === facts;
      for (const custom of customResources(manifest.value)) define(custom);
    }
  }
  const asked = unknownTypes(manifests);
  if (asked.size === 0) return { customs, hints };
  if (definitions !== undefined) {
    for (const [type, { apiVersion, kind }] of asked) {
      const found = customs.has(type) ? undefined : await definitions.find(apiVersion, kind);
      if (found !== undefined) define(found);
    }
  }
  // Facts that hold definitions hold all that the cluster has: what is not among them is not there.
  if (known) return { customs, hints };
  const left = [...asked.values()].filter(({ apiVersion, kind }) => !defined.has(`${groupOf(apiVersion)}/${kind}`));
  if (left.length === 0) return { customs, hints };
  const { catalogued } = await import('../api/catalogue.ts');
  for (const { apiVersion, kind } of left) {
    const type = `${apiVersion}/${kind}`;
    const group = catalogued(groupOf(apiVersion));
    const found = group.find((custom) => custom.apiVersion === apiVersion && custom.kind === kind);
    const hint = found === undefined ? hintOf(apiVersion, kind, group) : undefined;
    if (found !== undefined) customs.set(type, found);
    if (hint !== undefined) hints.set(type, hint);
  }
  return { customs, hints };
}

/** What the catalogue has instead of a kind that it does not have. */
function hintOf(apiVersion: string, kind: string, group: readonly CustomResource[]): string | undefined {
  const same = group.filter((custom) => custom.kind === kind);
  const [first] = same;
  if (first !== undefined) {
    const { name, version } = first.source!;
    return `${name} ${version} has it as ${same.map((custom) => custom.apiVersion).join(', ')}`;
  }
  const near = closest(kind, new Set(group.map((custom) => custom.kind)));
  const is =
    group.find((custom) => custom.kind === near && custom.apiVersion === apiVersion) ??
    group.find((custom) => custom.kind === near);
  if (is === undefined) return undefined;
  const { name, version } = is.source!;
  return `${name} ${version} has a ${is.kind}${is.apiVersion === apiVersion ? '' : ` of ${is.apiVersion}`}: is that meant?`;
}

/** The types of objects in groups that are not Kubernetes' own, by `apiVersion/Kind`. */
function unknownTypes(manifests: readonly Manifest[]): Map<string, Pick<Manifest, 'apiVersion' | 'kind'>> {
  const asked = new Map<string, Pick<Manifest, 'apiVersion' | 'kind'>>();
  const custom = new Map<string, boolean>();
  for (const { apiVersion, kind } of manifests) {
    let is = custom.get(apiVersion);
    if (is === undefined) custom.set(apiVersion, (is = apiVersion.includes('.') && !isBuiltInGroup(groupOf(apiVersion))));
    if (is && !asked.has(`${apiVersion}/${kind}`)) asked.set(`${apiVersion}/${kind}`, { apiVersion, kind });
  }
  return asked;
}
