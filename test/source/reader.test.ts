import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { SourceDocument } from '../../src/source/document.ts';
import { lineColumn, locate, readDocuments } from '../../src/source/reader.ts';
import { SAMPLE } from '../../src/source/yaml/warm-up.ts';

interface Recorded {
  readonly text: string;
  /** Of kubectl's reader; documents without content are not among them. `duplicates` is what a strict reader minds. */
  readonly documents: readonly { readonly value?: unknown; readonly error?: string; readonly duplicates?: readonly string[] }[];
}

const recorded: Recorded[] = readFileSync(new URL('../recorded/reader.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));

function read(text: string): SourceDocument[] {
  return readDocuments({ path: 'x.yaml', text });
}

function withContent(text: string): SourceDocument[] {
  return read(text).filter((document) => document.error !== undefined || document.value !== null);
}

/** As JSON.parse has it: the recording holds no integers beyond 2^53. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? Number(item) : item)));
}

/** kubectl tells these of a stream that began like JSON, the oracle only what is wrong with it as YAML. */
const TOLD_OF_JSON = /^\s*\{/;

describe('what kubectl reads', () => {
  test.each(recorded)('$text', ({ text, documents }) => {
    const own = withContent(text);
    expect(own.map((document) => (document.error === undefined ? { value: plain(document.value) } : { error: true }))).toEqual(
      documents.map(({ value, error }) => (error === undefined ? { value } : { error: true })),
    );
    if (TOLD_OF_JSON.test(text)) return;
    expect(own.map((document) => document.error?.message)).toEqual(documents.map(({ error }) => error));
  });

  // A strict reader tells 1 from "1", sees no two NaN alike, and minds a key that replaces a merged one.
  const told = recorded.filter(({ text }) => !/<<|^1: a|^\.nan: a/.test(text));
  test.each(told)('keys that stand twice: $text', ({ text, documents }) => {
    for (const [i, document] of withContent(text).entries()) {
      // The anchor's own duplicate is told once, however often an alias repeats it.
      expect(new Set(document.duplicates?.map(({ key }) => key) ?? [])).toEqual(new Set(documents[i]!.duplicates ?? []));
    }
  });

  test('of the recorded texts without an error the fast reader takes the greater part', () => {
    const sound = recorded.filter(({ documents }) => documents.every(({ error }) => error === undefined));
    const fast = sound.filter(({ text }) => read(text).every((document) => document.fast));
    expect(fast.length).toBeGreaterThan(sound.length / 2);
  });
});

describe('values', () => {
  test.each([
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['-9223372036854775808', -9223372036854775808n],
    ['18446744073709551615', 18446744073709551615n],
    ['0xFFFFFFFFFFFFFFFF', 18446744073709551615n],
    ['18446744073709551616', 2 ** 64],
    ['-9223372036854775809', -(2 ** 63)],
  ])('integer %s', (text, value) => {
    expect(read(`a: ${text}\n`)[0]!.value).toEqual({ a: value });
    expect(read(`---\n{"a": ${text}}\n`)[0]!.value).toEqual({ a: value });
  });

  test.each(['{"a": 9007199254740993}', '{"a":[18446744073709551615]}'])('integer in JSON: %s', (text) => {
    expect(
      Object.values(read(text)[0]!.value as object)
        .flat()
        .every((item) => typeof item === 'bigint'),
    ).toBe(true);
  });

  test.each([
    '__proto__: {polluted: 1}\n',
    '{"__proto__": {"polluted": 1}}',
    '---\n{"__proto__": {"polluted": 1}}\n',
    'a: &a {__proto__: {polluted: 1}}\n__proto__: *a\n',
    'a: &a\n  __proto__: {polluted: 1}\nb:\n  <<: *a\n',
    '"__proto__": 1\n',
    '__proto__: 1\n__proto__: {polluted: 1}\n',
  ])('a key __proto__ is an own property: %s', (text) => {
    const value = read(text)[0]!.value as Record<string, unknown>;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(JSON.stringify(value)).toContain('"__proto__":');
  });

  test('an alias gives a copy', () => {
    for (const text of ['a: &a\n  b: {}\nc: *a\n', 'x: !y z\na: &a\n  b: {}\nc: *a\n']) {
      const value = read(text)[0]!.value as { a: { b: object }; c: { b: object } };
      expect(value.c).toEqual(value.a);
      expect(value.c).not.toBe(value.a);
      expect(value.c.b).not.toBe(value.a.b);
    }
  });

  test('nothing is shared between documents or readings', () => {
    const text = 'a: {b: [c]}\n---\na: {b: [c]}\n';
    const [first, second] = read(text);
    expect(first!.value).toEqual(second!.value);
    expect(read(text)[0]!.value).toEqual(first!.value);
  });

  test('the fast reader takes options in flow style', () => {
    const text = 'args: [--watch, --month=current, -v, -1, --1, --.5, --a-b]\nmap: {a: --x}\n';
    const [document] = read(text);
    expect(document!.value).toEqual({
      args: ['--watch', '--month=current', '-v', -1, '--1', '--.5', '--a-b'],
      map: { a: '--x' },
    });
    expect(document!.fast).toBe(true);
    // The start of a document, at that place.
    expect(read('a: [\n--- x]\n')[0]!.error).toBeDefined();
    for (const odd of ['a: [-, b]\n', 'a: [--, b]\n', 'a: [---x]\n', 'a: [- b]\n']) expect(read(odd)[0]!.fast, odd).toBe(false);
  });

  test('the fast reader takes its own sample', () => {
    expect(read(SAMPLE).map((document) => [document.fast, document.error])).toEqual([[true, undefined]]);
  });
});

describe('documents', () => {
  test('those without content count, and ranges are those of the text', () => {
    const text = '# a\n---\na: 1\n---\n# nothing\n--- # c\nb: 2';
    const documents = read(text);
    expect(documents.map(({ value, index }) => [index, value])).toEqual([
      [0, null],
      [1, { a: 1 }],
      [2, null],
      [3, { b: 2 }],
    ]);
    expect(documents.map(({ range }) => text.slice(range.start, range.end))).toEqual(['# a\n', 'a: 1\n', '# nothing\n', 'b: 2']);
    expect(read('')).toEqual([]);
  });

  test('ranges count \\r\\n as two', () => {
    const text = '---\r\na: 1\r\n---\r\nb: x\r\n';
    const documents = read(text);
    expect(documents.map(({ range }) => text.slice(range.start, range.end))).toEqual(['---\r\na: 1\r\n', 'b: x\r\n']);
    const { start, end } = locate(documents[1]!, ['b'], 'value');
    expect(text.slice(start, end)).toBe('x');
    expect(documents.every((document) => document.fast)).toBe(true);
  });

  // As k8s.io/apimachinery's NewYAMLOrJSONDecoder, which kubectl uses, answered; the oracle decides on the whole text at once.
  test.each<[string, unknown[]]>([
    ['{"a":1}\n---\n{"b":"\\/"}\n', [{ a: 1 }, "json: offset 10: invalid character '-' in numeric literal"]],
    ['{"a":1}\n---\n{"b":1}\n---\n{"b":"\\/"}\n', [{ a: 1 }, { b: 1 }, 'yaml: found unknown escape character']],
    ['{"a":"\\/"}\n---\nb: c\n', [{ a: '/' }, { b: 'c' }]],
    ['{"a":1}   \n\n  b: c\n  d: [\n', [{ a: 1 }, "json: offset 15: invalid character 'b' looking for beginning of value"]],
    ['{"a":1}{"b":2}\nc: d\n', [{ a: 1 }, { b: 2 }, "invalid character 'c' looking for beginning of value"]],
    ['{}\na: 1\n', [{}, { a: 1 }]],
    ['{a: b}\n---\nc: d\n', [{ a: 'b' }, { c: 'd' }]],
    ['{{ .Values.x }}\n', ["json: offset 2: invalid character '{' looking for beginning of object key string"]],
    ['{"a": [1, 2\n', ['unexpected EOF']],
    // There kubectl finds the number too large only when it decodes the object.
    ['{"f":1e400}\n{"a":1}\n', ['json: cannot unmarshal number 1e400 into Go value of type float64', { a: 1 }]],
    ['{"a":"\\ud800 x"}\n', [{ a: '\ufffd x' }]],
    ['{"a":"é\u0001"}\n', ["json: offset 9: invalid character '\\x01' in string literal"]],
    ['{"a":"é"} é: [\n', [{ a: 'é' }, "json: offset 12: invalid character 'Ã' looking for beginning of value"]],
  ])('a stream of JSON that may go over to YAML: %s', (text, expected) => {
    expect(withContent(text).map((document) => document.error?.message ?? document.value)).toEqual(expected);
  });

  test.each(['{"a":1,"a":2}', 'a: 1\na: 2\n', '--- \n{a: 1, b: 0, a: 2}\n', '!!str a: 1\na: 2\n', 'a: 1\r\na: 2\r\n'])(
    'where a key stands twice: %s',
    (text) => {
      const { duplicates, value } = withContent(text)[0]!;
      expect((value as { a: number }).a).toBe(2);
      expect(duplicates?.map(({ path, key }) => [path, key])).toEqual([[[], 'a']]);
      const { first, second } = duplicates![0]!;
      expect(text.slice(first.start, first.end)).toMatch(/^"?a"?$/);
      expect(text.slice(second.start, second.end)).toMatch(/^"?a"?$/);
      expect(first.start).toBe(text.search(/"?a/));
      expect(second.start).toBe(text.search(/"?a"?: ?2/));
    },
  );

  test.each([
    'a:\n- b: 1\n  b: 2\n  b: 3\nc:\n  d: {e: 1, e: 2}\n',
    'x: !y z\na:\n- b: 1\n  b: 2\n  b: 3\nc:\n  d: {e: 1, e: 2}\n',
  ])('paths of duplicates, in the order of the text: %s', (text) => {
    const { duplicates } = read(text)[0]!;
    expect(duplicates!.map(({ path, key }) => [...path, key].join('.'))).toEqual(['a.0.b', 'a.0.b', 'c.d.e']);
    // Each of three is told with the one before it.
    expect(duplicates![1]!.first).toEqual(duplicates![0]!.second);
  });
});

describe('errors', () => {
  // [text, the place]: line and column of the fault, and what is marked there.
  test.each<[string, string, string]>([
    ['a: b: c\n', '1:5', ':'],
    ['a:\n\t- b\n', '2:1', '\t'],
    ['a: b\nc: "d\ne: f\n', '2:4', '"d'],
    ['a: [b, c\nd: e\n', '2:2', ':'],
    ['a:\n  b: 1\n c: 2\n', '3:2', 'c'],
    ['a: *x\n', '1:4', '*x'],
    ['a: |\n\tx\n', '2:1', '\t'],
    ['a: !!int x\n', '1:10', 'x'],
    ['x: {{ .Values.a }}\n', '1:5', '{ .Values.a }'],
    ['a: b\n---x\nc: d\n', '2:1', '---x'],
    ['a: b # \x01\n', '1:8', '\x01'],
    ['a: .inf\n', '1:4', '.inf'],
    ['~: x\n', '1:1', '~'],
    ['x: y\n{{- if .x }}\nz: 1\n', '2:1', '{{- if .x }}'],
    ['a: 1\nb: [\n', '2:4', '['],
    ['a: b\r\nc: d: e\r\n', '2:5', ':'],
    ['%YAML 1.2\n---\na: b\n', '1:1', '%YAML 1.2'],
    ['a: 1\n---\nb:\n- c\nd: `\n', '5:4', '`'],
  ])('%s lies at %s', (text, place, marked) => {
    const faulty = read(text).find((document) => document.error !== undefined)!;
    const { range } = faulty.error!;
    const { line, column } = lineColumn(faulty.file, range.start);
    expect([`${line}:${column}`, text.slice(range.start, range.end)]).toEqual([place, marked]);
    expect(faulty.value).toBeUndefined();
    expect(locate(faulty, ['a'], 'key')).toEqual({ start: faulty.range.start, end: faulty.range.start });
  });

  test.each<[string, string | undefined]>([
    [`a: ${'['.repeat(9999)}${']'.repeat(9999)}\n`, undefined],
    [`${'['.repeat(10_001)}${']'.repeat(10_001)}\n`, 'yaml: exceeded max depth of 10000'],
    ['['.repeat(100_000), 'yaml: exceeded max depth of 10000'],
    [`${'- '.repeat(10_001)}a\n`, 'yaml: exceeded max depth of 10000'],
    [`${'- '.repeat(9_000)}a\n`, undefined],
    [`${'{"a":'.repeat(10_001)}1${'}'.repeat(10_001)}`, 'exceeded max depth'],
    [`${'{"a":'.repeat(9_999)}1${'}'.repeat(9_999)}`, undefined],
    ['a: &a [*a]\n', "yaml: anchor 'a' value contains itself"],
  ])('depth costs no stack', (text, message) => {
    const [document] = read(text);
    expect(document!.error?.message).toBe(message);
    if (message === undefined) locate(document!, ['a', 0, 0], 'key');
  });

  test('a few aliases cannot make millions of values', () => {
    const names = [...'abcdefgh'];
    const flow = names.map((name, i) => `${name}: &${name} [${`*${names[i - 1] ?? 'z'},`.repeat(9)}]\n`).join('');
    const block = names
      .map((name, i) => `${name}: &${name}\n${Array.from('012345678', (k) => `  k${k}: *${names[i - 1] ?? 'z'}\n`).join('')}`)
      .join('');
    for (const text of [`z: &z x\n${flow}`, `z: &z x\n${block}`]) {
      expect(read(text).map((document) => document.error?.message)).toEqual(['yaml: document contains excessive aliasing']);
    }
  });
});

describe('lineColumn', () => {
  test('knows \\n, \\r\\n and \\r, and counts UTF-16 units', () => {
    const file = { path: 'x', text: 'a\nbc\r\n😀d\re' };
    const at = (offset: number) => Object.values(lineColumn(file, offset)).join(':');
    expect([0, 1, 2, 4, 5, 6, 8, 9, 10, 11].map(at)).toEqual([
      '1:1',
      '1:2',
      '2:1',
      '2:3',
      '2:4',
      '3:1',
      '3:3',
      '3:4',
      '4:1',
      '4:2',
    ]);
    expect(lineColumn({ path: 'x', text: '' }, 0)).toEqual({ line: 1, column: 1 });
  });
});
