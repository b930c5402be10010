import { isObject, type JsonObject } from '../../api/manifest.ts';
import type { SchemaNode } from '../../api/schema.ts';
import { isPlaceholder } from '../../api/unknown.ts';
import type { Path } from '../../source/path.ts';
import { type Cause, forbidden } from '../cause.ts';
import type { Resolved } from './check.ts';
import { costOf } from './cost.ts';
import { add, multiply, printFixed } from './cost-number.ts';
import { type Extent, type Extents, extentsOf, NotEstimated } from './cost-schema.ts';
import { costTree } from './cost-tree.ts';
import type { Expr } from './syntax.ts';

/**
 * What the rules of a definition's version may cost together. Mirrors what ValidateCustomResourceDefinitionOpenAPISchema and
 * validateCustomResourceDefinitionValidation of apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go count.
 */

/** StaticEstimatedCostLimit and StaticEstimatedCRDCostLimit */
const RULE_LIMIT = 10_000_000n;
const WHOLE_LIMIT = 100_000_000n;
/** Rules of less than a hundredth of the whole are not named. */
const NAMED_FROM = WHOLE_LIMIT / 100n;
const MOST_NAMED = 4;
const REQUEST = 3 * 1024 * 1024;
/** Of older releases cel-go's estimates were others. */
const SINCE_MINOR = 33;

/** How often the value of a schema may be there at the most; undefined where nothing bounds it. */
export type Cardinality = bigint | undefined;

/** The field that is too dear, as a path and as the server names it. */
interface Field {
  readonly path: Path;
  readonly name: string;
}

export class CostBudget {
  readonly #minor: number;
  readonly #extents: Extents | undefined;
  readonly #dear: { readonly field: Field; readonly cost: bigint }[] = [];
  #total = 0n;

  /** @param schema the whole schema of the version */
  constructor(schema: JsonObject, minor: number) {
    this.#minor = minor;
    this.#extents = minor >= SINCE_MINOR && isWritten(schema) ? extentsOf(minor) : undefined;
  }

  /** The extent of a schema that has rules; undefined where it is not known for certain. */
  extent(node: SchemaNode, root: boolean): Extent | undefined {
    return certain(() => this.#extents?.(node, root));
  }

  /** Counts an expression. `times`: how often it is evaluated. */
  expression(
    expr: Expr,
    resolved: Resolved,
    extent: Extent,
    times: bigint,
    field: Field,
    name: 'rule' | 'messageExpression',
  ): Cause | undefined {
    const once = certain(() => costOf(costTree(expr, resolved), extent, this.#minor));
    if (once === undefined) return undefined;
    const cost = multiply(once, times);
    this.#total = add(this.#total, cost);
    if (cost >= NAMED_FROM) this.#dear.push({ field, cost });
    return cost > RULE_LIMIT ? refused(field, `estimated ${name} cost ${exceeds(cost, RULE_LIMIT)}`) : undefined;
  }

  /** What is said of all rules together. */
  causes(schema: Field): readonly Cause[] {
    if (this.#total <= WHOLE_LIMIT) return [];
    const dearest = this.#dear.sort((a, b) => (a.cost > b.cost ? -1 : a.cost < b.cost ? 1 : 0)).slice(0, MOST_NAMED);
    const part = 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema';
    const whole = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema';
    return [
      ...dearest.map(({ field }) => refused(field, part)),
      refused(schema, `${whole} ${exceeds(this.#total, WHOLE_LIMIT)}`),
    ];
  }
}

function certain<T>(estimate: () => T): T | undefined {
  try {
    return estimate();
  } catch (error) {
    if (error instanceof NotEstimated) return undefined;
    throw error;
  }
}

function refused({ path, name }: Field, detail: string): Cause {
  return { ...forbidden(path, detail), field: name };
}

function exceeds(cost: bigint, limit: bigint): string {
  const factor = Number(cost) / Number(limit);
  const printed = factor > 100 ? 'more than 100x' : `${printFixed(factor, factor < 1.5 ? 6 : 1)}x`;
  const help =
    'try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared';
  return `exceeds budget by factor of ${printed} (${help})`;
}

/** How often a rule of a schema runs at the most: without bounds, as often as what it describes fits into a request. */
export function runs(cardinality: Cardinality, { least }: Extent): bigint {
  return cardinality ?? BigInt(Math.floor(REQUEST / (least + 1)));
}

/** The cardinality of what is right inside of a schema. Mirrors extractMaxElements of cel_validation.go. */
export function inside(schema: JsonObject, cardinality: Cardinality): Cardinality {
  const { type, additionalProperties, maxProperties, maxItems } = schema;
  if (cardinality === undefined) return undefined;
  if (type === 'array') return bounded(cardinality, maxItems);
  return type === 'object' && additionalProperties != null ? bounded(cardinality, maxProperties) : cardinality;
}

function bounded(cardinality: bigint, most: unknown): Cardinality {
  if (typeof most === 'bigint') return multiply(cardinality, most < 0n ? 0n : most);
  return typeof most === 'number' && Number.isInteger(most) ? multiply(cardinality, BigInt(Math.max(0, most))) : undefined;
}

/** Keywords that say nothing of sizes. */
const WORDS = new Set(['description', 'title', 'example', 'externalDocs', 'pattern', 'x-kubernetes-validations']);
const DEEPEST = 400;

/** Whether nothing that bounds sizes is filled in later. */
function isWritten(value: unknown, seen = new Set<object>(), depth = 0): boolean {
  if (isPlaceholder(value) || depth > DEEPEST) return false;
  if (typeof value !== 'object' || value === null || seen.has(value)) return true;
  seen.add(value);
  if (Array.isArray(value)) return value.every((item) => isWritten(item, seen, depth + 1));
  if (!isObject(value)) return true;
  for (const key of Object.keys(value)) {
    if (isPlaceholder(key)) return false;
    const inner = value[key];
    if (WORDS.has(key) && !isObject(inner)) continue;
    if (!isWritten(inner, seen, depth + 1)) return false;
  }
  return true;
}
