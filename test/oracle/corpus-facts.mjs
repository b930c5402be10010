// The facts that a run over a corpus has when the server has answered about it: the CustomResourceDefinitions of the corpus, and the namespaces that its
// documents name, which `oracle admit` makes for them:
//   node test/oracle/corpus-facts.mjs FOLDER FACTS
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { house } from './house.mjs';

/** Writes `definitions.json` and `namespaces.json` into the folder `facts`, and gives how many of each. */
export async function writeFacts(folder, facts) {
  const { readDocuments, manifestsIn } = await house([
    "export { readDocuments } from './src/source/reader.ts';",
    "export { manifestsIn } from './src/cluster/unwrap.ts';",
  ]);
  const definitions = new Map();
  const namespaces = new Set();
  for (const file of readdirSync(folder, { recursive: true }).sort()) {
    if (!/\.(?:ya?ml|json)$/.test(file)) continue;
    const documents = await readDocuments({ path: file, text: readFileSync(path.join(folder, file), 'utf8') });
    for (const { apiVersion, kind, value } of documents.flatMap((document) => manifestsIn(document))) {
      // A definition of a version that is not served was refused.
      if (kind === 'CustomResourceDefinition' && apiVersion === 'apiextensions.k8s.io/v1')
        definitions.set(value.metadata?.name, value);
      const namespace = value.metadata?.namespace;
      if (typeof namespace === 'string' && namespace !== '') namespaces.add(namespace);
    }
  }
  mkdirSync(facts, { recursive: true });
  const write = (name, items) =>
    writeFileSync(path.join(facts, name), `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, undefined, 1)}\n`);
  write('definitions.json', [...definitions.values()]);
  write(
    'namespaces.json',
    [...namespaces].sort().map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
  );
  return { definitions: definitions.size, namespaces: namespaces.size };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [folder, facts] = process.argv.slice(2);
  if (facts === undefined) {
    console.error('usage: node test/oracle/corpus-facts.mjs FOLDER FACTS');
    process.exit(2);
  }
  const { definitions, namespaces } = await writeFacts(folder, facts);
  console.log(`${definitions} definitions, ${namespaces} namespaces`);
}
