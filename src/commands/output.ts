import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { closest } from '../api/closest.ts';
import { UsageError } from '../config/plan.ts';
import type { Terminal } from './main.ts';

export interface Output<Name extends string> {
  readonly format: Name;
  /** A file instead of standard output. */
  readonly file?: string;
}

/**
 * Takes `sarif:report.sarif` apart.
 * @throws UsageError for a format that is not among `names`
 */
export function parseOutput<Name extends string>(text: string, names: readonly Name[]): Output<Name> {
  const colon = text.indexOf(':');
  const word = colon < 0 ? text : text.slice(0, colon);
  const file = colon < 0 ? undefined : text.slice(colon + 1);
  const format = names.find((name) => name === word);
  if (format === undefined) {
    const near = closest(word, names);
    throw new UsageError(
      `--format ${text}: the formats are ${names.join(', ')}${near === undefined ? '' : `; did you mean ${near}?`}`,
    );
  }
  if (file === '') throw new UsageError(`--format ${text}: a file name must follow the colon`);
  return { format, file };
}

/** Writes a text to standard output, or to the file that the option names; folders on the way are made. */
export async function writeOutput({ format, file }: Output<string>, text: string, terminal: Terminal): Promise<void> {
  if (file === undefined) {
    await terminal.out(text);
    return;
  }
  const full = path.resolve(terminal.cwd, file);
  try {
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, text);
  } catch (error) {
    throw new UsageError(
      `--format ${format}:${file}: cannot be written: ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
    );
  }
}
