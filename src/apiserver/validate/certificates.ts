import { nameIsDnsSubdomain } from '../../api/names.ts';
import { isUnknown } from '../../api/unknown.ts';
import { validateUserAnnotations } from './pod/projections.ts';
import { isKubernetesSigner, validateSignerName } from './pod/signer-names.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, itemsOf, numberOf, textOf } from './scope.ts';

const USAGES = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];
const LEGACY_SIGNER = 'kubernetes.io/legacy-unknown';

/**
 * Mirrors ValidateCertificateSigningRequestCreate of k8s.io/kubernetes/pkg/apis/certificates/validation. Of the request only that it is
 * one is checked, not its content. The status is dropped before.
 */
export function validateCertificateSigningRequest(v: Scope, object: Fields): void {
  v.in('spec', object.spec, validateSpec);
}

function validateSpec(v: Scope, spec: Fields): void {
  const request = textOf(spec.request);
  if (!isUnknown(request)) {
    const pem = Buffer.from(request, 'base64').toString('latin1');
    if (!/-----BEGIN CERTIFICATE REQUEST-----/.test(pem) && !isUnknown(pem)) {
      v.invalid('request', request, 'PEM block type must be CERTIFICATE REQUEST');
    }
  }
  const usages = itemsOf(spec.usages).map(textOf);
  if (usages.length === 0) v.required('usages');
  for (const [i, usage] of usages.entries()) if (!USAGES.includes(usage)) v.unsupported(['usages', i], usage, USAGES);
  for (const [i, usage] of usages.entries()) if (usages.indexOf(usage) < i) v.duplicate(['usages', i], usage);
  const signer = textOf(spec.signerName);
  if (signer === LEGACY_SIGNER) v.invalid('signerName', signer, 'the legacy signerName is not allowed via this API version');
  else if (!isUnknown(signer)) validateSignerName(v, 'signerName', signer);
  const expiration = numberOf(spec.expirationSeconds);
  if (expiration !== undefined && expiration < 600) {
    v.invalid('expirationSeconds', expiration, 'may not specify a duration less than 600 seconds (10 minutes)');
  }
}

const SHORTEST = 3600;
/** 91 days, and a day for Kubernetes' own signers. */
const LONGEST = 91 * 24 * 3600;
const LONGEST_OF_KUBERNETES = 24 * 3600;

/** Mirrors ValidatePodCertificateRequestCreate; the keys and the proofs themselves are not read. */
export function validatePodCertificateRequest(v: Scope, object: Fields): void {
  v.in('spec', object.spec, validateRequestSpec);
}

function validateRequestSpec(v: Scope, spec: Fields): void {
  const signer = textOf(spec.signerName);
  if (!isUnknown(signer)) validateSignerName(v, 'signerName', signer);
  if (isSet(spec.unverifiedUserAnnotations)) {
    validateUserAnnotations(v, fieldsOf(spec.unverifiedUserAnnotations), 'unverifiedUserAnnotations');
  }
  for (const [name, uid] of [
    ['podName', 'podUID'],
    ['serviceAccountName', 'serviceAccountUID'],
    ['nodeName', 'nodeUID'],
  ] as const) {
    const text = textOf(spec[name]);
    v.invalids(name, text, nameIsDnsSubdomain(text, false));
    const id = textOf(spec[uid]);
    if (id === '') v.invalid(uid, id, 'must not be empty');
    if (Buffer.byteLength(id) > 128) v.tooLong(uid, 128);
  }
  const longest = isKubernetesSigner(signer) ? LONGEST_OF_KUBERNETES : LONGEST;
  // The default is a day.
  const seconds = numberOf(spec.maxExpirationSeconds) ?? LONGEST_OF_KUBERNETES;
  if (seconds < SHORTEST || seconds > longest) {
    v.invalid('maxExpirationSeconds', seconds, `must be in the range [${SHORTEST}, ${longest}]`);
  }
  const has = (key: string): boolean => textOf(spec[key]) !== '';
  const whole = has('stubPKCS10Request');
  if (has('pkixPublicKey') !== has('proofOfPossession') || has('pkixPublicKey') === whole) {
    const detail = 'exactly one of (stubPKCS10Request) or (pkixPublicKey, proofOfPossession) must be set';
    v.collect([{ type: 'FieldValueInvalid', path: v.path(), message: `Invalid value: ${detail}` }]);
  }
}

const LARGEST_BUNDLE = 1024 * 1024;

/** Mirrors ValidateClusterTrustBundle; the certificates themselves are not read. */
export function validateClusterTrustBundle(v: Scope, object: Fields): void {
  const spec = fieldsOf(object.spec);
  const signer = textOf(spec.signerName);
  if (signer !== '' && !isUnknown(signer)) v.in('spec', spec, (inner) => validateSignerName(inner, 'signerName', signer));
  const bundle = textOf(spec.trustBundle);
  if (isUnknown(bundle)) return;
  const at = ['spec', 'trustBundle'];
  if (Buffer.byteLength(bundle) > LARGEST_BUNDLE) {
    v.tooLong(at, LARGEST_BUNDLE);
    return;
  }
  let entries = 0;
  for (const [, type] of bundle.matchAll(/^-----BEGIN ([^\r\n]*?)-----[ \t]*\r?$/gm)) {
    if (type !== 'CERTIFICATE') v.invalid(at, '<value omitted>', `entry ${entries} has bad block type: ${type}`);
    entries++;
  }
  if (entries === 0) v.invalid(at, '<value omitted>', 'at least one trust anchor must be provided');
}

/** Mirrors ValidateClusterTrustBundleName. */
export function clusterTrustBundleNameFaults(name: string, prefix: boolean, object: Fields): readonly string[] {
  const signer = textOf(fieldsOf(object.spec).signerName);
  if (isUnknown(signer)) return [];
  if (signer === '') {
    if (name.includes(':')) return ['ClusterTrustBundle without signer name must not have ":" in its name'];
    return nameIsDnsSubdomain(name, prefix);
  }
  const start = `${signer.replaceAll('/', ':')}:`;
  if (!name.startsWith(start)) return [`ClusterTrustBundle for signerName ${signer} must be named with prefix ${start}`];
  return nameIsDnsSubdomain(name.slice(start.length), prefix);
}
