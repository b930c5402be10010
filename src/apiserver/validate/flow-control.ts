import { dns1123LabelFaults, dns1123SubdomainFaults } from '../../api/names.ts';
import { isUnknown } from '../../api/unknown.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, itemsOf, numberOf, textOf } from './scope.ts';

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];
const SUBJECT_KINDS = ['Group', 'ServiceAccount', 'User'];
const MOST_QUEUES = 10_000_000;
const MOST_HASH_BITS = 60;

/**
 * Mirrors ValidateFlowSchema of k8s.io/kubernetes/pkg/apis/flowcontrol/validation, but for the fixed content of the schemas that every
 * cluster has (`exempt`, `catch-all`).
 */
export function validateFlowSchema(v: Scope, object: Fields): void {
  v.in('spec', object.spec, validateSchemaSpec, textOf(fieldsOf(object.metadata).name));
}

function validateSchemaSpec(v: Scope, spec: Fields, name: string): void {
  const precedence = numberOf(spec.matchingPrecedence) || 1000;
  if (precedence <= 0) v.invalid('matchingPrecedence', precedence, 'must be a positive value');
  if (precedence > 10000) v.invalid('matchingPrecedence', precedence, 'must not be greater than 10000');
  if (precedence === 1 && name !== 'exempt') {
    v.invalid('matchingPrecedence', precedence, "only the schema named 'exempt' may have matchingPrecedence 1");
  }
  if (isSet(spec.distinguisherMethod)) {
    const type = textOf(fieldsOf(spec.distinguisherMethod).type);
    if (type !== 'ByNamespace' && type !== 'ByUser') {
      v.unsupported(['distinguisherMethod', 'type'], { Type: type }, ['ByNamespace', 'ByUser']);
    }
  }
  const level = textOf(fieldsOf(spec.priorityLevelConfiguration).name);
  const at = ['priorityLevelConfiguration', 'name'];
  if (level === '') v.required(at, 'must reference a priority level');
  else v.invalids(at, level, dns1123SubdomainFaults(level));
  v.each('rules', spec.rules, validateRules);
}

function validateRules(v: Scope, rule: Fields): void {
  if (itemsOf(rule.subjects).length === 0) v.required('subjects', 'subjects must contain at least one value');
  v.each('subjects', rule.subjects, validateSubject);
  if (itemsOf(rule.resourceRules).length === 0 && itemsOf(rule.nonResourceRules).length === 0) {
    v.required([], 'at least one of resourceRules and nonResourceRules has to be non-empty');
  }
  v.each('resourceRules', rule.resourceRules, validateResourceRule);
  v.each('nonResourceRules', rule.nonResourceRules, validateNonResourceRule);
}

function validateSubject(v: Scope, subject: Fields): void {
  const kind = textOf(subject.kind);
  if (!SUBJECT_KINDS.includes(kind)) {
    v.unsupported('kind', kind, SUBJECT_KINDS);
    return;
  }
  const own = kind === 'ServiceAccount' ? 'serviceAccount' : kind.toLowerCase();
  if (!isSet(subject[own])) v.required(own, `${own} is required when subject kind is '${kind}'`);
  else v.in(own, subject[own], validateSubjectName, kind);
  for (const [key, of] of [
    ['serviceAccount', 'ServiceAccount'],
    ['user', 'User'],
    ['group', 'Group'],
  ] as const) {
    if (key !== own && isSet(subject[key])) v.forbidden(key, `${key} is forbidden when subject kind is not '${of}'`);
  }
}

function validateSubjectName(v: Scope, subject: Fields, kind: string): void {
  const name = textOf(subject.name);
  if (name === '') v.required('name');
  else if (kind === 'ServiceAccount' && name !== '*') v.invalids('name', name, dns1123SubdomainFaults(name));
  if (kind !== 'ServiceAccount') return;
  const namespace = textOf(subject.namespace);
  if (namespace === '') v.required('namespace', 'must specify namespace for service account');
  else v.invalids('namespace', namespace, dns1123LabelFaults(namespace));
}

function validateVerbs(v: Scope, list: unknown): void {
  const verbs = itemsOf(list).map(textOf);
  if (verbs.length === 0) v.required('verbs', 'verbs must contain at least one value');
  else if (verbs.includes('*')) {
    if (verbs.length > 1) v.invalid('verbs', verbs, "if '*' is present, must not specify other verbs");
  } else if (verbs.some((verb) => !VERBS.includes(verb) && !isUnknown(verb))) v.unsupported('verbs', verbs, VERBS);
}

function validateNonResourceRule(v: Scope, rule: Fields): void {
  validateVerbs(v, rule.verbs);
  const urls = itemsOf(rule.nonResourceURLs).map(textOf);
  if (urls.length === 0) v.required('nonResourceURLs', 'nonResourceURLs must contain at least one value');
  else if (urls.includes('*')) {
    if (urls.length > 1) v.invalid('nonResourceURLs', urls, "if '*' is present, must not specify other non-resource URLs");
  } else {
    for (const [i, url] of urls.entries()) {
      const fault = urlFault(url);
      if (fault !== undefined) v.invalid(['nonResourceURLs', i], url, fault);
    }
  }
}

function urlFault(url: string): string | undefined {
  if (url === '') return 'must not be empty';
  if (url === '/') return undefined;
  if (!url.startsWith('/')) return 'must start with slash';
  if (url.includes(' ')) return 'must not contain white-space';
  if (url.includes('//')) return 'must not contain double slash';
  const star = url.indexOf('*');
  return star >= 0 && (star !== url.length - 1 || !url.endsWith('/*')) ? 'wildcard can only do suffix matching' : undefined;
}

function validateResourceRule(v: Scope, rule: Fields): void {
  validateVerbs(v, rule.verbs);
  for (const [key, singular, plural] of [
    ['apiGroups', 'api group', 'api groups'],
    ['resources', 'resource', 'resources'],
  ] as const) {
    const values = itemsOf(rule[key]).map(textOf);
    if (values.length === 0) v.required(key, `resource rules must supply at least one ${singular}`);
    else if (values.length > 1 && values.includes('*'))
      v.invalid(key, values, `if '*' is present, must not specify other ${plural}`);
  }
  const namespaces = itemsOf(rule.namespaces).map(textOf);
  if (namespaces.length === 0 && rule.clusterScope !== true) {
    v.required('namespaces', 'resource rules that are not cluster scoped must supply at least one namespace');
  } else if (namespaces.includes('*')) {
    if (namespaces.length > 1) v.invalid('namespaces', namespaces, "if '*' is present, must not specify other namespaces");
  } else {
    for (const [i, namespace] of namespaces.entries()) {
      for (const fault of dns1123LabelFaults(namespace)) {
        v.invalid(['namespaces', i], namespace, `each member of this list must be '*' or a DNS-1123 label; ${fault}`);
      }
    }
  }
}

/** Mirrors ValidatePriorityLevelConfiguration, but for the fixed content of those that every cluster has. */
export function validatePriorityLevel(v: Scope, object: Fields): void {
  const metadata = fieldsOf(object.metadata);
  const kept = 'flowcontrol.k8s.io/preserve-zero-concurrency-shares';
  if (isSet(fieldsOf(metadata.annotations)[kept])) v.forbidden(['metadata', 'annotations'], `annotation '${kept}' is forbidden`);
  v.in('spec', object.spec, validateLevelSpec, textOf(metadata.name));
}

function validateLevelSpec(v: Scope, spec: Fields, name: string): void {
  const type = textOf(spec.type);
  if ((name === 'exempt') !== (type === 'Exempt') && !isUnknown(name)) {
    v.invalid('type', type, "must be 'Exempt' if and only if `name` is 'exempt'");
  }
  if (type === 'Exempt') {
    if (isSet(spec.limited)) v.forbiddenByDeclaration('limited', 'must be nil if the type is not Limited');
    if (isSet(spec.exempt)) v.in('exempt', spec.exempt, validateExempt);
  } else if (type === 'Limited') {
    if (isSet(spec.exempt)) v.forbiddenByDeclaration('exempt', 'must be nil if the type is Limited');
    if (!isSet(spec.limited)) v.requiredByDeclaration('limited', 'must not be empty when type is Limited');
    else v.in('limited', spec.limited, validateLimited);
  } else {
    if (v.minor >= 37 && !isUnknown(type)) {
      for (const key of ['exempt', 'limited']) if (isSet(spec[key])) v.forbiddenByDeclaration(key, '');
    }
    if (type === '' && v.minor >= 36) v.requiredByDeclaration('type');
    else v.unsupported('type', type, ['Exempt', 'Limited']);
  }
}

function validateShares(v: Scope, fields: Fields): void {
  const shares = numberOf(fields.nominalConcurrencyShares);
  if (shares !== undefined && shares < 0) v.invalid('nominalConcurrencyShares', shares, 'must be a non-negative integer');
}

function validateLendable(v: Scope, fields: Fields): void {
  const percent = numberOf(fields.lendablePercent);
  if (percent !== undefined && (percent < 0 || percent > 100)) {
    v.invalid('lendablePercent', percent, 'must be between 0 and 100, inclusive');
  }
}

function validateExempt(v: Scope, exempt: Fields): void {
  validateShares(v, exempt);
  validateLendable(v, exempt);
}

function validateLimited(v: Scope, limited: Fields): void {
  validateShares(v, limited);
  v.in('limitResponse', limited.limitResponse, validateResponse);
  validateLendable(v, limited);
  const borrowing = numberOf(limited.borrowingLimitPercent);
  if (borrowing !== undefined && borrowing < 0) {
    v.invalid('borrowingLimitPercent', borrowing, 'if specified, must be a non-negative integer');
  }
}

function validateResponse(v: Scope, response: Fields): void {
  const type = textOf(response.type);
  if (type === 'Reject') {
    const detail = 'must be nil if limited.limitResponse.type is not Limited';
    if (isSet(response.queuing)) v.forbiddenByDeclaration('queuing', detail);
  } else if (type === 'Queue') {
    const detail = 'must not be empty if limited.limitResponse.type is Limited';
    if (!isSet(response.queuing)) v.requiredByDeclaration('queuing', detail);
    else v.in('queuing', response.queuing, validateQueuing);
  } else {
    if (v.minor >= 37 && !isUnknown(type) && isSet(response.queuing)) v.forbiddenByDeclaration('queuing', '');
    if (type === '' && v.minor >= 36) v.requiredByDeclaration('type');
    else v.unsupported('type', type, ['Queue', 'Reject']);
  }
}

function validateQueuing(v: Scope, queuing: Fields): void {
  const limit = numberOf(queuing.queueLengthLimit) || 50;
  const queues = numberOf(queuing.queues) || 64;
  const hand = numberOf(queuing.handSize) || 8;
  if (limit <= 0) v.invalid('queueLengthLimit', limit, 'must be positive');
  if (queues <= 0) v.invalid('queues', queues, 'must be positive');
  else if (queues > MOST_QUEUES) v.invalid('queues', queues, `must not be greater than ${MOST_QUEUES}`);
  if (isUnknown(queuing.queues) || isUnknown(queuing.handSize)) return;
  if (hand <= 0) v.invalid('handSize', hand, 'must be positive');
  else if (hand > queues) v.invalid('handSize', hand, `should not be greater than queues (${queues})`);
  else if (Math.ceil(Math.log2(queues) * hand) > MOST_HASH_BITS) {
    const detail = `required entropy bits of deckSize ${queues} and handSize ${hand} should not be greater than ${MOST_HASH_BITS}`;
    v.invalid('handSize', hand, detail);
  }
}
