import { labelValueFaults, qualifiedNameFaults } from '../../api/names.ts';
import { isUnknown } from '../../api/unknown.ts';
import { podSecurityPolicyOf } from '../admission/pod-security.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, itemsOf, textOf } from './scope.ts';

const FINALIZERS: ReadonlySet<string> = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);
const NOT_STANDARD = 'name is neither a standard finalizer name nor is it fully qualified';

/** Mirrors ValidateNamespace of k8s.io/kubernetes/pkg/apis/core/validation. */
export function validateNamespace(v: Scope, object: Fields): void {
  // Its name has become a label of its own.
  const name = textOf(fieldsOf(object.metadata).name);
  v.invalids(['metadata', 'name'], name, labelValueFaults(name, v.minor), '/metadata.labels');
  for (const [i, item] of itemsOf(fieldsOf(object.spec).finalizers).entries()) {
    const finalizer = textOf(item);
    const at = ['spec', 'finalizers', i];
    v.invalids(at, finalizer, qualifiedNameFaults(finalizer, v.minor), '/spec.finalizers');
    if (!isStandard(finalizer)) v.invalid(at, finalizer, NOT_STANDARD, '/spec.finalizers');
  }
  // The PodSecurity plugin looks at what validation has let through.
  if (v.count() === 0) v.collect([...podSecurityPolicyOf(fieldsOf(object.metadata).labels).causes]);
}

function isStandard(finalizer: string): boolean {
  return finalizer.includes('/') || FINALIZERS.has(finalizer) || isUnknown(finalizer);
}
