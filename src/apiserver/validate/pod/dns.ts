import { byteLength, dns1123SubdomainFaults, dns1123SubdomainWithUnderscoreFaults } from '../../../api/names.ts';
import { legacyIp } from '../ip-fields.ts';
import type { Fields, Scope } from '../scope.ts';
import { fieldsOf, isSet, itemsOf, textOf } from '../scope.ts';
import type { PodFacts } from './facts.ts';

/** RelaxedDNSSearchValidation is on by default from 1.33. */
const RELAXED_SEARCH_SINCE = 33;
const MOST_NAMESERVERS = 3;
const MOST_SEARCHES = 32;
const LONGEST_SEARCH_LIST = 2048;

/** `dnsConfig`, the scope standing at the spec. Mirrors validatePodDNSConfig. */
export function validateDnsConfig(v: Scope, pod: PodFacts): void {
  const { spec } = pod;
  const given = isSet(spec['dnsConfig']);
  if (spec['dnsPolicy'] === 'None') {
    if (!given) {
      v.required('dnsConfig', 'must provide `dnsConfig` when `dnsPolicy` is None');
      return;
    }
    if (itemsOf(fieldsOf(spec['dnsConfig'])['nameservers']).length === 0) {
      v.required(['dnsConfig', 'nameservers'], 'must provide at least one DNS nameserver when `dnsPolicy` is None');
      return;
    }
  }
  if (given) v.in('dnsConfig', spec['dnsConfig'], validateConfig);
}

function validateConfig(v: Scope, config: Fields): void {
  const nameservers = itemsOf(config['nameservers']);
  if (nameservers.length > MOST_NAMESERVERS) {
    v.invalid('nameservers', nameservers, `must not have more than ${MOST_NAMESERVERS} nameservers`);
  }
  for (let i = 0; i < nameservers.length; i++) legacyIp(v, ['nameservers', i], textOf(nameservers[i]));
  const searches = itemsOf(config['searches']);
  if (searches.length > MOST_SEARCHES) v.invalid('searches', searches, `must not have more than ${MOST_SEARCHES} search paths`);
  let bytes = searches.length - 1;
  for (const search of searches) bytes += byteLength(textOf(search));
  if (bytes > LONGEST_SEARCH_LIST) {
    v.invalid(
      'searches',
      searches,
      `must not have more than ${LONGEST_SEARCH_LIST} characters (including spaces) in the search list`,
    );
  }
  for (let i = 0; i < searches.length; i++) {
    const written = textOf(searches[i]);
    const search = written.endsWith('.') ? written.slice(0, -1) : written;
    if (v.minor < RELAXED_SEARCH_SINCE) v.invalids(['searches', i], search, dns1123SubdomainFaults(search));
    else if (written !== '.') v.invalids(['searches', i], search, dns1123SubdomainWithUnderscoreFaults(search, v.minor));
  }
  const options = itemsOf(config['options']);
  for (let i = 0; i < options.length; i++) {
    if (textOf(fieldsOf(options[i])['name']) === '') v.required(['options', i], 'must not be empty');
  }
}

/** One of `hostAliases`, the scope standing at it. Mirrors ValidateHostAliases. */
export function validateHostAlias(v: Scope, alias: Fields): void {
  legacyIp(v, 'ip', textOf(alias['ip']));
  const names = itemsOf(alias['hostnames']);
  for (let i = 0; i < names.length; i++) {
    const name = textOf(names[i]);
    const faults = dns1123SubdomainFaults(name);
    if (faults.length > 0) v.invalids(['hostnames', i], name, faults);
  }
}
