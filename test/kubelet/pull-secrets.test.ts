import { describe, expect, it } from 'vitest';
import { type ImageReference, parseImage } from '../../src/api/image-reference.ts';
import { credentialsFor, nearRegistry, type PullSecret, pullSecretOf } from '../../src/kubelet/pull-secrets.ts';
import { recorded, saysOf } from './recorded.ts';

function image(text: string): ImageReference {
  const found = parseImage(text);
  if ('error' in found) throw new Error(found.error);
  return found;
}

function config(auths: unknown, rest: object = {}): PullSecret {
  return pullSecretOf({
    type: 'kubernetes.io/dockerconfigjson',
    stringData: { '.dockerconfigjson': JSON.stringify({ auths, ...rest }) },
  });
}

interface Question {
  readonly secret: { readonly type: string; readonly key: string; readonly text: string };
  readonly for: string;
}

describe('pull secrets', () => {
  const lines = recorded<Question>('secret');
  it.each(lines.map((line) => [`${line.secret.text.slice(0, 80)} for ${line.for}`, line] as const))(
    '%s',
    (_, { secret, for: name, answer }) => {
      const data = { [secret.key]: Buffer.from(secret.text).toString('base64') };
      const read = pullSecretOf({ type: secret.type, data });
      const says = saysOf(answer);
      if (says !== undefined) expect(read).toMatchObject({ is: 'broken', says });
      else expect(credentialsFor(image(name), [read])).toHaveLength(answer as number);
      // The same as plain text.
      expect(pullSecretOf({ type: secret.type, stringData: { [secret.key]: secret.text } })).toEqual(read);
    },
  );

  it('keeps no credentials', () => {
    const read = config({
      'ghcr.io': { username: 'somebody', password: 'hunter2', auth: Buffer.from('somebody:hunter2').toString('base64') },
    });
    expect(read.is).toBe('usable');
    expect(JSON.stringify(read)).not.toMatch(/hunter2|somebody|c29tZWJvZHk/);
  });

  it('tells entries without credentials', () => {
    expect(config({ 'https://index.docker.io/v1/': {}, 'ghcr.io': { identitytoken: 'x' } }, { credsStore: 'desktop' })).toEqual({
      is: 'usable',
      registries: [
        { written: 'https://index.docker.io/v1/', key: 'index.docker.io', credentials: false },
        { written: 'ghcr.io', key: 'ghcr.io', credentials: false },
      ],
    });
  });

  it('says what is passed over and what nobody can know', () => {
    expect(pullSecretOf({ type: 'Opaque', data: { '.dockerconfigjson': 'e30=' } })).toEqual({ is: 'ignored', why: 'type' });
    expect(pullSecretOf({ data: {} })).toEqual({ is: 'ignored', why: 'type' });
    expect(pullSecretOf({ type: 'kubernetes.io/dockerconfigjson', data: { config: 'e30=' } })).toEqual({
      is: 'ignored',
      why: 'no-key',
    });
    expect(
      pullSecretOf({ type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': 'ENC[AES256_GCM,data:x]' } }),
    ).toEqual({ is: 'unknown' });
    expect(pullSecretOf({ type: 'kubernetes.io/dockerconfigjson', stringData: { '.dockerconfigjson': '${CONFIG}' } })).toEqual({
      is: 'unknown',
    });
    expect(pullSecretOf({ type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': 'e30' } })).toEqual({
      is: 'broken',
      why: 'base64',
      says: 'illegal base64 data at input byte 3',
    });
    expect(pullSecretOf({ type: '__proto__', data: {} })).toEqual({ is: 'ignored', why: 'type' });
    expect(pullSecretOf(null)).toEqual({ is: 'ignored', why: 'type' });
  });

  it('uses none where one cannot be read', () => {
    const right = config({ 'ghcr.io': { username: 'u', password: 'p' } });
    expect(credentialsFor(image('ghcr.io/a/b'), [right])).toHaveLength(1);
    expect(credentialsFor(image('ghcr.io/a/b'), [right, config({ x: { auth: '!' } })])).toEqual([]);
    expect(credentialsFor(image('ghcr.io/a/b'), [right, { is: 'unknown' }, { is: 'ignored', why: 'type' }])).toHaveLength(1);
  });

  it.each([
    ['nginx', 'https://index.docker.io/v1', 'https://index.docker.io/v1/'],
    ['nginx', 'https://hub.docker.com', 'https://index.docker.io/v1/'],
    ['acme/api', 'registry-1.docker.io', 'https://index.docker.io/v1/'],
    ['ghcr.io/acme/api', 'https://ghcr.io/v2', 'ghcr.io'],
    ['ghcr.io/acme/api', 'ghrc.io', 'ghcr.io'],
    ['registry.example.com:5000/api', 'registry.example.com', 'registry.example.com:5000'],
    ['registry.example.com/api', 'registry.exmaple.com', 'registry.example.com'],
  ])('%s: %s was meant to be %s', (name, written, meant) => {
    const secrets = [config({ [written]: { username: 'u', password: 'p' } })];
    expect(credentialsFor(image(name), secrets)).toEqual([]);
    expect(nearRegistry(image(name), secrets)).toMatchObject({ registry: { written }, meant });
  });

  it('sees nothing near where nothing is', () => {
    expect(nearRegistry(image('ghcr.io/acme/api'), [config({ 'quay.io': {}, 'registry.example.com': {} })])).toBeUndefined();
    expect(nearRegistry(image('nginx'), [config({ 'quay.io': {} })])).toBeUndefined();
  });
});
