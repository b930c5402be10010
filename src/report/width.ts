/** How many columns text takes on a terminal: East Asian wide characters and emoji two, marks none. */

const ASCII = /^[\x20-\x7e]*$/;

/** First and last code point of the blocks that are wide throughout (Unicode's EastAsianWidth W and F). */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

export function charWidth(char: string): 0 | 1 | 2 {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (/^\p{M}$/u.test(char)) return 0;
  for (const [first, last] of WIDE) if (code >= first && code <= last) return 2;
  return /^\p{Emoji_Presentation}$/u.test(char) ? 2 : 1;
}

export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const char of text) width += charWidth(char);
  return width;
}

/** The text filled up with spaces to `width` columns; longer text stays whole. */
export function pad(text: string, width: number): string {
  const missing = width - displayWidth(text);
  return missing > 0 ? text + ' '.repeat(missing) : text;
}

/** The text cut to `width` columns, with `…` for what was cut. */
export function cutTo(text: string, width: number): string {
  if (text.length <= width / 2 || displayWidth(text) <= width) return text;
  let out = '';
  let used = 0;
  for (const char of text) {
    used += charWidth(char);
    if (used > width - 1) break;
    out += char;
  }
  return `${out}…`;
}
