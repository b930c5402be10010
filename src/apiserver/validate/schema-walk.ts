import type { Path } from '../../source/path.ts';
import type { Cause } from '../cause.ts';
import { type Fields, fieldsOf, type Scope } from './scope.ts';

type Steps = readonly (string | number)[];

const DEEPEST = 300;
/** Aliases can make a small schema endless in width; no real one needs so many steps. */
const MOST_STEPS = 200_000;
/** Keywords whose value is a map of schemas: the step after them is a key, which the server writes in brackets. */
const MAPS: ReadonlySet<unknown> = new Set(['properties', 'patternProperties', 'definitions', 'dependencies']);

/**
 * A way through the schema of a CustomResourceDefinition. The server moves a schema that all versions share to `spec.validation` and
 * names its places there; the place in the document is another. Faults are told by keyword: `w.required(['items'], …)`.
 */
export class SchemaWalk {
  readonly v: Scope;
  private readonly place: Path;
  private readonly name: string;
  private readonly steps: (string | number)[] = [];
  private left = MOST_STEPS;

  /** `place` of the schema from the object's top, and what the server calls it. */
  constructor(v: Scope, place: Path, name: string) {
    this.v = v;
    this.place = place;
    this.name = name;
  }

  /** Counts one step; false when there were too many. */
  step(): boolean {
    return --this.left >= 0 && !this.v.isFull;
  }

  /** Goes to a schema below, unless the way has become endless. */
  into(steps: Steps, value: unknown, check: (schema: Fields) => void): void {
    if (!this.step() || this.steps.length > DEEPEST) return;
    this.steps.push(...steps);
    check(fieldsOf(value));
    this.steps.length -= steps.length;
  }

  /** Every schema of a map such as `properties`. */
  intoEach(keyword: string, map: unknown, check: (schema: Fields, key: string) => void): void {
    const schemas = fieldsOf(map);
    for (const key of Object.keys(schemas)) this.into([keyword, key], schemas[key], (schema) => check(schema, key));
  }

  /** Every schema of a list such as `allOf`. */
  intoItems(keyword: string, list: unknown, check: (schema: Fields, index: number) => void): void {
    if (!Array.isArray(list)) return;
    for (let i = 0; i < list.length; i++) this.into([keyword, i], list[i], (schema) => check(schema, i));
  }

  required(at: Steps, detail: string): void {
    this.v.required(this.at(at), detail, this.field(at));
  }

  invalid(at: Steps, value: unknown, detail: string): void {
    this.v.invalid(this.at(at), value, detail, this.field(at));
  }

  invalidUnprinted(at: Steps, detail: string): void {
    this.v.named(this.field(at), () => this.v.invalidUnprinted(this.at(at), detail));
  }

  forbidden(at: Steps, detail: string): void {
    this.v.forbidden(this.at(at), detail, this.field(at));
  }

  unsupported(at: Steps, value: unknown, supported: readonly string[]): void {
    this.v.unsupported(this.at(at), value, supported, this.field(at));
  }

  /** Where the walk stands, below the schema's root. */
  here(): Steps {
    return [...this.steps];
  }

  /** A place below the schema's root, as the server writes it. */
  named(steps: Steps): string {
    return this.name + printSteps(steps);
  }

  /** Takes over what was found of a value at a place below, such as `default`. */
  collectAt(at: Steps, causes: readonly Cause[], nameOf: (cause: Cause) => string): void {
    const path = this.at(at);
    const field = this.name + printSteps([...this.steps, ...at]);
    this.v.collect(
      causes.map((cause) => {
        const name = nameOf(cause);
        return { ...cause, path: [...path, ...cause.path], field: name === '' ? field : `${field}.${name}` };
      }),
    );
  }

  private at(steps: Steps): Path {
    return [...this.place, ...this.steps, ...steps];
  }

  private field(steps: Steps): string {
    return `/${this.name}${printSteps([...this.steps, ...steps])}`;
  }
}

function printSteps(steps: Steps): string {
  let out = '';
  let isKey = false;
  for (const step of steps) {
    out += isKey || typeof step === 'number' ? `[${step}]` : `.${step}`;
    isKey = !isKey && MAPS.has(step);
  }
  return out;
}
