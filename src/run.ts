import type { Manifest } from './cluster/unwrap.ts';
import { type Plan, UsageError } from './config/plan.ts';
import { type Case, type Judgement, judge } from './judge.ts';
import { readDefinitions } from './lint/definitions.ts';
import type { Raw } from './lint/engine.ts';
import { Reading } from './lint/reading.ts';
import { withoutQuotes } from './lint/secrets.ts';
import { hiding } from './lint/sensitive.ts';
import type { NotJudged, Report } from './report/types.ts';
import type { Rule } from './rule.ts';
import { type ApplySet, applySets } from './source/apply-sets.ts';
import type { SourceFile } from './source/document.ts';
import { collectInputs, type InputEntry, type Inputs } from './source/inputs.ts';
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
  /** From where on what has been read is let go, and read again when it is wanted. */
  readonly bounds?: Bounds;
  /** False where nobody asks for `Outcome.raws`. */
  readonly raws?: boolean;
}

export interface Bounds extends Room {
  /** From so many characters on. */
  readonly from: number;
}

const BOUNDS: Bounds = { from: 16_000_000, room: 4_000_000, reads: 3 };

/** What a run hands over: the report, and what only fixing needs. */
export interface Outcome {
  readonly report: Report;
  /** What each finding of the report was made of. */
  readonly raws: readonly (Raw | undefined)[];
  /** Rules that threw: bugs of podlint. */
  readonly crashes: readonly string[];
  /** Arguments and files that could not be read. */
  readonly inputErrors: number;
  /** Why nothing at all could be judged. */
  readonly nothing?: string;
  readonly files: ReadonlyMap<string, SourceFile>;
}

/** So many characters are much input; a file counts as many more as its text has. */
export const MUCH = 250_000;
export const A_FILE = 6_000;

/** What the paths of a plan stand for. */
export function inputsOf(plan: Plan, cwd: string): Promise<Inputs> {
  return collectInputs(plan.paths, { cwd, ignore: plan.ignoreFiles, stdinFilename: plan.stdinFilename });
}

/** What its `--cluster` stands for. */
export function factsOf(plan: Plan, cwd: string): Promise<Inputs> {
  return collectInputs(plan.cluster, { cwd, ignore: false });
}

/** What its `--crds` stands for, if there are any. */
export async function definitionsOf(plan: Plan, cwd: string): Promise<Inputs | undefined> {
  return plan.crds.length === 0 ? undefined : collectInputs(plan.crds, { cwd, ignore: false });
}

/** The whole pipeline: inputs → documents → apply sets → objects → rules → findings → report. */
export async function run(plan: Plan, options: RunOptions): Promise<Outcome> {
  const inputs = options.inputs ?? (await inputsOf(plan, options.cwd));
  const given = options.definitions ?? (await definitionsOf(plan, options.cwd));
  const definitions = given && (await readDefinitions(given));
  const facts = await readFacts(plan, options);
  // What is given as known is not judged, wherever it lies.
  const isKnown = ({ path, real }: InputEntry) => facts.files.has(real) || definitions?.files.has(path) === true;
  // Edits and revisions are for what is at hand: all of it is held.
  const bounds = options.overlay === undefined && plan.since === undefined ? (options.bounds ?? BOUNDS) : undefined;
  const { reading, wanted, sets } = await readState(plan, inputs, isKnown, { ...options, bounds });
  const only = onlyFiles(plan, inputs, wanted);
  const before = plan.since === undefined ? undefined : await stateBefore(plan, plan.since, isKnown, options);
  let all: Judgement;
  try {
    all = await judge({
      plan,
      rules: options.rules,
      reading,
      sets,
      facts: facts.manifests,
      definitions,
      only,
      before,
      raws: options.raws,
    });
  } catch (error) {
    if (!reading.changed) throw error;
    return run(plan, { ...options, inputs, overlay: standardInput(reading, inputs) });
  }
  // A file has changed since it was read first, and was wanted again: judged anew, with everything held.
  if (reading.changed) return run(plan, { ...options, inputs, overlay: standardInput(reading, inputs) });
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
    raws: judgement.raws,
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
  readonly wanted: readonly InputEntry[];
  readonly sets: readonly ApplySet[];
}

async function readState(
  plan: Plan,
  inputs: Inputs,
  isKnown: (entry: InputEntry) => boolean,
  options: Pick<RunOptions, 'overlay' | 'progress' | 'onMuchInput' | 'onLetGo' | 'bounds'>,
): Promise<State> {
  const reading = new Reading(options.overlay);
  const wanted = inputs.entries.filter((entry) => !plan.exclude(entry.path) && !isKnown(entry));
  let left = MUCH;
  let free = options.bounds?.from ?? Number.POSITIVE_INFINITY;
  for (let i = 0; i < wanted.length; i++) {
    options.progress?.(i, wanted.length);
    const read = inputs.read(wanted[i]!);
    if (left > 0) {
      left -= A_FILE + ('file' in read ? read.file.text.length : 0);
      if (left <= 0) options.onMuchInput?.();
    }
    const pending = reading.add(read, wanted[i]!.root, inputs.roots[wanted[i]!.root]?.kind !== 'folder');
    if (pending) await pending;
    if (free === Number.NEGATIVE_INFINITY || !('file' in read)) continue;
    free -= read.file.text.length;
    if (free >= 0 || options.bounds === undefined) continue;
    free = Number.NEGATIVE_INFINITY;
    options.onLetGo?.();
    await reading.keepTo(options.bounds, inputs);
  }
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
  return { reading, wanted, sets };
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
    const state = await readState(plan, inputs, isKnown, {});
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
  /** Real paths. */
  readonly files: ReadonlySet<string>;
  readonly manifests: readonly Manifest[];
  readonly problems: readonly { readonly path: string; readonly why: string; readonly level: 'error' | 'note' }[];
}

/** The objects of `--cluster`. A fact that cannot be read is an error: judging without it would be another judgement. */
async function readFacts(plan: Plan, { cwd, facts }: RunOptions): Promise<Facts> {
  if (plan.cluster.length === 0) return { files: new Set(), manifests: [], problems: [] };
  const inputs = facts ?? (await factsOf(plan, cwd));
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
    files: new Set(inputs.entries.filter(({ stdin }) => !stdin).map(({ real }) => real)),
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
