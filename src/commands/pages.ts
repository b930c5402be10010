import { diffLines } from 'diff';
import { IGNORE_ANNOTATION } from '../lint/suppress.ts';
import type { Finding } from '../report/types.ts';
import { componentName } from '../report/words.ts';
import type { Rule } from '../rule.ts';
import { type JudgedExample, plainExample } from './example.ts';
import { familiesOf } from './families.ts';
import { evidenceText, fixText, nobody } from './rule-page.ts';
import { STATES } from './states.ts';

/** The Markdown page of a rule: docs/rules/<id>.md. `podlint explain` shows the same on a terminal. */
export function rulePage(rule: Rule, example: JudgedExample): string {
  const { docs, predicts } = rule;
  const lines = [`# ${rule.id}`, '', `**${docs.summary}.**`, '', docs.why, ''];
  lines.push('| | |', '| --- | --- |', `| level | ${rule.level} |`);
  lines.push(`| said by | ${predicts ? `the ${componentName(predicts.component)}` : nobody(rule)} |`);
  if (predicts) lines.push(`| STATUS | \`${predicts.status}\` |`);
  if (rule.each) lines.push('| runs with | `--each` |');
  const fix = fixText(rule, example.findings);
  if (fix) lines.push(`| repair | ${cell(fix)} |`);
  if (rule.aliases?.length) lines.push(`| once called | ${rule.aliases.join(', ')} |`);
  lines.push('');
  if (docs.limits) lines.push(`What it cannot know: ${docs.limits}`, '');

  if (rule.examples.facts) lines.push('## Given', '', 'These facts (`--cluster`):', '', ...yaml(rule.examples.facts), '');
  lines.push('## Wrong', '', ...yaml(example.text), '');
  if (example.findings.length > 0) lines.push('podlint says:', '', ...example.findings.map(findingLine), '');
  lines.push('## Right', '', ...difference(example.text, plainExample(rule.examples.good)), '');

  lines.push(
    '## Accept it',
    '',
    `\`# podlint-ignore ${rule.id}: the reason\` on the line or above it; the annotation`,
    `\`${IGNORE_ANNOTATION}: "${rule.id}: the reason"\` for a whole object; or [in podlint.yaml](../../configuration.md) for many.`,
    '',
    '## Evidence',
    '',
    `${capital(evidenceText(rule))}.`,
    '',
  );
  if (rule.states.length > 0) {
    lines.push('## In the guide to Pod states', '');
    for (const row of STATES)
      if (rule.states.includes(row.id)) lines.push(`- ${row.id}: ${row.cause} (\`podlint explain ${row.id}\`)`);
    lines.push('');
  }
  if (docs.links.length > 0) lines.push('## More', '', ...docs.links.map((link) => `- <${link}>`), '');
  return lines.join('\n');
}

/** The tables of all rules, by what one would see. `base` is the way from the table to docs/rules. */
export function rulesTable(rules: readonly Rule[], base: string): string {
  return familiesOf(rules)
    .map(({ name, meaning, rules: own }) => {
      const rows = own.map((rule) => `| [${rule.id}](${base}${rule.id}.md) | ${cell(rule.docs.summary)} | ${rule.level} |`);
      return [`### ${name}`, '', `${meaning}.`, '', '| rule | what it finds | level |', '| --- | --- | --- |', ...rows, ''].join(
        '\n',
      );
    })
    .join('\n');
}

function findingLine({ place, level, message, says, predicts }: Finding): string {
  const said = says === undefined || says === message ? undefined : code(says);
  const who = predicts ? `The ${componentName(predicts.component)} says` : 'It says';
  const stop = /[.?!]$/.test(message) ? '' : '.';
  return `- line ${place.line}, ${level}: ${plain(message)}${said === undefined ? '' : `${stop} ${who}: ${said}`}`;
}

/** The right example, with what is other than in the wrong one. */
function difference(wrong: string, right: string): string[] {
  const lines = diffLines(`${wrong}\n`, `${right}\n`).flatMap(({ value, added, removed }) =>
    value
      .trimEnd()
      .split('\n')
      .map((line) => `${added ? '+' : removed ? '-' : ' '}${line}`.trimEnd()),
  );
  return ['```diff', ...lines, '```'];
}

function yaml(text: string): string[] {
  return ['```yaml', text.trimEnd(), '```'];
}

/** Text in a Markdown code span, whatever backticks it holds. */
function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  const space = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${space}${text.replaceAll('\n', ' ')}${space}${fence}`;
}

/** Text that is no markup in Markdown. */
function plain(text: string): string {
  return text.replace(/[\\`*_[\]<>]/g, '\\$&');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
