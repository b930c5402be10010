import fc from 'fast-check';
import { expect, test } from 'vitest';
import { locate, readDocuments } from '../../src/source/reader.ts';
import { decode } from '../../src/source/yaml/decode.ts';
import { FastReader, REFUSED } from '../../src/source/yaml/fast.ts';
import { Fault } from '../../src/source/yaml/fault.ts';
import { parseDocument } from '../../src/source/yaml/parser.ts';
import { resolvePlain } from '../../src/source/yaml/scalar.ts';

const word = fc.stringMatching(/^[a-z][a-z0-9./-]{0,12}$/);
const text = fc.oneof(
  word,
  fc.string({ maxLength: 20, unit: 'grapheme' }),
  fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(' ')),
  fc
    .array(
      fc.oneof(word, fc.constantFrom('', '  deeper', ' ', '\ttab', '# no comment', '- a', 'a: b', "it's", 'say "x"', '\\')),
      { maxLength: 6 },
    )
    .map((lines) => lines.join('\n')),
  fc.constantFrom(
    'yes',
    'null',
    '~',
    '',
    '0x1F',
    '1e3',
    '.inf',
    '<<',
    '- a',
    'a: b',
    'a #b',
    '{',
    '[',
    '&a',
    '*a',
    '!x',
    '---',
    '...',
    '?',
    ':',
    '\u0085',
    'a\u2028b',
    'true',
  ),
);
const key = fc.oneof(
  word,
  fc.string({ maxLength: 10 }),
  fc.constantFrom('yes', '1', '1.5', '', '__proto__', 'constructor', 'a b', 'a: b', '#', '- a', '<<'),
);
const { value: values } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    fc.integer(),
    // Zero has one sign here, and an integer beyond 2^53 would be a bigint.
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .map((number) => (number === 0 || Number.isInteger(number) ? 0.5 : number)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((entries) => object(entries)),
  ),
}));

function object(entries: readonly [string, unknown][]): object {
  const made = {};
  for (const [name, value] of entries)
    Object.defineProperty(made, name, { value, writable: true, enumerable: true, configurable: true });
  return made;
}

/** Writes values as YAML, each time in another style, as `choose(n)` decides: a number below n. */
class Writer {
  private readonly choose: (n: number) => number;

  constructor(choose: (n: number) => number) {
    this.choose = choose;
  }

  document(value: unknown): string {
    const start = this.choose(3) === 0 ? '---\n' : '';
    if (typeof value !== 'object' || value === null) return `${start}${this.flow(value)}\n`;
    return `${start}${this.block(value, 0).replace(/^\n/, '')}`;
  }

  /** What stands behind a key or a dash, up to and with the line's end. */
  private block(value: unknown, indent: number): string {
    const pad = ' '.repeat(indent);
    const comment = this.choose(6) === 0 ? ' # a comment' : '';
    if (typeof value === 'string' && /^[ -~\t\n]*$/.test(value) && /^[^ \t\n]/.test(value) && this.choose(3) === 0)
      return this.literal(value, indent);
    if (typeof value !== 'object' || value === null || this.choose(5) === 0) return ` ${this.flow(value)}${comment}\n`;
    const lines: string[] = [];
    if (Array.isArray(value)) for (const item of value) lines.push(`${pad}-${this.nested(item, indent)}`);
    else for (const [name, item] of Object.entries(value)) lines.push(`${pad}${this.quoted(name)}:${this.nested(item, indent)}`);
    if (lines.length === 0) return ` ${this.flow(value)}\n`;
    // Behind a scalar that keeps its line breaks an empty line would be one more.
    const between =
      this.choose(2) === 0 || lines.some((line) => line.includes('|+'))
        ? `${' '.repeat(this.choose(indent + 1))}# comment: yes\n`
        : '\n';
    if (this.choose(8) === 0) lines.splice(this.choose(lines.length + 1), 0, between);
    return `${comment}\n${lines.join('')}`;
  }

  private nested(value: unknown, indent: number): string {
    return this.block(value, indent + 1 + this.choose(3));
  }

  private literal(value: string, indent: number): string {
    const body = value.replace(/\n*$/, '');
    const breaks = value.length - body.length;
    const chomp = breaks === 0 ? '-' : breaks === 1 ? '' : '+';
    const pad = ' '.repeat(indent + 1 + this.choose(2));
    const lines = body.split('\n').map((line) => (line === '' ? '' : pad + line));
    return ` |${chomp}\n${lines.join('\n')}\n${'\n'.repeat(Math.max(breaks - 1, 0))}`;
  }

  private flow(value: unknown): string {
    const gap = () => ['', ' ', '\n  '][this.choose(3)]!;
    if (typeof value === 'string') return this.scalar(value);
    if (typeof value !== 'object' || value === null) return value === null ? ['null', '~'][this.choose(2)]! : String(value);
    if (Array.isArray(value)) return `[${gap()}${value.map((item) => this.flow(item)).join(`${gap()},${gap()}`)}${gap()}]`;
    return `{${gap()}${Object.entries(value)
      .map(([name, item]) => `${this.quoted(name)}: ${this.flow(item)}`)
      .join(`${gap()},${gap()}`)}${gap()}}`;
  }

  private scalar(value: string): string {
    if (/^[a-z][a-z0-9 ./-]*$/.test(value) && !value.endsWith(' ') && resolvePlain(value) === value) return value;
    return this.quoted(value);
  }

  private quoted(value: string): string {
    if (/^[a-z][a-z0-9./-]*$/.test(value) && resolvePlain(value) === value && this.choose(3) > 0) return value;
    if (/^[ -~]*$/.test(value) && this.choose(2) === 0) return `'${value.replaceAll("'", "''")}'`;
    // JSON's escapes are YAML's, but for the solidus, which it does not write, and halves of pairs, which there are none of.
    return JSON.stringify(value).replace(
      /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  }
}

function chooser(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) % n;
  };
}

test('what is written as YAML is read again, in any style', () => {
  fc.assert(
    fc.property(values, fc.nat(), (value, seed) => {
      const written = new Writer(chooser(seed)).document(value);
      const documents = readDocuments({ path: 'x', text: written });
      expect(documents.map((document) => document.error?.message).filter((message) => message !== undefined)).toEqual([]);
      // A comment behind {} is a document without content, for what begins like JSON.
      expect(documents.map((document) => document.value).filter((read) => read !== null)).toEqual(value === null ? [] : [value]);
    }),
    { numRuns: 1500 },
  );
});

test('JSON is read as JSON.parse does, also behind a separator', () => {
  fc.assert(
    fc.property(values, (value) => {
      const json = JSON.stringify(value, null, 1);
      if (json.startsWith('{')) expect(readDocuments({ path: 'x', text: json })[0]!.value).toEqual(JSON.parse(json));
    }),
    { numRuns: 500 },
  );
});

/** Pieces of YAML that mean something; most of what they make together is wrong. */
const soup = fc
  .array(
    fc.constantFrom(
      ...[
        ' ',
        '  ',
        '\n',
        '\n  ',
        '\n    ',
        '\n- ',
        '\t',
        ': ',
        ':',
        '- ',
        '? ',
        ', ',
        '[',
        ']',
        '{',
        '}',
        '# ',
        '"',
        "'",
        '|',
        '>',
        '|-\n',
        '&a ',
        '*a',
        '!x ',
      ],
      ...[
        'a',
        'b: ',
        'c:\n',
        'd: e\n',
        '1',
        'true',
        '.inf',
        '<<: *a\n',
        '...\n',
        '--a',
        '--',
        '\\n',
        '\\',
        '%',
        '@',
        '\u0085',
        '\ufeff',
        '😀',
        '\x01',
        '__proto__: ',
      ],
    ),
    { maxLength: 14 },
  )
  .map((pieces) => pieces.join(''));

test('the fast reader says what the exact one says, or nothing', () => {
  let answered = 0;
  fc.assert(
    fc.property(soup, (pieces) => {
      const document = `${pieces}\n`;
      if (/[^\t\n -~]/.test(document.replaceAll('😀', ''))) return;
      let fast: unknown;
      try {
        fast = new FastReader(document).document();
      } catch (refused) {
        expect(refused).toBe(REFUSED);
        return;
      }
      answered++;
      const root = parseDocument(document);
      expect(fast).toEqual(root === undefined ? null : decode(root).value);
    }),
    { numRuns: 8000 },
  );
  expect(answered).toBeGreaterThan(100);
});

test('nothing is thrown, and every place is in the text', () => {
  fc.assert(
    fc.property(fc.oneof(soup, fc.string({ maxLength: 40, unit: 'binary' }), fc.string({ maxLength: 40 })), (any) => {
      for (const document of readDocuments({ path: 'x', text: any })) {
        expect(document.error === undefined).toBe(document.value !== undefined);
        const { start, end } = document.error?.range ?? locate(document, ['a', 0, 'b'], 'value');
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThanOrEqual(any.length);
      }
    }),
    { numRuns: 4000 },
  );
});

test('faults stay inside', () => {
  expect(() => parseDocument('a: b: c\n')).toThrow(Fault);
  expect(readDocuments({ path: 'x', text: 'a: b: c\n' })[0]!.error).toBeDefined();
});
