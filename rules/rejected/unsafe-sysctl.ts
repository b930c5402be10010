import { allowedSysctls, forbiddenSysctl, noteConfiguration, rule } from '../../src/rule.ts';

export default rule({
  id: 'rejected/unsafe-sysctl',
  level: 'error',
  predicts: { component: 'kubelet', status: 'SysctlForbidden' },
  states: ['S6', 'S12'],
  docs: {
    summary: 'A Pod asks for a sysctl that the kubelet does not take: it is refused on its node (SysctlForbidden)',
    why:
      'The API server and the scheduler let the Pod pass; the kubelet takes a short list of safe sysctls and what its own `allowedUnsafeSysctls` names, and refuses the Pod otherwise. It is ' +
      'then Failed for good, and a workload makes one Pod after the other. Sysctls of the whole node (`vm.max_map_count`, `fs.file-max`, most of `kernel.`) can be allowed nowhere: set them on the node, ' +
      'or from a privileged init container. Those of a namespace (`net.core.somaxconn`, `kernel.msgmax`) the nodes may allow.',
    limits:
      'the configuration of the kubelets is known from a KubeletConfiguration in the set, or in a ConfigMap, as kubeadm makes it; flags of the kubelet, and kernels that are too old for a safe sysctl, are not looked at.',
    links: ['https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/'],
  },
  examples: {
    bad: `apiVersion: v1
kind: Pod
metadata:
  name: search
spec:
  securityContext:
    sysctls:
      - name: vm.max_map_count # expect: rejected/unsafe-sysctl
        value: "262144"
  containers:
    - name: search
      image: elasticsearch:9.2.0
`,
    good: `apiVersion: v1
kind: Pod
metadata:
  name: search
spec:
  initContainers:
    - name: sysctl
      image: busybox:1.37
      command: [sysctl, -w, vm.max_map_count=262144]
      securityContext:
        privileged: true
  containers:
    - name: search
      image: elasticsearch:9.2.0
`,
  },
  fix: 'never',
  evidence: 'run',
  visit: {
    Document(document, context) {
      noteConfiguration(context.cluster, document.value);
    },
    PodTemplate(pod, context) {
      if (pod.spec.securityContext?.sysctls == null || context.causes(pod.owner).length > 0) return;
      const allowed = allowedSysctls(context.cluster);
      const found = forbiddenSysctl(pod, context.cluster.minor, allowed);
      if (found === undefined) return;
      const { name, path, namespaced, says } = found;
      const condition = namespaced && !allowed.known ? ', unless allowedUnsafeSysctls of its configuration names it' : '';
      const way = namespaced
        ? 'take it out, or let the nodes allow it (`allowedUnsafeSysctls`)'
        : 'it is one of the whole node: set it there, or from a privileged init container';
      context.report({
        at: path,
        level: condition === '' ? 'error' : 'warning',
        message: `the kubelet does not take sysctl ${name}${condition}; ${way}`,
        says,
      });
    },
  },
});
