/**
 * Finds a text that is to be filled in before it is YAML: Go templates (`{{ … }}`) and Jinja (`{% … %}`). Undefined when it is YAML as it
 * stands, where the marks lie in strings: quoted, in block scalars, within words (`app-{{name}}`), in comments.
 *
 * A `{{` where a node begins is a mapping as the key of a mapping, which go-yaml refuses ("invalid map key"), and `{%` is no token: so
 * such a text never is a manifest, and a text that could be read need not be asked about. If it is known to be unreadable at `errorAt`,
 * a mark in any string on that line or the one before counts as well, as in `"{{ default "x" .Values.y }}"`.
 *
 * @returns the offset of the mark.
 */
export function isTemplateText(text: string, errorAt?: number): { offset: number } | undefined {
  if (errorAt === undefined && !mayBeginNode(text, '{{') && !mayBeginNode(text, '{%')) return undefined;
  const offset = new Scan(text).run(errorAt);
  return offset < 0 ? undefined : { offset };
}

/** Whether a mark follows what a node may follow in its line: then only a look at all lines before can tell. */
function mayBeginNode(text: string, mark: string): boolean {
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 2)) {
    let before = at - 1;
    let code = text.charCodeAt(before);
    while (code === SPACE || code === TAB) code = text.charCodeAt(--before);
    if (before < 0 || code === NEWLINE || code === COLON || code === DASH || code === QUESTION) return true;
    if (code === COMMA || code === OPEN_BRACKET || code === OPEN_BRACE) return true;
    // After a tag or an anchor.
    if (before < at - 1 && /[&!]\S*$/.test(text.slice(Math.max(0, before - 64), before + 1))) return true;
  }
  return false;
}

const TAB = 9;
const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const DOUBLE = 34;
const HASH = 35;
const PERCENT = 37;
const AMPERSAND = 38;
const SINGLE = 39;
const PLUS = 43;
const COMMA = 44;
const DASH = 45;
const COLON = 58;
const GREATER = 62;
const QUESTION = 63;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const BAR = 124;
const CLOSE_BRACE = 125;
const EXCLAMATION = 33;

/** No scalar goes on in the next line. */
const NONE = -2;

/** A walk over the lines that knows just enough YAML to tell where nodes begin. */
class Scan {
  readonly #text: string;
  #lineEnd = 0;
  /** The column that a block scalar's lines must lie beyond; a plain scalar's likewise. */
  #block = NONE;
  /** The block scalar's first line is yet to come, and its header does not say its indentation. */
  #opened = false;
  #plain = NONE;
  /** The quotation mark of a string that goes on in the next line. */
  #quote = 0;
  /** How many flow collections are open, and whether a node may begin in them. */
  #depth = 0;
  #fresh = false;

  constructor(text: string) {
    this.#text = text;
  }

  run(errorAt: number | undefined): number {
    const text = this.#text;
    const from = errorAt === undefined ? text.length : lineStart(text, lineStart(text, errorAt) - 1);
    let inString = -1;
    let mark = nextMark(text, 0);
    for (let at = 0; at < text.length && mark >= 0; at = this.#lineEnd + 1) {
      const end = text.indexOf('\n', at);
      this.#lineEnd = end < 0 ? text.length : end;
      const found = this.#line(at);
      if (found >= 0) return found;
      if (mark > this.#lineEnd) continue;
      if (errorAt !== undefined && at >= from && at <= errorAt && this.#block === NONE && !this.#hasComment(at, mark))
        inString = mark;
      mark = nextMark(text, this.#lineEnd);
    }
    return inString;
  }

  /** The offset of a mark where a node begins in this line, or -1. */
  #line(start: number): number {
    if (this.#quote !== 0) {
      const after = this.#closeQuote(start);
      if (after < 0) return -1;
      return this.#depth > 0 ? this.#flow(after) : this.#afterKey(after, start);
    }
    if (this.#depth > 0) return this.#flow(start);
    const first = this.#skip(start);
    if (first >= this.#lineEnd) return -1;
    const indent = first - start;
    const boundary = indent === 0 && this.#isBoundary(first);
    if (this.#block !== NONE) {
      if (indent > this.#block && !boundary) {
        // The first line of a block scalar says how far all others lie in.
        if (this.#opened) this.#block = indent - 1;
        this.#opened = false;
        return -1;
      }
      this.#block = NONE;
    }
    const code = this.#text.charCodeAt(first);
    if (code === HASH) {
      this.#plain = NONE;
      return -1;
    }
    if (this.#plain !== NONE) {
      if (indent > this.#plain && !boundary) {
        if (this.#hasComment(first)) this.#plain = NONE;
        return -1;
      }
      this.#plain = NONE;
    }
    if (boundary) return this.#node(this.#skip(first + 3), start, -1);
    if (code === PERCENT && indent === 0) return -1;
    return this.#node(first, start, NONE);
  }

  /** From a place where a node may begin; `parent` is the column of what it belongs to, if that is in the line. */
  #node(from: number, start: number, parent: number): number {
    const text = this.#text;
    const end = this.#lineEnd;
    let at = from;
    let outer = parent;
    while (at < end) {
      const code = text.charCodeAt(at);
      if ((code === DASH || code === QUESTION) && this.#isBlank(at + 1)) {
        outer = at - start;
        at = this.#skip(at + 1);
      } else if (code === AMPERSAND || code === EXCLAMATION) {
        at = this.#skip(this.#word(at));
      } else if (code === HASH) {
        return -1;
      } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
        return this.#flow(at);
      } else if (code === DOUBLE || code === SINGLE) {
        this.#quote = code;
        const after = this.#closeQuote(at + 1);
        return after < 0 ? -1 : this.#afterKey(after, start, at - start);
      } else if ((code === BAR || code === GREATER) && this.#isBlockHeader(at + 1)) {
        this.#block = outer === NONE ? at - start - 1 : outer;
        return -1;
      } else {
        const colon = this.#separator(at);
        if (colon < 0) {
          if (!this.#hasComment(at)) this.#plain = outer === NONE ? at - start - 1 : outer;
          return -1;
        }
        return this.#value(this.#skip(colon + 1), start, at - start);
      }
    }
    return -1;
  }

  /** The value of a key at `column`, in the key's line. */
  #value(from: number, start: number, column: number): number {
    const text = this.#text;
    let at = from;
    while (at < this.#lineEnd) {
      const code = text.charCodeAt(at);
      if (code === AMPERSAND || code === EXCLAMATION) at = this.#skip(this.#word(at));
      else if (code === DASH && this.#isBlank(at + 1)) return this.#node(at, start, column);
      else if (code === HASH) return -1;
      else if (code === OPEN_BRACE || code === OPEN_BRACKET) return this.#flow(at);
      else if (code === DOUBLE || code === SINGLE) {
        this.#quote = code;
        this.#closeQuote(at + 1);
        return -1;
      } else {
        if ((code === BAR || code === GREATER) && this.#isBlockHeader(at + 1)) this.#block = column;
        else if (!this.#hasComment(at)) this.#plain = column;
        return -1;
      }
    }
    return -1;
  }

  /** After a quoted string: it was a key if a colon follows. */
  #afterKey(from: number, start: number, column = 0): number {
    const at = this.#skip(from);
    if (this.#text.charCodeAt(at) !== COLON || !this.#isBlank(at + 1)) return -1;
    return this.#value(this.#skip(at + 1), start, column);
  }

  /** Within flow collections, up to the end of the line or of the outermost of them. */
  #flow(from: number): number {
    const text = this.#text;
    const end = this.#lineEnd;
    let at = from;
    if (this.#depth === 0) this.#fresh = true;
    for (; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code === SPACE || code === TAB || code === RETURN) continue;
      if (code === OPEN_BRACE || code === OPEN_BRACKET) {
        const next = text.charCodeAt(at + 1);
        if (code === OPEN_BRACE && (next === OPEN_BRACE || next === PERCENT)) return at;
        this.#depth++;
        this.#fresh = true;
      } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
        this.#fresh = false;
        if (--this.#depth === 0) return -1;
      } else if (code === COMMA || code === COLON) {
        this.#fresh = true;
      } else if ((code === DOUBLE || code === SINGLE) && this.#fresh) {
        this.#fresh = false;
        this.#quote = code;
        const after = this.#closeQuote(at + 1);
        if (after < 0) return -1;
        at = after - 1;
      } else if (code === HASH && this.#isBlank(at - 1)) {
        return -1;
      } else {
        this.#fresh = false;
      }
    }
    return -1;
  }

  /** The offset after the closing quotation mark, or -1 when the string goes on in the next line. */
  #closeQuote(from: number): number {
    const text = this.#text;
    const quote = this.#quote;
    for (let at = from; at < this.#lineEnd; at++) {
      const code = text.charCodeAt(at);
      if (code === BACKSLASH && quote === DOUBLE) at++;
      else if (code === quote) {
        if (quote === SINGLE && text.charCodeAt(at + 1) === SINGLE) at++;
        else {
          this.#quote = 0;
          return at + 1;
        }
      }
    }
    return -1;
  }

  /** The colon that ends a plain key, before any comment; -1 when there is none in the line. */
  #separator(from: number): number {
    const text = this.#text;
    for (let at = from; at < this.#lineEnd; at++) {
      const code = text.charCodeAt(at);
      if (code === COLON && this.#isBlank(at + 1)) return at;
      if (code === HASH && this.#isBlank(at - 1)) return -1;
    }
    return -1;
  }

  /** A comment ends a plain scalar: it cannot go on in the next line. */
  #hasComment(from: number, end = this.#lineEnd): boolean {
    for (let at = from; at < end; at++) {
      if (this.#text.charCodeAt(at) === HASH && (at === from || this.#isBlank(at - 1))) return true;
    }
    return false;
  }

  /** Whether only indentation and chomping indicators and a comment follow in the line. */
  #isBlockHeader(from: number): boolean {
    let at = from;
    this.#opened = true;
    for (; at < from + 2; at++) {
      const code = this.#text.charCodeAt(at);
      if (code >= 49 && code <= 57) this.#opened = false;
      else if (code !== DASH && code !== PLUS) break;
    }
    if (!this.#isBlank(at)) return false;
    const rest = this.#skip(at);
    return rest >= this.#lineEnd || this.#text.charCodeAt(rest) === HASH;
  }

  /** `---` or `...` at the start of a line. */
  #isBoundary(at: number): boolean {
    return (this.#text.startsWith('---', at) || this.#text.startsWith('...', at)) && this.#isBlank(at + 3);
  }

  #isBlank(at: number): boolean {
    if (at >= this.#lineEnd) return true;
    const code = this.#text.charCodeAt(at);
    return code === SPACE || code === TAB || code === RETURN || code === NEWLINE;
  }

  #skip(from: number): number {
    let at = from;
    while (at < this.#lineEnd && this.#isBlank(at)) at++;
    return at;
  }

  #word(from: number): number {
    let at = from;
    while (at < this.#lineEnd && !this.#isBlank(at)) at++;
    return at;
  }
}

function nextMark(text: string, from: number): number {
  for (let at = text.indexOf('{', from); at >= 0; at = text.indexOf('{', at + 1)) {
    const next = text.charCodeAt(at + 1);
    if (next === OPEN_BRACE || next === PERCENT) return at;
  }
  return -1;
}

function lineStart(text: string, at: number): number {
  return at <= 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}
