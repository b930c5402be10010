import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, closeSync, existsSync, openSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { collectInputs, type InputEntry, type InputOptions, type Inputs } from '../../src/source/inputs.ts';
import { configMap, put, temporary } from './temporary.ts';

const isRoot = process.getuid?.() === 0;

function collect(cwd: string, args: string[], options: Omit<InputOptions, 'cwd'> = {}): Promise<Inputs> {
  return collectInputs(args, { cwd, ...options });
}

function paths(inputs: Inputs): string[] {
  return inputs.entries.map((it) => it.path);
}

function textOf(inputs: Inputs, entry: InputEntry | undefined): string {
  const read = inputs.read(entry!);
  return 'file' in read ? read.file.text : `problem: ${read.why}`;
}

describe('files and folders', () => {
  test('a folder stands for its YAML and JSON files, in the order of a walk', async () => {
    const cwd = temporary({
      'k/b.yaml': '',
      'k/a/z.yml': '',
      'k/a-b.json': '',
      'k/A.YAML': '',
      'k/readme.md': '',
      'k/yaml': '',
      'k/Kustomization': '',
    });
    const inputs = await collect(cwd, ['k']);
    expect(paths(inputs)).toEqual(['k/A.YAML', 'k/Kustomization', 'k/a/z.yml', 'k/a-b.json', 'k/b.yaml']);
    expect(inputs.roots).toEqual([{ kind: 'folder', path: 'k' }]);
    expect(inputs.problems).toEqual([]);
    expect(inputs.nothing).toBeUndefined();
  });

  test('the working directory, by whatever name', async () => {
    const cwd = temporary({ 'a.yaml': '', 'k/b.yaml': '' });
    for (const name of ['.', './', cwd, join(cwd, 'k/..')]) {
      const inputs = await collect(cwd, [name]);
      expect(paths(inputs)).toEqual(['a.yaml', 'k/b.yaml']);
      expect(inputs.roots).toEqual([{ kind: 'folder', path: '.' }]);
    }
  });

  test('what lies beside the working directory', async () => {
    const cwd = temporary({ 'here/x.yaml': '', 'there/a.yaml': 'a: b', 'there/deep/b.yaml': '' });
    const inputs = await collect(join(cwd, 'here'), ['../there', join(cwd, 'here/x.yaml')]);
    expect(paths(inputs)).toEqual(['../there/a.yaml', '../there/deep/b.yaml', 'x.yaml']);
    expect(textOf(inputs, inputs.entries[0])).toBe('a: b');
    expect(paths(await collect(join(cwd, 'here'), ['..']))).toEqual([
      '../here/x.yaml',
      '../there/a.yaml',
      '../there/deep/b.yaml',
    ]);
  });

  test('a file that is named counts whatever it is called, and is never ignored', async () => {
    const cwd = temporary({
      '.git/HEAD': '',
      '.gitignore': '*.txt\nnode_modules\n',
      'a.txt': 'a: b',
      'node_modules/b.yaml': '',
      '.hidden/c': '',
    });
    const inputs = await collect(cwd, ['a.txt', 'node_modules/b.yaml', '.hidden/c']);
    expect(paths(inputs)).toEqual(['a.txt', 'node_modules/b.yaml', '.hidden/c']);
    expect(inputs.roots).toEqual([{ kind: 'files', path: '' }]);
  });

  test('names with control characters, backslashes, blanks and non-ASCII are kept', async () => {
    const cwd = temporary({
      'k/new\nline.yaml': '1',
      'k/back\\slash.yaml': '2',
      'k/ bl ank.yaml': '3',
      'k/ü😀.yaml': '4',
      'k/\u001b[31m.yaml': '5',
    });
    const inputs = await collect(cwd, ['k']);
    expect(inputs.entries.map((it) => [it.path, textOf(inputs, it)])).toEqual([
      ['k/\u001b[31m.yaml', '5'],
      ['k/ bl ank.yaml', '3'],
      ['k/back\\slash.yaml', '2'],
      ['k/new\nline.yaml', '1'],
      ['k/ü😀.yaml', '4'],
    ]);
  });

  test('a name that is not UTF-8 is a problem, beside the others', async () => {
    const cwd = temporary({ 'k/a.yaml': 'a: b' });
    writeFileSync(Buffer.concat([Buffer.from(join(cwd, 'k/')), Buffer.from([0xff]), Buffer.from('.yaml')]), 'x: y');
    const inputs = await collect(cwd, ['k']);
    expect(inputs.entries.map((it) => textOf(inputs, it))).toEqual([
      'a: b',
      'problem: its name is not UTF-8, so it cannot be opened',
    ]);
  });

  test('empty folders', async () => {
    const cwd = temporary({ 'k/readme.md': '' });
    expect((await collect(cwd, ['k'])).nothing).toBe('no .yaml, .yml or .json file in "k"');
    expect((await collect(cwd, [])).nothing).toBe('no path was given');
  });
});

describe('the same file twice', () => {
  test('by other ways of writing its path, and by links', async () => {
    const cwd = temporary({ 'k/a.yaml': '', 'k/b.yaml': '' });
    symlinkSync('k/a.yaml', join(cwd, 'link.yaml'));
    symlinkSync('k', join(cwd, 'kk'));
    expect(paths(await collect(cwd, ['k/a.yaml', './k/a.yaml', 'link.yaml', join(cwd, 'k/a.yaml'), 'kk/a.yaml']))).toEqual([
      'k/a.yaml',
    ]);
    expect(paths(await collect(cwd, ['link.yaml', 'k', 'kk', 'k/b.yaml']))).toEqual(['k/a.yaml', 'k/b.yaml']);
  });

  test('nested folders are one root, however they are ordered', async () => {
    const cwd = temporary({ 'k/a.yaml': '', 'k/in/b.yaml': '', 'other/c.yaml': '' });
    for (const args of [
      ['k', 'k/in', 'other'],
      ['k/in', 'k', 'other'],
      ['k/in', 'k/', './k', 'other', 'k/in/b.yaml'],
    ]) {
      const inputs = await collect(cwd, args);
      expect(inputs.entries.map((it) => [it.path, inputs.roots[it.root]?.path])).toEqual([
        ['k/a.yaml', 'k'],
        ['k/in/b.yaml', 'k'],
        ['other/c.yaml', 'other'],
      ]);
    }
  });

  test('a file of a folder that the walk passes over belongs to the folder', async () => {
    const cwd = temporary({ 'k/a.yaml': '', 'k/.x/b.yaml': '', 'c.yaml': '' });
    const inputs = await collect(cwd, ['c.yaml', 'k/.x/b.yaml', 'k']);
    expect(inputs.entries.map((it) => [it.path, inputs.roots[it.root]])).toEqual([
      ['k/a.yaml', { kind: 'folder', path: 'k' }],
      ['c.yaml', { kind: 'files', path: '' }],
      ['k/.x/b.yaml', { kind: 'folder', path: 'k' }],
    ]);
  });

  test('entries are found by any of their names', async () => {
    const cwd = temporary({ 'k/a.yaml': '', 'b.yaml': '' });
    symlinkSync('k', join(cwd, 'kk'));
    const inputs = await collect(cwd, ['k']);
    for (const name of ['k/a.yaml', './k/a.yaml', 'kk/a.yaml', join(cwd, 'k/a.yaml')])
      expect(inputs.find(name)?.path).toBe('k/a.yaml');
    expect(inputs.find('b.yaml')).toBeUndefined();
    expect(inputs.beyond('b.yaml')).toMatchObject({ path: 'b.yaml', root: -1 });
    expect(textOf(inputs, inputs.beyond('b.yaml'))).toBe('');
    expect([inputs.beyond('none.yaml'), inputs.beyond('k'), inputs.beyond('b.yaml/x')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([inputs.exists('k'), inputs.exists('b.yaml'), inputs.exists('none')]).toEqual([true, true, false]);
  });
});

describe('symbolic links', () => {
  test('circles end, and each file is read once', async () => {
    const cwd = temporary({ 'k/a/x.yaml': '1', 'k/b/y.yaml': '2', 'out/z.yaml': '3' });
    symlinkSync('..', join(cwd, 'k/a/up'));
    symlinkSync('../a', join(cwd, 'k/b/over'));
    symlinkSync('../out', join(cwd, 'k/out'));
    symlinkSync('loop', join(cwd, 'k/loop'));
    symlinkSync('a/x.yaml', join(cwd, 'k/0.yaml'));
    const inputs = await collect(cwd, ['k']);
    expect(inputs.entries.map((it) => [it.path, textOf(inputs, it)])).toEqual([
      ['k/a/x.yaml', '1'],
      ['k/b/y.yaml', '2'],
      ['k/out/z.yaml', '3'],
    ]);
    expect(inputs.problems).toEqual([]);
  });

  test('a link by which alone a file is reached is its name', async () => {
    const cwd = temporary({ 'k/b.yaml': '', 'data/v1/x.yaml': 'x' });
    symlinkSync('../data/v1/x.yaml', join(cwd, 'k/a.yaml'));
    const inputs = await collect(cwd, ['k']);
    expect(paths(inputs)).toEqual(['k/a.yaml', 'k/b.yaml']);
    expect(textOf(inputs, inputs.entries[0])).toBe('x');
  });

  test('a link to nowhere', async () => {
    const cwd = temporary({ 'k/a.yaml': '' });
    symlinkSync('missing', join(cwd, 'k/gone.yaml'));
    symlinkSync('missing', join(cwd, 'k/gone'));
    symlinkSync('me@host.123', join(cwd, 'k/.#a.yaml'));
    symlinkSync('round.yaml', join(cwd, 'k/round.yaml'));
    const inputs = await collect(cwd, ['k', 'k/gone.yaml']);
    expect(inputs.problems).toEqual([
      { path: 'k/gone.yaml', why: 'symbolic link: no such file or folder', level: 'error' },
      { path: 'k/gone.yaml', why: 'symbolic link: no such file or folder', level: 'error' },
      { path: 'k/round.yaml', why: 'symbolic link: symbolic links lead in a circle', level: 'error' },
    ]);
    expect(paths(inputs)).toEqual(['k/a.yaml']);
  });
});

describe('what cannot be read is a problem beside the other files', () => {
  test('paths that are not there', async () => {
    const cwd = temporary({ 'a.yaml': '' });
    const inputs = await collect(cwd, ['nope', 'a.yaml', 'a.yaml/b', '', 'x'.repeat(300), 'nul\0nul']);
    expect(paths(inputs)).toEqual(['a.yaml']);
    expect(inputs.problems).toEqual([
      { path: 'nope', why: 'no such file or folder', level: 'error' },
      { path: 'a.yaml/b', why: 'a part of the path is not a folder', level: 'error' },
      { path: '', why: 'no such file or folder', level: 'error' },
      { path: 'x'.repeat(300), why: 'the name is too long', level: 'error' },
      { path: 'nul\0nul', why: 'no such file or folder', level: 'error' },
    ]);
  });

  test('files and folders without permission', async () => {
    const cwd = temporary({ 'k/a.yaml': 'a', 'k/closed.yaml': 'b', 'k/shut/c.yaml': 'c' });
    chmodSync(join(cwd, 'k/closed.yaml'), 0);
    chmodSync(join(cwd, 'k/shut'), 0);
    const inputs = await collect(cwd, ['k']);
    const read = inputs.entries.map((it) => textOf(inputs, it));
    chmodSync(join(cwd, 'k/shut'), 0o755);
    // Nothing is closed to root.
    if (isRoot) expect([read, inputs.problems]).toEqual([['a', 'b', 'c'], []]);
    else {
      expect(read).toEqual(['a', 'problem: permission denied']);
      expect(inputs.problems).toEqual([{ path: 'k/shut', why: 'permission denied', level: 'error' }]);
    }
  });

  test('what vanishes, or becomes something else, between the walk and the reading', async () => {
    const cwd = temporary({ 'k/a.yaml': 'a', 'k/b.yaml': 'b', 'k/c.yaml': 'c', 'k/d/e.yaml': 'e', 'k/f.yaml': 'f' });
    const inputs = await collect(cwd, ['k']);
    unlinkSync(join(cwd, 'k/b.yaml'));
    unlinkSync(join(cwd, 'k/c.yaml'));
    put(cwd, { 'k/c.yaml/x': '' });
    rmSync(join(cwd, 'k/d'), { recursive: true });
    put(cwd, { 'k/d': 'a file' });
    const gone = 'problem: it was there and is no longer';
    expect(inputs.entries.map((it) => textOf(inputs, it))).toEqual(['a', gone, 'problem: is a folder', gone, 'f']);
  });

  test('binary files', async () => {
    const cwd = temporary({ 'k/a.yaml': 'a: b', 'k/b.json': Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1]) });
    const inputs = await collect(cwd, ['k']);
    expect(inputs.read(inputs.entries[1]!)).toEqual({
      path: 'k/b.json',
      why: 'holds NUL bytes: a binary file, or UTF-16 without a byte order mark',
      level: 'error',
    });
  });

  test('files beyond the limit', async () => {
    const cwd = temporary({ 'a.yaml': 'x'.repeat(1025), 'b.yaml': 'x'.repeat(1024), 'c.yaml': 'x'.repeat(6 * 1024 * 1024) });
    const inputs = await collect(cwd, ['.'], { maxBytes: 1024 });
    const read = inputs.entries.map((it) => textOf(inputs, it));
    expect(read[0]).toMatch(/^problem: 0\.0 MB, more than the 0\.0 MB that are read of one file$/);
    expect(read[1]).toHaveLength(1024);
    expect(read[2]).toMatch(/^problem: 6\.0 MB, more/);
  });

  test.skipIf(process.platform === 'win32')('pipes, sockets and devices of a folder are passed over, and said', async () => {
    const cwd = temporary({ 'k/a.yaml': 'a: b' });
    execFileSync('mkfifo', [join(cwd, 'k/pipe.yaml'), join(cwd, 'k/pipe')]);
    symlinkSync('/dev/null', join(cwd, 'k/null.yaml'));
    const server = createServer();
    await new Promise<void>((done) => server.listen(join(cwd, 'k/socket.yaml'), done));
    const inputs = await collect(cwd, ['k']);
    const named = await collect(cwd, ['k/socket.yaml']);
    const read = textOf(named, named.entries[0]);
    await new Promise((done) => server.close(done));
    expect(paths(inputs)).toEqual(['k/a.yaml']);
    expect(inputs.problems).toEqual([
      { path: 'k/pipe.yaml', why: 'a named pipe: skipped', level: 'note' },
      { path: 'k/socket.yaml', why: 'a socket: skipped', level: 'note' },
      { path: 'k/null.yaml', why: 'a device: skipped', level: 'note' },
    ]);
    expect(read).toBe('problem: nothing is at the other end');
  });
});

describe('streams', () => {
  test.skipIf(!existsSync('/dev/fd'))('an open descriptor by its name, as process substitution gives it', async () => {
    const cwd = temporary({ 'a.yaml': 'a: b\n' });
    const descriptor = openSync(join(cwd, 'a.yaml'), 'r');
    const inputs = await collect(cwd, [`/dev/fd/${descriptor}`]);
    expect(textOf(inputs, inputs.entries[0])).toBe('a: b\n');
    closeSync(descriptor);
  });

  test.skipIf(process.platform === 'win32')('a named pipe that is named is read to its end', async () => {
    const cwd = temporary();
    const pipe = join(cwd, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const writer = spawn('sh', ['-c', 'yes "a: b" | head -n 50000 > "$0"', pipe], { stdio: 'ignore' });
    const ended = new Promise((done) => writer.on('close', done));
    const inputs = await collect(cwd, ['pipe']);
    expect(paths(inputs)).toEqual(['pipe']);
    expect(textOf(inputs, inputs.entries[0])).toBe('a: b\n'.repeat(50_000));
    await ended;
  });

  test('standard input, under its name', async () => {
    const cwd = temporary({ 'in.yaml': '\uFEFFa: b\n', 'b.yaml': '' });
    const stdin = openSync(join(cwd, 'in.yaml'), 'r');
    const inputs = await collect(cwd, ['-', 'b.yaml', '-'], { stdin, stdinFilename: 'k/shown.yaml' });
    expect(inputs.entries.map((it) => [it.path, it.stdin, inputs.roots[it.root]?.kind])).toEqual([
      ['k/shown.yaml', true, 'stdin'],
      ['b.yaml', false, 'files'],
    ]);
    expect(inputs.read(inputs.entries[0]!)).toEqual({ file: { path: 'k/shown.yaml', text: 'a: b\n' }, encoding: 'utf-8' });
    closeSync(stdin);
    expect(paths(await collect(cwd, ['-']))).toEqual(['<stdin>']);
  });

  test('standard input that is empty, a folder, or too long', async () => {
    const cwd = temporary({ 'empty.yaml': '', 'long.yaml': 'x'.repeat(5000) });
    const read = async (path: string, options: Omit<InputOptions, 'cwd'> = {}) => {
      const stdin = openSync(join(cwd, path), 'r');
      const inputs = await collect(cwd, ['-'], { stdin, ...options });
      const text = textOf(inputs, inputs.entries[0]);
      closeSync(stdin);
      return text;
    };
    expect(await read('empty.yaml')).toBe('');
    expect(await read('.')).toBe('problem: is a folder');
    expect(await read('long.yaml', { maxBytes: 4999 })).toMatch(/^problem: .*more than/);
  });
});

describe('globs', () => {
  const files = {
    'a/x.yaml': '',
    'a/y.json': '',
    'a/readme.md': '',
    'a/t.tpl': '',
    'b/c/z.yml': '',
    'node_modules/m/n.yaml': '',
    '.dot/d.yaml': '',
  };

  test('match files and folders', async () => {
    const cwd = temporary(files);
    expect(paths(await collect(cwd, ['**/*.y{a,}ml']))).toEqual(['a/x.yaml', 'b/c/z.yml']);
    expect(paths(await collect(cwd, ['a/*']))).toEqual(['a/x.yaml', 'a/y.json']);
    expect(paths(await collect(cwd, ['a/*.tpl']))).toEqual(['a/t.tpl']);
    const folders = await collect(cwd, ['[ab]']);
    expect(paths(folders)).toEqual(['a/x.yaml', 'a/y.json', 'b/c/z.yml']);
    expect(folders.roots.map((it) => it.path)).toEqual(['a', 'b']);
    expect(paths(await collect(cwd, [`${cwd}/a/*.yaml`]))).toEqual(['a/x.yaml']);
  });

  test('pass over what is ignored, unless they name it', async () => {
    const cwd = temporary({ ...files, '.git/HEAD': '', '.gitignore': 'b/\n*.json\n' });
    expect(paths(await collect(cwd, ['**/*.{yaml,yml,json}']))).toEqual(['a/x.yaml']);
    expect(paths(await collect(cwd, ['b/**/*.yml']))).toEqual(['b/c/z.yml']);
    expect(paths(await collect(cwd, ['node_modules/**/*.yaml', '.dot/*.yaml']))).toEqual([
      'node_modules/m/n.yaml',
      '.dot/d.yaml',
    ]);
    expect(paths(await collect(cwd, ['**/*.{yaml,yml,json}'], { ignore: false }))).toEqual([
      '.dot/d.yaml',
      'a/x.yaml',
      'a/y.json',
      'b/c/z.yml',
      'node_modules/m/n.yaml',
    ]);
  });

  test('without a match are a problem', async () => {
    const cwd = temporary(files);
    const inputs = await collect(cwd, ['q/*.yaml', 'a/*.md', 'a/[', '{', 'a/x.yaml']);
    expect(inputs.problems.map((it) => it.why)).toEqual([
      'no file matches "q/*.yaml"',
      'no file matches "a/["',
      'no file matches "{"',
    ]);
    expect(paths(inputs)).toEqual(['a/readme.md', 'a/x.yaml']);
  });

  test('a file that is there is no pattern', async () => {
    const cwd = temporary({ 'a[1].yaml': '1', 'a1.yaml': '2' });
    expect(paths(await collect(cwd, ['a[1].yaml']))).toEqual(['a[1].yaml']);
  });
});

describe('what is ignored', () => {
  test('dependencies and dot folders, but not dot files', async () => {
    const cwd = temporary({
      'a.yaml': '',
      '.b.yaml': '',
      'node_modules/c.yaml': '',
      'x/vendor/d.yaml': '',
      '.github/e.yaml': '',
    });
    const inputs = await collect(cwd, ['.']);
    expect(paths(inputs)).toEqual(['.b.yaml', 'a.yaml']);
    expect(inputs.ignored).toBe(3);
    expect(paths(await collect(cwd, ['.'], { ignore: false }))).toHaveLength(5);
    expect(paths(await collect(cwd, ['.github', 'x/vendor']))).toEqual(['.github/e.yaml', 'x/vendor/d.yaml']);
  });

  test('.gitignore, within a work tree only', async () => {
    const files = {
      '.gitignore': 'build/\n*.tmp.yaml\n/only-top.yaml\n',
      'a.yaml': '',
      'b.tmp.yaml': '',
      'only-top.yaml': '',
      'k/only-top.yaml': '',
      'k/build/c.yaml': '',
    };
    const outside = temporary(files);
    expect(paths(await collect(outside, ['.']))).toHaveLength(5);
    const cwd = temporary({ ...files, '.git/HEAD': '' });
    const inputs = await collect(cwd, ['.']);
    expect(paths(inputs)).toEqual(['a.yaml', 'k/only-top.yaml']);
    expect(inputs.ignored).toBe(3);
    expect(paths(await collect(cwd, ['.'], { ignore: false }))).toHaveLength(5);
    expect((await collect(cwd, ['k/build'])).entries).toHaveLength(1);
    put(cwd, { 'empty/x.tmp.yaml': '' });
    expect((await collect(cwd, ['empty'])).nothing).toBe(
      'no .yaml, .yml or .json file in "empty"; 1 ignored (--no-ignore takes them)',
    );
  });

  test('nested ones: the innermost word counts, and what lies under an ignored folder stays ignored', async () => {
    const cwd = temporary({
      '.git/HEAD': '',
      '.gitignore': '*.gen.yaml\nout/\n',
      'k/.gitignore': '!keep.gen.yaml\nsecret.yaml\n',
      'k/keep.gen.yaml': '',
      'k/drop.gen.yaml': '',
      'k/secret.yaml': '',
      'secret.yaml': '',
      'out/.gitignore': '!*\n',
      'out/a.yaml': '',
      'k/Case.GEN.yaml': '',
    });
    expect(paths(await collect(cwd, ['.']))).toEqual(['k/Case.GEN.yaml', 'k/keep.gen.yaml', 'secret.yaml']);
    expect(paths(await collect(cwd, ['k']))).toEqual(['k/Case.GEN.yaml', 'k/keep.gen.yaml']);
    expect(paths(await collect(cwd, ['out']))).toEqual(['out/a.yaml']);
  });

  test('git agrees', async () => {
    const names = [
      'a.yaml',
      'b/a.yaml',
      'b/c/a.yaml',
      'b/c/d/a.yaml',
      'x.yaml',
      'b/x.yaml',
      'foo bar.yaml',
      'b/foo.yaml',
      'c/foo/a.yaml',
      '#c.yaml',
      '!d.yaml',
    ];
    const rules = [
      '/a.yaml\n',
      'b/**/a.yaml\n',
      '**/c/\n',
      'foo*\n',
      '*.yaml\n!x.yaml\n',
      '\\#c.yaml\n\\!d.yaml\n',
      'b/*\n!b/c\n',
      '# c\n\n  \nx.yaml \n',
      'c\n!c/foo\n',
    ];
    for (const rule of rules) {
      const cwd = temporary({ '.gitignore': rule, ...Object.fromEntries(names.map((it) => [it, ''])) });
      execFileSync('git', ['init', '-q'], { cwd });
      const listed = execFileSync('git', ['ls-files', '-z', '--others', '--exclude-standard'], { cwd, encoding: 'utf8' });
      const expected = listed.split('\0').filter((it) => it.endsWith('.yaml'));
      expect(paths(await collect(cwd, ['.'])).sort(), rule).toEqual(expected.sort());
    }
  });

  test('a work tree within the work tree has rules of its own', async () => {
    const cwd = temporary({
      '.git/HEAD': '',
      '.gitignore': 'x.yaml\n',
      'sub/.git': 'gitdir: ../.git/modules/sub\n',
      'sub/x.yaml': '',
      'x.yaml': '',
    });
    expect(paths(await collect(cwd, ['.']))).toEqual(['sub/x.yaml']);
  });
});

describe('many and large', () => {
  test('a file of 50 MB', async () => {
    const text = configMap('big') + `data:\n${'  key: "some value of a usual length, to fill it up"\n'.repeat(900_000)}`;
    const cwd = temporary({ 'big.yaml': text });
    const inputs = await collect(cwd, ['big.yaml']);
    const before = process.cpuUsage();
    const read = textOf(inputs, inputs.entries[0]);
    const { user, system } = process.cpuUsage(before);
    expect(read.length).toBe(text.length);
    expect(text.length).toBeGreaterThan(45_000_000);
    expect((user + system) / 1000).toBeLessThan(1500);
  });

  test('ten thousand files', async () => {
    const files: Record<string, string> = {};
    for (let i = 0; i < 10_000; i++) files[`k/${i % 100}/${i}.yaml`] = 'a: b\n';
    const cwd = temporary({ ...files, '.git/HEAD': '', '.gitignore': '*.log\n/dist\nnode_modules/\n' });
    const before = process.cpuUsage();
    const inputs = await collect(cwd, ['k']);
    let length = 0;
    for (const entry of inputs.entries) length += textOf(inputs, entry).length;
    const { user, system } = process.cpuUsage(before);
    expect(length).toBe(50_000);
    expect((user + system) / 1000).toBeLessThan(5000);
  });

  test('a deep tree', async () => {
    const deep = Array.from({ length: 400 }, () => 'd').join('/');
    const cwd = temporary({ [`${deep}/a.yaml`]: 'a: b' });
    const inputs = await collect(cwd, ['d']);
    expect(inputs.entries.map((it) => textOf(inputs, it))).toEqual(['a: b']);
  });
});
