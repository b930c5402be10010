import type { Release } from '../api/kinds.ts';
import { type CustomResources, knownKind } from '../apiserver/verdict.ts';
import { type Manifest, manifestsIn } from '../cluster/unwrap.ts';
import type { NotJudged } from '../report/types.ts';
import type { ReadError, SourceDocument, SourceFile } from '../source/document.ts';
import type { InputProblem, Inputs, ReadText } from '../source/inputs.ts';
import { Keeper, KeptDocument, KeptFile, type Room } from '../source/kept.ts';
import { hasObjects, OTHER, type ParsedFile, parsedFile } from '../source/parsed-file.ts';
import { lineColumn, readDocuments } from '../source/reader.ts';
import { isTemplateText } from '../source/template-text.ts';
import { withoutQuotes } from './secrets.ts';

/** What has been read so far: texts by their reported path, and their documents. */
export class Reading {
  readonly files = new Map<string, SourceFile>();
  readonly documents = new Map<string, readonly SourceDocument[]>();
  readonly parsed: ParsedFile[] = [];
  readonly problems: InputProblem[] = [];
  /** Documents with content. */
  count = 0;
  readonly #overlay: ReadonlyMap<string, string>;
  readonly #beyond = new Map<string, ParsedFile | undefined>();
  readonly #pending: Promise<unknown>[] = [];
  #keeper: Keeper | undefined;
  #inputs: Inputs | undefined;

  constructor(overlay: ReadonlyMap<string, string> = new Map()) {
    this.#overlay = overlay;
  }

  /**
   * From here on texts and what was made of them are held only while there is room for them. What is wanted again is read again from the disk: standard
   * input, and what stands for a file, is held.
   */
  async keepTo(room: Room, inputs: Inputs): Promise<void> {
    const { digestOf } = await import('../source/digest.ts');
    this.#inputs = inputs;
    const faults = new Map<string, ReadError>();
    this.#keeper = new Keeper({
      ...room,
      digest: digestOf,
      again: (path) => {
        const entry = inputs.find(path);
        const read = entry && inputs.read(entry);
        if (read === undefined || !('file' in read)) return undefined;
        if (read.error) faults.set(path, read.error);
        return read.file;
      },
      read: (file) => {
        const error = faults.get(file.path);
        return error === undefined ? readDocuments(file) : [unreadable(file, error)];
      },
    });
    for (const [i, file] of this.parsed.entries()) this.#keep(file, i);
  }

  /** Lets the file at a place in `parsed` be let go. */
  #keep({ path, documents, classes, ...rest }: ParsedFile, index: number): void {
    const file = this.files.get(path);
    const entry = this.#inputs?.find(path);
    if (this.#keeper === undefined || file === undefined || entry === undefined || entry.stdin || this.#overlay.has(path)) return;
    const kept = this.#keeper.keep(file, documents, classes);
    this.files.set(path, kept.file);
    this.documents.set(path, kept.documents);
    this.parsed[index] = { path, ...rest, documents: kept.documents, classes: kept.classes };
    // While it is at hand.
    for (const document of kept.documents) manifestsIn(document);
  }

  /** It is known what is applied together. */
  sorted(): void {
    for (const { documents } of this.parsed)
      for (const document of documents) if (document instanceof KeptDocument) document.forgetIdentities();
  }

  /** Whether what has been read is let go. */
  get isBounded(): boolean {
    return this.#keeper !== undefined;
  }

  /** Whether a file that was read again is no longer what it was: what has been found is then worth nothing. */
  get changed(): boolean {
    return this.#keeper !== undefined && this.#keeper.changed.size > 0;
  }

  /** The text of a file to be shown; undefined where there is none, or no longer. */
  source(path: string): string | undefined {
    const file = this.files.get(path);
    const text = file?.text;
    return file instanceof KeptFile && this.#keeper?.changed.has(path) === true ? undefined : text;
  }

  /**
   * Takes in one text. Resolves at once unless a document needs the library that reads all of YAML.
   * @param named a person named the file itself, so that it is meant as a manifest whatever is in it
   */
  add(read: ReadText | InputProblem, root = 0, named = true): Promise<void> | undefined {
    if (!('file' in read)) {
      this.problems.push(read);
      return undefined;
    }
    const text = this.#overlay.get(read.file.path);
    const file = text === undefined ? read.file : { path: read.file.path, text };
    this.files.set(file.path, file);
    if (read.error) {
      this.#take(root, named, file, [unreadable(file, read.error)]);
      return undefined;
    }
    const result = readDocuments(file);
    if (!(result instanceof Promise)) {
      this.#take(root, named, file, result);
      return undefined;
    }
    return result.then((documents) => this.#take(root, named, file, documents));
  }

  #take(root: number, named: boolean, file: SourceFile, documents: readonly SourceDocument[]): void {
    const fault = documents.find((document) => document.error !== undefined)?.error;
    // What is still to be filled in never parses where it matters: without a fault there is no template.
    const template = fault && isTemplateText(file.text, fault.range.start);
    this.documents.set(file.path, documents);
    this.parsed.push(parsedFile(file.path, root, documents, template, named));
    if (!template) for (const document of documents) if (document.value !== null) this.count++;
    if (this.#keeper !== undefined) this.#keep(this.parsed.at(-1)!, this.parsed.length - 1);
  }

  /** A file that a kustomization names and no argument stands for: indexed, not reported on. */
  beyond(path: string, inputs: Inputs): ParsedFile | undefined {
    if (this.#beyond.has(path)) return this.#beyond.get(path);
    let made: ParsedFile | undefined;
    const entry = inputs.beyond(path);
    const read = entry && inputs.read(entry);
    if (read && 'file' in read && !read.error) {
      const result = readDocuments(read.file);
      const take = (documents: readonly SourceDocument[]) => {
        this.documents.set(path, documents);
        made = parsedFile(path, -1, documents);
        this.#beyond.set(path, made);
      };
      if (result instanceof Promise) this.#pending.push(result.then(take));
      else take(result);
    }
    this.#beyond.set(path, made);
    return made;
  }

  /** Waits for what is still being read; true if there was anything. */
  async settle(): Promise<boolean> {
    const pending = this.#pending.splice(0);
    await Promise.all(pending);
    return pending.length > 0;
  }

  text(path: string, inputs?: Inputs): string | undefined {
    const known = this.files.get(path)?.text;
    if (known !== undefined || inputs === undefined) return known;
    const entry = inputs.beyond(path);
    const read = entry && inputs.read(entry);
    return read && 'file' in read ? read.file.text : undefined;
  }

  *manifests(): Generator<Manifest> {
    for (const documents of this.documents.values()) for (const document of documents) yield* manifestsIn(document);
  }

  /** One entry for each file that holds a text that is no YAML and no manifest either. */
  others(): NotJudged[] {
    return this.parsed.flatMap((file) => {
      const { path, classes, documents, template } = file;
      const other = template !== undefined || hasObjects(file) ? -1 : classes.indexOf(OTHER);
      const document = documents[other];
      if (document?.error === undefined) return [];
      const { line } = lineColumn(document.file, document.error.range.start);
      const why = withoutQuotes(document.error.message, document, document.error.range.start).replace(
        /^yaml: (?:line \d+: )?/,
        '',
      );
      return [{ file: path, line, why: `no Kubernetes object, as it seems, and not YAML: ${why}` }];
    });
  }

  /** One entry for each file that is a template. */
  templates(): NotJudged[] {
    return this.parsed.flatMap(({ path, template }) => {
      const file = this.files.get(path);
      if (template === undefined || file === undefined) return [];
      return [
        {
          file: path,
          line: lineColumn(file, template.offset).line,
          why: 'a template: render it first, for example `helm template … | podlint -`',
        },
      ];
    });
  }
}

/** What stands for a text that is none. */
function unreadable(file: SourceFile, error: ReadError): SourceDocument {
  return { file, index: 0, range: { start: 0, end: file.text.length }, value: undefined, error, fast: true };
}

/** Custom kinds that nothing defines: one entry a kind. `hints` tell what is known near to them. */
export function unknownKinds(
  manifests: Iterable<Manifest>,
  release: Release,
  customs: CustomResources,
  hints: ReadonlyMap<string, string>,
): NotJudged[] {
  const found = new Map<string, { file: string; count: number; kind: string; apiVersion: string } | undefined>();
  for (const { apiVersion, kind, document } of manifests) {
    const key = `${apiVersion}/${kind}`;
    const entry = found.get(key);
    if (entry) entry.count++;
    if (found.has(key)) continue;
    const known = knownKind(apiVersion, kind, release, customs);
    const unknown = known.by === 'nothing' && known.lifecycle.state === 'custom' && known.lifecycle.suggestions.length === 0;
    found.set(key, unknown ? { file: document.file.path, count: 1, kind, apiVersion } : undefined);
  }
  return [...found.values()].flatMap((entry) => {
    if (entry === undefined) return [];
    const { file, count, kind, apiVersion } = entry;
    const what = count === 1 ? `a ${kind}` : `${count} objects of kind ${kind}`;
    const hint = hints.get(`${apiVersion}/${kind}`);
    const why = `no CustomResourceDefinition given, so the fields are not checked${hint === undefined ? '' : `; ${hint}`}`;
    return [{ file, why: `${what} (${apiVersion}): ${why}; \`--crds PATH\` names the definitions that the cluster has` }];
  });
}
