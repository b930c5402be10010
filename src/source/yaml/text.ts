import { FORBIDDEN } from './characters.ts';

/**
 * A file's text as kubectl's line reader hands it on: every \r\n is \n, and the last line has its \n.
 * Positions in it are led back to the file's own by `original`.
 */
export interface Text {
  readonly text: string;
  /** Positions in `text` of the line ends that were \r\n, ascending; undefined if there were none. */
  readonly pairs: readonly number[] | undefined;
  /** Length of the file's own text. */
  readonly length: number;
}

export function normalize(text: string): Text {
  const length = text.length;
  let lines = text;
  let pairs: number[] | undefined;
  let at = text.indexOf('\r\n');
  if (at >= 0) {
    pairs = [];
    for (; at >= 0; at = text.indexOf('\r\n', at + 2)) pairs.push(at - pairs.length);
    lines = text.replaceAll('\r\n', '\n');
  }
  if (!lines.endsWith('\n')) lines += '\n';
  return { text: lines, pairs, length };
}

/** The file's own offset for one in the normalized text. */
export function original(text: Text, offset: number): number {
  const { pairs, length } = text;
  if (pairs === undefined) return Math.min(offset, length);
  let low = 0;
  let high = pairs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pairs[middle]! < offset) low = middle + 1;
    else high = middle;
  }
  return Math.min(offset + low, length);
}

/** A character that YAML forbids, and from where on it keeps kubectl's reader from reading: it decodes 512 bytes at a time. */
export interface Obstacle {
  readonly at: number;
  readonly from: number;
}

/** The first forbidden character of a document, infinitely far if there is none. */
export function findObstacle(text: string): Obstacle {
  const found = FORBIDDEN.exec(text);
  if (found === null) return NONE;
  let from = 0;
  let bytes = 0;
  for (let i = 0; i <= found.index; ) {
    const code = text.codePointAt(i)!;
    const width = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (bytes + width > 512) {
      from = i;
      bytes = 0;
    }
    bytes += width;
    i += code > 0xffff ? 2 : 1;
  }
  return { at: found.index, from };
}

const NONE: Obstacle = { at: Number.POSITIVE_INFINITY, from: Number.POSITIVE_INFINITY };
