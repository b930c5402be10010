// The parts of the project that a program here needs, bundled, since Node 20 reads no TypeScript.
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

export const root = path.resolve(fileURLToPath(import.meta.url), '../../..');

/** What these lines of TypeScript export, such as `export { podlint } from './src/index.ts';`. */
export async function house(exports) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'podlint-house-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(path.join(root, 'data'), path.join(folder, 'data'));
  const outfile = path.join(folder, 'house.mjs');
  await build({
    stdin: { contents: exports.join('\n'), resolveDir: root, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    sourcemap: 'inline',
    outfile,
    logLevel: 'error',
    banner: { js: "import{createRequire as podlintRequire}from'node:module';const require=podlintRequire(import.meta.url);" },
  });
  return import(pathToFileURL(outfile).href);
}
