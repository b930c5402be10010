import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { asObject, type JsonObject, objectsOf } from '../../src/api/manifest.ts';
import {
  type ContainerResources,
  podLimits,
  podRequests,
  type ResourceList,
  resourceListOf,
} from '../../src/api/pod-resources.ts';
import { formatQuantity } from '../../src/api/quantity.ts';
import { conflicts, hostPortsOf, UsedPorts } from '../../src/scheduler/host-ports.ts';
import { type NodeView, nodesOf } from '../../src/scheduler/node.ts';
import { matchesNode, namedNodes, requiredNodeAffinityOf } from '../../src/scheduler/node-affinity.ts';
import { DO_NOT_SCHEDULE, tolerationsOf, untoleratedTaint } from '../../src/scheduler/tolerations.ts';

/** A random Pod and Node, and what k8s.io/component-helpers makes of them. */
interface Line {
  readonly spec: JsonObject;
  readonly node: JsonObject;
  readonly affinity: boolean;
  readonly tolerates: boolean;
  readonly requests: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
}

const lines = readFileSync(new URL('../recorded/scheduling-helpers.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((text) => text !== '')
  .map((text) => JSON.parse(text) as Line);

function printed(list: ResourceList): Record<string, string> {
  return Object.fromEntries([...list].map(([name, { quantity }]) => [name, formatQuantity(quantity)]));
}

/** The spec as it stands, without the server's defaults. */
function containersOf(spec: JsonObject): readonly ContainerResources[] {
  const out: ContainerResources[] = [];
  for (const list of ['containers', 'initContainers'] as const) {
    for (const [container, i] of objectsOf(spec[list])) {
      const role = list === 'containers' ? 'app' : container['restartPolicy'] === 'Always' ? 'sidecar' : 'init';
      const resources = asObject(container['resources']) ?? {};
      const [requests, limits] = [resourceListOf(resources['requests']), resourceListOf(resources['limits'])];
      out.push({ name: '', path: ['spec', list, i], role, requests, limits, open: false });
    }
  }
  return out;
}

/** Without the labels that every kubelet adds. */
function bareNode(node: JsonObject): NodeView {
  const [view] = nodesOf([{ ...node, kind: 'Node' }]);
  const labels = Object.fromEntries(Object.entries(view!.labels).filter(([key]) => !key.startsWith('kubernetes.io/')));
  return { ...view!, labels };
}

describe('as Kubernetes’ own helpers', () => {
  it('sum up requests and limits', () => {
    for (const { spec, requests, limits } of lines) {
      const own = asObject(spec['resources']);
      const pod =
        own === undefined ? undefined : { requests: resourceListOf(own['requests']), limits: resourceListOf(own['limits']) };
      const resources = { containers: containersOf(spec), overhead: resourceListOf(spec['overhead']), pod };
      expect(printed(podRequests(resources))).toEqual(requests);
      expect(printed(podLimits(resources))).toEqual(limits);
    }
  });

  it('match nodes', () => {
    for (const { spec, node, affinity } of lines) {
      expect(
        matchesNode(requiredNodeAffinityOf(spec), bareNode(node)),
        JSON.stringify({ affinity: spec['affinity'], node }),
      ).toBe(affinity);
    }
    expect(lines.filter((line) => line.affinity && line.spec['affinity'] !== undefined).length).toBeGreaterThan(20);
  });

  it('tolerate taints', () => {
    for (const { spec, node, tolerates } of lines) {
      expect(untoleratedTaint(bareNode(node).taints, tolerationsOf(spec, false), DO_NOT_SCHEDULE) === undefined).toBe(tolerates);
    }
  });
});

describe('node affinity', () => {
  const named = (...terms: readonly (readonly string[])[]) => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: terms.map((names) => ({
            matchFields: names.map((name) => ({ key: 'metadata.name', operator: 'In', values: [name] })),
          })),
        },
      },
    },
  });

  it('names nodes', () => {
    expect(namedNodes(requiredNodeAffinityOf(named(['a'], ['b'])))).toEqual(new Set(['a', 'b']));
    expect(namedNodes(requiredNodeAffinityOf(named(['a', 'b'])))).toBe('conflict');
    expect(namedNodes(requiredNodeAffinityOf(named(['a'], [])))).toEqual(new Set(['a']));
    expect(namedNodes(requiredNodeAffinityOf({}))).toBeUndefined();
  });

  it('leaves open what a placeholder decides', () => {
    const [node] = nodesOf([{ kind: 'Node', metadata: { name: 'a', labels: { disk: 'ssd' } } }]);
    expect(matchesNode(requiredNodeAffinityOf({ nodeSelector: { disk: '${DISK}' } }), node!)).toBeUndefined();
    expect(matchesNode(requiredNodeAffinityOf({ nodeSelector: { disk: '${DISK}', zone: 'a' } }), node!)).toBe(false);
    expect(matchesNode(requiredNodeAffinityOf({ nodeSelector: { 'kubernetes.io/arch': 'arm64' } }), node!)).toBeUndefined();
    expect(
      matchesNode(
        requiredNodeAffinityOf({ nodeSelector: { 'kubernetes.io/hostname': 'a', 'kubernetes.io/os': 'linux' } }),
        node!,
      ),
    ).toBe(true);
  });
});

describe('host ports', () => {
  const spec = (ports: unknown, rest: object = {}): JsonObject => ({ containers: [{ ports }], ...rest });

  it('are compared by protocol, port and address', () => {
    const [any, one, two, udp] = hostPortsOf(
      spec([
        { hostPort: 80 },
        { hostPort: 80, hostIP: '10.0.0.1' },
        { hostPort: 80, hostIP: '10.0.0.2' },
        { hostPort: 80, protocol: 'UDP' },
      ]),
      37,
    );
    expect([
      conflicts(any!, one!),
      conflicts(one!, any!),
      conflicts(one!, one!),
      conflicts(one!, two!),
      conflicts(any!, udp!),
    ]).toEqual([true, true, true, false, false]);
    const used = new UsedPorts();
    used.add([one!]);
    expect([used.conflict([two!]), used.conflict([any!]), used.conflict([one!]), used.conflict([udp!])]).toEqual([
      undefined,
      any,
      one,
      undefined,
    ]);
    used.add([one!], -1);
    expect(used.conflict([any!])).toBeUndefined();
  });

  it('are every container port under hostNetwork, and those of sidecars from 1.33 on', () => {
    const pod = spec([{ containerPort: 80 }, { containerPort: 81, hostPort: 8081 }], {
      hostNetwork: true,
      initContainers: [{ ports: [{ containerPort: 1 }] }, { restartPolicy: 'Always', ports: [{ containerPort: 2 }] }],
    });
    expect(hostPortsOf(pod, 37).map(({ port, path }) => [port, path.join('.')])).toEqual([
      [2, 'spec.initContainers.1.ports.0.containerPort'],
      [80, 'spec.containers.0.ports.0.containerPort'],
      [8081, 'spec.containers.0.ports.1.hostPort'],
    ]);
    expect(hostPortsOf(pod, 32).map(({ port }) => port)).toEqual([80, 8081]);
    expect(hostPortsOf(spec([{ containerPort: 80, hostPort: '${PORT}' }], { hostNetwork: true }), 37)).toEqual([]);
  });
});

it('nothing throws, whatever stands there', () => {
  const odd: readonly unknown[] = [null, 'x', 3, [], [null], {}, { key: [], operator: {}, values: 'x' }];
  for (const value of odd) {
    const spec = {
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: value } } },
      nodeSelector: value,
      tolerations: value,
      containers: value,
    };
    expect(() => [requiredNodeAffinityOf(spec), tolerationsOf(spec, true), hostPortsOf(spec, 37)]).not.toThrow();
    expect(() =>
      nodesOf([
        value,
        { kind: 'Node', metadata: { name: 'a', labels: value }, spec: { taints: value }, status: { allocatable: value } },
      ]),
    ).not.toThrow();
  }
});
