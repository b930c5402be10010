import { flat } from '../source/flat-text.ts';

/** An image name that the kubelet can parse, in the parts it finds. */
export interface ImageReference {
  /** `docker.io` when none is written; `''` in the one case where the first segment is a path and no host (`a_b.c/d`). */
  readonly registry: string;
  /** With `library/` for Docker's official images: `library/nginx`, `acme/api`. */
  readonly repository: string;
  readonly tag?: string;
  /** `sha256:…` */
  readonly digest?: string;
  /** The name without tag and digest, as people write it: `nginx`, `acme/api`, `ghcr.io/acme/api`. */
  readonly familiar: string;
}

/** An image name that the kubelet cannot parse: the container waits with InvalidImageName. */
export interface ImageNameError {
  /** As the parser says it: `invalid reference format`. */
  readonly error: string;
  /** As the kubelet says it, in the container's state and in an Event. */
  readonly says: string;
}

const DEFAULT_DOMAIN = 'docker.io';
const OFFICIAL = 'library/';
const MAX_PATH = 255;

/**
 * Splits an image name as the kubelet does before it pulls, or says why it would not.
 *
 * Mirrors k8s.io/kubernetes/pkg/util/parsers.ParseImageName and pkg/kubelet/images.applyDefaultImageTag, which rest on
 * ParseNormalizedNamed of github.com/distribution/reference v0.6.0. Releases up to 1.30 hold the limit of 255 characters
 * against the name with its registry, later ones without; here it is without. Linear in the length of `text`.
 */
export function parseImage(text: string): ImageReference | ImageNameError {
  let image = parsed.get(text);
  if (image === undefined) {
    if (parsed.size === MOST_PARSED) parsed.clear();
    const name = flat(text);
    parsed.set(name, (image = parse(name)));
  }
  return image;
}

/** Several rules ask of each image, and most images stand in many manifests. */
const parsed = new Map<string, ImageReference | ImageNameError>();
const MOST_PARSED = 4096;

function parse(text: string): ImageReference | ImageNameError {
  const found = parseNormalizedNamed(text);
  if (typeof found !== 'string') return found;
  const name = goQuote(text);
  return { error: found, says: `Failed to apply default image tag ${name}: couldn't parse image name ${name}: ${found}` };
}

/** `nginx` → `docker.io/library/nginx`: equal for two spellings of one repository. */
export function canonicalName(image: ImageReference): string {
  return image.registry === '' ? image.repository : `${image.registry}/${image.repository}`;
}

/** The same tag and digest of another repository: `nginx:1.29` from `ngnix:1.29` and `nginx`. */
export function renamed({ tag, digest }: ImageReference, name: string): string {
  return `${name}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

const FORMAT = 'invalid reference format';

function parseNormalizedNamed(text: string): ImageReference | string {
  if (text.length === 64 && hexUpTo(text, 0, 64) === 64) {
    return `invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`;
  }
  const [domain, remainder] = splitDomain(text);
  const colon = remainder.indexOf(':');
  const remote = colon < 0 ? remainder : remainder.slice(0, colon);
  if (goLower(remote) !== remote) return `${FORMAT}: repository name (${remote}) must be lowercase`;

  const parts = match(domain, remainder);
  if (parts === undefined) {
    const lowered = match(goLower(domain), goLower(remainder));
    return lowered === undefined ? FORMAT : 'repository name must be lowercase';
  }
  if (parts.repository.length > MAX_PATH) return `repository name must not be more than ${MAX_PATH} characters`;
  if (parts.digest !== undefined) {
    const fault = digestFault(parts.digest);
    if (fault !== undefined) return fault;
  }
  return parts;
}

/** splitDockerDomain: the first segment is a host if it looks like one. */
function splitDomain(name: string): [domain: string, remainder: string] {
  const slash = name.indexOf('/');
  if (slash < 0) return [DEFAULT_DOMAIN, OFFICIAL + name];
  const first = name.slice(0, slash);
  let domain = DEFAULT_DOMAIN;
  let remainder = name;
  if (first === 'index.docker.io') {
    remainder = name.slice(slash + 1);
  } else if (first === 'localhost' || first.includes('.') || first.includes(':') || goLower(first) !== first) {
    domain = first;
    remainder = name.slice(slash + 1);
  }
  if (domain === DEFAULT_DOMAIN && !remainder.includes('/')) remainder = OFFICIAL + remainder;
  return [domain, remainder];
}

/** ReferenceRegexp on `domain/remainder`, or undefined. `domain` holds no slash. */
function match(domain: string, remainder: string): ImageReference | undefined {
  let nameEnd = remainder.length;
  for (let i = 0; i < remainder.length; i++) {
    const c = remainder.charCodeAt(i);
    if (c === COLON || c === AT) {
      nameEnd = i;
      break;
    }
  }
  if (!isPath(remainder, 0, nameEnd)) return undefined;
  let registry = domain;
  let repository = remainder.slice(0, nameEnd);
  if (!isDomainAndPort(domain)) {
    // The domain is optional in the grammar, so `a_b.c/d` is one path without a registry.
    if (!isPath(domain, 0, domain.length)) return undefined;
    registry = '';
    repository = `${domain}/${repository}`;
  }

  let at = nameEnd;
  let tag: string | undefined;
  let digest: string | undefined;
  if (at < remainder.length && remainder.charCodeAt(at) === COLON) {
    const end = tagEnd(remainder, at + 1);
    if (end === at + 1) return undefined;
    tag = remainder.slice(at + 1, end);
    at = end;
  }
  if (at < remainder.length && remainder.charCodeAt(at) === AT) {
    digest = remainder.slice(at + 1);
    if (!isDigest(digest)) return undefined;
    at = remainder.length;
  }
  if (at !== remainder.length) return undefined;
  return { registry, repository, tag, digest, familiar: familiarName(registry, repository) };
}

function familiarName(registry: string, repository: string): string {
  if (registry === '') return repository;
  if (registry !== DEFAULT_DOMAIN) return `${registry}/${repository}`;
  if (repository.startsWith(OFFICIAL) && !repository.includes('/', OFFICIAL.length)) return repository.slice(OFFICIAL.length);
  return repository;
}

const COLON = 58;
const AT = 64;
const SLASH = 47;
const DOT = 46;
const DASH = 45;
const UNDERSCORE = 95;

function isLowerAlnum(c: number): boolean {
  return (c >= 97 && c <= 122) || (c >= 48 && c <= 57);
}
function isAlnum(c: number): boolean {
  return isLowerAlnum(c) || (c >= 65 && c <= 90);
}
function isLetter(c: number): boolean {
  return (c >= 97 && c <= 122) || (c >= 65 && c <= 90);
}

/** remoteName: components of `[a-z0-9]+`, joined by `.`, `_`, `__` or any number of `-`, themselves joined by `/`. */
function isPath(text: string, from: number, to: number): boolean {
  let i = from;
  while (true) {
    const start = i;
    while (i < to && isLowerAlnum(text.charCodeAt(i))) i++;
    if (i === start) return false;
    if (i === to) return true;
    const c = text.charCodeAt(i);
    if (c === SLASH || c === DOT) i++;
    else if (c === UNDERSCORE) i += text.charCodeAt(i + 1) === UNDERSCORE ? 2 : 1;
    else if (c === DASH) while (i < to && text.charCodeAt(i) === DASH) i++;
    else return false;
  }
}

/** A host name or a bracketed IPv6 address, with or without `:port`. */
function isDomainAndPort(text: string): boolean {
  let i = 0;
  if (text.startsWith('[')) {
    i = 1;
    while (i < text.length && isHexOrColon(text.charCodeAt(i))) i++;
    if (i === 1 || text[i] !== ']') return false;
    i++;
  } else {
    while (true) {
      const start = i;
      while (i < text.length && (isAlnum(text.charCodeAt(i)) || text.charCodeAt(i) === DASH)) i++;
      if (i === start || text.charCodeAt(start) === DASH || text.charCodeAt(i - 1) === DASH) return false;
      if (text.charCodeAt(i) !== DOT) break;
      i++;
    }
  }
  if (i === text.length) return true;
  if (text.charCodeAt(i) !== COLON || i + 1 === text.length) return false;
  for (i++; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 48 || c > 57) return false;
  }
  return true;
}

function isHexOrColon(c: number): boolean {
  return isHex(c) || c === COLON;
}
function isHex(c: number): boolean {
  return (c >= 48 && c <= 57) || (c >= 97 && c <= 102) || (c >= 65 && c <= 70);
}

/** The end of the longest tag from `from`: a word character and up to 127 of `[\w.-]`. */
function tagEnd(text: string, from: number): number {
  let i = from;
  while (i < text.length && i < from + 128) {
    const c = text.charCodeAt(i);
    const word = isAlnum(c) || c === UNDERSCORE;
    if (!word && (i === from || (c !== DOT && c !== DASH))) break;
    i++;
  }
  return i;
}

/** digestPat: an algorithm of letter-led components joined by one of `-_+.`, a colon, 32 or more hexadecimal digits. */
function isDigest(text: string): boolean {
  let i = 0;
  while (true) {
    if (i >= text.length || !isLetter(text.charCodeAt(i))) return false;
    while (i < text.length && isAlnum(text.charCodeAt(i))) i++;
    const c = text.charCodeAt(i);
    if (c === COLON) break;
    if (c !== DASH && c !== UNDERSCORE && c !== 43 && c !== DOT) return false;
    i++;
  }
  const start = i + 1;
  for (i = start; i < text.length; i++) if (!isHex(text.charCodeAt(i))) return false;
  return i - start >= 32;
}

const DIGEST_LENGTHS = new Map([
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
]);

/** digest.Parse of github.com/opencontainers/go-digest, for a text that isDigest holds for. */
function digestFault(digest: string): string | undefined {
  const colon = digest.indexOf(':');
  const algorithm = digest.slice(0, colon);
  const length = DIGEST_LENGTHS.get(algorithm);
  if (length === undefined) {
    return algorithm === algorithm.toLowerCase() ? 'unsupported digest algorithm' : 'invalid checksum digest format';
  }
  if (digest.length - colon - 1 !== length) return 'invalid checksum digest length';
  return hexUpTo(digest, colon + 1, digest.length) === digest.length ? undefined : 'invalid checksum digest format';
}

/** Where a run of lower-case hexadecimal digits ends. */
function hexUpTo(text: string, from: number, to: number): number {
  let i = from;
  while (i < to) {
    const c = text.charCodeAt(i);
    if (!((c >= 48 && c <= 57) || (c >= 97 && c <= 102))) break;
    i++;
  }
  return i;
}

/** strings.ToLower maps U+0130 to one letter where JavaScript makes two. */
function goLower(text: string): string {
  return text.includes('\u0130') ? text.replaceAll('\u0130', 'i').toLowerCase() : text.toLowerCase();
}

/** strconv.Quote, for what an image name can hold: `%q` in the kubelet's messages. */
function goQuote(text: string): string {
  let out = '"';
  for (const c of text) {
    const code = c.codePointAt(0) ?? 0;
    if (c === '"' || c === '\\') out += `\\${c}`;
    else if (code >= 0x20 && code < 0x7f) out += c;
    else if (ESCAPES.has(c)) out += ESCAPES.get(c);
    else if (code < 0x80) out += `\\x${code.toString(16).padStart(2, '0')}`;
    else if (code >= 0xd800 && code <= 0xdfff) out += '\ufffd';
    else if (/[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(c)) out += c;
    else out += code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  }
  return `${out}"`;
}

const ESCAPES = new Map([
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
]);
