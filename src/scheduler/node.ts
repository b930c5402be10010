import { asObject, asString, at, isObject, type JsonObject, objectsOf } from '../api/manifest.ts';
import { resourceListOf } from '../api/pod-resources.ts';
import { schedulerAmounts } from './resources.ts';

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

/** A Node as the scheduler reads it. */
export interface NodeView {
  readonly name: string;
  /** Its labels; a value behind a placeholder may be anything. */
  readonly labels: Readonly<Record<string, string>>;
  readonly unschedulable: boolean;
  readonly taints: readonly Taint[];
  /** What Pods may use: milli-CPUs, bytes, counts; undefined where the Node says nothing of it. */
  readonly allocatable: ReadonlyMap<string, number> | undefined;
}

/** A kubelet's own limit where a Node does not tell one. */
export const DEFAULT_PODS = 110;

/** Node objects, read once. What is no Node is left out. */
export function nodesOf(objects: readonly unknown[]): readonly NodeView[] {
  const out: NodeView[] = [];
  for (const object of objects) {
    if (!isObject(object) || object['kind'] !== 'Node') continue;
    const name = asString(asObject(object['metadata'])?.['name']);
    if (name !== undefined) out.push(nodeOf(object, name));
  }
  return out;
}

function nodeOf(node: JsonObject, name: string): NodeView {
  const spec = asObject(node['spec']);
  const taints: Taint[] = [];
  for (const [taint] of objectsOf(spec?.['taints'])) {
    taints.push({
      key: asString(taint['key']) ?? '',
      value: asString(taint['value']) ?? '',
      effect: asString(taint['effect']) ?? '',
    });
  }
  const status = asObject(node['status']);
  const amounts = status?.['allocatable'] ?? status?.['capacity'];
  return {
    name,
    labels: labelsOf(node, name),
    unschedulable: spec?.['unschedulable'] === true,
    taints,
    allocatable: isObject(amounts) ? schedulerAmounts(resourceListOf(amounts)) : undefined,
  };
}

/** Every kubelet labels its Node with these; a Node written by hand may lack them. */
function labelsOf(node: JsonObject, name: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = Object.create(null);
  labels['kubernetes.io/hostname'] = name;
  labels['kubernetes.io/os'] = asString(at(node, ['status', 'nodeInfo', 'operatingSystem'])) ?? 'linux';
  labels['kubernetes.io/arch'] = asString(at(node, ['status', 'nodeInfo', 'architecture'])) ?? '${ARCH}';
  const own = asObject(asObject(node['metadata'])?.['labels']);
  if (own !== undefined) for (const key of Object.keys(own)) if (typeof own[key] === 'string') labels[key] = own[key];
  return labels;
}
