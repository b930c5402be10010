import { isInvalidPattern } from '../../api/go-regexp.ts';
import { type Fields, fieldsOf, isSet, itemsOf, textOf } from './scope.ts';

/** Deeper and wider than any real schema; beyond, the slow walks decide. */
const DEEPEST = 100;
const MOST_STEPS = 100_000;

type Level = 'root' | 'item' | 'field';

/** What a look has left, and what it has seen. */
interface Look {
  left: number;
  /** Parts whose default is not plainly what they ask for. */
  readonly defaults: Fields[];
}

/**
 * One quick look at a schema, without paths: undefined where it is not sure; else none of the rules for schemas can find a fault, but for
 * the defaults of the parts that it gives, which are still to be held against them. So the walks that know the server's words are made
 * only for schemas that may be wrong: hardly any that a generator wrote.
 */
export function lookAtSchema(schema: Fields): readonly Fields[] | undefined {
  const look: Look = { left: MOST_STEPS, defaults: [] };
  return isPlain(look, schema, 'root', false, 0) ? look.defaults : undefined;
}

/** `noDefault`: inside of what must not have defaults. */
function isPlain(look: Look, s: Fields, level: Level, noDefault: boolean, depth: number): boolean {
  if (--look.left < 0 || depth > DEEPEST) return false;
  let special = false;
  for (const key in s) {
    const value = s[key];
    if (value === undefined || value === null) continue;
    switch (key) {
      case 'type':
      case 'description':
      case 'title':
      case 'example':
      case 'externalDocs':
      case 'required':
      case 'format':
      case 'enum':
      case 'maximum':
      case 'minimum':
      case 'exclusiveMaximum':
      case 'exclusiveMinimum':
      case 'maxLength':
      case 'minLength':
      case 'maxItems':
      case 'minItems':
      case 'multipleOf':
      case 'maxProperties':
      case 'minProperties':
        break;
      case 'nullable':
        if (level === 'root' && value !== false) return false;
        break;
      case 'pattern':
        if (typeof value !== 'string' || (value !== '' && isInvalidPattern(value))) return false;
        break;
      case 'default':
        if (noDefault || level === 'root') return false;
        if (!isPlainDefault(s, value)) look.defaults.push(s);
        break;
      case 'properties':
        if (!arePlain(look, value, level, noDefault, depth)) return false;
        break;
      case 'items':
        if (typeof value !== 'object' || Array.isArray(value)) return false;
        if (!isPlain(look, value as Fields, 'item', noDefault, depth + 1)) return false;
        break;
      case 'additionalProperties':
        if (level === 'root') return false;
        if (value === true) break;
        if (hasEntries(s['properties'])) return false;
        if (value === false) break;
        if (typeof value !== 'object' || Array.isArray(value)) return false;
        if (!isPlain(look, value as Fields, 'field', noDefault, depth + 1)) return false;
        break;
      case 'allOf':
      case 'anyOf':
      case 'oneOf':
      case 'not':
        if (key === 'anyOf' && isIntOrString(value)) break;
        // At the root, clauses may speak only of fields that are there.
        if (level === 'root' || !areClauses(look, value, key === 'not', depth)) return false;
        break;
      case 'x-kubernetes-preserve-unknown-fields':
        if (value !== true) return false;
        special = true;
        break;
      case 'x-kubernetes-int-or-string':
        if (value !== true) return false;
        special = true;
        break;
      case 'x-kubernetes-list-type':
      case 'x-kubernetes-list-map-keys':
      case 'x-kubernetes-map-type':
        // Looked at below, when all is known.
        break;
      case 'x-kubernetes-validations':
        if (!arePlainRules(value)) return false;
        break;
      default:
        return false;
    }
  }
  return isWhole(s, level, special) && isList(s);
}

/** The schemas of `properties`. */
function arePlain(look: Look, properties: unknown, level: Level, noDefault: boolean, depth: number): boolean {
  if (typeof properties !== 'object' || Array.isArray(properties)) return false;
  const schemas = properties as Fields;
  for (const name in schemas) {
    const schema = schemas[name];
    if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return false;
    const property = schema as Fields;
    let none = noDefault;
    if (level === 'root') {
      if (name === 'metadata') {
        if (!isTypeAlone(property, 'object')) return false;
        continue;
      }
      if (name === 'kind' || name === 'apiVersion') {
        if (property['type'] !== 'string') return false;
        none = true;
      }
    }
    if (!isPlain(look, property, 'field', none, depth + 1)) return false;
  }
  return true;
}

/** Whether there is a type where there must be one, and one that goes with the rest. `special`: the type may be left open. */
function isWhole(s: Fields, level: Level, special: boolean): boolean {
  switch (s['type']) {
    case 'object':
      return s['x-kubernetes-map-type'] == null || isOneOf(s['x-kubernetes-map-type'], 'atomic', 'granular');
    case 'array':
      return level !== 'root' && isSet(s['items']) && s['x-kubernetes-map-type'] == null;
    case 'string':
    case 'integer':
    case 'number':
    case 'boolean':
      return level !== 'root' && s['x-kubernetes-map-type'] == null;
    case undefined:
    case null:
    case '':
      return (
        special &&
        s['x-kubernetes-map-type'] == null &&
        (s['x-kubernetes-int-or-string'] == null || s['x-kubernetes-preserve-unknown-fields'] == null)
      );
    default:
      return false;
  }
}

function isOneOf(value: unknown, a: string, b: string): boolean {
  return value === a || value === b;
}

/** What `x-kubernetes-list-type` asks for. */
function isList(s: Fields): boolean {
  const type = s['x-kubernetes-list-type'];
  const keys = itemsOf(s['x-kubernetes-list-map-keys']);
  if (type === undefined || type === null) return keys.length === 0;
  if (s['type'] !== 'array') return false;
  const item = fieldsOf(s['items']);
  if (type === 'atomic') return keys.length === 0;
  if (item['nullable'] === true) return false;
  if (type === 'set') return keys.length === 0 && isScalar(item['type']);
  if (type !== 'map' || item['type'] !== 'object' || keys.length === 0) return false;
  const properties = fieldsOf(item['properties']);
  const required = itemsOf(item['required']);
  return keys.every((key, i) => {
    if (typeof key !== 'string' || !Object.hasOwn(properties, key) || keys.indexOf(key) !== i) return false;
    const property = fieldsOf(properties[key]);
    if (property['nullable'] === true || !isScalar(property['type'])) return false;
    return required.includes(key) || isSet(property['default']);
  });
}

function isScalar(type: unknown): boolean {
  return type === 'string' || type === 'integer' || type === 'number' || type === 'boolean';
}

/** Whether a default is of the type that stands there, and the schema says nothing else of values. */
function isPlainDefault(s: Fields, value: unknown): boolean {
  const type = s['type'];
  if (typeof value === 'object' || (typeof value !== type && (type !== 'integer' || !Number.isSafeInteger(value)))) return false;
  for (const key in s) if (!SILENT.has(key)) return key === 'enum' && isOnlyEnum(s) && itemsOf(s['enum']).includes(value);
  return true;
}

/** Keywords that say nothing of a scalar's value. */
const SILENT: ReadonlySet<string> = new Set(['type', 'default', 'description', 'title', 'nullable']);

function isOnlyEnum(s: Fields): boolean {
  for (const key in s) if (!SILENT.has(key) && key !== 'enum') return false;
  return true;
}

function areClauses(look: Look, value: unknown, single: boolean, depth: number): boolean {
  if (single) return isClause(look, value, depth + 1);
  return Array.isArray(value) && value.every((clause) => isClause(look, clause, depth + 1));
}

/** A clause of allOf, anyOf, oneOf or not: what it may not say, since it must be structural, is not plain. */
function isClause(look: Look, value: unknown, depth: number): boolean {
  if (--look.left < 0 || depth > DEEPEST || typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const s = value as Fields;
  for (const key in s) {
    const part = s[key];
    if (part === undefined || part === null) continue;
    switch (key) {
      case 'required':
      case 'format':
      case 'enum':
      case 'maximum':
      case 'minimum':
      case 'exclusiveMaximum':
      case 'exclusiveMinimum':
      case 'maxLength':
      case 'minLength':
      case 'maxItems':
      case 'minItems':
      case 'multipleOf':
      case 'maxProperties':
      case 'minProperties':
        break;
      case 'pattern':
        if (typeof part !== 'string' || (part !== '' && isInvalidPattern(part))) return false;
        break;
      case 'allOf':
      case 'anyOf':
      case 'oneOf':
      case 'not':
        if (!areClauses(look, part, key === 'not', depth)) return false;
        break;
      case 'items':
        if (!isClause(look, part, depth + 1)) return false;
        break;
      case 'properties': {
        if (typeof part !== 'object' || Array.isArray(part) || Object.hasOwn(part, 'metadata')) return false;
        const properties = part as Fields;
        for (const name in properties) if (!isClause(look, properties[name], depth + 1)) return false;
        break;
      }
      default:
        return false;
    }
  }
  return true;
}

/** CEL rules with a text, a message of one line, and nothing that asks for more than a look. */
function arePlainRules(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every((rule) => {
      const { rule: text, message, messageExpression, reason, fieldPath, ...others } = fieldsOf(rule);
      if (messageExpression != null || reason != null || fieldPath != null || Object.keys(others).length > 0) return false;
      if (textOf(text).trim() === '') return false;
      const said = textOf(message).trim();
      if (textOf(message) === '') return !/[\n\r]/.test(textOf(text).trim());
      return said !== '' && !/[\n\r]/.test(said);
    })
  );
}

function hasEntries(value: unknown): boolean {
  for (const _ in fieldsOf(value)) return true;
  return false;
}

/** `anyOf: [{type: integer}, {type: string}]`. */
function isIntOrString(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && isTypeAlone(value[0], 'integer') && isTypeAlone(value[1], 'string');
}

function isTypeAlone(value: unknown, type: string): boolean {
  const fields = fieldsOf(value);
  for (const key in fields) if (key !== 'type') return false;
  return fields['type'] === type;
}
