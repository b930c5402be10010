import { describe, expect, test } from 'vitest';
import matcher from '../../schemas/problem-matcher.json' with { type: 'json' };
import { gitlab } from '../../src/report/gitlab.ts';
import { rdjson } from '../../src/report/rdjson.ts';
import type { Place, Report } from '../../src/report/types.ts';
import { unix } from '../../src/report/unix.ts';
import { hostile } from './hostile.ts';
import { findingAt, placeAt, placeOf, reportOf, sample } from './sample.ts';

describe('gitlab', () => {
  const entries = (report: Report, options = {}): Record<string, unknown>[] => JSON.parse(gitlab(report, options));

  test('an entry', () => {
    expect(entries(sample())[2]).toEqual({
      description:
        "Secret `db` has no key `passwrod`; it has `password` (kubelet says: couldn't find key passwrod in Secret shop/db)",
      check_name: 'creating/missing-secret-key',
      fingerprint: 'a3',
      severity: 'critical',
      location: { path: 'k8s/api.yaml', lines: { begin: 25 } },
    });
  });

  test.each([
    ['usual', sample()],
    ['hostile', hostile()],
    ['empty', reportOf([])],
  ])('%s reports hold what GitLab reads, and no fingerprint twice', (_, report) => {
    const list = entries(report);
    expect(list).toHaveLength(report.findings.length + report.notJudged.length);
    for (const entry of list) {
      expect(entry).toEqual({
        description: expect.any(String),
        check_name: expect.stringMatching(/[\s\S]/),
        fingerprint: expect.stringMatching(/[\s\S]/),
        severity: expect.stringMatching(/^(?:info|minor|major|critical|blocker)$/),
        location: { path: expect.stringMatching(/^(?!\.\/)[\s\S]/), lines: { begin: expect.any(Number) } },
      });
    }
    expect(new Set(list.map(({ fingerprint }) => fingerprint)).size).toBe(list.length);
  });

  test('paths start at the root of the repository', () => {
    const [entry] = entries(reportOf([findingAt({ ...placeOf('k8s/api.yaml', 'passwrod'), file: './a.yaml' })]), {
      prefix: 'deploy/',
    });
    expect(entry?.['location']).toMatchObject({ path: 'deploy/a.yaml' });
  });
});

describe('rdjson', () => {
  interface Position {
    line: number;
    column: number;
  }
  interface Diagnostic {
    location: { path: string; range?: { start: Position; end?: Position } };
    suggestions?: { range: { start: Position; end: Position }; text: string }[];
  }
  const diagnostics = (report: Report): Diagnostic[] => JSON.parse(rdjson(report, {})).diagnostics;

  /** Fields of reviewdog's proto/rdf/reviewdog.proto; reviewdog refuses a file with any other. */
  const FIELDS: Record<string, readonly string[]> = {
    '': ['diagnostics', 'source', 'severity'],
    diagnostics: ['message', 'location', 'severity', 'source', 'code', 'suggestions'],
    source: ['name', 'url'],
    location: ['path', 'range'],
    range: ['start', 'end'],
    start: ['line', 'column'],
    end: ['line', 'column'],
    code: ['value', 'url'],
    suggestions: ['range', 'text'],
  };
  function unknownFields(value: unknown, name: string): string[] {
    if (Array.isArray(value)) return value.flatMap((item) => unknownFields(item, name));
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, item]) => [
      ...(FIELDS[name]?.includes(key) ? [] : [`${name}.${key}`]),
      ...unknownFields(item, key),
    ]);
  }

  test.each([
    ['usual', sample()],
    ['hostile', hostile()],
    ['empty', reportOf([])],
  ])('%s reports hold only what reviewdog knows', (_, report) => {
    const value = JSON.parse(rdjson({ ...report, homepage: 'https://example.com' }, {}));
    expect(unknownFields(value, '')).toEqual([]);
    expect(value.diagnostics).toHaveLength(report.findings.length + report.notJudged.length);
  });

  test('columns count the bytes of UTF-8, whatever stands before', () => {
    const text = 'ä: 1\n# a𐐀b\n🙂名: "é" # two\n';
    for (const needle of ['1', 'b', '"é"', 'é', 'two', '名']) {
      const start = text.indexOf(needle);
      const place = placeAt('f', text, start, start + needle.length);
      const [one] = diagnostics(reportOf([findingAt(place)], { f: text }));
      const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
      const column = Buffer.byteLength(before) + 1;
      expect(one?.location.range).toEqual({
        start: { line: place.line, column },
        end: { line: place.line, column: column + Buffer.byteLength(needle) },
      });
    }
  });

  test('the example of the format: in a𐐀b, b is column 6', () => {
    const text = 'a𐐀b';
    const [one] = diagnostics(reportOf([findingAt(placeAt('f', text, 3, 4))], { f: text }));
    expect(one?.location.range?.start.column).toBe(6);
  });

  test('columns far into a line are exact', () => {
    const text = `${'é名🙂'.repeat(3000)}X`;
    const at = text.length - 1;
    const [one] = diagnostics(reportOf([findingAt(placeAt('f', text, at, at + 1))], { f: text }));
    expect(one?.location.range?.start.column).toBe(Buffer.byteLength(text));
  });

  test('without the text, characters count as one', () => {
    const [one] = diagnostics(reportOf([findingAt(placeOf('k8s/api.yaml', 'passwrod'))]));
    expect(one?.location.range?.start).toEqual({ line: 25, column: 24 });
  });

  test('a fix of one edit is a suggestion; of several, elsewhere, or at a secret it is none', () => {
    const text = 'a: é1\n';
    const place: Place = placeAt('f', text, 4, 5);
    const suggestionsOf = (edits: (Place & { text: string })[], rest: Partial<Report> = {}): unknown =>
      diagnostics(reportOf([findingAt(place, { fix: { title: 't', safe: true }, edits })], { f: text }, rest))[0]?.suggestions;
    const edit = { ...place, text: '2' };
    expect(suggestionsOf([edit])).toEqual([{ range: { start: { line: 1, column: 6 }, end: { line: 1, column: 7 } }, text: '2' }]);
    expect(suggestionsOf([edit, edit])).toBeUndefined();
    expect(suggestionsOf([{ ...edit, file: 'g' }])).toBeUndefined();
    expect(suggestionsOf([edit], { sensitive: () => true })).toBeUndefined();
  });
});

describe('unix', () => {
  test('one line a finding, and what was not judged', () => {
    expect(unix(sample(), {}).split('\n')).toEqual([
      expect.stringMatching(/^k8s\/api\.yaml:19:15: warning: 3 replicas .* \[pending\/host-port-taken\]$/),
      'k8s/api.yaml:19:15: note: hostPort 8080 is open to everybody who reaches the node [exposed/host-port]',
      'k8s/api.yaml:25:24: error: Secret `db` has no key `passwrod`; it has `password` [creating/missing-secret-key]',
      'k8s/secret.yaml:11:1: error: Secret has no field `typ`; did you mean `type`? [rejected/unknown-field]',
      'charts/metrics:1:1: warning: not judged: helm is not installed [not-judged]',
      'k8s/broken.yaml:12:1: warning: not judged: found a tab where indentation was expected [not-judged]',
      '',
    ]);
    expect(unix(reportOf([]), {})).toBe('');
  });

  test('the problem matcher reads every line', () => {
    const [pattern] = matcher.problemMatcher[0]?.pattern ?? [];
    const regexp = new RegExp(pattern?.regexp ?? '');
    for (const line of unix(sample(), {}).trimEnd().split('\n')) expect(regexp.exec(line), line).not.toBeNull();
    expect(regexp.exec('a b/c.yaml:3:14: error: m: n [x] [a/b-c]')?.slice(1)).toEqual([
      'a b/c.yaml',
      '3',
      '14',
      'error',
      'm: n [x]',
      'a/b-c',
    ]);
  });
});
