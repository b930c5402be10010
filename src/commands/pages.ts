import type { Rule } from '../rule.ts';

/** The Markdown page of a rule: docs/rules/<id>.md, and SARIF's help. */
export function rulePage(rule: Rule): string {
  const { docs, predicts } = rule;
  const lines = [`# ${rule.id}`, '', docs.summary, '', docs.why, ''];
  if (predicts) lines.push(`Said by: ${predicts.component}. STATUS: \`${predicts.status}\`. Level: ${rule.level}.`, '');
  else lines.push(`Advice: no component refuses it. Level: ${rule.level}.`, '');
  if (docs.limits) lines.push(`What it cannot know: ${docs.limits}`, '');
  lines.push(
    '## Wrong',
    '',
    '```yaml',
    rule.examples.bad.trimEnd(),
    '```',
    '',
    '## Right',
    '',
    '```yaml',
    rule.examples.good.trimEnd(),
    '```',
    '',
  );
  if (rule.examples.facts)
    lines.push('Judged with these facts (`--cluster`):', '', '```yaml', rule.examples.facts.trimEnd(), '```', '');
  if (rule.fix !== 'never')
    lines.push(rule.fix === 'always' ? '`--fix` mends it.' : '`--fix` mends it where one answer is right.', '');
  lines.push(
    typeof rule.evidence === 'string'
      ? `Held against the real ${predicts?.component === 'apiserver' ? 'API server' : 'components'}: the fixtures of this rule carry what they said.`
      : `Not held against a real component: ${rule.evidence.none}`,
    '',
  );
  if (docs.links.length > 0) lines.push('## More', '', ...docs.links.map((link) => `- <${link}>`), '');
  lines.push(`Accept one finding: \`# podlint-ignore ${rule.id}: the reason\` on the line or above it.`, '');
  return lines.join('\n');
}

/** The table of all rules by what one would see. `base` is the path from the table to docs/rules. */
export function rulesTable(rules: readonly Rule[], base: string): string {
  const lines = ['| rule | what it predicts | level |', '| --- | --- | --- |'];
  for (const rule of rules)
    lines.push(`| [${rule.id}](${base}${rule.id}.md) | ${rule.docs.summary.replaceAll('|', '\\|')} | ${rule.level} |`);
  return `${lines.join('\n')}\n`;
}
