import {
  applyDefaults,
  at,
  type Cluster,
  type Container,
  claimsOver,
  describe,
  formatQuantity,
  limitRangesOf,
  memoryClaims,
  memoryLimit,
  quantityToNumber,
  type Related,
  rule,
  statusOf,
} from '../../src/rule.ts';

export default rule({
  id: 'crashing/heap-over-memory-limit',
  level: 'warning',
  predicts: { component: 'kubelet', status: 'OOMKilled' },
  states: ['S9'],
  docs: {
    summary: "A program is told that it may use more memory than its container's limit",
    why:
      'The program believes `-Xmx`, `--max-old-space-size`, `GOMEMLIMIT` and their like, and not the limit: it grows until the kernel kills it (OOMKilled, exit code 137), instead of collecting garbage in time. ' +
      'Leave a quarter or more of the limit for what is not heap, raise the limit, or let the JVM compute its heap (`-XX:MaxRAMPercentage`). Limits that a LimitRange or the Pod gives count, too.',
    limits:
      'as long as the program needs less, nothing happens. Where a start script must hand the setting on (JAVA_OPTS), podlint takes it that it does.',
    links: [
      'https://kubernetes.io/docs/tasks/configure-pod-container/assign-memory-resource/#exceed-a-container-s-memory-limit',
      'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/',
    ],
  },
  examples: {
    bad: `apiVersion: v1
kind: Pod
metadata:
  name: api
spec:
  containers:
    - name: api
      image: eclipse-temurin:21
      command: ["java", "-Xmx2g", "-jar", "/app.jar"] # expect: crashing/heap-over-memory-limit
      resources:
        limits:
          memory: 1Gi
`,
    good: `apiVersion: v1
kind: Pod
metadata:
  name: api
spec:
  containers:
    - name: api
      image: eclipse-temurin:21
      command: ["java", "-Xmx768m", "-jar", "/app.jar"]
      resources:
        limits:
          memory: 1Gi
`,
  },
  fix: 'never',
  evidence: { none: 'only the kernel of a node counts the memory of a program' },
  visit: {
    Container(container, context) {
      if (memoryClaims(container.value).length === 0) return;
      const limit = limitOf(container, context.cluster);
      if (limit === undefined) return;
      for (const claim of claimsOver(container.value, limit.bytes)) {
        const handedOn = claim.certainty === 'likely' ? ', if its start script hands this on' : '';
        context.report({
          at: [...container.path, ...claim.path],
          message: `${claim.written} (${claim.what}) is more than the memory limit of container ${container.name}, ${limit.text}${limit.from}: it is OOMKilled when it grows so far${handedOn}`,
          says: 'OOMKilled',
          predicts: { component: 'kubelet', status: statusOf(container, 'OOMKilled') },
          related: limit.related,
        });
      }
    },
  },
});

interface Limit {
  readonly bytes: number;
  readonly text: string;
  /** Whose it is, where it is not the container's own. */
  readonly from: string;
  readonly related: Related[];
}

/** The memory limit of a container: its own, else a LimitRange's default, else that of the Pod as a whole. */
function limitOf(container: Container, cluster: Cluster): Limit | undefined {
  const { pod, value } = container;
  const text = (of: unknown): string => String(at(of, ['resources', 'limits', 'memory']));
  const own = memoryLimit(value);
  if (at(value, ['resources', 'limits', 'memory']) != null) {
    if (own === undefined) return undefined;
    const path = [...container.path, 'resources', 'limits', 'memory'];
    return {
      bytes: own,
      text: text(value),
      from: '',
      related: [{ object: pod.owner, at: path, message: 'the limit is written here' }],
    };
  }
  const ranges = cluster.ofKindIn('LimitRange', pod.namespace);
  if (ranges.length > 0) {
    const resources = applyDefaults(limitRangesOf(ranges.map((range) => range.value)), pod.spec, { release: cluster.release });
    const amount = resources.containers.find(({ name }) => name === container.name)?.limits.get('memory');
    const range = ranges.find(({ value: { spec } }) => at(spec, ['limits']) != null);
    if (amount?.exact === true && range !== undefined) {
      const related =
        range.origin === 'fact'
          ? []
          : [{ object: range, at: ['spec', 'limits'], part: 'key' as const, message: 'the LimitRange' }];
      return {
        bytes: quantityToNumber(amount.quantity),
        text: formatQuantity(amount.quantity),
        from: ` (the default of ${describe(range)})`,
        related,
      };
    }
  }
  // Resources of Pods as a whole are on since 1.34.
  const shared = cluster.minor >= 34 ? memoryLimit(pod.spec) : undefined;
  if (shared === undefined) return undefined;
  const path = [...pod.specPath, 'resources', 'limits', 'memory'];
  return {
    bytes: shared,
    text: text(pod.spec),
    from: ' (of the Pod)',
    related: [{ object: pod.owner, at: path, message: 'the limit is written here' }],
  };
}
