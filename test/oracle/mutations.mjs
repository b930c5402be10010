// Records what the real API server makes of objects that MutatingAdmissionPolicies change:
//   node test/oracle/mutations.mjs ORACLE
// Reads test/recorded/mutations.jsonl, asks for every line's `base` (a Pod where there is none) and policy (`mutation`, or `mutations` and `more` of its
// spec), and writes each again with the stored `object`, or with the `message` of the refusal.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const [oracle] = process.argv.slice(2);
if (oracle === undefined) {
  console.error('usage: node test/oracle/mutations.mjs ORACLE');
  process.exit(2);
}
const file = path.resolve(fileURLToPath(import.meta.url), '../../recorded/mutations.jsonl');
const rows = readFileSync(file, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));
const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', labels: { app: 'x' } },
  spec: { containers: [{ name: 'web', image: 'nginx:1.29', ports: [{ containerPort: 80 }] }] },
};
const GROUP = 'admissionregistration.k8s.io';
const temporary = mkdtempSync(path.join(os.tmpdir(), 'podlint-mutations-'));
try {
  const names = rows.map((row, index) => {
    const name = path.join(temporary, `${String(index).padStart(4, '0')}.yaml`);
    writeFileSync(
      name,
      documents(row)
        .map((one) => JSON.stringify(one))
        .join('\n---\n'),
    );
    return name;
  });
  const output = path.join(temporary, 'out.jsonl');
  const { status } = spawnSync(oracle, ['admit', '-objects', '-p', '2', '-o', output, ...names], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`oracle admit ended with ${status}`);
  const answers = new Map();
  for (const line of readFileSync(output, 'utf8').split('\n').filter(Boolean)) {
    const answer = JSON.parse(line);
    answers.set(answer.file, answer);
  }
  const lines = rows.map(({ base, mutation, mutations, more }, index) => {
    const { object, message } = answers.get(names[index]);
    const asked = {
      ...(base && { base }),
      ...(mutation && { mutation }),
      ...(mutations && { mutations }),
      ...(more && { more }),
    };
    return JSON.stringify({ ...asked, ...(object === undefined ? { message } : { object: kept(object) }) });
  });
  writeFileSync(file, `${lines.join('\n')}\n`);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

function documents({ base = POD, mutation, mutations = [mutation], more }) {
  const [group, version] = base.apiVersion.includes('/') ? base.apiVersion.split('/') : ['', base.apiVersion];
  const rule = {
    apiGroups: [group],
    apiVersions: [version],
    operations: ['CREATE'],
    resources: [base.kind.toLowerCase().replace(/s$/, 'se').concat('s')],
  };
  const spec = { matchConstraints: { resourceRules: [rule] }, reinvocationPolicy: 'Never', mutations, ...more };
  return [
    { apiVersion: `${GROUP}/v1`, kind: 'MutatingAdmissionPolicy', metadata: { name: 'pol' }, spec },
    { apiVersion: `${GROUP}/v1`, kind: 'MutatingAdmissionPolicyBinding', metadata: { name: 'bin' }, spec: { policyName: 'pol' } },
    base,
  ];
}

/** Without what differs from run to run, and what other plugins of admission put into a Pod. */
function kept({ apiVersion: _, kind, metadata, status: __, ...rest }) {
  const meta = Object.fromEntries(
    ['name', 'labels', 'annotations', 'finalizers'].flatMap((key) => (metadata[key] ? [[key, metadata[key]]] : [])),
  );
  if (kind !== 'Pod') return { metadata: meta, ...rest };
  const { tolerations: ___, volumes = [], ...spec } = rest.spec;
  const own = (list) => (list ?? []).filter(({ name }) => !name.startsWith('kube-api-access'));
  for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) {
    container.volumeMounts = own(container.volumeMounts);
    if (container.volumeMounts.length === 0) delete container.volumeMounts;
  }
  return { metadata: meta, spec: own(volumes).length > 0 ? { ...spec, volumes: own(volumes) } : spec };
}
