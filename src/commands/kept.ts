import { createHash, randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

/** What a run has told: all that the same run would tell again. */
export interface Told {
  /** By output, in their order. */
  readonly texts: readonly string[];
  /** On standard error, before and after them. */
  readonly before: string;
  readonly after: string;
  readonly code: number;
}

/** A question that a run put to the disk beyond the files that it was given, and the answer. */
export type Asked = readonly [
  what: 'find' | 'exists' | 'beyond' | 'read' | 'definition',
  path: string,
  answer: string | boolean | null,
];

export interface Kept {
  readonly asked: readonly Asked[];
  readonly told: Told;
}

const HEAD = 'podlint report 1';
const END = '.report';
/** Characters of one report. What has not been used for longest goes when there is more than all of these bytes, or more files. */
const LARGEST = 16_000_000;
const ALL = 64_000_000;
const MOST = 200;
/** What another process is writing is left alone, as old as this in milliseconds. */
const WRITING = 3_600_000;

/** What is kept under a key; undefined when nothing is, or something that podlint did not write to its end. */
export function recall(folder: string, key: string): Kept | undefined {
  try {
    const text = readFileSync(fileOf(folder, key), 'utf8');
    const end = text.indexOf('\n');
    const body = text.slice(end + 1);
    return text.slice(0, end) === headOf(key, body) ? (JSON.parse(body) as Kept) : undefined;
  } catch {
    return undefined;
  }
}

/** Notes that what is kept has been of use. */
export function used(folder: string, key: string): void {
  try {
    const now = new Date();
    utimesSync(fileOf(folder, key), now, now);
  } catch {
    // Another process may have removed it.
  }
}

/** Keeps a report under a key, in place of what was there. Where that cannot be done, nothing is kept. */
export function keep(folder: string, key: string, kept: Kept): void {
  const body = JSON.stringify(kept);
  if (body.length > LARGEST) return;
  const file = fileOf(folder, key);
  const home = path.dirname(file);
  try {
    // One level after the other: `recursive` never ends in folders such as /proc.
    for (const level of [path.dirname(folder), folder, home]) if (!existsSync(level)) mkdirSync(level);
    const temporary = `${file}.${randomUUID()}`;
    writeFileSync(temporary, `${headOf(key, body)}\n${body}`, { mode: 0o600, flag: 'wx' });
    renameSync(temporary, file);
    forget(home);
  } catch {
    // A folder that cannot be written costs speed, nothing else.
  }
}

function fileOf(folder: string, key: string): string {
  return path.join(folder, 'reports', key + END);
}

function headOf(key: string, body: string): string {
  return `${HEAD} ${key} ${createHash('sha256').update(body).digest('hex')}`;
}

function forget(home: string): void {
  const now = Date.now();
  const files = readdirSync(home).flatMap((name) => {
    const file = path.join(home, name);
    const stats = statSync(file, { throwIfNoEntry: false });
    return stats?.isFile() ? [{ file, whole: name.endsWith(END), size: stats.size, age: now - stats.mtimeMs }] : [];
  });
  files.sort((a, b) => a.age - b.age);
  let size = 0;
  let count = 0;
  for (const file of files) {
    if (!file.whole && file.age < WRITING) continue;
    size += file.size;
    count++;
    if (file.whole && size <= ALL && count <= MOST) continue;
    try {
      unlinkSync(file.file);
    } catch {
      // Another process was faster.
    }
  }
}
