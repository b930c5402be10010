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
  const starts = [0];
  if (!text.includes('\r')) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  } else {
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (c === 10 || (c === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
    }
  }
  return Uint32Array.from(starts);
}
