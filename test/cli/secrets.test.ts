import { afterAll, describe, expect, it } from 'vitest';
import { podlintCli, temporary } from '../support/built.ts';

/** Looks like nothing that a mask could know by its form. */
const CANARY = 'Kanarienvogel7';
const ENCODED = Buffer.from(CANARY).toString('base64');
const FORMATS = ['pretty', 'unix', 'json', 'sarif', 'github', 'gitlab', 'junit', 'rdjson', 'markdown'];

const SECRET = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n';
const pod = (container: string) => `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.29
${container.replace(/^/gm, '      ')}
`;

/** Manifests with a secret and a fault near it; every one of them must be told of, and none may show it. */
const CASES: Readonly<Record<string, string>> = {
  'a field that a Secret does not have': `${SECRET}stringDate:\n  password: ${CANARY}\n`,
  'a value on the line of the fault': `${SECRET}stringData: { password: ${CANARY} }\nextra: ${CANARY}\n`,
  'a Secret whose data is no mapping': `${SECRET}data: ${CANARY}\n`,
  'a Secret whose data is a list': `${SECRET}data:\n  - ${CANARY}\n  - password: ${CANARY}\n`,
  'data that is not base64': `${SECRET}data:\n  password: ${CANARY}!\n`,
  'a number as data': `${SECRET}data:\n  password: 12345678901234567890\n  other: ${CANARY}\n`,
  'a mapping as a value': `${SECRET}stringData:\n  password:\n    value: ${CANARY}\n`,
  'a key that is none': `${SECRET}stringData:\n  "pass word": ${CANARY}\n  "${'k'.repeat(300)}": ${CANARY}\n`,
  'a Secret of a type whose keys are missing': `${SECRET}type: kubernetes.io/basic-auth\nstringData:\n  pasword: ${CANARY}\n`,
  'a docker config that is no JSON': `${SECRET}type: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: '{"auths":{"r.example.com":{"password":"${CANARY}"'\n`,
  'a TLS Secret with text for a key': `${SECRET}type: kubernetes.io/tls\nstringData:\n  tls.crt: ${CANARY}\n  tls.key: ${CANARY}\n`,
  'a key that stands twice': `${SECRET}stringData:\n  password: ${CANARY}\n  password: ${CANARY}2\n`,
  'an object that is defined twice': `${SECRET}stringData:\n  password: ${CANARY}\n---\n${SECRET}stringData:\n  password: ${CANARY}\n`,
  'a document that breaks within the value': `${SECRET}stringData:\n  password: ${CANARY}: x\n`,
  'a document that breaks after the value': `${SECRET}stringData:\n  password: ${CANARY}\n broken\n`,
  'an alias where a password was meant': `${SECRET}stringData:\n  password: *${CANARY}\n`,
  'a tag where a password was meant': `${SECRET}stringData:\n  password: !${CANARY} x\n  other: "${CANARY}\n`,
  'a mapping as a key': `${SECRET}stringData:\n  {${CANARY}: x}: y\n`,
  'JSON that breaks off': `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"db"},"stringData":{"password":"${CANARY}"`,
  'JSON with the fault on the line of the secret': `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"db"},"stringDate":{"password":"${CANARY}"}}\n`,
  'base64 of it': `${SECRET}date: {}\ndata:\n  password: ${ENCODED}\n`,
  'a Secret in a List': `apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Secret\n    metadata: { name: db }\n    stringDate: { password: ${CANARY} }\n`,
  'a namespace that is no name': `${SECRET.replace('name: db', 'name: db\n  namespace: A_B')}stringData:\n  password: ${CANARY}\n`,
  'a variable beside the fault': pod(`env:\n  - name: DB_PASSWORD\n    value: ${CANARY}\n    valeu: x\nprots: []`),
  'a misspelt value of a variable': pod(`env:\n  - name: DB_PASSWORD\n    valeu: ${CANARY}`),
  'a variable on the line of the fault': pod(`env:\n  - { name: DB_PASSWORD, value: ${CANARY}, extra: 1 }`),
  'the value before the name': pod(`env:\n  - { extra: 1, value: ${CANARY}, name: GREETING }`),
  'a variable that is no credential by its name, beside the fault': pod(
    `env:\n  - name: GREETING\n    value: ${CANARY}\n    extra: 1`,
  ),
  'a mapping as the value of a variable': pod(`env:\n  - name: API_TOKEN\n    value: { a: ${CANARY} }`),
  'a variable with a value and a source': pod(
    `env:\n  - name: API_TOKEN\n    value: ${CANARY}\n    valueFrom:\n      fieldRef: { fieldPath: metadata.name }`,
  ),
  'a flag in a command that is a sentence': pod(`command: ["mysqld --password=${CANARY} --port=1"]`),
  'a flag and its value': pod(`command: [sh]\nargs:\n  - --db-password\n  - ${CANARY}\nextra: 1`),
  'a flag in shell syntax without a shell': pod(`args: ["--token=${CANARY}", "&&", "date"]`),
  'a header in an argument': pod(`command: ["curl -H 'Authorization: Bearer ${CANARY}' http://a && date"]`),
  'an address with a password': pod(`command: ["psql postgres://app:${CANARY}@db/app | cat"]`),
  'the annotation that kubectl apply leaves': `${SECRET.replace(
    'name: db',
    `name: db\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n      {"apiVersion":"v1","kind":"Secret","data":{"password":"${ENCODED}"},"stringData":{"a":"${CANARY}"}}\n  lables: {}`,
  )}data: {}\n`,
  'that annotation on a single line with the fault': `${SECRET.replace(
    'name: db',
    `name: db\n  annotations: { kubectl.kubernetes.io/last-applied-configuration: '{"kind":"Secret","stringData":{"a":"${CANARY}"}}', "bad key": x }`,
  )}`,
  'a password in the config of a ConfigMap': `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndate: {}\ndata:\n  password: ${CANARY}\n`,
};

describe('no secret is shown', () => {
  const folders: (() => void)[] = [];
  afterAll(() => {
    for (const remove of folders) remove();
  });

  // One run for each, in all formats at once: what may be found in other files must not be lent by one to the next.
  it.each(Object.entries(CASES))('%s', (_, text) => {
    const { folder, remove } = temporary({ 'k8s/a.yaml': text });
    folders.push(remove);
    const formats = FORMATS.flatMap((name) => ['--format', name]);
    const { out, err, code } = podlintCli(['--profile', 'all', ...formats, 'k8s'], { cwd: folder });
    expect(err).not.toContain('internal error');
    expect(code, out).not.toBe(null);
    expect(out).toMatch(/"ruleId": /);
    for (const line of `${out}${err}`.split('\n')) {
      expect(line).not.toContain(CANARY);
      expect(line).not.toContain(ENCODED);
    }
  });

  it('nor in a diff', () => {
    const text = `${SECRET}stringDate:\n  password: ${CANARY}\n`;
    const { folder, remove } = temporary({ 'a.yaml': text, 'b.yaml': pod(`env:\n  - name: DB_PASSWORD\n    valeu: ${CANARY}`) });
    folders.push(remove);
    const { out } = podlintCli(['--diff', '--unsafe-fixes', '.'], { cwd: folder });
    expect(out).toContain('+stringData:');
    expect(out).not.toContain(CANARY);
  });

  it('nor of what a fact holds', () => {
    const facts = `${SECRET}stringData:\n  password: *${CANARY}\n`;
    const { folder, remove } = temporary({ 'a.yaml': pod(''), 'facts.yaml': facts });
    folders.push(remove);
    const { out, err, code } = podlintCli(['--cluster', 'facts.yaml', 'a.yaml'], { cwd: folder });
    expect(out).toContain('facts.yaml');
    expect(out + err).not.toContain(CANARY);
    expect(code).toBe(2);
  });

  it('and the words that are no secret stay', () => {
    const { folder, remove } = temporary({ 'a.yaml': `${SECRET}stringData: { user: db, other: Secret }\nimmutable: db\n` });
    folders.push(remove);
    const { out } = podlintCli(['a.yaml'], { cwd: folder });
    expect(out).toContain('Secret default/db');
    expect(out.slice(0, out.indexOf('│'))).not.toContain('…');
  });
});
