/**
 * JUnit's XML, as Jenkins, Azure and GitLab read it: a suite for each file, a case for each object and rule, failures for
 * errors.
 */
import { visible, withoutCommands } from './escape.ts';
import { repositoryPath } from './location.ts';
import type { Finding, FormatOptions, NotJudged, Report } from './types.ts';
import { judged, objectName, saying } from './words.ts';

interface Suite {
  readonly cases: Map<string, Finding[]>;
  readonly notJudged: NotJudged[];
}

export function junit(report: Report, { prefix }: FormatOptions): string {
  const suites = new Map<string, Suite>();
  const suiteOf = (path: string): Suite => {
    const file = repositoryPath(path, prefix);
    let suite = suites.get(file);
    if (suite === undefined) suites.set(file, (suite = { cases: new Map(), notJudged: [] }));
    return suite;
  };
  for (const finding of report.findings) {
    const { cases } = suiteOf(finding.place.file);
    const name = finding.object === undefined ? finding.ruleId : `${finding.ruleId} ${objectName(finding.object)}`;
    const known = cases.get(name);
    if (known === undefined) cases.set(name, [finding]);
    else known.push(finding);
  }
  for (const entry of report.notJudged) suiteOf(entry.file).notJudged.push(entry);

  const body: string[] = [];
  const total = { tests: 0, failures: 0, errors: 0 };
  for (const [file, suite] of suites) pushSuite(body, file, suite, total, prefix);
  if (suites.size === 0) {
    // A report without a single case is an error to some readers.
    total.tests = 1;
    body.push('  <testsuite name="podlint" tests="1" failures="0" errors="0">');
    body.push(`    <testcase name="${xml(judged(report.summary, report.kubeVersions))}" classname="podlint"/>`, '  </testsuite>');
  }
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="podlint" tests="${total.tests}" failures="${total.failures}" errors="${total.errors}">`,
    ...body,
    '</testsuites>',
    '',
  ];
  return withoutCommands(lines.join('\n'));
}

function pushSuite(
  out: string[],
  file: string,
  suite: Suite,
  total: { tests: number; failures: number; errors: number },
  prefix: string | undefined,
): void {
  const name = xml(file);
  const lines: string[] = [];
  let failures = 0;
  for (const [title, findings] of suite.cases) {
    const text = entities(findings.map((finding) => describe(finding, prefix)).join('\n'));
    const error = findings.find((finding) => finding.level === 'error');
    lines.push(`    <testcase name="${xml(title)}" classname="${name}">`);
    if (error === undefined) {
      lines.push(`      <system-out>${text}</system-out>`);
    } else {
      failures++;
      lines.push(`      <failure message="${xml(error.message)}" type="${xml(error.ruleId)}">${text}</failure>`);
    }
    lines.push('    </testcase>');
  }
  for (const { line, why } of suite.notJudged) {
    lines.push(`    <testcase name="not judged${line === undefined ? '' : `: line ${line}`}" classname="${name}">`);
    lines.push(`      <error message="${xml(why)}" type="not-judged"/>`, '    </testcase>');
  }
  const tests = suite.cases.size + suite.notJudged.length;
  const errors = suite.notJudged.length;
  out.push(`  <testsuite name="${name}" tests="${tests}" failures="${failures}" errors="${errors}">`, ...lines, '  </testsuite>');
  total.tests += tests;
  total.failures += failures;
  total.errors += errors;
}

function describe(finding: Finding, prefix: string | undefined): string {
  const { place, level, message, predicts, related, fix } = finding;
  const lines = [`${visible(repositoryPath(place.file, prefix))}:${place.line}:${place.column}: ${level}: ${visible(message)}`];
  const said = saying(finding);
  if (said !== undefined) lines.push(`  ${said.who}: ${visible(said.words)}`);
  if (predicts !== undefined && predicts.status !== '') lines.push(`  status: ${visible(predicts.status)}`);
  for (const { place: at, message: why } of related)
    lines.push(`  see ${visible(`${repositoryPath(at.file, prefix)}:${at.line}: ${why}`)}`);
  if (fix !== undefined) lines.push(`  fix: ${visible(fix.title)}`);
  return lines.join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** One line of text for XML 1.0, in an attribute. What XML cannot hold, and line breaks, are spelt out. */
function xml(text: string): string {
  return entities(visible(text));
}

/** Text whose lines are safe already. */
function entities(text: string): string {
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char) : text;
}
