import { readFileSync } from 'node:fs';

/** A file of `data/`, parsed. */
export function readDataFile(name: string): unknown {
  return JSON.parse(readDataText(name));
}

/**
 * The text of a file of `data/`: beside the module in the bundle (`dist/data/`), at the root of the tree when run from source.
 * Read when it is first needed, never at start-up. These files hold ASCII alone, so that no decoder need look at them.
 */
export function readDataText(name: string): string {
  try {
    return readFileSync(`${import.meta.dirname}/data/${name}`, 'latin1');
  } catch {
    return readFileSync(`${import.meta.dirname}/../../data/${name}`, 'latin1');
  }
}

/** The bytes of a file of `data/`, found as above; undefined if there is none of that name. */
export function readDataBytes(name: string): Buffer | undefined {
  for (const folder of ['data', '../../data']) {
    try {
      return readFileSync(`${import.meta.dirname}/${folder}/${name}`);
    } catch {
      // Not there.
    }
  }
  return undefined;
}
