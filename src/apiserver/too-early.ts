import { customResources } from '../api/custom.ts';
import { asObject, at, isObject } from '../api/manifest.ts';
import { isUnknown } from '../api/unknown.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { nameKey } from '../cluster/layer.ts';
import type { KubeObject } from '../cluster/object.ts';
import type { Path } from '../source/path.ts';

/** Objects that the first `kubectl apply` of a folder refuses, since what they need is sent after them, or is not served yet. */
export interface TooEarly {
  /** The first of them. */
  readonly object: KubeObject;
  /** Where it names what it needs. */
  readonly path: Path;
  /** What comes too late. */
  readonly needed: KubeObject;
  /** How many other objects need it too early as well. */
  readonly more: number;
  /** The server's words, or kubectl's. */
  readonly says: string;
}

/**
 * `kubectl apply -f` sends objects in the order of the file names, and of the documents in each. It looks up the kinds of all of them before it sends the
 * first, so that a custom resource comes too early wherever its CustomResourceDefinition stands. Only objects of one folder are compared: folders may be
 * applied one after the other.
 */
export function tooEarly(cluster: Cluster): readonly TooEarly[] {
  if (cluster.options.inOrder !== true || !hasNeeded(cluster) || isReordered(cluster)) return NOTHING;
  const brought = broughtBy(cluster);
  const samples = foldersOfSamples(cluster);
  const order = new Map<KubeObject, number>();
  for (const object of cluster.own) order.set(object, order.size);
  const found = new Map<KubeObject | string, { -readonly [Key in keyof TooEarly]: TooEarly[Key] }>();
  for (const object of cluster.own) {
    if (object.origin !== 'set') continue;
    for (const need of needsOf(object, brought)) {
      const { needed } = need;
      const late = need.anywhere === true || order.get(needed)! > order.get(object)!;
      if (!late || needed === object || !areSentTogether(object, needed, samples)) continue;
      // Of a file of definitions one is told.
      const key = need.anywhere === true ? needed.document.file.path : needed;
      const known = found.get(key);
      if (known) known.more++;
      else found.set(key, { object, path: need.path, needed, more: 0, says: need.says });
      break;
    }
  }
  return [...found.values()];
}

const NOTHING: readonly TooEarly[] = [];
const DEFINITION = 'CustomResourceDefinition';
const NEEDED = ['Namespace', DEFINITION, 'ServiceAccount', 'PriorityClass', 'RuntimeClass'];

function hasNeeded(cluster: Cluster): boolean {
  return NEEDED.some((kind) => cluster.ofKind(kind).some((object) => object.origin === 'set'));
}

/** Helm, Argo CD and Flux put what others need first. */
function isReordered({ objects }: Cluster): boolean {
  return objects.some(({ group, value }) => {
    if (group === 'argoproj.io' || group.endsWith('.toolkit.fluxcd.io')) return true;
    const metadata = asObject(value['metadata']);
    const annotations = asObject(metadata?.['annotations']) ?? {};
    const labels = asObject(metadata?.['labels']) ?? {};
    return (
      Object.keys(annotations).some((key) => key.startsWith('argocd.argoproj.io/') || key.startsWith('helm.sh/')) ||
      Object.hasOwn(labels, 'helm.sh/chart') ||
      (Object.hasOwn(labels, 'app.kubernetes.io/managed-by') && labels['app.kubernetes.io/managed-by'] === 'Helm')
    );
  });
}

/** The folder of the file that an object stands in, with the slash. */
export function folderOf({ document }: KubeObject): string {
  const { path } = document.file;
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** Objects of one file, or of one folder that is applied as a whole. */
function areSentTogether(object: KubeObject, needed: KubeObject, samples: ReadonlySet<string>): boolean {
  if (object.document.file.path === needed.document.file.path) return true;
  const folder = folderOf(object);
  return folder === folderOf(needed) && !samples.has(folder);
}

/** Folders that define an object in two files: nobody applies them as a whole. */
function foldersOfSamples(cluster: Cluster): ReadonlySet<string> {
  const folders = new Set<string>();
  const files = new Map<string, string>();
  for (const object of cluster.own) {
    if (object.kind === 'Namespace' || object.name === '') continue;
    const folder = folderOf(object);
    const { path } = object.document.file;
    const key = `${folder}\0${object.group}\0${nameKey(object.kind, object.namespace, object.name)}`;
    const known = files.get(key);
    if (known === undefined) files.set(key, path);
    else if (known !== path) folders.add(folder);
  }
  return folders;
}

interface Need {
  readonly needed: KubeObject;
  readonly path: Path;
  readonly says: string;
  /** Whatever the order is. */
  readonly anywhere?: boolean;
}

function* needsOf(object: KubeObject, brought: Brought): Generator<Need> {
  const definition = object.builtIn ? undefined : brought.get(`${object.apiVersion}/${object.kind}`);
  if (definition !== undefined) {
    const says = `no matches for kind "${object.kind}" in version "${object.apiVersion}"`;
    yield { needed: definition, path: ['kind'], says, anywhere: true };
    return;
  }
  const { namespace } = object;
  const written = at(object.value, ['metadata', 'namespace']);
  if (namespace !== '' && written === namespace && !isUnknown(namespace)) {
    const needed = brought.get(nameKey('Namespace', '', namespace));
    if (needed) yield { needed, path: ['metadata', 'namespace'], says: `namespaces "${namespace}" not found` };
  }
  if (object.kind === 'Pod' && object.group === '') yield* needsOfPod(object, brought);
}

/** A Pod of one's own is sent once; a workload's controller tries again. */
function* needsOfPod(object: KubeObject, brought: Brought): Generator<Need> {
  const spec = object.value['spec'];
  if (!isObject(spec)) return;
  const named = (field: string) => {
    const name = spec[field];
    return typeof name === 'string' && name !== '' && !isUnknown(name) ? name : undefined;
  };
  const account = named('serviceAccountName');
  if (account !== undefined && account !== 'default') {
    const needed = brought.get(nameKey('ServiceAccount', object.namespace, account));
    const says = `error looking up service account ${object.namespace}/${account}: serviceaccount "${account}" not found`;
    if (needed) yield { needed, path: ['spec', 'serviceAccountName'], says };
  }
  const priority = named('priorityClassName');
  const needed = priority === undefined ? undefined : brought.get(nameKey('PriorityClass', '', priority));
  if (needed) yield { needed, path: ['spec', 'priorityClassName'], says: `no PriorityClass with name ${priority} was found` };
  const runtime = named('runtimeClassName');
  const handler = runtime === undefined ? undefined : brought.get(nameKey('RuntimeClass', '', runtime));
  if (handler)
    yield { needed: handler, path: ['spec', 'runtimeClassName'], says: `pod rejected: RuntimeClass "${runtime}" not found` };
}

/** What others may need, by its name, and definitions by the kind that they define: the first of each. */
type Brought = ReadonlyMap<string, KubeObject>;

/** Only what the set alone brings: what the facts or another set has is there already. */
function broughtBy(cluster: Cluster): Brought {
  const brought = new Map<string, KubeObject>();
  const there = new Set<string>();
  for (const kind of NEEDED) {
    for (const object of cluster.ofKind(kind))
      if (object.origin === 'set') for (const key of keysOf(object)) if (!brought.has(key)) brought.set(key, object);
    for (const layer of cluster.around) for (const object of layer.ofKind(kind)) for (const key of keysOf(object)) there.add(key);
  }
  if (cluster.options.definesKinds === true) for (const [key, { kind }] of brought) if (kind === DEFINITION) brought.delete(key);
  for (const key of there) brought.delete(key);
  return brought;
}

function keysOf(object: KubeObject): readonly string[] {
  const { kind, namespace, name, value } = object;
  if (kind !== DEFINITION) return [nameKey(kind, namespace, name)];
  return customResources(value).map((one) => `${one.apiVersion}/${one.kind}`);
}
