import { isUnknown } from '../../api/unknown.ts';
import type { Fields } from '../validate/scope.ts';
import { fieldsOf, textOf } from '../validate/scope.ts';
import type { WarningList } from './list.ts';

/**
 * A TLS Secret whose certificate or key is none, so far as their PEM blocks tell; whether they fit together is not looked at.
 * Mirrors warningsForSecret of pkg/registry/core/secret/strategy.go and Go's crypto/tls.X509KeyPair.
 */
export function warnTlsSecret(list: WarningList, object: Fields): void {
  if (object['type'] !== 'kubernetes.io/tls') return;
  const crt = dataOf(object, 'tls.crt');
  const key = dataOf(object, 'tls.key');
  if (crt === undefined || key === undefined) return;
  const crtFault = certificateFault(blockTypes(crt.text, (type) => type === 'CERTIFICATE'));
  if (crtFault !== undefined) {
    list.addBare(crt.at, crtFault);
    return;
  }
  const keyFault = privateKeyFault(blockTypes(key.text, isPrivateKey));
  if (keyFault !== undefined) list.addBare(key.at, keyFault);
}

function dataOf(object: Fields, key: string): { readonly text: string; readonly at: string[] } | undefined {
  const plain = fieldsOf(object['stringData']);
  const field = Object.hasOwn(plain, key) ? 'stringData' : 'data';
  const value = textOf(fieldsOf(object[field])[key]);
  if (isUnknown(value)) return undefined;
  const text = field === 'data' ? Buffer.from(value, 'base64').toString('latin1') : value;
  return isUnknown(text) ? undefined : { text, at: [field, key] };
}

function isPrivateKey(type: string): boolean {
  return type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY');
}

function certificateFault({ found, others }: Blocks): string | undefined {
  if (found) return undefined;
  if (others.length === 0) return 'tls: failed to find any PEM data in certificate input';
  if (others.length === 1 && others[0]!.endsWith('PRIVATE KEY')) {
    return 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched';
  }
  return `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${others.join(' ')}]`;
}

function privateKeyFault({ found, others }: Blocks): string | undefined {
  if (found) return undefined;
  if (others.length === 0) return 'tls: failed to find any PEM data in key input';
  if (others.length === 1 && others[0] === 'CERTIFICATE') {
    return 'tls: found a certificate rather than a key in the PEM for the private key';
  }
  return `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${others.join(' ')}]`;
}

interface Blocks {
  readonly found: boolean;
  /** The types of the other blocks. */
  readonly others: readonly string[];
}

const MOST_BLOCKS = 100;

function blockTypes(text: string, wanted: (type: string) => boolean): Blocks {
  const others: string[] = [];
  let found = false;
  let from = 0;
  for (let blocks = 0; blocks < MOST_BLOCKS && !found; blocks++) {
    const start = text.indexOf('-----BEGIN ', from);
    if (start < 0) break;
    const typeEnd = text.indexOf('-----', start + 11);
    if (typeEnd < 0) break;
    const type = text.slice(start + 11, typeEnd);
    const end = text.indexOf(`\n-----END ${type}-----`, typeEnd);
    from = end < 0 ? typeEnd : end + type.length;
    if (end < 0 || (start > 0 && text[start - 1] !== '\n') || /[^\w .+-]/.test(type)) continue;
    if (!isBody(text.slice(typeEnd + 5, end))) continue;
    if (wanted(type)) found = true;
    else others.push(type);
  }
  return { found, others };
}

/** Base64 in lines, after headers if there are any. */
function isBody(body: string): boolean {
  const headers = /^\s*[\w-]+: /.test(body) ? body.search(/\n\s*\n/) : 0;
  const data = body.slice(Math.max(headers, 0)).replace(/[\s]+/g, '');
  return data.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(data);
}
