import type { JsonObject } from '../api/manifest.ts';
import type { SourceDocument } from '../source/document.ts';
import type { Path } from '../source/path.ts';
import type { MutatedPod, Mutation } from './mutation.ts';

/** Where an object comes from: the set under judgement, another set that it may refer to, or the facts. */
export type Origin = 'set' | 'context' | 'fact';

/** One Kubernetes object of an apply set or of the facts. Nothing is ever written on it. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly name: string;
  /** The namespace it lands in; '' for cluster-scoped kinds. */
  readonly namespace: string;
  readonly value: JsonObject;
  readonly document: SourceDocument;
  /** Path of the object inside its document: `[]`, or `['items', 3]` in a List. */
  readonly base: Path;
  readonly origin: Origin;
  /** The API server would decode it. Rules other than those on decoding see only these. */
  readonly decodes: boolean;
  /** A patch of its kustomization changes it: the text is not what is applied. */
  readonly patched: boolean;
  /** False for custom kinds and kinds that the release does not serve. */
  readonly builtIn: boolean;
  /** What mutating admission policies say of it; absent where none is asked. What they make of it for certain is in `value`. */
  readonly mutation?: Mutation;
  /** The same of the Pods that a controller makes of its template. */
  readonly mutatedPod?: MutatedPod;
}

/** `Deployment shop/api`, as messages name an object. */
export function describe(object: { kind: string; namespace: string; name: string }): string {
  return `${object.kind} ${object.namespace === '' ? '' : `${object.namespace}/`}${object.name}`;
}

/** The object names no namespace itself: it is put where `-n` or the context says, and where that is can only be assumed. */
export function namesNoNamespace({ value, namespace }: KubeObject): boolean {
  const { metadata } = value as { metadata?: { namespace?: unknown } | null };
  return namespace !== '' && (metadata?.namespace === undefined || metadata.namespace === null || metadata.namespace === '');
}
