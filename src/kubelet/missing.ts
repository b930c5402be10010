import { objectsOf } from '../api/manifest.ts';
import type { Reference } from '../cluster/references.ts';

/**
 * The kubelet's words for a ConfigMap or Secret that is not there: pkg/kubelet/kubelet_pods.go for the environment,
 * pkg/volume/{configmap,secret,projected} through the FailedMount event for volumes.
 */
export function missingSays(reference: Reference): string {
  // Plugins fetch their Secrets themselves, each with other words around the API server's.
  if (reference.role === 'volume-secret') return `secrets "${reference.name}" not found`;
  return inVolume(reference, `${reference.kind.toLowerCase()} "${reference.name}" not found`);
}

/** A projected volume tells the faults of all its sources together, in brackets: then only the words of each can be foretold. */
function inVolume(reference: Reference, words: string): string {
  if (reference.role !== 'volume' || reference.path.includes('projected')) return words;
  return `MountVolume.SetUp failed for volume "${volumeName(reference) ?? ''}" : ${words}`;
}

/** As a volume it keeps the Pod ContainerCreating; in the environment the container's configuration cannot be made. */
export function missingStatus(reference: Reference): string {
  if (reference.role === 'volume' || reference.role === 'volume-secret') return 'ContainerCreating';
  return reference.container?.role === 'app' || reference.container === undefined
    ? 'CreateContainerConfigError'
    : 'Init:CreateContainerConfigError';
}

/** The kubelet's words for a key that is not in a ConfigMap or Secret. */
export function missingKeySays(reference: Reference, key: string): string {
  const { kind, namespace, name } = reference;
  if (reference.role !== 'volume') return `couldn't find key ${key} in ${kind} ${namespace}/${name}`;
  return inVolume(
    reference,
    `${kind === 'Secret' ? 'references non-existent secret' : 'configmap references non-existent config'} key: ${key}`,
  );
}

/** Name of the volume that a reference is written in. */
export function volumeName({ path, pod }: Reference): string | undefined {
  const index = path[path.indexOf('volumes') + 1];
  return typeof index === 'number' ? (pod?.spec.volumes?.[index]?.name ?? undefined) : undefined;
}

/**
 * Whether the kubelet waits for what the reference names: a volume that no container mounts is not set up
 * (desired_state_of_world_populator.go). Anything but a volume is waited for.
 */
export function isWaitedFor(reference: Reference): boolean {
  if (reference.role !== 'volume' && reference.role !== 'volume-secret') return true;
  const name = volumeName(reference);
  return (
    reference.pod === undefined ||
    reference.pod.containers.some(({ value }) => mentions(value.volumeMounts, name) || mentions(value.volumeDevices, name))
  );
}

function mentions(list: unknown, name: string | undefined): boolean {
  for (const [entry] of objectsOf(list)) if (entry['name'] === name) return true;
  return false;
}
