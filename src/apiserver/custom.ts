import type { CustomResource } from '../api/custom.ts';
import { minorOf, NEWEST, type Release } from '../api/kinds.ts';
import { isObject, type JsonObject } from '../api/manifest.ts';
import { type SchemaNode, schemaNode } from '../api/schema.ts';
import { isUnknown } from '../api/unknown.ts';
import type { Path } from '../source/path.ts';
import { type Cause, invalid } from './cause.ts';
import { cel, type Undecided } from './cel.ts';
import { decodeCustom } from './custom-decode.ts';
import type { Former } from './custom-former.ts';
import { validateEmbedded, validateLists } from './custom-lists.ts';
import { namedBySchema } from './custom-names.ts';
import { goNumber, isInt64 } from './custom-numbers.ts';
import { validateSchema } from './custom-schema.ts';
import type { DecodeFault } from './decode.ts';

export interface CustomVerdict {
  /** What strict decoding refuses (400, hides all the rest): unknown fields, metadata of wrong types. */
  readonly unknown: readonly DecodeFault[];
  /** What validation against the schema says (422). */
  readonly causes: readonly Cause[];
  /** What was not loaded, so that its faults are not among the causes. Call `loadForDecision` of ./cel.ts and ask again. */
  readonly undecided: Undecided;
  /** The object as it was validated: pruned and defaulted; what CEL rules see. */
  readonly object: unknown;
}

/**
 * What the server says of a custom resource's object: strict decoding, pruning, defaulting, validation against the structural schema.
 * Without the generic checks of metadata.
 *
 * Mirrors the create path of k8s.io/apiextensions-apiserver: schemaCoercingDecoder, customResourceStrategy.
 * @param formerOf for an update: what stands beside the object there already. What is unchanged is not refused then, as ratchetingValueValidator and
 * validateExpressions have it, and rules that name `oldSelf` are left to `transitionCauses`.
 */
export function validateCustom(
  value: unknown,
  resource: CustomResource,
  release: Release = NEWEST,
  formerOf?: (stored: JsonObject) => Former,
): CustomVerdict {
  const node = resource.schema === undefined ? undefined : schemaNode(resource.schema);
  if (!isObject(value) || node === undefined) return { unknown: [], causes: [], undecided: false, object: value };
  const { faults, object } = decodeCustom(value, node, resource.preserveUnknownFields, release);
  const stored = resource.subresources.includes('status') && Object.hasOwn(object, 'status') ? withoutStatus(object) : object;
  const former = formerOf?.(stored);
  const { causes, undecided } = validateSchema(stored, node, minorOf(release));
  const changed = former === undefined ? causes : causes.filter(({ path }) => !former.isUnchanged(path));
  const lists = former?.listsAreWrong ? [] : validateLists(stored, node);
  const listed = [...validateEmbedded(stored, node), ...lists].map((cause) => namedBySchema(cause, node));
  const all = [...changed, ...scaleCauses(stored, resource), ...listed];
  const rules = all.some(isBlocking) ? [] : celRules(stored, resource);
  const pattern = undecided && 'pattern';
  if (rules.length === 0) return { unknown: faults, causes: all, undecided: pattern, object: stored };
  const ruled = cel()?.ruleCauses(rules, minorOf(release), former);
  return {
    unknown: faults,
    causes: ruled === undefined || ruled.length === 0 ? all : [...all, ...ruled.map((cause) => namedBySchema(cause, node))],
    undecided: ruled === undefined ? 'rule' : pattern,
    object: stored,
  };
}

/** With one of these faults the server does not look at the rules. Mirrors hasBlockingErr of customresource/strategy.go. */
export function isBlocking({ type }: Cause): boolean {
  return (
    type === 'FieldValueNotSupported' ||
    type === 'FieldValueRequired' ||
    type === 'FieldValueTooLong' ||
    type === 'FieldValueTooMany' ||
    type === 'FieldValueTypeInvalid'
  );
}

/** A status given on creation is dropped before validation, where it is a subresource. */
function withoutStatus(object: JsonObject): JsonObject {
  const { status, ...rest } = object;
  return rest;
}

/** The replicas that the scale subresource shows. The server names the field with the path's leading dot. */
function scaleCauses(object: JsonObject, resource: CustomResource): readonly Cause[] {
  const field = resource.scaleReplicasPath;
  if (field === undefined) return [];
  const path = field.replace(/^\./, '').split('.');
  const refused = (value: unknown, detail: string): readonly Cause[] => [{ ...invalid(path, value, detail), field }];
  let node: unknown = object;
  for (const name of path) {
    if (isUnknown(node) || node === null) return [];
    if (!isObject(node)) return refused(0, `${field} accessor error: ${accessed(node)}, expected map[string]interface{}`);
    node = node[name];
    if (node === undefined) return [];
  }
  if (isUnknown(node)) return [];
  if (!isInt64(node)) return refused(0, `${field} accessor error: ${accessed(node)}, expected int64`);
  if (node < 0) return refused(node, 'should be a non-negative integer');
  return node > 2147483647 ? refused(node, 'should be less than or equal to 2147483647') : [];
}

/** A value and its Go type, as unstructured.NestedInt64 complains. */
function accessed(value: unknown): string {
  const type =
    value === null
      ? '<nil>'
      : Array.isArray(value)
        ? '[]interface {}'
        : typeof value === 'object'
          ? 'map[string]interface {}'
          : typeof value === 'boolean'
            ? 'bool'
            : typeof value === 'string'
              ? 'string'
              : isInt64(value)
                ? 'int64'
                : 'float64';
  return `${goValue(value)} is of the type ${type}`;
}

/** A value as Go's %v prints it. */
function goValue(value: unknown, depth = 0): string {
  if (value === null || value === undefined) return '<nil>';
  if (depth > 20) return '…';
  if (Array.isArray(value)) return `[${value.map((item) => goValue(item, depth + 1)).join(' ')}]`;
  if (isObject(value)) {
    const keys = Object.keys(value).sort();
    return `map[${keys.map((key) => `${key}:${goValue(value[key], depth + 1)}`).join(' ')}]`;
  }
  return typeof value === 'number' && !isInt64(value) ? goNumber(value) : String(value);
}

/** One x-kubernetes-validations rule that a value meets: to be evaluated with `self` = `value`, whose type is `schema`. */
export interface CelRule {
  readonly path: Path;
  readonly value: unknown;
  readonly rule: JsonObject;
  readonly schema: SchemaNode;
}

const DEEPEST = 400;

/** Nodes of schemas looked at for one object: aliases could make them without end. */
const MOST_NODES = 200_000;

/** The rules that an object (of a verdict's `object`) meets, with their places, parents before children. */
export function celRules(object: unknown, resource: CustomResource): readonly CelRule[] {
  const walk: RuleWalk = { rules: [], path: [], left: MOST_NODES };
  if (resource.schema !== undefined) rulesAt(walk, object, schemaNode(resource.schema));
  return walk.rules;
}

interface RuleWalk {
  readonly rules: CelRule[];
  readonly path: (string | number)[];
  left: number;
}

function meets(walk: RuleWalk, value: unknown): boolean {
  return value !== undefined && value !== null && !isUnknown(value) && walk.path.length <= DEEPEST && --walk.left >= 0;
}

function rulesAt(walk: RuleWalk, value: unknown, node: SchemaNode): void {
  if (!meets(walk, value)) return;
  const { path } = walk;
  for (const rule of node.validations) walk.rules.push({ path: [...path], value, rule, schema: node });
  for (const part of node.allOf) nestedRules(walk, value, part, node);
  if (Array.isArray(value)) {
    const items = node.items;
    if (items === undefined) return;
    for (let i = 0; i < value.length; i++) {
      path.push(i);
      rulesAt(walk, value[i], items);
      path.pop();
    }
  } else if (isObject(value)) {
    for (const key in value) {
      const inner = node.property(key) ?? (typeof node.additional === 'object' ? node.additional : undefined);
      if (inner === undefined) continue;
      path.push(key);
      rulesAt(walk, value[key], inner);
      path.pop();
    }
  }
}

/** Rules inside `allOf`: their types are those of the schema around. */
function nestedRules(walk: RuleWalk, value: unknown, part: SchemaNode, node: SchemaNode): void {
  if (!meets(walk, value)) return;
  const { path } = walk;
  for (const rule of part.validations) walk.rules.push({ path: [...path], value, rule, schema: node });
  for (const inner of part.allOf) nestedRules(walk, value, inner, node);
  if (Array.isArray(value) && part.items !== undefined && node.items !== undefined) {
    for (let i = 0; i < value.length; i++) {
      path.push(i);
      nestedRules(walk, value[i], part.items, node.items);
      path.pop();
    }
  } else if (isObject(value)) {
    for (const name of part.propertyNames) {
      const [nested, property] = [part.property(name), node.property(name)];
      if (nested === undefined || property === undefined || !Object.hasOwn(value, name)) continue;
      path.push(name);
      nestedRules(walk, value[name], nested, property);
      path.pop();
    }
  }
}
