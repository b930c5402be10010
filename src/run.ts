import type { Manifest } from './cluster/unwrap.ts';
import { A_FILE, definitionsOf, factsOf, inputsOf, MUCH } from './config/inputs.ts';
import { type Plan, UsageError } from './config/plan.ts';
import { type Case, type Judgement, judge, type Team } from './judge.ts';
import { type Definitions, readDefinitions } from './lint/definitions.ts';
import type { PlacedFix } from './lint/found.ts';
import { Reading } from './lint/reading.ts';
import { withoutQuotes } from './lint/secrets.ts';
import { hiding } from './lint/sensitive.ts';
import type { NotJudged, Report } from './report/types.ts';
import type { Rule } from './rule.ts';
import { type ApplySet, applySets } from './source/apply-sets.ts';
import type { SourceFile } from './source/document.ts';
import { bytesOf, type InputEntry, type Inputs } from './source/inputs.ts';
import type { Room } from './source/kept.ts';

export interface RunOptions {
  readonly cwd: string;
  readonly version: string;
  readonly rules: readonly Rule[];
  readonly progress?: (done: number, total: number) => void;
  /** Called once, where there turns out to be much to read. */
  readonly onMuchInput?: () => void;
  /** Called once, where what has been read begins to be let go. */
  readonly onLetGo?: () => void;
  /** What `inputsOf`, `factsOf` and `definitionsOf` gave, where they have been asked already. */
  readonly inputs?: Inputs;
  readonly facts?: Inputs;
  readonly definitions?: Inputs;
  /** Texts that stand for those on disk, by reported path: what fixing has made of them so far. */
  readonly overlay?: ReadonlyMap<string, string>;
  /** Finds others to judge with, where there is much to judge and all can read the same. */
  readonly enlist?: (work: Work) => Promise<Enlisted | undefined>;
  /** From where on what has been read is let go, and read again when it is wanted. */
  readonly bounds?: Bounds;
}

/** What is read and judged. */
export interface Work {
  readonly plan: Plan;
  readonly cwd: string;
  readonly inputs: Inputs;
  /** Those of its entries that are judged. */
  readonly wanted: readonly InputEntry[];
  readonly facts: Inputs | undefined;
  readonly definitions: Inputs | undefined;
}

/** Others who have begun to read. What the work is read from must be these inputs, so that it shows whether all have read the same. */
export interface Enlisted extends Team, Pick<Work, 'inputs' | 'facts' | 'definitions'> {
  /** Whether all have loaded the program. */
  isReady(): boolean;
  close(): void;
}

export interface Bounds extends Room {
  /** From so many characters on. */
  readonly from: number;
}

/** So many bytes on disk are too much to be held: texts and trees take eight times as much. */
export const TOO_MUCH = 64_000_000;
const BOUNDS: Bounds = { from: 4_000_000, room: 4_000_000, reads: 3 };

/** What is held, where it is known from the beginning that not all of it can be: to let go later is too late, since V8's heap has grown by then. */
export function boundsOf({ wanted }: Pick<Work, 'wanted'>): Bounds | undefined {
  return bytesOf(wanted, TOO_MUCH) >= TOO_MUCH ? BOUNDS : undefined;
}

/** What a run hands over: the report, and what only fixing needs. */
export interface Outcome {
  readonly report: Report;
  /** How each finding of the report is mended; undefined where it is not. */
  readonly fixes: readonly (PlacedFix | undefined)[];
  /** Rules that threw: bugs of podlint. */
  readonly crashes: readonly string[];
  /** Arguments and files that could not be read. */
  readonly inputErrors: number;
  /** Why nothing at all could be judged. */
  readonly nothing?: string;
  readonly files: ReadonlyMap<string, SourceFile>;
}

/** The whole pipeline: inputs → documents → apply sets → objects → rules → findings → report. */
export async function run(plan: Plan, options: RunOptions): Promise<Outcome> {
  const inputs = options.inputs ?? (await inputsOf(plan, options.cwd));
  const definitions = options.definitions ?? (await definitionsOf(plan, options.cwd));
  const facts = plan.cluster.length === 0 ? undefined : (options.facts ?? (await factsOf(plan, options.cwd)));
  const isKnown = knownIn(facts, definitions);
  const wanted = inputs.entries.filter((entry) => !plan.exclude(entry.path) && !isKnown(entry));
  const work: Work = { plan, cwd: options.cwd, inputs, wanted, facts, definitions };
  const alone = plan.since !== undefined || options.overlay !== undefined;
  const team = alone ? undefined : await options.enlist?.(work);
  try {
    return await runWith(work, isKnown, options, team);
  } finally {
    team?.close();
  }
}

/** What is given as known is not judged, wherever it lies. */
function knownIn(facts: Inputs | undefined, definitions: Inputs | undefined): (entry: InputEntry) => boolean {
  const real = new Set(facts?.entries.filter(({ stdin }) => !stdin).map((entry) => entry.real));
  const defining = new Set(definitions?.entries.map(({ path }) => path));
  return (entry) => real.has(entry.real) || defining.has(entry.path);
}

interface Read extends State {
  readonly facts: Facts;
  readonly definitions: Definitions | undefined;
}

/** Reads all that is judged, and what is known. */
export async function readWork(work: Work, options: ReadOptions = {}): Promise<Read> {
  const definitions = work.definitions && (await readDefinitions(work.definitions));
  const facts = await readFacts(work.facts);
  return { ...(await readState(work, options)), facts, definitions };
}

async function runWith(
  work: Work,
  isKnown: (entry: InputEntry) => boolean,
  options: RunOptions,
  team: Enlisted | undefined,
): Promise<Outcome> {
  const { plan, inputs, wanted } = work;
  // Edits and revisions are for what is at hand: all of it is held.
  const bounds = options.overlay === undefined && plan.since === undefined ? (options.bounds ?? boundsOf(work)) : undefined;
  const { reading, sets, facts, definitions } = await readWork(
    team === undefined ? work : { ...work, inputs: team.inputs, facts: team.facts, definitions: team.definitions },
    { ...options, bounds, again: inputs, ...(team === undefined ? {} : { mayTellOfMuch: () => team.isReady() }) },
  );
  const only = onlyFiles(plan, inputs, wanted);
  const before = plan.since === undefined ? undefined : await stateBefore(plan, plan.since, isKnown, options);
  const task = { plan, rules: options.rules, reading, sets, facts: facts.manifests, definitions, only, before };
  // A file has changed since it was read first, and was wanted again: judged anew, with everything held.
  const anew = () => run(plan, { ...options, inputs, overlay: standardInput(reading, inputs) });
  let all: Judgement;
  try {
    all = await judge(task, team);
  } catch (error) {
    if (!reading.changed) throw error;
    return anew();
  }
  if (reading.changed) return anew();
  const { judgement, since } =
    before === undefined
      ? { judgement: all }
      : await onlyNew(all, before, { plan, rules: options.rules, facts: facts.manifests, definitions });
  // kustomize itself stops at an entry that is not there; what it would have made is not judged.
  const missing = sets.flatMap((set) =>
    set.missing.map(({ path, reference, why }) => ({ path, why: `${reference}: ${why}`, level: 'note' as const })),
  );
  const problems = [...inputs.problems, ...reading.problems, ...facts.problems, ...missing, ...(before?.problems ?? [])];
  const notJudged: NotJudged[] = [
    ...problems.map(({ path, why }) => ({ file: path, why })),
    ...(definitions?.problems ?? []).map(({ path, ...problem }) => ({ file: path, ...problem })),
    ...reading.templates(),
    ...reading.others(),
    ...sets.flatMap((set) => (set.unrendered === undefined ? [] : [{ file: set.root, why: set.unrendered }])),
    ...unrenderedKustomizations(sets),
    ...judgement.unknownKinds,
  ];
  const { objects } = judgement;
  return {
    fixes: judgement.fixes,
    crashes: judgement.crashes,
    inputErrors: problems.filter((problem) => problem.level === 'error').length + (definitions?.problems.length ?? 0),
    nothing: inputs.nothing ?? (objects > 0 ? undefined : nothingJudged(reading)),
    files: reading.files,
    report: {
      version: 1,
      podlint: options.version,
      kubeVersions: plan.releases,
      findings: judgement.findings,
      forecast: judgement.forecast,
      notJudged,
      since,
      summary: { files: reading.files.size, documents: reading.count, objects, ...judgement.counts },
      rules: judgement.rules,
      // A finding may lie in the configuration, which is no input.
      sources: (file) =>
        reading.files.has(file) ? reading.source(file) : file === plan.configFile ? plan.configSource?.text : undefined,
      ...hiding(reading.documents),
    },
  };
}

/** What was read of inputs, and what of it is applied together. */
interface State {
  readonly reading: Reading;
  readonly sets: readonly ApplySet[];
}

interface ReadOptions extends Pick<RunOptions, 'overlay' | 'progress' | 'onMuchInput' | 'onLetGo' | 'bounds'> {
  /** What is read from when something is wanted once more. Default: the same inputs. */
  readonly again?: Inputs;
  /** Whether `onMuchInput` may be called; where it may not, it is when everything is read. */
  readonly mayTellOfMuch?: () => boolean;
}

async function readState(
  { plan, inputs, wanted }: Pick<Work, 'plan' | 'inputs' | 'wanted'>,
  { overlay, progress, onMuchInput, mayTellOfMuch, onLetGo, bounds, again = inputs }: ReadOptions,
): Promise<State> {
  const reading = new Reading(overlay);
  let left = MUCH;
  let told = false;
  const tellOfMuch = () => {
    told = true;
    onMuchInput?.();
  };
  let free = bounds?.from ?? Number.POSITIVE_INFINITY;
  for (let i = 0; i < wanted.length; i++) {
    progress?.(i, wanted.length);
    const read = inputs.read(wanted[i]!);
    if (left > 0) left -= A_FILE + ('file' in read ? read.file.text.length : 0);
    if (left <= 0 && !told && mayTellOfMuch?.() !== false) tellOfMuch();
    const pending = reading.add(read, wanted[i]!.root, inputs.roots[wanted[i]!.root]?.kind !== 'folder');
    if (pending) await pending;
    if (free === Number.NEGATIVE_INFINITY || !('file' in read)) continue;
    free -= read.file.text.length;
    if (free >= 0 || bounds === undefined) continue;
    free = Number.NEGATIVE_INFINITY;
    onLetGo?.();
    await reading.keepTo(bounds, again);
  }
  if (left <= 0 && !told) tellOfMuch();
  const find = () =>
    applySets(reading.parsed, {
      roots: inputs.roots,
      each: plan.each,
      load: (path) => reading.beyond(path, inputs),
      text: (path) => reading.text(path, inputs),
      alias: (path) => inputs.find(path)?.path,
      exists: (path) => inputs.exists(path),
    });
  let sets = find();
  // What a kustomization names outside the arguments may need the library that reads all of YAML: once it is read, look again.
  while (await reading.settle()) sets = find();
  reading.sorted();
  return { reading, sets };
}

interface StateBefore extends State {
  readonly revision: string;
  readonly problems: readonly { readonly path: string; readonly why: string; readonly level: 'note' }[];
}

/** The same paths as they were at a git revision. */
async function stateBefore(
  plan: Plan,
  revision: string,
  isKnown: (entry: InputEntry) => boolean,
  { cwd }: RunOptions,
): Promise<StateBefore> {
  const [{ revisionInputs }, { GitError }] = await Promise.all([import('./source/revision.ts'), import('./source/git.ts')]);
  try {
    const inputs = await revisionInputs(plan.paths, { cwd, revision, ignore: plan.ignoreFiles });
    const wanted = inputs.entries.filter((entry) => !plan.exclude(entry.path) && !isKnown(entry));
    const state = await readState({ plan, inputs, wanted }, {});
    const problems = inputs.missing.map((path) => ({
      path,
      why: `a submodule whose files at ${revision} are not here: all that is found in it counts as new`,
      level: 'note' as const,
    }));
    return { ...state, revision, problems };
  } catch (error) {
    if (error instanceof GitError) throw new UsageError(`--since ${revision}: ${error.message}`);
    throw error;
  }
}

/** What was found without what would have been found before, and how many that are. */
async function onlyNew(
  all: Judgement,
  before: StateBefore,
  task: Pick<Case, 'plan' | 'rules' | 'facts' | 'definitions'>,
): Promise<{ readonly judgement: Judgement; readonly since: Report['since'] }> {
  const { reading, sets, revision } = before;
  const earlier = await judge({ ...task, reading, sets, only: new Set() });
  const known = new Set(earlier.findings.map((finding) => finding.fingerprint));
  const { withoutFindings } = await import('./lint/baseline.ts');
  const { judgement, gone } = withoutFindings(all, known);
  const kept = all.findings.length - judgement.findings.length;
  return { judgement, since: { revision, known: kept, gone } };
}

/** What has come by standard input, which can be read once. */
function standardInput(reading: Reading, { entries }: Inputs): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const { path, stdin } of entries) if (stdin) texts.set(path, reading.text(path) ?? '');
  return texts;
}

/** The files that `--only` names, by themselves or by a folder. One that is not judged would be a green that means nothing. */
function onlyFiles(plan: Plan, inputs: Inputs, wanted: readonly InputEntry[]): Set<string> {
  const judged = new Set(wanted.map((entry) => entry.path));
  const only = new Set<string>();
  for (const name of plan.only) {
    const file = inputs.find(name)?.path ?? name;
    if (judged.has(file) || plan.onlyIfJudged) {
      only.add(file);
      continue;
    }
    const folder = inputs.relative(name);
    const below = folder === '.' ? [...judged] : [...judged].filter((path) => path.startsWith(`${folder}/`));
    if (below.length === 0)
      throw new UsageError(
        `--only ${name}: ${inputs.exists(name) ? 'is not among the files that are judged' : 'no such file or folder'}`,
      );
    for (const path of below) only.add(path);
  }
  return only;
}

interface Facts {
  readonly manifests: readonly Manifest[];
  readonly problems: readonly { readonly path: string; readonly why: string; readonly level: 'error' | 'note' }[];
}

/** The objects of `--cluster`. A fact that cannot be read is an error: judging without it would be another judgement. */
async function readFacts(inputs: Inputs | undefined): Promise<Facts> {
  if (inputs === undefined) return { manifests: [], problems: [] };
  const reading = new Reading();
  for (const entry of inputs.entries) await reading.add(inputs.read(entry));
  const broken = [...reading.documents.values()].flat().flatMap((d) =>
    d.error
      ? [
          {
            path: d.file.path,
            why: `facts: ${withoutQuotes(d.error.message, d, d.error.range.start)}`,
            level: 'error' as const,
          },
        ]
      : [],
  );
  return {
    manifests: [...reading.manifests()],
    problems: [...inputs.problems, ...reading.problems, ...broken],
  };
}

function nothingJudged(reading: Reading): string {
  const broken = [...reading.documents.values()].flat().filter((document) => document.error !== undefined).length;
  if (broken > 0)
    return `nothing could be judged: ${broken === 1 ? 'the only document could not' : `none of ${broken} documents could`} be read`;
  return `no Kubernetes objects in ${reading.files.size === 1 ? 'the one file' : `${reading.files.size} files`} that ${reading.files.size === 1 ? 'was' : 'were'} read`;
}

/** One note for all kustomizations whose patches and images are not applied: their files are judged as they are written. */
function unrenderedKustomizations(sets: readonly ApplySet[]): NotJudged[] {
  const changed = sets.filter((set) => set.kind === 'kustomization' && (set.patched.length > 0 || set.images.length > 0));
  const first = changed[0];
  if (first === undefined) return [];
  const more = changed.length === 1 ? '' : ` (and ${changed.length - 1} more)`;
  return [
    {
      file: first.root,
      why: `patches and images of this kustomization${more} are not applied: \`kubectl kustomize ${first.root} | podlint -\` judges what they make`,
    },
  ];
}
