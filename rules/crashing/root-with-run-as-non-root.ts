import { asObject, at, type Container, type Path, type PodTemplate, rule, statusOf } from '../../src/rule.ts';

export default rule({
  id: 'crashing/root-with-run-as-non-root',
  level: 'error',
  predicts: { component: 'kubelet', status: 'CreateContainerConfigError' },
  states: ['S6'],
  docs: {
    summary: 'A container with `runAsNonRoot: true` that is told to run as user 0',
    why:
      'The kubelet refuses to create it: CreateContainerConfigError, for ever. What a container sets goes before what its Pod sets, and each of the two fields on its own. ' +
      'Give it a user other than 0, or take `runAsNonRoot` back for this container.',
    limits:
      'without runAsUser the user of the image counts, which podlint does not know: a Pod that starts an image of root under runAsNonRoot is not found.',
    links: ['https://kubernetes.io/docs/tasks/configure-pod-container/security-context/'],
  },
  examples: {
    bad: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    runAsNonRoot: true
  containers:
    - name: web
      image: nginx:1.29
      securityContext:
        runAsUser: 0 # expect: crashing/root-with-run-as-non-root
`,
    good: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    runAsNonRoot: true
  containers:
    - name: web
      image: nginx:1.29
      securityContext:
        runAsUser: 101
`,
  },
  fix: 'never',
  evidence: 'run',
  visit: {
    PodTemplate(pod, context) {
      // Of Windows containers the kubelet looks at runAsUserName.
      if (at(pod.spec, ['os', 'name']) === 'windows') return;
      const places = new Map<string, { path: Path; nonRoot: Path; containers: Container[] }>();
      for (const container of pod.containers) {
        const user = effective(pod, container, 'runAsUser');
        const nonRoot = effective(pod, container, 'runAsNonRoot');
        if (user?.value !== 0 || nonRoot?.value !== true) continue;
        const key = user.path.join('/');
        const known = places.get(key);
        if (known === undefined) places.set(key, { path: user.path, nonRoot: nonRoot.path, containers: [container] });
        else known.containers.push(container);
      }
      for (const { containers, nonRoot, path } of places.values()) {
        const [first] = containers;
        const names = containers.map(({ name }) => name);
        const which = names.length === 1 ? `container ${names[0]}` : `containers ${names.slice(0, 5).join(', ')}`;
        context.report({
          at: path,
          message: `${which} must not run as root (runAsNonRoot), and runAsUser: 0 is root; set another user`,
          says: "container's runAsUser breaks non-root policy",
          predicts: { component: 'kubelet', status: statusOf(first!, 'CreateContainerConfigError') },
          related: [{ object: pod.owner, at: nonRoot, message: 'it must not run as root' }],
        });
      }
    },
  },
});

/** A field of the security context as the kubelet takes it: the container's, else the Pod's; null is absent. */
function effective(pod: PodTemplate, container: Container, field: string): { value: unknown; path: Path } | undefined {
  const own = asObject(container.value.securityContext)?.[field];
  if (own !== undefined && own !== null) return { value: own, path: [...container.path, 'securityContext', field] };
  const shared = asObject(pod.spec.securityContext)?.[field];
  if (shared === undefined || shared === null) return undefined;
  return { value: shared, path: [...pod.specPath, 'securityContext', field] };
}
