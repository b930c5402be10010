import type { Reference } from '../cluster/references.ts';

/**
 * The kubelet's words for a ConfigMap or Secret that is not there: pkg/kubelet/kubelet_pods.go for the environment,
 * pkg/volume/{configmap,secret,projected} through the FailedMount event for volumes.
 */
export function missingSays(reference: Reference): string {
  const words = `${reference.kind.toLowerCase()} "${reference.name}" not found`;
  return reference.role === 'volume' ? `MountVolume.SetUp failed for volume "${volumeName(reference) ?? ''}" : ${words}` : words;
}

/** As a volume it keeps the Pod ContainerCreating; in the environment the container's configuration cannot be made. */
export function missingStatus(reference: Reference): string {
  if (reference.role === 'volume') return 'ContainerCreating';
  return reference.container?.role === 'app' || reference.container === undefined
    ? 'CreateContainerConfigError'
    : 'Init:CreateContainerConfigError';
}

/** The kubelet's words for a key that is not in a ConfigMap or Secret. */
export function missingKeySays(reference: Reference, key: string): string {
  const { kind, namespace, name } = reference;
  if (reference.role !== 'volume') return `couldn't find key ${key} in ${kind} ${namespace}/${name}`;
  return `MountVolume.SetUp failed for volume "${volumeName(reference) ?? ''}" : references non-existent ${kind === 'Secret' ? 'secret' : 'config'} key: ${key}`;
}

/** Name of the volume that a reference is written in. */
export function volumeName({ path, pod }: Reference): string | undefined {
  const index = path[path.indexOf('volumes') + 1];
  return typeof index === 'number' ? (pod?.spec.volumes?.[index]?.name ?? undefined) : undefined;
}
