import { readFileSync } from 'node:fs';

/**
 * A file of `data/`, parsed: beside the module in the bundle (`dist/data/`), at the root of the tree when run from source.
 * Read when it is first needed, never at start-up.
 */
export function readDataFile(name: string): unknown {
  let text: string;
  try {
    text = readFileSync(new URL(`./data/${name}`, import.meta.url), 'utf8');
  } catch {
    text = readFileSync(new URL(`../../data/${name}`, import.meta.url), 'utf8');
  }
  return JSON.parse(text);
}
