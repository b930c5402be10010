import {
  type Context,
  conflicts,
  describe,
  type HostPort,
  outlookOf,
  type Path,
  type PodTemplate,
  pendingCause,
  rule,
} from '../../src/rule.ts';

export default rule({
  id: 'pending/host-port-taken',
  level: 'warning',
  predicts: { component: 'scheduler', status: 'Pending' },
  states: ['S2'],
  docs: {
    summary: 'Two Pods want the same port of a node: replicas of one workload, two workloads, or one of them and a DaemonSet',
    why:
      "A host port can be had once on each node. The scheduler refuses the second Pod: `didn't have free ports for the requested pod ports`. With hostNetwork every container port is a host port. " +
      'A rolling update starts a new Pod before the old one is gone, and needs a further node too. A Service exposes Pods without taking ports of nodes.',
    limits: 'without nodes as facts it does not know how many there are: it then says how many are needed.',
    links: [
      'https://kubernetes.io/docs/concepts/services-networking/service/',
      'https://kubernetes.io/docs/concepts/configuration/overview/',
    ],
  },
  examples: {
    facts: `apiVersion: v1
kind: Node
metadata:
  name: node-1
status:
  allocatable:
    cpu: "4"
    memory: 8Gi
    pods: "110"
`,
    bad: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.29
      ports:
        - containerPort: 80
          hostPort: 8080
---
apiVersion: v1
kind: Pod
metadata:
  name: api
spec:
  containers:
    - name: api
      image: nginx:1.29
      ports:
        - containerPort: 80
          hostPort: 8080 # expect: pending/host-port-taken
`,
    good: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.29
      ports:
        - containerPort: 80
          hostPort: 8080
---
apiVersion: v1
kind: Pod
metadata:
  name: api
spec:
  containers:
    - name: api
      image: nginx:1.29
      ports:
        - containerPort: 80
          hostPort: 8081
`,
  },
  fix: 'never',
  evidence: 'run',
  visit: {
    Cluster(cluster, context) {
      const pods = cluster.pods.filter((pod) => pod.owner.origin !== 'context' && usesHostPorts(pod));
      if (pods.length === 0) return;
      const outlook = outlookOf(cluster);
      const byPort = new Map<string, Taken[]>();
      for (const pod of pods) {
        const taken: { port: HostPort; rival: Taken | undefined }[] = [];
        for (const port of outlook.view(pod).hostPorts) {
          const key = `${port.protocol}/${port.port}`;
          const list = byPort.get(key) ?? [];
          const rival = list.find((other) => other.pod !== pod && conflicts(other.port, port) && mayMeet(other.pod, pod));
          list.push({ pod, port });
          byPort.set(key, list);
          taken.push({ port, rival });
        }
        if (pod.owner.origin !== 'set') continue;
        // One finding for each rival, or one for the Pods among themselves, however many ports they share.
        const rivals = new Map(
          taken.flatMap((one) => (one.rival === undefined ? [] : [[one.rival.pod, one] as const])).reverse(),
        );
        const told = rivals.size > 0 ? [...rivals.values()].reverse() : taken;
        for (const { port, rival } of told.slice(0, outlook.nodes > 0 || rivals.size === 0 ? 1 : MOST))
          judge(pod, port, rival, context);
      }
    },
  },
});

interface Taken {
  readonly pod: PodTemplate;
  readonly port: HostPort;
}

/** So many rivals of one workload are told. */
const MOST = 5;

function usesHostPorts(pod: PodTemplate): boolean {
  return (
    pod.spec.hostNetwork === true || pod.containers.some(({ value }) => value.ports?.some((port) => port?.hostPort) === true)
  );
}

function judge(pod: PodTemplate, port: HostPort, rival: Taken | undefined, context: Context): void {
  const { cluster } = context;
  const outlook = outlookOf(cluster);
  const placement = outlook.placements.get(pod);
  const at: Path = [...pod.path, ...port.path];
  const named = `${port.protocol === 'TCP' ? '' : `${port.protocol} `}port ${port.port}`;
  const related =
    rival === undefined || rival.pod.owner.origin === 'fact'
      ? []
      : [
          {
            object: rival.pod.owner,
            at: [...rival.pod.path, ...rival.port.path],
            message: `${describe(rival.pod.owner)} takes it here`,
          },
        ];
  if (outlook.nodes > 0) {
    if (placement === undefined || placement.pending === 0 || pendingCause(placement.message, outlook.eligible(pod)) !== 'ports')
      return;
    const { pending, wanted, surelyPending, message = '' } = placement;
    const who = rival === undefined ? '' : `, which ${describe(rival.pod.owner)} takes too`;
    const certain = surelyPending > 0 || rival === undefined || isBehind(pod, rival.pod, context);
    context.report({
      object: pod.owner,
      at,
      level: 'error',
      message: `${pending === wanted ? (wanted === 1 ? 'the Pod finds' : `all ${wanted} Pods find`) : `${pending} of ${wanted} Pods find`} no node with ${named} of the host free${who}; a Service needs none`,
      says: message,
      related,
      blocks: certain || rival === undefined ? [pod] : [pod, rival.pod],
      pods: surelyPending > 0 ? surelyPending : pending,
      certain,
    });
    return;
  }
  if (rival !== undefined) {
    const certain =
      rival.pod.perNode && (pod.perNode || covers(rival.pod, pod)) && everywhere(rival.pod) && (!pod.perNode || everywhere(pod));
    const both = pod.count + rival.pod.count;
    context.report({
      object: pod.owner,
      at,
      level: certain ? 'error' : 'warning',
      message: certain
        ? `${describe(rival.pod.owner)} takes ${named} of every node: a Pod of one of the two stays Pending on each`
        : `${describe(rival.pod.owner)} takes ${named} of its node too: ${pod.perNode || rival.pod.perNode ? 'they cannot share a node' : `it takes ${both} nodes to run both`}; a Service needs no port of a node`,
      says: "didn't have free ports for the requested pod ports",
      related,
      blocks: certain ? [pod, rival.pod] : [pod],
      pods: 1,
      certain: false,
    });
  } else if (!pod.perNode && pod.count > 1 && pod.owner.kind !== 'CronJob') {
    context.report({
      object: pod.owner,
      at,
      message: `each of the ${pod.count} Pods takes ${named} of its node, so it takes ${pod.count} nodes to run them; a Service needs no port of a node`,
      says: "didn't have free ports for the requested pod ports",
      blocks: [pod],
      pods: pod.count - 1,
    });
  }
}

/**
 * The scheduler surely comes to the rival first: it runs already, has the higher priority, or both are Pods of their own, made in order. Of the Pods
 * of two controllers either may come first, and the other waits.
 */
function isBehind(pod: PodTemplate, rival: PodTemplate, { cluster }: Context): boolean {
  if (rival.owner.origin === 'fact' || (pod.owner.kind === 'Pod' && rival.owner.kind === 'Pod')) return true;
  const outlook = outlookOf(cluster);
  return outlook.view(rival).priority > outlook.view(pod).priority;
}

/** Their node selectors do not keep them on different nodes. */
function mayMeet(a: PodTemplate, b: PodTemplate): boolean {
  if (a.owner.kind === b.owner.kind && a.owner.name === b.owner.name && a.namespace === b.namespace) return false;
  const one = (a.spec.nodeSelector ?? {}) as Record<string, unknown>;
  const other = (b.spec.nodeSelector ?? {}) as Record<string, unknown>;
  return Object.keys(one).every((key) => !(key in other) || other[key] === one[key]);
}

/** A DaemonSet on every node: no selector, no affinity. */
function everywhere(pod: PodTemplate): boolean {
  return Object.keys(pod.spec.nodeSelector ?? {}).length === 0 && pod.spec.affinity?.nodeAffinity == null;
}

/** The DaemonSet tolerates whatever the other Pod tolerates, so that it is wherever the Pod can be. */
function covers(daemon: PodTemplate, pod: PodTemplate): boolean {
  const all =
    daemon.spec.tolerations?.some(
      (toleration) => toleration?.operator === 'Exists' && toleration.key == null && toleration.effect == null,
    ) === true;
  return all || (pod.spec.tolerations ?? []).length === 0;
}
