import { describe, expect, it } from 'vitest';
import type { Release } from '../../src/api/kinds.ts';
import { explain, pendingCause, pendingReasons } from '../../src/scheduler/explain.ts';
import { diagnose } from '../../src/scheduler/filter.ts';
import { nodesOf } from '../../src/scheduler/node.ts';
import { type PodView, pinnedTo, podViewOf } from '../../src/scheduler/pod.ts';
import { type ClusterFacts, clusterOf } from '../../src/scheduler/state.ts';

const nodes = [
  {
    kind: 'Node',
    metadata: { name: 'a' },
    spec: { taints: [{ key: 'dedicated', value: 'db', effect: 'NoSchedule' }] },
    status: { allocatable: { cpu: '4' } },
  },
  { kind: 'Node', metadata: { name: 'b' }, status: { allocatable: { cpu: '1', memory: '1Gi' } } },
];

function pod(spec: object): PodView {
  return podViewOf({ namespace: 'ns', metadata: {}, spec });
}

function says(view: PodView, release: Release, facts: ClusterFacts = {}): string {
  const cluster = clusterOf(nodesOf(nodes), [], { ...facts, release });
  return explain(view, diagnose(view, cluster), cluster).message;
}

const big = pod({ containers: [{ resources: { requests: { cpu: '2' } } }] });

/** The sources of these releases; only 1.37 has been heard itself, in the recorded cases. */
describe('the words of a release', () => {
  it('tell the taint until 1.33, and of claims from 1.34 to 1.36', () => {
    const after = 'preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.';
    expect(says(big, '1.37')).toBe(`0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s). ${after}`);
    expect(says(big, '1.34')).toBe(
      `0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s). no new claims to deallocate, ${after}`,
    );
    expect(says(big, '1.33')).toBe(
      '0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint {dedicated: db}. ' +
        'preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.',
    );
  });

  it('end oddly from 1.34 on where the Pod is refused before any node is looked at', () => {
    const facts: ClusterFacts = {
      volumes: { claim: () => undefined, claimsClosed: true, volumes: [], storageClass: () => undefined, closed: true },
    };
    const view = pod({ volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] });
    expect(says(view, '1.37', facts)).toBe('0/2 nodes are available: persistentvolumeclaim "data" not found. not found');
    expect(says(view, '1.33', facts)).toBe(
      '0/2 nodes are available: persistentvolumeclaim "data" not found. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
    );
    expect(says(view, '1.37', { volumes: { ...facts.volumes!, claimsClosed: false } })).not.toContain('not found');
  });

  it('count the nodes that a daemon’s Pod is not meant for from 1.32 on', () => {
    expect(says(pinnedTo(big, 'b'), '1.32')).toContain("1 node(s) didn't satisfy plugin(s) [NodeAffinity]");
    expect(says(pinnedTo(big, 'b'), '1.31')).not.toContain('[NodeAffinity]');
  });
});

it('reasons are ordered as texts, the number first', () => {
  const many = Array.from({ length: 12 }, (_, i) => ({
    kind: 'Node',
    metadata: { name: `n${i}` },
    spec: { unschedulable: i < 10 },
    status: { allocatable: { cpu: '1' } },
  }));
  const cluster = clusterOf(nodesOf(many));
  expect(explain(big, diagnose(big, cluster), cluster).message).toBe(
    '0/12 nodes are available: 10 node(s) were unschedulable, 2 Insufficient cpu. preemption: 0/12 nodes are available: 12 Preemption is not helpful for scheduling.',
  );
});

describe('what a message comes down to', () => {
  it.each([
    ['claims', 'persistentvolumeclaim "data" not found. not found', 0],
    ['claims', 'pod has unbound immediate PersistentVolumeClaims. not found', 2],
    ['claims', "1 node(s) didn't match PersistentVolume's node affinity, 1 node(s) had untolerated taint(s).", 0],
    ['claims', '2 node(s) had volume node affinity conflict.', 0],
    ['claims', '1 node(s) had no available volume zone.', 0],
    ['claims', '1 node(s) had no available disk.', 1],
    ['claims', "1 node(s) didn't find available persistent volumes to bind.", 0],
    ['resources', "1 Insufficient memory, 1 node(s) didn't match PersistentVolume's node affinity.", 1],
    ['resources', '3 Too many pods.', 3],
    ['nodes', "1 Insufficient cpu, 1 node(s) didn't match Pod's node affinity/selector.", 0],
    ['ports', "1 node(s) didn't have free ports for the requested pod ports.", 1],
    ['nodes', "2 node(s) didn't match Pod's node affinity/selector.", 0],
  ] as const)('%s: %s', (cause, reasons, eligible) => {
    expect(pendingCause(`0/2 nodes are available: ${reasons} preemption: 0/2 nodes are available: 2 x.`, eligible)).toBe(cause);
  });

  it('is told without what stands around it', () => {
    const after = 'preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.';
    expect(pendingReasons(`0/2 nodes are available: 2 Insufficient cpu. ${after}`)).toBe('2 Insufficient cpu');
    expect(pendingReasons(`0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, ${after}`)).toBe(
      '2 Insufficient cpu',
    );
    expect(pendingReasons('0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found')).toBe(
      'pod has unbound immediate PersistentVolumeClaims',
    );
    expect(pendingReasons('no nodes available to schedule pods')).toBe('no nodes available to schedule pods');
  });
});
