import type { Part } from '../document.ts';
import type { Path } from '../path.ts';
import { INDICATORS, isBlank } from './characters.ts';

/** Half-open offsets into the document's text. */
export type Span = readonly [start: number, end: number];

/** Not the here-document of a script. */
const MERGE = /<<["']?[ \t]*:/;

/**
 * Where a path is written, found by going through the lines, without reading what lies beside the path. Only for documents that the fast reader
 * has read, and only where every key on the way is the one that the value has next: anything that it does not know for sure (flow
 * collections, anchors, keys that are no plain text, scalars over several lines) gives undefined, and the places of the whole document tell.
 *
 * @param text one document; lines end with \n, the last one too
 * @param value what it was read as
 * @param path exists in the value; its last segment is what is sought
 */
export function seek(text: string, value: unknown, path: Path, part: Part): Span | undefined {
  // What is merged in, and over what, is written elsewhere.
  if (text.includes('<<') && MERGE.test(text)) return undefined;
  const line = new Line(text);
  if (text.startsWith('---')) line.skipLine(0);
  line.toContent();
  let node = value;
  for (let depth = 0; depth < path.length; depth++) {
    const segment = path[depth]!;
    const last = depth === path.length - 1;
    if (Array.isArray(node)) {
      if (!line.toElement(Number(segment))) return undefined;
      node = node[Number(segment)];
      if (last) return line.element(node);
      if (!line.intoElement()) return undefined;
    } else {
      if (typeof node !== 'object' || node === null) return undefined;
      const key = String(segment);
      if (!line.toKey(key, Object.keys(node))) return undefined;
      node = (node as Record<string, unknown>)[key];
      if (last) return part === 'key' ? line.key : line.value(node);
      if (!line.intoValue(Array.isArray(node))) return undefined;
    }
  }
  return undefined;
}

/** What a line that is not further in than a column begins with: not blank, and no comment. A regular expression goes over lines faster than we would. */
function nextEntry(column: number): RegExp {
  let pattern = NEXT_ENTRY.get(column);
  if (pattern === undefined) NEXT_ENTRY.set(column, (pattern = new RegExp(`\\n {0,${column}}[^ \\n#]`, 'g')));
  return pattern;
}

/** A text may be indented as far as it likes, but only so many of its levels are ever on one path. */
const NEXT_ENTRY = new Map<number, RegExp>();

/** A place in the text: the first token of a line, or of what follows a dash. */
class Line {
  readonly text: string;
  /** Of the token, and its column; -1 at the end. */
  pos = 0;
  column = 0;
  /** Of the key found last. */
  key: Span = [0, 0];
  /** Behind its colon. */
  after = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** To the start of the line behind the one that `from` is in. */
  skipLine(from: number): void {
    this.pos = this.text.indexOf('\n', from) + 1;
  }

  /** From a line's start over empty lines and comments. */
  toContent(): void {
    const { text } = this;
    let { pos } = this;
    while (pos < text.length) {
      const start = pos;
      let c = text.charCodeAt(pos);
      while (c === 32) c = text.charCodeAt(++pos);
      if (c !== 10 && c !== 35) {
        this.pos = pos;
        this.column = pos - start;
        return;
      }
      pos = text.indexOf('\n', pos) + 1;
    }
    this.pos = pos;
    this.column = -1;
  }

  /** Over the rest of an entry: to the next line that is not further in than `column`. */
  skipEntry(column: number): void {
    const { text } = this;
    const next = nextEntry(column);
    next.lastIndex = this.pos;
    if (next.test(text)) {
      this.pos = next.lastIndex - 1;
      this.column = this.pos - text.lastIndexOf('\n', this.pos) - 1;
    } else {
      this.pos = text.length;
      this.column = -1;
    }
  }

  /** Goes to a key of the mapping that begins here, passing those that the value has before it. */
  toKey(key: string, keys: readonly string[]): boolean {
    const { column } = this;
    for (const next of keys) {
      if (this.column !== column || !this.readKey(next)) return false;
      if (next === key) return true;
      // The dashes of a list may stand in the column of its key.
      const { pos } = this;
      this.skipEntry(column);
      if (this.column === column && this.isDash() && this.text.charCodeAt(pos) !== 45)
        while (this.column === column && this.isDash()) this.skipEntry(column);
    }
    return false;
  }

  /** Whether this very key is written here, plainly or in quotes. */
  private readKey(key: string): boolean {
    const { text, pos } = this;
    const first = text.charCodeAt(pos);
    const quoted = first === 34 || first === 39;
    if (!quoted && first < 128 && INDICATORS[first] === 1) return false;
    const start = quoted ? pos + 1 : pos;
    if (!text.startsWith(key, start)) return false;
    let end = start + key.length;
    if (quoted && text.charCodeAt(end++) !== first) return false;
    let colon = end;
    while (text.charCodeAt(colon) === 32) colon++;
    if (text.charCodeAt(colon) !== 58) return false;
    const next = text.charCodeAt(colon + 1);
    if (next !== 32 && next !== 10) return false;
    this.key = [pos, end];
    this.after = colon + 1;
    return true;
  }

  private isDash(): boolean {
    const { text, pos } = this;
    if (text.charCodeAt(pos) !== 45) return false;
    const next = text.charCodeAt(pos + 1);
    return next === 32 || next === 10;
  }

  /** To what the key holds, if that is a block collection on the lines that follow. */
  intoValue(isList: boolean): boolean {
    const { column } = this;
    if (!this.isEmpty(this.after)) return false;
    this.pos = this.after;
    this.skipLine(this.after);
    this.toContent();
    if (isList) return this.isDash() && this.column >= column;
    return this.column > column && !this.isDash();
  }

  /** Nothing but blanks and a comment up to the end of the line. */
  private isEmpty(from: number): boolean {
    const { text } = this;
    let pos = from;
    while (isBlank(text.charCodeAt(pos))) pos++;
    const c = text.charCodeAt(pos);
    return c === 10 || (c === 35 && isBlank(text.charCodeAt(pos - 1)));
  }

  /** Goes to the dash of an element of the list that begins here. */
  toElement(index: number): boolean {
    const { column } = this;
    for (let i = 0; ; i++) {
      if (this.column !== column || !this.isDash()) return false;
      if (i === index) return true;
      this.skipEntry(column);
    }
  }

  /** From a dash to what stands behind it on its line. */
  private behindDash(): boolean {
    const { text, pos } = this;
    let next = pos + 1;
    while (text.charCodeAt(next) === 32) next++;
    if (text.charCodeAt(next) === 10) return false;
    this.column += next - pos;
    this.pos = next;
    return true;
  }

  /** Into the mapping behind a dash. */
  intoElement(): boolean {
    return this.behindDash() && !this.isDash();
  }

  /** An element's own place: the scalar, or the first key of the mapping. */
  element(node: unknown): Span | undefined {
    if (!this.behindDash() || this.isDash()) return undefined;
    if (typeof node !== 'object' || node === null) return this.scalar(this.pos, node);
    if (Array.isArray(node)) return undefined;
    const first = Object.keys(node)[0];
    if (first === undefined || !this.readKey(first)) return undefined;
    // A mapping has no place of its own but its first key.
    return this.key;
  }

  /** The value of the key found last: a scalar on its line; else its key stands for it. */
  value(node: unknown): Span | undefined {
    if (typeof node === 'object' && node !== null) {
      if (!this.isEmpty(this.after)) return undefined;
      this.skipLine(this.after);
      this.toContent();
      // A flow collection on a line of its own is a place of its own.
      const first = this.text.charCodeAt(this.pos);
      return first === 123 || first === 91 ? undefined : this.key;
    }
    if (this.isEmpty(this.after)) return node === null ? this.key : undefined;
    let pos = this.after;
    while (isBlank(this.text.charCodeAt(pos))) pos++;
    return this.scalar(pos, node);
  }

  /** A scalar that is all on one line and reads as the value does; a block scalar's header. */
  private scalar(start: number, node: unknown): Span | undefined {
    const { text } = this;
    const first = text.charCodeAt(start);
    if (first === 34 || first === 39) {
      if (typeof node !== 'string') return undefined;
      const end = start + node.length + 2;
      return text.startsWith(node, start + 1) && text.charCodeAt(end - 1) === first && this.isEmpty(end)
        ? [start, end]
        : undefined;
    }
    if (first === 124 || first === 62) {
      const header = /[|>][-+1-9]{0,2}/y;
      header.lastIndex = start;
      const end = header.test(text) ? header.lastIndex : start;
      return typeof node === 'string' && this.isEmpty(end) ? [start, end] : undefined;
    }
    if (first < 128 && INDICATORS[first] === 1 && first !== 45) return undefined;
    let end = start;
    for (let c = first; c !== 10 && !(c === 35 && isBlank(text.charCodeAt(end - 1))); c = text.charCodeAt(++end));
    while (isBlank(text.charCodeAt(end - 1))) end--;
    const written = text.slice(start, end);
    // Over several lines it is longer than what stands here.
    if (typeof node === 'string') return node === written ? [start, end] : undefined;
    if (typeof node === 'number' || typeof node === 'boolean') return /^[\w.+-]+$/.test(written) ? [start, end] : undefined;
    return node === null && /^(?:~|null|Null|NULL)$/.test(written) ? [start, end] : undefined;
  }
}
