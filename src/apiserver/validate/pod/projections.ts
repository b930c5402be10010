import { nameIsDnsSubdomain, qualifiedNameFaults } from '../../../api/names.ts';
import { isUnknown } from '../../../api/unknown.ts';
import type { Path } from '../../../source/path.ts';
import { validateLabelSelector } from '../labels.ts';
import type { At, Fields, Scope } from '../scope.ts';
import { fieldsOf, isSet, itemsOf, numberOf, textOf } from '../scope.ts';
import { validateFileFieldRef, validateResourceFieldRef } from './env.ts';
import { fieldAbove } from './facts.ts';
import { validateNonReservedPath } from './paths.ts';
import { isKubernetesSigner, validateSignerName } from './signer-names.ts';

const FILE_MODE = 'must be a number between 0 and 0777 (octal), both inclusive';

function validateMode(v: Scope, at: At, mode: unknown): void {
  const number = numberOf(mode);
  if (number !== undefined && (number > 0o777 || number < 0)) v.invalid(at, number, FILE_MODE);
}

/** A volume of a Secret. Mirrors validateSecretVolumeSource. */
export function validateSecret(v: Scope, source: Fields): void {
  if (textOf(source['secretName']) === '') v.required('secretName');
  validateItems(v, source);
}

/** A volume of a ConfigMap. Mirrors validateConfigMapVolumeSource. */
export function validateConfigMap(v: Scope, source: Fields): void {
  if (textOf(source['name']) === '') v.required('name');
  validateItems(v, source);
}

function validateItems(v: Scope, source: Fields): void {
  if (isSet(source['defaultMode'])) validateMode(v, 'defaultMode', source['defaultMode']);
  if (isSet(source['items'])) v.each('items', source['items'], validateKeyToPath);
}

function validateKeyToPath(v: Scope, item: Fields): void {
  if (textOf(item['key']) === '') v.required('key');
  const path = textOf(item['path']);
  if (path === '') v.required('path');
  validateNonReservedPath(v, 'path', path);
  if (isSet(item['mode'])) validateMode(v, 'mode', item['mode']);
}

/** A volume of the Pod's own fields. Mirrors validateDownwardAPIVolumeSource. */
export function validateDownwardApi(v: Scope, source: Fields): void {
  if (isSet(source['defaultMode'])) validateMode(v, 'defaultMode', source['defaultMode']);
  validateFiles(v, itemsOf(source['items']));
}

/** The files of a downwardAPI source, where the scope stands: the server leaves `items[i]` out of their places. */
function validateFiles(v: Scope, items: readonly unknown[], each?: (path: string, index: number) => void): void {
  for (let i = 0; i < items.length; i++) {
    if (isUnknown(items[i])) continue;
    const file = fieldsOf(items[i]);
    const place = (path: Path): Path => {
      const depth = v.path().length;
      return [...path.slice(0, depth), 'items', i, ...path.slice(depth)];
    };
    v.collectMoved(() => validateFile(v, file), place);
    each?.(textOf(file['path']), i);
  }
}

function validateFile(v: Scope, file: Fields): void {
  const path = textOf(file['path']);
  if (path === '') v.required('path');
  validateNonReservedPath(v, 'path', path);
  if (isSet(file['fieldRef'])) {
    v.in('fieldRef', file['fieldRef'], validateFileFieldRef);
    if (isSet(file['resourceFieldRef']))
      v.invalid([], 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously');
  } else if (isSet(file['resourceFieldRef'])) {
    v.in('resourceFieldRef', file['resourceFieldRef'], validateResourceFieldRef, true);
  } else {
    v.required([], 'one of fieldRef and resourceFieldRef is required');
  }
  if (isSet(file['mode'])) validateMode(v, 'mode', file['mode']);
}

/** Several sources in one folder. Mirrors validateProjectedVolumeSource. */
export function validateProjected(v: Scope, projected: Fields): void {
  if (isSet(projected['defaultMode'])) validateMode(v, 'defaultMode', projected['defaultMode']);
  v.each('sources', projected['sources'], validateProjectionSource, new Set<string>());
}

/** ClusterTrustBundleProjection and PodCertificateRequest are on by default from 1.37; before, the sources are dropped. */
const CERTIFICATES_SINCE = 37;

function validateProjectionSource(v: Scope, source: Fields, _index: number, paths: Set<string>): void {
  let sources = 0;
  for (const key of ['secret', 'configMap']) {
    if (!isSet(source[key])) continue;
    sources++;
    v.in(key, source[key], validateProjectedItems, paths);
  }
  if (isSet(source['downwardAPI'])) {
    sources++;
    v.in('downwardAPI', source['downwardAPI'], validateProjectedFiles, paths);
  }
  if (isSet(source['serviceAccountToken'])) {
    sources++;
    v.in('serviceAccountToken', source['serviceAccountToken'], validateToken);
  }
  if (v.minor >= CERTIFICATES_SINCE && isSet(source['clusterTrustBundle'])) {
    sources++;
    v.in('clusterTrustBundle', source['clusterTrustBundle'], validateTrustBundle, paths);
  }
  if (v.minor >= CERTIFICATES_SINCE && isSet(source['podCertificate'])) {
    sources++;
    v.in('podCertificate', source['podCertificate'], validatePodCertificate, paths);
  }
  if (sources > 1) v.forbidden([], `may not specify more than 1 volume type${v.minor >= 31 ? ' per source' : ''}`);
}

/** A path may stand once in the whole volume, three steps up; the server names the volume. */
function takePath(v: Scope, at: At, path: string, printed: string, paths: Set<string>): void {
  if (!paths.has(path)) paths.add(path);
  else v.invalid(at, printed, 'conflicting duplicate paths', fieldAbove(v, 3, ''));
}

function validateProjectedItems(v: Scope, source: Fields, paths: Set<string>): void {
  const name = textOf(source['name']);
  if (name === '') v.required('name');
  const items = itemsOf(source['items']);
  for (let i = 0; i < items.length; i++) {
    v.in('items', items, (outer) => outer.in(i, items[i], validateKeyToPath));
    const path = textOf(fieldsOf(items[i])['path']);
    if (path !== '') takePath(v, ['items', i, 'path'], path, name, paths);
  }
}

function validateProjectedFiles(v: Scope, source: Fields, paths: Set<string>): void {
  validateFiles(v, itemsOf(source['items']), (path, i) => {
    if (path !== '') takePath(v, ['items', i, 'path'], path, path, paths);
  });
}

const SHORTEST_TOKEN = 600;
const LONGEST_TOKEN = 2 ** 32;

function validateToken(v: Scope, token: Fields): void {
  const seconds = numberOf(token['expirationSeconds']) ?? 3600;
  if (seconds < SHORTEST_TOKEN) v.invalid('expirationSeconds', seconds, 'may not specify a duration less than 10 minutes');
  if (seconds > LONGEST_TOKEN) v.invalid('expirationSeconds', seconds, 'may not specify a duration larger than 2^32 seconds');
  const path = textOf(token['path']);
  // The server names a path of the volume.
  if (path === '') v.required('path', '', fieldAbove(v, 3, '.path'));
  else if (path.startsWith('/') || path.includes('..')) validateNonReservedPath(v, 'path', path, fieldAbove(v, 3, '.path'));
}

function validateTrustBundle(v: Scope, bundle: Fields, paths: Set<string>): void {
  const { name, signerName, labelSelector } = bundle;
  if (isSet(name) && isSet(signerName)) {
    v.invalid([], printedBundle(bundle), 'only one of name and signerName may be used');
  } else if (isSet(name)) {
    const text = textOf(name);
    if (text === '') v.required('name', 'must be a valid object name');
    for (const fault of trustBundleNameFaults(text)) v.invalid('name', text, `not a valid clustertrustbundlename: ${fault}`);
    if (isSet(labelSelector)) v.invalid('labelSelector', labelSelector, 'labelSelector must be unset if name is specified');
  } else if (isSet(signerName)) {
    if (textOf(signerName) === '') v.required('signerName', 'must be a valid signer name');
    validateSignerName(v, 'signerName', textOf(signerName));
    if (isSet(labelSelector)) v.in('labelSelector', labelSelector, validateLabelSelector);
  } else {
    v.required([], 'either name or signerName must be specified');
  }
  const path = textOf(bundle['path']);
  if (path === '') v.required('path');
  validateNonReservedPath(v, 'path', path);
  takePath(v, 'path', path, path, paths);
}

function printedBundle(bundle: Fields): unknown {
  return {
    Name: bundle['name'] ?? null,
    SignerName: bundle['signerName'] ?? null,
    LabelSelector: bundle['labelSelector'] ?? null,
    Optional: bundle['optional'] ?? null,
    Path: bundle['path'] ?? '',
    User: null,
  };
}

/** Mirrors ValidateClusterTrustBundleName: behind the signer's name with colons, if there are any. */
function trustBundleNameFaults(name: string): readonly string[] {
  const colon = name.lastIndexOf(':');
  if (colon < 0) return nameIsDnsSubdomain(name, false);
  const signerName = name.slice(0, colon).replaceAll(':', '/');
  const prefix = `${signerName.replaceAll('/', ':')}:`;
  if (!name.startsWith(prefix)) return [`ClusterTrustBundle for signerName ${signerName} must be named with prefix ${prefix}`];
  return nameIsDnsSubdomain(name.slice(colon + 1), false);
}

const KEY_TYPES = ['RSA3072', 'RSA4096', 'ECDSAP256', 'ECDSAP384', 'ECDSAP521', 'ED25519'];
const SHORTEST_CERTIFICATE = 3600;
/** 91 days, and a day for Kubernetes' own signers. */
const LONGEST_CERTIFICATE = 91 * 24 * 3600;
const LONGEST_KUBERNETES_CERTIFICATE = 24 * 3600;
const CERTIFICATE_PATHS = ['credentialBundlePath', 'keyPath', 'certificateChainPath'];

function validatePodCertificate(v: Scope, certificate: Fields, paths: Set<string>): void {
  const signerName = textOf(certificate['signerName']);
  validateSignerName(v, 'signerName', signerName);
  if (isSet(certificate['userAnnotations'])) validateUserAnnotations(v, fieldsOf(certificate['userAnnotations']));
  const keyType = textOf(certificate['keyType']);
  if (!KEY_TYPES.includes(keyType)) v.unsupported('keyType', keyType, KEY_TYPES);
  const seconds = numberOf(certificate['maxExpirationSeconds']);
  if (seconds !== undefined) {
    const longest = isKubernetesSigner(signerName) ? LONGEST_KUBERNETES_CERTIFICATE : LONGEST_CERTIFICATE;
    if (seconds < SHORTEST_CERTIFICATE) {
      v.invalid('maxExpirationSeconds', seconds, `if provided, maxExpirationSeconds must be >= ${SHORTEST_CERTIFICATE}`);
    }
    if (seconds > longest) v.invalid('maxExpirationSeconds', seconds, `if provided, maxExpirationSeconds must be <= ${longest}`);
  }
  let given = 0;
  for (const key of CERTIFICATE_PATHS) {
    const path = textOf(certificate[key]);
    if (path === '') continue;
    given++;
    validateNonReservedPath(v, key, path);
    takePath(v, key, path, path, paths);
  }
  if (given === 0) v.required([], 'specify at least one of credentialBundlePath, keyPath, and certificateChainPath');
}

/** Mirrors ValidateUserAnnotations; the server names the map. */
export function validateUserAnnotations(v: Scope, annotations: Fields, field = 'userAnnotations'): void {
  for (const name in annotations) {
    const key = name.toLowerCase();
    const faults = qualifiedNameFaults(key, v.minor);
    if (key === '') v.required([field, name], '', `.${field}`);
    else if (faults.length > 0) v.invalids([field, name], key, faults, `.${field}`);
    else if (!key.includes('/')) {
      v.invalid([field, name], key, 'must be a domain-prefixed key (such as "acme.io/foo")', `.${field}`);
    }
  }
}
