import { createHash, type Hash } from 'node:crypto';
import type { InputProblem, Inputs, ReadText } from '../source/inputs.ts';

/**
 * A digest of all that was read, and of what the disk answered otherwise, in order: who has the same has judged the same texts. Whoever reads the same texts
 * asks the same.
 */
export class Witness {
  readonly #hash: Hash = createHash('sha256');

  of(inputs: Inputs): Inputs {
    return {
      ...inputs,
      read: (entry) => {
        const read = inputs.read(entry);
        this.#text(entry.path, read);
        return read;
      },
      find: (path) => {
        const entry = inputs.find(path);
        this.#note('find', path, entry?.path);
        return entry;
      },
      beyond: (path) => {
        const entry = inputs.beyond(path);
        this.#note('beyond', path, entry);
        return entry;
      },
      exists: (path) => {
        const answer = inputs.exists(path);
        this.#note('exists', path, answer);
        return answer;
      },
    };
  }

  /** Of what was read until now. */
  digest(): string {
    return this.#hash.copy().digest('hex');
  }

  #note(what: string, path: string, answer: unknown): void {
    const text = JSON.stringify([what, path, answer]);
    this.#hash.update(`${text.length} `).update(text);
  }

  #text(path: string, read: ReadText | InputProblem): void {
    if (!('file' in read)) {
      this.#note('unread', path, read);
      return;
    }
    const { file, encoding, error } = read;
    this.#note('read', path, [encoding, error, file.text.length]);
    // UTF-16 may hold halves of characters, which are all the same in UTF-8.
    this.#hash.update(file.text, encoding === 'utf-8' ? 'utf8' : 'utf16le');
  }
}
