/**
 * IP addresses and CIDR blocks as the API server reads them: sloppily (leading zeros allowed) in old fields and releases,
 * strictly since 1.36, canonically in new fields.
 *
 * Mirrors k8s.io/apimachinery/pkg/util/validation/ip.go, which rests on k8s.io/utils/net and Go's net/netip.
 */
export interface Ip {
  /** Eight groups of 16 bits; an IPv4 address lies in the last two, behind `::ffff:`. */
  readonly groups: readonly number[];
  /** An IPv4 address, also when written as `::ffff:1.2.3.4`. */
  readonly isIPv4: boolean;
  /** Written as an IPv6 address. With `isIPv4`: an IPv4-mapped one. */
  readonly colons: boolean;
  /** False with leading zeros that other software takes for octal, or more than four digits in a group. */
  readonly strict: boolean;
}

export interface Cidr {
  readonly ip: Ip;
  /** Length of the prefix in bits of the address as written: up to 32 for IPv4, else 128. */
  readonly prefix: number;
  /** False with leading zeros in the address or in the length. */
  readonly strict: boolean;
}

const LONGEST = 64;

/** The address a text stands for, read sloppily; undefined when it is none. */
export function parseIp(text: string): Ip | undefined {
  if (text.length > LONGEST) return undefined;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 46) return parseIpv4(text);
    if (code === 58) return parseIpv6(text);
  }
  return undefined;
}

function parseIpv4(text: string): Ip | undefined {
  const octets: number[] = [];
  let leadingZeros = false;
  let at = 0;
  for (let i = 0; i < 4; i++) {
    if (i > 0 && text.charCodeAt(at++) !== 46) return undefined;
    const start = at;
    const octet = readNumber(text, at, 10);
    if (octet.end === start || octet.value > 255) return undefined;
    at = octet.end;
    if (at - start > 1 && text.charCodeAt(start) === 48) leadingZeros = true;
    octets.push(octet.value);
  }
  if (at !== text.length) return undefined;
  const groups = [0, 0, 0, 0, 0, 0xffff, octets[0]! * 256 + octets[1]!, octets[2]! * 256 + octets[3]!];
  return { groups, isIPv4: true, colons: false, strict: !leadingZeros };
}

function parseIpv6(text: string): Ip | undefined {
  let ellipsis = -1;
  let at = 0;
  let leadingZeros = false;
  const groups: number[] = [];
  if (text.startsWith('::')) {
    ellipsis = 0;
    at = 2;
  }
  while (groups.length < 8 && at < text.length) {
    const start = at;
    const group = readNumber(text, at, 16);
    if (group.end === start || group.value > 0xffff) return undefined;
    if (text.charCodeAt(group.end) === 46) {
      if ((ellipsis < 0 && groups.length !== 6) || groups.length > 6) return undefined;
      const tail = parseIpv4(text.slice(start));
      if (tail === undefined) return undefined;
      leadingZeros ||= !tail.strict;
      groups.push(tail.groups[6]!, tail.groups[7]!);
      at = text.length;
      break;
    }
    if (group.end - start > 4) leadingZeros = true;
    groups.push(group.value);
    at = group.end;
    if (at === text.length) break;
    if (text.charCodeAt(at) !== 58 || at + 1 === text.length) return undefined;
    at++;
    if (text.charCodeAt(at) === 58) {
      if (ellipsis >= 0) return undefined;
      ellipsis = groups.length;
      at++;
    }
  }
  if (at !== text.length) return undefined;
  if (groups.length < 8) {
    if (ellipsis < 0) return undefined;
    groups.splice(ellipsis, 0, ...new Array<number>(8 - groups.length).fill(0));
  } else if (ellipsis >= 0) {
    return undefined;
  }
  const mapped =
    groups[5] === 0xffff && groups[0] === 0 && groups[1] === 0 && groups[2] === 0 && groups[3] === 0 && groups[4] === 0;
  return { groups, isIPv4: mapped, colons: true, strict: !leadingZeros };
}

/** Digits from `at` on. Gives up (end is `at`) where the number passes 24 bits. */
function readNumber(text: string, at: number, base: 10 | 16): { value: number; end: number } {
  let value = 0;
  let end = at;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    let digit = -1;
    if (code >= 48 && code <= 57) digit = code - 48;
    else if (base === 16 && code >= 97 && code <= 102) digit = code - 87;
    else if (base === 16 && code >= 65 && code <= 70) digit = code - 55;
    if (digit < 0) break;
    value = value * base + digit;
    if (value >= 0xffffff) return { value, end: at };
  }
  return { value, end };
}

/** `10.0.0.0/8`, read sloppily; undefined when it is none. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  if (slash < 0 || text.length > LONGEST) return undefined;
  const head = text.slice(0, slash);
  const ip = parseIpv4(head) ?? parseIpv6(head);
  if (ip === undefined) return undefined;
  const length = readNumber(text, slash + 1, 10);
  if (length.end === slash + 1 || length.end !== text.length) return undefined;
  if (length.value > (ip.colons ? 128 : 32)) return undefined;
  const digits = length.end - slash - 1;
  const strict = ip.strict && !(digits > 1 && text.charCodeAt(slash + 1) === 48);
  return { ip, prefix: length.value, strict };
}

/** The address with all bits behind the prefix zero. */
export function maskIp(ip: Ip, prefix: number): Ip {
  const keep = ip.colons ? prefix : prefix + 96;
  const groups = ip.groups.map((group, i) => {
    const left = keep - i * 16;
    return left >= 16 ? group : left <= 0 ? 0 : group & (0xffff << (16 - left)) & 0xffff;
  });
  return { ...ip, groups };
}

function sameIp(a: Ip, b: Ip): boolean {
  return a.groups.every((group, i) => group === b.groups[i]);
}

/** True when bits are set behind the prefix: `10.0.0.1/8`. */
export function hasHostBits(cidr: Cidr): boolean {
  return !sameIp(cidr.ip, maskIp(cidr.ip, cidr.prefix));
}

/** True when the address lies in the block; never for one of the other family. */
export function cidrContains(cidr: Cidr, ip: Ip): boolean {
  if (cidr.ip.isIPv4 !== ip.isIPv4) return false;
  const keep = cidr.ip.colons ? cidr.prefix : cidr.prefix + 96;
  const whole: Ip = { ...ip, colons: true };
  return sameIp(maskIp({ ...cidr.ip, colons: true }, keep), maskIp(whole, keep));
}

/** `0.0.0.0`, `::` */
export function isUnspecified(ip: Ip): boolean {
  return ip.isIPv4 ? ip.groups[6] === 0 && ip.groups[7] === 0 : ip.groups.every((group) => group === 0);
}

/** `127.0.0.0/8`, `::1` */
export function isLoopback(ip: Ip): boolean {
  if (ip.isIPv4) return ip.groups[6]! >> 8 === 127;
  return ip.groups[7] === 1 && ip.groups.slice(0, 7).every((group) => group === 0);
}

/** `169.254.0.0/16`, `fe80::/10` */
export function isLinkLocalUnicast(ip: Ip): boolean {
  return ip.isIPv4 ? ip.groups[6] === 0xa9fe : (ip.groups[0]! & 0xffc0) === 0xfe80;
}

/** `224.0.0.0/24`, `ff02::/16` */
export function isLinkLocalMulticast(ip: Ip): boolean {
  if (ip.isIPv4) return ip.groups[6] === 0xe000 && ip.groups[7]! >> 8 === 0;
  return (ip.groups[0]! & 0xff0f) === 0xff02;
}

/** As Go's net.IP prints it: dotted for IPv4 (also a mapped one), else RFC 5952. */
export function formatIp(ip: Ip): string {
  const { groups } = ip;
  const mapped = groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
  if (mapped) return `${groups[6]! >> 8}.${groups[6]! & 255}.${groups[7]! >> 8}.${groups[7]! & 255}`;
  let from = -1;
  let to = -1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end > i && end - i > to - from) {
      from = i;
      to = end;
    }
    if (end > i) i = end;
  }
  if (to - from < 2) return groups.map((group) => group.toString(16)).join(':');
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  return `${hex(groups.slice(0, from))}::${hex(groups.slice(to))}`;
}

/** The block with its canonical address, as Go's net.IPNet prints it. A mapped block prints as IPv4 where its prefix allows. */
export function formatCidr(cidr: Cidr): string {
  const masked = maskIp(cidr.ip, cidr.prefix);
  if (cidr.ip.colons && cidr.ip.isIPv4 && cidr.prefix >= 96) return `${formatIp(masked)}/${cidr.prefix - 96}`;
  return `${formatIp(masked)}/${cidr.prefix}`;
}

const NONE: readonly string[] = [];

/** Warnings about an accepted address in an old field, without the field. The server gives them from 1.33 on. */
export function ipWarnings(value: string, minor: number): readonly string[] {
  const ip = parseIp(value);
  if (ip === undefined) return NONE;
  const canonical = formatIp(ip);
  if (!ip.strict || (ip.isIPv4 && ip.colons)) return [`non-standard IP address "${value}" ${refusal(minor)}: use "${canonical}"`];
  if (!ip.isIPv4 && canonical !== value)
    return [`IPv6 address "${value}" should be in RFC 5952 canonical format ("${canonical}")`];
  return NONE;
}

/** Warnings about an accepted block in an old field, without the field. */
export function cidrWarnings(value: string, minor: number): readonly string[] {
  const cidr = parseCidr(value);
  if (cidr === undefined) return NONE;
  const { ip } = cidr;
  const mapped = ip.isIPv4 && ip.colons;
  const warnings: string[] = [];
  const canonical = formatCidr(cidr);
  if (hasHostBits(cidr)) {
    const single = `${formatIp(ip)}/${ip.colons ? 128 : 32}`;
    warnings.push(`CIDR value "${value}" is ambiguous in this context (should be "${canonical}" or "${single}"?)`);
  }
  if (!cidr.strict || mapped) warnings.push(`non-standard CIDR value "${value}" ${refusal(minor)}: use "${canonical}"`);
  if (warnings.length === 0 && !ip.isIPv4 && canonical !== value) {
    warnings.push(`IPv6 CIDR value "${value}" should be in RFC 5952 canonical format ("${canonical}")`);
  }
  return warnings;
}

function refusal(minor: number): string {
  return minor >= 36 ? 'is invalid' : 'will be considered invalid in a future Kubernetes release';
}
