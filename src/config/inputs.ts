import { collectInputs, type Inputs } from '../source/inputs.ts';
import type { Plan } from './plan.ts';

/** So many characters are much input; a file counts as many more as its text has. */
export const MUCH = 250_000;
export const A_FILE = 6_000;

/** What the paths of a plan stand for. */
export function inputsOf(plan: Plan, cwd: string): Promise<Inputs> {
  return collectInputs(plan.paths, { cwd, ignore: plan.ignoreFiles, stdinFilename: plan.stdinFilename });
}

/** What its `--cluster` stands for. */
export function factsOf(plan: Plan, cwd: string): Promise<Inputs> {
  return collectInputs(plan.cluster, { cwd, ignore: false });
}

/** What its `--crds` stands for, if there are any. */
export async function definitionsOf(plan: Plan, cwd: string): Promise<Inputs | undefined> {
  return plan.crds.length === 0 ? undefined : collectInputs(plan.crds, { cwd, ignore: false });
}
