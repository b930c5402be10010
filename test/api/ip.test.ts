import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cidrContains,
  cidrWarnings,
  formatCidr,
  formatIp,
  hasHostBits,
  ipWarnings,
  isLinkLocalUnicast,
  isLoopback,
  isUnspecified,
  parseCidr,
  parseIp,
} from '../../src/api/ip.ts';

const octet = fc.oneof(fc.nat({ max: 260 }).map(String), fc.constantFrom('', '00', '010', '0x1', 'a', '-1', '1 '));
const group = fc.oneof(
  fc.nat({ max: 0x1ffff }).map((n) => n.toString(16)),
  fc.constantFrom('', '0', '00000', 'FFFF', 'g', '1.2.3.4'),
);
const texts = fc.oneof(
  fc.array(octet, { minLength: 3, maxLength: 5 }).map((parts) => parts.join('.')),
  fc.array(group, { minLength: 1, maxLength: 9 }).map((parts) => parts.join(':')),
  fc.ipV4(),
  fc.ipV6(),
  fc.string({ maxLength: 12 }),
);

describe('addresses', () => {
  // Node has no zone-less strictness of its own, but agrees with Go's netip on what is an address.
  test('are those of the system', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const ip = parseIp(text);
        const strict = ip?.strict === true;
        expect(strict).toBe(isIP(text) !== 0 && !text.includes('%'));
        if (strict) expect(ip.colons).toBe(isIP(text) === 6);
      }),
      { numRuns: 3000 },
    );
  });

  test('print as RFC 5952 says', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const ip = parseIp(text)!;
        if (!ip.isIPv4) expect(`[${formatIp(ip)}]`).toBe(new URL(`http://[${text}]/`).hostname);
      }),
    );
  });

  // k8s.io/apimachinery/pkg/util/validation/ip_test.go
  test.each([
    ['1.2.3.4', '1.2.3.4', true],
    ['012.3.4.5', '12.3.4.5', false],
    ['001.002.003.004', '1.2.3.4', false],
    ['::ffff:1.2.3.4', '1.2.3.4', true],
    ['::1.2.3.4', '::102:304', true],
    ['2001:db8:0:0::000f', '2001:db8::f', true],
    ['2001:DB8::1', '2001:db8::1', true],
  ])('%s', (text, canonical, strict) => {
    const ip = parseIp(text)!;
    expect([formatIp(ip), ip.strict]).toEqual([canonical, strict]);
  });

  test.each([
    '',
    '1.2.3',
    '1.2.3.256',
    '1.2.3.4.5',
    '-1.2.3.4',
    '1.2.3.4 ',
    '1:2',
    '::1::',
    '1.2.3.4/24',
    'fe80::1%eth0',
    '[::1]',
  ])('%j is none', (text) => expect(parseIp(text)).toBeUndefined());

  test('kinds', () => {
    expect(isLoopback(parseIp('127.9.9.9')!)).toBe(true);
    expect(isLoopback(parseIp('::1')!)).toBe(true);
    expect(isUnspecified(parseIp('0.0.0.0')!)).toBe(true);
    expect(isUnspecified(parseIp('::')!)).toBe(true);
    expect(isLinkLocalUnicast(parseIp('169.254.1.1')!)).toBe(true);
    expect(isLinkLocalUnicast(parseIp('fe80::1')!)).toBe(true);
    expect(isLinkLocalUnicast(parseIp('10.0.0.1')!)).toBe(false);
  });
});

describe('blocks', () => {
  test.each([
    ['1.2.3.0/24', '1.2.3.0/24', false],
    ['1.2.3.4/24', '1.2.3.0/24', true],
    ['1.2.3.4/32', '1.2.3.4/32', false],
    ['0.0.0.0/0', '0.0.0.0/0', false],
    ['2001:db8::/64', '2001:db8::/64', false],
    ['2001:db8::1/64', '2001:db8::/64', true],
  ])('%s', (text, canonical, hostBits) => {
    const cidr = parseCidr(text)!;
    expect([formatCidr(cidr), hasHostBits(cidr)]).toEqual([canonical, hostBits]);
  });

  test.each(['', '1.2.3.4', '1.2.3.4/', '1.2.3.4/33', '::/129', '1.2.3.4/-1', '1.2.3.4/24/24', '/24'])('%j is none', (text) =>
    expect(parseCidr(text)).toBeUndefined(),
  );

  test('hold addresses', () => {
    const block = parseCidr('10.1.0.0/16')!;
    expect(cidrContains(block, parseIp('10.1.2.3')!)).toBe(true);
    expect(cidrContains(block, parseIp('10.2.2.3')!)).toBe(false);
    expect(cidrContains(parseCidr('::/0')!, parseIp('10.2.2.3')!)).toBe(false);
  });
});

// The words of GetWarningsForIP and GetWarningsForCIDR.
describe('warnings', () => {
  test.each([
    ['1.2.3.4', 33, []],
    ['not an address', 33, []],
    [
      '012.3.4.5',
      33,
      ['non-standard IP address "012.3.4.5" will be considered invalid in a future Kubernetes release: use "12.3.4.5"'],
    ],
    ['::ffff:1.2.3.4', 36, ['non-standard IP address "::ffff:1.2.3.4" is invalid: use "1.2.3.4"']],
    ['2001:DB8::1', 33, ['IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")']],
  ])('%s in 1.%i', (text, minor, expected) => expect(ipWarnings(text, minor)).toEqual(expected));

  test.each([
    ['1.2.3.0/24', []],
    ['1.2.3.4/24', ['CIDR value "1.2.3.4/24" is ambiguous in this context (should be "1.2.3.0/24" or "1.2.3.4/32"?)']],
    ['2001:DB8::/64', ['IPv6 CIDR value "2001:DB8::/64" should be in RFC 5952 canonical format ("2001:db8::/64")']],
  ])('%s', (text, expected) => expect(cidrWarnings(text, 33)).toEqual(expected));
});
