import type { Part, Range, SourceDocument } from '../document.ts';
import { heldDocument } from '../kept.ts';
import type { Path } from '../path.ts';
import { decode } from './decode.ts';
import { FastReader } from './fast.ts';
import { Fault } from './fault.ts';
import { readJson } from './json.ts';
import { placesOf } from './node-places.ts';
import { parseDocument } from './parser.ts';
import type { Place } from './places.ts';
import { ReadDocument, type Source } from './read-document.ts';
import { firstChild, Recorder } from './recorder.ts';
import { type Span, seek } from './seek.ts';
import { original } from './text.ts';

/** So many places are sought one by one before those of the whole document are made. */
const SEEKS = 8;

/**
 * Where the key, or the scalar value, at a path is written; always within one line.
 *
 * The key of a list element is its first token. A value that is neither a scalar nor a flow collection on one line has
 * its key's place; so has one that is empty. A path that does not exist has the key of its nearest ancestor that does, and
 * the empty path has the document's first key. What an alias brings in lies where its anchor is written.
 *
 * The first calls for a document go through its lines; when there are many, or where that is not enough, it is read once more, and further ones
 * cost a look-up for each segment of the path.
 */
export function locate(asked: SourceDocument, path: Path, part: Part): Range {
  const document = heldDocument(asked) ?? asked;
  const source = ReadDocument.sourceOf(document);
  if (source !== undefined && source.root === undefined && source.sought < SEEKS) {
    source.sought++;
    const span = sought(document, source, path, part);
    if (span !== undefined) return rangeIn(source, span[0], span[1]);
  }
  const root = source && (source.root ??= placesIn(document, source));
  if (!source || !root) return { start: document.range.start, end: document.range.start };
  let place = root;
  let found = true;
  for (const segment of path) {
    const { children } = place;
    const next = Array.isArray(children) ? children[Number(segment)] : children?.get(String(segment));
    if (next === undefined) {
      found = false;
      break;
    }
    place = next;
  }
  if (place === root) {
    const first = firstChild(root);
    // A scalar as the whole document has no key, but a place.
    if (first !== undefined) return rangeIn(source, first.keyStart, first.keyEnd);
    return rangeIn(source, Math.max(root.valueStart, root.keyStart), Math.max(root.valueEnd, root.keyEnd));
  }
  if (part === 'value' && found && place.valueStart >= 0) return rangeIn(source, place.valueStart, place.valueEnd);
  return rangeIn(source, place.keyStart, place.keyEnd);
}

/** Without the places of the whole document, where that is possible. */
function sought(document: SourceDocument, { text, start, end, json }: Source, path: Path, part: Part): Span | undefined {
  if (!document.fast || json || document.error !== undefined || document.duplicates !== undefined) return undefined;
  let node = document.value;
  let length = 0;
  for (; length < path.length; length++) {
    const segment = path[length]!;
    const next = Array.isArray(node)
      ? node[Number(segment)]
      : typeof node === 'object' && node !== null && Object.hasOwn(node, segment)
        ? (node as Record<string, unknown>)[segment]
        : undefined;
    if (next === undefined) break;
    node = next;
  }
  if (length === 0) return undefined;
  const whole = length === path.length;
  return seek(text.text.slice(start, end), document.value, whole ? path : path.slice(0, length), whole ? part : 'key');
}

function rangeIn({ text, start }: Source, from: number, to: number): Range {
  return { start: original(text, start + from), end: original(text, start + to) };
}

/** Reads the document again, now for its places, with the reader that has read it before. */
function placesIn(document: SourceDocument, source: Source): Place | null {
  if (document.error !== undefined) return null;
  const text = source.text.text.slice(source.start, source.end);
  try {
    if (source.json) return readJson(text, 0, true)?.place ?? null;
    if (document.fast) {
      const recorder = new Recorder(text);
      new FastReader(text, recorder).document();
      return recorder.place;
    }
    const root = parseDocument(text);
    if (root === undefined) return null;
    decode(root);
    return placesOf(root, text);
  } catch (fault) {
    if (fault instanceof Fault) return null;
    throw fault;
  }
}
