import {
  byteLength,
  cIdentifierFaults,
  dns1123LabelFaults,
  dns1123SubdomainFaults,
  labelValueFaults,
  longerThan,
  qualifiedNameFaults,
} from '../../api/names.ts';
import { isUnknown } from '../../api/unknown.ts';
import { validateNodeSelector } from './pod/affinity.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, itemsOf, numberOf, textOf } from './scope.ts';
import { csiDriverName } from './volume-sources.ts';

const MOST_DEVICES = 128;
const MOST_COMPLEX_DEVICES = 64;
const MOST_COUNTER_SETS = 8;
const MOST_COUNTERS = 32;
const MOST_CONSUMED = 2;
const MOST_TAINTS = 16;
const MOST_CONDITIONS = 4;
const MOST_PROPERTIES = 32;
const LONGEST_VALUE = 64;
const EFFECTS = ['NoExecute', 'NoSchedule', 'None'];
/** Since then, counters, taints, binding conditions and a node for each device are on by default; before, they were dropped. */
const COMPLEX_SINCE = 36;
const SEMVER =
  /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/;

/**
 * What a driver says of its devices; request policies of capacities are not looked at.
 * Mirrors ValidateResourceSlice of k8s.io/kubernetes/pkg/apis/resource/validation.
 */
export function validateResourceSlice(v: Scope, object: Fields): void {
  v.in('spec', object.spec, validateSliceSpec);
}

/** Mirrors ValidateDeviceTaintRule. */
export function validateDeviceTaintRule(v: Scope, object: Fields): void {
  v.in('spec', object.spec, (spec, fields) => {
    if (isSet(fields.deviceSelector)) spec.in('deviceSelector', fields.deviceSelector, validateTaintSelector);
    spec.in('taint', fields.taint, validateTaint);
  });
}

function validateTaintSelector(v: Scope, selector: Fields): void {
  if (isSet(selector.driver)) csiDriverName(v, 'driver', selector.driver);
  if (isSet(selector.pool)) validatePoolName(v, 'pool', textOf(selector.pool));
  if (isSet(selector.device)) v.invalids('device', textOf(selector.device), dns1123LabelFaults(textOf(selector.device)));
}

function validatePoolName(v: Scope, at: string, name: string): void {
  if (name === '') v.required(at);
  else {
    if (longerThan(name, 253)) v.tooLong(at, 253);
    for (const part of name.split('/')) v.invalids(at, part, dns1123SubdomainFaults(part));
  }
}

function validatePool(v: Scope, pool: Fields): void {
  validatePoolName(v, 'name', textOf(pool.name));
  const count = numberOf(pool.resourceSliceCount) ?? 0;
  if (count <= 0) v.invalid('resourceSliceCount', count, 'must be greater than zero');
  const generation = numberOf(pool.generation) ?? 0;
  if (generation < 0) v.invalid('generation', generation, 'must be greater than or equal to zero');
}

function validateSliceSpec(v: Scope, spec: Fields): void {
  csiDriverName(v, 'driver', spec.driver);
  v.in('pool', spec.pool, validatePool);
  const complex = v.minor >= COMPLEX_SINCE;
  const devices = itemsOf(spec.devices).map(fieldsOf);
  const given = complex ? spec : { ...spec, perDeviceNodeSelection: undefined };
  const all = ['nodeName', 'nodeSelector', 'allNodes', 'perDeviceNodeSelection'];
  const one = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required';
  validateNodes(v, given, all, 'must be either unset or set to a non-empty string', one, `${one}, but multiple fields are set`);
  if (complex && isSet(spec.sharedCounters) && isSet(spec.devices)) {
    v.invalid([], '', 'only one of `sharedCounters` or `devices` is allowed');
  }
  const isComplex = (device: Fields): boolean => itemsOf(device.taints).length > 0 || itemsOf(device.consumesCounters).length > 0;
  const most = complex && devices.some(isComplex) ? MOST_COMPLEX_DEVICES : MOST_DEVICES;
  if (devices.length > most) v.tooMany('devices', devices.length, most);
  else {
    v.each('devices', spec.devices, validateDevice, complex ? spec.perDeviceNodeSelection === true : undefined);
    repeated(v, 'devices', devices, 'name');
  }
  if (complex) validateCounterSets(v, spec.sharedCounters);
}

/** Which nodes have a device: `fields` says in which ways that may be told. */
function validateNodes(v: Scope, of: Fields, fields: readonly string[], empty: string, none: string, several: string): void {
  const set: string[] = [];
  for (const field of fields) {
    const value = of[field];
    if (!isSet(value)) continue;
    if (field === 'nodeName') {
      const name = textOf(value);
      if (name === '') v.invalid('nodeName', name, empty);
      else v.invalids('nodeName', name, dns1123SubdomainFaults(name));
      if (name === '') continue;
    } else if (field === 'nodeSelector') {
      // To `fieldPath` a nodeSelector is a map of labels.
      v.collectMoved(
        () => v.in('nodeSelector', value, validateNodeSelector, false),
        (path) => [...path],
        (name) => name.replace('nodeSelector[nodeSelectorTerms]', 'nodeSelector.nodeSelectorTerms'),
      );
      const terms = itemsOf(fieldsOf(value).nodeSelectorTerms);
      if (fields.length === 4 && terms.length !== 1) {
        v.invalid(
          ['nodeSelector', 'nodeSelectorTerms'],
          terms,
          'must have exactly one node selector term',
          '.nodeSelector.nodeSelectorTerms',
        );
      }
    } else if (value === false) {
      v.invalid(field, false, 'must be either unset or set to true');
      continue;
    }
    set.push(`\`${field}\``);
  }
  if (set.length === 0) v.required([], none);
  else if (set.length > 1) v.invalid([], `{${set.join(', ')}}`, several);
}

function repeated(v: Scope, key: string, items: readonly Fields[], name: string): void {
  const seen = new Set<string>();
  for (const [i, item] of items.entries()) {
    const own = textOf(item[name]);
    if (seen.has(own)) v.duplicate([key, i], own);
    seen.add(own);
  }
}

function validateCounterSets(v: Scope, list: unknown): void {
  const sets = itemsOf(list).map(fieldsOf);
  if (sets.length > MOST_COUNTER_SETS) {
    v.tooManyByDeclaration('sharedCounters', sets.length, MOST_COUNTER_SETS);
    return;
  }
  v.each('sharedCounters', list, (inner, set) => validateCounters(inner, set, 'name'));
  repeated(v, 'sharedCounters', sets, 'name');
}

function validateCounters(v: Scope, set: Fields, nameAt: string): void {
  const name = textOf(set[nameAt]);
  if (name === '') v.requiredByDeclaration(nameAt);
  else v.invalidsByDeclaration(nameAt, name, dns1123LabelFaults(name));
  const counters = Object.keys(fieldsOf(set.counters));
  if (counters.length === 0) v.requiredByDeclaration('counters');
  else if (counters.length > MOST_COUNTERS) v.tooMany('counters', counters.length, MOST_COUNTERS);
  else for (const counter of counters) v.invalidsByDeclaration('counters', counter, dns1123LabelFaults(counter));
}

/** `perDevice` undefined: the server drops what says where the device is. */
function validateDevice(v: Scope, device: Fields, _index: number, perDevice: boolean | undefined): void {
  const name = textOf(device.name);
  v.invalids('name', name, dns1123LabelFaults(name));
  const attributes = fieldsOf(device.attributes);
  const capacities = fieldsOf(device.capacity);
  const count = Object.keys(attributes).length + Object.keys(capacities).length;
  if (count > MOST_PROPERTIES) {
    v.invalid([], count, `the total number of attributes and capacities must not exceed ${MOST_PROPERTIES}`);
  }
  for (const key of Object.keys(attributes)) {
    validateQualifiedName(v, 'attributes', key);
    validateAttribute(v, key, fieldsOf(attributes[key]));
  }
  for (const key of Object.keys(capacities)) validateQualifiedName(v, 'capacity', key);
  if (perDevice === undefined) return;
  const taints = itemsOf(device.taints);
  if (taints.length > MOST_TAINTS) v.tooMany('taints', taints.length, MOST_TAINTS);
  else v.each('taints', device.taints, validateTaint);
  const consumed = itemsOf(device.consumesCounters).map(fieldsOf);
  if (consumed.length > MOST_CONSUMED) v.tooManyByDeclaration('consumesCounters', consumed.length, MOST_CONSUMED);
  else {
    v.each('consumesCounters', device.consumesCounters, (inner, set) => validateCounters(inner, set, 'counterSet'));
    repeated(v, 'consumesCounters', consumed, 'counterSet');
  }
  const one =
    'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec';
  if (perDevice) validateNodes(v, device, ['nodeName', 'nodeSelector', 'allNodes'], 'must not be empty', one, one);
  else if (isSet(device.nodeName) || isSet(device.nodeSelector) || isSet(device.allNodes)) {
    const detail =
      '`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec';
    v.invalid([], null, detail);
  }
  validateBinding(v, device);
}

function validateQualifiedName(v: Scope, at: string, name: string): void {
  if (isUnknown(name)) return;
  const parts = name.split('/');
  const identifier = parts.at(-1)!;
  if (parts.length > 2) return;
  if (parts.length === 2) {
    const domain = parts[0]!;
    if (domain === '') v.invalid(at, '', 'the domain must not be empty');
    else {
      if (longerThan(domain, 63)) v.tooLong(at, 63);
      v.invalids(at, domain, dns1123SubdomainFaults(domain.toLowerCase()));
    }
    if (identifier === '') {
      v.invalid(at, '', 'the name must not be empty');
      return;
    }
  }
  if (longerThan(identifier, 32)) v.tooLong(at, 32);
  v.invalids(at, identifier, cIdentifierFaults(identifier));
}

const SINGLE_VALUES = ['int', 'bool', 'string', 'version'];
const ALL_VALUES = '`int`, `bool`, `string`, `version`, `ints`, `bools`, `strings`, `versions`';

function validateAttribute(v: Scope, key: string, attribute: Fields): void {
  const field = (name: string): string => `.attributes[${key}]${name}`;
  if (isSet(attribute.string) && byteLength(textOf(attribute.string)) > LONGEST_VALUE) {
    v.tooLong(['attributes', key, 'string'], LONGEST_VALUE, field('.string'));
  }
  if (isSet(attribute.version)) {
    const version = textOf(attribute.version);
    const at = ['attributes', key, 'version'];
    if (!SEMVER.test(version)) {
      v.invalid(at, version, 'must be a string compatible with semver.org spec 2.0.0', field('.version'));
    }
    if (longerThan(version, LONGEST_VALUE)) v.tooLong(at, LONGEST_VALUE, field('.version'));
  }
  const set = SINGLE_VALUES.filter((name) => isSet(attribute[name]));
  if (set.length === 1 || Object.keys(attribute).length > set.length) return;
  const one = 'exactly one value must be specified';
  if (v.minor < 37 && set.length === 0) v.invalid(['attributes', key], '', one, field(''));
  else if (v.minor < 37) v.invalid(['attributes', key], attribute, one, field(''));
  else {
    const print = set.length === 0 ? '' : `{${set.join(', ')}}`;
    v.named(field(''), () => v.invalidByDeclaration(['attributes', key], print, `must specify one of: ${ALL_VALUES}`));
  }
}

function validateTaint(v: Scope, taint: Fields): void {
  const key = textOf(taint.key);
  v.invalids('key', key, qualifiedNameFaults(key, v.minor));
  const value = textOf(taint.value);
  v.invalids('value', value, labelValueFaults(value, v.minor));
  const effect = textOf(taint.effect);
  if (effect === '') v.requiredByDeclaration('effect');
  else if (!EFFECTS.includes(effect)) v.unsupportedByDeclaration('effect', effect, EFFECTS);
}

function validateBinding(v: Scope, device: Fields): void {
  const conditions = itemsOf(device.bindingConditions).map(textOf);
  const failures = itemsOf(device.bindingFailureConditions).map(textOf);
  for (const [key, list] of [
    ['bindingConditions', conditions],
    ['bindingFailureConditions', failures],
  ] as const) {
    if (list.length > MOST_CONDITIONS) v.tooManyByDeclaration(key, list.length, MOST_CONDITIONS);
    else for (const [i, condition] of list.entries()) v.invalids([key, i], condition, qualifiedNameFaults(condition, v.minor));
  }
  repeatedTexts(v, 'bindingConditions', conditions);
  repeatedTexts(v, 'bindingFailureConditions', failures);
  for (const [i, failure] of failures.entries()) {
    if (!conditions.includes(failure)) continue;
    v.invalid(['bindingFailureConditions', i], failure, 'bindingFailureConditions must not overlap with bindingConditions');
  }
  if (conditions.length === 0 && failures.length > 0) {
    v.invalid(
      'bindingConditions',
      device.bindingConditions ?? null,
      'bindingConditions are required to use bindingFailureConditions',
    );
  }
  if (failures.length === 0 && conditions.length > 0) {
    const detail = 'bindingFailureConditions are required to use bindingConditions';
    v.invalid('bindingFailureConditions', device.bindingFailureConditions ?? null, detail);
  }
}

function repeatedTexts(v: Scope, key: string, list: readonly string[]): void {
  const seen = new Set<string>();
  for (const [i, text] of list.entries()) {
    if (seen.has(text)) v.duplicate([key, i], text);
    seen.add(text);
  }
}
