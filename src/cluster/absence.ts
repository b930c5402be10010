import { isSlip } from '../api/closest.ts';
import type { Cluster } from './cluster.ts';
import { describe, type KubeObject, namesNoNamespace } from './object.ts';
import type { Reference } from './references.ts';

/** What can be said of a reference whose target is nowhere. */
export interface Absence {
  /** Certain when the facts close the world, or when a near name shows that it is a slip. */
  readonly certain: boolean;
  /** `Secret db does not exist in namespace shop; there is db-main`, with the condition where it is not certain. */
  readonly message: string;
  readonly near?: { readonly name: string; readonly namespace: string; readonly object: KubeObject };
}

/** Says how sure it is that nothing answers a reference, or undefined where something does or may. */
export function absenceOf(
  cluster: Cluster,
  { kind, namespace, name, from }: Pick<Reference, 'kind' | 'namespace' | 'name'> & { readonly from?: KubeObject },
): Absence | undefined {
  if (cluster.presence(kind, namespace, name).state !== 'absent') return undefined;
  const near = cluster.nearMiss(kind, namespace, name);
  const where = namespace === '' ? '' : ` in namespace ${namespace}`;
  if (near === undefined) {
    const message = cluster.closed
      ? `${kind} ${name} does not exist${where}`
      : `${kind} ${name} is not in this set${where}, so something else must create it`;
    return { certain: cluster.closed, message };
  }
  if (near.namespace !== namespace) {
    // One of the two names no namespace, so that they may well meet where the set is applied.
    if (!cluster.closed && (namesNoNamespace(near.object) || (from !== undefined && namesNoNamespace(from)))) return undefined;
    return {
      certain: cluster.closed,
      message: `${kind} ${name} does not exist${where}; the one in namespace ${near.namespace} cannot be used from here`,
      near,
    };
  }
  // Two names that are near may both be meant, and one of them be made elsewhere.
  if (!cluster.closed && !isSlip(name, near.name)) {
    return {
      certain: false,
      message: `${kind} ${name} is not in this set${where}, so something else must create it, unless ${near.name} is meant`,
      near,
    };
  }
  return { certain: true, message: `${kind} ${name} does not exist${where}; did you mean ${near.name}?`, near };
}

/** The related place of a near miss. */
export function nearPlace(
  absence: Absence,
): { readonly object: KubeObject; readonly at: readonly ['metadata', 'name']; readonly message: string }[] {
  if (absence.near === undefined || absence.near.object.origin === 'fact') return [];
  return [{ object: absence.near.object, at: ['metadata', 'name'], message: `${describe(absence.near.object)} is defined here` }];
}
