import { podlint } from '../index.ts';
import type { Finding } from '../report/types.ts';
import type { Rule } from '../rule.ts';

/** A rule's wrong example, and what podlint says of it. */
export interface JudgedExample {
  /** As a person would have written it: without the marks for the tests. */
  readonly text: string;
  /** Of this rule alone, in the order of their places. */
  readonly findings: readonly Finding[];
}

const MARK = /[ \t]*# expect: [\w/, -]+?[ \t]*$/gm;

/** Judges the wrong example of a rule, as its page shows it. Rules that are broken themselves leave the page without findings. */
export async function judgedExample(rule: Rule): Promise<JudgedExample> {
  const text = plainExample(rule.examples.bad);
  const facts = rule.examples.facts === undefined ? [] : [{ path: 'facts.yaml', text: rule.examples.facts }];
  try {
    const { findings } = await podlint([{ path: 'wrong.yaml', text }], { facts, profile: 'all', each: rule.each });
    return { text, findings: findings.filter((finding) => finding.ruleId === rule.id) };
  } catch {
    return { text, findings: [] };
  }
}

export function plainExample(text: string): string {
  return text.replace(MARK, '').trimEnd();
}
