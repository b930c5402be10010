// Holds what podlint predicts of the API server against recorded verdicts of the real one, document by document:
//   node test/oracle/corpus.mjs FOLDER VERDICTS.jsonl[.gz] [--literal] [-- options for podlint]
// VERDICTS has a line a document, as `oracle admit` writes them: { file (relative to FOLDER), doc, item?, kind, name, verdict, message, causes }.
// --literal asks what the server was asked: every file by itself, with the definitions of the corpus and the namespaces that it names, and what is a note
// since nobody sends such a file counts as an error. Then every verdict must be the server's.
// Prints false rejections first (an error of podlint on a document that the server accepts), then what podlint missed, and exits with 1 on the former; with
// --literal on the latter as well.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { writeFacts } from './corpus-facts.mjs';
import { house, root } from './house.mjs';

const { isRefusal, rules, saysTheFirst } = await house([
  "export * from './test/oracle/agreement.ts';",
  "export { rules } from './src/lint/registry.ts';",
]);
const args = process.argv.slice(2);
const dashes = args.indexOf('--');
const options = dashes < 0 ? [] : args.splice(dashes).slice(1);
const literal = args.includes('--literal');
const [folder, verdicts] = args.filter((one) => one !== '--literal');
if (literal) {
  const facts = mkdtempSync(path.join(os.tmpdir(), 'podlint-corpus-'));
  process.on('exit', () => rmSync(facts, { recursive: true, force: true }));
  const { definitions, namespaces } = await writeFacts(folder, facts);
  console.log(`facts: ${definitions} definitions, ${namespaces} namespaces`);
  const raised = rules.flatMap(({ id, each }) => (each ? ['--rule', `${id}:error`] : []));
  options.unshift('--no-config', '--each', '--cluster', facts, ...raised);
}
const raw = readFileSync(verdicts);
const lines = (verdicts.endsWith('.gz') ? gunzipSync(raw) : raw)
  .toString()
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));
let output;
try {
  output = execFileSync(
    process.execPath,
    [path.join(root, 'dist/cli.js'), '--format', 'json', '--profile', 'predict', ...options, folder],
    { maxBuffer: 2 ** 30, encoding: 'utf8' },
  );
} catch (error) {
  if (error.status !== 1 && error.status !== 2) throw error;
  output = error.stdout;
}
const report = JSON.parse(output);
const key = (file, kind, name) => `${file}\0${kind ?? ''}\0${name ?? ''}`;
const relative = (file) => path.relative(path.resolve(folder), path.resolve(file)).split(path.sep).join('/');
const predicted = new Map();
/** Refusals of what is no object, by file: they are told from each other by what they say. */
const bare = new Map();
for (const finding of report.findings) {
  if (!isRefusal(finding)) continue;
  const file = relative(finding.file);
  const [map, k] = finding.object ? [predicted, key(file, finding.object.kind, finding.object.name)] : [bare, file];
  map.set(k, [...(map.get(k) ?? []), finding]);
}
const isAbout = (line, finding) =>
  line.verdict === 'unparsable' ? isSaid(line.message, finding.says) : saysTheFirst(line, [finding]);
/** What may be of a Secret podlint leaves out: `…` stands for it. */
const isSaid = (message, says) => {
  let at = 0;
  for (const piece of says.split('…')) {
    const found = message.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return true;
};
const accepted = new Set(lines.filter((line) => line.verdict === 'accepted').map((line) => key(line.file, line.kind, line.name)));
const refused = lines.filter((line) => line.verdict !== 'accepted');
const refusedKeys = new Set(refused.map((line) => key(line.file, line.kind, line.name)));
let wrong = 0;
for (const [k, findings] of predicted) {
  if (!accepted.has(k) || refusedKeys.has(k)) continue;
  wrong++;
  for (const f of findings) console.log(`FALSE ${f.file}:${f.line} ${f.ruleId}: ${f.message}`);
}
for (const [file, findings] of bare) {
  const answers = lines.filter((line) => line.file === file);
  for (const f of findings) {
    if (answers.every((line) => line.verdict !== 'accepted') || answers.some((line) => isAbout(line, f))) continue;
    wrong++;
    console.log(`FALSE ${f.file}:${f.line} ${f.ruleId}: ${f.message}`);
  }
}
const seen = new Map();
let missed = 0;
let otherCause = 0;
for (const line of refused) {
  const own = predicted.get(key(line.file, line.kind, line.name));
  const findings = own ?? bare.get(line.file) ?? [];
  if (findings.length > 0) {
    if (own === undefined ? !findings.some((f) => isAbout(line, f)) : !saysTheFirst(line, findings)) {
      otherCause++;
      console.log(
        `OTHER ${line.file} ${line.kind}/${line.name}: the server says ${line.message}; podlint ${findings.map((f) => f.says ?? f.message).join(', ')}`,
      );
    }
    continue;
  }
  missed++;
  const why = String(line.message).slice(0, 200);
  seen.set(why, [...(seen.get(why) ?? []), `${line.file}#${line.doc}`]);
}
for (const [why, where] of seen) console.log(`MISSED ${where.length}x ${why} (${where[0]})`);
const counts = {};
for (const f of report.findings) counts[`${f.ruleId} ${f.level}`] = (counts[`${f.ruleId} ${f.level}`] ?? 0) + 1;
console.log(counts);
console.log(
  `${lines.length} documents: ${refused.length} refused by the server, of these ${refused.length - missed} by podlint too (${otherCause} for another first cause); ${wrong} refused by podlint alone`,
);
process.exitCode = wrong === 0 && (!literal || missed + otherCause === 0) ? 0 : 1;
