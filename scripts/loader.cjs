#!/usr/bin/env node
// The command `podlint`: runs main.cjs with V8's compiled code of an earlier run, which halves the start. The code lies in the user's cache folder, is
// safe to delete, and is not used when PODLINT_CACHE=off. Without it everything works the same, slower.
const { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const vm = require('node:vm');

const file = path.join(__dirname, 'main.cjs');

function cacheFile() {
  const { env } = process;
  if (env.PODLINT_CACHE === 'off') return undefined;
  const home =
    process.platform === 'win32' ? env.LOCALAPPDATA : (env.XDG_CACHE_HOME ?? (os.homedir() && path.join(os.homedir(), '.cache')));
  if (!home || !path.isAbsolute(home)) return undefined;
  const { size, mtimeMs } = statSync(file);
  return path.join(home, 'podlint', `${process.version}-${process.arch}-${size}-${Math.floor(mtimeMs)}.v8`);
}

function read(name) {
  try {
    return readFileSync(name);
  } catch {
    return undefined;
  }
}

function write(name, script) {
  try {
    mkdirSync(path.dirname(name), { recursive: true });
    const temporary = `${name}.${process.pid}`;
    writeFileSync(temporary, script.createCachedData());
    renameSync(temporary, name);
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
const cachedData = cache && read(cache);
const source = `(function(exports,require,module,__filename,__dirname){${readFileSync(file, 'utf8')}\n})`;
const script = new vm.Script(source, { filename: file, cachedData });
const made = { exports: {} };
script.runInThisContext().call(made.exports, made.exports, require, made, file, path.dirname(file));
if (cache && (cachedData === undefined || script.cachedDataRejected)) made.exports.done.then(() => write(cache, script));
