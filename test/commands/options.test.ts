import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../src/commands/main.ts';
import { OPTIONS, parseArguments } from '../../src/commands/options.ts';

const parsed = (argv: readonly string[]) => {
  try {
    return parseArguments(argv, FORMATS);
  } catch (error) {
    return (error as Error).message;
  }
};

describe('plain command lines', () => {
  // With `--` at its end a line means the same, and Node's parser reads it.
  it.each([
    [],
    ['k8s'],
    ['-'],
    ['lint', 'k8s', 'more'],
    ['forecast', '--quiet', 'k8s'],
    ['--format', 'unix', 'k8s'],
    ['--format=unix', '--format', 'sarif:a=b.sarif', '.'],
    ['k8s', '--each', '--no-ignore', '--each', 'other'],
    ['--namespace', 'shop', '--namespace=other', 'k8s'],
    ['--kube-version', '1.34', '--kube-version', '1.36,1.37', 'k8s'],
    ['--filename', 'unix', '--filename', 'a.yaml', '--format', 'json'],
    ['--filename=sarif:x', 'k8s'],
    ['--cluster', '-', 'k8s'],
    ['--rule', 'a/b:error', '--fail-on', 'never', '--color', 'k8s'],
    ...OPTIONS.map(({ name, value }) => (value === undefined ? [`--${name}`, 'k8s'] : [`--${name}`, 'x', 'k8s'])),
  ])('are read as Node reads them: %j', (...argv) => {
    const plain = parsed(argv);
    expect(plain).toEqual(parsed([...argv, '--']));
    expect(plain).toHaveProperty('values');
    if (typeof plain === 'object')
      expect(Object.keys(plain.values)).toEqual(Object.keys(parseArguments([...argv, '--'], FORMATS).values));
  });

  it.each([
    ['--format', '--each'],
    ['--format'],
    ['--format='],
    ['--each=yes'],
    ['--frmat', 'unix'],
    ['--__proto__', 'x'],
    ['--', '--each'],
    ['-n', 'shop'],
    ['-n=shop', 'k8s'],
    ['-Rf', 'unix', 'k8s'],
    ['--namespace=', 'k8s'],
    ['--namespace', '', 'k8s'],
    ['', 'k8s'],
    ['-x'],
    ['---each'],
    ['--=x'],
  ])('are not %j, which Node reads', (...argv) => {
    const asNode = parsed(['--no-cache', ...argv]);
    // A group of short switches is never plain: Node's parser has read this one.
    const other = parsed(['-R', '--no-cache', ...argv]);
    if (typeof other === 'string') expect(asNode).toBe(other);
    else
      expect(asNode).toEqual({
        ...other,
        values: Object.fromEntries(Object.entries(other.values).filter(([name]) => name !== 'recursive' || argv.includes('-Rf'))),
      });
  });
});
