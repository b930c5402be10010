/** Reports are the same to the byte, however many threads judge. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { podlintCli, temporary } from '../support/built.ts';

/** All inputs are large. */
const env = { PODLINT_THREADS_FROM: '0' };

function jobs(count: number, args: readonly string[], cwd?: string) {
  const { code, out, err } = podlintCli([...args, '--no-cache', `--jobs=${count}`], { env, cwd });
  return { code, out, err };
}

describe('several threads', () => {
  it.each([
    ['json of all fixtures', ['-f', 'json', '--profile', 'all', 'fixtures']],
    ['json of each file', ['-f', 'json', '--each', 'fixtures', 'examples']],
    ['sarif, with edits', ['-f', 'sarif', '--profile', 'all', 'fixtures/rejected', 'fixtures/creating', 'examples']],
    ['rdjson, with edits', ['-f', 'rdjson', 'examples', 'fixtures/fragile']],
    ['pretty, for several releases', ['--kube-version', '1.30,1.34,1.37', 'fixtures/rejected', 'fixtures/unreachable']],
    ['unix, with facts', ['-f', 'unix', '--cluster', 'examples/shop-repaired', 'examples/shop', 'fixtures/pending']],
    ['unix of some files', ['-f', 'unix', '--only', 'examples/shop/api.yaml', 'examples', 'fixtures/creating']],
    ['a forecast', ['forecast', 'fixtures/pending', 'fixtures/crashing', 'examples']],
  ])(
    'print %s as one does',
    (_, args) => {
      const one = jobs(1, args);
      expect(one.out.length).toBeGreaterThan(500);
      expect(jobs(2, args)).toEqual(one);
      expect(jobs(3, args)).toEqual(one);
    },
    120_000,
  );

  it('count what is accepted, and where nothing is', () => {
    const files: Record<string, string> = {
      'podlint.yaml': `profile: all
exclude: [out]
rules: {image/misspelt-name: {level: error}}
overrides: [{paths: ['k8s/1*'], rules: {image/misspelt-name: 'off'}}]
ignore:
  - {rule: image/misspelt-name, path: k8s/web2.yaml, reason: known}
  - {rule: image/misspelt-name, path: k8s/none.yaml, reason: nothing is there}
`,
      'out/bad.yaml': 'kind: {',
    };
    const pod = (name: string, annotation: string, comment: string) => `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  annotations: {podlint.dev/ignore: "${annotation}"}
spec:
  containers:
    - name: app
      # podlint-ignore ${comment}: for a reason
      image: ngnix:1.29
`;
    for (let i = 0; i < 40; i++)
      files[`k8s/web${i}.yaml`] = pod(
        `web${i}`,
        i % 3 === 0 ? 'image/*' : 'pending/*: not here',
        i % 2 === 0 ? 'image/misspelt-name' : 'rejected/*',
      );
    const { folder, remove } = temporary(files);
    try {
      const one = jobs(1, ['-f', 'unix', 'k8s', 'out'], folder);
      expect(one.err).toBe('');
      expect(one.out).toContain('accepts nothing');
      for (const count of [2, 3]) expect(jobs(count, ['-f', 'unix', 'k8s', 'out'], folder)).toEqual(one);
    } finally {
      remove();
    }
  }, 60_000);

  it('leave nothing but what one leaves', () => {
    const { folder, remove } = temporary({ 'cache/.keep': '' });
    try {
      const { code } = podlintCli(['-f', 'unix', '--jobs=2', '--no-cache', 'examples'], {
        env: { ...env, XDG_CACHE_HOME: path.join(folder, 'cache') },
      });
      expect(code).toBe(1);
      const left = readdirSync(path.join(folder, 'cache/podlint'));
      // Compiled code, once for each pack, whoever has compiled it.
      expect(left.filter((name) => !/^judge-[a-z-]+-v\d[^\s]*\.v8$/.test(name))).toEqual([]);
    } finally {
      remove();
    }
  });
});

describe('--jobs', () => {
  it.each(['0', '-1', 'many', '1.5', ''])('%j is no number of threads', (count) => {
    const { code, err } = podlintCli([`--jobs=${count}`, 'examples']);
    expect(code).toBe(2);
    expect(err).toMatch(/--jobs/);
  });
});

describe('--peer', () => {
  it('is no option', () => {
    expect(podlintCli(['--peer', 'examples'])).toMatchObject({ code: 2, err: expect.stringContaining('unknown option --peer') });
  });
});
