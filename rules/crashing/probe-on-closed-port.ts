import {
  type Container,
  crashStatus,
  declaredPorts,
  type Fix,
  type Path,
  PROBE_KINDS,
  portTargetOf,
  probePort,
  rule,
  unaskedProbe,
} from '../../src/rule.ts';

export default rule({
  id: 'crashing/probe-on-closed-port',
  level: 'warning',
  predicts: { component: 'kubelet', status: 'CrashLoopBackOff' },
  states: ['S9'],
  docs: {
    summary: 'A probe asks a port that its container does not have',
    why:
      'A number that the container does not declare is most often closed: the connection is refused, a liveness or startup probe lets the kubelet kill the container over and over, and a readiness probe keeps the Pod out of ' +
      'its Services. A name must be that of a port of the same container: if it is not, the kubelet cannot ask at all, so the readiness or startup never comes, and a liveness probe never acts. ' +
      'Ask a port that the program opens, and declare it.',
    limits:
      'to declare a port is a courtesy: a program may open others. A number that stands in the command, the arguments or the environment is taken to be open, and containers that declare none are passed over.',
    links: [
      'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
      'https://kubernetes.io/docs/concepts/workloads/pods/probes/',
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
      image: ghcr.io/acme/api:1.4.0
      ports:
        - containerPort: 8080
      livenessProbe:
        httpGet:
          path: /healthz
          port: 8081 # expect: crashing/probe-on-closed-port
`,
    good: `apiVersion: v1
kind: Pod
metadata:
  name: api
spec:
  containers:
    - name: api
      image: ghcr.io/acme/api:1.4.0
      ports:
        - containerPort: 8080
      livenessProbe:
        httpGet:
          path: /healthz
          port: 8080
`,
  },
  fix: 'sometimes',
  evidence: { none: 'whether a port is open shows only where the program runs' },
  visit: {
    Container(container, context) {
      const { pod, value } = container;
      const { minor } = context.cluster;
      for (const kind of PROBE_KINDS) {
        const probe = value[kind];
        if (probe == null) continue;
        const target = portTargetOf(probe);
        if (target === undefined) continue;
        const verdict = probePort(probe, value, pod.spec, minor);
        const at = [...container.path, kind, ...target.path];
        const related = [
          { object: pod.owner, at: [...container.path, 'ports'], part: 'key' as const, message: 'the ports of the container' },
        ];
        if (verdict.is === 'undeclared') {
          const declared = portsOf(container);
          const near = verdict.near?.port ?? (declared.length === 1 ? declared[0] : undefined);
          const kills = kind !== 'readinessProbe';
          const then = kills ? 'the kubelet restarts it over and over' : 'the Pod never becomes ready';
          context.report({
            at,
            message: `container ${container.name} declares ${declared.join(', ')}, not ${verdict.port}: ${then}, unless its program opens ${verdict.port} as well`,
            says: `${WORDS[kind]} probe failed: connect: connection refused`,
            predicts: { component: 'kubelet', status: kills ? crashStatus(container, 'Completed') : 'Running' },
            related,
            fix: near === undefined ? undefined : fixOf(at, near),
          });
        } else if (verdict.is === 'unnamed' && PORT_NAME.test(verdict.name)) {
          const { says, status, ready } = unaskedProbe(kind, container.role, verdict.message, minor);
          const names = namesOf(container);
          const hint =
            verdict.near !== undefined
              ? `; did you mean ${verdict.near}?`
              : verdict.elsewhere !== undefined
                ? `, only container ${verdict.elsewhere} has, and a probe sees the ports of its own`
                : names.length > 0
                  ? `, only ${names.join(', ')}`
                  : '';
          const near = verdict.near ?? (names.length === 1 ? names[0] : undefined);
          context.report({
            at,
            level: ready ? 'warning' : 'error',
            message: `container ${container.name} has no port named ${verdict.name}${hint}${hint.endsWith('?') ? ' The' : '; the'} kubelet cannot ask, and ${CONSEQUENCES[kind]}`,
            says,
            predicts: { component: 'kubelet', status: status === 'Init' ? initStatus(container) : status },
            related,
            fix: near === undefined ? undefined : fixOf(at, near),
          });
        }
      }
    },
  },
});

/** What is no name of a port the API server refuses. */
const PORT_NAME = /^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*$/;

const WORDS = { startupProbe: 'Startup', livenessProbe: 'Liveness', readinessProbe: 'Readiness' } as const;

const CONSEQUENCES = {
  startupProbe: 'the container never counts as started, nor the Pod as ready',
  livenessProbe: 'never restarts it when it hangs',
  readinessProbe: 'the Pod never becomes ready',
} as const;

function fixOf(at: Path, to: number | string): Fix {
  return { title: `Ask port ${to}`, safe: false, changes: [{ set: at, to }] };
}

function portsOf({ value }: Container): number[] {
  return [...new Set(declaredPorts(value).map(({ port }) => port))];
}

function namesOf({ value }: Container): string[] {
  return [...new Set(declaredPorts(value).flatMap(({ name }) => name ?? []))].slice(0, 5);
}

/** `Init:1/3`, where the second of three init containers is the one that does not get on. */
function initStatus({ pod, path }: Container): string {
  const before = path.at(-1);
  return `Init:${typeof before === 'number' ? before : 0}/${pod.spec.initContainers?.length ?? 1}`;
}
