#!/usr/bin/env node
// The command `podlint`: runs the packs that scripts/packs.mjs makes, each when it is needed, with V8's compiled code of an earlier run, which halves the start. The
// code lies in the user's cache folder, is safe to delete, and is not used when PODLINT_CACHE=off. Without it everything works the same, slower.
const { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, unlinkSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

/** Where compiled code is kept. */
function cacheFolder() {
  const { env } = process;
  if (env.PODLINT_CACHE === 'off') return undefined;
  const home = process.platform === 'win32' ? env.LOCALAPPDATA : env.XDG_CACHE_HOME || path.join(homeFolder(), '.cache');
  return home && path.isAbsolute(home) ? path.join(home, 'podlint') : undefined;
}

/** As os.homedir() finds it; the module is loaded only where it must look further than the environment. */
function homeFolder() {
  return process.env.HOME || require('node:os').homedir();
}

function read(name) {
  try {
    return readFileSync(name);
  } catch {
    return undefined;
  }
}

/** Code of builds that nobody has run for a month. */
function forgetOld(folder) {
  const limit = Date.now() - 30 * 24 * 3600 * 1000;
  for (const entry of readdirSync(folder)) {
    const file = path.join(folder, entry);
    if (entry.includes('.v8') && statSync(file).mtimeMs < limit) unlinkSync(file);
  }
}

/** So many runs add to the compiled code: what the first one did not need, the next may. */
const RUNS = 4;

/** Behind V8's own data is one byte: how many runs have made it. */
function write(name, script, runs) {
  try {
    // One level after the other: `recursive` never ends in folders such as /proc.
    for (const folder of [path.dirname(path.dirname(name)), path.dirname(name)]) if (!existsSync(folder)) mkdirSync(folder);
    const temporary = `${name}.${process.pid}`;
    writeFileSync(temporary, Buffer.concat([script.createCachedData(), Buffer.of(runs)]));
    renameSync(temporary, name);
    forgetOld(path.dirname(name));
  } catch {
    // A folder that cannot be written costs speed, nothing else.
  }
}

let folder;
try {
  folder = cacheFolder();
} catch {
  folder = undefined;
}
// What a run compiles is what the next one of its kind needs: `--version` must not leave a cache without the judging in it.
const kind = /^(?:-V|--version|-h|--help|help|explain|rules|init)$/.test(process.argv[2] ?? '') ? 'help' : 'judge';
/** Packs by name: what they export, and what must be known to keep their compiled code. */
const loaded = new Map();

function load(pack) {
  const known = loaded.get(pack);
  if (known !== undefined) return known.exports;
  const file = path.join(__dirname, pack === 'main' ? 'main.cjs' : `lib/${pack}.cjs`);
  // The file is one function, in ASCII: nothing need be put around it, and no decoder need look at it.
  const source = readFileSync(file, 'latin1');
  // V8 takes code for a text of the same length, and npm gives all files the same time: only the build tells one text from another.
  const build = `${process.version}-${process.arch}-${PODLINT_BUILD}-${source.length}`;
  const cache = folder && path.join(folder, `${kind}-${pack}-${build}.v8`);
  const kept = cache && read(cache);
  const script = new vm.Script(source, { filename: file, cachedData: kept?.subarray(0, -1) });
  const runs = kept === undefined || script.cachedDataRejected ? 0 : kept.at(-1);
  const it = { cache, script, runs, exports: script.runInThisContext()(require, __dirname, load) };
  loaded.set(pack, it);
  return it.exports;
}

load('main')
  .main()
  .done.then((keep) => {
    if (!keep) return;
    for (const { cache, script, runs } of loaded.values()) if (cache && runs < RUNS) write(cache, script, runs + 1);
  });
