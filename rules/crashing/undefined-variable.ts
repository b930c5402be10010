import {
  at,
  crashStatus,
  environmentFacts,
  namesReferredTo,
  rule,
  statusOf,
  type UndefinedVariable,
  undefinedVariables,
} from '../../src/rule.ts';

export default rule({
  id: 'crashing/undefined-variable',
  level: 'warning',
  predicts: { component: 'runtime', status: 'CrashLoopBackOff' },
  states: ['S9'],
  docs: {
    summary: '`$(NAME)` in a command, an argument or a variable, and no such variable',
    why:
      'The kubelet replaces `$(NAME)` by a variable of the container: of `env`, of `envFrom`, or of a Service. One that it does not know it leaves as it is written, and the program gets `$(NAME)` for a host name, a port or a path. ' +
      'In `env` only variables further up count. A `subPathExpr` with an unknown name is refused: CreateContainerConfigError.',
    limits:
      'variables of the image are not replaced, so they do not count. Names that a Service outside of the set may give (`…_SERVICE_HOST`) are passed over without facts.',
    links: [
      'https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/',
      'https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/#use-environment-variables-to-define-arguments',
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
      args: ["--database=$(DB_HOTS):5432"] # expect: crashing/undefined-variable
      env:
        - name: DB_HOST
          value: db
`,
    good: `apiVersion: v1
kind: Pod
metadata:
  name: api
spec:
  containers:
    - name: api
      image: ghcr.io/acme/api:1.4.0
      args: ["--database=$(DB_HOST):5432"]
      env:
        - name: DB_HOST
          value: db
`,
  },
  fix: 'sometimes',
  evidence: { none: 'the container starts; only its program shows what it makes of the text' },
  visit: {
    Container(container, context) {
      const names = namesReferredTo(container.value);
      if (names.size === 0) return;
      for (const variable of undefinedVariables(container.value, environmentFacts(container, names, context.cluster))) {
        const path = [...container.path, ...variable.path];
        const { name, near, says } = variable;
        const text = at(container.value, variable.path);
        const to = near === undefined || typeof text !== 'string' ? undefined : text.replaceAll(`$(${name})`, () => `$(${near})`);
        context.report({
          at: path,
          level: says === undefined ? 'warning' : 'error',
          message: `${why(variable, container.name)}${says === undefined ? `: ${consequence(variable)}` : ''}${near === undefined ? '' : `; did you mean ${near}?`}`,
          says,
          predicts:
            says === undefined
              ? { component: 'runtime', status: crashStatus(container, 'Error') }
              : { component: 'kubelet', status: statusOf(container, 'CreateContainerConfigError') },
          related:
            variable.definedAt === undefined
              ? undefined
              : [
                  {
                    object: container.pod.owner,
                    at: [...container.path, 'env', variable.definedAt, 'name'],
                    message: 'it is defined here',
                  },
                ],
          fix: to === undefined ? undefined : { title: `Change to $(${near})`, safe: false, changes: [{ set: path, to }] },
        });
      }
    },
  },
});

function why({ name, why: reason }: UndefinedVariable, container: string): string {
  if (reason === 'later') return `$(${name}) is defined further down, and a variable sees only those above it`;
  if (reason === 'static')
    return `$(${name}) has its value from elsewhere, and the command of a probe sees only plain values of env`;
  return `container ${container} has no variable ${name}`;
}

function consequence({ name, path }: UndefinedVariable): string {
  return path[0] === 'env' ? `the text $(${name}) is what the program reads` : `the program gets the text $(${name})`;
}
