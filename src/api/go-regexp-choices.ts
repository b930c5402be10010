/**
 * How many ways a backtracking matcher may have to try a pattern: whether they can be exponential in the text, by the ambiguity of the
 * pattern's automaton (Weideman et al., "Analyzing Matching Time Behavior of Backtracking Regular Expression Matchers", 2016).
 */

/** A part of a pattern: its alternatives, each a sequence of atoms. */
export interface Part {
  readonly branches: readonly (readonly Atom[])[];
}

export interface Atom {
  /** The source of what matches one character; undefined for groups and assertions. */
  readonly one: string | undefined;
  readonly inner: Part | undefined;
  readonly least: number;
  readonly most: number;
}

/** More positions than this are not looked at: a real pattern has a tenth of them. */
const MOST_POSITIONS = 120;

/** Ways to match a text, beside those that repeats make. */
const MOST_CHOICES = 16;

/**
 * To which power of a text's length the steps of matching it can grow, if the pattern has so many repeats without a bound; undefined
 * where they can be exponential, or where the pattern is too large to tell.
 */
export function powerOf(whole: Part, repeats: number): number | undefined {
  const automaton = new Automaton(whole);
  if (automaton.isLarge || automaton.isIdle) return undefined;
  // What can be read in one way only is tried in at most as many ways as there are positions, all along the text.
  if (automaton.isUnambiguous()) return Math.min(1, repeats);
  return automaton.choices() > MOST_CHOICES ? undefined : repeats;
}

/** Which characters something matches: a bit for each of ASCII's, 32 in a word, and in the last word one for all others. */
type Chars = readonly number[];

const ALL: Chars = [-1, -1, -1, -1, 1];
const kept = new Map<string, Chars>();
const MOST_KEPT = 500;

function charsOf(one: string): Chars {
  let chars = kept.get(one);
  if (chars === undefined) {
    chars = readChars(one);
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(one, chars);
  }
  return chars;
}

function readChars(one: string): Chars {
  // Where the two languages differ in what they match, all of it is taken to be matched.
  if (one === '.' || /\\[sS]|[^\x00-\x7f]/.test(one)) return ALL;
  const chars = [0, 0, 0, 0, 0];
  const set = (code: number) => {
    chars[code >> 5]! |= 1 << (code & 31);
  };
  if (one.length === 1) set(one.charCodeAt(0));
  else {
    const regexp = new RegExp(one);
    for (let code = 0; code < 128; code++) if (regexp.test(String.fromCharCode(code))) set(code);
    if (regexp.test('\u4e00')) set(128);
  }
  return chars;
}

function overlap(a: Chars, b: Chars): boolean {
  return ((a[0]! & b[0]!) | (a[1]! & b[1]!) | (a[2]! & b[2]!) | (a[3]! & b[3]!) | (a[4]! & b[4]!)) !== 0;
}

/** What stands at the ends of a part. Positions stand in lists as often as there are ways to get to them. */
interface Ends {
  readonly first: readonly number[];
  readonly last: readonly number[];
  /** Whether it can match nothing. */
  readonly empty: boolean;
}

/** Glushkov's automaton: its states are the positions of single characters in the pattern, and a start before all of them (0). */
class Automaton {
  readonly #chars: Chars[] = [[0, 0, 0, 0, 0]];
  /** `#next[p][q]`: in how many ways q comes after p; 2 for more. */
  readonly #next: number[][] = [[]];
  /** Of a position that is repeated a bounded number of times: how many. */
  readonly #bounded: number[] = [1];

  /** Some part can match nothing in several ways: as many are tried wherever it stands, text or none. */
  isIdle = false;

  constructor(whole: Part) {
    const { first } = this.#part(whole);
    for (const position of first) this.#add(0, position);
  }

  get isLarge(): boolean {
    return this.#chars.length > MOST_POSITIONS;
  }

  #part(part: Part): Ends {
    const branches = part.branches.map((branch) => this.#sequence(branch));
    return {
      first: branches.flatMap(({ first }) => first),
      last: branches.flatMap(({ last }) => last),
      empty: this.#emptyOnce(branches.filter(({ empty }) => empty).length),
    };
  }

  #sequence(atoms: readonly Atom[]): Ends {
    let whole: Ends = { first: [], last: [], empty: true };
    for (const atom of atoms) {
      if (this.isLarge) break;
      const ends = this.#atom(atom);
      this.#join(whole.last, ends.first);
      whole = {
        first: whole.empty ? [...whole.first, ...ends.first] : whole.first,
        last: ends.empty ? [...whole.last, ...ends.last] : ends.last,
        empty: whole.empty && ends.empty,
      };
    }
    return whole;
  }

  #atom({ one, inner, least, most }: Atom): Ends {
    if (most === 0 || (one === undefined && inner === undefined)) return { first: [], last: [], empty: true };
    const ends =
      inner === undefined ? this.#position(one!, most === Number.POSITIVE_INFINITY ? 1 : most - least + 1) : this.#part(inner);
    // A bounded repeat is taken for an endless one.
    if (most > 1) this.#join(ends.last, ends.first);
    return least === 0 ? { ...ends, empty: this.#emptyOnce(ends.empty ? 2 : 1) } : ends;
  }

  #position(one: string, ways: number): Ends {
    const position = this.#chars.length;
    this.#chars.push(charsOf(one));
    this.#next.push([]);
    this.#bounded.push(ways);
    return { first: [position], last: [position], empty: false };
  }

  #emptyOnce(ways: number): boolean {
    if (ways > 1) this.isIdle = true;
    return ways > 0;
  }

  #join(last: readonly number[], first: readonly number[]): void {
    for (const from of last) for (const to of first) this.#add(from, to);
  }

  #add(from: number, to: number): void {
    this.#next[from]![to] = Math.min(2, (this.#next[from]![to] ?? 0) + 1);
  }

  /** Whether no text leads to a position in two ways. */
  isUnambiguous(): boolean {
    const size = this.#chars.length;
    const follow = this.#follow();
    const seen = new Set<number>([0]);
    const pairs = [0];
    const take = (pair: number) => {
      if (!seen.has(pair)) pairs.push(pair);
      seen.add(pair);
    };
    for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
      const right = pair % size;
      const left = (pair - right) / size;
      for (const a of follow[left]!) {
        if (left === right && this.#next[left]![a]! > 1) return false;
        for (const b of follow[right]!) {
          if (a === b && left !== right) return false;
          if (a === b || overlap(this.#chars[a]!, this.#chars[b]!)) take(Math.min(a, b) * size + Math.max(a, b));
        }
      }
    }
    return true;
  }

  #follow(): readonly (readonly number[])[] {
    return this.#next.map((row) => [...row.keys()].filter((to) => row[to] !== undefined));
  }

  /**
   * An upper bound of the ways to match one text, but for those that repeats without a bound make (as many as the text has characters, for
   * each); Infinity where they are exponential in the text.
   */
  choices(): number {
    const size = this.#chars.length;
    const follow = this.#follow();
    const circle = circles(Array(size).keys(), (from) => follow[from]!);
    const within = follow.map((next, from) => next.filter((to) => circle.get(from) === circle.get(to)));
    let product = 1;
    let loops = false;
    for (let from = 0; from < size; from++) {
      if (within[from]!.some((to) => this.#next[from]![to]! > 1)) return Number.POSITIVE_INFINITY;
      if (within[from]!.some((to) => to !== from)) loops = true;
      const most = Math.max(1, ...follow[from]!.map((to) => this.#rivals(from, to, follow[from]!)));
      if (within[from]!.length === 0) product *= most;
      else if (most > 1) product *= this.#bounded[from]!;
    }
    return loops && this.#isAmbiguous(within) ? Number.POSITIVE_INFINITY : product;
  }

  /** Ways to go on after `from` with a character that `to` matches. */
  #rivals(from: number, to: number, next: readonly number[]): number {
    let ways = 0;
    for (const other of next) if (overlap(this.#chars[to]!, this.#chars[other]!)) ways += this.#next[from]![other]!;
    return ways;
  }

  /**
   * Whether some text leads from a state back to it in two ways: then twice that text does in four. `within` holds what follows a state
   * without leaving its circle.
   */
  #isAmbiguous(within: readonly (readonly number[])[]): boolean {
    const size = within.length;
    const after = (pair: number): number[] => {
      const right = pair % size;
      const pairs: number[] = [];
      for (const a of within[(pair - right) / size]!) {
        for (const b of within[right]!) if (a === b || overlap(this.#chars[a]!, this.#chars[b]!)) pairs.push(a * size + b);
      }
      return pairs;
    };
    const twice = within.flatMap((next, state) => (next.length === 0 ? [] : [state * size + state]));
    const circle = circles(twice, after);
    const same = new Set(twice.map((pair) => circle.get(pair)));
    for (const [pair, of] of circle) if (pair % (size + 1) !== 0 && same.has(of)) return true;
    return false;
  }
}

/** Of the nodes that can be reached, a number that those share that reach each other (Tarjan). */
function circles(starts: Iterable<number>, after: (node: number) => readonly number[]): Map<number, number> {
  const circle = new Map<number, number>();
  const index = new Map<number, number>();
  const low = new Map<number, number>();
  const open: number[] = [];
  const work: { readonly node: number; readonly next: readonly number[]; at: number }[] = [];
  const enter = (node: number) => {
    low.set(node, index.size);
    index.set(node, index.size);
    open.push(node);
    work.push({ node, next: after(node), at: 0 });
  };
  const lower = (node: number, to: number) => low.set(node, Math.min(low.get(node)!, to));
  for (const start of starts) {
    if (!index.has(start)) enter(start);
    for (let top = work.at(-1); top !== undefined; top = work.at(-1)) {
      const { node } = top;
      if (top.at < top.next.length) {
        const to = top.next[top.at++]!;
        if (!index.has(to)) enter(to);
        else if (!circle.has(to)) lower(node, index.get(to)!);
        continue;
      }
      work.pop();
      const above = work.at(-1);
      if (above !== undefined) lower(above.node, low.get(node)!);
      if (low.get(node) !== index.get(node)) continue;
      for (let member = open.pop()!; ; member = open.pop()!) {
        circle.set(member, node);
        if (member === node) break;
      }
    }
  }
  return circle;
}
