// Records what the real API server makes of CEL expressions:
//   node test/oracle/record-cel.mjs ORACLE
// Reads test/recorded/cel.json, asks for every expression in it, and writes it again. Each expression is a rule of one
// CustomResourceDefinition: first all are compiled, then those that compiled are evaluated on one object, where a rule that is never true
// shows what it evaluated to in its message.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const [oracle] = process.argv.slice(2);
if (oracle === undefined) {
  console.error('usage: node test/oracle/record-cel.mjs ORACLE');
  process.exit(2);
}
const file = path.resolve(fileURLToPath(import.meta.url), '../../recorded/cel.json');
const table = JSON.parse(readFileSync(file, 'utf8'));
const temporary = mkdtempSync(path.join(os.tmpdir(), 'podlint-cel-'));
const BATCH = 12;

try {
  const names = Object.keys(table.expressions);
  const results = new Map();
  const batches = Array.from({ length: Math.ceil(names.length / BATCH) }, (_, i) => names.slice(i * BATCH, (i + 1) * BATCH));
  for (const [i, lines] of admit(batches.map((batch) => [definition(batch)])).entries())
    for (const [index, message] of refusals(lines)) results.set(batches[i][index], { refused: message });
  const sound = batches.map((batch) => batch.filter((name) => !results.has(name)));
  for (const [i, lines] of admit(sound.map((batch) => [definition(batch), probe()])).entries()) {
    for (const { message } of lines.flatMap((line) => line.causes ?? [])) {
      const value = /^Invalid value: "?<(\d+)>([\s\S]*)$/.exec(message);
      const error =
        /^Invalid value: "object": ([\s\S]*) evaluating rule: <(\d+)>$/.exec(message) ??
        /^Invalid value: "object": '([\s\S]*)': call arguments did not match .* for rule: <(\d+)>$/.exec(message);
      if (error !== null) results.set(sound[i][Number(error[2])], { error: error[1] });
      else if (value !== null) results.set(sound[i][Number(value[1])], { value: value[2] });
      else console.error(`not understood: ${message}`);
    }
    for (const name of sound[i]) if (!results.has(name)) console.error(`no answer: ${name}`);
  }
  const expressions = Object.fromEntries(names.map((name) => [name, results.get(name) ?? null]));
  writeFileSync(file, `${JSON.stringify({ ...table, expressions }, null, 1)}\n`);
  console.log(`${names.length} expressions, ${[...results.values()].filter((it) => it.refused !== undefined).length} refused`);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

function definition(expressions) {
  const rules = expressions.map((expression, index) => ({
    rule: `'%s'.format([${expression}\n]) == '\\u0001'`,
    message: `<${index}>`,
    messageExpression: `'<${index}>%s'.format([${expression}\n])`,
  }));
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'probes.cel.podlint.test' },
    spec: {
      group: 'cel.podlint.test',
      names: { kind: 'Probe', plural: 'probes', singular: 'probe', listKind: 'ProbeList' },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { ...table.schema, 'x-kubernetes-validations': rules } },
        },
      ],
    },
  };
}

function probe() {
  return { apiVersion: 'cel.podlint.test/v1', kind: 'Probe', metadata: { name: 'x' }, ...table.object };
}

/** What the server says of the objects of each case. */
function admit(cases) {
  const folder = mkdtempSync(path.join(temporary, 'cases-'));
  const output = path.join(folder, 'out.jsonl');
  const files = cases.map((objects, i) => {
    const name = path.join(folder, `${String(i).padStart(4, '0')}.yaml`);
    writeFileSync(name, objects.map((object) => JSON.stringify(object)).join('\n---\n'));
    return name;
  });
  const { status, stderr } = spawnSync(oracle, ['admit', '-o', output, ...files], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr.slice(-2000));
  const answers = cases.map(() => []);
  for (const line of readFileSync(output, 'utf8').trim().split('\n')) {
    const answer = JSON.parse(line);
    answers[Number.parseInt(path.basename(answer.file ?? answer.case), 10)].push(...(answer.documents ?? [answer]));
  }
  return answers;
}

/** Index and message of each rule that the server does not compile. */
function refusals(lines) {
  const found = [];
  for (const cause of lines.flatMap((line) => line.causes ?? [])) {
    const at = /x-kubernetes-validations\[(\d+)\]\.(rule|messageExpression)$/.exec(cause.field ?? '');
    if (at === null) continue;
    if (at[2] === 'rule')
      found.push([Number(at[1]), cause.message.replace(/^Invalid value: \{.*?\}: (?=compilation|cel expr|program)/s, '')]);
    else if (!found.some(([index]) => index === Number(at[1]))) found.push([Number(at[1]), cause.message]);
  }
  return found;
}
