import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { CLI, podlintCli, type Ran, runNode, temporary } from '../support/built.ts';

const removals: (() => void)[] = [];
afterEach(() => {
  for (const remove of removals.splice(0)) remove();
});
const folderOf = (files: Record<string, string | Uint8Array>): string => {
  const { folder, remove } = temporary(files);
  removals.push(remove);
  return folder;
};

/** Judged beside every bad file: what is wrong with it must be told all the same. */
const NEIGHBOUR = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: z\nspec:\n  ports: [{ port: 80, protocl: TCP }]\n';
const SEEN = 'z.yaml:6:23: error: ServicePort has no field "protocl" [rejected/unknown-field]\n';

/** One bad file and its neighbour; what is said of the bad one. */
function judged(name: string, content: string | Uint8Array): Ran {
  const ran = podlintCli(['-f', 'unix', '.'], { cwd: folderOf({ [name]: content, 'z.yaml': NEIGHBOUR }) });
  expect(ran.out).toContain(SEEN);
  expect(ran.err).not.toContain('internal error');
  return { ...ran, out: ran.out.replace(SEEN, '') };
}

const MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n';
const lines = (count: number, line: (i: number) => string): string => Array.from({ length: count }, (_, i) => line(i)).join('');
const bomb = lines(9, (i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]\n`);

describe('a bad file is told, and hides nothing of the others', () => {
  it.each<[string, string | Uint8Array, number, string]>([
    ['empty', '', 1, ''],
    ['comments alone', '# a\n---\n# b\n', 1, ''],
    ['a byte order mark', `\ufeff${MAP}`, 1, ''],
    ['CRLF', MAP.replaceAll('\n', '\r\n'), 1, ''],
    ['UTF-16', Buffer.from(`\ufeff${MAP}`, 'utf16le').swap16(), 1, ''],
    [
      'a picture',
      Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(100)]),
      2,
      'a.yaml:1:1: warning: not judged: holds NUL bytes: a binary file, or UTF-16 without a byte order mark [not-judged]\n',
    ],
    [
      'bytes that are no text',
      Buffer.from(`${MAP}data: { a: \xe9\xff }\n`, 'latin1'),
      1,
      'a.yaml:4:12: error: invalid trailing UTF-8 octet [rejected/unreadable]\n',
    ],
    [
      'a control character',
      `${MAP}data: { a: "\u0007" }\n`,
      1,
      'a.yaml:4:13: error: control characters are not allowed [rejected/unreadable]\n',
    ],
    [
      'tabs',
      MAP.replace('metadata: { name: a }', 'metadata:\n\tname: a'),
      1,
      'a.yaml:4:1: error: found character that cannot start any token [rejected/unreadable]\n',
    ],
    [
      '10,000 mappings within each other',
      `${MAP}data:\n${lines(10_000, (i) => `${' '.repeat(i + 1)}a:\n`)}`,
      1,
      'a.yaml:10004:10002: error: exceeded max depth of 10000 [rejected/unreadable]\n',
    ],
    [
      '10,000 lists within each other',
      `${MAP}data: ${'['.repeat(10_000)}${']'.repeat(10_000)}\n`,
      1,
      'a.yaml:4:10006: error: exceeded max depth of 10000 [rejected/unreadable]\n',
    ],
    [
      '9,000 lists where a mapping belongs',
      `${MAP}data: ${'['.repeat(9000)}${']'.repeat(9000)}\n`,
      1,
      '^a\\.yaml:4:7: error: expected an object.* \\[rejected/wrong-type\\]\\n$',
    ],
    [
      '9,000 mappings in a custom object',
      `apiVersion: a.example.com/v1\nkind: A\nmetadata: { name: a }\nspec: ${'{ a: '.repeat(9000)}${'}'.repeat(9000)}\n`,
      1,
      'a.yaml:1:1: warning: not judged: a A (a.example.com/v1): no CustomResourceDefinition given, so the fields are not checked; `--crds PATH` names the definitions that the cluster has [not-judged]\n',
    ],
    [
      'aliases that multiply',
      `${MAP}a0: &a0 [x]\n${bomb}`,
      1,
      '^a\\.yaml:\\d+:\\d+: error: document contains excessive aliasing \\[rejected/unreadable\\]\\n$',
    ],
    [
      'an alias within what it names',
      `${MAP.replace('{ name: a }', '&m\n  name: a\n  labels: *m')}`,
      1,
      "a.yaml:5:11: error: anchor 'm' value contains itself [rejected/unreadable]\n",
    ],
    [
      'an alias for nothing',
      MAP.replace('name: a', 'name: *a'),
      1,
      "a.yaml:3:19: error: unknown anchor 'a' referenced [rejected/unreadable]\n",
    ],
    [
      'a key that stands twice',
      MAP.replace('name: a', 'name: b, name: a'),
      1,
      'a.yaml:3:22: warning: name stands twice; the last one counts, the first is dropped silently [rejected/duplicate-key]\n',
    ],
    [
      'names that every JavaScript object has',
      `${MAP}data: { __proto__: a, constructor: b, toString: c }\nconstructor: {}\n`,
      1,
      'a.yaml:5:1: error: ConfigMap has no field "constructor" [rejected/unknown-field]\n',
    ],
    ['half a file', MAP.slice(0, -4), 1, /^a\.yaml:3:\d+: error: .* \[rejected\/unreadable\]\n$/.source],
  ])('%s', (_, content, code, said) => {
    const ran = judged('a.yaml', content);
    if (said.startsWith('^')) expect(ran.out).toMatch(new RegExp(said));
    else expect(ran.out).toBe(said);
    expect(ran.code).toBe(code);
  });

  it('JSON that is too deep, or that breaks off', () => {
    expect(
      judged(
        'a.json',
        `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
      ).out,
    ).toMatch(/^a\.json:1:\d+: error: exceeded max depth \[rejected\/unreadable\]\n$/);
    expect(judged('a.json', '{"apiVersion":"v1","kind":"ConfigMap"').out).toMatch(
      /^a\.json:1:\d+: error: .* \[rejected\/unreadable\]\n$/,
    );
  });

  it('another program’s file is not judged, and that is said; named itself it is an error', () => {
    const text = '{\n  // no comments in JSON\n  "a": 1\n}\n';
    const { code, out } = judged('tsconfig.json', text);
    expect(out).toBe(
      "tsconfig.json:2:1: warning: not judged: no Kubernetes object, as it seems, and not YAML: json: offset 5: invalid character '/' looking for beginning of object key string [not-judged]\n".replace(
        ':2:1:',
        ':2:1:',
      ),
    );
    expect(code).toBe(1);
    const named = podlintCli(['-f', 'unix', 'tsconfig.json'], { cwd: folderOf({ 'tsconfig.json': text }) });
    expect(named.out).toMatch(/^tsconfig\.json:2:3: error: .*\[rejected\/unreadable\]\n$/);
    expect(named.code).toBe(2);
  });

  it('links that lead in a circle, to nothing, or to what is judged already', () => {
    const folder = folderOf({ 'z.yaml': NEIGHBOUR, 'in/a.yaml': MAP });
    symlinkSync('..', path.join(folder, 'in/up'));
    symlinkSync('in', path.join(folder, 'again'));
    symlinkSync('nowhere.yaml', path.join(folder, 'dangling.yaml'));
    symlinkSync('self.yaml', path.join(folder, 'self.yaml'));
    const { code, out } = podlintCli(['-f', 'unix', '.'], { cwd: folder });
    expect(out).toBe(
      `${SEEN}dangling.yaml:1:1: warning: not judged: symbolic link: no such file or folder [not-judged]\nself.yaml:1:1: warning: not judged: symbolic link: symbolic links lead in a circle [not-judged]\n`,
    );
    expect(code).toBe(2);
  });

  it('paths that are none', () => {
    const { code, out } = podlintCli(['-f', 'unix', 'z.yaml', 'z.yaml/a', 'nowhere', '', `${'n'.repeat(300)}.yaml`], {
      cwd: folderOf({ 'z.yaml': NEIGHBOUR }),
    });
    expect(out).toContain(SEEN);
    expect(out).toContain('z.yaml/a:1:1: warning: not judged: a part of the path is not a folder [not-judged]\n');
    expect(out).toContain('nowhere:1:1: warning: not judged: no such file or folder [not-judged]\n');
    expect(out).toContain('the name is too long');
    expect(code).toBe(2);
  });

  it('a file and a folder that may not be read', () => {
    const folder = folderOf({ 'z.yaml': NEIGHBOUR, 'shut.yaml': MAP, 'shut/a.yaml': MAP });
    chmodSync(folder, 0o755);
    chmodSync(path.join(folder, 'shut.yaml'), 0);
    chmodSync(path.join(folder, 'shut'), 0);
    // Nothing is shut for root: the program runs as nobody, from a copy that nobody may read.
    const isRoot = process.getuid?.() === 0;
    const command = isRoot ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
    const done = spawnSync(
      [...command, process.execPath][0]!,
      [...command.slice(1), ...(isRoot ? [process.execPath] : []), CLI, '-f', 'unix', '.'],
      { cwd: folder, encoding: 'utf8', env: { PATH: process.env['PATH'], PODLINT_CACHE: 'off' } },
    );
    chmodSync(path.join(folder, 'shut'), 0o755);
    expect(done.stdout, done.stderr || String(done.error)).toBe(
      `${SEEN}shut:1:1: warning: not judged: permission denied [not-judged]\nshut.yaml:1:1: warning: not judged: permission denied [not-judged]\n`,
    );
    expect(done.status).toBe(2);
  });

  it('a file that is gone when its turn comes', () => {
    const folder = folderOf({ 'z.yaml': NEIGHBOUR });
    mkdirSync(path.join(folder, 'many'));
    for (let i = 0; i < 3; i++) writeFileSync(path.join(folder, `many/${i}.yaml`), MAP.replace('name: a', `name: a${i}`));
    // The first file that is opened takes the last one with it.
    writeFileSync(
      path.join(folder, 'gone.cjs'),
      `const fs = require('node:fs'); const open = fs.openSync; let done = false;
fs.openSync = (file, ...rest) => { if (!done && String(file).endsWith('0.yaml')) { done = true; fs.rmSync(${JSON.stringify(path.join(folder, 'many/2.yaml'))}); } return open(file, ...rest); };`,
    );
    const { code, out } = runNode(['--require', path.join(folder, 'gone.cjs'), CLI, '-f', 'unix', 'many', 'z.yaml'], {
      cwd: folder,
    });
    expect(out).toBe(`${SEEN}many/2.yaml:1:1: warning: not judged: it was there and is no longer [not-judged]\n`);
    expect(code).toBe(2);
  });

  it('file names that are commands, sequences or markup', () => {
    const names = ['::error::a.yaml', '\u001b[31mred.yaml', 'new\nline.yaml', '%0A::error::b.yaml', '<img src=x>|`x`.yaml'];
    const folder = folderOf(Object.fromEntries(names.map((name, i) => [name, NEIGHBOUR.replace('name: z', `name: z${i}`)])));
    for (const format of ['pretty', 'unix', 'github', 'markdown', 'junit', 'gitlab', 'rdjson', 'sarif', 'json']) {
      const { out, code } = podlintCli(['-f', format, '.'], { cwd: folder });
      expect(code, format).toBe(1);
      expect(out, format).not.toContain('\u001b');
      expect(out, format).not.toMatch(/^line\.yaml/m);
      if (format !== 'github') expect(out, format).not.toMatch(/^\s*::/m);
      if (format === 'markdown' || format === 'junit') expect(out, format).not.toContain('<img');
    }
  });
});

const ATTACKS = [
  '::error::owned',
  '\u001b]0;owned\u0007',
  '\n::set-output name=a::owned',
  '%0A::error::owned',
  '<script>owned</script>',
  '| owned | [owned](http://example.com) |',
  '\u202egnp',
  ']]>owned<![CDATA[',
];

describe('what a manifest holds is shown and never obeyed', () => {
  const pod = (attack: string): string => `apiVersion: v1
kind: Pod
metadata:
  name: ${JSON.stringify(attack)}
  labels: { a: ${JSON.stringify(attack)}, ${JSON.stringify(attack)}: b }
spec:
  ${JSON.stringify(attack)}: 1
  nodeName: ${JSON.stringify(attack)}
  containers:
    - name: ${JSON.stringify(attack)}
      image: ${JSON.stringify(attack)}
      command: [${JSON.stringify(`${attack} && date`)}]
      envFrom: [{ configMapRef: { name: ${JSON.stringify(attack)} } }]
      ports: [{ containerPort: ${JSON.stringify(attack)} }]
`;
  const text = ATTACKS.map(
    (attack) =>
      `${pod(attack)}---\n${pod(attack)
        .replace(/ports: .*/, '')
        .replace(/^ {2}".*": 1$/m, '')}`,
  ).join('---\n');

  it.each(['pretty', 'unix', 'json', 'sarif', 'github', 'gitlab', 'junit', 'rdjson', 'markdown', 'forecast'])('%s', (format) => {
    const args = format === 'forecast' ? ['forecast', '.'] : ['-f', format, '.'];
    const { code, out, err } = podlintCli(args, { cwd: folderOf({ 'a.yaml': text }) });
    expect(err).toBe('');
    expect(code).toBe(1);
    expect(out).toContain('owned');
    // Nothing that a terminal obeys, but for line ends.
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    // No workflow command but the format's own, which name files that there are.
    const commands = out.split('\n').filter((line) => /^\s*::/.test(line));
    if (format === 'github')
      for (const line of commands)
        expect(line).toMatch(
          /^::(?:group|endgroup|stop-commands|podlint-log-\d+|(?:error|warning|notice) (?:file=a\.yaml|title=podlint))/,
        );
    else expect(commands).toEqual([]);
    if (format === 'json' || format === 'sarif' || format === 'gitlab' || format === 'rdjson')
      expect(() => JSON.parse(out) as unknown).not.toThrow();
    if (format === 'markdown' || format === 'junit') expect(out).not.toMatch(/<script>|<!\[CDATA\[/);
    if (format === 'markdown') expect(out).not.toContain('[owned](');
  });
});

describe('cost', () => {
  const MEMORY = 2_000_000_000;
  const stats = (text: string, code: number, ...args: string[]): { milliseconds: number; memory: number } => {
    const folder = folderOf({ 'a.yaml': text });
    const ran = podlintCli(['--stats', '-f', 'pretty:out.txt', '-f', 'unix', ...args, 'a.yaml'], { cwd: folder });
    expect(ran.code, ran.err).toBe(code);
    const number = (name: string): number => Number(new RegExp(`${name}: (\\d+)`).exec(ran.err)?.[1]);
    return { milliseconds: number('cpu ms'), memory: number('memory MB') * 1e6 };
  };

  it('50 MB in one file', () => {
    const one = (i: number): string =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c${i}\ndata:\n  text: |\n${'    a line of text that is not very long\n'.repeat(20)}---\n`;
    const text = lines(Math.ceil(50_000_000 / one(1000).length), one);
    const { milliseconds, memory } = stats(text, 0);
    console.log(`50 MB: ${milliseconds} ms of CPU, ${Math.round(memory / 1e6)} MB`);
    expect(milliseconds).toBeLessThan(30_000);
    expect(memory).toBeLessThan(MEMORY);
  }, 120_000);

  it('50 MB in one line', () => {
    const { milliseconds, memory } = stats(`${MAP}date: "${'x'.repeat(50_000_000)}"\n`, 1);
    console.log(`50 MB in a line: ${milliseconds} ms of CPU, ${Math.round(memory / 1e6)} MB`);
    expect(milliseconds).toBeLessThan(10_000);
    expect(memory).toBeLessThan(MEMORY);
  }, 120_000);

  let least: number | undefined;
  // Each document has a finding, and each finding all that may cost: a frame, a place, a secret to look for, a comment to match.
  it.each<[string, number, (i: number) => string]>([
    ['an unknown field', 1, (i) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c${i} }\ndate: {}\n---\n`],
    ['Secrets', 1, (i) => `apiVersion: v1\nkind: Secret\nmetadata: { name: c${i} }\nstringDate: { password: canary${i} }\n---\n`],
    [
      'credentials in variables',
      1,
      (i) =>
        `apiVersion: v1\nkind: Pod\nmetadata: { name: c${i} }\nspec:\n  containers: [{ name: a, image: "nginx:1.29", env: [{ name: PASSWORD, value: canary${i} }], prots: [] }]\n---\n`,
    ],
    [
      'references to nothing',
      0,
      (i) =>
        `apiVersion: v1\nkind: Pod\nmetadata: { name: c${i} }\nspec:\n  containers: [{ name: a, image: "nginx:1.29", envFrom: [{ configMapRef: { name: settings-${i}-of-none } }] }]\n---\n`,
    ],
    ['broken documents', 2, (i) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c${i} }\n b: [\n---\n`],
    [
      'comments that accept it',
      0,
      (i) =>
        `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c${i} }\ndate: {} # podlint-ignore rejected/unknown-field: later\n---\n`,
    ],
    ['one name', 0, () => 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\n---\n'],
  ])(
    'grows with the input: 10,000 documents with a finding each, %s',
    (_, code, one) => {
      const { milliseconds, memory } = stats(lines(10_000, one), code);
      // Ten times the documents: squared, a hundred times as much.
      least ??= stats(lines(1000, one), code).milliseconds;
      expect(milliseconds).toBeLessThan(25 * least + 2000);
      expect(memory).toBeLessThan(MEMORY);
    },
    120_000,
  );
});
