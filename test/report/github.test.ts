import { describe, expect, test } from 'vitest';
import { github } from '../../src/report/github.ts';
import type { Finding, Level, Report } from '../../src/report/types.ts';
import { hostile } from './hostile.ts';
import { findingAt, placeAt, placeOf, reportOf, sample } from './sample.ts';

interface Command {
  name: string;
  properties: Record<string, string>;
  data: string;
}

/**
 * The commands that the runner of GitHub Actions would obey, read as src/Runner.Common/ActionCommand.cs and
 * ActionCommandManager.cs of actions/runner read them.
 */
function obeyed(output: string): Command[] {
  const out: Command[] = [];
  let stopped: string | undefined;
  for (const line of output.split(/\r\n|\r|\n/)) {
    const command = parse(line, stopped === undefined ? [...KNOWN, 'stop-commands'] : [stopped]);
    if (command === undefined) continue;
    if (stopped !== undefined) stopped = undefined;
    else if (command.name === 'stop-commands') stopped = command.data;
    else out.push(command);
  }
  return out;
}

const KNOWN = [
  'error',
  'warning',
  'notice',
  'debug',
  'group',
  'endgroup',
  'add-mask',
  'set-output',
  'save-state',
  'add-matcher',
  'echo',
];

function parse(line: string, known: readonly string[]): Command | undefined {
  const message = line.trimStart();
  const end = message.startsWith('::') ? message.indexOf('::', 2) : -1;
  if (end >= 0) {
    const [name = '', ...rest] = message.slice(2, end).split(' ');
    if (known.includes(name)) return { name, properties: properties(rest.join(' '), ','), data: decoded(message.slice(end + 2)) };
  }
  const old = line.indexOf('##[');
  const close = line.indexOf(']', old);
  if (old < 0 || close < 0) return undefined;
  const [name = '', ...rest] = line.slice(old + 3, close).split(' ');
  return known.includes(name) ? { name, properties: properties(rest.join(' '), ';'), data: line.slice(close + 1) } : undefined;
}

function properties(text: string, separator: string): Record<string, string> {
  const out: Record<string, string> = {};
  for (const pair of text.trim().split(separator)) {
    const at = pair.indexOf('=');
    if (at > 0)
      out[pair.slice(0, at)] = decoded(
        pair
          .slice(at + 1)
          .replaceAll('%3A', ':')
          .replaceAll('%2C', ','),
      );
  }
  return out;
}

function decoded(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

function annotations(report: Report, options = {}): Command[] {
  return obeyed(github(report, options)).filter(({ name }) => ['error', 'warning', 'notice'].includes(name));
}

function many(n: number, level: Level, rest: Partial<Finding> = {}): Finding[] {
  return Array.from({ length: n }, (_, i) =>
    findingAt(placeAt('f.yaml', 'x'.repeat(n + 1), i, i + 1), { level, message: `${level} ${i}`, ...rest }),
  );
}

describe('github', () => {
  test('an annotation as GitHub shows it', () => {
    const [error] = annotations(sample());
    expect(error).toEqual({
      name: 'error',
      properties: {
        file: 'k8s/api.yaml',
        line: '25',
        endLine: '25',
        col: '24',
        endColumn: '32',
        title: 'creating/missing-secret-key: CreateContainerConfigError',
      },
      data: [
        'Secret `db` has no key `passwrod`; it has `password`',
        'Deployment shop/api',
        "kubelet says: couldn't find key passwrod in Secret shop/db",
        'see k8s/secret.yaml:4: Secret db is defined here',
        'fix: write `password`',
      ].join('\n'),
    });
  });

  test('what was not judged is a warning', () => {
    const warnings = annotations(sample()).filter(({ name }) => name === 'warning');
    expect(warnings[0]).toEqual({
      name: 'warning',
      properties: { file: 'charts/metrics', title: 'podlint: not judged' },
      data: 'helm is not installed',
    });
    expect(warnings[1]?.properties['line']).toBe('12');
  });

  test('all findings stand in the log, in a group, where nothing is obeyed', () => {
    const lines = github(sample(), {}).split('\n');
    expect(lines[0]).toBe('::group::podlint: 2 errors, 1 warning and 1 note');
    expect(lines[1]).toBe('::stop-commands::podlint-log-0');
    const end = lines.indexOf('::podlint-log-0::');
    expect(lines[end + 1]).toBe('::endgroup::');
    expect(lines.slice(2, end).join('\n')).toContain('k8s/api.yaml:25:24: error: Secret `db`');
  });

  test.each([
    [9, 9, undefined],
    [10, 10, undefined],
    [11, 10, 'and 2 more errors: see the log of this step, the job summary or the SARIF file'],
    [500, 10, 'and 491 more errors: see the log of this step, the job summary or the SARIF file'],
  ])('%i errors are %i annotations', (n, shown, last) => {
    const list = annotations(reportOf(many(n, 'error')));
    expect(list).toHaveLength(shown);
    if (last !== undefined) expect(list.at(-1)?.data).toBe(last);
  });

  test('at most ten of each level', () => {
    const list = annotations(reportOf([...many(30, 'note'), ...many(30, 'warning'), ...many(30, 'error')]));
    expect(list.map(({ name }) => name)).toEqual([
      ...Array(10).fill('error'),
      ...Array(10).fill('warning'),
      ...Array(10).fill('notice'),
    ]);
  });

  test('what is new comes first', () => {
    const findings = [...many(20, 'error', { isNew: false }), ...many(3, 'error', { isNew: true, message: 'new' })];
    const list = annotations(reportOf(findings));
    expect(list.slice(0, 4).map(({ data }) => data)).toEqual(['new', 'new', 'new', 'error 0']);
  });

  test('paths start at the root of the repository', () => {
    const place = placeOf('k8s/api.yaml', 'passwrod');
    expect(annotations(reportOf([findingAt(place)]), { prefix: 'deploy/' })[0]?.properties['file']).toBe('deploy/k8s/api.yaml');
  });

  test('columns on one line only', () => {
    const [one] = annotations(reportOf([findingAt(placeAt('f', 'ab\ncd', 1, 4))]));
    expect(one?.properties).toMatchObject({ line: '1', endLine: '2' });
    expect(one?.properties).not.toHaveProperty('col');
  });

  test('hostile text makes no command but ours', () => {
    const report = hostile();
    const commands = obeyed(github(report, {}));
    expect(commands.filter(({ name }) => name === 'group')).toHaveLength(1);
    expect(commands.filter(({ name }) => name === 'endgroup')).toHaveLength(1);
    const list = commands.filter(({ name }) => !name.endsWith('group'));
    expect(list).toHaveLength(9 + 1 + 9 + 1 + 9);
    for (const { name, properties: found, data } of list) {
      expect(['error', 'warning', 'notice']).toContain(name);
      expect(Object.keys(found).every((key) => ['file', 'line', 'endLine', 'col', 'endColumn', 'title'].includes(key))).toBe(
        true,
      );
      expect(found['title']).toMatch(/^a\/|^podlint/);
      // Every line of the data is one of ours.
      expect(data.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    }
  });

  test('the file of an annotation is the file, whatever its name', () => {
    const file = 'a:b,c=d%0Ae::f.yaml';
    const [one] = annotations(reportOf([findingAt({ ...placeOf('k8s/api.yaml', 'passwrod'), file })]));
    expect(one?.properties['file']).toBe(file);
  });

  test('a token that the log holds is not the token', () => {
    const message = '::podlint-log-0:: ::podlint-log-1::';
    const out = github(
      reportOf([findingAt({ ...placeOf('k8s/api.yaml', 'passwrod'), file: '::podlint-log-0::' }, { message })]),
      {},
    );
    expect(out).toContain('::stop-commands::podlint-log-2\n');
  });
});
