// Holds the reader against kubectl's own: `node test/oracle/reader.mjs ORACLE FOLDER [MUTATIONS [SEED]]`.
// Every .yaml, .yml and .json file under FOLDER, then so many mutated pieces of them, go through `ORACLE read` and through
// src/source/reader.ts; verdicts and values have to be equal. Exits 1 if any is not.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { build } from 'esbuild';
import { mutate, random } from './mutate.mjs';

const [oracle, folder, mutations = '4000', seed = '1'] = process.argv.slice(2);
if (oracle === undefined || folder === undefined) {
  console.error('usage: node test/oracle/reader.mjs ORACLE FOLDER [MUTATIONS [SEED]]');
  process.exit(2);
}
const { readDocuments } = await load('src/source/reader.ts');

/** Bundles a module of the project, since Node 20 runs no TypeScript. */
async function load(entry) {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const out = mkdtempSync(path.join(tmpdir(), 'podlint-'));
  const outfile = path.join(out, 'module.mjs');
  await build({
    entryPoints: [path.join(root, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(out, { recursive: true });
  }
}

/** What both sides are compared by: documents with content, integers beyond 2^53 as JSON.parse has them. */
function ours(text) {
  const said = readDocuments({ path: 'x', text }).filter((d) => d.error !== undefined || d.value !== null);
  // Of a List the oracle tells the items, so of an empty one nothing.
  return said.filter(({ value }) => !(String(value?.kind).endsWith('List') && value.items?.length === 0));
}

function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function plain(value) {
  return JSON.parse(JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? Number(item) : item)));
}

const differences = [];
let sameMessage = 0;
let errors = 0;

function compare(name, text, said) {
  // Here the oracle differs from kubectl, which goes over from JSON to YAML between two values.
  if (text.trimStart().startsWith('{') && !isJson(text)) return;
  const documents = ours(text);
  const expected = said.documents;
  let why;
  if (documents.length !== expected.length) why = `${documents.length} documents instead of ${expected.length}`;
  for (let i = 0; why === undefined && i < expected.length; i++) {
    const document = documents[i];
    const { value, error, duplicates } = expected[i];
    if ((error === undefined) !== (document.error === undefined)) {
      why = `document ${i}: ${document.error?.message ?? 'no error'} instead of ${error ?? 'no error'}`;
    } else if (error !== undefined) {
      errors++;
      if (document.error.message === error) sameMessage++;
      else if (process.env.MESSAGES) console.log(`${name}: ${document.error.message} | ${error}`);
    } else if (!isDeepStrictEqual(plain(document.value), value)) why = `document ${i}: another value`;
    else if ((duplicates?.includes('already set in map') ?? false) !== (document.duplicates !== undefined)) {
      // A strict reader also minds keys that override merged ones, and has no eyes for JSON.
      if (!text.includes('<<'))
        why = `document ${i}: duplicates ${document.duplicates?.map((d) => d.key)} instead of ${duplicates}`;
    }
  }
  if (why !== undefined) differences.push({ name, why, text });
}

const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.(ya?ml|json)$/.test(entry.name))
  .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
  .sort();
const texts = files.map((file) => readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
const lines = execFileSync(oracle, ['read', ...files], { maxBuffer: 1 << 30, encoding: 'utf8' })
  .trimEnd()
  .split('\n');
let slowBytes = 0;
let bytes = 0;
lines.forEach((line, i) => {
  compare(files[i], texts[i], JSON.parse(line));
  for (const document of readDocuments({ path: 'x', text: texts[i] })) {
    const length = document.range.end - document.range.start;
    bytes += length;
    if (document.fast) continue;
    slowBytes += length;
    if (process.env.SLOW) console.log(`not fast: ${files[i]} document ${document.index}, ${length}`);
  }
});
console.log(
  `${files.length} files: ${differences.length} differences; ${((100 * slowBytes) / bytes).toFixed(2)} % of the text not read fast`,
);

const before = differences.length;
const child = spawn(oracle, ['read', '-stdin0'], { stdio: ['pipe', 'pipe', 'inherit'] });
const asked = [];
let rest = '';
child.stdout.setEncoding('utf8').on('data', (data) => {
  const parts = (rest + data).split('\n');
  rest = parts.pop();
  for (const part of parts) {
    const text = asked.shift();
    compare('mutation', text, JSON.parse(part));
  }
});
let fast = 0;
const next = random(Number(seed));
const small = texts.filter((text) => text.length < 20_000);
for (let i = 0; i < Number(mutations); i++) {
  const text = mutate(small, next);
  asked.push(text);
  if (readDocuments({ path: 'x', text }).every((d) => d.fast)) fast++;
  if (!child.stdin.write(`${text}\0`)) await new Promise((resolve) => child.stdin.once('drain', resolve));
}
child.stdin.end();
await new Promise((resolve) => child.on('close', resolve));
if (asked.length > 0) {
  console.log(`the oracle broke off at:\n${asked[0]}`);
  process.exitCode = 1;
}
console.log(`${mutations} mutations: ${differences.length - before} differences; ${fast} read fast`);
console.log(`${errors} errors, ${sameMessage} in kubectl's own words`);
for (const { name, why, text } of differences.slice(0, Number(process.env.SHOW ?? 10))) {
  console.log(`\n${name}: ${why}`);
  if (name === 'mutation') console.log(JSON.stringify(text.length > 3000 ? `${text.slice(0, 3000)}…` : text));
}
if (differences.length > 0) process.exitCode = 1;
