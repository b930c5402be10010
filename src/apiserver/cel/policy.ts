import { asArray, asObject, asString, isObject, type JsonObject } from '../../api/manifest.ts';
import type { Path } from '../../source/path.ts';
import { bindPlain } from './bind.ts';
import { type Allowance, allowance, evaluate, type Program, program } from './evaluate.ts';
import { partsOf } from './mentions.ts';
import { parseCel } from './parser.ts';
import { bindStored, type StoredOptions } from './stored.ts';
import type { Expr } from './syntax.ts';
import { CelError, CelMap, EntryMap, UNKNOWN, type Value } from './values.ts';

/** The creation of an object, or its change, as an admission policy is asked about it. */
export interface PolicyRequest {
  readonly operation: 'CREATE' | 'UPDATE';
  /** As the server has it, where it is changed. */
  readonly oldObject: JsonObject | null;
  /** As validating admission sees it. */
  readonly object: JsonObject;
  readonly stored: StoredOptions;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The plural: `deployments`. */
  readonly resource: string;
  /** Undefined where it is made up later. */
  readonly name: string | undefined;
  readonly namespace: string;
  /** Null for a cluster-scoped object, undefined for a namespace that nobody shows. */
  readonly namespaceObject: JsonObject | null | undefined;
}

/** One validation that is not met. */
export interface PolicyDenial {
  /** Of `spec.validations`; undefined where the policy's conditions failed. */
  readonly index: number | undefined;
  readonly message: string;
  readonly reason: string;
  /** The field of the object that the expression asks about. */
  readonly about: Path;
  /** It was not false, it failed. */
  readonly failed: boolean;
}

const LONGEST_MESSAGE = 5 * 1024;

/**
 * What a ValidatingAdmissionPolicy with one of its params (null without any) says against a creation; nothing of what is not certain.
 * `plain`: the object holds secrets, so no message may be made of it.
 * Mirrors validator.Validate of k8s.io/apiserver/pkg/admission/plugin/policy/validating.
 */
export function policyDenials(
  spec: JsonObject,
  request: PolicyRequest,
  params: JsonObject | null | undefined,
  plain: boolean,
): readonly PolicyDenial[] {
  const fails = spec['failurePolicy'] !== 'Ignore';
  const together = allowance();
  const variable = variablesOf(spec, request, params, together);
  const conditions = conditionsOf(spec, variable, together);
  if (conditions === false || conditions === undefined) return [];
  if (conditions instanceof CelError)
    return fails ? [{ index: undefined, message: conditions.message, reason: 'Invalid', about: [], failed: true }] : [];
  const denials: PolicyDenial[] = [];
  for (const [index, item] of asArray(spec['validations']).entries()) {
    const validation = asObject(item) ?? {};
    const expression = asString(validation['expression']) ?? '';
    const compiled = compile(expression);
    if (compiled === undefined) continue;
    const result = evaluate(compiled.run, variable, together);
    const about = subjectOf(compiled.expr, spec);
    if (result instanceof CelError) {
      const message = `expression '${expression}' resulted in ${plain ? 'an error' : `error: ${result.message}`}`;
      if (fails) denials.push({ index, message, reason: 'Invalid', about, failed: true });
    } else if (result === false) {
      const reason = asString(validation['reason']) ?? 'Invalid';
      denials.push({
        index,
        message: messageOf(validation, plain ? undefined : (run) => evaluate(run, variable, together)),
        reason,
        about,
        failed: false,
      });
    }
  }
  return denials;
}

interface Compiled {
  readonly expr: Expr;
  readonly run: Program;
}
const compiled = new Map<string, Compiled | undefined>();
const MOST_KEPT = 2000;

export function compile(source: string): Compiled | undefined {
  if (compiled.has(source)) return compiled.get(source);
  if (compiled.size >= MOST_KEPT) compiled.clear();
  const parsed = parseCel(source);
  const made = parsed !== undefined && 'expr' in parsed ? { expr: parsed.expr, run: program(parsed.expr) } : undefined;
  compiled.set(source, made);
  return made;
}

export type Variable = (name: string) => Value | undefined;

/** True if all hold, false if one does not, undefined if one may not; an error if one fails and none is false. */
export function conditionsOf(spec: JsonObject, variable: Variable, together: Allowance): boolean | CelError | undefined {
  let error: CelError | undefined;
  let unknown = false;
  for (const item of asArray(spec['matchConditions'])) {
    const expression = asString(asObject(item)?.['expression']) ?? '';
    const run = compile(expression)?.run;
    const result = run === undefined ? UNKNOWN : evaluate(run, variable, together);
    if (result === false) return false;
    if (result instanceof CelError) error ??= new CelError(`expression '${expression}' resulted in error: ${result.message}`);
    else if (result !== true) unknown = true;
  }
  return unknown ? undefined : (error ?? true);
}

export function variablesOf(
  spec: JsonObject,
  request: PolicyRequest,
  params: JsonObject | null | undefined,
  together: Allowance,
): Variable {
  const object = bindStored(request.object, request.stored);
  const namespace = request.namespaceObject;
  const known: Readonly<Record<string, Value>> = {
    object,
    oldObject: request.oldObject === null ? null : bindPlain(request.oldObject),
    request: requestValue(request),
    namespaceObject: namespace === undefined ? UNKNOWN : namespace === null ? null : bindStored(namespace, NAMESPACE),
    params: params === undefined ? UNKNOWN : params === null ? null : bindPlain(params),
    authorizer: UNKNOWN,
  };
  const variable: Variable = (name) => (name === 'variables' ? variables : Object.hasOwn(known, name) ? known[name] : undefined);
  const definitions = asArray(spec['variables']).filter(isObject);
  const variables = new Variables({ definitions, variable, values: new Map(), together }, definitions.length);
  return variable;
}

const NAMESPACE: StoredOptions = {
  pod: false,
  limited: false,
  generated: false,
  namespace: '',
  kind: 'Namespace',
  custom: false,
};

interface Composition {
  readonly definitions: readonly JsonObject[];
  readonly variable: Variable;
  readonly values: Map<number, Value>;
  readonly together: Allowance;
}

/** `variables.x`: evaluated when it is asked for, once, with those before it. */
class Variables extends CelMap {
  readonly #all: Composition;
  readonly #count: number;

  constructor(all: Composition, count: number) {
    super();
    this.#all = all;
    this.#count = count;
  }
  get size(): number {
    return this.#count;
  }
  keys(): readonly Value[] {
    return this.#all.definitions.slice(0, this.#count).map(({ name }) => (typeof name === 'string' ? name : ''));
  }
  find(key: Value): Value | undefined {
    const { definitions, variable, values, together } = this.#all;
    const index = definitions.findIndex(({ name }) => name === key);
    if (index < 0 || index >= this.#count) return UNKNOWN;
    const known = values.get(index);
    if (known !== undefined) return known;
    const run = compile(asString(definitions[index]!['expression']) ?? '')?.run;
    const before = new Variables(this.#all, index);
    const value =
      run === undefined ? UNKNOWN : evaluate(run, (name) => (name === 'variables' ? before : variable(name)), together);
    values.set(index, value);
    return value;
  }
}

function requestValue({ operation, group, version, kind, resource, name, namespace }: PolicyRequest): Value {
  return mapOf({
    kind: mapOf({ group, version, kind }),
    resource: mapOf({ group, version, resource }),
    requestKind: mapOf({ group, version, kind }),
    requestResource: mapOf({ group, version, resource }),
    operation,
    name: name ?? UNKNOWN,
    ...(namespace === '' ? {} : { namespace }),
    userInfo: UNKNOWN,
    uid: UNKNOWN,
    options: UNKNOWN,
    dryRun: UNKNOWN,
  });
}

function mapOf(entries: Readonly<Record<string, Value>>): Value {
  return new EntryMap(new Map(Object.entries(entries).map(([key, value]) => [`s${key}`, [key, value] as const])));
}

function messageOf(validation: JsonObject, run: ((program: Program) => Value) | undefined): string {
  const source = asString(validation['messageExpression']) ?? '';
  const compiled = source === '' ? undefined : compile(source);
  const made = compiled === undefined ? undefined : run?.(compiled.run);
  if (typeof made === 'string') {
    const text = made.trim();
    if (text !== '' && !text.includes('\n') && text.length <= LONGEST_MESSAGE) return text;
  }
  const message = (asString(validation['message']) ?? '').trim();
  return message === '' ? `failed expression: ${(asString(validation['expression']) ?? '').trim()}` : message;
}

/** `object.spec.replicas` of an expression as a path: the longest, and the first of those. */
function subjectOf(expr: Expr, spec: JsonObject, depth = 0): Path {
  const chain = chainOf(expr);
  if (chain?.root === 'object') return chain.path;
  if (chain?.root === 'variables' && depth < 5) {
    const [name, ...rest] = chain.path;
    const definition = asArray(spec['variables']).find((it) => isObject(it) && it['name'] === name);
    const compiled = compile(asString(asObject(definition)?.['expression']) ?? '');
    const path = compiled === undefined ? [] : subjectOf(compiled.expr, spec, depth + 1);
    return path.length === 0 ? path : [...path, ...rest];
  }
  let longest: Path = [];
  for (const part of partsOf(expr)) {
    const path = subjectOf(part, spec, depth);
    if (path.length > longest.length) longest = path;
  }
  return longest;
}

/** A variable with the fields behind it. */
function chainOf(expr: Expr): { readonly root: string; readonly path: Path } | undefined {
  const path: (string | number)[] = [];
  let at = expr;
  while (at.kind !== 'ident') {
    if (at.kind === 'select') {
      path.unshift(at.field);
      at = at.operand;
    } else if (at.kind === 'index' && at.index.kind === 'literal' && typeof at.index.value === 'string') {
      path.unshift(at.index.value);
      at = at.operand;
    } else return undefined;
  }
  return path.length > 0 ? { root: at.name, path } : undefined;
}
