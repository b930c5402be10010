import { createHash, type Hash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { definitionsOf, factsOf } from '../config/inputs.ts';
import type { Plan } from '../config/plan.ts';
import type { InputEntry, InputProblem, Inputs, ReadText } from '../source/inputs.ts';
import { type Asked, keep, recall, type Told, used } from './kept.ts';

/** All that a report depends on, beside the texts. */
export interface Question {
  readonly plan: Plan;
  readonly inputs: Inputs;
  readonly cwd: string;
  /** Whatever else it depends on: versions, options, how outputs are written. JSON. */
  readonly rest: unknown;
  /** A file that is read when all has been judged. */
  readonly baseline?: string;
}

type Read = ReadText | InputProblem;

/**
 * What is known of a run that had the same texts before it. A run is the same when its key is (everything that is known before anything is judged, with
 * all texts), and when the disk still gives the answers it gave then to what was asked while judging: of files that kustomizations name.
 */
export class Memory {
  /** The inputs, with their texts already read: what a run has to work on for `keep` to be right. */
  readonly inputs: Inputs;
  readonly facts: Inputs;
  /** Of `--crds`. Which of them are read is found out while judging: there may be a catalogue of thousands. */
  readonly definitions: Inputs | undefined;
  readonly told: Told | undefined;
  /** Digest of all that is known before anything is judged. */
  readonly key: string;
  readonly #folder: string | undefined;
  readonly #baseline: string | undefined;
  readonly #known: string;
  readonly #asked = new Map<string, Asked>();
  #sound = true;

  /**
   * Undefined where the same texts cannot be read again.
   * @param folder holds what is kept; without one nothing is
   */
  static async of(folder: string | undefined, question: Question): Promise<Memory | undefined> {
    const { plan, cwd, baseline } = question;
    // A pipe is read once.
    if (baseline !== undefined && statSync(path.resolve(cwd, baseline), { throwIfNoEntry: false })?.isFile() !== true)
      return undefined;
    return new Memory(folder, question, await factsOf(plan, cwd), await definitionsOf(plan, cwd));
  }

  private constructor(
    folder: string | undefined,
    { plan, inputs, cwd, rest, baseline }: Question,
    facts: Inputs,
    definitions: Inputs | undefined,
  ) {
    const hash = createHash('sha256');
    const { exclude, settings, ignores, ...checked } = plan;
    // What settings and ignores are made of: the configuration and the options.
    feed(hash, JSON.stringify([rest, cwd, checked, new Date().toISOString().slice(0, 10)], exactly));
    this.#baseline = baseline === undefined ? undefined : path.resolve(cwd, baseline);
    this.#known = this.#baselineText();
    feed(hash, this.#known);
    const texts = new Map<InputEntry, Read>();
    const add = ({ roots, entries, problems, ignored, nothing, read }: Inputs, wanted: (entry: InputEntry) => boolean) => {
      feed(hash, JSON.stringify([roots, entries, problems, ignored, nothing]));
      for (const entry of entries) {
        if (!wanted(entry)) continue;
        const text = read(entry);
        texts.set(entry, text);
        feedText(hash, text);
      }
    };
    const defining = new Set(definitions?.entries.map((entry) => entry.path));
    add(inputs, ({ path: name }) => !exclude(name) && !defining.has(name));
    add(facts, () => true);
    if (definitions !== undefined) add(definitions, () => false);
    this.#folder = folder;
    this.key = hash.digest('hex');
    const kept = folder === undefined ? undefined : recall(folder, this.key);
    this.told = kept !== undefined && holds(kept.asked, inputs, definitions) ? kept.told : undefined;
    if (folder !== undefined && this.told !== undefined) used(folder, this.key);
    this.inputs = this.#watched(inputs, texts);
    this.definitions = definitions && this.#noted(definitions);
    this.facts = { ...facts, read: (entry) => texts.get(entry) ?? facts.read(entry) };
  }

  /** Keeps what the run with `inputs` and `facts` has told. The baseline was read at its end: it must be what it was. */
  keep(told: Told): void {
    if (this.#folder !== undefined && this.#sound && this.#baselineText() === this.#known)
      keep(this.#folder, this.key, { asked: this.asked, told });
  }

  /** What the run with `inputs` has asked. */
  get asked(): readonly Asked[] {
    return [...this.#asked.values()];
  }

  /** Whether the disk now gives the answers that another run got. */
  answers({ asked }: Memory): boolean {
    return holds(asked, this.inputs, this.definitions);
  }

  #baselineText(): string {
    try {
      return this.#baseline === undefined ? '' : readFileSync(this.#baseline, 'latin1');
    } catch {
      return '';
    }
  }

  #noted(definitions: Inputs): Inputs {
    return {
      ...definitions,
      read: (entry) => {
        const read = definitions.read(entry);
        this.#asked.set(`definition ${entry.path}`, ['definition', entry.path, digestOf(read)]);
        return read;
      },
    };
  }

  #watched(inputs: Inputs, texts: ReadonlyMap<InputEntry, Read>): Inputs {
    const note = (what: Asked[0], name: string, answer: Asked[2]) => this.#asked.set(`${what} ${name}`, [what, name, answer]);
    return {
      ...inputs,
      read: (entry) => {
        const known = texts.get(entry);
        if (known !== undefined) return known;
        const read = inputs.read(entry);
        // Only what `beyond` gave can be asked for again by its path.
        if (entry.root < 0) note('read', entry.path, digestOf(read));
        else this.#sound = false;
        return read;
      },
      find: (name) => {
        const entry = inputs.find(name);
        note('find', name, entry?.path ?? null);
        return entry;
      },
      beyond: (name) => {
        const entry = inputs.beyond(name);
        note('beyond', name, entry === undefined ? null : JSON.stringify(entry));
        return entry;
      },
      exists: (name) => {
        const answer = inputs.exists(name);
        note('exists', name, answer);
        return answer;
      },
    };
  }
}

/** Whether the disk gives the same answers. */
function holds(asked: readonly Asked[], inputs: Inputs, definitions: Inputs | undefined): boolean {
  return asked.every(([what, name, answer]) => {
    if (what === 'exists') return inputs.exists(name) === answer;
    if (what === 'find') return (inputs.find(name)?.path ?? null) === answer;
    if (what === 'definition') {
      const definition = definitions?.find(name);
      return definition !== undefined && digestOf(definitions!.read(definition)) === answer;
    }
    const entry = inputs.beyond(name);
    if (what === 'beyond') return (entry === undefined ? null : JSON.stringify(entry)) === answer;
    return entry !== undefined && digestOf(inputs.read(entry)) === answer;
  });
}

function digestOf(read: Read): string {
  const hash = createHash('sha256');
  feedText(hash, read);
  return hash.digest('hex');
}

function feedText(hash: Hash, read: Read): void {
  if (!('file' in read)) {
    feed(hash, JSON.stringify(read));
    return;
  }
  const { file, encoding, error } = read;
  feed(hash, JSON.stringify([encoding, error]));
  // UTF-16 may hold halves of characters, which are all the same in UTF-8.
  feed(hash, file.text, encoding === 'utf-8' ? 'utf8' : 'utf16le');
}

/** With its length before it, so that no two rows of texts look the same. */
function feed(hash: Hash, text: string, encoding: 'utf8' | 'utf16le' = 'utf8'): void {
  hash.update(`${text.length} ${encoding} `).update(text, encoding);
}

/** Numbers that JSON has no word for. */
function exactly(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
