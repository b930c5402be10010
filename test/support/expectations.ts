import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type LibraryOptions, podlint, type SourceText } from '../../src/index.ts';
import type { Finding } from '../../src/report/types.ts';

/** `file:line rule`, sorted: what a fixture expects, and what a report says. */
export type Expectation = string;

/** `# expect: rejected/unknown-field, rejected/wrong-type` at the end of a line. */
export function expectationsIn({ path: file, text }: SourceText): Expectation[] {
  return text.split('\n').flatMap((line, index) => {
    const ids = /# expect: ([\w/, -]+?)\s*$/.exec(line)?.[1];
    return ids === undefined ? [] : ids.split(/,\s*/).map((id) => `${file}:${index + 1} ${id}`);
  });
}

/** What a report says, as expectations. Notes count only when they are of the rule in question. */
export function said(findings: readonly Finding[], ruleId: string): Expectation[] {
  return findings
    .filter((f) => f.level !== 'note' || f.ruleId === ruleId)
    .map((f) => `${f.place.file}:${f.place.line} ${f.ruleId}`);
}

export interface FixtureCase {
  /** `creating/missing-secret/bad`. */
  readonly name: string;
  readonly folder: string;
  readonly texts: readonly SourceText[];
  readonly facts: readonly SourceText[];
  /** What was applied before the texts: the folder `before`. */
  readonly before: readonly SourceText[];
  readonly expected: readonly Expectation[];
}

/**
 * The cases of a rule: every folder below fixtures/<rule>. `facts.yaml` holds the facts, the folder `before` the manifests as a revision had them; every
 * other .yaml and .json file is a manifest;
 * `expect.txt` says what cannot be said on the line (`file:line rule`), in JSON or in block scalars.
 */
export function casesOf(root: string, ruleId: string): FixtureCase[] {
  const home = path.join(root, ruleId);
  if (!existsSync(home)) return [];
  return readdirSync(home, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const folder = path.join(home, name);
      const files = filesBelow(folder).filter((file) => /\.(ya?ml|json)$/.test(file) && file !== 'recorded.json');
      const textOf = (file: string): SourceText => ({ path: file, text: readFileSync(path.join(folder, file), 'utf8') });
      const texts = files.filter((file) => file !== 'facts.yaml' && !file.startsWith(BEFORE)).map(textOf);
      const facts = files.filter((file) => file === 'facts.yaml').map(textOf);
      const before = files
        .filter((file) => file.startsWith(BEFORE))
        .map((file) => ({ ...textOf(file), path: file.slice(BEFORE.length) }));
      const extra = existsSync(path.join(folder, 'expect.txt'))
        ? readFileSync(path.join(folder, 'expect.txt'), 'utf8').split('\n').filter(Boolean)
        : [];
      return {
        name: `${ruleId}/${name}`,
        folder,
        texts,
        facts,
        before,
        expected: [...texts.flatMap(expectationsIn), ...extra].sort(),
      };
    });
}

function filesBelow(folder: string, base = ''): string[] {
  return readdirSync(path.join(folder, base), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(folder, `${base}${entry.name}/`) : [`${base}${entry.name}`]));
}

const BEFORE = 'before/';

/** Judges a case under all rules. */
export function judgeCase(
  texts: readonly SourceText[],
  facts: readonly SourceText[] = [],
  before: readonly SourceText[] = [],
  more: Pick<LibraryOptions, 'each' | 'rules'> = {},
) {
  const earlier = before.length === 0 ? {} : { before: { revision: 'main', texts: before } };
  return podlint(texts, { facts, profile: 'all', ...earlier, ...more });
}
