import type { Release } from '../api/kinds.ts';
import type { Level, Profile } from '../report/types.ts';

/** A level as people write it: SARIF's words, or `off`. */
export type Setting = Level | 'off';

export interface RuleSetting {
  readonly level?: Setting;
  readonly options?: Readonly<Record<string, unknown>>;
}

/** An accepted finding, written in the configuration: for objects one does not own. All conditions given must hold. */
export interface Ignore {
  readonly rule: string;
  readonly path?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly reason: string;
  /** Last day it holds, `2027-01-31`. */
  readonly until?: string;
}

/** podlint.yaml as it is written, after its schema has accepted it. */
export interface ConfigFile {
  readonly profile?: Profile;
  readonly kubeVersion?: string | readonly string[];
  readonly namespace?: string;
  readonly cluster?: string | readonly string[];
  readonly crds?: string | readonly string[];
  readonly failOn?: Level | 'never';
  readonly each?: boolean;
  readonly exclude?: readonly string[];
  readonly external?: readonly string[];
  readonly rules?: Readonly<Record<string, Setting | RuleSetting>>;
  readonly overrides?: readonly {
    readonly paths: readonly string[];
    readonly rules: Readonly<Record<string, Setting | RuleSetting>>;
  }[];
  readonly ignore?: readonly Ignore[];
}

/** What a run does, after configuration file and command line have been put together. */
export interface Plan {
  readonly paths: readonly string[];
  readonly releases: readonly Release[];
  readonly namespace: string;
  readonly cluster: readonly string[];
  /** Files, folders and patterns with the definitions of custom kinds that the cluster has. */
  readonly crds: readonly string[];
  readonly profile: Profile;
  readonly failOn: Level | 'never';
  readonly each: boolean;
  readonly only: readonly string[];
  /** Whether a file of `only` that is not judged at all is no mistake: a hook is handed all kinds of files. */
  readonly onlyIfJudged: boolean;
  readonly exclude: (file: string) => boolean;
  readonly external: readonly string[];
  readonly allowEmpty: boolean;
  readonly ignoreFiles: boolean;
  readonly stdinFilename?: string;
  /** The git revision that is compared with: only what is new against it is reported. */
  readonly since?: string;
  /** From the least to the most particular; a later one wins. `paths` are matched against the reported file name. */
  readonly settings: readonly {
    readonly pattern: string;
    readonly setting: RuleSetting;
    readonly paths?: (file: string) => boolean;
    /** `paths` as they are written. */
    readonly patterns?: readonly string[];
  }[];
  readonly ignores: readonly (Omit<Ignore, 'path'> & { readonly matchesPath?: (file: string) => boolean })[];
  /** The configuration file that was used, as it is reported. */
  readonly configFile?: string;
  /** What is in it. */
  readonly config?: ConfigFile;
  /** Its text, and where in it each of `ignores` says how long it holds, or else what it accepts: half-open ranges of UTF-16 offsets. */
  readonly configSource?: {
    readonly text: string;
    readonly ignores: readonly { readonly start: number; readonly end: number }[];
  };
}

/** Wrong usage or a wrong configuration: exit code 2, told on standard error. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
