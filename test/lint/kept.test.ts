import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { resolvePlan } from '../../src/config/resolve.ts';
import { rules } from '../../src/lint/registry.ts';
import { ruleNames } from '../../src/lint/rule-names.ts';
import { loadFormat } from '../../src/report/index.ts';
import { type Bounds, type Outcome, type RunOptions, run } from '../../src/run.ts';
import { flat } from '../../src/source/flat-text.ts';

const root = path.resolve(fileURLToPath(import.meta.url), '../../..');
/** Nothing but the last file is held. */
const NO_ROOM: Bounds = { from: 0, room: 0, reads: Number.POSITIVE_INFINITY };

async function outcome(cwd: string, paths: string[], options: Partial<RunOptions> = {}, more: object = {}): Promise<Outcome> {
  const plan = await resolvePlan({ paths, 'no-config': true, profile: 'all', ...more } as never, cwd, async () => ruleNames());
  return run(plan, { cwd, version: '0', rules, ...options });
}

/** What is printed of a report, in formats that ask for the texts too. */
async function printed({ report, crashes, inputErrors }: Outcome): Promise<unknown> {
  const options = { color: false, width: 100, quiet: false, prefix: '', troubledOnly: false };
  const texts: string[] = [];
  for (const name of ['json', 'pretty', 'sarif'] as const) texts.push((await loadFormat(name))(report, options));
  return { texts, crashes, inputErrors };
}

describe('texts and trees that are let go and read again', () => {
  for (const folder of ['fixtures', 'examples'])
    for (const each of [false, true])
      it(`make the same report of ${folder}${each ? ', each file by itself' : ''}`, { timeout: 240_000 }, async () => {
        const held = await printed(await outcome(root, [folder], {}, { each }));
        const letGo = await printed(await outcome(root, [folder], { bounds: NO_ROOM }, { each }));
        expect(letGo).toEqual(held);
      });

  it('are judged anew where a file has changed meanwhile', async () => {
    const cwd = mkdtempSync(path.join(os.tmpdir(), 'podlint-kept-'));
    const pod = (name: string, image: string) =>
      `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\nspec:\n  containers:\n    - name: main\n      image: ${image}\n`;
    try {
      for (const name of ['a', 'b', 'c']) writeFileSync(path.join(cwd, `${name}.yaml`), pod(name, 'nginx:1.29'));
      const changed = pod('a', 'Nginx:1.29');
      const progress = (done: number) => {
        if (done === 2) writeFileSync(path.join(cwd, 'a.yaml'), changed);
      };
      const found = await outcome(cwd, ['.'], { bounds: NO_ROOM, progress });
      expect(found.report.findings.some(({ place }) => place.file === 'a.yaml')).toBe(true);
      expect(found.report.sources('a.yaml')).toBe(changed);
      expect(await printed(found)).toEqual(await printed(await outcome(cwd, ['.'])));
    } finally {
      rmSync(cwd, { recursive: true, force: true });
    }
  });

  it('show no text of a file that has changed since it was judged', async () => {
    const cwd = mkdtempSync(path.join(os.tmpdir(), 'podlint-kept-'));
    try {
      for (const name of ['a', 'b'])
        writeFileSync(path.join(cwd, `${name}.yaml`), `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\n`);
      const { report } = await outcome(cwd, ['.'], { bounds: NO_ROOM });
      expect(report.sources('b.yaml')).toContain('name: b');
      writeFileSync(path.join(cwd, 'a.yaml'), 'other: text\n');
      expect(report.sources('a.yaml')).toBe(undefined);
      await expect(printed({ report, crashes: [], inputErrors: 0 } as unknown as Outcome)).resolves.toBeDefined();
    } finally {
      rmSync(cwd, { recursive: true, force: true });
    }
  });

  it('leave nothing of a text with what is kept of it', () => {
    for (const text of [
      '',
      'a name that is long enough',
      'Ünïcödé in Latin-1 letters',
      'ключ, и не один',
      '\ud800 by itself, lone',
    ])
      expect(flat(text)).toBe(text);
  });
});
