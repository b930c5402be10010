import { createHash } from 'node:crypto';

/** Tells texts apart: SHA-256 of the text in UTF-8. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('binary');
}
