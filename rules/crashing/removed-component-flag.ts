import {
  at,
  type ComponentFault,
  type ConfigurationFault,
  componentFaults,
  configMapFaults,
  configurationFaults,
  crashStatus,
  type Fix,
  type Path,
  type Problem,
  rule,
} from '../../src/rule.ts';

export default rule({
  id: 'crashing/removed-component-flag',
  level: 'error',
  predicts: { component: 'runtime', status: 'CrashLoopBackOff' },
  states: ['S5'],
  docs: {
    summary: 'A Kubernetes component is started with a flag, feature gate or admission plugin that its release does not know',
    why:
      'kubelet, kube-apiserver, kube-controller-manager, kube-scheduler and kube-proxy end at once when they do not know a flag, and CrashLoopBackOff follows; a control plane of static Pods is then down. ' +
      'It is judged by the release in the tag of the image, or, where that has none, by `--kube-version`. Take the argument out, and put what it did where the message says.',
    limits:
      'the flags of 1.20 to 1.37 are known, those of vendors are not. A warning where the release, or whose build it is, is not certain from the image.',
    links: [
      'https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/',
      'https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates-removed/',
    ],
  },
  examples: {
    bad: `apiVersion: v1
kind: Pod
metadata:
  name: kube-scheduler
  namespace: kube-system
spec:
  containers:
    - name: kube-scheduler
      image: registry.k8s.io/kube-scheduler:v1.34.2
      command:
        - kube-scheduler
        - --kubeconfig=/etc/kubernetes/scheduler.conf
        - --port=0 # expect: crashing/removed-component-flag
`,
    good: `apiVersion: v1
kind: Pod
metadata:
  name: kube-scheduler
  namespace: kube-system
spec:
  containers:
    - name: kube-scheduler
      image: registry.k8s.io/kube-scheduler:v1.34.2
      command:
        - kube-scheduler
        - --kubeconfig=/etc/kubernetes/scheduler.conf
`,
  },
  fix: 'sometimes',
  evidence: { none: 'the component ends by itself; what each of its releases accepts is recorded from its own sources' },
  visit: {
    Container(container, context) {
      for (const fault of componentFaults(container.value, context.cluster.minor)) {
        const path = [...container.path, ...fault.path];
        context.report({
          at: path,
          level: fault.certainty === 'certain' ? 'error' : 'warning',
          message: messageOf(fault),
          says: fault.says,
          predicts: { component: 'runtime', status: crashStatus(container, 'Error') },
          fix: fixOf(fault, at(container.value, fault.path), path),
        });
      }
    },
    ConfigMap(object, context) {
      for (const fault of configMapFaults(object.value, context.cluster.minor))
        context.report({ ...configured(fault), part: 'key' });
    },
    Document(document, context) {
      const { minor } = context.cluster;
      for (const fault of configurationFaults(document.value, minor)) context.report({ ...configured(fault), part: 'key' });
    },
  },
});

function configured(fault: ConfigurationFault): Problem {
  return {
    at: fault.path,
    level: fault.certainty === 'certain' ? 'error' : 'warning',
    message: messageOf(fault),
    says: fault.says,
  };
}

/** A slip is written right; what went away is taken out, where its value stands in the same argument. */
function fixOf({ alone, near, what }: ComponentFault, text: unknown, path: Path): Fix | undefined {
  if (!what.startsWith('--') || typeof text !== 'string') return undefined;
  if (near !== undefined && text.startsWith(what)) {
    return { title: `Change to ${near}`, safe: false, changes: [{ set: path, to: near + text.slice(what.length) }] };
  }
  return alone ? { title: `Take out ${what}`, safe: false, changes: [{ remove: path }] } : undefined;
}

function messageOf({
  certainty,
  component,
  lastIn,
  near,
  release,
  removedIn,
  replacement,
  says,
  since,
  what,
}: ConfigurationFault): string {
  const condition = certainty === 'certain' ? '' : `, if it is of ${release}`;
  // Known, and locked to the other value.
  if (says.startsWith('cannot set')) return `${component} ${release} ends at once: ${says}${condition}`;
  const history =
    removedIn !== undefined
      ? ` (removed in ${removedIn}, last known in ${lastIn})`
      : since !== undefined
        ? ` (it comes with ${since})`
        : '';
  const way = near !== undefined ? `; did you mean ${near}?` : replacement === undefined ? '' : `; use ${replacement}`;
  return `${component} ${release} does not know ${what}${history} and ends at once${condition}${way}`;
}
