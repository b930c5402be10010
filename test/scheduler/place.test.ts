import { describe, expect, it } from 'vitest';
import { nodesOf } from '../../src/scheduler/node.ts';
import { type Placement, place, type Workload } from '../../src/scheduler/place.ts';
import { podViewOf } from '../../src/scheduler/pod.ts';
import { clusterOf } from '../../src/scheduler/state.ts';
import { factsOf, nodesIn, RECORDED, workloadsOf } from './recorded.ts';

function node(name: string, amounts: Readonly<Record<string, string>>, rest: object = {}): unknown {
  return {
    kind: 'Node',
    metadata: { name, labels: { 'topology.kubernetes.io/zone': `z-${name}` } },
    status: { allocatable: amounts },
    ...rest,
  };
}

function workload(
  id: string,
  count: number,
  requests: Readonly<Record<string, string>>,
  spec: object = {},
  perNode = false,
): Workload {
  const pod = podViewOf({
    namespace: 'ns',
    metadata: { labels: { app: id } },
    spec: { containers: [{ name: 'a', resources: { requests } }], ...spec },
    daemon: perNode,
  });
  return { id, pod, count, perNode };
}

const hostPort = (port: number) => ({ containers: [{ name: 'a', ports: [{ containerPort: 80, hostPort: port }] }] });

function run(nodes: readonly unknown[], workloads: readonly Workload[], bound: readonly Workload['pod'][] = []) {
  const { placements, shortages } = place(clusterOf(nodesOf(nodes), bound), workloads);
  return { placements, shortages, of: (id: string): Placement => placements.find((placement) => placement.id === id)! };
}

describe('placing', () => {
  // In the others who comes first decides.
  it.each(RECORDED.filter((recorded) => recorded.case !== 'hostports').map((recorded) => [recorded.case, recorded] as const))(
    'case %s ends as it did',
    (_name, { objects, pods }) => {
      const all = [...workloadsOf(objects).values()];
      const bound = all.filter(({ pod }) => pod.nodeName !== undefined).map(({ pod }) => pod);
      const { placements } = place(
        clusterOf(nodesIn(objects), bound, factsOf(objects)),
        all.filter(({ pod }) => !bound.includes(pod)),
      );
      for (const { id, placed, pending, message, wanted, surelyPending } of placements) {
        const own = pods.filter(({ of }) => of === id);
        if (own.some(({ says }) => says?.includes('scheduling gates'))) continue;
        expect([id, wanted], id).toEqual([id, own.length]);
        const expected = own.filter((pod) => pod.node === undefined).length;
        expect([id, placed, pending]).toEqual([id, own.length - expected, expected]);
        expect(surelyPending, id).toBeLessThanOrEqual(expected);
        const words = own.flatMap(({ says }) => (says === undefined ? [] : [says]));
        if (pending > 0) expect(words, id).toContain(message);
      }
    },
  );

  it('is sure of what fits no node, and of more copies than all nodes can hold', () => {
    const nodes = [node('a', { cpu: '4', memory: '8Gi' }), node('b', { cpu: '2', memory: '8Gi' })];
    const { of } = run(nodes, [workload('huge', 2, { cpu: '5' }), workload('many', 9, { cpu: '1' }), workload('few', 1, {})]);
    expect(of('huge')).toMatchObject({ placed: 0, pending: 2, surelyPending: 2, certain: true });
    expect(of('huge').message).toBe(
      '0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
    );
    expect(of('many')).toMatchObject({ placed: 6, pending: 3, surelyPending: 3, certain: true });
    expect(of('few')).toMatchObject({ placed: 1, pending: 0, certain: false, message: undefined });
  });

  it('is not sure which of several stays out, only how many', () => {
    const { placements, shortages } = run(
      [node('a', { cpu: '4' })],
      [workload('x', 2, { cpu: '1500m' }), workload('y', 2, { cpu: '1' })],
    );
    expect(placements.map(({ id, pending, certain }) => [id, pending, certain])).toEqual([
      ['x', 0, false],
      ['y', 1, false],
    ]);
    expect(shortages).toEqual([
      { what: 'cpu', kind: 'resource', demand: 5000, supply: 4000, nodes: 1, workloads: ['x', 'y'], pending: 1 },
    ]);
  });

  it('counts host ports: one Pod a node, DaemonSets first', () => {
    const nodes = ['a', 'b', 'c'].map((name) => node(name, { cpu: '4' }));
    const { of, shortages } = run(nodes, [
      workload('web', 2, {}, hostPort(8080)),
      workload('proxy', 1, {}, hostPort(8080), true),
    ]);
    expect(of('proxy')).toMatchObject({ wanted: 3, placed: 3, pending: 0 });
    expect(of('web')).toMatchObject({ placed: 0, pending: 2, surelyPending: 0, certain: false });
    expect(of('web').message).toBe(
      "0/3 nodes are available: 3 node(s) didn't have free ports for the requested pod ports. " +
        'preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
    );
    expect(shortages).toEqual([
      { what: 'TCP/8080', kind: 'port', demand: 5, supply: 3, nodes: 3, workloads: ['web', 'proxy'], pending: 2 },
    ]);
    expect(run(nodes, [workload('web', 4, {}, hostPort(8080))]).of('web')).toMatchObject({
      placed: 3,
      pending: 1,
      certain: true,
    });
  });

  it('places the more important first', () => {
    const low = workload('low', 2, { cpu: '1' });
    const high = workload('high', 2, { cpu: '1' }, { priority: 10 });
    const { of } = run([node('a', { cpu: '3' })], [low, high]);
    expect(of('high').pending).toBe(0);
    expect(of('low')).toMatchObject({ pending: 1, certain: false });
  });

  it('reckons with Pods that are there, and with preempting them', () => {
    const there = podViewOf({
      namespace: 'ns',
      metadata: {},
      spec: { nodeName: 'a', containers: [{ resources: { requests: { cpu: '3' } } }] },
    });
    const nodes = [node('a', { cpu: '4' })];
    expect(run(nodes, [workload('x', 1, { cpu: '2' })], [there]).of('x')).toMatchObject({ pending: 1, certain: true });
    expect(run(nodes, [workload('x', 1, { cpu: '2' }, { priority: 10 })], [there]).of('x')).toMatchObject({
      pending: 0,
      preempting: 1,
      certain: false,
    });
    const meek = run(nodes, [workload('x', 1, { cpu: '2' }, { priority: 10, preemptionPolicy: 'Never' })], [there]).of('x');
    expect(meek.message).toBe(
      '0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to preemptionPolicy=Never.',
    );
  });

  it('does not play through what is endless', () => {
    const nodes = Array.from({ length: 2000 }, (_, i) => node(`n${i}`, { cpu: '64', pods: '1000000' }));
    const plain = run(nodes, [workload('x', 1e9, { cpu: '1m' })]).of('x');
    expect(plain).toMatchObject({ placed: 128_000_000, surelyPending: 872_000_000 });
    const spread = [
      {
        maxSkew: 1,
        topologyKey: 'topology.kubernetes.io/zone',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: { app: 'y' } },
      },
    ];
    expect(run(nodes, [workload('y', 1e9, {}, { topologySpreadConstraints: spread })]).of('y')).toMatchObject({ played: false });
  });

  it('assumes nothing of nodes that do not tell, and judges no placeholder', () => {
    const bare = [{ kind: 'Node', metadata: { name: 'a' } }];
    expect(run(bare, [workload('x', 3, { cpu: '100' })]).of('x').pending).toBe(0);
    const spec = { nodeSelector: { disk: '${DISK}' }, tolerations: '${TOLERATIONS}' };
    const tainted = node('a', { cpu: '4' }, { spec: { taints: [{ key: 'x', effect: 'NoSchedule' }] } });
    expect(run([tainted], [workload('x', 1, { cpu: '${CPU}' }, spec)]).of('x').pending).toBe(0);
  });

  it('says so where there are no nodes', () => {
    expect(run([], [workload('x', 1, {})]).of('x')).toMatchObject({ pending: 1, message: 'no nodes available to schedule pods' });
  });
});
