import { isAlpha } from './characters.ts';
import { type FastReader, isBlank, REFUSED } from './fast.ts';
import type { Place } from './places.ts';

interface Anchored {
  readonly value: unknown;
  readonly place: Place | undefined;
}

/** Values of a depth that only aliases within aliases reach are left to the exact reader. */
const COPY_DEPTH = 500;
/** So are documents in which aliases begin to matter for its guard against endless growth. */
const COPIES_PER_NODE = 20;
const MAX_COPIES = 300_000;

/** The anchors of one document. An alias gives a copy, as kubectl's reader does, so that no object is at two places. */
export class Anchors {
  /** Undefined while what the name stands for is being read. */
  private readonly byName = new Map<string, Anchored | undefined>();
  private copies = 0;

  /** The copy of what the alias at an offset stands for. `reader` is then at the next token behind its line. */
  alias(reader: FastReader, star: number): unknown {
    const end = nameEnd(reader, star);
    const anchored = this.byName.get(reader.text.slice(star + 1, end));
    if (anchored === undefined) throw REFUSED;
    const value = this.copy(anchored.value, 0);
    if (this.copies > MAX_COPIES || (this.copies > 100 && this.copies > reader.nodes * COPIES_PER_NODE)) throw REFUSED;
    reader.endLine(end);
    reader.nextContent();
    const { recorder } = reader;
    if (recorder !== undefined) {
      recorder.scalar(star, end);
      recorder.place.children = anchored.place?.children;
    }
    return value;
  }

  /**
   * The node behind `&name`, on the same line or the next.
   * @param inSequence it is an element; else a value, which may be a sequence in its key's column
   */
  anchored(reader: FastReader, ampersand: number, indent: number, inSequence: boolean, depth: number): unknown {
    const { codes, recorder } = reader;
    const end = nameEnd(reader, ampersand);
    const name = reader.text.slice(ampersand + 1, end);
    this.byName.set(name, undefined);
    let pos = end;
    while (codes[pos] === 32) pos++;
    const c = codes[pos]!;
    let value: unknown;
    if (c === 10 || c === 35) {
      recorder?.nothing(ampersand);
      reader.endLine(end);
      reader.nextContent();
      const next = codes[reader.pos];
      // A second anchor, or an alias, cannot follow, be it on the next line.
      if (reader.column > indent && (next === 38 || next === 42)) throw REFUSED;
      if (reader.column > indent) value = reader.block(indent, depth - 1);
      else if (!inSequence && reader.column === indent && codes[reader.pos] === 45 && isBlank(codes[reader.pos + 1]!)) {
        value = reader.sequence(indent, true, depth - 1);
      } else value = null;
    } else {
      // Before a key the anchor would be the key's.
      if (c === 9 || c === 38 || c === 42 || (inSequence && reader.isKey(pos))) throw REFUSED;
      value = reader.value(pos, c, indent, depth);
    }
    this.byName.set(name, { value, place: recorder?.place });
    return value;
  }

  /**
   * The line `<<: *name`: the keys of another mapping, as if they were written here.
   * @param merged of all keys that are in `object`, those that nobody has written; more are added
   */
  merge(reader: FastReader, start: number, object: Record<string, unknown>, merged: Set<string>): void {
    const value = this.alias(reader, reader.text.indexOf('*', start));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw REFUSED;
    for (const key of Object.keys(value)) {
      if (!Object.hasOwn(object, key)) merged.add(key);
      object[key] = (value as Record<string, unknown>)[key];
    }
    reader.recorder?.merge(reader.recorder.place);
  }

  private copy(value: unknown, depth: number): unknown {
    this.copies += 2;
    if (typeof value !== 'object' || value === null) return value;
    if (depth > COPY_DEPTH || this.copies > MAX_COPIES) throw REFUSED;
    if (Array.isArray(value)) return value.map((item) => this.copy(item, depth + 1));
    const made: Record<string, unknown> = {};
    for (const key of Object.keys(value)) made[key] = this.copy((value as Record<string, unknown>)[key], depth + 1);
    return made;
  }
}

/** Whether a mapping's line at an offset merges one other mapping; other ways of merging are for the exact reader. */
export function isMerge(text: string, start: number): boolean {
  return text.startsWith('<<: *', start) || text.startsWith('!!merge <<: *', start);
}

/** The end of the name behind `&` or `*`. */
function nameEnd(reader: FastReader, at: number): number {
  const { codes } = reader;
  let pos = at + 1;
  while (isAlpha(codes[pos]!)) pos++;
  const c = codes[pos];
  if (pos === at + 1 || (c !== 32 && c !== 10)) throw REFUSED;
  return pos;
}
