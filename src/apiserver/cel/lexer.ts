import { MAX_INT, MAX_UINT, MIN_INT, UInt, type Value } from './values.ts';

/** The tokens of CEL, as of cel-go's CEL.g4. Offsets are code units of the text. */
export interface Token {
  readonly type: 'ident' | 'number' | 'text' | 'sign' | 'end';
  readonly at: number;
  readonly text: string;
  /** Of a text literal. */
  readonly value?: Value;
}

/** A fault of the text itself. */
export class SyntaxFault extends Error {
  readonly at: number;
  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

const BLANK = /(?:[\t \r\n\f]|\/\/[^\n]*)+/y;
const IDENT = /[A-Za-z_][A-Za-z0-9_]*/y;
const NUMBER =
  /(?:[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|\.[0-9]+(?:[eE][+-]?[0-9]+)?|0x[0-9a-fA-F]+[uU]?|[0-9]+[uU]?)/y;
const QUOTED = /(?:[bB][rR]?|[rR][bB]?)?(?:"""|'''|"|')/y;
const SIGN = /(?:==|!=|<=|>=|&&|\|\||[-+*/%!<>?:.,()[\]{}])/y;

/** Throws a SyntaxFault. */
export function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const found = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  while (true) {
    at += found(BLANK)?.length ?? 0;
    if (at >= source.length) break;
    const quote = found(QUOTED);
    if (quote !== undefined) {
      const token = textLiteral(source, at, quote);
      tokens.push(token);
      at += token.text.length;
      continue;
    }
    const ident = found(IDENT);
    const number = ident === undefined ? found(NUMBER) : undefined;
    const text = ident ?? number ?? found(SIGN);
    if (text === undefined) {
      const char = String.fromCodePoint(source.codePointAt(at)!);
      throw new SyntaxFault(at, `Syntax error: token recognition error at: '${char}'`);
    }
    tokens.push({ type: ident !== undefined ? 'ident' : number !== undefined ? 'number' : 'sign', at, text });
    at += text.length;
  }
  tokens.push({ type: 'end', at: source.length, text: '<EOF>' });
  return tokens;
}

/** The value of a number as it is written, with a minus where there was one. Throws a SyntaxFault. */
export function numberOf({ text, at }: Token, negative: boolean): Value {
  const sign = negative ? '-' : '';
  if (/[uU]$/.test(text)) {
    const value = BigInt(text.slice(0, -1));
    if (negative || value > MAX_UINT) throw new SyntaxFault(at, 'invalid uint literal');
    return new UInt(value);
  }
  if (/^(?:0x[0-9a-fA-F]+|[0-9]+)$/.test(text)) {
    if (text.length > 40) throw new SyntaxFault(at, 'invalid int literal');
    const value = negative ? -BigInt(text) : BigInt(text);
    if (value < MIN_INT || value > MAX_INT) throw new SyntaxFault(at, 'invalid int literal');
    return value;
  }
  const value = Number(sign + text);
  if (!Number.isFinite(value)) throw new SyntaxFault(at, 'invalid double literal');
  return value;
}

function textLiteral(source: string, at: number, opening: string): Token {
  const prefix = opening.replace(/["']+$/, '').toLowerCase();
  const quote = opening.slice(prefix.length);
  const raw = prefix.includes('r');
  const start = at + opening.length;
  let end = start;
  while (true) {
    if (end >= source.length || (quote.length === 1 && (source[end] === '\n' || source[end] === '\r'))) {
      throw new SyntaxFault(at, `Syntax error: token recognition error at: '${source.slice(at, end)}'`);
    }
    if (source.startsWith(quote, end)) break;
    end += source[end] === '\\' && !raw ? 2 : 1;
  }
  const body = source.slice(start, end);
  const text = source.slice(at, end + quote.length);
  const bytes = prefix.includes('b');
  const plain = raw ? body : body.includes('\\') ? unescapeText(body, bytes, at) : body;
  const value = bytes ? (typeof plain === 'string' ? new TextEncoder().encode(plain) : plain) : plain;
  return { type: 'text', at, text, value };
}

const ESCAPE = /\\(?:([abfnrtv\\?"'`])|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2}))/y;
const NAMED: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

function unescapeText(body: string, bytes: boolean, at: number): string | Uint8Array {
  let out = '';
  const raw: number[] = [];
  const encoder = new TextEncoder();
  const put = (text: string): void => {
    if (bytes) for (const byte of encoder.encode(text)) raw.push(byte);
    else out += text;
  };
  for (let i = 0; i < body.length; ) {
    if (body[i] !== '\\') {
      const next = body.indexOf('\\', i);
      const end = next < 0 ? body.length : next;
      put(body.slice(i, end));
      i = end;
      continue;
    }
    ESCAPE.lastIndex = i;
    const found = ESCAPE.exec(body);
    if (found === null) throw new SyntaxFault(at, 'Syntax error: invalid escape sequence');
    const [whole, named, hex, short, long, octal] = found;
    i += whole.length;
    if (named !== undefined) put(NAMED[named] ?? named);
    else if (hex !== undefined || octal !== undefined) {
      const code = hex === undefined ? Number.parseInt(octal!, 8) : Number.parseInt(hex, 16);
      if (bytes) raw.push(code);
      else out += String.fromCharCode(code);
    } else {
      const code = Number.parseInt(short ?? long!, 16);
      if (bytes || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        throw new SyntaxFault(at, 'Syntax error: invalid unicode code point');
      put(String.fromCodePoint(code));
    }
  }
  return bytes ? Uint8Array.from(raw) : out;
}
