import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { platform } from 'node:os';
import path from 'node:path';

/** Folders whose files matter, by absolute path: all of them and those of the folders below, or those of these names alone. */
export type Watched = ReadonlyMap<string, 'all' | ReadonlySet<string>>;

export interface WakeOptions {
  /** Looks every so often instead of asking the system to be told. */
  readonly poll?: boolean;
  /** Milliseconds without a change that end a wait; between two looks. */
  readonly quiet?: number;
  readonly every?: number;
}

/** More than this in one folder, with those below, and nobody would want to be told of each. */
const MOST_FOLDERS = 10_000;
/** Changes that never stop end a wait after so many times `quiet`. */
const PATIENCE = 20;

/**
 * Tells when files may have changed: by the system where it does that (inotify, FSEvents, ReadDirectoryChangesW), else by looking. A hint and no more:
 * whoever is woken finds out what has changed.
 */
export class Wakes {
  readonly #quiet: number;
  readonly #every: number;
  #polls: boolean;
  #watched: Watched = new Map();
  #watchers: FSWatcher[] = [];
  #timer: NodeJS.Timeout | undefined;
  #state = '';
  #woken = false;
  #wake: () => void = () => undefined;

  constructor({ poll = false, quiet = 100, every = 1000 }: WakeOptions = {}) {
    this.#polls = poll;
    this.#quiet = quiet;
    this.#every = every;
  }

  /** From now on these. */
  watch(watched: Watched): void {
    this.close();
    this.#watched = watched;
    if (!this.#polls) this.#ask();
    if (!this.#polls && this.#watchers.length > 0) return;
    this.#state = this.#look();
    this.#timer = setInterval(() => {
      const state = this.#look();
      if (state === this.#state) return;
      this.#state = state;
      this.#hint();
    }, this.#every);
  }

  /** Settles when something has changed since `watch` or the last wait, and nothing more for a while; or when `end` settles. */
  async next(end: Promise<unknown>): Promise<void> {
    let ended = false;
    const over = end.then(() => {
      ended = true;
    });
    if (!this.#woken) await Promise.race([new Promise<void>((resolve) => (this.#wake = resolve)), over]);
    for (let i = 0; i < PATIENCE && !ended; i++) {
      this.#woken = false;
      await Promise.race([new Promise((resolve) => setTimeout(resolve, this.#quiet)), over]);
      if (!this.#woken) return;
    }
    this.#woken = false;
  }

  close(): void {
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [];
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #hint(): void {
    this.#woken = true;
    this.#wake();
  }

  #ask(): void {
    const recursive = platform() === 'darwin' || platform() === 'win32';
    for (const [folder, names] of this.#watched) {
      const folders = names === 'all' && !recursive ? foldersBelow(folder) : [folder];
      for (const one of folders) {
        try {
          const watcher = watch(one, { recursive: recursive && names === 'all' }, (_, name) => {
            if (names === 'all' || name === null || names.has(name)) this.#hint();
          });
          // A folder that is gone, as far as one can tell: to be found out.
          watcher.on('error', () => this.#hint());
          this.#watchers.push(watcher);
        } catch (error) {
          // Gone in this moment, or another system's file; any other reason (too many watchers) holds for all.
          if (['ENOENT', 'ENOTDIR', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) continue;
          this.close();
          this.#polls = true;
          return;
        }
      }
    }
  }

  /** What the folders look like. */
  #look(): string {
    const seen: string[] = [];
    for (const [folder, names] of this.#watched) {
      for (const one of names === 'all' ? foldersBelow(folder) : [folder]) {
        for (const name of names === 'all' ? namesIn(one) : names) {
          const stats = statSync(path.join(one, name), { throwIfNoEntry: false, bigint: true });
          seen.push(`${one} ${name} ${stats?.mtimeNs} ${stats?.size} ${stats?.ino}`);
        }
      }
    }
    return seen.join('\n');
  }
}

/** The folder and those below it, but for dependencies and what begins with a dot. */
function foldersBelow(folder: string): string[] {
  const folders = [folder];
  for (const one of folders) {
    try {
      for (const entry of readdirSync(one, { withFileTypes: true }))
        if (entry.isDirectory() && !/^(?:\.|node_modules$|vendor$)/.test(entry.name)) folders.push(path.join(one, entry.name));
    } catch {
      // Gone, or not to be read.
    }
    if (folders.length > MOST_FOLDERS) break;
  }
  return folders;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
