import { asArray, asString, isObject } from '../api/manifest.ts';
import type { SourceDocument } from '../source/document.ts';
import { lineColumn } from '../source/reader.ts';

/**
 * The secret texts of an object or of a whole document, so that nothing that is printed holds one, whatever rule, component or format prints
 * it: every value of a Secret, environment variables whose name says that they are a credential, and what follows such a flag in a command.
 * Longer ones come first.
 */
export function secretsIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return NONE;
  let known = cache.get(value);
  if (known === undefined) {
    known = mayHold(value, '', { left: MOST_LOOKED_AT }, 0) ? collect(value) : NONE;
    cache.set(value, known);
  }
  return known;
}

/** So much is looked at before it is asked in earnest: aliases may make a small text huge. */
const MOST_LOOKED_AT = 10_000;
const DEEPEST = 100;

/**
 * Whether `collect` may find something: no where it certainly does not, which is so of most objects and far cheaper to see. Goes where `collect` goes, and
 * answers yes where that keeps what it finds.
 */
function mayHold(node: object, key: string, budget: { left: number }, depth: number): boolean {
  if (--budget.left < 0 || depth > DEEPEST) return true;
  if (Array.isArray(node)) {
    const isCommand = key === 'command' || key === 'args';
    for (let i = 0; i < node.length; i++) {
      const item: unknown = node[i];
      if (typeof item === 'object' && item !== null) {
        if (mayHold(item, key, budget, depth + 1)) return true;
      } else if (isCommand && typeof item === 'string' && (item.length > LONGEST || ANY_CREDENTIAL.test(item))) return true;
    }
    return false;
  }
  const object = node as Record<string, unknown>;
  const isVariable = key.startsWith('env');
  for (const name in object) {
    const value = object[name];
    if (typeof value !== 'object' || value === null) {
      if (name === 'kind' && value !== undefined && /secret/i.test(String(value))) return true;
      if (name === 'stringData' && value !== null && value !== undefined) return true;
      if (isVariable && !NO_VALUE.has(name) && CREDENTIAL_NAME.test(asString(object['name']) ?? '')) return true;
      continue;
    }
    if (name === 'stringData' || name === 'kind') return true;
    if (name === 'annotations' && LAST_APPLIED in value) return true;
    if (isVariable && !NO_VALUE.has(name) && CREDENTIAL_NAME.test(asString(object['name']) ?? '')) return true;
    if (mayHold(value, name, budget, depth + 1)) return true;
  }
  return false;
}

const NONE: readonly string[] = [];
const cache = new WeakMap<object, readonly string[]>();

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** Not a plain `secret`: that is as often the name of a Secret. */
const CREDENTIAL =
  'pass(?:word|wd|phrase)|pwd|token|secret[_-]?key|(?:client|app|auth|cookie|hmac|jwt|session|shared|signing|webhook)[_-]?secret|' +
  'api[_-]?key|access[_-]?key|private[_-]?key|credentials?|dsn';
const CREDENTIAL_NAME = new RegExp(`(?:${CREDENTIAL}|^secret)$`, 'i');
const CREDENTIAL_FLAG = new RegExp(`^-[\\w-]{0,64}(?:${CREDENTIAL})$`, 'i');
/** `--password=x`, `PASSWORD=x`, `--token x`, `Authorization: Bearer x`, within a text of any length. */
const INLINE = new RegExp(
  `(?:(?:${CREDENTIAL})["']?\\s*[=:]\\s*|(?<![\\w-])-[\\w-]{0,64}(?:${CREDENTIAL})\\s+|authorization["']?\\s*[=:]\\s*(?:(?:bearer|basic)\\s+)?)` +
    `("[^"\\n]*"|'[^'\\n]*'|[^\\s"'@;&|)]+)`,
  'gi',
);
/** `://user:x@` */
const IN_ADDRESS = /:\/\/[^\s:@/]{0,200}:([^\s@/"']{1,200})@/g;
const ANY_CREDENTIAL = new RegExp(`${CREDENTIAL}|authorization|:\\/\\/`, 'i');
/** What an entry of an environment may say beside its value. */
const NO_VALUE = new Set(['name', 'valueFrom']);
const LONGEST = 100_000;

function collect(root: unknown): readonly string[] {
  const found = new Set<string>();
  // What aliases name is looked at once; a value may be reached as a secret and as none.
  const seen = new Set<object>();
  const seenSecret = new Set<object>();
  // Three entries for each node that waits: the node, its key, whether all in it is secret.
  const waiting: unknown[] = [];
  const look = (node: unknown, key: string, secret: boolean) => {
    if (typeof node === 'object' && node !== null) {
      if (Array.isArray(node) && !secret && key !== 'command' && key !== 'args' && node.every(isPlain)) return;
      const known = secret ? seenSecret : seen;
      if (known.has(node)) return;
      known.add(node);
      waiting.push(node, key, secret);
    } else if (secret && node !== null && node !== undefined && typeof node !== 'boolean') keep(found, String(node));
  };
  look(root, '', false);
  while (waiting.length > 0) {
    const secret = waiting.pop() as boolean;
    const key = waiting.pop() as string;
    const node = waiting.pop();
    if (Array.isArray(node)) {
      if (!secret && (key === 'command' || key === 'args')) flags(found, node);
      for (const item of node) look(item, key, secret);
      continue;
    }
    if (!isObject(node)) continue;
    const whole = secret || isSecret(node);
    const credential = key.startsWith('env') && CREDENTIAL_NAME.test(asString(node['name']) ?? '');
    for (const name in node) {
      const value = node[name];
      // Most of what is there: texts and numbers that are no secret.
      if (!whole && !credential && (typeof value !== 'object' || value === null)) continue;
      if (whole && !secret) look(value, name, !NAMES.has(name));
      else if (secret || !credential || NO_VALUE.has(name)) look(value, name, secret);
      else if (typeof value !== 'string' || isOpaque(value)) look(value, name, true);
      if (name === 'annotations' && isObject(value)) applied(found, value[LAST_APPLIED]);
    }
  }
  return found.size === 0 ? NONE : [...found].sort((a, b) => b.length - a.length);
}

function isPlain(item: unknown): boolean {
  return typeof item !== 'object' || item === null;
}

/** Of a Secret, what is no value. */
const NAMES = new Set(['apiVersion', 'kind', 'metadata', 'type', 'immutable']);

function isSecret(node: Readonly<Record<string, unknown>>): boolean {
  if (node['stringData'] != null) return true;
  if (node['kind'] === undefined) return false;
  return /secret/i.test(String(node['kind'])) && !('spec' in node) && ('data' in node || 'metadata' in node);
}

/** The annotation that kubectl apply writes holds the whole object once more. */
function applied(found: Set<string>, text: unknown): void {
  if (typeof text !== 'string' || !/secret/i.test(text)) return;
  try {
    for (const inner of collect(JSON.parse(text))) keep(found, inner);
  } catch {
    keep(found, text);
  }
}

function flags(found: Set<string>, list: readonly unknown[]): void {
  let after = false;
  for (const item of asArray(list)) {
    const text = typeof item === 'string' ? item.slice(0, LONGEST) : '';
    if (after && isOpaque(text)) keep(found, text);
    after = CREDENTIAL_FLAG.test(text);
    if (!ANY_CREDENTIAL.test(text)) continue;
    for (const match of [...text.matchAll(INLINE), ...text.matchAll(IN_ADDRESS)]) {
      const value = (match[1] ?? '').replace(/^(["'])(.*)\1$/, '$2');
      if (isOpaque(value)) keep(found, value);
    }
  }
}

/** What could be a credential: no placeholder and no other flag. */
function isOpaque(value: string): boolean {
  return value !== '' && !/^(?:\$|\{\{|-)/.test(value);
}

/** A value as it may be printed: whole, line by line, and, of base64, what it stands for. */
function keep(found: Set<string>, value: string): void {
  if (value === '' || value.length > LONGEST) return;
  found.add(value);
  if (value.includes('\n')) for (const line of value.split('\n')) if (line.trim().length >= SHORT) found.add(line.trim());
  if (value.length >= SHORT && value.length < 10_000 && /^[A-Za-z0-9+/]+={0,2}$/.test(value)) {
    const decoded = Buffer.from(value, 'base64').toString('utf8');
    if (decoded.length >= SHORT && !/[\ufffd\x00-\x08]/.test(decoded)) found.add(decoded);
  }
}

/** Shorter texts are taken out only where they stand between quotes: else half the message would go with them. */
const SHORT = 6;

/**
 * The text without the secrets. `…` stands for what was taken out.
 * @param names of the object: a value that is the same word gives nothing away
 */
export function withoutSecrets(text: string, secrets: readonly string[], names: readonly string[]): string {
  let out = text;
  for (const secret of secrets) {
    if (names.includes(secret)) continue;
    if (secret.length < SHORT) out = out.replaceAll(`"${secret}"`, '"…"');
    else if (secret.length >= LONG) out = withoutStart(out.replaceAll(secret, '…'), secret);
    else if (out.includes(secret)) out = out.replace(wordOf(secret), '…');
  }
  return out;
}

/** From here on a text is found also within a word, and where only its beginning was printed. */
const LONG = 16;

function withoutStart(text: string, secret: string): string {
  let out = text;
  for (const start of [secret.slice(0, LONG), JSON.stringify(secret).slice(1, LONG + 1)]) {
    for (let at = out.indexOf(start); at >= 0; at = out.indexOf(start, at + 1)) {
      let end = at;
      while (end < out.length && !/[\s"'`]/.test(out[end]!)) end++;
      out = `${out.slice(0, at)}…${out.slice(end)}`;
    }
  }
  return out;
}

function wordOf(secret: string): RegExp {
  const literal = secret.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`${/^\w/.test(secret) ? '(?<![\\w-])' : ''}${literal}${/\w$/.test(secret) ? '(?![\\w-])' : ''}`, 'g');
}

/** Where the first secret of a document begins in one of its lines. */
export function secretAt(document: SourceDocument, line: string): number | undefined {
  const secrets = secretsIn(document.value);
  let first: number | undefined;
  if (secrets.length <= FEW) {
    for (const secret of secrets) {
      const at = secret.length < SHORT ? -1 : line.indexOf(secret);
      if (at >= 0 && (first === undefined || at < first)) first = at;
    }
    return first;
  }
  let all = sets.get(secrets);
  if (all === undefined) sets.set(secrets, (all = new Set(secrets)));
  for (const match of line.matchAll(/[^\s"'{}[\],]+/g)) if (match[0].length >= SHORT && all.has(match[0])) return match.index;
  return undefined;
}

/** More secrets than this are looked up word by word: a list of ten thousand objects may hold as many. */
const FEW = 100;
const sets = new WeakMap<readonly string[], ReadonlySet<string>>();

const QUOTED = /"(?:[^"\\]|\\.)*"|'[^']*'|`[^`]*`/g;

/** What the reader says of a document that it cannot read, without what it quotes where that may be a secret. */
export function withoutQuotes(text: string, document: SourceDocument, offset: number): string {
  if (document.error === undefined || !maybeSecret(document, offset)) return text;
  return text.replace(QUOTED, (quoted) => (quoted.length <= 3 ? quoted : `${quoted[0]}…${quoted[0]}`));
}

function maybeSecret({ file, range }: SourceDocument, offset: number): boolean {
  const { text } = file;
  const first = Math.max(range.start, text.lastIndexOf('\n', text.lastIndexOf('\n', Math.max(0, offset - 1)) - 1) + 1);
  const end = text.indexOf('\n', offset);
  const around = text.slice(first, Math.min(end < 0 ? text.length : end, first + 4000));
  return ANY_CREDENTIAL.test(around) || /^\s*kind:\s*["']?\w*secret|stringData/im.test(text.slice(range.start, range.end));
}

/** A look-up of a file's documents by line, for what is asked line by line. */
export function documentsByLine(
  documents: ReadonlyMap<string, readonly SourceDocument[]>,
): (file: string, line: number) => SourceDocument | undefined {
  const known = new Map<string, readonly { readonly first: number; readonly document: SourceDocument }[]>();
  return (file, line) => {
    let starts = known.get(file);
    if (starts === undefined) {
      starts = (documents.get(file) ?? []).map((document) => ({
        first: lineColumn(document.file, document.range.start).line,
        document,
      }));
      known.set(file, starts);
    }
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle]!.first <= line) low = middle + 1;
      else high = middle;
    }
    return starts[Math.max(0, low - 1)]?.document;
  };
}
