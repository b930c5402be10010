import { hexValue, isAlpha, isBlank, isBlankOrEnd, isDigit } from './characters.ts';
import type { Scanner } from './scanner.ts';

/**
 * The scanning of tags and directives, which manifests hardly have.
 * Behaves as go.yaml.in/yaml/v2 scannerc.go: yaml_parser_scan_tag and yaml_parser_scan_directive.
 */

/** `!handle!suffix`; a verbatim `!<tag>` and the lone `!` have no handle, their suffix is all. */
export interface ScannedTag {
  readonly handle: string;
  readonly suffix: string;
}

export function scanTag(s: Scanner): ScannedTag {
  const start = s.pos;
  let handle = '';
  let suffix = '';
  if (s.at(s.pos + 1) === 60) {
    s.pos += 2;
    suffix = scanUri(s, '', start);
    if (s.at(s.pos) !== 62) s.fail("did not find the expected '>'", start);
    s.pos++;
  } else {
    handle = scanHandle(s, false, start);
    if (handle.length > 1 && handle.endsWith('!')) suffix = scanUri(s, '', start);
    else {
      suffix = scanUri(s, handle, start);
      handle = '!';
      if (suffix === '') [handle, suffix] = [suffix, handle];
    }
  }
  if (!isBlankOrEnd(s.at(s.pos))) s.fail('did not find expected whitespace or line break', start, s.pos + 1);
  return { handle, suffix };
}

export interface ScannedDirective {
  /** %YAML, with `1.1` as its suffix; else %TAG, with handle and prefix. */
  readonly isVersion: boolean;
  readonly handle: string;
  readonly suffix: string;
  /** Behind its last word. */
  readonly end: number;
}

/** A directive and the rest of its line. */
export function scanDirective(s: Scanner): ScannedDirective {
  const start = s.pos++;
  const nameStart = s.pos;
  while (isAlpha(s.at(s.pos))) s.pos++;
  const name = s.text.slice(nameStart, s.pos);
  if (name === '') s.fail('could not find expected directive name', start);
  if (!isBlankOrEnd(s.at(s.pos))) s.fail('found unexpected non-alphabetical character', start);
  let handle = '';
  let suffix = '';
  if (name === 'YAML') {
    s.skipBlanks();
    const major = versionNumber(s, start);
    if (s.at(s.pos) !== 46) s.fail("did not find expected digit or '.' character", start);
    s.pos++;
    suffix = `${major}.${versionNumber(s, start)}`;
  } else if (name === 'TAG') {
    s.skipBlanks();
    handle = scanHandle(s, true, start);
    if (!isBlank(s.at(s.pos))) s.fail('did not find expected whitespace', start);
    s.skipBlanks();
    suffix = scanUri(s, '', start);
    if (!isBlankOrEnd(s.at(s.pos))) s.fail('did not find expected whitespace or line break', start);
  } else s.fail('found unknown directive name', start, s.pos);
  const end = s.pos;
  s.toLineEnd(start);
  return { isVersion: name === 'YAML', handle, suffix, end };
}

function versionNumber(s: Scanner, start: number): number {
  const from = s.pos;
  while (isDigit(s.at(s.pos))) {
    s.pos++;
    if (s.pos - from > 2) s.fail('found extremely long version number', start);
  }
  if (s.pos === from) s.fail('did not find expected version number', start);
  return Number(s.text.slice(from, s.pos));
}

function scanHandle(s: Scanner, directive: boolean, start: number): string {
  const from = s.pos;
  if (s.at(s.pos) !== 33) s.fail("did not find expected '!'", start);
  s.pos++;
  while (isAlpha(s.at(s.pos))) s.pos++;
  if (s.at(s.pos) === 33) s.pos++;
  else if (directive && s.pos !== from + 1) s.fail("did not find expected '!'", start);
  return s.text.slice(from, s.pos);
}

const URI = new Uint8Array(128);
for (const c of ";/?:@&=+$,.!~*'()[]") URI[c.charCodeAt(0)] = 1;

/** @param head what was taken for a handle, but is the begin of the suffix */
function scanUri(s: Scanner, head: string, start: number): string {
  let uri = head.slice(1);
  let found = head !== '';
  for (;;) {
    const c = s.at(s.pos);
    if (c === 37) uri += uriEscape(s, start);
    else if (isAlpha(c) || (c < 128 && URI[c] === 1)) {
      uri += String.fromCharCode(c);
      s.pos++;
    } else break;
    found = true;
  }
  if (!found) s.fail('did not find expected tag URI', start);
  return uri;
}

/** One character, written as the octets of its UTF-8. */
function uriEscape(s: Scanner, start: number): string {
  const octets: number[] = [];
  let width = 1;
  do {
    const high = hexValue(s.at(s.pos + 1));
    const low = hexValue(s.at(s.pos + 2));
    if (s.at(s.pos) !== 37 || high < 0 || low < 0) s.fail('did not find URI escaped octet', start);
    const octet = high * 16 + low;
    if (octets.length === 0) {
      width = octet < 0x80 ? 1 : (octet & 0xe0) === 0xc0 ? 2 : (octet & 0xf0) === 0xe0 ? 3 : (octet & 0xf8) === 0xf0 ? 4 : 0;
      if (width === 0) s.fail('found an incorrect leading UTF-8 octet', start);
    } else if ((octet & 0xc0) !== 0x80) s.fail('found an incorrect trailing UTF-8 octet', start);
    octets.push(octet);
    s.pos += 3;
  } while (octets.length < width);
  return Buffer.from(octets).toString();
}
