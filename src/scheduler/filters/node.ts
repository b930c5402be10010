import { minorOf } from '../../api/kinds.ts';
import { matchesNode } from '../node-affinity.ts';
import { type Plugin, rejection, releaseOf } from '../state.ts';
import { DO_NOT_SCHEDULE, tolerates, untoleratedTaint } from '../tolerations.ts';

/** NodeName: a Pod that is bound already. */
export const nodeName: Plugin = (pod) => {
  if (pod.nodeName === undefined) return undefined;
  const rejected = rejection('NodeName', "node(s) didn't match the requested node name");
  return ({ view }) => (pod.nodeName === view.name ? undefined : rejected);
};

const UNSCHEDULABLE = { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' };

/** NodeUnschedulable: a cordoned node. */
export const nodeUnschedulable: Plugin = (pod) => {
  if (pod.tolerations.some((toleration) => tolerates(toleration, UNSCHEDULABLE))) return undefined;
  const rejected = rejection('NodeUnschedulable', 'node(s) were unschedulable');
  return ({ view }) => (view.unschedulable ? rejected : undefined);
};

/** From this minor on the message keeps the taint to itself. */
const TAINT_UNTOLD_SINCE = 34;

/** TaintToleration. */
export const taintToleration: Plugin = (pod, cluster) => {
  const told = minorOf(releaseOf(cluster)) < TAINT_UNTOLD_SINCE;
  return ({ view }) => {
    if (view.taints.length === 0) return undefined;
    const taint = untoleratedTaint(view.taints, pod.tolerations, DO_NOT_SCHEDULE);
    if (taint === undefined) return undefined;
    return rejection(
      'TaintToleration',
      told ? `node(s) had untolerated taint {${taint.key}: ${taint.value}}` : 'node(s) had untolerated taint(s)',
    );
  };
};

/** NodeAffinity: nodeSelector and required node affinity. */
export const nodeAffinity: Plugin = (pod) => {
  if (pod.nodeAffinity.selector.length === 0 && pod.nodeAffinity.terms === undefined) return undefined;
  const rejected = rejection('NodeAffinity', "node(s) didn't match Pod's node affinity/selector");
  return ({ view }) => (matchesNode(pod.nodeAffinity, view) === false ? rejected : undefined);
};

/** NodePorts: the ports of the host. */
export const nodePorts: Plugin = (pod) => {
  if (pod.hostPorts.length === 0) return undefined;
  const rejected = rejection('NodePorts', "node(s) didn't have free ports for the requested pod ports", true);
  return ({ ports }) => (ports.conflict(pod.hostPorts) === undefined ? undefined : rejected);
};
