import { dns1035LabelFaults, dns1123SubdomainFaults, portNumberFaults } from '../../api/names.ts';
import { isUnknown } from '../../api/unknown.ts';
import { validateMatchConditions, validateRuleWithOperations } from './admission-rules.ts';
import { validateLabelSelectorAt } from './parts.ts';
import type { Fields, Scope } from './scope.ts';
import { isSet, itemsOf, numberOf, textOf } from './scope.ts';
import { validateWebhookUrl } from './webhook-url.ts';

const REVIEW_VERSIONS = ['v1', 'v1beta1'];
const SIDE_EFFECTS = ['None', 'NoneOnDryRun'];

/** Mirrors ValidateValidatingWebhookConfiguration of k8s.io/kubernetes/pkg/apis/admissionregistration/validation. */
export function validateValidatingWebhooks(v: Scope, object: Fields): void {
  v.each('webhooks', object.webhooks, validateWebhook, { mutating: false, names: new Set<string>() });
}

/** Mirrors ValidateMutatingWebhookConfiguration. */
export function validateMutatingWebhooks(v: Scope, object: Fields): void {
  v.each('webhooks', object.webhooks, validateWebhook, { mutating: true, names: new Set<string>() });
}

interface Context {
  readonly mutating: boolean;
  readonly names: Set<string>;
}

function validateWebhook(v: Scope, hook: Fields, _index: number, { mutating, names }: Context): void {
  const name = textOf(hook.name);
  validateName(v, name);
  v.each('rules', hook.rules, validateRuleWithOperations);
  oneOf(v, hook, 'failurePolicy', 'Fail', ['Fail', 'Ignore']);
  oneOf(v, hook, 'matchPolicy', 'Equivalent', ['Equivalent', 'Exact']);
  if (!isSet(hook.sideEffects)) v.required('sideEffects', `must specify one of ${SIDE_EFFECTS.join(', ')}`);
  else oneOf(v, hook, 'sideEffects', '', SIDE_EFFECTS);
  const timeout = numberOf(hook.timeoutSeconds) ?? 10;
  if (timeout > 30 || timeout < 1) v.invalid('timeoutSeconds', timeout, 'the timeout value must be between 1 and 30 seconds');
  validateLabelSelectorAt(v, 'namespaceSelector', hook.namespaceSelector);
  validateLabelSelectorAt(v, 'objectSelector', hook.objectSelector);
  if (mutating) oneOf(v, hook, 'reinvocationPolicy', 'Never', ['IfNeeded', 'Never']);
  v.in('clientConfig', hook.clientConfig, validateClientConfig);
  validateMatchConditions(v, hook.matchConditions);
  validateReviewVersions(v, hook.admissionReviewVersions);
  if (name === '') return;
  if (names.has(name)) v.duplicate('name', name);
  names.add(name);
}

function oneOf(v: Scope, hook: Fields, key: string, byDefault: string, supported: readonly string[]): void {
  const value = isSet(hook[key]) ? textOf(hook[key]) : byDefault;
  if (!supported.includes(value)) v.unsupported(key, value, supported);
}

/** Mirrors IsFullyQualifiedName. */
function validateName(v: Scope, name: string): void {
  if (name === '') {
    v.required('name');
    return;
  }
  const faults = dns1123SubdomainFaults(name);
  if (faults.length > 0) v.invalid('name', name, faults.join(','));
  else if (name.split('.').length < 3) {
    v.invalid('name', name, 'should be a domain with at least three segments separated by dots');
  }
}

function validateClientConfig(v: Scope, config: Fields): void {
  if (isSet(config.url) === isSet(config.service)) v.required([], 'exactly one of url or service is required');
  else if (isSet(config.url)) validateWebhookUrl(v, 'url', textOf(config.url));
  else v.in('service', config.service, validateWebhookService, true);
}

/** `swapped`: the server asks for the name where the namespace is missing, and the reverse. Mirrors ValidateWebhookService. */
export function validateWebhookService(v: Scope, service: Fields, swapped: boolean): void {
  const name = swapped ? 'namespace' : 'name';
  const namespace = swapped ? 'name' : 'namespace';
  const detail = (field: string): string => (v.minor < 34 ? `service ${field} is required` : '');
  if (textOf(service[name]) === '') v.required(name, detail('name'), '.name');
  if (textOf(service[namespace]) === '') v.required(namespace, detail('namespace'), '.namespace');
  const port = numberOf(service.port) ?? 443;
  const faults = portNumberFaults(port);
  if (faults.length > 0) v.invalid('port', port, `port is not valid: ${faults.join(', ')}`);
  if (isSet(service.path)) validatePath(v, textOf(service.path));
}

function validatePath(v: Scope, path: string): void {
  if (path === '/' || path === '' || isUnknown(path)) return;
  if (path === '//') {
    v.invalid('path', path, 'segment[0] may not be empty');
    return;
  }
  if (!path.startsWith('/')) v.invalid('path', path, "must start with a '/'");
  let rest = path.slice(1);
  if (rest.endsWith('/')) rest = rest.slice(0, -1);
  for (const [i, step] of rest.split('/').entries()) {
    if (step === '') v.invalid('path', path, `segment[${i}] may not be empty`);
    else for (const fault of dns1123SubdomainFaults(step)) v.invalid('path', path, `segment[${i}]: ${fault}`);
  }
}

function validateReviewVersions(v: Scope, list: unknown): void {
  const versions = itemsOf(list).map(textOf);
  const all = REVIEW_VERSIONS.join(', ');
  if (versions.length === 0) {
    v.required('admissionReviewVersions', `must specify one of ${all}`);
    return;
  }
  const seen = new Set<string>();
  for (const [i, version] of versions.entries()) {
    if (seen.has(version)) {
      v.invalid(['admissionReviewVersions', i], version, 'duplicate version');
      continue;
    }
    seen.add(version);
    v.invalids(['admissionReviewVersions', i], version, dns1035LabelFaults(version));
  }
  if (!versions.some((version) => REVIEW_VERSIONS.includes(version) || isUnknown(version))) {
    v.invalid('admissionReviewVersions', versions, `must include at least one of ${all}`);
  }
}
