/**
 * Who takes which part, in memory that all of a team share: one number for each part, 1 where it is taken. Each begins at a place of its own and goes on from
 * there, since parts that follow each other have much in common; who comes to what others have taken begins again in the middle of the longest row that is left.
 */
export class Deal {
  readonly #taken: Int32Array;
  readonly #place: number;
  #last: number | undefined;

  /** @param place where to begin, from 0 to 1 */
  constructor(taken: Int32Array, place: number) {
    this.#taken = taken;
    this.#place = place;
  }

  /** A part that is taken by nobody else; undefined where there is none left. Beyond the numbers that are shared there are none. */
  take(parts: number): number | undefined {
    const end = Math.min(parts, this.#taken.length);
    const next = this.#last === undefined ? Math.floor(end * this.#place) : this.#last + 1;
    if (next < end && this.#claim(next)) return next;
    for (;;) {
      const middle = this.#middleOfLongest(end);
      if (middle === undefined || this.#claim(middle)) return middle;
    }
  }

  #claim(part: number): boolean {
    const isFree = Atomics.compareExchange(this.#taken, part, 0, 1) === 0;
    if (isFree) this.#last = part;
    return isFree;
  }

  #middleOfLongest(end: number): number | undefined {
    let middle: number | undefined;
    let longest = 0;
    for (let from = 0; from < end; from++) {
      let to = from;
      while (to < end && Atomics.load(this.#taken, to) === 0) to++;
      if (to - from > longest) {
        longest = to - from;
        middle = from + (longest >> 1);
      }
      from = to;
    }
    return middle;
  }
}
