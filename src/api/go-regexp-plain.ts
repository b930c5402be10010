import { type Atom, type Part, powerOf } from './go-regexp-choices.ts';

/**
 * Which Go patterns JavaScript's RegExp may run: those in the subset that means the same in both (after the two replacements of
 * go-regexp.ts), and whose backtracking stays polynomial.
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
      if (BY_NUMBER.test(pattern.slice(i, i + 4))) i += 3;
      else if (SAME_IN_CLASS.test(pattern.slice(i, i + 2))) i++;
      else return -1;
    }
  }
  return -1;
}

/** Escapes that mean the same: punctuation, and the few letters both have. `\S` in a class cannot be replaced by a list. */
const SAME_IN_CLASS = /^\\(?:[dDwWstnrfv]|[!-/:-@[-`{-~])$/;
/** An ASCII character by its number. */
const BY_NUMBER = /^\\x[0-7][0-9a-fA-F]$/;
const SAME = /^\\(?:[dDwWsStnrfvbB]|[!-/:-@[-`{-~])$/;

type Bare = Pick<Atom, 'one' | 'inner'>;

/** A pattern whose words mean the same in both languages. */
export interface PlainPattern {
  readonly whole: Part;
  /** How many repeats without an upper bound it holds. */
  readonly repeats: number;
  /** A match may begin only at the start. */
  readonly anchored: boolean;
}

/** To which power of a text's length matching it can take steps; undefined where RegExp must not do it. */
export function isPlain(pattern: string): number | undefined {
  const plain = plainPattern(pattern);
  return plain && stepsPower(plain);
}

/** The same of a pattern that is taken apart; undefined where the steps can be exponential. */
export function stepsPower({ whole, repeats, anchored }: PlainPattern): number | undefined {
  const power = isSimple(whole) ? repeats : powerOf(whole, repeats);
  // Where a match may begin anywhere, it is tried everywhere.
  return power === undefined || anchored ? power : power + 1;
}

/** The pattern taken apart, or undefined if it is not in the subset. */
export function plainPattern(pattern: string): PlainPattern | undefined {
  if (pattern.length > LONGEST) return undefined;
  let at = 0;
  let repeats = 0;

  function alternatives(depth: number): Part | undefined {
    const branches: Atom[][] = [[]];
    while (at < pattern.length && pattern[at] !== ')') {
      if (pattern[at] === '|') {
        at++;
        branches.push([]);
        continue;
      }
      const atom = next(depth);
      if (atom === undefined) return undefined;
      const quantified = quantifier();
      if (quantified === undefined) return undefined;
      const [least, most] = quantified;
      if (most === Number.POSITIVE_INFINITY) repeats++;
      branches.at(-1)!.push({ ...atom, least, most });
    }
    return { branches };
  }

  /** One atom, without its quantifier. */
  function next(depth: number): Bare | undefined {
    const char = pattern[at]!;
    if (char === '(') return group(depth);
    if (char === '[') {
      const end = closesAt(pattern, at);
      if (end < 0) return undefined;
      const one = pattern.slice(at, end);
      at = end;
      return { one, inner: undefined };
    }
    if (char === '\\') {
      const escaped = pattern.slice(at, at + 2);
      if (!SAME.test(escaped)) return undefined;
      at += 2;
      return { one: escaped === '\\b' || escaped === '\\B' ? undefined : escaped, inner: undefined };
    }
    if ('*+?{})]'.includes(char) || char > '\u007e') return undefined;
    at++;
    return { one: char === '^' || char === '$' ? undefined : char, inner: undefined };
  }

  function group(depth: number): Bare | undefined {
    if (depth >= DEEPEST) return undefined;
    at++;
    if (pattern[at] === '?') {
      if (pattern[at + 1] !== ':') return undefined;
      at += 2;
    }
    const inner = alternatives(depth + 1);
    if (inner === undefined || pattern[at] !== ')') return undefined;
    at++;
    return { one: undefined, inner };
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
  if (whole === undefined || at < pattern.length) return undefined;
  return { whole, repeats, anchored: pattern.startsWith('^') && whole.branches.length === 1 };
}

/** One sequence of single characters, and what is repeated in it but once: nothing to look for in nearly all patterns. */
function isSimple({ branches }: Part): boolean {
  if (branches.length !== 1) return false;
  let varying = 0;
  for (const { inner, least, most } of branches[0]!) {
    if (inner !== undefined) return false;
    if (least !== most) varying++;
  }
  return varying <= 1;
}
