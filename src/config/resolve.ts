import { existsSync } from 'node:fs';
import path from 'node:path';
import { closest } from '../api/closest.ts';
import { NEWEST, RELEASES, type Release } from '../api/kinds.ts';
import type { Level, Profile } from '../report/types.ts';
import { findConfig } from './find.ts';
import { pathMatcher } from './match.ts';
import { type ConfigFile, type Plan, type RuleSetting, type Setting, UsageError } from './plan.ts';

/** The options of the command line that decide what a run does; texts as they were typed. */
export interface PlanOptions {
  readonly paths: readonly string[];
  readonly 'kube-version'?: readonly string[];
  readonly namespace?: string;
  readonly cluster?: readonly string[];
  readonly crds?: readonly string[];
  readonly profile?: string;
  readonly rule?: readonly string[];
  readonly 'fail-on'?: string;
  readonly each?: boolean;
  readonly only?: readonly string[];
  /** The paths are what to report on, and the working directory is what to index. */
  readonly hook?: boolean;
  readonly config?: string;
  readonly 'no-config'?: boolean;
  readonly 'allow-empty'?: boolean;
  readonly 'no-ignore'?: boolean;
  readonly 'stdin-filename'?: string;
  readonly since?: string;
}

const LEVELS: readonly Level[] = ['error', 'warning', 'note'];
const PROFILES: readonly Profile[] = ['predict', 'recommended', 'hardened', 'all'];

/** Puts configuration file and command line together; the command line wins. */
export async function resolvePlan(options: PlanOptions, cwd: string, ruleIds: () => Promise<readonly string[]>): Promise<Plan> {
  if (options['no-config'] === true && options.config !== undefined)
    throw new UsageError('--config and --no-config contradict each other');
  if (options.namespace !== undefined && !NAMESPACE.test(options.namespace))
    throw new UsageError(
      `--namespace ${options.namespace}: a namespace is named with lower-case letters, digits and -, at most 63 of them`,
    );
  const found = options['no-config'] === true ? undefined : (options.config ?? findConfig(startFolder(options, cwd)));
  if (options.config !== undefined && !existsSync(path.resolve(cwd, options.config)))
    throw new UsageError(`--config ${options.config}: no such file`);
  const file = found === undefined ? undefined : path.resolve(cwd, found);
  const shown = file === undefined ? undefined : path.relative(cwd, file).split(path.sep).join('/');
  const loaded = file === undefined ? undefined : await (await import('./load.ts')).loadConfig(file, shown!, await ruleIds());
  const config: ConfigFile = loaded?.config ?? {};
  const home = file === undefined ? cwd : path.dirname(file);
  const fromConfig = (text: string) => path.relative(cwd, path.resolve(home, text)).split(path.sep).join('/') || '.';

  const versions = options['kube-version'] ?? listOf(config.kubeVersion) ?? [NEWEST];
  const releases = [...new Set(versions.flatMap((v) => v.split(',')).map(releaseOf))].sort(
    (a, b) => RELEASES.indexOf(a) - RELEASES.indexOf(b),
  );
  const settings: Plan['settings'][number][] = [];
  type Where = Pick<Plan['settings'][number], 'paths' | 'patterns'>;
  const add = (rules: Readonly<Record<string, Setting | RuleSetting>> | undefined, where: Where = {}) => {
    const entries = Object.entries(rules ?? {}).map(([pattern, setting]) => ({
      pattern,
      setting: typeof setting === 'string' ? { level: setting } : setting,
      ...where,
    }));
    settings.push(...particularLast(entries));
  };
  add(config.rules);
  for (const { rules, paths: patterns } of config.overrides ?? [])
    add(rules, { paths: await pathMatcher(patterns, home, cwd), patterns });
  if (options.rule !== undefined && options.rule.length > 0) {
    const ids = await ruleIds();
    settings.push(...particularLast(options.rule.map((text) => ruleOption(text, ids))));
  }
  return {
    paths: options.hook === true ? ['.', ...options.paths] : options.paths,
    releases,
    namespace: options.namespace ?? config.namespace ?? 'default',
    cluster: options.cluster ?? listOf(config.cluster)?.map(fromConfig) ?? [],
    crds: options.crds ?? listOf(config.crds)?.map(fromConfig) ?? [],
    profile: oneOf('--profile', options.profile, PROFILES) ?? config.profile ?? 'recommended',
    failOn: oneOf('--fail-on', options['fail-on'], [...LEVELS, 'never'] as const) ?? config.failOn ?? 'error',
    each: options.each ?? config.each ?? false,
    only: [...(options.only ?? []), ...(options.hook === true ? options.paths : [])],
    onlyIfJudged: options.hook === true,
    exclude: config.exclude === undefined ? () => false : await pathMatcher(config.exclude, home, cwd),
    external: config.external ?? [],
    allowEmpty: options['allow-empty'] ?? options.hook ?? false,
    ignoreFiles: options['no-ignore'] !== true,
    stdinFilename: options['stdin-filename'],
    since: options.since,
    settings,
    ignores: await Promise.all(
      (config.ignore ?? []).map(async ({ path: glob, ...rest }) => ({
        ...rest,
        matchesPath: glob === undefined ? undefined : await pathMatcher([glob], home, cwd),
      })),
    ),
    configFile: shown,
    config,
    configSource: loaded?.source,
  };
}

/** Of settings made together a rule's own wins over its family's, and that over all rules', in whatever order they are written. */
function particularLast<T extends { readonly pattern: string }>(settings: readonly T[]): T[] {
  const rank = ({ pattern }: T) => (pattern === '*' ? 0 : pattern.endsWith('/*') ? 1 : 2);
  return [...settings].sort((a, b) => rank(a) - rank(b));
}

const NAMESPACE = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

function startFolder(options: PlanOptions, cwd: string): string {
  if (options.hook === true) return cwd;
  const first = options.paths.find((p) => p !== '-');
  if (first === undefined) return cwd;
  const full = path.resolve(cwd, first);
  return existsSync(full) ? full : cwd;
}

function listOf<T>(value: T | readonly T[] | undefined): readonly T[] | undefined {
  return value === undefined ? undefined : Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

/** `1.34`, `v1.34`, `1.34.2`. */
export function releaseOf(text: string): Release {
  const match = /^v?1\.(\d+)(?:\.\d+)?$/.exec(text.trim());
  const release = RELEASES.find((r) => match !== null && r === `1.${match[1]}`);
  if (release === undefined)
    throw new UsageError(`--kube-version ${text}: podlint knows the releases ${RELEASES[0]} to ${NEWEST}`);
  return release;
}

function oneOf<T extends string>(option: string, text: string | undefined, words: readonly T[]): T | undefined {
  if (text === undefined) return undefined;
  const word = words.find((w) => w === text);
  if (word !== undefined) return word;
  const near = closest(text, words);
  throw new UsageError(
    `${option} ${text} must be one of ${words.join(', ')}${near === undefined ? '' : `; did you mean ${near}?`}`,
  );
}

function ruleOption(text: string, ids: readonly string[]): { pattern: string; setting: RuleSetting } {
  const colon = text.lastIndexOf(':');
  const id = colon < 0 ? text : text.slice(0, colon);
  const level = colon < 0 ? '' : text.slice(colon + 1);
  if (level === '') throw new UsageError(`--rule ${text}: a level must follow, as in ${id}:warning`);
  const setting = oneOf(`--rule ${text}: the level`, level, [...LEVELS, 'off'] as const);
  if (id !== '*' && !ids.includes(id)) {
    const near = closest(id, ids);
    throw new UsageError(
      `--rule ${text}: unknown rule "${id}"${near === undefined ? '; `podlint rules` lists them' : `; did you mean "${near}"?`}`,
    );
  }
  return { pattern: id, setting: { level: setting } };
}
