import { canonicalName, type ImageReference, parseImage, renamed } from '../api/image-reference.ts';
import { asString, objectsOf } from '../api/manifest.ts';
import { isUnknown } from '../api/unknown.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { KubeObject } from '../cluster/object.ts';
import type { Container, PodTemplate } from '../cluster/pods.ts';
import type { Path } from '../source/path.ts';
import { type AnonymousPull, anonymousPull } from './anonymous-pull.ts';
import { credentialsFor, type PullSecret, pullSecretOf } from './pull-secrets.ts';

/** An entry of imagePullSecrets that counts for a Pod. */
export interface NamedPullSecret {
  readonly name: string;
  /** Who names it: the owner of the Pod template, or its ServiceAccount. */
  readonly holder: KubeObject;
  /** Of the name, relative to the holder. */
  readonly path: Path;
  /** The Secret, where it is in the set or in the facts. */
  readonly object?: KubeObject;
  readonly content: PullSecret | { readonly is: 'absent' };
}

/** An image that the kubelet pulls for a Pod. */
export interface PulledImage {
  readonly container: Container;
  /** As it is written. */
  readonly text: string;
  readonly image: ImageReference;
  readonly anonymous: AnonymousPull;
}

/**
 * The pull secrets of a Pod: its own, else those of its ServiceAccount, which admission writes into a Pod that names none
 * (plugin/pkg/admission/serviceaccount). Names that are placeholders are among them, as unknown.
 */
export function podPullSecrets(pod: PodTemplate, cluster: Cluster): readonly NamedPullSecret[] {
  const own = entries(pod.spec.imagePullSecrets, pod.owner, [...pod.specPath, 'imagePullSecrets'], cluster);
  if (own.length > 0) return own;
  const account = asString(pod.spec.serviceAccountName) || asString(pod.spec.serviceAccount) || 'default';
  const holder = cluster.get('ServiceAccount', pod.namespace, account);
  return holder === undefined ? [] : entries(holder.value['imagePullSecrets'], holder, ['imagePullSecrets'], cluster);
}

function entries(list: unknown, holder: KubeObject, path: Path, cluster: Cluster): NamedPullSecret[] {
  const found: NamedPullSecret[] = [];
  for (const [entry, index] of objectsOf(list)) {
    const name = asString(entry['name']);
    if (name === undefined || name === '') continue;
    found.push({ name, holder, path: [...path, index, 'name'], ...contentOf(name, holder.namespace, cluster) });
  }
  return found;
}

const UNKNOWN: PullSecret = { is: 'unknown' };

/** One Secret is that of many Pods. */
const read = new WeakMap<KubeObject, PullSecret>();

function contentOf(name: string, namespace: string, cluster: Cluster): Pick<NamedPullSecret, 'object' | 'content'> {
  if (isUnknown(name)) return { content: UNKNOWN };
  const presence = cluster.presence('Secret', namespace, name);
  if (presence.state === 'absent') return { content: { is: 'absent' } };
  if (presence.state !== 'present') return { content: UNKNOWN };
  const { object } = presence;
  if (object.patched) return { object, content: UNKNOWN };
  let content = read.get(object);
  if (content === undefined) read.set(object, (content = pullSecretOf(object.value)));
  // Facts hold the types and the keys of Secrets, and no values.
  const empty = object.origin === 'fact' && (content.is !== 'ignored' || content.why !== 'type');
  return { object, content: empty ? UNKNOWN : content };
}

/** The images of a Pod that the kubelet would pull, less those whose name it cannot read. */
export function pulledImages(pod: PodTemplate): PulledImage[] {
  const found: PulledImage[] = [];
  for (const container of pod.containers) {
    const text = asString(container.value.image);
    if (text === undefined || text === '' || isUnknown(text) || container.value.imagePullPolicy === 'Never') continue;
    const image = parseImage(text);
    if (!('error' in image)) found.push({ container, text, image, anonymous: anonymousPull(image) });
  }
  return found;
}

/** The readable ones among a Pod's pull secrets. */
export function readable(secrets: readonly NamedPullSecret[]): PullSecret[] {
  return secrets.flatMap(({ content }) => (content.is === 'usable' ? [content] : []));
}

/** Whether one of the secrets has a user or a password for the image. */
export function hasCredentials(image: ImageReference, secrets: Iterable<PullSecret>): boolean {
  return credentialsFor(image, secrets).some(({ registry }) => registry.credentials);
}

/** Those images for which no readable secret has credentials, the ones least likely to be public first; each repository once. */
export function withoutCredentials(images: readonly PulledImage[], secrets: readonly PullSecret[]): PulledImage[] {
  const seen = new Set<string>();
  const found: PulledImage[] = [];
  for (const pulled of images) {
    const name = canonicalName(pulled.image);
    if (seen.has(name)) continue;
    seen.add(name);
    if (!hasCredentials(pulled.image, secrets)) found.push(pulled);
  }
  return found.sort((a, b) => RANK[a.anonymous] - RANK[b.anonymous]);
}

const RANK: Readonly<Record<AnonymousPull, number>> = { unlikely: 0, perhaps: 1, node: 2, works: 3 };

/** A pull secret that does not do what it is there for, with the Pods that miss it. */
export interface UselessPullSecret {
  readonly secret: NamedPullSecret;
  /** The image that most likely cannot be pulled without it. */
  readonly image: PulledImage;
  readonly pods: readonly PodTemplate[];
  /** Other pull secrets of a Pod are not known: they may have the credentials. */
  readonly open: boolean;
}

interface Group {
  readonly secret: NamedPullSecret;
  image: PulledImage;
  readonly pods: PodTemplate[];
  open: boolean;
}

/**
 * The pull secrets of a kind that leave an image of some Pod without credentials, once for each place that names one. Left out are
 * Pods whose other secrets have credentials for all images, and those with a broken secret, whose pulls fail anyway.
 */
export function uselessPullSecrets(cluster: Cluster, is: 'absent' | 'ignored'): UselessPullSecret[] {
  const found = new Map<KubeObject, Map<string, Group>>();
  for (const pod of cluster.ownPods) {
    if (pod.owner.origin !== 'set') continue;
    const secrets = podPullSecrets(pod, cluster);
    if (!secrets.some(({ content }) => content.is === is) || secrets.some(({ content }) => content.is === 'broken')) continue;
    const image = withoutCredentials(pulledImages(pod), readable(secrets))[0];
    if (image === undefined) continue;
    const open = secrets.some(({ content }) => content.is === 'unknown');
    for (const secret of secrets) {
      if (secret.content.is !== is || secret.holder.origin !== 'set') continue;
      let byPath = found.get(secret.holder);
      if (byPath === undefined) found.set(secret.holder, (byPath = new Map()));
      const key = secret.path.join('/');
      const known = byPath.get(key);
      if (known === undefined) byPath.set(key, { secret, image, pods: [pod], open });
      else {
        known.pods.push(pod);
        if (RANK[image.anonymous] < RANK[known.image.anonymous]) known.image = image;
        known.open &&= open;
      }
    }
  }
  return [...found.values()].flatMap((byPath) => [...byPath.values()]);
}

/** On what a pull without credentials depends, to follow "unless"; undefined for one that works. */
export function pullCondition({ anonymous }: PulledImage): string | undefined {
  if (anonymous === 'works') return undefined;
  return anonymous === 'node' ? 'the nodes have credentials of their own' : 'the image is public';
}

/** The words of the runtime where a registry does not let it in. */
export function deniedSays({ image }: PulledImage): string {
  const tag = image.tag === undefined && image.digest === undefined ? ':latest' : '';
  const reference = renamed(image, canonicalName(image)) + tag;
  return `failed to resolve reference ${JSON.stringify(reference)}: pull access denied, repository does not exist or may require authorization`;
}

/** The kubelet's Event beside a failing pull. */
export function unretrievedSays(name: string): string {
  return `Unable to retrieve some image pull secrets (${name}); attempting to pull the image may not succeed.`;
}
