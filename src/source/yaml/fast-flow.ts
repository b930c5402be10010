import { INDICATORS } from './characters.ts';
import { type FastReader, isBlank, KEY_LENGTH, plainKey, REFUSED, scalar } from './fast.ts';

/**
 * A flow collection, nested ones in it, over one line or several; `reader.pos` is then behind its closing bracket.
 * @param depth how many more collections there may be within one another
 * @throws REFUSED
 */
export function readFlow(reader: FastReader, open: number, depth: number): unknown {
  if (depth === 0) throw REFUSED;
  const { codes, recorder } = reader;
  const isMapping = codes[open] === 123;
  const close = isMapping ? 125 : 93;
  const object: Record<string, unknown> = {};
  const array: unknown[] = [];
  recorder?.begin(isMapping, open);
  let pos = space(reader, open + 1);
  while (codes[pos] !== close) {
    const start = pos;
    if (isMapping) {
      const key = readKey(reader, pos);
      const keyEnd = reader.pos;
      pos = keyEnd;
      while (codes[pos] === 32) pos++;
      recorder?.nothing(pos);
      recorder?.enter(key);
      let value: unknown = null;
      if (codes[pos] === 58) {
        pos = space(reader, pos + 1);
        if (codes[pos] !== 44 && codes[pos] !== close) {
          value = readNode(reader, pos, depth);
          pos = reader.pos;
        }
      }
      if (key === '__proto__') throw REFUSED;
      const twice = Object.hasOwn(object, key);
      if (twice) reader.duplicated = true;
      object[key] = value;
      recorder?.entry(key, start, keyEnd, twice);
    } else {
      recorder?.enter(array.length);
      array.push(readNode(reader, pos, depth));
      pos = reader.pos;
      recorder?.element();
    }
    pos = space(reader, pos);
    if (codes[pos] === 44) pos = space(reader, pos + 1);
    else if (codes[pos] !== close) throw REFUSED;
  }
  reader.pos = pos + 1;
  recorder?.end(reader.lastBreak < open ? pos + 1 : -1);
  return isMapping ? object : array;
}

function readKey(reader: FastReader, start: number): string {
  const c = reader.codes[start]!;
  let key: string;
  if (c === 34 || c === 39) {
    key = reader.quoted(start);
    if (reader.lastBreak > start) throw REFUSED;
  } else {
    const end = plainEnd(reader, start);
    key = plainKey(reader.text.slice(start, end));
    reader.pos = end;
  }
  if (reader.pos - start > KEY_LENGTH) throw REFUSED;
  return key;
}

function readNode(reader: FastReader, start: number, depth: number): unknown {
  const c = reader.codes[start]!;
  if (c === 91 || c === 123) return readFlow(reader, start, depth - 1);
  let value: unknown;
  if (c === 34 || c === 39) value = reader.quoted(start);
  else {
    const end = plainEnd(reader, start);
    value = scalar(reader.text.slice(start, end));
    reader.pos = end;
  }
  reader.recorder?.scalar(start, reader.pos);
  return value;
}

/** The end of a plain scalar on one line of a flow collection. What stops it is left to the caller to like. */
function plainEnd(reader: FastReader, start: number): number {
  const { codes } = reader;
  let pos = start;
  let c = codes[pos]!;
  if (c < 128 && INDICATORS[c] === 1 && (c !== 45 || !goesOn(codes, pos + 1))) throw REFUSED;
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

/** Behind a dash: a digit, a dot or a letter makes it the begin of a plain scalar, and so does a second dash with one of these (`--watch`). */
function goesOn(codes: Uint16Array, pos: number): boolean {
  const c = codes[pos] === 45 ? codes[pos + 1]! : codes[pos]!;
  return c === 46 || (c >= 48 && c <= 57) || (c >= 97 && c <= 122) || (c >= 65 && c <= 90);
}

/** Over blanks, line breaks and comments. */
function space(reader: FastReader, from: number): number {
  const { codes, end } = reader;
  let pos = from;
  for (;;) {
    const c = codes[pos]!;
    if (c === 10) {
      // At the start of a line `...` would end the document.
      if (pos + 1 >= end || codes[pos + 1] === 46) throw REFUSED;
      reader.lastBreak = pos;
    } else if (c === 35) {
      pos = reader.text.indexOf('\n', pos);
      continue;
    } else if (c !== 32 && c !== 9) return pos;
    pos++;
  }
}
