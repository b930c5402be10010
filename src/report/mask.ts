/**
 * No secret value in a code frame. Two nets: the lines that the engine says are sensitive (values of Secrets), and lines whose
 * own text looks like a credential (a password in a ConfigMap, in an environment variable, in an argument, in an address).
 */
import { type FileLines, lineText } from './lines.ts';
import type { Place, Report } from './types.ts';

/** How far up a sensitive line's parents are looked for, and how much of a line is looked at. */
const REACH = 400;
const LOOKED_AT = 2000;

/** How many UTF-16 units of a line with a secret value may be shown: its indentation, and its key where it has one. */
export function shownOfSecret(lines: FileLines, line: number): number {
  const text = lineText(lines, line).slice(0, LOOKED_AT);
  return isEntry(lines, line, text) ? entryKey(text) : indentOf(text);
}

/** `  - "key":` with the space that follows, when the line is one. Keys of Secrets are names; names may be shown. */
const ENTRY = /^\s*(?:- +)*(?:"[\w.-]+"|'[\w.-]+'|[\w.-]+)\s*:(?:\s+|$)/;

function entryKey(text: string): number {
  return ENTRY.exec(text)?.[0].length ?? indentOf(text);
}

/**
 * Whether a sensitive line is an entry of a mapping, so that its key is a key, and not a line inside a value: a block scalar,
 * or a quoted or plain scalar that runs over several lines. When that cannot be told from the lines above, it is not.
 */
function isEntry(lines: FileLines, line: number, text: string): boolean {
  if (!ENTRY.test(text)) return false;
  let indent = indentOf(text);
  for (let above = line - 1; above >= 0 && line - above <= REACH; above--) {
    const other = lineText(lines, above).slice(0, LOOKED_AT);
    if (other.trim() === '' || other.trimStart().startsWith('#')) continue;
    const otherIndent = indentOf(other);
    if (otherIndent >= indent) {
      if (opensQuote(other)) return false;
      continue;
    }
    // A parent: the line that this one hangs on must open a mapping.
    if (!/[:{[]\s*(?:#.*)?$/.test(other)) return false;
    if (otherIndent === 0) return true;
    indent = otherIndent;
  }
  return indent === 0;
}

/** A value that starts with a quote and does not end on its line. */
function opensQuote(text: string): boolean {
  const value = text.slice(entryKey(text));
  const quote = value[0];
  return (quote === '"' || quote === "'") && value.indexOf(quote, 1) < 0;
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}

const CREDENTIAL =
  'pass(?:word|wd|phrase)|pwd|token|secret[_-]key|client[_-]?secret|api[_-]?key|access[_-]?key|private[_-]?key|credentials?|dsn';
/** One look that spares most lines all the others. */
const ANY_CREDENTIAL = new RegExp(CREDENTIAL, 'i');
/** Names that say they are a credential: the end of `DB_PASSWORD`, `github-token`, `awsSecretAccessKey`. */
const CREDENTIAL_NAME = new RegExp(`(?:${CREDENTIAL})$`, 'i');
/** `password: x`, `"password":"x"`, `{name: DB_PASSWORD, value: x}`, up to the value. */
const NAMED_VALUE = new RegExp(`(?:${CREDENTIAL})["']?\\s*(?:,\\s*["']?value["']?\\s*)?:\\s*(?=\\S)`, 'gi');
/** `{value: x, name: DB_PASSWORD}` */
const VALUE_NAMED = new RegExp(
  `(\\bvalue["']?\\s*:\\s*)[^,]{1,200},\\s*["']?name["']?\\s*:\\s*["']?[\\w.-]{0,64}(?:${CREDENTIAL})\\b`,
  'i',
);
/** `--password=x`, `"--password", "x"`, `-p x` of a command line. */
const FLAG = new RegExp(`((?<![\\w.-])-[\\w-]{0,64}(?:${CREDENTIAL})["']?[=\\s,]\\s*)["']?[^\\s"'=,]`, 'i');
const FLAG_ALONE = new RegExp(`^\\s*-\\s+["']?-[\\w-]{0,64}(?:${CREDENTIAL})["']?\\s*$`, 'i');
const VALUE_ALONE = /^(\s*(?:- +)*["']?value["']?\s*:\s+)(\S.*)$/;
const NAME_ALONE = /^\s*(?:- +)*["']?name["']?\s*:\s+["']?([\w.-]+)["']?\s*$/;
/** A line of nothing but base64, as in a key or a certificate: it may be secret, and shows nobody anything. */
const BASE64 = /^\s*[A-Za-z0-9+/]{60,}={0,2}\s*$/;
const ANY_TELLTALE = /last-applied|PRIVATE KEY|"Secret"|A[KS]IA|gh[pousr]_|gl(?:pat|cbt|rt)-|xox|eyJ|:\/\//;
const TELLTALE = [
  /last-applied-configuration["']?\s*:/,
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY/,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{30}/,
  /\bgl(?:pat|cbt|rt)-[\w-]{20}/,
  /\bxox[abeprs]-[\w-]{10}/,
  /\beyJ[\w-]{10,2000}\.eyJ/,
  /:\/\/[^\s:@/]{0,200}:(?!\$[({]|\{\{)[^\s@/]{1,200}@/,
];

/**
 * How much of a text from a line (the whole line, or a part of a long one) may be shown before something that looks like a
 * credential; undefined for all of it. A guess that spares what it knows to be no value: mappings, references, numbers.
 */
export function shownOfLookalike(lines: FileLines, line: number, text: string): number | undefined {
  const named = ANY_CREDENTIAL.test(text);
  if (named) {
    for (const { 0: name, index } of text.matchAll(NAMED_VALUE)) {
      const value = index + name.length;
      if (isOpaque(text.slice(value, value + 64))) return value;
    }
    const other = VALUE_NAMED.exec(text) ?? FLAG.exec(text);
    if (other !== null) return other.index + (other[1] ?? '').length;
  }
  const value = text.includes('value') ? VALUE_ALONE.exec(text) : null;
  if (value !== null && isOpaque(value[2] ?? '') && CREDENTIAL_NAME.test(nearbyName(lines, line))) return (value[1] ?? '').length;
  const item = /^\s*-\s+(?=\S)/.exec(text);
  if (item !== null && line > 0 && followsFlag(lineText(lines, line - 1).slice(0, LOOKED_AT))) return item[0].length;
  if (BASE64.test(text)) return indentOf(text);
  if (!ANY_TELLTALE.test(text)) return undefined;
  if (/"kind"\s*:\s*"Secret"/.test(text)) {
    // JSON of a Secret on one line, as in the annotation that kubectl apply writes.
    const data = /"(?:data|stringData)"\s*:\s*(?=\{)/.exec(text);
    if (data !== null) return data.index + data[0].length;
  }
  for (const pattern of TELLTALE) {
    const found = pattern.exec(text);
    if (found !== null) return found.index;
  }
  return undefined;
}

/** Whether a line is an argument such as `- --password`, whose value is the next one. */
function followsFlag(text: string): boolean {
  return ANY_CREDENTIAL.test(text) && FLAG_ALONE.test(text);
}

/** The name of the environment variable whose `value:` is on this line: it stands on the line before or after. */
function nearbyName(lines: FileLines, line: number): string {
  for (const other of [line - 1, line + 1]) {
    const name = NAME_ALONE.exec(lineText(lines, other).slice(0, LOOKED_AT))?.[1];
    if (name !== undefined) return name;
  }
  return '';
}

/** `{ name: GREETING, value: hello }`, in whatever order: the value, where there is a name. */
const FLOW_VALUE = /[{,]\s*["']?value["']?\s*:\s*(?=\S)/;
const FLOW_NAME = /[{,]\s*["']?name["']?\s*:/;

/** Where the literal value of an environment variable begins: beside what a finding is about it helps nobody, and may be anything. */
export function valueOfVariable(lines: FileLines, line: number, text: string): number | undefined {
  if (!text.includes('value')) return undefined;
  const alone = VALUE_ALONE.exec(text);
  if (alone !== null) return isOpaque(alone[2] ?? '') && nearbyName(lines, line) !== '' ? (alone[1] ?? '').length : undefined;
  const flow = FLOW_NAME.test(text) ? FLOW_VALUE.exec(text) : null;
  if (flow === null) return undefined;
  const at = flow.index + flow[0].length;
  return isOpaque(text.slice(at, at + 64)) ? at : undefined;
}

/** A scalar that could be a credential: no mapping, list, alias, placeholder, number, or word of YAML. */
function isOpaque(value: string): boolean {
  return !/^(?:[{[&*|>$#!]|["']?\$[({]|["']?\{\{|(?:true|false|null|~|-?[\d.]{1,40})\s*(?:[#,}\]]|$))/.test(value);
}

/** Whether a change lies on a line with a secret, which its new text could then hold. */
export function touchesSecret({ file, line, endLine }: Place, { sensitive }: Pick<Report, 'sensitive'>): boolean {
  if (sensitive === undefined) return false;
  for (let at = line; at <= endLine; at++) if (sensitive(file, at)) return true;
  return false;
}
