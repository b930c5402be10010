import { hasFormat } from '../custom-formats.ts';
import { ArrayList, EntryMap, Opaque, type Url, type Value } from './values.ts';

/** An absolute URI or path as net/url reads it; undefined for what url.ParseRequestURI refuses. */
export function urlOf(text: string): Opaque | undefined {
  if (hasFormat('uri')?.(text) !== true) return undefined;
  const hash = text.indexOf('#');
  const whole = hash < 0 ? text : text.slice(0, hash);
  const mark = whole.indexOf('?');
  const query = mark < 0 ? '' : whole.slice(mark + 1);
  let rest = mark < 0 ? whole : whole.slice(0, mark);
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(rest);
  if (scheme !== null) rest = rest.slice(scheme[0].length);
  let host = '';
  if (rest.startsWith('//') && (scheme !== null || !rest.startsWith('///'))) {
    const slash = rest.indexOf('/', 2);
    const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash);
    host = authority.slice(authority.lastIndexOf('@') + 1);
    rest = slash < 0 ? '' : rest.slice(slash);
  }
  const url: Url = {
    text,
    scheme: (scheme?.[1] ?? '').toLowerCase(),
    host,
    // Behind a scheme without a slash it is opaque, and there is no path.
    path: rest.startsWith('/') || scheme === null ? escapedPath(rest) : '',
    query,
  };
  return new Opaque({ type: 'kubernetes.URL', url });
}

/** As written where that is a valid escaping, else with what a path may not hold escaped. */
function escapedPath(path: string): string {
  if (/^(?:[A-Za-z0-9\-_.~!$&'()*+,;=:@/[\]]|%[0-9A-Fa-f]{2})*$/.test(path)) return path;
  return path.replace(/%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-_.~$&+,/:;=@]/gu, (char) => {
    const text = char.length === 3 && char.startsWith('%') ? char : undefined;
    return (
      text ?? [...new TextEncoder().encode(char)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
    );
  });
}

export function hostName({ host }: Url): string {
  if (host.startsWith('[')) return host.slice(1, Math.max(host.indexOf(']'), 1));
  const colon = host.lastIndexOf(':');
  return colon < 0 ? host : host.slice(0, colon);
}

export function portOf({ host }: Url): string {
  return /:([0-9]*)$/.exec(host.slice(host.lastIndexOf(']') + 1))?.[1] ?? '';
}

/** url.Values: what cannot be unescaped, or holds a semicolon, is left out. */
export function queryOf({ query }: Url): Value {
  const values = new Map<string, string[]>();
  for (const part of query.split('&')) {
    if (part === '' || part.includes(';')) continue;
    const sign = part.indexOf('=');
    const key = unescapeQuery(sign < 0 ? part : part.slice(0, sign));
    const value = unescapeQuery(sign < 0 ? '' : part.slice(sign + 1));
    if (key === undefined || value === undefined) continue;
    const list = values.get(key);
    if (list === undefined) values.set(key, [value]);
    else list.push(value);
  }
  return new EntryMap(new Map([...values].map(([key, list]) => [`s${key}`, [key, new ArrayList(list)] as const])));
}

function unescapeQuery(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
