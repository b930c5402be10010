import { closest } from './closest.ts';

/** So many names are all looked at; of more, those that share a beginning or an end with the word. */
const FEW = 24;
const SHARED = 3;

/** Names among which a near one is looked for again and again: each time it costs about the same, however many there are. */
export class NearNames {
  readonly #names: ReadonlySet<string>;
  #byEnd: Map<string, string[]> | undefined;

  constructor(names: Iterable<string>) {
    this.#names = new Set(names);
  }

  get size(): number {
    return this.#names.size;
  }

  /** The nearest, as `closest` has it; of many names only those are looked at that a slip in one place leaves recognisable. */
  closest(word: string): string | undefined {
    if (this.#names.size <= FEW) return closest(word, this.#names);
    this.#byEnd ??= this.#index();
    const some = new Set<string>();
    for (const end of endsOf(word)) for (const name of (this.#byEnd.get(end) ?? []).slice(0, FEW)) some.add(name);
    return closest(word, some);
  }

  #index(): Map<string, string[]> {
    const byEnd = new Map<string, string[]>();
    for (const name of this.#names) {
      for (const end of endsOf(name)) {
        const list = byEnd.get(end);
        if (list === undefined) byEnd.set(end, [name]);
        else list.push(name);
      }
    }
    return byEnd;
  }
}

/** What a near word most likely shares: both ends, or one of them. */
function endsOf(word: string): string[] {
  const lower = word.toLowerCase();
  const [begin, end] = [`^${lower.slice(0, SHARED)}`, `$${lower.slice(-SHARED)}`];
  return [begin + end, begin, end];
}
