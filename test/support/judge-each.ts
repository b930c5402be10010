import { NEWEST, type Release } from '../../src/api/kinds.ts';
import type { SourceText } from '../../src/index.ts';
import { judge } from '../../src/judge.ts';
import { Reading } from '../../src/lint/reading.ts';
import { rules } from '../../src/lint/registry.ts';
import type { Finding } from '../../src/report/types.ts';
import { applySets } from '../../src/source/apply-sets.ts';

/**
 * Judges every text as a set of its own, as `--each --profile predict` does; any facts close the world. Findings by path. What is a note since nobody
 * sends such a file is an error here: it is sent.
 * `namespace` is that of objects that name none.
 */
export async function judgeEach(
  texts: readonly SourceText[],
  facts: readonly SourceText[] = [],
  release: Release = NEWEST,
  namespace = 'default',
): Promise<ReadonlyMap<string, readonly Finding[]>> {
  const reading = await readAll(texts);
  const known = await readAll(facts);
  const sets = applySets(reading.parsed, {
    roots: [{ kind: 'folder', path: '.' }],
    each: true,
    load: () => undefined,
    text: (path) => reading.text(path),
  });
  const judgement = await judge({
    plan: {
      paths: [],
      releases: [release],
      namespace,
      cluster: facts.map((fact) => fact.path),
      crds: [],
      profile: 'predict',
      failOn: 'error',
      each: true,
      only: [],
      onlyIfJudged: false,
      exclude: () => false,
      external: [],
      allowEmpty: true,
      ignoreFiles: false,
      settings: rules.flatMap(({ id, each }) => (each ? [{ pattern: id, setting: { level: 'error' as const } }] : [])),
      ignores: [],
    },
    rules,
    reading,
    sets,
    facts: [...known.manifests()],
    only: new Set(),
  });
  if (judgement.crashes.length > 0) throw new Error(`a rule of podlint failed: ${judgement.crashes[0]}`);
  const found = new Map<string, Finding[]>();
  for (const finding of judgement.findings) {
    const own = found.get(finding.place.file);
    if (own === undefined) found.set(finding.place.file, [finding]);
    else own.push(finding);
  }
  return found;
}

async function readAll(texts: readonly SourceText[]): Promise<Reading> {
  const reading = new Reading();
  for (const { path, text } of texts) await reading.add({ file: { path, text: text.replace(/^\uFEFF/, '') }, encoding: 'utf-8' });
  return reading;
}
