import { asString } from '../../api/manifest.ts';
import type { Path } from '../../source/path.ts';
import { type Cause, duplicate, forbidden, invalid, required } from '../cause.ts';
import type { CelRule } from '../custom.ts';
import { type Former, NOT_KNOWN } from '../custom-former.ts';
import { bindSchema } from './bind.ts';
import { type Allowance, allowance, evaluate, type Program, program } from './evaluate.ts';
import { mentions } from './mentions.ts';
import { parseCel } from './parser.ts';
import { CelError, NONE, Optional, type Value } from './values.ts';

/** celconfig.MaxEvaluatedMessageExpressionSizeBytes */
const LONGEST_MESSAGE = 5 * 1024;

/**
 * What the rules that a custom resource meets say of it when it is created; nothing of a rule that cannot be evaluated for certain.
 * Mirrors validateExpressions of k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go.
 * @param former of an update: what is not changed is not refused, and a rule about a change that has no old value is asked only if it says that it knows
 */
export function ruleCauses(rules: readonly CelRule[], minor: number, former?: Former): readonly Cause[] {
  const causes: Cause[] = [];
  const together = allowance();
  for (const met of rules) {
    const source = asString(met.rule['rule']) ?? '';
    const compiled = programOf(source);
    if (compiled === undefined || together.left <= 0) continue;
    const optional = met.rule['optionalOldSelf'] === true;
    // A rule about a change is not asked when there is nothing before it, unless it says that it knows.
    if (compiled.usesOldSelf && (!optional || former?.oldAt(met.path) !== undefined)) continue;
    const oldSelf = optional ? NONE : undefined;
    const isOld = former !== undefined && !compiled.usesOldSelf && former.isUnchanged(met.path);
    causes.push(...ruledBy(met, compiled.run, oldSelf, minor, together, isOld));
  }
  return causes;
}

/** What the rules about a change (those that name `oldSelf`) say of an update, where there is an old value. */
export function transitionCauses(rules: readonly CelRule[], former: Former, minor: number): readonly Cause[] {
  const causes: Cause[] = [];
  const together = allowance();
  for (const met of rules) {
    const compiled = programOf(asString(met.rule['rule']) ?? '');
    if (compiled?.usesOldSelf !== true || together.left <= 0) continue;
    const old = former.oldAt(met.path);
    if (old === undefined || old === NOT_KNOWN) continue;
    const bound = bindSchema(old, met.schema, met.path.length === 0);
    const oldSelf = met.rule['optionalOldSelf'] === true ? new Optional(bound) : bound;
    causes.push(...ruledBy(met, compiled.run, oldSelf, minor, together));
  }
  return causes;
}

/** @param isOld the value was there already: then it is not refused, but a rule that cannot be evaluated is told all the same */
function ruledBy(
  met: CelRule,
  run: Program,
  oldSelf: Value | undefined,
  minor: number,
  together: Allowance,
  isOld = false,
): readonly Cause[] {
  const self = bindSchema(met.value, met.schema, met.path.length === 0);
  const variable = (name: string): Value | undefined => (name === 'self' ? self : name === 'oldSelf' ? oldSelf : undefined);
  const result = evaluate(run, variable, together);
  if (result === false) return isOld ? [] : [named(refused(met, minor, variable, together))];
  return result instanceof CelError ? [named(failed(met, result))] : [];
}

/** The object as a whole has no field, and the server prints that as Go prints nothing. */
function named(cause: Cause): Cause {
  return cause.path.length === 0 ? { ...cause, field: '<nil>' } : cause;
}

interface Compiled {
  readonly run: Program;
  readonly usesOldSelf: boolean;
}

const compiled = new Map<string, Compiled | undefined>();
const MOST_KEPT = 5000;

function programOf(source: string): Compiled | undefined {
  if (compiled.has(source)) return compiled.get(source);
  if (compiled.size >= MOST_KEPT) compiled.clear();
  const parsed = source.trim() === '' ? undefined : parseCel(source);
  const made =
    parsed === undefined || !('expr' in parsed)
      ? undefined
      : { run: program(parsed.expr), usesOldSelf: mentions(parsed.expr, 'oldSelf') };
  compiled.set(source, made);
  return made;
}

function failed({ path, rule, schema }: CelRule, { message }: CelError): Cause {
  const said = asString(rule['message']) ?? '';
  const named = (said === '' ? (asString(rule['rule']) ?? '') : said).trim();
  const detail = message.startsWith('no such overload')
    ? `'${message}': call arguments did not match a supported operator, function or macro signature for rule: ${named}`
    : `${message} evaluating rule: ${named}`;
  return invalid(path, typeOf(schema), detail);
}

/** Structural.Type: empty for int-or-string and for what any type will do for. */
function typeOf(schema: CelRule['schema']): string {
  return schema.types.length === 1 ? schema.types[0]! : '';
}

function refused(met: CelRule, minor: number, variable: (name: string) => Value | undefined, together: Allowance): Cause {
  const { path, rule, schema, value } = met;
  const at = [...path, ...(fieldPathOf(asString(rule['fieldPath']) ?? '') ?? [])];
  const detail = evaluatedMessage(rule['messageExpression'], variable, together) ?? plainMessage(rule);
  const type = typeOf(schema);
  const omitted = minor >= 35 && (type === 'object' || type === 'array');
  const shown = minor >= 35 ? value : type;
  switch (rule['reason']) {
    case 'FieldValueForbidden':
      return forbidden(at, detail);
    case 'FieldValueRequired':
      return required(at, detail);
    case 'FieldValueDuplicate':
      return omitted ? { type: 'FieldValueDuplicate', path: at, message: `Duplicate value: ${detail}` } : duplicate(at, shown);
    default:
      return omitted ? { type: 'FieldValueInvalid', path: at, message: `Invalid value: ${detail}` } : invalid(at, shown, detail);
  }
}

function plainMessage(rule: CelRule['rule']): string {
  const message = asString(rule['message']) ?? '';
  return message === '' ? `failed rule: ${(asString(rule['rule']) ?? '').trim()}` : message.trim();
}

/** What the messageExpression makes, if it makes a text that the server takes. An unknown one is told as it is written. */
function evaluatedMessage(
  expression: unknown,
  variable: (name: string) => Value | undefined,
  together: Allowance,
): string | undefined {
  if (typeof expression !== 'string' || expression === '') return undefined;
  const run = programOf(expression)?.run;
  const made = run === undefined ? undefined : evaluate(run, variable, together);
  if (typeof made !== 'string') return undefined;
  const text = made.trim();
  return text === '' || text.includes('\n') || text.length > LONGEST_MESSAGE ? undefined : text;
}

const STEP = /\.([^.[\]]+)|\['((?:[^'\\]|\\.)*)'\]/y;

/** `.spec['a.b'].c` as a path; undefined if it is none. */
function fieldPathOf(text: string): Path | undefined {
  const path: string[] = [];
  for (STEP.lastIndex = 0; STEP.lastIndex < text.length; ) {
    const found = STEP.exec(text);
    if (found === null) return undefined;
    path.push(found[1] ?? found[2]!.replace(/\\(.)/g, '$1'));
  }
  return path;
}
