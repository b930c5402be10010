// Measures how far podlint's verdict agrees with the API server's, on slightly wrong manifests that nobody wrote for podlint:
//   node test/oracle/agree.mjs ORACLE [FOLDER…] [--made N] [--seed N] [--count N] [--kube-version 1.37] [--only KIND,…] [--namespace-label K=V,…] [--times N] [--placeholders] [--keep FOLDER] [--record FILE]
// Takes documents of the folders (and N made of every kind), changes each in one place (mutants.ts), asks the oracle and podlint, and prints what
// differs, then the figures. README.md beside this file.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { house } from './house.mjs';
import { random as randomOf } from './mutate.mjs';

const args = process.argv.slice(2);
const seed = Number(option('--seed') ?? 1);
const wanted = Number(option('--count') ?? 800);
/** Where what names no namespace is. */
const NAMESPACE = 'case';
/** What the oracle is built of; it can do as if it were an older one, in what gates decide. */
const BUILT = '1.37';
const release = option('--kube-version') ?? BUILT;
const keep = option('--keep');
const record = option('--record');
const only = option('--only')?.split(',');
const each = Number(option('--made') ?? 0);
const label = option('--namespace-label');
const times = Number(option('--times') ?? 1);
const placeholders = flag('--placeholders');
const [oracle, ...folders] = args;
if (oracle === undefined || (folders.length === 0 && each === 0)) {
  console.error(
    'usage: node test/oracle/agree.mjs ORACLE [FOLDER…] [--made N] [--seed N] [--count N] [--kube-version V] [--only KIND,…] [--namespace-label K=V,…] [--times N] [--placeholders] [--keep FOLDER] [--record FILE]',
  );
  process.exit(2);
}

function option(name) {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args.splice(at, 2)[1];
}

function flag(name) {
  const at = args.indexOf(name);
  return at >= 0 && args.splice(at, 1).length > 0;
}

const {
  agreementOf,
  isRefusal,
  isUnknown,
  judgeEach,
  knownKind,
  madeManifests,
  manifestsIn,
  mutant,

  readDocuments,
  STANDARD_NAMESPACES,
  textOf,
  unfilled,
} = await house([
  "export * from './test/oracle/agreement.ts';",
  "export * from './test/oracle/mutants.ts';",
  "export * from './test/oracle/placeholders.ts';",
  "export { madeManifests } from './test/oracle/made-values.ts';",
  "export { judgeEach } from './test/support/judge-each.ts';",
  "export { isUnknown } from './src/api/unknown.ts';",
  "export { readDocuments } from './src/source/reader.ts';",
  "export { manifestsIn } from './src/cluster/unwrap.ts';",
  "export { knownKind } from './src/apiserver/verdict.ts';",
  "export { STANDARD_NAMESPACES } from './src/apiserver/admission/namespace-lifecycle.ts';",
]);

/** Kinds whose cases the oracle runs alone: a second each. */
const SLOW = /^(?:CustomResourceDefinition|.*WebhookConfiguration|.*Admission.*|.*Class|APIService)$/;

const temporary = keep ?? mkdtempSync(path.join(os.tmpdir(), 'podlint-agree-'));
mkdirSync(temporary, { recursive: true });
try {
  const next = randomOf(seed);
  const originals = await manifestsBelow(folders);
  for (const [i, one] of madeManifests(next, each, release).entries()) originals.push({ ...one, from: `made ${i}` });
  const definitions = new Map(
    originals.filter(({ kind }) => kind === 'CustomResourceDefinition').map((one) => [one.value.metadata?.name, one]),
  );
  const customs = new Set(
    [...definitions.values()].flatMap(({ value }) =>
      (value.spec?.versions ?? []).map(({ name }) => `${value.spec?.group}/${name} ${value.spec?.names?.kind}`),
    ),
  );
  const fit = originals.filter(
    ({ apiVersion, kind, value }) =>
      (only === undefined || only.includes(kind)) &&
      !hasUnknown(value) &&
      (customs.has(`${apiVersion} ${kind}`) || isApplicable({ apiVersion, kind })),
  );
  const mutants = mutantsOf(fit, next);
  const given = [...definitions.values()].map(({ value }) => textOf(value)).join('---\n');
  // A definition cannot be sent where it is already: those go to a server of their own.
  ask(
    'others',
    mutants.filter(({ kind }) => kind !== 'CustomResourceDefinition'),
    given,
  );
  ask(
    'definitions',
    mutants.filter(({ kind }) => kind === 'CustomResourceDefinition'),
    '',
  );
  const answered = mutants.filter(({ answer, what }) => {
    if (answer?.oracleError) console.log(`${what}: ${answer.oracleError}`);
    return answer !== undefined && !answer.oracleError && answer.reason !== 'AlreadyExists';
  });
  if (answered.length < mutants.length)
    console.log(`${mutants.length - answered.length} of ${mutants.length} that the oracle cannot tell`);
  // The cluster that the oracle starts: these definitions, and the namespaces that are named.
  const namespaces = answered.map(({ answer }) => answer.namespace).filter((one) => one !== undefined && !isOfCase(one));
  const facts = [
    { path: 'definitions.yaml', text: given },
    { path: 'namespaces.yaml', text: [...new Set([NAMESPACE, ...namespaces])].sort().map(namespaceOf).join('---\n') },
  ];
  const found = await judgeEach(
    answered.map(({ file, text }) => ({ path: file, text })),
    facts,
    release,
    NAMESPACE,
  );
  const judged = answered.map(({ answer, ...one }) => {
    const { verdict, code, reason, causes, namespace = '' } = answer;
    const message = isOfCase(namespace) ? answer.message?.replaceAll(namespace, NAMESPACE) : answer.message;
    return { ...one, verdict, code, reason, message, causes, findings: found.get(one.file) ?? [] };
  });
  print(judged);
  if (record !== undefined) writeRecord(judged, facts);
} finally {
  if (keep === undefined) rmSync(temporary, { recursive: true, force: true });
}

/** Every manifest in the files, Lists taken apart. */
async function manifestsBelow(paths) {
  const found = [];
  for (const folder of paths) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.(?:ya?ml|json)$/.test(entry.name) || entry.name === 'recorded.json') continue;
      const file = path.join(entry.parentPath ?? entry.path, entry.name);
      for (const document of await readDocuments({ path: path.relative(folder, file), text: readFileSync(file, 'utf8') }))
        for (const manifest of manifestsIn(document))
          found.push({
            ...manifest,
            from: `${path.relative(folder, file)}#${document.index}${manifest.base.length > 0 ? `[${manifest.base[1]}]` : ''}`,
          });
    }
  }
  return found.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
}

/** What one can apply: reviews and bindings are no objects to be found again. */
function isApplicable({ apiVersion, kind }) {
  const known = knownKind(apiVersion, kind, release, new Map());
  return known.by === 'release' && known.resource.verbs.includes('get') && known.resource.verbs.includes('create');
}

function isBuiltIn({ apiVersion, kind }) {
  return knownKind(apiVersion, kind, release, new Map()).by === 'release';
}

function hasUnknown(value) {
  if (Array.isArray(value)) return value.some(hasUnknown);
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).some(([key, inner]) => isUnknown(key) || hasUnknown(inner));
  return isUnknown(value);
}

/** A kind with many documents is drawn oftener than one with few, but not as much oftener. */
function mutantsOf(documents, random) {
  const byKind = new Map();
  for (const one of documents) byKind.set(one.kind, [...(byKind.get(one.kind) ?? []), one]);
  const weights = [...byKind].map(([kind, list]) => [
    kind,
    Math.sqrt(list.length) * (SLOW.test(kind) ? 0.4 : 1) * (isBuiltIn(list[0]) ? 1 : 0.3),
  ]);
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  const made = [];
  const seen = new Set();
  for (let tries = 0; made.length < wanted && tries < wanted * 20; tries++) {
    let left = random() * total;
    const [kind] = weights.find(([, weight]) => (left -= weight) < 0) ?? weights[0];
    const list = byKind.get(kind);
    const original = list[Math.floor(random() * list.length)];
    const one = placeholders ? unfilled(original.value, random) : mutant(original.value, random, release, times);
    if (one === undefined || seen.has(one.text) || one.text === textOf(original.value)) continue;
    seen.add(one.text);
    made.push({ ...one, kind, from: original.from, original });
  }
  return made;
}

/** What names no namespace the oracle puts into one of the case's own. */
function isOfCase(namespace) {
  return namespace.startsWith('case-');
}

function namespaceOf(name) {
  const labels =
    label === undefined || STANDARD_NAMESPACES.has(name)
      ? undefined
      : Object.fromEntries(label.split(',').map((pair) => pair.split('=')));
  return textOf({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...(labels && { labels }) } });
}

/** Gives each case its file and the oracle's answer. */
function ask(name, cases, given) {
  if (cases.length === 0) return;
  const folder = path.join(temporary, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [i, one] of cases.entries()) {
    one.file = path.join(folder, `${String(i).padStart(5, '0')}.yaml`);
    writeFileSync(one.file, one.text);
  }
  const output = path.join(temporary, `${name}.jsonl`);
  const preload = path.join(temporary, `${name}-preload.yaml`);
  writeFileSync(preload, given);
  const flags = release === BUILT ? [] : [`-apiserver=--emulated-version=${release}`];
  if (given !== '') flags.push('-preload', preload);
  for (const pair of label?.split(',') ?? []) flags.push('-namespace-label', pair);
  const { status, stderr } = spawnSync(oracle, ['admit', '-p', '8', '-o', output, ...flags, folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`oracle admit ended with ${status}: ${stderr}`);
  const lines = readFileSync(output, 'utf8').split('\n').filter(Boolean);
  const answers = new Map(lines.map((line) => JSON.parse(line)).map((answer) => [answer.file, answer]));
  for (const one of cases) one.answer = answers.get(path.basename(one.file)) ?? answers.get(one.file);
}

function print(judged) {
  const agreement = agreementOf(judged);
  for (const [word, list] of [
    ['FALSE', agreement.false],
    ['MISSED', agreement.missed],
    ['OTHER', agreement.other],
  ]) {
    for (const one of list) {
      console.log(`${word} ${one.kind} ${one.from}: ${one.what}${keep === undefined ? '' : ` (${one.file})`}`);
      if (one.verdict !== 'accepted') console.log(`  server:  ${one.code ?? one.verdict} ${String(one.message).slice(0, 700)}`);
      const said = one.findings.filter((finding) => word === 'MISSED' || isRefusal(finding) || one.verdict === 'unparsable');
      for (const { level, ruleId, message, says, cause } of said.slice(0, 4))
        console.log(
          `  podlint: ${level} ${ruleId} ${cause === undefined ? '' : `[${cause.type} ${cause.field}] `}${says ?? message}`.slice(
            0,
            500,
          ),
        );
    }
  }
  const row = (name, { rejected, agreed, sameFirst, accepted, refusedWrongly }) =>
    console.log(
      `${name.padEnd(34)} ${String(rejected).padStart(5)} refused, ${share(agreed, rejected)} by podlint too, ${share(sameFirst, agreed)} for the same; ${String(accepted).padStart(5)} accepted, ${refusedWrongly} of these refused by podlint`,
    );
  const share = (part, whole) => (whole === 0 ? '      -' : `${((100 * part) / whole).toFixed(1).padStart(5)} %`);
  for (const [, tallies] of [
    ['by kind', agreement.byKind],
    ['by type', agreement.byType],
  ])
    for (const [name, tally] of [...tallies].sort(([a], [b]) => (a < b ? -1 : 1))) row(name, tally);
  row(`all ${judged.length} (seed ${seed}, ${release})`, agreement.all);
}

/** What test/recorded keeps: first the facts, then a line a mutant, those of one document one after another since they are much the same. */
function writeRecord(judged, facts) {
  const lines = [...judged]
    .sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))
    .map(({ from, what, kind, text, verdict, code, reason, message, causes }) =>
      JSON.stringify({
        from,
        what,
        kind,
        text,
        verdict,
        code,
        reason,
        ...(causes === undefined ? { message } : { causes: causes.map(({ type, field }) => ({ type, field })) }),
      }),
    );
  const others = {
    '--made': each || undefined,
    '--seed': seed,
    '--count': wanted,
    '--kube-version': release === BUILT ? undefined : release,
    '--only': only?.join(','),
    '--namespace-label': label,
    '--times': times === 1 ? undefined : times,
  };
  const given = Object.entries(others).flatMap(([name, value]) => (value === undefined ? [] : [name, value]));
  if (placeholders) given.push('--placeholders');
  const command = ['agree.mjs ORACLE', ...folders, ...given].join(' ');
  const head = { kubernetes: release, command, namespace: NAMESPACE, facts };
  writeFileSync(record, gzipSync(`${[JSON.stringify(head), ...lines].join('\n')}\n`, { level: 9 }));
}
