import { describe, expect, test } from 'vitest';
import { codeFrame } from '../../src/report/frame.ts';
import { lineReader } from '../../src/report/lines.ts';
import { placeAt } from './sample.ts';

/** Every line as a frame about it would show it. */
function shown(text: string, sensitive: (line: number) => boolean = () => false): string[] {
  const lines = lineReader(() => text)('f');
  if (lines === undefined) throw new Error('no text');
  const out: string[] = [];
  let offset = 0;
  for (const line of text.split('\n')) {
    const frame = codeFrame(lines, placeAt('f', text, offset, offset + line.length), { width: 80, sensitive });
    out.push(frame.find(({ kind }) => kind === 'line')?.text ?? '');
    offset += line.length + 1;
  }
  return out;
}

describe('lines that the engine says are sensitive', () => {
  test('keys stay, values go', () => {
    const text = 'kind: Secret\ndata:\n  password: aHVudGVyMg==\n  "user": YWRtaW4= # the admin\n  empty:\ntype: Opaque';
    expect(shown(text, (line) => line >= 3 && line <= 5)).toEqual([
      'kind: Secret',
      'data:',
      '  password: …',
      '  "user": …',
      '  empty:',
      'type: Opaque',
    ]);
  });

  test('lines inside a block scalar go whole, even when they look like entries', () => {
    const text = 'stringData:\n  config: |\n    user: tr0ub4dor\n    nested:\n      deep: secret\n  next: x';
    expect(shown(text, (line) => line > 1)).toEqual(['stringData:', '  config: …', '    …', '    …', '      …', '  next: …']);
  });

  test('lines inside a quoted or plain scalar of several lines go whole', () => {
    const quoted = 'stringData:\n  a: "one\n  two: three\n  four: five"';
    expect(shown(quoted, (line) => line > 1)).toEqual(['stringData:', '  a: …', '  …', '  …']);
    const plain = 'stringData:\n  a: one\n    two: three';
    expect(shown(plain, (line) => line > 1)).toEqual(['stringData:', '  a: …', '    …']);
  });

  test('flow mappings, and JSON on one line or on many', () => {
    expect(shown('data: {a: Zm9v, b: YmFy}', () => true)).toEqual(['data: …']);
    expect(shown('{"kind":"Secret","data":{"a":"Zm9v"}}', () => true)).toEqual(['…']);
    const json = '{\n  "kind": "Secret",\n  "data": {\n    "a": "Zm9v",\n    "b": "YmFy"\n  }\n}';
    expect(shown(json, (line) => line === 4 || line === 5)).toEqual([
      '{',
      '  "kind": "Secret",',
      '  "data": {',
      '    "a": …',
      '    "b": …',
      '  }',
      '}',
    ]);
  });

  test('carets stand under the key, or under the mark for the value', () => {
    const text = 'data:\n  password: aHVudGVyMg==\n';
    const lines = lineReader(() => text)('f');
    const carets = (from: string, to: string): string | undefined =>
      lines &&
      codeFrame(lines, placeAt('f', text, text.indexOf(from), text.indexOf(to) + to.length), {
        width: 80,
        sensitive: () => true,
      }).find(({ kind }) => kind === 'carets')?.text;
    expect(carets('password', 'password')).toBe('  ^^^^^^^^');
    expect(carets('aHV', 'Mg==')).toBe('            ^');
  });
});

describe('lines that look like a credential', () => {
  test.each([
    ['  DB_PASSWORD: hunter2', '  DB_PASSWORD: …'],
    ['  github-token: abc', '  github-token: …'],
    ['"awsSecretAccessKey": "abc"', '"awsSecretAccessKey": …'],
    ['  - {name: DB_PASSWORD, value: hunter2}', '  - {name: DB_PASSWORD, value: …'],
    ['  - {value: hunter2, name: DB_PASSWORD}', '  - {value: …'],
    ['[{"name":"API_KEY","value":"hunter2"}]', '[{"name":"API_KEY","value":…'],
    ['  - --password=hunter2', '  - --password=…'],
    ['  command: [psql, --password, hunter2]', '  command: [psql, --password, …'],
    ['  - --auth-token hunter2 --port 80', '  - --auth-token …'],
    ['  url: postgres://app:hunter2@db/app', '  url: postgres…'],
    ['  key: AKIAABCDEFGHIJKLMNOP', '  key: …'],
    ['  x: eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', '  x: …'],
    ['  tls.key: -----BEGIN RSA PRIVATE KEY-----', '  tls.key: …'],
    ['    {"apiVersion":"v1","data":{"a":"Zm9v"},"kind":"Secret"}', '    {"apiVersion":"v1","data":…'],
    ['    kubectl.kubernetes.io/last-applied-configuration: "{}"', '    kubectl.kubernetes.io/…'],
    [`    ${'QUJD'.repeat(16)}`, '    …'],
    ['  token: false, password: hunter2', '  token: false, password: …'],
  ])('%s', (text, expected) => expect(shown(text)).toEqual([expected]));

  test('the value of an environment variable whose name says so, before or after', () => {
    expect(shown('- name: SMTP_PASSWORD\n  value: hunter2')).toEqual(['- name: SMTP_PASSWORD', '  value: …']);
    expect(shown('- value: hunter2\n  name: "SMTP_PASSWORD"')).toEqual(['- value: …', '  name: "SMTP_PASSWORD"']);
  });

  test('the argument after one that says so', () => {
    expect(shown('- --password\n- hunter2\n- --port')).toEqual(['- --password', '- …', '- --port']);
  });

  test.each([
    'automountServiceAccountToken: false',
    'serviceAccountToken: {path: token, expirationSeconds: 3600}',
    'imagePullSecrets: [{name: regcred}]',
    'secretKeyRef: {name: db-password, key: token}',
    '  secretName: db-password',
    '  key: passwrod',
    '  - name: DB_PASSWORD',
    '  value: $(DB_PASSWORD)',
    '  password: ${DB_PASSWORD}',
    '  - --password=$(DB_PASSWORD',
    '  - --token-file=/var/run/token',
    '  image: registry.example.com:5000/app@sha256:abc',
    '  url: https://example.com/a:b',
  ])('left alone: %s', (text) => {
    const [line] = shown(text);
    if (text.includes('--password=$(')) expect(line).toContain('--password=');
    else expect(line).toBe(text);
  });
});
