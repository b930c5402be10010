import { dns1123SubdomainFaults, regexMessage } from '../../api/names.ts';

const SUBDOMAIN = '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*';

/** A DNS name in any case, as declared for drivers from 1.37 on. Mirrors IsDNS1123SubdomainCaseless of k8s.io/apimachinery/pkg/api/validate/content. */
export function caselessSubdomainFaults(value: string): readonly string[] {
  const faults = dns1123SubdomainFaults(value.toLowerCase());
  return faults.length === 0 ? faults : faults.map((fault) => (fault.startsWith('a lowercase') ? CASELESS : fault));
}

const CASELESS = regexMessage(
  "an RFC 1123 subdomain must consist of alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  SUBDOMAIN,
  'Example.com',
);
