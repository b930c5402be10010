/**
 * The candidate nearest to a word, for "did you mean": at most a third of the letters differ (a swap of neighbours counts as one),
 * and one candidate is nearer than all others. Differences of case alone always count as near.
 */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > 100) return undefined;
  const limit = word.length <= 3 ? 1 : Math.min(3, Math.max(1, Math.floor(word.length / 3)));
  const lower = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = limit + 1;
  let tie = false;
  for (const candidate of candidates) {
    if (candidate === word || Math.abs(candidate.length - word.length) > limit) continue;
    const distance = candidate.toLowerCase() === lower ? 0 : editDistance(lower, candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
      tie = false;
    } else if (distance === bestDistance && best !== undefined) tie = true;
  }
  return tie ? undefined : best;
}

/**
 * Whether one name was most likely meant to be the other: they differ by a slip of the finger in one of their words, or by a separator.
 * `config-1` and `config-2`, `redis-url` and `redis-tls` are near too, but both may well be meant.
 */
export function isSlip(word: string, near: string): boolean {
  const [a, b] = [word.toLowerCase(), near.toLowerCase()];
  if (a.replace(SEPARATORS, '') === b.replace(SEPARATORS, '')) return true;
  const [left, right] = [a.split(SEPARATORS), b.split(SEPARATORS)];
  if (left.length !== right.length) return false;
  const other = left.findIndex((part, i) => part !== right[i]);
  if (left.some((part, i) => i !== other && part !== right[i])) return false;
  const [wrong, meant] = [left[other]!, right[other]!];
  if (wrong.replace(/\d+/g, '') === meant.replace(/\d+/g, '')) return false;
  if (wrong.length === meant.length && [...wrong].sort().join('') === [...meant].sort().join('')) return true;
  const shorter = Math.min(wrong.length, meant.length);
  return shorter >= 4 && wrong[0] === meant[0] && editDistance(wrong, meant, 2) <= (shorter >= 8 ? 2 : 1);
}

const SEPARATORS = /[-._]/g;

/** Optimal string alignment distance, or `limit + 1` where it is more than `limit`. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      let cost = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a.charCodeAt(i - 1) === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === b.charCodeAt(j - 1)) {
        cost = Math.min(cost, before[j - 2]! + 1);
      }
      current.push(cost);
      if (cost < least) least = cost;
    }
    if (least > limit) return limit + 1;
    before = previous;
    previous = current;
  }
  return previous[b.length]!;
}
