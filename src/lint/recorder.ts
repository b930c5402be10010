import type { Release } from '../api/kinds.ts';
import type { ForecastPod } from './forecast.ts';
import type { Found } from './found.ts';
import type { Suppression } from './suppress.ts';

/** Takes what is found in one slice after the other: `begin` where it is the first of its set, `end` where it is the last. */
export interface Taker {
  begin(release: Release, pods: readonly ForecastPod[]): void;
  annotated(suppressions: readonly Suppression[]): void;
  add(found: Found): void;
  crash(text: string): void;
  end(): void;
}

/** What one slice has told. */
export interface SliceFindings {
  /** Where it is the first of its set. */
  begin: { readonly release: Release; readonly pods: readonly ForecastPod[] } | undefined;
  readonly annotations: Suppression[];
  readonly found: Found[];
  readonly crashes: string[];
  /** It is the last of its set. */
  end: boolean;
}

/** Keeps what a part tells, to be told when it is its turn. */
export class Recorder implements Taker {
  readonly slices: SliceFindings[] = [];
  #slice: SliceFindings | undefined;

  begin(release: Release, pods: readonly ForecastPod[]): void {
    this.#opened().begin = { release, pods };
  }

  annotated(suppressions: readonly Suppression[]): void {
    for (const suppression of suppressions) this.#opened().annotations.push(suppression);
  }

  add(found: Found): void {
    this.#opened().found.push(found);
  }

  crash(text: string): void {
    this.#opened().crashes.push(text);
  }

  end(): void {
    this.#opened().end = true;
    this.#slice = undefined;
  }

  #opened(): SliceFindings {
    if (this.#slice === undefined) {
      this.#slice = { begin: undefined, annotations: [], found: [], crashes: [], end: false };
      this.slices.push(this.#slice);
    }
    return this.#slice;
  }
}

/** Tells what was kept. */
export function tell(slices: readonly SliceFindings[], taker: Taker): void {
  for (const { begin, annotations, found, crashes, end } of slices) {
    if (begin !== undefined) taker.begin(begin.release, begin.pods);
    taker.annotated(annotations);
    for (const one of found) taker.add(one);
    for (const crash of crashes) taker.crash(crash);
    if (end) taker.end();
  }
}
