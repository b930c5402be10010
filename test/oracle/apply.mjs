// Runs inside `oracle with`, for record.mjs: what kubectl and the real API server say when the folder of a case is applied.
//   node test/oracle/apply.mjs FOLDER OUTPUT
// FOLDER has `now/` (what is applied), and perhaps `facts.yaml` (there already) and `before/` (applied earlier). OUTPUT gets verdicts as `oracle admit` gives
// them, for the documents that `documents.json` lists: `{ file, kind, name, namespace, fact }`.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const [folder, output] = process.argv.slice(2);
const documents = JSON.parse(readFileSync(path.join(folder, 'documents.json'), 'utf8'));

// The controller that makes it has only just started.
while (kubectl('get', 'serviceaccount', 'default').status !== 0) spawnSync('sleep', ['0.3']);
for (const [name, verb] of [
  ['facts.yaml', 'create'],
  ['before', 'apply'],
]) {
  const given = path.join(folder, name);
  if (!existsSync(given)) continue;
  const { status } = kubectl(verb, '-R', '-f', given);
  if (status !== 0) {
    // Definitions are served a little later: then what they define can be made as well.
    spawnSync('sleep', ['3']);
    const again = kubectl(verb, '-R', '-f', given).stderr.split('\n');
    if (again.some((line) => /^error|^Error|^The /.test(line) && !line.includes('(AlreadyExists)')))
      throw new Error(again.join('\n'));
  }
  // Controllers look at what is there.
  spawnSync('sleep', ['3']);
}
const now = path.join(folder, 'now');
const isKustomization = existsSync(path.join(now, 'kustomization.yaml'));
const { stdout, stderr } = kubectl('apply', '-v=9', ...(isKustomization ? ['-k', now] : ['-R', '-f', now]));
const made = stdout
  .split('\n')
  .map((line) => /^([a-z]+)(?:\.[\w.]+)?\/(\S+) (?:created|configured|unchanged)$/.exec(line)?.slice(1).join('/'));
const statuses = [...stderr.matchAll(/^\t(\{"kind":"Status".*\})$/gm)]
  .map(([, body]) => JSON.parse(body))
  .filter(({ reason, details }) => !(reason === 'NotFound' && details?.kind !== 'namespaces'));
const errors = stderr.split('\n').flatMap(errorIn);
const verdicts = documents.map((one, doc) => {
  const { kind, name, namespace, fact } = one;
  const verdict = { doc, kind, name, ...(namespace ? { namespace } : {}) };
  const at = fact ? -1 : made.indexOf(`${kind.toLowerCase()}/${name}`);
  if (at >= 0) made.splice(at, 1);
  if (fact || at >= 0) return { ...verdict, verdict: 'accepted' };
  const said = statuses.find(({ details = {} }) => details.name === name && isOf(details.kind, kind));
  const own = errors.findIndex((error) => error.name === name);
  const index = said ? -1 : own >= 0 ? own : errors.findIndex((error) => error.name === undefined && error.file === one.file);
  if (said === undefined && index < 0) throw new Error(`kubectl says nothing of ${kind} ${name}:\n${stdout}`);
  const error = errors[index];
  if (index >= 0) errors.splice(index, 1);
  const whole = statuses.find((status) => status.message === error?.message);
  const causes = said?.details?.causes?.map(({ reason, field, message }) => ({
    type: reason,
    field,
    message: shortened(message),
  }));
  const { code, reason } = said ?? whole ?? {};
  return { ...verdict, verdict: 'rejected', code, reason, message: shortened(said?.message ?? error.message), causes };
});
writeFileSync(output, JSON.stringify(verdicts));

function kubectl(...args) {
  return spawnSync('kubectl', args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
}

/** Admission names the resource (`pods`) where validation names the kind. */
function isOf(named = '', kind) {
  return named === kind || named === `${kind.toLowerCase()}s`;
}

/** A line of kubectl's that says why an object was not applied. */
function errorIn(line) {
  const unmapped = /^(?:error: )?resource mapping not found for name: "([^"]*)" .*from "([^"]*)": (.*)$/.exec(line);
  if (unmapped) return [{ name: unmapped[1], file: relative(unmapped[2]), message: unmapped[3] }];
  const server = /^Error from server \(\w+\): error when creating "([^"]*)": (.*)$/.exec(line);
  return server ? [{ file: relative(server[1]), message: server[2] }] : [];
}

function relative(file) {
  return path.relative(path.join(folder, 'now'), file);
}

/** Without a diff, and without the Go structs that hold what differs from run to run. */
function shortened(message) {
  return message.split('\n')[0].replace(/Invalid value: \{.{150,}\}: /g, 'Invalid value: …: ');
}
