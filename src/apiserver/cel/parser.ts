import { numberOf, SyntaxFault, type Token, tokensOf } from './lexer.ts';
import { expandCall } from './macros.ts';
import type { CelIssue, Element, Entry, Expr, Field } from './syntax.ts';

/**
 * Parses CEL with Kubernetes' macros and optional syntax. Mirrors github.com/google/cel-go/parser (CEL.g4), whose limits are 250 levels
 * and 100,000 characters: what goes beyond them (or ours) is `undefined`, neither right nor wrong.
 */
export function parseCel(source: string): { readonly expr: Expr } | { readonly issue: CelIssue } | undefined {
  if (source.length > MOST_CHARACTERS) return undefined;
  try {
    return { expr: new Parser(tokensOf(source)).whole() };
  } catch (error) {
    if (error instanceof SyntaxFault) return { issue: { at: error.at, message: error.message } };
    if (error instanceof TooDeep) return undefined;
    throw error;
  }
}

const MOST_CHARACTERS = 100_000;
const DEEPEST = 100;
/** Operators in a row make a tree as deep as the row is long. */
const LONGEST_CHAIN = 400;

class TooDeep extends Error {}

const RESERVED = new Set([
  ...['as', 'break', 'const', 'continue', 'else', 'false', 'for', 'function', 'if', 'import', 'in', 'let', 'loop'],
  ...['namespace', 'null', 'package', 'return', 'true', 'var', 'void', 'while'],
]);
const KEYWORDS = new Set(['in', 'true', 'false', 'null']);

const RELATIONS = new Set(['<', '<=', '>', '>=', '==', '!=', 'in']);

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;
  #chain = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Expr {
    const expr = this.#expression();
    if (this.#token.type !== 'end') throw this.#unexpected();
    return expr;
  }

  get #token(): Token {
    return this.#tokens[this.#next]!;
  }

  #unexpected(): SyntaxFault {
    const { at, text, type } = this.#token;
    const what = type === 'end' ? "mismatched input '<EOF>'" : `unexpected '${text}'`;
    return new SyntaxFault(at, `Syntax error: ${what}`);
  }

  #is(sign: string): boolean {
    const { type, text } = this.#token;
    return text === sign && (type === 'sign' || (type === 'ident' && sign === 'in'));
  }

  #take(sign: string): Token | undefined {
    if (!this.#is(sign)) return undefined;
    return this.#tokens[this.#next++]!;
  }

  #expect(sign: string): Token {
    const token = this.#take(sign);
    if (token === undefined) throw this.#unexpected();
    return token;
  }

  #deeper(): void {
    if (++this.#chain > LONGEST_CHAIN) throw new TooDeep();
  }

  #expression(): Expr {
    if (++this.#depth > DEEPEST) throw new TooDeep();
    const condition = this.#logical('||');
    const mark = this.#take('?');
    let expr = condition;
    if (mark !== undefined) {
      const yes = this.#logical('||');
      this.#expect(':');
      const no = this.#expression();
      expr = { kind: 'call', at: mark.at, name: '_?_:_', target: undefined, args: [condition, yes, no] };
    }
    this.#depth--;
    return expr;
  }

  #logical(sign: '||' | '&&'): Expr {
    const part = (): Expr => (sign === '||' ? this.#logical('&&') : this.#binary(0));
    const terms = [part()];
    const ats: number[] = [];
    for (let token = this.#take(sign); token !== undefined; token = this.#take(sign)) {
      ats.push(token.at);
      terms.push(part());
    }
    return balanced(terms, ats, `_${sign}_`, 0, terms.length - 1);
  }

  /** Levels: relations, sums, products. */
  #binary(level: number): Expr {
    if (level === 3) return this.#unary();
    let left = this.#binary(level + 1);
    const outer = this.#chain;
    while (true) {
      const { text, at, type } = this.#token;
      const fits =
        level === 0
          ? RELATIONS.has(text) && (type === 'sign' || type === 'ident')
          : type === 'sign' && (level === 1 ? text === '+' || text === '-' : text === '*' || text === '/' || text === '%');
      if (!fits) break;
      this.#deeper();
      this.#next++;
      const right = this.#binary(level + 1);
      const name = text === 'in' ? '@in' : `_${text}_`;
      left = { kind: 'call', at, name, target: undefined, args: [left, right] };
    }
    this.#chain = outer;
    return left;
  }

  #unary(): Expr {
    const sign = this.#is('!') ? '!' : this.#is('-') && !this.#isNegativeNumber() ? '-' : undefined;
    if (sign === undefined) return this.#member();
    const { at } = this.#token;
    let count = 0;
    // Of more than one minus, none is the number's own.
    while (this.#is(sign)) {
      this.#next++;
      count++;
    }
    const operand = this.#member();
    return count % 2 === 0 ? operand : { kind: 'call', at, name: sign === '!' ? '!_' : '-_', target: undefined, args: [operand] };
  }

  #isNegativeNumber(): boolean {
    return this.#is('-') && this.#tokens[this.#next + 1]?.type === 'number';
  }

  #member(): Expr {
    let expr = this.#primary();
    const outer = this.#chain;
    while (true) {
      const dot = this.#take('.');
      if (dot !== undefined) {
        this.#deeper();
        const optional = this.#take('?') !== undefined;
        const name = this.#identifier();
        const open = optional ? undefined : this.#take('(');
        if (open === undefined)
          expr = { kind: 'select', at: dot.at, operand: expr, field: name.text, mode: optional ? 'optional' : 'plain' };
        else expr = expandCall(open.at, name.text, expr, this.#arguments(')'));
        continue;
      }
      const bracket = this.#take('[');
      if (bracket !== undefined) {
        this.#deeper();
        const optional = this.#take('?') !== undefined;
        const index = this.#expression();
        this.#expect(']');
        expr = { kind: 'index', at: bracket.at, operand: expr, index, optional };
        continue;
      }
      const name = this.#is('{') ? messageName(expr) : undefined;
      if (name === undefined) break;
      const { at } = this.#expect('{');
      expr = { kind: 'message', at, name, fields: this.#fields() };
    }
    this.#chain = outer;
    return expr;
  }

  #identifier(): Token {
    const token = this.#token;
    if (token.type !== 'ident' || KEYWORDS.has(token.text)) throw this.#unexpected();
    this.#next++;
    return token;
  }

  #primary(): Expr {
    const token = this.#token;
    if (token.type === 'number') {
      this.#next++;
      return { kind: 'literal', at: token.at, value: numberOf(token, false) };
    }
    if (this.#isNegativeNumber()) {
      this.#next += 2;
      return { kind: 'literal', at: token.at, value: numberOf(this.#tokens[this.#next - 1]!, true) };
    }
    if (token.type === 'text') {
      this.#next++;
      return { kind: 'literal', at: token.at, value: token.value! };
    }
    if (this.#take('(')) {
      const expr = this.#expression();
      this.#expect(')');
      return expr;
    }
    if (this.#take('[')) return { kind: 'list', at: token.at, elements: this.#elements() };
    if (this.#take('{')) return { kind: 'map', at: token.at, entries: this.#entries() };
    const dot = this.#take('.');
    if (this.#token.type !== 'ident') throw this.#unexpected();
    return this.#name(dot === undefined ? '' : '.');
  }

  #name(dot: string): Expr {
    const token = this.#token;
    if (dot === '') {
      const constant = token.text === 'true' ? true : token.text === 'false' ? false : token.text === 'null' ? null : undefined;
      if (constant !== undefined) {
        this.#next++;
        return { kind: 'literal', at: token.at, value: constant };
      }
    }
    const { at, text } = this.#identifier();
    if (RESERVED.has(text)) throw new SyntaxFault(at, `reserved identifier: ${text}`);
    const open = this.#take('(');
    if (open !== undefined) return expandCall(open.at, text, undefined, this.#arguments(')'));
    return { kind: 'ident', at, name: text };
  }

  #arguments(close: string): Expr[] {
    const args: Expr[] = [];
    if (this.#take(close)) return args;
    do args.push(this.#expression());
    while (this.#take(','));
    this.#expect(close);
    return args;
  }

  #elements(): Element[] {
    const elements: Element[] = [];
    while (!this.#take(']')) {
      const optional = this.#take('?') !== undefined;
      elements.push({ value: this.#expression(), optional });
      if (this.#take(',')) continue;
      this.#expect(']');
      break;
    }
    return elements;
  }

  #entries(): Entry[] {
    const entries: Entry[] = [];
    while (!this.#take('}')) {
      const optional = this.#take('?') !== undefined;
      const key = this.#expression();
      this.#expect(':');
      entries.push({ key, value: this.#expression(), optional });
      if (this.#take(',')) continue;
      this.#expect('}');
      break;
    }
    return entries;
  }

  #fields(): Field[] {
    const fields: Field[] = [];
    while (!this.#take('}')) {
      const optional = this.#take('?') !== undefined;
      const { text } = this.#identifier();
      const { at } = this.#expect(':');
      fields.push({ at, name: text, value: this.#expression(), optional });
      if (this.#take(',')) continue;
      this.#expect('}');
      break;
    }
    return fields;
  }
}

/** `a.b.C` in front of `{`. */
function messageName(expr: Expr): string | undefined {
  if (expr.kind === 'ident') return expr.name;
  if (expr.kind !== 'select' || expr.mode !== 'plain') return undefined;
  const outer = messageName(expr.operand);
  return outer === undefined ? undefined : `${outer}.${expr.field}`;
}

/** A row of `&&` or `||` as a tree of little depth, as cel-go balances it. */
function balanced(terms: readonly Expr[], ats: readonly number[], name: string, from: number, to: number): Expr {
  if (from === to) return terms[from]!;
  const middle = Math.floor((from + to + 1) / 2);
  const left = balanced(terms, ats, name, from, middle - 1);
  const right = balanced(terms, ats, name, middle, to);
  return { kind: 'call', at: ats[middle - 1]!, name, target: undefined, args: [left, right] };
}
