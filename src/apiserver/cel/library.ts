import {
  type Cidr,
  cidrContains,
  formatIp,
  type Ip,
  isLinkLocalMulticast,
  isLinkLocalUnicast,
  isLoopback,
  isUnspecified,
  maskIp,
  parseCidr,
  parseIp,
} from '../../api/ip.ts';
import {
  labelValueFaults,
  nameIsDns1035Label,
  nameIsDnsLabel,
  nameIsDnsSubdomain,
  qualifiedNameFaults,
} from '../../api/names.ts';
import {
  addQuantity,
  compareQuantity,
  isIntegerQuantity,
  parseQuantity,
  type Quantity,
  quantityOf,
  quantitySign,
  quantityToNumber,
  scaledValue,
  subtractQuantity,
} from '../../api/quantity.ts';
import { hasFormat } from '../custom-formats.ts';
import { quoteGo } from '../go-print.ts';
import type { CelFunction } from './functions.ts';
import { compareVersions, parseLooseVersion, parseVersion } from './semver.ts';
import { hostName, portOf, queryOf, urlOf } from './url.ts';
import {
  ArrayList,
  CelError,
  MAX_INT,
  MIN_INT,
  NO_OVERLOAD,
  NONE,
  Opaque,
  type OpaqueData,
  Optional,
  type SemanticVersion,
  type Value,
} from './values.ts';

/** Kubernetes' own functions: quantity, url, ip, cidr, format, semver of k8s.io/apiserver/pkg/cel/library. */
export const KUBERNETES_FUNCTIONS: ReadonlyMap<string, CelFunction> = new Map<string, CelFunction>([
  ['jsonpatch.escapeKey', ([key]) => (typeof key === 'string' ? key.replaceAll('~', '~0').replaceAll('/', '~1') : NO_OVERLOAD)],
  ['quantity', ofText((text) => quantityValue(text) ?? new CelError(QUANTITY_FAULT))],
  ['isQuantity', ofText((text) => quantityValue(text) !== undefined)],
  ['sign', sign],
  [
    'url',
    ofText(
      (text) =>
        urlOf(text) ??
        new CelError(`URL parse error during conversion from string: parse ${quoteGo(text)}: invalid URI for request`),
    ),
  ],
  ['isURL', ofText((text) => urlOf(text) !== undefined)],
  ['ip', ofText((text) => ipOf(text))],
  ['isIP', ofText((text) => ipOf(text) instanceof Opaque)],
  ['ip.isCanonical', ofText((text) => canonical(ipOf(text), text))],
  ['cidr', ofText((text) => cidrOf(text))],
  ['isCIDR', ofText((text) => cidrOf(text) instanceof Opaque)],
  ['semver', (args) => semver(args)],
  ['isSemver', (args) => ofVersion(semver(args))],
  ['format.named', ofText((name) => named(name))],
  ...FORMAT_NAMES().map((name): [string, CelFunction] => [
    `format.${name}`,
    (args) => (args.length === 0 ? (named(name).value ?? NO_OVERLOAD) : NO_OVERLOAD),
  ]),
]);

export const KUBERNETES_METHODS: ReadonlyMap<string, CelFunction> = new Map<string, CelFunction>([
  ['sign', sign],
  ['isGreaterThan', compared((order) => order > 0)],
  ['isLessThan', compared((order) => order < 0)],
  ['compareTo', compared((order) => BigInt(order))],
  ['asApproximateFloat', ofQuantity((quantity) => quantityToNumber(quantity))],
  ['asInteger', ofQuantity((quantity) => int64Of(quantity) ?? new CelError('cannot convert value to integer'))],
  ['isInteger', ofQuantity((quantity) => int64Of(quantity) !== undefined)],
  ['add', ofQuantities(addQuantity)],
  ['sub', ofQuantities(subtractQuantity)],
  ['major', ofSemver(({ numbers }) => numbers[0])],
  ['minor', ofSemver(({ numbers }) => numbers[1])],
  ['patch', ofSemver(({ numbers }) => numbers[2])],
  ['getScheme', ofUrl(({ url }) => url.scheme)],
  ['getHost', ofUrl(({ url }) => url.host)],
  ['getHostname', ofUrl(({ url }) => hostName(url))],
  ['getPort', ofUrl(({ url }) => portOf(url))],
  ['getEscapedPath', ofUrl(({ url }) => url.path)],
  ['getQuery', ofUrl(({ url }) => queryOf(url))],
  ['family', ofIp((ip) => (isVersion4(ip) ? 4n : 6n))],
  ['isUnspecified', ofIp(isUnspecified)],
  ['isLoopback', ofIp(isLoopback)],
  ['isLinkLocalMulticast', ofIp(isLinkLocalMulticast)],
  ['isLinkLocalUnicast', ofIp(isLinkLocalUnicast)],
  ['isGlobalUnicast', ofIp(isGlobalUnicast)],
  ['containsIP', containsIp],
  ['containsCIDR', containsCidr],
  ['ip', ofCidr((cidr) => new Opaque({ type: 'net.IP', ip: cidr.ip }))],
  ['prefixLength', ofCidr((cidr) => BigInt(cidr.prefix))],
  ['masked', ofCidr((cidr) => new Opaque({ type: 'net.CIDR', cidr: { ...cidr, ip: maskIp(cidr.ip, cidr.prefix) } }))],
  ['validate', validate],
]);

const QUANTITY_FAULT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

function ofText(make: (text: string) => Value): CelFunction {
  return (args) => (typeof args[0] === 'string' && args.length === 1 ? make(args[0]) : NO_OVERLOAD);
}

function dataOf<Type extends OpaqueData['type']>(
  value: Value | undefined,
  type: Type,
): Extract<OpaqueData, { type: Type }> | undefined {
  return value instanceof Opaque && value.data.type === type ? (value.data as Extract<OpaqueData, { type: Type }>) : undefined;
}

function quantityValue(text: string): Opaque | undefined {
  // The function reads the text as it is; only JSON's texts are trimmed.
  const quantity = text.trim() === text ? parseQuantity(text) : undefined;
  return quantity === undefined ? undefined : new Opaque({ type: 'kubernetes.Quantity', quantity });
}

function sign(args: readonly Value[]): Value {
  const data = dataOf(args[0], 'kubernetes.Quantity');
  return data === undefined || args.length !== 1 ? NO_OVERLOAD : BigInt(quantitySign(data.quantity));
}

function int64Of(quantity: Quantity): bigint | undefined {
  if (!isIntegerQuantity(quantity)) return undefined;
  const value = scaledValue(quantity, 0);
  return value < MIN_INT || value > MAX_INT ? undefined : value;
}

function ofQuantity(method: (quantity: Quantity) => Value): CelFunction {
  return (args) => {
    const data = dataOf(args[0], 'kubernetes.Quantity');
    return data === undefined || args.length !== 1 ? NO_OVERLOAD : method(data.quantity);
  };
}

function ofQuantities(method: (a: Quantity, b: Quantity) => Quantity): CelFunction {
  return (args) => {
    const data = dataOf(args[0], 'kubernetes.Quantity');
    if (data === undefined || args.length !== 2) return NO_OVERLOAD;
    const other = typeof args[1] === 'bigint' ? quantityOf(args[1]) : dataOf(args[1], 'kubernetes.Quantity')?.quantity;
    if (other === undefined) return NO_OVERLOAD;
    return new Opaque({ type: 'kubernetes.Quantity', quantity: method(data.quantity, other) });
  };
}

function compared(verdict: (order: -1 | 0 | 1) => Value): CelFunction {
  return (args) => {
    if (args.length !== 2) return NO_OVERLOAD;
    const [a, b] = [dataOf(args[0], 'kubernetes.Quantity'), dataOf(args[1], 'kubernetes.Quantity')];
    if (a !== undefined && b !== undefined) return verdict(compareQuantity(a.quantity, b.quantity));
    const [v, w] = [dataOf(args[0], 'kubernetes.Semver'), dataOf(args[1], 'kubernetes.Semver')];
    return v === undefined || w === undefined ? NO_OVERLOAD : verdict(compareVersions(v.version, w.version));
  };
}

function semver(args: readonly Value[]): Value {
  const [text, normalize = false] = args;
  if (typeof text !== 'string' || typeof normalize !== 'boolean' || args.length > 2) return NO_OVERLOAD;
  const version = normalize ? parseLooseVersion(text) : parseVersion(text);
  return version === undefined
    ? new CelError('No Major.Minor.Patch elements found')
    : new Opaque({ type: 'kubernetes.Semver', version });
}

function ofVersion(value: Value): Value {
  return value === NO_OVERLOAD ? value : value instanceof Opaque;
}

function ofSemver(method: (version: SemanticVersion) => Value): CelFunction {
  return (args) => {
    const data = dataOf(args[0], 'kubernetes.Semver');
    return data === undefined || args.length !== 1 ? NO_OVERLOAD : method(data.version);
  };
}

function ofUrl(method: (data: Extract<OpaqueData, { type: 'kubernetes.URL' }>) => Value): CelFunction {
  return (args) => {
    const data = dataOf(args[0], 'kubernetes.URL');
    return data === undefined || args.length !== 1 ? NO_OVERLOAD : method(data);
  };
}

function ofIp(method: (ip: Ip) => Value): CelFunction {
  return (args) => {
    const data = dataOf(args[0], 'net.IP');
    return data === undefined || args.length !== 1 ? NO_OVERLOAD : method(data.ip);
  };
}

function ofCidr(method: (cidr: Cidr) => Value): CelFunction {
  return (args) => {
    const data = dataOf(args[0], 'net.CIDR');
    return data === undefined || args.length !== 1 ? NO_OVERLOAD : method(data.cidr);
  };
}

function isVersion4(ip: Ip): boolean {
  return ip.isIPv4 && !ip.colons;
}

/** netip.ParseAddr, without zones and IPv4-mapped addresses. */
function ipOf(text: string): Opaque | CelError {
  const ip = parseIp(text);
  if (ip === undefined || !ip.strict)
    return new CelError(
      `IP Address ${quoteGo(text)} parse error during conversion from string: ParseAddr(${quoteGo(text)}): unable to parse IP`,
    );
  if (ip.isIPv4 && ip.colons) return new CelError(`IPv4-mapped IPv6 address ${quoteGo(text)} is not allowed`);
  return new Opaque({ type: 'net.IP', ip });
}

function canonical(value: Opaque | CelError, text: string): Value {
  const data = dataOf(value, 'net.IP');
  return data === undefined ? value : formatIp(data.ip) === text;
}

function cidrOf(text: string): Opaque | CelError {
  const cidr = parseCidr(text);
  const fault = 'network address parse error during conversion from string: ';
  if (cidr === undefined || !cidr.strict) return new CelError(`${fault}${fault}netip.ParsePrefix(${quoteGo(text)}): no '/'`);
  if (cidr.ip.isIPv4 && cidr.ip.colons) return new CelError(`${fault}IPv4-mapped IPv6 address ${quoteGo(text)} is not allowed`);
  return new Opaque({ type: 'net.CIDR', cidr });
}

function containsIp(args: readonly Value[]): Value {
  const cidr = dataOf(args[0], 'net.CIDR');
  if (cidr === undefined || args.length !== 2) return NO_OVERLOAD;
  const other = typeof args[1] === 'string' ? ipOf(args[1]) : args[1]!;
  const ip = dataOf(other, 'net.IP');
  if (ip === undefined) return NO_OVERLOAD;
  return isVersion4(ip.ip) === isVersion4(cidr.cidr.ip) && cidrContains(cidr.cidr, ip.ip);
}

function containsCidr(args: readonly Value[]): Value {
  const cidr = dataOf(args[0], 'net.CIDR');
  if (cidr === undefined || args.length !== 2) return NO_OVERLOAD;
  const other = dataOf(typeof args[1] === 'string' ? cidrOf(args[1]) : args[1]!, 'net.CIDR');
  if (other === undefined) return NO_OVERLOAD;
  return (
    isVersion4(other.cidr.ip) === isVersion4(cidr.cidr.ip) &&
    cidr.cidr.prefix <= other.cidr.prefix &&
    cidrContains(cidr.cidr, other.cidr.ip)
  );
}

function isGlobalUnicast(ip: Ip): boolean {
  if (isUnspecified(ip) || isLoopback(ip) || isLinkLocalUnicast(ip)) return false;
  if (!isVersion4(ip)) return ip.groups[0]! >> 8 !== 0xff;
  const high = ip.groups[6]!;
  return !(high === 0xffff && ip.groups[7] === 0xffff) && !(high >> 12 === 14);
}

function FORMAT_NAMES(): readonly string[] {
  return [...FORMATS().keys()];
}

function FORMATS(): ReadonlyMap<string, (text: string) => readonly string[]> {
  const checked = (format: string, fault: string) => (text: string) => (hasFormat(format)?.(text) ? [] : [fault]);
  return new Map<string, (text: string) => readonly string[]>([
    ['dns1123Label', (text) => nameIsDnsLabel(text, false)],
    ['dns1123Subdomain', (text) => nameIsDnsSubdomain(text, false)],
    ['dns1035Label', (text) => nameIsDns1035Label(text, false)],
    ['qualifiedName', (text) => qualifiedNameFaults(text, 37)],
    ['dns1123LabelPrefix', (text) => nameIsDnsLabel(text, true)],
    ['dns1123SubdomainPrefix', (text) => nameIsDnsSubdomain(text, true)],
    ['dns1035LabelPrefix', (text) => nameIsDns1035Label(text, true)],
    ['labelValue', (text) => labelValueFaults(text, 37)],
    ['uri', (text) => (urlOf(text) === undefined ? [`parse ${quoteGo(text)}: invalid URI for request`] : [])],
    ['uuid', checked('uuid', 'does not match the UUID format')],
    ['byte', checked('byte', 'invalid base64')],
    ['date', checked('date', 'invalid date')],
    ['datetime', checked('datetime', 'invalid datetime')],
  ]);
}

function named(name: string): Optional {
  const faults = FORMATS().get(name);
  return faults === undefined ? NONE : new Optional(new Opaque({ type: 'kubernetes.NamedFormat', format: { name, faults } }));
}

function validate(args: readonly Value[]): Value {
  const data = dataOf(args[0], 'kubernetes.NamedFormat');
  if (data === undefined || typeof args[1] !== 'string' || args.length !== 2) return NO_OVERLOAD;
  const faults = data.format.faults(args[1]);
  return faults.length === 0 ? NONE : new Optional(new ArrayList(faults));
}
