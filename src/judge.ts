import type { Release } from './api/kinds.ts';
import { isObject } from './api/manifest.ts';
import type { DecodeFault } from './apiserver/decode.ts';
import type { CustomResources } from './apiserver/verdict.ts';
import { Cluster, type ClusterOptions } from './cluster/cluster.ts';
import { Layer } from './cluster/layer.ts';
import type { KubeObject, Origin } from './cluster/object.ts';
import { type Manifest, manifestsIn } from './cluster/unwrap.ts';
import type { Plan } from './config/plan.ts';
import { customKinds } from './lint/custom-kinds.ts';
import type { Definitions } from './lint/definitions.ts';
import { lint } from './lint/engine.ts';
import { Findings, type Finished } from './lint/findings.ts';
import { activeRules, settingOf } from './lint/levels.ts';
import { type Decoded, decodedOf, loadForDecision, loadForRules, objectOf } from './lint/objects.ts';
import { type Reading, unknownKinds } from './lint/reading.ts';
import { type SyncedFolders, syncedFolders } from './lint/synced-folders.ts';
import type { Before } from './lint/updates.ts';
import type { ForecastRow, NotJudged } from './report/types.ts';
import type { Rule, Unsent } from './rule.ts';
import type { ApplySet } from './source/apply-sets.ts';
import type { SourceDocument } from './source/document.ts';

/** What is judged: sets of documents that have been read, and the facts. */
export interface Case {
  readonly plan: Plan;
  readonly rules: readonly Rule[];
  readonly reading: Reading;
  readonly sets: readonly ApplySet[];
  readonly facts: readonly Manifest[];
  /** What `--crds` gives. */
  readonly definitions?: Definitions;
  /** Reported names of the only files to report on; empty for all. */
  readonly only: ReadonlySet<string>;
  /** The same paths at a git revision, for what an apply over them would be refused. */
  readonly before?: Before;
  /** False where nobody asks what findings were made of. */
  readonly raws?: boolean;
}

export interface Judgement extends Finished {
  readonly forecast: readonly ForecastRow[];
  readonly objects: number;
  readonly unknownKinds: readonly NotJudged[];
}

/** Documents → objects → rules → findings, for every release and every set. */
export async function judge({
  plan,
  rules: all,
  reading,
  sets,
  facts,
  definitions,
  only,
  before,
  raws,
}: Case): Promise<Judgement> {
  const manifests = [...reading.manifests()];
  const { customs, hints } = await customKinds(manifests, facts, definitions);
  await loadForRules(facts.length === 0 ? manifests : [...manifests, ...facts]);
  const synced = syncedFolders(manifests);
  const rules = activeRules(all, plan);
  const findings = new Findings(plan, all, reading.files, only, raws);
  const judged: Manifest[] = [];
  let forecast: readonly ForecastRow[] = [];
  // Only where something is known to be there can an object be an update.
  const updating = facts.length > 0 || before !== undefined ? await import('./lint/updates.ts') : undefined;
  const mutating = hasMutations(manifests) || hasMutations(facts) ? await import('./lint/mutated.ts') : undefined;
  for (const release of plan.releases) {
    const rows: ForecastRow[] = [];
    const updates = updating && new updating.Updates({ release, customs, namespace: plan.namespace }, before);
    const build = new SetBuilder(sets, { plan, release, reading, facts, customs, synced });
    for (const set of sets) {
      let built = build.cluster(set);
      for (let round = 0; built.undecided && round < 2; round++) {
        await loadForDecision(built.undecided);
        built = build.cluster(set);
      }
      if (mutating !== undefined) built = mutated(built, mutating.mutatedCluster(built.cluster, customs));
      const { cluster, decoded, documents, unsent } = built;
      if (release === plan.releases[0]) for (const manifest of built.manifests) judged.push(manifest);
      findings.begin(release, cluster);
      lint({
        cluster,
        documents,
        unsent,
        each: plan.each,
        decoded,
        customs,
        rules,
        level: (rule, file) => settingOf(plan, rule, file).level,
        options: (rule) => settingOf(plan, rule, undefined).options ?? {},
        update: updates && ((object) => updates.of(object, set, cluster)),
        updateCauses: updates && ((object) => updates.causes(object, set, cluster)),
        report: (raw) => findings.add(raw),
        crashed: (rule, error, object) => findings.crash(rule, error, object),
      });
      for (const row of findings.end()) rows.push(row);
      if (reading.isBounded) build.forget(set);
    }
    forecast = rows;
  }
  return {
    ...findings.finish(rules),
    forecast,
    objects: judged.length,
    unknownKinds: unknownKinds(judged, plan.releases.at(-1)!, customs, hints),
  };
}

interface BuiltSet {
  readonly cluster: Cluster;
  readonly decoded: ReadonlyMap<KubeObject, readonly DecodeFault[]>;
  readonly documents: readonly SourceDocument[];
  readonly unsent: readonly Unsent[];
  readonly manifests: readonly Manifest[];
  readonly undecided: Decoded['undecided'];
}

interface BuildOptions {
  readonly plan: Plan;
  readonly release: Release;
  readonly reading: Reading;
  readonly facts: readonly Manifest[];
  readonly customs: CustomResources;
  readonly synced: SyncedFolders;
}

/** Makes the cluster of each set. Everything is decoded once a release, however many sets see it. */
class SetBuilder {
  readonly #options: BuildOptions;
  readonly #sets: ReadonlyMap<string, ApplySet>;
  readonly #facts: Layer | undefined;
  readonly #contexts = new Map<string, Layer>();
  readonly #decoded = new Map<Manifest, Decoded>();
  /** By a set's id, the last one that it is of use to: itself, or one that sees it. Made when it is asked for. */
  #last: ReadonlyMap<string, ApplySet> | undefined;

  constructor(sets: readonly ApplySet[], options: BuildOptions) {
    this.#options = options;
    this.#sets = new Map(sets.map((set) => [set.id, set]));
    if (options.facts.length > 0)
      this.#facts = new Layer(options.facts.map((manifest) => this.#object(manifest, 'fact', undefined).object));
  }

  cluster(set: ApplySet): BuiltSet {
    const { plan, release, reading, synced } = this.#options;
    const decoded = new Map<KubeObject, readonly DecodeFault[]>();
    const documents: SourceDocument[] = [];
    const unsent: Unsent[] = [];
    const manifests: Manifest[] = [];
    const objects: KubeObject[] = [];
    const unread: string[] = [];
    let undecided: Decoded['undecided'] = false;
    for (const { path, role, outside, namespace } of set.files) {
      if (role === 'template') unread.push(reading.text(path) ?? '');
      if (role === 'config' && !outside) documents.push(...(reading.documents.get(path) ?? []).filter(isOfComponent));
      if (role !== 'resource' && role !== 'crd') {
        if (plan.each && isOneFile(set))
          for (const document of reading.documents.get(path) ?? []) unsent.push({ document, template: role === 'template' });
        continue;
      }
      for (const document of reading.documents.get(path) ?? []) {
        if (!outside) documents.push(document);
        if (document.error) unread.push(document.file.text.slice(document.range.start, document.range.end));
        for (const manifest of manifestsIn(document)) {
          if (!outside) manifests.push(manifest);
          const made = this.#object(manifest, outside ? 'context' : 'set', namespace ?? set.namespace, set.patched);
          objects.push(made.object);
          if (made.faults.length > 0) decoded.set(made.object, made.faults);
          if (undecided !== 'rule') undecided = made.undecided || undecided;
        }
      }
    }
    const around = set.context.map((id) => this.#contextOf(id));
    if (this.#facts !== undefined) around.push(this.#facts);
    const namespace = set.namespace ?? plan.namespace;
    const options: ClusterOptions = {
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
      inOrder: isSentInOrder(set) && !set.files.some((file) => synced(file.path)),
      definesKinds: plan.crds.length > 0,
    };
    return { cluster: new Cluster(objects, options, around), decoded, documents, unsent, manifests, undecided };
  }

  /** A set has been judged: what no other needs is let go. */
  forget(set: ApplySet): void {
    this.#last ??= lastUses(this.#sets.values());
    for (const id of [set.id, ...set.context]) {
      if (this.#last.get(id) !== set) continue;
      this.#contexts.delete(id);
      for (const { path } of this.#sets.get(id)?.files ?? [])
        for (const document of this.#options.reading.documents.get(path) ?? [])
          for (const manifest of manifestsIn(document)) this.#decoded.delete(manifest);
    }
  }

  /** The objects of a set that others see: many sets may see the same one. */
  #contextOf(id: string): Layer {
    const known = this.#contexts.get(id);
    if (known !== undefined) return known;
    const objects: KubeObject[] = [];
    for (const { path, role, namespace } of this.#sets.get(id)?.files ?? []) {
      if (role !== 'resource' && role !== 'crd') continue;
      for (const document of this.#options.reading.documents.get(path) ?? []) {
        for (const manifest of manifestsIn(document)) objects.push(this.#object(manifest, 'context', namespace).object);
      }
    }
    const layer = new Layer(objects);
    this.#contexts.set(id, layer);
    return layer;
  }

  #object(manifest: Manifest, origin: Origin, forcedNamespace: string | undefined, patched?: ApplySet['patched']) {
    const { plan, release, customs } = this.#options;
    const options = { release, customs, namespace: plan.namespace, forcedNamespace, patched };
    let decoded = this.#decoded.get(manifest);
    if (decoded === undefined) {
      decoded = decodedOf(manifest, options);
      // What is in one set only is not met again; what is undecided is decoded again when it can be.
      if (this.#sets.size > 1 && !decoded.undecided) this.#decoded.set(manifest, decoded);
    }
    return objectOf(manifest, origin, options, decoded);
  }
}

/** In the order of the sets. */
function lastUses(sets: Iterable<ApplySet>): ReadonlyMap<string, ApplySet> {
  const last = new Map<string, ApplySet>();
  for (const set of sets) for (const id of [set.id, ...set.context]) last.set(id, set);
  return last;
}

/** Whether the set is one file as it is, and no part of a chart. */
function isOneFile({ kind }: ApplySet): boolean {
  return kind === 'file' || kind === 'stdin';
}

function hasMutations(manifests: readonly Manifest[]): boolean {
  return manifests.some(({ kind }) => kind === 'MutatingAdmissionPolicyBinding');
}

/** What was found of objects as they were written holds of what they become. */
function mutated(
  built: BuiltSet,
  made: { readonly cluster: Cluster; readonly before: ReadonlyMap<KubeObject, KubeObject> } | undefined,
): BuiltSet {
  if (made === undefined) return built;
  const decoded = new Map(built.decoded);
  for (const [object, before] of made.before) {
    const faults = decoded.get(before);
    if (faults !== undefined) decoded.set(object, faults);
  }
  return { ...built, cluster: made.cluster, decoded };
}

/** Whether `kubectl apply -f` is what sends the set. Of what lies beside a kustomization that does not take it in, nobody knows. */
function isSentInOrder({ kind, root, id }: ApplySet): boolean {
  return kind === 'stdin' || kind === 'file' || (kind === 'plain' && (root === '' || id === root));
}

/** A configuration of Kubernetes' own components: no object, but what it says of the cluster counts. */
function isOfComponent({ value }: SourceDocument): boolean {
  const apiVersion = isObject(value) ? value['apiVersion'] : undefined;
  return typeof apiVersion === 'string' && COMPONENTS.test(apiVersion);
}

const COMPONENTS = /^(?:kubeadm\.k8s\.io|kind\.x-k8s\.io|kube(?:let|proxy)\.config\.k8s\.io)\//;
