import { parseIp } from '../../api/ip.ts';
import {
  dns1123LabelFaults,
  dns1123SubdomainFaults,
  portNameFaults,
  portNumberFaults,
  qualifiedNameFaults,
} from '../../api/names.ts';
import { isUnknown } from '../../api/unknown.ts';
import { areDualStack, endpointIp, legacyCidr, legacyIp } from './ip-fields.ts';
import { validateNodePorts } from './node-ports.ts';
import { validateLabelsAt } from './parts.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, itemsOf, numberOf, textOf } from './scope.ts';

/**
 * Mirrors ValidateServiceCreate of k8s.io/kubernetes/pkg/apis/core/validation and what the registry does before it
 * (pkg/registry/core/service/storage): `clusterIPs` is filled from `clusterIP`, and faults of these fields come alone.
 * What depends on the cluster's networks and node ports is not judged here.
 */
export function validateService(v: Scope, object: Fields, stage: ServiceStage): void {
  v.in(
    'spec',
    object.spec,
    stage === 'allocation' ? validateAllocation : validateSpec,
    fieldsOf(fieldsOf(object.metadata).annotations),
  );
}

/** The server gives out addresses and node ports first, and tells nothing else when they are wrong. */
export type ServiceStage = 'allocation' | 'rest';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const FAMILIES = ['IPv4', 'IPv6'];
const FAMILY_POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode';
const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints';
const LOAD_BALANCER_ONLY = "may only be used when `type` is 'LoadBalancer'";

function typeOf(spec: Fields): string {
  return textOf(spec.type) || 'ClusterIP';
}

function clusterIpsOf(spec: Fields): readonly string[] {
  const ips = itemsOf(spec.clusterIPs);
  if (ips.length > 0) return ips.map(textOf);
  const ip = textOf(spec.clusterIP);
  return ip === '' ? [] : [ip];
}

function isHeadless(spec: Fields): boolean {
  const ips = clusterIpsOf(spec);
  return ips.length === 1 && ips[0] === 'None';
}

function validateSpec(v: Scope, spec: Fields, annotations: Fields): void {
  const type = typeOf(spec);
  const knownType = !isUnknown(type);
  const headless = isHeadless(spec);
  const ports = itemsOf(spec.ports);
  const mode = annotations[TOPOLOGY_MODE];
  const hints = annotations[TOPOLOGY_HINTS];
  if (typeof mode === 'string' && typeof hints === 'string' && mode !== hints && !isUnknown(hints)) {
    const detail = `must match annotations[${TOPOLOGY_HINTS}] when both are specified`;
    v.fromTop(() => v.invalid(['metadata', 'annotations', TOPOLOGY_MODE], mode, detail));
  }
  if (ports.length === 0 && !headless && type !== 'ExternalName' && knownType && !isUnknown(spec.clusterIP)) v.required('ports');
  if (type === 'LoadBalancer' || type === 'NodePort') {
    if (v.minor < 33 && type === 'LoadBalancer') {
      for (const [i, port] of ports.entries()) {
        if (fieldsOf(port).port !== 10250) continue;
        v.invalid(['ports', i], 10250, 'may not expose port 10250 externally since it is used by kubelet');
      }
    }
    if (headless) v.invalid(...headlessFault(spec, type));
  } else if (type === 'ExternalName') validateExternalName(v, spec);

  const names = new Set<string>();
  v.each('ports', ports, validatePort, { named: ports.length > 1, names });
  validateLabelsAt(v, 'selector', spec.selector);
  validateSessionAffinity(v, spec);
  if (type !== 'ExternalName' && knownType) validateAddresses(v, spec);
  for (const [i, ip] of itemsOf(spec.externalIPs).entries()) {
    const text = textOf(ip);
    if (isUnknown(text)) continue;
    if (legacyIp(v, ['externalIPs', i], text)) endpointIp(v, ['externalIPs', i], text);
  }
  if (!TYPES.includes(type)) v.unsupported('type', type, TYPES);
  validatePortNumbers(v, ports, type);
  validateSourceRanges(v, spec, annotations, type);
  if (isSet(spec.allocateLoadBalancerNodePorts) && type !== 'LoadBalancer' && knownType) {
    v.forbidden('allocateLoadBalancerNodePorts', LOAD_BALANCER_ONLY);
  }
  if (isSet(spec.loadBalancerClass)) {
    const loadBalancerClass = textOf(spec.loadBalancerClass);
    if (type === 'LoadBalancer') {
      v.invalids('loadBalancerClass', loadBalancerClass, qualifiedNameFaults(loadBalancerClass, v.minor));
    } else if (knownType) v.forbidden('loadBalancerClass', LOAD_BALANCER_ONLY);
  }
  if (knownType) validateTrafficPolicies(v, spec, type);
}

function headlessFault(spec: Fields, type: string): [at: (string | number)[], value: string, detail: string, field: string] {
  const at = itemsOf(spec.clusterIPs).length > 0 ? ['clusterIPs', 0] : ['clusterIP'];
  return [at, 'None', `may not be set to 'None' for ${type} services`, '.clusterIPs[0]'];
}

function validateExternalName(v: Scope, spec: Fields): void {
  if (clusterIpsOf(spec).length > 0) v.forbidden(clusterIpsAt(spec), 'may not be set for ExternalName services', '.clusterIPs');
  if (itemsOf(spec.ipFamilies).length > 0) v.forbidden('ipFamilies', 'may not be set for ExternalName services');
  if (isSet(spec.ipFamilyPolicy)) v.forbidden('ipFamilyPolicy', 'may not be set for ExternalName services');
  const name = textOf(spec.externalName);
  const cname = name.endsWith('.') ? name.slice(0, -1) : name;
  if (cname === '') v.required('externalName');
  else v.invalids('externalName', cname, dns1123SubdomainFaults(cname));
}

function clusterIpsAt(spec: Fields): string {
  return itemsOf(spec.clusterIPs).length > 0 ? 'clusterIPs' : 'clusterIP';
}

function validatePort(v: Scope, port: Fields, _index: number, { named, names }: { named: boolean; names: Set<string> }): void {
  const name = textOf(port.name);
  if (named && name === '') v.required('name');
  else if (name !== '') {
    v.invalids('name', name, dns1123LabelFaults(name));
    if (names.has(name)) v.duplicate('name', name);
    else names.add(name);
  }
  const number = numberOf(port.port) ?? 0;
  v.invalids('port', number, portNumberFaults(number));
  const protocol = textOf(port.protocol) || 'TCP';
  if (!PROTOCOLS.includes(protocol)) v.unsupported('protocol', protocol, PROTOCOLS);
  validateTargetPort(v, port.targetPort, number);
  if (isSet(port.appProtocol)) {
    const appProtocol = textOf(port.appProtocol);
    v.invalids('appProtocol', appProtocol, qualifiedNameFaults(appProtocol, v.minor));
  }
}

/** An absent one, 0 and '' mean the port's own number. */
function validateTargetPort(v: Scope, value: unknown, port: number): void {
  if (typeof value === 'string' && value !== '') v.invalids('targetPort', value, portNameFaults(value));
  else {
    const number = typeof value === 'number' && value !== 0 ? value : port;
    v.invalids('targetPort', number, portNumberFaults(number));
  }
}

function validateSessionAffinity(v: Scope, spec: Fields): void {
  const affinity = textOf(spec.sessionAffinity) || 'None';
  if (affinity === 'ClientIP') {
    const timeout = fieldsOf(fieldsOf(spec.sessionAffinityConfig).clientIP).timeoutSeconds;
    const seconds = numberOf(timeout);
    if (seconds !== undefined && (seconds <= 0 || seconds > 86400)) {
      v.invalid(['sessionAffinityConfig', 'clientIP', 'timeoutSeconds'], timeout, 'must be greater than 0 and less than 86400');
    }
  } else if (affinity !== 'None') v.unsupported('sessionAffinity', affinity, ['ClientIP', 'None']);
}

function validateAllocation(v: Scope, spec: Fields): void {
  validateAddresses(v, spec);
  if (v.count() === 0) validateNodePorts(v, spec);
}

/** Mirrors ValidateServiceClusterIPsRelatedFields, and the sense that ipFamilyPolicy must make (alloc.go). */
function validateAddresses(v: Scope, spec: Fields): void {
  const type = typeOf(spec);
  if (type === 'ExternalName' || isUnknown(type)) return;
  const before = v.count();
  const ip = textOf(spec.clusterIP);
  const ips = clusterIpsOf(spec);
  const ipsAt = clusterIpsAt(spec);
  if (ip !== '') {
    if (ips[0] !== ip) v.invalid('clusterIPs', ips, 'first value must match `clusterIP`');
  } else if (ips.length > 0) v.invalid('clusterIPs', ips, 'must be empty when `clusterIP` is not specified');

  const seen = new Set<string>();
  const families = itemsOf(spec.ipFamilies).map(textOf);
  for (const [i, family] of families.entries()) {
    if (!FAMILIES.includes(family)) v.unsupported(['ipFamilies', i], family, FAMILIES);
    if (seen.has(family)) v.duplicate(['ipFamilies', i], family);
    seen.add(family);
  }
  const policy = textOf(spec.ipFamilyPolicy);
  if (isSet(spec.ipFamilyPolicy) && !FAMILY_POLICIES.includes(policy)) v.unsupported('ipFamilyPolicy', policy, FAMILY_POLICIES);

  let unfit = false;
  for (const [i, address] of ips.entries()) {
    if (isUnknown(address)) {
      unfit = true;
      continue;
    }
    if (i === 0 && address === 'None') {
      if (ips.length > 1) {
        unfit = true;
        v.invalid('clusterIPs', ips, "'None' must be the first and only value");
      }
      continue;
    }
    const at = ipsAt === 'clusterIPs' ? ['clusterIPs', i] : ['clusterIP'];
    if (!v.named(`.clusterIPs[${i}]`, () => legacyIp(v, at, address))) unfit = true;
  }
  if (ips.length > 2) v.invalid('clusterIPs', ips, 'may only hold up to 2 values');
  if (unfit) return;
  if (ips.length > 1 && !areDualStack(ips, parseIp)) {
    v.invalid('clusterIPs', ips, 'may specify no more than one IP for each IP family');
  }
  if (!isHeadless(spec)) validateFamilies(v, ips, ipsAt, families);
  if (v.count() > before) return;
  if (policy === 'SingleStack' || (policy === '' && !isSelectorlessHeadless(spec))) {
    const print = policy === '' ? 'SingleStack' : policy;
    const detail = "must be 'RequireDualStack' or 'PreferDualStack' when multiple";
    if (ips.length === 2) v.invalid('ipFamilyPolicy', print, `${detail} cluster IPs are specified`);
    if (families.length === 2) v.invalid('ipFamilyPolicy', print, `${detail} IP families are specified`);
  }
}

function validateFamilies(v: Scope, ips: readonly string[], ipsAt: string, families: readonly string[]): void {
  for (let i = 0; i < ips.length && i < families.length; i++) {
    const isIPv6 = parseIp(ips[i]!)?.isIPv4 === false;
    const at = ipsAt === 'clusterIPs' ? ['clusterIPs', i] : ['clusterIP'];
    if (families[i] === 'IPv4' && isIPv6) {
      v.invalid(at, ips[i], `expected an IPv4 value as indicated by \`ipFamilies[${i}]\``, `.clusterIPs[${i}]`);
    }
    if (families[i] === 'IPv6' && !isIPv6) {
      v.invalid(at, ips[i], `expected an IPv6 value as indicated by \`ipFamilies[${i}]\``, `.clusterIPs[${i}]`);
    }
  }
}

function isSelectorlessHeadless(spec: Fields): boolean {
  return textOf(spec.clusterIP) === 'None' && Object.keys(fieldsOf(spec.selector)).length === 0;
}

function validatePortNumbers(v: Scope, ports: readonly unknown[], type: string): void {
  if (type === 'ClusterIP') {
    for (const [i, port] of ports.entries()) {
      if ((numberOf(fieldsOf(port).nodePort) ?? 0) !== 0) {
        v.forbidden(['ports', i, 'nodePort'], "may not be used when `type` is 'ClusterIP'");
      }
    }
  }
  if (ports.length < 2) return;
  const nodePorts = new Set<string>();
  for (const [i, item] of ports.entries()) {
    const port = fieldsOf(item);
    const nodePort = numberOf(port.nodePort) ?? 0;
    if (nodePort === 0 || Number.isNaN(nodePort)) continue;
    const key = `${textOf(port.protocol) || 'TCP'} ${nodePort}`;
    if (nodePorts.has(key)) v.duplicate(['ports', i, 'nodePort'], nodePort);
    nodePorts.add(key);
  }
  const numbers = new Set<string>();
  for (const [i, item] of ports.entries()) {
    const port = fieldsOf(item);
    const protocol = textOf(port.protocol) || 'TCP';
    const number = numberOf(port.port) ?? 0;
    if (Number.isNaN(number)) continue;
    const key = `${protocol} ${number}`;
    if (numbers.has(key) && !isUnknown(protocol)) {
      v.duplicate(['ports', i], { Name: '', Protocol: protocol, AppProtocol: null, Port: number, TargetPort: 0, NodePort: 0 });
    }
    numbers.add(key);
  }
}

function validateSourceRanges(v: Scope, spec: Fields, annotations: Fields, type: string): void {
  const ranges = itemsOf(spec.loadBalancerSourceRanges);
  const misplaced = type !== 'LoadBalancer' && !isUnknown(type);
  if (ranges.length > 0) {
    if (misplaced) v.forbidden('loadBalancerSourceRanges', LOAD_BALANCER_ONLY, '.LoadBalancerSourceRanges');
    for (const [i, range] of ranges.entries()) {
      const text = textOf(range);
      if (!isUnknown(text)) legacyCidr(v, ['loadBalancerSourceRanges', i], text.trim(), `.LoadBalancerSourceRanges[${i}]`);
    }
    return;
  }
  const annotation = annotations[SOURCE_RANGES];
  if (typeof annotation === 'string' && !isUnknown(annotation))
    v.fromTop(() => validateAnnotatedRanges(v, annotation, misplaced));
}

function validateAnnotatedRanges(v: Scope, annotation: string, misplaced: boolean): void {
  const at = ['metadata', 'annotations', SOURCE_RANGES];
  if (misplaced) v.forbidden(at, LOAD_BALANCER_ONLY);
  if (annotation.trim() === '') return;
  for (const range of annotation.trim().split(',')) legacyCidr(v, at, range.trim());
}

function validateTrafficPolicies(v: Scope, spec: Fields, type: string): void {
  const accessible =
    type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && itemsOf(spec.externalIPs).length > 0);
  const external = textOf(spec.externalTrafficPolicy);
  if (external !== '') {
    if (!accessible) v.invalid('externalTrafficPolicy', external, 'may only be set for externally-accessible services');
    else if (external !== 'Cluster' && external !== 'Local')
      v.unsupported('externalTrafficPolicy', external, ['Cluster', 'Local']);
  }
  const healthPort = numberOf(spec.healthCheckNodePort) ?? 0;
  if (healthPort !== 0 && !isUnknown(external)) {
    if (type !== 'LoadBalancer' || external !== 'Local') {
      const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
      v.invalid('healthCheckNodePort', healthPort, detail);
    } else v.invalids('healthCheckNodePort', healthPort, portNumberFaults(healthPort));
  }
  const internal = textOf(spec.internalTrafficPolicy);
  if (isSet(spec.internalTrafficPolicy) && internal !== 'Cluster' && internal !== 'Local') {
    v.unsupported('internalTrafficPolicy', internal, ['Cluster', 'Local']);
  }
  // A gate dropped the field before 1.31.
  if (isSet(spec.trafficDistribution) && v.minor >= 31) {
    const distribution = textOf(spec.trafficDistribution);
    const supported = v.minor >= 34 ? ['PreferClose', 'PreferSameZone', 'PreferSameNode'] : ['PreferClose'];
    if (!supported.includes(distribution)) v.unsupported('trafficDistribution', distribution, supported);
  }
}
