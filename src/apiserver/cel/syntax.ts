import type { Value } from './values.ts';

/** A CEL expression as it was parsed. `at` is the offset in the text, in code units, of what cel-go points at. */
export type Expr =
  | { readonly kind: 'literal'; readonly at: number; readonly value: Value }
  | { readonly kind: 'ident'; readonly at: number; readonly name: string }
  | { readonly kind: 'select'; readonly at: number; readonly operand: Expr; readonly field: string; readonly mode: SelectMode }
  | { readonly kind: 'index'; readonly at: number; readonly operand: Expr; readonly index: Expr; readonly optional: boolean }
  | {
      readonly kind: 'call';
      readonly at: number;
      readonly name: string;
      readonly target: Expr | undefined;
      readonly args: readonly Expr[];
    }
  | { readonly kind: 'list'; readonly at: number; readonly elements: readonly Element[] }
  | { readonly kind: 'map'; readonly at: number; readonly entries: readonly Entry[] }
  | { readonly kind: 'message'; readonly at: number; readonly name: string; readonly fields: readonly Field[] }
  | Fold
  | OptionalMap;

/** `a.b`, `has(a.b)`, `a.?b`. */
export type SelectMode = 'plain' | 'test' | 'optional';

export interface Element {
  readonly value: Expr;
  readonly optional: boolean;
}
export interface Entry {
  readonly key: Expr;
  readonly value: Expr;
  readonly optional: boolean;
}
export interface Field {
  /** Of the colon. */
  readonly at: number;
  readonly name: string;
  readonly value: Expr;
  readonly optional: boolean;
}

/** A macro that goes through a list or a map. With one variable it is an element or a key, with two an index or key and its value. */
export interface Fold {
  readonly kind: 'fold';
  readonly at: number;
  readonly macro: FoldMacro;
  readonly target: Expr;
  readonly variables: readonly string[];
  readonly filter: Expr | undefined;
  readonly body: Expr;
}
export type FoldMacro =
  | 'all'
  | 'exists'
  | 'existsOne'
  | 'map'
  | 'filter'
  | 'transformList'
  | 'transformMap'
  | 'transformMapEntry'
  | 'sortBy';

/** `a.optMap(v, …)`, `a.optFlatMap(v, …)`. */
export interface OptionalMap {
  readonly kind: 'optMap';
  readonly at: number;
  readonly flat: boolean;
  readonly target: Expr;
  readonly variable: string;
  readonly body: Expr;
}

/** What is wrong in an expression, and where: an offset in its text. */
export interface CelIssue {
  readonly at: number;
  readonly message: string;
}

/** Issues as cel-go's Issues.String prints them, each with its line and a mark below. */
export function printIssues(source: string, issues: readonly CelIssue[]): string {
  return [...issues]
    .sort((a, b) => a.at - b.at)
    .map((issue) => printIssue(source, issue))
    .join('\n');
}

function printIssue(source: string, { at, message }: CelIssue): string {
  const before = source.slice(0, at);
  const start = before.lastIndexOf('\n') + 1;
  const line = before.split('\n').length;
  const end = source.indexOf('\n', at);
  const text = source.slice(start, end < 0 ? source.length : end).replaceAll('\t', ' ');
  const column = [...source.slice(start, at)].length;
  let mark = '';
  for (const char of [...source.slice(start, at)]) mark += char.length > 1 || char > '\u02ff' ? '\uff0e' : '.';
  return `ERROR: <input>:${line}:${column + 1}: ${message}\n | ${text}\n | ${mark}^`;
}
