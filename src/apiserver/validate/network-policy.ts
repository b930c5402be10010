import { parseCidr } from '../../api/ip.ts';
import { dns1123SubdomainFaults, pathSegmentNameFaults, portNameFaults, portNumberFaults } from '../../api/names.ts';
import { isUnknown } from '../../api/unknown.ts';
import { canonicalCidr, isStrictSubset, legacyCidr } from './ip-fields.ts';
import { validateLabelSelectorAt } from './parts.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, itemsOf, numberOf, textOf } from './scope.ts';

/** Mirrors ValidateNetworkPolicy of k8s.io/kubernetes/pkg/apis/networking/validation. */
export function validateNetworkPolicy(v: Scope, object: Fields): void {
  v.in('spec', object.spec, validateSpec);
}

function validateSpec(v: Scope, spec: Fields): void {
  validateLabelSelectorAt(v, 'podSelector', spec.podSelector);
  v.each('ingress', spec.ingress, validateRule, 'from');
  v.each('egress', spec.egress, validateRule, 'to');
  const types = itemsOf(spec.policyTypes);
  if (types.length > 2) {
    v.invalid('policyTypes', types, 'may not specify more than two policyTypes');
    return;
  }
  for (const [i, item] of types.entries()) {
    const type = textOf(item);
    if (type !== 'Ingress' && type !== 'Egress') v.unsupported(['policyTypes', i], type, ['Ingress', 'Egress']);
  }
}

function validateRule(v: Scope, rule: Fields, _index: number, peers: 'from' | 'to'): void {
  v.each('ports', rule.ports, validatePort);
  v.each(peers, rule[peers], validatePeer);
}

function validatePort(v: Scope, item: Fields): void {
  const protocol = isSet(item.protocol) ? textOf(item.protocol) : 'TCP';
  if (protocol !== 'TCP' && protocol !== 'UDP' && protocol !== 'SCTP') {
    v.unsupported('protocol', protocol, ['TCP', 'UDP', 'SCTP']);
  }
  const { port } = item;
  const endPort = numberOf(item.endPort);
  if (typeof port === 'number') {
    v.invalids('port', port, portNumberFaults(port));
    if (endPort === undefined) return;
    // Servers before 1.37 print the wrong number of the two.
    if (endPort < port) v.invalid('endPort', v.minor >= 37 ? endPort : port, 'must be greater than or equal to `port`');
    v.invalids('endPort', endPort, portNumberFaults(endPort));
  } else if (isSet(port)) {
    if (endPort !== undefined && !isUnknown(port)) {
      v.invalid('endPort', endPort, 'may not be specified when `port` is non-numeric');
    }
    v.invalids('port', port, portNameFaults(textOf(port)));
  } else if (endPort !== undefined) v.invalid('endPort', endPort, 'may not be specified when `port` is not specified');
}

function validatePeer(v: Scope, peer: Fields): void {
  let count = 0;
  for (const key of ['podSelector', 'namespaceSelector']) {
    if (!isSet(peer[key])) continue;
    count++;
    validateLabelSelectorAt(v, key, peer[key]);
  }
  const block = isSet(peer.ipBlock);
  if (block) v.in('ipBlock', peer.ipBlock, validateBlock);
  if (count === 0 && !block) v.required([], 'must specify a peer');
  else if (count > 0 && block) v.forbidden([], 'may not specify both ipBlock and another peer');
}

function validateBlock(v: Scope, block: Fields): void {
  const cidr = textOf(block.cidr);
  if (cidr === '') {
    v.requiredByDeclaration('cidr');
    return;
  }
  if (isUnknown(cidr)) return;
  legacyCidr(v, 'cidr', cidr);
  if (parseCidr(cidr) === undefined) return;
  for (const [i, item] of itemsOf(block.except).entries()) {
    const except = textOf(item);
    if (isUnknown(except)) continue;
    legacyCidr(v, ['except', i], except);
    if (isStrictSubset(cidr, except) === false) v.invalid(['except', i], except, 'must be a strict subset of `cidr`');
  }
}

/** Mirrors ValidateIPAddress. */
export function validateIpAddress(v: Scope, object: Fields): void {
  const spec = fieldsOf(object.spec);
  if (!isSet(spec.parentRef)) {
    v.requiredByDeclaration(['spec', 'parentRef']);
    return;
  }
  const ref = fieldsOf(spec.parentRef);
  const at = (key: string): string[] => ['spec', 'parentRef', key];
  const group = textOf(ref.group);
  if (group !== '') v.invalids(at('group'), group, dns1123SubdomainFaults(group));
  for (const key of ['resource', 'name']) {
    const value = textOf(ref[key]);
    if (value === '') v.requiredByDeclaration(at(key));
    else v.invalids(at(key), value, pathSegmentNameFaults(value));
  }
  const namespace = textOf(ref.namespace);
  if (namespace !== '') v.invalids(at('namespace'), namespace, pathSegmentNameFaults(namespace));
}

/** Mirrors ValidateServiceCIDR. */
export function validateServiceCidr(v: Scope, object: Fields): void {
  const cidrs = itemsOf(fieldsOf(object.spec).cidrs).map(textOf);
  const at = ['spec', 'cidrs'];
  if (cidrs.length === 0) {
    v.required(at, 'at least one CIDR required');
    return;
  }
  if (cidrs.length > 2) {
    v.invalid(at, { CIDRs: cidrs }, 'may only hold up to 2 values');
    return;
  }
  if (cidrs.some(isUnknown)) return;
  for (const [i, cidr] of cidrs.entries()) canonicalCidr(v, [...at, i], cidr);
  const [a, b] = cidrs.map(parseCidr);
  if (a !== undefined && b !== undefined && a.ip.isIPv4 === b.ip.isIPv4) {
    v.invalid(at, cidrs, 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64');
  }
}
