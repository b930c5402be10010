import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Log, Result, Run } from 'sarif';
import { describe, expect, test } from 'vitest';
import { fileUri, repositoryPath } from '../../src/report/location.ts';
import { sarif } from '../../src/report/sarif.ts';
import type { FormatOptions, Report } from '../../src/report/types.ts';
import { hostile } from './hostile.ts';
import { API, big, findingAt, placeAt, placeOf, reportOf, SECRET, sample } from './sample.ts';

const ajv = new Ajv2020.default({ strict: false, allErrors: true });
addFormats.default(ajv);
const validate = ajv.compile(JSON.parse(readFileSync(new URL('../data/sarif-schema-2.1.0.json', import.meta.url), 'utf8')));

function log(report: Report, options: FormatOptions = {}): Log {
  return JSON.parse(sarif(report, options)) as Log;
}

function run(report: Report, options: FormatOptions = {}): Run {
  const [first] = log(report, options).runs;
  if (first === undefined) throw new Error('no run');
  return first;
}

function results(report: Report, options: FormatOptions = {}): Result[] {
  return run(report, options).results ?? [];
}

const REPORTS: [string, Report][] = [
  ['a usual report', sample()],
  ['an empty report', reportOf([])],
  ['hostile text', hostile()],
  ['many findings', big(300)],
];

describe.each(REPORTS)('sarif of %s', (_, report) => {
  test('is SARIF 2.1.0', () => {
    validate(log(report));
    expect(validate.errors ?? []).toEqual([]);
  });

  test('has what GitHub requires, and nothing it refuses', () => {
    const { $schema, version, runs } = log(report);
    expect($schema).toBeTruthy();
    expect(version).toBe('2.1.0');
    expect(runs).toHaveLength(1);
    const { tool, results: list = [], columnKind } = run(report);
    expect(tool.driver.name).toBe('podlint');
    expect(columnKind).toBe('utf16CodeUnits');
    for (const rule of tool.driver.rules ?? []) {
      expect(rule.id).not.toBe('');
      expect(rule.name).not.toBe(rule.id);
      expect(rule.name?.length).toBeLessThanOrEqual(255);
      for (const text of [rule.shortDescription?.text, rule.fullDescription?.text]) {
        expect(text).toBeTruthy();
        expect(text?.length).toBeLessThanOrEqual(1024);
      }
      expect(rule.help?.text).toBeTruthy();
      expect(rule.help?.markdown).toBeTruthy();
      expect(['note', 'warning', 'error']).toContain(rule.defaultConfiguration?.level);
      expect(['very-high', 'high', 'medium', 'low']).toContain(rule.properties?.['precision']);
      expect(['error', 'warning', 'recommendation']).toContain(rule.properties?.['problem.severity']);
      expect(rule.properties?.tags?.length).toBeLessThanOrEqual(20);
    }
    for (const result of list) {
      expect(tool.driver.rules?.[result.ruleIndex ?? -1]?.id).toBe(result.ruleId);
      expect(result.message.text).toBeTruthy();
      expect(result.locations).toHaveLength(1);
      const { artifactLocation, region } = result.locations?.[0]?.physicalLocation ?? {};
      expect(artifactLocation?.uri).toBeTruthy();
      expect(artifactLocation?.uri).not.toMatch(/^\.?\/|[\s\\<>"{}|^`]/);
      expect(region?.startLine).toBeGreaterThanOrEqual(1);
      expect(region?.startColumn).toBeGreaterThanOrEqual(1);
      expect(region?.endLine).toBe(region?.startLine);
      expect(region?.endColumn).toBeGreaterThanOrEqual(region?.startColumn ?? 0);
      expect(result.partialFingerprints?.['podlint/v1']).toBeTruthy();
    }
  });

  test('every link of a message leads to a related place, and every related place has a link', () => {
    for (const { message, relatedLocations = [] } of results(report)) {
      const linked = [...(message.text ?? '').matchAll(/\[(?:[^\\[\]]|\\.)*\]\(([^)]*)\)/g)].map((match) => Number(match[1]));
      expect(linked).toEqual(relatedLocations.map(({ id }) => id));
    }
  });
});

describe('sarif', { timeout: 30_000 }, () => {
  test('a result as code scanning shows it', () => {
    const result = results(sample())[2];
    expect(result?.message.text).toBe(
      'Secret `db` has no key `passwrod`; it has `password`.\n' +
        "kubelet says: couldn't find key passwrod in Secret shop/db\n" +
        'kubectl shows: CreateContainerConfigError\n' +
        'See [Secret db is defined here](1).\n' +
        '2 findings that follow from it: not shown.\n' +
        'Fix: write `password`',
    );
    expect(result?.locations?.[0]?.physicalLocation?.region).toEqual({
      startLine: 25,
      startColumn: 24,
      endLine: 25,
      endColumn: 32,
    });
    expect(result?.fixes?.[0]?.artifactChanges[0]).toEqual({
      artifactLocation: { uri: 'k8s/api.yaml', uriBaseId: '%SRCROOT%' },
      replacements: [
        {
          deletedRegion: {
            startLine: 25,
            startColumn: 24,
            endLine: 25,
            endColumn: 32,
            charOffset: API.indexOf('passwrod'),
            charLength: 8,
          },
          insertedContent: { text: 'password' },
        },
      ],
    });
  });

  test('security-severity only where a rule gives one', () => {
    const rules = run(sample()).tool.driver.rules ?? [];
    const severities = rules.map((rule) => rule.properties?.['security-severity']);
    expect(severities).toEqual([undefined, undefined, undefined, '4.5']);
    expect(rules[3]?.properties?.tags).toContain('security');
  });

  test('a region of several lines ends with its first', () => {
    const text = 'a:\n  b: 1\n  c: 2\n';
    const [result] = results(reportOf([findingAt(placeAt('f.yaml', text, 5, 16))], { 'f.yaml': text }));
    expect(result?.locations?.[0]?.physicalLocation?.region).toEqual({ startLine: 2, startColumn: 3, endLine: 2, endColumn: 7 });
  });

  test('brackets in a message make no link, brackets in a link text are escaped', () => {
    const place = placeOf('k8s/api.yaml', 'passwrod');
    const [result] = results(
      reportOf([findingAt(place, { message: 'see [this](1) in a[0]', related: [{ place, message: 'a[0]\\b' }] })]),
    );
    expect(result?.message.text).toBe('see [this] (1) in a[0].\nSee [a\\[0\\]\\\\b](1).');
  });

  test('a rule that is not told of gets a stand-in', () => {
    const { tool } = run(reportOf([findingAt(placeOf('k8s/api.yaml', 'passwrod'), { ruleId: 'x/unheard-of' })]));
    expect(tool.driver.rules?.[0]).toMatchObject({ id: 'x/unheard-of', name: 'XUnheardOf' });
  });

  test('what was not judged is a notification', () => {
    const [invocation] = run(sample()).invocations ?? [];
    expect(invocation?.executionSuccessful).toBe(true);
    expect(invocation?.toolExecutionNotifications?.map(({ message }) => message.text)).toEqual([
      'Not judged: helm is not installed',
      'Not judged: found a tab where indentation was expected',
    ]);
    const none = { files: 1, documents: 0, objects: 0, error: 0, warning: 0, note: 0 };
    expect(
      run(reportOf([], {}, { notJudged: [{ file: 'f', why: 'w' }], summary: none })).invocations?.[0]?.executionSuccessful,
    ).toBe(false);
  });

  test('no more than 5,000 results: the severe ones, in order, and a word about the others', () => {
    const { results: list = [], invocations } = run(big(9000));
    expect(list).toHaveLength(5000);
    expect(list.filter(({ level }) => level === 'error')).toHaveLength(3000);
    expect(list.filter(({ level }) => level === 'warning')).toHaveLength(2000);
    const fingerprints = list.map((result) => Number(result.partialFingerprints?.['podlint/v1']?.slice(3)));
    expect(fingerprints).toEqual([...fingerprints].sort((a, b) => a - b));
    expect(invocations?.[0]?.toolExecutionNotifications?.[0]?.message.text).toContain('4000 of 9000 results are left out');
  });

  test('of too many, what is new stays', () => {
    const report = big(6000);
    const findings = report.findings.map((finding, i) => ({ ...finding, level: 'error' as const, isNew: i >= 5900 }));
    expect(results({ ...report, findings }).filter(({ baselineState }) => baselineState === 'new')).toHaveLength(100);
  });

  test('the category of several environments, or none, so that upload-sarif makes one', () => {
    expect(run(sample()).automationDetails).toBeUndefined();
    expect(run(sample(), { category: 'podlint/prod' }).automationDetails).toEqual({ id: 'podlint/prod/' });
    expect(run(sample(), { category: 'podlint/prod/' }).automationDetails).toEqual({ id: 'podlint/prod/' });
  });

  test('a fix that touches a secret line is left out', () => {
    const files = { 's.yaml': SECRET };
    const place = placeOf('s.yaml', 'correct-horse-battery', 0, files);
    const finding = findingAt(place, { fix: { title: 'encode it', safe: true }, edits: [{ ...place, text: 'Y29ycmVjdA==' }] });
    expect(results(reportOf([finding], files))[0]?.fixes).toHaveLength(1);
    expect(results(reportOf([finding], files, { sensitive: (_, line) => line === 7 }))[0]?.fixes).toBeUndefined();
    expect(sarif(reportOf([finding], files, { sensitive: (_, line) => line === 7 }), {})).not.toContain('Y29y');
  });
});

describe('file names', () => {
  test.each([
    ['k8s/a b#c?d.yaml', 'k8s/a%20b%23c%3Fd.yaml'],
    ['a:b/c.yaml', 'a%3Ab/c.yaml'],
    ['größe/大🙂.yaml', 'gr%C3%B6%C3%9Fe/%E5%A4%A7%F0%9F%99%82.yaml'],
    ['<stdin>', '%3Cstdin%3E'],
    ['\ud800', '%EF%BF%BD'],
    ['../up.yaml', '../up.yaml'],
    ['/etc/a b', 'file:///etc/a%20b'],
    ['C:/k8s/a.yaml', 'file:///C:/k8s/a.yaml'],
  ])('%j as URI', (file, uri) => expect(fileUri(file)).toBe(uri));

  test.each([
    ['a.yaml', undefined, 'a.yaml'],
    ['./a.yaml', undefined, 'a.yaml'],
    ['a.yaml', 'deploy/', 'deploy/a.yaml'],
    ['../b/a.yaml', 'deploy/k8s/', 'deploy/b/a.yaml'],
    ['../../a.yaml', 'deploy/', '../a.yaml'],
    ['/etc/a.yaml', 'deploy/', '/etc/a.yaml'],
    ['...yaml/.x', 'deploy/', 'deploy/...yaml/.x'],
  ])('%j below %j', (file, prefix, path) => expect(repositoryPath(file, prefix)).toBe(path));
});
