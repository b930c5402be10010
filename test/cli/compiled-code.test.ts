/** The compiled code that a run keeps for the next: it grows with what the first runs need, and nothing in it can do harm. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { podlintCli, ROOT, temporary } from '../support/built.ts';

const SMALL = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';
const LARGER = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "nginx:1.29", imagePullPolicy: Alwys}]
`;

let place: { folder: string; remove: () => void };

beforeEach(() => {
  place = temporary({ 'caches/.keep': '' });
});

afterEach(() => place.remove());

const run = (input: string) =>
  podlintCli(['-f', 'unix', '-'], { input, cwd: place.folder, env: { XDG_CACHE_HOME: path.join(place.folder, 'caches') } });

const packs = () => {
  const folder = path.join(place.folder, 'caches/podlint');
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.v8')) : [];
};

/** Of the pack that judges. */
function kept(): string {
  const files = packs().filter((name) => name.startsWith('judge-judging-'));
  expect(files).toHaveLength(1);
  return path.join(place.folder, 'caches/podlint', files[0]!);
}

describe('compiled code', () => {
  it('grows in the first four runs, and is left alone then', () => {
    run(SMALL);
    const first = readFileSync(kept());
    expect(first.at(-1)).toBe(1);
    const told = run(LARGER);
    const second = readFileSync(kept());
    expect(second.at(-1)).toBe(2);
    expect(second.length).toBeGreaterThan(first.length * 1.05);
    run(SMALL);
    run(SMALL);
    const fourth = readFileSync(kept());
    expect(fourth.at(-1)).toBe(4);
    // What the second run needed is still there.
    expect(fourth.length).toBeGreaterThan(first.length * 1.05);
    expect(run(LARGER)).toEqual(told);
    expect(readFileSync(kept())).toEqual(fourth);
  });

  it('is of the packs that were needed, and of no others', () => {
    const names = () =>
      packs()
        .map((name) => /^(.*?)-v\d/.exec(name)![1]!)
        .sort();
    run(LARGER);
    expect(names()).toEqual(['judge-judging', 'judge-main']);
    podlintCli(['explain', 'pending'], { cwd: place.folder, env: { XDG_CACHE_HOME: path.join(place.folder, 'caches') } });
    expect(names().filter((name) => name.startsWith('help-'))).toContain('help-main');
    podlintCli(['--version'], { cwd: place.folder, env: { XDG_CACHE_HOME: path.join(place.folder, 'caches') } });
    expect(names().filter((name) => name.startsWith('judge-'))).toEqual(['judge-judging', 'judge-main']);
  });

  it('is of this build: a text of the same length may be another', () => {
    run(LARGER);
    const { PODLINT_BUILD } = /"(?<PODLINT_BUILD>[0-9a-f]{32})"/.exec(readFileSync(path.join(ROOT, 'dist/main.cjs'), 'utf8'))!
      .groups!;
    for (const name of packs()) expect(name).toContain(`-${PODLINT_BUILD}-`);
  });

  it.each([
    ['nothing', () => Buffer.alloc(0)],
    ['one byte', () => Buffer.of(4)],
    ['half of it', (whole: Buffer) => whole.subarray(0, whole.length >> 1)],
    ['something else', () => Buffer.from('apiVersion: v1\n')],
  ] as const)('%s is as good as none, and is replaced', (_, made) => {
    const told = run(LARGER);
    const file = kept();
    const whole = readFileSync(file);
    writeFileSync(file, made(whole));
    expect(run(LARGER)).toEqual(told);
    expect(readFileSync(kept()).at(-1)).toBe(1);
    expect(readFileSync(kept()).length).toBeGreaterThan(whole.length / 2);
  });
});
