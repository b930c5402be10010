// Makes dist/: one minified file for the command line, one for the library, one (CommonJS) for the GitHub Action, the data beside them, the types.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

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
  define: { PODLINT_VERSION: JSON.stringify(version) },
  logLevel: 'warning',
};
// A library inside may be CommonJS and call require for a module of Node.
const banner = { js: "import{createRequire as podlintRequire}from'node:module';const require=podlintRequire(import.meta.url);" };
await build({
  ...common,
  entryPoints: ['src/cli.ts'],
  outfile: 'dist/cli.js',
  format: 'esm',
  banner: { js: `#!/usr/bin/env node\n${banner.js}` },
});
await build({ ...common, entryPoints: ['src/index.ts'], outfile: 'dist/index.js', format: 'esm', banner });
// CommonJS: @actions/core pulls a CommonJS package that an ESM bundle cannot load.
await build({
  ...common,
  entryPoints: ['src/action.ts'],
  outfile: 'dist/action.cjs',
  format: 'cjs',
  define: { ...common.define, 'import.meta.url': 'podlintUrl' },
  banner: { js: "const podlintUrl=require('node:url').pathToFileURL(__filename).href;" },
});
if (existsSync('data')) cpSync('data', 'dist/data', { recursive: true });
execFileSync(
  process.execPath,
  ['node_modules/typescript/bin/tsc', '--declaration', '--emitDeclarationOnly', '--noEmit', 'false', '-p', 'tsconfig.build.json'],
  { stdio: 'inherit' },
);
for (const file of ['dist/cli.js', 'dist/index.js', 'dist/action.cjs'])
  console.log(`${file} ${(statSync(file).size / 1000).toFixed(0)} kB`);
