import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { Ignore } from 'ignore';
import { slashed } from './disk.ts';

/** The .gitignore files that speak for a folder: its own and, through `outer`, those above it up to the root of the work tree. */
export interface IgnoreRules {
  /** Absolute real path of the folder that holds the .gitignore. */
  readonly folder: string;
  readonly rules: Ignore;
  readonly outer: IgnoreRules | undefined;
}

/** What is known of the work tree at a folder: `rules` is undefined when nothing is ignored there, or outside any work tree. */
export interface IgnoreState {
  readonly inWorkTree: boolean;
  readonly rules: IgnoreRules | undefined;
}

/** Outside any git work tree, or where it was asked not to look. */
export const NOTHING_IGNORED: IgnoreState = { inWorkTree: false, rules: undefined };

/** The rules that hold in `folder` (absolute, real), from the root of its git work tree down to `folder` itself. */
export async function ignoreStateOf(folder: string, known: Map<string, IgnoreState> = new Map()): Promise<IgnoreState> {
  const chain: string[] = [];
  let state: IgnoreState | undefined;
  for (let at = folder; state === undefined; ) {
    state = known.get(at);
    if (state !== undefined) break;
    chain.push(at);
    const above = dirname(at);
    if (existsSync(join(at, '.git'))) state = { inWorkTree: true, rules: undefined };
    else if (above === at) state = NOTHING_IGNORED;
    at = above;
  }
  for (let i = chain.length - 1; i >= 0; i--) {
    if (state.inWorkTree) state = await withRulesOf(chain[i]!, state);
    known.set(chain[i]!, state);
  }
  return state;
}

/** Those of the paths (absolute, real) that git does not ignore; all of them if it ignores `base`, the folder that was named. */
export async function notIgnored<T extends { readonly real: string; readonly isFolder: boolean }>(
  paths: readonly T[],
  base: string,
): Promise<T[]> {
  const known = new Map<string, IgnoreState>();
  const outer = await ignoreStateOf(base, known);
  if (isIgnored(base, true, outer.rules)) return [...paths];
  const kept: T[] = [];
  for (const path of paths) {
    const { rules } = await ignoreStateOf(dirname(path.real), known);
    if (!isIgnored(path.real, path.isFolder, rules)) kept.push(path);
  }
  return kept;
}

/**
 * The rules that hold in a folder that was named on the command line. It is judged even if git ignores it, and then what ignores it
 * says nothing about what is in it.
 */
export async function stateOfNamed(folder: string): Promise<IgnoreState> {
  const state = await ignoreStateOf(folder);
  if (!isIgnored(folder, true, state.rules)) return state;
  const own = state.rules?.folder === folder ? { ...state.rules, outer: undefined } : undefined;
  return { inWorkTree: state.inWorkTree, rules: own };
}

/** `state` and the rules of the .gitignore in `folder`, if there is one that can be read. */
export async function withRulesOf(folder: string, state: IgnoreState): Promise<IgnoreState> {
  let text: string;
  try {
    text = readFileSync(join(folder, '.gitignore'), 'utf8');
  } catch {
    return state;
  }
  const { default: ignore } = await import('ignore');
  const rules = ignore({ ignoreCase: false }).add(text);
  return { inWorkTree: state.inWorkTree, rules: { folder, rules, outer: state.rules } };
}

/**
 * Whether git ignores the path (absolute, real). The innermost .gitignore that has a word on it decides. Whether a folder above it is
 * ignored is the walk's business, which does not enter such folders.
 */
export function isIgnored(path: string, isFolder: boolean, rules: IgnoreRules | undefined): boolean {
  for (let at = rules; at !== undefined; at = at.outer) {
    if (at.folder === path) continue;
    const inside = path.slice(at.folder.endsWith(sep) ? at.folder.length : at.folder.length + 1);
    const { ignored, unignored } = at.rules.test(`${slashed(inside)}${isFolder ? '/' : ''}`);
    if (ignored) return true;
    if (unignored) return false;
  }
  return false;
}
