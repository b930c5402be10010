import { parentPort, workerData } from 'node:worker_threads';
import { Judging } from '../judge.ts';
import { type Spent, spent } from '../lint/objects.ts';
import { Recorder } from '../lint/recorder.ts';
import { rules } from '../lint/registry.ts';
import { boundsOf, readWork } from '../run.ts';
import { Deal } from './deal.ts';
import { type Done, READY, TAKEN, type Task, workOf } from './task.ts';
import { sent } from './wire.ts';
import { Witness } from './witness.ts';

/** The life of one thread of a team: reads all, and judges parts as long as there are some that nobody has taken. */
export async function serve(): Promise<void> {
  const task = workerData as Task;
  const { shared, size, number } = task;
  Atomics.add(shared, READY, 1);
  const witness = new Witness();
  const work = await workOf(task);
  const { reading, sets, facts, definitions } = await readWork(
    {
      ...work,
      inputs: witness.of(work.inputs),
      facts: work.facts && witness.of(work.facts),
      definitions: work.definitions && witness.of(work.definitions),
    },
    { bounds: boundsOf(work), again: work.inputs },
  );
  const { plan } = work;
  const judging = await Judging.of({ plan, rules, reading, sets, facts: facts.manifests, definitions, only: new Set() });
  const digest = witness.digest();
  const parts = judging.parts(size);
  let before: Spent = { steps: 0, comparisons: 0 };
  const deal = new Deal(shared.subarray(TAKEN), number / size);
  for (let part = deal.take(parts.length); part !== undefined; part = deal.take(parts.length)) {
    const recorder = new Recorder();
    await judging.part(parts[part]!, recorder);
    // A file is no longer what was read: what was made of it now is worth nothing.
    if (reading.changed) return;
    const now = spent();
    const since = { steps: now.steps - before.steps, comparisons: now.comparisons - before.comparisons };
    before = now;
    const done: Done = { part, slices: sent(recorder.slices), digest, spent: since };
    parentPort?.postMessage(done);
  }
}
