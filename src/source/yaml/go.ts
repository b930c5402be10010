/** Go's ways of printing, as far as messages and keys of kubectl's reader need them. */

/** `%#v` of a decoded key: `map[interface {}]interface {}{"a":1}`, `[]interface {}{"a"}`. */
export function goSyntax(value: unknown, depth = 0): string {
  if (depth > 50) return '…';
  if (value === null) return 'interface {}(nil)';
  if (typeof value === 'string') return goQuote(value);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map((item) => goSyntax(item, depth + 1)).join(', ')}}`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `map[interface {}]interface {}{${entries.map(([key, item]) => `${goQuote(key)}:${goSyntax(item, depth + 1)}`).join(', ')}}`;
}

const ESCAPES: Record<string, string> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};

/** strconv.Quote, for text that YAML or JSON allows; of the characters without a shape it knows those that occur. */
export function goQuote(text: string): string {
  return `"${text.replace(/["\\\0-\x1f\x7f-\xa0\xad\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]/g, escaped)}"`;
}

function escaped(c: string): string {
  const code = c.charCodeAt(0);
  return ESCAPES[c] ?? (code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`);
}

/** A faulty byte between single quotes, as encoding/json shows it: of a character beyond ASCII the first byte. */
export function goCharacter(code: number): string {
  if (code === 39) return "\\'";
  if (code === 34) return '"';
  if (code < 0x80) return goQuote(String.fromCharCode(code)).slice(1, -1);
  return String.fromCharCode(code < 0x800 ? 0xc0 | (code >> 6) : code < 0x10000 ? 0xe0 | (code >> 12) : 0xf0 | (code >> 18));
}

/** A float64 as a key: FormatFloat(value, 'g', -1, 32), the shortest digits that give the same float32. */
export function floatKey(value: number): string {
  const single = Math.fround(value);
  if (Number.isNaN(single)) return '.nan';
  if (single === Number.POSITIVE_INFINITY) return '.inf';
  if (single === Number.NEGATIVE_INFINITY) return '-.inf';
  if (single === 0) return Object.is(single, -0) ? '-0' : '0';
  let text = '';
  for (let precision = 1; precision <= 9; precision++) {
    text = single.toExponential(precision - 1);
    if (Math.fround(Number(text)) === single) break;
  }
  const [mantissa = '', power = '0'] = text.split('e');
  const exponent = Number(power);
  const digits = mantissa.replace(/[-.]/g, '');
  const sign = single < 0 ? '-' : '';
  if (exponent < -4 || exponent >= 6) return sign + scientific(digits, exponent);
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return sign + digits.padEnd(exponent + 1, '0');
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

function scientific(digits: string, exponent: number): string {
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  const power = String(Math.abs(exponent)).padStart(2, '0');
  return `${digits[0]}${fraction}e${exponent < 0 ? '-' : '+'}${power}`;
}
