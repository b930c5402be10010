import type { Rule } from '../rule.ts';
import type { Page } from './page.ts';
import { STATES, type StateRow } from './states.ts';
import type { StatusWord } from './statuses.ts';

/** The rows of the guide that show under a word. */
export function rowsOf(status: StatusWord): StateRow[] {
  const words = [status.word, ...(status.aliases ?? [])];
  return STATES.filter((row) => row.statuses.some((word) => words.includes(word)));
}

/** The rules that foresee a row: those that name it. */
export function rulesFor(row: StateRow, rules: readonly Rule[]): Rule[] {
  return rules.filter((rule) => rule.states.includes(row.id));
}

/** The rules that predict a word. */
export function rulesPredicting(status: StatusWord, rules: readonly Rule[]): Rule[] {
  const words = [status.word, ...(status.aliases ?? [])];
  return rules.filter((rule) => rule.predicts !== undefined && words.includes(rule.predicts.status));
}

/** A word under STATUS: what it means, then each cause that the guide knows. */
export function pushStatus(
  page: Page,
  { status, init, asked }: { readonly status: StatusWord; readonly init: boolean; readonly asked: string },
  rules: readonly Rule[],
): void {
  page.heading(init ? `Init:${status.word}` : status.word);
  if (init) page.text('An init container, not yet the containers themselves: `kubectl logs POD -c NAME` has its words.');
  page.text(status.meaning);
  const same = asked.toLowerCase() !== status.word.toLowerCase() && !init && !asked.toLowerCase().startsWith('init:');
  if (same) page.text(`${asked} is told here too.`);
  const rows = rowsOf(status);
  const told = new Set<Rule>();
  for (const row of rows) {
    page.line();
    pushCause(page, row, rulesOf(row, status, rules));
    for (const rule of rulesFor(row, rules)) told.add(rule);
  }
  const more = rulesPredicting(status, rules).filter((rule) => !told.has(rule));
  if (more.length > 0) {
    page.line().heading(rows.length === 0 ? 'What podlint foresees' : 'Foreseen too');
    pushRules(page, more);
  }
  if (rows.length === 0 && more.length === 0)
    page.line().text('Manifests do not tell when it comes. `kubectl describe pod POD` and `kubectl logs POD --previous` do.');
  page.line().line(page.colors.dim('podlint forecast PATH   which Pods will show it, and why'));
}

/** Of a row with many rules, those that lead to the word asked for come first. */
function rulesOf(row: StateRow, status: StatusWord, rules: readonly Rule[]): Rule[] {
  const all = rulesFor(row, rules);
  const predicting = new Set(rulesPredicting(status, rules));
  return [...all.filter((rule) => predicting.has(rule)), ...all.filter((rule) => !predicting.has(rule))];
}

/** A row of the guide, for itself. */
export function pushRow(page: Page, row: StateRow, rules: readonly Rule[]): void {
  pushCause(page, row, rulesFor(row, rules));
  if (row.statuses.length > 0) page.line().field('shows as', row.statuses.join(', '), 2, COLUMN);
}

const COLUMN = 15;

function pushCause(page: Page, row: StateRow, foreseen: readonly Rule[]): void {
  const { colors } = page;
  page.heading(`${row.id}  ${row.cause}`, row.id.length + 2);
  page.field('said by', row.saidBy, 2, COLUMN);
  page.field('its words', row.says, 2, COLUMN);
  page.field('foreseen', row.foresees, 2, COLUMN);
  for (const rule of foreseen) page.line(`${' '.repeat(COLUMN)}${colors.cyan(rule.id)}`);
  page.field('not foreseen', row.cannot, 2, COLUMN);
  for (const [i, { run, look }] of row.ask.entries()) {
    page.line(`  ${colors.dim(i === 0 ? 'ask' : '   ')}${' '.repeat(COLUMN - 5)}${colors.green(`$ ${run}`)}`);
    page.text(look, COLUMN + 2);
  }
}

function pushRules(page: Page, rules: readonly Rule[]): void {
  for (const rule of rules) page.line(`  ${page.colors.cyan(rule.id)}`).text(rule.docs.summary, 4);
}
