import { closest } from '../api/closest.ts';
import { canonicalName, type ImageReference } from '../api/image-reference.ts';
import { asObject, asString, isObject, type JsonObject } from '../api/manifest.ts';
import { isUnknown } from '../api/unknown.ts';

/** What the kubelet would make of a Secret that a Pod names in imagePullSecrets. Holds no credentials, only whom they are for. */
export type PullSecret =
  /** Placeholders or encrypted values: nobody can say. */
  | { readonly is: 'unknown' }
  /** Passed over without a word: another type, or without the key that the type wants. */
  | { readonly is: 'ignored'; readonly why: 'type' | 'no-key' }
  /** It cannot be read, and with it none of the Pod's other pull secrets is used either. */
  | {
      readonly is: 'broken';
      readonly why: 'base64' | 'json' | 'auth' /** Registry of the entry, for `auth`. */;
      readonly registry?: string;
      readonly says: string;
    }
  | { readonly is: 'usable'; readonly registries: readonly PullRegistry[] };

/** An entry of a docker config. */
export interface PullRegistry {
  /** As it is written: `https://index.docker.io/v1/`. */
  readonly written: string;
  /** How the kubelet indexes it: `index.docker.io`, `ghcr.io/acme`; undefined where it is no URL and is passed over. */
  readonly key?: string;
  /** False for an entry with neither user nor password, as Docker leaves behind when a credential helper has them. */
  readonly credentials: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  'kubernetes.io/dockerconfigjson': '.dockerconfigjson',
  'kubernetes.io/dockercfg': '.dockercfg',
};

/**
 * Reads a pull secret as pkg/credentialprovider/secrets and config.go do. `stringData` wins over `data`, as in the API server.
 */
export function pullSecretOf(secret: unknown): PullSecret {
  const object = asObject(secret);
  const type = asString(object?.['type']) ?? 'Opaque';
  if (isUnknown(type)) return { is: 'unknown' };
  const key = Object.hasOwn(TYPES, type) ? TYPES[type]! : undefined;
  if (key === undefined) return { is: 'ignored', why: 'type' };
  const plain = ownOf(object?.['stringData'], key);
  const encoded = ownOf(object?.['data'], key);
  let text: string;
  if (typeof plain === 'string') text = plain;
  else if (typeof encoded === 'string') {
    if (isUnknown(encoded)) return { is: 'unknown' };
    const bytes = fromBase64(encoded, true);
    if (typeof bytes === 'number') return { is: 'broken', why: 'base64', says: `illegal base64 data at input byte ${bytes}` };
    text = bytes.toString('utf8');
  } else return { is: 'ignored', why: 'no-key' };
  if (text === '') return { is: 'ignored', why: 'no-key' };
  if (isUnknown(text)) return { is: 'unknown' };
  return read(text, key === '.dockerconfigjson');
}

/**
 * The STATUS of a Pod with a broken pull secret whose image must be pulled. Since 1.33 the kubelet looks the credentials up
 * outside of the pull, and the bare error becomes the reason that the container waits with.
 */
export function brokenSecretStatus(secret: PullSecret & { readonly is: 'broken' }, minor: number): string {
  return minor >= 33 ? secret.says : 'ErrImagePull';
}

function ownOf(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function read(text: string, config: boolean): PullSecret {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { is: 'broken', why: 'json', says: 'invalid JSON' };
  }
  if (parsed === null) return { is: 'usable', registries: [] };
  if (!isObject(parsed))
    return mistyped(parsed, `value of type credentialprovider.${config ? 'DockerConfigJSON' : 'DockerConfig'}`);
  const auths = config ? field(parsed, 'auths') : parsed;
  if (auths === undefined || auths === null) return { is: 'usable', registries: [] };
  const outer = config ? 'struct field DockerConfigJSON.auths' : 'value';
  if (!isObject(auths)) return mistyped(auths, `${outer} of type credentialprovider.DockerConfig`);
  const registries: PullRegistry[] = [];
  for (const [written, value] of Object.entries(auths)) {
    const entry = value ?? {};
    if (!isObject(entry)) return mistyped(entry, `${outer} of type credentialprovider.dockerConfigEntryWithAuth`, written);
    let credentials = false;
    for (const name of ['username', 'password', 'email', 'auth']) {
      const text = field(entry, name);
      if (text === undefined || text === null || text === '') continue;
      if (typeof text !== 'string') {
        return mistyped(
          text,
          `struct field ${config ? 'DockerConfigJSON.auths' : 'dockerConfigEntryWithAuth'}.${name} of type string`,
          written,
        );
      }
      if (name !== 'email') credentials = true;
      if (name !== 'auth' || isUnknown(text)) continue;
      const says = authFault(text);
      if (says !== undefined) return { is: 'broken', why: 'auth', registry: written, says };
    }
    registries.push({ written, key: indexKey(written), credentials });
  }
  return { is: 'usable', registries };
}

function mistyped(value: unknown, where: string, registry?: string): PullSecret {
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return { is: 'broken', why: 'json', registry, says: `json: cannot unmarshal ${type} into Go ${where}` };
}

/** Go's JSON decoder takes any spelling of a field's case, and the last one. */
function field(object: JsonObject, name: string): unknown {
  if (Object.hasOwn(object, name)) return object[name];
  let found: unknown;
  for (const key of Object.keys(object)) if (key.length === name.length && key.toLowerCase() === name) found = object[key];
  return found;
}

/** decodeDockerConfigFieldAuth: base64 of `user:password`, with or without padding. */
function authFault(auth: string): string | undefined {
  const bytes = fromBase64(auth, auth.trim().endsWith('='));
  if (typeof bytes === 'number') return `illegal base64 data at input byte ${bytes}`;
  if (bytes.includes(0x3a)) return undefined;
  return 'unable to parse auth field, must be formatted as base64(username:password)';
}

/** Decodes as Go's base64.StdEncoding (or RawStdEncoding) does, or gives the offset of the first byte it refuses. */
function fromBase64(text: string, padded: boolean): Buffer | number {
  let digits = 0;
  let end = -1;
  let last = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 10 || c === 13) continue;
    if (end >= 0) return i;
    const digit = (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || (c >= 48 && c <= 57) || c === 43 || c === 47;
    if (digit) {
      digits++;
      last = i;
      continue;
    }
    if (c !== 61 || !padded || digits % 4 < 2) return i;
    if (digits % 4 === 2) {
      // The second of two padding characters.
      let j = i + 1;
      while (j < text.length && (text.charCodeAt(j) === 10 || text.charCodeAt(j) === 13)) j++;
      if (text[j] !== '=') return j;
      i = j;
    }
    end = i;
  }
  if (padded ? end < 0 && digits % 4 !== 0 : digits % 4 === 1) return padded ? text.length : last;
  return Buffer.from(text, 'base64');
}

/** BasicDockerKeyring.Add: host and path; `/v1/` and `/v2/` in front stand for the host alone. */
function indexKey(written: string): string | undefined {
  const rest = written.replace(/^https?:\/\//, '');
  const end = rest.search(/[/?#]/);
  let host = end < 0 ? rest : rest.slice(0, end);
  host = host.slice(host.lastIndexOf('@') + 1);
  if (/[\s\\^`{}|"<>%]/.test(host) || !/^(?:\[[^\]]*\]|[^:]*)(?::\d*)?$/.test(host)) return undefined;
  let path = end >= 0 && rest[end] === '/' ? rest.slice(end).replace(/[?#].*$/s, '') : '';
  if (path.startsWith('/v2/') || path.startsWith('/v1/')) path = path.slice(3);
  try {
    path = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  return path === '' || path === '/' ? host : host + path;
}

const HUB_KEY = 'index.docker.io';

/** The entries of usable secrets that the kubelet would offer to the image's registry. Empty: it pulls without credentials. */
export function credentialsFor<Named extends PullSecret>(
  image: ImageReference,
  secrets: Iterable<Named>,
): { readonly secret: Named; readonly registry: PullRegistry }[] {
  const target = canonicalName(image);
  const found: { secret: Named; registry: PullRegistry }[] = [];
  const hub: typeof found = [];
  for (const secret of secrets) {
    if (secret.is === 'broken') return [];
    if (secret.is !== 'usable') continue;
    for (const registry of secret.registries) {
      if (registry.key === undefined) continue;
      if (matches(registry.key, target)) found.push({ secret, registry });
      else if (registry.key === HUB_KEY) hub.push({ secret, registry });
    }
  }
  return found.length > 0 || !pullsFromHub(image.registry) ? found : hub;
}

/** isDefaultRegistryMatch: without dot and colon it is no host to the keyring, not even `localhost`. */
function pullsFromHub(registry: string): boolean {
  return registry === 'docker.io' || !/[.:]/.test(registry);
}

/** URLsMatch: same port, host label by label with `*` and `?`, and the path a prefix of the image's. */
function matches(key: string, image: string): boolean {
  const [keyHost, keyPort, keyPath] = split(key);
  const [host, port, path] = split(image);
  if (keyPort !== port || !path.startsWith(keyPath) || keyHost.length > 255) return false;
  const globs = keyHost.split('.');
  const labels = host.split('.');
  return globs.length === labels.length && globs.every((glob, i) => globMatches(glob, labels[i]!));
}

function split(url: string): [host: string, port: string, path: string] {
  const slash = url.indexOf('/');
  const authority = slash < 0 ? url : url.slice(0, slash);
  const path = slash < 0 ? '' : url.slice(slash);
  const colon = authority.lastIndexOf(':');
  return colon < 0 || authority.endsWith(']')
    ? [authority, '', path]
    : [authority.slice(0, colon), authority.slice(colon + 1), path];
}

/** filepath.Match for `*` and `?`. One star's end is enough to go back to, so that this stays quadratic in a label at worst. */
function globMatches(glob: string, text: string): boolean {
  if (!/[*?]/.test(glob)) return glob === text;
  let g = 0;
  let t = 0;
  let star = -1;
  let mark = 0;
  while (t < text.length) {
    if (g < glob.length && (glob[g] === '?' || (glob[g] === text[t] && glob[g] !== '*'))) {
      g++;
      t++;
    } else if (glob[g] === '*') {
      star = g++;
      mark = t;
    } else if (star >= 0) {
      g = star + 1;
      t = ++mark;
    } else return false;
  }
  while (glob[g] === '*') g++;
  return g === glob.length;
}

/** Names of Docker Hub that the kubelet does not take for it. */
const HUB_ALIASES: ReadonlySet<string> = new Set([
  'docker.com',
  'hub.docker.com',
  'registry.hub.docker.com',
  'registry-1.docker.io',
  'registry.docker.io',
  'index.docker.io/v1',
  'index.docker.io/v2',
  'auth.docker.io',
  'www.docker.com',
]);

/**
 * For an image that no entry matches: the entry that was probably meant for it, and how it must be written for the kubelet
 * to take it.
 */
export function nearRegistry(
  image: ImageReference,
  secrets: Iterable<PullSecret>,
): { readonly registry: PullRegistry; readonly meant: string } | undefined {
  const all: PullRegistry[] = [];
  for (const secret of secrets) if (secret.is === 'usable') all.push(...secret.registries);
  if (image.registry === 'docker.io') {
    const alias = all.find(({ key }) => key !== undefined && HUB_ALIASES.has(key));
    return alias === undefined ? undefined : { registry: alias, meant: 'https://index.docker.io/v1/' };
  }
  const [host] = split(image.registry);
  for (const registry of all) {
    if (registry.key === undefined) continue;
    const [keyHost, , keyPath] = split(registry.key);
    // The host is right, and the port or the path is not: as with https://ghcr.io/v2.
    if (keyHost === host && (keyPath === '' || keyPath === '/v1' || keyPath === '/v2'))
      return { registry, meant: image.registry };
  }
  if (all.length > 64) return undefined;
  const name = closest(
    image.registry,
    all.map(({ key }) => (key === undefined ? '' : key.split('/')[0]!)),
  );
  const registry = name === undefined ? undefined : all.find(({ key }) => key?.split('/')[0] === name);
  return registry === undefined ? undefined : { registry, meant: image.registry };
}
