import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { InputEntry, Inputs } from '../source/inputs.ts';

/**
 * Which runs of little input have been before, roughly. To ask for what is kept of a run takes a digest, and the module for digests takes longer to load than it takes to
 * read a dozen manifests: only a run that comes again is asked for, and kept. A sum of 32 bits says which may be one; it decides nothing else.
 */
export class Seen {
  /** The inputs, with their texts already read: a pipe is read once. */
  readonly inputs: Inputs;
  /** Whether a run of this sum has been before. */
  readonly before: boolean;
  readonly #folder: string;
  readonly #marks: string;
  readonly #mark: string;

  /**
   * @param folder holds the sums; it need not be there
   * @param rest what the run depends on beside texts, as far as it is at hand
   * @param wanted whether an entry will be read
   */
  constructor(folder: string, inputs: Inputs, rest: string, wanted: (entry: InputEntry) => boolean) {
    this.#folder = folder;
    const texts = new Map<InputEntry, ReturnType<Inputs['read']>>();
    let sum = added(FIRST, rest);
    for (const entry of inputs.entries) {
      if (!wanted(entry)) continue;
      const text = inputs.read(entry);
      texts.set(entry, text);
      sum = added(sum, 'file' in text ? text.file.text : text.why);
    }
    this.inputs = { ...inputs, read: (entry) => texts.get(entry) ?? inputs.read(entry) };
    this.#mark = `${(sum >>> 0).toString(16).padStart(8, '0')}\n`;
    this.#marks = marksIn(folder);
    this.before = this.#marks.includes(this.#mark);
  }

  /** Notes that this run has been, in place of the oldest. */
  keep(): void {
    try {
      // One level after the other: `recursive` never ends in folders such as /proc.
      for (const level of [path.dirname(this.#folder), this.#folder]) if (!existsSync(level)) mkdirSync(level);
      writeFileSync(fileOf(this.#folder), (this.#mark + this.#marks).slice(0, MOST * this.#mark.length), { mode: 0o600 });
    } catch {
      // A folder that cannot be written costs speed, nothing else.
    }
  }
}

/** Runs whose sums are held. */
const MOST = 500;
/** Of a text, about as many characters are looked at. */
const LOOKED_AT = 128;

/** FNV-1a (draft-eastlake-fnv), over characters instead of bytes, and over some of them where there are many. */
const FIRST = 0x811c9dc5;
const PRIME = 0x01000193;

function added(before: number, text: string): number {
  let sum = Math.imul(before ^ text.length, PRIME);
  const step = Math.ceil(text.length / LOOKED_AT);
  for (let i = 0; i < text.length; i += step) sum = Math.imul(sum ^ text.charCodeAt(i), PRIME);
  return sum;
}

function fileOf(folder: string): string {
  return path.join(folder, 'seen');
}

function marksIn(folder: string): string {
  try {
    const text = readFileSync(fileOf(folder), 'latin1');
    return /^(?:[0-9a-f]{8}\n)*$/.test(text) ? text : '';
  } catch {
    return '';
  }
}
