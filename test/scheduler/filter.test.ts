import { describe, expect, it } from 'vitest';
import { explain } from '../../src/scheduler/explain.ts';
import { diagnose } from '../../src/scheduler/filter.ts';
import { notScheduled, type PodView, pinnedTo } from '../../src/scheduler/pod.ts';
import { type ClusterState, clusterOf } from '../../src/scheduler/state.ts';
import { factsOf, nodesIn, RECORDED, workloadsOf } from './recorded.ts';

function says(pod: PodView, cluster: ClusterState): string {
  return explain(pod, diagnose(pod, cluster), cluster).message;
}

describe.each(RECORDED.map((recorded) => [recorded.case, recorded] as const))('case %s', (_name, { objects, pods }) => {
  const workloads = workloadsOf(objects);
  // The cluster as it was in the end.
  const empty = clusterOf(nodesIn(objects), [], factsOf(objects));
  const cluster = clusterOf(nodesIn(objects), [], factsOf(objects));
  for (const { of, node } of pods) cluster.nodes.find(({ view }) => view.name === node)?.add(workloads.get(of)!.pod);

  it('says of every Pod without a node what the scheduler said', () => {
    let compared = 0;
    for (const { of, says: words } of pods) {
      const workload = workloads.get(of)!;
      if (words === undefined || notScheduled(workload.pod.spec) !== undefined) continue;
      compared++;
      // A Pod that fits nowhere may have been told so before the others came.
      if (!workload.perNode) expect([says(workload.pod, cluster), says(workload.pod, empty)], of).toContain(words);
      // Which of the nodes a daemon Pod was meant for is not recorded.
      else expect(cluster.nodes.map(({ view }) => says(pinnedTo(workload.pod, view.name), cluster))).toContain(words);
    }
    expect(compared).toBeGreaterThan(0);
  });

  it('admits every Pod to the node that it got', () => {
    for (const { of, node } of pods) {
      const { pod } = workloads.get(of)!;
      const alone = clusterOf(
        nodesIn(objects).filter(({ name }) => name === node),
        [],
        factsOf(objects),
      );
      if (node === undefined || pod.affinity.length + pod.spread.length > 0) continue;
      expect(
        diagnose(pod, alone).feasible.map(({ view }) => view.name),
        of,
      ).toEqual([node]);
    }
  });
});
