import { matchPattern } from '../api/go-regexp.ts';
import { isObject, type JsonObject } from '../api/manifest.ts';
import type { SchemaNode } from '../api/schema.ts';
import { isUnknown } from '../api/unknown.ts';
import { fieldPath, type Path } from '../source/path.ts';
import { type Cause, invalid, notSupported, required, tooLong, tooMany, typeInvalid } from './cause.ts';
import { hasFormat, isSupportedFormat } from './custom-formats.ts';
import { canonical } from './custom-lists.ts';
import { goNumber, invalidNumber, isInt64 } from './custom-numbers.ts';
import { quoteGo } from './go-print.ts';

/**
 * Validation against a structural schema, with the server's words and its way to choose among the faults of alternatives.
 *
 * Mirrors k8s.io/kube-openapi/pkg/validation/validate (a fork of go-openapi/validate) and kubeOpenAPIResultToFieldErrors of
 * apiextensions-apiserver/pkg/apiserver/validation. `minor` is the release's: numeric formats count since 1.36.
 */
export function validateSchema(
  value: unknown,
  node: SchemaNode,
  minor: number,
): { causes: readonly Cause[]; undecided: boolean } {
  const validator = new Validator(minor);
  const result = new Result();
  validator.check(value, node, result);
  return { causes: result.causes.map(named), undecided: validator.undecided };
}

/** The field as the server names it, where that is not how paths are written elsewhere. */
function named(cause: Cause): Cause {
  if (cause.field !== undefined) return cause;
  const field = nameOf(cause.path);
  return field === fieldPath(cause.path) ? cause : { ...cause, field };
}

/** The path as go-openapi names it: map keys like fields. */
function nameOf(path: Path): string {
  let out = '';
  for (let i = 0; i < path.length; i++) {
    const segment = path[i]!;
    out += typeof segment === 'number' ? `[${segment}]` : i === 0 ? segment : `.${segment}`;
  }
  return out;
}

const DEEPEST = 400;
const MOST_CAUSES = 500;
/** Aliases can make a small schema endless in width; no real object needs so many steps. */
const MOST_STEPS = 500_000;

const NO_CAUSES: readonly Cause[] = [];

/** Causes, each once by its Go message, and how many checks were passed: alternatives are compared by that. */
class Result {
  matches = 0;
  #causes: Map<string, Cause> | undefined;

  get causes(): readonly Cause[] {
    return this.#causes === undefined ? NO_CAUSES : [...this.#causes.values()];
  }
  get valid(): boolean {
    return this.#causes === undefined;
  }
  add(text: string, cause: Cause): void {
    this.#causes ??= new Map();
    if (this.#causes.size < MOST_CAUSES && !this.#causes.has(text)) this.#causes.set(text, cause);
  }
  merge(other: Result): void {
    if (other.#causes !== undefined) for (const [text, cause] of other.#causes) this.add(text, cause);
    this.matches += other.matches;
  }
}

class Validator {
  undecided = false;
  #steps = 0;
  readonly #minor: number;
  readonly #path: (string | number)[] = [];

  constructor(minor: number) {
    this.#minor = minor;
  }

  /** The server takes the name as go-openapi writes it for the field, so that a map's keys look like fields. */
  #add(result: Result, text: string, cause: Cause, name = this.#name()): void {
    result.add(
      text,
      cause.field !== undefined || name === '' || name === fieldPath(cause.path) ? cause : { ...cause, field: name },
    );
  }

  check(value: unknown, node: SchemaNode, result: Result): void {
    if (this.#path.length > DEEPEST || ++this.#steps > MOST_STEPS || isUnknown(value) || value === undefined) return;
    if (value === null) {
      if (node.types.length > 0 && !node.nullable) this.#type(node.types.join(','), 'null', result);
      else result.matches++;
      if (node.enum !== undefined) this.#notAllowed(value, node.enum, result);
      return;
    }
    const format = this.#format(node);
    if (node.types.length > 0 || format !== '') this.#checkType(value, node, format, result);
    this.#alternatives(value, node, result);
    result.matches++;
    if (typeof value === 'string') {
      this.#string(value, node, result);
      result.matches++;
      if (format !== '' && hasFormat(format)) {
        this.#checkFormat(value, format, result);
        result.matches++;
      }
    } else if (typeof value === 'number' || typeof value === 'bigint') {
      this.#number(value, node, format, result);
      result.matches += 2;
    } else if (Array.isArray(value)) {
      this.#list(value, node, result);
      result.matches += 2;
    }
    if (node.enum !== undefined && !node.enum.some((allowed) => sameAs(value, allowed)))
      this.#notAllowed(value, node.enum, result);
    result.matches++;
    if (isObject(value)) {
      this.#object(value, node, result);
      result.matches++;
    }
    result.matches++;
  }

  #name(): string {
    return nameOf(this.#path);
  }

  /** Formats a schema may state are few; others are as if they were not there. */
  #format(node: SchemaNode): string {
    if (node.format === '') return '';
    return isSupportedFormat(node.format, node.types, this.#minor) ? node.format : '';
  }

  #checkType(value: unknown, node: SchemaNode, format: string, result: Result): void {
    const types = node.types;
    const type = typeOf(value);
    const number = types.includes('number') || types.includes('integer');
    const wholeFloat = type === 'number' && isWhole(value as number) && types.includes('integer');
    const fits = types.includes(type) || wholeFloat || (type === 'integer' && types.includes('number'));
    const text = typeof value === 'string' || Array.isArray(value);
    if (!text && format !== '' && !fits) {
      const own = type === 'integer' ? 'int64' : type === 'number' ? 'float64' : '';
      if (own !== format) {
        this.#type(format, own, result);
        return;
      }
    }
    if (!(text && format !== '' && !number) && !fits) this.#type(types.join(','), type, result);
    else result.matches += 2;
  }

  #type(expected: string, found: string, result: Result): void {
    const text = `${this.#name()} in body must be of type ${expected}: ${quoteGo(found)}`;
    this.#add(result, text, typeInvalid([...this.#path], found, text));
    if (found !== 'null') result.matches++;
  }

  #invalid(value: unknown, says: string, result: Result): void {
    const text = `${this.#name()} in body ${says}`;
    this.#add(result, text, invalidNumber([...this.#path], value, text));
  }

  /** An error that carries no field: the server reports it of the whole object. */
  #bare(text: string, result: Result): void {
    this.#add(result, text, { ...invalid([...this.#path], '', text), field: '<nil>' });
  }

  #notAllowed(value: unknown, allowed: readonly unknown[], result: Result): void {
    const texts = allowed.map((item) => (typeof item === 'string' ? item : (canonical(item) ?? String(item))));
    const cause = notSupported([...this.#path], value, texts, true);
    const float = typeof value === 'number' && !isInt64(value);
    this.#add(
      result,
      `${this.#name()} one of ${texts.join(' ')}`,
      float ? { ...cause, message: cause.message.replace(String(value), goNumber(value)) } : cause,
    );
  }

  #string(value: string, node: SchemaNode, result: Result): void {
    const { maxLength, minLength, pattern } = node;
    if (maxLength !== undefined && value.length > maxLength && lengthOf(value) > maxLength) {
      this.#add(result, `${this.#name()} longer than ${maxLength}`, tooLong([...this.#path], maxLength, this.#minor));
    } else if (minLength !== undefined && lengthOf(value) < minLength) {
      this.#invalid(value, `should be at least ${minLength} chars long`, result);
    } else if (pattern !== '') {
      const verdict = matchPattern(pattern, value);
      if (verdict === 'undecided') this.undecided = true;
      else if (verdict === 'fails') this.#invalid(value, `should match '${pattern}'`, result);
    }
  }

  #checkFormat(value: string, format: string, result: Result): void {
    if (hasFormat(format)!(value)) return;
    const text = `${this.#name()} in body must be of type ${format}: ${quoteGo(value)}`;
    this.#add(result, text, typeInvalid([...this.#path], value, text));
  }

  #number(value: number | bigint, node: SchemaNode, format: string, result: Result): void {
    const whole = isInt64(value);
    const bound = (limit: number) => (whole ? Math.trunc(limit) : limit);
    const print = whole ? String : goNumber;
    if (this.#minor >= 36 && node.types.length === 1 && node.types[0] === 'integer') {
      const fits = whole && (format !== 'int32' || (Number(value) <= 2147483647 && Number(value) >= -2147483648));
      const of = format === '' ? '(default format)' : `with format ${format}`;
      if (!fits) this.#bare(`Checked value must be of type integer ${of} in ${this.#name()}`, result);
    }
    const { multipleOf, maximum, minimum } = node;
    if (multipleOf !== undefined) this.#multipleOf(value, bound(multipleOf), whole, result);
    if (minimum !== undefined) {
      const limit = bound(minimum);
      if (node.exclusiveMinimum ? value <= limit : value < limit) {
        this.#invalid(value, `should be greater than ${node.exclusiveMinimum ? '' : 'or equal to '}${print(limit)}`, result);
      }
    }
    if (maximum !== undefined) {
      const limit = bound(maximum);
      if (node.exclusiveMaximum ? value >= limit : value > limit) {
        this.#invalid(value, `should be less than ${node.exclusiveMaximum ? '' : 'or equal to '}${print(limit)}`, result);
      }
    }
  }

  #multipleOf(value: number | bigint, factor: number, whole: boolean, result: Result): void {
    if (factor <= 0) {
      const text = `factor MultipleOf declared for ${this.#name()} must be positive: ${factor}`;
      this.#add(result, text, invalid([...this.#path], factor, text));
    } else if (!isMultiple(value, factor, whole)) {
      this.#invalid(value, `should be a multiple of ${whole ? factor : goNumber(factor)}`, result);
    }
  }

  #list(value: readonly unknown[], node: SchemaNode, result: Result): void {
    const items = node.items;
    if (items !== undefined) {
      for (let i = 0; i < value.length; i++) {
        this.#path.push(i);
        this.check(value[i], items, result);
        this.#path.pop();
      }
    }
    const { minItems, maxItems } = node;
    if (minItems !== undefined && value.length < minItems)
      this.#invalid(value.length, `should have at least ${minItems} items`, result);
    if (maxItems !== undefined && value.length > maxItems) {
      this.#add(result, `${this.#name()} more than ${maxItems}`, tooMany([...this.#path], value.length, maxItems, this.#minor));
    }
    if (node.uniqueItems && new Set(value.map((item, i) => canonical(item) ?? i)).size < value.length) {
      this.#invalid('', "shouldn't contain duplicates", result);
    }
  }

  #object(value: JsonObject, node: SchemaNode, result: Result): void {
    const { minProperties, maxProperties, additional } = node;
    if (minProperties !== undefined || maxProperties !== undefined) {
      const count = Object.keys(value).length;
      if (minProperties !== undefined && count < minProperties)
        this.#invalid(count, `should have at least ${minProperties} properties`, result);
      if (maxProperties !== undefined && count > maxProperties) {
        this.#add(
          result,
          `${this.#name()} more than ${maxProperties}`,
          tooMany([...this.#path], count, maxProperties, this.#minor),
        );
      }
    }
    for (const key of Object.keys(value)) {
      const property = node.property(key);
      if (property === undefined && additional === false) {
        if (isUnknown(key)) continue;
        const text = `${this.#name()}.${key} in body is a forbidden property`;
        this.#add(result, text, invalid([...this.#path], key, text));
        continue;
      }
      const inner = property ?? (typeof additional === 'object' ? additional : undefined);
      if (inner === undefined) continue;
      this.#path.push(key);
      this.check(value[key], inner, result);
      this.#path.pop();
    }
    for (const key of node.required) {
      if (Object.hasOwn(value, key)) continue;
      const name = `${this.#name()}.${key}`;
      this.#add(result, `${name} in body is required`, required([...this.#path, key]), name.replace(/^\./, ''));
    }
  }

  /** anyOf, oneOf, allOf, not. Of alternatives that all fail, the faults of the one with the most passed checks are told. */
  #alternatives(value: unknown, node: SchemaNode, result: Result): void {
    if (node.anyOf.length > 0) this.#anyOf(value, node.anyOf, result);
    if (node.oneOf.length > 0) this.#oneOf(value, node.oneOf, result);
    if (node.allOf.length > 0) this.#allOf(value, node.allOf, result);
    if (node.not !== undefined && this.#try(value, node.not).valid) {
      this.#bare(`${quoteGo(this.#name())} must not validate the schema (not)`, result);
    }
    result.matches++;
  }

  #try(value: unknown, node: SchemaNode): Result {
    const result = new Result();
    this.check(value, node, result);
    return result;
  }

  #anyOf(value: unknown, nodes: readonly SchemaNode[], result: Result): void {
    let best: Result | undefined;
    for (const node of nodes) {
      const one = this.#try(value, node);
      if (one.valid) {
        result.merge(one);
        return;
      }
      if (best === undefined || one.matches > best.matches) best = one;
    }
    this.#bare(`${quoteGo(this.#name())} must validate at least one schema (anyOf)`, result);
    result.merge(best!);
  }

  #oneOf(value: unknown, nodes: readonly SchemaNode[], result: Result): void {
    let best: Result | undefined;
    let first: Result | undefined;
    let valid = 0;
    for (const node of nodes) {
      const one = this.#try(value, node);
      if (one.valid) {
        valid++;
        first ??= one;
        best = undefined;
      } else if (valid === 0 && (best === undefined || one.matches > best.matches)) best = one;
    }
    if (valid === 1) {
      result.merge(first!);
      return;
    }
    const found = valid === 0 ? 'Found none valid' : `Found ${valid} valid alternatives`;
    this.#bare(`${quoteGo(this.#name())} must validate one and only one schema (oneOf). ${found}`, result);
    if (best !== undefined) result.merge(best);
  }

  #allOf(value: unknown, nodes: readonly SchemaNode[], result: Result): void {
    let valid = 0;
    for (const node of nodes) {
      const one = this.#try(value, node);
      if (one.valid) valid++;
      result.merge(one);
    }
    if (valid !== nodes.length) {
      this.#bare(
        `${quoteGo(this.#name())} must validate all the schemas (allOf)${valid === 0 ? '. None validated' : ''}`,
        result,
      );
    }
  }
}

function typeOf(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') return isInt64(value) ? 'integer' : 'number';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'string' || typeof value === 'boolean' ? typeof value : 'object';
}

/** swag.IsFloat64AJSONInteger: whole within a float's precision, and not beyond 2^53. */
function isWhole(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) <= 2 ** 53;
}

function isMultiple(value: number | bigint, factor: number, whole: boolean): boolean {
  if (typeof value === 'bigint') return value % BigInt(factor) === 0n;
  if (whole) return value % factor === 0;
  return isWhole(factor < 1 ? (1 / factor) * value : value / factor);
}

/** Characters, as Go counts runes. */
function lengthOf(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0xd800 && code < 0xdc00) {
      const next = text.charCodeAt(i + 1);
      if (next >= 0xdc00 && next < 0xe000) {
        length--;
        i++;
      }
    }
  }
  return length;
}

/** Go compares after a conversion to the allowed value's type (1.5 becomes the integer 1), everything but numbers deeply. */
function sameAs(value: unknown, allowed: unknown): boolean {
  if (typeof value === 'string' || typeof value === 'boolean') return value === allowed;
  if ((typeof value === 'number' || typeof value === 'bigint') && (typeof allowed === 'number' || typeof allowed === 'bigint')) {
    return value === allowed || (isInt64(allowed) ? Math.trunc(Number(value)) : Number(value)) === Number(allowed);
  }
  return typeof value === typeof allowed && canonical(value) === canonical(allowed);
}
