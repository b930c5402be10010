import { dns1123LabelFaults, dns1123SubdomainFaults, longerThan } from '../../../api/names.ts';
import { quoteGo } from '../../go-print.ts';
import type { Scope } from '../scope.ts';

/** One of Kubernetes' own signers. */
export function isKubernetesSigner(name: string): boolean {
  const host = name.split('/', 1)[0]!;
  return host === 'kubernetes.io' || host.endsWith('.kubernetes.io');
}

const LONGEST_DOMAIN = 253;
/** A domain, a slash, and a namespace and a name with a dot between. */
const LONGEST_NAME = LONGEST_DOMAIN + 1 + 63 + 1 + 253;

/** `example.com/signer-name`. Mirrors ValidateSignerName of pkg/apis/core/validation/names.go. */
export function validateSignerName(v: Scope, at: string, name: string): void {
  if (name === '') {
    v.required(at);
    return;
  }
  const slash = name.indexOf('/');
  if (slash < 0 || name.indexOf('/', slash + 1) >= 0) {
    v.invalid(at, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
    return;
  }
  const domain = name.slice(0, slash);
  const path = name.slice(slash + 1);
  if (longerThan(domain, LONGEST_DOMAIN)) v.tooLong(at, LONGEST_DOMAIN);
  validateParts(v, at, domain, dns1123LabelFaults);
  if (!domain.includes('.')) v.invalid(at, domain, 'should be a domain with at least two segments separated by dots');
  validateParts(v, at, path, dns1123SubdomainFaults);
  if (longerThan(name, LONGEST_NAME)) v.tooLong(at, LONGEST_NAME);
}

/** Tells of the first bad part only. */
function validateParts(v: Scope, at: string, text: string, check: (part: string) => readonly string[]): void {
  for (const part of text.split('.')) {
    const faults = check(part);
    if (faults.length === 0) continue;
    for (const fault of faults) v.invalid(at, text, `validating label ${quoteGo(part)}: ${fault}`);
    return;
  }
}
