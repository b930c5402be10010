/**
 * What every cluster has without anybody's manifest.
 * Sources: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings (bootstrap policy),
 * the root CA publisher, the ServiceAccount controller, and scheduling's system PriorityClasses.
 */
export function existsAnyway(kind: string, namespace: string, name: string): boolean {
  switch (kind) {
    case 'Namespace':
      return SYSTEM_NAMESPACES.has(name);
    case 'ServiceAccount':
      return name === 'default' || namespace === 'kube-system' || namespace === 'kube-public';
    case 'ConfigMap':
      return (
        name === 'kube-root-ca.crt' ||
        (namespace === 'kube-system' && SYSTEM_CONFIG_MAPS.has(name)) ||
        namespace === 'kube-public'
      );
    case 'PriorityClass':
      return name === 'system-cluster-critical' || name === 'system-node-critical';
    case 'ClusterRole':
      return name.startsWith('system:') || name === 'cluster-admin' || name === 'admin' || name === 'edit' || name === 'view';
    case 'Role':
      return name.startsWith('system:') || (namespace === 'kube-system' && name === 'extension-apiserver-authentication-reader');
    case 'Service':
      return (name === 'kubernetes' && namespace === 'default') || (namespace === 'kube-system' && name === 'kube-dns');
    default:
      return false;
  }
}

export const SYSTEM_NAMESPACES: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease']);

const SYSTEM_CONFIG_MAPS = new Set([
  'extension-apiserver-authentication',
  'kubeadm-config',
  'kubelet-config',
  'kube-proxy',
  'coredns',
  'kube-apiserver-legacy-service-account-token-tracking',
]);
