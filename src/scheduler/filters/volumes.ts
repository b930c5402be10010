import { minorOf } from '../../api/kinds.ts';
import { asArray, asString, at, isObject, type JsonObject, objectsOf } from '../../api/manifest.ts';
import { isUnknown } from '../../api/unknown.ts';
import type { Path } from '../../source/path.ts';
import type { NodeView } from '../node.ts';
import type { PodView } from '../pod.ts';
import { type ClusterState, type Plugin, type Rejection, rejection, releaseOf } from '../state.ts';
import { type ClaimOutlook, claimOutlook, classServesNode, type VolumeFacts, volumeFitsNode } from '../volumes.ts';

/** Plugins VolumeRestrictions, VolumeBinding and VolumeZone. Limits of CSI drivers are not known from manifests. */

interface PodClaim {
  readonly name: string;
  /** The field that asks for it, relative to the Pod; for a claim template of the workload, `['volumeClaimTemplates', i]`. */
  readonly path: Path;
  readonly claim: JsonObject | undefined;
}

/** The claims that a Pod names, and those that its controllers make for it. */
export function claimsOf(pod: PodView, facts: VolumeFacts): readonly PodClaim[] {
  const out: PodClaim[] = [];
  for (const [volume, i] of objectsOf(pod.spec['volumes'])) {
    const name = asString(at(volume, ['persistentVolumeClaim', 'claimName']));
    if (name !== undefined) {
      if (isUnknown(name) || isUnknown(pod.namespace)) continue;
      const claim = facts.claim(pod.namespace, name);
      out.push({
        name,
        path: ['spec', 'volumes', i, 'persistentVolumeClaim', 'claimName'],
        claim: isObject(claim) ? claim : undefined,
      });
      continue;
    }
    const template = at(volume, ['ephemeral', 'volumeClaimTemplate']);
    if (isObject(template))
      out.push({ name: '', path: ['spec', 'volumes', i, 'ephemeral', 'volumeClaimTemplate'], claim: template });
  }
  pod.claimTemplates.forEach((claim, i) => {
    if (isObject(claim)) out.push({ name: '', path: ['volumeClaimTemplates', i], claim });
  });
  return out;
}

/** Why a Pod is refused before any node is looked at, with the field. */
export interface VolumeRefusal {
  readonly message: string;
  readonly path: Path;
}

/** What the volume plugins say of the Pod as a whole (PreFilter). */
export function volumeRefusal(pod: PodView, cluster: ClusterState): VolumeRefusal | undefined {
  const facts = cluster.facts.volumes;
  if (facts === undefined) return undefined;
  const claims = claimsOf(pod, facts);
  for (const { name, path, claim } of claims) {
    if (claim === undefined && facts.claimsClosed) return { message: `persistentvolumeclaim "${name}" not found`, path };
  }
  let unbound: Path | undefined;
  for (const { name, path, claim } of claims) {
    if (claim === undefined) continue;
    const outlook = claimOutlook(claim, facts);
    if (outlook.state === 'lost') {
      return { message: `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${outlook.volume}"`, path };
    }
    if (outlook.state === 'deleting') return { message: `persistentvolumeclaim "${name}" is being deleted`, path };
    if (outlook.state === 'unbound') unbound ??= path;
  }
  return unbound === undefined ? undefined : { message: 'pod has unbound immediate PersistentVolumeClaims', path: unbound };
}

/** From these minors on the messages read as below; before, as the older word. */
const NODE_AFFINITY_SINCE = 33;
const ONE_POD_SINCE = 34;

/** VolumeRestrictions: disks that one Pod takes for itself, and claims for one Pod only. */
export const volumeRestrictions: Plugin = (pod, cluster) => {
  const disks: JsonObject[] = [];
  for (const [volume] of objectsOf(pod.spec['volumes'])) if (isExclusive(volume)) disks.push(volume);
  const taken = takenClaim(pod, cluster);
  if (disks.length === 0 && taken === undefined) return undefined;
  return ({ pods }) => {
    for (const other of disks.length === 0 ? [] : pods.keys()) {
      for (const [volume] of objectsOf(other.spec['volumes'])) {
        if (disks.some((disk) => conflict(disk, volume)))
          return rejection('VolumeRestrictions', 'node(s) had no available disk', true);
      }
    }
    return taken;
  };
};

/** A claim for one Pod only that another Pod has. */
function takenClaim(pod: PodView, cluster: ClusterState): Rejection | undefined {
  const facts = cluster.facts.volumes;
  if (facts === undefined) return undefined;
  for (const { name, claim } of claimsOf(pod, facts)) {
    if (!asArray(at(claim, ['spec', 'accessModes'])).includes('ReadWriteOncePod') || !isUsed(cluster, pod.namespace, name))
      continue;
    const words =
      minorOf(releaseOf(cluster)) < ONE_POD_SINCE
        ? 'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode'
        : 'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod';
    return rejection('VolumeRestrictions', words, true);
  }
  return undefined;
}

function isUsed({ pods }: ClusterState, namespace: string, claim: string): boolean {
  for (const { namespace: own, spec } of pods.keys()) {
    if (own !== namespace) continue;
    for (const [volume] of objectsOf(spec['volumes']))
      if (at(volume, ['persistentVolumeClaim', 'claimName']) === claim) return true;
  }
  return false;
}

export function isExclusive(volume: JsonObject): boolean {
  return ['gcePersistentDisk', 'awsElasticBlockStore', 'iscsi', 'rbd'].some((source) => isObject(volume[source]));
}

function conflict(a: JsonObject, b: JsonObject): boolean {
  const same = (source: string, field: string): boolean => {
    const value = at(a, [source, field]);
    return isObject(a[source]) && isObject(b[source]) && value === at(b, [source, field]) && !isUnknown(value);
  };
  const bothReadOnly = (source: string): boolean => at(a, [source, 'readOnly']) === true && at(b, [source, 'readOnly']) === true;
  if (same('gcePersistentDisk', 'pdName') && !bothReadOnly('gcePersistentDisk')) return true;
  if (same('awsElasticBlockStore', 'volumeID')) return true;
  if (same('iscsi', 'iqn') && !bothReadOnly('iscsi')) return true;
  if (!same('rbd', 'image') || !same('rbd', 'pool') || bothReadOnly('rbd')) return false;
  const monitors = new Set(asArray(at(a, ['rbd', 'monitors'])));
  return asArray(at(b, ['rbd', 'monitors'])).some((monitor) => monitors.has(monitor));
}

/** VolumeBinding: volumes that cannot be used on a node, or not be had there. */
export const volumeBinding: Plugin = (pod, cluster) => {
  const facts = cluster.facts.volumes;
  if (facts === undefined) return undefined;
  const outlooks = outlooksOf(pod, facts).filter(({ state }) => state === 'bound' || state === 'delayed');
  if (outlooks.length === 0) return undefined;
  const minor = minorOf(releaseOf(cluster));
  const elsewhere =
    minor < NODE_AFFINITY_SINCE
      ? 'node(s) had volume node affinity conflict'
      : "node(s) didn't match PersistentVolume's node affinity";
  return ({ view }) => {
    let conflicts = false;
    let unavailable = false;
    let gone = false;
    for (const outlook of outlooks) {
      if (outlook.state === 'delayed') unavailable ||= !availableOn(outlook, view, facts);
      else if (outlook.state === 'bound') {
        if (outlook.volume === undefined) gone ||= facts.closed;
        else conflicts ||= !volumeFitsNode(outlook.volume, view);
      }
    }
    const reasons: string[] = [];
    if (conflicts) reasons.push(elsewhere);
    if (unavailable) reasons.push("node(s) didn't find available persistent volumes to bind");
    if (gone) reasons.push('node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)');
    return reasons.length === 0 ? undefined : { plugin: 'VolumeBinding', reasons, preemptible: false };
  };
};

function outlooksOf(pod: PodView, facts: VolumeFacts): readonly ClaimOutlook[] {
  const out: ClaimOutlook[] = [];
  for (const { claim } of claimsOf(pod, facts)) if (claim !== undefined) out.push(claimOutlook(claim, facts));
  return out;
}

function availableOn(outlook: Extract<ClaimOutlook, { state: 'delayed' }>, node: NodeView, facts: VolumeFacts): boolean {
  if (outlook.candidates.some((volume) => volumeFitsNode(volume, node))) return true;
  if (outlook.provisioner === undefined) return !facts.closed;
  return classServesNode(outlook.provisioner, node);
}

const ZONE_LABELS: readonly (readonly [label: string, current: string])[] = [
  ['failure-domain.beta.kubernetes.io/zone', 'topology.kubernetes.io/zone'],
  ['failure-domain.beta.kubernetes.io/region', 'topology.kubernetes.io/region'],
  ['topology.kubernetes.io/zone', 'topology.kubernetes.io/zone'],
  ['topology.kubernetes.io/region', 'topology.kubernetes.io/region'],
];

/** VolumeZone: zone labels of bound volumes against those of the node. */
export const volumeZone: Plugin = (pod, cluster) => {
  const facts = cluster.facts.volumes;
  if (facts === undefined) return undefined;
  // Label, its current name, and the zones or regions in which a volume is: one replicated over several names them all, `a__b`.
  const demands: (readonly [label: string, current: string, values: readonly string[]])[] = [];
  for (const outlook of outlooksOf(pod, facts)) {
    if (outlook.state !== 'bound' || outlook.volume === undefined) continue;
    for (const [label, current] of ZONE_LABELS) {
      const value = at(outlook.volume, ['metadata', 'labels', label]);
      if (typeof value === 'string' && !isUnknown(value)) demands.push([label, current, value.split('__')]);
    }
  }
  if (demands.length === 0) return undefined;
  const rejected = rejection('VolumeZone', 'node(s) had no available volume zone');
  return ({ view: { labels } }) => {
    if (!ZONE_LABELS.some(([label]) => labels[label] !== undefined)) return undefined;
    for (const [label, current, values] of demands) {
      const own = labels[label] ?? labels[current];
      if (!isUnknown(own) && (own === undefined || !values.includes(own))) return rejected;
    }
    return undefined;
  };
};
