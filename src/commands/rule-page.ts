import { profileOf } from '../lint/levels.ts';
import { IGNORE_ANNOTATION } from '../lint/suppress.ts';
import type { Finding } from '../report/types.ts';
import { componentName } from '../report/words.ts';
import type { Rule } from '../rule.ts';
import { lineColumn } from '../source/reader.ts';
import { type JudgedExample, judgedExample, plainExample } from './example.ts';
import { familyOf } from './families.ts';
import type { Page } from './page.ts';

/** The page of a rule, for a terminal. docs/rules has the same as Markdown (pages.ts). */
export async function pushRule(page: Page, rule: Rule): Promise<void> {
  const { docs, predicts } = rule;
  page.heading(rule.id).text(`${docs.summary}.`).line().text(docs.why, 2).line();
  page.field('level', rule.level, 2, COLUMN);
  if (predicts) {
    page.field('said by', componentName(predicts.component), 2, COLUMN);
    page.field('STATUS', predicts.status, 2, COLUMN);
  } else page.field('said by', nobody(rule), 2, COLUMN);
  if (rule.each) page.field('runs with', '--each', 2, COLUMN);
  if (profileOf(rule) === 'hardened' || profileOf(rule) === 'all')
    page.field('runs with', `--profile ${profileOf(rule)}`, 2, COLUMN);
  if (docs.limits) page.field('cannot know', docs.limits, 2, COLUMN);
  if (rule.aliases?.length) page.field('once called', rule.aliases.join(', '), 2, COLUMN);

  const example = await judgedExample(rule);
  if (rule.examples.facts) {
    page.line().heading('Facts of the example (--cluster)');
    for (const line of rule.examples.facts.trimEnd().split('\n')) page.line(`  ${line}`);
  }
  pushWrong(page, example);
  pushRight(page, example.text, plainExample(rule.examples.good));

  page.line();
  const fix = fixText(rule, example.findings);
  if (fix) page.field('repair', fix, 2, COLUMN);
  page.field('accept it', `\`# podlint-ignore ${rule.id}: the reason\` on the line or above it`, 2, COLUMN);
  page.field('', `\`${IGNORE_ANNOTATION}: "${rule.id}: the reason"\` as an annotation, for the whole object`, 2, COLUMN);
  page.field('evidence', evidenceText(rule), 2, COLUMN);
  if (rule.states.length > 0)
    page.field('guide', rule.states.map((state) => `\`podlint explain ${state}\``).join(', '), 2, COLUMN);
  for (const [i, link] of docs.links.entries()) page.field(i === 0 ? 'more' : '', link, 2, COLUMN);
}

const COLUMN = 15;
const GUTTER = 6;

function pushWrong(page: Page, { text, findings }: JudgedExample): void {
  const { colors } = page;
  const file = { path: '', text };
  page.line().heading('Wrong');
  const under = new Map<number, Finding[]>();
  for (const finding of findings) {
    const line = lineColumn(file, Math.min(finding.place.offset, text.length)).line;
    under.set(line, [...(under.get(line) ?? []), finding]);
  }
  for (const [i, line] of text.split('\n').entries()) {
    const here = under.get(i + 1);
    page.line(`${colors.dim(`${String(i + 1).padStart(GUTTER)} │`)} ${here ? colors.red(line) : line}`);
    for (const finding of here ?? []) pushMessage(page, finding);
  }
}

function pushMessage(page: Page, finding: Finding): void {
  const { colors } = page;
  const { column, line, endColumn, endLine } = finding.place;
  const gutter = `${' '.repeat(GUTTER)} ${colors.dim('│')} `;
  const length = endLine === line ? Math.max(1, endColumn - column) : 1;
  page.line(`${gutter}${' '.repeat(column - 1)}${colors.red('^'.repeat(length))}`);
  const said = finding.says === undefined || finding.says === finding.message ? undefined : finding.says;
  const who = finding.predicts ? `${componentName(finding.predicts.component)} says: ` : 'says: ';
  for (const text of [`${finding.level}: ${finding.message}`, ...(said === undefined ? [] : [`${who}${said}`])])
    page.line(`${gutter}${colors.red(text)}`);
}

/** The right example; `+` stands before the lines that the wrong one does not have. */
function pushRight(page: Page, wrong: string, right: string): void {
  const { colors } = page;
  page.line().heading('Right');
  const before = new Set(wrong.split('\n'));
  for (const [i, line] of right.split('\n').entries()) {
    const same = before.has(line);
    page.line(
      `${colors.dim(String(i + 1).padStart(GUTTER))} ${same ? colors.dim('│') : colors.green('+')} ${same ? line : colors.green(line)}`,
    );
  }
}

/** Who says what no component says. */
export function nobody(rule: Rule): string {
  return familyOf(rule.id) === 'podlint' ? 'podlint alone' : 'nobody: no component refuses it';
}

/** What `--fix` does about it, or undefined. */
export function fixText(rule: Rule, findings: readonly Finding[]): string | undefined {
  if (rule.fix === 'never') return undefined;
  const fixes = findings.flatMap((finding) => finding.fix ?? []);
  const unsafe = fixes.length > 0 && fixes.every((fix) => !fix.safe);
  const option = unsafe ? '`podlint --fix --unsafe-fixes`' : '`podlint --fix`';
  return rule.fix === 'always' ? option : `${option}, where one answer is right`;
}

/** How the prediction was held against the real components. */
export function evidenceText(rule: Rule): string {
  if (typeof rule.evidence !== 'string') return `not held against a real component: ${rule.evidence.none}`;
  if (rule.evidence === 'apply')
    return "held against kubectl and the real API server: what they said is recorded beside the rule's fixtures";
  return rule.evidence === 'admit'
    ? "held against the real API server: what it said is recorded beside the rule's fixtures"
    : "held against the real API server, scheduler and kubelet: what they said is recorded beside the rule's fixtures";
}
