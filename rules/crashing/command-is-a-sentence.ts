import { type CommandFault, type Container, commandFaults, rule, unrunnable } from '../../src/rule.ts';

export default rule({
  id: 'crashing/command-is-a-sentence',
  level: 'error',
  predicts: { component: 'runtime', status: 'CrashLoopBackOff' },
  states: ['S6', 'S9'],
  docs: {
    summary: 'A whole command line in one string of `command` or `args`',
    why:
      '`command` is a list of words, and no shell takes them apart: the runtime looks for a program whose name is the whole sentence, blanks and all, and does not find it (RunContainerError, then CrashLoopBackOff). ' +
      'Write each word as an entry of its own, or give the sentence to a shell: `["sh", "-c", "…"]`.',
    limits:
      'a path with blanks in it may be a program; then it is a warning. So is a flag with its value in one word, since a program may take that apart itself.',
    links: ['https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/'],
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
      command:
        - nginx -g 'daemon off;' # expect: crashing/command-is-a-sentence
`,
    good: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.29
      command:
        - nginx
        - -g
        - daemon off;
`,
  },
  fix: 'never',
  evidence: { none: 'only a container runtime looks for the program in the image' },
  visit: {
    Container(container, context) {
      for (const fault of commandFaults(container.value)) {
        if (fault.kind !== 'sentence' && fault.kind !== 'flag-with-value') continue;
        const { blocks, ending, level, predicts } = unrunnable(container, fault);
        context.report({
          at: [...container.path, ...fault.path],
          level,
          message: fault.kind === 'sentence' ? `${sentence(fault)}${ending}` : flag(fault, container),
          says: fault.says,
          predicts,
          blocks,
        });
      }
    },
  },
});

function sentence({ certainty, token, words }: CommandFault): string {
  const quoted = JSON.stringify(token.length > 60 ? `${token.slice(0, 57)}…` : token);
  const way =
    words === undefined || words.length > 12
      ? 'write each word as an entry of its own, or ["sh", "-c", "…"]'
      : `write [${words.map((word) => JSON.stringify(word)).join(', ')}]`;
  return certainty === 'certain'
    ? `no program is called ${quoted}: ${way}`
    : `no program is called ${quoted}, unless its name has blanks: ${way}`;
}

function flag({ token }: CommandFault, container: Container): string {
  const words = token.trim().split(/\s+/);
  const shown = words.length > 4 ? 'each on its own' : `as ${words.map((word) => JSON.stringify(word)).join(', ')}`;
  return `${JSON.stringify(token)} is one word to the program of container ${container.name}, which will not know such a flag unless it takes it apart itself: write ${shown}`;
}
