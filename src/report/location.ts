/** File names as other tools want them: from the root of the repository, and as URIs. */
import { wellFormed } from './escape.ts';

/**
 * The file seen from the repository's root, when the working directory is `prefix` (`deploy/`) below it; without `./` and
 * `a/../`.
 */
export function repositoryPath(file: string, prefix: string | undefined): string {
  if (file.startsWith('/') || /^[A-Za-z]:\//.test(file)) return file;
  if (!prefix && !file.includes('./')) return file;
  const out: string[] = [];
  for (const part of `${prefix ?? ''}${file}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && out.length > 0 && out.at(-1) !== '..') out.pop();
    else out.push(part);
  }
  return out.join('/');
}

/** A relative URI reference of a relative file, a `file:` URI of an absolute one; percent-encoded, `/` kept. */
export function fileUri(file: string): string {
  const encoded = wellFormed(file).split('/').map(encodeURIComponent).join('/');
  if (file.startsWith('/')) return `file://${encoded}`;
  return /^[A-Za-z]:\//.test(file) ? `file:///${encoded.replace('%3A', ':')}` : encoded;
}
