/** Threads of the built program, and a first one from source: what becomes of a run when something happens to the others. */
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { inputsOf } from '../../src/config/inputs.ts';
import { resolvePlan } from '../../src/config/resolve.ts';
import { rules } from '../../src/lint/registry.ts';
import { ruleNames } from '../../src/lint/rule-names.ts';
import { enlist, type Threads } from '../../src/parallel/enlist.ts';
import { type Enlisted, type Outcome, type RunOptions, run, type Work } from '../../src/run.ts';
import type { Inputs } from '../../src/source/inputs.ts';
import { CLI, ROOT, temporary } from '../support/built.ts';

const THREADS: Threads = { file: CLI, cores: 3, memory: 4e9, from: 0 };
const PLAN = await resolvePlan(
  { 'no-config': true, paths: ['examples', 'fixtures/creating', 'fixtures/pending'] },
  ROOT,
  async () => ruleNames(),
);
const folders: (() => void)[] = [];

afterEach(() => {
  for (const remove of folders.splice(0)) remove();
});

interface Ran extends Outcome {
  readonly size: number | undefined;
  /** Parts that others have told of. */
  readonly told: number;
}

/** @param own what the first one reads */
async function ran(threads: Threads, own: (inputs: Inputs) => Inputs = (inputs) => inputs): Promise<Ran> {
  let size: number | undefined;
  let told = 0;
  const options: RunOptions = { cwd: ROOT, version: '0', rules, inputs: own(await inputsOf(PLAN, ROOT)) };
  const outcome = await run(PLAN, {
    ...options,
    enlist: async (work: Work): Promise<Enlisted | undefined> => {
      const team = await enlist(work, threads);
      size = team?.size;
      if (team === undefined) return undefined;
      const { others } = team;
      team.others = async (...args) => {
        const found = await others.apply(team, args);
        const tell: typeof found.tell = (part, taker) => {
          const is = found.tell(part, taker);
          if (is) told++;
          return is;
        };
        return { ...found, tell };
      };
      // The others are quicker to take something than this one.
      if (threads.file === CLI) while (!team.isReady()) await new Promise((resolve) => setTimeout(resolve, 5));
      return team;
    },
  });
  return { ...outcome, size, told };
}

function shown({ report, fixes, crashes }: Outcome): object {
  const placed = fixes.map((fix) => fix?.changes.map(({ change, object }) => [change, object?.document === undefined]));
  return { ...report, sources: 0, sensitive: 0, secretAt: 0, placed, crashes };
}

/** A module for threads to run. */
function script(code: string): string {
  const { folder, remove } = temporary({ 'peer.cjs': code });
  folders.push(remove);
  return path.join(folder, 'peer.cjs');
}

describe('a team', () => {
  it('finds what one alone finds', async () => {
    const alone = await ran({ ...THREADS, cores: 1 });
    expect(alone.size).toBeUndefined();
    expect(alone.report.findings.length).toBeGreaterThan(100);
    const together = await ran(THREADS);
    expect(together.size).toBe(3);
    expect(shown(together)).toEqual(shown(alone));
  }, 30_000);

  it('of which somebody has read other texts counts for nothing', async () => {
    const changed = (inputs: Inputs): Inputs => ({
      ...inputs,
      read: (entry) => {
        const read = inputs.read(entry);
        if (!entry.path.endsWith('shop/api.yaml') || !('file' in read)) return read;
        // As long as before.
        return { ...read, file: { ...read.file, text: read.file.text.replace('passwrod', 'passwort') } };
      },
    });
    const alone = await ran({ ...THREADS, cores: 1 }, changed);
    const together = await ran(THREADS, changed);
    expect(together.size).toBe(3);
    expect(together.told).toBe(0);
    expect(shown(together)).toEqual(shown(alone));
  }, 30_000);

  it.each([
    ['does not exist', () => path.join(ROOT, 'dist/no-such.js')],
    ['ends at once', () => script('')],
    ['throws', () => script('throw new Error("no");')],
    ['is no program', () => script('{{{')],
    ['dies with work in hand', () => script(DIES)],
  ])(
    'whose threads run what %s leaves the work to the first one',
    async (_, file) => {
      const alone = await ran({ ...THREADS, cores: 1 });
      const together = await ran({ ...THREADS, file: file() });
      expect(together.told).toBe(0);
      expect(shown(together)).toEqual(shown(alone));
    },
    30_000,
  );
});

/** Takes the second half of the parts, and is gone. */
const DIES = `const { workerData } = require('node:worker_threads');
for (let i = workerData.shared.length >> 3; i < workerData.shared.length; i++) Atomics.store(workerData.shared, i, 1);
process.exit(3);`;

describe('how many there are', () => {
  const folder = temporary({ 'a.yaml': 'a: 1\n', 'b.yaml': `# ${'x'.repeat(1000)}\n` });

  async function sizeOf(threads: Partial<Threads>, ...paths: string[]): Promise<number> {
    const plan = { ...PLAN, paths: paths.length === 0 ? [folder.folder] : paths };
    const inputs = await inputsOf(plan, ROOT);
    const work: Work = { plan, cwd: ROOT, inputs, wanted: inputs.entries, facts: undefined, definitions: undefined };
    const team = await enlist(work, { ...THREADS, ...threads });
    team?.close();
    return team?.size ?? 1;
  }

  it.each<[string, Partial<Threads>, number]>([
    ['as many as there are cores', { cores: 2 }, 2],
    ['but four', { cores: 64 }, 4],
    ['or as many as are asked for', { cores: 64, wish: 6 }, 6],
    ['even where there are fewer cores', { cores: 2, wish: 3 }, 3],
    ['but not of little', { cores: 2, wish: 3, from: undefined }, 1],
    ['one of one core', { cores: 1 }, 1],
    ['one where one is asked for', { wish: 1 }, 1],
    ['one where there is little to read', { from: undefined }, 1],
    ['one of little', { from: 13_100 }, 1],
    ['two where there is just enough', { from: 13_000 }, 2],
    ['one where memory is short', { memory: 100e6 }, 1],
    ['two where there is some more', { memory: 300e6 }, 2],
  ])('%s', async (_, threads, size) => {
    expect(await sizeOf(threads)).toBe(size);
  });

  it('one where a text can be read once', async () => {
    expect(await sizeOf({}, '-')).toBe(1);
    expect(await sizeOf({}, '-', folder.folder)).toBe(1);
    expect(await sizeOf({}, '/dev/null', folder.folder)).toBe(1);
    folder.remove();
  });
});
