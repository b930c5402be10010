import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { podlintCli, type Ran, temporary } from '../support/built.ts';

const removals: (() => void)[] = [];
afterEach(() => {
  for (const remove of removals.splice(0)) remove();
});

interface Edited extends Ran {
  readonly folder: string;
  read(name: string): string;
  bytes(name: string): Buffer;
}

function run(files: Record<string, string | Uint8Array>, ...args: string[]): Edited {
  const { folder, remove } = temporary(files);
  removals.push(remove);
  const ran = podlintCli([...args, '.'], { cwd: folder });
  const bytes = (name: string): Buffer => readFileSync(path.join(folder, name));
  return { ...ran, folder, bytes, read: (name) => bytes(name).toString('utf8') };
}

/** Three repairs that are safe, among comments, blank lines, quotes and an order that nobody would choose. */
const BROKEN = `# about the Pod
apiVersion:   v1
kind: Pod   # a Pod

metadata:
  name: 'web'
spec:

  # containers
  containers:
  - "image": "nginx:1.29" # pinned
    name: web
    imagePullPolcy: Always   # always
    ports: [ { containerPort: 80, protocl: TCP } ] # ports
    env:
    - {name: PORT, value: 8080} # a number
    - name: FLAG
      value: yes
  restartPolcy: "Never"
`;
const WHOLE = BROKEN.replace('imagePullPolcy', 'imagePullPolicy')
  .replace('protocl', 'protocol')
  .replace('value: 8080', 'value: "8080"')
  .replace('value: yes', 'value: "yes"')
  .replace('restartPolcy', 'restartPolicy');

describe('--fix', () => {
  it('changes what is wrong and no other byte', () => {
    const { code, read, err, out } = run({ 'web.yaml': BROKEN }, '--fix');
    expect(read('web.yaml')).toBe(WHOLE);
    expect(err).toMatch(/^podlint: 5 edits made in 1 file\n$/);
    expect(out).toContain('Nothing found');
    expect(code).toBe(0);
  });

  it.each([
    ['CRLF', (text: string) => Buffer.from(text.replaceAll('\n', '\r\n'))],
    ['a byte order mark', (text: string) => Buffer.from(`\ufeff${text}`)],
    ['UTF-16 with big end first', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['no line end at the end', (text: string) => Buffer.from(text.trimEnd())],
    ['letters beyond ASCII', (text: string) => Buffer.from(text.replaceAll('# ', '# 🙂 é '))],
    [
      'a document before it',
      (text: string) => Buffer.from(`apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n---\n${text}---\n# the end\n`),
    ],
  ])('keeps %s', (_, make) => {
    const { bytes, out } = run({ 'web.yaml': make(BROKEN) }, '--fix');
    expect(bytes('web.yaml').toString('hex'), out).toBe(make(WHOLE).toString('hex'));
  });

  it('once is enough', () => {
    const first = run({ 'web.yaml': BROKEN }, '--fix');
    const again = podlintCli(['--fix', '.'], { cwd: first.folder });
    expect(again.err).toBe('');
    expect(first.read('web.yaml')).toBe(WHOLE);
  });

  it('repairs JSON as JSON', () => {
    const broken =
      '{\n  "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "web" },\n  "spec": { "containers": [ { "name": "web", "image": "nginx:1.29", "imagePullPolcy": "Always" } ] }\n}\n';
    const { read } = run({ 'web.json': broken }, '--fix');
    expect(read('web.json')).toBe(broken.replace('Polcy', 'Policy'));
  });

  it('leaves alone what it would have to guess, and says which option does not', () => {
    const text = `${WHOLE}---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n---\n${WHOLE.replace("'web'", 'other').replace('restartPolicy', 'initContainers: [{ name: i, image: "nginx:1.29", envFrom: [{ configMapRef: { name: setings } }] }]\n  restartPolicy')}`;
    const safe = run({ 'web.yaml': text }, '--fix');
    expect(safe.read('web.yaml')).toBe(text);
    expect(safe.out).toContain('(--unsafe-fixes)');
    expect(safe.code).toBe(1);
    const unsafe = run({ 'web.yaml': text }, '--fix', '--unsafe-fixes');
    expect(unsafe.read('web.yaml')).toBe(text.replace('name: setings', 'name: settings'));
    expect(unsafe.code).toBe(0);
    expect(run({ 'web.yaml': text }, '--unsafe-fixes').read('web.yaml')).toBe(text.replace('name: setings', 'name: settings'));
  });

  it('edits no file that is not reported on', () => {
    const { read } = run({ 'a.yaml': BROKEN, 'b.yaml': BROKEN.replace("'web'", 'other') }, '--fix', '--only', 'b.yaml');
    expect(read('a.yaml')).toBe(BROKEN);
    expect(read('b.yaml')).toBe(WHOLE.replace("'web'", 'other'));
  });

  it('edits nothing that is accepted, nor what is off', () => {
    const text = BROKEN.replace('Always   # always', 'Always # podlint-ignore rejected/unknown-field: later');
    expect(run({ 'web.yaml': text }, '--fix').read('web.yaml')).toContain('imagePullPolcy');
    expect(run({ 'web.yaml': BROKEN }, '--fix', '--rule', 'rejected/*:off').read('web.yaml')).toBe(BROKEN);
  });

  it('works for an object of a List', () => {
    const item = (kind: string) =>
      `apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Service\n    metadata: { name: a }\n    spec:\n      ${kind}: [{ port: 80 }]\n`;
    expect(run({ 'a.yaml': item('prots') }, '--fix').read('a.yaml')).toBe(item('ports'));
  });
});

describe('--diff', () => {
  it('prints the edits, makes none, and fails as long as they are needed', () => {
    const { code, out, err, read } = run({ 'web.yaml': BROKEN }, '--diff');
    expect(read('web.yaml')).toBe(BROKEN);
    expect(err).toBe('podlint: 5 edits in 1 file, not made\n');
    expect(out).toMatch(/^--- a\/web\.yaml\n\+\+\+ b\/web\.yaml\n@@ /);
    expect(out).toContain('-    imagePullPolcy: Always   # always\n');
    expect(out).toContain('+    imagePullPolicy: Always   # always\n');
    expect(code).toBe(1);
  });

  it('is what patch applies', async () => {
    const { execFileSync } = await import('node:child_process');
    const { folder, out, read } = run({ 'web.yaml': BROKEN }, '--diff');
    writeFileSync(path.join(folder, 'edits.diff'), out);
    execFileSync('git', ['apply', 'edits.diff'], { cwd: folder });
    expect(read('web.yaml')).toBe(WHOLE);
  });

  it('has nothing to say where nothing is wrong', () => {
    expect(run({ 'web.yaml': WHOLE }, '--diff')).toMatchObject({ code: 0, out: '', err: 'podlint: nothing to fix\n' });
  });

  it('of standard input', () => {
    const { code, out } = podlintCli(['--diff', '--stdin-filename', 'web.yaml', '-'], { input: BROKEN });
    expect(out).toMatch(/^--- a\/web\.yaml\n/);
    expect(out.match(/^\+ /gm)).toHaveLength(5);
    expect(code).toBe(1);
  });
});
