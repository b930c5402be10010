import {
  cidrContains,
  formatCidr,
  formatIp,
  hasHostBits,
  type Ip,
  isLinkLocalMulticast,
  isLinkLocalUnicast,
  isLoopback,
  isUnspecified,
  parseCidr,
  parseIp,
} from '../../api/ip.ts';
import { quoteGo } from '../go-print.ts';
import type { At, Scope } from './scope.ts';

const IP_EXAMPLE = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const CIDR_EXAMPLE = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

/** An address in a field that is older than strict parsing, which came to these with 1.36. Mirrors IsValidIPForLegacyField. */
export function legacyIp(v: Scope, at: At, value: string): boolean {
  return isIp(v, at, value, v.minor >= 36) !== undefined;
}

/** An address in a newer field: strict, and in its canonical form. Mirrors IsValidIP of 1.33; until then it was lenient everywhere. */
export function canonicalIp(v: Scope, at: At, value: string): boolean {
  for (const message of canonicalIpFaults(value, v.minor)) v.invalid(at, value, message);
  return canonicalIpFaults(value, v.minor).length === 0;
}

/** The complaints of `canonicalIp`, for names that are addresses. */
export function canonicalIpFaults(value: string, minor: number): readonly string[] {
  const ip = parseIp(value);
  if (ip === undefined) return [IP_EXAMPLE];
  if (minor < 33) return [];
  const faults = strictIpFaults(ip);
  if (faults.length > 0) return faults;
  return value === formatIp(ip) ? [] : [`must be in canonical form (${quoteGo(formatIp(ip))})`];
}

/** Mirrors IsValidCIDRForLegacyField. */
export function legacyCidr(v: Scope, at: At, value: string, field?: string): boolean {
  return isCidr(v, at, value, v.minor >= 36, field);
}

/** Mirrors IsValidCIDR of 1.33. */
export function canonicalCidr(v: Scope, at: At, value: string): boolean {
  if (!isCidr(v, at, value, v.minor >= 33)) return false;
  const canonical = formatCidr(parseCidr(value)!);
  if (v.minor < 33 || value === canonical) return true;
  v.invalid(at, value, `must be in canonical form (${quoteGo(canonical)})`);
  return false;
}

/** An address that traffic can go to. Mirrors ValidateEndpointIP (ValidateNonSpecialIP before 1.33). */
export function endpointIp(v: Scope, at: At, value: string): void {
  const ip = parseIp(value);
  if (ip === undefined) {
    v.invalid(at, value, 'must be a valid IP address');
    return;
  }
  if (isUnspecified(ip)) v.invalid(at, value, `may not be unspecified (${value})`);
  if (isLoopback(ip)) v.invalid(at, value, 'may not be in the loopback range (127.0.0.0/8, ::1/128)');
  if (isLinkLocalUnicast(ip)) v.invalid(at, value, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)');
  if (isLinkLocalMulticast(ip)) v.invalid(at, value, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)');
}

/** Whether the second CIDR lies inside the first and is smaller. Undefined when either is none. */
export function isStrictSubset(outer: string, inner: string): boolean | undefined {
  const a = parseCidr(outer);
  const b = parseCidr(inner);
  if (a === undefined || b === undefined) return undefined;
  return cidrContains(a, b.ip) && a.prefix < b.prefix;
}

/** One address of each family, as a list for both must have. */
export function areDualStack(ips: readonly string[], read: (text: string) => Ip | undefined): boolean {
  let four = false;
  let six = false;
  for (const text of ips) {
    const ip = read(text);
    if (ip === undefined) return false;
    if (ip.isIPv4) four = true;
    else six = true;
  }
  return four && six && ips.length > 1;
}

function isIp(v: Scope, at: At, value: string, strict: boolean): Ip | undefined {
  const ip = parseIp(value);
  if (ip === undefined) {
    v.invalid(at, value, IP_EXAMPLE);
    return undefined;
  }
  const faults = strict ? strictIpFaults(ip) : [];
  v.invalids(at, value, faults);
  return faults.length === 0 ? ip : undefined;
}

function strictIpFaults(ip: Ip): readonly string[] {
  const faults: string[] = [];
  if (!ip.strict) faults.push('must not have leading 0s');
  else if (ip.isIPv4 && ip.colons) faults.push('must not be an IPv4-mapped IPv6 address');
  return faults;
}

function isCidr(v: Scope, at: At, value: string, strict: boolean, field?: string): boolean {
  const cidr = parseCidr(value);
  let fault: string | undefined;
  if (cidr === undefined) fault = CIDR_EXAMPLE;
  else if (strict) {
    if (!cidr.strict) fault = 'must not have leading 0s in IP or prefix length';
    else if (cidr.ip.isIPv4 && cidr.ip.colons) fault = 'must not have an IPv4-mapped IPv6 address';
    else if (hasHostBits(cidr)) fault = 'must not have bits set beyond the prefix length';
  }
  if (fault === undefined) return true;
  v.invalid(at, value, fault, field);
  return false;
}
