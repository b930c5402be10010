import { asObject, at, isObject } from '../../api/manifest.ts';
import { isUnknown } from '../../api/unknown.ts';
import { quoteGo } from '../go-print.ts';
import type { AdmissionRefusal } from './refusal.ts';

/** Namespaces that every cluster has. */
export const STANDARD_NAMESPACES: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease']);

/**
 * The NamespaceLifecycle plugin: nothing is created in a namespace that is not there (this message stands alone, a 404) or that is being
 * deleted. `found` is the Namespace object; undefined where there is none.
 */
export function namespaceRefusal(namespace: string, found: unknown): AdmissionRefusal | undefined {
  if (namespace === '' || isUnknown(namespace)) return undefined;
  const path = ['metadata', 'namespace'];
  if (!isObject(found)) {
    if (STANDARD_NAMESPACES.has(namespace)) return undefined;
    return { message: `namespaces ${quoteGo(namespace)} not found`, path };
  }
  const terminating =
    at(found, ['status', 'phase']) === 'Terminating' || asObject(found['metadata'])?.['deletionTimestamp'] != null;
  return terminating
    ? { message: `unable to create new content in namespace ${namespace} because it is being terminated`, path }
    : undefined;
}
