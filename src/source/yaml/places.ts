import type { Path } from '../path.ts';
import { isBlank, isBreak } from './characters.ts';

/** Where a node is written; a tree of these runs beside a document's value. Ranges never leave their line. */
export interface Place {
  /** The key's token; of a sequence element, or of the root, its first token. */
  keyStart: number;
  keyEnd: number;
  /** A scalar's token, or a flow collection on one line; -1 for anything else, whose key stands for it. */
  valueStart: number;
  valueEnd: number;
  /** By key, or by index. */
  children: Map<string, Place> | Place[] | undefined;
}

/** A key that stands twice in one mapping: `first` is where it stood before. */
export interface DuplicatePlace {
  readonly path: Path;
  readonly key: string;
  readonly first: Place;
  readonly second: Place;
}

/** Cuts a token at its first line end, and at the blanks before that. */
export function withinLine(text: string, start: number, end: number): number {
  for (let i = start; i < end; i++) {
    if (!isBreak(text.charCodeAt(i))) continue;
    while (i > start && isBlank(text.charCodeAt(i - 1))) i--;
    return i;
  }
  return end;
}
