import type { DuplicateKey, Range, ReadError, SourceDocument, SourceFile } from '../document.ts';
import type { Place } from './places.ts';
import type { Text } from './text.ts';

/** Where a document's text is, for the case that its places are asked for. */
export interface Source {
  /** The file's, and the document's part in it. */
  readonly text: Text;
  readonly start: number;
  readonly end: number;
  readonly json: boolean;
  /** Made when often needed; null when it cannot be. Offsets count from `start`. */
  root: Place | null | undefined;
  /** How often places were sought without it. */
  sought: number;
}

/** A document that the reader made. It knows where it was read; a copy of it does not. */
export class ReadDocument implements SourceDocument {
  readonly file: SourceFile;
  readonly index: number;
  readonly range: Range;
  readonly value: unknown;
  readonly fast: boolean;
  readonly error: ReadError | undefined;
  readonly duplicates: readonly DuplicateKey[] | undefined;
  readonly #source: Source;

  constructor(document: SourceDocument, source: Source) {
    this.file = document.file;
    this.index = document.index;
    this.range = document.range;
    this.value = document.value;
    this.fast = document.fast;
    this.error = document.error;
    this.duplicates = document.duplicates;
    this.#source = source;
  }

  static sourceOf(document: SourceDocument): Source | undefined {
    return #source in document ? document.#source : undefined;
  }
}
