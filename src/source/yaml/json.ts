import { Fault } from './fault.ts';
import { goCharacter } from './go.ts';
import type { DuplicatePlace, Place } from './places.ts';
import { MAX_DEPTH } from './scanner.ts';

/** A JSON value and the offset behind it. */
export interface JsonValue {
  readonly value: unknown;
  readonly end: number;
  readonly place: Place | undefined;
  /** A key stands twice in an object. */
  readonly duplicated: boolean;
  readonly duplicates: readonly DuplicatePlace[];
  /** The syntax is JSON's, but a number is too large: kubectl sees that only when it decodes the object. */
  readonly overflow: Fault | undefined;
}

interface Frame {
  readonly target: unknown[] | Record<string, unknown>;
  readonly array: boolean;
  key: string | number;
  keyStart: number;
  keyEnd: number;
  readonly start: number;
  readonly place: Place | undefined;
}

/**
 * Reads the JSON value that begins at or after an offset, by the grammar of Go's encoding/json; undefined if only
 * white space is left. Integers beyond 2^53 become bigint. Input depth costs no calls.
 * @param record also make the tree of places, and list keys that stand twice
 * @throws Fault in the words of encoding/json; its `start` is where the fault is
 */
export function readJson(text: string, from: number, record: boolean): JsonValue | undefined {
  const reader = new JsonReader(text, from, record);
  return reader.read();
}

class JsonReader {
  private readonly text: string;
  private readonly record: boolean;
  private pos: number;
  /** The last line break passed: JSON has them only between tokens. */
  private lastNewline = -1;
  private readonly stack: Frame[] = [];
  private readonly duplicates: DuplicatePlace[] = [];
  private duplicated = false;
  private overflow: Fault | undefined;
  private place: Place | undefined;

  constructor(text: string, from: number, record: boolean) {
    this.text = text;
    this.pos = from;
    this.record = record;
  }

  read(): JsonValue | undefined {
    this.space();
    if (this.pos >= this.text.length) return undefined;
    for (;;) {
      // A value begins here; an opening bracket continues with its first element instead.
      let value = this.begin();
      while (value !== OPENED) {
        const frame = this.stack[this.stack.length - 1];
        if (frame === undefined)
          return {
            value,
            end: this.pos,
            place: this.place,
            duplicated: this.duplicated,
            duplicates: this.duplicates,
            overflow: this.overflow,
          };
        this.put(frame, value);
        this.space();
        const c = this.text.charCodeAt(this.pos);
        if (c === 44) {
          this.pos++;
          if (!frame.array) {
            this.space();
            this.key(frame);
          } else frame.key = (frame.key as number) + 1;
          break;
        }
        if (c !== (frame.array ? 93 : 125)) this.unexpected(frame.array ? 'after array element' : 'after object key:value pair');
        value = this.close(frame);
      }
    }
  }

  private begin(): unknown {
    this.space();
    const c = this.text.charCodeAt(this.pos);
    const start = this.pos;
    let value: unknown;
    switch (c) {
      case 123:
      case 91: {
        const array = c === 91;
        this.pos++;
        const frame: Frame = {
          target: array ? [] : {},
          array,
          key: 0,
          keyStart: 0,
          keyEnd: 0,
          start,
          place: this.record
            ? { keyStart: start, keyEnd: start + 1, valueStart: -1, valueEnd: -1, children: array ? [] : new Map() }
            : undefined,
        };
        this.stack.push(frame);
        if (this.stack.length > MAX_DEPTH) this.fail('exceeded max depth', start);
        this.space();
        if (this.text.charCodeAt(this.pos) === (array ? 93 : 125)) return this.close(frame);
        if (!array) this.key(frame);
        return OPENED;
      }
      case 34:
        value = this.string();
        break;
      case 116:
        value = this.word('true', true);
        break;
      case 102:
        value = this.word('false', false);
        break;
      case 110:
        value = this.word('null', null);
        break;
      default:
        if (c !== 45 && !(c >= 48 && c <= 57)) this.unexpected('looking for beginning of value');
        value = this.number();
    }
    if (this.record)
      this.place = { keyStart: start, keyEnd: this.pos, valueStart: start, valueEnd: this.pos, children: undefined };
    return value;
  }

  private close(frame: Frame): unknown {
    this.pos++;
    this.stack.pop();
    if (this.record) {
      const place = frame.place!;
      if (this.lastNewline < frame.start) {
        place.keyEnd = this.pos;
        place.valueStart = frame.start;
        place.valueEnd = this.pos;
      }
      this.place = place;
    }
    return frame.target;
  }

  private put(frame: Frame, value: unknown): void {
    const { key, target } = frame;
    if (frame.array) (target as unknown[]).push(value);
    else if (Object.hasOwn(target, key)) {
      this.duplicated = true;
      (target as Record<string, unknown>)[key] = value;
    } else if (key === '__proto__')
      Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
    else (target as Record<string, unknown>)[key] = value;
    if (!this.record) return;
    const place = this.place!;
    const children = frame.place!.children!;
    if (Array.isArray(children)) children.push(place);
    else {
      place.keyStart = frame.keyStart;
      place.keyEnd = frame.keyEnd;
      const first = children.get(key as string);
      if (first !== undefined) {
        const path = this.stack.slice(0, -1).map((outer) => outer.key);
        this.duplicates.push({ path, key: key as string, first, second: place });
      }
      children.set(key as string, place);
    }
  }

  private key(frame: Frame): void {
    const start = this.pos;
    if (this.text.charCodeAt(start) !== 34) this.unexpected('looking for beginning of object key string');
    const key = this.string();
    frame.key = key;
    frame.keyStart = start;
    frame.keyEnd = this.pos;
    this.space();
    if (this.text.charCodeAt(this.pos) !== 58) this.unexpected('after object key');
    this.pos++;
  }

  private string(): string {
    const { text } = this;
    let pos = this.pos + 1;
    let start = pos;
    let value = '';
    for (;;) {
      const c = text.charCodeAt(pos);
      if (c === 34) {
        value += text.slice(start, pos);
        this.pos = pos + 1;
        return value;
      }
      if (c === 92) {
        value += text.slice(start, pos);
        const letter = text.charAt(pos + 1);
        if (letter === 'u') {
          const unit = this.hex(pos + 2);
          pos += 6;
          if (unit >= 0xd800 && unit < 0xdc00 && text.charCodeAt(pos) === 92 && text.charAt(pos + 1) === 'u') {
            const low = this.hex(pos + 2);
            if (low >= 0xdc00 && low < 0xe000) {
              value += String.fromCharCode(unit, low);
              pos += 6;
            } else value += '\ufffd';
          } else value += unit >= 0xd800 && unit < 0xe000 ? '\ufffd' : String.fromCharCode(unit);
        } else {
          const escaped = ESCAPES.get(letter);
          if (escaped === undefined) this.unexpected('in string escape code', pos + 1);
          value += escaped;
          pos += 2;
        }
        start = pos;
        continue;
      }
      if (c < 32 || pos >= text.length) this.unexpected('in string literal', pos);
      pos++;
    }
  }

  private hex(at: number): number {
    let value = 0;
    for (let i = at; i < at + 4; i++) {
      const digit = '0123456789abcdef'.indexOf(this.text.charAt(i).toLowerCase() || '-');
      if (digit < 0) this.unexpected('in \\u hexadecimal character escape', i);
      value = value * 16 + digit;
    }
    return value;
  }

  private number(): number | bigint {
    const { text } = this;
    const start = this.pos;
    let pos = start;
    let c = text.charCodeAt(pos);
    if (c === 45) c = text.charCodeAt(++pos);
    if (c === 48) c = text.charCodeAt(++pos);
    else if (c >= 49 && c <= 57) while (c >= 48 && c <= 57) c = text.charCodeAt(++pos);
    else this.unexpected('in numeric literal', pos);
    let whole = true;
    if (c === 46) {
      whole = false;
      const point = ++pos;
      c = text.charCodeAt(pos);
      while (c >= 48 && c <= 57) c = text.charCodeAt(++pos);
      if (pos === point) this.unexpected('after decimal point in numeric literal', pos);
    }
    if (c === 101 || c === 69) {
      whole = false;
      c = text.charCodeAt(++pos);
      if (c === 43 || c === 45) c = text.charCodeAt(++pos);
      const exponent = pos;
      while (c >= 48 && c <= 57) c = text.charCodeAt(++pos);
      if (pos === exponent) this.unexpected('in exponent of numeric literal', pos);
    }
    this.pos = pos;
    const literal = text.slice(start, pos);
    const value = Number(literal);
    if (whole) {
      if (value === 0) return 0;
      if (Number.isSafeInteger(value) || Math.abs(value) > 2 ** 64) return value;
      const exact = BigInt(literal);
      return exact < -(2n ** 63n) || exact >= 2n ** 64n ? value : exact;
    }
    if (!Number.isFinite(value))
      this.overflow ??= new Fault(`json: cannot unmarshal number ${literal} into Go value of type float64`, start, pos);
    return value;
  }

  private word(word: string, value: unknown): unknown {
    for (let i = 1; i < word.length; i++) {
      if (this.text.charCodeAt(this.pos + i) !== word.charCodeAt(i)) {
        this.unexpected(`in literal ${word} (expecting '${word.charAt(i)}')`, this.pos + i);
      }
    }
    this.pos += word.length;
    return value;
  }

  private space(): void {
    const { text } = this;
    let c = text.charCodeAt(this.pos);
    while (c === 32 || c === 10 || c === 13 || c === 9) {
      if (c === 10 || c === 13) this.lastNewline = this.pos;
      c = text.charCodeAt(++this.pos);
    }
  }

  private unexpected(context: string, at: number = this.pos): never {
    if (at >= this.text.length) this.fail('unexpected EOF', at);
    this.fail(`invalid character '${goCharacter(this.text.codePointAt(at)!)}' ${context}`, at);
  }

  private fail(message: string, at: number): never {
    throw new Fault(message, at, at + 1);
  }
}

const OPENED = Symbol('opened');

const ESCAPES = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['\\', '\\'],
  ['/', '/'],
  ['"', '"'],
]);
