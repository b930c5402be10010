// The command line as packs: few files of CommonJS, each of which is read, and its compiled code taken from the cache, only when a run needs it
// (scripts/loader.cjs). esbuild splits ES modules alone, so it makes chunks of those, and here they become functions in packs. What two packs
// share lies in one place: a module is never there twice, so it may have a state.
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';

/** How esbuild writes what a chunk takes from others and gives to them. It says itself how many of both there are: what is overlooked is noticed. */
const IMPORT = /(?<=^|[;}\n])import(?: ?(?:([\w$]+),?)? ?(?:\{([^{}]*)\}|\*as ([\w$]+))? ?from)?"(\.\/[\w.-]+|node:[\w/]+)";/g;
const EXPORT = /export\{([^}]*)\};\s*$/;

/**
 * @param options of esbuild, without what is said here
 * @param entry module whose exports are those of the first pack
 * @param packs by name, the modules that a pack is made of beside what they import; a module that is in two is in the first. What only an import() asks for, and is in
 * none of them, is a pack of its own.
 * @returns texts by name of the pack
 */
export async function makePacks(options, entry, packs) {
  const { outputFiles, metafile } = await build({
    ...options,
    entryPoints: [entry],
    format: 'esm',
    splitting: true,
    chunkNames: 'chunk-[hash]',
    outdir: 'packs',
    metafile: true,
    write: false,
  });
  for (const name of Object.keys(metafile.inputs))
    if (/^export (?:let|var) /m.test(readFileSync(name, 'utf8')))
      throw new Error(`${name}: what it exports may get another value, which other packs would not see`);
  const chunks = new Map();
  for (const [path, { entryPoint, inputs, imports, exports }] of Object.entries(metafile.outputs)) {
    const name = path.split('/').at(-1);
    const { text } = outputFiles.find((it) => it.path.endsWith(`/${path}`) || it.path.endsWith(`\\${name}`));
    const chunk = { name, entryPoint, inputs: Object.keys(inputs), ...takenApart(text) };
    const needed = imports.filter(({ kind }) => kind === 'import-statement');
    if (chunk.imports.length !== needed.length || chunk.exports.length !== exports.length)
      throw new Error(`${name} holds an import or export that scripts/packs.mjs does not know`);
    chunks.set(name, chunk);
  }
  for (const chunk of chunks.values())
    chunk.needs = chunk.imports.filter(({ from }) => isChunk(from)).map(({ from }) => chunks.get(from.slice(2)));
  const wanted = Object.entries(packs).flatMap(([pack, modules]) => modules.map((module) => [pack, module]));
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

function isChunk(from) {
  return from.startsWith('./chunk-') || from.startsWith('./cli.');
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
  const place = (chunk) => (chunk.pack === pack ? `$${idOf(chunk)}()` : `$load(${JSON.stringify(chunk.pack)}).$${idOf(chunk)}()`);
  const takes = ({ from, whole, space, names }) => {
    const value = isChunk(from) ? place(chunks.get(from.slice(2))) : `require(${JSON.stringify(from)})`;
    const taken = [];
    if (whole !== undefined) taken.push(`${whole}=${value}`);
    if (space !== undefined) taken.push(`${space}=${value}`);
    if (names.length > 0) taken.push(`{${names.map(([outside, own]) => `${outside}:${own}`).join(',')}}=${value}`);
    return taken.length > 0 ? `var ${taken.join(',')};` : isChunk(from) ? `${value};` : '';
  };
  const texts = members.map((chunk) => {
    const code = chunk.body.replace(/\bimport\("(\.\/[^"]+)"\)/g, (_, from) => {
      const value = isChunk(from) ? place(chunks.get(from.slice(2))) : `$all(require(${JSON.stringify(from)}))`;
      return `Promise.resolve().then(()=>${value})`;
    });
    const given = chunk.exports.map(([own, outside]) => `${outside}:${own}`).join(',');
    const id = idOf(chunk);
    return `var ${id},$${id}=()=>${id}??=(()=>{${chunk.imports.map(takes).join('')}${code}\nreturn{${given}}})();`;
  });
  const main = members.find(({ entryPoint }) => entryPoint !== undefined && entryPoint === entry);
  const result =
    main === undefined
      ? `{${members.map((chunk) => `$${idOf(chunk)}`).join(',')}}`
      : `{${members.map((chunk) => `$${idOf(chunk)}`).join(',')},main:$${idOf(main)}}`;
  return `(function(require,__dirname,$load){var $all=m=>({default:m,...m});\n${texts.join('\n')}\nreturn${result}})`;
}

function idOf({ name }) {
  return name.replace(/\.js$/, '').replace(/\W/g, '_');
}
