import type { Resolved } from './check.ts';
import type { Size } from './cost-number.ts';
import { NotEstimated } from './cost-schema.ts';
import type { Overload } from './signatures.ts';
import type { Expr, Fold, OptionalMap } from './syntax.ts';
import { ANY, BOOL, type CelType, DYN, INT, listOf, optionalOf } from './types.ts';
import type { Value } from './values.ts';

/**
 * An expression as cel-go counts its cost: its macros are loops with a variable that gathers the result. Mirrors the macros of
 * github.com/google/cel-go/parser/macro.go, cel/library.go and ext/{comprehensions,lists}.go.
 */
export interface CostNode {
  readonly shape: Shape;
  readonly type: CelType;
  /** What was found out about it: see ./cost.ts. */
  path: FieldPath | undefined;
  size: Size | undefined;
  entry: EntrySize | undefined;
}

export type Shape =
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'ident'; readonly name: string }
  | { readonly kind: 'select'; readonly operand: CostNode; readonly field: string; readonly isTest: boolean }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly target: CostNode | undefined;
      readonly args: readonly CostNode[];
      /** Undefined of what a macro stands for, which has one form alone. */
      readonly overloads: readonly Overload[] | undefined;
    }
  | { readonly kind: 'list'; readonly elements: readonly CostNode[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [key: CostNode, value: CostNode])[] }
  | Loop
  | { readonly kind: 'bind'; readonly variable: string; readonly value: CostNode; readonly result: CostNode };

export interface Loop {
  readonly kind: 'loop';
  readonly range: CostNode;
  readonly variables: readonly string[];
  readonly start: CostNode;
  readonly condition: CostNode;
  readonly step: CostNode;
  readonly result: CostNode;
}

/** The sizes of the keys (or indices) and values of a list or map that the expression itself makes. */
export interface EntrySize {
  readonly isList: boolean;
  readonly key: Size;
  readonly value: Size;
}

/**
 * The fields from a variable down to a value. Two paths that start alike may share what comes after, as Go's slices do when they are
 * appended to: the later one then changes the earlier one, and cel-go's estimates with it.
 */
export class FieldPath {
  readonly #steps: string[];
  readonly length: number;
  readonly #capacity: number;

  constructor(steps: string[], length: number, capacity: number) {
    this.#steps = steps;
    this.length = length;
    this.#capacity = capacity;
  }

  at(index: number): string {
    return this.#steps[index]!;
  }

  static extended(path: FieldPath | undefined, step: string): FieldPath {
    if (path === undefined) return new FieldPath([step], 1, 1);
    if (path.length < path.#capacity) {
      path.#steps[path.length] = step;
      return new FieldPath(path.#steps, path.length + 1, path.#capacity);
    }
    return new FieldPath([...path.#steps.slice(0, path.length), step], path.length + 1, path.#capacity * 2);
  }
}

/** The variable that a loop gathers its result in. */
export const RESULT = '@result';
const SORTED = '@__sortBy_input__';

/** Macros write an expression down more than once. */
const MOST_NODES = 20_000;

/** Throws NotEstimated for what podlint does not follow. */
export function costTree(expr: Expr, resolved: Resolved): CostNode {
  return new Grower(resolved).grow(expr);
}

const TRUE: Value = true;

class Grower {
  readonly #resolved: Resolved;
  #left = MOST_NODES;

  constructor(resolved: Resolved) {
    this.#resolved = resolved;
  }

  #node(shape: Shape, type: CelType): CostNode {
    if (--this.#left < 0) throw new NotEstimated();
    return { shape, type, path: undefined, size: undefined, entry: undefined };
  }

  #call(name: string, type: CelType, ...args: readonly CostNode[]): CostNode {
    return this.#node({ kind: 'call', name, target: undefined, args, overloads: undefined }, type);
  }
  #method(name: string, type: CelType, target: CostNode, ...args: readonly CostNode[]): CostNode {
    return this.#node({ kind: 'call', name, target, args, overloads: undefined }, type);
  }
  #ident(name: string, type: CelType): CostNode {
    return this.#node({ kind: 'ident', name }, type);
  }
  #literal(value: Value, type: CelType): CostNode {
    return this.#node({ kind: 'literal', value }, type);
  }

  grow(expr: Expr): CostNode {
    const type = this.#resolved.types.get(expr);
    // Names that were taken for one with a dot in it.
    if (type === undefined) throw new NotEstimated();
    switch (expr.kind) {
      case 'literal':
        return this.#literal(expr.value, type);
      case 'ident':
        return this.#ident(expr.name, type);
      case 'select': {
        const operand = this.grow(expr.operand);
        if (expr.mode !== 'optional')
          return this.#node({ kind: 'select', operand, field: expr.field, isTest: expr.mode === 'test' }, type);
        return this.#call('_?._', type, operand, this.#literal(expr.field, { kind: 'string' }));
      }
      case 'index':
      case 'call':
        return this.#growCall(expr, type);
      case 'list':
        return this.#node({ kind: 'list', elements: expr.elements.map(({ value }) => this.grow(value)) }, type);
      case 'map':
        return this.#node(
          { kind: 'map', entries: expr.entries.map(({ key, value }) => [this.grow(key), this.grow(value)]) },
          type,
        );
      case 'message':
        throw new NotEstimated();
      case 'fold':
        return this.#fold(expr, type);
      case 'optMap':
        return this.#optionalMap(expr, type);
    }
  }

  #growCall(expr: Extract<Expr, { kind: 'index' | 'call' }>, type: CelType): CostNode {
    const args = expr.kind === 'index' ? [expr.operand, expr.index] : expr.args;
    if (expr.kind === 'call' && (expr.name === '_&&_' || expr.name === '_||_'))
      return this.#call(expr.name, type, ...args.map((arg) => this.grow(arg)));
    const call = this.#resolved.calls.get(expr);
    if (call === undefined || call.overloads.length === 0) throw new NotEstimated();
    const target = call.isMethod && expr.kind === 'call' ? this.grow(expr.target!) : undefined;
    const { name, overloads } = call;
    return this.#node({ kind: 'call', name, target, args: args.map((arg) => this.grow(arg)), overloads }, type);
  }

  #fold(fold: Fold, type: CelType): CostNode {
    const range = this.grow(fold.target);
    if (fold.macro === 'sortBy') return this.#sorted(fold, range, type);
    return this.#loop(fold, range, type);
  }

  #loop({ macro, variables, filter, body, target }: Fold, range: CostNode, type: CelType): CostNode {
    const result = (of: CelType): CostNode => this.#ident(RESULT, of);
    const loop = (start: CostNode, condition: CostNode, step: CostNode, made: CostNode): CostNode =>
      this.#node({ kind: 'loop', range, variables, start, condition, step, result: made }, type);
    switch (macro) {
      case 'all': {
        const goesOn = this.#call('@not_strictly_false', BOOL, result(BOOL));
        const step = this.#call('_&&_', BOOL, result(BOOL), this.grow(body));
        return loop(this.#literal(TRUE, BOOL), goesOn, step, result(BOOL));
      }
      case 'exists': {
        const goesOn = this.#call('@not_strictly_false', BOOL, this.#call('!_', BOOL, result(BOOL)));
        const step = this.#call('_||_', BOOL, result(BOOL), this.grow(body));
        return loop(this.#literal(false, BOOL), goesOn, step, result(BOOL));
      }
      case 'existsOne': {
        const more = this.#call('_+_', INT, result(INT), this.#literal(1n, INT));
        const step = this.#call('_?_:_', INT, this.grow(body), more, result(INT));
        const isOne = this.#call('_==_', BOOL, result(INT), this.#literal(1n, INT));
        return loop(this.#literal(0n, INT), this.#literal(TRUE, BOOL), step, isOne);
      }
      case 'transformMap':
      case 'transformMapEntry': {
        const of: CelType = { kind: 'map', params: [ANY, ANY] };
        const key = macro === 'transformMap' ? [this.#ident(variables[0]!, ANY)] : [];
        const inserted = this.#call('cel.@mapInsert', of, result(of), ...key, this.grow(body));
        const start = this.#node({ kind: 'map', entries: [] }, of);
        return loop(start, this.#literal(TRUE, BOOL), this.#guarded(filter, inserted, of), result(of));
      }
      default: {
        const of = type.kind === 'list' ? type : listOf(ANY);
        const [guard, made] = macro === 'filter' ? [body, undefined] : [filter, body];
        const element =
          made === undefined ? this.#ident(variables[0]!, elementOf(this.#resolved.types.get(target))) : this.grow(made);
        const one = this.#node({ kind: 'list', elements: [element] }, of);
        const step = this.#guarded(guard, this.#call('_+_', of, result(of), one), of);
        return loop(this.#node({ kind: 'list', elements: [] }, of), this.#literal(TRUE, BOOL), step, result(of));
      }
    }
  }

  #guarded(guard: Expr | undefined, step: CostNode, of: CelType): CostNode {
    return guard === undefined ? step : this.#call('_?_:_', of, this.grow(guard), step, this.#ident(RESULT, of));
  }

  /** `list.sortBy(v, key)`: the list is bound to a name, and sorted by the list of its keys. */
  #sorted(fold: Fold, range: CostNode, type: CelType): CostNode {
    const list = (): CostNode => this.#ident(SORTED, range.type);
    const keys = this.#loop({ ...fold, macro: 'map' }, list(), listOf(this.#resolved.types.get(fold.body) ?? ANY));
    const sorted = this.#method('@sortByAssociatedKeys', type, list(), keys);
    return this.#node({ kind: 'bind', variable: SORTED, value: range, result: sorted }, type);
  }

  /** `a.optMap(v, b)`: `a.hasValue() ? optional.of(bind v to a.value() in b) : optional.none()`. */
  #optionalMap({ target, variable, body, flat }: OptionalMap, type: CelType): CostNode {
    const has = this.#method('hasValue', BOOL, this.grow(target));
    const held = this.grow(target);
    const value = this.#method('value', held.type.kind === 'optional_type' ? (held.type.params?.[0] ?? ANY) : ANY, held);
    const result = this.grow(body);
    const bound = this.#node({ kind: 'bind', variable, value, result }, result.type);
    const made = flat ? bound : this.#call('optional.of', optionalOf(result.type), bound);
    return this.#call('_?_:_', type, has, made, this.#call('optional.none', type));
  }
}

function elementOf(range: CelType | undefined): CelType {
  if (range?.kind === 'dyn') return DYN;
  return (range?.kind === 'list' || range?.kind === 'map' ? range.params?.[0] : undefined) ?? ANY;
}
