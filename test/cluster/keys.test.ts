import { describe, expect, it } from 'vitest';
import { absenceOf } from '../../src/cluster/absence.ts';
import { keysOf } from '../../src/cluster/keys.ts';
import { clusterOf } from '../support/cluster.ts';

const secret = (name: string, more: string): string => `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\n${more}`;
const keys = (text: string, name = 'db'): string[] | undefined => {
  const found = keysOf(clusterOf(text), 'Secret', 'default', name);
  return found && [...found].sort();
};

describe('the keys of a Secret', () => {
  it('are those of data and stringData', () => {
    expect(keys(secret('db', 'data: {a: eA==}\nstringData: {b: x}\n'))).toEqual(['a', 'b']);
  });

  it('are those of both where it is defined twice', () => {
    const twice = [secret('db', 'stringData: {a: x}\n'), secret('db', 'stringData: {b: x}\n')].join('---\n');
    expect(keys(twice)).toEqual(['a', 'b']);
  });

  it('are with a token what the token controller puts in', () => {
    expect(keys(secret('db', 'type: kubernetes.io/service-account-token\n'))).toEqual(['ca.crt', 'namespace', 'token']);
  });

  it.each([
    ['nothing is written', 'type: Opaque\n'],
    ['a key is a placeholder', 'stringData: {"${KEY}": x}\n'],
    ['a controller copies it', '  annotations:\n    replicator.v1.mittwald.de/replicate-from: a/b\nstringData: {a: x}\n'],
  ])('are not known where %s', (_, more) => expect(keys(secret('db', more))).toBeUndefined());

  it('are not known of what is not there', () => expect(keys(secret('db', 'stringData: {a: x}\n'), 'other')).toBeUndefined());

  it('are those that its maker declares', () => {
    const made = `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: db
spec:
  data:
    - secretKey: password
`;
    expect(keys(made)).toEqual(['password']);
  });
});

describe('absence', () => {
  const text = [
    secret('db-credentials', ''),
    secret('config-1', ''),
    secret('shared', '  namespace: tools\n'),
    secret('assumed', ''),
  ].join('---\n');
  const said = (name: string, namespace = 'default', facts?: string) => {
    const absence = absenceOf(clusterOf(text, { facts }), { kind: 'Secret', namespace, name });
    return absence && [absence.certain, absence.message];
  };

  it('is certain where a slip shows, or the world is closed', () => {
    expect(said('db-credentails')).toEqual([
      true,
      'Secret db-credentails does not exist in namespace default; did you mean db-credentials?',
    ]);
    expect(said('nowhere', 'default', '')).toEqual([true, 'Secret nowhere does not exist in namespace default']);
  });

  it('is not certain where both names may be meant, or another namespace has it', () => {
    expect(said('config-2')).toEqual([
      false,
      'Secret config-2 is not in this set in namespace default, so something else must create it, unless config-1 is meant',
    ]);
    expect(said('shared')).toEqual([
      false,
      'Secret shared does not exist in namespace default; the one in namespace tools cannot be used from here',
    ]);
    expect(said('shared', 'default', '')?.[0]).toBe(true);
  });

  it('is not told where the other one names no namespace, since both may land in the same', () => {
    expect(said('assumed', 'tools')).toBeUndefined();
    expect(said('assumed', 'tools', '')?.[0]).toBe(true);
  });
});
