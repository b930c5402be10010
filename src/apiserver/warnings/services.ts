import { cidrWarnings, formatIp, ipWarnings, parseCidr, parseIp } from '../../api/ip.ts';
import { isUnknown } from '../../api/unknown.ts';
import type { Path } from '../../source/path.ts';
import type { Fields } from '../validate/scope.ts';
import { fieldsOf, isSet, itemsOf, textOf } from '../validate/scope.ts';
import type { WarningList } from './list.ts';

const HINTS = 'service.kubernetes.io/topology-aware-hints';
const MODE = 'service.kubernetes.io/topology-mode';
const INGRESS_CLASS = 'kubernetes.io/ingress.class';
/** Since these minors. */
const ADDRESSES_SINCE = 33;
const HEADLESS_SINCE = 34;
const PREFER_CLOSE_SINCE = 35;
const EXTERNAL_IPS_SINCE = 36;

/** Mirrors GetWarningsForService of pkg/api/service/warnings.go. */
export function warnService(list: WarningList, object: Fields): void {
  const spec = fieldsOf(object['spec']);
  if (Object.hasOwn(fieldsOf(fieldsOf(object['metadata'])['annotations']), HINTS)) {
    list.addBare(['metadata', 'annotations', HINTS], `annotation ${HINTS} is deprecated, please use ${MODE} instead`);
  }
  const type = textOf(spec['type']) || 'ClusterIP';
  const isName = type === 'ExternalName';
  const given = itemsOf(spec['clusterIPs']);
  const clusterIps = given.length > 0 ? given : [spec['clusterIP']];
  const clusterIp = textOf(spec['clusterIP']) || textOf(clusterIps[0]);
  const externalIps = itemsOf(spec['externalIPs']);
  const isHeadless = type === 'ClusterIP' && clusterIp === 'None';
  if (clusterIp !== '' && clusterIp !== 'None') {
    for (const [i, ip] of clusterIps.entries()) {
      const at = given.length > 0 ? ['spec', 'clusterIPs', i] : ['spec', 'clusterIP'];
      warnServiceIp(list, at, ip, `spec.clusterIPs[${i}]`);
    }
  }
  if (isHeadless && list.minor >= HEADLESS_SINCE) warnHeadless(list, spec, externalIps);
  for (const [i, ip] of externalIps.entries()) warnServiceIp(list, ['spec', 'externalIPs', i], ip);
  if (externalIps.length > 0 && !isHeadless && !isName && !isUnknown(type) && list.minor >= EXTERNAL_IPS_SINCE) {
    list.addBare(['spec', 'externalIPs'], 'spec.externalIPs is deprecated and may no longer be implemented in some clusters');
  }
  if (textOf(spec['loadBalancerIP']) !== '') warnServiceIp(list, ['spec', 'loadBalancerIP'], spec['loadBalancerIP']);
  for (const [i, range] of itemsOf(spec['loadBalancerSourceRanges']).entries()) {
    warnServiceRange(list, ['spec', 'loadBalancerSourceRanges', i], range);
  }
  if (isName && externalIps.length > 0) {
    list.addBare(['spec', 'externalIPs'], 'spec.externalIPs is ignored when spec.type is "ExternalName"');
  }
  if (!isName && !isUnknown(type) && textOf(spec['externalName']) !== '') {
    list.addBare(['spec', 'externalName'], 'spec.externalName is ignored when spec.type is not "ExternalName"');
  }
  if (spec['trafficDistribution'] === 'PreferClose' && list.minor >= PREFER_CLOSE_SINCE) {
    list.add(['spec', 'trafficDistribution'], '"PreferClose" is deprecated; use "PreferSameZone"');
  }
}

function warnHeadless(list: WarningList, spec: Fields, externalIps: readonly unknown[]): void {
  const ignored = (field: string, says = field): void =>
    list.addBare(['spec', field], `spec.${says} is ignored for headless services`);
  if (textOf(spec['loadBalancerIP']) !== '') ignored('loadBalancerIP');
  if (externalIps.length > 0) ignored('externalIPs');
  const affinity = textOf(spec['sessionAffinity']);
  if (affinity !== '' && affinity !== 'None' && !isUnknown(affinity)) ignored('sessionAffinity', 'SessionAffinity');
}

/** Until 1.32 the server had other words for it, and only for Services. */
function warnServiceIp(list: WarningList, at: Path, value: unknown, field = list.fieldOf(at)): void {
  const address = textOf(value);
  if (address === '' || isUnknown(address)) return;
  if (list.minor >= ADDRESSES_SINCE) {
    for (const message of ipWarnings(address, list.minor)) list.addBare(at, `${field}: ${message}`);
    return;
  }
  const ip = parseIp(address);
  if (ip === undefined) return;
  if (!ip.strict) list.addBare(at, `${field}: IP address ${ACCEPTED}: ${leadingZero(address)}`);
  else if (ip.colons && !ip.isIPv4 && formatIp(ip) !== address) {
    list.addBare(at, `${field}: IPv6 address ${notCanonical(address, formatIp(ip))}`);
  }
}

function warnServiceRange(list: WarningList, at: Path, value: unknown): void {
  if (list.minor >= ADDRESSES_SINCE) {
    warnCidr(list, at, value);
    return;
  }
  const range = textOf(value);
  const cidr = isUnknown(range) ? undefined : parseCidr(range);
  if (cidr === undefined) return;
  const address = range.slice(0, range.indexOf('/'));
  if (!cidr.strict) {
    const bits = `bad bits after slash: "${range.slice(address.length + 1)}"`;
    const fault = cidr.ip.strict ? bits : leadingZero(address);
    list.add(at, `IP prefix ${ACCEPTED}: netip.ParsePrefix("${range}"): ${fault}`);
  } else if (!cidr.ip.isIPv4) {
    const canonical = `${formatIp(cidr.ip)}${range.slice(address.length)}`;
    if (canonical !== range) list.add(at, `IPv6 prefix ${notCanonical(range, canonical)}`);
  }
}

const ACCEPTED = 'was accepted, but will be invalid in a future Kubernetes release';

function leadingZero(address: string): string {
  return `ParseAddr("${address}"): IPv4 field has octet with leading zero`;
}

function notCanonical(value: string, canonical: string): string {
  return `"${value}" is not in RFC 5952 canonical format ("${canonical}"), which may cause controller apply-loops`;
}

function warnIp(list: WarningList, at: Path, value: unknown): void {
  const address = textOf(value);
  if (address === '' || isUnknown(address)) return;
  for (const message of ipWarnings(address, list.minor)) list.add(at, message);
}

function warnCidr(list: WarningList, at: Path, value: unknown): void {
  const cidr = textOf(value);
  if (cidr === '' || isUnknown(cidr)) return;
  for (const message of cidrWarnings(cidr, list.minor)) list.add(at, message);
}

/** Mirrors endpointsWarnings of pkg/registry/core/endpoint/strategy.go, and what comes with the API being deprecated. */
export function warnEndpoints(list: WarningList, object: Fields): void {
  if (list.minor < ADDRESSES_SINCE) return;
  list.addBare([], 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice');
  if (managedBy(object, 'endpoints.kubernetes.io/managed-by') === 'endpoint-controller') return;
  for (const [i, item] of itemsOf(object['subsets']).entries()) {
    for (const field of ['addresses', 'notReadyAddresses']) {
      for (const [j, address] of itemsOf(fieldsOf(item)[field]).entries()) {
        warnIp(list, ['subsets', i, field, j, 'ip'], fieldsOf(address)['ip']);
      }
    }
  }
}

const SLICE_CONTROLLERS: ReadonlySet<string> = new Set([
  'endpointslice-controller.k8s.io',
  'endpointslicemirroring-controller.k8s.io',
]);

/** Mirrors what pkg/registry/discovery/endpointslice/strategy.go warns of. */
export function warnEndpointSlice(list: WarningList, object: Fields): void {
  if (object['addressType'] === 'FQDN') list.addBare(['addressType'], 'spec.addressType: FQDN endpoints are deprecated');
  if (list.minor < ADDRESSES_SINCE) return;
  if (SLICE_CONTROLLERS.has(managedBy(object, 'endpointslice.kubernetes.io/managed-by'))) return;
  for (const [i, endpoint] of itemsOf(object['endpoints']).entries()) {
    for (const [j, address] of itemsOf(fieldsOf(endpoint)['addresses']).entries()) {
      warnIp(list, ['endpoints', i, 'addresses', j], address);
    }
  }
}

function managedBy(object: Fields, label: string): string {
  return textOf(fieldsOf(fieldsOf(object['metadata'])['labels'])[label]);
}

/** Mirrors networkPolicyWarnings of pkg/registry/networking/networkpolicy/strategy.go. */
export function warnNetworkPolicy(list: WarningList, object: Fields): void {
  if (list.minor < ADDRESSES_SINCE) return;
  const spec = fieldsOf(object['spec']);
  for (const [rules, peers] of [
    ['ingress', 'from'],
    ['egress', 'to'],
  ] as const) {
    for (const [i, rule] of itemsOf(spec[rules]).entries()) {
      for (const [j, peer] of itemsOf(fieldsOf(rule)[peers]).entries()) {
        const { ipBlock } = fieldsOf(peer);
        if (!isSet(ipBlock)) continue;
        const at = ['spec', rules, i, peers, j, 'ipBlock'];
        const block = fieldsOf(ipBlock);
        warnCidr(list, [...at, 'cidr'], block['cidr']);
        for (const [k, except] of itemsOf(block['except']).entries()) warnCidr(list, [...at, 'except', k], except);
      }
    }
  }
}

/** Mirrors WarningsOnCreate of pkg/registry/networking/ingress/strategy.go. */
export function warnIngress(list: WarningList, object: Fields): void {
  const annotations = fieldsOf(fieldsOf(object['metadata'])['annotations']);
  if (!Object.hasOwn(annotations, INGRESS_CLASS) || isSet(fieldsOf(object['spec'])['ingressClassName'])) return;
  const message = `annotation "${INGRESS_CLASS}" is deprecated, please use 'spec.ingressClassName' instead`;
  list.addBare(['metadata', 'annotations', INGRESS_CLASS], message);
}

/** Mirrors nodeWarnings of pkg/registry/core/node/strategy.go; `configSource` is dropped before. */
export function warnNode(list: WarningList, object: Fields): void {
  const spec = fieldsOf(object['spec']);
  if (textOf(spec['externalID']) !== '') {
    list.add(['spec', 'externalID'], 'this field is deprecated, and is unused by Kubernetes');
  }
  if (list.minor < ADDRESSES_SINCE) return;
  for (const [i, cidr] of itemsOf(spec['podCIDRs']).entries()) warnCidr(list, ['spec', 'podCIDRs', i], cidr);
}
