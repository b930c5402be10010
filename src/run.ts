import type { Manifest } from './cluster/unwrap.ts';
import type { Plan } from './config/plan.ts';
import { judge } from './judge.ts';
import type { Raw } from './lint/engine.ts';
import { Reading } from './lint/reading.ts';
import { hiding } from './lint/sensitive.ts';
import type { NotJudged, Report } from './report/types.ts';
import type { Rule } from './rule.ts';
import { applySets } from './source/apply-sets.ts';
import type { SourceFile } from './source/document.ts';
import { collectInputs } from './source/inputs.ts';

export interface RunOptions {
  readonly cwd: string;
  readonly version: string;
  readonly rules: readonly Rule[];
  readonly progress?: (done: number, total: number) => void;
  /** Texts that stand for those on disk, by reported path: what fixing has made of them so far. */
  readonly overlay?: ReadonlyMap<string, string>;
}

/** What a run hands over: the report, and what only fixing needs. */
export interface Outcome {
  readonly report: Report;
  readonly raws: readonly Raw[];
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
  const inputs = await collectInputs(plan.paths, {
    cwd: options.cwd,
    ignore: plan.ignoreFiles,
    stdinFilename: plan.stdinFilename,
  });
  const reading = new Reading(options.overlay);
  const wanted = inputs.entries.filter((entry) => !plan.exclude(entry.path));
  for (let i = 0; i < wanted.length; i++) {
    options.progress?.(i, wanted.length);
    const pending = reading.add(inputs.read(wanted[i]!), wanted[i]!.root);
    if (pending) await pending;
  }
  const facts = await readFacts(plan, options.cwd);
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

  const only = new Set(plan.only.map((file) => inputs.find(file)?.path ?? file));
  const judgement = await judge({ plan, rules: options.rules, reading, sets, facts: facts.manifests, only });
  // kustomize itself stops at an entry that is not there; what it would have made is not judged.
  const missing = sets.flatMap((set) => set.missing.map(({ path, reference, why }) => ({ path, why: `${reference}: ${why}`, level: 'note' as const })));
  const problems = [...inputs.problems, ...reading.problems, ...facts.problems, ...missing];
  const notJudged: NotJudged[] = [
    ...problems.map(({ path, why }) => ({ file: path, why })),
    ...reading.templates(),
    ...sets.flatMap((set) => (set.unrendered === undefined ? [] : [{ file: set.root, why: set.unrendered }])),
    ...judgement.unknownKinds,
  ];
  const { objects } = judgement;
  return {
    raws: judgement.raws,
    crashes: judgement.crashes,
    inputErrors: problems.filter((problem) => problem.level === 'error').length,
    nothing: inputs.nothing ?? (objects > 0 ? undefined : nothingJudged(reading)),
    files: reading.files,
    report: {
      version: 1,
      podlint: options.version,
      kubeVersions: plan.releases,
      findings: judgement.findings,
      forecast: judgement.forecast,
      notJudged,
      summary: { files: reading.files.size, documents: reading.count, objects, ...judgement.counts },
      rules: judgement.rules,
      sources: (file) => reading.files.get(file)?.text,
      ...hiding(reading.documents),
    },
  };
}

interface Facts {
  readonly manifests: readonly Manifest[];
  readonly problems: readonly { readonly path: string; readonly why: string; readonly level: 'error' | 'note' }[];
}

/** The objects of `--cluster`. A fact that cannot be read is an error: judging without it would be another judgement. */
async function readFacts(plan: Plan, cwd: string): Promise<Facts> {
  if (plan.cluster.length === 0) return { manifests: [], problems: [] };
  const inputs = await collectInputs(plan.cluster, { cwd, ignore: false });
  const reading = new Reading();
  for (const entry of inputs.entries) await reading.add(inputs.read(entry));
  const broken = [...reading.documents.values()]
    .flat()
    .flatMap((d) => (d.error ? [{ path: d.file.path, why: `facts: ${d.error.message}`, level: 'error' as const }] : []));
  return { manifests: [...reading.manifests()], problems: [...inputs.problems, ...reading.problems, ...broken] };
}

function nothingJudged(reading: Reading): string {
  const broken = [...reading.documents.values()].flat().filter((document) => document.error !== undefined).length;
  if (broken > 0)
    return `nothing could be judged: ${broken === 1 ? 'the only document' : `none of ${broken} documents`} could be read`;
  return `no Kubernetes objects in ${reading.files.size === 1 ? 'the one file' : `${reading.files.size} files`} that ${reading.files.size === 1 ? 'was' : 'were'} read`;
}
