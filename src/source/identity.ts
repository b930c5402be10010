import { type DocumentClass, isFields, own } from './classify.ts';

/** What names an object: its API group, kind, namespace (the empty string when it names none) and name. */
export interface Identity {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/**
 * The identities of a document's objects: its own, or those of a List's items (one level, as kubectl takes it apart). Objects without a
 * name of their own (`generateName`, a placeholder in it) have none.
 */
export function identitiesOf(value: unknown, documentClass: DocumentClass): Identity[] {
  if (documentClass.what === 'object') return identityOf(value, documentClass.apiVersion, documentClass.kind);
  if (documentClass.what !== 'list' || !isFields(value)) return [];
  const items = own(value, 'items');
  if (!Array.isArray(items)) return [];
  // Items of a list of one kind (`PodList`) may leave out what the list says.
  const itemKind = documentClass.kind.endsWith('List') ? documentClass.kind.slice(0, -4) : documentClass.kind;
  return items.flatMap((item) => {
    if (!isFields(item)) return [];
    const apiVersion = own(item, 'apiVersion') ?? documentClass.apiVersion;
    const kind = own(item, 'kind') ?? itemKind;
    return typeof apiVersion === 'string' && typeof kind === 'string' ? identityOf(item, apiVersion, kind) : [];
  });
}

function identityOf(value: unknown, apiVersion: string, kind: string): Identity[] {
  const metadata = isFields(value) ? own(value, 'metadata') : undefined;
  if (!isFields(metadata)) return [];
  const name = own(metadata, 'name');
  const namespace = own(metadata, 'namespace');
  if (typeof name !== 'string' || name === '' || /[{$]/.test(name)) return [];
  const slash = apiVersion.indexOf('/');
  return [
    { group: slash < 0 ? '' : apiVersion.slice(0, slash), kind, namespace: typeof namespace === 'string' ? namespace : '', name },
  ];
}

/**
 * Whether an object is a part of one, to be merged into another: it holds a merge directive, or containers without an image; or, when
 * the whole object is `known` elsewhere, it is not a workload in full.
 */
export function isPartial(value: unknown, known: boolean): boolean {
  if (!isFields(value)) return false;
  if (Object.hasOwn(value, '$patch')) return true;
  const spec = own(value, 'spec');
  if (!isFields(spec)) return known;
  if (Object.hasOwn(spec, '$patch')) return true;
  const template = own(spec, 'template');
  const podSpec = isFields(template) ? own(template, 'spec') : spec;
  const containers = isFields(podSpec) ? own(podSpec, 'containers') : undefined;
  if (Array.isArray(containers) && containers.some((it) => isFields(it) && !Object.hasOwn(it, 'image'))) return true;
  return known && !(Object.hasOwn(spec, 'selector') && isFields(template));
}
