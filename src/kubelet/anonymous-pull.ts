import { canonicalName, type ImageReference } from '../api/image-reference.ts';
import { isWellKnown } from './images.ts';

/**
 * What becomes of a pull without credentials, as far as the image's name tells.
 * - `works`: the image is public.
 * - `perhaps`: anybody may publish there, openly or not.
 * - `node`: a cloud's registry, for which nodes have credentials of their own.
 * - `unlikely`: somebody's own registry.
 */
export type AnonymousPull = 'works' | 'perhaps' | 'node' | 'unlikely';

/** Registries that give everything to everybody. */
const PUBLIC: ReadonlySet<string> = new Set([
  'registry.k8s.io',
  'k8s.gcr.io',
  'gcr.io/distroless',
  'gcr.io/google-containers',
  'gcr.io/google_containers',
  'mcr.microsoft.com',
  'public.ecr.aws',
  'docker.elastic.co',
  'docker.redpanda.com',
  'cr.fluentbit.io',
  'cr.l5d.io',
  'cr.weaviate.io',
  'cgr.dev/chainguard',
  'container-registry.oracle.com/os',
  'lscr.io',
  'oci.external-secrets.io',
  'reg.kyverno.io',
  'registry.access.redhat.com',
  'registry.istio.io',
  'xpkg.crossplane.io',
]);

/** Registries with public and with private images. */
const OPEN: ReadonlySet<string> = new Set([
  '',
  'cgr.dev',
  'docker.io',
  'docker.pkg.github.com',
  'ghcr.io',
  'nvcr.io',
  'quay.io',
  'registry.gitlab.com',
]);

export function anonymousPull(image: ImageReference): AnonymousPull {
  const { registry } = image;
  const name = canonicalName(image);
  const slash = name.indexOf('/', registry.length + 1);
  if (PUBLIC.has(registry) || (slash > 0 && PUBLIC.has(name.slice(0, slash))) || isWellKnown(image)) return 'works';
  if (OPEN.has(registry)) return 'perhaps';
  if (/^\d+\.dkr\.ecr(?:-fips)?\.[\w.-]+$|(?:^|\.)gcr\.io$|\.pkg\.dev$|\.azurecr\.[a-z]+$|\.ocir\.io$/.test(registry))
    return 'node';
  return isLocal(registry) ? 'perhaps' : 'unlikely';
}

/** A registry of the machine or of the cluster: most of them let everybody in. */
function isLocal(registry: string): boolean {
  const host = registry.startsWith('[') ? registry : registry.replace(/:\d+$/, '');
  return (
    !host.includes('.') ||
    /^[\d.]+$/.test(host) ||
    /\.(?:local|localhost|internal|svc|test|lan|home)$/.test(host) ||
    host.startsWith('[')
  );
}
