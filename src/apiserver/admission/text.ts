/**
 * A string as Go's `%q` prints it: double quotes, Go's escapes for control characters, everything printable as it is.
 */
export function goQuote(text: string): string {
  if (!/["\\\p{C}\p{Z}]/u.test(text)) return `"${text}"`;
  let out = '"';
  for (const char of text) {
    const escaped = ESCAPES[char];
    if (escaped !== undefined) out += escaped;
    else if (char === ' ' || !/[\p{C}\p{Z}]/u.test(char)) out += char;
    else {
      const code = char.codePointAt(0)!;
      if (code < 0x80) out += `\\x${code.toString(16).padStart(2, '0')}`;
      else if (code < 0x10000) out += `\\u${code.toString(16).padStart(4, '0')}`;
      else out += `\\U${code.toString(16).padStart(8, '0')}`;
    }
  }
  return `${out}"`;
}

const ESCAPES: Readonly<Record<string, string>> = Object.assign(Object.create(null) as Record<string, string>, {
  '"': '\\"',
  '\\': '\\\\',
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
});
