import { CelList, CelMap, Message, UInt, type Value } from './values.ts';

const DEEPEST = 64;
/** Values of one patch; a larger one is not known. */
const MOST = 20_000;

/** A value as JSON; undefined where it is not known, or where Go's conversions would make something of it that is not followed. */
export function toJson(value: Value): { readonly json: unknown } | undefined {
  const budget = { left: MOST };
  try {
    return { json: plain(value, budget, 0) };
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

class NotPlain extends Error {}

function plain(value: Value, budget: { left: number }, depth: number): unknown {
  if (depth > DEEPEST || --budget.left < 0) throw new NotPlain();
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'bigint' || value instanceof UInt) {
    const whole = typeof value === 'bigint' ? value : value.value;
    if (whole > Number.MAX_SAFE_INTEGER || whole < Number.MIN_SAFE_INTEGER) throw new NotPlain();
    return Number(whole);
  }
  if (value instanceof CelList) return [...value].map((item) => plain(item, budget, depth + 1));
  if (!(value instanceof CelMap)) throw new NotPlain();
  const entries = value.keys().map((key): [string, unknown] => {
    const item = value.find(key);
    if (typeof key !== 'string' || item === undefined) throw new NotPlain();
    return [key, plain(item, budget, depth + 1)];
  });
  return Object.fromEntries(entries);
}

/** Objects whose type is not named after the fields that lead to them, in the server's words. Mirrors CheckTypeNamesMatchFieldPathNames. */
export function typeMismatches(root: Message): readonly string[] {
  const found: string[] = [];
  const walk = (value: Value, path: string, depth: number): void => {
    if (depth > DEEPEST || found.length > 10) return;
    if (value instanceof Message) {
      if (value.type !== path)
        found.push(
          `unexpected type name "${value.type}", expected "${path}", which matches field name path from root Object type`,
        );
      for (const [name, item] of value.entries.values()) walk(item, `${path}.${String(name)}`, depth + 1);
    } else if (value instanceof CelList) for (const item of value) walk(item, path, depth + 1);
    else if (value instanceof CelMap) for (const key of value.keys()) walk(value.find(key) ?? null, path, depth + 1);
  };
  walk(root, root.type, 0);
  return found;
}
