import type { CustomResource } from '../api/custom.ts';
import { minorOf, NEWEST, type Release } from '../api/kinds.ts';
import { isObject, type JsonObject } from '../api/manifest.ts';
import { type SchemaNode, schemaNode } from '../api/schema.ts';
import { isUnknown } from '../api/unknown.ts';
import type { Path } from '../source/path.ts';
import { type Cause, invalid } from './cause.ts';
import { decodeCustom } from './custom-decode.ts';
import { validateEmbedded, validateLists } from './custom-lists.ts';
import { goNumber, isInt64 } from './custom-numbers.ts';
import { validateSchema } from './custom-schema.ts';
import type { DecodeFault } from './decode.ts';

export interface CustomVerdict {
  /** What strict decoding refuses (400, hides all the rest): unknown fields, metadata of wrong types. */
  readonly unknown: readonly DecodeFault[];
  /** What validation against the schema says (422). */
  readonly causes: readonly Cause[];
  /**
   * True if a pattern needs the RE2 engine and it was not loaded: its fault, if any, is not among the causes. Call
   * `loadPatternEngine` of src/api/go-regexp.ts and ask again.
   */
  readonly undecided: boolean;
  /** The object as it was validated: pruned and defaulted; what CEL rules see. */
  readonly object: unknown;
}

/**
 * What the server says of a custom resource's object: strict decoding, pruning, defaulting, validation against the structural schema.
 * Without the generic checks of metadata, and without CEL (see `celRules`).
 *
 * Mirrors the create path of k8s.io/apiextensions-apiserver: schemaCoercingDecoder, customResourceStrategy.
 */
export function validateCustom(value: unknown, resource: CustomResource, release: Release = NEWEST): CustomVerdict {
  const node = resource.schema === undefined ? undefined : schemaNode(resource.schema);
  if (!isObject(value) || node === undefined) return { unknown: [], causes: [], undecided: false, object: value };
  const { faults, object } = decodeCustom(value, node, resource.preserveUnknownFields, release);
  const stored = resource.subresources.includes('status') && Object.hasOwn(object, 'status') ? withoutStatus(object) : object;
  const { causes, undecided } = validateSchema(stored, node, minorOf(release));
  const all = [...causes, ...scaleCauses(stored, resource), ...validateEmbedded(stored, node), ...validateLists(stored, node)];
  return { unknown: faults, causes: all, undecided, object: stored };
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

/** The rules that an object (of a verdict's `object`) meets, with their places, parents before children. */
export function celRules(object: unknown, resource: CustomResource): readonly CelRule[] {
  const rules: CelRule[] = [];
  if (resource.schema !== undefined) rulesAt(object, schemaNode(resource.schema), [], rules);
  return rules;
}

function rulesAt(value: unknown, node: SchemaNode, path: (string | number)[], rules: CelRule[]): void {
  if (value === undefined || value === null || isUnknown(value) || path.length > DEEPEST) return;
  for (const rule of node.validations) rules.push({ path: [...path], value, rule, schema: node });
  if (Array.isArray(value)) {
    const items = node.items;
    if (items === undefined) return;
    for (let i = 0; i < value.length; i++) {
      path.push(i);
      rulesAt(value[i], items, path, rules);
      path.pop();
    }
  } else if (isObject(value)) {
    for (const key in value) {
      const inner = node.property(key) ?? (typeof node.additional === 'object' ? node.additional : undefined);
      if (inner === undefined) continue;
      path.push(key);
      rulesAt(value[key], inner, path, rules);
      path.pop();
    }
  }
}
