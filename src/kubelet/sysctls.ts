import { asArray, asObject, asString, at, objectsOf } from '../api/manifest.ts';
import { isUnknown } from '../api/unknown.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { PodTemplate } from '../cluster/pods.ts';
import type { Path } from '../source/path.ts';
import { readDocuments } from '../source/reader.ts';

/** Sysctls that every kubelet takes, with the minor from which it does. Mirrors pkg/kubelet/sysctl/safe_sysctls.go, kernels aside. */
const SAFE: ReadonlyMap<string, number> = new Map([
  ['kernel.shm_rmid_forced', 0],
  ['net.ipv4.ip_local_port_range', 0],
  ['net.ipv4.tcp_syncookies', 0],
  ['net.ipv4.ping_group_range', 0],
  ['net.ipv4.ip_unprivileged_port_start', 0],
  ['net.ipv4.ip_local_reserved_ports', 27],
  ['net.ipv4.tcp_keepalive_time', 29],
  ['net.ipv4.tcp_fin_timeout', 29],
  ['net.ipv4.tcp_keepalive_intvl', 29],
  ['net.ipv4.tcp_keepalive_probes', 29],
  ['net.ipv4.tcp_rmem', 32],
  ['net.ipv4.tcp_wmem', 32],
  ['net.ipv4.tcp_slow_start_after_idle', 37],
  ['net.ipv4.tcp_notsent_lowat', 37],
]);

/** What kubelets may be told to take: the kernel has one of it for each Pod. Mirrors k8s.io/component-helpers/node/util/sysctl. */
const NAMESPACED = /^(?:net\.|user\.|fs\.mqueue\.|kernel\.(?:sem|shm|msg|domainname))/;

/** What `allowedUnsafeSysctls` of the kubelets' configuration takes beside that. */
export interface AllowedSysctls {
  /** Names, and beginnings of names before a `*`. */
  readonly patterns: readonly string[];
  /** The facts have the configuration that kubeadm gives all kubelets. */
  readonly known: boolean;
}

/** A sysctl for which the kubelet refuses a Pod: the first of them, as the kubelet tells it. */
export interface ForbiddenSysctl {
  readonly name: string;
  /** Relative to the owner of the Pod template. */
  readonly path: Path;
  /** It may be allowed on the nodes. */
  readonly namespaced: boolean;
  readonly says: string;
}

/** Mirrors Admit of pkg/kubelet/sysctl/allowlist.go. */
export function forbiddenSysctl(pod: PodTemplate, minor: number, allowed: AllowedSysctls): ForbiddenSysctl | undefined {
  for (const [sysctl, index] of objectsOf(at(pod.spec, ['securityContext', 'sysctls']))) {
    const written = asString(sysctl['name']) ?? '';
    if (written === '' || isUnknown(written)) continue;
    const name = normalized(written);
    if ((SAFE.get(name) ?? Number.POSITIVE_INFINITY) <= minor || allowed.patterns.some((pattern) => takes(pattern, name)))
      continue;
    return {
      name,
      path: [...pod.specPath, 'securityContext', 'sysctls', index, 'name'],
      namespaced: NAMESPACED.test(name),
      says: `forbidden sysctl: ${JSON.stringify(name)} not allowlisted`,
    };
  }
  return undefined;
}

/** Slashes separate as well, where the first separator is one; dots then stand for slashes. */
function normalized(name: string): string {
  const first = name.search(/[./]/);
  return first >= 0 && name[first] === '/' ? name.replace(/[./]/g, (c) => (c === '/' ? '.' : '/')) : name;
}

function takes(pattern: string, name: string): boolean {
  const plain = normalized(pattern);
  const star = plain.indexOf('*');
  return star < 0 ? plain === name : name.startsWith(plain.slice(0, star));
}

const LONGEST = 1_000_000;
const kept = new WeakMap<Cluster, { readonly patterns: string[]; known: boolean }>();

/** What the set and the facts say of the kubelets' configuration: a KubeletConfiguration in a ConfigMap, as kubeadm writes it to `kubelet-config`. */
export function allowedSysctls(cluster: Cluster): AllowedSysctls {
  return entryOf(cluster);
}

function entryOf(cluster: Cluster): { readonly patterns: string[]; known: boolean } {
  let allowed = kept.get(cluster);
  if (allowed === undefined) {
    allowed = { patterns: [], known: false };
    for (const { name, namespace, origin, value } of cluster.ofKind('ConfigMap')) {
      const data = asObject(value['data']) ?? {};
      for (const key of Object.keys(data)) {
        const text = data[key];
        if (typeof text !== 'string' || text.length > LONGEST || !/\bkind: *["']?KubeletConfiguration\b/.test(text)) continue;
        for (const document of readDocuments({ path: '', text })) allowed.patterns.push(...allowedIn(document.value));
        if (origin === 'fact' && namespace === 'kube-system' && name.startsWith('kubelet-config')) allowed.known = true;
      }
    }
    kept.set(cluster, allowed);
  }
  return allowed;
}

/** Takes in a document of the set, if it is a KubeletConfiguration. */
export function noteConfiguration(cluster: Cluster, document: unknown): void {
  const patterns = allowedIn(document);
  if (patterns.length > 0) entryOf(cluster).patterns.push(...patterns);
}

/** The patterns that a KubeletConfiguration allows. What is filled in later may be any. */
function allowedIn(document: unknown): readonly string[] {
  const value = asObject(document);
  if (value?.['kind'] !== 'KubeletConfiguration') return [];
  const list = value['allowedUnsafeSysctls'];
  if (isUnknown(list)) return ['*'];
  return asArray(list).flatMap((item) => (isUnknown(item) ? ['*'] : typeof item === 'string' ? [item] : []));
}
