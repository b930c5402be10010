/**
 * podlint as a library: the same judgement as the command line's, on texts in memory.
 *
 *     import { podlint } from 'podlint';
 *     const report = await podlint([{ path: 'web.yaml', text }], { kubeVersion: '1.34' });
 */
import { NEWEST, type Release } from './api/kinds.ts';
import { VERSION } from './commands/version.ts';
import type { RuleSetting, Setting } from './config/plan.ts';
import { judge } from './judge.ts';
import { Definitions } from './lint/definitions.ts';
import { Reading } from './lint/reading.ts';
import { rules } from './lint/registry.ts';
import { hiding } from './lint/sensitive.ts';
import type { Profile, Report } from './report/types.ts';
import { applySets } from './source/apply-sets.ts';

export { FORMAT_NAMES, type FormatName, loadFormat } from './report/index.ts';
export type { Finding, ForecastRow, FormatOptions, Level, Place, Profile, Report } from './report/types.ts';
export type { Release, RuleSetting };

export interface SourceText {
  /** How the report names it. Files below one folder are one apply set, unless a kustomization.yaml or Chart.yaml owns them. */
  readonly path: string;
  readonly text: string;
}

export interface LibraryOptions {
  readonly kubeVersion?: Release | readonly Release[];
  readonly namespace?: string;
  readonly profile?: Profile;
  /** Objects that exist already; giving any closes the world. */
  readonly facts?: readonly SourceText[];
  /** CustomResourceDefinitions that the cluster has, or JSON schemas of custom kinds as `<group>/<kind>_<version>.json`; never linted. */
  readonly crds?: readonly SourceText[];
  readonly external?: readonly string[];
  /** Every text is an apply set of its own. */
  readonly each?: boolean;
  /** The texts as they were applied before: what an apply over them would be refused is then told. Only that is judged of them. */
  readonly before?: { readonly revision: string; readonly texts: readonly SourceText[] };
  /** Levels by rule id or family, and the options of rules that have some: `rules:` of podlint.yaml. */
  readonly rules?: Readonly<Record<string, Setting | RuleSetting>>;
}

/** Judges texts as one `kubectl apply` would send them. Never throws on what the texts hold. */
export async function podlint(texts: readonly SourceText[], options: LibraryOptions = {}): Promise<Report> {
  const { kubeVersion = NEWEST, namespace = 'default', profile = 'recommended', facts = [], crds = [], external = [] } = options;
  const { each = false } = options;
  const releases = (Array.isArray(kubeVersion) ? kubeVersion : [kubeVersion]) as readonly Release[];
  const reading = await readAll(texts);
  const known = await readAll(facts);
  const sets = setsOf(reading, each);
  const earlier = options.before && (await readAll(options.before.texts));
  const definitions = await definitionsOf(crds);
  const judgement = await judge({
    plan: {
      paths: [],
      releases,
      namespace,
      cluster: facts.map((fact) => fact.path),
      crds: crds.map((definition) => definition.path),
      profile,
      failOn: 'error',
      each,
      only: [],
      onlyIfJudged: false,
      exclude: () => false,
      external,
      allowEmpty: true,
      ignoreFiles: false,
      settings: Object.entries(options.rules ?? {}).map(([pattern, setting]) => ({
        pattern,
        setting: typeof setting === 'string' ? { level: setting } : setting,
      })),
      ignores: [],
    },
    rules,
    reading,
    sets,
    facts: [...known.manifests()],
    definitions,
    only: new Set(),
    before: earlier && { revision: options.before!.revision, reading: earlier, sets: setsOf(earlier, each) },
  });
  if (judgement.crashes.length > 0) throw new Error(`a rule of podlint failed: ${judgement.crashes[0]}`);
  return {
    version: 1,
    podlint: VERSION,
    kubeVersions: releases,
    findings: judgement.findings,
    forecast: judgement.forecast,
    notJudged: [
      ...(definitions?.problems ?? []).map(({ path, ...problem }) => ({ file: path, ...problem })),
      ...reading.templates(),
      ...sets.flatMap((set) => (set.unrendered === undefined ? [] : [{ file: set.root, why: set.unrendered }])),
      ...judgement.unknownKinds,
    ],
    summary: { files: reading.files.size, documents: reading.count, objects: judgement.objects, ...judgement.counts },
    rules: judgement.rules,
    sources: (file) => reading.files.get(file)?.text,
    ...hiding(reading.documents),
  };
}

function setsOf(reading: Reading, each: boolean) {
  return applySets(reading.parsed, {
    roots: [{ kind: 'folder', path: '.' }],
    each,
    load: () => undefined,
    text: (path) => reading.text(path),
  });
}

async function definitionsOf(crds: readonly SourceText[]): Promise<Definitions | undefined> {
  if (crds.length === 0) return undefined;
  const definitions = new Definitions();
  for (const { path, text } of crds) {
    const file = { path, text: text.replace(/^\uFEFF/, '') };
    await definitions.add({ path, named: true, read: () => ({ file, encoding: 'utf-8' }) });
  }
  return definitions;
}

async function readAll(texts: readonly SourceText[]): Promise<Reading> {
  const reading = new Reading();
  for (const { path, text } of texts) await reading.add({ file: { path, text: text.replace(/^\uFEFF/, '') }, encoding: 'utf-8' });
  return reading;
}
