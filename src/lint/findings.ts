import type { Cluster } from '../cluster/cluster.ts';
import { describe, type KubeObject } from '../cluster/object.ts';
import { type PodTemplate, podTemplateOf } from '../cluster/pods.ts';
import type { Plan } from '../config/plan.ts';
import type { Finding, ForecastRow, Level, RuleInfo } from '../report/types.ts';
import type { Rule } from '../rule.ts';
import type { SourceFile } from '../source/document.ts';
import { flat, KeptDocument } from '../source/kept.ts';
import { locate } from '../source/reader.ts';
import type { Raw } from './engine.ts';
import { compareFindings, findingOf, placeOf, sameFinding } from './finding.ts';
import { forecast, type Obstacle } from './forecast.ts';
import { Ignores } from './ignores.ts';
import { ruleInfo } from './info.ts';
import { settingOf } from './levels.ts';
import { annotationsOf, IGNORE_ANNOTATION, matchesRule, type Suppression, suppresses, suppressionsIn } from './suppress.ts';

export const UNUSED = 'podlint/unused-suppression';
/** Lines count from 1. */
const WHOLE_FILE = 0;

interface Entry {
  readonly finding: Finding;
  readonly raw: Raw | undefined;
  readonly releases: string[];
}

/** All that was found, in order. */
export interface Finished {
  readonly findings: readonly Finding[];
  /** What each finding was made of, in the same order; undefined for those that the engine made itself. */
  readonly raws: readonly (Raw | undefined)[];
  readonly crashes: readonly string[];
  readonly counts: Readonly<Record<Level, number>>;
  /** The rules that have findings. */
  readonly rules: readonly RuleInfo[];
}

/** The same finding, whose texts are parts of no others. */
function settled(finding: Finding): Finding {
  const { message, says, path, cause, object, related, fix } = finding;
  return {
    ...finding,
    message: flat(message),
    says: says && flat(says),
    path: path && flat(path),
    cause: cause && { ...cause, field: flat(cause.field) },
    object: object && { ...object, name: flat(object.name) },
    related: related.map((one) => ({ ...one, message: flat(one.message) })),
    fix: fix && { ...fix, title: flat(fix.title) },
  };
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
  readonly #crashes = new Set<string>();
  #cluster: Cluster | undefined;
  #release = '';
  #obstacles: Obstacle[] = [];
  #refused = new Map<KubeObject, PodTemplate>();
  /** Annotations of the objects of the cluster in hand. */
  #ofObject = new Map<KubeObject, readonly Suppression[]>();

  readonly #raws: boolean;

  /** @param raws whether the findings are to be had with what they were made of */
  constructor(
    plan: Plan,
    rules: readonly Rule[],
    files: ReadonlyMap<string, SourceFile>,
    only: ReadonlySet<string>,
    raws = true,
  ) {
    this.#raws = raws;
    this.#plan = plan;
    this.#rules = new Map(rules.map((rule) => [rule.id, rule]));
    this.#files = files;
    this.#only = only;
    this.#ignores = new Ignores(plan);
  }

  begin(release: string, cluster: Cluster): void {
    this.#release = release;
    this.#cluster = cluster;
    this.#obstacles = [];
    this.#refused = new Map();
    this.#ofObject = new Map();
    for (const object of cluster.own) if (object.origin === 'set') this.#annotated(object);
  }

  /** One suppression stands for the same annotation in all sets and releases, so that "used" is told once. */
  #annotated(object: KubeObject): void {
    const { metadata, spec } = object.value as { metadata?: { annotations?: object | null } | null; spec?: unknown };
    if (typeof metadata !== 'object' || metadata === null) return;
    if (metadata.annotations == null && (typeof spec !== 'object' || spec === null)) return;
    const found = annotationsOf(object, (path) =>
      placeOf(object.document.file, locate(object.document, [...object.base, ...path], 'key')),
    );
    if (found.length === 0) return;
    this.#ofObject.set(
      object,
      found.map((suppression) => {
        const key = `${suppression.file}\0${suppression.offset}`;
        const known = this.#annotations.get(key);
        if (known) return known;
        this.#annotations.set(key, suppression);
        return suppression;
      }),
    );
  }

  add(raw: Raw): void {
    let finding = findingOf(raw);
    if (!this.#inScope(finding) || this.#accepted(finding, raw)) return;
    const key = `${finding.ruleId}\0${finding.place.file}\0${finding.place.offset}`;
    const entries = this.#entries.get(key);
    const same = entries?.find((entry) => sameFinding(entry.finding, finding));
    if (same) {
      if (!same.releases.includes(this.#release)) same.releases.push(this.#release);
    } else {
      // Of a document that is let go nothing is to stay with what is said of it.
      if (raw.document instanceof KeptDocument) finding = settled(finding);
      const entry = { finding, raw: this.#raws ? raw : undefined, releases: [this.#release] };
      if (entries) entries.push(entry);
      else this.#entries.set(key, [entry]);
    }
    const status = finding.predicts?.status;
    if (status === undefined) return;
    for (const pod of raw.blocks)
      this.#obstacles.push({ pod, finding, status, pods: raw.problem.pods, certain: raw.problem.certain });
    const refused = raw.object && this.#refusedPod(raw.object);
    if (refused) this.#obstacles.push({ pod: refused, finding, status });
  }

  /** The Pods that an object which does not decode would have made: the cluster knows none, and the forecast is about them too. */
  #refusedPod(object: KubeObject): PodTemplate | undefined {
    if (object.decodes) return undefined;
    let pod = this.#refused.get(object);
    if (pod === undefined) {
      pod = podTemplateOf(object);
      if (pod) this.#refused.set(object, pod);
    }
    return pod;
  }

  #inScope(finding: Finding): boolean {
    if (this.#only.size === 0) return true;
    return this.#only.has(finding.place.file) || finding.related.some((related) => this.#only.has(related.place.file));
  }

  #accepted(finding: Finding, raw: Raw): boolean {
    const ids = [raw.rule.id, ...(raw.rule.aliases ?? [])];
    let accepted = false;
    for (const suppression of [
      ...this.#commentsAt(finding.place.file, finding.place.line),
      ...((raw.object && this.#ofObject.get(raw.object)) ?? []),
    ]) {
      if (
        suppression.object === undefined
          ? suppresses(suppression, finding, ids, raw.object)
          : suppression.patterns.some((p) => matchesRule(p, ids))
      ) {
        suppression.used = true;
        accepted = true;
      }
    }
    return this.#ignores.accepts(finding, ids) || accepted;
  }

  /** The comments that may cover a line: a file with a comment for each of ten thousand findings is looked through once, not as often. */
  *#commentsAt(file: string, line: number): Generator<Suppression> {
    const comments = this.#commentsOf(file);
    if (comments.length === 0) return;
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
    yield* byLine.get(WHOLE_FILE) ?? [];
    yield* byLine.get(line) ?? [];
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

  crash(rule: Rule, error: unknown, object: KubeObject | undefined): void {
    const where = object === undefined ? '' : ` on ${describe(object)} (${object.document.file.path})`;
    this.#crashes.add(`${rule.id}${where}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }

  /** Closes one set: its rows of the forecast. */
  end(): ForecastRow[] {
    const cluster = this.#cluster;
    if (cluster === undefined) return [];
    return forecast(
      [...cluster.ownPods, ...this.#refused.values()],
      this.#obstacles,
      (object) => this.#only.size === 0 || this.#only.has(object.document.file.path),
    );
  }

  finish(ran: readonly Rule[]): Finished {
    for (const finding of this.#unused(ran))
      this.#entries.set(`${UNUSED}\0${finding.place.file}\0${finding.place.offset}`, [
        { finding, raw: undefined, releases: [...this.#plan.releases] },
      ]);
    const entries = [...this.#entries.values()].flat().sort((a, b) => compareFindings(a.finding, b.finding));
    const counts: Record<Level, number> = { error: 0, warning: 0, note: 0 };
    const seen = new Map<string, number>();
    const used = new Set<string>();
    const findings: Finding[] = [];
    const raws: (Raw | undefined)[] = [];
    for (const { finding, raw, releases } of entries) {
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
      raws.push(raw);
    }
    const rules = [...used].sort().flatMap((id) => ruleInfo(this.#rules.get(id)) ?? []);
    return { findings, raws, crashes: [...this.#crashes], counts, rules };
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
      const what = suppression.object === undefined ? 'this comment' : `the annotation ${IGNORE_ANNOTATION}`;
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
