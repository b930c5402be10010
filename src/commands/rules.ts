import type { Plan } from '../config/plan.ts';
import { resolvePlan } from '../config/resolve.ts';
import { RULES_URL } from '../lint/info.ts';
import { activeRules, profileOf, settingOf } from '../lint/levels.ts';
import { rules } from '../lint/registry.ts';
import { ruleNames } from '../lint/rule-names.ts';
import { jsonText } from '../report/escape.ts';
import { pad } from '../report/width.ts';
import { wrap } from '../report/words.ts';
import type { Rule } from '../rule.ts';
import { familiesOf } from './families.ts';
import type { Terminal } from './main.ts';
import type { Arguments } from './options.ts';
import { parseOutput, writeOutput } from './output.ts';
import { Page } from './page.ts';
import { rulesTable } from './pages.ts';
import { VERSION } from './version.ts';

const FORMATS = ['pretty', 'json', 'markdown'] as const;

/** `podlint rules`: all rules, with the level that configuration and options give each. */
export async function listRules(args: Arguments, terminal: Terminal): Promise<number> {
  const values = args.values as Record<string, string & readonly string[] & boolean>;
  const plan = await resolvePlan({ ...values, paths: args.paths }, terminal.cwd, async () => ruleNames());
  const formats = (args.values['format'] as readonly string[] | undefined) ?? ['pretty'];
  for (const output of formats.map((text) => parseOutput(text, FORMATS))) {
    const text =
      output.format === 'json'
        ? jsonOf(plan)
        : output.format === 'markdown'
          ? rulesTable(rules, RULES_URL)
          : tableOf(plan, new Page(args, terminal));
    await writeOutput(output, text, terminal);
  }
  return 0;
}

interface Entry {
  readonly rule: Rule;
  /** As it is in force where no override of some paths holds. */
  readonly level: string;
  /** Why it is off, or what it was before. */
  readonly remark?: string;
}

function entriesOf(plan: Plan): Map<Rule, Entry> {
  const active = new Set(activeRules(rules, { ...plan, each: true }));
  return new Map(
    rules.map((rule) => {
      const set = settingOf(plan, rule, undefined).level;
      if (set === 'off') return [rule, { rule, level: 'off', remark: active.has(rule) ? 'on below some paths' : undefined }];
      if (!active.has(rule)) return [rule, { rule, level: 'off', remark: `only with --profile ${profileOf(rule)}` }];
      const remarks = [
        ...(set && set !== rule.level ? [`by default ${rule.level}`] : []),
        ...(rule.each && !plan.each ? ['only with --each'] : []),
      ];
      return [rule, { rule, level: set ?? rule.level, remark: remarks.join(', ') || undefined }];
    }),
  );
}

function tableOf(plan: Plan, page: Page): string {
  const { colors, wide: width } = page;
  const entries = entriesOf(plan);
  const idWidth = Math.min(48, Math.max(...rules.map((rule) => rule.id.length)));
  const start = 2 + 7 + 2;
  const beside = width - start - idWidth - 2 >= 40;
  for (const family of familiesOf(rules)) {
    page.line(`${colors.bold(family.name)}  ${colors.dim(family.meaning)}`);
    for (const rule of family.rules) {
      const { level, remark } = entries.get(rule)!;
      const off = level === 'off';
      const text = `${rule.docs.summary}${remark === undefined ? '' : ` (${remark})`}`;
      const lines = wrap(text, beside ? width - start - idWidth - 2 : width - start);
      const head = `  ${paintLevel(level, colors)}  `;
      const id = off ? colors.dim(pad(rule.id, idWidth)) : colors.cyan(pad(rule.id, idWidth));
      page.line(beside ? `${head}${id}  ${shown(lines[0]!, off, colors)}` : `${head}${id}`.trimEnd());
      for (const line of lines.slice(beside ? 1 : 0))
        page.line(' '.repeat(beside ? start + idWidth + 2 : start) + shown(line, off, colors));
    }
    page.line();
  }
  const off = [...entries.values()].filter((entry) => entry.level === 'off').length;
  const from = plan.configFile === undefined ? '' : `, as ${plan.configFile} says`;
  page.line(`${rules.length} rules${off === 0 ? '' : `, ${off} of them off`}${from}.`);
  page.line(colors.dim('podlint explain RULE   what it predicts, an example, and what to do'));
  return page.toString();
}

function shown(text: string, off: boolean, colors: Page['colors']): string {
  return off ? colors.dim(text) : text;
}

function paintLevel(level: string, colors: Page['colors']): string {
  const text = pad(level, 7);
  if (level === 'error') return colors.red(text);
  if (level === 'warning') return colors.yellow(text);
  return level === 'note' ? colors.blue(text) : colors.dim(text);
}

/** For programs: everything that a rule says of itself. Documented in docs/json.md. */
function jsonOf(plan: Plan): string {
  return jsonText({
    version: 1,
    podlint: VERSION,
    profile: plan.profile,
    rules: [...entriesOf(plan).values()].map(({ rule, level }) => ({
      id: rule.id,
      aliases: rule.aliases ?? [],
      level,
      defaultLevel: rule.level,
      profile: profileOf(rule),
      predicts: rule.predicts,
      states: rule.states,
      summary: rule.docs.summary,
      why: rule.docs.why,
      limits: rule.docs.limits,
      links: rule.docs.links,
      fix: rule.fix,
      evidence: rule.evidence,
      examples: rule.examples,
      url: `${RULES_URL}${rule.id}.md`,
    })),
  });
}
