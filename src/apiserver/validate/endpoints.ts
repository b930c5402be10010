import { parseIp } from '../../api/ip.ts';
import {
  dns1123LabelFaults,
  dns1123SubdomainFaults,
  labelValueFaults,
  portNumberFaults,
  qualifiedNameFaults,
} from '../../api/names.ts';
import { isUnknown } from '../../api/unknown.ts';
import { canonicalIp, endpointIp, legacyIp } from './ip-fields.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, itemsOf, numberOf, textOf } from './scope.ts';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6'];

/** Mirrors ValidateEndpoints of k8s.io/kubernetes/pkg/apis/core/validation. */
export function validateEndpoints(v: Scope, object: Fields): void {
  v.each('subsets', object.subsets, validateSubset);
}

function validateSubset(v: Scope, subset: Fields): void {
  const ready = itemsOf(subset.addresses);
  const unready = itemsOf(subset.notReadyAddresses);
  if (ready.length === 0 && unready.length === 0) v.required([], 'must specify `addresses` or `notReadyAddresses`');
  v.each('addresses', ready, validateAddress);
  v.each('notReadyAddresses', unready, validateAddress);
  v.each('ports', subset.ports, validatePort, itemsOf(subset.ports).length > 1);
}

function validateAddress(v: Scope, address: Fields): void {
  const ip = textOf(address.ip);
  if (!isUnknown(ip)) legacyIp(v, 'ip', ip);
  const hostname = textOf(address.hostname);
  if (hostname !== '') v.invalids('hostname', hostname, dns1123LabelFaults(hostname));
  if (isSet(address.nodeName)) v.invalids('nodeName', textOf(address.nodeName), dns1123SubdomainFaults(textOf(address.nodeName)));
  if (!isUnknown(ip)) endpointIp(v, 'ip', ip);
}

function validatePort(v: Scope, port: Fields, _index: number, named: boolean): void {
  const name = textOf(port.name);
  if (named && name === '') v.required('name');
  else if (name !== '') v.invalids('name', name, dns1123LabelFaults(name));
  const number = numberOf(port.port) ?? 0;
  v.invalids('port', number, portNumberFaults(number));
  const protocol = textOf(port.protocol) || 'TCP';
  if (!PROTOCOLS.includes(protocol)) v.unsupported('protocol', protocol, PROTOCOLS);
  validateAppProtocol(v, port);
}

function validateAppProtocol(v: Scope, port: Fields): void {
  if (!isSet(port.appProtocol)) return;
  const appProtocol = textOf(port.appProtocol);
  v.invalids('appProtocol', appProtocol, qualifiedNameFaults(appProtocol, v.minor));
}

/** `deprecatedTopology` is dropped before. Mirrors ValidateEndpointSlice of k8s.io/kubernetes/pkg/apis/discovery/validation. */
export function validateEndpointSlice(v: Scope, object: Fields): void {
  const addressType = textOf(object.addressType);
  if (addressType === '') v.requiredByDeclaration('addressType');
  else if (!ADDRESS_TYPES.includes(addressType)) v.unsupportedByDeclaration('addressType', addressType, ADDRESS_TYPES);
  const ports = itemsOf(object.ports);
  if (ports.length > 20000) v.tooMany('ports', ports.length, 20000);
  else v.each('ports', ports, validateSlicePort, new Set<string>());
  const endpoints = itemsOf(object.endpoints);
  if (endpoints.length > 1000) v.tooMany('endpoints', endpoints.length, 1000);
  else v.each('endpoints', endpoints, validateEndpoint, addressType);
}

function validateSlicePort(v: Scope, port: Fields, _index: number, names: Set<string>): void {
  const name = textOf(port.name);
  if (name !== '') v.invalids('name', name, dns1123LabelFaults(name));
  if (names.has(name)) v.duplicate('name', name);
  names.add(name);
  const protocol = isSet(port.protocol) ? textOf(port.protocol) : 'TCP';
  if (!PROTOCOLS.includes(protocol)) v.unsupported('protocol', protocol, PROTOCOLS);
  validateAppProtocol(v, port);
}

function validateEndpoint(v: Scope, endpoint: Fields, _index: number, addressType: string): void {
  const addresses = itemsOf(endpoint.addresses);
  if (addresses.length === 0) v.requiredByDeclaration('addresses', 'must contain at least 1 address');
  else if (addresses.length > 100) v.tooManyByDeclaration('addresses', addresses.length, 100);
  for (const [i, item] of addresses.entries()) {
    const address = textOf(item);
    if (!isUnknown(address)) validateSliceAddress(v, address, ['addresses', i], addressType);
  }
  if (isSet(endpoint.nodeName)) {
    v.invalids('nodeName', textOf(endpoint.nodeName), dns1123SubdomainFaults(textOf(endpoint.nodeName)));
  }
  if (isSet(endpoint.hostname)) {
    v.invalids('hostname', textOf(endpoint.hostname), dns1123LabelFaults(textOf(endpoint.hostname)));
  }
  if (isSet(endpoint.hints)) v.in('hints', endpoint.hints, validateHints);
}

function validateSliceAddress(v: Scope, address: string, at: (string | number)[], addressType: string): void {
  if (v.minor < 33 && (addressType === 'IPv4' || addressType === 'IPv6')) {
    if (parseIp(address)?.isIPv4 !== (addressType === 'IPv4')) v.invalid(at, address, `must be a valid ${addressType} address`);
    endpointIp(v, at, address);
    return;
  }
  if (addressType === 'IPv4') {
    if (!legacyIp(v, at, address)) return;
    if (parseIp(address)?.isIPv4 !== true) v.invalid(at, address, 'must be an IPv4 address', '.addresses');
    endpointIp(v, at, address);
  } else if (addressType === 'IPv6') {
    if (!canonicalIp(v, at, address)) return;
    if (parseIp(address)?.isIPv4 !== false) v.invalid(at, address, 'must be an IPv6 address', '.addresses');
    endpointIp(v, at, address);
  } else if (addressType === 'FQDN') fullyQualified(v, at, address);
}

/** Mirrors IsFullyQualifiedDomainName. */
function fullyQualified(v: Scope, at: (string | number)[], address: string): void {
  if (address === '') {
    v.required(at);
    return;
  }
  const name = address.endsWith('.') ? address.slice(0, -1) : address;
  const faults = dns1123SubdomainFaults(name);
  if (faults.length > 0) {
    v.invalid(at, name, faults.join(','));
    return;
  }
  const labels = name.split('.');
  if (labels.length < 2) v.invalid(at, name, 'should be a domain with at least two segments separated by dots');
  else {
    for (const label of labels) {
      const labelFaults = dns1123LabelFaults(label);
      if (labelFaults.length === 0) continue;
      v.invalid(at, label, labelFaults.join(','));
      return;
    }
  }
}

function validateHints(v: Scope, hints: Fields): void {
  if (!validateHintNames(v, 'forZones', hints.forZones, (name) => labelValueFaults(name, v.minor))) return;
  // A gate dropped them before 1.34.
  if (v.minor >= 34) validateHintNames(v, 'forNodes', hints.forNodes, dns1123SubdomainFaults);
}

function validateHintNames(v: Scope, key: string, list: unknown, check: (name: string) => readonly string[]): boolean {
  const items = itemsOf(list);
  if (items.length > 8) {
    v.tooMany(key, items.length, 8);
    return false;
  }
  const names = new Set<string>();
  for (const [i, item] of items.entries()) {
    const name = textOf(fieldsOf(item).name);
    if (names.has(name)) v.duplicate([key, i, 'name'], name);
    names.add(name);
    v.invalids([key, i, 'name'], name, check(name));
  }
  return true;
}
