import { type CustomResource, customResources } from './api/custom.ts';
import type { Release } from './api/kinds.ts';
import type { DecodeFault } from './apiserver/decode.ts';
import type { CustomResources } from './apiserver/verdict.ts';
import { Cluster } from './cluster/cluster.ts';
import type { KubeObject, Origin } from './cluster/object.ts';
import { type Manifest, manifestsIn } from './cluster/unwrap.ts';
import type { Plan, RuleSetting } from './config/plan.ts';
import { lint } from './lint/engine.ts';
import { Findings, type Finished } from './lint/findings.ts';
import { objectOf } from './lint/objects.ts';
import { type Reading, unknownKinds } from './lint/reading.ts';
import { matchesRule } from './lint/suppress.ts';
import type { ForecastRow, NotJudged } from './report/types.ts';
import type { Profile, Rule } from './rule.ts';
import type { ApplySet } from './source/apply-sets.ts';
import type { SourceDocument } from './source/document.ts';

/** What is judged: sets of documents that have been read, and the facts. */
export interface Case {
  readonly plan: Plan;
  readonly rules: readonly Rule[];
  readonly reading: Reading;
  readonly sets: readonly ApplySet[];
  readonly facts: readonly Manifest[];
  /** Reported names of the only files to report on; empty for all. */
  readonly only: ReadonlySet<string>;
}

export interface Judgement extends Finished {
  readonly forecast: readonly ForecastRow[];
  readonly objects: number;
  readonly unknownKinds: readonly NotJudged[];
}

/** Documents → objects → rules → findings, for every release and every set. */
export function judge({ plan, rules: all, reading, sets, facts, only }: Case): Judgement {
  const customs = customKinds([...reading.manifests(), ...facts]);
  const rules = activeRules(all, plan);
  const findings = new Findings(plan, all, reading.files, only);
  const judged: Manifest[] = [];
  let forecast: readonly ForecastRow[] = [];
  for (const release of plan.releases) {
    const rows: ForecastRow[] = [];
    const build = new SetBuilder(sets, { plan, release, reading, facts, customs });
    for (const set of sets) {
      const { cluster, decoded, documents, manifests } = build.cluster(set);
      if (release === plan.releases[0]) for (const manifest of manifests) judged.push(manifest);
      findings.begin(release, cluster);
      lint({
        cluster,
        documents,
        decoded,
        customs,
        rules,
        level: (rule, file) => settingOf(plan, rule, file).level,
        options: (rule) => settingOf(plan, rule, undefined).options ?? {},
        report: (raw) => findings.add(raw),
        crashed: (rule, error, object) => findings.crash(rule, error, object),
      });
      for (const row of findings.end()) rows.push(row);
    }
    forecast = rows;
  }
  return {
    ...findings.finish(rules),
    forecast,
    objects: judged.length,
    unknownKinds: unknownKinds(judged, plan.releases.at(-1)!, customs),
  };
}

interface BuildOptions {
  readonly plan: Plan;
  readonly release: Release;
  readonly reading: Reading;
  readonly facts: readonly Manifest[];
  readonly customs: CustomResources;
}

/** Makes the cluster of each set. Facts are decoded once a release, and sets that are another's context twice at most. */
class SetBuilder {
  readonly #options: BuildOptions;
  readonly #sets: ReadonlyMap<string, ApplySet>;
  readonly #facts: readonly KubeObject[];

  constructor(sets: readonly ApplySet[], options: BuildOptions) {
    this.#options = options;
    this.#sets = new Map(sets.map((set) => [set.id, set]));
    this.#facts = options.facts.map((manifest) => this.#object(manifest, 'fact', undefined).object);
  }

  cluster(set: ApplySet): {
    cluster: Cluster;
    decoded: Map<KubeObject, readonly DecodeFault[]>;
    documents: SourceDocument[];
    manifests: Manifest[];
  } {
    const { plan, release, reading } = this.#options;
    const decoded = new Map<KubeObject, readonly DecodeFault[]>();
    const documents: SourceDocument[] = [];
    const manifests: Manifest[] = [];
    const objects: KubeObject[] = [];
    const unread: string[] = [];
    for (const { path, role, outside, namespace } of set.files) {
      if (role === 'template') unread.push(reading.text(path) ?? '');
      if (role !== 'resource' && role !== 'crd') continue;
      for (const document of reading.documents.get(path) ?? []) {
        if (!outside) documents.push(document);
        if (document.error) unread.push(document.file.text.slice(document.range.start, document.range.end));
        for (const manifest of manifestsIn(document)) {
          if (!outside) manifests.push(manifest);
          const { object, faults } = this.#object(manifest, outside ? 'context' : 'set', namespace ?? set.namespace);
          objects.push(object);
          if (faults.length > 0) decoded.set(object, faults);
        }
      }
    }
    for (const id of set.context) {
      for (const { path, role } of this.#sets.get(id)?.files ?? []) {
        if (role !== 'resource' && role !== 'crd') continue;
        for (const document of reading.documents.get(path) ?? [])
          for (const m of manifestsIn(document)) objects.push(this.#object(m, 'context', undefined).object);
      }
    }
    objects.push(...this.#facts);
    const namespace = set.namespace ?? plan.namespace;
    const cluster = new Cluster(objects, {
      release,
      closed: plan.cluster.length > 0,
      provided: set.generated.map((made) => ({
        kind: made.kind,
        namespace: made.namespace ?? namespace,
        name: made.name,
        keys: made.keys === undefined || made.onto ? undefined : new Set(made.keys),
        by: 'a kustomize generator',
        onto: made.onto,
      })),
      external: plan.external,
      unread,
      open: set.open,
    });
    return { cluster, decoded, documents, manifests };
  }

  #object(manifest: Manifest, origin: Origin, forcedNamespace: string | undefined) {
    const { plan, release, customs } = this.#options;
    return objectOf(manifest, origin, { release, customs, namespace: plan.namespace, forcedNamespace });
  }
}

function customKinds(manifests: Iterable<Manifest>): CustomResources {
  const customs = new Map<string, CustomResource>();
  for (const { kind, value } of manifests) {
    if (kind !== 'CustomResourceDefinition') continue;
    for (const custom of customResources(value)) customs.set(`${custom.apiVersion}/${custom.kind}`, custom);
  }
  return customs;
}

const PROFILES: readonly Profile[] = ['predict', 'recommended', 'hardened', 'all'];

/** The rules that run: those of the profile, those a setting switches on, less those that are off everywhere. */
function activeRules(rules: readonly Rule[], plan: Plan): Rule[] {
  const wide = PROFILES.indexOf(plan.profile);
  return rules.filter((rule) => {
    const own = PROFILES.indexOf(rule.profile ?? (rule.predicts ? 'predict' : 'recommended'));
    const { level } = settingOf(plan, rule, undefined);
    if (level === 'off')
      return plan.settings.some(
        ({ paths, pattern, setting }) => paths && setting.level !== 'off' && matchesRule(pattern, [rule.id]),
      );
    return own <= wide || level !== undefined;
  });
}

/** The setting of a rule at a file; without a file, the one that holds everywhere. */
function settingOf(plan: Plan, rule: Rule, file: string | undefined): RuleSetting {
  if (plan.settings.length === 0) return NO_SETTING;
  const ids = rule.aliases === undefined ? [rule.id] : [rule.id, ...rule.aliases];
  let found: RuleSetting = NO_SETTING;
  for (const { pattern, setting, paths } of plan.settings) {
    if (!matchesRule(pattern, ids)) continue;
    if (paths !== undefined && (file === undefined || !paths(file))) continue;
    found = { level: setting.level ?? found.level, options: setting.options ?? found.options };
  }
  return found;
}

const NO_SETTING: RuleSetting = {};
