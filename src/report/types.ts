/**
 * What a run hands to the formats. Types only: the engine fills them in, every format reads them, and no format writes to them.
 */

/** SARIF's words. error: it will happen. warning: it happens under the condition the message names. note: advice. */
export type Level = 'error' | 'warning' | 'note';

/** Which rules run, from those that predict what a component says to all there are. */
export type Profile = 'predict' | 'recommended' | 'hardened' | 'all';

/**
 * A range of one line wherever possible. Lines and columns count from 1, columns in UTF-16 units; `endColumn` is the column after
 * the end. `offset` and `endOffset` are UTF-16 offsets into the text. `file` is relative to the working directory, with `/`.
 */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly offset: number;
  readonly endOffset: number;
}

export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** Who will say it (`apiserver`, `scheduler`, `kubelet`, `controller`, `runtime`), and the word of the STATUS column. */
export interface Prediction {
  readonly component: string;
  readonly status: string;
}

export interface RelatedPlace {
  readonly place: Place;
  readonly message: string;
}

/** One replacement of a fix: the range of `Place` in `file` becomes `text`. */
export interface Edit extends Place {
  readonly text: string;
}

export interface Finding {
  readonly ruleId: string;
  readonly level: Level;
  readonly message: string;
  /** The component's own words, names filled in: what a person would search for. */
  readonly says?: string;
  readonly place: Place;
  readonly object?: ObjectRef;
  /** The field as the API server writes it: `spec.containers[0].ports[1].name`. */
  readonly path?: string;
  readonly predicts?: Prediction;
  /** The StatusCause the API server would return. */
  readonly cause?: { readonly type: string; readonly field: string };
  readonly related: readonly RelatedPlace[];
  readonly fix?: { readonly title: string; readonly safe: boolean };
  /** What the fix would change, in one or several files. */
  readonly edits?: readonly Edit[];
  readonly fingerprint: string;
  /** How many consequences of this finding are hidden under it. */
  readonly folded?: number;
  /** The releases it holds for, when several were asked for and not all agree. */
  readonly releases?: readonly string[];
  /** Whether it is new against the baseline or revision compared with; absent when nothing was compared. */
  readonly isNew?: boolean;
}

export interface ForecastStatus {
  readonly status: string;
  readonly pods: number;
  /** False when it depends on something podlint does not know. */
  readonly certain: boolean;
  readonly ruleId?: string;
  readonly file?: string;
  readonly line?: number;
  readonly message?: string;
}

/** One workload: a row group of what `kubectl get pods` would show. */
export interface ForecastRow {
  readonly object: { readonly kind: string; readonly namespace: string; readonly name: string };
  readonly pods: number;
  readonly statuses: readonly ForecastStatus[];
}

export interface NotJudged {
  readonly file: string;
  readonly why: string;
  readonly line?: number;
}

export interface RuleInfo {
  readonly id: string;
  readonly summary: string;
  readonly why: string;
  readonly links: readonly string[];
  readonly level: Level;
  readonly predicts?: Prediction;
  readonly tags: readonly string[];
  /** The rule's page; absent when it has none yet. */
  readonly url?: string;
  /** CVSS-like, "0.1" to "10.0". Only on rules about exposure: it makes GitHub show a security alert. */
  readonly securitySeverity?: string;
}

export interface Summary {
  readonly files: number;
  readonly documents: number;
  readonly objects: number;
  readonly error: number;
  readonly warning: number;
  readonly note: number;
}

export interface Report {
  readonly version: 1;
  /** podlint's own version. */
  readonly podlint: string;
  /** podlint's page, for formats that name their tool. */
  readonly homepage?: string;
  /** The releases judged for, at least one, as asked. */
  readonly kubeVersions: readonly string[];
  /** In the one total order: file, line, column, rule. */
  readonly findings: readonly Finding[];
  readonly forecast: readonly ForecastRow[];
  readonly notJudged: readonly NotJudged[];
  readonly summary: Summary;
  /** What was compared with, when only what is new is told: how many findings were there already, and how many are no longer. */
  readonly since?: { readonly revision: string; readonly known: number; readonly gone: number };
  /** At least the rules that have findings, each once. */
  readonly rules: readonly RuleInfo[];
  /** The text of a file (without byte order mark), for code frames; undefined when it is not at hand. */
  readonly sources: (file: string) => string | undefined;
  /**
   * True for a line (from 1) that holds, or may hold, a secret value: it is printed masked. Absent: nothing is known, nothing
   * masked by place.
   */
  readonly sensitive?: (file: string, line: number) => boolean;
  /** Where in the text of a line (or a part of it) a text begins that is known to be secret: nothing is shown from there on. */
  readonly secretAt?: (file: string, line: number, text: string) => number | undefined;
  /** For `--stats`: name to value, in the order to print. */
  readonly stats?: Readonly<Record<string, number | string>>;
}

/** What a format may be told. All are optional, and every format works with `{}`. */
export interface FormatOptions {
  /** Colour and bold in pretty and forecast; the decision is made in `color.ts`. Default false. */
  readonly color?: boolean;
  /** Columns of the terminal. Default 80 to 100, whatever the format finds readable. */
  readonly width?: number;
  /** pretty: errors only, one line each (`--quiet`). */
  readonly quiet?: boolean;
  /** Markdown: the address of a line, such as `https://…/blob/<sha>/file#L3`; undefined for none. */
  readonly link?: (file: string, line: number) => string | undefined;
  /**
   * For formats that a host reads (github, sarif, gitlab, junit, rdjson): prefix of every file from the repository's root to the
   * working directory (`deploy/`), with a trailing slash; or empty.
   */
  readonly prefix?: string;
  /** sarif: `automationDetails.id` without the trailing slash, such as `podlint/prod`. */
  readonly category?: string;
  /** markdown: heading of the page. */
  readonly title?: string;
  /**
   * markdown: most bytes (UTF-8); default a little below the 1 MiB of a job summary. A comment on GitHub may have 65,536
   * characters.
   */
  readonly limit?: number;
  /** forecast: only Pods that will not run. */
  readonly troubledOnly?: boolean;
}

/** A pure function: the same report and options give the same bytes. The text ends with a newline unless it is empty. */
export type Format = (report: Report, options: FormatOptions) => string;
