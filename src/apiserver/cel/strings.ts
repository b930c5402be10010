import { findInPattern, matchPattern } from '../../api/go-regexp.ts';
import type { Budget } from './equality.ts';
import { format } from './format.ts';
import type { CelFunction } from './functions.ts';
import { ArrayList, CelError, CelList, isFault, NO_OVERLOAD, UNKNOWN, type Value } from './values.ts';

/** cel-go's strings, its ext.Strings (version 2) and Kubernetes' regex library. Positions count code points, as Go's runes do. */
export const STRING_FUNCTIONS: ReadonlyMap<string, CelFunction> = new Map<string, CelFunction>([
  ['matches', matches],
  ['strings.quote', ([text]) => (typeof text === 'string' ? quote(text) : NO_OVERLOAD)],
]);

export const STRING_METHODS: ReadonlyMap<string, CelFunction> = new Map<string, CelFunction>([
  ['matches', matches],
  ['contains', ofTexts((text, part) => text.includes(part))],
  ['startsWith', ofTexts((text, part) => text.startsWith(part))],
  ['endsWith', ofTexts((text, part) => text.endsWith(part))],
  ['find', find],
  ['findAll', findAll],
  ['charAt', charAt],
  ['indexOf', indexOf],
  ['lastIndexOf', lastIndexOf],
  ['lowerAscii', ofText((text) => text.replace(/[A-Z]+/g, (part) => part.toLowerCase()))],
  ['upperAscii', ofText((text) => text.replace(/[a-z]+/g, (part) => part.toUpperCase()))],
  ['trim', ofText((text) => text.replace(BLANKS, ''))],
  ['replace', replace],
  ['split', split],
  ['substring', substring],
  ['join', join],
  [
    'format',
    ([text, list], budget) => (typeof text === 'string' && list instanceof CelList ? format(text, list, budget) : NO_OVERLOAD),
  ],
]);

/** Go's unicode.IsSpace. */
const BLANKS =
  /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g;

function spend(budget: Budget, text: string): boolean {
  budget.steps -= text.length / 10;
  return budget.steps >= 0;
}

function ofText(method: (text: string) => string): CelFunction {
  return (args, budget) => {
    const text = args[0];
    if (typeof text !== 'string' || args.length !== 1) return NO_OVERLOAD;
    return spend(budget, text) ? method(text) : UNKNOWN;
  };
}

function ofTexts(method: (text: string, part: string) => Value): CelFunction {
  return (args, budget) => {
    const [text, part] = args;
    if (typeof text !== 'string' || typeof part !== 'string' || args.length !== 2) return NO_OVERLOAD;
    return spend(budget, text) ? method(text, part) : UNKNOWN;
  };
}

function matches(args: readonly Value[], budget: Budget): Value {
  const [text, pattern] = args;
  if (typeof text !== 'string' || typeof pattern !== 'string' || args.length !== 2) return NO_OVERLOAD;
  budget.steps -= (text.length / 10) * (1 + pattern.length / 4);
  if (budget.steps < 0) return UNKNOWN;
  const verdict = matchPattern(pattern, text);
  if (verdict === 'undecided') return UNKNOWN;
  return verdict === 'invalid' ? new CelError('error parsing regexp') : verdict === 'matches';
}

function found(args: readonly Value[], limit: number, budget: Budget): readonly string[] | Value {
  const [text, pattern] = args;
  if (typeof text !== 'string' || typeof pattern !== 'string') return NO_OVERLOAD;
  budget.steps -= (text.length / 10) * (1 + pattern.length / 4);
  if (budget.steps < 0) return UNKNOWN;
  const all = findInPattern(pattern, text, limit);
  return all === 'undecided' ? UNKNOWN : all === 'invalid' ? new CelError('Illegal regex') : all;
}

function find(args: readonly Value[], budget: Budget): Value {
  const all = args.length === 2 ? found(args, 1, budget) : NO_OVERLOAD;
  return Array.isArray(all) ? ((all as readonly string[])[0] ?? '') : (all as Value);
}

function findAll(args: readonly Value[], budget: Budget): Value {
  const limit = args[2] ?? -1n;
  if (typeof limit !== 'bigint' || args.length > 3) return NO_OVERLOAD;
  const all = found(args, Number(limit), budget);
  return Array.isArray(all) ? new ArrayList(all as readonly string[]) : (all as Value);
}

function outOfRange(index: bigint): CelError {
  return new CelError(`index out of range: ${index}`);
}

function charAt(args: readonly Value[], budget: Budget): Value {
  const [text, index] = args;
  if (typeof text !== 'string' || typeof index !== 'bigint' || args.length !== 2) return NO_OVERLOAD;
  if (!spend(budget, text)) return UNKNOWN;
  const runes = [...text];
  return index < 0n || index > BigInt(runes.length) ? outOfRange(index) : (runes[Number(index)] ?? '');
}

function indexOf(args: readonly Value[], budget: Budget): Value {
  const [text, part, offset = 0n] = args;
  if (typeof text !== 'string' || typeof part !== 'string' || typeof offset !== 'bigint') return NO_OVERLOAD;
  if (!spend(budget, text)) return UNKNOWN;
  if (offset < 0n) return outOfRange(offset);
  const runes = [...text];
  const from = Number(offset);
  if (part === '') return BigInt(Math.min(from, runes.length));
  if (from >= runes.length) return -1n;
  const before = runes.slice(0, from).join('').length;
  const at = text.indexOf(part, before);
  return at < 0 ? -1n : BigInt([...text.slice(0, at)].length);
}

function lastIndexOf(args: readonly Value[], budget: Budget): Value {
  const [text, part, offset] = args;
  if (typeof text !== 'string' || typeof part !== 'string') return NO_OVERLOAD;
  if (offset !== undefined && typeof offset !== 'bigint') return NO_OVERLOAD;
  if (!spend(budget, text)) return UNKNOWN;
  const runes = [...text];
  if (offset !== undefined && offset < 0n) return outOfRange(offset);
  const from = offset === undefined ? Math.max(runes.length - 1, 0) : Number(offset);
  if (part === '') return BigInt(offset === undefined ? runes.length : Math.min(from, runes.length));
  if (from >= runes.length) return -1n;
  const before = runes.slice(0, from).join('').length;
  const at = text.lastIndexOf(part, before);
  return at < 0 ? -1n : BigInt([...text.slice(0, at)].length);
}

function replace(args: readonly Value[], budget: Budget): Value {
  const [text, old, by, limit = -1n] = args;
  if (typeof text !== 'string' || typeof old !== 'string' || typeof by !== 'string' || typeof limit !== 'bigint')
    return NO_OVERLOAD;
  const parts = split([text, old], budget);
  if (!(parts instanceof ArrayList)) return parts;
  budget.steps -= (parts.size * by.length) / 10;
  if (budget.steps < 0 || args.length > 4) return args.length > 4 ? NO_OVERLOAD : UNKNOWN;
  const items = parts.items as readonly string[];
  // The empty text is found before, between and behind all characters.
  const pieces = old === '' ? ['', ...items, ''] : items;
  const most = limit < 0n ? pieces.length : Math.min(Number(limit), pieces.length - 1);
  let out = pieces[0] ?? '';
  for (let i = 1; i < pieces.length; i++) out += (i <= most ? by : old) + pieces[i]!;
  return out;
}

function split(args: readonly Value[], budget: Budget): Value {
  const [text, separator, limit = -1n] = args;
  if (typeof text !== 'string' || typeof separator !== 'string' || typeof limit !== 'bigint' || args.length > 3)
    return NO_OVERLOAD;
  if (!spend(budget, text)) return UNKNOWN;
  if (limit === 0n) return new ArrayList([]);
  const parts = separator === '' ? [...text] : text.split(separator);
  budget.steps -= parts.length / 10;
  const most = limit < 0n ? parts.length : Number(limit);
  if (parts.length <= most) return new ArrayList(parts);
  return new ArrayList([...parts.slice(0, most - 1), parts.slice(most - 1).join(separator)]);
}

function substring(args: readonly Value[], budget: Budget): Value {
  const [text, start, end] = args;
  if (typeof text !== 'string' || typeof start !== 'bigint' || args.length > 3) return NO_OVERLOAD;
  if (end !== undefined && typeof end !== 'bigint') return NO_OVERLOAD;
  if (!spend(budget, text)) return UNKNOWN;
  const runes = [...text];
  const length = BigInt(runes.length);
  if (end !== undefined && start > end) return new CelError(`invalid substring range. start: ${start}, end: ${end}`);
  if (start < 0n || start > length) return outOfRange(start);
  if (end !== undefined && (end < 0n || end > length)) return outOfRange(end);
  return runes.slice(Number(start), end === undefined ? undefined : Number(end)).join('');
}

function join(args: readonly Value[], budget: Budget): Value {
  const [list, separator = ''] = args;
  if (!(list instanceof CelList) || typeof separator !== 'string' || args.length > 2) return NO_OVERLOAD;
  const parts: string[] = [];
  for (const item of list) {
    if (isFault(item)) return item;
    if (typeof item !== 'string') return new CelError('join: invalid input');
    if (!spend(budget, item + separator)) return UNKNOWN;
    parts.push(item);
  }
  return parts.join(separator);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

function quote(text: string): string {
  return `"${text.replace(/[\u0007\b\f\n\r\t\v\\"]/g, (char) => ESCAPES[char]!)}"`;
}
