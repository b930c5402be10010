import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { podlintCli, temporary } from '../support/built.ts';

const removals: (() => void)[] = [];
afterEach(() => {
  for (const remove of removals.splice(0)) remove();
});

const BROKEN = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.29
      imagePullPolcy: Always
`;

describe('--baseline', () => {
  it('reports only what is new, however lines move, and tells what is mended', () => {
    const { folder: cwd, remove } = temporary({ 'web.yaml': BROKEN });
    removals.push(remove);
    const written = podlintCli(['--baseline', 'known.json', '--update-baseline', 'web.yaml'], { cwd });
    expect([written.code, written.err]).toEqual([0, 'podlint: 1 finding written to known.json\n']);
    expect(JSON.parse(readFileSync(path.join(cwd, 'known.json'), 'utf8'))).toMatchObject({
      version: 1,
      findings: [{ rule: 'rejected/unknown-field', object: 'Pod default/web' }],
    });

    writeFileSync(path.join(cwd, 'web.yaml'), `# moved\n\n${BROKEN.replace('nginx:1.29', 'Nginx:1.29')}`);
    const moved = podlintCli(['--baseline', 'known.json', '--format', 'unix', 'web.yaml'], { cwd });
    expect(moved.code).toBe(1);
    expect(moved.out.trim().split('\n')).toEqual([expect.stringContaining('[image/invalid-name]')]);

    writeFileSync(path.join(cwd, 'web.yaml'), BROKEN.replace('imagePullPolcy', 'imagePullPolicy'));
    const mended = podlintCli(['--baseline', 'known.json', 'web.yaml'], { cwd });
    expect(mended.code).toBe(0);
    expect(mended.err).toContain('1 of the findings in known.json is mended');
  });

  it('does not take a missing or broken file for an empty one', () => {
    const { folder: cwd, remove } = temporary({ 'web.yaml': BROKEN, 'broken.json': '{"version": 2}' });
    removals.push(remove);
    const missing = podlintCli(['--baseline', 'nowhere.json', 'web.yaml'], { cwd });
    expect([missing.code, missing.err]).toEqual([
      2,
      'podlint: --baseline nowhere.json: no such file; --update-baseline writes it\n',
    ]);
    expect(podlintCli(['--baseline', 'broken.json', 'web.yaml'], { cwd })).toMatchObject({
      code: 2,
      err: 'podlint: --baseline broken.json: not a baseline of podlint\n',
    });
    expect(podlintCli(['--update-baseline', 'web.yaml'], { cwd }).code).toBe(2);
  });
});
