// Makes data/api.json, the table of Kubernetes' kinds and fields that src/api/table.ts reads, and data/map-types.json, from one distilled OpenAPI document a
// minor release (<minor>.json.gz: {kubernetes, resources, schemas}) and, for the server's own wording of decoding errors, from the
// Go sources of the newest release (Go names of types and embedded structs, which no OpenAPI document holds).
//
//   node scripts/generate-api.mjs OPENAPI_FOLDER [GO_MODULE_CACHE/k8s.io] [OUTPUT]
//
// Without the second argument the Go names of the existing table are kept. The output is a function of the inputs alone.
//
// The grammar (read by src/api/table.ts):
//   definitions   name → rows, separated by blanks; a first row `@hex` says in which releases the definition exists (bit 0 = the first
//                 of `releases`), absent if in all. A name is that of OpenAPI's without what stands before `core.v1.Pod`; a reference
//                 within the same package has only the last part.
//   row           name:type attributes. A name has several rows, with disjoint `@` masks, where releases differ.
//   type          s string, b boolean, i int32, l int64, n double, y base64 bytes, x int-or-string, q quantity, t time, u time with
//                 microseconds, o open object, a anything, B schema or boolean, A schema or list of schemas, S schema or strings,
//                 #definition; `[` list of, `{` map of.
//   attributes    ! required; @hex releases (absent: wherever the definition exists); =n enum; *n default; ^n list type and map keys;
//                 +n patch strategy and merge key; ~n Go type; >n embedded Go structs the field is in. n indexes the table of that name.
//   resources     group version kind plural singular shortNames categories namespaced(n|c) verbs subresources definition presence enabled
//                 with `,` in lists, `-` for nothing, hex masks, verbs an index.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { goPackages } from './go-types.mjs';

const [openapi, goModules, output = new URL('../data/api.json', import.meta.url).pathname] = process.argv.slice(2);
if (openapi === undefined) {
  process.stderr.write('usage: node scripts/generate-api.mjs OPENAPI_FOLDER [GO_MODULE_CACHE/k8s.io] [OUTPUT]\n');
  process.exit(2);
}

const releases = readdirSync(openapi)
  .filter((name) => /^\d+\.\d+\.json\.gz$/.test(name))
  .map((name) => name.slice(0, -'.json.gz'.length))
  .sort((a, b) => Number(a.split('.')[1]) - Number(b.split('.')[1]));
const documents = releases.map((minor) => JSON.parse(gunzipSync(readFileSync(join(openapi, `${minor}.json.gz`))).toString()));
const ALL = 2 ** releases.length - 1;
const hex = (mask) => mask.toString(16);

/** Values that rows refer to by index, the most used first so that the indices stay short. */
class Table {
  #uses = new Map();
  use(value) {
    this.#uses.set(value, (this.#uses.get(value) ?? 0) + 1);
    return value;
  }
  finish() {
    this.values = [...this.#uses].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([value]) => value);
    this.index = new Map(this.values.map((value, i) => [value, i]));
  }
}
const tables = { '=': new Table(), '*': new Table(), '^': new Table(), '+': new Table(), '~': new Table(), '>': new Table() };
const verbs = new Table();

const LEAVES = {
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 't',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 'u',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': 'a',
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'q',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'x',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': 'o',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON': 'a',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool': 'B',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray': 'A',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray': 'S',
};
/** What only an embedded type's own unmarshaller reaches. */
const REACHED = { B: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps' };

const short = (name) => {
  const found =
    /^io\.k8s\.(?:api|apimachinery\.pkg\.apis|apiextensions-apiserver\.pkg\.apis|kube-aggregator\.pkg\.apis)\.(.+)$/.exec(name);
  if (found === null) throw new Error(`no short name for ${name}`);
  return found[1];
};
const packageOf = (name) => name.slice(0, name.lastIndexOf('.'));
const isZero = (value) =>
  value === '' ||
  value === 0 ||
  value === false ||
  (typeof value === 'object' && value !== null && Object.keys(value).length === 0);

function typeCode(schema, home, reach) {
  if (schema.$ref !== undefined) {
    const leaf = LEAVES[schema.$ref];
    if (leaf !== undefined) {
      if (REACHED[leaf] !== undefined) reach(REACHED[leaf]);
      return leaf;
    }
    reach(schema.$ref);
    return '#' + (packageOf(schema.$ref) === home ? schema.$ref.slice(home.length + 1) : short(schema.$ref));
  }
  switch (schema.type) {
    case 'string':
      return schema.format === 'byte' ? 'y' : 's';
    case 'boolean':
      return 'b';
    case 'integer':
      return schema.format === 'int64' ? 'l' : 'i';
    case 'number':
      return 'n';
    case 'array':
      return '[' + typeCode(schema.items, home, reach);
    case 'object':
      return schema.additionalProperties === undefined ? 'o' : '{' + typeCode(schema.additionalProperties, home, reach);
  }
  throw new Error(`no type code for ${JSON.stringify(schema)}`);
}

const go = goModules === undefined ? goNamesOf(output) : goNamesFrom(goPackages(goModules));

function goNamesFrom(packages) {
  return (definition, field, code) => packages.fieldOf(definition, field, code);
}

function goNamesOf(path) {
  if (!existsSync(path)) return () => ({});
  const old = JSON.parse(readFileSync(path, 'utf8'));
  const known = new Map();
  for (const [name, rows] of Object.entries(old.definitions)) {
    for (const row of rows.split(' ')) {
      const field = row.split(':', 1)[0];
      const type = /~(\d+)/.exec(row);
      const embedded = />(\d+)/.exec(row);
      known.set(`${name} ${field}`, { type: type && old.goTypes[type[1]], embedded: embedded && old.embedded[embedded[1]] });
    }
  }
  return (definition, field) => known.get(`${short(definition)} ${field}`) ?? {};
}

// Every definition reached from a resource, and each of its fields with the releases in which it looks so.
const definitions = new Map();
for (const [bit, document] of documents.entries()) {
  const queue = document.resources.map((resource) => resource.schema);
  const seen = new Set();
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    if (!definitions.has(name)) definitions.set(name, { mask: 0, fields: new Map() });
    const definition = definitions.get(name);
    definition.mask |= 1 << bit;
    const schema = document.schemas[name];
    const required = new Set(schema.required ?? []);
    for (const [field, property] of Object.entries(schema.properties ?? {})) {
      const code = typeCode(property, packageOf(name), (reached) => queue.push(reached));
      const attributes = [];
      if (required.has(field)) attributes.push(['!', '']);
      const allowed = property.enum ?? property.items?.enum ?? property.additionalProperties?.enum;
      if (allowed !== undefined) attributes.push(['=', JSON.stringify([...allowed].sort())]);
      if (property.default !== undefined && !isZero(property.default)) attributes.push(['*', JSON.stringify(property.default)]);
      const list = property['x-kubernetes-list-type'];
      if (list !== undefined && list !== 'atomic') {
        attributes.push(['^', [list, ...(property['x-kubernetes-list-map-keys'] ?? [])].join(' ')]);
      }
      const strategy = property['x-kubernetes-patch-strategy'];
      const mergeKey = property['x-kubernetes-patch-merge-key'];
      if (strategy !== undefined || mergeKey !== undefined) attributes.push(['+', `${strategy ?? ''} ${mergeKey ?? ''}`.trim()]);
      const names = go(name, field, code);
      if (names.type) attributes.push(['~', names.type]);
      if (names.embedded) attributes.push(['>', names.embedded]);
      const key = JSON.stringify([code, attributes]);
      if (!definition.fields.has(field)) definition.fields.set(field, new Map());
      const variants = definition.fields.get(field);
      variants.set(key, (variants.get(key) ?? 0) | (1 << bit));
    }
  }
}
for (const { fields } of definitions.values()) {
  for (const variants of fields.values()) {
    for (const key of variants.keys()) for (const [mark, value] of JSON.parse(key)[1]) if (mark !== '!') tables[mark].use(value);
  }
}

const resources = new Map();
for (const [bit, document] of documents.entries()) {
  for (const r of document.resources) {
    const list = (values) => (values === undefined || values.length === 0 ? '-' : values.join(','));
    const key = JSON.stringify([
      r.group || '-',
      r.version,
      r.kind,
      r.plural,
      r.singular,
      list(r.shortNames),
      list(r.categories),
      r.namespaced ? 'n' : 'c',
      verbs.use(list(r.verbs)),
      list(r.subresources),
      short(r.schema),
    ]);
    if (!resources.has(key)) resources.set(key, { present: 0, enabled: 0 });
    const masks = resources.get(key);
    masks.present |= 1 << bit;
    if (r.enabledByDefault) masks.enabled |= 1 << bit;
  }
}

for (const table of [...Object.values(tables), verbs]) table.finish();
const bytewise = ([a], [b]) => (a < b ? -1 : a > b ? 1 : 0);

const rows = (definition) => {
  const out = definition.mask === ALL ? [] : ['@' + hex(definition.mask)];
  for (const [field, variants] of [...definition.fields].sort(bytewise)) {
    for (const [key, mask] of [...variants].sort((a, b) => a[1] - b[1])) {
      const [code, attributes] = JSON.parse(key);
      const marks = attributes.map(([mark, value]) => (mark === '!' ? '!' : mark + tables[mark].index.get(value))).join('');
      out.push(`${field}:${code}${marks}${mask === definition.mask ? '' : '@' + hex(mask)}`);
    }
  }
  return out.join(' ');
};

const table = {
  header:
    'Made by `node scripts/generate-api.mjs OPENAPI_FOLDER GO_MODULE_CACHE/k8s.io`; not written by hand. The grammar is in that script.',
  provenance: {
    from: 'OpenAPI v3 documents and discovery of Kubernetes (Apache License 2.0), without descriptions; Go names from the sources of the newest',
    kubernetes: documents.map((document) => document.kubernetes),
  },
  releases,
  enums: tables['='].values.map((value) => JSON.parse(value)),
  defaults: tables['*'].values.map((value) => JSON.parse(value)),
  listTypes: tables['^'].values,
  patches: tables['+'].values,
  goTypes: tables['~'].values,
  embedded: tables['>'].values,
  verbs: verbs.values,
  resources: [...resources]
    .map(([key, masks]) => {
      const fields = JSON.parse(key);
      fields[8] = verbs.index.get(fields[8]);
      return [...fields, hex(masks.present), hex(masks.enabled)].join(' ');
    })
    .sort(),
  definitions: Object.fromEntries([...definitions].map(([name, definition]) => [short(name), rows(definition)]).sort(bytewise)),
};

// One line a value: small in bytes, and a diff shows the definition that changed.
const lines = Object.entries(table).map(([key, value]) => {
  if (key === 'resources') return `"resources":[\n${value.map((row) => JSON.stringify(row)).join(',\n')}\n]`;
  if (key !== 'definitions') return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
  return `"definitions":{\n${Object.entries(value)
    .map(([name, row]) => `${JSON.stringify(name)}:${JSON.stringify(row)}`)
    .join(',\n')}\n}`;
});
writeFileSync(output, `{\n${lines.join(',\n')}\n}\n`);
process.stderr.write(`${output}: ${definitions.size} definitions, ${resources.size} resources\n`);

// What is replaced as a whole: x-kubernetes-map-type, of definitions and of fields, where it stands before what the definition says. Few runs ask.
const mapTypes = new Map();
const note = (name, type) => {
  if (type === undefined) return;
  if (mapTypes.has(name) && mapTypes.get(name) !== type)
    throw new Error(`${name}: ${type}, and ${mapTypes.get(name)} in another release`);
  mapTypes.set(name, type);
};
for (const { schemas } of documents) {
  for (const [name, schema] of Object.entries(schemas)) {
    if (!definitions.has(name)) continue;
    note(short(name), schema['x-kubernetes-map-type']);
    for (const [field, property] of Object.entries(schema.properties ?? {}))
      note(`${short(name)}.${field}`, property['x-kubernetes-map-type']);
  }
}
const { header } = table;
const byName = Object.fromEntries([...mapTypes].sort(bytewise));
writeFileSync(join(dirname(output), 'map-types.json'), `${JSON.stringify({ header, mapTypes: byName }, undefined, 1)}\n`);
