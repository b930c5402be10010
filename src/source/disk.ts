import { closeSync, type Dirent, fstatSync, lstatSync, openSync, readSync, realpathSync, type Stats } from 'node:fs';
import { sep } from 'node:path';

/** A path with `/`, as everything is reported. A backslash is an ordinary character of a name except on Windows. */
export function slashed(path: string): string {
  return sep === '/' ? path : path.split(sep).join('/');
}

/** What kind of special file it is, in words. */
export function specialName(file: Dirent | Stats): string {
  if (file.isFIFO()) return 'a named pipe';
  if (file.isSocket()) return 'a socket';
  if (file.isCharacterDevice() || file.isBlockDevice()) return 'a device';
  return 'not a regular file';
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'is a folder',
  ELOOP: 'symbolic links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files',
  EIO: 'the disk or the network gave an error',
  ENXIO: 'nothing is at the other end',
  ERR_INVALID_ARG_VALUE: 'no such file or folder',
};

/** A system error in words, with its code where there are none. */
export function whyNot(thrown: unknown): string {
  const code = codeOf(thrown);
  if (code !== undefined) return WORDS[code] ?? code;
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The code of a system error (`ENOENT`), if it is one. */
export function codeOf(thrown: unknown): string | undefined {
  const code = (thrown as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** The path without symbolic links, or as it is where that cannot be found out (`/dev/fd/63`). */
export function realPath(disk: string): string {
  try {
    return realpathSync.native(disk);
  } catch {
    return disk;
  }
}

export function isLink(disk: string): boolean {
  try {
    return lstatSync(disk).isSymbolicLink();
  } catch {
    return false;
  }
}

/** Memory that is used for one file after the other. Most manifests are smaller. */
export function readBuffer(): Buffer {
  return Buffer.allocUnsafe(4 * 1024 * 1024);
}

/**
 * A file's bytes, in `buffer` (overwritten by the next call) or in memory of their own; or its size in bytes when that is more than
 * `max`. Reads to the end without asking for the size first, which a pipe does not have. Throws the system's error.
 */
export function readBytes(disk: string, buffer: Buffer, max: number): Buffer | number {
  const descriptor = openSync(disk, 'r');
  try {
    return readDescriptor(descriptor, buffer, max);
  } finally {
    closeSync(descriptor);
  }
}

/** As `readBytes`, from what is open already. */
export function readDescriptor(descriptor: number, buffer: Buffer, max: number): Buffer | number {
  let bytes = buffer;
  let length = 0;
  for (;;) {
    if (length > max) return Math.max(length, sizeOf(descriptor));
    if (length === bytes.length) {
      const size = sizeOf(descriptor);
      if (size > max) return size;
      const larger = Buffer.allocUnsafe(Math.min(Math.max(size + 1, length * 2), max + 1));
      bytes.copy(larger, 0, 0, length);
      bytes = larger;
    }
    const count = readSome(descriptor, bytes, length);
    if (count === 0) return bytes.subarray(0, length);
    length += count;
  }
}

/** Reads from a stream that may be another process's, not ready yet, or closed already (which is its end). */
function readSome(descriptor: number, bytes: Buffer, offset: number): number {
  for (;;) {
    try {
      return readSync(descriptor, bytes, offset, bytes.length - offset, null);
    } catch (thrown) {
      const code = codeOf(thrown);
      if (code === 'EOF' || (descriptor === 0 && code === 'EBADF')) return 0;
      if (code !== 'EAGAIN') throw thrown;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

function sizeOf(descriptor: number): number {
  try {
    return fstatSync(descriptor).size;
  } catch {
    return 0;
  }
}
