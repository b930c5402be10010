// Holds what podlint predicts of the API server against recorded verdicts of the real one, document by document:
//   node test/oracle/corpus.mjs FOLDER VERDICTS.jsonl[.gz] [-- options for podlint]
// VERDICTS has a line a document, as `oracle admit` writes them: { file (relative to FOLDER), doc, item?, kind, name, verdict, message, causes }.
// Prints false rejections first (an error of podlint on a document that the server accepts), then what podlint missed, and exits with 1 on the former.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { house, root } from './house.mjs';

const { isRefusal, saysTheFirst } = await house(["export * from './test/oracle/agreement.ts';"]);
const [folder, verdicts, ...rest] = process.argv.slice(2);
const options = rest[0] === '--' ? rest.slice(1) : rest;
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
for (const finding of report.findings) {
  if (!isRefusal(finding)) continue;
  const k = key(relative(finding.file), finding.object?.kind, finding.object?.name);
  predicted.set(k, [...(predicted.get(k) ?? []), finding]);
}
const accepted = new Set(lines.filter((line) => line.verdict === 'accepted').map((line) => key(line.file, line.kind, line.name)));
const refused = lines.filter((line) => line.verdict !== 'accepted');
const refusedKeys = new Set(refused.map((line) => key(line.file, line.kind, line.name)));
let wrong = 0;
for (const [k, findings] of predicted) {
  if (!accepted.has(k) || refusedKeys.has(k)) continue;
  wrong++;
  for (const f of findings) console.log(`FALSE ${f.file}:${f.line} ${f.ruleId}: ${f.message}`);
}
const seen = new Map();
let missed = 0;
let otherCause = 0;
for (const line of refused) {
  const findings =
    predicted.get(key(line.file, line.kind, line.name)) ??
    (line.verdict === 'unparsable' ? report.findings.filter((f) => relative(f.file) === line.file && f.level === 'error') : []);
  if (findings.length > 0) {
    if (!saysTheFirst(line, findings)) {
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
process.exitCode = wrong === 0 ? 0 : 1;
