import { isMutated, mutationOf, mutationOfPod } from '../apiserver/admission/mutations.ts';
import { type CustomResources, knownKind } from '../apiserver/verdict.ts';
import { Cluster } from '../cluster/cluster.ts';
import type { KubeObject } from '../cluster/object.ts';

/**
 * The set as mutating admission policies leave it: objects with what is certain to become of them, which all later rooms look at, and the ones they were
 * made of. Undefined where no policy is asked about any. Loaded only where there is such a policy.
 */
export function mutatedCluster(
  cluster: Cluster,
  customs: CustomResources,
): { readonly cluster: Cluster; readonly before: ReadonlyMap<KubeObject, KubeObject> } | undefined {
  if (!isMutated(cluster)) return undefined;
  const before = new Map<KubeObject, KubeObject>();
  const objects = cluster.own.map((object) => {
    const made = object.origin === 'set' && object.decodes ? mutatedObject(cluster, object, customs) : undefined;
    if (made === undefined) return object;
    before.set(made, object);
    return made;
  });
  return before.size === 0 ? undefined : { cluster: new Cluster(objects, cluster.options, cluster.around), before };
}

function mutatedObject(cluster: Cluster, object: KubeObject, customs: CustomResources): KubeObject | undefined {
  const known = knownKind(object.apiVersion, object.kind, cluster.release, customs);
  const own = mutationOf(cluster, object, known);
  const template = object.kind === 'Pod' || !object.builtIn ? undefined : cluster.podOf(object);
  const pods = template && mutationOfPod(cluster, template);
  if (own === undefined && pods === undefined) return undefined;
  return {
    ...object,
    // Of a document that may be let go the value is no property of the object's own.
    value: object.value,
    ...(own === undefined ? {} : { mutation: own.mutation }),
    ...(own?.changed === true ? { value: own.value } : {}),
    ...(pods === undefined ? {} : { mutatedPod: pods }),
  };
}
