import type { Path } from '../source/path.ts';

/** What stood at a place before hangs on what is not known. The same one in every bundle. */
export const NOT_KNOWN = Symbol.for('podlint: not known');

/**
 * What is there before a custom resource is applied: rules may ask for it, and what is wrong with it already is not told again.
 * Made by ./update/correlate.ts, and only for updates.
 */
export interface Former {
  /** What stood at a place of the new object before; undefined where nothing did, or where the server cannot tell what it was. */
  oldAt(path: Path): unknown;
  /** Whether a place of the new object, or the nearest one around it that can be told again, is as it was before. */
  isUnchanged(path: Path): boolean;
  readonly listsAreWrong: boolean;
}
