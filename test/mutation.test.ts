/**
 * Whatever a text holds, podlint answers: the fixtures of all rules, broken in seeded ways, are judged by all rules. The library throws when a
 * rule does. Places must lie in the text, on one line; two runs must agree; fixes must go on parsing, and end.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { Plan } from '../src/config/plan.ts';
import type { SourceText } from '../src/index.ts';
import { fixAll } from '../src/lint/fix.ts';
import { rules } from '../src/lint/registry.ts';
import type { Finding, Report } from '../src/report/types.ts';
import { readDocuments } from '../src/source/reader.ts';
import { casesOf, type FixtureCase, judgeCase } from './support/expectations.ts';

const fixtures = path.join(path.resolve(fileURLToPath(import.meta.url), '../..'), 'fixtures');
const cases = rules.flatMap((rule) => casesOf(fixtures, rule.id));
/** Cases like the shop stand in many folders: their texts once. */
const distinct = [...new Map(cases.map((one) => [JSON.stringify([one.texts, one.facts]), one])).values()];

/** Mulberry32: the same numbers every time. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

type Random = ReturnType<typeof randomOf>;

const ODD_VALUES = [
  'null',
  '~',
  '[]',
  '{}',
  '[null]',
  '0',
  '-1',
  '1e999',
  '9223372036854775808',
  'true',
  '""',
  '"\\u0000"',
  '${X}',
  '{{ .Values.x }}',
  'ENC[AES256_GCM,data:x]',
  '__proto__',
  '{__proto__: {a: b}, constructor: c}',
  '[[[[[[]]]]]]',
  '"' + 'x'.repeat(300) + '"',
  '💥',
  '1Gi',
  '10%',
  '&a [*a]',
  '*nothing',
  '!!binary x',
  '2001-01-01',
  '0x1F',
  'a: b: c',
];
const ODD_KEYS = ['__proto__', 'constructor', 'toString', '"a b"', '?', '<<', '""', 'null', '1', '- - -'];
const ODD_TEXTS = [
  '\u0000',
  '\u0007',
  '\u001b[31m',
  '\r',
  '\r\n',
  '\t',
  '\u2028',
  '\ufeff',
  '\ud800',
  '\u00a0',
  '---\n',
  '...\n',
  '%YAML 1.2\n',
  '#',
  '|',
  '>',
  '@',
  '`',
  '"',
  "'",
  '{',
  ']',
  ': ',
  '- ',
];

/** Each breaks lines in one way. */
const MUTATIONS: readonly ((lines: string[], random: Random) => void)[] = [
  (lines, random) => void lines.splice(random(lines.length), 1 + random(4)),
  (lines, random) => {
    const at = random(lines.length);
    lines.splice(at, 0, ...lines.slice(at, at + 1 + random(6)));
  },
  (lines, random) => {
    lines[random(lines.length)] = lines[random(lines.length)]!;
  },
  (lines, random) => {
    const at = random(lines.length);
    const end = at + 1 + random(5);
    const by = random(2) === 0 ? ' '.repeat(1 + random(4)) : undefined;
    for (let i = at; i < Math.min(end, lines.length); i++)
      lines[i] = by === undefined ? lines[i]!.replace(/^ {1,2}/, '') : by + lines[i];
  },
  (lines, random) => {
    const at = random(lines.length);
    lines[at] = lines[at]!.replace(/(: |- )[^:]*$/, `$1${ODD_VALUES[random(ODD_VALUES.length)]!.replaceAll('$', '$$$$')}`);
  },
  (lines, random) => {
    const at = random(lines.length);
    lines[at] = lines[at]!.replace(/[\w.-]+(?=:)/, ODD_KEYS[random(ODD_KEYS.length)]!);
  },
  (lines, random) => {
    const at = random(lines.length);
    const column = random(lines[at]!.length + 1);
    lines[at] = lines[at]!.slice(0, column) + ODD_TEXTS[random(ODD_TEXTS.length)]! + lines[at]!.slice(column);
  },
  (lines, random) => {
    const at = random(lines.length);
    const column = random(lines[at]!.length + 1);
    lines[at] = lines[at]!.slice(0, column) + String.fromCharCode(random(0x180)) + lines[at]!.slice(column + random(3));
  },
  (lines, random) => void lines.splice(random(lines.length)),
  (lines, random) => {
    const at = random(lines.length);
    lines.push(...lines.splice(at, 1 + random(12)));
  },
];

function mutated(text: string, random: Random): string {
  const lines = text.split('\n');
  for (let count = 1 + random(3); count > 0 && lines.length > 0; count--) MUTATIONS[random(MUTATIONS.length)]!(lines, random);
  return lines.join('\n');
}

/** One of the texts is broken: a manifest, or now and then the facts. */
function broken(one: FixtureCase, random: Random): Pick<FixtureCase, 'texts' | 'facts'> {
  const all = [...one.texts, ...one.facts];
  const victim = all[random(all.length)]!;
  const change = (source: SourceText) => (source === victim ? { path: source.path, text: mutated(source.text, random) } : source);
  return { texts: one.texts.map(change), facts: one.facts.map(change) };
}

/** What is wrong with the places of a report; nothing, if all is well. */
function misplaced(report: Report, texts: readonly SourceText[]): string[] {
  const found: string[] = [];
  const lines = new Map(texts.map(({ path: file, text }) => [file, text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)]));
  const check = (finding: Finding, { file, line, column, endLine, endColumn, offset, endOffset }: Finding['place']) => {
    const own = lines.get(file);
    const length = own?.[line - 1]?.length ?? -1;
    const well =
      own !== undefined &&
      endLine === line &&
      column >= 1 &&
      column <= endColumn &&
      endColumn <= length + 1 &&
      offset <= endOffset;
    if (!well)
      found.push(`${finding.ruleId} at ${file}:${line}:${column}-${endLine}:${endColumn} of ${length}: ${finding.message}`);
  };
  for (const finding of report.findings) {
    check(finding, finding.place);
    for (const related of finding.related) check(finding, related.place);
    if (/[\n\r]/.test(finding.message)) found.push(`${finding.ruleId}: a message of several lines`);
  }
  return found;
}

const ROUNDS = 6;

describe('fixtures, broken', () => {
  it.each(Array.from({ length: ROUNDS }, (_, round) => [round + 1] as const))('are judged, round %i', async (round) => {
    const random = randomOf(round * 7919);
    for (const one of distinct) {
      const { texts, facts } = broken(one, random);
      const report = await judgeCase(texts, facts).catch((error: unknown) => {
        throw new Error(`${one.name}: ${String(error)}\n${texts.map((source) => `# ${source.path}\n${source.text}`).join('\n')}`);
      });
      expect(misplaced(report, texts), one.name).toEqual([]);
    }
  });

  it('are judged the same way twice', async () => {
    const random = randomOf(20_260_101);
    for (const one of distinct.filter((_, index) => index % 4 === 0)) {
      const { texts, facts } = broken(one, random);
      const [first, second] = [await judgeCase(texts, facts), await judgeCase(texts, facts)];
      expect(JSON.stringify([second.findings, second.forecast]), one.name).toBe(JSON.stringify([first.findings, first.forecast]));
    }
  });
});

describe('fixtures, moved', () => {
  it('keep the fingerprints of their findings', async () => {
    for (const one of distinct) {
      const moved = one.texts.map(({ path: file, text }) => ({
        path: file,
        text: file.endsWith('.json') ? `\n\n${text}` : text.replace(/^(?=apiVersion:)/gm, '# a comment\n\n# and another one\n'),
      }));
      const [before, after] = [await judgeCase(one.texts, one.facts), await judgeCase(moved, one.facts)];
      const prints = (report: Report) => report.findings.map((finding) => `${finding.ruleId} ${finding.fingerprint}`).sort();
      expect(prints(after), one.name).toEqual(prints(before));
    }
  });
});

describe('fixes', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'podlint-mutation-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const plan = (cluster: readonly string[]): Plan => ({
    paths: ['set'],
    releases: ['1.37'],
    namespace: 'default',
    cluster,
    crds: [],
    profile: 'all',
    failOn: 'error',
    each: false,
    only: [],
    onlyIfJudged: false,
    exclude: () => false,
    external: [],
    allowEmpty: true,
    ignoreFiles: false,
    settings: [],
    ignores: [],
  });

  it('leave texts that parse, and end', async () => {
    const random = randomOf(4711);
    let edits = 0;
    for (const [index, one] of distinct.filter(({ expected }) => expected.length > 0).entries()) {
      const { texts, facts } = index % 2 === 0 ? one : broken(one, random);
      const cwd = path.join(folder, String(index));
      for (const { path: file, text } of texts) write(path.join(cwd, 'set', file), text);
      for (const { text } of facts) write(path.join(cwd, 'facts.yaml'), text);
      const options = { cwd, version: 'test', rules };
      const asked = plan(facts.length > 0 ? ['facts.yaml'] : []);
      const first = await fixAll(asked, options, { unsafe: true, write: true });
      expect(first.outcome.crashes, one.name).toEqual([]);
      edits += first.count;
      const again = await fixAll(asked, options, { unsafe: true, write: false });
      expect([again.count, again.diff], one.name).toEqual([0, '']);
      for (const file of again.outcome.files.values()) {
        const before = texts.find((source) => file.path.endsWith(`/${source.path}`) || file.path === `set/${source.path}`);
        if (before === undefined) continue;
        const faults = async (text: string) =>
          (await readDocuments({ path: file.path, text })).filter((document) => document.error).length;
        expect(await faults(file.text), one.name).toBeLessThanOrEqual(await faults(before.text.replace(/^\uFEFF/, '')));
      }
    }
    expect(edits).toBeGreaterThan(40);
  });
});

function write(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
