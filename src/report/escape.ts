/**
 * Text that is safe to show. Manifests, file names and values come from strangers: an escape sequence in a name must not move the
 * cursor, hide a line or reverse its letters, and a line of a CI log must not become a command to the CI runner.
 */

/**
 * Control, format (bidi, zero width, soft hyphen, tags), lone surrogates, line and paragraph separators, blank-looking letters. Made
 * when it is needed: to read such classes takes a part of a millisecond.
 */
const unsafe = () => /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0\ufffe\uffff]/gu;
const PLAIN = /^[\x20-\x7e]*$/;
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** The text with every character that a terminal obeys instead of showing written as `\n`, `\x1b`, `\u202e` or `\u{e0001}`. */
export function visible(text: string): string {
  return PLAIN.test(text) ? text : text.replace(unsafe(), spell);
}

function spell(char: string): string {
  const named = NAMED[char];
  if (named !== undefined) return named;
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/**
 * Text for the log of a CI job, whole lines. The runner of GitHub Actions obeys `::command::` at the start of a line (after white
 * space) and `##[command]` anywhere in it (actions/runner, ActionCommand.cs), so both are broken up, in the way of `visible`.
 */
export function withoutCommands(lines: string): string {
  let out = lines;
  if (out.includes('##[')) out = out.replaceAll('##[', '#\\x23[');
  if (out.includes('::')) out = out.replace(/^([^\S\n]*):(?=:)/gm, '$1\\x3a');
  return out;
}

/**
 * JSON text whose strings hold no character that a terminal obeys or that an editor takes for a line end; the values are the
 * same.
 */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return `${/[^\n\x20-\x7e]/.test(text) ? text.replace(unsafe(), jsonEscape) : text}\n`;
}

function jsonEscape(char: string): string {
  // JSON.stringify has escaped all that JSON wants escaped; the line feeds left are its own layout.
  if (char === '\n') return char;
  let out = '';
  for (let i = 0; i < char.length; i++) out += `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`;
  return out;
}

/**
 * Text where lone surrogates, which UTF-8 cannot hold, are U+FFFD. (String.prototype.toWellFormed, which TypeScript's es2023
 * lacks.)
 */
export function wellFormed(text: string): string {
  return PLAIN.test(text) ? text : text.replace(/\p{Cs}/gu, '\ufffd');
}
