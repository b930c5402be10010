import { asObject, objectsOf } from '../api/manifest.ts';
import { isUnknown } from '../api/unknown.ts';
import type { Path } from '../source/path.ts';
import { baseName, type CommandLine, commandLineOf, execCommandLine, isInterpreter, SHELLS, type Word } from './shell.ts';

/** Something in a command line that only a shell would understand, or that no program is named like. */
export interface CommandFault {
  readonly kind: /** The first word is a whole command line: `command: ["nginx -g 'daemon off;'"]`. */
    | 'sentence'
    /** The first word is an assignment: `command: ["DEBUG=1", "app"]`. */
    | 'assignment'
    /** The first word is part of a shell's language: `cd`, `export`, `source`. */
    | 'builtin'
    /** A shell is given a script, but not with `-c`, so that it looks for a file of that name. */
    | 'shell-without-c'
    /** `&&`, `|`, `>` and their like, handed to a program as words. */
    | 'operator'
    /** `$NAME`: only a shell replaces it. The kubelet's own form is `$(NAME)`. */
    | 'variable'
    /** `$(command)` or backquotes. */
    | 'substitution'
    /** `*.log` for a program that does not match names itself. */
    | 'glob'
    /** A flag and its value, or two flags, in one word: `--port 8080`. */
    | 'flag-with-value';
  /** Of the word, relative to the container. */
  readonly path: Path;
  readonly word: string;
  /** What in the word it is about: `&&`, `$HOME`. */
  readonly token: string;
  /** `certain`: nothing is executed that way. `likely`: the program would have to do the shell's work. */
  readonly certainty: 'certain' | 'likely';
  /** Where the command line is: what the container runs, or an exec handler. */
  readonly of: 'container' | 'probe' | 'hook';
  /** The runtime's words, in the container's status, without what it puts before them. */
  readonly says?: string;
  /** The words it was probably meant to be, for a sentence. */
  readonly words?: readonly string[];
}

/** Faults of the command lines of a container: `command` and `args`, exec probes and lifecycle hooks. */
export function commandFaults(container: unknown): CommandFault[] {
  const value = asObject(container);
  if (value === undefined) return [];
  const names = new Set<string>();
  for (const [entry] of objectsOf(value['env'])) if (typeof entry['name'] === 'string') names.add(entry['name']);
  const faults: CommandFault[] = [];
  judge(commandLineOf(value), 'container', [], names, faults);
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe'])
    judge(execCommandLine(value[probe]), 'probe', [probe], names, faults);
  const lifecycle = asObject(value['lifecycle']);
  for (const hook of ['postStart', 'preStop'])
    judge(execCommandLine(lifecycle?.[hook]), 'hook', ['lifecycle', hook], names, faults);
  return faults;
}

function judge(
  line: CommandLine | undefined,
  of: CommandFault['of'],
  prefix: Path,
  names: ReadonlySet<string>,
  faults: CommandFault[],
): void {
  if (line === undefined) return;
  const add = (
    word: Word,
    kind: CommandFault['kind'],
    token: string,
    certainty: CommandFault['certainty'],
    more: Partial<CommandFault> = {},
  ): void => void faults.push({ kind, path: [...prefix, ...word.path], word: word.text, token, certainty, of, ...more });

  const [first] = line.words;
  if (first?.role === 'program' && !isOpaque(first.text)) {
    const fault = programFault(first, line);
    if (fault !== undefined) {
      add(first, fault.kind, fault.token, fault.certainty, { says: fault.says, words: fault.words });
      // The program does not exist: what its arguments would mean is nobody's business.
      return;
    }
  }
  if (line.shell) {
    const script = shellWithoutScript(line);
    if (script !== undefined) add(script, 'shell-without-c', script.text, 'likely');
    return;
  }
  const judged = line.words.length > 1_000 ? line.words.slice(0, 1_000) : line.words;
  for (const word of judged) {
    if (word.role !== 'word' || isOpaque(word.text)) continue;
    wordFault(word, line, names, add);
  }
}

/** Placeholders, and texts too long to be anything but data. */
function isOpaque(text: string): boolean {
  return text.length > 4_096 || isUnknown(text) || text.includes('{{');
}

function programFault(
  word: Word,
  line: CommandLine,
): Pick<CommandFault, 'kind' | 'token' | 'certainty' | 'says' | 'words'> | undefined {
  const text = word.text;
  if (text.includes('$(')) return undefined;
  const trimmed = text.trim();
  const space = trimmed.search(/\s/);
  if (/^[A-Za-z_]\w*=/.test(text))
    return { kind: 'assignment', token: text.slice(0, text.indexOf('=')), certainty: 'certain', says: notFound(text) };
  if (space > 0) {
    // Windows programs do have blanks in their paths, and so may others: then nothing that looks like an argument follows.
    if (/^[A-Za-z]:[\\/]/.test(trimmed) || trimmed.includes('\\')) return undefined;
    const rest = trimmed.slice(space).trim();
    const looksLikeArguments =
      !trimmed.includes('/') ||
      /(?:^|\s)-{1,2}[A-Za-z]|[|&;<>$"'=]/.test(rest) ||
      rest.startsWith('/') ||
      SHELLS.has(baseName(trimmed.slice(0, space)));
    return {
      kind: 'sentence',
      token: text,
      certainty: looksLikeArguments ? 'certain' : 'likely',
      says: notFound(text),
      words: split(trimmed),
    };
  }
  if (line.words.length > 0 && BUILTINS.has(text))
    return { kind: 'builtin', token: text, certainty: 'likely', says: notFound(text) };
  return undefined;
}

/** As runc says it of a program that is not there. */
function notFound(program: string): string {
  const name = JSON.stringify(program);
  return program.includes('/')
    ? `exec: ${name}: stat ${program}: no such file or directory`
    : `exec: ${name}: executable file not found in $PATH`;
}

/** A command line in the words a shell would make of it; undefined where it holds more than words and quotes. */
function split(text: string): string[] | undefined {
  if (text.length > 1_024 || /[$`|&<>()*?[\]{}~#\\]/.test(text)) return undefined;
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (const c of text) {
    if (quote !== '') {
      if (c === quote) quote = '';
      else word += c;
    } else if (c === '"' || c === "'") {
      quote = c;
      word ??= '';
    } else if (/\s/.test(c)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (c === ';') return undefined;
    else word = (word ?? '') + c;
  }
  if (quote !== '') return undefined;
  if (word !== undefined) words.push(word);
  return words;
}

/** Of a shell's language, without a program of that name in usual images. */
const BUILTINS: ReadonlySet<string> = new Set([
  '.',
  'source',
  'export',
  'set',
  'unset',
  'eval',
  'exec',
  'cd',
  'alias',
  'trap',
  'ulimit',
  'umask',
  'if',
  'for',
  'while',
  'function',
]);

/** `sh "echo hi"`: the word that the shell would open as a file. */
function shellWithoutScript({ words, program }: CommandLine): Word | undefined {
  if (program === undefined || !/^(?:sh|bash|ash|dash|zsh|ksh)$/.test(program)) return undefined;
  for (let i = 1; i < words.length; i++) {
    const word = words[i]!;
    if (word.role === 'script' || isOpaque(word.text)) return undefined;
    if (/^-[A-Za-z]*[cs]/.test(word.text)) return undefined;
    if (word.text === '-o' || word.text === '+o' || word.text === '-O') i++;
    else if (!word.text.startsWith('-') && !word.text.startsWith('+')) return /\s/.test(word.text.trim()) ? word : undefined;
  }
  return undefined;
}

/** Programs of every image that take names as they are. */
const PLAIN_PROGRAMS: ReadonlySet<string> = new Set([
  'rm',
  'cp',
  'mv',
  'ls',
  'cat',
  'chown',
  'chmod',
  'ln',
  'head',
  'tail',
  'wc',
  'rmdir',
  'du',
  'stat',
  'gzip',
]);

type Add = (word: Word, kind: CommandFault['kind'], token: string, certainty: CommandFault['certainty']) => void;

function wordFault(word: Word, line: CommandLine, names: ReadonlySet<string>, add: Add): void {
  const text = word.text;
  const { program } = line;
  if (isInterpreter(program)) return;
  const operator = operatorIn(text, program !== undefined);
  if (operator !== undefined) {
    add(word, 'operator', operator, program !== undefined && operator === text ? 'certain' : 'likely');
    return;
  }
  // An entrypoint that is a shell with -c takes a single argument as its script.
  if (program !== undefined || line.words.length > 1) {
    const variable = variableIn(text, names);
    if (variable !== undefined) {
      add(word, 'variable', variable, 'likely');
      return;
    }
    const substitution = substitutionIn(text);
    if (substitution !== undefined) {
      add(word, 'substitution', substitution, 'likely');
      return;
    }
  }
  if (program !== undefined && PLAIN_PROGRAMS.has(program) && !text.startsWith('-') && /(?:^|[\w./])\*(?:$|[\w./])/.test(text)) {
    add(word, 'glob', text, 'certain');
    return;
  }
  if (/^--?[A-Za-z][\w-]*(?:=\S*)? +-{1,2}[A-Za-z]/.test(text) || /^--[a-z][\w-]* +[\w./:@,-]+$/.test(text)) {
    add(word, 'flag-with-value', text, 'likely');
  }
}

/** `$NAME` of a variable that the container's own env sets: that one was surely meant, another may be anything. */
function variableIn(text: string, names: ReadonlySet<string>): string | undefined {
  if (names.size === 0) return undefined;
  for (const { 0: token, 1: name, index } of text.matchAll(/\$([A-Z_][A-Z0-9_]*)(?![A-Za-z0-9_(])/g)) {
    const before = text[index - 1];
    if (before !== '$' && before !== '\\' && names.has(name!)) return token;
  }
  return undefined;
}

/** `$(command and arguments)`, or a word that ends in one in backquotes. A single name may be a variable. */
function substitutionIn(text: string): string | undefined {
  const start = text.indexOf('$(');
  if (start >= 0 && text[start - 1] !== '$') {
    const end = text.indexOf(')', start);
    const inside = text.slice(start + 2, end);
    if (end > 0 && !inside.includes('(') && /^[a-z]\S*\s/.test(inside)) return text.slice(start, end + 1);
  }
  const quote = text.indexOf('`');
  if (
    quote >= 0 &&
    (quote === 0 || text[quote - 1] === '=') &&
    text.length > quote + 2 &&
    text.indexOf('`', quote + 1) === text.length - 1
  ) {
    return text.slice(quote);
  }
  return undefined;
}

/** A shell's operator that stands as a word of its own, or between blanks in one. */
function operatorIn(text: string, known: boolean): string | undefined {
  if (OPERATORS.has(text)) return text;
  // A redirection to a file or to another stream.
  if (/^(?:[012]|&)?>{1,2}(?:&[012-]|\/[\w./-]+)$/.test(text)) return text;
  // In the value of a flag it may be an expression; behind a word it is a command line.
  return known && /^[A-Za-z./][\w./-]*\s/.test(text) ? /\s(&&|\|\|)\s/.exec(text)?.[1] : undefined;
}

const OPERATORS: ReadonlySet<string> = new Set(['&&', '||', '|', '>>', '2>&1', '>&2', '&>', '2>']);
