import { loadPatternEngine } from '../api/go-regexp.ts';

/**
 * CEL is loaded only where a document has rules in it: what needs it asks `cel()`, and is undecided while that is undefined.
 */
/** What a decision waits for: the engine of patterns, or CEL (with the engine). */
export type Undecided = false | 'pattern' | 'rule';

type Cel = typeof import('./cel/index.ts');

let loaded: Cel | undefined;
let loading: Promise<void> | undefined;

export function cel(): Cel | undefined {
  return loaded;
}

export function loadForDecision(undecided: Undecided): Promise<void> {
  return undecided === 'rule' ? loadCel() : loadPatternEngine();
}

/** Loads CEL and the pattern engine that its functions need, once. */
export function loadCel(): Promise<void> {
  loading ??= Promise.all([import('./cel/index.ts'), loadPatternEngine()]).then(async ([module]) => {
    // Where it is bundled by itself, it has a pattern engine of its own.
    await module.loadPatternEngine();
    loaded = module;
  });
  return loading;
}
