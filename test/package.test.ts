import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ran, ROOT, temporary } from './support/built.ts';

const inherited = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|GITHUB_|CI$|VITEST|NODE_OPTIONS$|NODE_ENV$)/.test(name)),
);

async function run(command: string, args: readonly string[], cwd: string): Promise<Ran> {
  const options = {
    cwd,
    env: { ...inherited, npm_config_update_notifier: 'false' },
    encoding: 'utf8' as const,
    timeout: 120_000,
  };
  try {
    const { stdout, stderr } = await promisify(execFile)(command, [...args], options);
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: number; stdout?: string; stderr?: string };
    if (typeof code !== 'number') throw error;
    return { code, out: stdout, err: stderr };
  }
}

const MANIFEST = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: old\nspec:\n  prots: []\n';
/** Bytes. Whoever runs `npx podlint` downloads them. */
const LARGEST_TARBALL = 1_050_000;

describe('the npm package', () => {
  const definition = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;
  let place: { folder: string; remove: () => void };
  let tarball: string;

  beforeAll(() => {
    place = temporary();
    // dist/ is what the tests run on; packing must not build it anew under them.
    execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', place.folder], {
      cwd: ROOT,
      env: inherited,
    });
    const [name] = readdirSync(place.folder);
    tarball = path.join(place.folder, name!);
  }, 120_000);

  afterAll(() => place?.remove());

  it('runs nothing when it is installed, and brings nothing with it', () => {
    const hooks = Object.keys(definition['scripts'] ?? {}).filter((name) => /^(pre|post)?install$/.test(name));
    expect(hooks).toEqual([]);
    for (const kind of ['dependencies', 'optionalDependencies', 'peerDependencies', 'bundledDependencies'])
      expect(definition[kind], kind).toBeUndefined();
  });

  it('is small, and holds what it needs and no more', () => {
    const names = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((name) => name.replace(/^package\//, ''));
    const { size } = statSync(tarball);
    console.log(`${path.basename(tarball)}: ${Math.round(size / 1000)} kB, ${names.length} files`);
    expect(size).toBeLessThan(LARGEST_TARBALL);
    for (const name of [
      'package.json',
      'README.md',
      'LICENSE',
      'CHANGELOG.md',
      'dist/cli.js',
      'dist/main.cjs',
      'dist/index.mjs',
      'dist/types/src/index.d.ts',
      'schemas/podlint.schema.json',
      'schemas/report.schema.json',
    ])
      expect(names).toContain(name);
    expect(names.filter((name) => !/^(dist|schemas)\//.test(name)).sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'package.json',
    ]);
    expect(names).not.toContain('dist/action.cjs');
  });

  it('runs with npx from an empty folder', async () => {
    const { folder, remove } = temporary();
    try {
      const local = `./${path.relative(folder, tarball)}`;
      const version = await run('npx', ['--yes', local, '--version'], folder);
      expect(version.out, version.err).toContain(`podlint ${definition['version'] as unknown as string}`);
      writeFileSync(path.join(folder, 'svc.yaml'), MANIFEST);
      const linted = await run('npx', ['--yes', local, '--format', 'unix', '.'], folder);
      expect(linted.out).toContain('svc.yaml:6:3: error: ');
      expect(linted.code).toBe(1);
    } finally {
      remove();
    }
  }, 120_000);

  it('is a library with types', async () => {
    const { folder, remove } = temporary({
      'package.json': '{ "type": "module", "private": true }\n',
      'tsconfig.json': JSON.stringify({
        compilerOptions: {
          module: 'nodenext',
          target: 'es2022',
          strict: true,
          noEmit: true,
          skipLibCheck: false,
          types: [],
          noUncheckedIndexedAccess: true,
        },
        files: ['use.ts'],
      }),
      'use.ts': `import { type Finding, loadFormat, podlint, type Report } from 'podlint';
const report: Report = await podlint([{ path: 'svc.yaml', text: '${MANIFEST.replaceAll('\n', '\\n')}' }], { kubeVersion: '1.36', namespace: 'shop' });
const first: Finding | undefined = report.findings[0];
export const unix: string = (await loadFormat('unix'))(report, {});
export const line: number | undefined = first?.place.line;
// @ts-expect-error there is no such release
await podlint([], { kubeVersion: '1.2' });
`,
      'use.mjs': `import { loadFormat, podlint } from 'podlint';
const report = await podlint([{ path: 'svc.yaml', text: ${JSON.stringify(MANIFEST)} }]);
process.stdout.write((await loadFormat('unix'))(report, {}));
`,
    });
    try {
      mkdirSync(path.join(folder, 'node_modules'));
      const installed = await run('npm', ['install', '--no-audit', '--no-fund', '--silent', tarball], folder);
      expect(installed.code, installed.err).toBe(0);
      expect(readdirSync(path.join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['podlint']);
      const checked = await run(process.execPath, [path.join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.'], folder);
      expect(checked.out).toBe('');
      expect(checked.code).toBe(0);
      const used = await run(process.execPath, ['use.mjs'], folder);
      expect(used.out, used.err).toContain('svc.yaml:6:3: error: ');
    } finally {
      remove();
    }
  }, 120_000);
});
