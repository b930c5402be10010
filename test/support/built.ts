import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(fileURLToPath(import.meta.url), '../../..');
/** What `npm run build` makes; `npm test` builds first. */
export const CLI = path.join(ROOT, 'dist/cli.js');
export const ACTION = path.join(ROOT, 'dist/action.cjs');
if (!existsSync(CLI)) throw new Error('dist/ is not there: run `npm run build` first');

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder that is gone after the test; `files` by relative path. */
export function temporary(files: Readonly<Record<string, string | Uint8Array>> = {}): {
  readonly folder: string;
  readonly remove: () => void;
} {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'podlint-test-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds; a minute if not said. */
  readonly timeout?: number;
}

/** Runs the built program as a person would. */
export function podlintCli(args: readonly string[], { cwd = ROOT, input = '', env = {} }: RunOptions = {}): Ran {
  return runNode([CLI, ...args], { cwd, input, env });
}

export function runNode(args: readonly string[], { cwd = ROOT, input = '', env = {}, timeout = 60_000 }: RunOptions = {}): Ran {
  const plain = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(GITHUB_|GITLAB_|CI_|INPUT_|NO_COLOR$|FORCE_COLOR$|CI$|VITEST|NODE_OPTIONS$)/.test(name),
    ),
  );
  const done = spawnSync(process.execPath, [...args], {
    cwd,
    input,
    env: { ...plain, ...env },
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    timeout,
  });
  return { code: done.status, out: done.stdout, err: done.stderr };
}
