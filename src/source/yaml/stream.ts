import type { DuplicateKey, Range, SourceDocument, SourceFile } from '../document.ts';
import { EXACT_ONLY, UNCOMMON } from './characters.ts';
import { type Duplicate, decode } from './decode.ts';
import { FastReader, REFUSED } from './fast.ts';
import { Fault } from './fault.ts';
import { readJson } from './json.ts';
import { type Node, parseDocument } from './parser.ts';
import type { DuplicatePlace, Place } from './places.ts';
import { ReadDocument } from './read-document.ts';
import { Recorder } from './recorder.ts';
import { type Chunk, isSpace, looksLikeJson, split } from './split.ts';
import { normalize, original, type Text } from './text.ts';
import { warmUp } from './warm-up.ts';

/**
 * Reads a file's documents as kubectl does: the same values, the same errors, the same borders between documents.
 * Documents without content are among them, with the value null; kubectl skips those. Where kubectl gives up on the
 * rest of a file, the last document carries the error. Never throws.
 *
 * Mirrors k8s.io/apimachinery/pkg/util/yaml/decoder.go (YAMLOrJSONDecoder) over sigs.k8s.io/yaml. Most documents are
 * read by the fast reader; what it does not take goes to the exact one, which is this package's measure of all things.
 */
export function readDocuments(file: SourceFile): SourceDocument[] {
  if (file.text === '') return [];
  warmUp(file.text.length);
  const stream = new Stream(file);
  if (looksLikeJson(stream.text.text)) stream.readJson();
  else stream.readYaml(0, undefined);
  return stream.documents;
}

class Stream {
  readonly file: SourceFile;
  readonly text: Text;
  readonly documents: SourceDocument[] = [];

  constructor(file: SourceFile) {
    this.file = file;
    this.text = normalize(file.text);
  }

  /** JSON values, one after the other. Where it is none after all, what is left is YAML, unless two values have come by then. */
  readJson(): void {
    const { text } = this.text;
    let from = 0;
    for (let count = 0; ; count++) {
      try {
        const read = readJson(text, from, false);
        if (read === undefined) return;
        // Places count from the value's chunk on, so the second reading has to begin there too.
        const again = read.duplicated ? readJson(text.slice(from, read.end), 0, true) : undefined;
        const chunk = { start: from, end: read.end };
        if (read.overflow !== undefined) this.fail(chunk, read.overflow, read.overflow.message);
        else this.add(chunk, true, { value: read.value, fast: true, duplicates: again && this.named(again.duplicates, from) });
        from = read.end;
      } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        if (count > 1) {
          this.fail({ start: from, end: text.length }, fault, fault.message);
          return;
        }
        // Blanks are eaten up to the first line break, so that it does not count as a line of the YAML.
        while (from < text.length && isSpace(text.charCodeAt(from))) if (text.charCodeAt(from++) === 10) break;
        this.readYaml(from, fault);
        return;
      }
    }
  }

  /** @param jsonFault why the text is no JSON if it began like that: kubectl tells this, and not what is wrong with it as YAML */
  readYaml(from: number, jsonFault: Fault | undefined): void {
    const { text } = this.text;
    const common = !UNCOMMON.test(text);
    let first = jsonFault;
    for (const chunk of split(text, from)) {
      const fault = chunk.fault ?? this.readDocument(chunk, common);
      if (fault !== undefined) {
        // Of a text that is meant as JSON the place is where JSON ends; another may be flow YAML with a fault further down.
        const shown = first !== undefined && this.file.path.endsWith('.json') ? first : fault;
        this.fail(chunk, shown, first === undefined ? told(fault, chunk) : this.toldOfJson(first));
      }
      first = undefined;
    }
  }

  /** @param common whether all of the file's characters are known to be common ones */
  private readDocument(chunk: Chunk, common: boolean): Fault | undefined {
    const text = this.text.text.slice(chunk.start, chunk.end);
    if (common || !UNCOMMON.test(text) || !EXACT_ONLY.test(text)) {
      try {
        const reader = new FastReader(text);
        const value = reader.document();
        const duplicates = reader.duplicated ? this.named(duplicatesIn(text), chunk.start) : undefined;
        this.add(chunk, false, { value, fast: true, duplicates });
        return undefined;
      } catch (refused) {
        if (refused !== REFUSED) throw refused;
      }
    }
    try {
      const root = parseDocument(text);
      if (root === undefined) this.add(chunk, false, { value: null, fast: false });
      else {
        const { value, duplicates } = decode(root);
        this.add(chunk, false, {
          value,
          fast: false,
          duplicates: duplicates.length > 0 ? this.namedNodes(duplicates, chunk.start) : undefined,
        });
      }
      return undefined;
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      return new Fault(fault.message, chunk.start + fault.start, chunk.start + fault.end);
    }
  }

  private add(chunk: Chunk, json: boolean, made: Pick<SourceDocument, 'value' | 'fast' | 'error' | 'duplicates'>): void {
    const { value, fast, error, duplicates } = made;
    const { file, text, documents } = this;
    const { start, end } = chunk;
    const range = this.range(start, end);
    documents.push(
      new ReadDocument(
        { file, index: documents.length, range, value, fast, error, duplicates },
        { text, start, end, json, root: undefined, sought: 0 },
      ),
    );
  }

  private fail(chunk: Chunk, fault: Fault, message: string): void {
    this.add(chunk, false, { value: undefined, fast: false, error: { message, range: this.faultRange(chunk, fault) } });
  }

  /** Within one line, and on something: a fault at the end of a line or of the document is shown at what stands before it. */
  private faultRange(chunk: Chunk, fault: Fault): Range {
    const { text } = this.text;
    let { start } = fault;
    if (start >= chunk.end || text.charCodeAt(start) === 10) {
      while (start > chunk.start && (start >= chunk.end || isSpace(text.charCodeAt(start)))) start--;
    }
    const lineEnd = text.indexOf('\n', start);
    return this.range(start, Math.max(start + 1, Math.min(fault.end, lineEnd)));
  }

  /** Go counts bytes, and the faulty one among them. */
  private toldOfJson(fault: Fault): string {
    if (!fault.message.startsWith('invalid character')) return fault.message;
    return `json: offset ${Buffer.byteLength(this.file.text.slice(0, original(this.text, fault.start))) + 1}: ${fault.message}`;
  }

  private range(start: number, end: number): Range {
    return { start: original(this.text, start), end: original(this.text, end) };
  }

  private named(duplicates: readonly DuplicatePlace[], start: number): DuplicateKey[] {
    const range = (place: Place) => this.range(start + place.keyStart, start + place.keyEnd);
    return duplicates
      .map(({ path, key, first, second }) => ({ path, key, first: range(first), second: range(second) }))
      .sort(bySecond);
  }

  private namedNodes(duplicates: readonly Duplicate[], start: number): DuplicateKey[] {
    const range = (node: Node) => this.range(start + node.start, start + node.end);
    return duplicates
      .map(({ path, key, first, second }) => ({ path, key, first: range(first), second: range(second) }))
      .sort(bySecond);
  }
}

function bySecond(a: DuplicateKey, b: DuplicateKey): number {
  return a.second.start - b.second.start;
}

function duplicatesIn(text: string): readonly DuplicatePlace[] {
  const recorder = new Recorder(text);
  new FastReader(text, recorder).document();
  return recorder.duplicates;
}

/** kubectl's reader puts `yaml: ` before its own messages; those of its neighbours have no such mark. */
function told(fault: Fault, chunk: Chunk): string {
  const { message } = fault;
  const foreign = chunk.fault !== undefined || message.startsWith('json: ') || message.startsWith('unsupported map key');
  return foreign ? message : `yaml: ${message}`;
}
