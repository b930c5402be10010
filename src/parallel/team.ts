import { Worker } from 'node:worker_threads';
import { MOST_PARTS_EACH, type Others, type Team } from '../judge.ts';
import { type Taker, tell } from '../lint/recorder.ts';
import type { Enlisted, Work } from '../run.ts';
import type { SourceDocument } from '../source/document.ts';
import type { Inputs } from '../source/inputs.ts';
import { Deal } from './deal.ts';
import { type Done, READY, TAKEN, taskOf } from './task.ts';
import { received } from './wire.ts';
import { Witness } from './witness.ts';

/** Threads of this process that judge with it. They read while this one does. */
export class ThreadTeam implements Team, Enlisted {
  readonly size: number;
  readonly inputs: Inputs;
  readonly facts: Inputs | undefined;
  readonly definitions: Inputs | undefined;
  readonly #witness = new Witness();
  readonly #shared: Int32Array;
  readonly #deal: Deal;
  readonly #workers = new Set<Worker>();
  readonly #done = new Map<number, Done>();
  #changed: () => void = () => undefined;

  constructor(work: Work, size: number, file: string) {
    this.size = size;
    this.inputs = this.#witness.of(work.inputs);
    this.facts = work.facts && this.#witness.of(work.facts);
    this.definitions = work.definitions && this.#witness.of(work.definitions);
    const numbers = TAKEN + MOST_PARTS_EACH * size;
    this.#shared = new Int32Array(new SharedArrayBuffer(numbers * Int32Array.BYTES_PER_ELEMENT));
    this.#deal = new Deal(this.#shared.subarray(TAKEN), 0);
    for (let number = 1; number < size; number++) this.#start(file, taskOf(work, { size, number, shared: this.#shared }));
  }

  /** A thread that does not come to be, or dies, leaves its work to the others. */
  #start(file: string, workerData: unknown): void {
    let worker: Worker;
    try {
      // Its output would make the streams of this process, and there is none.
      worker = new Worker(file, { workerData, argv: ['--peer'], stdout: true, stderr: true });
    } catch {
      return;
    }
    this.#workers.add(worker);
    worker.on('message', (done: Done) => {
      this.#done.set(done.part, done);
      this.#changed();
    });
    worker.on('error', () => undefined);
    worker.on('messageerror', () => undefined);
    worker.on('exit', () => {
      this.#workers.delete(worker);
      this.#changed();
    });
  }

  isReady(): boolean {
    return Atomics.load(this.#shared, READY) >= this.#workers.size;
  }

  take(parts: number): number | undefined {
    return this.#deal.take(parts);
  }

  async others(
    parts: number,
    own: ReadonlySet<number>,
    documents: ReadonlyMap<string, readonly SourceDocument[]>,
  ): Promise<Others> {
    const missing = () => [...this.#done.keys()].filter((part) => part < parts).length < parts - own.size;
    while (missing() && this.#workers.size > 0) await new Promise<void>((resolve) => (this.#changed = resolve));
    this.close();
    const digest = this.#witness.digest();
    const same = new Map([...this.#done].filter(([, done]) => done.digest === digest));
    return {
      spent: [...same.values()].map((done) => done.spent),
      tell: (part: number, taker: Taker) => {
        const done = same.get(part);
        same.delete(part);
        if (done === undefined) return false;
        tell(received(done.slices, documents), taker);
        return true;
      },
    };
  }

  close(): void {
    for (const worker of this.#workers) void worker.terminate();
  }
}
