// Records what the real API server says of custom resources that are there already:
//   node test/oracle/custom-updates.mjs ORACLE
// Reads test/recorded/custom-updates.json, asks for every case in it, and writes it again. The old objects of all cases are created while the
// definition asks for nothing (`loose`), so that they may be wrong by the one that counts (`strict`) when the new ones are applied.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const [oracle] = process.argv.slice(2);
if (oracle === undefined) {
  console.error('usage: node test/oracle/custom-updates.mjs ORACLE');
  process.exit(2);
}
const here = path.dirname(fileURLToPath(import.meta.url));
const file = path.resolve(here, '../recorded/custom-updates.json');
const table = JSON.parse(readFileSync(file, 'utf8'));
const folder = mkdtempSync(path.join(os.tmpdir(), 'podlint-custom-updates-'));
const write = (name, value) => writeFileSync(path.join(folder, name), JSON.stringify(value));

try {
  for (const name of ['old', 'new']) mkdirSync(path.join(folder, name));
  for (const name of ['loose', 'strict']) write(`${name}.json`, definition(table[name]));
  const fileOf = (index) => `${String(index).padStart(3, '0')}.json`;
  for (const [index, one] of table.cases.entries())
    for (const name of ['old', 'new']) write(`${name}/${fileOf(index)}`, probe(index, one[name]));
  const { status, stderr } = spawnSync(oracle, ['with', '--', 'bash', path.join(here, 'custom-updates.sh'), folder], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr.slice(-2000));
  for (const [index, one] of table.cases.entries())
    one.says = refusals(readFileSync(path.join(folder, 'new', `${fileOf(index)}.out`), 'utf8'));
  const cases = table.cases.map((one) => `  ${JSON.stringify(one)}`).join(',\n');
  const [loose, strict] = [table.loose, table.strict].map((schema) => JSON.stringify(schema));
  writeFileSync(file, `{\n "loose": ${loose},\n "strict": ${strict},\n "cases": [\n${cases}\n ]\n}\n`);
  console.log(`${table.cases.length} updates, ${table.cases.filter(({ says }) => says.length > 0).length} refused`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The causes in what kubectl prints, without warnings. */
function refusals(text) {
  const lines = text
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('Warning: '));
  const one = /^The Probe "\w+" is invalid: (.+)$/.exec(lines[0] ?? '');
  if (one !== null) return [one[1]];
  if (/^The Probe .* is invalid: $/.test(lines[0] ?? ''))
    return lines
      .slice(1)
      .map((line) => line.replace(/^\* /, ''))
      .sort();
  if (!/ (?:configured|unchanged)$/.test(text.trim())) throw new Error(text);
  return [];
}

function probe(index, spec) {
  return { apiVersion: 'example.com/v1', kind: 'Probe', metadata: { name: `p${index}`, namespace: 'default' }, spec };
}

function definition(spec) {
  const openAPIV3Schema = { type: 'object', properties: { spec } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'probes.example.com' },
    spec: {
      group: 'example.com',
      names: { kind: 'Probe', plural: 'probes', singular: 'probe', listKind: 'ProbeList' },
      scope: 'Namespaced',
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  };
}
