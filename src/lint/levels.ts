import type { Plan, RuleSetting } from '../config/plan.ts';
import type { Profile, Rule } from '../rule.ts';
import { matchesRule } from './suppress.ts';

const PROFILES: readonly Profile[] = ['predict', 'recommended', 'hardened', 'all'];

/** The smallest profile that runs a rule. */
export function profileOf(rule: Rule): Profile {
  return rule.profile ?? (rule.predicts ? 'predict' : 'recommended');
}

/** The rules that run: those of the profile, those a setting switches on, less those that are off everywhere or ask what the run does not. */
export function activeRules(rules: readonly Rule[], plan: Plan): Rule[] {
  const wide = PROFILES.indexOf(plan.profile);
  return rules.filter((rule) => {
    if (rule.each && !plan.each) return false;
    const { level } = settingOf(plan, rule, undefined);
    if (level === 'off')
      return plan.settings.some(
        ({ paths, pattern, setting }) => paths && setting.level !== 'off' && matchesRule(pattern, [rule.id]),
      );
    return PROFILES.indexOf(profileOf(rule)) <= wide || level !== undefined;
  });
}

/** The setting of a rule at a file; without a file, the one that holds everywhere. */
export function settingOf(plan: Plan, rule: Rule, file: string | undefined): RuleSetting {
  if (plan.settings.length === 0) return NO_SETTING;
  const ids = rule.aliases === undefined ? [rule.id] : [rule.id, ...rule.aliases];
  let found: RuleSetting = NO_SETTING;
  for (const { pattern, setting, paths } of plan.settings) {
    if (!matchesRule(pattern, ids)) continue;
    if (paths !== undefined && (file === undefined || !paths(file))) continue;
    found = { level: setting.level ?? found.level, options: setting.options ?? found.options };
  }
  return found;
}

const NO_SETTING: RuleSetting = {};
