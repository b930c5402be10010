import type { Terminal } from './main.ts';
import type { Arguments } from './options.ts';

export async function explain(_args: Arguments, _terminal: Terminal): Promise<number> {
  return 0;
}
export async function listRules(_args: Arguments, _terminal: Terminal): Promise<number> {
  return 0;
}
export async function init(_args: Arguments, _terminal: Terminal): Promise<number> {
  return 0;
}
