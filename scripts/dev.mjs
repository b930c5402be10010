// Runs the command line from source: bundles src/cli.ts into a temporary file first (0.1 s), since Node 20 reads no TypeScript.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.resolve(fileURLToPath(import.meta.url), '../..');
const folder = mkdtempSync(path.join(os.tmpdir(), 'podlint-dev-'));
try {
  const outfile = path.join(folder, 'cli.mjs');
  symlinkSync(path.join(root, 'data'), path.join(folder, 'data'));
  await build({
    entryPoints: [path.join(root, 'src/cli.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    sourcemap: 'inline',
    outfile,
    logLevel: 'error',
    banner: { js: "import{createRequire as podlintRequire}from'node:module';const require=podlintRequire(import.meta.url);" },
  });
  const { status } = spawnSync(process.execPath, ['--enable-source-maps', outfile, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 2;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
