// Records what the real API server says when an object that is there is applied once more, changed:
//   node test/oracle/updates.mjs ORACLE > test/recorded/updates.jsonl
// The changes stand in update-cases.mjs. All old objects are applied together, then all new ones; which answer belongs to which is told by the names.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { updateCases } from './update-cases.mjs';

/** Kinds that a server does not serve by itself. */
const FLAGS = ['--runtime-config=scheduling.k8s.io/v1beta1=true', '--feature-gates=GenericWorkload=true'].map(
  (flag) => `-apiserver=${flag}`,
);

const [first, second] = process.argv.slice(2);
if (first === '--inside') inside(second);
else if (first === undefined) {
  console.error('usage: node test/oracle/updates.mjs ORACLE');
  process.exit(2);
} else {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'podlint-updates-'));
  try {
    const output = path.join(folder, 'out.jsonl');
    const { status } = spawnSync(
      first,
      ['with', ...FLAGS, '--', process.execPath, fileURLToPath(import.meta.url), '--inside', output],
      {
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    );
    if (status !== 0) throw new Error(`oracle with ended with ${status}`);
    process.stdout.write(readFileSync(output, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function inside(output) {
  const cases = updateCases();
  const volumes = cases.filter(({ bound }) => bound).map(({ old }) => volumeFor(old));
  const made = apply([...volumes, ...cases.map(({ old }) => old)]);
  if (made.size > 0) throw new Error(`refused at first: ${JSON.stringify([...made.values()], undefined, 1)}`);
  spawnSync('sleep', ['15']);
  const refusals = apply(cases.map(({ new: object }) => object));
  const lines = cases.map(({ name, bound, old, new: next }) => {
    const said = refusals.get(keyOf(next.kind, next.metadata.name));
    const { causes } = said?.details ?? {};
    const words = causes === undefined ? { message: said?.message } : { causes: causes.map(cause) };
    const answer = said === undefined ? {} : { reason: said.reason, ...words };
    return JSON.stringify({ name, ...(bound ? { bound } : {}), refused: said !== undefined, ...answer, old, new: next });
  });
  writeFileSync(output, `${lines.join('\n')}\n`);
}

/** Without the diff that follows some messages, and without the Go structs that others print: they hold what differs from run to run. */
function cause({ reason, message, field }) {
  const [line] = message.split('\n');
  return { type: reason, field, message: line.replace(/^Invalid value: .{150,}: /, 'Invalid value: …: ') };
}

/** Applies objects with kubectl, and gives the Status objects that the server answered with, by kind and name. */
function apply(items) {
  const { stderr, error } = spawnSync('kubectl', ['apply', '-v=9', '-f', '-'], {
    input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
    encoding: 'utf8',
    maxBuffer: 2 ** 29,
  });
  if (error) throw error;
  const refusals = new Map();
  const kinds = new Map(items.map((item) => [`${item.metadata.name} ${item.kind.toLowerCase()}`, item.kind]));
  for (const [, body] of stderr.matchAll(/^\t(\{"kind":"Status".*\})$/gm)) {
    const status = JSON.parse(body);
    const { name, kind } = status.details ?? {};
    if (status.reason === 'NotFound') continue;
    // Admission names the resource (`persistentvolumeclaims`) where validation names the kind.
    const known = kinds.get(`${name} ${kind?.toLowerCase()}`) ?? kinds.get(`${name} ${kind?.replace(/s$/, '')}`);
    if (known === undefined) throw new Error(`an answer about nothing: ${body}`);
    refusals.set(keyOf(known, name), status);
  }
  for (const line of stderr.split('\n'))
    if (/^error|^Error|unable to recognize/.test(line) && !/is invalid|is forbidden|Invalid|Forbidden/.test(line))
      console.error(line);
  return refusals;
}

function keyOf(kind, name) {
  return `${kind}/${name}`;
}

/** What makes a claim bound. */
function volumeFor({ metadata, spec }) {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: metadata.name.replace(/^x/, 'x-bound-') },
    spec: {
      capacity: spec.resources.requests,
      accessModes: spec.accessModes,
      storageClassName: spec.storageClassName,
      claimRef: { namespace: 'default', name: metadata.name },
      hostPath: { path: '/tmp' },
    },
  };
}
