import type { SourceFile } from './document.ts';
import { heldFile } from './kept.ts';

/** Line and column of an offset, both from 1, columns in UTF-16 units. Lines end with \n, \r\n or \r. */
export function lineColumn(file: SourceFile, offset: number): { line: number; column: number } {
  const held = heldFile(file);
  let starts = cache.get(held);
  if (starts === undefined) {
    starts = lineStarts(held.text);
    cache.set(held, starts);
  }
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle;
  }
  return { line: low + 1, column: offset - starts[low]! + 1 };
}

const cache = new WeakMap<SourceFile, Uint32Array>();

function lineStarts(text: string): Uint32Array {
  if (!text.includes('\r')) return plainLineStarts(text);
  const starts = [0];
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 10 || (c === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
  }
  return new Uint32Array(starts);
}

/** Of a text whose lines end with \n alone. Lines of manifests have twice as many characters as there is room for at first. */
function plainLineStarts(text: string): Uint32Array {
  let starts = new Uint32Array((text.length >> 4) + 2);
  let count = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    if (count === starts.length) {
      const more = new Uint32Array(count * 2);
      more.set(starts);
      starts = more;
    }
    starts[count++] = at + 1;
  }
  return starts.slice(0, count);
}
