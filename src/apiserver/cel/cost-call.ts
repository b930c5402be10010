import {
  add,
  addSizes,
  eitherSize,
  fixedSize,
  larger,
  MOST,
  multiply,
  multiplySizes,
  type Size,
  scaled,
  smaller,
  wrapped,
} from './cost-number.ts';
import { NotEstimated } from './cost-schema.ts';
import type { CostNode, EntrySize } from './cost-tree.ts';
import type { Overload } from './signatures.ts';
import type { CelType } from './types.ts';

/** What a call costs besides its target, and how large its result is, where that is known. */
export interface CallCost {
  readonly cost: bigint;
  readonly size: Size | undefined;
}

export interface Call {
  readonly node: CostNode;
  readonly name: string;
  readonly target: CostNode | undefined;
  readonly args: readonly CostNode[];
  /** The most that each argument costs. */
  readonly costs: readonly bigint[];
  /** Which form of the function; undefined where there is but one. */
  readonly overload: Overload | undefined;
}

/** What the cost of a call asks of the expression around it. */
export interface Estimator {
  readonly minor: number;
  sizeOf(node: CostNode): Size;
  entryOf(node: CostNode): EntrySize | undefined;
  elementOf(list: CostNode): { readonly type: CelType; readonly size: Size } | undefined;
}

/** Characters are gone through at a tenth of the cost of a step, a pattern's at a quarter. */
const TEXT = 0.1;
const PATTERN = 0.25;
const LIST_COST = 10n;
/** cel.MaxNameFormatRegexSize and cel.MaxFormatSize of k8s.io/apiserver/pkg/cel/limits.go */
const FORMAT_PATTERN = 128;
const LONGEST_FORMAT = 64n;
const ADDRESS: Size = { min: 4n, max: 16n };

/**
 * Mirrors functionCost of github.com/google/cel-go/checker/cost.go: first what libraries say of their own functions, then
 * EstimateCallCost of k8s.io/apiserver/pkg/cel/library/cost.go, then what cel-go says of its own.
 */
export function callCost(estimator: Estimator, call: Call): CallCost {
  const args = call.costs.reduce(add, 0n);
  const own = listCost(estimator, call) ?? libraryCost(estimator, call);
  if (own !== undefined) return { cost: add(own.cost, args), size: own.size };
  return coreCost(estimator, call, args);
}

function fixed(cost: bigint): CallCost {
  return { cost, size: undefined };
}

/** A list that is made anew. Mirrors estimateAllocatingListCall of github.com/google/cel-go/ext/lists.go. */
function madeList(factor: number, size: Size): CallCost {
  return { cost: add(scaled(size.max, factor), 1n + LIST_COST), size };
}

/** The functions of github.com/google/cel-go/ext/{lists,sets}.go. */
function listCost(estimator: Estimator, { name, target, args }: Call): CallCost | undefined {
  switch (name) {
    case 'slice': {
      if (target === undefined || args.length !== 2) return undefined;
      const start = numberIn(args[0]!) ?? 0n;
      const end = numberIn(args[1]!) ?? estimator.sizeOf(target).max;
      return madeList(1, fixedSize(wrapped(end - start)));
    }
    case 'flatten': {
      if (target === undefined) return undefined;
      const depth = args.length === 0 ? 1n : (numberIn(args[0]!) ?? MOST);
      return madeList(Number(depth), estimator.sizeOf(target));
    }
    case 'lists.range':
      return madeList(1, fixedSize(numberIn(args[0]!) ?? MOST));
    case 'reverse':
      return target === undefined ? undefined : madeList(1, estimator.sizeOf(target));
    case 'distinct':
      return target === undefined ? undefined : madeList(2, squared(estimator.sizeOf(target)));
    case 'sort':
      return target === undefined ? undefined : sortCost(estimator, target);
    case '@sortByAssociatedKeys':
      return sortCost(estimator, args[0]!);
    case 'sets.contains':
    case 'sets.intersects':
    case 'sets.equivalent': {
      const pairs = multiplySizes(estimator.sizeOf(args[0]!), estimator.sizeOf(args[1]!));
      return fixed(add(scaled(pairs.max, name === 'sets.equivalent' ? 2 : 1), 1n));
    }
    default:
      return undefined;
  }
}

function squared(size: Size): Size {
  return multiplySizes(size, size);
}

function sortCost(estimator: Estimator, keys: CostNode): CallCost {
  const kind = keys.type.params?.[0]?.kind ?? 'any';
  if (kind === 'any') throw new NotEstimated();
  // Of elements of any type the dearest counts.
  const isText = kind === 'string' || kind === 'bytes' || kind === 'dyn';
  return madeList(isText ? 2 + TEXT : 2, squared(estimator.sizeOf(keys)));
}

/** The value of a literal number that is not negative, 0 of a negative one. */
function numberIn({ shape }: CostNode): bigint | undefined {
  if (shape.kind !== 'literal' || typeof shape.value !== 'bigint') return undefined;
  return shape.value < 0n ? 0n : shape.value;
}

/** Functions that cost one step, with what they are asked of. */
const STEPS = new Set([
  ...['masked', 'prefixLength', 'family', 'isUnspecified', 'isLoopback', 'isLinkLocalMulticast', 'isLinkLocalUnicast'],
  ...['isGlobalUnicast', 'format.named', 'sign', 'asInteger', 'isInteger', 'asApproximateFloat', 'isGreaterThan', 'isLessThan'],
  ...['compareTo', 'add', 'sub', 'major', 'minor', 'patch', 'getScheme', 'getHostname', 'getHost', 'getPort', 'getEscapedPath'],
  ...[
    'getQuery',
    'serviceAccount',
    'path',
    'group',
    'resource',
    'subresource',
    'namespace',
    'name',
    'allowed',
    'reason',
    'error',
  ],
  'errored',
]);

function libraryCost(estimator: Estimator, call: Call): CallCost | undefined {
  const { name, target, args } = call;
  if (STEPS.has(name)) return fixed(1n);
  const [first] = args;
  const size = (node: CostNode | undefined): Size => estimator.sizeOf(node!);
  switch (name) {
    case 'isSorted':
    case 'sum':
    case 'max':
    case 'min':
    case 'indexOf':
    case 'lastIndexOf':
    case 'includes':
      return target === undefined ? undefined : eachCost(estimator, name, target);
    case 'url':
      return { cost: scaled(size(first).max, TEXT), size: size(first) };
    case 'lowerAscii':
    case 'upperAscii':
    case 'substring':
    case 'trim':
      return target === undefined ? undefined : { cost: scaled(size(target).max, TEXT), size: size(target) };
    case 'replace':
      if (target === undefined || args.length < 2) return undefined;
      return { cost: scaled(size(target).max, 2 * TEXT), size: replacedSize(size(target), size(first), size(args[1])) };
    case 'split': {
      if (target === undefined) return undefined;
      const limit = args[1]?.shape;
      const most = limit?.kind === 'literal' && typeof limit.value === 'bigint' ? wrapped(limit.value) : size(target).max;
      return { cost: scaled(size(target).max, 2 * TEXT), size: { min: 0n, max: most } };
    }
    case 'join':
      return target === undefined ? undefined : joinCost(estimator, target, first);
    case 'find':
    case 'findAll': {
      if (target === undefined) return undefined;
      const text = size(target);
      return { cost: patternCost(text, size(first)), size: { min: 0n, max: text.max } };
    }
    case 'ip':
      return target === undefined ? fixed(scaled(size(first).max, TEXT)) : fixed(1n);
    case 'cidr':
    case 'isIP':
    case 'isCIDR':
    case 'quantity':
    case 'isQuantity':
    case 'semver':
    case 'isSemver':
      return fixed(scaled(size(first).max, TEXT));
    case 'ip.isCanonical':
      return fixed(scaled(size(first).max, 2 * TEXT));
    case 'containsIP':
    case 'containsCIDR':
      return fixed(containsCost(estimator, call));
    case 'validate':
      return fixed(scaled(scaled(size(first).max, TEXT), FORMAT_PATTERN * PATTERN));
    case '_==_':
      return equalCost(estimator, args[0]!, args[1]!);
    default:
      return undefined;
  }
}

/** What goes through a list once, and compares its elements. */
function eachCost(estimator: Estimator, name: string, target: CostNode): CallCost {
  const element = estimator.elementOf(target);
  const { max } = estimator.sizeOf(target);
  if (element === undefined) return fixed(name === 'includes' ? max : scaled(max, TEXT));
  if (element.type.kind === 'any') throw new NotEstimated();
  const isText = element.type.kind === 'string' || element.type.kind === 'bytes';
  return fixed(multiply(max, isText ? add(1n, scaled(element.size.max, TEXT)) : 1n));
}

function replacedSize(text: Size, old: Size, by: Size): Size {
  const [longestCount, longestKept] = replacements(text.max, old.min, by.max <= old.min);
  const [shortestCount, shortestKept] = replacements(text.min, old.max, old.max <= by.min);
  const count: Size = { min: shortestCount, max: longestCount };
  return addSizes(multiplySizes(count, by), { min: shortestKept, max: longestKept });
}

/** How often a text of that length is replaced, and what of it is counted besides. */
function replacements(length: bigint, old: bigint, keeps: boolean): readonly [bigint, bigint] {
  if (old === 0n) return [length < MOST ? length + 1n : length, length];
  return keeps ? [0n, length] : [scaledQuotient(length, old), 0n];
}

function scaledQuotient(a: bigint, b: bigint): bigint {
  const quotient = Math.ceil(Number(a) / Number(b));
  return quotient >= 2 ** 64 ? MOST : BigInt(quotient);
}

function joinCost(estimator: Estimator, target: CostNode, separator: CostNode | undefined): CallCost {
  const list = estimator.sizeOf(target);
  const element = estimator.elementOf(target);
  let size = element === undefined ? fixedSize(0n) : multiplySizes(list, element.size);
  if (separator !== undefined) {
    const gaps: Size = { min: list.min > 0n ? list.min - 1n : 0n, max: list.max > 0n ? list.max - 1n : 0n };
    size = addSizes(size, multiplySizes(estimator.sizeOf(separator), gaps));
  }
  return { cost: scaled(size.max, TEXT), size };
}

/** An empty text costs a step, too. */
function patternCost(text: Size, pattern: Size): bigint {
  return multiply(scaled(add(text.max, 1n), TEXT), scaled(pattern.max, PATTERN));
}

function containsCost(estimator: Estimator, { name, args, overload }: Call): bigint {
  let cost = scaled(ADDRESS.max * 2n, TEXT);
  if (name === 'containsCIDR') cost += scaled(ADDRESS.max, TEXT) + 1n;
  const isText = overload?.args[0]?.kind === 'string';
  return isText ? add(cost, scaled(estimator.sizeOf(args[0]!).max, TEXT)) : cost;
}

/** What Kubernetes' own types cost to compare. */
function equalCost(estimator: Estimator, left: CostNode, right: CostNode): CallCost | undefined {
  const { kind } = left.type;
  if (kind !== right.type.kind) return undefined;
  if (['net.IP', 'net.CIDR', 'kubernetes.Quantity', 'kubernetes.Semver'].includes(kind)) return fixed(1n);
  if (kind === 'kubernetes.NamedFormat') return fixed(scaled(LONGEST_FORMAT, TEXT));
  return kind === 'kubernetes.URL' ? fixed(scaled(right.size === undefined ? 1n : estimator.sizeOf(right).max, TEXT)) : undefined;
}

/** What cel-go knows of its own functions. `args` is what all arguments together cost. */
function coreCost(estimator: Estimator, call: Call, args: bigint): CallCost {
  const { node, name, target, costs, overload } = call;
  const [first, second] = call.args;
  const size = (of: CostNode | undefined): Size => estimator.sizeOf(of!);
  const kind = overload?.args[0]?.kind;
  switch (name) {
    case 'format':
      return fixed(add(args, scaled(size(target).max, TEXT)));
    case 'bytes': {
      if (kind !== 'string') break;
      const { min, max } = size(first);
      return { cost: add(args, scaled(max, TEXT)), size: { min, max: wrapped(max * 4n) } };
    }
    case 'string': {
      if (kind !== 'bytes') break;
      const { min, max } = size(first);
      return { cost: add(args, scaled(max, TEXT)), size: { min: min / 4n, max } };
    }
    case 'strings.quote': {
      const { min, max } = size(first);
      return { cost: add(args, scaled(max, TEXT)), size: { min: wrapped(min + 2n), max: wrapped(max * 2n + 2n) } };
    }
    case 'startsWith':
    case 'endsWith':
      return fixed(add(args, scaled(size(first).max, TEXT)));
    case '@in':
      if (overload?.args[1]?.kind !== 'list') break;
      return fixed(add(args, size(second).max));
    case 'matches':
      if (target !== undefined) return fixed(add(args, patternCost(size(target), size(first))));
      // The function, other than the method, cost one step before.
      if (estimator.minor < 37) break;
      return fixed(add(args, patternCost(size(first), size(second))));
    case 'contains':
      return fixed(add(args, multiply(scaled(size(target).max, TEXT), scaled(size(first).max, TEXT))));
    case '_||_':
    case '_&&_':
      return fixed(args);
    case '_?_:_': {
      const third = call.args[2]!;
      node.entry = eitherEntry(estimator.entryOf(second!), estimator.entryOf(third)) ?? node.entry;
      const [condition, yes, no] = costs as [bigint, bigint, bigint];
      return { cost: add(condition, larger(yes, no)), size: eitherSize(size(second), size(third)) };
    }
    case '_+_':
      return sumCost(estimator, call, args);
    case '_<_':
    case '_>_':
    case '_<=_':
    case '_>=_':
      if (kind !== 'string' && kind !== 'bytes') break;
      return fixed(add(args, compared(size(first), size(second))));
    case '_==_':
    case '_!=_':
      return fixed(add(args, compared(size(first), size(second))));
    default:
  }
  return fixed(add(args, 1n));
}

/** Two values are compared as far as the shorter one reaches. */
function compared(a: Size, b: Size): bigint {
  return scaled(smaller(a.max, b.max), TEXT);
}

/** Texts and lists put together. What a macro adds to its result is a list, or a number to its count. */
function sumCost(estimator: Estimator, { node, args, overload }: Call, sum: bigint): CallCost {
  const kind = overload === undefined ? args[0]!.type.kind : overload.args[0]!.kind;
  if (kind !== 'string' && kind !== 'bytes' && kind !== 'list') return fixed(add(sum, 1n));
  const [left, right] = args as [CostNode, CostNode];
  const size = addSizes(estimator.sizeOf(left), estimator.sizeOf(right));
  node.entry = eitherEntry(estimator.entryOf(left), estimator.entryOf(right)) ?? node.entry;
  return { cost: add(sum, kind === 'list' ? 1n : scaled(size.max, TEXT)), size };
}

function eitherEntry(a: EntrySize | undefined, b: EntrySize | undefined): EntrySize | undefined {
  if (a === undefined || b === undefined) return undefined;
  return { isList: a.isList, key: eitherSize(a.key, b.key), value: eitherSize(a.value, b.value) };
}
