import { closesAt, type PlainPattern, plainPattern, stepsPower } from './go-regexp-plain.ts';

/**
 * Go's regular expressions (RE2) over JavaScript's: what means the same in both and cannot backtrack far runs on RegExp, everything
 * else on re2js, which is loaded only when a pattern needs it.
 */

/** `undecided`: the pattern needs the engine, which is not loaded (see `loadPatternEngine`). `invalid`: Go does not compile it. */
export type PatternVerdict = 'matches' | 'fails' | 'invalid' | 'undecided';

/** Steps a backtracking match may take at worst before the engine must do it. */
const MOST_STEPS = 20_000_000;

interface Plain extends PlainPattern {
  readonly regexp: RegExp;
  /** Longest text that is matched within `MOST_STEPS`; found when there is the first text. */
  longest: number | undefined;
}
type Engine = typeof import('re2js').RE2JS;

const plain = new Map<string, Plain | undefined>();
const compiled = new Map<string, { testExact?: never; readonly matcher: InstanceType<Engine> } | 'invalid'>();
const MOST_KEPT = 2000;
let engine: Engine | undefined;
let loading: Promise<void> | undefined;

/** Loads the RE2 engine, once. */
export function loadPatternEngine(): Promise<void> {
  loading ??= import('re2js').then((module) => {
    engine = module.RE2JS;
  });
  return loading;
}

/** Whether Go's `regexp.MatchString(pattern, text)` is true: a match anywhere in the text. */
export function matchPattern(pattern: string, text: string): PatternVerdict {
  const simple = plainOf(pattern);
  // A character beyond U+FFFF is one for Go and two for a RegExp without the u flag.
  if (simple !== undefined && text.length <= longestOf(simple) && !/[\ud800-\udfff]/.test(text)) {
    return simple.regexp.test(text) ? 'matches' : 'fails';
  }
  if (engine === undefined) return 'undecided';
  let known = compiled.get(pattern);
  if (known === undefined) {
    if (compiled.size >= MOST_KEPT) compiled.clear();
    compiled.set(pattern, (known = compile(engine, pattern)));
  }
  if (known === 'invalid') return 'invalid';
  return known.matcher.matcher(text).find() ? 'matches' : 'fails';
}

/** Whether Go does not compile a pattern, as far as can be told: without the engine, one that only it could read may be valid. */
export function isInvalidPattern(pattern: string): boolean {
  return plainOf(pattern) === undefined && matchPattern(pattern, '') === 'invalid';
}

function compile(re2: Engine, pattern: string): { readonly matcher: InstanceType<Engine> } | 'invalid' {
  try {
    return { matcher: re2.compile(pattern) };
  } catch {
    return 'invalid';
  }
}

function plainOf(pattern: string): Plain | undefined {
  if (plain.has(pattern)) return plain.get(pattern);
  if (plain.size >= MOST_KEPT) plain.clear();
  const simple = translated(pattern);
  plain.set(pattern, simple);
  return simple;
}

function translated(pattern: string): Plain | undefined {
  const found = plainPattern(pattern);
  if (found === undefined) return undefined;
  try {
    return { ...found, regexp: new RegExp(sameDots(pattern)), longest: undefined };
  } catch {
    return undefined;
  }
}

function longestOf(simple: Plain): number {
  if (simple.longest === undefined) {
    const power = stepsPower(simple);
    simple.longest = power === undefined ? -1 : power <= 1 ? 100_000 : Math.floor(MOST_STEPS ** (1 / power));
  }
  return simple.longest;
}

/** Two spellings mean less in Go: `.` leaves out only the line feed, `\s` knows only five ASCII blanks. */
function sameDots(pattern: string): string {
  let out = '';
  for (let i = 0; i < pattern.length; ) {
    const char = pattern[i]!;
    if (char === '\\') {
      const escaped = pattern[i + 1];
      out += escaped === 's' ? '[\\t\\n\\f\\r ]' : escaped === 'S' ? '[^\\t\\n\\f\\r ]' : pattern.slice(i, i + 2);
      i += 2;
    } else if (char === '[') {
      const end = closesAt(pattern, i);
      out += pattern.slice(i, end).replace(/\\(\\|s)/g, (escaped, what) => (what === 's' ? '\\t\\n\\f\\r ' : escaped));
      i = end;
    } else {
      out += char === '.' ? '[^\\n]' : char;
      i++;
    }
  }
  return out;
}

/**
 * Go's `regexp.FindAllString(text, limit)`: the texts of the matches from left to right, all of them with a limit below zero. Needs the
 * engine (see `loadPatternEngine`).
 */
export function findInPattern(pattern: string, text: string, limit: number): readonly string[] | 'invalid' | 'undecided' {
  if (engine === undefined) return 'undecided';
  let known = compiled.get(pattern);
  if (known === undefined) {
    if (compiled.size >= MOST_KEPT) compiled.clear();
    compiled.set(pattern, (known = compile(engine, pattern)));
  }
  if (known === 'invalid') return 'invalid';
  const found: string[] = [];
  const matcher = known.matcher.matcher(text);
  let end = -1;
  while ((limit < 0 || found.length < limit) && matcher.find()) {
    // An empty match right behind another one does not count.
    if (matcher.end() === end && matcher.start() === end) continue;
    end = matcher.end();
    found.push(matcher.group() ?? '');
  }
  return found;
}
