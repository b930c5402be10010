import type { Path } from './path.ts';

/** What standard input is called where --stdin-filename does not name it. */
export const STDIN = '<stdin>';

/** One text that was read: a file, or standard input (`path` is then `STDIN` or the name given by --stdin-filename). */
export interface SourceFile {
  /** As it is reported: relative to the working directory, with `/`. */
  readonly path: string;
  /** The whole text, without a byte order mark. Offsets count UTF-16 units in it. */
  readonly text: string;
}

/** Half-open range of UTF-16 offsets into `SourceFile.text`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Why a document could not be read, in the words of kubectl's reader where they exist, with the place of the fault. */
export interface ReadError {
  readonly message: string;
  readonly range: Range;
}

/** A mapping key that stands twice. kubectl keeps the last value silently; a strict reader refuses. */
export interface DuplicateKey {
  readonly path: Path;
  readonly key: string;
  readonly first: Range;
  readonly second: Range;
}

/**
 * One YAML or JSON document: its value as kubectl's reader (sigs.k8s.io/yaml) makes it, and where its text lies.
 * `value` is undefined when `error` is set, and null for a document without content.
 * Integers beyond 2^53 are bigint; everything else is what JSON.parse would give.
 */
export interface SourceDocument {
  readonly file: SourceFile;
  /** Position among the file's documents, from 0. */
  readonly index: number;
  readonly range: Range;
  readonly value: unknown;
  readonly error?: ReadError;
  readonly duplicates?: readonly DuplicateKey[];
  /** False when the fast reader did not take it and the exact one has read it, or found the error. */
  readonly fast: boolean;
}

/** Which part of the node at a path a finding points at. `key` of a list element is the element's first line. */
export type Part = 'key' | 'value';
