import { parseArgs } from 'node:util';
import { closest } from '../api/closest.ts';
import { UsageError } from '../config/plan.ts';

/** One option of the command line. The table is what `--help` prints and what the parser knows. */
export interface OptionSpec {
  readonly name: string;
  readonly short?: string;
  /** Name of its value; a switch has none. */
  readonly value?: string;
  readonly multiple?: boolean;
  readonly group: 'Input' | 'Judging' | 'Output' | 'Fixing' | 'Other';
  readonly help: string;
  readonly hidden?: boolean;
}

export const OPTIONS: readonly OptionSpec[] = [
  {
    name: 'namespace',
    short: 'n',
    value: 'NS',
    group: 'Input',
    help: 'the namespace of objects that name none (default "default")',
  },
  {
    name: 'cluster',
    value: 'FILE',
    multiple: true,
    group: 'Input',
    help: 'facts: Kubernetes objects that exist already; closes the world',
  },
  {
    name: 'crds',
    value: 'PATH',
    multiple: true,
    group: 'Input',
    help: 'definitions of custom kinds that the cluster has: CRDs or JSON schemas; may be repeated',
  },
  { name: 'each', group: 'Input', help: 'every file is an apply set of its own (test folders, samples)' },
  {
    name: 'only',
    value: 'FILE',
    multiple: true,
    group: 'Input',
    help: 'report only on these files or folders; index everything',
  },
  { name: 'hook', group: 'Input', help: 'for pre-commit: report on the files given, index the working directory' },
  { name: 'no-ignore', group: 'Input', help: 'read what .gitignore, node_modules and vendor hide' },
  { name: 'stdin-filename', value: 'PATH', group: 'Input', help: 'how standard input is named in reports' },
  { name: 'allow-empty', group: 'Input', help: 'finding no manifests at all is no error' },
  { name: 'filename', short: 'f', value: 'FILE', multiple: true, group: 'Input', help: '', hidden: true },
  { name: 'recursive', short: 'R', group: 'Input', help: '', hidden: true },
  {
    name: 'kube-version',
    value: '1.30 … 1.37',
    multiple: true,
    group: 'Judging',
    help: 'the release to judge for (default the newest); may be repeated',
  },
  { name: 'profile', value: 'NAME', group: 'Judging', help: 'predict, recommended (default), hardened, all' },
  {
    name: 'rule',
    value: 'ID:LEVEL',
    multiple: true,
    group: 'Judging',
    help: 'error, warning, note, off; families too: pending/*:error',
  },
  { name: 'fail-on', value: 'LEVEL', group: 'Judging', help: 'error (default), warning, note, never' },
  {
    name: 'since',
    value: 'REV',
    group: 'Judging',
    help: 'report only what is new against a git revision, and what an apply over it would be refused',
  },
  { name: 'baseline', value: 'FILE', group: 'Judging', help: 'known debts: report only what is not in this file' },
  { name: 'update-baseline', group: 'Judging', help: 'write all that is found to the baseline' },
  { name: 'config', value: 'FILE', group: 'Judging', help: 'configuration instead of the nearest podlint.yaml' },
  { name: 'no-config', group: 'Judging', help: 'use no configuration file' },
  { name: 'print-config', group: 'Judging', help: 'print the configuration in force and stop' },
  {
    name: 'format',
    value: 'FORMAT[:FILE]',
    multiple: true,
    group: 'Output',
    help: 'pretty, unix, json, sarif, github, markdown, gitlab, junit, rdjson; may be repeated',
  },
  { name: 'quiet', short: 'q', group: 'Output', help: 'errors only, a line each; forecast: only Pods that will not run' },
  { name: 'color', group: 'Output', help: 'colour even where there is no terminal' },
  { name: 'no-color', group: 'Output', help: 'no colour' },
  { name: 'stats', group: 'Output', help: 'where the time went' },
  { name: 'fix', group: 'Fixing', help: 'make the edits that are safe' },
  { name: 'unsafe-fixes', group: 'Fixing', help: 'make also those that may change what the author meant' },
  { name: 'diff', group: 'Fixing', help: 'print the edits instead of making them' },
  { name: 'watch', group: 'Other', help: 'judge again whenever a file changes; Ctrl-C ends' },
  {
    name: 'jobs',
    value: 'N',
    group: 'Other',
    help: 'threads for a large input (default: by its size and the cores, at most 4)',
  },
  { name: 'no-cache', group: 'Other', help: 'judge anew, whatever is kept of the same run before' },
  { name: 'version', short: 'V', group: 'Other', help: 'print the versions' },
  { name: 'help', short: 'h', group: 'Other', help: 'print this' },
];

export interface Arguments {
  readonly command: string;
  readonly paths: readonly string[];
  readonly values: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
}

export const COMMANDS = ['lint', 'forecast', 'explain', 'rules', 'init', 'help'] as const;

/**
 * Takes the command line apart. The first word is a command if it is one and no file of that name is meant (`./rules` is a path).
 * `-f` is a format where its value is one, else a file as kubectl takes it.
 * @throws UsageError
 */
export function parseArguments(argv: readonly string[], formats: readonly string[]): Arguments {
  const [first, ...rest] = argv;
  const command = COMMANDS.find((c) => c === first);
  const words = command === undefined ? argv : rest;
  const { paths, values } = plainly(words) ?? fully(words);
  for (const value of (values['filename'] as string[] | undefined) ?? []) {
    const format = value.split(':', 1)[0]!;
    if (formats.includes(format)) values['format'] = [...((values['format'] as string[] | undefined) ?? []), value];
    else paths.push(value);
  }
  return { command: command ?? 'lint', paths, values };
}

interface Words {
  readonly paths: string[];
  readonly values: Record<string, string | boolean | readonly string[] | undefined>;
}

/**
 * Paths, long switches, and long options with a value that can only be one, as in most runs: Node's parser, and the module that holds it, cost a fiftieth of a small one.
 * Undefined for everything else.
 */
function plainly(words: readonly string[]): Words | undefined {
  const paths: string[] = [];
  const values: Words['values'] = {};
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === '-' || !word.startsWith('-')) {
      paths.push(word);
      continue;
    }
    const equals = word.indexOf('=');
    const name = word.slice(2, equals < 0 ? undefined : equals);
    const option = word.startsWith('--') ? OPTIONS.find((it) => it.name === name) : undefined;
    if (option === undefined || (option.value === undefined && equals >= 0)) return undefined;
    if (option.value === undefined) {
      values[name] = true;
      continue;
    }
    const value = equals < 0 ? words[++i] : word.slice(equals + 1);
    if (value === undefined || value === '' || (equals < 0 && value.startsWith('-'))) return undefined;
    values[name] = option.multiple === true ? [...((values[name] as readonly string[] | undefined) ?? []), value] : value;
  }
  return { paths, values };
}

/** @throws UsageError */
function fully(words: readonly string[]): Words {
  const options = Object.fromEntries(
    OPTIONS.map((o) => [
      o.name,
      {
        type: o.value === undefined ? ('boolean' as const) : ('string' as const),
        multiple: o.multiple ?? false,
        ...(o.short === undefined ? {} : { short: o.short }),
      },
    ]),
  );
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: spread(words), options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(usageMessage(error));
  }
  return { paths: [...parsed.positionals], values: { ...(parsed.values as Record<string, never>) } };
}

/** `-n=shop`, which kubectl takes as well as `-n shop`: parseArgs would keep the equals sign. */
function spread(argv: readonly string[]): string[] {
  const end = argv.indexOf('--');
  return argv.flatMap((word, i) => {
    const short = (end < 0 || i < end) && /^(-[fn])=([\s\S]*)$/.exec(word);
    return short ? [short[1]!, short[2]!] : [word];
  });
}

function usageMessage(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const unknown = /^Unknown option '(-[^']*)'/.exec(message)?.[1];
  if (unknown === undefined) {
    const option = OPTIONS.find(({ name }) => message.includes(`--${name} <value>'`) || message.includes(`--${name}'`));
    if (option === undefined) return message;
    return option.value === undefined ? `--${option.name} takes no value` : `--${option.name}: ${option.value} must follow`;
  }
  const near = closest(
    unknown.replace(/^-+/, ''),
    OPTIONS.map((o) => o.name),
  );
  return `unknown option ${unknown}${near === undefined ? '; podlint --help lists them' : `; did you mean --${near}?`}`;
}

export function helpText(formats: readonly string[]): string {
  const lines = [
    'Predicts, from manifests alone and before apply, what the Kubernetes API server, the scheduler and the kubelet will say.',
    '',
    'Usage:',
    '  podlint [options] [PATH…]            judge manifests: files, folders, globs, or - for standard input',
    '  podlint forecast [options] [PATH…]   the table `kubectl get pods` would show',
    '  podlint explain RULE|STATUS          what a rule or a STATUS word means, and what to do',
    '  podlint rules                        all rules',
    '  podlint init                         write a podlint.yaml to start from',
    '',
    'Examples:',
    '  podlint ./k8s',
    '  helm template ./chart | podlint -n shop -',
    '  podlint --cluster facts.yaml --kube-version 1.34 --format sarif:podlint.sarif --format pretty ./k8s',
  ];
  for (const group of ['Input', 'Judging', 'Output', 'Fixing', 'Other'] as const) {
    lines.push('', `${group}:`);
    for (const option of OPTIONS.filter((o) => o.group === group && o.hidden !== true)) {
      const short = option.name === 'format' ? '-f, ' : option.short === undefined ? '    ' : `-${option.short}, `;
      const left = `  ${short}--${option.name}${option.value === undefined ? '' : ` ${option.value}`}`;
      lines.push(left.length > 34 ? `${left}\n${' '.repeat(36)}${option.help}` : left.padEnd(36) + option.help);
    }
  }
  lines.push('', `Formats: ${formats.join(', ')}. The default is pretty.`);
  lines.push(
    'Exit code: 0 nothing at or above --fail-on, 1 findings, 2 usage or configuration error, nothing to judge, or an internal error.',
    '',
  );
  return lines.join('\n');
}
