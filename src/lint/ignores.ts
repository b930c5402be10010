import type { Plan } from '../config/plan.ts';
import type { Finding } from '../report/types.ts';
import { placeOf } from './finding.ts';
import { matchesRule } from './suppress.ts';

/** What the configuration accepts (`ignore:`), and which of its entries still do. */
export class Ignores {
  readonly #plan: Plan;
  /** Which entries meet a finding, whether they still hold or not. */
  readonly #met = new Set<number>();
  /** UTC, `2027-01-31`; once it has been asked for. */
  #today: string | undefined;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  accepts(finding: Finding, ids: readonly string[]): boolean {
    let accepted = false;
    for (const [index, ignore] of this.#plan.ignores.entries()) {
      if (!meets(ignore, finding, ids)) continue;
      this.#met.add(index);
      accepted ||= !this.#isOver(ignore);
    }
    return accepted;
  }

  #isOver({ until }: Plan['ignores'][number]): boolean {
    return until !== undefined && until < (this.#today ??= new Date().toISOString().slice(0, 10));
  }

  /**
   * Entries whose last day is over, and, under all rules, those that accept nothing: a configuration is written for more runs than this one.
   * @param files that were judged
   * @param ran whether all rules that a pattern names have run
   */
  *unused(files: Iterable<string>, ran: (pattern: string) => boolean): Generator<Omit<Finding, 'ruleId' | 'level'>> {
    const { ignores, configFile, configSource, profile, only } = this.#plan;
    if (configFile === undefined || configSource === undefined || ignores.length === 0) return;
    const file = { path: configFile, text: configSource.text };
    if (only.length > 0 && !only.includes(file.path)) return;
    const judged = [...files];
    for (const [index, ignore] of ignores.entries()) {
      const met = this.#met.has(index);
      const over = this.#isOver(ignore);
      const idle =
        !met &&
        profile === 'all' &&
        ran(ignore.rule) &&
        (ignore.matchesPath === undefined || judged.some((path) => ignore.matchesPath?.(path)));
      if (!over && !idle) continue;
      yield {
        message: over
          ? `this entry of \`ignore\` held until ${ignore.until}: ${met ? 'what it accepted is reported again; mend it, or set a later day' : 'nothing of what it accepted is left, so remove it'}`
          : `this entry of \`ignore\` accepts nothing: ${ignore.rule} reports nothing that it means; remove it`,
        place: placeOf(file, configSource.ignores[index] ?? { start: 0, end: 0 }),
        related: [],
        fingerprint: `ignore:${file.path}:${[ignore.rule, ignore.kind, ignore.namespace, ignore.name, ignore.until].join(':')}`,
      };
    }
  }
}

function meets(ignore: Plan['ignores'][number], finding: Finding, ids: readonly string[]): boolean {
  if (!matchesRule(ignore.rule, ids)) return false;
  if (ignore.matchesPath !== undefined && !ignore.matchesPath(finding.place.file)) return false;
  const { object } = finding;
  return (
    matchesName(ignore.kind, object?.kind) &&
    matchesName(ignore.name, object?.name) &&
    matchesName(ignore.namespace, object?.namespace)
  );
}

function matchesName(pattern: string | undefined, text: string | undefined): boolean {
  if (pattern === undefined) return true;
  if (text === undefined) return false;
  if (!pattern.includes('*')) return pattern === text;
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}
