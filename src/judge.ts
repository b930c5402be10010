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
import { Linter } from './lint/engine.ts';
import { Findings, type Finished } from './lint/findings.ts';
import { crashOf, FindingsOfSet } from './lint/found.ts';
import { activeRules, settingOf } from './lint/levels.ts';
import {
  type Decoded,
  decodedOf,
  isWithinLimits,
  loadForDecision,
  loadForRules,
  objectOf,
  type Spent,
  spent,
} from './lint/objects.ts';
import { type Part, partsOf, type Slice, wholeSets } from './lint/parts.ts';
import { type Reading, unknownKinds } from './lint/reading.ts';
import { Recorder, type Taker, tell } from './lint/recorder.ts';
import { type SyncedFolders, syncedFolders } from './lint/synced-folders.ts';
import type { Before, Updates } from './lint/updates.ts';
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
}

export interface Judgement extends Finished {
  readonly forecast: readonly ForecastRow[];
  readonly objects: number;
  readonly unknownKinds: readonly NotJudged[];
}

/** Others who judge the same, each having read everything, and take parts of it as they have time. */
export interface Team {
  /** How many they are, with the one who asks. */
  readonly size: number;
  /** The number of a part that nobody has taken; undefined where none is left to take. */
  take(parts: number): number | undefined;
  /**
   * What the others have found, once all have ended.
   * @param parts how many there are
   * @param own those that were judged here
   */
  others(parts: number, own: ReadonlySet<number>, documents: Reading['documents']): Promise<Others>;
}

export interface Others {
  /** Tells what they have found in a part; false where that is to be found out here. */
  tell(part: number, taker: Taker): boolean;
  readonly spent: readonly Spent[];
}

/** Documents → objects → rules → findings, for every release and every set. */
export async function judge(task: Case, team?: Team): Promise<Judgement> {
  const { plan, reading, only } = task;
  const judging = await Judging.of(task);
  const findings = new Findings(plan, task.rules, reading.files, only);
  const forecasts = new Map<Release, ForecastRow[]>();
  let rows: ForecastRow[] = [];
  const taker: Taker = {
    begin: (release, pods) => {
      rows = forecasts.get(release) ?? [];
      forecasts.set(release, rows);
      findings.begin(release, pods);
    },
    annotated: (suppressions) => findings.annotated(suppressions),
    add: (found) => findings.add(found),
    crash: (text) => findings.crash(text),
    end: () => {
      for (const row of findings.end()) rows.push(row);
    },
  };
  if (team === undefined) for (const part of judging.parts(1)) await judging.part(part, taker);
  else if (!(await together(judging, team, reading.documents, taker))) return judge(task);
  const judged = judging.judged();
  return {
    ...findings.finish(judging.rules),
    forecast: forecasts.get(plan.releases.at(-1)!) ?? [],
    objects: judged.length,
    unknownKinds: unknownKinds(judged, plan.releases.at(-1)!, judging.customs, judging.hints),
  };
}

/** Judges what nobody else has taken, and tells all in the one order. False where one alone may have come to something else. */
async function together(judging: Judging, team: Team, documents: Reading['documents'], taker: Taker): Promise<boolean> {
  const parts = judging.parts(team.size);
  const own = new Map<number, Recorder>();
  for (let number = team.take(parts.length); number !== undefined; number = team.take(parts.length)) {
    const recorder = new Recorder();
    own.set(number, recorder);
    await judging.part(parts[number]!, recorder);
  }
  const others = await team.others(parts.length, new Set(own.keys()), documents);
  for (const [number, part] of parts.entries()) {
    const recorder = own.get(number);
    if (recorder !== undefined) tell(recorder.slices, taker);
    else if (!others.tell(number, taker)) await judging.part(part, taker);
  }
  return isWithinLimits([spent(), ...others.spent]);
}

/** Parts that each of a team has to take, on average: the last one must not keep the others waiting. */
const PARTS_EACH = 32;
/** What lies between large sets, and the last piece of each, may be small. */
export const MOST_PARTS_EACH = 3 * PARTS_EACH;

/** Everything that is judged, made ready, to be judged part by part. */
export class Judging {
  readonly rules: readonly Rule[];
  readonly customs: CustomResources;
  /** What is known near to custom kinds that nothing defines. */
  readonly hints: ReadonlyMap<string, string>;
  readonly #task: Case;
  readonly #synced: SyncedFolders;
  readonly #updating: typeof import('./lint/updates.ts') | undefined;
  readonly #mutating: typeof import('./lint/mutated.ts') | undefined;
  #release: { readonly index: number; readonly build: SetBuilder; readonly updates: Updates | undefined } | undefined;
  #open: OpenSet | undefined;
  #taker: Taker | undefined;

  static async of(task: Case): Promise<Judging> {
    const { reading, facts, definitions, before } = task;
    const manifests = [...reading.manifests()];
    const { customs, hints } = await customKinds(manifests, facts, definitions);
    await loadForRules(facts.length === 0 ? manifests : [...manifests, ...facts]);
    // Only where something is known to be there can an object be an update.
    const updating = facts.length > 0 || before !== undefined ? await import('./lint/updates.ts') : undefined;
    const mutating = hasMutations(manifests) || hasMutations(facts) ? await import('./lint/mutated.ts') : undefined;
    return new Judging(task, { customs, hints, synced: syncedFolders(manifests), updating, mutating });
  }

  private constructor(
    task: Case,
    made: Pick<Judging, 'customs' | 'hints'> & {
      readonly synced: SyncedFolders;
      readonly updating: typeof import('./lint/updates.ts') | undefined;
      readonly mutating: typeof import('./lint/mutated.ts') | undefined;
    },
  ) {
    this.#task = task;
    this.rules = activeRules(task.rules, task.plan);
    this.customs = made.customs;
    this.hints = made.hints;
    this.#synced = made.synced;
    this.#updating = made.updating;
    this.#mutating = made.mutating;
  }

  /** The work, shared out for so many. */
  parts(team: number): readonly Part[] {
    const { plan, sets, reading } = this.#task;
    const { length } = plan.releases;
    return team === 1 ? wholeSets(length, sets, reading) : partsOf(length, sets, reading, team * PARTS_EACH);
  }

  async part(part: Part, taker: Taker): Promise<void> {
    for (const slice of part) await this.#slice(slice, taker);
  }

  async #slice({ release, set, from, to, steps }: Slice, taker: Taker): Promise<void> {
    const open = await this.#opened(release, set);
    const { linter, findings, own } = open;
    this.#taker = taker;
    if (from === 0) {
      taker.begin(this.#task.plan.releases[release]!, findings.pods);
      linter.documents();
    } else if (!open.noted) linter.documents(true);
    open.noted = true;
    for (let step = Math.max(from, 1); step < Math.min(to, steps - 1); step++) {
      const object = own[step - 1]!;
      const annotations = findings.annotations(object);
      if (annotations.length > 0) taker.annotated(annotations);
      linter.object(object);
    }
    if (to < steps) return;
    linter.whole();
    taker.end();
    if (this.#task.reading.isBounded) this.#ofRelease(release).build.forget(this.#task.sets[set]!);
  }

  async #opened(release: number, set: number): Promise<OpenSet> {
    if (this.#open?.release !== release || this.#open.set !== set) this.#open = await this.#opening(release, set);
    return this.#open;
  }

  async #opening(index: number, number: number): Promise<OpenSet> {
    const { plan, sets } = this.#task;
    const set = sets[number]!;
    const { build, updates } = this.#ofRelease(index);
    let built = build.cluster(set);
    for (let round = 0; built.undecided && round < 2; round++) {
      await loadForDecision(built.undecided);
      built = build.cluster(set);
    }
    if (this.#mutating !== undefined) built = mutated(built, this.#mutating.mutatedCluster(built.cluster, this.customs));
    const { cluster, decoded, documents, unsent } = built;
    const findings = new FindingsOfSet(cluster);
    const linter = new Linter({
      cluster,
      documents,
      unsent,
      each: plan.each,
      decoded,
      customs: this.customs,
      rules: this.rules,
      level: (rule, file) => settingOf(plan, rule, file).level,
      options: (rule) => settingOf(plan, rule, undefined).options ?? {},
      update: updates && ((object) => updates.of(object, set, cluster)),
      updateCauses: updates && ((object) => updates.causes(object, set, cluster)),
      report: (raw) => this.#taker?.add(findings.found(raw)),
      crashed: (rule, error, object) => this.#taker?.crash(crashOf(rule, error, object)),
    });
    return { release: index, set: number, linter, findings, own: cluster.own, noted: false };
  }

  #ofRelease(index: number) {
    if (this.#release?.index !== index) {
      const { plan, sets, reading, facts, before } = this.#task;
      const release = plan.releases[index]!;
      const { customs } = this;
      this.#release = {
        index,
        build: new SetBuilder(sets, { plan, release, reading, facts, customs, synced: this.#synced }),
        updates: this.#updating && new this.#updating.Updates({ release, customs, namespace: plan.namespace }, before),
      };
    }
    return this.#release;
  }

  /** What is in all sets. */
  judged(): Manifest[] {
    const { sets, reading } = this.#task;
    const judged: Manifest[] = [];
    for (const { files } of sets) {
      for (const { path, role, outside } of files) {
        if (outside || (role !== 'resource' && role !== 'crd')) continue;
        for (const document of reading.documents.get(path) ?? [])
          for (const manifest of manifestsIn(document)) judged.push(manifest);
      }
    }
    return judged;
  }
}

/** A set whose walk has begun. */
interface OpenSet {
  readonly release: number;
  readonly set: number;
  readonly linter: Linter;
  readonly findings: FindingsOfSet;
  readonly own: readonly KubeObject[];
  /** Whether the documents have been visited. */
  noted: boolean;
}

interface BuiltSet {
  readonly cluster: Cluster;
  readonly decoded: ReadonlyMap<KubeObject, readonly DecodeFault[]>;
  readonly documents: readonly SourceDocument[];
  readonly unsent: readonly Unsent[];
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
    return { cluster: new Cluster(objects, options, around), decoded, documents, unsent, undecided };
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
