import type { Part, Range, ReadError, SourceDocument, SourceFile } from './document.ts';
import type { Path } from './path.ts';
import { EXACT_ONLY, UNCOMMON } from './yaml/characters.ts';
import { decode } from './yaml/decode.ts';
import { FastReader, REFUSED } from './yaml/fast.ts';
import { Fault } from './yaml/fault.ts';
import { readJson } from './yaml/json.ts';
import { placesOf } from './yaml/node-places.ts';
import { type Node, parseDocument } from './yaml/parser.ts';
import type { Place } from './yaml/places.ts';
import { type Chunk, looksLikeJson, split } from './yaml/split.ts';
import { normalize, original, readLimit, type Text } from './yaml/text.ts';

/**
 * Reads a file's documents as kubectl does: the same values, the same errors, the same borders between documents.
 * Documents without content are among them, with the value null; kubectl skips those. Where kubectl gives up on the
 * rest of a file, the last document carries the error. Never throws.
 *
 * Mirrors k8s.io/apimachinery/pkg/util/yaml/decoder.go (YAMLOrJSONDecoder) over sigs.k8s.io/yaml.
 */
export function readDocuments(file: SourceFile): SourceDocument[] {
  const documents: SourceDocument[] = [];
  if (file.text === '') return documents;
  const text = normalize(file.text);
  const reading: Reading = { file, text, documents };
  if (looksLikeJson(text.text)) readJsonStream(reading);
  else readYaml(reading, 0, undefined);
  return documents;
}

interface Reading {
  readonly file: SourceFile;
  readonly text: Text;
  readonly documents: SourceDocument[];
}

/** How a document's places can be had, should anybody ask: the part of the normalized text it lies in. */
interface Source {
  readonly text: Text;
  readonly start: number;
  readonly end: number;
  readonly json: boolean;
  place?: Place;
}

const sources = new WeakMap<SourceDocument, Source>();

function add(reading: Reading, chunk: Chunk, json: boolean, made: Partial<SourceDocument>): void {
  const { file, text, documents } = reading;
  const range = rangeOf(text, chunk.start, chunk.end);
  const document: SourceDocument = { file, index: documents.length, range, value: undefined, fast: false, ...made };
  sources.set(document, { text, start: chunk.start, end: chunk.end, json });
  documents.push(document);
}

function rangeOf(text: Text, start: number, end: number): Range {
  return { start: original(text, start), end: original(text, end) };
}

/** A stream of JSON values; where it is none after all, kubectl reads what is left as YAML, unless it had two values by then. */
function readJsonStream(reading: Reading): void {
  const { text } = reading.text;
  let from = 0;
  for (let count = 0; ; count++) {
    try {
      const read = readJson(text, from, false);
      if (read === undefined) return;
      add(reading, { start: from, end: read.end }, true, { value: read.value, fast: true });
      from = read.end;
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      if (count > 1) {
        add(reading, { start: from, end: text.length }, true, { error: errorOf(reading.text, fault, fault.message) });
        return;
      }
      // Blanks are eaten up to the first line break, so that it does not count as a line of YAML.
      while (from < text.length && text.charCodeAt(from) <= 32 && text.charCodeAt(from - 1) !== 10) from++;
      readYaml(reading, from, fault);
      return;
    }
  }
}

/**
 * @param jsonFault why the text is no JSON, when it began like that: kubectl then tells this one of the first document
 */
function readYaml(reading: Reading, from: number, jsonFault: Fault | undefined): void {
  const { text } = reading;
  let first = jsonFault;
  const plain = !UNCOMMON.test(text.text);
  for (const chunk of split(text.text, from)) {
    const fault = chunk.fault ?? readChunk(reading, chunk, plain);
    if (fault !== undefined) {
      const message = first === undefined ? told(fault, chunk) : jsonMessage(text.text, first);
      add(reading, chunk, false, { error: errorOf(text, fault, message) });
    }
    first = undefined;
  }
}

/** kubectl's reader puts `yaml: ` before its own messages; those of its neighbours have no such mark. */
function told(fault: Fault, chunk: Chunk): string {
  const { message } = fault;
  return chunk.fault !== undefined || message.startsWith('json: ') || message.startsWith('unsupported map key')
    ? message
    : `yaml: ${message}`;
}

function jsonMessage(text: string, fault: Fault): string {
  return fault.message.startsWith('invalid character')
    ? `json: offset ${Buffer.byteLength(text.slice(0, fault.start)) + 1}: ${fault.message}`
    : fault.message;
}

/** @param plain nothing but common characters are known to be in the text */
function readChunk(reading: Reading, chunk: Chunk, plain: boolean): Fault | undefined {
  const text = reading.text.text.slice(chunk.start, chunk.end);
  if (plain || !UNCOMMON.test(text) || !EXACT_ONLY.test(text)) {
    try {
      add(reading, chunk, false, { value: new FastReader(text, false).document(), fast: true });
      return undefined;
    } catch (refused) {
      if (refused !== REFUSED) throw refused;
    }
  }
  return readExactly(reading, chunk, text);
}

/** The tree of a document, and from it the value; faults and nodes count from the document's start. */
function readExactly(reading: Reading, chunk: Chunk, text: string): Fault | undefined {
  try {
    const root = parseDocument(text, readLimit(text));
    if (root === undefined) {
      add(reading, chunk, false, { value: null });
      return undefined;
    }
    const { value, duplicates } = decode(root);
    if (duplicates.length === 0) add(reading, chunk, false, { value });
    else {
      const range = (node: Node) => rangeOf(reading.text, chunk.start + node.start, chunk.start + node.end);
      const named = duplicates.map(({ path, key, first, second }) => ({ path, key, first: range(first), second: range(second) }));
      add(reading, chunk, false, { value, duplicates: named });
    }
    return undefined;
  } catch (fault) {
    if (fault instanceof Fault) return new Fault(fault.message, chunk.start + fault.start, chunk.start + fault.end);
    throw fault;
  }
}

function errorOf(text: Text, fault: Fault, message: string): ReadError {
  return { message, range: rangeOf(text, fault.start, fault.end) };
}

/**
 * Where the key, or the scalar value, at a path is written; always within one line.
 *
 * The key of a list element is its first token. A value that is no scalar, nor a flow collection on one line, has its
 * key's place; so has an empty one. A path that does not exist has the place of its nearest ancestor that does, and the
 * empty path that of the document's first key. What an alias brings in lies where its anchor is written.
 */
export function locate(document: SourceDocument, path: Path, part: Part): Range {
  const source = sources.get(document);
  const root = source === undefined ? undefined : placeOf(document, source);
  if (source === undefined || root === undefined) return { start: document.range.start, end: document.range.start };
  let place = root;
  let found = true;
  for (const segment of path) {
    const { children } = place;
    const next = Array.isArray(children) ? children[segment as number] : children?.get(String(segment));
    if (next === undefined) {
      found = false;
      break;
    }
    place = next;
  }
  if (place === root) {
    const { children } = root;
    place = (Array.isArray(children) ? children[0] : children?.values().next().value) ?? root;
    found = false;
  }
  const { text, start } = source;
  if (part === 'value' && found && place.valueStart >= 0) return rangeOf(text, start + place.valueStart, start + place.valueEnd);
  return rangeOf(text, start + place.keyStart, start + place.keyEnd);
}

/** Reads the document once more, now for its places, by the reader that has read it before. */
function placeOf(document: SourceDocument, source: Source): Place | undefined {
  if (source.place !== undefined) return source.place;
  const text = source.text.text.slice(source.start, source.end);
  try {
    if (source.json) source.place = readJson(text, 0, true)?.place;
    else if (document.fast) {
      const reader = new FastReader(text, true);
      reader.document();
      source.place = reader.place;
    } else {
      const root = parseDocument(text, readLimit(text));
      if (root !== undefined) {
        decode(root);
        source.place = placesOf(root, text);
      }
    }
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
  }
  return source.place;
}

/** Line and column of an offset, both from 1, columns in UTF-16 units. Lines end with \n, \r\n or \r. */
export function lineColumn(file: SourceFile, offset: number): { line: number; column: number } {
  let starts = lines.get(file);
  if (starts === undefined) {
    starts = lineStarts(file.text);
    lines.set(file, starts);
  }
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle;
  }
  return { line: low + 1, column: offset - starts[low]! + 1 };
}

const lines = new WeakMap<SourceFile, readonly number[]>();

function lineStarts(text: string): number[] {
  const starts = [0];
  if (!text.includes('\r')) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    return starts;
  }
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 10 || (c === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
  }
  return starts;
}
