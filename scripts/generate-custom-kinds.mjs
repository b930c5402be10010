// Makes data/custom-kinds/: what the CustomResourceDefinitions of well-known projects say, read by src/api/catalogue.ts where a custom resource has no
// definition in the set or in the facts. The definitions come from Go modules, fetched with the Go command, and from a few folders of other repositories:
//
//   node scripts/generate-custom-kinds.mjs [--from REPOSITORY=FOLDER …] [OUTPUT]
//
// A file is the same whenever the inputs and Node's brotli are. To bring a project up to date, change its version in the table below, and run it.
//
// One file an API group, <group>.json.br: {sources, schemas, kinds}, compressed, ASCII.
//   sources   {name, version, origin, licence, older?}: where the group's definitions come from. `older`: newer ones are known to have more fields.
//   kinds     {source, kind, plural, cluster?, versions: [{name, schema, status?, scale?, deprecated?}]}: the served versions; `deprecated` is the
//             server's warning where the definition words it, else true.
//   schemas   parts of schemas that occur more than once. Where a schema may stand, a number is the schema at that index; it refers to earlier ones only.
// Descriptions are left out, and what is below a status that is a subresource: the server drops it from what is applied.
// sources.json names each source with its groups, for people and tests.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { parseAllDocuments } from 'yaml';

const APACHE = 'Apache-2.0';
/** A module of Go, its version, and the folders or files in it. `only` takes the definitions whose names match. */
const SOURCES = [
  { name: 'cert-manager', origin: 'github.com/cert-manager/cert-manager@v1.21.2', files: ['deploy/crds'] },
  { name: 'trust-manager', origin: 'github.com/cert-manager/trust-manager@v0.25.0', files: ['deploy/crds'] },
  // The experimental channel has all of the standard one, and more.
  {
    name: 'Gateway API',
    origin: 'sigs.k8s.io/gateway-api@v1.7.0',
    files: ['config/crd/experimental', 'config/crd/standard'],
  },
  { name: 'network-policy-api', origin: 'sigs.k8s.io/network-policy-api@v0.1.1', files: ['config/crd'] },
  {
    name: 'prometheus-operator',
    version: '0.93.0',
    origin: 'github.com/prometheus-operator/kube-prometheus@4d719f1d',
    files: ['manifests/setup'],
  },
  { name: 'Argo CD', origin: 'github.com/argoproj/argo-cd/v3@v3.6.1', files: ['manifests/crds'] },
  { name: 'Argo Rollouts', origin: 'github.com/argoproj/argo-rollouts@v1.10.2', files: ['manifests/crds'] },
  {
    name: 'Argo Workflows',
    version: '3.7.1',
    origin: 'github.com/bitnami/charts@5165628ae0',
    files: ['bitnami/argo-workflows'],
    older: true,
    only: /^(?:\w*workflow\w*)\.argoproj\.io$/,
  },
  { name: 'Flux source-controller', origin: 'github.com/fluxcd/source-controller@v1.10.1', files: ['config/crd/bases'] },
  { name: 'Flux kustomize-controller', origin: 'github.com/fluxcd/kustomize-controller@v1.10.1', files: ['config/crd/bases'] },
  ...[
    ['Flux helm-controller', '1.3.0', /^helmreleases\.helm\.toolkit\.fluxcd\.io$/],
    ['Flux notification-controller', '1.6.0', /\.notification\.toolkit\.fluxcd\.io$/],
    ['Flux image-reflector-controller', '0.35.2', /^image(?:policies|repositories)\.image\.toolkit\.fluxcd\.io$/],
    ['Flux image-automation-controller', '0.41.2', /^imageupdateautomations\.image\.toolkit\.fluxcd\.io$/],
  ].map(([name, version, only]) => ({
    name,
    version,
    origin: 'github.com/bitnami/charts@5165628ae0',
    files: ['bitnami/flux'],
    older: true,
    only,
  })),
  { name: 'External Secrets', origin: 'github.com/external-secrets/external-secrets@v1.3.2', files: ['config/crds/bases'] },
  { name: 'Sealed Secrets', origin: 'github.com/bitnami-labs/sealed-secrets@v0.40.0', files: ['helm/sealed-secrets/crds'] },
  { name: 'KEDA', origin: 'github.com/kedacore/keda/v2@v2.21.0', files: ['config/crd/bases'] },
  { name: 'Karpenter', origin: 'sigs.k8s.io/karpenter@v1.15.0', files: ['pkg/apis/crds'] },
  {
    name: 'Karpenter for AWS',
    origin: 'github.com/aws/karpenter-provider-aws@v1.15.1',
    files: ['pkg/apis/crds'],
    only: /\.karpenter\.k8s\.aws$/,
  },
  { name: 'Istio', origin: 'istio.io/api@v1.31.4', files: ['kubernetes/customresourcedefinitions.gen.yaml'] },
  {
    name: 'Traefik',
    origin: 'github.com/traefik/traefik/v3@v3.7.13',
    licence: 'MIT',
    files: ['docs/content/reference/dynamic-configuration'],
    only: /\.traefik\.io$/,
  },
  { name: 'Knative Serving', origin: 'knative.dev/serving@v0.51.0', files: ['config/core/300-resources'] },
  {
    name: 'Cilium',
    origin: 'github.com/cilium/cilium@v1.20.2',
    files: ['pkg/k8s/apis/cilium.io/client/crds/v2', 'pkg/k8s/apis/cilium.io/client/crds/v2alpha1'],
  },
  {
    name: 'Kyverno',
    origin: 'github.com/kyverno/kyverno@v1.19.1',
    files: ['config/crds/kyverno', 'config/crds/policies.kyverno.io', 'config/crds/policyreport', 'config/crds/reports'],
  },
  {
    name: 'Gatekeeper',
    origin: 'github.com/open-policy-agent/gatekeeper/v3@v3.23.1',
    files: ['charts/gatekeeper/crds'],
  },
  {
    name: 'Velero',
    origin: 'github.com/vmware-tanzu/velero@v1.18.3',
    files: ['config/crd/v1/bases', 'config/crd/v2alpha1/bases'],
  },
  { name: 'MetalLB', origin: 'go.universe.tf/metallb@v0.16.2', files: ['config/crd/bases'] },
  { name: 'ExternalDNS', origin: 'sigs.k8s.io/external-dns@v0.23.0', files: ['config/crd/standard'] },
  {
    name: 'Vertical Pod Autoscaler',
    origin: 'k8s.io/autoscaler/vertical-pod-autoscaler@v1.8.1',
    files: ['deploy/vpa-v1-crd-gen.yaml'],
  },
  {
    name: 'external-snapshotter',
    origin: 'github.com/kubernetes-csi/external-snapshotter/client/v8@v8.7.0',
    files: ['config/crd'],
  },
  {
    name: 'Cluster API',
    origin: 'sigs.k8s.io/cluster-api@v1.14.2',
    files: ['core/config/crd/bases', 'bootstrap/kubeadm/config/crd/bases', 'controlplane/kubeadm/config/crd/bases'],
  },
  { name: 'Kueue', origin: 'sigs.k8s.io/kueue@v0.17.0', files: ['config/components/crd/bases'] },
  { name: 'Rook', version: '2026-08-21', origin: 'github.com/rook/rook@d0c3b9ce6', files: ['deploy/examples/crds.yaml'] },
].map((source) => ({ licence: APACHE, version: /@v(.*)$/.exec(source.origin)?.[1], ...source }));

const given = new Map();
const rest = [];
const words = process.argv.slice(2);
while (words.length > 0) {
  const word = words.shift();
  if (word !== '--from') rest.push(word);
  else {
    const [, repository, folder] = /^([^=]+)=(.+)$/.exec(words.shift() ?? '') ?? [];
    if (folder === undefined) throw new Error('--from REPOSITORY=FOLDER');
    given.set(repository, folder);
  }
}
const output = rest[0] ?? new URL('../data/custom-kinds', import.meta.url).pathname;

/** The folder of a source: of a Go module where the Go command has put it, else as it is given. */
function folderOf({ origin }) {
  const [name] = origin.split('@');
  if (given.has(name)) return given.get(name);
  if (!/@v\d/.test(origin)) throw new Error(`${origin} is no Go module: give --from ${name}=FOLDER`);
  const { Dir, Error: error } = JSON.parse(execFileSync('go', ['mod', 'download', '-json', origin], { encoding: 'utf8' }));
  if (error !== undefined) throw new Error(error);
  return Dir;
}

function* definitionsOf(source) {
  const folder = folderOf(source);
  for (const name of source.files) {
    const full = [name, `${name}.yaml`].map((one) => path.join(folder, one)).find((one) => existsSync(one));
    if (full === undefined) throw new Error(`${source.name}: no ${name} in ${source.origin}`);
    const files = statSync(full).isDirectory()
      ? readdirSync(full)
          .filter((file) => /\.ya?ml$/.test(file))
          .sort()
          .map((file) => path.join(full, file))
      : [full];
    for (const file of files) {
      const text = readFileSync(file, 'utf8');
      if (!text.includes('kind: CustomResourceDefinition')) continue;
      for (const document of text.split(/^---.*$/m)) {
        if (!/^kind: CustomResourceDefinition$/m.test(document)) continue;
        const [parsed] = parseAllDocuments(document, { logLevel: 'error' });
        if (parsed.errors.length > 0) throw new Error(`${file}: ${parsed.errors[0].message}`);
        const crd = parsed.toJS();
        if (crd.apiVersion !== 'apiextensions.k8s.io/v1') continue;
        if (source.only === undefined || source.only.test(crd.metadata.name)) yield crd;
      }
    }
  }
}

const PROSE = new Set(['description', 'title', 'externalDocs', 'example', '$schema', 'id']);
const MAPS = new Set(['properties', 'patternProperties']);
const LISTS = new Set(['allOf', 'anyOf', 'oneOf']);
const NODES = new Set(['items', 'additionalProperties', 'not']);
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A schema with each part made by `make`, and without prose. */
function mapped(schema, make) {
  const out = {};
  for (const key of Object.keys(schema)) {
    const value = schema[key];
    if (PROSE.has(key) || value == null) continue;
    if (MAPS.has(key) && isObject(value))
      out[key] = Object.fromEntries(Object.keys(value).map((name) => [name, make(value[name])]));
    else if (LISTS.has(key) && Array.isArray(value)) out[key] = value.map(make);
    else if (NODES.has(key) && isObject(value)) out[key] = make(value);
    else out[key] = value;
  }
  return out;
}
const plain = (schema) => mapped(schema, plain);

/** A part shorter than this is written where it stands. */
const SHORT = 40;

/** Parts that occur more than once, in a table. */
class Sharing {
  #uses = new Map();
  #texts = new WeakMap();
  #index = new Map();
  table = [];

  /** The text of a schema, the same for equal ones. */
  #text(schema) {
    let text = this.#texts.get(schema);
    if (text === undefined) {
      text = JSON.stringify(schema);
      this.#texts.set(schema, text);
    }
    return text;
  }
  /** Counts where a schema stands; its parts only the first time, since they are shared with it. */
  count(schema) {
    const text = this.#text(schema);
    const uses = (this.#uses.get(text) ?? 0) + 1;
    this.#uses.set(text, uses);
    if (uses === 1) mapped(schema, (part) => this.count(part));
  }
  written(schema) {
    const text = this.#text(schema);
    if (text.length < SHORT || this.#uses.get(text) === 1) return mapped(schema, (part) => this.written(part));
    const known = this.#index.get(text);
    if (known !== undefined) return known;
    const made = mapped(schema, (part) => this.written(part));
    this.table.push(made);
    this.#index.set(text, this.table.length - 1);
    return this.table.length - 1;
  }
}

/** What of a version is kept, before sharing. */
function versionOf(crd, version) {
  const schema = plain(version.schema?.openAPIV3Schema ?? {});
  const status = isObject(version.subresources?.status);
  if (status && schema.properties?.status !== undefined)
    schema.properties.status = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  if (crd.spec.preserveUnknownFields === true) schema['x-kubernetes-preserve-unknown-fields'] = true;
  const scale = version.subresources?.scale?.specReplicasPath;
  return {
    name: version.name,
    schema,
    ...(status ? { status } : {}),
    ...(scale === undefined ? {} : { scale }),
    ...(version.deprecated === true ? { deprecated: version.deprecationWarning ?? true } : {}),
  };
}

const groups = new Map();
const listed = [];
for (const source of SOURCES) {
  const { name, version, origin, licence, older } = source;
  const entry = { name, version, origin, licence, ...(older ? { older } : {}) };
  const ofGroups = new Map();
  for (const crd of definitionsOf(source)) {
    const { group, names, scope } = crd.spec;
    let made = groups.get(group);
    if (made === undefined) groups.set(group, (made = { sources: [], kinds: new Map() }));
    // The first file that has a kind counts.
    if (made.kinds.has(names.kind)) continue;
    if (made.sources.at(-1) !== entry) made.sources.push(entry);
    const versions = crd.spec.versions.filter(({ served }) => served).map((one) => versionOf(crd, one));
    if (versions.length === 0) continue;
    made.kinds.set(names.kind, {
      source: made.sources.length - 1,
      kind: names.kind,
      plural: names.plural,
      ...(scope === 'Cluster' ? { cluster: true } : {}),
      versions,
    });
    ofGroups.set(group, (ofGroups.get(group) ?? 0) + 1);
  }
  if (ofGroups.size === 0) throw new Error(`${name}: no definition found`);
  listed.push({ ...entry, groups: Object.fromEntries([...ofGroups].sort()) });
}

const ascii = (value) =>
  JSON.stringify(value).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
mkdirSync(output, { recursive: true });
let total = 0;
for (const [group, { sources, kinds }] of [...groups].sort()) {
  const sharing = new Sharing();
  const all = [...kinds.values()].sort((a, b) => (a.kind < b.kind ? -1 : 1));
  for (const { versions } of all) for (const { schema } of versions) sharing.count(schema);
  const written = all.map((kind) => ({
    ...kind,
    versions: kind.versions.map((version) => ({ ...version, schema: sharing.written(version.schema) })),
  }));
  const text = ascii({ sources, schemas: sharing.table, kinds: written });
  const packed = brotliCompressSync(text, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
    },
  });
  writeFileSync(path.join(output, `${group}.json.br`), packed);
  total += packed.length;
  console.log(
    `${group}: ${all.length} kinds, ${(text.length / 1000).toFixed(0)} kB, packed ${(packed.length / 1000).toFixed(1)} kB`,
  );
}
writeFileSync(path.join(output, 'sources.json'), `${JSON.stringify(listed, null, 1)}\n`);
console.log(`${groups.size} groups, packed ${(total / 1000).toFixed(0)} kB`);
