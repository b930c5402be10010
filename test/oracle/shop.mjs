// Asks the real components about the example shops, and writes what becomes of each workload to test/recorded/shop.json:
//   node test/oracle/shop.mjs ORACLE
// ORACLE is the program that runs API server, controllers, scheduler and kubelets without containers. It is told what no manifest
// says: which image does not exist. It makes namespaces that are missing, and all else pulls and runs: it sees no crash.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(fileURLToPath(import.meta.url), '../../..');
const examples = path.join(root, 'examples');
const folder = mkdtempSync(path.join(os.tmpdir(), 'podlint-shop-'));

/** One file as the program takes it: namespaces first, the facts, then the shop. */
function caseOf(shop) {
  const credentials = 'stringData: { .dockerconfigjson: \'{"auths":{"registry.shop.example":{"auth":"YTpi"}}}\' }';
  const files = readdirSync(path.join(examples, shop)).map((name) => path.join(shop, name));
  const documents = ['cluster.yaml', ...files.sort()]
    .flatMap((name) => readFileSync(path.join(examples, name), 'utf8').split(/^---\n/m))
    .map((text) => text.replace(/^type: kubernetes.io\/dockerconfigjson$/m, (line) => `${line}\n${credentials}`));
  const isNamespace = (text) => /^kind: Namespace$/m.test(text);
  const ordered = [...documents.filter(isNamespace), ...documents.filter((text) => !isNamespace(text))];
  return `# oracle: pull-fails a1pine:3.22\n${ordered.map((text) => text.trimEnd()).join('\n---\n')}\n`;
}

/** The word under STATUS, as kubectl would print it. */
function statusOf(pod) {
  if (pod.conditions?.some(({ type, status }) => type === 'PodScheduled' && status !== 'True')) return 'Pending';
  const waiting = pod.containers?.findLast(({ state }) => state === 'waiting');
  const seen = waiting?.seen?.map((text) => text.replace(/^waiting:/, '')) ?? [];
  if (seen.includes('ImagePullBackOff')) return 'ImagePullBackOff';
  if (waiting) return waiting.reason === 'ErrImagePull' ? 'ImagePullBackOff' : waiting.reason;
  return pod.phase === 'Succeeded' ? 'Completed' : pod.phase;
}

/** `Deployment/web-6b58c88bff` of a ReplicaSet, `CronJob/feed` of a started Job. */
function workloadOf({ kind, name }) {
  if (kind === 'ReplicaSet') return `Deployment/${name.replace(/-[a-z0-9]+$/, '')}`;
  return kind === 'Job' && name.endsWith('-now') ? `CronJob/${name.slice(0, -'-now'.length)}` : `${kind}/${name}`;
}

const recorded = {};
try {
  for (const shop of ['shop', 'shop-repaired']) {
    const file = path.join(folder, `${shop}.yaml`);
    writeFileSync(file, caseOf(shop));
    const output = execFileSync(process.argv[2], ['run', '-storage-class', '-start-cronjobs', file], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { kubernetes, verdicts, pods, events } = JSON.parse(output.split('\n')[0]);
    const workloads = {};
    const count = (workload, status) => {
      workloads[workload] ??= {};
      workloads[workload][status] = (workloads[workload][status] ?? 0) + 1;
    };
    for (const pod of pods) {
      const [kind, name] = pod.owner.split('/');
      count(`${pod.namespace} ${workloadOf({ kind, name })}`, statusOf(pod));
    }
    const failed = events.filter(({ reason }) => reason === 'FailedCreate');
    for (const { namespace, kind, name } of failed)
      workloads[`${namespace} ${workloadOf({ kind, name })}`] ??= { FailedCreate: true };
    // That the class of the facts is there already, since the program has one of this name, says nothing.
    const refused = verdicts
      .filter(({ verdict, code }) => verdict !== 'accepted' && code !== 409)
      .map(({ kind, namespace, name, message }) => ({ object: `${namespace} ${kind}/${name}`, says: message }));
    recorded.kubernetes = kubernetes;
    recorded[shop] = { refused, workloads: Object.fromEntries(Object.entries(workloads).sort(([a], [b]) => (a < b ? -1 : 1))) };
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
writeFileSync(path.join(root, 'test/recorded/shop.json'), `${JSON.stringify(recorded, null, 2)}\n`);
