import { isUnknown } from '../../api/unknown.ts';
import { isSupportedFormat } from '../custom-formats.ts';
import { quoteGo } from '../go-print.ts';
import { RESERVED_NAME, RESERVED_SUFFIX } from '../validate/admission-rules.ts';
import type { Fields } from '../validate/scope.ts';
import { fieldsOf, isSet, itemsOf, textOf } from '../validate/scope.ts';
import type { WarningList } from './list.ts';
import { nameOf } from './names.ts';

/** Since these minors. */
const RESERVED_SINCE = 36;
const RESERVED_REFUSED_SINCE = 37;
const EXCLUDED_SINCE = 37;
const FORMATS_SINCE = 34;
const NUMERIC_FORMATS_SINCE = 36;
const SETS_SINCE = 37;

const EXCLUDED: ReadonlySet<string> = new Set([
  'selfsubjectreviews.authentication.k8s.io',
  'tokenreviews.authentication.k8s.io',
  'localsubjectaccessreviews.authorization.k8s.io',
  'selfsubjectaccessreviews.authorization.k8s.io',
  'selfsubjectrulesreviews.authorization.k8s.io',
  'subjectaccessreviews.authorization.k8s.io',
]);

/** Of policies and webhooks. Mirrors WarningsForStaticSuffix of pkg/apis/admissionregistration/validation. */
export function warnReservedName(list: WarningList, object: Fields): void {
  const { at, name } = nameOf(object);
  if (list.minor < RESERVED_SINCE || list.minor >= RESERVED_REFUSED_SINCE || !name.endsWith(RESERVED_SUFFIX)) return;
  list.addBare(at, `metadata.name: ${RESERVED_NAME}`);
}

/** Mirrors WarningsForValidatingWebhookRules. */
export function warnWebhooks(list: WarningList, object: Fields): void {
  warnReservedName(list, object);
  if (list.minor < EXCLUDED_SINCE) return;
  for (const [i, hook] of itemsOf(object['webhooks']).entries()) {
    for (const [j, rule] of itemsOf(fieldsOf(hook)['rules']).entries()) {
      const groups = itemsOf(fieldsOf(rule)['apiGroups']).map(textOf);
      const resources = itemsOf(fieldsOf(rule)['resources']).map(textOf);
      if (groups.includes('*') || resources.includes('*')) continue;
      for (const group of groups) {
        for (const resource of resources) {
          const name = `${resource}.${group}`;
          if (!EXCLUDED.has(name)) continue;
          list.add(['webhooks', i, 'rules', j], `${name} is excluded from admission webhooks; this rule will have no effect`);
        }
      }
    }
  }
}

/** Mirrors WarningsOnCreate of k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition/strategy.go. */
export function warnCustomResourceDefinition(list: WarningList, object: Fields): void {
  if (list.minor < FORMATS_SINCE) return;
  const sets: [string, (string | number)[]][] = [];
  for (const [i, version] of itemsOf(fieldsOf(object['spec'])['versions']).entries()) {
    const schema = fieldsOf(fieldsOf(version)['schema'])['openAPIV3Schema'];
    if (!mayWarn(schema, list.minor, { left: MOST_STEPS }, 0)) continue;
    walk(schema, ['spec', 'versions', i, 'schema', 'openAPIV3Schema'], { left: MOST_STEPS }, (part, at) => {
      const format = textOf(part['format']);
      if (format !== '' && !isUnknown(format) && isUnrecognized(format, textOf(part['type']), list.minor)) {
        list.addBare([...at, 'format'], `unrecognized format ${quoteGo(format)}`);
      }
      const { type } = fieldsOf(part['items']);
      if (part['x-kubernetes-list-type'] === 'set' && (type === 'object' || type === 'array')) sets.push([type, [...at]]);
    });
  }
  if (list.minor < SETS_SINCE) return;
  for (const [type, at] of sets.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))) {
    const rest = 'is not supported by server-side apply or CEL validation rules';
    list.addBare([...at, 'x-kubernetes-list-type'], `x-kubernetes-list-type: set for items of type ${quoteGo(type)} ${rest}`);
  }
}

function isUnrecognized(format: string, type: string, minor: number): boolean {
  if (minor < NUMERIC_FORMATS_SINCE && type !== 'string') return false;
  return !isSupportedFormat(format, type === '' ? [] : [type], minor);
}

/** A look without paths: nearly all schemas have nothing to warn of. */
function mayWarn(schema: unknown, minor: number, budget: { left: number }, depth: number): boolean {
  if (typeof schema !== 'object' || schema === null) return false;
  if (depth > DEEPEST || --budget.left < 0) return true;
  if (Array.isArray(schema)) return schema.some((part) => mayWarn(part, minor, budget, depth + 1));
  const fields = schema as Fields;
  for (const key in fields) {
    const value = fields[key];
    switch (key) {
      case 'format':
        if (typeof value === 'string' && value !== '' && isUnrecognized(value, textOf(fields['type']), minor)) return true;
        break;
      case 'x-kubernetes-list-type':
        if (value === 'set') return true;
        break;
      case 'properties': {
        const properties = fieldsOf(value);
        for (const name in properties) if (mayWarn(properties[name], minor, budget, depth + 1)) return true;
        break;
      }
      case 'items':
      case 'additionalProperties':
      case 'allOf':
      case 'anyOf':
      case 'oneOf':
      case 'not':
        if (mayWarn(value, minor, budget, depth + 1)) return true;
    }
  }
  return false;
}

const DEEPEST = 300;
const MOST_STEPS = 500_000;
const LISTS = ['allOf', 'anyOf', 'oneOf'];

/** Visits every schema, in the server's order. */
function walk(
  schema: unknown,
  at: (string | number)[],
  budget: { left: number },
  visit: (schema: Fields, at: readonly (string | number)[]) => void,
): void {
  if (!isSet(schema) || at.length > DEEPEST || --budget.left < 0) return;
  const fields = fieldsOf(schema);
  visit(fields, at);
  const into = (value: unknown, ...steps: (string | number)[]): void => {
    at.push(...steps);
    walk(value, at, budget, visit);
    at.length -= steps.length;
  };
  if (isSet(fields['items'])) into(fields['items'], 'items');
  for (const keyword of LISTS) for (const [i, part] of itemsOf(fields[keyword]).entries()) into(part, keyword, i);
  if (isSet(fields['not'])) into(fields['not'], 'not');
  const properties = fieldsOf(fields['properties']);
  for (const name in properties) into(properties[name], 'properties', name);
  if (typeof fields['additionalProperties'] === 'object') into(fields['additionalProperties'], 'additionalProperties');
}
