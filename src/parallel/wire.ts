import type { Found, Placed, PlacedFix } from '../lint/found.ts';
import type { SliceFindings } from '../lint/recorder.ts';
import type { SourceDocument } from '../source/document.ts';

/** Where an object stands, for one who has read the same files. */
interface SentPlace extends Pick<Placed, 'origin' | 'base'> {
  readonly file: string;
  readonly index: number;
}

interface SentFix extends Omit<PlacedFix, 'changes'> {
  readonly changes: readonly {
    readonly change: PlacedFix['changes'][number]['change'];
    readonly object: SentPlace | undefined;
  }[];
}

interface SentFound extends Omit<Found, 'fix'> {
  readonly fix: SentFix | undefined;
}

/** What a slice has told, without documents: those are not sent from thread to thread. */
export interface SentSlice extends Omit<SliceFindings, 'found'> {
  readonly found: readonly SentFound[];
}

type Documents = ReadonlyMap<string, readonly SourceDocument[]>;

export function sent(slices: readonly SliceFindings[]): SentSlice[] {
  return slices.map((slice) => ({
    ...slice,
    found: slice.found.map((found) => ({ ...found, fix: found.fix && sentFix(found.fix) })),
  }));
}

function sentFix({ changes, ...fix }: PlacedFix): SentFix {
  return { ...fix, changes: changes.map(({ change, object }) => ({ change, object: object && sentPlace(object) })) };
}

function sentPlace({ origin, base, document }: Placed): SentPlace {
  return { origin, base, file: document.file.path, index: document.index };
}

export function received(slices: readonly SentSlice[], documents: Documents): SliceFindings[] {
  return slices.map((slice) => ({
    ...slice,
    found: slice.found.map((found) => ({ ...found, fix: found.fix && receivedFix(found.fix, documents) })),
  }));
}

function receivedFix({ changes, ...fix }: SentFix, documents: Documents): PlacedFix {
  return {
    ...fix,
    changes: changes.map(({ change, object }) => ({ change, object: object && receivedPlace(object, documents) })),
  };
}

function receivedPlace({ origin, base, file, index }: SentPlace, documents: Documents): Placed | undefined {
  const document = documents.get(file)?.[index];
  return document && { origin, base, document };
}
