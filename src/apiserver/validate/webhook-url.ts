import { isUnknown } from '../../api/unknown.ts';
import { quoteGo } from '../go-print.ts';
import type { Scope } from './scope.ts';

const FORM = '; desired format: https://host[/path]';

/** Mirrors ValidateWebhookURL of k8s.io/apiserver/pkg/util/webhook. */
export function validateWebhookUrl(v: Scope, at: string, text: string): void {
  if (isUnknown(text)) return;
  const url = parseUrl(text);
  if (typeof url === 'string') {
    v.required(at, `url must be a valid URL: parse ${quoteGo(text)}: ${url}${FORM}`);
    return;
  }
  if (url.scheme !== 'https') v.invalid(at, url.scheme, `'https' is the only allowed URL scheme${FORM}`);
  if (url.host === '') v.invalid(at, '', `host must be specified${FORM}`);
  if (url.user !== undefined) v.invalid(at, url.user, 'user information is not permitted in the URL');
  if (url.fragment !== '') v.invalid(at, url.fragment, 'fragments are not permitted in the URL');
  if (url.query !== '') v.invalid(at, url.query, 'query parameters are not permitted in the URL');
}

interface Url {
  readonly scheme: string;
  readonly host: string;
  readonly user: string | undefined;
  readonly query: string;
  readonly fragment: string;
}

/** What net/url makes of a URL, or why it does not; the faults that people make, not all that Go knows. */
function parseUrl(text: string): Url | string {
  const hash = text.indexOf('#');
  const fragment = hash < 0 ? '' : text.slice(hash + 1);
  let rest = hash < 0 ? text : text.slice(0, hash);
  if (/[\u0000-\u001f\u007f]/.test(rest)) return 'net/url: invalid control character in URL';
  if (rest.startsWith(':')) return 'missing protocol scheme';
  const schemed = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(rest);
  const scheme = schemed === null ? '' : schemed[1]!.toLowerCase();
  if (schemed !== null) rest = rest.slice(schemed[0].length);
  const mark = rest.indexOf('?');
  const query = mark < 0 ? '' : rest.slice(mark + 1);
  if (mark >= 0) rest = rest.slice(0, mark);
  const badEscape = /%(?![0-9A-Fa-f]{2}).{0,2}/.exec(`${rest}#${fragment}`);
  if (badEscape !== null) return `invalid URL escape ${quoteGo(badEscape[0])}`;
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { scheme, host: '', user: undefined, query, fragment };
    if (rest.split('/', 1)[0]!.includes(':')) return 'first path segment in URL cannot contain colon';
  }
  if (!rest.startsWith('//') || (scheme === '' && rest.startsWith('///'))) {
    return { scheme, host: '', user: undefined, query, fragment };
  }
  const slash = rest.indexOf('/', 2);
  const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash);
  const sign = authority.lastIndexOf('@');
  const user = sign < 0 ? undefined : authority.slice(0, sign);
  const host = authority.slice(sign + 1);
  const port = /:([^:\]]*)$/.exec(host);
  if (port !== null && !/^[0-9]*$/.test(port[1]!)) return `invalid port ${quoteGo(`:${port[1]}`)} after host`;
  const bad = /[ "<>^`{|}\\]/.exec(host);
  if (bad !== null) return `invalid character ${quoteGo(bad[0])} in host name`;
  return { scheme, host, user, query, fragment };
}
