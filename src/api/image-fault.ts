import { parseImage } from './image-reference.ts';
import { isUnknown } from './unknown.ts';

/** What is wrong with an image name that cannot be parsed. */
export interface ImageFault {
  /** As the parser says it: `invalid reference format`. */
  readonly error: string;
  /** As the kubelet says it. */
  readonly says: string;
  /** The reason in a clause: `the repository must be in lower case`. */
  readonly why: string;
  /** The name it was probably meant to be. */
  readonly instead?: string;
  /** True when no other name can be meant. */
  readonly safe: boolean;
  /** It looks like something to be replaced before it is applied: `gcr.io/PROJECT_ID/app`, `<image>`. */
  readonly placeholder: boolean;
}

/**
 * Why the kubelet cannot parse an image name; undefined where it can, where placeholders stand, and where the API server refuses
 * the text already (blanks around it) or a tool is sure to replace it (`ko://…`).
 */
export function imageFault(text: string): ImageFault | undefined {
  if (text === '' || text.length > 4_096 || isUnknown(text) || text.trim() !== text || text.startsWith('ko://')) return undefined;
  const parsed = parseImage(text);
  if (!('error' in parsed)) return undefined;
  const { error, says } = parsed;
  const [why, ...candidates] = explain(text, error);
  const instead = candidates.find((candidate) => candidate !== text && !('error' in parseImage(candidate)));
  const safe = instead !== undefined && (error.includes('lowercase') || SCHEME.test(text));
  return { error, says, why, instead, safe, placeholder: isPlaceholder(text) };
}

const SCHEME = /^[a-z][a-z-]*:\/\//;

function explain(text: string, error: string): [why: string, ...candidates: string[]] {
  if (SCHEME.test(text)) {
    const bare = text.replace(SCHEME, '');
    return [`an image name has no ${SCHEME.exec(text)![0]} in front`, bare, lowered(bare)];
  }
  if (error.includes('lowercase')) return ['the repository must be in lower case', lowered(text)];
  if (/^[0-9a-f]{64}$/.test(text)) return ['64 hexadecimal digits are an image ID, and no name', `sha256:${text}`];
  if (error.includes('must not be more')) return [error];
  const blank = /\s/.exec(text);
  if (blank !== null) return ['there is a blank in it', text.replaceAll(/\s+/g, '')];
  if (
    text.includes('@') &&
    (error !== 'invalid reference format' || !('error' in parseImage(text.slice(0, text.indexOf('@')))))
  ) {
    const name = text.slice(0, text.indexOf('@'));
    return ['a digest is sha256: and 64 hexadecimal digits in lower case', text.endsWith('@') ? name : text.toLowerCase()];
  }
  const tag = tagOf(text);
  if (tag === '') return ['there is no tag behind the colon', text.slice(0, -1)];
  if (tag !== undefined && !/^\w[\w.-]{0,127}$/.test(tag)) {
    const name = text.slice(0, text.length - tag.length - 1);
    if (/^\w[\w.-]*(?:\+[\w.-]+)$/.test(tag)) return ['a tag has no +', `${name}:${tag.replace('+', '_')}`];
    return [`${JSON.stringify(tag)} is no tag: letters, digits, ".", "_" and "-", at most 128`];
  }
  const last = text.slice(text.lastIndexOf('/') + 1);
  if (last.indexOf(':') !== last.lastIndexOf(':')) return ['there are two tags in it'];
  if (text.includes('//')) return ['there is an empty part between slashes', text.replaceAll(/\/{2,}/g, '/')];
  return ['it is not of the form [registry/]repository[:tag][@digest]'];
}

/** With the repository in lower case; a tag keeps its letters. */
function lowered(text: string): string {
  const slash = text.lastIndexOf('/');
  const colon = text.indexOf(':', slash + 1);
  const at = text.indexOf('@', slash + 1);
  const end = Math.min(colon < 0 ? text.length : colon, at < 0 ? text.length : at);
  return text.slice(0, end).toLowerCase() + text.slice(end);
}

function tagOf(text: string): string | undefined {
  const end = text.indexOf('@');
  const name = end < 0 ? text : text.slice(0, end);
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/') ? name.slice(colon + 1) : undefined;
}

function isPlaceholder(text: string): boolean {
  if (/[<>$%{}[\]]|@@|__[A-Z]/.test(text)) return true;
  return text.split(/[/:@]/).some((part) => /^[A-Z][A-Z0-9]*(?:[_-][A-Z0-9]+)+$/.test(part) || WORDS.has(part));
}

/** What people write where something is to be put in. */
const WORDS: ReadonlySet<string> = new Set([
  'ACCOUNT',
  'BUILD',
  'COMMIT',
  'IMAGE',
  'NAME',
  'OWNER',
  'PLACEHOLDER',
  'PROJECT',
  'REGISTRY',
  'REPLACE',
  'REPO',
  'REPOSITORY',
  'SHA',
  'TAG',
  'TODO',
  'USER',
  'USERNAME',
  'VERSION',
]);
