// Records what the real API server estimates that CEL rules cost:
//   node test/oracle/record-cel-cost.mjs ORACLE
// Reads test/recorded/cel-cost.json, asks for every case in it, and writes it again. A case is a rule about the items of a list that has
// `times` items at the most, so that what is refused tells the cost of the rule itself (`limit / times * factor`). Many such lists are
// the properties of one CustomResourceDefinition. A `whole` is the schema of a definition, of which all that is said is recorded.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const [oracle] = process.argv.slice(2);
if (oracle === undefined) {
  console.error('usage: node test/oracle/record-cel-cost.mjs ORACLE');
  process.exit(2);
}
const file = path.resolve(fileURLToPath(import.meta.url), '../../recorded/cel-cost.json');
const table = JSON.parse(readFileSync(file, 'utf8'));
const temporary = mkdtempSync(path.join(os.tmpdir(), 'podlint-cel-cost-'));
const BATCH = 20;

try {
  const batches = Array.from({ length: Math.ceil(table.cases.length / BATCH) }, (_, i) =>
    table.cases.slice(i * BATCH, (i + 1) * BATCH),
  );
  for (const [i, causes] of admit(batches.map(together)).entries()) {
    for (const [index, one] of batches[i].entries()) {
      const name = `properties[r${String(index).padStart(2, '0')}]`;
      const own = causes.filter(({ field, message }) => field?.includes(name) && !message.includes('contributed to'));
      one.says = own.map(({ field, message }) => `${field.split('.').at(-1)}: ${short(plain(message))}`);
    }
  }
  for (const [i, causes] of admit(table.whole.map(({ schema }) => schema)).entries())
    table.whole[i].says = causes.map(({ field, message }) => `${field}: ${plain(message)}`).sort();
  writeFileSync(file, `${print(table)}\n`);
  const refused = table.cases.filter(({ says }) => says.length > 0).length;
  console.log(`${table.cases.length} rules, ${refused} refused; ${table.whole.length} definitions`);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

/** The rule is not repeated in what is said of it, nor the place of the list. */
function plain(message) {
  return message
    .replace(/^Invalid value: \{.*?\}: (?=compilation|messageExpression|cel expr|program)/s, 'Invalid value: ')
    .replace(/within spec\S*\.properties\[r\d+\]/, 'within list');
}

/** Of the budget, by how much it is exceeded. */
function short(message) {
  return message.replace(/ exceeds budget by factor of (.*) \(try simplifying .*\)$/, ' $1');
}

function print({ schemas, cases, whole }) {
  const lines = (items) => items.map((item) => `  ${JSON.stringify(item)}`).join(',\n');
  return `{\n "schemas": ${JSON.stringify(schemas)},\n "cases": [\n${lines(cases)}\n ],\n "whole": [\n${lines(whole)}\n ]\n}`;
}

function together(cases) {
  const properties = {};
  for (const [index, { schema, times, rule, messageExpression }] of cases.entries()) {
    const items = { ...table.schemas[schema], 'x-kubernetes-validations': [{ rule, messageExpression }] };
    properties[`r${String(index).padStart(2, '0')}`] = { type: 'array', maxItems: times, items };
  }
  return { type: 'object', properties };
}

function definition(schema) {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'probes.cel.podlint.test' },
    spec: {
      group: 'cel.podlint.test',
      names: { kind: 'Probe', plural: 'probes', singular: 'probe', listKind: 'ProbeList' },
      scope: 'Namespaced',
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  };
}

/** The causes that the server gives for each definition. */
function admit(schemas) {
  if (schemas.length === 0) return [];
  const folder = mkdtempSync(path.join(temporary, 'cases-'));
  const output = path.join(folder, 'out.jsonl');
  const files = schemas.map((schema, i) => {
    const name = path.join(folder, `${String(i).padStart(4, '0')}.yaml`);
    writeFileSync(name, JSON.stringify(definition(schema)));
    return name;
  });
  const { status, stderr } = spawnSync(oracle, ['admit', '-o', output, ...files], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr.slice(-2000));
  const answers = schemas.map(() => []);
  for (const line of readFileSync(output, 'utf8').trim().split('\n')) {
    const answer = JSON.parse(line);
    if (answer.oracleError !== undefined) throw new Error(answer.oracleError);
    const documents = answer.documents ?? [answer];
    answers[Number.parseInt(path.basename(answer.file ?? answer.case), 10)] = documents.flatMap((it) => it.causes ?? []);
  }
  return answers;
}
