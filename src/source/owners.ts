import { folderAbove, folderOf } from './kustomization.ts';

/** Which of the folders with a Chart.yaml, or with a kustomization, a file belongs to. */
export class Owners {
  readonly #folders: { has(folder: string): boolean; readonly size: number };
  readonly #nearest = new Map<string, string | undefined>();

  constructor(folders: { has(folder: string): boolean; readonly size: number }) {
    this.#folders = folders;
  }

  /** The innermost of the folders that the path lies in. */
  nearest(path: string): string | undefined {
    if (this.#folders.size === 0) return undefined;
    const asked: string[] = [];
    let found: string | undefined;
    for (let at: string | undefined = folderOf(path); at !== undefined; at = folderAbove(at)) {
      if (this.#nearest.has(at)) {
        found = this.#nearest.get(at);
        break;
      }
      asked.push(at);
      if (this.#folders.has(at)) {
        found = at;
        break;
      }
    }
    for (const folder of asked) this.#nearest.set(folder, found);
    return found;
  }
}
