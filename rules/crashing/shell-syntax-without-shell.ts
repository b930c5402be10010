import { type CommandFault, commandFaults, type Fix, type Path, rule, unrunnable } from '../../src/rule.ts';

export default rule({
  id: 'crashing/shell-syntax-without-shell',
  level: 'warning',
  predicts: { component: 'runtime', status: 'CrashLoopBackOff' },
  states: ['S9'],
  docs: {
    summary: 'Shell syntax in a command that no shell reads: `&&`, `|`, `>`, `$HOME`, `NAME=value`, `cd`',
    why:
      '`command` and `args` are words for a program, as exec(2) takes them. `&&`, pipes, redirections and globs reach it as they are written, `$NAME` is not replaced (the kubelet replaces `$(NAME)`), and ' +
      '`cd` or `NAME=value` in front is looked for as a program. Give the line to a shell, `["sh", "-c", "cd /app && exec ./server"]`, or do without its syntax.',
    limits:
      'what a program makes of such a word only the program knows: an error only where a word of the shell would be run as a program.',
    links: [
      'https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/#run-a-command-in-a-shell',
      'https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/',
    ],
  },
  examples: {
    bad: `apiVersion: v1
kind: Pod
metadata:
  name: worker
spec:
  containers:
    - name: worker
      image: busybox:1.37
      command: ["sleep", "5", "&&", "worker"] # expect: crashing/shell-syntax-without-shell
`,
    good: `apiVersion: v1
kind: Pod
metadata:
  name: worker
spec:
  containers:
    - name: worker
      image: busybox:1.37
      command: ["sh", "-c", "sleep 5 && exec worker"]
`,
  },
  fix: 'sometimes',
  evidence: { none: 'only the program in the image shows what it makes of its arguments' },
  visit: {
    Container(container, context) {
      for (const fault of commandFaults(container.value)) {
        const why = wordsFor(fault, fault.of === 'container' ? container.value.command?.[0] : undefined);
        if (why === undefined) continue;
        const { blocks, ending, level, predicts } = unrunnable(container, fault);
        const program = fault.kind === 'assignment' || fault.kind === 'builtin';
        const path = [...container.path, ...fault.path];
        context.report({
          at: path,
          // Arguments reach the program in any case: what it does with them is its own affair.
          level: program ? level : 'warning',
          message: `${why}${program ? ending : ''}`,
          says: fault.says,
          predicts,
          blocks,
          fix: fault.kind === 'variable' ? fixOf(fault, path) : undefined,
        });
      }
    },
  },
});

function wordsFor({ kind, token, word }: CommandFault, program: unknown): string | undefined {
  const shell = 'run it in a shell: ["sh", "-c", "…"]';
  switch (kind) {
    case 'assignment':
      return `${token}=… is looked for as a program: set ${token} under env`;
    case 'builtin':
      return `${token} is a word of the shell, and no program in most images: ${shell}`;
    case 'shell-without-c':
      return `the shell takes ${JSON.stringify(short(word))} for the name of a file: put -c before it`;
    case 'operator':
      return `without a shell ${token} is one more argument${typeof program === 'string' ? ` of ${short(program)}` : ''}: ${shell}`;
    case 'variable':
      return `without a shell ${token} is not replaced: write $(${token.slice(1)}), which the kubelet replaces`;
    case 'substitution':
      return `without a shell ${short(token)} is not run, the program gets it as it is written: ${shell}`;
    case 'glob':
      return `without a shell ${short(token)} is the name of a file, the * in it as well: ${shell}`;
    default:
      return undefined;
  }
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function fixOf({ token, word }: CommandFault, path: Path): Fix | undefined {
  const name = `$(${token.slice(1)})`;
  return word.split(token).length === 2
    ? { title: `Write ${name}`, safe: false, changes: [{ set: path, to: word.replace(token, () => name) }] }
    : undefined;
}
