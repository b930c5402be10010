import type { Rule } from '../rule.ts';

/** What one would see, in a sentence: the first part of a rule's id. */
const MEANINGS: Readonly<Record<string, string>> = {
  rejected: 'The API server refuses the object, or the Pods that its controller would make',
  pending: 'The Pods find no node',
  creating: 'The Pods have a node, and their containers cannot be made',
  image: 'The image cannot be pulled',
  crashing: 'The containers start and end, again and again',
  terminating: 'The Pods, their node or the object cannot be got rid of',
  unreachable: 'The Pods run, and no request reaches them',
  exposed: 'The Pods run, and more can reach them than should',
  fragile: 'The Pods run, until something happens that clusters see every week',
  podlint: 'podlint itself: what was written for it does nothing',
};

export interface Family {
  readonly name: string;
  readonly meaning: string;
  readonly rules: readonly Rule[];
}

/** The families there are, in the order in which a Pod meets them. */
export function familiesOf(rules: readonly Rule[]): Family[] {
  const byName = new Map<string, Rule[]>();
  for (const rule of rules) {
    const name = familyOf(rule.id);
    const list = byName.get(name);
    if (list) list.push(rule);
    else byName.set(name, [rule]);
  }
  const order = Object.keys(MEANINGS);
  const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return [...byName]
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map(([name, list]) => ({ name, meaning: MEANINGS[name] ?? '', rules: list }));
}

export function familyOf(id: string): string {
  return id.split('/', 1)[0]!;
}
