import path from 'node:path';
import { pathMatcher } from '../config/match.ts';
import type { Plan } from '../config/plan.ts';
import type { Spent } from '../lint/objects.ts';
import type { Work } from '../run.ts';
import { type Inputs, reopened } from '../source/inputs.ts';
import type { SentSlice } from './wire.ts';

/** What a team shares: how many of its threads have loaded the program, then which parts are taken (`Deal`). */
export const READY = 0;
export const TAKEN = 1;

type Kept = Pick<Inputs, 'roots' | 'entries' | 'problems' | 'ignored' | 'nothing'>;

/** What a thread is told: plain data, since functions do not go from one to another. */
export interface Task {
  readonly plan: Omit<Plan, 'exclude' | 'settings' | 'ignores' | 'config' | 'configSource'> & {
    readonly settings: readonly Omit<Plan['settings'][number], 'paths'>[];
  };
  readonly cwd: string;
  readonly inputs: Kept;
  /** Of its entries, the indices of those that are judged. */
  readonly wanted: readonly number[];
  readonly facts: Kept | undefined;
  readonly definitions: Kept | undefined;
  readonly size: number;
  /** Which of the team it is, from 1. */
  readonly number: number;
  readonly shared: Int32Array;
}

/** What a thread tells of one part. */
export interface Done {
  readonly part: number;
  readonly slices: readonly SentSlice[];
  /** Of all that it has read. */
  readonly digest: string;
  /** Since it told of another one. */
  readonly spent: Spent;
}

export function taskOf(
  { plan, cwd, inputs, wanted, facts, definitions }: Work,
  team: Pick<Task, 'size' | 'number' | 'shared'>,
): Task {
  const { exclude: _, ignores: __, config: ___, configSource: ____, settings, ...rest } = plan;
  const among = new Set(wanted);
  return {
    plan: { ...rest, settings: settings.map(({ paths: _, ...setting }) => setting) },
    cwd,
    inputs: kept(inputs),
    wanted: inputs.entries.flatMap((entry, index) => (among.has(entry) ? [index] : [])),
    facts: facts && kept(facts),
    definitions: definitions && kept(definitions),
    ...team,
  };
}

function kept({ roots, entries, problems, ignored, nothing }: Inputs): Kept {
  return { roots, entries, problems, ignored, nothing };
}

/** The work as it was given. What is accepted is not asked by who only finds. */
export async function workOf({ plan, cwd, inputs, wanted, facts, definitions }: Task): Promise<Work> {
  const home = plan.configFile === undefined ? cwd : path.dirname(path.resolve(cwd, plan.configFile));
  const settings = await Promise.all(
    plan.settings.map(async (setting) => ({
      ...setting,
      paths: setting.patterns && (await pathMatcher(setting.patterns, home, cwd)),
    })),
  );
  return {
    plan: { ...plan, settings, ignores: [], exclude: () => false },
    cwd,
    inputs: reopened(inputs, { cwd }),
    wanted: wanted.map((index) => inputs.entries[index]!),
    facts: facts && reopened(facts, { cwd }),
    definitions: definitions && reopened(definitions, { cwd }),
  };
}
