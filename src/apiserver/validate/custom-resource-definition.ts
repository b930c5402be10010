import { byteLength, dns1035LabelFaults, dns1123SubdomainFaults, nameIsDnsSubdomain } from '../../api/names.ts';
import { isUnknown } from '../../api/unknown.ts';
import type { Path } from '../../source/path.ts';
import { printGo, quoteGo } from '../go-print.ts';
import { validateConversion } from './conversion.ts';
import { validateOpenApiSchema, validateRootWithStatus } from './openapi-schema.ts';
import { lookAtSchema } from './plain-schema.ts';
import { hasDefaults, isDefaultRight, validateDefaults } from './schema-defaults.ts';
import { followFieldPath } from './schema-fields.ts';
import { SchemaWalk } from './schema-walk.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, itemsOf, textOf } from './scope.ts';
import { structuralFault, validateStructural } from './structural-schema.ts';

const SCOPES = ['Cluster', 'Namespaced'];
const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];
const APPROVED = 'api-approved.kubernetes.io';
const MOST_SELECTABLE = 8;
/** What the server moves from the versions to the spec when it is the same in all. */
const SHARED = ['schema', 'subresources', 'additionalPrinterColumns', 'selectableFields'] as const;

export function customResourceDefinitionNameFaults(name: string, prefix: boolean, object: Fields): readonly string[] {
  const { group, names } = fieldsOf(object.spec);
  const { plural } = fieldsOf(names);
  const faults = nameIsDnsSubdomain(name, prefix);
  if (isUnknown(plural) || isUnknown(group) || name === `${textOf(plural)}.${textOf(group)}`) return faults;
  return [...faults, 'must be spec.names.plural+"."+spec.group'];
}

/** Mirrors ValidateCustomResourceDefinition of k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation, but for CEL. */
export function validateCustomResourceDefinition(v: Scope, object: Fields): void {
  const spec = fieldsOf(object.spec);
  const versions = itemsOf(spec.versions).map(fieldsOf);
  const shared = new Set<string>(SHARED.filter((field) => isShared(versions, field)));
  validateGroup(v, spec);
  const noSchema = v.minor < 34 ? 'schemas are required' : '';
  for (const [i, version] of versions.entries()) {
    if (!isSet(schemaOf(version))) v.required(['spec', 'versions', i, 'schema', 'openAPIV3Schema'], noSchema);
  }
  if (spec.preserveUnknownFields === true && versions.some((version) => hasDefaults(fieldsOf(schemaOf(version))))) {
    v.invalid(['spec', 'preserveUnknownFields'], true, 'must be false in order to use defaults in the schema');
  }
  validateVersions(v, versions, shared);
  if (versions.length > 0) validateFirstVersion(v, textOf(versions[0]!.name));
  v.in('spec', spec, validateNames);
  if (versions.length > 0) validateParts(v, versions, 0, shared, true);
  v.in('spec', spec, validateConversion);
  validateStoredVersions(v, versions);
  validateApproval(v, object, textOf(spec.group));
  if (spec.preserveUnknownFields === true) {
    const detail = 'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';
    v.invalid(['spec', 'preserveUnknownFields'], true, detail);
  }
}

function schemaOf(version: Fields): unknown {
  return fieldsOf(version.schema)['openAPIV3Schema'];
}

export function isShared(versions: readonly Fields[], field: string): boolean {
  const first = versions[0]?.[field];
  const budget = { left: MOST_STEPS };
  return versions.every((version) => isSame(version[field], first, budget));
}

/** Equal as the server compares: nothing, an empty list and an empty map are the same. */
function isSame(a: unknown, b: unknown, budget: { left: number }, depth = 0): boolean {
  if (a === b) return true;
  if (depth > DEEPEST || --budget.left < 0) return false;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => isSame(item, b[i], budget, depth + 1));
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return isEmpty(a) && isEmpty(b);
  const [left, right] = [fieldsOf(a), fieldsOf(b)];
  for (const key in left) if (!isSame(left[key], right[key], budget, depth + 1)) return false;
  for (const key in right) if (!Object.hasOwn(left, key) && !isEmpty(right[key])) return false;
  return true;
}

const DEEPEST = 300;
const MOST_STEPS = 500_000;

function isEmpty(value: unknown): boolean {
  return !isSet(value) || value === '' || value === false || (Array.isArray(value) && value.length === 0);
}

function validateGroup(v: Scope, spec: Fields): void {
  const group = textOf(spec.group);
  const faults = dns1123SubdomainFaults(group);
  if (group === '') v.required(['spec', 'group']);
  else if (faults.length > 0) v.invalid(['spec', 'group'], group, faults.join(','));
  else if (!group.includes('.')) v.invalid(['spec', 'group'], group, 'should be a domain with at least one dot');
  const scope = textOf(spec.scope);
  if (scope === '') v.required(['spec', 'scope']);
  else if (!SCOPES.includes(scope)) v.unsupported(['spec', 'scope'], scope, SCOPES);
}

function validateVersions(v: Scope, versions: readonly Fields[], shared: ReadonlySet<string>): void {
  const at = ['spec', 'versions'];
  const names = versions.map((version) => textOf(version.name));
  for (const [i, version] of versions.entries()) {
    const faults = dns1035LabelFaults(names[i]!);
    if (faults.length > 0) v.invalid([...at, i, 'name'], names[i], faults.join(','));
    for (const fault of deprecationFaults(version))
      v.invalid([...at, i, 'deprecationWarning'], version.deprecationWarning, fault);
    validateParts(v, versions, i, shared, false);
  }
  if (new Set(names).size < names.length && !names.some(isUnknown)) {
    v.invalidUnprinted(at, `${printVersions(versions, shared)}: must contain unique version names`);
  }
  if (versions.some((version) => isUnknown(version.storage))) return;
  if (versions.filter((version) => version.storage === true).length !== 1) {
    v.invalidUnprinted(at, `${printVersions(versions, shared)}: must have exactly one version marked as storage version`);
  }
}

/** The server prints all of them, schemas and all where they differ; those are left out here. */
function printVersions(versions: readonly Fields[], shared: ReadonlySet<string>): string {
  if (shared.size < SHARED.length) return '[…]';
  return printGo(
    versions.map(({ name, served, storage, deprecated, deprecationWarning }) => ({
      Name: textOf(name),
      Served: served === true,
      Storage: storage === true,
      Deprecated: deprecated === true,
      DeprecationWarning: deprecationWarning ?? null,
      Schema: null,
      Subresources: null,
      AdditionalPrinterColumns: null,
      SelectableFields: null,
    })),
  );
}

/** It is also the spec's version, as it was before there were several. */
function validateFirstVersion(v: Scope, name: string): void {
  const faults = name === '' ? [] : dns1035LabelFaults(name);
  if (faults.length > 0) v.invalid(['spec', 'versions', 0, 'name'], name, faults.join(','), '/spec.version');
}

function deprecationFaults(version: Fields): readonly string[] {
  const text = version.deprecationWarning;
  if (typeof text !== 'string') return [];
  if (version.deprecated !== true) return ['can only be set for deprecated versions'];
  const faults: string[] = [];
  if (byteLength(text) > 256) faults.push('must be <= 256 characters long');
  if (text === '') faults.push('must not be an empty string');
  const bad = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.exec(text);
  if (bad !== null) {
    const index = byteLength(text.slice(0, bad.index));
    faults.push(`must only contain printable UTF-8 characters; non-printable character found at index ${index}`);
  }
  return faults;
}

/** The schema, subresources, columns and selectable fields of one version; or, of all versions, what they share. */
function validateParts(v: Scope, versions: readonly Fields[], index: number, shared: ReadonlySet<string>, ofAll: boolean): void {
  const version = versions[index]!;
  const at = ['spec', 'versions', index];
  const name = ofAll ? 'spec' : `spec.versions[${index}]`;
  if (shared.has('schema') === ofAll && isSet(schemaOf(version))) {
    const withStatus = (one: Fields): boolean => isSet(fieldsOf(one.subresources)['status']);
    const hasStatus = ofAll ? versions.some(withStatus) : withStatus(version);
    validateSchema(v, fieldsOf(schemaOf(version)), [...at, 'schema', 'openAPIV3Schema'], schemaName(name, ofAll), hasStatus);
  }
  if (shared.has('subresources') === ofAll) validateScale(v, version, at, name);
  if (shared.has('additionalPrinterColumns') === ofAll) {
    for (const [i, column] of itemsOf(version.additionalPrinterColumns).entries()) {
      const field = `/${name}.additionalPrinterColumns[${i}]`;
      validateColumn(v, fieldsOf(column), [...at, 'additionalPrinterColumns', i], field);
    }
  }
  // A gate dropped the field before 1.31.
  if (shared.has('selectableFields') === ofAll && v.minor >= 31) validateSelectable(v, version, at, name, shared, ofAll);
}

function schemaName(name: string, ofAll: boolean): string {
  return ofAll ? 'spec.validation.openAPIV3Schema' : `${name}.schema.openAPIV3Schema`;
}

function validateSchema(v: Scope, schema: Fields, at: Path, name: string, hasStatus: boolean): void {
  const before = v.count();
  const w = new SchemaWalk(v, at, name);
  if (hasStatus) validateRootWithStatus(w, schema);
  const open = lookAtSchema(schema);
  if (open !== undefined) {
    if (!open.every((part) => isDefaultRight(w, part))) validateDefaults(w, schema);
    return;
  }
  if (schema['nullable'] === true) w.forbidden(['nullable'], 'nullable cannot be true at the root');
  const fault = structuralFault(schema);
  if (fault === undefined) {
    const valid = v.count();
    validateStructural(w, schema);
    if (v.count() === valid) validateDefaults(w, schema);
  }
  validateOpenApiSchema(w, schema);
  if (fault !== undefined && v.count() === before) w.invalid([], '', fault);
}

function validateScale(v: Scope, version: Fields, at: Path, name: string): void {
  const { scale } = fieldsOf(version.subresources);
  if (!isSet(scale)) return;
  const fields = fieldsOf(scale);
  const check = (key: string, roots: readonly string[], where: string): void => {
    const path = textOf(fields[key]);
    const place = [...at, 'subresources', 'scale', key];
    const field = `/${name}.subresources.scale.${key}`;
    if (path === '') {
      if (key !== 'labelSelectorPath') v.required(place, '', field);
    } else if (!path.startsWith('.')) v.invalid(place, path, 'must be a simple json path starting with .', field);
    else if (!roots.some((root) => path.startsWith(root))) v.invalid(place, path, `should be a json path under ${where}`, field);
  };
  check('specReplicasPath', ['.spec.'], '.spec');
  check('statusReplicasPath', ['.status.'], '.status');
  check('labelSelectorPath', ['.spec.', '.status.'], 'either .spec or .status');
}

function validateColumn(v: Scope, column: Fields, at: Path, field: string): void {
  if (textOf(column.name) === '') v.required([...at, 'name'], '', `${field}.name`);
  const type = textOf(column.type);
  const oneOf = `must be one of ${COLUMN_TYPES.join(',')}`;
  if (type === '') v.required([...at, 'type'], oneOf, `${field}.type`);
  else if (!COLUMN_TYPES.includes(type)) v.invalid([...at, 'type'], type, oneOf, `${field}.type`);
  const format = textOf(column.format);
  if (format !== '' && !COLUMN_FORMATS.includes(format)) {
    v.invalid([...at, 'format'], format, `must be one of ${COLUMN_FORMATS.join(',')}`, `${field}.format`);
  }
  const path = textOf(column.jsonPath);
  if (path === '') v.required([...at, 'jsonPath'], '', `${field}.JSONPath`);
  else if (!path.startsWith('.')) {
    v.invalid([...at, 'jsonPath'], path, 'must be a simple json path starting with .', `${field}.JSONPath`);
  }
}

function validateSelectable(
  v: Scope,
  version: Fields,
  at: Path,
  name: string,
  shared: ReadonlySet<string>,
  ofAll: boolean,
): void {
  const selectable = itemsOf(version.selectableFields);
  if (selectable.length === 0) return;
  const place = [...at, 'selectableFields'];
  const field = `/${name}.selectableFields`;
  const schema = schemaOf(version);
  const told = v.minor < 34 ? 'selectableFields ' : '';
  if (ofAll ? !shared.has('schema') || !isSet(version.schema) : shared.has('schema') || !isSet(schema)) {
    const of = v.minor < 34 ? 'version.schema.openAPIV3Schema' : '`version.schema.openAPIV3Schema`';
    const detail = ofAll ? 'may only be set when validations.schema is included' : `may only be set when ${of} is not included`;
    v.invalid(place, '', `${told}${detail}`, field);
    return;
  }
  if (structuralFault(fieldsOf(schema)) !== undefined) return;
  const seen = new Set<string>();
  for (const [i, item] of selectable.entries()) {
    const path = textOf(fieldsOf(item)['jsonPath']);
    const one = [...place, i, 'jsonPath'];
    const named = `${field}[${i}].jsonPath`;
    if (path === '') v.required(one, '', named);
    else validateSelectablePath(v, path, fieldsOf(schema), one, named, seen);
  }
  if (seen.size > MOST_SELECTABLE) v.named(field, () => v.tooMany(place, seen.size, MOST_SELECTABLE));
}

function validateSelectablePath(v: Scope, path: string, schema: Fields, at: Path, field: string, seen: Set<string>): void {
  const found = followFieldPath(path, schema, false);
  if (found === undefined) return;
  if ('fault' in found) {
    v.invalid(at, path, `is an invalid path: ${found.fault}`, field);
    return;
  }
  if (found.steps[0] === '.metadata') v.invalid(at, path, 'must not point to fields in metadata', field);
  if (!['string', 'boolean', 'integer'].includes(textOf(found.schema['type']))) {
    const detail =
      'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.';
    v.invalid(at, path, detail, field);
  }
  const steps = found.steps.join('');
  if (seen.has(steps)) v.duplicate(at, path, '', field);
  seen.add(steps);
}

function validateNames(v: Scope, spec: Fields): void {
  const names = fieldsOf(spec.names);
  const kind = textOf(names.kind);
  const singular = textOf(names.singular) || kind.toLowerCase();
  const listKind = textOf(names.listKind) || (kind === '' ? '' : `${kind}List`);
  for (const [key, value] of Object.entries({ plural: textOf(names.plural), singular, kind, listKind })) {
    if (value === '') v.required(['names', key]);
  }
  const label = (at: Path, value: string, words = ''): void => {
    const faults = value === '' ? [] : dns1035LabelFaults(words === '' ? value : value.toLowerCase());
    if (faults.length > 0) v.invalid(['names', ...at], value, `${words}${faults.join(',')}`);
  };
  const mixed = 'may have mixed case, but should otherwise match: ';
  label(['plural'], textOf(names.plural));
  label(['singular'], singular);
  label(['kind'], kind, mixed);
  label(['listKind'], listKind, mixed);
  for (const [i, name] of itemsOf(names.shortNames).entries()) labelInList(v, 'shortNames', i, textOf(name));
  if (kind !== '' && kind === listKind) v.invalid(['names', 'listKind'], listKind, 'kind and listKind may not be the same');
  for (const [i, name] of itemsOf(names.categories).entries()) labelInList(v, 'categories', i, textOf(name));
}

function labelInList(v: Scope, list: string, index: number, name: string): void {
  const faults = dns1035LabelFaults(name);
  if (faults.length > 0) v.invalid(['names', list, index], name, faults.join(','));
}

/** The server fills the status's list with the first version marked as storage. */
function validateStoredVersions(v: Scope, versions: readonly Fields[]): void {
  const stored = versions.filter((version) => version.storage === true).map((version) => textOf(version.name));
  if (versions.some((version) => isUnknown(version.storage) || isUnknown(version.name))) return;
  v.collectMoved(
    () => {
      const at = ['status', 'storedVersions'];
      if (stored.length === 0) v.invalid(at, null, 'must have at least one stored version');
      for (const name of stored.slice(1)) v.invalid(at, stored.slice(0, 1), `must have the storage version ${name}`);
    },
    () => ['spec', 'versions'],
  );
}

/** Groups of Kubernetes itself need a sign that their API was looked at. */
function validateApproval(v: Scope, object: Fields, group: string): void {
  if (!/(?:^|\.)(?:k8s|kubernetes)\.io$/.test(group) || isUnknown(group)) return;
  const approval = textOf(fieldsOf(fieldsOf(object.metadata).annotations)[APPROVED]);
  const see = 'see https://github.com/kubernetes/enhancements/pull/1111';
  const at = ['metadata', 'annotations', APPROVED];
  if (approval === '') v.required(at, `protected groups must have approval annotation ${quoteGo(APPROVED)}, ${see}`);
  else if (!approval.startsWith('unapproved') && !/^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/\s]+/.test(approval)) {
    const detail = `protected groups must have approval annotation ${quoteGo(APPROVED)} with either a URL or a reason starting with "unapproved", ${see}`;
    v.invalid(at, approval, detail);
  }
}
