import { asArray, asObject, type JsonObject } from '../api/manifest.ts';
import type { Path } from '../source/path.ts';

/** What a word of a command line is to the programs it runs. */
export type WordRole =
  /** The first word: what the runtime executes. */
  | 'program'
  /** A program text for a shell (`sh -c …`): all shell syntax is welcome. */
  | 'script'
  /** A program text or an expression for another interpreter: `python -c`, `awk`, `jq`. Not to be judged. */
  | 'code'
  | 'word';

export interface Word {
  readonly text: string;
  /** Relative to the thing the command line is in. */
  readonly path: Path;
  readonly role: WordRole;
}

export interface CommandLine {
  readonly words: readonly Word[];
  /** Base name of the first word: `nginx` for `/usr/sbin/nginx`; undefined when the image's entrypoint runs. */
  readonly program: string | undefined;
  /** A shell is among the words: it may see what follows. */
  readonly shell: boolean;
}

/** The command line of a container: `command` and `args`; undefined where it has none or holds anything but strings. */
export function commandLineOf(container: unknown): CommandLine | undefined {
  const value = asObject(container);
  if (value === undefined) return undefined;
  if (value !== latest) {
    latestLine = readCommandLine(value);
    latest = value;
  }
  return latestLine;
}

/** One container is asked by one rule after the other. */
let latest: JsonObject | undefined;
let latestLine: CommandLine | undefined;

function readCommandLine(value: JsonObject): CommandLine | undefined {
  const texts: string[] = [];
  const paths: Path[] = [];
  const command = asArray(value['command']);
  const args = asArray(value['args']);
  for (const [field, list] of [
    ['command', command],
    ['args', args],
  ] as const) {
    for (let i = 0; i < list.length; i++) {
      const text = list[i];
      if (typeof text !== 'string') return undefined;
      texts.push(text);
      paths.push([field, i]);
    }
  }
  return texts.length === 0 ? undefined : read(texts, paths, command.length > 0);
}

/** The command line of an exec handler: `{exec: {command: […]}}`. Paths are relative to the handler. */
export function execCommandLine(handler: unknown): CommandLine | undefined {
  const command = asArray(asObject(asObject(handler)?.['exec'])?.['command']);
  if (command.length === 0 || !command.every((text) => typeof text === 'string')) return undefined;
  return read(
    command as string[],
    command.map((_, i) => ['exec', 'command', i]),
    true,
  );
}

export const SHELLS: ReadonlySet<string> = new Set([
  'sh',
  'bash',
  'ash',
  'dash',
  'zsh',
  'ksh',
  'mksh',
  'fish',
  'cmd',
  'cmd.exe',
  'powershell',
  'powershell.exe',
  'pwsh',
  'pwsh.exe',
]);

/** Programs whose arguments are expressions of a language of their own, or whole command lines that they take apart. */
const INTERPRETERS: ReadonlySet<string> = new Set([
  'awk',
  'gawk',
  'mawk',
  'jq',
  'yq',
  'sed',
  'perl',
  'python',
  'python2',
  'python3',
  'ruby',
  'node',
  'php',
  'lua',
  'expr',
  'test',
  '[',
  'find',
  'grep',
  'egrep',
  'rg',
  'psql',
  'mysql',
  'mariadb',
  'mongo',
  'mongosh',
  'redis-cli',
  'sqlite3',
  'cypher-shell',
  'cqlsh',
  'clickhouse-client',
  'tclsh',
  'expect',
  'make',
  'socat',
  'su',
  'ssh',
  'script',
  'supervisord',
  'parallel',
  'xargs',
  'watch',
  'nsenter',
  'chroot',
  'runuser',
  'sudo',
  'gosu',
]);

export function isInterpreter(program: string | undefined): boolean {
  return program !== undefined && INTERPRETERS.has(program.replace(/\d+(?:\.\d+)*$/, ''));
}

export function baseName(text: string): string {
  return text.slice(Math.max(text.lastIndexOf('/'), text.lastIndexOf('\\')) + 1);
}

function read(texts: readonly string[], paths: readonly Path[], startsWithProgram: boolean): CommandLine {
  const words: Word[] = [];
  const program = startsWithProgram ? baseName(texts[0]!) : undefined;
  // Without a command the image's entrypoint may itself be a shell: then `-c` comes first.
  let shell = !startsWithProgram && /^-[a-z]*c$/.test(texts[0]!);
  let interpreter = false;
  let script = false;
  let ended = false;
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i]!;
    const role: WordRole = i === 0 && startsWithProgram ? 'program' : script ? 'script' : interpreter && !ended ? 'code' : 'word';
    words.push({ text, path: paths[i]!, role });
    if (role === 'script') ended = true;
    script = false;
    // What follows a script are its parameters.
    if (ended) continue;
    const name = baseName(text).toLowerCase();
    if (SHELLS.has(name)) shell = true;
    else if (isInterpreter(name)) interpreter = true;
    else if (shell) script = /^(?:-[A-Za-z]*c[a-z]*|\/[cCkK]|-(?:Command|EncodedCommand|File))$/.test(text);
  }
  return { words, program, shell };
}
