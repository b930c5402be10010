import { INDICATORS } from './characters.ts';
import { foldedScalar, literalScalar } from './fast-block.ts';
import { quotedWithEscapes } from './fast-quoted.ts';
import { KeyCache } from './keys.ts';
import { type Place, withinLine } from './places.ts';
import { HINTS, resolvePlain } from './scalar.ts';

/** Thrown where the fast reader is not sure; the exact reader then decides. Never leaves src/source/yaml. */
export const REFUSED = new Error('not for the fast reader');

/** Deeper than this nobody writes by hand; the exact reader goes on without calls. */
const DEPTH = 200;
/** A key and its colon have to be within 1024 characters; close to that the exact reader counts. */
const KEY_LENGTH = 1000;

let scratch = new Uint16Array(0);
let scratchBytes = Buffer.from(scratch.buffer);
let keys: KeyCache | undefined;

/**
 * Reads the block style that nearly all manifests are written in, and flow collections, in one pass over the text.
 * It knows a subset of YAML and answers only where the exact reader would say the same: no anchors, tags, merge or
 * complex keys, no key twice, no tab that might be indentation, and no error of any kind.
 */
export class FastReader {
  readonly text: string;
  readonly codes: Uint16Array;
  readonly end: number;
  /** Make the tree of places as well: `place` is that of the value read last. */
  private readonly record: boolean;
  private readonly keys: KeyCache;
  pos = 0;
  /** After `nextContent`: the column of the token at `pos`, -1 at the document's end. */
  private column = 0;
  private blankLines = 0;
  /** A comment was passed since the last scalar, which ends a plain one. */
  private commented = false;
  place: Place | undefined;

  /** @param text one document; lines end with \n, the last one too; no character of `UNCOMMON` is in it */
  constructor(text: string, record: boolean) {
    this.text = text;
    this.end = text.length;
    this.record = record;
    this.keys = keys ??= new KeyCache();
    if (scratch.length <= text.length) {
      scratch = new Uint16Array(Math.max(text.length + 1, 1 << 16));
      scratchBytes = Buffer.from(scratch.buffer);
    }
    scratchBytes.write(text, 'utf16le');
    scratch[text.length] = 0;
    this.codes = scratch;
  }

  /**
   * The document's value, null if there is none; once for each reader.
   * @throws REFUSED
   */
  document(): unknown {
    if (this.text.startsWith('---')) {
      const next = this.codes[3];
      if (next !== 10 && next !== 32) throw REFUSED;
      this.endLine(3);
    }
    this.nextContent();
    if (this.column < 0) return null;
    const value = this.block(-1, DEPTH);
    if (this.column >= 0) throw REFUSED;
    return value;
  }

  /** From a line's start over empty lines and comments to the next token; sets `pos` and `column`. */
  private nextContent(): void {
    const { codes, end } = this;
    let pos = this.pos;
    this.blankLines = 0;
    while (pos < end) {
      const start = pos;
      let c = codes[pos]!;
      while (c === 32) c = codes[++pos]!;
      if (c === 10) {
        pos++;
        this.blankLines++;
        continue;
      }
      if (c === 35) {
        this.commented = true;
        pos = this.text.indexOf('\n', pos) + 1;
        continue;
      }
      // A tab is no indentation, and `...` ends a document.
      if (c === 9 || (c === 46 && pos === start && this.text.startsWith('...', pos))) throw REFUSED;
      this.pos = pos;
      this.column = pos - start;
      return;
    }
    this.pos = end;
    this.column = -1;
  }

  /** What may follow a value on its line: blanks and a comment. Leaves `pos` at the next line's start. */
  private endLine(at: number): void {
    const { codes } = this;
    let pos = at;
    let c = codes[pos];
    if (c === 10) {
      this.pos = pos + 1;
      this.commented = false;
      return;
    }
    while (c === 32 || c === 9) c = codes[++pos];
    if (c === 10) this.commented = false;
    else {
      if (c !== 35 || pos === at) throw REFUSED;
      this.commented = true;
      pos = this.text.indexOf('\n', pos);
    }
    this.pos = pos + 1;
  }

  /**
   * A node that begins at `pos`, the first token of its line or the first behind dashes, at `column`.
   * @param indent column of the collection it is in, -1 at the root
   */
  private block(indent: number, depth: number): unknown {
    if (depth === 0) throw REFUSED;
    const { codes, pos } = this;
    const c = codes[pos]!;
    switch (c) {
      case 45:
        if (isBlank(codes[pos + 1]!)) return this.sequence(this.column, false, depth);
        break;
      case 34:
      case 39: {
        const column = this.column;
        const value = this.quoted(pos);
        let next = this.pos;
        while (codes[next] === 32) next++;
        if (codes[next] === 58) {
          this.pos = pos;
          this.column = column;
          return this.mapping(column, depth);
        }
        if (indent < 0) throw REFUSED;
        if (this.record) this.mark(pos, this.pos);
        this.endLine(this.pos);
        this.nextContent();
        return value;
      }
      case 91:
      case 123: {
        const value = this.flow(pos, depth);
        this.endLine(this.pos);
        this.nextContent();
        return value;
      }
      case 124:
      case 62: {
        if (indent < 0) throw REFUSED;
        const value = this.blockScalar(pos, indent);
        this.nextContent();
        return value;
      }
    }
    if (this.isKey(pos)) return this.mapping(this.column, depth);
    if (indent < 0) throw REFUSED;
    return this.plain(pos, indent);
  }

  /** Whether a plain text on this line is a key: whether `: ` is in it before a comment. */
  private isKey(from: number): boolean {
    const { codes } = this;
    for (let pos = from; ; pos++) {
      const c = codes[pos]!;
      if (c > 58) continue;
      if (c === 58) {
        if (isBlank(codes[pos + 1]!)) return true;
      } else if (c === 10) return false;
      else if (c === 35 && pos > from && isBlank(codes[pos - 1]!)) return false;
    }
  }

  private mapping(column: number, depth: number): Record<string, unknown> {
    const { codes } = this;
    const object: Record<string, unknown> = {};
    const children = this.record ? new Map<string, Place>() : undefined;
    // A bit for each key, by the hash of its text: only where it is set already can the key be there. All are set as
    // soon as a key is not what is written.
    let seen = 0;
    do {
      const start = this.pos;
      let c = codes[start]!;
      let pos = start;
      let key: string;
      let hash = 0;
      if (c === 34 || c === 39) {
        key = this.quoted(start);
        pos = this.pos;
        if (pos - start > KEY_LENGTH || this.text.indexOf('\n', start) < pos) throw REFUSED;
        seen = -1;
        while (codes[pos] === 32) pos++;
        if (codes[pos] !== 58 || !isBlank(codes[pos + 1]!)) throw REFUSED;
      } else {
        if (c < 128 && INDICATORS[c] === 1) this.checkStart(start);
        for (;;) {
          if (c <= 58) {
            if (c === 58) {
              const next = codes[pos + 1]!;
              if (next === 32 || next === 10 || next === 9) break;
            } else if (c === 10 || (c === 35 && isBlank(codes[pos - 1]!))) throw REFUSED;
          }
          hash = (Math.imul(hash, 31) + c) | 0;
          c = codes[++pos]!;
        }
        if (pos - start > KEY_LENGTH) throw REFUSED;
        let end = pos;
        while (isBlank(codes[end - 1]!)) end--;
        key = this.keys.get(this.text, codes, start, end, hash);
        const first = codes[start]!;
        if (end !== pos) seen = -1;
        if (first < 128 && (HINTS[first] !== 0 || first === 60)) {
          const written = key;
          key = plainKey(written);
          if (key !== written) seen = -1;
        }
      }
      const bit = 1 << (hash ^ (hash >>> 5) ^ (hash >>> 10));
      if ((seen & bit) !== 0 && Object.hasOwn(object, key)) throw REFUSED;
      seen |= bit;
      const keyEnd = pos;

      c = codes[++pos]!;
      while (c === 32 || c === 9) c = codes[++pos]!;
      let value: unknown;
      if (c === 10 || c === 35) {
        if (this.record) this.place = newPlace();
        this.endLine(keyEnd + 1);
        this.nextContent();
        if (this.column > column) value = this.block(column, depth - 1);
        else if (this.column === column && codes[this.pos] === 45 && isBlank(codes[this.pos + 1]!)) {
          value = this.sequence(column, true, depth - 1);
        } else value = null;
      } else value = this.value(pos, c, column, depth);
      if (key === '__proto__') throw REFUSED;
      object[key] = value;
      if (children !== undefined) {
        let end = keyEnd;
        while (isBlank(codes[end - 1]!)) end--;
        const place = this.place!;
        place.keyStart = start;
        place.keyEnd = end;
        children.set(key, place);
      }
    } while (this.column === column);
    if (this.column > column) throw REFUSED;
    if (children !== undefined) {
      const place = newPlace();
      place.children = children;
      this.place = place;
    }
    return object;
  }

  /** @param indentless the dashes stand in the column of the key whose value this is: another key ends it */
  private sequence(column: number, indentless: boolean, depth: number): unknown[] {
    if (depth === 0) throw REFUSED;
    const { codes } = this;
    const array: unknown[] = [];
    const children: Place[] | undefined = this.record ? [] : undefined;
    do {
      const dash = this.pos;
      if (codes[dash] !== 45 || !isBlank(codes[dash + 1]!)) {
        if (indentless) break;
        throw REFUSED;
      }
      let pos = dash + 1;
      let c = codes[pos]!;
      while (c === 32) c = codes[++pos]!;
      let first = pos;
      if (c === 10 || (c === 35 && pos > dash + 1)) {
        if (this.record) this.place = newPlace();
        this.endLine(dash + 1);
        this.nextContent();
        if (this.column > column) {
          first = this.pos;
          array.push(this.block(column, depth - 1));
        } else {
          first = dash;
          array.push(null);
        }
      } else {
        if (c === 9) throw REFUSED;
        this.pos = pos;
        this.column = column + pos - dash;
        array.push(this.block(column, depth - 1));
      }
      if (children !== undefined) {
        const place = this.place!;
        this.markElement(place, first);
        children.push(place);
      }
    } while (this.column === column);
    if (this.column > column) throw REFUSED;
    if (children !== undefined) {
      const place = newPlace();
      place.children = children;
      this.place = place;
    }
    return array;
  }

  /** A value on its key's line. */
  private value(pos: number, c: number, column: number, depth: number): unknown {
    let value: unknown;
    switch (c) {
      case 34:
      case 39:
        value = this.quoted(pos);
        if (this.record) this.mark(pos, this.pos);
        break;
      case 91:
      case 123:
        value = this.flow(pos, depth);
        break;
      case 124:
      case 62:
        value = this.blockScalar(pos, column);
        this.nextContent();
        return value;
      default:
        return this.plain(pos, column);
    }
    this.endLine(this.pos);
    this.nextContent();
    return value;
  }

  /** An indicator begins a plain scalar only if it is one of - ? : and no blank follows. */
  private checkStart(pos: number): void {
    const c = this.codes[pos];
    if ((c !== 45 && c !== 63 && c !== 58) || isBlank(this.codes[pos + 1]!)) throw REFUSED;
  }

  /** A plain scalar, over all of its lines: those that are indented more than the collection it is in. */
  private plain(start: number, indent: number): unknown {
    const { codes } = this;
    let c = codes[start]!;
    if (c < 128 && INDICATORS[c] === 1) this.checkStart(start);
    const end = this.plainLine(start);
    if (this.record) this.mark(start, end);
    this.nextContent();
    if (this.column <= indent) {
      c = codes[start]!;
      if (c < 128 && HINTS[c] !== 0) return this.typed(start, end);
      return this.text.slice(start, end);
    }
    let value = this.text.slice(start, end);
    do {
      if (this.commented) throw REFUSED;
      const from = this.pos;
      value += this.blankLines === 0 ? ' ' : '\n'.repeat(this.blankLines);
      value += this.text.slice(from, this.plainLine(from));
      this.nextContent();
    } while (this.column > indent);
    return resolvePlain(value);
  }

  /** One line of a plain scalar: its end; `pos` is then at the next line's start. */
  private plainLine(start: number): number {
    const { codes } = this;
    let pos = start;
    for (;;) {
      const c = codes[pos]!;
      if (c <= 58) {
        if (c === 10) {
          this.commented = false;
          this.pos = pos + 1;
          break;
        }
        if (c === 58) {
          if (isBlank(codes[pos + 1]!)) throw REFUSED;
        } else if (c === 35 && isBlank(codes[pos - 1]!)) {
          this.commented = true;
          this.pos = this.text.indexOf('\n', pos) + 1;
          break;
        }
      }
      pos++;
    }
    while (isBlank(codes[pos - 1]!)) pos--;
    return pos;
  }

  /** A scalar that may be something else than a string; short decimal integers are the rule. */
  private typed(start: number, end: number): unknown {
    const { codes } = this;
    const first = codes[start]!;
    if (first >= 49 && first <= 57 && end - start <= 9) {
      let value = 0;
      let pos = start;
      for (; pos < end; pos++) {
        const c = codes[pos]!;
        if (c < 48 || c > 57) break;
        value = value * 10 + c - 48;
      }
      if (pos === end) return value;
    }
    return resolvePlain(this.text.slice(start, end));
  }

  /** A quoted scalar; `pos` is then behind its closing quote. */
  private quoted(open: number): string {
    const { codes } = this;
    const quote = codes[open];
    let pos = open + 1;
    if (quote === 34) {
      for (;;) {
        const c = codes[pos]!;
        if (c === 34) break;
        if (c === 92 || c === 10) return quotedWithEscapes(this, open);
        pos++;
      }
    } else {
      for (;;) {
        const c = codes[pos]!;
        if (c === 39) {
          if (codes[pos + 1] === 39) return quotedWithEscapes(this, open);
          break;
        }
        if (c === 10) return quotedWithEscapes(this, open);
        pos++;
      }
    }
    this.pos = pos + 1;
    return this.text.slice(open + 1, pos);
  }

  /** `pos` is then at the start of the line behind it. */
  private blockScalar(header: number, indent: number): string {
    const { codes } = this;
    let pos = header + 1;
    let chomp = 0;
    let increment = 0;
    for (let i = 0; i < 2; i++) {
      const c = codes[pos]!;
      if (chomp === 0 && (c === 43 || c === 45)) chomp = c === 43 ? 1 : -1;
      else if (increment === 0 && c >= 49 && c <= 57) increment = c - 48;
      else break;
      pos++;
    }
    if (this.record) this.mark(header, pos);
    this.endLine(pos);
    this.commented = false;
    return codes[header] === 124 ? literalScalar(this, indent, increment, chomp) : foldedScalar(this, indent, increment, chomp);
  }

  /** A flow collection; `pos` is then behind its closing bracket. */
  private flow(open: number, depth: number): unknown {
    if (depth === 0) throw REFUSED;
    const { codes } = this;
    const isMapping = codes[open] === 123;
    const close = isMapping ? 125 : 93;
    const object: Record<string, unknown> = {};
    const array: unknown[] = [];
    const children: Map<string, Place> | Place[] | undefined = this.record
      ? isMapping
        ? new Map<string, Place>()
        : []
      : undefined;
    let pos = this.flowSpace(open + 1);
    while (codes[pos] !== close) {
      const start = pos;
      let key = '';
      let keyEnd = pos;
      let value: unknown = null;
      if (isMapping) {
        key = this.flowKey(pos);
        keyEnd = this.pos;
        pos = keyEnd;
        while (codes[pos] === 32) pos++;
        if (this.record) this.place = newPlace();
        if (codes[pos] === 58) {
          pos = this.flowSpace(pos + 1);
          if (codes[pos] !== 44 && codes[pos] !== close) {
            value = this.flowNode(pos, depth);
            pos = this.pos;
          }
        }
        if (key === '__proto__' || Object.hasOwn(object, key)) throw REFUSED;
        object[key] = value;
      } else {
        array.push(this.flowNode(pos, depth));
        pos = this.pos;
      }
      if (children !== undefined) {
        const place = this.place!;
        if (Array.isArray(children)) {
          this.markElement(place, start);
          children.push(place);
        } else {
          place.keyStart = start;
          place.keyEnd = keyEnd;
          children.set(key, place);
        }
      }
      pos = this.flowSpace(pos);
      if (codes[pos] === 44) pos = this.flowSpace(pos + 1);
      else if (codes[pos] !== close) throw REFUSED;
    }
    this.pos = pos + 1;
    if (children !== undefined) {
      const place = newPlace();
      place.children = children;
      if (this.isOneLine(open, pos)) {
        place.valueStart = open;
        place.valueEnd = pos + 1;
      }
      this.place = place;
    }
    return isMapping ? object : array;
  }

  private flowKey(start: number): string {
    const { codes } = this;
    const c = codes[start]!;
    let key: string;
    if (c === 34 || c === 39) {
      key = this.quoted(start);
      if (this.text.indexOf('\n', start) < this.pos) throw REFUSED;
    } else {
      const end = this.flowPlain(start);
      key = plainKey(this.text.slice(start, end));
      this.pos = end;
    }
    if (this.pos - start > KEY_LENGTH) throw REFUSED;
    return key;
  }

  private flowNode(start: number, depth: number): unknown {
    const c = this.codes[start]!;
    if (c === 91 || c === 123) return this.flow(start, depth - 1);
    let value: unknown;
    if (c === 34 || c === 39) value = this.quoted(start);
    else {
      const end = this.flowPlain(start);
      value = resolvePlain(this.text.slice(start, end));
      this.pos = end;
    }
    if (this.record) this.mark(start, this.pos);
    return value;
  }

  /** A plain scalar on one line of a flow collection: its end. What stops it is left to the caller to like. */
  private flowPlain(start: number): number {
    const { codes } = this;
    let pos = start;
    let c = codes[pos]!;
    if (c < 128 && INDICATORS[c] === 1 && (c !== 45 || !goesOn(codes[pos + 1]!))) throw REFUSED;
    for (;;) {
      if (c === 44 || c === 93 || c === 125 || c === 10) break;
      if (c === 91 || c === 123 || c === 63) throw REFUSED;
      if (c === 58 && isBlank(codes[pos + 1]!)) break;
      if (c === 35 && isBlank(codes[pos - 1]!)) throw REFUSED;
      c = codes[++pos]!;
    }
    while (isBlank(codes[pos - 1]!)) pos--;
    return pos;
  }

  /** Over blanks, line breaks and comments within a flow collection. */
  private flowSpace(from: number): number {
    const { codes, end } = this;
    let pos = from;
    for (;;) {
      const c = codes[pos]!;
      if (c === 10) {
        if (pos + 1 >= end || codes[pos + 1] === 46) throw REFUSED;
      } else if (c === 35) {
        pos = this.text.indexOf('\n', pos);
        continue;
      } else if (c !== 32 && c !== 9) return pos;
      pos++;
    }
  }

  private mark(start: number, end: number): void {
    const place = newPlace();
    place.valueStart = start;
    place.valueEnd = withinLine(this.text, start, end);
    this.place = place;
  }

  /** The first token of a list's element: of a mapping its first key. */
  private markElement(place: Place, first: number): void {
    place.keyStart = first;
    if (place.valueStart === first) place.keyEnd = place.valueEnd;
    else {
      const { children } = place;
      const inner: Place | undefined = Array.isArray(children) ? children[0] : children?.values().next().value;
      place.keyEnd = inner !== undefined && inner.keyStart === first ? inner.keyEnd : first + 1;
    }
  }

  private isOneLine(start: number, end: number): boolean {
    const { codes } = this;
    for (let pos = start; pos < end; pos++) if (codes[pos] === 10) return false;
    return true;
  }
}

function newPlace(): Place {
  return { keyStart: 0, keyEnd: 0, valueStart: -1, valueEnd: -1, children: undefined };
}

function isBlank(c: number): boolean {
  return c === 32 || c === 10 || c === 9;
}

/** Behind a dash in a flow collection: a digit, a dot or a letter makes it the begin of a plain scalar. */
function goesOn(c: number): boolean {
  return c === 46 || (c >= 48 && c <= 57) || (c >= 97 && c <= 122) || (c >= 65 && c <= 90);
}

/** A plain key that may be no string: booleans have one spelling as keys, integers are taken only as they are written. */
function plainKey(text: string): string {
  if (text === '<<') throw REFUSED;
  const value = resolvePlain(text);
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number' && String(value) === text && Number.isSafeInteger(value)) return text;
  throw REFUSED;
}
