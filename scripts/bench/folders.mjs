// The folders that are measured: how much is in one, copies of one, and one made of the fixtures.
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const MANIFEST = /\.(?:ya?ml|json)$/i;

/** The files below a folder that podlint reads of it, by relative path. */
export function manifestsBelow(folder, base = '') {
  return readdirSync(path.join(folder, base), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(base, entry.name);
    if (entry.isDirectory()) return /^(?:\.|node_modules$|vendor$)/.test(entry.name) ? [] : manifestsBelow(folder, name);
    return entry.isFile() && MANIFEST.test(entry.name) ? [name] : [];
  });
}

/**
 * Writes `count` copies of a folder's manifests into `target`. From the second on the objects have other names (`web-r1`), wherever in the copy they are
 * written, so that each copy refers to itself; `first` is the end of the first copy's. CustomResourceDefinitions are there once.
 */
export function copies(folder, target, count, mark = 'r', first = '') {
  const files = manifestsBelow(folder).map((name) => ({ name, text: readFileSync(path.join(folder, name), 'utf8') }));
  const names = renamable(files.map(({ text }) => text));
  for (let i = 0; i < count; i++) {
    for (const { name, text } of files) {
      if (i > 0 && text.includes('kind: CustomResourceDefinition')) continue;
      const file = path.join(target, `${mark}${i}`, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, renamed(text, names, i === 0 ? first : `-${mark}${i}`));
    }
  }
}

/** Names of objects that may get an end: no word that is also a key, a port's name, or too long for a label then. */
function renamable(texts) {
  const names = new Set();
  const others = new Set();
  for (const text of texts) {
    for (const [, name] of text.matchAll(/^metadata:(?:\n {2}.*)*?\n {2}name: ['"]?([a-z0-9-]{4,50})['"]?(?: *#.*)?$/gm))
      names.add(name);
    for (const [, name] of text.matchAll(/^metadata: \{name: ([a-z0-9-]{4,50})[,}]/gm)) names.add(name);
    for (const [, word] of text.matchAll(/(?:^|[{,])[ -]*['"]?([a-z0-9-]+)['"]?:(?: |$)/gm)) others.add(word);
    for (const [, word] of text.matchAll(/[pP]ort: ['"]?([a-z][a-z0-9-]*)/g)) others.add(word);
    for (const [, word] of text.matchAll(/name: ([a-z0-9-]+)\n +(?:containerPort|port|protocol):/g)) others.add(word);
  }
  for (const word of others) names.delete(word);
  return names;
}

/** Names in values, not in paths, in file names, in keys or in names of images. */
function renamed(text, names, end) {
  if (end === '') return text;
  return text.replace(/(?<![\w./-])[a-z0-9][a-z0-9-]{3,}(?![\w/-]|:|\.ya?ml|\.json)/g, (word) =>
    names.has(word) ? word + end : word,
  );
}

/** The apply sets of fixtures/ that are right, in so many copies: every kind of object that a rule looks at. */
export function fixtures(root, target, count) {
  let cases = 0;
  for (const entry of readdirSync(path.join(root, 'fixtures'), { recursive: true, withFileTypes: true })) {
    const source = path.join(entry.parentPath, entry.name);
    // Quotas and ranges of one case would hold for the objects of all.
    if (!entry.isDirectory() || !/^good/.test(entry.name) || /rejected.(?:quota|limit-range)/.test(source)) continue;
    // Facts are for --cluster, and what was recorded is no manifest.
    const plain = path.join(target, 'plain', String(cases++));
    cpSync(source, plain, { recursive: true, filter: (file) => !/(?:facts\.yaml|recorded\.json)$/.test(file) });
    copies(plain, path.join(target, 'set'), count, `c${cases}-`, `-c${cases}`);
  }
  return path.join(target, 'set');
}
