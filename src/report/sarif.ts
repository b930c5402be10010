/** SARIF 2.1.0, for GitHub code scanning first and for other viewers: one run, one-line regions, relative URIs. */
import type { Invocation, Location, Log, Notification, PhysicalLocation, Region, ReportingDescriptor, Result } from 'sarif';
import { jsonText } from './escape.ts';
import { type FileLines, lineReader, oneLine } from './lines.ts';
import { fileUri, repositoryPath } from './location.ts';
import { touchesSecret } from './mask.ts';
import type { Edit, Finding, FormatOptions, Level, NotJudged, Place, Report, RuleInfo } from './types.ts';
import { clip, componentName, count, LEVELS, listed, objectName, saying, statusOf } from './words.ts';

/** Of a run GitHub shows no more results than these, and refuses the whole file at five times as many. */
const MOST_RESULTS = 5000;
const MOST_RELATED = 100;
const MOST_NOTIFICATIONS = 500;
const MOST_TAGS = 20;
/** GitHub's limit for descriptions; and one of ours for messages, whose text may come from a manifest. */
const LONGEST_DESCRIPTION = 1024;
const LONGEST_MESSAGE = 4000;
const LONGEST_RELATED = 400;
const ROOT = '%SRCROOT%';

interface Context {
  readonly report: Report;
  readonly prefix: string | undefined;
  readonly read: (file: string) => FileLines | undefined;
}

export function sarif(report: Report, options: FormatOptions): string {
  const context: Context = { report, prefix: options.prefix, read: lineReader(report.sources) };
  const findings = mostSevere(report.findings, MOST_RESULTS);
  const rules = ruleList(report);
  const ruleIndex = new Map(rules.map((rule, i) => [rule.id, i]));
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'podlint',
            semanticVersion: report.podlint,
            ...(report.homepage === undefined ? {} : { informationUri: report.homepage }),
            rules: rules.map(descriptor),
            notifications: NOTIFICATIONS,
          },
        },
        // upload-sarif makes a category from the workflow and its matrix, and keeps out of the way of one that is there already.
        ...(options.category ? { automationDetails: { id: `${options.category.replace(/\/+$/, '')}/` } } : {}),
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [ROOT]: { description: { text: 'The root of the repository, or the directory podlint ran in.' } } },
        invocations: [invocation(context, findings.length)],
        artifacts: artifacts(findings, context),
        results: findings.map((finding) => result(finding, ruleIndex.get(finding.ruleId) ?? -1, context)),
        properties: { kubeVersions: [...report.kubeVersions] },
      },
    ],
  };
  return jsonText(log);
}

/** At most `max` findings: what is new and severe first, in the report's order among themselves. */
function mostSevere(findings: readonly Finding[], max: number): readonly Finding[] {
  if (findings.length <= max) return findings;
  const kept = new Set<Finding>();
  for (const isOld of [false, true]) {
    for (const level of LEVELS) {
      for (const finding of findings) {
        if (kept.size < max && finding.level === level && (finding.isNew === false) === isOld) kept.add(finding);
      }
    }
  }
  return findings.filter((finding) => kept.has(finding));
}

/**
 * The report's rules, and a stand-in for any that has a finding and is not among them: a result must name a rule that is there.
 */
function ruleList(report: Report): RuleInfo[] {
  const rules = new Map(report.rules.map((rule) => [rule.id, rule]));
  for (const { ruleId, level } of report.findings) {
    if (!rules.has(ruleId)) rules.set(ruleId, { id: ruleId, summary: ruleId, why: '', links: [], level, tags: [] });
  }
  return [...rules.values()];
}

const PROBLEM: Readonly<Record<Level, string>> = { error: 'error', warning: 'warning', note: 'recommendation' };
const PRECISION: Readonly<Record<Level, string>> = { error: 'very-high', warning: 'high', note: 'medium' };

function descriptor(rule: RuleInfo): ReportingDescriptor {
  const summary = rule.summary || rule.id;
  const why = rule.why || summary;
  const outcome = rule.predicts === undefined ? '' : `${componentName(rule.predicts.component)}: ${rule.predicts.status}`;
  const help = [why, outcome && `What a cluster would show: ${outcome}.`, ...rule.links].filter(Boolean);
  const url = rule.url ?? rule.links[0];
  const tags = [...new Set(['kubernetes', ...(rule.securitySeverity === undefined ? [] : ['security']), ...rule.tags])].slice(
    0,
    MOST_TAGS,
  );
  return {
    id: rule.id,
    name: pascalCase(rule.id),
    shortDescription: { text: clip(summary, LONGEST_DESCRIPTION) },
    fullDescription: { text: clip(why, LONGEST_DESCRIPTION) },
    help: {
      text: [...help, `podlint explain ${rule.id}`].join('\n\n'),
      markdown: [
        why,
        outcome && `**What a cluster would show:** ${outcome}`,
        ...rule.links.map((link) => `- <${link}>`),
        `\`podlint explain ${rule.id}\` says more.`,
      ]
        .filter(Boolean)
        .join('\n\n'),
    },
    ...(url === undefined ? {} : { helpUri: url }),
    defaultConfiguration: { level: rule.level },
    properties: {
      tags,
      precision: PRECISION[rule.level],
      'problem.severity': PROBLEM[rule.level],
      ...(rule.securitySeverity === undefined ? {} : { 'security-severity': rule.securitySeverity }),
    },
  };
}

/** `creating/missing-secret-key` → `CreatingMissingSecretKey`: a name that differs from the id, as SARIF wants. */
function pascalCase(id: string): string {
  return clip(
    id
      .split(/[^A-Za-z0-9]+/)
      .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
      .join(''),
    255,
  );
}

function result(finding: Finding, ruleIndex: number, context: Context): Result {
  const { place, object, predicts, cause } = finding;
  const related = finding.related.slice(0, MOST_RELATED);
  const fixes = fix(finding, context);
  return {
    ruleId: finding.ruleId,
    ruleIndex,
    level: finding.level,
    message: { text: messageText(finding, related.length) },
    locations: [
      {
        physicalLocation: physicalLocation(place, context),
        ...(object === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: objectName(object), kind: 'object' }] }),
      },
    ],
    ...(related.length === 0 ? {} : { relatedLocations: related.map((other, i) => relatedLocation(other, i + 1, context)) }),
    partialFingerprints: { 'podlint/v1': finding.fingerprint || `${finding.ruleId}:${place.file}` },
    ...(finding.isNew === undefined ? {} : { baselineState: finding.isNew ? 'new' : 'unchanged' }),
    ...(fixes === undefined ? {} : { fixes: [fixes] }),
    properties: {
      ...(object === undefined ? {} : { object }),
      ...(finding.path === undefined ? {} : { path: finding.path }),
      ...(predicts === undefined ? {} : { predicts }),
      ...(cause === undefined ? {} : { cause }),
      ...(finding.releases === undefined ? {} : { kubeVersions: [...finding.releases] }),
    },
  };
}

/**
 * Sentences, the first of which stands alone where there is little room, and at the end the related places as links. Braces stay
 * single: doubling is for messages with arguments, and GitHub would show both.
 */
function messageText(finding: Finding, related: number): string {
  const { releases, fix: repair, folded = 0 } = finding;
  const parts = [sentence(plain(finding.message || finding.ruleId))];
  const said = saying(finding);
  if (said !== undefined) parts.push(`${said.who}: ${plain(said.words)}`);
  const status = statusOf(finding);
  if (status !== undefined) parts.push(`kubectl shows: ${plain(status)}`);
  if (releases !== undefined && releases.length > 0) parts.push(`Only for Kubernetes ${plain(listed(releases))}.`);
  for (let i = 0; i < related; i++) parts.push(`See [${linkText(finding.related[i]?.message || 'related place')}](${i + 1}).`);
  if (folded > 0) parts.push(`${count(folded, 'finding')} that follow from it: not shown.`);
  if (repair !== undefined) parts.push(`Fix: ${plain(repair.title)}`);
  return parts.join('\n');
}

function sentence(text: string): string {
  return /[.!?:;\u2026]$/.test(text) ? text : `${text}.`;
}

/** Text in which nothing is a link: brackets may stand unescaped outside of links, and `](` would make one. */
function plain(text: string): string {
  return clip(text, LONGEST_MESSAGE).replaceAll('](', '] (');
}

/** Link text escapes brackets and backslashes (SARIF 2.1.0, 3.11.6). */
function linkText(text: string): string {
  return clip(text, LONGEST_MESSAGE)
    .replace(/[\\[\]]/g, '\\$&')
    .replace(/\s+/g, ' ');
}

function physicalLocation(place: Place, context: Context): PhysicalLocation {
  const { line, column, endLine, endColumn } = oneLine(place, place.endLine > place.line ? context.read(place.file) : undefined);
  return {
    artifactLocation: artifactLocation(place.file, context),
    region: { startLine: line, startColumn: column, endLine, endColumn },
  };
}

function artifactLocation(file: string, { prefix }: Context): { uri: string; uriBaseId?: string } {
  const uri = fileUri(repositoryPath(file, prefix));
  return uri.startsWith('file:') ? { uri } : { uri, uriBaseId: ROOT };
}

function relatedLocation(related: Finding['related'][number], id: number, context: Context): Location {
  return {
    id,
    physicalLocation: physicalLocation(related.place, context),
    message: { text: plain(clip(related.message, LONGEST_RELATED) || 'related place') },
  };
}

function artifacts(findings: readonly Finding[], context: Context): { location: { uri: string; uriBaseId?: string } }[] {
  const files = new Set(findings.map((finding) => finding.place.file));
  return [...files].map((file) => ({ location: artifactLocation(file, context) }));
}

/** The fix as text changes. One that touches a line with a secret is left out: its new text could hold the secret. */
function fix(finding: Finding, context: Context): Result['fixes'] extends (infer F)[] | undefined ? F | undefined : never {
  const { fix: repair, edits } = finding;
  if (repair === undefined || edits === undefined || edits.length === 0) return undefined;
  if (edits.some((edit) => touchesSecret(edit, context.report))) return undefined;
  const files = new Map<string, Edit[]>();
  for (const edit of edits) {
    const known = files.get(edit.file);
    if (known === undefined) files.set(edit.file, [edit]);
    else known.push(edit);
  }
  return {
    description: { text: plain(repair.title) || 'Fix' },
    artifactChanges: [...files].map(([file, list]) => ({
      artifactLocation: artifactLocation(file, context),
      replacements: list.map((edit) => ({ deletedRegion: region(edit), insertedContent: { text: edit.text } })),
    })),
  };
}

function region(edit: Edit): Region {
  return {
    startLine: edit.line,
    startColumn: edit.column,
    endLine: edit.endLine,
    endColumn: edit.endColumn,
    charOffset: edit.offset,
    charLength: edit.endOffset - edit.offset,
  };
}

const NOTIFICATIONS: ReportingDescriptor[] = [
  notification('not-judged', 'NotJudged', 'Input that could not be read, rendered or judged: nothing is said about it.'),
  notification('left-out', 'LeftOut', 'Results that are not in this file because there are too many.'),
];

/** GitHub wants of these what it wants of rules. */
function notification(id: string, name: string, text: string): ReportingDescriptor {
  return { id, name, shortDescription: { text }, fullDescription: { text }, help: { text } };
}

function invocation(context: Context, written: number): Invocation {
  const { notJudged, findings, summary } = context.report;
  const notifications: Notification[] = notJudged
    .slice(0, MOST_NOTIFICATIONS)
    .map((entry) => notJudgedNotification(entry, context));
  if (notJudged.length > MOST_NOTIFICATIONS) {
    const more = notJudged.length - MOST_NOTIFICATIONS;
    notifications.push({
      descriptor: { id: 'not-judged', index: 0 },
      level: 'warning',
      message: { text: `${more} more could not be judged.` },
    });
  }
  if (written < findings.length) {
    const left = `${findings.length - written} of ${findings.length} results are left out, the least severe ones`;
    const text = `${left}: code scanning shows no more than ${MOST_RESULTS}.`;
    notifications.push({ descriptor: { id: 'left-out', index: 1 }, level: 'warning', message: { text } });
  }
  return {
    executionSuccessful: summary.objects > 0 || notJudged.length === 0,
    ...(notifications.length === 0 ? {} : { toolExecutionNotifications: notifications }),
  };
}

function notJudgedNotification({ file, line, why }: NotJudged, context: Context): Notification {
  return {
    descriptor: { id: 'not-judged', index: 0 },
    level: 'warning',
    message: { text: `Not judged: ${plain(why)}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: artifactLocation(file, context),
          ...(line === undefined ? {} : { region: { startLine: line } }),
        },
      },
    ],
  };
}
