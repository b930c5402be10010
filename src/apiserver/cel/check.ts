import { matchPattern } from '../../api/go-regexp.ts';
import { type Conversion, convert } from './convert.ts';
import { qualifiedName } from './evaluate.ts';
import { type Overload, overloadsOf } from './signatures.ts';
import type { CelIssue, Expr, Fold, OptionalMap } from './syntax.ts';
import { ANY, agree, BOOL, type CelType, DYN, INT, isOpen, listOf, mapOf, optionalOf, printType } from './types.ts';
import { CelError, typeName } from './values.ts';

/**
 * A type checker that only says what the API server says for certain. Mirrors github.com/google/cel-go/checker; where that decides by more
 * than is followed here, the type is `any`, which agrees with everything.
 */
export interface Checked {
  readonly type: CelType;
  readonly issues: readonly CelIssue[];
  /** What building the program fails with, of an expression that is right otherwise. */
  readonly unbuildable: string | undefined;
  readonly resolved: Resolved;
}

/** What was found out about the parts of an expression: their types, and of calls which function it is in which of its forms. */
export interface Resolved {
  readonly types: ReadonlyMap<Expr, CelType>;
  readonly calls: ReadonlyMap<Expr, ResolvedCall>;
}

export interface ResolvedCall {
  /** The whole name; of a function with a namespace there is no target. */
  readonly name: string;
  readonly isMethod: boolean;
  readonly overloads: readonly Overload[];
}

/**
 * `variable` gives the type of a variable of the environment, undefined where there is none; `message` that of a message by its name: only mutations of
 * admission policies have any.
 */
export function checkCel(expr: Expr, variable: TypeByName, message: TypeByName = () => undefined): Checked {
  const checker = new Checker(variable, message);
  const type = checker.typeOf(expr, undefined);
  const { issues, unbuildable, types, calls } = checker;
  return { type, issues, unbuildable, resolved: { types, calls } };
}

export type TypeByName = (name: string) => CelType | undefined;

type Scope = { readonly name: string; readonly type: CelType; readonly outer: Scope } | undefined;

const TYPE_NAMES = new Set([
  ...['bool', 'bytes', 'double', 'int', 'list', 'map', 'null_type', 'string', 'type', 'uint', 'optional_type', 'dyn'],
  ...['net.IP', 'net.CIDR'],
]);
const CONVERSIONS = new Set(['int', 'uint', 'double', 'bool', 'string']);

class Checker {
  readonly issues: CelIssue[] = [];
  readonly types = new Map<Expr, CelType>();
  readonly calls = new Map<Expr, ResolvedCall>();
  unbuildable: string | undefined;
  readonly #variable: TypeByName;
  readonly #message: TypeByName;

  constructor(variable: TypeByName, message: TypeByName) {
    this.#variable = variable;
    this.#message = message;
  }

  #issue(at: number, message: string): CelType {
    this.issues.push({ at, message });
    return ANY;
  }

  typeOf(expr: Expr, scope: Scope): CelType {
    const type = this.#typeOf(expr, scope);
    this.types.set(expr, type);
    return type;
  }

  #typeOf(expr: Expr, scope: Scope): CelType {
    switch (expr.kind) {
      case 'literal':
        return { kind: expr.value === null ? 'null' : typeName(expr.value) };
      case 'ident':
        return this.#ident(expr.name, expr.at, scope);
      case 'select':
        return this.#select(expr, scope);
      case 'index': {
        const args = [this.typeOf(expr.operand, scope), this.typeOf(expr.index, scope)];
        return this.#resolve(expr, expr.optional ? '_[?_]' : '_[_]', undefined, args);
      }
      case 'call':
        return this.#call(expr, scope);
      case 'list':
        return listOf(this.#joined(expr.elements.map(({ value, optional }) => [this.typeOf(value, scope), optional])));
      case 'map':
        return mapOf(
          this.#joined(expr.entries.map(({ key }) => [this.typeOf(key, scope), false])),
          this.#joined(expr.entries.map(({ value, optional }) => [this.typeOf(value, scope), optional])),
        );
      case 'message':
        return this.#creation(expr, scope);
      case 'fold':
        return this.#fold(expr, scope);
      case 'optMap':
        return this.#optionalMap(expr, scope);
    }
  }

  #creation({ at, name, fields }: Extract<Expr, { kind: 'message' }>, scope: Scope): CelType {
    const type = this.#message(name);
    // What is in one that is not declared is not looked at.
    if (type === undefined) return this.#issue(at, `undeclared reference to '${name}' (in container '')`);
    for (const { at: colon, name: field, value, optional } of fields) {
      const made = this.typeOf(value, scope);
      const inner = optional && made.kind === 'optional_type' ? (made.params?.[0] ?? ANY) : made;
      const wanted = type.field?.(field);
      if (wanted === undefined || !agree(wanted, inner))
        this.#issue(
          colon,
          `expected type of field '${field}' is '${wanted === undefined ? '' : printType(wanted)}' but provided type is '${printType(inner)}'`,
        );
    }
    return type;
  }

  /** What the elements of a literal have in common. Whether mixed ones are allowed is not followed. */
  #joined(elements: readonly (readonly [CelType, boolean])[]): CelType {
    let common: CelType | undefined;
    for (const [type, optional] of elements) {
      const value = optional ? (type.params?.[0] ?? ANY) : type;
      if (value.kind === 'any' || (common !== undefined && printType(common) !== printType(value))) return ANY;
      common = value;
    }
    return common ?? ANY;
  }

  #lookup(name: string, scope: Scope): CelType | undefined {
    for (let local = scope; local !== undefined; local = local.outer) if (local.name === name) return local.type;
    return this.#variable(name) ?? (TYPE_NAMES.has(name) ? { kind: 'type' } : undefined);
  }

  #ident(name: string, at: number, scope: Scope): CelType {
    return this.#lookup(name, scope) ?? this.#issue(at, `undeclared reference to '${name}' (in container '')`);
  }

  #select(expr: Extract<Expr, { kind: 'select' }>, scope: Scope): CelType {
    const whole = qualifiedName(expr);
    if (whole !== undefined) {
      if (/^google\.protobuf\.|^net\./.test(whole) && this.#lookup(whole.split('.', 1)[0]!, scope) === undefined) return ANY;
      const declared = this.#variable(whole);
      if (declared !== undefined) return declared;
    }
    const operand = this.typeOf(expr.operand, scope);
    const optional = operand.kind === 'optional_type';
    const field = this.#field(expr, optional ? (operand.params?.[0] ?? ANY) : operand);
    if (expr.mode === 'test') return BOOL;
    return optional || expr.mode === 'optional' ? (field === ANY ? ANY : optionalOf(field)) : field;
  }

  #field({ at, field, mode }: Extract<Expr, { kind: 'select' }>, type: CelType): CelType {
    if (isOpen(type)) return type;
    if (type.kind === 'map') return type.params?.[1] ?? ANY;
    if (type.field !== undefined) return type.field(field) ?? this.#issue(at, `undefined field '${field}'`);
    if (mode === 'optional' || type.kind.includes('.') || type.kind === 'optional_type') return ANY;
    return this.#issue(at, `type '${printType(type)}' does not support field selection`);
  }

  #call(expr: Extract<Expr, { kind: 'call' }>, scope: Scope): CelType {
    const { at, name, target, args } = expr;
    if (target !== undefined) {
      const namespace = qualifiedName(target);
      const root = namespace?.split('.', 1)[0];
      const whole = namespace === undefined ? undefined : `${namespace}.${name}`;
      const hidden = root === 'jsonpatch' && this.#message('JSONPatch') === undefined;
      if (whole !== undefined && !hidden && overloadsOf(whole) !== undefined && this.#lookup(root!, undefined) === undefined) {
        const types = args.map((arg) => this.typeOf(arg, scope));
        return this.#resolve(expr, whole, undefined, types);
      }
    }
    const on = target === undefined ? undefined : this.typeOf(target, scope);
    const types = args.map((arg) => this.typeOf(arg, scope));
    if (name === '_&&_' || name === '_||_') {
      for (const [i, type] of types.entries()) {
        if (!agree(type, BOOL)) this.#issue(pointOf(args[i]!), `expected type 'bool' but found '${printType(type)}'`);
      }
      return BOOL;
    }
    if (overloadsOf(name) === undefined) return this.#issue(at, `undeclared reference to '${name}' (in container '')`);
    this.#literals(name, target, args);
    return this.#resolve(expr, name, on, types);
  }

  /** Literals that functions do not take. Mirrors the validators of cel-go/cel/validator.go, and the folding of constants. */
  #literals(name: string, target: Expr | undefined, args: readonly Expr[]): void {
    const [first] = args;
    if (first?.kind !== 'literal') return;
    if (target === undefined && args.length === 1) {
      if (name === 'duration' || name === 'timestamp') {
        if (typeof first.value === 'string' && convert(first.value, name) instanceof CelError)
          this.#issue(first.at, `invalid ${name} argument`);
      } else if (CONVERSIONS.has(name)) {
        const made = convert(first.value, name as Conversion);
        if (made instanceof CelError && made.message !== 'no such overload') this.unbuildable ??= made.message;
      }
    }
    const pattern = name !== 'matches' ? undefined : target === undefined ? args[1] : first;
    if (pattern?.kind !== 'literal' || typeof pattern.value !== 'string') return;
    if (matchPattern(pattern.value, '') === 'invalid') this.#issue(pattern.at, 'invalid matches argument');
  }

  #resolve(expr: Expr, name: string, target: CelType | undefined, args: readonly CelType[]): CelType {
    const { at } = expr;
    const results: CelType[] = [];
    const overloads: Overload[] = [];
    for (const overload of overloadsOf(name) ?? []) {
      const result = applied(overload, target, args);
      if (result === undefined) continue;
      results.push(result);
      overloads.push(overload);
    }
    this.calls.set(expr, { name, isMethod: target !== undefined, overloads });
    if (results.length === 0) {
      const types = `(${args.map(printType).join(', ')})`;
      const on = target === undefined ? types : `${printType(target)}.${types}`;
      return this.#issue(at, `found no matching overload for '${name}' applied to '${on}'`);
    }
    const [result] = results;
    if (results.every((other) => printType(other) === printType(result!))) return result!;
    return [...args, ...(target === undefined ? [] : [target])].some(({ kind }) => kind === 'any') ? ANY : DYN;
  }

  #fold({ at, macro, target, variables, filter, body }: Fold, scope: Scope): CelType {
    const range = this.typeOf(target, scope);
    const [first, second] = this.#rangeOf(range, variables.length, pointOf(target));
    const names = variables as [string, string | undefined];
    let inner: Scope = { name: names[0], type: first, outer: scope };
    if (names[1] !== undefined) inner = { name: names[1], type: second, outer: inner };
    const guard = filter === undefined ? BOOL : this.typeOf(filter, inner);
    if (!agree(guard, BOOL))
      this.#issue(at, `found no matching overload for '_?_:_' applied to '(${printType(guard)}, list(any), list(any))'`);
    const made = this.typeOf(body, inner);
    switch (macro) {
      case 'all':
      case 'exists':
        if (!agree(made, BOOL)) this.#issue(pointOf(body), `expected type 'bool' but found '${printType(made)}'`);
        return BOOL;
      case 'existsOne':
        return BOOL;
      case 'filter':
        return listOf(first);
      case 'map':
      case 'transformList':
        return listOf(made);
      case 'sortBy':
        return range.kind === 'list' ? range : ANY;
      case 'transformMap':
        return mapOf(first, made);
      case 'transformMapEntry':
        return made.kind === 'map' ? made : ANY;
    }
  }

  #rangeOf(range: CelType, count: number, at: number): readonly [CelType, CelType] {
    if (range.kind === 'list') {
      const item = range.params?.[0] ?? ANY;
      return count === 1 ? [item, ANY] : [INT, item];
    }
    if (range.kind === 'map') return [range.params?.[0] ?? ANY, range.params?.[1] ?? ANY];
    if (range.kind === 'dyn') return [DYN, DYN];
    if (range.kind !== 'any') {
      const type = printType(range);
      this.#issue(at, `expression of type '${type}' cannot be range of a comprehension (must be list, map, or dynamic)`);
    }
    return [ANY, ANY];
  }

  #optionalMap({ at, target, variable, body, flat }: OptionalMap, scope: Scope): CelType {
    const type = this.typeOf(target, scope);
    if (!agree(type, optionalOf(ANY)))
      this.#issue(at, `found no matching overload for 'hasValue' applied to '${printType(type)}.()'`);
    const value = type.kind === 'optional_type' ? (type.params?.[0] ?? ANY) : ANY;
    const made = this.typeOf(body, { name: variable, type: value, outer: scope });
    return flat ? (made.kind === 'optional_type' ? made : ANY) : optionalOf(made);
  }
}

/** Where cel-go points for an expression as a whole. */
function pointOf(expr: Expr): number {
  return expr.at;
}

/** The type of an overload's result for these arguments; undefined where they do not fit. */
function applied({ target, args, result }: Overload, on: CelType | undefined, types: readonly CelType[]): CelType | undefined {
  if ((target === undefined) !== (on === undefined) || args.length !== types.length) return undefined;
  const bound = new Map<string, CelType>();
  if (target !== undefined && !fits(target, on!, bound)) return undefined;
  for (const [i, arg] of args.entries()) if (!fits(arg, types[i]!, bound)) return undefined;
  return substituted(result, bound);
}

function fits(param: CelType, type: CelType, bound: Map<string, CelType>): boolean {
  if (param.kind === 'A' || param.kind === 'B') {
    const known = bound.get(param.kind);
    if (known === undefined || known.kind === 'any' || (known.kind === 'null' && !isOpen(type))) bound.set(param.kind, type);
    else if (type.kind === 'dyn') bound.set(param.kind, type);
    return known === undefined || agree(known, type);
  }
  if (isOpen(param)) return true;
  if (isOpen(type)) {
    for (const inner of param.params ?? []) fits(inner, type, bound);
    return true;
  }
  if (type.kind === 'null') return agree(param, type);
  if (param.kind !== type.kind) return false;
  return (param.params ?? []).every((inner, i) => fits(inner, type.params?.[i] ?? ANY, bound));
}

function substituted(type: CelType, bound: ReadonlyMap<string, CelType>): CelType {
  if (type.kind === 'A' || type.kind === 'B') return bound.get(type.kind) ?? ANY;
  return type.params === undefined ? type : { ...type, params: type.params.map((param) => substituted(param, bound)) };
}
