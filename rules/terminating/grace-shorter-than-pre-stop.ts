import { asArray, asNumber, asObject, asString, rule } from '../../src/rule.ts';

export default rule({
  id: 'terminating/grace-shorter-than-pre-stop',
  level: 'warning',
  predicts: { component: 'kubelet', status: 'Terminating' },
  states: ['S14'],
  docs: {
    summary: 'A preStop hook that takes as long as the whole grace period, or longer',
    why:
      'The kubelet counts terminationGracePeriodSeconds from before the preStop hook. A hook that sleeps through all of it leaves the program no time: it gets SIGTERM with two seconds ' +
      'left, then SIGKILL, and open requests and unwritten data are lost. Raise the grace period above the hook plus the time the program needs.',
    limits: 'it knows a sleep, by the sleep action or by a sleep command; other hooks may be as slow.',
    links: ['https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-handler-execution'],
  },
  examples: {
    bad: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  terminationGracePeriodSeconds: 20
  containers:
    - name: web
      image: nginx:1.29
      lifecycle:
        preStop:
          exec:
            command: [sleep, "25"] # expect: terminating/grace-shorter-than-pre-stop
`,
    good: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  terminationGracePeriodSeconds: 45
  containers:
    - name: web
      image: nginx:1.29
      lifecycle:
        preStop:
          exec:
            command: [sleep, "25"]
`,
  },
  fix: 'never',
  evidence: { none: 'nothing runs in the pretended containers, so no hook takes time there' },
  visit: {
    Container(container, context) {
      const grace = container.pod.spec.terminationGracePeriodSeconds ?? 30;
      if (typeof grace !== 'number') return;
      const hook = asObject(container.value.lifecycle?.preStop);
      if (hook === undefined) return;
      const at = [...container.path, 'lifecycle', 'preStop'];
      const slept = asNumber(asObject(hook['sleep'])?.['seconds']);
      const command = asArray(asObject(hook['exec'])?.['command']);
      const seconds = slept ?? sleepIn(command);
      // A sleep action longer than the grace period is refused by the API server: it has its own finding.
      if (seconds === undefined || seconds < grace || (slept !== undefined && slept > grace)) return;
      const own = container.pod.spec.terminationGracePeriodSeconds == null;
      context.report({
        at: slept === undefined ? [...at, 'exec', 'command'] : [...at, 'sleep', 'seconds'],
        message: `the preStop hook sleeps ${seconds} s of the ${grace} s that the Pod has to end${own ? ' (terminationGracePeriodSeconds is 30 where none is given)' : ''}`,
        says: 'Exceeded grace period of preStop hook: the container is killed',
        related: own
          ? []
          : [
              {
                object: container.pod.owner,
                at: [...container.pod.specPath, 'terminationGracePeriodSeconds'],
                message: 'the grace period',
              },
            ],
      });
    },
  },
});

/** Seconds of `sleep 25`, alone or as a command of a shell line that is surely run and waited for. */
function sleepIn(command: readonly unknown[]): number | undefined {
  const words = command.map((word) => asString(word) ?? '');
  const text = /(?:^|\/)(?:ba|da|a|z)?sh$/.test(words[0] ?? '') ? (words.at(-1) ?? '') : words.join(' ');
  let total = 0;
  for (const [, amount, unit = 's'] of text.slice(0, LONGEST).matchAll(SLEEP)) total += Number(amount) * UNITS[unit]!;
  return total === 0 ? undefined : total;
}

const LONGEST = 10_000;
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
/** At the place of a command, not behind `||`, and not put in the background. */
const SLEEP =
  /(?:^|[;({&\n]|\b(?:do|then|else|exec)\s) *(?:\/[\w/]+\/)?sleep +(\d+(?:\.\d+)?)([smhd])?(?= *(?:$|[;)}\n]|&&|\|\|))/g;
