// Records what the real components say of the fixtures of rules that claim it (`evidence: 'admit'`, `'run'` or `'apply'`):
//   node test/oracle/record.mjs ORACLE [--all] [--jobs N] [rule id, or the beginning of one]…
// Writes fixtures/<rule>/<case>/recorded.json. Without --all, cases whose texts were recorded already are left alone. README.md beside this file.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { house, root } from './house.mjs';

const temporary = mkdtempSync(path.join(os.tmpdir(), 'podlint-record-'));
const args = process.argv.slice(2);
const PATIENCE = '-quiet 20s -least 20s -most 60s';
const PROVISIONER = 'oracle.podlint.test/pretend';
const BUILT_IN_NAMESPACES = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease']);
const all = takeFlag('--all');
const jobs = takeOption('--jobs') ?? '2';
const [oracle, ...prefixes] = args;
if (oracle === undefined) {
  console.error('usage: node test/oracle/record.mjs ORACLE [--all] [--jobs N] [RULE…]');
  process.exit(2);
}

function takeFlag(name) {
  const at = args.indexOf(name);
  if (at >= 0) args.splice(at, 1);
  return at >= 0;
}

function takeOption(name) {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args.splice(at, 2)[1];
}

try {
  const {
    rules,
    casesOf,
    recordingOf,
    printRecording,
    inputsOf,
    directivesOf,
    recordingIn,
    readDocuments,
    manifestsIn,
    knownKind,
    NEWEST,
  } = await house([
    "export { rules } from './src/lint/registry.ts';",
    "export { casesOf } from './test/support/expectations.ts';",
    "export { directivesOf, inputsOf, printRecording, recordingIn, recordingOf } from './test/oracle/recording.ts';",
    "export { readDocuments } from './src/source/reader.ts';",
    "export { manifestsIn } from './src/cluster/unwrap.ts';",
    "export { knownKind } from './src/apiserver/verdict.ts';",
    "export { NEWEST } from './src/api/kinds.ts';",
  ]);
  const fixtures = path.join(root, 'fixtures');
  const asked = [];
  let skipped = 0;
  for (const rule of rules) {
    if (typeof rule.evidence !== 'string' || (prefixes.length > 0 && !prefixes.some((prefix) => rule.id.startsWith(prefix))))
      continue;
    for (const one of casesOf(fixtures, rule.id)) {
      const target = path.join(one.folder, 'recorded.json');
      const inputs = inputsOf(one);
      if (!all && recordingIn(one.folder)?.inputs === inputs) continue;
      const tool = directivesOf(one.folder).find((line) => line.startsWith('sent-by '));
      if (tool !== undefined) {
        writeFileSync(
          target,
          printRecording({ inputs, skipped: `${tool.slice(8)} sends it, not kubectl, in an order of its own` }),
        );
        skipped++;
        continue;
      }
      if (rule.evidence === 'apply' && placeholderIn(one) === undefined) {
        const recorded = await applied(one, { readDocuments, manifestsIn });
        writeFileSync(target, printRecording({ inputs, command: 'oracle with -- kubectl apply', ...recordingOf(...recorded) }));
        continue;
      }
      const sent = await toSend(one, rule.each, directivesOf(one.folder), { readDocuments, manifestsIn, knownKind, NEWEST });
      if (typeof sent === 'string') {
        writeFileSync(target, printRecording({ inputs, skipped: sent }));
        skipped++;
      } else asked.push({ ...sent, name: one.name, target, inputs, command: rule.evidence });
    }
  }
  console.log(`${asked.length} cases to ask, ${skipped} that no component can be asked`);
  const groups = new Map();
  for (const one of asked) {
    const options = one.command === 'run' ? ['run', '-start-cronjobs', ...(one.storage ? ['-storage-class'] : [])] : ['admit'];
    const key = options.join(' ');
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  let failed = 0;
  for (const [command, cases] of groups) {
    const folder = path.join(temporary, command.replaceAll(' ', ''));
    mkdirSync(folder, { recursive: true });
    for (const [index, one] of cases.entries()) {
      one.path = path.join(folder, `${String(index).padStart(4, '0')}.yaml`);
      writeFileSync(one.path, one.text);
    }
    const output = path.join(folder, 'out.jsonl');
    const first = ask(command, cases, output);
    // Some are looked at while a container still makes up its mind: those again, with more patience.
    const undecided = cases.filter((one) => first.lines.some((line) => line.file === one.path && line.pods?.some(isUndecided)));
    const again = undecided.length > 0 ? ask(`${command} ${PATIENCE}`, undecided, `${output}.again`).lines : [];
    const lines = [...again, ...first.lines];
    for (const one of cases) {
      const own = lines.filter((line) => line.file === one.path);
      const report = command === 'admit' ? { kubernetes: first.kubernetes, verdicts: own } : own[0];
      const broken = report?.oracleError ?? report?.verdicts.find((verdict) => verdict.oracleError)?.oracleError;
      if (report === undefined || broken !== undefined) {
        console.error(`${one.name}: ${broken ?? 'no answer'}`);
        failed++;
        continue;
      }
      writeFileSync(
        one.target,
        printRecording({
          inputs: one.inputs,
          command: `oracle ${command}`,
          ...recordingOf(report, one.documents),
        }),
      );
    }
  }
  process.exitCode = failed > 0 ? 1 : 0;
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

/** Asks the oracle, and gives its answers, a line a document or a case. */
function ask(command, cases, output) {
  console.log(`oracle ${command}: ${cases.length} cases`);
  const { status, stderr } = spawnSync(
    oracle,
    [...command.split(' '), '-p', jobs, '-o', output, ...cases.map((one) => one.path)],
    {
      stdio: ['ignore', 'inherit', 'pipe'],
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    },
  );
  process.stderr.write(stderr);
  if (status !== 0) throw new Error(`oracle ${command} ended with ${status}`);
  const lines = readFileSync(output, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return { lines, kubernetes: /Kubernetes (v[\d.]+)/.exec(stderr)?.[1] };
}

/** Its init containers are through, and of its containers nothing is known yet. */
function isUndecided({ containers = [] }) {
  const through = ({ state, exitCode, ready }) => (state === 'terminated' && exitCode === 0) || (state === 'running' && ready);
  return (
    containers.filter(({ init }) => init).every(through) &&
    containers.some(({ init, state, reason }) => !init && state === 'waiting' && reason === 'PodInitializing')
  );
}

/**
 * The case as one file for the oracle, with where each of its documents comes from; or, as a string, why it cannot be asked. Facts come first.
 * Without facts, namespaces that nobody defines are taken to be there; one that is not is made at the very end: else the oracle would make it first.
 */
async function toSend({ folder, texts, facts, expected }, each, directives, { readDocuments, manifestsIn, knownKind, NEWEST }) {
  // Where the question is what becomes of each file as it is, it is sent as it is.
  const placeholder = each ? undefined : placeholderIn({ texts });
  if (placeholder) return `${placeholder.path} holds placeholders: nothing but what fills them in can send it`;
  const kustomized = !each && texts.some(({ path: file }) => /(^|\/)kustomization\.ya?ml$/.test(file));
  let files = texts;
  if (kustomized) {
    const rendered = spawnSync('kubectl', ['kustomize', folder], { encoding: 'utf8' });
    if (rendered.error) return 'kubectl is not there to render the kustomization';
    if (rendered.status !== 0) return `kubectl kustomize: ${rendered.stderr.trim().replaceAll(folder, '')}`;
    files = [{ path: 'kustomization.yaml', text: rendered.stdout }];
  }
  const documents = [];
  const parts = [];
  const manifests = [];
  const known = await Promise.all(facts.map(async (file) => [file.path, await readDocuments(file)]));
  const sent = await Promise.all(files.map(async (file) => [file, await readDocuments(file)]));
  for (const [file, docs] of known)
    for (const [document, one] of docs.filter((doc) => doc.value !== null).entries())
      for (const manifest of manifestsIn(one)) {
        manifests.push({ ...manifest, fact: true });
        documents.push({ file, document, fact: true, value: manifest.value });
      }
  for (const [file, docs] of sent)
    for (const [document, one] of docs.filter((doc) => doc.value !== null || doc.error).entries()) {
      manifests.push(...manifestsIn(one));
      documents.push({ file: file.path, document, fact: false });
    }

  const defined = new Set(
    manifests
      .filter(({ kind }) => kind === 'CustomResourceDefinition')
      .map(({ value }) => `${value.spec?.group}/${value.spec?.names?.kind}`),
  );
  for (const { apiVersion, kind, value, fact } of manifests) {
    const known = knownKind(apiVersion, kind, NEWEST, new Map());
    const custom = known.by === 'nothing' && known.lifecycle.state === 'custom' && known.lifecycle.suggestions.length === 0;
    if (custom && !each && !fact && !defined.has(`${apiVersion.split('/')[0]}/${kind}`) && facts.length === 0)
      return `${kind} of ${apiVersion} is nothing without its operator`;
    if (fact && ['ResourceQuota', 'PersistentVolumeClaim', 'Pod'].includes(kind) && value.status)
      return `the facts hold the status of a ${kind}, which only its controller can give`;
  }

  const classes = manifests.filter(
    ({ kind, value }) => kind === 'StorageClass' && value.provisioner !== 'kubernetes.io/no-provisioner',
  );
  const isDefault = ({ value }) => value.metadata?.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true';
  const claims = manifests.flatMap(({ kind, value }) =>
    kind === 'PersistentVolumeClaim' ? [value] : kind === 'StatefulSet' ? (value.spec?.volumeClaimTemplates ?? []) : [],
  );
  const named = new Set(claims.flatMap((claim) => claim?.spec?.storageClassName || []));
  // The oracle's provisioner comes with a default class. Without facts, classes are taken to be there.
  const open =
    facts.length === 0 && claims.some((claim) => claim?.spec?.storageClassName !== '' && claim?.spec?.volumeName === undefined);
  const storage =
    open ||
    (classes.length > 0 && (classes.some(isDefault) || claims.every((claim) => claim?.spec?.storageClassName !== undefined)));
  if (open) {
    for (const { value } of manifests.filter(({ kind }) => kind === 'StorageClass')) named.delete(value.metadata?.name);
    for (const name of named) {
      documents.unshift(undefined);
      parts.push(JSON.stringify(pretended({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name } })));
    }
  }
  // Facts are there before anything is sent, and so are their namespaces.
  const given = new Set(
    manifests.filter(({ kind, fact }) => fact && kind === 'Namespace').map(({ value }) => value.metadata?.name),
  );
  for (const { value } of manifests.filter(({ fact }) => fact)) {
    const name = value.metadata?.namespace;
    if (name === undefined || BUILT_IN_NAMESPACES.has(name) || given.has(name)) continue;
    given.add(name);
    documents.unshift(undefined);
    parts.push(JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
  }
  for (const { value } of documents.filter((one) => one?.fact))
    parts.push(JSON.stringify(inCase(storage && value.kind === 'StorageClass' ? pretended(value) : value)));
  for (const [{ text }] of sent) {
    const here = text.replace(/^ {2}namespace: default *$/gm, '');
    if (!storage) parts.push(here);
    else
      parts.push(
        here
          .replace(/^provisioner: (?!kubernetes\.io\/no).*$/gm, `provisioner: ${PROVISIONER}`)
          .replace(/^volumeBindingMode: .*$/gm, 'volumeBindingMode: WaitForFirstConsumer'),
      );
  }

  const namespaces = new Set(manifests.filter(({ kind }) => kind === 'Namespace').map(({ value }) => value.metadata?.name));
  if (facts.length > 0 || expected.some((line) => line.endsWith('rejected/missing-namespace'))) {
    for (const { value } of manifests.filter(({ fact }) => !fact)) {
      const name = value.metadata?.namespace;
      if (typeof name !== 'string' || BUILT_IN_NAMESPACES.has(name) || namespaces.has(name) || given.has(name)) continue;
      namespaces.add(name);
      parts.push(JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
    }
  }
  // No mark before the first document: the reader would count it as a line of it.
  const lines = [...parts, ...directives.map((line) => `# oracle: ${line}`)].map((part) =>
    part.endsWith('\n') ? part : `${part}\n`,
  );
  return {
    text: lines.join('---\n'),
    documents: documents.map((one) => one && { file: one.file, document: one.document, fact: one.fact }),
    storage,
  };
}

function placeholderIn({ texts }) {
  return texts.find(({ text }) => /\$\{[A-Za-z_]|\{\{|ENC\[/.test(text));
}

/** Applies a case with kubectl, as a person would, in a cluster of its own; the arguments of `recordingOf`. */
async function applied({ name, texts, facts, before }, { readDocuments, manifestsIn }) {
  console.log(`oracle with: ${name}`);
  const folder = path.join(temporary, 'apply', name);
  const write = (file, text) => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  };
  const documents = [];
  for (const [prefix, list] of [
    ['', facts],
    ['before/', before],
    ['now/', texts],
  ]) {
    for (const file of list) {
      write(`${prefix}${file.path}`, file.text);
      if (prefix === 'before/') continue;
      for (const [index, document] of (await readDocuments(file)).filter(({ value }) => value !== null).entries()) {
        for (const { kind, value } of manifestsIn(document)) {
          if (kind === 'Kustomization') continue;
          const { name: own, namespace } = value.metadata;
          documents.push({ file: file.path, document: index, fact: prefix === '', kind, name: own, namespace });
        }
      }
    }
  }
  write('documents.json', JSON.stringify(documents));
  const output = path.join(folder, 'out.json');
  const script = path.join(root, 'test/oracle/apply.mjs');
  const { status, stderr } = spawnSync(oracle, ['with', '--', process.execPath, script, folder, output], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${name}: ${stderr}`);
  const kubernetes = /Kubernetes (v[\d.]+)/.exec(stderr)?.[1] ?? 'v1.37.2';
  return [{ kubernetes, verdicts: JSON.parse(readFileSync(output, 'utf8')) }, documents];
}

/** The oracle puts into a namespace of the case's own what names none: what names `default` belongs there too. */
function inCase(value) {
  return value.metadata?.namespace === 'default' ? { ...value, metadata: { ...value.metadata, namespace: undefined } } : value;
}

/** A class of the oracle's provisioner, which waits for a Pod. */
function pretended(value) {
  return { ...value, provisioner: PROVISIONER, volumeBindingMode: 'WaitForFirstConsumer', parameters: undefined };
}
