import { isUnknown } from '../../api/unknown.ts';
import type { Path } from '../../source/path.ts';
import { fieldPath } from '../../source/path.ts';
import { type Cause, type CauseType, tooLong, tooLongCharacters, tooMany } from '../cause.ts';
import { printGo } from '../go-print.ts';

/** The fields of an object of the API; of anything else, none. */
export type Fields = Readonly<Record<string, unknown>>;

const NO_FIELDS: Fields = Object.freeze({ __proto__: null } as unknown as Fields);
const MOST_CAUSES = 1000;
const NO_ITEMS: readonly unknown[] = Object.freeze([]);

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : NO_FIELDS;
}

export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : NO_ITEMS;
}

/** The text, '' for an absent one. A placeholder is its own text, so it is neither empty nor (see `Scope`) ever faulted. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The number, undefined for an absent one. A placeholder is NaN, which every comparison lets through. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' ? Number.NaN : undefined;
}

export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Where a fault lies, below the place where the scope stands: a field, an index, or several steps. [] is the place itself. */
export type At = string | number | Path;

/**
 * Where a validation stands in an object, and what it has found. Functions that validate a part get it as `v`, say what is wrong by
 * field, and never see the way there, so a valid object costs no paths.
 *
 * Faults about placeholders are dropped here: when the value, a key on the way, or anything on the way is unknown.
 *
 * Since 1.37 some rules come from declarations on the API's types; the server tells those last. `declared` holds them until `end`.
 */
export class Scope {
  readonly minor: number;
  private readonly root: unknown;
  private readonly base: Path;
  private readonly causes: Cause[] = [];
  private readonly declared: Cause[] = [];
  private readonly prefix: (string | number)[] = [];
  private name: string | undefined;

  /** `base` is where `root` itself stands, for a part of an object that is validated alone. */
  constructor(root: unknown, minor: number, base: Path = []) {
    this.root = root;
    this.minor = minor;
    this.base = base;
  }

  /** Everything found, in the server's order; what it would say twice of one field, once. */
  end(): Cause[] {
    for (const cause of this.declared) this.causes.push(cause);
    this.declared.length = 0;
    return this.causes.length < 2 ? this.causes : withoutRepeats(this.causes);
  }

  /** Validates a field's object in its place. */
  in<A = undefined>(key: string | number, value: unknown, check: (v: Scope, value: Fields, arg: A) => void, arg?: A): void {
    this.prefix.push(key);
    check(this, fieldsOf(value), arg as A);
    this.prefix.pop();
  }

  /** Validates each object of a list in its place; a null element is an empty one. */
  each<A = undefined>(key: string, list: unknown, check: (v: Scope, item: Fields, index: number, arg: A) => void, arg?: A): void {
    if (!Array.isArray(list)) return;
    this.prefix.push(key);
    for (let i = 0; i < list.length; i++) {
      this.prefix.push(i);
      check(this, fieldsOf(list[i]), i, arg as A);
      this.prefix.pop();
    }
    this.prefix.pop();
  }

  /** The way to a place, for functions outside this room that take paths. */
  path(at: At = []): (string | number)[] {
    return typeof at === 'object' ? [...this.base, ...this.prefix, ...at] : [...this.base, ...this.prefix, at];
  }

  /** Takes over what a function with paths of its own has found. */
  collect(causes: readonly Cause[]): void {
    for (const cause of causes) this.causes.push(cause);
  }

  /**
   * Runs a validation of something put together from the object, and says for each fault found where it really lies: `place` gets
   * the fault's path and gives the place in the document; `field` gives the server's name of it, where `fieldPath` does not.
   */
  collectMoved(validate: () => void, place: (path: Path) => Path, field?: (name: string) => string): void {
    const before = this.causes.length;
    validate();
    for (let i = before; i < this.causes.length; i++) {
      const cause = this.causes[i]!;
      const path = cause.at ?? cause.path;
      const moved = place(path);
      const name = field?.(cause.field ?? fieldPath(cause.path));
      if (moved !== path) this.causes[i] = name === undefined ? { ...cause, at: moved } : { ...cause, at: moved, field: name };
    }
  }

  /** Nothing more is taken, as nobody would read so much. */
  get isFull(): boolean {
    return this.causes.length >= MOST_CAUSES;
  }

  /** How many faults there are so far. */
  count(): number {
    return this.causes.length + this.declared.length;
  }

  /** Runs a check whose faults the server reports for a field of another name: `.cephfs` where the document says `rbd`. */
  named<T>(field: string, check: () => T): T {
    const outer = this.name;
    this.name = this.fieldOf(field);
    const result = check();
    this.name = outer;
    return result;
  }

  /** Runs checks whose faults the server tells in the order of their texts. */
  sorted(check: () => void): void {
    const before = this.causes.length;
    check();
    if (this.causes.length < before + 2) return;
    const told = this.causes.splice(before).map((cause) => ({ cause, text: words(cause) }));
    told.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
    for (const { cause } of told) this.causes.push(cause);
  }

  /** Runs checks in a place whose last step the server calls something else. */
  renamed(name: string, check: () => void): void {
    const before = this.causes.length;
    check();
    const prefix = this.path();
    for (let i = before; i < this.causes.length; i++) {
      const cause = this.causes[i]!;
      const path = [...prefix.slice(0, -1), name, ...cause.path.slice(prefix.length)];
      this.causes[i] = { ...cause, path, at: cause.path };
    }
  }

  /** Runs a check that says its places from the object's top, such as of annotations that go with the spec. */
  fromTop<T>(check: () => T): T {
    const prefix = this.prefix.splice(0);
    const result = check();
    this.prefix.push(...prefix);
    return result;
  }

  required(at: At, detail = '', field?: string): void {
    this.push('FieldValueRequired', at, detail === '' ? 'Required value' : `Required value: ${detail}`, undefined, field);
  }

  /** A missing value that the server of 1.37 finds by declaration, last and without words; older ones at once and with them. */
  requiredByDeclaration(at: At, detail = '', field?: string): void {
    if (this.minor < 37) this.required(at, detail, field);
    else this.pushTo(this.declared, 'FieldValueRequired', at, 'Required value', undefined, field);
  }

  invalid(at: At, value: unknown, detail: string, field?: string): void {
    const print = `Invalid value: ${printGo(value)}`;
    this.push('FieldValueInvalid', at, detail === '' ? print : `${print}: ${detail}`, value, field);
  }

  /** As `invalid`, found by declaration from 1.37 on. */
  invalidByDeclaration(at: At, value: unknown, detail: string): void {
    if (this.minor < 37) this.invalid(at, value, detail);
    else this.pushTo(this.declared, 'FieldValueInvalid', at, `Invalid value: ${printGo(value)}: ${detail}`, value, undefined);
  }

  /** As `invalid`, where the server does not print the value. */
  invalidUnprinted(at: At, detail: string): void {
    this.push('FieldValueInvalid', at, `Invalid value: ${detail}`, undefined, undefined);
  }

  /** One fault for each message of a check such as `isDNS1123Label`. */
  invalids(at: At, value: unknown, messages: readonly string[], field?: string): void {
    for (const message of messages) this.invalid(at, value, message, field);
  }

  invalidsByDeclaration(at: At, value: unknown, messages: readonly string[]): void {
    for (const message of messages) this.invalidByDeclaration(at, value, this.minor < 37 ? message : inBytes(message));
  }

  /** `supported` in the order in which the server lists it. */
  unsupported(at: At, value: unknown, supported: readonly string[], field?: string): void {
    this.push('FieldValueNotSupported', at, unsupportedMessage(value, supported), value, field, supported);
  }

  unsupportedByDeclaration(at: At, value: unknown, supported: readonly string[]): void {
    if (this.minor < 37) this.unsupported(at, value, supported);
    else {
      const message = unsupportedMessage(value, supported);
      this.pushTo(this.declared, 'FieldValueNotSupported', at, message, value, undefined, supported);
    }
  }

  duplicate(at: At, value: unknown, detail = '', field?: string): void {
    const print = `Duplicate value: ${printGo(value)}`;
    this.push('FieldValueDuplicate', at, detail === '' ? print : `${print}: ${detail}`, value, field);
  }

  duplicateByDeclaration(at: At, value: unknown): void {
    if (this.minor < 37) this.duplicate(at, value);
    else this.pushTo(this.declared, 'FieldValueDuplicate', at, `Duplicate value: ${printGo(value)}`, value, undefined);
  }

  forbidden(at: At, detail: string, field?: string): void {
    this.push('FieldValueForbidden', at, detail === '' ? 'Forbidden' : `Forbidden: ${detail}`, undefined, field);
  }

  forbiddenByDeclaration(at: At, detail: string): void {
    if (this.minor < 37) this.forbidden(at, detail);
    else this.pushTo(this.declared, 'FieldValueForbidden', at, 'Forbidden', undefined, undefined);
  }

  notFound(at: At, value: unknown, detail = ''): void {
    const print = `Not found: ${printGo(value)}`;
    this.push('FieldValueNotFound', at, detail === '' ? print : `${print}: ${detail}`, value, undefined);
  }

  /** In bytes. */
  tooLong(at: At, max: number, field?: string): void {
    this.push('FieldValueTooLong', at, tooLong([], max, this.minor).message, undefined, field);
  }

  /** Counted in characters where it is declared, in bytes before and where a format asks for it. */
  tooLongByDeclaration(at: At, max: number, inFormat = false): void {
    if (this.minor < 37) this.tooLong(at, max);
    else {
      const { message } = inFormat ? tooLong([], max, this.minor) : tooLongCharacters([], max);
      this.pushTo(this.declared, 'FieldValueTooLong', at, message, undefined, undefined);
    }
  }

  tooMany(at: At, actual: number, max: number): void {
    this.push('FieldValueTooMany', at, tooMany([], actual, max, this.minor).message, actual, undefined);
  }

  tooManyByDeclaration(at: At, actual: number, max: number): void {
    if (this.minor < 37) this.tooMany(at, actual, max);
    else this.pushTo(this.declared, 'FieldValueTooMany', at, tooMany([], actual, max, this.minor).message, actual, undefined);
  }

  internal(at: At, detail: string): void {
    this.push('InternalError', at, `Internal error: ${detail}`, undefined, undefined);
  }

  nonnegative(at: At, value: unknown): void {
    const number = numberOf(value);
    if (number !== undefined && number < 0) this.invalid(at, value, NEGATIVE);
  }

  private push(
    type: CauseType,
    at: At,
    message: string,
    value: unknown,
    field: string | undefined,
    supported?: readonly string[],
  ): void {
    this.pushTo(this.causes, type, at, message, value, field, supported);
  }

  private pushTo(
    causes: Cause[],
    type: CauseType,
    at: At,
    message: string,
    value: unknown,
    field: string | undefined,
    supported?: readonly string[],
  ): void {
    // What was not a number was a placeholder.
    if (isUnknown(value) || Number.isNaN(value) || causes.length >= MOST_CAUSES) return;
    const path = this.path(at);
    if (this.isUnknownAt(path)) return;
    const cause: { -readonly [Key in keyof Cause]: Cause[Key] } = { type, path, message };
    if (value !== undefined) cause.value = value;
    if (supported !== undefined) cause.supported = supported;
    if (field !== undefined) cause.field = this.fieldOf(field);
    else if (this.name !== undefined) cause.field = this.name;
    causes.push(cause);
  }

  /** A field named below the place where the scope stands: `.name`, `[key]`; or, with `/` in front, from the object's top. */
  private fieldOf(field: string): string {
    if (field.startsWith('/')) return field.slice(1);
    const full = fieldPath(this.path()) + field;
    return full.startsWith('.') ? full.slice(1) : full;
  }

  private isUnknownAt(path: Path): boolean {
    let node = this.root;
    for (const segment of path.slice(this.base.length)) {
      if (isUnknown(node) || isUnknown(segment)) return true;
      if (typeof node !== 'object' || node === null || !Object.hasOwn(node, segment)) return false;
      node = (node as Record<string | number, unknown>)[segment];
    }
    return isUnknown(node);
  }
}

/** Checks that come from declarations count in bytes what the others call characters. */
function inBytes(message: string): string {
  return message.startsWith('must be no more than ') ? message.replace(/ characters$/, ' bytes') : message;
}

function withoutRepeats(causes: readonly Cause[]): Cause[] {
  const said = new Set<string>();
  return causes.filter((cause) => {
    const text = words(cause);
    if (said.has(text)) return false;
    said.add(text);
    return true;
  });
}

function words(cause: Cause): string {
  return `${cause.field ?? fieldPath(cause.path)}: ${cause.message}`;
}

export const NEGATIVE = 'must be greater than or equal to 0';

function unsupportedMessage(value: unknown, supported: readonly string[]): string {
  const list = supported.map((one) => JSON.stringify(one)).join(', ');
  return `Unsupported value: ${printGo(value)}${list === '' ? '' : `: supported values: ${list}`}`;
}
