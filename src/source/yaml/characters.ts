/** Classes of characters, in UTF-16 units; 0 stands for the end of the text. */

export function isBlank(c: number): boolean {
  return c === 32 || c === 9;
}

/** YAML 1.1 knows five line breaks: LF, CR, NEL, LS and PS. */
export function isBreak(c: number): boolean {
  return c === 10 || c === 13 || c === 0x85 || c === 0x2028 || c === 0x2029;
}

export function isBreakOrEnd(c: number): boolean {
  return c === 0 || isBreak(c);
}

export function isBlankOrEnd(c: number): boolean {
  return c === 32 || c === 9 || c === 0 || isBreak(c);
}

/** A letter, a digit, `_` or `-`: what names of anchors and tags consist of. */
export function isAlpha(c: number): boolean {
  return (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57) || c === 95 || c === 45;
}

export function isDigit(c: number): boolean {
  return c >= 48 && c <= 57;
}

/** The value of a hexadecimal digit, or -1. */
export function hexValue(c: number): number {
  if (c >= 48 && c <= 57) return c - 48;
  const lower = c | 32;
  return c < 128 && lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** The indicators, which begin no plain scalar (`-`, `?` and `:` do before a character that is no blank). */
export const INDICATORS = new Uint8Array(128);
for (const c of '-?:,[]{}#&*!|>\'"%@`') INDICATORS[c.charCodeAt(0)] = 1;

/** Characters that YAML does not allow; lone surrogates among them, which the `u` flag tells from pairs. */
export const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]/u;

/** Anything but printable ASCII, tabs and line feeds: a quick look that clears most texts. */
export const UNCOMMON = /[^\t\n\x20-\x7e]/;

/** What the fast reader leaves to the exact one: the forbidden, the rarer line breaks, a byte order mark. */
export const EXACT_ONLY = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]/u;
