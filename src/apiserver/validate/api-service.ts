import { dns1035LabelFaults, dns1123SubdomainFaults, pathSegmentNameFaults, portNumberFaults } from '../../api/names.ts';
import { isUnknown } from '../../api/unknown.ts';
import { quoteGo } from '../go-print.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, numberOf, textOf } from './scope.ts';

/** Mirrors ValidateAPIService of k8s.io/kube-aggregator/pkg/apis/apiregistration/validation. */
export function validateApiService(v: Scope, object: Fields): void {
  v.in('spec', object.spec, validateSpec);
}

/** The name is made of the version and the group. */
export function apiServiceNameFaults(name: string, _prefix: boolean, object: Fields): readonly string[] {
  const faults = pathSegmentNameFaults(name);
  if (faults.length > 0) return faults;
  const { group, version } = fieldsOf(object.spec);
  if (isUnknown(group) || isUnknown(version)) return [];
  const required = `${textOf(version)}.${textOf(group)}`;
  return name === required ? [] : [`must be \`spec.version+"."+spec.group\`: ${quoteGo(required)}`];
}

function validateSpec(v: Scope, spec: Fields): void {
  const group = textOf(spec.group);
  const version = textOf(spec.version);
  if (group === '' && version !== 'v1') v.required('group', 'only v1 may have an empty group and it better be legacy kube');
  if (group !== '') v.invalids('group', group, dns1123SubdomainFaults(group));
  v.invalids('version', version, dns1035LabelFaults(version));
  const groupPriority = numberOf(spec.groupPriorityMinimum) ?? 0;
  if (groupPriority <= 0 || groupPriority > 20000) {
    v.invalid('groupPriorityMinimum', groupPriority, 'must be positive and less than 20000');
  }
  const versionPriority = numberOf(spec.versionPriority) ?? 0;
  if (versionPriority <= 0 || versionPriority > 1000) {
    v.invalid('versionPriority', versionPriority, 'must be positive and less than 1000');
  }
  const bundle = textOf(spec.caBundle);
  if (!isSet(spec.service)) {
    if (bundle !== '') {
      const bytes = Buffer.from(bundle, 'base64').length;
      if (!isUnknown(bundle)) v.invalid('caBundle', `${bytes} bytes`, 'local APIServices may not have a caBundle');
    }
    if (spec.insecureSkipTLSVerify === true) {
      v.invalid('insecureSkipTLSVerify', true, 'local APIServices may not have insecureSkipTLSVerify');
    }
    return;
  }
  const service = fieldsOf(spec.service);
  if (textOf(service.namespace) === '') v.required(['service', 'namespace']);
  if (textOf(service.name) === '') v.required(['service', 'name']);
  const port = numberOf(service.port) ?? 443;
  const faults = portNumberFaults(port);
  if (faults.length > 0) v.invalid(['service', 'port'], port, `port is not valid: ${faults.join(', ')}`);
  if (spec.insecureSkipTLSVerify === true && bundle !== '') {
    v.invalid('insecureSkipTLSVerify', true, 'may not be true if caBundle is present');
  }
}
