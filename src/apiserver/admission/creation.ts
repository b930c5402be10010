import { asObject, asString, type JsonObject } from '../../api/manifest.ts';
import { isUnknown } from '../../api/unknown.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { KubeObject } from '../../cluster/object.ts';
import type { PodTemplate } from '../../cluster/pods.ts';
import type { Known } from '../verdict.ts';
import type { Creation } from './resource-match.ts';

/** What is sent when an object is applied: it is created, or changed if the facts hold it. */
export function creationOf(cluster: Cluster, object: KubeObject, known: Exclude<Known, { by: 'nothing' }>): Creation {
  const metadata = asObject(object.value['metadata']) ?? {};
  const isNamespace = object.kind === 'Namespace' && object.group === '';
  const labels = asObject(metadata['labels']) ?? {};
  return {
    operation: cluster.factOf(object) === undefined ? 'CREATE' : 'UPDATE',
    group: object.group,
    version: object.version,
    kind: object.kind,
    resource: known.by === 'release' ? known.resource.plural : known.custom.plural,
    name: asString(metadata['name']),
    namespace: object.namespace,
    labels,
    namespaceLabels: isNamespace
      ? { 'kubernetes.io/metadata.name': object.name, ...labels }
      : labelsOfNamespace(cluster, object.namespace),
  };
}

/** What a controller sends when it makes a Pod of a template. */
export function creationOfPod(cluster: Cluster, { namespace, labels }: PodTemplate): Creation {
  const namespaceLabels = labelsOfNamespace(cluster, namespace);
  const type = { group: '', version: 'v1', kind: 'Pod', resource: 'pods' };
  return { operation: 'CREATE', ...type, name: undefined, namespace, labels, namespaceLabels };
}

/** The labels of a namespace, with the one that the server adds; undefined where nobody shows them. */
export function labelsOfNamespace(cluster: Cluster, namespace: string): JsonObject | undefined {
  const object = namespace === '' ? undefined : cluster.get('Namespace', '', namespace);
  if (object === undefined || object.patched) return undefined;
  const labels = asObject(object.value['metadata'])?.['labels'];
  return isUnknown(labels) ? undefined : { ...asObject(labels), 'kubernetes.io/metadata.name': namespace };
}
