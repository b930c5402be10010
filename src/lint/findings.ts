import type { Plan } from '../config/plan.ts';
import type { Finding, ForecastRow, Level, RuleInfo } from '../report/types.ts';
import type { Rule } from '../rule.ts';
import type { SourceFile } from '../source/document.ts';
import { compareFindings, placeOf, sameFinding } from './finding.ts';
import { type ForecastPod, forecast, type Obstacle } from './forecast.ts';
import type { Found, PlacedFix } from './found.ts';
import { Ignores } from './ignores.ts';
import { ruleInfo } from './info.ts';
import { settingOf } from './levels.ts';
import { IGNORE_ANNOTATION, matchesRule, type Suppression, suppresses, suppressionsIn } from './suppress.ts';

export const UNUSED = 'podlint/unused-suppression';
/** Lines count from 1. */
const WHOLE_FILE = 0;
const NO_SUPPRESSIONS: readonly Suppression[] = [];

interface Entry {
  readonly finding: Finding;
  readonly fix: PlacedFix | undefined;
  readonly releases: string[];
}

/** All that was found, in order. */
export interface Finished {
  readonly findings: readonly Finding[];
  /** How each finding is mended, in the same order; undefined where it is not. */
  readonly fixes: readonly (PlacedFix | undefined)[];
  readonly crashes: readonly string[];
  readonly counts: Readonly<Record<Level, number>>;
  /** The rules that have findings. */
  readonly rules: readonly RuleInfo[];
}

/** Collects what the rules say over sets and releases, drops what is accepted, and puts the rest in the one order. */
export class Findings {
  readonly #plan: Plan;
  readonly #rules: ReadonlyMap<string, Rule>;
  readonly #files: ReadonlyMap<string, SourceFile>;
  readonly #only: ReadonlySet<string>;
  readonly #entries = new Map<string, Entry[]>();
  readonly #comments = new Map<string, readonly Suppression[]>();
  readonly #byLine = new Map<string, ReadonlyMap<number, Suppression[]>>();
  readonly #annotations = new Map<string, Suppression>();
  readonly #ignores: Ignores;
  /** By what does not depend on who called the rule. */
  readonly #crashes = new Map<string, string>();
  #release = '';
  #pods: readonly ForecastPod[] = [];
  #obstacles: Obstacle[] = [];
  /** By the number of the object in its set. */
  #refused = new Map<number, ForecastPod>();

  constructor(plan: Plan, rules: readonly Rule[], files: ReadonlyMap<string, SourceFile>, only: ReadonlySet<string>) {
    this.#plan = plan;
    this.#rules = new Map(rules.map((rule) => [rule.id, rule]));
    this.#files = files;
    this.#only = only;
    this.#ignores = new Ignores(plan);
  }

  /** Opens one set. What is found in it is added in the order of the walk. */
  begin(release: string, pods: readonly ForecastPod[]): void {
    this.#release = release;
    this.#pods = pods;
    this.#obstacles = [];
    this.#refused = new Map();
  }

  /** Takes note of what annotations accept, so that it can be told of those that accept nothing. */
  annotated(suppressions: readonly Suppression[]): void {
    for (const suppression of suppressions) this.#annotation(suppression);
  }

  /** One suppression stands for the same annotation in all sets and releases, so that "used" is told once. */
  #annotation(suppression: Suppression): Suppression {
    const key = `${suppression.file}\0${suppression.offset}`;
    const known = this.#annotations.get(key);
    if (known !== undefined) return known;
    this.#annotations.set(key, suppression);
    return suppression;
  }

  add({ finding, annotations, blocks, refused, pods, certain, fix }: Found): void {
    if (!this.#inScope(finding) || this.#accepted(finding, annotations)) return;
    const key = `${finding.ruleId}\0${finding.place.file}\0${finding.place.offset}`;
    const entries = this.#entries.get(key);
    const same = entries?.find((entry) => sameFinding(entry.finding, finding));
    if (same) {
      if (!same.releases.includes(this.#release)) same.releases.push(this.#release);
    } else {
      const entry = { finding, fix, releases: [this.#release] };
      if (entries) entries.push(entry);
      else this.#entries.set(key, [entry]);
    }
    const status = finding.predicts?.status;
    if (status === undefined) return;
    for (const number of blocks) this.#obstacles.push({ pod: this.#pods[number]!, finding, status, pods, certain });
    if (refused === undefined) return;
    let pod = this.#refused.get(refused.object);
    if (pod === undefined) this.#refused.set(refused.object, (pod = refused.pod));
    this.#obstacles.push({ pod, finding, status });
  }

  #inScope(finding: Finding): boolean {
    if (this.#only.size === 0) return true;
    return this.#only.has(finding.place.file) || finding.related.some((related) => this.#only.has(related.place.file));
  }

  #accepted(finding: Finding, annotations: readonly Suppression[]): boolean {
    const comments = this.#commentsAt(finding.place.file, finding.place.line);
    if (comments.length === 0 && annotations.length === 0 && this.#plan.ignores.length === 0) return false;
    const ids = [finding.ruleId, ...(this.#rules.get(finding.ruleId)?.aliases ?? [])];
    let accepted = false;
    for (const comment of comments) {
      if (!suppresses(comment, finding, ids)) continue;
      comment.used = true;
      accepted = true;
    }
    for (const annotation of annotations) {
      if (!annotation.patterns.some((pattern) => matchesRule(pattern, ids))) continue;
      this.#annotation(annotation).used = true;
      accepted = true;
    }
    return this.#ignores.accepts(finding, ids) || accepted;
  }

  /** The comments that may cover a line: a file with a comment for each of ten thousand findings is looked through once, not as often. */
  #commentsAt(file: string, line: number): readonly Suppression[] {
    const comments = this.#commentsOf(file);
    if (comments.length === 0) return NO_SUPPRESSIONS;
    let byLine = this.#byLine.get(file);
    if (byLine === undefined) {
      const made = new Map<number, Suppression[]>();
      for (const comment of comments) {
        for (const covered of comment.lines ?? [WHOLE_FILE]) {
          const known = made.get(covered);
          if (known) known.push(comment);
          else made.set(covered, [comment]);
        }
      }
      byLine = made;
      this.#byLine.set(file, made);
    }
    return [...(byLine.get(WHOLE_FILE) ?? []), ...(byLine.get(line) ?? [])];
  }

  #commentsOf(file: string): readonly Suppression[] {
    let comments = this.#comments.get(file);
    if (comments === undefined) {
      const source = this.#files.get(file);
      comments = source === undefined ? [] : suppressionsIn(source);
      this.#comments.set(file, comments);
    }
    return comments;
  }

  crash(text: string): void {
    const [key] = /^[\s\S]*?\n {4}at .*/.exec(text) ?? [text];
    if (!this.#crashes.has(key)) this.#crashes.set(key, text);
  }

  /** Closes the set: its rows of the forecast. */
  end(): ForecastRow[] {
    return forecast(
      [...this.#pods, ...this.#refused.values()],
      this.#obstacles,
      (file) => this.#only.size === 0 || this.#only.has(file),
    );
  }

  finish(ran: readonly Rule[]): Finished {
    for (const finding of this.#unused(ran))
      this.#entries.set(`${UNUSED}\0${finding.place.file}\0${finding.place.offset}`, [
        { finding, fix: undefined, releases: [...this.#plan.releases] },
      ]);
    const entries = [...this.#entries.values()].flat().sort((a, b) => compareFindings(a.finding, b.finding));
    const counts: Record<Level, number> = { error: 0, warning: 0, note: 0 };
    const seen = new Map<string, number>();
    const used = new Set<string>();
    const findings: Finding[] = [];
    const fixes: (PlacedFix | undefined)[] = [];
    for (const { finding, fix, releases } of entries) {
      counts[finding.level]++;
      used.add(finding.ruleId);
      // Several findings of one rule on one field: numbered, so that each has a fingerprint of its own.
      const times = seen.get(finding.fingerprint) ?? 0;
      seen.set(finding.fingerprint, times + 1);
      findings.push({
        ...finding,
        fingerprint: times === 0 ? finding.fingerprint : `${finding.fingerprint}-${times + 1}`,
        releases: releases.length === this.#plan.releases.length ? undefined : releases,
      });
      fixes.push(fix);
    }
    const rules = [...used].sort().flatMap((id) => ruleInfo(this.#rules.get(id)) ?? []);
    return { findings, fixes, crashes: [...this.#crashes.values()], counts, rules };
  }

  /** Suppressions that accept nothing, or no longer: told, unless a rule that they name did not run. */
  *#unused(ran: readonly Rule[]): Generator<Finding> {
    const rule = ran.find((r) => r.id === UNUSED);
    if (rule === undefined) return;
    for (const file of this.#files.values()) this.#commentsOf(file.path);
    const all = [...[...this.#comments.values()].flat(), ...this.#annotations.values()];
    const knownIds = [...this.#rules.values()].flatMap((r) => [r.id, ...(r.aliases ?? [])]);
    const ranIds = new Set(ran.flatMap((r) => [r.id, ...(r.aliases ?? [])]));
    // A rule that asks what this run does not is not awaited where a whole family is named.
    const hasRun = (pattern: string): boolean =>
      knownIds.every(
        (id) =>
          !matchesRule(pattern, [id]) || ranIds.has(id) || (id !== pattern && this.#rules.get(id)?.each && !this.#plan.each),
      );
    for (const found of this.#ignores.unused(this.#files.keys(), hasRun)) {
      const level = settingOf(this.#plan, rule, found.place.file).level ?? 'note';
      if (level !== 'off') yield { ...found, ruleId: UNUSED, level };
    }
    for (const suppression of all) {
      if (suppression.used || (this.#only.size > 0 && !this.#only.has(suppression.file))) continue;
      const unknown = suppression.patterns.find((pattern) => !knownIds.some((id) => matchesRule(pattern, [id])));
      if (unknown === undefined && !suppression.patterns.every(hasRun)) continue;
      const level = settingOf(this.#plan, rule, suppression.file).level ?? rule.level;
      if (level === 'off') continue;
      const source = this.#files.get(suppression.file);
      if (source === undefined) continue;
      const what = suppression.ofObject === undefined ? 'this comment' : `the annotation ${IGNORE_ANNOTATION}`;
      const message =
        suppression.patterns.length === 0
          ? `${what} names no rule: write \`podlint-ignore <rule>: <reason>\``
          : unknown !== undefined
            ? `${what} names ${unknown}, which is no rule`
            : `${what} accepts nothing: ${suppression.patterns.join(', ')} reports nothing here`;
      yield {
        ruleId: UNUSED,
        level,
        message,
        place: placeOf(source, { start: suppression.offset, end: suppression.endOffset }),
        related: [],
        fingerprint: `unused:${suppression.file}:${suppression.patterns.join(',')}`,
      };
    }
  }
}
