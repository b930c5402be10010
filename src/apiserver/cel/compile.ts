import { asArray, asObject, asString, isObject, type JsonObject } from '../../api/manifest.ts';
import { schemaNode } from '../../api/schema.ts';
import { isPlaceholder } from '../../api/unknown.ts';
import type { Path } from '../../source/path.ts';
import { type Cause, invalid } from '../cause.ts';
import { printGo } from '../go-print.ts';
import { checkCel, type Resolved, type TypeByName } from './check.ts';
import { type Cardinality, CostBudget, inside, runs } from './cost-budget.ts';
import { mentions } from './mentions.ts';
import { parseCel } from './parser.ts';
import { type CelIssue, type Expr, printIssues } from './syntax.ts';
import { ANY, type CelType, optionalOf, typeOfSchema } from './types.ts';

/** What is wrong with an expression, in the server's words, and what it is of a type where it is right. */
export interface Compilation {
  readonly fault: string | undefined;
  readonly type: CelType;
  readonly expr: Expr | undefined;
  readonly resolved: Resolved | undefined;
}

/** Compiles an expression, as far as its faults are certain. */
export function compileCel(source: string, variable: TypeByName, message?: TypeByName): Compilation {
  if (isPlaceholder(source)) return UNDECIDED;
  const parsed = parseCel(source);
  if (parsed === undefined) return UNDECIDED;
  if ('issue' in parsed) return { ...UNDECIDED, fault: failed(source, [parsed.issue]) };
  const { type, issues, unbuildable, resolved } = checkCel(parsed.expr, variable, message);
  const fault = issues.length > 0 ? failed(source, issues) : undefined;
  return { fault: fault ?? (unbuildable && `program instantiation failed: ${unbuildable}`), type, expr: parsed.expr, resolved };
}

const UNDECIDED: Compilation = { fault: undefined, type: ANY, expr: undefined, resolved: undefined };

function failed(source: string, issues: readonly CelIssue[]): string {
  return `compilation failed: ${printIssues(source, issues)}`;
}

/** Nodes of a definition's schemas that are looked at. */
const MOST_NODES = 50_000;
const DEEPEST = 60;

/**
 * What the server says of the rules in a schema of a CustomResourceDefinition, `at` that path and under that name.
 * Mirrors validateCustomResourceDefinitionOpenAPISchema and cel.Compile of k8s.io/apiextensions-apiserver.
 */
export function schemaRuleCauses(schema: JsonObject, at: Path, name: string, minor: number): readonly Cause[] {
  const ruled: Ruled = new Map();
  // Most schemas are large, and few of their nodes have rules: only those on the way to one are looked at as schemas.
  if (!isRuled(schema, ruled, 0)) return [];
  const walk: SchemaRules = { causes: [], left: MOST_NODES, ruled, budget: new CostBudget(schema, minor) };
  rulesOf(walk, schema, at, name, { cardinality: 1n, uncorrelated: undefined });
  return [...walk.causes, ...walk.budget.causes({ path: at, name })];
}

type Ruled = Map<JsonObject, boolean>;

/** Whether the schema or one inside of it has rules; `ruled` holds the answers. What an alias names is looked at once. */
function isRuled(schema: JsonObject, ruled: Ruled, depth: number): boolean {
  const known = ruled.get(schema);
  if (known !== undefined) return known;
  let found = schema['x-kubernetes-validations'] != null;
  ruled.set(schema, found);
  if (depth > DEEPEST) return found;
  for (const [child] of childrenOf(schema)) if (isRuled(child, ruled, depth + 1)) found = true;
  ruled.set(schema, found);
  return found;
}

/** The schemas right inside of one, with their paths. */
function* childrenOf(schema: JsonObject): Generator<readonly [JsonObject, Path]> {
  const { properties, items, additionalProperties } = schema;
  if (isObject(properties)) {
    for (const key of Object.keys(properties)) {
      const property = properties[key];
      if (isObject(property)) yield [property, ['properties', key]];
    }
  }
  if (isObject(items)) yield [items, ['items']];
  if (isObject(additionalProperties)) yield [additionalProperties, ['additionalProperties']];
}

interface SchemaRules {
  readonly causes: Cause[];
  left: number;
  readonly ruled: Ruled;
  readonly budget: CostBudget;
}

/** Where in the whole a schema stands. */
interface Within {
  readonly cardinality: Cardinality;
  /** The outermost schema around whose parts of old and new objects cannot be told to be the same. */
  readonly uncorrelated: string | undefined;
}

function rulesOf(walk: SchemaRules, schema: JsonObject, at: Path, name: string, within: Within, root = true): void {
  if (--walk.left < 0 || at.length > DEEPEST || walk.ruled.get(schema) !== true) return;
  const node = schemaNode(schema);
  if (node.validations.length > 0) {
    const self = typeOfSchema(node, root);
    const extent = walk.budget.extent(node, root);
    const cost: Cost = (expr, resolved, path, field, isRule) => {
      if (extent === undefined) return undefined;
      const times = isRule ? runs(within.cardinality, extent) : 1n;
      return walk.budget.expression(expr, resolved, extent, times, { path, name: field }, isRule ? 'rule' : 'messageExpression');
    };
    if (self !== undefined)
      for (const [i, rule] of node.validations.entries()) {
        const place = { at: [...at, 'x-kubernetes-validations', i], name: `${name}.x-kubernetes-validations[${i}]` };
        compileRule(walk.causes, rule, self, place, within.uncorrelated, cost);
      }
  }
  const cardinality = inside(schema, within.cardinality);
  for (const [child, path] of childrenOf(schema)) {
    const [part, key] = path;
    const uncorrelated = within.uncorrelated ?? (isCorrelated(schema, part) ? undefined : name);
    const inner = `${name}.${part}${key === undefined ? '' : `[${key}]`}`;
    rulesOf(walk, child, [...at, ...path], inner, { cardinality, uncorrelated }, false);
  }
}

/** Whether the parts of an old and a new value are told to be the same: in lists only those with keys are. */
function isCorrelated(schema: JsonObject, part: unknown): boolean {
  const type = schema['x-kubernetes-list-type'];
  return part !== 'items' || type === 'map' || isPlaceholder(type);
}

/** Counts the cost of an expression at a place; what is too dear is a cause. */
type Cost = (expr: Expr, resolved: Resolved, at: Path, name: string, isRule: boolean) => Cause | undefined;

function compileRule(
  causes: Cause[],
  rule: JsonObject,
  self: CelType,
  { at, name }: { readonly at: Path; readonly name: string },
  uncorrelated: string | undefined,
  cost: Cost,
): void {
  const source = asString(rule['rule']) ?? '';
  if (source.trim() === '') return;
  const optional = rule['optionalOldSelf'] === true;
  const variable: TypeByName = (it) =>
    it === 'self' ? self : it === 'oldSelf' ? (optional ? optionalOf(self) : self) : undefined;
  const say = (field: string, detail: string): void => {
    const cause = invalid([...at, field], undefined, detail);
    causes.push({ ...cause, field: `${name}.${field}`, message: `Invalid value: ${printRule(rule)}: ${detail}` });
  };
  const count = (field: 'rule' | 'messageExpression', { expr, resolved }: Compilation): void => {
    const dear =
      expr === undefined || resolved === undefined
        ? undefined
        : cost(expr, resolved, [...at, field], `${name}.${field}`, field === 'rule');
    if (dear !== undefined) causes.push(dear);
  };
  const compiled = compileCel(source, variable);
  const isBool = compiled.type.kind === 'any' || compiled.type.kind === 'bool';
  const fault = compiled.fault ?? (isBool ? undefined : 'cel expression must evaluate to a bool');
  if (fault !== undefined) {
    say('rule', fault);
    return;
  }
  count('rule', compiled);
  const usesOldSelf = compiled.expr === undefined ? undefined : mentions(compiled.expr, 'oldSelf');
  if (usesOldSelf === true && uncorrelated !== undefined) {
    const detail = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelated}`;
    causes.push({ ...invalid([...at, 'rule'], source, detail), field: `${name}.rule` });
  }
  if (usesOldSelf === false && rule['optionalOldSelf'] !== undefined) {
    const detail = 'may not be set if oldSelf is not used in rule';
    causes.push({ ...invalid([...at, 'optionalOldSelf'], rule['optionalOldSelf'], detail), field: `${name}.optionalOldSelf` });
  }
  const expression = asString(rule['messageExpression']) ?? '';
  if (expression === '') return;
  const message = compileCel(expression, variable);
  if (message.fault !== undefined) say('messageExpression', `messageExpression ${message.fault}`);
  else if (message.type.kind !== 'any' && message.type.kind !== 'string')
    say('messageExpression', 'messageExpression must evaluate to a string');
  else count('messageExpression', message);
}

/** A rule as Go prints the server's internal type. */
function printRule(rule: JsonObject): string {
  return printGo({
    Rule: asString(rule['rule']) ?? '',
    Message: asString(rule['message']) ?? '',
    MessageExpression: asString(rule['messageExpression']) ?? '',
    Reason: rule['reason'] ?? null,
    FieldPath: asString(rule['fieldPath']) ?? '',
    OptionalOldSelf: rule['optionalOldSelf'] ?? null,
  });
}

/** The items of a list that are objects, with their places. */
export function objectsIn(value: unknown): readonly (readonly [JsonObject, number])[] {
  return asArray(value).flatMap((item, i) => (isObject(item) ? [[asObject(item)!, i] as const] : []));
}
