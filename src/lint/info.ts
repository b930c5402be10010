import type { RuleInfo } from '../report/types.ts';
import type { Rule } from '../rule.ts';

/** Where the rules' pages stand. */
export const RULES_URL = 'https://github.com/podlint/podlint/blob/main/docs/rules/';

/** What the formats show of a rule. */
export function ruleInfo(rule: Rule | undefined): RuleInfo | undefined {
  if (rule === undefined) return undefined;
  return {
    id: rule.id,
    summary: rule.docs.summary,
    why: rule.docs.why,
    links: rule.docs.links,
    level: rule.level,
    predicts: rule.predicts,
    tags: ['kubernetes', rule.id.split('/')[0]!, ...rule.states],
    url: `${RULES_URL}${rule.id}.md`,
  };
}
