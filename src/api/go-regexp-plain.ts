/**
 * Which Go patterns JavaScript's RegExp may run: those in the subset that means the same in both (after the two replacements of
 * go-regexp.ts), and whose repeats nest so that backtracking stays polynomial.
 */

const DEEPEST = 20;
const LONGEST = 2000;

/** Behind the character class that opens at `start`, or -1 if it is none of the subset. */
export function closesAt(pattern: string, start: number): number {
  let i = start + 1;
  if (pattern[i] === '^') i++;
  if (pattern[i] === ']') return -1; // literal in Go, the end in JavaScript
  for (; i < pattern.length; i++) {
    if (pattern[i] === ']') return i + 1;
    if (pattern[i] === '[' && pattern[i + 1] === ':') return -1;
    if (pattern[i] === '\\') {
      if (!SAME_IN_CLASS.test(pattern.slice(i, i + 2))) return -1;
      i++;
    }
  }
  return -1;
}

/** Escapes that mean the same: punctuation, and the few letters both have. `\S` in a class cannot be replaced by a list. */
const SAME_IN_CLASS = /^\\(?:[dDwWstnrfv]|[!-/:-@[-`{-~])$/;
const SAME = /^\\(?:[dDwWsStnrfvbB]|[!-/:-@[-`{-~])$/;

/** What a part of a pattern is like. */
interface Part {
  /** How many repeats without an upper bound it holds. */
  repeats: number;
  /** Whether it can match texts of different lengths. */
  varies: boolean;
  /** Its alternatives, each as its single-character atoms in order; undefined for what is no plain atom. */
  branches: Atom[][];
}
interface Atom {
  /** The source of what matches one character; undefined for groups and assertions. */
  readonly one: string | undefined;
  /** The character itself, where it stands for only one. */
  readonly literal: string | undefined;
  readonly repeated: boolean;
  readonly inner: Part | undefined;
}

/** The number of unbounded repeats of a pattern in the subset, or undefined if it is not in the subset. */
export function isPlain(pattern: string): number | undefined {
  if (pattern.length > LONGEST) return undefined;
  let at = 0;

  function alternatives(depth: number): Part | undefined {
    const part: Part = { repeats: 0, varies: false, branches: [[]] };
    while (at < pattern.length && pattern[at] !== ')') {
      if (pattern[at] === '|') {
        at++;
        part.branches.push([]);
        part.varies = true;
        continue;
      }
      const atom = next(depth);
      if (atom === undefined) return undefined;
      const quantified = quantifier();
      if (quantified === undefined) return undefined;
      const [least, most] = quantified;
      if (most > 1 && atom.inner !== undefined && !repeatable(atom.inner)) return undefined;
      part.repeats += (atom.inner?.repeats ?? 0) + (most === Number.POSITIVE_INFINITY ? 1 : 0);
      if (least !== most || atom.inner?.varies === true) part.varies = true;
      part.branches[part.branches.length - 1]!.push({ ...atom, repeated: least !== 1 || most !== 1 });
    }
    return part;
  }

  /** One atom, without its quantifier. */
  function next(depth: number): Atom | undefined {
    const char = pattern[at]!;
    if (char === '(') return group(depth);
    if (char === '[') {
      const end = closesAt(pattern, at);
      if (end < 0) return undefined;
      const one = pattern.slice(at, end);
      at = end;
      return { one, literal: undefined, repeated: false, inner: undefined };
    }
    if (char === '\\') {
      const escaped = pattern.slice(at, at + 2);
      if (!SAME.test(escaped)) return undefined;
      at += 2;
      if (escaped === '\\b' || escaped === '\\B')
        return { one: undefined, literal: undefined, repeated: false, inner: undefined };
      return { one: escaped, literal: /[a-zA-Z]/.test(escaped[1]!) ? undefined : escaped[1]!, repeated: false, inner: undefined };
    }
    if ('*+?{})]'.includes(char) || char > '\u007e') return undefined;
    at++;
    if (char === '^' || char === '$') return { one: undefined, literal: undefined, repeated: false, inner: undefined };
    return { one: char, literal: char === '.' ? undefined : char, repeated: false, inner: undefined };
  }

  function group(depth: number): Atom | undefined {
    if (depth >= DEEPEST) return undefined;
    at++;
    if (pattern[at] === '?') {
      if (pattern[at + 1] !== ':') return undefined;
      at += 2;
    }
    const inner = alternatives(depth + 1);
    if (inner === undefined || pattern[at] !== ')') return undefined;
    at++;
    return { one: undefined, literal: undefined, repeated: false, inner };
  }

  /** Least and most times; [1, 1] where there is no quantifier. */
  function quantifier(): readonly [number, number] | undefined {
    const found = /^(?:[*+?]|\{(\d{1,4})(?:(,)(\d{0,4}))?\})/.exec(pattern.slice(at, at + 12));
    if (found === null) return pattern[at] === '{' ? undefined : [1, 1];
    at += found[0].length;
    if (pattern[at] === '?') at++; // lazy: the same answer to "is there a match"
    if ('*+?{'.includes(pattern[at] ?? ' ')) return undefined;
    if (found[0] === '*') return [0, Number.POSITIVE_INFINITY];
    if (found[0] === '+') return [1, Number.POSITIVE_INFINITY];
    if (found[0] === '?') return [0, 1];
    const least = Number(found[1]);
    const most = found[2] === undefined ? least : found[3] === '' ? Number.POSITIVE_INFINITY : Number(found[3]);
    if (least > 1000 || (most > 1000 && most !== Number.POSITIVE_INFINITY) || most < least) return undefined;
    return [least, most];
  }

  const whole = alternatives(0);
  return whole === undefined || at < pattern.length ? undefined : whole.repeats;
}

/**
 * Whether a group may be repeated: there is only one way to cut a text into its rounds. So it is if every round has the same length,
 * or if every round begins with a character that can stand nowhere else in it.
 */
function repeatable(part: Part): boolean {
  if (part.branches.length === 1 && !part.varies) return true;
  const first = new Set<string>();
  for (const branch of part.branches) {
    const start = branch[0];
    if (start === undefined || start.literal === undefined || start.repeated || first.has(start.literal)) return false;
    first.add(start.literal);
  }
  return part.branches.every((branch) => branch.slice(1).every((atom) => excludes(atom, first)));
}

function excludes(atom: Atom, chars: ReadonlySet<string>): boolean {
  if (atom.inner !== undefined) return atom.inner.branches.every((branch) => branch.every((inner) => excludes(inner, chars)));
  if (atom.one === undefined) return true;
  const one = new RegExp(`^${atom.one}$`);
  for (const char of chars) if (one.test(char)) return false;
  return true;
}
