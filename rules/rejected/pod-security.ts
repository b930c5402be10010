import {
  asObject,
  at,
  type Context,
  evaluatePodSecurity,
  nearestExisting,
  type Path,
  type PodTemplate,
  podSecurityMessage,
  podSecurityPolicyOf,
  rule,
} from '../../src/rule.ts';

export default rule({
  id: 'rejected/pod-security',
  level: 'error',
  predicts: { component: 'apiserver', status: 'FailedCreate' },
  states: ['S12'],
  docs: {
    summary: "A Pod violates the Pod Security Standard that its namespace's labels enforce",
    why:
      "Admission refuses it: a Pod of your own at once (403), a workload's Pods when its controller makes them, so that the workload is accepted and stays without Pods (FailedCreate; kubectl " +
      'prints a warning at most). Change the security context as the message says, or the label of the namespace.',
    limits: 'the labels must be in the set or in the facts; a cluster may also have defaults and exemptions of its own.',
    links: [
      'https://kubernetes.io/docs/concepts/security/pod-security-standards/',
      'https://kubernetes.io/docs/tasks/configure-pod-container/enforce-standards-namespace-labels/',
    ],
  },
  examples: {
    bad: `apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    pod-security.kubernetes.io/enforce: baseline
---
apiVersion: v1
kind: Pod
metadata:
  name: agent
  namespace: shop
spec:
  hostNetwork: true # expect: rejected/pod-security
  containers:
    - name: agent
      image: nginx:1.29
`,
    good: `apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    pod-security.kubernetes.io/enforce: baseline
---
apiVersion: v1
kind: Pod
metadata:
  name: agent
  namespace: shop
spec:
  containers:
    - name: agent
      image: nginx:1.29
`,
  },
  fix: 'never',
  evidence: 'run',
  visit: {
    PodTemplate(pod, context) {
      const { cluster } = context;
      const labels = cluster.namespaceLabels(pod.namespace);
      if (labels === undefined || !pod.owner.builtIn) return;
      const { policy, unknown } = podSecurityPolicyOf(labels);
      if (!unknown.includes('enforce') && !report(pod, policy.enforce, true, context)) {
        // Policies of the cluster mend the Pods, but the server warns of the template as it is written.
        const written =
          pod.mutation === undefined || pod.owner.kind === 'Pod' ? undefined : asObject(at(pod.owner.value, pod.path));
        const [metadata, spec] = [asObject(written?.['metadata']), asObject(written?.['spec'])];
        if (spec !== undefined) report({ ...pod, metadata: metadata ?? {}, spec }, policy.enforce, false, context);
      }
      // The warning is sent to whoever applies the workload, not only when its Pods are made.
      if (!unknown.includes('warn') && policy.warn.level !== policy.enforce.level) report(pod, policy.warn, false, context);
    },
  },
});

type Policy = ReturnType<typeof podSecurityPolicyOf>['policy']['enforce'];

function report(pod: PodTemplate, policy: Policy, enforced: boolean, context: Context): boolean {
  const { reasons } = evaluatePodSecurity(pod.metadata, pod.spec, policy.level, policy.version, {
    release: context.cluster.release,
  });
  if (reasons.length === 0) return false;
  const { owner } = pod;
  const says = podSecurityMessage(policy, reasons);
  const namespace = context.cluster.get('Namespace', '', pod.namespace);
  const label = `pod-security.kubernetes.io/${enforced ? 'enforce' : 'warn'}`;
  for (const reason of reasons) {
    const path: Path = [...pod.path, ...(reason.paths[0] ?? ['spec'])];
    const detail =
      reason.forbiddenDetail === '' ? reason.forbiddenReason : `${reason.forbiddenReason}: ${reason.forbiddenDetail}`;
    context.report({
      at: nearestExisting(owner.value, path),
      part: at(owner.value, path) === undefined ? 'key' : 'value',
      level: enforced ? 'error' : 'note',
      message: `namespace ${pod.namespace} ${enforced ? 'enforces' : 'warns of what is not'} ${policy.level}: ${detail}`,
      says: enforced ? says : `would ${says.replace(/^violates/, 'violate')}`,
      predicts: enforced
        ? { component: 'apiserver', status: owner.kind === 'Pod' ? 'Rejected' : 'FailedCreate' }
        : { component: 'apiserver', status: 'Warning' },
      blocks: enforced ? [pod] : [],
      related:
        namespace === undefined || namespace.origin === 'fact'
          ? []
          : [{ object: namespace, at: ['metadata', 'labels', label], message: 'the label of the namespace' }],
    });
  }
  return true;
}
