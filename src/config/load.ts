import { readFileSync } from 'node:fs';
import type { ErrorObject } from 'ajv';
import { closest } from '../api/closest.ts';
import { at } from '../api/manifest.ts';
import { whyNot } from '../source/disk.ts';
import type { SourceDocument } from '../source/document.ts';
import type { Path } from '../source/path.ts';
import { lineColumn, locate, readDocuments } from '../source/reader.ts';
import { type ConfigFile, type Plan, UsageError } from './plan.ts';

/**
 * Reads and checks a configuration file.
 * @param shown how messages name the file
 * @param ruleIds all ids, aliases and families that `rules` may name
 * @throws UsageError with one line per fault: `podlint.yaml:3:5: …`
 */
export async function loadConfig(
  file: string,
  shown: string,
  ruleIds: readonly string[],
): Promise<{ readonly config: ConfigFile; readonly source?: Plan['configSource'] }> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${shown}: cannot be read: ${whyNot(error)}`);
  }
  const documents = await readDocuments({ path: shown, text: text.replace(/^\uFEFF/, '') });
  const document = documents.find((d) => d.error !== undefined || d.value !== null);
  if (document === undefined) return { config: {} };
  if (document.error)
    throw new UsageError(
      `${shownPlace(document, document.error.range.start)}: ${document.error.message.replace(/^yaml: (?:line \d+: )?/, '')}`,
    );
  spellOff(document.value);
  spellVersions(document);
  const faults = await check(document, ruleIds);
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
  const config = document.value as ConfigFile;
  const ignores = (config.ignore ?? []).map(({ until }, i) =>
    locate(document, ['ignore', i, until === undefined ? 'rule' : 'until'], 'value'),
  );
  return { config, source: { text: document.file.text, ignores } };
}

/** `off` is a boolean in the YAML that Kubernetes reads; here it is a level. */
function spellOff(config: unknown): void {
  const { rules, overrides } = objectOrEmpty(config) as Record<string, unknown>;
  const owners = Array.isArray(overrides) ? overrides.map((o) => (objectOrEmpty(o) as Record<string, unknown>)['rules']) : [];
  for (const settings of [rules, ...owners]) {
    const levels = objectOrEmpty(settings) as Record<string, unknown>;
    for (const [id, setting] of Object.entries(levels)) {
      if (setting === false) levels[id] = 'off';
      const own = objectOrEmpty(setting) as Record<string, unknown>;
      if (own['level'] === false) own['level'] = 'off';
    }
  }
}

/** `kubeVersion: 1.30` is the number 1.3 in YAML, and nobody means that: what is written is what is meant. */
function spellVersions(document: SourceDocument): void {
  const config = objectOrEmpty(document.value) as Record<string, unknown>;
  const written = (path: Path) => {
    const { start, end } = locate(document, path, 'value');
    return document.file.text.slice(start, end);
  };
  const { kubeVersion } = config;
  if (typeof kubeVersion === 'number') config['kubeVersion'] = written(['kubeVersion']);
  else if (Array.isArray(kubeVersion)) {
    for (const [i, version] of kubeVersion.entries())
      if (typeof version === 'number') kubeVersion[i] = written(['kubeVersion', i]);
  }
}

async function check(document: SourceDocument, ruleIds: readonly string[]): Promise<string[]> {
  // ajv costs 40 ms: it is loaded only where there is a configuration to check.
  const [{ Ajv }, schema] = await Promise.all([import('ajv'), import('./schema.ts')]);
  const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true });
  const validate = ajv.compile(schema.configSchema([]));
  const faults = new Map<number, string>();
  const say = (path: Path, part: 'key' | 'value', message: string) => {
    const { start } = locate(document, path, part);
    // Several rules of the schema may be broken at one place: the first said is the most particular.
    if (!faults.has(start)) faults.set(start, `${shownPlace(document, start)}: ${message}`);
  };
  if (!validate(document.value)) {
    for (const error of mostParticular(validate.errors ?? [])) {
      const path = pointer(error.instancePath);
      const where = path.length === 0 ? '' : `${path.join('.')}: `;
      if (error.keyword === 'additionalProperties') {
        const key = String(error.params['additionalProperty']);
        const known = Object.keys(
          (error.parentSchema?.['properties'] as object | undefined) ?? schema.propertiesAt(error.schemaPath),
        );
        say([...path, key], 'key', `${where}unknown setting "${key}"${didYouMean(key, known)}`);
      } else if (error.keyword === 'enum') {
        const words = error.params['allowedValues'] as string[];
        const value = at(document.value, path);
        say(
          path,
          'value',
          `${where}must be one of ${words.join(', ')}${typeof value === 'string' ? didYouMean(value, words) : ''}`,
        );
      } else if (error.keyword === 'required') say(path, 'key', `${where}lacks "${error.params['missingProperty']}"`);
      else if (error.keyword === 'type')
        say(path, 'value', `${where}must be ${TYPES[String(error.params['type'])] ?? error.params['type']}`);
      else if (error.keyword === 'pattern') say(path, 'value', `${where}must be a day, as in 2027-01-31`);
      else say(path, 'value', `${where}${error.message ?? 'is not valid'}`);
    }
  }
  const value = document.value as ConfigFile;
  const named: [string, Path][] = Object.keys(objectOrEmpty(value?.rules)).map((id) => [id, ['rules', id]]);
  if (Array.isArray(value?.overrides)) {
    for (const [i, o] of value.overrides.entries())
      for (const id of Object.keys(objectOrEmpty(o?.rules))) named.push([id, ['overrides', i, 'rules', id]]);
  }
  if (Array.isArray(value?.ignore)) {
    for (const [i, ignore] of value.ignore.entries())
      if (typeof ignore?.rule === 'string') named.push([ignore.rule, ['ignore', i, 'rule']]);
  }
  for (const [id, path] of named) {
    if (id === '*' || ruleIds.includes(id)) continue;
    const near = closest(id, ruleIds);
    say(
      path,
      path.at(-1) === id ? 'key' : 'value',
      `unknown rule "${id}"${near === undefined ? '; podlint rules lists them' : `; did you mean "${near}"?`}`,
    );
  }
  return [...faults].sort(([a], [b]) => a - b).map(([, text]) => text);
}

const TYPES: Readonly<Record<string, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'a text',
  boolean: 'true or false',
};

/** Of a choice that no branch of fits, what the branches say that come nearest: those that object to something within the value. */
function mostParticular(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const rank = ({ keyword }: ErrorObject) => (keyword === 'type' ? 2 : keyword === 'enum' ? 1 : 0);
  return errors
    .filter(({ keyword }) => keyword !== 'anyOf' && keyword !== 'if')
    .filter(
      ({ keyword, schemaPath, instancePath }) =>
        !(keyword === 'type' || keyword === 'enum') ||
        !schemaPath.includes('/anyOf/') ||
        !errors.some(
          (other) =>
            other.instancePath.startsWith(`${instancePath}/`) ||
            (other.instancePath === instancePath && other.keyword === 'additionalProperties'),
        ),
    )
    .sort((a, b) => rank(a) - rank(b));
}

function didYouMean(word: string, known: readonly string[]): string {
  const near = closest(word, known);
  return near === undefined ? '' : `; did you mean "${near}"?`;
}

function objectOrEmpty(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

function pointer(text: string): (string | number)[] {
  return text
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function shownPlace(document: SourceDocument, offset: number): string {
  const { line, column } = lineColumn(document.file, offset);
  return `${document.file.path}:${line}:${column}`;
}
