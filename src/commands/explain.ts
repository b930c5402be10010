import { closest } from '../api/closest.ts';
import { UsageError } from '../config/plan.ts';
import { rules } from '../lint/registry.ts';
import type { Rule } from '../rule.ts';
import { type Family, familiesOf } from './families.ts';
import type { Terminal } from './main.ts';
import type { Arguments } from './options.ts';
import { Page } from './page.ts';
import { pushRule } from './rule-page.ts';
import { pushRow, pushStatus } from './state-page.ts';
import { STATES, type StateRow } from './states.ts';
import { findStatus, STATUSES, type StatusWord } from './statuses.ts';

/** `podlint explain RULE|STATUS …`: what a rule or a word under STATUS means, and what to do. Without a word: what there is to explain. */
export async function explain(args: Arguments, terminal: Terminal): Promise<number> {
  const page = new Page(args, terminal);
  const topics = args.paths.map((text) => findTopic(text, rules));
  if (topics.length === 0) pushOverview(page);
  for (const [i, topic] of topics.entries()) {
    if (i > 0)
      page
        .line()
        .line(page.colors.dim('─'.repeat(page.width)))
        .line();
    await pushTopic(page, topic);
  }
  await terminal.out(page.toString());
  return 0;
}

export type Topic =
  | { readonly rule: Rule }
  | { readonly family: Family }
  | { readonly row: StateRow }
  | { readonly status: StatusWord; readonly init: boolean; readonly asked: string };

/**
 * What a person means: a row of the guide (`S8`), a rule by its id, an older id or the last part of its id, a family, or a word under STATUS.
 * @throws UsageError where nothing, or more than one rule, answers
 */
export function findTopic(text: string, all: readonly Rule[]): Topic {
  const word = text.trim();
  const row = STATES.find((state) => state.id === word.toUpperCase());
  if (row) return { row };
  const id = word.toLowerCase().replace(/\/\*?$/, '');
  const exact = all.find((rule) => rule.id === id || rule.aliases?.includes(id));
  if (exact) return { rule: exact };
  const status = findStatus(word);
  if (status) return { ...status, asked: word };
  const family = familiesOf(all).find(({ name }) => name === id);
  if (family) return { family };
  const named = all.filter((rule) => rule.id.endsWith(`/${id}`));
  if (named.length === 1) return { rule: named[0]! };
  if (named.length > 1) throw new UsageError(`explain ${text}: say which: ${named.map((rule) => rule.id).join(', ')}`);
  const near = nearest(word, all);
  throw new UsageError(
    near === undefined
      ? `explain ${text}: neither a rule nor a STATUS; podlint explain lists both`
      : `explain ${text}: neither a rule nor a STATUS; did you mean ${near}?`,
  );
}

function nearest(word: string, all: readonly Rule[]): string | undefined {
  // A family may have the name of a word: one of them is enough.
  const names = new Map<string, string>();
  for (const name of [
    ...all.map((rule) => rule.id),
    ...familiesOf(all).map(({ name }) => name),
    ...STATUSES.flatMap((status) => [status.word, ...(status.aliases ?? [])]),
  ])
    names.set(name.toLowerCase(), name);
  const near = closest(word, names.values());
  if (near !== undefined) return near;
  const last = new Map(all.map((rule) => [rule.id.slice(rule.id.indexOf('/') + 1), rule.id]));
  const part = closest(word.slice(word.indexOf('/') + 1), last.keys());
  return part === undefined ? undefined : last.get(part);
}

async function pushTopic(page: Page, topic: Topic): Promise<void> {
  if ('rule' in topic) await pushRule(page, topic.rule);
  else if ('family' in topic) pushFamily(page, topic.family);
  else if ('row' in topic) pushRow(page, topic.row, rules);
  else pushStatus(page, topic, rules);
}

function pushFamily(page: Page, family: Family): void {
  page.heading(family.name).text(`${family.meaning}.`).line();
  for (const rule of family.rules) page.line(`  ${page.colors.cyan(rule.id)}`).text(rule.docs.summary, 4);
  page.line().line(page.colors.dim('podlint explain RULE'));
}

function pushOverview(page: Page): void {
  page
    .heading('podlint explain STATUS')
    .text('A word that `kubectl get pods` shows under STATUS, and how to tell its causes apart.', 2)
    .line();
  for (const status of STATUSES) page.field(status.word, status.meaning, 2, 30);
  page.line().heading('podlint explain RULE').text('A rule by its id, or all of a family.', 2).line();
  for (const family of familiesOf(rules)) page.field(family.name, `${family.meaning} (${rulesText(family.rules.length)})`, 2, 30);
  page
    .line()
    .heading(`podlint explain ${STATES[0]!.id} … ${STATES.at(-1)!.id}`)
    .text('A row of the guide to Pod states.', 2)
    .line();
  for (const row of STATES) page.field(row.id, row.cause, 2, 8);
}

function rulesText(count: number): string {
  return count === 1 ? '1 rule' : `${count} rules`;
}
