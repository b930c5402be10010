import { asObject } from '../api/manifest.ts';
import { isUnknown } from '../api/unknown.ts';
import type { Cluster } from './cluster.ts';
import type { KubeObject } from './object.ts';

/**
 * Keys of the ConfigMap or Secret of that name, of the set, of the facts, or as what makes it declares them. Undefined where it is not there,
 * or where something else may add keys; where a set defines it twice, the keys of both, since which one stands is not known.
 */
export function keysOf(cluster: Cluster, kind: string, namespace: string, name: string): ReadonlySet<string> | undefined {
  const presence = cluster.presence(kind, namespace, name);
  if (presence.state === 'provided') return presence.provided.keys;
  if (presence.state !== 'present') return undefined;
  const keys = new Set<string>();
  for (const object of cluster.named(kind, namespace, name)) {
    if (object.patched || isFilled(object)) return undefined;
    for (const field of ['data', 'stringData', 'binaryData']) {
      for (const key of Object.keys(asObject(object.value[field]) ?? {})) keys.add(key);
    }
    // A ServiceAccount token's keys are filled in by the token controller.
    if (object.value['type'] === 'kubernetes.io/service-account-token') for (const key of TOKEN_KEYS) keys.add(key);
  }
  // An empty object is often filled by another: a CA injector, a leader election, an operator.
  if (keys.size === 0) return undefined;
  for (const key of keys) if (isUnknown(key)) return undefined;
  return keys;
}

const TOKEN_KEYS = ['token', 'ca.crt', 'namespace'];

/** Labels and annotations by which controllers put further keys in: injected CA bundles, copies of another namespace's object. */
function isFilled({ value }: KubeObject): boolean {
  const metadata = asObject(value['metadata']);
  return ['labels', 'annotations'].some((field) =>
    Object.keys(asObject(metadata?.[field]) ?? {}).some((key) => /inject|replicat|reflect/.test(key)),
  );
}
