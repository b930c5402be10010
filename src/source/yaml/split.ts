import { Fault } from './fault.ts';

export interface Chunk {
  readonly start: number;
  readonly end: number;
  /** Why kubectl reads no further than this. */
  readonly fault?: Fault;
}

/**
 * Cuts a text into documents as kubectl does before any YAML is read: at every line that begins with `---`, be it
 * inside of a scalar. Only blanks and a comment may follow on that line. A leading separator stays with its document.
 *
 * Mirrors k8s.io/apimachinery/pkg/util/yaml/decoder.go, YAMLReader.
 * @param text normalized: lines end with \n, the last one too
 */
export function split(text: string, from: number): Chunk[] {
  const chunks: Chunk[] = [];
  let start = from;
  let line = text.startsWith('---', from) ? from : nextSeparator(text, from);
  while (line >= 0) {
    const end = text.indexOf('\n', line);
    const rest = end === line + 3 ? '' : trim(text.slice(line + 3, end));
    if (rest !== '' && rest.charCodeAt(0) !== 35) {
      chunks.push({ start, end, fault: new Fault(`invalid Yaml document separator: ${rest}`, line, end) });
      return chunks;
    }
    if (line > start) {
      chunks.push({ start, end: line });
      start = end + 1;
    }
    line = nextSeparator(text, end);
  }
  if (start < text.length) chunks.push({ start, end: text.length });
  return chunks;
}

function nextSeparator(text: string, from: number): number {
  const before = text.indexOf('\n---', from);
  return before < 0 ? -1 : before + 1;
}

/** Go's strings.TrimSpace. */
function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/** Go's decoder takes a stream for JSON if `{` is the first thing in it that is no white space, within 4096 bytes. */
export function looksLikeJson(text: string): boolean {
  const length = Math.min(text.length, 4096);
  for (let i = 0; i < length; i++) {
    const c = text.charCodeAt(i);
    if (c === 123) return true;
    if (!isSpace(c)) return false;
  }
  return false;
}

/** Go's unicode.IsSpace, for UTF-16 units. */
export function isSpace(c: number): boolean {
  if (c < 0x80) return c === 32 || (c >= 9 && c <= 13);
  return c === 0x85 || (c !== 0xfeff && /\s/.test(String.fromCharCode(c)));
}
