import { manifestsIn } from '../cluster/unwrap.ts';
import type { ApplySet } from '../source/apply-sets.ts';
import type { SourceDocument } from '../source/document.ts';
import type { Reading } from './reading.ts';

/**
 * Some steps of the walk over one set for one release. Step 0 is its documents, those from 1 its objects in the order of `Cluster.own`, and the last one is the
 * set as a whole.
 */
export interface Slice {
  /** Indices into the releases and the sets of a run. */
  readonly release: number;
  readonly set: number;
  readonly from: number;
  /** The step after the last one. */
  readonly to: number;
  /** Steps of the whole walk. */
  readonly steps: number;
}

/** A piece of work: slices that follow each other in the one order of releases, sets and steps. */
export type Part = readonly Slice[];

/** What an object costs beside its text, and what a character costs where only the document is looked at, in characters of an object. */
const AN_OBJECT = 300;
const OF_A_DOCUMENT = 0.04;

/** One part for each set: the walk as one makes it alone. */
export function wholeSets(releases: number, sets: readonly ApplySet[], reading: Reading): Part[] {
  return partsOf(releases, sets, reading, 0);
}

/**
 * Shares all work out into about so many parts of like size: small sets together, a large one in pieces. The same for all who have read the same texts.
 * @param count 0 for one part a set
 */
export function partsOf(releases: number, sets: readonly ApplySet[], reading: Reading, count: number): Part[] {
  const costs = sets.map((set) => stepCosts(set, reading));
  const totals = costs.map((steps) => steps.reduce((sum, cost) => sum + cost, 0));
  const target = count === 0 ? 0 : (releases * totals.reduce((sum, cost) => sum + cost, 0)) / count;
  const parts: Part[] = [];
  let open: Slice[] = [];
  let cost = 0;
  const close = () => {
    if (open.length > 0) parts.push(open);
    open = [];
    cost = 0;
  };
  for (let release = 0; release < releases; release++) {
    for (let set = 0; set < sets.length; set++) {
      const steps = costs[set]!.length;
      if (count === 0 || totals[set]! <= 1.5 * target) {
        open.push({ release, set, from: 0, to: steps, steps });
        cost += totals[set]!;
        if (cost >= target) close();
        continue;
      }
      close();
      const most = totals[set]! / Math.round(totals[set]! / target);
      for (let from = 0; from < steps; ) {
        let to = from;
        for (let sum = 0; to < steps && sum < most; to++) sum += costs[set]![to]!;
        parts.push([{ release, set, from, to, steps }]);
        from = to;
      }
    }
  }
  close();
  return parts;
}

/** What each step costs, in characters. The objects are those that the set's cluster will have, in its order. */
function stepCosts({ files }: ApplySet, reading: Reading): number[] {
  const costs = [0];
  let characters = 0;
  for (const { path, role, outside } of files) {
    for (const document of reading.documents.get(path) ?? []) {
      characters += lengthOf(document);
      if (role !== 'resource' && role !== 'crd') continue;
      const { length } = manifestsIn(document);
      // What is not reported on is passed over.
      const cost = outside ? 0 : AN_OBJECT + lengthOf(document) / length;
      for (let i = 0; i < length; i++) costs.push(cost);
    }
  }
  costs[0] = OF_A_DOCUMENT * characters;
  costs.push(OF_A_DOCUMENT * characters);
  return costs;
}

function lengthOf({ range }: SourceDocument): number {
  return range.end - range.start;
}
