// Makes dist/: the command line (cli.js starts main.cjs, one minified bundle), index.mjs is the library, one file (CommonJS) for the GitHub Action, the data and the
// packages that only some runs need beside them, and the types.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { makePacks } from './packs.mjs';

const root = path.resolve(fileURLToPath(import.meta.url), '../..');
process.chdir(root);
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
rmSync('dist', { recursive: true, force: true });
mkdirSync('dist');
const common = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20.19',
  legalComments: 'none',
  define: { PODLINT_VERSION: JSON.stringify(version), PODLINT_BUILD: JSON.stringify(digestOfSources()) },
  logLevel: 'warning',
};
/** What is CommonJS is required, whose names an import() would not see. */
const REQUIRED = { 'dynamic-import': false };
const commonJs = { format: 'cjs', define: { ...common.define, 'import.meta.dirname': '__dirname' } };

// A package that is imported with import() is needed by few runs: it becomes a file of its own, so that the others do not even read it.
// So does a part of ours, which shares nothing with the rest that has a state.
const lazyPackages = new Map();
const PARTS = { './cel/index.ts': 'src/apiserver/cel/index.ts' };
const lazyFrom = (folder) => ({
  name: 'lazy-packages',
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ kind, path: name }) => {
      if (kind !== 'dynamic-import' || name.startsWith('node:')) return undefined;
      if (name.startsWith('.') && PARTS[name] === undefined) return undefined;
      const file = `${(PARTS[name] ?? name)
        .replace(/^src\//, '')
        .replace(/\/index\.ts$/, '')
        .replaceAll('/', '-')}.cjs`;
      lazyPackages.set(file, PARTS[name] === undefined ? name : `./${PARTS[name]}`);
      return { path: `${folder}${file}`, external: true };
    });
  },
});
const lazy = lazyFrom('./lib/');
/** picocolors asks process.stdout whether there is colour, which loads all of Node's streams. Here src/report/color.ts has decided. */
const decidedColour = {
  name: 'decided-colour',
  setup({ onLoad }) {
    onLoad({ filter: /picocolors\.js$/ }, ({ path: file }) => {
      const text = readFileSync(file, 'utf8');
      const contents = text.replace('(p.stdout || {}).isTTY', 'false');
      if (contents === text) throw new Error('picocolors no longer asks as it did: look whether it still touches process.stdout');
      return { contents, loader: 'js' };
    });
  },
};
/** What few runs need and is not asked for by an import(): kinds that are seldom in a repository, YAML that few write, the Nodes of a cluster. */
const LATER = {
  'more-kinds': [
    ...[
      'resource-slice',
      'device-claims',
      'admission-policies',
      'flow-control',
      'storage',
      'endpoints',
      'job-policies',
      'certificates',
    ],
    ...['persistent-volume', 'admission-webhooks', 'node', 'event', 'api-service', 'runtime-class', 'scheduling', 'limit-range'],
    ...['replication-controller', 'storage-migration', 'controller-revision', 'coordination', 'resource-quota'],
  ].map((name) => `src/apiserver/validate/${name}.ts`),
  'custom-kinds': [
    ...['src/apiserver/validate/custom-resource-definition.ts', 'src/apiserver/warnings/extensions.ts'],
    'src/apiserver/custom.ts',
  ],
  'exact-yaml': [
    'src/source/yaml/parser.ts',
    'src/source/yaml/decode.ts',
    'src/source/yaml/json.ts',
    'src/source/yaml/node-places.ts',
  ],
  charts: ['src/source/template-text.ts'],
  kustomize: ['src/source/kustomize-closure.ts'],
  scheduling: ['src/scheduler/place.ts', 'src/scheduler/capacity.ts', 'src/scheduler/explain.ts'],
};
const packs = await makePacks(
  { ...common, define: commonJs.define, plugins: [lazy, decidedColour] },
  'src/cli.ts',
  {
    main: ['src/cli.ts', 'src/commands/lint.ts', 'src/commands/memory.ts'],
    judging: ['src/commands/judging.ts', ...['pretty', 'unix', 'json', 'github'].map((format) => `src/report/${format}.ts`)],
  },
  LATER,
);
for (const [name, text] of packs) {
  // What is read as Latin-1 (scripts/loader.cjs) must be ASCII.
  if (/[^\0-\x7f]/.test(text)) throw new Error(`the pack ${name} is not ASCII`);
  mkdirSync('dist/lib', { recursive: true });
  writeFileSync(name === 'main' ? 'dist/main.cjs' : `dist/lib/${name}.cjs`, text);
}
// CommonJS, since the loader of ES modules alone costs a tenth of the start.
writeFileSync('dist/package.json', '{"type":"commonjs"}\n');
await build({ ...common, entryPoints: ['scripts/loader.cjs'], outfile: 'dist/cli.js', bundle: false });
chmodSync('dist/cli.js', 0o755);
await build({
  ...common,
  entryPoints: ['src/index.ts'],
  outfile: 'dist/index.mjs',
  format: 'esm',
  plugins: [lazy],
  supported: REQUIRED,
  banner: { js: "import{createRequire as podlintRequire}from'node:module';const require=podlintRequire(import.meta.url);" },
});
for (const [file, name] of lazyPackages) {
  await build({
    ...common,
    stdin: { contents: `module.exports = require(${JSON.stringify(name)});`, resolveDir: root },
    outfile: `dist/lib/${file}`,
    format: 'cjs',
    plugins: [lazyFrom('./')],
    supported: REQUIRED,
  });
}
await build({ ...common, ...commonJs, entryPoints: ['src/action.ts'], outfile: 'dist/action.cjs' });
cpSync('data', 'dist/data', { recursive: true });
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
keepTypesOf('dist/types/src/index.d.ts');
for (const file of ['cli.js', 'main.cjs', 'index.mjs', 'action.cjs'])
  console.log(`dist/${file} ${(statSync(`dist/${file}`).size / 1000).toFixed(0)} kB`);

/** Of all that the program is made of: another digest, and nothing that an earlier build has kept is used. */
function digestOfSources() {
  const hash = createHash('sha256');
  const names = ['package.json', 'package-lock.json', 'scripts/build.mjs', 'scripts/packs.mjs', 'scripts/loader.cjs'].filter(
    (name) => existsSync(name),
  );
  for (const folder of ['src', 'rules', 'data'])
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) names.push(path.posix.join(entry.parentPath.split(path.sep).join('/'), entry.name));
  for (const name of names.sort()) {
    const bytes = readFileSync(name);
    hash.update(`${name} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest('hex').slice(0, 32);
}

/** Of all the types that the compiler writes, those that the library's can be read with: the others would only be downloaded. */
function keepTypesOf(entry) {
  const kept = new Set([entry]);
  for (const file of kept) {
    for (const [, name] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g))
      kept.add(path.posix.join(path.posix.dirname(file), name.replace(/(?:\.d)?\.[jt]s$/, '.d.ts')));
  }
  for (const { parentPath, name } of readdirSync('dist/types', { recursive: true, withFileTypes: true }).filter((it) =>
    it.isFile(),
  )) {
    const file = path.posix.join(parentPath.split(path.sep).join('/'), name);
    if (!kept.has(file)) rmSync(file);
  }
}
