// Asks the real API server about the objects of test/recorded/catalogue.jsonl again, by the CustomResourceDefinitions that data/custom-kinds was made of:
//   node test/oracle/catalogue.mjs ORACLE DEFINITIONS_FOLDER [OBJECTS]
// OBJECTS is a file with one object a line that takes the place of those recorded. A webhook that converts between versions must not be among the definitions.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const [oracle, definitions, given] = process.argv.slice(2);
if (definitions === undefined) {
  console.error('usage: node test/oracle/catalogue.mjs ORACLE DEFINITIONS_FOLDER [OBJECTS]');
  process.exit(2);
}
const recorded = new URL('../recorded/catalogue.jsonl', import.meta.url);
const linesOf = (file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
const objects = given === undefined ? linesOf(recorded).map(({ object }) => object) : linesOf(given);
const folder = mkdtempSync(path.join(os.tmpdir(), 'podlint-catalogue-'));
try {
  const file = path.join(folder, 'objects.yaml');
  const out = path.join(folder, 'out.jsonl');
  // Each with a name of its own, so that none is in the way of another.
  const named = objects.map((object, i) => ({ ...object, metadata: { ...object.metadata, name: `o${i}` } }));
  writeFileSync(file, named.map((object) => `${JSON.stringify(object)}\n`).join('---\n'));
  const { status, stderr } = spawnSync(oracle, ['admit', '-p', '1', '-o', out, '-preload', definitions, file], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  const answers = new Map(linesOf(out).map((answer) => [answer.name, answer]));
  const lines = named.map((object) => {
    const { verdict, code, message, causes } = answers.get(object.metadata.name);
    if (verdict === 'accepted') return { object, code: 201 };
    if (code !== 422) return { object, code, message };
    return { object, code, causes: causes.map((cause) => `${cause.field}: ${cause.message}`) };
  });
  writeFileSync(recorded, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  console.log(`${lines.length} objects, ${lines.filter(({ code }) => code === 201).length} accepted`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
