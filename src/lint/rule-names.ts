import { rules } from './registry.ts';

/** Whatever a configuration may name: ids, older ids, and families as `image/*`. */
export function ruleNames(): string[] {
  const names = rules.flatMap((rule) => [rule.id, ...(rule.aliases ?? []), `${rule.id.split('/', 1)[0]}/*`]);
  return [...new Set(names)];
}
