import { parseIp } from '../../api/ip.ts';
import {
  dns1035LabelFaults,
  dns1123LabelFaults,
  dns1123SubdomainFaults,
  longerThan,
  pathSegmentNameFaults,
  portNameFaults,
  portNumberFaults,
  regexMessage,
  wildcardSubdomainFaults,
} from '../../api/names.ts';
import { isUnknown } from '../../api/unknown.ts';
import type { At, Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, itemsOf, numberOf, textOf } from './scope.ts';

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const SEQUENCES = ['//', '/./', '/../', '%2f', '%2F'];
const SUFFIXES = ['/..', '/.'];

/** Mirrors ValidateIngressCreate of k8s.io/kubernetes/pkg/apis/networking/validation. */
export function validateIngress(v: Scope, object: Fields): void {
  v.in('spec', object.spec, validateSpec);
  const annotations = fieldsOf(fieldsOf(object.metadata).annotations);
  const className = fieldsOf(object.spec).ingressClassName;
  if (!Object.hasOwn(annotations, CLASS_ANNOTATION) || !isSet(className) || isUnknown(className)) return;
  const annotation = textOf(annotations[CLASS_ANNOTATION]);
  if (annotation === className) return;
  const at = ['metadata', 'annotations', CLASS_ANNOTATION];
  v.invalid(at, annotation, 'must match `ingressClassName` when both are specified', `/annotations.${CLASS_ANNOTATION}`);
}

function validateSpec(v: Scope, spec: Fields): void {
  const rules = itemsOf(spec.rules);
  if (rules.length === 0 && !isSet(spec.defaultBackend) && !isUnknown(spec.rules)) {
    v.invalid([], spec.rules ?? null, 'either `defaultBackend` or `rules` must be specified');
  }
  if (isSet(spec.defaultBackend)) v.in('defaultBackend', spec.defaultBackend, validateBackend);
  v.each('rules', rules, validateRule);
  v.each('tls', spec.tls, validateTls);
  if (isSet(spec.ingressClassName)) {
    v.invalids('ingressClassName', textOf(spec.ingressClassName), dns1123SubdomainFaults(textOf(spec.ingressClassName)));
  }
}

function hostFaults(host: string): readonly string[] {
  return host.includes('*') ? wildcardSubdomainFaults(host) : dns1123SubdomainFaults(host);
}

function validateTls(v: Scope, tls: Fields): void {
  for (const [i, item] of itemsOf(tls.hosts).entries()) v.invalids(['hosts', i], textOf(item), hostFaults(textOf(item)));
  const secretName = textOf(tls.secretName);
  if (secretName !== '') v.invalids('secretName', secretName, dns1123SubdomainFaults(secretName));
}

function validateRule(v: Scope, rule: Fields): void {
  const host = textOf(rule.host);
  if (host !== '') {
    if (parseIp(host) !== undefined) v.invalid('host', host, 'must be a DNS name, not an IP address');
    v.invalids('host', host, hostFaults(host));
  }
  if (isSet(rule.http)) v.in('http', rule.http, validateHttp);
}

function validateHttp(v: Scope, http: Fields): void {
  if (itemsOf(http.paths).length === 0) v.required('paths');
  v.each('paths', http.paths, validatePath);
}

function validatePath(v: Scope, item: Fields): void {
  if (!isSet(item.pathType)) {
    v.required('pathType', 'pathType must be specified');
    return;
  }
  const type = textOf(item.pathType);
  const path = textOf(item.path);
  if (type === 'Exact' || type === 'Prefix') {
    if (!path.startsWith('/')) v.invalid('path', path, 'must be an absolute path');
    for (const sequence of SEQUENCES) if (path.includes(sequence)) v.invalid('path', path, `must not contain '${sequence}'`);
    for (const suffix of SUFFIXES) if (path.endsWith(suffix)) v.invalid('path', path, `cannot end with '${suffix}'`);
  } else if (type === 'ImplementationSpecific') {
    if (path !== '' && !path.startsWith('/')) v.invalid('path', path, 'must be an absolute path');
  } else v.unsupported('pathType', type, PATH_TYPES);
  v.in('backend', item.backend, validateBackend);
}

function validateBackend(v: Scope, backend: Fields): void {
  const service = isSet(backend.service);
  const resource = isSet(backend.resource);
  if (resource && service) v.invalid([], '', 'cannot set both resource and service backends');
  else if (resource) v.in('resource', backend.resource, validateResource);
  else if (service) validateServiceBackend(v, fieldsOf(backend.service));
  else v.invalid([], '', 'resource or service backend is required');
}

function validateServiceBackend(v: Scope, service: Fields): void {
  const name = textOf(service.name);
  const at = ['service', 'name'];
  if (name === '') v.required(at);
  else v.invalids(at, name, v.minor >= 36 ? dns1123LabelFaults(name) : dns1035LabelFaults(name));
  const port = fieldsOf(service.port);
  const portName = textOf(port.name);
  const number = numberOf(port.number) ?? 0;
  if (portName !== '' && number !== 0) {
    if (!isUnknown(port.number)) v.invalid([], '', 'cannot set both port name & port number');
  } else if (portName !== '') v.invalids(['service', 'port', 'name'], portName, portNameFaults(portName));
  else if (number !== 0) v.invalids(['service', 'port', 'number'], number, portNumberFaults(number));
  else if (!isUnknown(service.port)) v.required([], 'port name or number is required');
}

function validateResource(v: Scope, ref: Fields): void {
  if (isSet(ref.apiGroup)) v.invalids('apiGroup', textOf(ref.apiGroup), dns1123SubdomainFaults(textOf(ref.apiGroup)));
  for (const key of ['kind', 'name']) {
    const value = textOf(ref[key]);
    if (value === '') v.required(key, v.minor >= 34 ? '' : `${key} is required`);
    else v.invalids(key, value, pathSegmentNameFaults(value));
  }
}

/** Mirrors ValidateIngressClass. */
export function validateIngressClass(v: Scope, object: Fields): void {
  v.in('spec', object.spec, validateClassSpec);
}

function validateClassSpec(v: Scope, spec: Fields): void {
  const controller = textOf(spec.controller);
  if (longerThan(controller, 250)) v.tooLong('controller', 250);
  domainPrefixedPath(v, 'controller', controller);
  if (isSet(spec.parameters)) v.in('parameters', spec.parameters, validateParameters);
}

/** `example.com/something`. Mirrors IsDomainPrefixedPath. */
export function domainPrefixedPath(v: Scope, at: At, value: string): void {
  if (value === '') {
    v.required(at);
    return;
  }
  const slash = value.indexOf('/');
  if (slash <= 0 || slash === value.length - 1) {
    v.invalid(at, value, 'must be a domain-prefixed path (such as "acme.io/foo")');
    return;
  }
  const host = value.slice(0, slash);
  const path = value.slice(slash + 1);
  if (isUnknown(value)) return;
  v.invalids(at, host, dns1123SubdomainFaults(host));
  if (!/^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/.test(path)) v.invalid(at, path, regexMessage('Invalid path', HTTP_PATH));
}

const HTTP_PATH = `[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+`;

function validateParameters(v: Scope, parameters: Fields): void {
  if (isSet(parameters.apiGroup)) {
    v.invalids('apiGroup', textOf(parameters.apiGroup), dns1123SubdomainFaults(textOf(parameters.apiGroup)), '.apiGroup');
  }
  for (const key of ['kind', 'name']) {
    const value = textOf(parameters[key]);
    if (value === '') v.requiredByDeclaration(key, v.minor >= 34 ? '' : `${key} is required`, `.${key}`);
    else v.invalids(key, value, pathSegmentNameFaults(value), `.${key}`);
  }
  const scope = isSet(parameters.scope) ? textOf(parameters.scope) : 'Cluster';
  if (scope !== 'Cluster' && scope !== 'Namespace') v.unsupported('scope', scope, ['Cluster', 'Namespace'], '.scope');
  else if (scope === 'Namespace') {
    if (!isSet(parameters.namespace)) v.required('namespace', "`parameters.scope` is set to 'Namespace'", '.namespace');
    else v.invalids('namespace', textOf(parameters.namespace), dns1123LabelFaults(textOf(parameters.namespace)), '.namespace');
  } else if (isSet(parameters.namespace)) v.forbidden('namespace', "`parameters.scope` is set to 'Cluster'", '.namespace');
}
