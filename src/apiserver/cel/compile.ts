import { asArray, asObject, asString, isObject, type JsonObject } from '../../api/manifest.ts';
import { schemaNode } from '../../api/schema.ts';
import { isUnknown } from '../../api/unknown.ts';
import type { Path } from '../../source/path.ts';
import { type Cause, invalid } from '../cause.ts';
import { printGo } from '../go-print.ts';
import { checkCel, type TypeByName } from './check.ts';
import { mentions } from './mentions.ts';
import { parseCel } from './parser.ts';
import { type CelIssue, type Expr, printIssues } from './syntax.ts';
import { ANY, type CelType, optionalOf, typeOfSchema } from './types.ts';

/** What is wrong with an expression, in the server's words, and what it is of a type where it is right. */
export interface Compilation {
  readonly fault: string | undefined;
  readonly type: CelType;
  readonly expr: Expr | undefined;
}

/** Compiles an expression, as far as its faults are certain. */
export function compileCel(source: string, variable: TypeByName, message?: TypeByName): Compilation {
  if (isUnknown(source)) return { fault: undefined, type: ANY, expr: undefined };
  const parsed = parseCel(source);
  if (parsed === undefined) return { fault: undefined, type: ANY, expr: undefined };
  if ('issue' in parsed) return { fault: failed(source, [parsed.issue]), type: ANY, expr: undefined };
  const { type, issues, unbuildable } = checkCel(parsed.expr, variable, message);
  const fault = issues.length > 0 ? failed(source, issues) : undefined;
  return { fault: fault ?? (unbuildable && `program instantiation failed: ${unbuildable}`), type, expr: parsed.expr };
}

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
export function schemaRuleCauses(schema: JsonObject, at: Path, name: string): readonly Cause[] {
  const walk: SchemaRules = { causes: [], left: MOST_NODES };
  const ruled: Ruled = new Map();
  // Most schemas are large, and few of their nodes have rules: only those on the way to one are looked at as schemas.
  if (isRuled(schema, ruled, 0)) rulesOf(walk, schema, ruled, at, name, true);
  return walk.causes;
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
}

function rulesOf(walk: SchemaRules, schema: JsonObject, ruled: Ruled, at: Path, name: string, root: boolean): void {
  if (--walk.left < 0 || at.length > DEEPEST || ruled.get(schema) !== true) return;
  const node = schemaNode(schema);
  if (node.validations.length > 0) {
    const self = typeOfSchema(node, root);
    if (self !== undefined)
      for (const [i, rule] of node.validations.entries())
        compileRule(walk, rule, self, [...at, 'x-kubernetes-validations', i], `${name}.x-kubernetes-validations[${i}]`);
  }
  for (const [child, path] of childrenOf(schema)) {
    const [part, key] = path;
    rulesOf(walk, child, ruled, [...at, ...path], `${name}.${part}${key === undefined ? '' : `[${key}]`}`, false);
  }
}

function compileRule({ causes }: SchemaRules, rule: JsonObject, self: CelType, at: Path, name: string): void {
  const source = asString(rule['rule']) ?? '';
  if (source.trim() === '') return;
  const optional = rule['optionalOldSelf'] === true;
  const variable: TypeByName = (it) =>
    it === 'self' ? self : it === 'oldSelf' ? (optional ? optionalOf(self) : self) : undefined;
  const say = (field: string, detail: string): void => {
    const cause = invalid([...at, field], undefined, detail);
    causes.push({ ...cause, field: `${name}.${field}`, message: `Invalid value: ${printRule(rule)}: ${detail}` });
  };
  const compiled = compileCel(source, variable);
  const isBool = compiled.type.kind === 'any' || compiled.type.kind === 'bool';
  const fault = compiled.fault ?? (isBool ? undefined : 'cel expression must evaluate to a bool');
  if (fault !== undefined) {
    say('rule', fault);
    return;
  }
  if (compiled.expr !== undefined && rule['optionalOldSelf'] !== undefined && !mentions(compiled.expr, 'oldSelf')) {
    const detail = 'may not be set if oldSelf is not used in rule';
    causes.push({ ...invalid([...at, 'optionalOldSelf'], rule['optionalOldSelf'], detail), field: `${name}.optionalOldSelf` });
  }
  const expression = asString(rule['messageExpression']) ?? '';
  if (expression === '') return;
  const message = compileCel(expression, variable);
  if (message.fault !== undefined) say('messageExpression', `messageExpression ${message.fault}`);
  else if (message.type.kind !== 'any' && message.type.kind !== 'string')
    say('messageExpression', 'messageExpression must evaluate to a string');
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
