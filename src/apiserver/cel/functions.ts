import { type Conversion, convert } from './convert.ts';
import type { Budget } from './equality.ts';
import { KUBERNETES_FUNCTIONS, KUBERNETES_METHODS } from './library.ts';
import { LIST_FUNCTIONS, LIST_METHODS } from './lists.ts';
import { STRING_FUNCTIONS, STRING_METHODS } from './strings.ts';
import { partOf, type TimePart } from './time.ts';
import {
  ArrayList,
  CelError,
  CelList,
  CelMap,
  Duration,
  NO_OVERLOAD,
  NONE,
  Optional,
  Timestamp,
  TypeValue,
  typeName,
  UInt,
  UNKNOWN,
  type Value,
} from './values.ts';

/** A function of values none of which is an error or unknown; of a method the first one is what it is called on. */
export type CelFunction = (args: readonly Value[], budget: Budget) => Value;

/** The functions of Kubernetes' environment (k8s.io/apiserver/pkg/cel/environment/base.go) by their whole names. */
export const FUNCTIONS: ReadonlyMap<string, CelFunction> = new Map<string, CelFunction>([
  ...(['int', 'uint', 'double', 'string', 'bytes', 'bool', 'timestamp', 'duration'] as const).map(
    (name: Conversion): [string, CelFunction] => [name, (args) => (args.length === 1 ? convert(args[0]!, name) : NO_OVERLOAD)],
  ),
  ['dyn', (args) => (args.length === 1 ? args[0]! : NO_OVERLOAD)],
  ['type', (args) => (args.length === 1 ? new TypeValue(typeName(args[0]!)) : NO_OVERLOAD)],
  ['size', sizeOf],
  ['optional.of', (args) => (args.length === 1 ? new Optional(args[0]!) : NO_OVERLOAD)],
  ['optional.none', (args) => (args.length === 0 ? NONE : NO_OVERLOAD)],
  ['optional.ofNonZeroValue', (args) => (args.length !== 1 ? NO_OVERLOAD : isZero(args[0]!) ? NONE : new Optional(args[0]!))],
  ['optional.unwrap', unwrap],
  ...STRING_FUNCTIONS,
  ...LIST_FUNCTIONS,
  ...KUBERNETES_FUNCTIONS,
]);

const TIME_PARTS: readonly TimePart[] = [
  ...(['getFullYear', 'getMonth', 'getDate', 'getDayOfMonth', 'getDayOfWeek'] as const),
  ...(['getDayOfYear', 'getHours', 'getMinutes', 'getSeconds', 'getMilliseconds'] as const),
];

/** The methods by name; where lists and texts have one of the same name, it asks for the type. */
export const METHODS: ReadonlyMap<string, CelFunction> = new Map<string, CelFunction>([
  ['size', sizeOf],
  ...TIME_PARTS.map((part): [string, CelFunction] => [
    part,
    (args) => (args.length > 2 ? NO_OVERLOAD : partOf(args[0]!, part, args[1])),
  ]),
  ['hasValue', ([value]) => (value instanceof Optional ? value.value !== undefined : NO_OVERLOAD)],
  [
    'value',
    ([value]) => (value instanceof Optional ? (value.value ?? new CelError('optional.none() dereference')) : NO_OVERLOAD),
  ],
  ['unwrapOpt', unwrap],
  ...merged(STRING_METHODS, LIST_METHODS, KUBERNETES_METHODS),
  // What only the cluster's authorizer and its clock decide.
  ...['path', 'group', 'resource', 'subresource', 'namespace', 'name', 'check', 'allowed', 'reason', 'errored', 'error'].map(
    (name): [string, CelFunction] => [name, () => UNKNOWN],
  ),
  ...['serviceAccount', 'fieldSelector', 'labelSelector'].map((name): [string, CelFunction] => [name, () => UNKNOWN]),
]);

/** Methods of one name take turns until one has an overload. */
function merged(...tables: readonly ReadonlyMap<string, CelFunction>[]): ReadonlyMap<string, CelFunction> {
  const all = new Map<string, CelFunction>();
  for (const table of tables) {
    for (const [name, method] of table) {
      const other = all.get(name);
      const both: CelFunction = (args, budget) => {
        const result = other!(args, budget);
        return result === NO_OVERLOAD ? method(args, budget) : result;
      };
      all.set(name, other === undefined ? method : both);
    }
  }
  return all;
}

function sizeOf(args: readonly Value[], budget: Budget): Value {
  const value = args[0];
  if (args.length !== 1) return NO_OVERLOAD;
  if (typeof value === 'string') {
    budget.steps -= value.length / 10;
    return BigInt(codePoints(value));
  }
  if (value instanceof Uint8Array) return BigInt(value.length);
  return value instanceof CelList || value instanceof CelMap ? BigInt(value.size) : NO_OVERLOAD;
}

function codePoints(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0xd800 && code < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) count--;
  }
  return count;
}

/** As the Zeroer trait of cel-go's types. */
function isZero(value: Value): boolean {
  if (value === null || value === false || value === 0n || value === 0 || value === '') return true;
  if (value instanceof UInt) return value.value === 0n;
  if (value instanceof Uint8Array) return value.length === 0;
  if (value instanceof CelList || value instanceof CelMap) return value.size === 0 && !value.typed;
  if (value instanceof Duration) return value.nanos === 0n;
  if (value instanceof Timestamp) return value.nanos === -62135596800000000000n;
  if (value instanceof Optional) return value.value === undefined || isZero(value.value);
  return false;
}

function unwrap(args: readonly Value[]): Value {
  const list = args[0];
  if (!(list instanceof CelList) || args.length !== 1) return NO_OVERLOAD;
  const values: Value[] = [];
  for (const item of list) {
    if (!(item instanceof Optional)) return new CelError('value is not optional');
    if (item.value !== undefined) values.push(item.value);
  }
  return new ArrayList(values);
}
