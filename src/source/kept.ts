import type { DocumentClass } from './classify.ts';
import type { DuplicateKey, Range, ReadError, SourceDocument, SourceFile } from './document.ts';
import { flat } from './flat-text.ts';
import { type Identity, identitiesOf } from './identity.ts';

/** Reads a file's text again; undefined where that is no longer possible. */
export type Again = (path: string) => SourceFile | undefined;

/** How much is held. */
export interface Room {
  /** Characters of text that are held, with the trees that were made of them. */
  readonly room: number;
  /** How often all that there is may be taken apart again before there is more room. */
  readonly reads: number;
}

export interface KeeperOptions extends Room {
  readonly again: Again;
  /** The documents of a text, as they were read the first time. */
  readonly read: (file: SourceFile) => readonly SourceDocument[];
  /** Tells whether two texts are the same. */
  readonly digest: (text: string) => string;
}

/**
 * Holds as much of the inputs as there is room for. What has not been used for a while is let go, a file at a time, and read again from the disk when it
 * is asked for: by the same reader, so that the same values come of it.
 */
export class Keeper {
  /** Reported paths of files that are no longer what was read: what is known of them is worth nothing. */
  readonly changed = new Set<string>();
  /** Characters that were taken apart again, and how often a file was. */
  readonly again = { characters: 0, files: 0 };
  readonly options: KeeperOptions;
  readonly #classes = new Map<string, DocumentClass>();
  #room: number;
  #held = 0;
  #all = 0;
  #allowed = 0;
  /** Files in the order in which they came, from `#first` on. */
  #queue: KeptFile[] = [];
  #first = 0;

  constructor(options: KeeperOptions) {
    this.options = options;
    this.#room = options.room;
  }

  /** Takes in what has been read. `documents` are those of the reader; what is given back stands for them. */
  keep(
    file: SourceFile,
    documents: readonly SourceDocument[],
    classes: readonly DocumentClass[],
  ): { readonly file: KeptFile; readonly documents: readonly KeptDocument[]; readonly classes: readonly DocumentClass[] } {
    const kept = new KeptFile(this, file, documents);
    this.#all += file.text.length;
    this.#allowed += file.text.length * this.options.reads;
    const shared = classes.map((it) => this.#class(it));
    return { file: kept, documents: documents.map((it, i) => new KeptDocument(kept, it, shared[i]!)), classes: shared };
  }

  /** A file has come to be held. */
  hold(file: KeptFile): void {
    this.#held += file.length;
    this.#queue.push(file);
    while (this.#held > this.#room && this.#queue.length - this.#first > 1) {
      const oldest = this.#queue[this.#first++]!;
      if (oldest.used && oldest !== file) {
        oldest.used = false;
        this.#queue.push(oldest);
      } else if (oldest === file) this.#queue.push(oldest);
      else {
        oldest.letGo();
        this.#held -= oldest.length;
      }
    }
    if (this.#first > 1000) {
      this.#queue = this.#queue.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Where files are wanted again and again in another order than they lie in, time is worth more than room: there is more of it from then on. */
  count(file: KeptFile): void {
    this.again.files++;
    this.again.characters += file.length;
    if (this.again.characters <= this.#allowed) return;
    this.#allowed += this.#all;
    this.#room = Math.max(2 * this.#room, file.length);
  }

  #class(it: DocumentClass): DocumentClass {
    if (it.what === 'almost') return { ...it, why: flat(it.why), ...(it.says === undefined ? {} : { says: flat(it.says) }) };
    if (it.what !== 'object' && it.what !== 'list' && it.what !== 'foreign') return it;
    const key = it.what === 'foreign' ? it.as : `${it.what}\0${it.apiVersion}\0${it.kind}`;
    let known = this.#classes.get(key);
    if (known === undefined) {
      known =
        it.what === 'foreign'
          ? { what: it.what, as: flat(it.as) }
          : { what: it.what, apiVersion: flat(it.apiVersion), kind: flat(it.kind) };
      this.#classes.set(flat(key), known);
    }
    return known;
  }
}

/** A file whose text and documents may be let go. */
export class KeptFile implements SourceFile {
  readonly path: string;
  readonly length: number;
  /** Since it was last looked at whether it may be let go. */
  used = true;
  readonly #keeper: Keeper;
  readonly #digest: string;
  #file: SourceFile | undefined;
  #documents: readonly SourceDocument[] | undefined;

  constructor(keeper: Keeper, file: SourceFile, documents: readonly SourceDocument[]) {
    this.path = file.path;
    this.length = file.text.length;
    this.#keeper = keeper;
    this.#digest = keeper.options.digest(file.text);
    this.#file = file;
    this.#documents = documents;
    keeper.hold(this);
  }

  /** Empty where the file has changed. */
  get text(): string {
    return this.held().text;
  }

  /** The file as it was read: what is known of a text is known of this. */
  held(): SourceFile {
    this.used = true;
    return this.#file ?? this.#read();
  }

  /** The documents as they were read; none where the file has changed. */
  documents(): readonly SourceDocument[] {
    this.used = true;
    return this.#documents ?? this.#take();
  }

  letGo(): void {
    this.#file = undefined;
    this.#documents = undefined;
  }

  #read(): SourceFile {
    const { changed, options } = this.#keeper;
    let file = changed.has(this.path) ? undefined : options.again(this.path);
    if (file === undefined || file.text.length !== this.length || options.digest(file.text) !== this.#digest) {
      changed.add(this.path);
      file = { path: this.path, text: '' };
      this.#documents = [];
    }
    this.#file = file;
    this.#keeper.hold(this);
    return file;
  }

  #take(): readonly SourceDocument[] {
    const file = this.held();
    if (this.#documents === undefined) {
      this.#keeper.count(this);
      this.#documents = this.#keeper.options.read(file);
    }
    return this.#documents;
  }
}

/** A document whose value may be let go. It is the same value whenever it is asked for, but not always the same object. */
export class KeptDocument implements SourceDocument {
  readonly file: KeptFile;
  readonly index: number;
  readonly #start: number;
  readonly #end: number;
  readonly fast: boolean;
  readonly error: ReadError | undefined;
  readonly duplicates: readonly DuplicateKey[] | undefined;
  /** What others have made of it, as long as it is there: a look-up in a map would take as much room as the rest. */
  made: object | undefined = undefined;
  #identities: readonly Identity[] | undefined;

  constructor(file: KeptFile, { index, range, fast, error, duplicates, value }: SourceDocument, documentClass: DocumentClass) {
    this.file = file;
    this.index = index;
    this.#start = range.start;
    this.#end = range.end;
    this.fast = fast;
    this.error = error && { ...error, message: flat(error.message) };
    this.duplicates = duplicates;
    this.#identities = identitiesOf(value, documentClass).map(({ group, kind, namespace, name }) => ({
      group,
      kind,
      namespace: flat(namespace),
      name: flat(name),
    }));
  }

  get range(): Range {
    return { start: this.#start, end: this.#end };
  }

  /** Null where the file has changed. */
  get value(): unknown {
    return this.error === undefined ? (this.file.documents()[this.index]?.value ?? null) : undefined;
  }

  /** The document as it was read; undefined where the file has changed. */
  held(): SourceDocument | undefined {
    return this.file.documents()[this.index];
  }

  /** `identitiesOf`, without reading it again. */
  identities(documentClass: DocumentClass): readonly Identity[] {
    return this.#identities ?? identitiesOf(this.value, documentClass);
  }

  /** What is applied together is known. */
  forgetIdentities(): void {
    this.#identities = undefined;
  }
}

/** The identities of a document's objects, without reading it again where they are still known. */
export function identitiesIn(document: SourceDocument, documentClass: DocumentClass): readonly Identity[] {
  return document instanceof KeptDocument ? document.identities(documentClass) : identitiesOf(document.value, documentClass);
}

/** The file as the reader made it: what is known of a text is to go with it. */
export function heldFile(file: SourceFile): SourceFile {
  return file instanceof KeptFile ? file.held() : file;
}

/** The document as the reader made it. */
export function heldDocument(document: SourceDocument): SourceDocument | undefined {
  return document instanceof KeptDocument ? document.held() : document;
}
