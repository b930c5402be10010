import {
  applyDefaults,
  at,
  type Cluster,
  claimLimitFaults,
  limitFaults,
  limitRangesOf,
  nearestExisting,
  type Path,
  rule,
} from '../../src/rule.ts';

export default rule({
  id: 'rejected/limit-range',
  level: 'error',
  predicts: { component: 'apiserver', status: 'FailedCreate' },
  states: ['S11'],
  docs: {
    summary: 'A container, a Pod or a claim asks for more or less than a LimitRange of its namespace allows',
    why:
      "Admission refuses it: a Pod of your own or a claim at once (403), a workload's Pods when its controller makes them, so that the workload stays without Pods and has FailedCreate " +
      'events. The defaults that the LimitRange fills in count as well. Change the request or the limit, or the LimitRange.',
    links: ['https://kubernetes.io/docs/concepts/policy/limit-range/'],
  },
  examples: {
    bad: `apiVersion: v1
kind: LimitRange
metadata:
  name: small
spec:
  limits:
    - type: Container
      max:
        memory: 1Gi
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.29
      resources:
        limits:
          memory: 2Gi # expect: rejected/limit-range
`,
    good: `apiVersion: v1
kind: LimitRange
metadata:
  name: small
spec:
  limits:
    - type: Container
      max:
        memory: 1Gi
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.29
      resources:
        limits:
          memory: 1Gi
`,
  },
  fix: 'never',
  evidence: 'run',
  visit: {
    PodTemplate(pod, context) {
      const ranges = rangesIn(context.cluster, pod.namespace);
      if (ranges === undefined) return;
      const faults = limitFaults(ranges.parsed, applyDefaults(ranges.parsed, pod.spec, { release: context.cluster.release }));
      for (const fault of faults) {
        const path: Path = [...pod.path, ...fault.path];
        const range = ranges.objects.find((object) => object.name === fault.limitRange);
        context.report({
          at: path,
          part: at(pod.owner.value, path) === undefined ? 'key' : 'value',
          message: `${fault.message} (LimitRange ${fault.limitRange})`,
          says: fault.message,
          predicts: { component: 'apiserver', status: pod.owner.kind === 'Pod' ? 'Rejected' : 'FailedCreate' },
          related:
            range === undefined || range.origin === 'fact'
              ? []
              : [
                  {
                    object: range,
                    at: ['spec', 'limits', fault.item, fault.bound, fault.resource],
                    message: `LimitRange ${fault.limitRange} says so here`,
                  },
                ],
        });
      }
    },
    PersistentVolumeClaim(claim, context) {
      const ranges = rangesIn(context.cluster, claim.namespace);
      if (ranges === undefined) return;
      for (const fault of claimLimitFaults(ranges.parsed, claim.value['spec'])) {
        context.report({
          at: nearestExisting(claim.value, fault.path),
          message: `${fault.message} (LimitRange ${fault.limitRange})`,
          says: fault.message,
          predicts: { component: 'apiserver', status: 'Rejected' },
        });
      }
    },
  },
});

interface Ranges {
  readonly objects: ReturnType<Cluster['ofKind']>;
  readonly parsed: ReturnType<typeof limitRangesOf>;
}

const kept = new WeakMap<Cluster, Map<string, Ranges | undefined>>();

/** The LimitRanges of a namespace, read once for each set. */
function rangesIn(cluster: Cluster, namespace: string): Ranges | undefined {
  let byNamespace = kept.get(cluster);
  if (byNamespace === undefined) {
    byNamespace = new Map();
    kept.set(cluster, byNamespace);
  }
  if (!byNamespace.has(namespace)) {
    const objects = cluster.ofKindIn('LimitRange', namespace).filter((object) => object.decodes);
    byNamespace.set(
      namespace,
      objects.length === 0 ? undefined : { objects, parsed: limitRangesOf(objects.map((object) => object.value)) },
    );
  }
  return byNamespace.get(namespace);
}
