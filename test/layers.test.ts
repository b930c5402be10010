import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = path.resolve(fileURLToPath(import.meta.url), '../..');

/**
 * What each room may import: other rooms (or single files of src/), packages, and modules of Node. `types` after a name: types only.
 * The table in ARCHITECTURE.md is this one in words. A room may always import itself.
 */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  // Text, and nothing of Kubernetes.
  source: ['node', 'glob', 'ignore', 'yaml'],
  // The API as data. It reads its own data files.
  api: ['source/path.ts', 'source/flat-text.ts', 'node:fs', 'node:zlib', 're2js'],
  cluster: ['source', 'api', 'kubernetes-types types'],
  // The components do not know each other: what one says never depends on another's code.
  apiserver: ['source', 'api', 'cluster'],
  scheduler: ['source', 'api', 'cluster'],
  kubelet: ['source', 'api', 'cluster'],
  // Where one component needs what another made of a Pod first: admission before the scheduler.
  'outlook.ts': ['source', 'api', 'cluster', 'apiserver', 'scheduler'],
  // The door for rules, and the only one.
  'rule.ts': ['outlook.ts', 'source', 'api', 'cluster', 'apiserver', 'scheduler', 'kubelet', 'report types'],
  rules: ['rule.ts'],
  config: ['source', 'api', 'report types', 'rule.ts types', 'node', 'ajv', 'ignore'],
  // Of the rules it knows the generated registry alone (below).
  lint: ['source', 'api', 'cluster', 'apiserver', 'config', 'report types', 'rule.ts types', 'node', 'diff'],
  // Pure functions from a report to a text: nothing of what made the report.
  report: ['picocolors', 'sarif types'],
  'judge.ts': ['source', 'api', 'cluster', 'apiserver types', 'config', 'lint', 'report types', 'rule.ts types'],
  'run.ts': ['source', 'cluster types', 'config', 'lint', 'judge.ts', 'report types', 'rule.ts types'],
  'index.ts': ['source', 'api', 'config types', 'lint', 'judge.ts', 'report', 'rule.ts types', 'commands/version.ts'],
  // Threads that run the whole pipeline but its end.
  parallel: ['source', 'config', 'lint', 'judge.ts', 'run.ts', 'node'],
  commands: [
    'source',
    'api',
    'cluster',
    'config',
    'lint',
    'report',
    'rule.ts types',
    'run.ts',
    'parallel',
    'index.ts',
    'node',
    'diff',
    'picocolors',
  ],
  'cli.ts': ['commands/main.ts', 'parallel/peer.ts', 'node:fs', 'node:path'],
  'action.ts': ['commands', 'config', 'lint', 'report', 'run.ts', 'node', '@actions/core'],
};

/** Single files that may do what their room may not. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  // Written by scripts/generate.mjs.
  'src/lint/registry.ts': ['rules'],
  // Fixing is running again, on what the last round has made of the texts.
  'src/lint/fix.ts': ['run.ts'],
};

interface Import {
  readonly from: string;
  /** Of the room or the package: `source`, `rule.ts`, `yaml`, `node`. */
  readonly to: string;
  /** The file, or the specifier. */
  readonly what: string;
  readonly types: boolean;
}

const files = [...filesBelow('src'), ...filesBelow('rules')];

function filesBelow(folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(name) : name.endsWith('.ts') ? [name] : [];
  });
}

/** The code of a file, without comments. */
function codeOf(file: string): string {
  return readFileSync(path.join(root, file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '$1');
}

function roomOf(file: string): string {
  const [first, ...rest] = file.split('/');
  return first === 'rules' ? 'rules' : rest[0]!;
}

const STATEMENT = /^\s*(?:import|export)\s+(type\s)?([\w*\s{},]*?)\s*(?:from\s*)?'([^']+)'/gm;
const DYNAMIC = /\bimport\(\s*'([^']+)'\s*\)/g;

function importsOf(file: string): Import[] {
  const code = codeOf(file);
  const statements = [...code.matchAll(STATEMENT)].map((match) => {
    const names = /\{([^}]*)\}/
      .exec(match[2]!)?.[1]
      ?.split(',')
      .filter((name) => name.trim() !== '');
    const onlyTypes = names?.every((name) => name.trim().startsWith('type ')) === true;
    return { specifier: match[3]!, types: match[1] !== undefined || onlyTypes };
  });
  const dynamic = [...code.matchAll(DYNAMIC)].map((match) => ({ specifier: match[1]!, types: false }));
  return [...statements, ...dynamic].map(({ specifier, types }) => {
    if (!specifier.startsWith('.')) {
      const to = specifier.startsWith('node:')
        ? 'node'
        : specifier
            .split('/')
            .slice(0, specifier.startsWith('@') ? 2 : 1)
            .join('/');
      return { from: file, to, what: specifier, types };
    }
    const target = path.posix.normalize(`${path.posix.dirname(file)}/${specifier}`);
    return { from: file, to: roomOf(target), what: target.replace(/^src\//, ''), types };
  });
}

const imports = files.flatMap(importsOf);

function allowed({ from, to, what, types }: Import): boolean {
  const room = roomOf(from);
  if (to === room) return true;
  return [...(LAYERS[room] ?? []), ...(EXCEPTIONS[from] ?? [])].some((entry) => {
    const [name, only] = entry.split(' ');
    return (name === to || name === what) && (only !== 'types' || types);
  });
}

describe('layers', () => {
  it('finds the import statements', () => {
    // Whatever else is wrong with this test, it reads something.
    for (const file of files.filter((name) => name.startsWith('rules/'))) expect(importsOf(file), file).not.toEqual([]);
    const literals = files.flatMap((file) =>
      [...codeOf(file).matchAll(/'(\.\.?\/[^']+\.ts)'/g)].map((match) => `${file} ${match[1]}`),
    );
    const found = imports.filter(({ what }) => what.endsWith('.ts')).length;
    expect(found).toBe(literals.length);
  });

  it('know every room', () => {
    expect([...new Set(files.map(roomOf))].filter((room) => !(room in LAYERS))).toEqual([]);
  });

  it.each(Object.keys(LAYERS))('%s imports only what it may', (room) => {
    const wrong = imports.filter((one) => roomOf(one.from) === room && !allowed(one));
    expect(wrong.map(({ from, what, types }) => `${from}: ${what}${types ? ' (types)' : ''}`)).toEqual([]);
  });

  it('say nothing that is not so', () => {
    const unused = Object.entries(LAYERS).flatMap(([room, entries]) =>
      entries
        .filter((entry) => {
          const name = entry.split(' ')[0];
          return !imports.some((one) => roomOf(one.from) === room && (one.to === name || one.what === name));
        })
        .map((entry) => `${room}: ${entry}`),
    );
    // A room that may ask another one need not do so on every day; a package that is not used is no dependency.
    const rooms = new Set([...Object.keys(LAYERS), 'node']);
    expect(unused.filter((line) => !rooms.has(line.split(': ')[1]!.split(' ')[0]!.split(/[/:]/)[0]!))).toEqual([]);
  });

  it('lead one way', () => {
    const below = (room: string, seen: readonly string[]): void => {
      if (seen.includes(room)) throw new Error([...seen, room].join(' → '));
      for (const entry of LAYERS[room] ?? []) {
        const [name, only] = entry.split(' ');
        if (name !== undefined && name in LAYERS && only !== 'types') below(name, [...seen, room]);
      }
    };
    for (const room of Object.keys(LAYERS)) expect(() => below(room, [])).not.toThrow();
  });

  it('let lint know the rules by their registry alone', () => {
    const importers = imports.filter(({ to, from }) => to === 'rules' && roomOf(from) !== 'rules').map(({ from }) => from);
    expect([...new Set(importers)]).toEqual(['src/lint/registry.ts']);
  });

  it('let cli.ts and action.ts alone touch the process', () => {
    const users = files.filter(
      (file) => /(?<![\w.])process\s*[.[]/.test(codeOf(file)) || codeOf(file).includes("'node:process'"),
    );
    expect(users.sort()).toEqual(['src/action.ts', 'src/cli.ts']);
    expect(files.filter((file) => /(?<![\w.])console\s*\./.test(codeOf(file)))).toEqual([]);
  });

  it('let action.ts alone import @actions/core', () => {
    expect(imports.filter(({ to }) => to.startsWith('@actions/')).map(({ from }) => from)).toEqual(['src/action.ts']);
  });
});

describe('ARCHITECTURE.md', () => {
  const page = readFileSync(path.join(root, 'ARCHITECTURE.md'), 'utf8');
  const { devDependencies, dependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
    dependencies?: Record<string, string>;
  };

  it('gives a reason for every dependency, and for no other', () => {
    const table = page.slice(page.indexOf('## Dependencies'));
    const cells = [...table.matchAll(/^\| ([^|]+) \|/gm)].map((match) => match[1]!);
    const listed = cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]!));
    expect(listed.sort()).toEqual(Object.keys(devDependencies).sort());
  });

  it('is right that nothing is installed with the package', () => {
    expect(dependencies ?? {}).toEqual({});
  });

  it('names every room', () => {
    const rooms = Object.keys(LAYERS).filter((room) => !room.endsWith('.ts'));
    for (const room of rooms) expect(page, room).toContain(`${room}/`);
  });
});
