import { parseImage } from '../api/image-reference.ts';
import { asObject, asString } from '../api/manifest.ts';

/**
 * Ports that widely used programs open for health checks although the manifests that come with them do not declare them, by the last
 * parts of the image's name. From the projects' own manifests and documentation.
 */
const PORTS: ReadonlyMap<string, readonly number[]> = new Map([
  ['aws-load-balancer-controller', [61779]],
  ['calico/node', [9098, 9099]],
  ['calico/typha', [9098]],
  ['cilium', [9878, 9879]],
  ['cluster-autoscaler', [8085]],
  ['coredns', [8080, 8181]],
  ['etcd', [2379, 2381]],
  ['haproxy-ingress', [10253, 10254]],
  ['ingress-nginx/controller', [10254]],
  ['istio/pilot', [8080, 15014]],
  ['istio/proxyv2', [15000, 15020, 15021]],
  ['k8s-dns-kube-dns', [8081]],
  ['k8s-dns-node-cache', [8080]],
  ['kube-apiserver', [6443, 8080]],
  ['kube-controller-manager', [10252, 10257]],
  ['kube-proxy', [10249, 10256]],
  ['kube-scheduler', [10251, 10259]],
  ['kubelet', [10248, 10250]],
  ['nginx-ingress-controller', [10254]],
  ['operator-generic', [9234]],
]);

/** Whether the program of a container's image is known to open a port, declared or not. */
export function opensAnyway(container: unknown, port: number): boolean {
  const image = parseImage(asString(asObject(container)?.['image']) ?? '');
  if ('error' in image) return false;
  const repository = image.repository.replace(/-(?:amd64|arm64)$/, '');
  const slash = repository.lastIndexOf('/');
  const ports = PORTS.get(repository.slice(slash + 1)) ?? PORTS.get(repository.slice(repository.lastIndexOf('/', slash - 1) + 1));
  return ports?.includes(port) === true;
}
