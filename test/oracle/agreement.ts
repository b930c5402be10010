/** How far what podlint predicts of the API server agrees with what the API server said. */
import type { Finding } from '../../src/report/types.ts';

/** What the API server said of one document. */
export interface Answer {
  readonly verdict: string;
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly causes?: readonly { readonly type?: string; readonly field?: string }[];
}

export interface Judged extends Answer {
  readonly kind: string;
  readonly findings: readonly Finding[];
}

/** A finding that says that the object itself is refused, for sure. */
export function isRefusal({ level, predicts }: Finding): boolean {
  return level === 'error' && predicts?.component === 'apiserver' && predicts.status === 'Rejected';
}

/** `accepted`, or the first thing that is wrong: a cause's type, else the reason of the answer. */
export function errorType({ verdict, reason, causes }: Answer): string {
  return verdict === 'accepted' ? verdict : (causes?.[0]?.type ?? reason ?? verdict);
}

/**
 * Whether one of the findings is about what the server says first: the field and type of its first cause, the first unknown field, else its words.
 */
export function saysTheFirst({ verdict, reason, message = '', causes }: Answer, findings: readonly Finding[]): boolean {
  const cause = causes?.[0];
  if (cause !== undefined)
    return findings.some((finding) => finding.cause?.field === cause.field && finding.cause?.type === cause.type);
  // What kubectl cannot read has no field; where it stops is told in its words, which another test holds.
  if (verdict === 'unparsable') return findings.length > 0;
  // What is no object at all the oracle refuses in the decoder's words, kubectl before that in those of its own check.
  if (reason === 'NotAnObject') return findings.some(({ ruleId }) => ruleId === 'rejected/incomplete-object');
  const unknown = /strict decoding error: (unknown field "(?:[^"\\]|\\.)*")/.exec(message)?.[1];
  return findings.some(
    ({ says }) => says !== undefined && (unknown === undefined ? message.includes(says) : says.includes(unknown)),
  );
}

export interface Tally {
  rejected: number;
  agreed: number;
  sameFirst: number;
  accepted: number;
  refusedWrongly: number;
}

export interface Agreement {
  readonly all: Tally;
  readonly byKind: ReadonlyMap<string, Tally>;
  readonly byType: ReadonlyMap<string, Tally>;
  /** Refused by podlint alone; by the server alone; by both for other reasons. */
  readonly false: readonly Judged[];
  readonly missed: readonly Judged[];
  readonly other: readonly Judged[];
}

export function agreementOf<T extends Judged>(all: readonly T[]) {
  const total = noTally();
  const byKind = new Map<string, Tally>();
  const byType = new Map<string, Tally>();
  const wrong: T[] = [];
  const missed: T[] = [];
  const other: T[] = [];
  for (const one of all) {
    const refusals = one.findings.filter((finding) =>
      one.verdict === 'unparsable' ? finding.level === 'error' : isRefusal(finding),
    );
    const tallies = [total, tallyOf(byKind, one.kind), tallyOf(byType, errorType(one))];
    const count = (what: keyof Tally) => {
      for (const tally of tallies) tally[what]++;
    };
    if (one.verdict === 'accepted') {
      count('accepted');
      if (refusals.length > 0) {
        count('refusedWrongly');
        wrong.push(one);
      }
      continue;
    }
    count('rejected');
    if (refusals.length === 0) {
      missed.push(one);
      continue;
    }
    count('agreed');
    if (saysTheFirst(one, refusals)) count('sameFirst');
    else other.push(one);
  }
  return { all: total, byKind, byType, false: wrong, missed, other };
}

function noTally(): Tally {
  return { rejected: 0, agreed: 0, sameFirst: 0, accepted: 0, refusedWrongly: 0 };
}

function tallyOf(tallies: Map<string, Tally>, key: string): Tally {
  let tally = tallies.get(key);
  if (tally === undefined) tallies.set(key, (tally = noTally()));
  return tally;
}
