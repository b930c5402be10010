import { type Cidr, cidrContains, formatCidr, maskIp, parseCidr } from '../api/ip.ts';
import { asArray, asObject, asString, at, type JsonObject, objectsOf } from '../api/manifest.ts';
import { isUnknown } from '../api/unknown.ts';
import type { Path } from '../source/path.ts';
import { readDocuments } from '../source/reader.ts';
import { componentCommand } from './component-flags.ts';

/** One place that says which addresses Pods or Services have. */
export interface NetworkDeclaration {
  /** As it is written: `10.244.0.0/16`. */
  readonly cidr: string;
  readonly of: 'pods' | 'services';
  /** Who reads it. `cluster`: Kubernetes' own components; the others are network plugins. */
  readonly by: 'cluster' | 'flannel' | 'calico' | 'cilium' | 'weave';
  /** What it is, for a message: `podSubnet of kubeadm`, `--cluster-cidr of kube-controller-manager`, `Network of flannel's net-conf.json`. */
  readonly what: string;
  /** Relative to the object. Where it stands inside of a text (a key of a ConfigMap), that text's. */
  readonly path: Path;
}

/** Two declarations that cannot both be right. */
export interface NetworkConflict {
  readonly a: NetworkDeclaration;
  readonly b: NetworkDeclaration;
  /**
   * `overlap`: Pods and Services would share addresses. `outside`: the plugin's range does not hold the nodes' Pod ranges, which
   * are cut from the cluster's. `differ`: one plugin, or the cluster, is told two ranges.
   */
  readonly kind: 'overlap' | 'outside' | 'differ';
  /** `certain`: a component refuses it, or addresses are given twice. `likely`: it runs, but not as one of the two says. */
  readonly certainty: 'certain' | 'likely';
  /** The plugin's words on its log, where it stops at this. The node's Pods then stay in ContainerCreating. */
  readonly says?: string;
}

/**
 * What an object says of the Pod and the Service network: configurations of kubeadm, kind, kubelet and kube-proxy (as
 * documents and in the ConfigMaps that hold them), flags of the components, flannel's, Calico's, Cilium's and Weave's settings.
 */
export function networkDeclarations(object: unknown): NetworkDeclaration[] {
  const out: NetworkDeclaration[] = [];
  const value = asObject(object);
  if (value === undefined) return out;
  const api = asString(value['apiVersion']) ?? '';
  const kind = asString(value['kind']) ?? '';
  if (kind === 'ConfigMap') configMap(value, out);
  else if (configuration(value, api, kind, [], out)) return out;
  const spec = asObject(value['spec']);
  if (spec === undefined) return out;
  containersOf(spec, SPEC, out);
  const template = asObject(asObject(spec['template'])?.['spec']);
  if (template !== undefined) containersOf(template, TEMPLATE_SPEC, out);
  return out;
}

const SPEC: Path = ['spec'];
const TEMPLATE_SPEC: Path = ['spec', 'template', 'spec'];

function containersOf(spec: JsonObject, path: Path, out: NetworkDeclaration[]): void {
  for (const list of ['initContainers', 'containers']) {
    const containers = spec[list];
    if (!Array.isArray(containers)) continue;
    for (let i = 0; i < containers.length; i++) {
      const container = asObject(containers[i]);
      if (container !== undefined) containerOf(container, [...path, list, i], out);
    }
  }
}

function add(out: NetworkDeclaration[], cidr: unknown, more: Omit<NetworkDeclaration, 'cidr'>): void {
  if (typeof cidr !== 'string' || cidr.length > 1_024 || isUnknown(cidr)) return;
  // Two families are written with a comma.
  for (const part of cidr.split(',')) {
    const trimmed = part.trim();
    if (trimmed !== '' && !trimmed.includes('$')) out.push({ cidr: trimmed, ...more });
  }
}

/** Documents that are configurations. `inside` is the path of the text they were read from, if they were. */
function configuration(value: JsonObject, api: string, kind: string, inside: Path, out: NetworkDeclaration[]): boolean {
  const put = (path: Path, of: NetworkDeclaration['of'], what: string, by: NetworkDeclaration['by'] = 'cluster'): void =>
    add(out, at(value, path), { of, by, what, path: inside.length > 0 ? inside : path });
  if (kind === 'ClusterConfiguration' && (api === '' || api.startsWith('kubeadm.k8s.io/'))) {
    put(['networking', 'podSubnet'], 'pods', 'podSubnet of kubeadm');
    put(['networking', 'serviceSubnet'], 'services', 'serviceSubnet of kubeadm');
    for (const [field, component] of [
      ['controllerManager', 'kube-controller-manager'],
      ['apiServer', 'kube-apiserver'],
    ] as const) {
      const args = at(value, [field, 'extraArgs']);
      // A mapping up to v1beta3, a list of names and values since.
      const pairs = Array.isArray(args)
        ? [...objectsOf(args)].map(([entry, index]) => [entry['name'], entry['value'], [index, 'value']] as const)
        : Object.entries(asObject(args) ?? {}).map(([name, text]) => [name, text, [name]] as const);
      for (const [name, text, rest] of pairs) {
        const of = name === 'cluster-cidr' ? 'pods' : name === 'service-cluster-ip-range' ? 'services' : undefined;
        const path: Path = inside.length > 0 ? inside : [field, 'extraArgs', ...rest];
        if (of !== undefined) add(out, text, { of, by: 'cluster', what: `--${name} of ${component}`, path });
      }
    }
  } else if (kind === 'KubeProxyConfiguration') put(['clusterCIDR'], 'pods', 'clusterCIDR of kube-proxy');
  else if (kind === 'Cluster' && api.startsWith('kind.x-k8s.io/')) {
    put(['networking', 'podSubnet'], 'pods', 'podSubnet of kind');
    put(['networking', 'serviceSubnet'], 'services', 'serviceSubnet of kind');
  } else if (kind === 'ServiceCIDR' && api.startsWith('networking.k8s.io/')) {
    asArray(at(value, ['spec', 'cidrs'])).forEach((_, index) => void put(['spec', 'cidrs', index], 'services', 'ServiceCIDR'));
  } else if (kind === 'IPPool' && /^(?:crd\.)?projectcalico\.org\//.test(api)) {
    if (at(value, ['spec', 'disabled']) !== true) put(['spec', 'cidr'], 'pods', "Calico's IPPool", 'calico');
  } else if (kind === 'Installation' && api.startsWith('operator.tigera.io/')) {
    asArray(at(value, ['spec', 'calicoNetwork', 'ipPools'])).forEach(
      (_, index) =>
        void put(['spec', 'calicoNetwork', 'ipPools', index, 'cidr'], 'pods', "ipPools of Calico's Installation", 'calico'),
    );
  } else return false;
  return true;
}

function configMap(value: JsonObject, out: NetworkDeclaration[]): void {
  const data = asObject(value['data']);
  if (data === undefined) return;
  for (const key of Object.keys(data)) {
    const text = data[key];
    if (typeof text !== 'string' || text.length > LONGEST) continue;
    const path: Path = ['data', key];
    if (key === 'net-conf.json') {
      const conf = asObject(parse(text));
      add(out, conf?.['Network'], { of: 'pods', by: 'flannel', what: "Network of flannel's net-conf.json", path });
      add(out, conf?.['IPv6Network'], { of: 'pods', by: 'flannel', what: "IPv6Network of flannel's net-conf.json", path });
    } else if (key === 'cluster-pool-ipv4-cidr' || key === 'cluster-pool-ipv6-cidr') {
      // A list with blanks between in newer versions.
      add(out, text.replaceAll(' ', ','), { of: 'pods', by: 'cilium', what: `${key} of Cilium`, path });
    } else if (CONFIGURATION.test(text) && !isUnknown(text)) {
      const inner = asObject(parse(text));
      if (inner !== undefined)
        configuration(inner, asString(inner['apiVersion']) ?? '', asString(inner['kind']) ?? '', path, out);
    }
  }
}

const LONGEST = 1_000_000;
const CONFIGURATION = /\bkind: *"?(?:ClusterConfiguration|KubeProxyConfiguration)\b/;

/** Texts of ConfigMaps that kubeadm and flannel write: YAML or JSON, one document. */
function parse(text: string): unknown {
  return readDocuments({ path: '', text }).find(({ value }) => value !== null && value !== undefined)?.value;
}

const CALICO: ReadonlyMap<string, 'calico' | 'weave'> = new Map([
  ['CALICO_IPV4POOL_CIDR', 'calico'],
  ['CALICO_IPV6POOL_CIDR', 'calico'],
  ['IPALLOC_RANGE', 'weave'],
] as const);

function containerOf(container: JsonObject, path: Path, out: NetworkDeclaration[]): void {
  const env = asArray(container['env']);
  for (let i = 0; i < env.length; i++) {
    const entry = asObject(env[i]);
    const name = asString(entry?.['name']) ?? '';
    const by = CALICO.get(name);
    if (by !== undefined) add(out, entry!['value'], { of: 'pods', by, what: name, path: [...path, 'env', i, 'value'] });
  }
  const command = componentCommand(container);
  if (command === undefined) return;
  const { argv, component, paths } = command;
  for (let i = 0; i < argv.length; i++) {
    const found = /^--(cluster[-_]cidr|service[-_]cluster[-_]ip[-_]range|pod[-_]cidr)(?:=(.*))?$/s.exec(argv[i]!);
    if (found === null) continue;
    const flag = found[1]!.replaceAll('_', '-');
    const at = found[2] === undefined ? i + 1 : i;
    const of = flag === 'service-cluster-ip-range' ? 'services' : 'pods';
    if (flag !== 'pod-cidr')
      add(out, found[2] ?? argv[at], {
        of,
        by: 'cluster',
        what: `--${flag} of ${component}`,
        path: [...path, ...(paths[at] ?? [])],
      });
  }
}

/** Declarations that contradict each other, each pair once. Different families never do. */
export function networkConflicts(declarations: readonly NetworkDeclaration[]): NetworkConflict[] {
  const parsed = declarations.slice(0, 64).flatMap((declaration) => {
    const cidr = parseCidr(declaration.cidr);
    return cidr === undefined ? [] : [{ declaration, cidr }];
  });
  const out: NetworkConflict[] = [];
  for (let i = 0; i < parsed.length; i++) {
    for (let j = i + 1; j < parsed.length; j++) {
      const conflict = conflictOf(parsed[i]!, parsed[j]!);
      if (conflict !== undefined) out.push({ a: parsed[i]!.declaration, b: parsed[j]!.declaration, ...conflict });
    }
  }
  return out;
}

interface Parsed {
  readonly declaration: NetworkDeclaration;
  readonly cidr: Cidr;
}

function conflictOf(a: Parsed, b: Parsed): Omit<NetworkConflict, 'a' | 'b'> | undefined {
  if (a.cidr.ip.isIPv4 !== b.cidr.ip.isIPv4) return undefined;
  const [x, y] = [a.declaration, b.declaration];
  if (x.of !== y.of) return cidrsOverlap(a.cidr, b.cidr) ? { kind: 'overlap', certainty: 'certain' } : undefined;
  if (sameCidr(a.cidr, b.cidr)) return undefined;
  if (x.by === 'cluster' && y.by === 'cluster') {
    // A cluster may have several ranges for Services.
    return x.of === 'pods' && x.what !== y.what ? { kind: 'differ', certainty: 'likely' } : undefined;
  }
  if (x.by === y.by || (x.by !== 'cluster' && y.by !== 'cluster')) return undefined;
  const [cluster, plugin] = x.by === 'cluster' ? [a, b] : [b, a];
  if (plugin.declaration.by === 'flannel') {
    // It hands out the ranges that the cluster gave the nodes, and stops where one is not its own.
    return cidrHolds(plugin.cidr, cluster.cidr)
      ? undefined
      : { kind: 'outside', certainty: 'certain', says: flannelSays(plugin, cluster) };
  }
  // The others keep books of their own, but kube-proxy takes what is outside of its range for foreign traffic.
  return cidrHolds(cluster.cidr, plugin.cidr) ? undefined : { kind: 'outside', certainty: 'likely' };
}

/** pkg/subnet/kube/kube.go of flannel, for the first node: its range is the cluster's first /24, or /64 of IPv6. */
function flannelSays(flannel: Parsed, { cidr }: Parsed): string {
  const prefix = Math.max(cidr.prefix, cidr.ip.colons ? 64 : 24);
  const first = formatCidr({ ...cidr, ip: maskIp(cidr.ip, cidr.prefix), prefix });
  return `subnet "${flannel.declaration.cidr}" specified in the flannel net config doesn't contain "${first}" PodCIDR`;
}

/** True when `outer` holds every address of `inner`. */
export function cidrHolds(outer: Cidr, inner: Cidr): boolean {
  return bits(outer) <= bits(inner) && cidrContains(outer, inner.ip);
}

export function cidrsOverlap(a: Cidr, b: Cidr): boolean {
  return bits(a) <= bits(b) ? cidrContains(a, b.ip) : cidrContains(b, a.ip);
}

export function sameCidr(a: Cidr, b: Cidr): boolean {
  return bits(a) === bits(b) && cidrContains(a, b.ip);
}

function bits(cidr: Cidr): number {
  return cidr.ip.colons ? cidr.prefix : cidr.prefix + 96;
}
