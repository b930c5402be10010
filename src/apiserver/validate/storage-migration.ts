import { dns1035LabelFaults, dns1123SubdomainFaults } from '../../api/names.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, textOf } from './scope.ts';

/** Mirrors ValidateStorageVersionMigration of k8s.io/kubernetes/pkg/apis/storagemigration/validation. */
export function validateStorageVersionMigration(v: Scope, object: Fields): void {
  const { group, resource } = fieldsOf(fieldsOf(object.spec).resource);
  const name = textOf(resource);
  const at = ['spec', 'resource'];
  const faults = dns1035LabelFaults(name);
  if (name === '') v.required([...at, 'resource'], 'resource is required to be set');
  else if (faults.length > 0) v.invalid([...at, 'resource'], name, faults.join(','));
  const groupFaults = textOf(group) === '' ? [] : dns1123SubdomainFaults(textOf(group));
  if (groupFaults.length > 0) v.invalid([...at, 'group'], textOf(group), groupFaults.join(','));
}
