// The command line as packs: few files of CommonJS, each of which is read, and its compiled code taken from the cache, only when a run needs it
// (scripts/loader.cjs). esbuild splits ES modules alone, so it makes chunks of those, and here they become functions in packs. What two packs
// share lies in one place: a module is never there twice, so it may have a state.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build, transform } from 'esbuild';

/** How esbuild writes what a chunk takes from others and gives to them. It says itself how many of both there are: what is overlooked is noticed. */
const IMPORT = /(?<=^|[;}\n])import(?: ?(?:([\w$]+),?)? ?(?:\{([^{}]*)\}|\*as ([\w$]+))? ?from)?"(\.\/[\w.-]+|node:[\w/]+)";/g;
const EXPORT = /export\{([^}]*)\};\s*$/;

/**
 * @param options of esbuild, without what is said here
 * @param entry module whose exports are those of the first pack
 * @param packs by name, the modules that a pack is made of beside what they import; a module that is in two is in the first. What only an import() asks for, and is in
 * none of them, is a pack of its own.
 * @param later by name of the pack, modules that are loaded when one of their functions is called first
 * @returns texts by name of the pack
 */
export async function makePacks(options, entry, packs, later) {
  const { outputFiles, metafile } = await build({
    ...options,
    plugins: [...options.plugins, loadedLater(later)],
    entryPoints: [entry, ...Object.values(later).flat()],
    format: 'esm',
    splitting: true,
    chunkNames: 'chunk-[hash]',
    entryNames: 'entry-[name]-[hash]',
    outdir: 'packs',
    metafile: true,
    write: false,
  });
  for (const name of Object.keys(metafile.inputs))
    if (!name.startsWith('later:') && /^export (?:let|var) /m.test(readFileSync(name, 'utf8')))
      throw new Error(`${name}: what it exports may get another value, which other packs would not see`);
  const chunks = new Map();
  for (const [file, { entryPoint, inputs, imports, exports }] of Object.entries(metafile.outputs)) {
    const name = file.split('/').at(-1);
    const { text } = outputFiles.find((it) => it.path.endsWith(name));
    const chunk = { name, entryPoint, inputs: Object.keys(inputs), ...takenApart(text) };
    const needed = imports.filter(({ kind }) => kind === 'import-statement');
    if (chunk.imports.length !== needed.length || chunk.exports.length !== exports.length)
      throw new Error(`${name} holds an import or export that scripts/packs.mjs does not know`);
    // Longer than any name that esbuild makes.
    chunks.set(name, { ...chunk, id: `chunk${chunks.size}` });
  }
  for (const chunk of chunks.values())
    chunk.needs = chunk.imports.filter(({ from }) => chunks.has(from.slice(2))).map(({ from }) => chunks.get(from.slice(2)));
  const wanted = Object.entries({ ...packs, ...later }).flatMap(([pack, modules]) => modules.map((module) => [pack, module]));
  for (const [pack, module] of wanted) {
    const chunk = [...chunks.values()].find(({ entryPoint, inputs }) => entryPoint === module || inputs.includes(module));
    if (chunk === undefined) throw new Error(`${module}, which shall be in the pack ${pack}, is not in the program`);
    put(chunk, pack);
  }
  // An import() for each: what only one of them needs goes with it, what several need is by itself.
  const askers = new Map();
  for (const chunk of chunks.values()) {
    if (chunk.entryPoint === undefined || chunk.pack !== undefined) continue;
    for (const needed of closure(chunk)) askers.set(needed, [...(askers.get(needed) ?? []), chunk]);
  }
  for (const [chunk, by] of askers)
    if (chunk.pack === undefined) chunk.pack = by.length === 1 ? nameOf(by[0].entryPoint) : nameOf(chunk.inputs[0] ?? chunk.name);
  const [first] = Object.keys(packs);
  const names = new Set([...chunks.values()].flatMap(({ pack }) => pack ?? []));
  return new Map([...names].map((name) => [name, packOf(name, chunks, name === first ? entry : undefined)]));
}

/** What imports such a module gets functions of the same names, numbers of parameters and results, which load it. It may export nothing else to others. */
function loadedLater(later) {
  const packs = new Map(
    Object.entries(later).flatMap(([pack, modules]) => modules.map((module) => [path.resolve(module), pack])),
  );
  return {
    name: 'loaded-later',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path: name, importer, resolveDir, kind }) => {
        const module = path.resolve(resolveDir, name);
        const pack = packs.get(module);
        if (pack === undefined || kind !== 'import-statement' || packs.get(importer) === pack) return undefined;
        return { path: module, namespace: 'later' };
      });
      onLoad({ filter: /./, namespace: 'later' }, async ({ path: module }) => {
        const from = JSON.stringify(path.relative('', module).replaceAll(path.sep, '/'));
        const { code } = await transform(readFileSync(module, 'utf8'), { loader: 'ts' });
        const functions = [...code.matchAll(/^(?:export )?function (\w+)\(/gm)].map(({ 1: name, 0: start, index }) => {
          const parameters = parametersAt(code, index + start.length);
          return `export function ${name}(${parameters}){return $later(${from}).${name}(...arguments)}`;
        });
        return { contents: functions.join('\n'), loader: 'js' };
      });
    },
  };
}

/** As many names as the parameters that a function counts in its `length`: those before the first that has a default or takes all the rest. */
function parametersAt(code, start) {
  let depth = 0;
  let count = code[start] === ')' ? 0 : 1;
  for (let at = start; ; at++) {
    const isLast = depth === 0 && code[at] === ')';
    const isDefault = depth === 0 && (code[at] === '=' || code.startsWith('...', at));
    if (isLast || isDefault) return Array.from({ length: isDefault ? count - 1 : count }, (_, i) => `p${i}`).join();
    if ('([{'.includes(code[at])) depth++;
    else if (')]}'.includes(code[at])) depth--;
    else if (depth === 0 && code[at] === ',') count++;
  }
}

function nameOf(module) {
  return module
    .replace(/^src\//, '')
    .replace(/\.ts$/, '')
    .replaceAll('/', '-');
}

function put(chunk, pack) {
  if (chunk.pack !== undefined) return;
  chunk.pack = pack;
  for (const needed of chunk.needs) put(needed, pack);
}

function closure(chunk, seen = new Set()) {
  if (!seen.has(chunk)) {
    seen.add(chunk);
    for (const needed of chunk.needs) closure(needed, seen);
  }
  return seen;
}

/** Imports, exports as [own name, name outside], and the text between them. */
function takenApart(text) {
  const imports = [];
  const rest = text.replace(IMPORT, (_, whole, names, space, from) => {
    imports.push({ from, whole, space, names: pairs(names) });
    return '';
  });
  const ending = EXPORT.exec(rest);
  const body = ending === null ? rest : rest.slice(0, ending.index);
  return { imports, body, exports: pairs(ending?.[1]) };
}

/** `a as b,c` → [['a', 'b'], ['c', 'c']]. */
function pairs(names = '') {
  return names === ''
    ? []
    : names.split(',').map((name) => {
        const [first, second = first] = name.trim().split(' as ');
        return [first, second];
      });
}

/**
 * One expression: a function that gives, by the chunk's name, functions that evaluate a chunk where that has not been done, and give its exports. Exports are taken when a
 * chunk has been evaluated: none may be given another value later. Each chunk is a function of its own, so that their short names do not meet.
 */
function packOf(pack, chunks, entry) {
  const members = [...chunks.values()].filter((chunk) => chunk.pack === pack);
  const place = (chunk) => (chunk.pack === pack ? `$${chunk.id}()` : `$load(${JSON.stringify(chunk.pack)}).$${chunk.id}()`);
  const takes = ({ from, whole, space, names }) => {
    const value = chunks.has(from.slice(2)) ? place(chunks.get(from.slice(2))) : `require(${JSON.stringify(from)})`;
    const taken = [];
    if (whole !== undefined) taken.push(`${whole}=${value}`);
    if (space !== undefined) taken.push(`${space}=${value}`);
    if (names.length > 0) taken.push(`{${names.map(([outside, own]) => `${outside}:${own}`).join(',')}}=${value}`);
    return taken.length > 0 ? `var ${taken.join(',')};` : chunks.has(from.slice(2)) ? `${value};` : '';
  };
  const texts = members.map((chunk) => {
    const code = chunk.body
      .replace(/\bimport\("(\.\/[^"]+)"\)/g, (_, from) => {
        const value = chunks.has(from.slice(2)) ? place(chunks.get(from.slice(2))) : `$all(require(${JSON.stringify(from)}))`;
        return `Promise.resolve().then(()=>${value})`;
      })
      .replace(/\$later\("([^"]+)"\)/g, (_, module) =>
        place([...chunks.values()].find(({ entryPoint }) => entryPoint === module)),
      );
    const given = chunk.exports.map(([own, outside]) => `${outside}:${own}`).join(',');
    const { id } = chunk;
    return `var ${id},$${id}=()=>${id}??=(()=>{${chunk.imports.map(takes).join('')}${code}\nreturn{${given}}})();`;
  });
  const given = members.map((chunk) => `$${chunk.id}`);
  const main = members.find(({ entryPoint }) => entryPoint !== undefined && entryPoint === entry);
  if (main !== undefined) given.push(`main:$${main.id}`);
  return `(function(require,__dirname,$load){var $all=m=>({default:m,...m});\n${texts.join('\n')}\nreturn{${given.join(',')}}})`;
}
