import { existsSync } from 'node:fs';
import path from 'node:path';

export const CONFIG_NAMES = ['podlint.yaml', 'podlint.yml', 'podlint.json', '.podlint.yaml', '.podlint.yml'];

/** The nearest configuration file, from `folder` upwards to the repository's root or the file system's. */
export function findConfig(folder: string): string | undefined {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    for (const name of CONFIG_NAMES) if (existsSync(path.join(at, name))) return path.join(at, name);
    if (existsSync(path.join(at, '.git')) || path.dirname(at) === at) return undefined;
  }
}
