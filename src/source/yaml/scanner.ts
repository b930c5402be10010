import { INDICATORS, isAlpha, isBlank, isBlankOrEnd, isBreak, isBreakOrEnd } from './characters.ts';
import { Fault } from './fault.ts';
import { scanBlockScalar, scanPlain, scanQuoted } from './scalar-tokens.ts';
import { scanDirective, scanTag } from './tag-tokens.ts';
import { findObstacle, type Obstacle } from './text.ts';
import type { Token } from './tokens.ts';
import * as T from './tokens.ts';

/** Deeper nesting is an error for kubectl's reader: block collections and flow collections are counted apart. */
export const MAX_DEPTH = 10_000;

interface SimpleKey {
  possible: boolean;
  /** In a block mapping at its own column nothing but a key can stand. */
  required: boolean;
  tokenNumber: number;
  start: number;
  line: number;
  column: number;
  /** Surrogate pairs before it. */
  pairs: number;
}

/**
 * Turns one document's text into tokens, by the rules of YAML 1.1 as libyaml understands them.
 * The text's lines end with \n, \r, NEL, LS or PS (of \r\r\n a \r\n can be left by now), and its last character is \n.
 *
 * Behaves as go.yaml.in/yaml/v2 scannerc.go, quirks included: what that accepts, kubectl accepts.
 */
export class Scanner {
  readonly text: string;
  readonly end: number;
  pos = 0;
  line = 0;
  /** Column of the current block collection, -1 outside of any. */
  indent = -1;
  flowLevel = 0;
  simpleKeyAllowed = true;

  /** Where the line begins, and how many surrogate pairs were met, since columns count characters. */
  lineStart = 0;
  private pairs = 0;
  private pairsAtLineStart = 0;
  private pairsCountedTo = 0;
  private readonly hasPairs: boolean;

  private readonly indents: number[] = [];
  /** One candidate for each flow level, and which level's candidate begins at a token. */
  private readonly simpleKeys: SimpleKey[] = [newSimpleKey(-1)];
  private readonly levelByToken = new Map<number, number>();
  private tokens: Token[] = [];
  private head = 0;
  private parsed = 0;
  private available = false;
  private readonly obstacle: Obstacle;

  constructor(text: string) {
    this.text = text;
    this.end = text.length;
    this.obstacle = findObstacle(text);
    this.hasPairs = SURROGATE.test(text);
    if (text.charCodeAt(0) === 0xfeff) this.pos = this.lineStart = this.pairsCountedTo = 1;
  }

  /** The character at an offset; 0 beyond the end, which is what ends every loop. */
  at(offset: number): number {
    return offset < this.end ? this.text.charCodeAt(offset) : 0;
  }

  /** Steps over the line break at the current position; \r\n is one. */
  nextLine(): void {
    if (this.at(this.pos) === 13 && this.at(this.pos + 1) === 10) this.pos++;
    this.pos++;
    this.line++;
    if (this.hasPairs) {
      this.countPairs(this.pos);
      this.pairsAtLineStart = this.pairs;
    }
    this.lineStart = this.pos;
  }

  get column(): number {
    const column = this.pos - this.lineStart;
    if (!this.hasPairs) return column;
    this.countPairs(this.pos);
    return column - (this.pairs - this.pairsAtLineStart);
  }

  private countPairs(to: number): void {
    for (let i = this.pairsCountedTo; i < to; i++) if ((this.text.charCodeAt(i) & 0xfc00) === 0xd800) this.pairs++;
    if (to > this.pairsCountedTo) this.pairsCountedTo = to;
  }

  /** A fault of the scanner: kubectl names the line it had come to, or, on the first line, none. */
  fail(problem: string, start: number = this.pos, end: number = start + 1): never {
    throw new Fault(this.line === 0 ? problem : `line ${this.line + 1}: ${problem}`, start, end);
  }

  private failAtObstacle(): never {
    throw new Fault('control characters are not allowed', this.obstacle.at, this.obstacle.at + 1);
  }

  peek(): Token {
    if (!this.available) this.fetchMore();
    return this.tokens[this.head]!;
  }

  skip(): void {
    this.available = false;
    this.parsed++;
    this.head++;
    if (this.head > 512) {
      this.tokens = this.tokens.slice(this.head);
      this.head = 0;
    }
  }

  private fetchMore(): void {
    for (;;) {
      if (this.head !== this.tokens.length) {
        // A token that may yet turn out to be a key has to wait until that is known.
        const level = this.levelByToken.get(this.parsed);
        if (level === undefined || level >= this.simpleKeys.length || !this.isValid(this.simpleKeys[level]!)) break;
      }
      this.fetchNext();
      if (this.pos > this.obstacle.from) this.failAtObstacle();
    }
    this.available = true;
  }

  private fetchNext(): void {
    this.toNextToken();
    const column = this.column;
    this.unroll(column);
    const c = this.at(this.pos);
    // The longest indicators have four characters, which is how many are looked at here.
    if (this.pos + 4 > this.obstacle.from) this.failAtObstacle();
    if (this.pos >= this.end) {
      this.fetchStreamEnd();
      return;
    }
    const next = this.at(this.pos + 1);
    if (column === 0) {
      if (c === 37) {
        this.fetchDirective();
        return;
      }
      if (c === 45 && next === 45 && this.at(this.pos + 2) === 45 && isBlankOrEnd(this.at(this.pos + 3))) {
        this.fetchDocumentIndicator(T.DOCUMENT_START);
        return;
      }
      if (c === 46 && next === 46 && this.at(this.pos + 2) === 46 && isBlankOrEnd(this.at(this.pos + 3))) {
        this.fetchDocumentIndicator(T.DOCUMENT_END);
        return;
      }
    }
    const flow = this.flowLevel > 0;
    switch (c) {
      case 91:
        this.fetchFlowStart(T.FLOW_SEQUENCE_START);
        return;
      case 123:
        this.fetchFlowStart(T.FLOW_MAPPING_START);
        return;
      case 93:
        this.fetchFlowEnd(T.FLOW_SEQUENCE_END);
        return;
      case 125:
        this.fetchFlowEnd(T.FLOW_MAPPING_END);
        return;
      case 44:
        this.removeSimpleKey();
        this.simpleKeyAllowed = true;
        this.indicator(T.FLOW_ENTRY, 1);
        return;
      case 45:
        if (isBlankOrEnd(next)) {
          this.fetchBlockEntry();
          return;
        }
        break;
      case 63:
        if (flow || isBlankOrEnd(next)) {
          this.fetchKey();
          return;
        }
        break;
      case 58:
        if (flow || isBlankOrEnd(next)) {
          this.fetchValue();
          return;
        }
        break;
      case 42:
        this.fetchAnchor(T.ALIAS);
        return;
      case 38:
        this.fetchAnchor(T.ANCHOR);
        return;
      case 33:
        this.fetchTag();
        return;
      case 124:
      case 62:
        if (!flow) {
          this.removeSimpleKey();
          this.simpleKeyAllowed = true;
          const start = this.pos;
          const line = this.line;
          const scalar = scanBlockScalar(this, c === 124);
          // Its place is its header; the content is elsewhere.
          this.push(T.SCALAR, start, scalar.headerEnd, line, scalar.value);
          return;
        }
        break;
      case 39:
      case 34: {
        this.saveSimpleKey();
        this.simpleKeyAllowed = false;
        const start = this.pos;
        const line = this.line;
        const value = scanQuoted(this, c === 39);
        this.push(T.SCALAR, start, this.pos, line, value);
        return;
      }
    }
    // Of the indicators only - ? : may begin a plain scalar, and only before a character that is no blank.
    if (
      !(isBlankOrEnd(c) || (c < 128 && INDICATORS[c] === 1)) ||
      (c === 45 && !isBlank(next)) ||
      (!flow && (c === 63 || c === 58) && !isBlankOrEnd(next))
    ) {
      this.saveSimpleKey();
      this.simpleKeyAllowed = false;
      const start = this.pos;
      const line = this.line;
      const scalar = scanPlain(this);
      if (scalar.brokeLine) this.simpleKeyAllowed = true;
      this.push(T.SCALAR, start, scalar.end, line, scalar.value, '', true);
      return;
    }
    this.fail('found character that cannot start any token');
  }

  private push(type: number, start: number, end: number, line: number, value = '', suffix = '', plain = false): void {
    this.tokens.push({ type, start, end, line, value, suffix, plain });
  }

  private indicator(type: number, length: number): void {
    this.push(type, this.pos, this.pos + length, this.line);
    this.pos += length;
  }

  /** Inserts a token before one that was fetched already; `number` counts all tokens of the document. */
  private insert(number: number, type: number, start: number, line: number): void {
    const token: Token = { type, start, end: start, line, value: '', suffix: '', plain: false };
    // After `[]` or `{}` the token may be gone to the parser already: then the new one comes last.
    if (number < this.parsed) this.tokens.push(token);
    else this.tokens.splice(this.head + number - this.parsed, 0, token);
  }

  private toNextToken(): void {
    for (;;) {
      let c = this.at(this.pos);
      // A tab is white space only where no key can begin: it never indents.
      while (c === 32 || (c === 9 && (this.flowLevel > 0 || !this.simpleKeyAllowed))) c = this.at(++this.pos);
      if (c === 35) while (!isBreakOrEnd(c)) c = this.at(++this.pos);
      if (!isBreak(c)) return;
      this.nextLine();
      if (this.flowLevel === 0) this.simpleKeyAllowed = true;
    }
  }

  private isValid(key: SimpleKey): boolean {
    if (!key.possible) return false;
    let length = this.pos - key.start;
    if (this.hasPairs) {
      this.countPairs(this.pos);
      length -= this.pairs - key.pairs;
    }
    if (key.line < this.line || length > 1024) {
      if (key.required) this.fail("could not find expected ':'", key.start, this.lineEnd(key.start));
      key.possible = false;
      return false;
    }
    return true;
  }

  private saveSimpleKey(): void {
    if (!this.simpleKeyAllowed) return;
    const column = this.column;
    this.removeSimpleKey();
    const key = this.simpleKeys[this.simpleKeys.length - 1]!;
    key.possible = true;
    key.required = this.flowLevel === 0 && this.indent === column;
    key.tokenNumber = this.parsed + (this.tokens.length - this.head);
    key.start = this.pos;
    key.line = this.line;
    key.column = column;
    key.pairs = this.pairs;
    this.levelByToken.set(key.tokenNumber, this.simpleKeys.length - 1);
  }

  private removeSimpleKey(): void {
    const key = this.simpleKeys[this.simpleKeys.length - 1]!;
    if (!key.possible) return;
    if (key.required) this.fail("could not find expected ':'", key.start, this.lineEnd(key.start));
    key.possible = false;
    this.levelByToken.delete(key.tokenNumber);
  }

  lineEnd(offset: number): number {
    while (!isBreakOrEnd(this.at(offset))) offset++;
    return offset;
  }

  private roll(column: number, type: number, number: number, start: number, line: number): void {
    if (this.flowLevel > 0 || this.indent >= column) return;
    this.indents.push(this.indent);
    this.indent = column;
    if (this.indents.length > MAX_DEPTH) this.fail(`exceeded max depth of ${MAX_DEPTH}`);
    if (number < 0) this.push(type, start, start, line);
    else this.insert(number, type, start, line);
  }

  private unroll(column: number): void {
    if (this.flowLevel > 0) return;
    while (this.indent > column) {
      this.push(T.BLOCK_END, this.pos, this.pos, this.line);
      this.indent = this.indents.pop()!;
    }
  }

  private fetchStreamEnd(): void {
    this.unroll(-1);
    this.removeSimpleKey();
    this.simpleKeyAllowed = false;
    this.push(T.STREAM_END, this.pos, this.pos, this.line);
  }

  private fetchDocumentIndicator(type: number): void {
    this.unroll(-1);
    this.removeSimpleKey();
    this.simpleKeyAllowed = false;
    this.indicator(type, 3);
  }

  private fetchFlowStart(type: number): void {
    this.saveSimpleKey();
    this.simpleKeys.push(newSimpleKey(this.parsed + (this.tokens.length - this.head)));
    this.flowLevel++;
    if (this.flowLevel > MAX_DEPTH) this.fail(`exceeded max depth of ${MAX_DEPTH}`);
    this.simpleKeyAllowed = true;
    this.indicator(type, 1);
  }

  private fetchFlowEnd(type: number): void {
    this.removeSimpleKey();
    if (this.flowLevel > 0) {
      this.flowLevel--;
      this.levelByToken.delete(this.simpleKeys.pop()!.tokenNumber);
    }
    this.simpleKeyAllowed = false;
    this.indicator(type, 1);
  }

  private fetchBlockEntry(): void {
    if (this.flowLevel === 0) {
      if (!this.simpleKeyAllowed) this.fail('block sequence entries are not allowed in this context');
      this.roll(this.column, T.BLOCK_SEQUENCE_START, -1, this.pos, this.line);
    }
    this.removeSimpleKey();
    this.simpleKeyAllowed = true;
    this.indicator(T.BLOCK_ENTRY, 1);
  }

  private fetchKey(): void {
    if (this.flowLevel === 0) {
      if (!this.simpleKeyAllowed) this.fail('mapping keys are not allowed in this context');
      this.roll(this.column, T.BLOCK_MAPPING_START, -1, this.pos, this.line);
    }
    this.removeSimpleKey();
    this.simpleKeyAllowed = this.flowLevel === 0;
    this.indicator(T.KEY, 1);
  }

  private fetchValue(): void {
    const key = this.simpleKeys[this.simpleKeys.length - 1]!;
    if (this.isValid(key)) {
      this.insert(key.tokenNumber, T.KEY, key.start, key.line);
      this.roll(key.column, T.BLOCK_MAPPING_START, key.tokenNumber, key.start, key.line);
      key.possible = false;
      this.levelByToken.delete(key.tokenNumber);
      this.simpleKeyAllowed = false;
    } else {
      if (this.flowLevel === 0) {
        if (!this.simpleKeyAllowed) this.fail('mapping values are not allowed in this context');
        this.roll(this.column, T.BLOCK_MAPPING_START, -1, this.pos, this.line);
      }
      this.simpleKeyAllowed = this.flowLevel === 0;
    }
    this.indicator(T.VALUE, 1);
  }

  private fetchAnchor(type: number): void {
    this.saveSimpleKey();
    this.simpleKeyAllowed = false;
    const start = this.pos;
    let c = this.at(++this.pos);
    while (isAlpha(c)) c = this.at(++this.pos);
    if (this.pos === start + 1 || !(isBlankOrEnd(c) || '?:,]}%@`'.includes(String.fromCharCode(c)))) {
      this.fail('did not find expected alphabetic or numeric character', start, this.pos + 1);
    }
    this.push(type, start, this.pos, this.line, this.text.slice(start + 1, this.pos));
  }

  private fetchTag(): void {
    this.saveSimpleKey();
    this.simpleKeyAllowed = false;
    const start = this.pos;
    const { handle, suffix } = scanTag(this);
    this.push(T.TAG, start, this.pos, this.line, handle, suffix);
  }

  private fetchDirective(): void {
    this.unroll(-1);
    this.removeSimpleKey();
    this.simpleKeyAllowed = false;
    const start = this.pos;
    const line = this.line;
    const { isVersion, handle, suffix, end } = scanDirective(this);
    this.push(isVersion ? T.VERSION_DIRECTIVE : T.TAG_DIRECTIVE, start, end, line, handle, suffix);
  }

  skipBlanks(): void {
    while (isBlank(this.at(this.pos))) this.pos++;
  }

  /** Blanks and a comment up to the line's end, and over it: after directives and block scalar headers nothing else may stand. */
  toLineEnd(start: number): void {
    this.skipBlanks();
    if (this.at(this.pos) === 35) this.pos = this.lineEnd(this.pos);
    if (!isBreakOrEnd(this.at(this.pos))) this.fail('did not find expected comment or line break', start);
    if (isBreak(this.at(this.pos))) this.nextLine();
  }
}

function newSimpleKey(tokenNumber: number): SimpleKey {
  return { possible: false, required: false, tokenNumber, start: 0, line: 0, column: 0, pairs: 0 };
}

const SURROGATE = /[\ud800-\udbff]/;
