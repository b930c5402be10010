// Within the process that is measured (rooms.mjs bundles this): `node rooms.cjs rates|cost FOLDER RUNS` prints the figures as JSON.
import { readFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { validateObject } from '../../src/apiserver/verdict.ts';
import { Cluster } from '../../src/cluster/cluster.ts';
import { manifestsIn } from '../../src/cluster/unwrap.ts';
import { resolvePlan } from '../../src/config/resolve.ts';
import { decodedOf, objectOf } from '../../src/lint/objects.ts';
import { rules } from '../../src/lint/registry.ts';
import { loadFormat } from '../../src/report/index.ts';
import { run } from '../../src/run.ts';
import { collectInputs } from '../../src/source/inputs.ts';
import { readDocuments } from '../../src/source/reader.ts';

const [what, folder, runs] = process.argv.slice(2);
const cwd = process.cwd();
const planned = resolvePlan({ paths: [folder], 'no-config': true }, cwd, async () => []);
const NO_CUSTOMS = new Map();
/** CPU seconds that a room is measured for, where more than two runs are asked for. */
const LONG = 1;
/** Bytes that later passes work on at least. */
const ENOUGH = 500_000;

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/**
 * CPU seconds of the first pass and of the best one. `prepare` makes what a pass works on, and does not count. Of few bytes later passes do the work
 * several times, since the clock is coarse.
 */
function passes(prepare, work, bytes, long = LONG) {
  let first;
  let best = Number.POSITIVE_INFINITY;
  let all = 0;
  const begun = performance.now();
  const goesOn = () => Number(runs) > 2 && all < long && performance.now() - begun < 4000 * long;
  for (let count = 0; count < Number(runs) || goesOn(); count++) {
    const times = count === 0 ? 1 : Math.ceil(ENOUGH / bytes);
    const things = Array.from({ length: times }, prepare);
    const from = cpu();
    for (const thing of things) work(thing);
    const took = cpu() - from;
    all += took;
    first ??= took;
    best = Math.min(best, took / times);
  }
  return { first, best };
}

async function measureRates() {
  const { releases } = await planned;
  const release = releases[0];
  const options = { release, customs: NO_CUSTOMS, namespace: 'default' };
  const inputs = await collectInputs([folder], { cwd });
  const texts = inputs.entries.flatMap((entry) => {
    const read = inputs.read(entry);
    return 'file' in read ? [read.file] : [];
  });
  const bytes = texts.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);

  const rates = [];
  const rate = (name, unit, amount, prepare, work, long) => {
    if (amount === 0) return;
    const { first, best } = passes(prepare, work, bytes, long);
    rates.push({ name, unit, cold: amount / first, warm: amount / best });
  };
  const readAll = () => texts.flatMap((file) => readDocuments(file));
  rate('reader', 'MB', bytes / 1e6, () => undefined, readAll);
  const documents = readAll();
  const slow = documents
    .filter(({ fast, value }) => !fast && value !== null)
    .reduce((sum, { range }) => sum + range.end - range.start, 0);

  const manifests = () => readAll().flatMap((document) => [...manifestsIn(document)]);
  const count = manifests().length;
  const known = (manifest) => decodedOf(manifest, options);
  rate('decode', 'objects', count, manifests, (all) => all.map(known));
  const decoded = () => manifests().map((manifest) => ({ manifest, decoded: known(manifest) }));
  const sound = decoded().filter((it) => it.decoded.decodes).length;
  rate('validate', 'objects', sound, () => decoded().filter((it) => it.decoded.decodes), validateAll);
  const deployments = () => manifests().filter(({ apiVersion, kind }) => apiVersion === 'apps/v1' && kind === 'Deployment');
  const some = deployments();
  const size = some.reduce((sum, { document: { range } }) => sum + range.end - range.start, 0) / some.length;
  const judgeAll = (all) => validateAll(all.map((manifest) => ({ manifest, decoded: known(manifest) })));
  // Through so much code V8 finds its way late, and not always at the same time: after a second it is anywhere from half of it to all.
  rate(
    `decode and validate, Deployments of ${Math.round(size)} characters`,
    'objects',
    some.length,
    deployments,
    judgeAll,
    4 * LONG,
  );
  function validateAll(all) {
    let causes = 0;
    for (const { manifest, decoded } of all) causes += validateObject(manifest.value, decoded.known, release).length;
    return causes;
  }
  rate(
    'cluster',
    'objects',
    count,
    () => decoded().map(({ manifest, decoded }) => objectOf(manifest, 'set', options, decoded).object),
    (objects) => {
      const cluster = new Cluster(objects, { release, closed: false });
      let edges = 0;
      for (const object of cluster.own) {
        cluster.podOf(object);
        edges += [...cluster.referencesFrom(object)].length;
      }
      return edges;
    },
  );
  const { report } = await once();
  for (const name of ['pretty', 'json', 'sarif']) {
    const format = await loadFormat(name);
    rate(
      `report, ${name}`,
      'findings',
      report.findings.length,
      () => undefined,
      () => format(report, {}),
    );
  }
  return { files: texts.length, documents: documents.filter(({ value }) => value !== null).length, bytes, slow, rates };
}

async function once() {
  const outcome = await run(await planned, { cwd, version: 'bench', rules });
  (await loadFormat('pretty'))(outcome.report, {});
  return outcome;
}

/** µs a document by room: of the first run, and of the later ones together. */
async function measureCost() {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  const roomOf = roomsOfBundle();
  const spent = async (work) => {
    await session.post('Profiler.start');
    const documents = await work();
    const { profile } = await session.post('Profiler.stop');
    const byId = new Map(profile.nodes.map((node) => [node.id, roomOf(node.callFrame)]));
    const times = new Map();
    profile.samples.forEach((id, i) => {
      const room = byId.get(id);
      if (room !== undefined) times.set(room, (times.get(room) ?? 0) + profile.timeDeltas[i] / documents);
    });
    return times;
  };
  const first = await spent(async () => (await once()).report.summary.documents);
  const later = await spent(async () => {
    let documents = 0;
    for (let i = 0; i < Number(runs); i++) documents += (await once()).report.summary.documents;
    return documents;
  });
  session.disconnect();
  return [...ROOMS, ...OTHERS]
    .map((room) => [room, first.get(room) ?? 0, later.get(room) ?? 0])
    .filter(([, ...times]) => times.some((it) => it > 0));
}

const ROOMS = [
  'files',
  'source',
  'api',
  'apiserver',
  'cluster',
  'scheduler',
  'kubelet',
  'judge',
  'lint',
  'rules',
  'report',
  'other',
];
const OTHERS = ['garbage', 'native'];

/** Which room a function of this bundle belongs to: esbuild's comments say which file is which. */
function roomsOfBundle() {
  const lines = readFileSync(__filename, 'utf8').split('\n');
  const rooms = [];
  let room = 'other';
  for (const line of lines) {
    const file = /^ *\/\/ ((?:src|rules|node_modules|scripts)\/\S+)$/.exec(line)?.[1];
    if (file !== undefined) room = roomOfFile(file);
    rooms.push(room);
  }
  return ({ url, functionName, lineNumber }) => {
    if (url.endsWith('rooms.cjs')) return rooms[lineNumber] ?? 'other';
    if (functionName === '(garbage collector)') return 'garbage';
    if (functionName === '(idle)' || functionName === '(root)') return undefined;
    // What V8 and Node do that no function of podlint's is named for; most of it is reading files and compiling.
    return /\bfs\b/.test(url) ? 'files' : 'native';
  };
}

function roomOfFile(file) {
  if (/^src\/source\/(?:disk|encoding|ignored|inputs|walk)\.ts$/.test(file)) return 'files';
  if (file === 'src/outlook.ts') return 'scheduler';
  if (/^src\/(?:run|judge)\.ts$/.test(file)) return 'judge';
  const room = /^(?:src\/)?(\w+)\//.exec(file)?.[1];
  return ROOMS.includes(room) ? room : 'other';
}

(what === 'rates' ? measureRates() : measureCost()).then(
  (figures) => process.stdout.write(JSON.stringify(figures)),
  (error) => {
    console.error(error);
    process.exitCode = 1;
  },
);
