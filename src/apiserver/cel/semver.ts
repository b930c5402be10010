import type { SemanticVersion } from './values.ts';

const VERSION = /^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?$/;

/** Mirrors github.com/blang/semver/v4's Parse. */
export function parseVersion(text: string): SemanticVersion | undefined {
  if (text.length > 256) return undefined;
  const found = VERSION.exec(text);
  if (found === null) return undefined;
  const [, major, minor, patch, pre, build] = found;
  const parts = pre?.split('.') ?? [];
  if (parts.some((part) => part === '' || /^0[0-9]+$/.test(part))) return undefined;
  if (build?.split('.').some((part) => part === '')) return undefined;
  const numbers = [BigInt(major!), BigInt(minor!), BigInt(patch!)] as const;
  return numbers.some((number) => number >= 2n ** 64n) ? undefined : { numbers, pre: parts };
}

/** With the `v` taken off, missing numbers filled in, leading zeros dropped. Mirrors normalizeAndParse of Kubernetes' semver library. */
export function parseLooseVersion(text: string): SemanticVersion | undefined {
  if (text.length > 256) return undefined;
  const plain = text.startsWith('v') ? text.slice(1) : text;
  const [major, minor, ...rest] = plain.split('.');
  const parts = [major!, ...(minor === undefined ? [] : [minor]), ...(rest.length === 0 ? [] : [rest.join('.')])].map((part) => {
    if (part.length <= 1) return part;
    const short = part.replace(/^0+/, '');
    return /^[0-9]/.test(short) ? short : `0${short}`;
  });
  if (parts.length < 3 && /[+-]/.test(parts.at(-1)!)) return undefined;
  while (parts.length < 3) parts.push('0');
  return parseVersion(parts.join('.'));
}

export function compareVersions(a: SemanticVersion, b: SemanticVersion): -1 | 0 | 1 {
  for (let i = 0; i < 3; i++) if (a.numbers[i] !== b.numbers[i]) return a.numbers[i]! < b.numbers[i]! ? -1 : 1;
  if (a.pre.length === 0 || b.pre.length === 0) return a.pre.length === b.pre.length ? 0 : a.pre.length === 0 ? 1 : -1;
  for (let i = 0; i < Math.min(a.pre.length, b.pre.length); i++) {
    const [x, y] = [a.pre[i]!, b.pre[i]!];
    if (x === y) continue;
    const [xNumber, yNumber] = [/^[0-9]+$/.test(x), /^[0-9]+$/.test(y)];
    if (xNumber && yNumber) return BigInt(x) < BigInt(y) ? -1 : 1;
    if (xNumber !== yNumber) return xNumber ? -1 : 1;
    return x < y ? -1 : 1;
  }
  return a.pre.length === b.pre.length ? 0 : a.pre.length < b.pre.length ? -1 : 1;
}
