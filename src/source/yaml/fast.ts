import { INDICATORS } from './characters.ts';
import { Anchors, isMerge } from './fast-anchors.ts';
import { foldedScalar, literalScalar } from './fast-block.ts';
import { readFlow } from './fast-flow.ts';
import { quotedWithEscapes } from './fast-quoted.ts';
import type { Recorder } from './recorder.ts';
import { HINTS, resolvePlain } from './scalar.ts';

/** Thrown where the fast reader is not sure; the exact reader then decides. Never leaves src/source/yaml. */
export const REFUSED = new Error('not for the fast reader');

/** Deeper than this nobody writes by hand; the exact reader goes on without calls. */
const DEPTH = 200;
/** A key and its colon have to be within 1024 characters; close to that the exact reader counts. */
export const KEY_LENGTH = 1000;

let scratch = new Uint16Array(0);
let scratchBytes = Buffer.from(scratch.buffer);

/**
 * Keys that were met, by their hash: manifests have few, and one that is there already needs neither a new string nor a place among V8's
 * internal ones, which together were nearly half the price of reading.
 */
const KEYS_MASK = 4095;
const LONGEST_KEPT = 40;
const KEYS: (string | undefined)[] = new Array(KEYS_MASK + 1).fill(undefined);

function isWritten(key: string, codes: Uint16Array, start: number, end: number): boolean {
  const length = end - start;
  if (key.length !== length) return false;
  for (let i = 0; i < length; i++) if (key.charCodeAt(i) !== codes[start + i]) return false;
  return true;
}

/**
 * Reads the block style that nearly all manifests are written in, and flow collections, in one pass over the text.
 * It knows a subset of YAML and answers only where the exact reader would say the same: no tags, no complex keys, no
 * tab that might be indentation, and no error of any kind.
 *
 * Characters are read from an array of their codes, which is faster than from the string; strings are slices of that.
 * There is one such array for all readers: one has to be done before the next begins.
 */
export class FastReader {
  readonly text: string;
  readonly codes: Uint16Array;
  readonly end: number;
  readonly recorder: Recorder | undefined;
  private anchors: Anchors | undefined;
  /** Elements of the lists that are being read, the innermost last: to an array that grows, V8 gives room for 17, and most have one or two. */
  private readonly elements: unknown[] = [];
  private waiting = 0;
  pos = 0;
  /** After `nextContent`: the column of the token at `pos`, -1 at the document's end. */
  column = 0;
  /** Entries and elements so far. */
  nodes = 0;
  /** A key stands twice in a mapping; a recorder also learns which. */
  duplicated = false;
  /** The last line break within a flow collection or a quoted scalar. */
  lastBreak = -1;
  private blankLines = 0;
  /** A comment was passed since the last scalar, which ends a plain one. */
  private commented = false;

  /**
   * @param text one document; lines end with \n, the last one too; no character of `EXACT_ONLY` is in it
   * @param recorder makes the places as well
   */
  constructor(text: string, recorder?: Recorder) {
    this.text = text;
    this.end = text.length;
    this.recorder = recorder;
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
  nextContent(): void {
    const { codes, end } = this;
    let pos = this.pos;
    let blankLines = 0;
    while (pos < end) {
      const start = pos;
      let c = codes[pos]!;
      while (c === 32) c = codes[++pos]!;
      if (c === 10) {
        pos++;
        blankLines++;
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
      this.blankLines = blankLines;
      return;
    }
    this.pos = end;
    this.column = -1;
  }

  /** What may follow a value on its line: blanks and a comment. Leaves `pos` at the next line's start. */
  endLine(at: number): void {
    const { codes } = this;
    let pos = at;
    let c = codes[pos];
    while (c === 32 || c === 9) c = codes[++pos];
    this.commented = c !== 10;
    if (c !== 10) {
      if (c !== 35 || pos === at) throw REFUSED;
      pos = this.text.indexOf('\n', pos);
    }
    this.pos = pos + 1;
  }

  /**
   * A node that begins at `pos`, the first token of its line or the first behind dashes, at `column`.
   * @param indent column of the collection it is in, -1 at the root
   */
  block(indent: number, depth: number): unknown {
    if (depth === 0) throw REFUSED;
    const { codes, pos } = this;
    const c = codes[pos]!;
    if (c < 128 && INDICATORS[c] === 1) {
      if (c === 45 && isBlank(codes[pos + 1]!)) return this.sequence(this.column, false, depth);
      if (c === 34 || c === 39) {
        this.quoted(pos);
        let next = this.pos;
        while (codes[next] === 32) next++;
        if (codes[next] === 58) {
          this.pos = pos;
          return this.mapping(this.column, depth);
        }
      }
      if (indent < 0 && c !== 91 && c !== 123) throw REFUSED;
      if (c === 38) return this.anchored(pos, indent, true, depth);
      if (c !== 45 && c !== 63 && c !== 58 && c !== 33) return this.value(pos, c, indent, depth);
    }
    if (this.isKey(pos)) return this.mapping(this.column, depth);
    if (indent < 0) throw REFUSED;
    return this.value(pos, c, indent, depth);
  }

  /** Whether a plain text on this line is a key: whether `: ` is in it before a comment. */
  isKey(from: number): boolean {
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

  mapping(column: number, depth: number): Record<string, unknown> {
    const { codes, recorder } = this;
    const object: Record<string, unknown> = {};
    recorder?.begin(true, this.pos);
    // A bit for each key, by the hash of its text: only where it is set already can the key be there. All are set as
    // soon as a key is not what is written.
    let seen = 0;
    let merged: Set<string> | undefined;
    do {
      this.nodes++;
      const start = this.pos;
      let c = codes[start]!;
      let pos = start;
      let key: string;
      let hash = 0;
      if (c === 34 || c === 39) {
        key = this.quotedKey(start);
        pos = this.pos;
        seen = -1;
      } else {
        if (c < 128 && (INDICATORS[c] === 1 || c === 60)) {
          if (isMerge(this.text, start)) {
            merged ??= new Set();
            if (this.anchors === undefined) throw REFUSED;
            this.anchors.merge(this, start, object, merged);
            seen = -1;
            continue;
          }
          if (c !== 60) this.checkStart(start);
        }
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
        const slot = (hash ^ (hash >>> 12)) & KEYS_MASK;
        const known = KEYS[slot];
        if (known !== undefined && isWritten(known, codes, start, end)) key = known;
        else {
          key = this.text.slice(start, end);
          // Not a slice, which would hold on to the whole text.
          if (end - start <= LONGEST_KEPT) KEYS[slot] = key = String.fromCharCode(...codes.subarray(start, end));
        }
        const first = codes[start]!;
        if (end !== pos) seen = -1;
        if (first < 128 && (HINTS[first] !== 0 || first === 60)) {
          const written = key;
          key = plainKey(written);
          if (key !== written) seen = -1;
        }
      }
      const bit = 1 << (hash ^ (hash >>> 5) ^ (hash >>> 10));
      let twice = false;
      if ((seen & bit) !== 0 && Object.hasOwn(object, key)) {
        // What was merged may be replaced.
        twice = merged === undefined || !merged.delete(key);
        if (twice) this.duplicated = true;
      }
      seen |= bit;
      const colon = pos;
      recorder?.enter(key);

      c = codes[++pos]!;
      while (c === 32 || c === 9) c = codes[++pos]!;
      let value: unknown;
      if (c === 10 || c === 35) {
        recorder?.nothing(colon);
        this.endLine(colon + 1);
        this.nextContent();
        if (this.column > column) value = this.block(column, depth - 1);
        else if (this.column === column && codes[this.pos] === 45 && isBlank(codes[this.pos + 1]!)) {
          value = this.sequence(column, true, depth - 1);
        } else value = null;
      } else value = this.value(pos, c, column, depth);
      if (key === '__proto__') throw REFUSED;
      object[key] = value;
      if (recorder !== undefined) {
        let end = colon;
        while (isBlank(codes[end - 1]!)) end--;
        recorder.entry(key, start, end, twice);
      }
    } while (this.column === column);
    if (this.column > column) throw REFUSED;
    recorder?.end(-1);
    return object;
  }

  /** A quoted key; `pos` is then at its colon. */
  private quotedKey(start: number): string {
    const { codes } = this;
    const key = this.quoted(start);
    let pos = this.pos;
    if (pos - start > KEY_LENGTH || this.lastBreak > start) throw REFUSED;
    while (codes[pos] === 32) pos++;
    if (codes[pos] !== 58 || !isBlank(codes[pos + 1]!)) throw REFUSED;
    this.pos = pos;
    return key;
  }

  /** @param indentless the dashes stand in the column of the key whose value this is: another key ends it */
  sequence(column: number, indentless: boolean, depth: number): unknown[] {
    if (depth === 0) throw REFUSED;
    const { codes, recorder, elements } = this;
    const first = this.waiting;
    recorder?.begin(false, this.pos);
    do {
      const dash = this.pos;
      if (codes[dash] !== 45 || !isBlank(codes[dash + 1]!)) {
        if (indentless) break;
        throw REFUSED;
      }
      this.nodes++;
      recorder?.enter(this.waiting - first);
      let pos = dash + 1;
      let c = codes[pos]!;
      while (c === 32) c = codes[++pos]!;
      let value: unknown = null;
      if (c === 10 || c === 35) {
        recorder?.nothing(dash);
        this.endLine(dash + 1);
        this.nextContent();
        if (this.column > column) value = this.block(column, depth - 1);
      } else {
        if (c === 9) throw REFUSED;
        this.pos = pos;
        this.column = column + pos - dash;
        value = this.block(column, depth - 1);
      }
      elements[this.waiting++] = value;
      recorder?.element();
    } while (this.column === column);
    if (this.column > column) throw REFUSED;
    recorder?.end(-1);
    const array = elements.slice(first, this.waiting);
    this.waiting = first;
    return array;
  }

  /**
   * A value on its key's line, or a node that is no block collection: what it begins with tells what it is.
   * @param c the character at `pos`
   */
  value(pos: number, c: number, indent: number, depth: number): unknown {
    let value: unknown;
    if (c >= 128 || INDICATORS[c] === 0 || c === 45 || c === 63 || c === 58) {
      const end = this.plainLine(pos, c);
      this.recorder?.scalar(pos, end);
      this.nextContent();
      if (this.column > indent) return this.plainLines(pos, end, indent);
      return c < 128 && HINTS[c] !== 0 ? this.typed(pos, end) : this.text.slice(pos, end);
    }
    switch (c) {
      case 34:
      case 39:
        value = this.quoted(pos);
        this.recorder?.scalar(pos, this.pos);
        this.endLine(this.pos);
        break;
      case 91:
      case 123:
        value = readFlow(this, pos, depth);
        this.endLine(this.pos);
        break;
      case 124:
      case 62:
        value = this.blockScalar(pos, indent);
        break;
      case 38:
        return this.anchored(pos, indent, false, depth);
      case 42:
        if (this.anchors === undefined) throw REFUSED;
        return this.anchors.alias(this, pos);
      default:
        throw REFUSED;
    }
    this.nextContent();
    return value;
  }

  private anchored(pos: number, indent: number, inSequence: boolean, depth: number): unknown {
    this.anchors ??= new Anchors();
    return this.anchors.anchored(this, pos, indent, inSequence, depth);
  }

  /** An indicator begins a plain scalar only if it is one of - ? : and no blank follows. */
  private checkStart(pos: number): void {
    const c = this.codes[pos];
    if ((c !== 45 && c !== 63 && c !== 58) || isBlank(this.codes[pos + 1]!)) throw REFUSED;
  }

  /** A plain scalar over several lines: those that are indented more than the collection it is in. */
  private plainLines(start: number, end: number, indent: number): unknown {
    let value = this.text.slice(start, end);
    do {
      if (this.commented) throw REFUSED;
      const from = this.pos;
      value += this.blankLines === 0 ? ' ' : '\n'.repeat(this.blankLines);
      value += this.text.slice(from, this.plainLine(from, 0));
      this.nextContent();
    } while (this.column > indent);
    return scalar(value);
  }

  /**
   * One line of a plain scalar: its end; `pos` is then at the next line's start.
   * @param first its first character, if that has to be one that may begin a plain scalar
   */
  private plainLine(start: number, first: number): number {
    const { codes } = this;
    if ((first === 45 || first === 63 || first === 58) && isBlank(codes[start + 1]!)) throw REFUSED;
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
    // Nobody calls this at a blank; if anybody did, a scalar would be made of nothing.
    if (pos <= start) throw REFUSED;
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
    return scalar(this.text.slice(start, end));
  }

  /** A quoted scalar; `pos` is then behind its closing quote. */
  quoted(open: number): string {
    const { codes } = this;
    const quote = codes[open]!;
    // In double quotes a backslash, in single ones a second quote makes it more than a slice; a line break in both.
    let pos = open + 1;
    let c = codes[pos]!;
    while (c !== quote && c !== 10 && (c !== 92 || quote === 39)) c = codes[++pos]!;
    if (c !== quote || (c === 39 && codes[pos + 1] === 39)) return quotedWithEscapes(this, open);
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
    this.recorder?.scalar(header, pos);
    this.endLine(pos);
    return codes[header] === 124 ? literalScalar(this, indent, increment, chomp) : foldedScalar(this, indent, increment, chomp);
  }
}

export function isBlank(c: number): boolean {
  return c === 32 || c === 10 || c === 9;
}

/** The value of a plain scalar. JSON has no infinity: that is an error, unless the key comes once more. */
export function scalar(text: string): unknown {
  const value = resolvePlain(text);
  if (typeof value === 'number' && !Number.isFinite(value)) throw REFUSED;
  return value;
}

/** A plain key that may be no string: booleans have one spelling as keys, integers are taken only as they are written. */
export function plainKey(text: string): string {
  if (text === '<<') throw REFUSED;
  const value = resolvePlain(text);
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number' && String(value) === text && Number.isSafeInteger(value)) return text;
  throw REFUSED;
}
