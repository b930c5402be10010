import { isAscii, isUtf8 } from 'node:buffer';
import type { ReadError } from './document.ts';

/**
 * How a file's bytes were written. Of a UTF-16 file kubectl takes the first document only, since it looks for `---` among the bytes before
 * it knows the encoding.
 */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** A file's bytes as text, without a byte order mark. `error` lies in `text`, at the character that the bad bytes became. */
export interface DecodedText {
  readonly text: string;
  readonly encoding: Encoding;
  readonly error?: ReadError;
}

/**
 * Turns bytes into text: UTF-8 unless a byte order mark says UTF-16. Undefined when the bytes are no text (they hold NUL).
 * Bad bytes do not end the text: they become U+FFFD, and the first of them is the error, in the words of go-yaml's reader
 * (go.yaml.in/yaml/v2/readerc.go). JSON has no such error, since kubectl reads JSON with Go's decoder, which replaces them silently.
 */
export function decodeText(bytes: Buffer): DecodedText | undefined {
  if (bytes.length >= 2 && bytes[0] === 0xff && bytes[1] === 0xfe) return decodeUtf16(bytes, 'utf-16le');
  if (bytes.length >= 2 && bytes[0] === 0xfe && bytes[1] === 0xff) return decodeUtf16(bytes, 'utf-16be');
  if (bytes.includes(0)) return undefined;
  // Nearly all manifests are ASCII; V8 makes a string of Latin-1 bytes by copying them.
  if (isAscii(bytes)) return { text: bytes.toString('latin1'), encoding: 'utf-8' };
  const body = bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  const text = body.toString('utf8');
  if (isUtf8(body) || isJson(text)) return { text, encoding: 'utf-8' };
  return { text, encoding: 'utf-8', error: utf8Error(body) };
}

function decodeUtf16(bytes: Buffer, encoding: Encoding): DecodedText | undefined {
  const whole = bytes.subarray(2, bytes.length & ~1);
  const text = (encoding === 'utf-16le' ? whole : Buffer.from(whole).swap16()).toString('utf16le');
  if (text.includes('\0')) return undefined;
  const error = surrogateError(text) ?? (isOdd(bytes, text) ? at('incomplete UTF-16 character', text.length, 0) : undefined);
  return error === undefined ? { text, encoding } : { text, encoding, error };
}

/**
 * Whether kubectl gets half a character at the end: its line reader appends a newline of one byte to a file that does not end with that
 * byte, as no little-endian file does. It does not notice when there is a second document, since it stops before.
 */
function isOdd(bytes: Buffer, text: string): boolean {
  const appended = bytes[bytes.length - 1] === 0x0a ? 0 : 1;
  return (bytes.length + appended) % 2 === 1 && !/\n---/.test(text);
}

function surrogateError(text: string): ReadError | undefined {
  for (let offset = 0; offset < text.length; offset++) {
    const unit = text.charCodeAt(offset);
    if ((unit & 0xf800) !== 0xd800) continue;
    if (unit >= 0xdc00) return at('unexpected low surrogate area', offset, 1);
    if (offset + 1 === text.length) return at('incomplete UTF-16 surrogate pair', offset, 1);
    if ((text.charCodeAt(offset + 1) & 0xfc00) !== 0xdc00) return at('expected low surrogate area', offset, 1);
    offset++;
  }
  return undefined;
}

/** The first fault in bytes that are not UTF-8, found in the order of go-yaml's checks. */
function utf8Error(bytes: Buffer): ReadError {
  // Good bytes are skipped in blocks, so that a fault late in a large file costs no walk byte by byte in JavaScript.
  let offset = soundPrefix(bytes);
  while (offset < bytes.length) {
    const lead = bytes[offset]!;
    const width = lead < 0x80 ? 1 : (lead & 0xe0) === 0xc0 ? 2 : (lead & 0xf0) === 0xe0 ? 3 : (lead & 0xf8) === 0xf0 ? 4 : 0;
    if (width === 0) return fault(bytes, offset, 'invalid leading UTF-8 octet');
    let value = width === 1 ? lead : lead & (0x7f >> width);
    for (let k = 1; k < width; k++) {
      // A sequence cut by the end of the file has the newline that kubectl's line reader appends as its next octet.
      const octet = bytes[offset + k] ?? 0x0a;
      if ((octet & 0xc0) !== 0x80) return fault(bytes, offset, 'invalid trailing UTF-8 octet');
      value = (value << 6) + (octet & 0x3f);
    }
    if ((width === 2 && value < 0x80) || (width === 3 && value < 0x800) || (width === 4 && value < 0x10000)) {
      return fault(bytes, offset, 'invalid length of a UTF-8 sequence');
    }
    if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff) return fault(bytes, offset, 'invalid Unicode character');
    offset += width;
  }
  return fault(bytes, bytes.length, 'invalid trailing UTF-8 octet');
}

const BLOCK = 4096;

/** Where to start looking: the start of the first line block that is not UTF-8 by itself. */
function soundPrefix(bytes: Buffer): number {
  let sound = 0;
  while (sound < bytes.length) {
    let end = sound + BLOCK;
    // A block must not end within a character.
    while (end < bytes.length && (bytes[end]! & 0xc0) === 0x80 && end < sound + BLOCK + 4) end++;
    if (!isUtf8(bytes.subarray(sound, end))) return sound;
    sound = end;
  }
  return sound;
}

function fault(bytes: Buffer, offset: number, problem: string): ReadError {
  return at(problem, bytes.toString('utf8', 0, offset).length, offset < bytes.length ? 1 : 0);
}

function at(problem: string, start: number, length: number): ReadError {
  return { message: `yaml: ${problem}`, range: { start, end: start + length } };
}

function isJson(text: string): boolean {
  if (!/^\s*\{/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
