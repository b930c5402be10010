import { callCost, type Estimator } from './cost-call.ts';
import { add, eitherSize, fixedSize, MOST, multiply, type Size, UNKNOWN_SIZE } from './cost-number.ts';
import { type Extent, NotEstimated } from './cost-schema.ts';
import { type CostNode, type EntrySize, FieldPath, type Loop } from './cost-tree.ts';
import type { CelType } from './types.ts';

/**
 * The most that evaluating an expression may cost, in cel-go's units. Mirrors Cost of github.com/google/cel-go/checker/cost.go, of which only the larger
 * bound is asked for. Throws NotEstimated where podlint does not know for certain what cel-go would count.
 * @param root what the variables hold, whichever of them it is
 * @param minor the release's
 */
export function costOf(expr: CostNode, root: Extent, minor: number): bigint {
  return new Coster(root, minor).cost(expr);
}

interface Local {
  readonly path: FieldPath | undefined;
  readonly size: Size | undefined;
  readonly entry: EntrySize | undefined;
}

const LIST_COST = 10n;
const MAP_COST = 30n;

class Coster implements Estimator {
  readonly minor: number;
  readonly #root: Extent;
  readonly #locals = new Map<string, Local[]>();

  constructor(root: Extent, minor: number) {
    this.#root = root;
    this.minor = minor;
  }

  cost(node: CostNode): bigint {
    const { shape } = node;
    switch (shape.kind) {
      case 'literal':
        return 0n;
      case 'ident': {
        const local = this.#local(shape.name);
        node.path = local === undefined ? new FieldPath([shape.name], 1, 1) : local.path;
        return 1n;
      }
      case 'select':
        return this.#select(node, shape.operand, shape.field, shape.isTest);
      case 'call':
        return this.#call(node, shape.target, shape.args);
      case 'list': {
        let sum = LIST_COST;
        let item: Size = shape.elements.length === 0 ? fixedSize(0n) : NOTHING;
        for (const element of shape.elements) {
          sum = add(sum, this.cost(element));
          item = eitherSize(item, this.sizeOf(element));
        }
        node.entry = { isList: true, key: fixedSize(1n), value: item };
        return sum;
      }
      case 'map': {
        let sum = MAP_COST;
        let key: Size = shape.entries.length === 0 ? fixedSize(0n) : NOTHING;
        let value = key;
        for (const [of, held] of shape.entries) {
          sum = add(sum, add(this.cost(of), this.cost(held)));
          key = eitherSize(key, this.sizeOf(of));
          value = eitherSize(value, this.sizeOf(held));
        }
        node.entry = { isList: false, key, value };
        return sum;
      }
      case 'loop':
        return this.#loop(node, shape);
      case 'bind': {
        const sum = add(LIST_COST, this.cost(shape.value));
        this.#pushValue(shape.variable, shape.value);
        const whole = add(sum, this.cost(shape.result));
        this.#pop(shape.variable);
        node.size = this.#computed(shape.result) ?? node.size;
        node.entry = this.entryOf(shape.result) ?? node.entry;
        return whole;
      }
    }
  }

  #select(node: CostNode, operand: CostNode, field: string, isTest: boolean): bigint {
    const sum = this.cost(operand);
    if (isTest) return sum;
    node.path = FieldPath.extended(this.pathOf(operand), field);
    return hasFields(operand.type) ? add(sum, 1n) : sum;
  }

  #call(node: CostNode, target: CostNode | undefined, args: readonly CostNode[]): bigint {
    const { shape } = node;
    if (shape.kind !== 'call') return 0n;
    if (shape.name === 'dyn') {
      const sum = add(1n, this.cost(args[0]!));
      node.size = this.#computed(args[0]!) ?? node.size;
      node.entry = this.entryOf(args[0]!) ?? node.entry;
      return sum;
    }
    const costs: bigint[] = [];
    for (const arg of args) {
      costs.push(this.cost(arg));
      this.#measured(arg);
    }
    let sum = 0n;
    if (target !== undefined) {
      sum = this.cost(target);
      this.#measured(target);
    }
    let most: bigint | undefined;
    let size: Size | undefined;
    const uncertain = [target, ...args].some((it) => it !== undefined && isUncertain(it.type));
    for (const overload of shape.overloads ?? [undefined]) {
      const call = callCost(this, { node, name: shape.name, target, args, costs, overload });
      if (uncertain && most !== undefined && most !== call.cost) throw new NotEstimated();
      if (most === undefined || call.cost > most) most = call.cost;
      if (call.size !== undefined) size = size === undefined ? call.size : eitherSize(size, call.size);
      if (shape.name === '_[_]') {
        const container = overload?.args[0]?.kind;
        if (container === 'list' || container === 'map') {
          size = this.entryOf(args[0]!)?.value;
          node.path = FieldPath.extended(this.pathOf(args[0]!), container === 'list' ? '@items' : '@values');
        }
      }
      size ??= this.#computed(node);
    }
    node.size = size ?? node.size;
    return add(sum, most ?? 0n);
  }

  #loop(node: CostNode, { range, variables, start, condition, step, result }: Loop): bigint {
    let sum = add(this.cost(range), this.cost(start));
    this.#pushValue(RESULT_NAME, start);
    const [first, second] = variables;
    if (second === undefined) this.#pushElement(first!, range, 'single');
    else {
      this.#pushElement(first!, range, 'key');
      this.#pushElement(second, range, 'value');
    }
    const each = add(this.cost(condition), this.cost(step));
    for (const variable of variables) this.#pop(variable);
    sum = add(sum, this.cost(result));
    this.#pop(RESULT_NAME);
    const count = this.sizeOf(range);
    sum = add(sum, multiply(count.max, each));
    if (start.shape.kind === 'literal') node.size = this.#computed(start) ?? node.size;
    else {
      node.size = count;
      node.entry = this.entryOf(step) ?? node.entry;
    }
    return sum;
  }

  #local(name: string): Local | undefined {
    return this.#locals.get(name)?.at(-1);
  }

  #push(name: string, local: Local): void {
    const stack = this.#locals.get(name);
    if (stack === undefined) this.#locals.set(name, [local]);
    else stack.push(local);
  }

  #pop(name: string): void {
    this.#locals.get(name)!.pop();
  }

  #pushValue(name: string, value: CostNode): void {
    const path = this.pathOf(value);
    const entry = this.entryOf(value);
    this.#push(name, { path, size: this.#computed(value), entry });
  }

  #pushElement(name: string, range: CostNode, as: 'single' | 'key' | 'value'): void {
    const entry = this.entryOf(range);
    if (entry === undefined && range.type.kind === 'any') throw new NotEstimated();
    const isList = entry === undefined ? range.type.kind === 'list' : entry.isList;
    const isValue = as === 'value' || (as === 'single' && isList);
    const step = isList ? (isValue ? '@items' : '@indices') : isValue ? '@values' : '@keys';
    const path = FieldPath.extended(this.pathOf(range), step);
    this.#push(name, { path, size: isValue ? entry?.value : entry?.key, entry: undefined });
  }

  pathOf(node: CostNode): FieldPath | undefined {
    if (node.shape.kind === 'ident') {
      const local = this.#local(node.shape.name);
      if (local !== undefined) return local.path;
    }
    return node.path;
  }

  entryOf(node: CostNode): EntrySize | undefined {
    if (node.entry !== undefined) return node.entry;
    return node.shape.kind === 'ident' ? this.#local(node.shape.name)?.entry : undefined;
  }

  /** How large a value is, as far as the expression and the schema say. */
  sizeOf(node: CostNode): Size {
    const size = this.#computed(node) ?? UNKNOWN_SIZE;
    if (size === UNCERTAIN) throw new NotEstimated();
    return size;
  }

  /** How large the elements of a list are; their type, too. */
  elementOf(list: CostNode): { readonly type: CelType; readonly size: Size } | undefined {
    const { type } = list;
    if (type.kind === 'any') throw new NotEstimated();
    const element = type.params?.[0];
    if (element === undefined) return undefined;
    const path = this.pathOf(list);
    const size = path === undefined ? undefined : this.#estimated(FieldPath.extended(copied(path), '@items'));
    return { type: element, size: size ?? UNKNOWN_SIZE };
  }

  /** Looks at the size of an argument now: what is found by its path may be another thing later. */
  #measured(node: CostNode): void {
    this.#computed(node);
  }

  #computed(node: CostNode): Size | undefined {
    if (node.size !== undefined) return node.size;
    const written = writtenSize(node);
    if (written !== undefined) return written;
    const path = this.pathOf(node);
    const estimated = path === undefined ? undefined : this.#estimated(path);
    if (estimated !== undefined) {
      node.size = estimated;
      return estimated;
    }
    const scalar = isScalar(node.type);
    if (scalar === undefined) return UNCERTAIN;
    if (scalar) return fixedSize(1n);
    return node.shape.kind === 'ident' ? this.#local(node.shape.name)?.size : undefined;
  }

  /** Mirrors sizeEstimator of apiextensions-apiserver/pkg/apiserver/schema/cel/compilation.go, which takes each variable for the root. */
  #estimated(path: FieldPath): Size | undefined {
    let extent: Extent | undefined = this.#root;
    for (let i = 1; i < path.length && extent !== undefined; i++) {
      const step = path.at(i);
      if (step === '@items' || step === '@values') extent = extent.element;
      else extent = step === '@keys' ? extent.key : extent.field?.(step);
    }
    return extent === undefined ? undefined : { min: 0n, max: extent.max };
  }
}

const RESULT_NAME = '@result';
/** Of what is of a type that is not known: it may have the size of a scalar or none. */
const UNCERTAIN: Size = { min: 0n, max: MOST };
const NOTHING: Size = { min: MOST, max: 0n };

function copied(path: FieldPath): FieldPath {
  const steps = Array.from({ length: path.length }, (_, i) => path.at(i));
  return new FieldPath(steps, steps.length, steps.length);
}

/** Kinds whose fields are fetched at a cost. What is dynamic is not among them. */
function hasFields({ kind }: CelType): boolean {
  if (kind === 'any') throw new NotEstimated();
  return kind === 'map' || kind === 'object' || kind.startsWith('kubernetes.');
}

const SCALARS = new Set(['bool', 'double', 'duration', 'int', 'timestamp', 'uint']);

/** Undefined where the type is not known. */
function isScalar({ kind, params }: CelType): boolean | undefined {
  if (kind === 'any') return undefined;
  return kind === 'optional_type' ? params?.[0] && isScalar(params[0]) : SCALARS.has(kind);
}

function isUncertain(type: CelType): boolean {
  return type.kind === 'any' || (type.params?.some(isUncertain) ?? false);
}

/** The size of what is written down in the expression. */
function writtenSize({ shape }: CostNode): Size | undefined {
  if (shape.kind === 'list') return fixedSize(BigInt(shape.elements.length));
  if (shape.kind === 'map') return fixedSize(BigInt(shape.entries.length));
  if (shape.kind !== 'literal') return undefined;
  const { value } = shape;
  if (typeof value === 'string') return fixedSize(BigInt([...value].length));
  return fixedSize(value instanceof Uint8Array ? BigInt(value.length) : 1n);
}
