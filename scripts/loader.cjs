#!/usr/bin/env node
// The command `podlint`: runs main.cjs with V8's compiled code of an earlier run, which halves the start. The code lies in the user's cache folder, is
// safe to delete, and is not used when PODLINT_CACHE=off. Without it everything works the same, slower.
const { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, unlinkSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

const file = path.join(__dirname, 'main.cjs');

function cacheFile() {
  const { env } = process;
  if (env.PODLINT_CACHE === 'off') return undefined;
  const home = process.platform === 'win32' ? env.LOCALAPPDATA : env.XDG_CACHE_HOME || path.join(homeFolder(), '.cache');
  if (!home || !path.isAbsolute(home)) return undefined;
  // What a run compiles is what the next one of its kind needs: `--version` must not leave a cache without the judging in it.
  const kind = /^(?:-V|--version|-h|--help|help|explain|rules|init)$/.test(process.argv[2] ?? '') ? 'help' : 'judge';
  const { size, mtimeMs } = statSync(file);
  return path.join(home, 'podlint', `${kind}-${process.version}-${process.arch}-${size}-${Math.floor(mtimeMs)}.v8`);
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

let cache;
try {
  cache = cacheFile();
} catch {
  cache = undefined;
}
const kept = cache && read(cache);
const cachedData = kept?.subarray(0, -1);
// The file is one function, in ASCII (scripts/build.mjs): nothing need be put around it, and no decoder need look at it.
const source = readFileSync(file, 'latin1');
const script = new vm.Script(source, { filename: file, cachedData });
const made = { exports: {} };
script.runInThisContext().call(made.exports, made.exports, require, made, file, path.dirname(file));
const runs = kept === undefined || script.cachedDataRejected ? 0 : kept.at(-1);
if (cache && runs < RUNS) made.exports.done.then((keep) => keep && write(cache, script, runs + 1));
