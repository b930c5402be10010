import type { Pair, Scalar, YAMLMap } from 'yaml';
import type { SourceDocument } from './document.ts';
import type { Path } from './path.ts';
import { locate } from './reader.ts';

/** A change of the text: the range becomes `text`. Offsets are those of the file. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What is to change, by path into the document. */
export type DocumentChange =
  | { readonly set: Path; readonly to: string | number | boolean }
  | { readonly rename: Path; readonly to: string }
  | { readonly remove: Path }
  | { readonly quote: Path }
  | { readonly add: Path; readonly key: string; readonly to: unknown };

type Library = typeof import('yaml');
type Tree = ReturnType<Library['parseDocument']>;

/** The library that knows where every token of a YAML text lies: loaded only where something is to be edited. */
export async function loadEditor(): Promise<void> {
  library = await import('yaml');
}

let library: Library | undefined;

function yaml(): Library {
  if (library === undefined) throw new Error('loadEditor() comes first');
  return library;
}
const isMap = (node: unknown): node is YAMLMap => yaml().isMap(node);
const isSeq: Library['isSeq'] = (node): node is never => yaml().isSeq(node);
const isPair = (node: unknown): node is Pair => yaml().isPair(node);
const isScalar = (node: unknown): node is Scalar => yaml().isScalar(node);

/**
 * Turns changes of one document into edits of its text that keep comments, order, quoting and line endings. A change that cannot be made without
 * rewriting more than it says (a block scalar, an alias, the only entry of a mapping) is left out.
 */
export class DocumentEditor {
  readonly #document: SourceDocument;
  #made: Tree | undefined;
  readonly #base: number;

  constructor(document: SourceDocument) {
    this.#document = document;
    this.#base = document.range.start;
  }

  /** Made only for what cannot be done without: the library takes its time. */
  get #tree(): Tree {
    this.#made ??= yaml().parseDocument(this.#text(), { version: '1.1', uniqueKeys: false, strict: false, logLevel: 'silent' });
    return this.#made;
  }

  edit(change: DocumentChange): TextEdit | undefined {
    if ('set' in change) {
      const plain = this.#setPlainly(change.set, change.to);
      if (plain !== undefined) return plain;
    }
    if (this.#tree.errors.length > 0) return undefined;
    if ('set' in change) return this.#set(change.set, change.to);
    if ('rename' in change) return this.#rename(change.rename, change.to);
    if ('quote' in change) return this.#quote(change.quote);
    if ('remove' in change) return this.#remove(change.remove);
    return this.#add(change.add, change.key, change.to);
  }

  #set(path: Path, to: string | number | boolean): TextEdit | undefined {
    const node: unknown = this.#tree.getIn(path, true);
    if (!isScalar(node) || !node.range) return undefined;
    if (node.type === 'BLOCK_FOLDED' || node.type === 'BLOCK_LITERAL') return undefined;
    return this.#replace(node.range[0], node.range[1], scalarText(to, node.type));
  }

  /** Most fixes put one word for another: one that stands behind its key, as it is read. Undefined for all that is not that plain. */
  #setPlainly(path: Path, to: string | number | boolean): TextEdit | undefined {
    const document = this.#document;
    const old = valueAt(document.value, path);
    if (!document.fast || document.duplicates !== undefined || typeof path.at(-1) !== 'string') return undefined;
    if (typeof old !== 'string' || old === '' || this.#text().includes('&')) return undefined;
    const { text } = document.file;
    const { start, end } = locate(document, path, 'value');
    // Its key would stand at the beginning of its line, or behind a dash.
    if (!/:[ ]+$/.test(text.slice(Math.max(document.range.start, start - 100), start))) return undefined;
    const written = text.slice(start, end);
    const type =
      written === old ? 'PLAIN' : written === `"${old}"` ? 'QUOTE_DOUBLE' : written === `'${old}'` ? 'QUOTE_SINGLE' : undefined;
    return type && { start, end, text: scalarText(to, type) };
  }

  #quote(path: Path): TextEdit | undefined {
    const node: unknown = this.#tree.getIn(path, true);
    if (!isScalar(node) || !node.range || node.type !== 'PLAIN' || node.source === undefined) return undefined;
    return this.#replace(node.range[0], node.range[1], JSON.stringify(node.source));
  }

  #rename(path: Path, to: string): TextEdit | undefined {
    const key = this.#pair(path)?.key;
    if (!isScalar(key) || !key.range || key.source === undefined) return undefined;
    return this.#replace(key.range[0], key.range[1], scalarText(to, key.type));
  }

  #pair(path: Path): Pair | undefined {
    const name = path.at(-1);
    const parent: unknown = path.length === 1 ? this.#tree.contents : this.#tree.getIn(path.slice(0, -1), true);
    if (!isMap(parent) || typeof name !== 'string') return undefined;
    return parent.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === name);
  }

  #remove(path: Path): TextEdit | undefined {
    const parent: unknown = path.length === 1 ? this.#tree.contents : this.#tree.getIn(path.slice(0, -1), true);
    const last = path.at(-1);
    if (isMap(parent) && !parent.flow && parent.items.length > 1) {
      const pair = this.#pair(path);
      return pair && this.#removeLines(parent, parent.items.indexOf(pair), rangeOf(pair.key)?.[0]);
    }
    if (isSeq(parent) && !parent.flow && parent.items.length > 1 && typeof last === 'number') {
      const start = rangeOf(parent.items[last])?.[0];
      return this.#removeLines(parent, last, start);
    }
    return undefined;
  }

  /** Whole lines, from the entry's first to the line before the next entry. An entry that shares its line with `- ` stays. */
  #removeLines(
    parent: { items: unknown[]; range?: readonly [number, number, number] | null },
    index: number,
    start: number | undefined,
  ): TextEdit | undefined {
    if (start === undefined) return undefined;
    const text = this.#text();
    const from = text.lastIndexOf('\n', start - 1) + 1;
    const before = text.slice(from, start).trim();
    if (before !== '' && before !== '-') return undefined;
    if (before === '-' && !isSeqParent(parent)) return undefined;
    const next = parent.items[index + 1];
    const nextStart = next === undefined ? undefined : startOf(next);
    const ownEnd = parent.items[index] === undefined ? undefined : endOf(parent.items[index]);
    if (ownEnd === undefined) return undefined;
    const lineEnd = text.indexOf('\n', Math.max(ownEnd - 1, start));
    let to = lineEnd < 0 ? text.length : lineEnd + 1;
    if (nextStart !== undefined) to = Math.min(to, text.lastIndexOf('\n', nextStart - 1) + 1);
    return to <= from ? undefined : this.#replace(from, to, '');
  }

  #text(): string {
    const { file, range } = this.#document;
    return file.text.slice(range.start, range.end);
  }

  #add(path: Path, key: string, to: unknown): TextEdit | undefined {
    const parent: unknown = path.length === 0 ? this.#tree.contents : this.#tree.getIn(path, true);
    const name = scalarText(key, 'PLAIN');
    if (!isMap(parent) || !parent.range) return undefined;
    const text = this.#text();
    if (parent.flow) {
      const close = text.lastIndexOf('}', parent.range[1] - 1);
      const inside = text.slice(parent.range[0] + 1, close);
      const value = yaml().stringify(to, { collectionStyle: 'flow', version: '1.1' }).trim();
      const at = parent.range[0] + 1 + inside.trimEnd().length;
      return this.#replace(at, close, `${inside.trim() === '' ? '' : ', '}${name}: ${value}${inside.endsWith(' ') ? ' ' : ''}`);
    }
    const first = parent.items[0];
    const firstStart = first && rangeOf(first.key)?.[0];
    if (firstStart === undefined) return undefined;
    const indent = ' '.repeat(firstStart - (text.lastIndexOf('\n', firstStart - 1) + 1));
    const end = lastContent(parent);
    const lineEnd = text.indexOf('\n', end === undefined ? parent.range[1] : Math.max(0, end - 1));
    const at = lineEnd < 0 ? text.length : lineEnd + 1;
    const newline = text.includes('\r\n') ? '\r\n' : '\n';
    const rendered = yaml()
      .stringify({ [key]: to }, { version: '1.1', indent: 2 })
      .trimEnd()
      .split('\n')
      .map((line) => `${indent}${line}${newline}`)
      .join('');
    return this.#replace(at, at, (lineEnd < 0 && !text.endsWith('\n') ? newline : '') + rendered);
  }

  #replace(start: number, end: number, text: string): TextEdit {
    return { start: this.#base + start, end: this.#base + end, text };
  }
}

/** What a path leads to; undefined where it leads nowhere. */
function valueAt(value: unknown, path: Path): unknown {
  let node = value;
  for (const segment of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, segment)) return undefined;
    node = (node as Record<string, unknown>)[segment];
  }
  return node;
}

function isSeqParent(parent: unknown): boolean {
  return isSeq(parent);
}

function rangeOf(node: unknown): readonly [number, number, number] | undefined {
  return (node as { range?: [number, number, number] | null } | undefined)?.range ?? undefined;
}

function startOf(item: unknown): number | undefined {
  return rangeOf(isPair(item) ? item.key : item)?.[0];
}

/** Where the content of an entry ends: its value's last character, or its key's where it has no value. */
function endOf(item: unknown): number | undefined {
  if (!isPair(item)) return isMap(item) || isSeq(item) ? lastContent(item) : rangeOf(item)?.[1];
  const value: unknown = item.value;
  if (isMap(value) || isSeq(value)) return lastContent(value) ?? rangeOf(item.key)?.[1];
  return rangeOf(value)?.[1] ?? rangeOf(item.key)?.[1];
}

function lastContent(
  collection:
    | Pick<YAMLMap, 'items' | 'flow' | 'range'>
    | { items: unknown[]; flow?: boolean; range?: readonly [number, number, number] | null },
): number | undefined {
  if (collection.flow) return collection.range?.[1];
  const last: unknown = collection.items.at(-1);
  return last === undefined ? collection.range?.[1] : endOf(last);
}

/** A scalar as it is written in the style of the one it replaces; quoted where a plain one would be read as something else. */
function scalarText(value: string | number | boolean, type: Scalar['type'] | undefined): string {
  if (typeof value !== 'string') return String(value);
  if (type === 'QUOTE_DOUBLE') return JSON.stringify(value);
  if (type === 'QUOTE_SINGLE') return `'${value.replaceAll("'", "''")}'`;
  return yaml().stringify(value, { version: '1.1', lineWidth: 0 }).trimEnd();
}
