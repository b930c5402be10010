/**
 * Values as the server's messages hold them (`field.Error.ErrorBody` of 1.31 and newer): texts as Go's `%q` quotes them, numbers and
 * booleans plainly, everything else as Go's encoding/json writes it.
 */
export function printGo(value: unknown): string {
  if (typeof value === 'string') return quoteGo(value);
  if (value === undefined || value === null) return 'null';
  if (typeof value !== 'object') return String(value);
  try {
    return JSON.stringify(value, plainBigint).replace(ESCAPED_IN_JSON, escapeUnit);
  } catch {
    // Nested too deeply to print.
    return '{…}';
  }
}

/** The entries of a map in the order in which Go prints it: by key. */
export function sortedMap(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value ?? null;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, (value as Record<string, unknown>)[key]]));
}

/** A text in Go's double quotes: what cannot be printed is escaped. Mirrors strconv.Quote. */
export function quoteGo(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  let out = '"';
  for (const char of text) {
    const named = NAMED_ESCAPES.get(char);
    if (named !== undefined) out += named;
    else if (!isUnprintable(char)) out += char;
    else {
      const code = char.codePointAt(0)!;
      if (code < 0x80) out += `\\x${code.toString(16).padStart(2, '0')}`;
      else if (code >= 0xd800 && code < 0xe000) out += '\ufffd';
      else if (code < 0x10000) out += `\\u${code.toString(16).padStart(4, '0')}`;
      else out += `\\U${code.toString(16).padStart(8, '0')}`;
    }
  }
  return `${out}"`;
}

const PLAIN = /^[ !#-[\]-~]*$/;
function isUnprintable(char: string): boolean {
  return /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(char);
}

const NAMED_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
]);
const ESCAPED_IN_JSON = /[<>&\u2028\u2029]/g;

function escapeUnit(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function plainBigint(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}
