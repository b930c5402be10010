import { describe, expect, it } from 'vitest';
import { commandFaults } from '../../src/kubelet/command.ts';

function faults(container: unknown): string[] {
  return commandFaults(container).map(({ kind, path, token, certainty }) => `${kind} ${path.join('.')} ${token} ${certainty}`);
}

describe('commandFaults', () => {
  it.each<[unknown, string[]]>([
    [{ command: ["nginx -g 'daemon off;'"] }, ["sentence command.0 nginx -g 'daemon off;' certain"]],
    [{ command: ['/bin/sh -c ls'] }, ['sentence command.0 /bin/sh -c ls certain']],
    [{ command: ['sleep 3600'] }, ['sentence command.0 sleep 3600 certain']],
    [{ command: ['/opt/My App/run'] }, ['sentence command.0 /opt/My App/run likely']],
    [{ command: ['DEBUG=1', 'app'] }, ['assignment command.0 DEBUG certain']],
    [{ command: ['source', '/etc/profile'] }, ['builtin command.0 source likely']],
    [{ command: ['sh', 'echo hi'] }, ['shell-without-c command.1 echo hi likely']],
    [
      { command: ['/bin/bash'], args: ['-x', 'while true; do sleep 1; done'] },
      ['shell-without-c args.1 while true; do sleep 1; done likely'],
    ],
    [{ command: ['echo', 'a', '&&', 'sleep', '1'] }, ['operator command.2 && certain']],
    [{ command: ['app'], args: ['>', '/dev/null', '2>&1'] }, ['operator args.2 2>&1 certain']],
    [{ command: ['app', '>>/var/log/app.log'] }, ['operator command.1 >>/var/log/app.log certain']],
    [{ args: ['npm', 'run', 'build', '&&', 'npm', 'start'] }, ['operator args.3 && likely']],
    [{ command: ['app', '--host', '$HOST'], env: [{ name: 'HOST', value: 'x' }] }, ['variable command.2 $HOST likely']],
    [{ command: ['app', '--id=$(hostname -f)'] }, ['substitution command.1 $(hostname -f) likely']],
    [{ command: ['app', '--id=`hostname`'] }, ['substitution command.1 `hostname` likely']],
    [{ command: ['rm', '-rf', '/data/*'] }, ['glob command.2 /data/* certain']],
    [{ command: ['app', '--port 8080'] }, ['flag-with-value command.1 --port 8080 likely']],
    [{ args: ['--verbose --port=1'] }, ['flag-with-value args.0 --verbose --port=1 likely']],
    [
      { livenessProbe: { exec: { command: ['cat /tmp/healthy'] } } },
      ['sentence livenessProbe.exec.command.0 cat /tmp/healthy certain'],
    ],
    [
      { lifecycle: { preStop: { exec: { command: ['sleep', '5', '&&', 'kill', '1'] } } } },
      ['operator lifecycle.preStop.exec.command.2 && certain'],
    ],
  ])('%j', (container, expected) => {
    expect(faults(container)).toEqual(expected);
  });

  it.each<[unknown]>([
    [{ command: ['/bin/sh', '-c', 'a && b | c > d; e $HOME *.x `date`'] }],
    [{ command: ['bash', '-euo', 'pipefail', '-c', 'a && b'] }],
    [{ command: ['sh', '-c'], args: ['echo $X && ls *'], env: [{ name: 'X', value: '' }] }],
    [{ command: ['sh', '-ec', 'a\nb', '&&', '*'] }],
    [{ command: ['tini', '--', 'sh', '-c', 'a && b'] }],
    [{ command: ['timeout', '5', 'bash', '-lc', 'a | b'] }],
    [{ command: ['sh', '/scripts/run me.sh'.replace(' ', '-')] }],
    [{ command: ['sh', '-x', '/scripts/run.sh', 'a b'] }],
    [{ command: ['python', '-c', 'a && b; print(1 > 2)'] }],
    [{ command: ['awk', '{ if ($1 > 2) print $NF }', '*.txt'] }],
    [{ command: ['jq', '.a | .b', '/x/*.json'] }],
    [{ command: ['find', '/x', '-name', '*.log', '-exec', 'rm', '{}', ';'] }],
    [{ command: ['su', 'app', '-c', 'a && b'] }],
    [{ args: ['-c', 'a && b'] }],
    [{ args: ['a && b'] }],
    [
      {
        command: ['app', '--expr=a && b', '--match=^/x|/y$', '--url=http://h/?a=1&b=2', '--glob=*.js', '--v=>1.2', '--cel=a > b'],
      },
    ],
    [{ command: ['app', 'http://h/*', '*:8080', '0.0.0.0/0'] }],
    [{ command: ['app', '$$HOST', '\\$HOST', '$1', '$'], env: [{ name: 'HOST', value: 'x' }] }],
    [{ command: ['app', '$UNSET'] }],
    [{ command: ['app', '$(VAR)', '$(lower)'] }],
    [{ command: ['${CMD} -x', '&&'.repeat(2)] }],
    [{ command: ['{{ .Values.cmd }} run'] }],
    [{ command: ['$(RUN) now'] }],
    [{ command: ['C:\\Program Files\\app.exe', '-x'] }],
    [{ command: ['app', '--title=Hello -- world', 'two words', '-c nothing'.replace(' ', '')] }],
    [{ command: ['cmd', '/c', 'a & b'] }],
    [{ command: ['powershell', '-Command', 'a | b'] }],
    [{ command: ['env', 'A=1', 'app'] }],
    [{ command: ['xargs', '-I{}', 'sh', '-c', 'x > y'] }],
    [{ command: 'nginx -g', args: 5 }],
    [{ command: [1, 'a b'] }],
    [{}],
    [null],
  ])('is silent on %j', (container) => {
    expect(faults(container)).toEqual([]);
  });

  it('tells the words that were meant, where that is plain', () => {
    expect(commandFaults({ command: ['nginx -g \'daemon off;\' "-c" /x'] })[0]).toMatchObject({
      words: ['nginx', '-g', 'daemon off;', '-c', '/x'],
      says: 'exec: "nginx -g \'daemon off;\' \\"-c\\" /x": stat nginx -g \'daemon off;\' "-c" /x: no such file or directory',
    });
    expect(commandFaults({ command: ['sleep 1; sleep 2'] })[0]?.words).toBeUndefined();
    expect(commandFaults({ command: ['sleep 10'] })[0]).toMatchObject({
      words: ['sleep', '10'],
      says: 'exec: "sleep 10": executable file not found in $PATH',
    });
  });

  it('takes time in proportion to the length', () => {
    for (const text of ['$(a ', '$A ', '` ', '--a ', ' && ', '*.']) {
      const container = {
        command: ['app', ...new Array<string>(300).fill(text.repeat(1_000).slice(0, 4_000))],
        env: [{ name: 'B', value: '' }],
      };
      const start = performance.now();
      commandFaults(container);
      expect(performance.now() - start).toBeLessThan(1_000);
    }
  });
});
