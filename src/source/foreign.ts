/**
 * API groups of files that have apiVersion and kind but are read by a program from disk, never by an API server: configurations of
 * Kubernetes' own components, of cluster builders, and of test and packaging tools.
 */
const TOOL_GROUPS: ReadonlySet<string> = new Set([
  'builtin', // kustomize's built-in generators and transformers
  'kustomize.config.k8s.io',
  'kubeadm.k8s.io',
  'audit.k8s.io',
  'apiserver.k8s.io',
  'client.authentication.k8s.io',
  'eventratelimit.admission.k8s.io',
  'resourcequota.admission.k8s.io',
  'abac.authorization.kubernetes.io',
  'kind.x-k8s.io',
  'k3d.io',
  'ctlptl.dev',
  'eksctl.io',
  'kops.k8s.io',
  'skaffold',
  'kpt.dev',
  'krew.googlecontainertools.github.com',
  'backstage.io',
  'kuttl.dev',
  'chainsaw.kyverno.io',
  'cli.kyverno.io',
  'test.gatekeeper.sh',
  'scorecard.operatorframework.io',
  'mirror.openshift.io',
  'descheduler',
  'tanka.dev',
  'garden.io',
  'score.dev',
]);

/** Whether what has this group and kind is a tool's own file. A group-less version is handed in as the group (`v1`). */
export function isToolGroup(group: string, kind: string): boolean {
  if (TOOL_GROUPS.has(group) || group.endsWith('.config.k8s.io')) return true;
  return group === 'v1' && kind === 'Config';
}

type Fields = Readonly<Record<string, unknown>>;

/** What a mapping without apiVersion and kind is, if it is known to be something else; `name` is the file's. */
export function nameOfForeign(fields: Fields, name: string): string | undefined {
  if (isString(fields, '$schema')) return 'a JSON Schema or a file with one';
  if (isString(fields, 'openapi') || isString(fields, 'swagger')) return 'an OpenAPI description';
  if (isComposeServices(fields)) return 'a Compose file';
  if (isMap(fields, 'jobs') && (Object.hasOwn(fields, 'on') || Object.hasOwn(fields, 'true'))) return 'a GitHub workflow';
  if (isMap(fields, 'runs') && isString(fields, 'name')) return 'a GitHub action';
  if (isString(fields, 'AWSTemplateFormatVersion')) return 'a CloudFormation template';
  // OpenShift's install-config.yaml has an apiVersion and metadata, but no kind.
  if (isString(fields, 'baseDomain') && isMap(fields, 'platform')) return 'an OpenShift install configuration';
  if (isString(fields, 'schemaVersion') && isMap(fields, 'metadata')) return 'a devfile';
  // Teleport and Sensu have kind, version and metadata, but no apiVersion; Perses has metadata.project.
  if (isString(fields, 'version') && isString(fields, 'kind') && !Object.hasOwn(fields, 'apiVersion'))
    return 'a Teleport resource';
  if (isString(fields, 'api_version') && isString(fields, 'type')) return 'a Sensu resource';
  if (isString(fields, 'kind') && isMap(fields, 'metadata') && isString(fields['metadata'] as Fields, 'project'))
    return 'a Perses resource';
  if (name === 'package.json' || name === 'package-lock.json') return 'an npm package';
  if (/^values[\w.-]*\.ya?ml$|values\.ya?ml$/i.test(name)) return 'Helm values';
  return undefined;
}

function isComposeServices(fields: Fields): boolean {
  if (!isMap(fields, 'services')) return false;
  const services = fields['services'] as Fields;
  for (const name in services) {
    const service = services[name];
    if (typeof service !== 'object' || service === null) return false;
    return Object.hasOwn(service, 'image') || Object.hasOwn(service, 'build') || Object.hasOwn(service, 'extends');
  }
  return false;
}

function isString(fields: Fields, key: string): boolean {
  return Object.hasOwn(fields, key) && typeof fields[key] === 'string';
}

function isMap(fields: Fields, key: string): boolean {
  const value = Object.hasOwn(fields, key) ? fields[key] : undefined;
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
