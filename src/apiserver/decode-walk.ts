import { type Field, TYPE_KINDS, type Type, type TypeKind } from '../api/table.ts';
import { isUnknown } from '../api/unknown.ts';
import type { Path } from '../source/path.ts';
import type { DecodeFault, DecodeFaultKind } from './decode.ts';
import { DEEPEST, fits } from './decode-fits.ts';
import { hintFor } from './decode-hints.ts';
import { base64Fault, quantityFault, timeFault } from './decode-leaves.ts';
import { cannotUnmarshal, type Step, strictPath, typeMessage, valueWord } from './decode-words.ts';
import { quoteGo } from './go-print.ts';

/** The server tells at most so many unknown fields; podlint collects at most so many faults of an object. */
const MOST_FAULTS = 100;
const NO_FAULTS: readonly DecodeFault[] = [];

/** A fault before it is known which the server would tell. `aborts`: decoding ends there, and what it met before is forgotten. */
interface Found extends Omit<DecodeFault, 'first'> {
  readonly aborts: boolean;
}

/** The slow walk: every fault with its path, its words and hints. */
export class Walk {
  readonly #found: Found[] = [];
  readonly #path: (string | number)[];
  /** Objects and fields on the way to the present node, for the server's words and for hints. */
  readonly #steps: Step[] = [];
  /** Inside a schema-or-… type: its own decoder is not strict, and any error of it ends everything. */
  #lenient = 0;

  constructor(path: Path = []) {
    this.#path = [...path];
  }

  root(value: unknown, type: Type): void {
    this.#node(value, type, undefined);
  }

  judged(): readonly DecodeFault[] {
    const found = this.#found;
    if (found.length === 0) return NO_FAULTS;
    let first = found.findIndex((fault) => fault.aborts);
    if (first < 0) first = found.findIndex((fault) => fault.kind !== 'unknown-field');
    return found.map(({ aborts, ...fault }, i) => ({ ...fault, first: first < 0 || i === first }));
  }

  #node(value: unknown, type: Type, goType: string | undefined): void {
    if (value === null || value === undefined || this.#found.length >= MOST_FAULTS || this.#path.length > DEEPEST) return;
    switch (type.kind) {
      case 'object':
        this.#object(value, type, goType);
        break;
      case 'list':
        this.#list(value, type, goType);
        break;
      case 'map':
        this.#map(value, type, goType);
        break;
      case 'bytes':
        this.#bytes(value, type, goType);
        break;
      case 'schema-or-bool':
      case 'schema-or-list':
      case 'schema-or-strings':
        this.#schemaOr(value, type);
        break;
      default:
        if (!fits(value, type, 0) && !isUnknown(value)) this.#scalar(value, type, goType);
    }
  }

  #scalar(value: unknown, type: Type, goType: string | undefined): void {
    const { kind } = type;
    const number = typeof value === 'number' || typeof value === 'bigint';
    if (kind === 'quantity') this.#report('bad-quantity', quantityMessage(value), quantityFault(value), true, kind);
    else if (kind === 'int-or-string') {
      this.#report('bad-int-or-string', typeMessage(value, kind), cannotUnmarshal(value, 'int32', this.#steps), true, kind);
    } else if (kind === 'time' || kind === 'micro-time') this.#time(value, kind);
    else if (number && (kind === 'int32' || kind === 'int64')) this.#outOfRange(value, type, goType);
    else this.#wrongType(value, type, goType);
  }

  #object(value: unknown, type: Type, goType: string | undefined): void {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.#wrongType(value, type, goType);
      return;
    }
    const object = value as Record<string, unknown>;
    for (const key of Object.keys(object).sort()) {
      const field = type.fields.get(key);
      if (field === undefined) {
        if (this.#lenient === 0 && !isUnknown(key)) this.#unknownField(key, object, type);
        continue;
      }
      this.#steps.push({ type, field, value: object, depth: this.#path.length });
      this.#path.push(key);
      this.#node(object[key], field.type, field.goType);
      this.#path.pop();
      this.#steps.pop();
    }
  }

  #list(value: unknown, type: Type, goType: string | undefined): void {
    if (!Array.isArray(value)) {
      this.#wrongType(value, type, goType);
      return;
    }
    const element = elementOf(goType);
    for (let i = 0; i < value.length; i++) {
      this.#path.push(i);
      this.#node(value[i], type.of!, element);
      this.#path.pop();
    }
  }

  #map(value: unknown, type: Type, goType: string | undefined): void {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.#wrongType(value, type, goType);
      return;
    }
    const element = elementOf(goType);
    for (const key of Object.keys(value).sort()) {
      this.#path.push(key);
      this.#node((value as Record<string, unknown>)[key], type.of!, element);
      this.#path.pop();
    }
  }

  #schemaOr(value: unknown, type: Type): void {
    const list = Array.isArray(value);
    this.#lenient++;
    if (list && type.kind !== 'schema-or-bool')
      this.#list(value, type.kind === 'schema-or-strings' ? STRINGS : listOf(type.of!), undefined);
    else if (!list && typeof value === 'object') this.#object(value, type.of!, undefined);
    else if (type.kind === 'schema-or-bool' && typeof value !== 'boolean' && !isUnknown(value)) {
      this.#report('wrong-type', typeMessage(value, type.kind), 'boolean or JSON schema expected', true, type.kind);
    }
    this.#lenient--;
  }

  #time(value: unknown, kind: TypeKind): void {
    if (typeof value === 'string') {
      const says = timeFault(value, kind === 'micro-time') ?? '';
      this.#report('bad-time', 'not a time as in RFC 3339 (2006-01-02T15:04:05Z)', says, true, kind);
    } else this.#report('wrong-type', typeMessage(value, kind), cannotUnmarshal(value, 'string', this.#steps), true, kind);
  }

  #bytes(value: unknown, type: Type, goType: string | undefined): void {
    if (Array.isArray(value)) this.#list(value, BYTES, '[]uint8');
    else if (typeof value !== 'string') this.#wrongType(value, type, goType);
    else if (!isUnknown(value)) {
      const at = base64Fault(value);
      if (at >= 0) this.#report('bad-base64', 'not base64 text', `illegal base64 data at input byte ${at}`, false, type.kind);
    }
  }

  #wrongType(value: unknown, type: Type, goType: string | undefined): void {
    if (isUnknown(value)) return;
    this.#report(
      'wrong-type',
      typeMessage(value, type.kind),
      cannotUnmarshal(value, goType ?? type, this.#steps),
      this.#lenient > 0,
      type.kind,
    );
  }

  #outOfRange(value: number | bigint, type: Type, goType: string | undefined): void {
    const whole = typeof value === 'bigint' || Number.isInteger(value);
    const message = whole ? `${value} does not fit in ${type.kind === 'int32' ? 32 : 64} bits` : `${value} is not a whole number`;
    this.#report(
      whole ? 'out-of-range' : 'wrong-type',
      message,
      cannotUnmarshal(value, goType ?? type, this.#steps),
      this.#lenient > 0,
      type.kind,
    );
  }

  #report(kind: DecodeFaultKind, message: string, says: string, aborts: boolean, expected: TypeKind): void {
    this.#found.push({ kind, path: [...this.#path], message, says, aborts, expected: EXPECTED[expected] });
  }

  #unknownField(key: string, value: Record<string, unknown>, type: Type): void {
    if (this.#found.length >= MOST_FAULTS) return;
    const path = [...this.#path, key];
    this.#found.push({
      kind: 'unknown-field',
      path,
      message: `${type.definition.slice(type.definition.lastIndexOf('.') + 1)} has no field ${JSON.stringify(key)}`,
      says: `strict decoding error: unknown field ${quoteGo(strictPath(path))}`,
      aborts: false,
      ...hintFor(key, value[key], type, value, this.#path, this.#steps),
    });
  }
}

const NO_FIELDS: ReadonlyMap<string, Field> = new Map();

function leaf(kind: TypeKind): Type {
  return { kind, code: TYPE_KINDS.indexOf(kind), definition: '', of: undefined, fields: NO_FIELDS };
}
function listOf(of: Type): Type {
  return { kind: 'list', code: TYPE_KINDS.indexOf('list'), definition: '', of, fields: NO_FIELDS };
}
const STRINGS = listOf(leaf('string'));
/** JSON may write Go's bytes as a list of numbers. */
const BYTES = listOf(leaf('int32'));

const EXPECTED: Readonly<Record<TypeKind, string>> = {
  string: 'string',
  boolean: 'true or false',
  int32: 'whole number',
  int64: 'whole number',
  double: 'number',
  object: 'object',
  list: 'list',
  map: 'object',
  'int-or-string': 'whole number or string',
  quantity: 'quantity',
  time: 'time',
  'micro-time': 'time',
  bytes: 'base64 text',
  open: 'object',
  any: 'anything',
  'schema-or-bool': 'schema or true or false',
  'schema-or-list': 'schema or list of schemas',
  'schema-or-strings': 'schema or list of strings',
};

/** Of `[]v1.Capability` or `map[string]v1.ExtraValue` the element's Go type, where the name tells it. */
function elementOf(goType: string | undefined): string | undefined {
  if (goType === undefined) return undefined;
  if (goType.startsWith('[]')) return goType.slice(2).replace(/^\*/, '');
  return goType.startsWith('map[') ? goType.slice(goType.indexOf(']') + 1).replace(/^\*/, '') : undefined;
}

function quantityMessage(value: unknown): string {
  if (typeof value === 'object' || typeof value === 'boolean') return `expected a quantity, found ${valueWord(value)}`;
  return `${JSON.stringify(typeof value === 'bigint' ? String(value) : value)} is not a quantity (a number, then perhaps one of m k M G T Ki Mi Gi Ti …)`;
}
