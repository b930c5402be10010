import { type LabelSelector, parseLabelSelector } from '../api/label-selector.ts';
import { asNumber, asString, objectsOf } from '../api/manifest.ts';
import { type Labels, NO_SELECTOR } from './labels.ts';
import { withLabelKeys } from './pod-affinity.ts';

/** A topology spread constraint that forbids (`DoNotSchedule`). Mirrors pkg/scheduler/framework/plugins/podtopologyspread/common.go. */
export interface SpreadConstraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly selector: LabelSelector;
  readonly minDomains: number;
  /** Only nodes that the Pod's node affinity admits count. */
  readonly honorsAffinity: boolean;
  /** Only nodes whose taints the Pod tolerates count. */
  readonly honorsTaints: boolean;
}

export function spreadConstraintsOf(constraints: unknown, labels: Labels): readonly SpreadConstraint[] {
  const out: SpreadConstraint[] = [];
  for (const [item] of objectsOf(constraints)) {
    if (item['whenUnsatisfiable'] !== 'DoNotSchedule') continue;
    const topologyKey = asString(item['topologyKey']);
    const maxSkew = asNumber(item['maxSkew']);
    if (topologyKey === undefined || maxSkew === undefined) continue;
    out.push({
      maxSkew,
      topologyKey,
      selector: withLabelKeys(parseLabelSelector(item['labelSelector']) ?? NO_SELECTOR, item['matchLabelKeys'], 'In', labels),
      minDomains: asNumber(item['minDomains']) ?? 1,
      honorsAffinity: item['nodeAffinityPolicy'] !== 'Ignore',
      honorsTaints: item['nodeTaintsPolicy'] === 'Honor',
    });
  }
  return out;
}
