import { asObject, crashStatus, portTargetOf, probePort, rule } from '../../src/rule.ts';

export default rule({
  id: 'crashing/hook-on-missing-port',
  level: 'error',
  predicts: { component: 'kubelet', status: 'CrashLoopBackOff' },
  states: ['S9'],
  docs: {
    summary: 'A postStart or preStop hook asks a port by a name that its container does not have',
    why:
      'The kubelet cannot make the request, so the hook fails. After a failed postStart hook it kills the container and starts it again: PostStartHookError and CrashLoopBackOff in turn, for ever. ' +
      'A failed preStop hook only leaves out what it should have done before the end. Name a port of the same container.',
    links: ['https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-handler-execution'],
  },
  examples: {
    bad: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.29
      ports:
        - name: http
          containerPort: 80
      lifecycle:
        postStart:
          httpGet:
            path: /warm-up
            port: htpp # expect: crashing/hook-on-missing-port
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
        - name: http
          containerPort: 80
      lifecycle:
        postStart:
          httpGet:
            path: /warm-up
            port: http
`,
  },
  fix: 'sometimes',
  evidence: 'run',
  visit: {
    Container(container, context) {
      const lifecycle = asObject(container.value.lifecycle);
      if (lifecycle === undefined) return;
      for (const hook of ['postStart', 'preStop']) {
        const target = portTargetOf(lifecycle[hook]);
        // The kubelet does not run tcpSocket hooks.
        if (target?.handler !== 'httpGet') continue;
        const verdict = probePort(lifecycle[hook], container.value, container.pod.spec, context.cluster.minor);
        if (verdict.is !== 'unnamed' || /^\d+$/.test(verdict.name)) continue;
        const at = [...container.path, 'lifecycle', hook, ...target.path];
        const { message, name, near } = verdict;
        const kills = hook === 'postStart';
        const then = kills ? 'the hook fails, and the kubelet kills the container over and over' : 'the hook does nothing';
        context.report({
          at,
          level: kills ? 'error' : 'warning',
          message: `container ${container.name} has no port named ${name}: ${then}${near === undefined ? '' : `; did you mean ${near}?`}`,
          says: message,
          predicts: { component: 'kubelet', status: kills ? crashStatus(container, 'Error') : 'Running' },
          blocks: kills ? [container.pod] : [],
          fix: near === undefined ? undefined : { title: `Ask port ${near}`, safe: false, changes: [{ set: at, to: near }] },
        });
      }
    },
  },
});
