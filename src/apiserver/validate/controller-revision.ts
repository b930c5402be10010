import type { Fields, Scope } from './scope.ts';
import { isSet } from './scope.ts';

/** Mirrors ValidateControllerRevisionCreate of k8s.io/kubernetes/pkg/apis/apps/validation. */
export function validateControllerRevision(v: Scope, object: Fields): void {
  v.nonnegative('revision', object.revision);
  const { data } = object;
  if (!isSet(data)) v.required('data', 'data is mandatory');
  else if (v.minor >= 31 && (typeof data !== 'object' || Array.isArray(data)))
    v.required('data', 'data must be a valid JSON object');
}
