import fc from 'fast-check';
import { RE2JS } from 're2js';
import { expect, test } from 'vitest';
import { loadPatternEngine, matchPattern } from '../../src/api/go-regexp.ts';
import { isPlain } from '../../src/api/go-regexp-plain.ts';

const DNS = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$';

test('a pattern out of the subset is undecided until the engine is there', async () => {
  expect(matchPattern('^(?i)abort$', 'ABORT')).toBe('undecided');
  expect(matchPattern(DNS, 'a.b')).toBe('matches');
  await loadPatternEngine();
  expect(matchPattern('^(?i)abort$', 'ABORT')).toBe('matches');
  expect(matchPattern('^(?i)abort$', 'warn')).toBe('fails');
  expect(matchPattern('(?=look)ahead', 'x')).toBe('invalid');
  expect(matchPattern('a{1001}', 'x')).toBe('invalid');
});

test.each([
  ['.', '\r', 'matches'],
  ['.', '\u2028', 'matches'],
  ['^.$', '\n', 'fails'],
  ['\\s', '\u00a0', 'fails'],
  ['\\s', '\v', 'fails'],
  ['[\\s]', '\f', 'matches'],
  ['^\\S$', '\u00a0', 'matches'],
  ['^.$', '\u{1f600}', 'matches'],
  ['^.{2}$', '\u{1f600}', 'fails'],
  ['[[:alpha:]]', 'a', 'matches'],
  ['[]a]', ']', 'matches'],
  ['\\pL', 'é', 'matches'],
  ['a$', 'a\n', 'fails'],
])('%j on %j: as in Go', async (pattern, text, verdict) => {
  await loadPatternEngine();
  expect(matchPattern(pattern, text)).toBe(verdict);
});

test.each([
  '(a+)+$',
  '(a*)*',
  '(a|a)*$',
  '(a?a?)*$',
  '((a)*b?)*',
  '(.*,)*x',
  '([a-z]+[0-9]*)+!',
  '^(x(a|a))*$',
  '^(xa?a?)*$',
  '^(x(a|ab)b?)*$',
  '^(/a*a*)*$',
  '^(a|b|ab)*c',
  `^${'(a|a)'.repeat(30)}$`,
  `^${'a?'.repeat(30)}${'a'.repeat(30)}$`,
  `^(${'a{0,9}'.repeat(9)})$`,
])('%s is not left to backtracking', (pattern) => {
  expect(isPlain(pattern)).toBeUndefined();
});

test.each([
  [DNS, 1],
  ['^[a-z]+$', 1],
  ['^(ab|cd)*$', 1],
  ['^\\d{1,3}(\\.\\d{1,3}){3}$', 0],
  ['^(/[^/]+)+$', 1],
  ['^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$', 1],
  ['^([0-9]{1,5}(h|m|s|ms)){1,4}$', 0],
  ["^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$", 1],
  ['^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$', 1],
  ['(^\\*$)|(^(http(s)?):\\/\\/(((\\*\\.)?([a-zA-Z0-9\\-]+\\.)*[a-zA-Z0-9-]+|\\*)(:([0-9]{1,5}))?)$)', 2],
  ['^([a-zA-Z0-9_\\-.\\\\\\/]|\\[[0-9]{1,5}\\])+$', 1],
  ['^(0|(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?)$', 1],
  ['^.*a.*b.*$', 3],
  ['a*b', 2],
  ['(a|ab)*c', 2],
])('%s is', (pattern, repeats) => {
  expect(isPlain(pattern)).toBe(repeats);
});

test('hostile texts and patterns take no long time', async () => {
  await loadPatternEngine();
  const start = performance.now();
  for (const pattern of ['^(a+)+$', DNS, '^.*.*.*.*x$', '^(/[^/]+)+$', '^[a-z]*[a-z]*[a-z]*1$']) {
    for (const text of [`${'a'.repeat(5000)}!`, `${'/a'.repeat(2500)}/`, '.'.repeat(5000)]) matchPattern(pattern, text);
  }
  expect(performance.now() - start).toBeLessThan(5000);
});

test('RegExp says what RE2 says, wherever it is used', async () => {
  await loadPatternEngine();
  const atom = fc.constantFrom(
    'a',
    'b',
    '-',
    '\\.',
    '.',
    '[a-c]',
    '[^a]',
    '\\d',
    '\\w',
    '\\s',
    '[\\s-]',
    '^',
    '$',
    '\\b',
    '[.\\-]',
    '/',
    '_',
    '[a-z0-9]',
    '\\S',
  );
  const quantifier = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,2}', '{2,}', '*?');
  const branch = (inner: fc.Arbitrary<string>) =>
    fc
      .array(
        fc.tuple(inner, quantifier).map((parts) => parts.join('')),
        { minLength: 1, maxLength: 4 },
      )
      .map((parts) => parts.join(''));
  const group = fc.array(branch(atom), { minLength: 1, maxLength: 2 }).map((branches) => `(${branches.join('|')})`);
  const pattern = branch(fc.oneof({ arbitrary: atom, weight: 3 }, { arbitrary: group, weight: 1 }));
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', 'c', '-', '.', '1', ' ', '\n', '/', '_', 'é', '\r', '\u00a0'),
    maxLength: 8,
  });
  let compared = 0;
  fc.assert(
    fc.property(pattern, text, (source, input) => {
      if (isPlain(source) === undefined) return;
      let re2: RE2JS;
      try {
        re2 = RE2JS.compile(source);
      } catch {
        return;
      }
      compared++;
      expect(matchPattern(source, input)).toBe(re2.matcher(input).find() ? 'matches' : 'fails');
    }),
    { numRuns: 3000 },
  );
  expect(compared).toBeGreaterThan(1000);
});
