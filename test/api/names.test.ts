import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  byteLength,
  cIdentifierFaults,
  configMapKeyFaults,
  dns1035LabelFaults,
  dns1123LabelFaults,
  dns1123SubdomainFaults,
  envVarNameFaults,
  httpHeaderNameFaults,
  isSysctlName,
  labelValueFaults,
  longerThan,
  nameIsDnsLabel,
  nameIsDnsSubdomain,
  nameIsPathSegment,
  pathSegmentNameFaults,
  percentFaults,
  portNameFaults,
  portNumberFaults,
  qualifiedNameFaults,
  SYSCTL_FORMAT,
  strictEnvVarNameFaults,
  userIdFaults,
  wildcardSubdomainFaults,
} from '../../src/api/names.ts';

type Check = (value: string) => readonly string[];

const a = (count: number): string => 'a'.repeat(count);

/** The values of k8s.io/apimachinery/pkg/util/validation/validation_test.go. */
const upstream: readonly (readonly [string, Check, readonly string[], readonly string[]])[] = [
  [
    'DNS label',
    dns1123LabelFaults,
    ['a', 'ab', 'a1', 'a-1', 'a--1--2--b', '0', '01', '1a', '1--a--b--2', a(63)],
    ['', 'A', 'aBc', '1-A', '-', 'a-', '-a', '_', 'a_b', '.', 'a.', 'a.b', ' ', 'a ', ' 1', a(64)],
  ],
  [
    'DNS subdomain',
    dns1123SubdomainFaults,
    ['a', '0', 'a.a', 'a--1--2--b.a', '0.1', '1--a--b--2.1', 'aa.bb.cc.dd.ee', '1.2.3.4.5', a(253)],
    ['', 'A', '-', 'a-', '-1', '_', '.', 'a.', '.a', 'a..b', ' a', 'ab.A', 'a.B.c.d.e', 'a@b', 'a_b', 'a:b', 'a%b', a(254)],
  ],
  [
    'DNS label of old',
    dns1035LabelFaults,
    ['a', 'ab', 'a1', 'a-1', 'a--1--2--b', a(63)],
    ['', '0', '01', '1a', '1--a--b--2', 'A', '-', 'a-', '_', 'a.b', 'a b', a(64)],
  ],
  [
    'wildcard',
    wildcardSubdomainFaults,
    ['*.example.com', '*.foo.bar.com'],
    ['*.*.bar.com', '*.foo.*.com', '*bar.com', 'f*.bar.com', '*'],
  ],
  [
    'qualified name',
    (value) => qualifiedNameFaults(value, 37),
    ['simple', '1234', 'a-b/simple', '1-num.2-num/3-num', '1.2.3.4/5678', 'example.com/Upper_OK_1', a(63), `${a(253)}/${a(63)}`],
    [
      'no%^=@',
      'ends-',
      '-starts',
      'only/one/slash',
      'Example.com/abc',
      'example_com/abc',
      'a.b/',
      '/simple',
      a(64),
      `${a(254)}/abc`,
    ],
  ],
  [
    'label value',
    (value) => labelValueFaults(value, 37),
    ['simple', '1-starts-with-num', '1234', a(63), ''],
    ['no%^=@', 'Māori', '\\bad', '-starts', 'ends-', '.starts', 'ends.', a(64)],
  ],
  [
    'port name',
    portNameFaults,
    ['telnet', 're-mail-ck', 'pop3', 'a', '1-a-2-b-3'],
    ['', a(16), '12345', '1-2', '-b', 'e-', 'two--h', 'whois++'],
  ],
  ['percent', percentFaults, ['0%', '00000%', '01%', '101%'], ['', '0', '0.0%', 'hundred', ' 1%', '1% ', '-1%', '+1%', '%']],
  [
    'HTTP header',
    httpHeaderNameFaults,
    ['Host', 'X-Forwarded-For', '-a', 'a-', '--123-ABC'],
    ['', 'Host:', 'X-@', '_', 'a.b', ' a', 'a b', '{'],
  ],
  [
    'ConfigMap key',
    configMapKeyFaults,
    ['a', 'still.good', '.so.is.this', 'THIS_IS', a(253)],
    ['', '.', '..', '..bad', 'b*d', a(254)],
  ],
  ['C identifier', cIdentifierFaults, ['a', 'ABC', '_', '_a1', 'A_1'], ['', '1', 'a-', 'a.b', ' ', 'a b', '#a#']],
  [
    'environment variable',
    strictEnvVarNameFaults,
    ['a', '.a', '-', 'a.b', '_1', 'my.env-name'],
    ['', '1', 'a b', '.', '..', '..a', 'a=b'],
  ],
  [
    'environment variable since 1.32',
    (value) => envVarNameFaults(value, 32),
    ['1', 'a b', '..', '#', '$(X)', '~'],
    ['', 'a=b', 'ä', 'a\n', '\u007f'],
  ],
  ['path segment', pathSegmentNameFaults, ['a', 'A:b', '...', 'system:x'], ['.', '..', 'a/b', 'a%b']],
];

describe('values of upstream', () => {
  for (const [name, check, good, bad] of upstream) {
    test.each(good)(`${name} %j is right`, (value) => expect(check(value)).toEqual([]));
    test.each(bad)(`${name} %j is wrong`, (value) => expect(check(value)).not.toEqual([]));
  }
});

// The server's message names the expression that it holds a value against, so the two must agree.
describe('what the message says is what is checked', () => {
  const longest: readonly (readonly [string, Check, number, string])[] = [
    ['DNS label', dns1123LabelFaults, 63, 'A'],
    ['DNS subdomain', dns1123SubdomainFaults, 253, 'A'],
    ['DNS label of old', dns1035LabelFaults, 63, 'A'],
    ['label value', (value) => labelValueFaults(value, 37), 63, '-'],
    ['qualified name', (value) => qualifiedNameFaults(value, 37), 63, '-'],
    ['percent', percentFaults, Infinity, ''],
    ['HTTP header', httpHeaderNameFaults, Infinity, ''],
    ['C identifier', cIdentifierFaults, Infinity, ''],
    ['wildcard', wildcardSubdomainFaults, 253, ''],
  ];
  const characters = fc.constantFrom('a', 'z', 'A', 'Z', '0', '9', '-', '_', '.', '*', '%', ' ', 'ä', '\n', '\0');
  test.each(longest)('%s', (_, check, most, wrong) => {
    const format = /regex used for validation is '([^']+)'/.exec(check(wrong).join('\n'))?.[1];
    const expression = new RegExp(`^(?:${format})$`);
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 12 }), (value) => {
        expect(check(value).length === 0).toBe(expression.test(value) && byteLength(value) <= most);
      }),
      { numRuns: 2000 },
    );
  });

  test('sysctl', () => {
    const expression = new RegExp(`^${SYSCTL_FORMAT}$`);
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '0', '-', '_', '.', '/', 'A'), maxLength: 10 }), (value) => {
        expect(isSysctlName(value)).toBe(expression.test(value));
      }),
      { numRuns: 2000 },
    );
  });
});

test('lengths are in bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat({ max: 40 }), (value, most) => {
      const bytes = new TextEncoder().encode(value).length;
      expect(byteLength(value)).toBe(bytes);
      expect(longerThan(value, most)).toBe(bytes > most);
    }),
  );
});

test('names that are generated may end in a dash', () => {
  expect(nameIsDnsSubdomain('a-', false)).not.toEqual([]);
  expect(nameIsDnsSubdomain('a-', true)).toEqual([]);
  expect(nameIsDnsLabel('-', true)).not.toEqual([]);
  expect(nameIsPathSegment('.', true)).toEqual([]);
});

test.each([
  [portNumberFaults, 1, 65535],
  [userIdFaults, 0, 2147483647],
])('ranges', (check, least, most) => {
  expect([check(least), check(most)]).toEqual([[], []]);
  const message = `must be between ${least} and ${most}, inclusive`;
  expect([check(least - 1), check(most + 1)]).toEqual([[message], [message]]);
});

test('a hostile text costs what its length is', () => {
  const start = performance.now();
  for (const [, check] of upstream) check(`${'a.'.repeat(500000)}!`);
  expect(performance.now() - start).toBeLessThan(2000);
});
