import {
  byteLength,
  cIdentifierFaults,
  dns1123LabelFaults,
  dns1123SubdomainFaults,
  labelValueFaults,
  longerThan,
  qualifiedNameFaults,
} from '../../api/names.ts';
import { isExtendedResource } from '../../api/resource-names.ts';
import { isUnknown } from '../../api/unknown.ts';
import { caselessSubdomainFaults } from './declared-formats.ts';
import { validateAnnotationMap } from './labels.ts';
import { validateLabelsAt } from './parts.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, itemsOf, numberOf, textOf } from './scope.ts';

const MOST = 32;
const MOST_ALTERNATIVES = 8;
const LONGEST_EXPRESSION = 10 * 1024;
const LONGEST_PARAMETERS = 10 * 1024;
const ALLOCATION_MODES = ['All', 'ExactCount'];
const EFFECTS = ['NoExecute', 'NoSchedule', 'None'];
/** Since then, claims may tolerate taints and ask for distinct attributes. */
const TAINTS_SINCE = 36;

/**
 * A ResourceClaim; expressions are not compiled, and whether the namespace allows admin access is not known here.
 * Mirrors ValidateResourceClaim of k8s.io/kubernetes/pkg/apis/resource/validation.
 */
export function validateResourceClaim(v: Scope, object: Fields): void {
  v.in('spec', object.spec, validateClaimSpec);
}

/** Mirrors ValidateResourceClaimTemplate. */
export function validateResourceClaimTemplate(v: Scope, object: Fields): void {
  v.in('spec', object.spec, validateTemplateSpec);
}

function validateTemplateSpec(v: Scope, spec: Fields): void {
  v.in('metadata', spec.metadata, validateTemplateMetadata);
  v.in('spec', spec.spec, validateClaimSpec);
}

function validateTemplateMetadata(v: Scope, metadata: Fields): void {
  validateAnnotationMap(v, metadata.annotations);
  validateLabelsAt(v, 'labels', metadata.labels);
  for (const key of Object.keys(metadata)) {
    if (key === 'annotations' || key === 'labels' || isEmpty(metadata[key])) continue;
    // The server makes the field's name from Go's.
    v.forbidden(key, 'cannot be set', key === 'uid' ? '.uID' : undefined);
  }
}

function isEmpty(value: unknown): boolean {
  return !isSet(value) || value === '' || value === 0;
}

/** Mirrors ValidateDeviceClass. */
export function validateDeviceClass(v: Scope, object: Fields): void {
  // From 1.37 on the name's format is declared on the type.
  const name = textOf(fieldsOf(object.metadata).name);
  if (v.minor >= 37 && name !== '') v.invalidsByDeclaration(['metadata', 'name'], name, dns1123SubdomainFaults(name));
  v.in('spec', object.spec, validateClassSpec);
}

function validateClassSpec(v: Scope, spec: Fields): void {
  eachUpTo(v, 'selectors', spec.selectors, MOST, validateSelector);
  eachUpTo(v, 'config', spec.config, MOST, validateConfig);
  // A gate dropped the field before 1.36.
  if (!isSet(spec.extendedResourceName) || v.minor < 36) return;
  const name = textOf(spec.extendedResourceName);
  if (v.minor >= 37) v.invalidsByDeclaration('extendedResourceName', name, extendedNameFaults(name));
  else if (!isExtendedResource(name, v.minor)) {
    v.invalid('extendedResourceName', name, 'must be a valid extended resource name');
  }
}

/** Mirrors ExtendedResourceName of k8s.io/apimachinery/pkg/api/validate/strfmt.go. */
function extendedNameFaults(name: string): readonly string[] {
  const faults: string[] = [];
  if (!name.includes('/')) faults.push("a name must be a domain-prefixed path, such as 'example.com/my-prop'");
  else if (name.includes('kubernetes.io/')) faults.push('must not have "kubernetes.io/" domain');
  if (name.startsWith('requests.')) faults.push('must not have "requests." prefix');
  return [...faults, ...qualifiedNameFaults(`requests.${name}`, 37)];
}

type ItemCheck<A> = (v: Scope, item: Fields, index: number, arg: A) => void;

function eachUpTo<A = undefined>(v: Scope, key: string, list: unknown, most: number, check: ItemCheck<A>, arg?: A): void {
  const { length } = itemsOf(list);
  if (length > most) v.tooManyByDeclaration(key, length, most);
  else v.each(key, list, check, arg);
}

/** Items with names of their own. Where that is declared, repeats are told before what is wrong with each, and printed whole. */
function eachNamed<A>(v: Scope, key: string, list: unknown, most: number, check: ItemCheck<A>, arg: A): void {
  const items = itemsOf(list);
  if (items.length > most) {
    v.tooManyByDeclaration(key, items.length, most);
    return;
  }
  if (v.minor >= 37) repeats(v, key, items);
  v.each(key, list, check, arg);
  if (v.minor < 37) repeats(v, key, items);
}

function repeats(v: Scope, key: string, items: readonly unknown[]): void {
  const seen = new Set<string>();
  for (const [i, item] of items.entries()) {
    const name = typeof item === 'string' ? item : textOf(fieldsOf(item).name);
    // The server prints the whole item from 1.37 on; here it is its name.
    if (seen.has(name)) v.duplicateByDeclaration([key, i], name);
    seen.add(name);
  }
}

function validateClaimSpec(v: Scope, spec: Fields): void {
  v.in('devices', spec.devices, validateDevices);
}

function validateDevices(v: Scope, devices: Fields): void {
  const names = requestNames(devices);
  eachNamed(v, 'requests', devices.requests, MOST, validateRequest, undefined);
  eachUpTo(v, 'constraints', devices.constraints, MOST, validateConstraint, names);
  eachUpTo(v, 'config', devices.config, MOST, validateClaimConfig, names);
}

/** The requests, each with the names of its alternatives. */
type RequestNames = ReadonlyMap<string, ReadonlySet<string>>;

function requestNames(devices: Fields): RequestNames {
  return new Map(
    itemsOf(devices.requests).map((request) => {
      const { name, firstAvailable } = fieldsOf(request);
      return [textOf(name), new Set(itemsOf(firstAvailable).map((one) => textOf(fieldsOf(one).name)))];
    }),
  );
}

function validateRequest(v: Scope, request: Fields): void {
  const name = textOf(request.name);
  v.invalids('name', name, dns1123LabelFaults(name));
  const alternatives = itemsOf(request.firstAvailable).length > 0;
  const exactly = isSet(request.exactly);
  const one = 'exactly one of `exactly` or `firstAvailable` is required';
  if (!alternatives && !exactly) v.required([], one);
  else if (alternatives && exactly) v.invalid([], null, `${one}, but multiple fields are set`);
  if (v.minor < 37 && alternatives === exactly) return;
  // Where they are declared, rules for both go on; the rest does not.
  if (alternatives && !exactly) {
    eachNamed(v, 'firstAvailable', request.firstAvailable, MOST_ALTERNATIVES, validateAlternative, undefined);
  } else if (exactly && !alternatives) v.in('exactly', request.exactly, validateExactly);
}

function validateAlternative(v: Scope, request: Fields): void {
  const name = textOf(request.name);
  v.invalids('name', name, dns1123LabelFaults(name));
  const className = textOf(request.deviceClassName);
  if (className === '') v.requiredByDeclaration('deviceClassName');
  else v.invalidsByDeclaration('deviceClassName', className, dns1123SubdomainFaults(className));
  validateRequirements(v, request);
}

function validateExactly(v: Scope, request: Fields): void {
  const className = textOf(request.deviceClassName);
  if (className === '') v.required('deviceClassName');
  else v.invalids('deviceClassName', className, dns1123SubdomainFaults(className));
  validateRequirements(v, request);
}

function validateRequirements(v: Scope, request: Fields): void {
  eachUpTo(v, 'selectors', request.selectors, MOST, validateSelector);
  const mode = textOf(request.allocationMode) || 'ExactCount';
  const given = numberOf(request.count) ?? 0;
  const count = mode === 'ExactCount' && given === 0 ? 1 : given;
  if (mode === 'All') {
    if (count !== 0) v.invalid('count', count, "must not be specified when allocationMode is 'All'");
  } else if (mode !== 'ExactCount') v.unsupportedByDeclaration('allocationMode', mode, ALLOCATION_MODES);
  else if (count <= 0) v.invalid('count', count, 'must be greater than zero');
  if (v.minor >= TAINTS_SINCE) v.each('tolerations', request.tolerations, validateToleration);
}

function validateSelector(v: Scope, selector: Fields): void {
  if (!isSet(selector.cel)) v.required('cel');
  else if (longerThan(textOf(fieldsOf(selector.cel).expression), LONGEST_EXPRESSION)) {
    v.tooLong(['cel', 'expression'], LONGEST_EXPRESSION);
  }
}

function validateToleration(v: Scope, toleration: Fields): void {
  const key = textOf(toleration.key);
  if (key !== '') v.invalidsByDeclaration('key', key, qualifiedNameFaults(key, v.minor));
  const operator = textOf(toleration.operator) || 'Equal';
  const value = textOf(toleration.value);
  if (operator === 'Exists') {
    if (value !== '') v.invalid('value', value, 'must be empty for operator `Exists`');
  } else if (operator === 'Equal') v.invalids('value', value, labelValueFaults(value, v.minor));
  else v.unsupportedByDeclaration('operator', operator, ['Equal', 'Exists']);
  const effect = textOf(toleration.effect);
  if (effect !== '' && !EFFECTS.includes(effect)) v.unsupportedByDeclaration('effect', effect, EFFECTS);
}

function validateConstraint(v: Scope, constraint: Fields, _index: number, names: RequestNames): void {
  validateReferences(v, constraint.requests, names);
  const { matchAttribute } = constraint;
  const distinctAttribute = v.minor >= TAINTS_SINCE ? constraint.distinctAttribute : undefined;
  if (isSet(matchAttribute)) validateAttributeName(v, 'matchAttribute', textOf(matchAttribute));
  else if (!isSet(distinctAttribute)) {
    if (v.minor < TAINTS_SINCE) v.required('matchAttribute');
    else v.required([], 'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set');
  }
  if (isSet(distinctAttribute) && (v.minor >= 37 || !isSet(matchAttribute))) {
    validateAttributeName(v, 'distinctAttribute', textOf(distinctAttribute));
  }
}

/** Mirrors validateFullyQualifiedName, and from 1.37 on ResourceFullyQualifiedName of apimachinery's pkg/api/validate. */
function validateAttributeName(v: Scope, at: string, name: string): void {
  const old = v.minor < 35;
  if (name === '' && old) {
    v.required(at, 'name required');
    return;
  }
  const parts = name.split('/');
  if (parts.length === 1) validateIdentifier(v, at, parts[0]!);
  else if (parts.length === 2) {
    validateDomain(v, at, parts[0]!);
    if (parts[1] !== '') validateIdentifier(v, at, parts[1]!);
    else if (old) v.required(at, 'the name must not be empty');
    else v.invalidByDeclaration(at, '', v.minor < 37 ? 'the name must not be empty' : 'name must not be empty');
  }
  if (name.includes('/')) return;
  v.invalidByDeclaration(
    at,
    name,
    old ? 'must include a domain' : 'a fully qualified name must be a domain and a name separated by a slash',
  );
}

function validateDomain(v: Scope, at: string, domain: string): void {
  if (domain !== '') {
    if (longerThan(domain, 63)) v.tooLongByDeclaration(at, 63, true);
    if (v.minor < 37) v.invalids(at, domain, dns1123SubdomainFaults(domain.toLowerCase()));
    else
      v.invalidsByDeclaration(
        at,
        domain,
        dns1123SubdomainFaults(domain).map((fault) => `prefix: ${fault}`),
      );
  } else if (v.minor < 35) v.required(at, 'the domain must not be empty');
  else v.invalidByDeclaration(at, '', v.minor < 37 ? 'the domain must not be empty' : 'prefix must not be empty');
}

function validateIdentifier(v: Scope, at: string, identifier: string): void {
  if (longerThan(identifier, 32)) v.tooLongByDeclaration(at, 32, true);
  v.invalidsByDeclaration(at, identifier, cIdentifierFaults(identifier));
}

function validateClaimConfig(v: Scope, config: Fields, _index: number, names: RequestNames): void {
  validateReferences(v, config.requests, names);
  validateConfig(v, config);
}

/** `requests`: names of requests, or of their alternatives behind a slash. */
function validateReferences(v: Scope, list: unknown, names: RequestNames): void {
  const references = itemsOf(list).map(textOf);
  if (references.length > MOST) {
    v.tooManyByDeclaration('requests', references.length, MOST);
    return;
  }
  if (v.minor >= 37) repeats(v, 'requests', references);
  for (const [i, reference] of references.entries()) {
    const at = ['requests', i];
    const parts = reference.split('/');
    const unknown = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";
    if (parts.length <= 2) for (const part of parts) v.invalids(at, part, dns1123LabelFaults(part));
    if (!isReference(parts, names)) v.invalid(at, reference, unknown);
  }
  if (v.minor < 37) repeats(v, 'requests', references);
}

function isReference(parts: readonly string[], names: RequestNames): boolean {
  if ([...names.keys()].some(isUnknown)) return true;
  const alternatives = names.get(parts[0]!);
  if (alternatives === undefined || parts.length > 2) return false;
  return parts.length === 1 || alternatives.has(parts[1]!) || [...alternatives].some(isUnknown);
}

function validateConfig(v: Scope, config: Fields): void {
  if (!isSet(config.opaque)) v.required('opaque');
  else v.in('opaque', config.opaque, validateOpaque);
}

function validateOpaque(v: Scope, opaque: Fields): void {
  const driver = textOf(opaque.driver);
  if (driver === '') v.requiredByDeclaration('driver');
  else if (v.minor >= 37) {
    v.invalidsByDeclaration('driver', driver, caselessSubdomainFaults(driver));
    if (longerThan(driver, 63)) v.tooLongByDeclaration('driver', 63);
  } else {
    if (longerThan(driver, 63)) v.tooLong('driver', 63);
    v.invalids('driver', driver, dns1123SubdomainFaults(driver.toLowerCase()));
  }
  const { parameters } = opaque;
  if (!isSet(parameters)) v.required('parameters');
  else if (typeof parameters !== 'object' || Array.isArray(parameters)) {
    if (!isUnknown(parameters)) v.invalid('parameters', '<value omitted>', 'must be a valid JSON object');
  } else if (parameters !== null && jsonLength(parameters) > LONGEST_PARAMETERS) v.tooLong('parameters', LONGEST_PARAMETERS);
}

function jsonLength(value: object): number {
  try {
    return byteLength(JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? Number(inner) : inner)));
  } catch {
    return 0;
  }
}
