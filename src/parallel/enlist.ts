import { existsSync, readFileSync, statSync } from 'node:fs';
import { A_FILE } from '../config/inputs.ts';
import { type Enlisted, TOO_MUCH, type Work } from '../run.ts';
import { bytesOf, type InputEntry, type Inputs } from '../source/inputs.ts';

/** What there is to judge with. */
export interface Threads {
  /** The module that a thread runs; it need not be there. */
  readonly file: string;
  readonly cores: number;
  /** Bytes that are free. */
  readonly memory: number;
  /** So many threads are asked for, the first one with them. What is not said depends on cores and memory. */
  readonly wish?: number;
  /** Input from which on there is more than one, as `TWO_WIN` counts it. */
  readonly from?: number;
}

/** Input, counted in bytes and `A_FILE` for each file, from which on a second thread wins more than it costs. */
const TWO_WIN = 24_000_000;
/** What each further one should have of it, as a part of that. */
const FOR_EACH = 2 / 3;
/** Each thread reads everything, so that more of them win little and cost as much as the second. */
const MOST = 4;
/** Bytes that a thread needs: for itself, and for each byte of text. */
const A_THREAD = 60_000_000;
const A_BYTE = 8;

/** Starts threads to judge a large input with; undefined where one is as good, or where not all can read the same. */
export async function enlist(work: Work, threads: Threads): Promise<Enlisted | undefined> {
  const size = sizeOf(work, threads);
  if (size < 2) return undefined;
  const { ThreadTeam } = await import('./team.ts');
  return new ThreadTeam(work, size, threads.file);
}

function sizeOf({ inputs, wanted, facts, definitions }: Work, { file, cores, memory, wish, from = TWO_WIN }: Threads): number {
  if ((wish ?? cores) < 2) return 1;
  const bytes = bytesOf(wanted, TOO_MUCH);
  const input = bytes + A_FILE * wanted.length;
  // Where not even one thread holds all of it, memory is worth more than time.
  if (wish === undefined && bytes >= TOO_MUCH) return 1;
  if (input < from || !existsSync(file)) return 1;
  // A pipe can be read once.
  if (![inputs, facts, definitions].every((some) => some === undefined || some.entries.every((entry) => isOnDisk(entry, some))))
    return 1;
  const need = A_THREAD + A_BYTE * (bytes + bytesOf(facts?.entries ?? [], Number.POSITIVE_INFINITY));
  return wish ?? Math.min(MOST, cores, 1 + Math.floor(input / (FOR_EACH * from)), quota(), Math.floor(memory / 2 / need));
}

/** What is found in a folder is a file. */
function isOnDisk({ disk, root, stdin }: InputEntry, { roots }: Inputs): boolean {
  if (stdin) return false;
  return roots[root]?.kind === 'folder' || statSync(disk, { throwIfNoEntry: false })?.isFile() !== false;
}

/** How many cores a container may use: not all that it sees. */
function quota(): number {
  try {
    const [most, period] = readFileSync('/sys/fs/cgroup/cpu.max', 'latin1').trim().split(' ').map(Number);
    return most && period ? Math.max(1, Math.ceil(most / period)) : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
