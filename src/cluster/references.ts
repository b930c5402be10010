import { asString, isObject, type JsonObject } from '../api/manifest.ts';
import { isUnknown } from '../api/unknown.ts';
import type { Path } from '../source/path.ts';
import type { KubeObject } from './object.ts';
import type { Container, PodTemplate } from './pods.ts';

/** What a reference is for: rules pick theirs by this word. */
export type ReferenceRole =
  | 'env'
  | 'envFrom'
  | 'volume'
  | 'claim'
  | 'pull-secret'
  | 'service-account'
  | 'priority-class'
  | 'runtime-class'
  | 'storage-class'
  | 'persistent-volume'
  | 'governing-service'
  | 'backend'
  | 'tls'
  | 'ingress-class'
  | 'scale-target'
  | 'role'
  | 'subject'
  | 'volume-secret'
  | 'webhook-service'
  | 'custom';

/**
 * One row: where a reference is written and what it names. `at` is the holder, written as a path with `[]` for "every element"
 * and `*` for "every value", relative to the Pod spec (`in: 'Pod'`) or to the object. Adding a reference is adding a row.
 */
interface Row {
  readonly in: string;
  readonly at: string;
  readonly to: string | ((holder: JsonObject) => string | undefined);
  readonly role: ReferenceRole;
  /** Field of the holder with the target's name; `''` when the holder is the name itself. Default `name`. */
  readonly name?: string;
  /** Field of the holder with one key of the target. */
  readonly key?: string;
  /** List of `{key}` in the holder: all must exist. */
  readonly items?: string;
  /** Field of the holder that names the target's namespace; `none` for cluster-scoped targets. Default: the object's own namespace. */
  readonly namespace?: string;
  /** Field beside `at` that counts in its stead where it is set. */
  readonly unless?: string;
  /** Whether a boolean `optional` in the holder excuses absence. */
  readonly optional?: boolean;
}

const kindOf = (holder: JsonObject) => asString(holder['kind']);

const ROWS: readonly Row[] = [
  // The kubelet: environment.
  { in: 'Container', at: 'env[].valueFrom.configMapKeyRef', to: 'ConfigMap', role: 'env', key: 'key', optional: true },
  { in: 'Container', at: 'env[].valueFrom.secretKeyRef', to: 'Secret', role: 'env', key: 'key', optional: true },
  { in: 'Container', at: 'envFrom[].configMapRef', to: 'ConfigMap', role: 'envFrom', optional: true },
  { in: 'Container', at: 'envFrom[].secretRef', to: 'Secret', role: 'envFrom', optional: true },
  // The kubelet: volumes.
  { in: 'Pod', at: 'volumes[].configMap', to: 'ConfigMap', role: 'volume', items: 'items', optional: true },
  { in: 'Pod', at: 'volumes[].secret', to: 'Secret', role: 'volume', name: 'secretName', items: 'items', optional: true },
  { in: 'Pod', at: 'volumes[].projected.sources[].configMap', to: 'ConfigMap', role: 'volume', items: 'items', optional: true },
  { in: 'Pod', at: 'volumes[].projected.sources[].secret', to: 'Secret', role: 'volume', items: 'items', optional: true },
  { in: 'Pod', at: 'volumes[].csi.nodePublishSecretRef', to: 'Secret', role: 'volume-secret' },
  { in: 'Pod', at: 'volumes[].cephfs.secretRef', to: 'Secret', role: 'volume-secret' },
  { in: 'Pod', at: 'volumes[].flexVolume.secretRef', to: 'Secret', role: 'volume-secret' },
  { in: 'Pod', at: 'volumes[].iscsi.secretRef', to: 'Secret', role: 'volume-secret' },
  { in: 'Pod', at: 'volumes[].rbd.secretRef', to: 'Secret', role: 'volume-secret' },
  { in: 'Pod', at: 'volumes[].azureFile', to: 'Secret', role: 'volume-secret', name: 'secretName' },
  { in: 'Pod', at: 'volumes[].persistentVolumeClaim', to: 'PersistentVolumeClaim', role: 'claim', name: 'claimName' },
  { in: 'Pod', at: 'imagePullSecrets[]', to: 'Secret', role: 'pull-secret' },
  // Admission.
  { in: 'Pod', at: 'serviceAccountName', to: 'ServiceAccount', role: 'service-account', name: '' },
  {
    in: 'Pod',
    at: 'serviceAccount',
    to: 'ServiceAccount',
    role: 'service-account',
    name: '',
    unless: 'serviceAccountName',
  },
  { in: 'Pod', at: 'priorityClassName', to: 'PriorityClass', role: 'priority-class', name: '', namespace: 'none' },
  { in: 'Pod', at: 'runtimeClassName', to: 'RuntimeClass', role: 'runtime-class', name: '', namespace: 'none' },
  { in: 'ServiceAccount', at: 'imagePullSecrets[]', to: 'Secret', role: 'pull-secret' },
  // Storage.
  {
    in: 'PersistentVolumeClaim',
    at: 'spec.storageClassName',
    to: 'StorageClass',
    role: 'storage-class',
    name: '',
    namespace: 'none',
  },
  {
    in: 'PersistentVolumeClaim',
    at: 'spec.volumeName',
    to: 'PersistentVolume',
    role: 'persistent-volume',
    name: '',
    namespace: 'none',
  },
  {
    in: 'StatefulSet',
    at: 'spec.volumeClaimTemplates[].spec.storageClassName',
    to: 'StorageClass',
    role: 'storage-class',
    name: '',
    namespace: 'none',
  },
  // Workloads.
  { in: 'StatefulSet', at: 'spec.serviceName', to: 'Service', role: 'governing-service', name: '' },
  { in: 'HorizontalPodAutoscaler', at: 'spec.scaleTargetRef', to: kindOf, role: 'scale-target' },
  // Reachability.
  { in: 'Ingress', at: 'spec.defaultBackend.service', to: 'Service', role: 'backend' },
  { in: 'Ingress', at: 'spec.rules[].http.paths[].backend.service', to: 'Service', role: 'backend' },
  { in: 'Ingress', at: 'spec.tls[]', to: 'Secret', role: 'tls', name: 'secretName' },
  { in: 'Ingress', at: 'spec.ingressClassName', to: 'IngressClass', role: 'ingress-class', name: '', namespace: 'none' },
  {
    in: 'HTTPRoute',
    at: 'spec.rules[].backendRefs[]',
    to: (holder) => asString(holder['kind']) ?? 'Service',
    role: 'backend',
    namespace: 'namespace',
  },
  {
    in: 'GRPCRoute',
    at: 'spec.rules[].backendRefs[]',
    to: (holder) => asString(holder['kind']) ?? 'Service',
    role: 'backend',
    namespace: 'namespace',
  },
  {
    in: 'ValidatingWebhookConfiguration',
    at: 'webhooks[].clientConfig.service',
    to: 'Service',
    role: 'webhook-service',
    namespace: 'namespace',
  },
  {
    in: 'MutatingWebhookConfiguration',
    at: 'webhooks[].clientConfig.service',
    to: 'Service',
    role: 'webhook-service',
    namespace: 'namespace',
  },
  { in: 'APIService', at: 'spec.service', to: 'Service', role: 'webhook-service', namespace: 'namespace' },
  // RBAC.
  { in: 'RoleBinding', at: 'roleRef', to: kindOf, role: 'role' },
  { in: 'ClusterRoleBinding', at: 'roleRef', to: kindOf, role: 'role', namespace: 'none' },
  { in: 'RoleBinding', at: 'subjects[]', to: kindOf, role: 'subject', namespace: 'namespace' },
  { in: 'ClusterRoleBinding', at: 'subjects[]', to: kindOf, role: 'subject', namespace: 'namespace' },
];

/** An edge of the graph. Without `target`, nothing of that name is in the set or the facts. */
export interface Reference {
  readonly from: KubeObject;
  readonly role: ReferenceRole;
  /** The target as it is named. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Path of the name, relative to `from`. */
  readonly path: Path;
  /** Keys of the target that must exist, with the path where each is named. */
  readonly keys: readonly { readonly key: string; readonly path: Path }[];
  readonly optional: boolean;
  readonly pod?: PodTemplate;
  readonly container?: Container;
  readonly target?: KubeObject;
}

interface Compiled {
  readonly row: Row;
  readonly segments: readonly string[];
}

function compile(rows: readonly Row[]): ReadonlyMap<string, readonly Compiled[]> {
  const byKind = new Map<string, Compiled[]>();
  for (const row of rows) {
    const segments = row.at.split('.').flatMap((part) => (part.endsWith('[]') ? [part.slice(0, -2), '[]'] : [part]));
    const list = byKind.get(row.in);
    if (list) list.push({ row, segments });
    else byKind.set(row.in, [{ row, segments }]);
  }
  return byKind;
}

let compiled: ReadonlyMap<string, readonly Compiled[]> | undefined;

/** All references that an object and its Pod template write. `targetOf` finds what a name stands for. */
export function referencesOf(
  object: KubeObject,
  pod: PodTemplate | undefined,
  targetOf: (kind: string, namespace: string, name: string) => KubeObject | undefined,
  add: (reference: Reference) => void,
): void {
  compiled ??= compile(ROWS);
  const found: Found = { object, pod: undefined, container: undefined, row: undefined, path: [], targetOf, add };
  const own = compiled.get(object.kind);
  if (own) search(found, own, object.value, []);
  if (pod === undefined) return;
  found.pod = pod;
  search(found, compiled.get('Pod') ?? [], pod.spec, pod.specPath);
  const inContainer = compiled.get('Container') ?? [];
  for (const container of pod.containers) {
    if (container.value.env == null && container.value.envFrom == null) continue;
    found.container = container;
    search(found, inContainer, container.value, container.path);
  }
}

/** What a search is about, and where it stands: one path for all steps, copied only where something is found. */
interface Found {
  readonly object: KubeObject;
  pod: PodTemplate | undefined;
  container: Container | undefined;
  row: Row | undefined;
  path: (string | number)[];
  readonly targetOf: (kind: string, namespace: string, name: string) => KubeObject | undefined;
  readonly add: (reference: Reference) => void;
}

function search(found: Found, rows: readonly Compiled[], root: unknown, path: Path): void {
  if (!isObject(root)) return;
  found.path = [...path];
  for (const { row, segments } of rows) {
    // Most rows end here: the object has no such field.
    if (root[segments[0]!] == null) continue;
    if (row.unless !== undefined && (root[row.unless] ?? '') !== '') continue;
    found.row = row;
    walk(found, root, segments, 0);
  }
}

function walk(found: Found, node: unknown, segments: readonly string[], depth: number): void {
  if (node === null || node === undefined) return;
  if (depth === segments.length) {
    emit(found, node);
    return;
  }
  const segment = segments[depth]!;
  const { path } = found;
  if (segment === '[]') {
    if (!Array.isArray(node)) return;
    for (let i = 0; i < node.length; i++) {
      path.push(i);
      walk(found, node[i], segments, depth + 1);
      path.pop();
    }
    return;
  }
  if (!isObject(node) || !Object.hasOwn(node, segment)) return;
  path.push(segment);
  walk(found, node[segment], segments, depth + 1);
  path.pop();
}

const NO_KEYS: Reference['keys'] = [];

function emit({ object: from, pod, container, row, path: at, targetOf, add }: Found, holder: unknown): void {
  if (row === undefined) return;
  const nameField = row.name ?? 'name';
  const whole = nameField === '';
  if (!whole && !isObject(holder)) return;
  const fields = whole ? undefined : (holder as JsonObject);
  const name = whole ? holder : fields![nameField];
  if (typeof name !== 'string' || name === '' || isUnknown(name)) return;
  const kind = typeof row.to === 'string' ? row.to : fields === undefined ? undefined : row.to(fields);
  if (kind === undefined) return;
  const path = [...at];
  let namespace = from.namespace;
  if (row.namespace === 'none') namespace = '';
  else if (row.namespace !== undefined) namespace = asString(fields?.[row.namespace]) ?? from.namespace;
  if (isUnknown(namespace)) return;
  if (kind.startsWith('Cluster')) namespace = '';
  let keys: { key: string; path: Path }[] | undefined;
  if (row.key !== undefined) {
    const key = fields?.[row.key];
    if (typeof key === 'string' && key !== '' && !isUnknown(key)) (keys ??= []).push({ key, path: [...at, row.key] });
  }
  if (row.items !== undefined && Array.isArray(fields?.[row.items])) {
    const items = fields[row.items] as unknown[];
    for (let i = 0; i < items.length; i++) {
      const item = items[i];
      if (isObject(item) && typeof item['key'] === 'string' && !isUnknown(item['key']))
        (keys ??= []).push({ key: item['key'], path: [...at, row.items, i, 'key'] });
    }
  }
  const optional = row.optional === true && fields?.['optional'] === true;
  if (!whole) path.push(nameField);
  const target = targetOf(kind, namespace, name);
  add({ from, role: row.role, kind, namespace, name, path, keys: keys ?? NO_KEYS, optional, pod, container, target });
}
